"""A Problem is something a person can act on; anything else that goes wrong is a bug.

The texts stand in one place, `resources/problems.toml`: for each code what happened (`what`) and
what to do (`do`), in Chinese, with the facts put in by name. Where the command line does it by a name
of its own, `command` says so, and no window shows it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from db.characters import seen_in_lines, unclosing


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return code -> {"what", "do"}, some with "command", for every Problem the program can raise."""
    import tomllib  # noqa: PLC0415 - most runs have nothing to complain of

    import resources  # noqa: PLC0415 - as above

    return tomllib.loads(resources.read_text("problems.toml"))


_SAID = frozenset({"name", "path", "file", "said", "text"})
"""Facts in somebody's own words; a `name` brings its quotes along."""


def _as_said(name: str, fact: object) -> object:
    if not isinstance(fact, str):
        return fact
    shown = seen_in_lines(fact)
    if name not in _SAID:
        return shown
    return f"「{unclosing(shown)}」" if name == "name" else unclosing(shown)


class Problem(Exception):  # noqa: N818 - the field's word for it, not an internal error
    """Something a person can act on: a code, the facts of the case, and one text for both."""

    def __init__(self, code: str, **facts: Any) -> None:  # noqa: ANN401 - facts are put into a text
        """Remember the code and the facts; the text is made when it is asked for."""
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    @property
    def what(self) -> str:
        """What happened and where."""
        return texts()[self.code]["what"].format(**self._shown)

    @property
    def advice(self) -> str:
        """What the person can do."""
        return texts()[self.code]["do"].format(**self._shown)

    @property
    def _shown(self) -> dict[str, Any]:
        """The facts as they stand in a text: a stranger's words are seen whole and stay in their quotes."""
        return {name: _as_said(name, fact) for name, fact in self.facts.items()}

    @property
    def text(self) -> str:
        """Both, as one line is shown."""
        return f"{self.what}{self.advice}"

    @property
    def command_text(self) -> str:
        """The text on the command line: with how it is done there, where that is another way."""
        return self.text + texts()[self.code].get("command", "").format(**self._shown)

    def __str__(self) -> str:
        """Show the Chinese text: what a person sees wherever the Problem surfaces."""
        return self.text
