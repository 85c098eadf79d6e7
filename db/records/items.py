"""The items of all standards that ship, as choices: a document or a ledger line names one of them.

Read from the packs, so that no title stands in two places. A pack is data: nothing is judged here.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

from db.records.values import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENT_FORMULAS = frozenset({"document", "stated", "recent_document"})
"""Items that are answered by a document with number, date and file names, not by records."""


Options = tuple[tuple[str, str], ...]


class _ItemChoice(Choice):
    """A choice among the items of the packs that pass; the packs are read when it is first looked into."""

    def __init__(self, table: str, passes: Callable[[Mapping[str, object]], bool]) -> None:
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "_passes", passes)

    def __hash__(self) -> int:
        return hash(self.table)

    def __eq__(self, other: object) -> bool:
        return self is other

    @cached_property
    def options(self) -> Options:
        """(code, words) in the order shown; the national words go before a local plan's."""
        passes: Callable[[Mapping[str, object]], bool] = self.__dict__["_passes"]
        titles: dict[str, str] = {}
        for item in filter(passes, _declared()[0]):
            titles.setdefault(str(item["code"]), str(item["short"]))
        return tuple((code, f"{code} {short}") for code, short in titles.items())

    @cached_property
    def aliases(self) -> Options:
        """A code alone is understood."""
        return tuple((code, code) for code, _ in self.options)


@cache
def _declared() -> tuple[tuple[Mapping[str, object], ...], frozenset[str]]:
    """Return all items, and the codes of those that a relaxation asks a document for (`plan`)."""
    import tomllib  # noqa: PLC0415 - with the packs

    import resources  # noqa: PLC0415 - as above

    folder = resources.entry("standards")
    found = (each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    packs = sorted(found, key=lambda name: (not name.startswith("national"), name))
    read = [tomllib.loads(resources.read_text("standards", name)) for name in packs]
    relaxed = (each for pack in read for each in pack.get("relaxation", ()) if "plan" in each)
    items = tuple(item for pack in read for item in pack.get("indicator", ()))
    return items, frozenset(each["indicator"] for each in relaxed)


def _asks(item: Mapping[str, object], level: str) -> bool:
    """Whether an item asks for a document at a level ("formula": the school's), alone or beside a number."""
    return item.get(level) in DOCUMENT_FORMULAS or (bool(item.get("with_document")) and level in item)


ITEM = _ItemChoice("item", lambda _item: True)
DOCUMENTED = _ItemChoice(
    "documented_item", lambda item: _asks(item, "formula") or item["code"] in _declared()[1]
)
COUNTY_DOCUMENTED = _ItemChoice("county_documented_item", lambda item: _asks(item, "county"))
ITEM_TABLES = frozenset(each.table for each in (ITEM, DOCUMENTED, COUNTY_DOCUMENTED))
