"""How a clerk corrected the reading of a file, known again when a file comes with the same headings.

Kept on this computer: no heading and no value stands in it, only a digest of all headings together and the
names of our fields.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.catalog import RECORDS
from eduapp.exchange.sheet_text import MONEY, fold
from eduapp.services.folders import data_folder, own_text, write_own_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eduapp.exchange.sheet_layout import Reading

NAME: Final = "readings.json"
MOST: Final = 200
"""Sets of headings that are kept, the latest ones."""


class Remembered:
    """What was corrected before; a file of it that cannot be read is as none."""

    def __init__(self) -> None:
        """Read what is kept."""
        self._sets = _read(data_folder() / NAME)

    def recall(self, record: str, headings: Sequence[str], by: str = "") -> dict[int, tuple[str, str]] | None:
        """Return (field, unit) of each column, "" for one that is left out; None for headings not seen.

        `by` is the profile beside which a person placed the columns.
        """
        places = _places(headings)
        kept = self._sets.get(_digest(record + by, headings, places))
        if kept is None or len(kept) != len(places):
            return None
        return {
            at: (name, unit if unit in MONEY else "")
            for at, (name, unit) in zip(places, kept, strict=True)
            if not name or name in RECORDS[record].fields
        }


def remember(record: str, headings: Sequence[str], reading: Reading, by: str = "") -> None:
    """Keep how the columns under headings were read; raises the Problems of writing a file."""
    places = _places(headings)
    path = data_folder() / NAME
    sets = _read(path)
    key = _digest(record + by, headings, places)
    sets.pop(key, None)
    sets[key] = [[reading.columns.get(at, ""), reading.units.get(at, "")] for at in places]
    latest = dict(list(sets.items())[-MOST:])
    write_own_text(path, json.dumps(latest))


def _places(headings: Sequence[str]) -> list[int]:
    """Return the columns that have a heading in the order of their texts, so that columns may be shuffled."""
    return sorted(
        (at for at, text in enumerate(headings) if fold(text)), key=lambda at: (fold(headings[at]), at)
    )


def _digest(record: str, headings: Sequence[str], places: Sequence[int]) -> str:
    said = "\x1f".join([record, *(fold(headings[at]) for at in places)])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _read(path: Path) -> dict[str, list[list[str]]]:
    try:
        content = json.loads(own_text(path))
    except (Problem, ValueError, RecursionError):
        return {}
    return content if _fits(content) else {}


def _fits(content: object) -> bool:
    return isinstance(content, dict) and all(
        isinstance(kept, list) and all(_is_pair(each) for each in kept) for kept in content.values()
    )


def _is_pair(each: object) -> bool:
    """Whether this is a field and a unit."""
    return isinstance(each, list) and len(each) == 2 and all(isinstance(text, str) for text in each)  # noqa: PLR2004 - a pair
