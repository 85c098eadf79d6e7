"""The one door to near names (rapidfuzz): a heading or a name that is nearly one there is.

What is found here is only ever offered: a person says whether it is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from db.records.values import comparison_key

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST: Final = 66.0
"""How alike two texts must be, of 100: of three characters two, of four three."""
_CLEAR: Final = 1.0
"""By how much the nearest must be nearer than the next."""


def near_names(text: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names that are most like a text, the nearest first; not one that is the same."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only where a name is not known

    key = comparison_key(text)
    folded = {name: comparison_key(name) for name in dict.fromkeys(known)}
    found = process.extract(key, folded, scorer=fuzz.ratio, score_cutoff=LEAST, limit=most)
    return [name for like, _, name in found if like and folded[name] != key]


def nearest(text: str, known: Iterable[str]) -> str | None:
    """Return the one name that a text is most like; None where none is near, or two are equally near."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - as above

    found = near_names(text, known, 2)
    if len(found) > 1:
        key = comparison_key(text)
        first, second = (fuzz.ratio(key, comparison_key(each)) for each in found)
        return found[0] if first - second >= _CLEAR else None
    return found[0] if found else None
