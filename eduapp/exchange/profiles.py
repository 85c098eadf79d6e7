"""The exports of other systems that are known: small data files of headings and of what is made of them.

A changed export needs another file under `resources/profiles/`, no release. Which profile a file is of,
its headings say; that is asked before anything of the file is shown.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

import resources
from db.problems import Problem
from eduapp.exchange.sheet_rows import ROW, row_kind
from eduapp.exchange.sheet_text import HEADER_ROWS, Cleaned, Ignored, heading_keys, text_at
from eduapp.exchange.statistics_sheets import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from eduapp.exchange.list_reading import RowPlace
    from eduapp.exchange.sheet_cells import Row, Sheet

FOLDER: Final = "profiles"
PEOPLE, PUPILS, TABLES, OWN = "people", "pupils", "tables", "own"
"""What a profile's file is: people, pupils who are only counted, statistical tables, a file of our own."""

Groups = tuple[tuple[str, ...], ...]
"""Headings that must be there: of each group any one."""


@dataclass(frozen=True)
class Profile:
    """An export: its name, what it is called, how it is read; `raw` is what its file says."""

    name: str
    label: str
    reads: str
    raw: Mapping[str, Any] = field(repr=False)

    def is_of(self, sheet: Sheet) -> bool:
        """Whether a sheet has its headings, and none that only other lists have."""
        place = headed(sheet, self.groups)
        never = self.raw.get("never", "")
        return place is not None and not (never and any(re.search(never, key) for key in place.columns))

    @property
    def record(self) -> str:
        """The list that is filled from it; "" where it fills several, or totals."""
        return str(self.raw.get("record", ""))

    @property
    def main(self) -> Mapping[str, Any]:
        """What is declared of the main sheet of people; nothing of another profile."""
        return next((sheet for sheet in self.raw.get("sheets", ()) if sheet.get("main")), {})

    @cached_property
    def groups(self) -> Groups:
        """The headings by which its main sheet is known; none of a profile of tables."""
        return groups_of(self.raw.get("needs") or self.main.get("needs", ()))


def groups_of(needs: Sequence[Sequence[str]]) -> Groups:
    """Return groups of headings folded as sheets are searched for them."""
    return tuple(tuple(key for text in group for key in heading_keys(text)) for group in needs)


@dataclass(frozen=True)
class Headed:
    """A sheet under a known heading: the row of the heading, and the column of each heading, folded."""

    sheet: Sheet
    row: int
    columns: Mapping[str, int]

    def place(self, headings: Sequence[str]) -> int | None:
        """Return the column of the first of several headings that is there."""
        keys = (key for text in headings for key in heading_keys(text))
        return next((self.columns[key] for key in keys if key in self.columns), None)

    def rows(self, *, hidden: bool) -> Iterator[tuple[int, Row, str]]:
        """Yield (index, row, kind) of every filled row below; hidden ones only where they are wanted."""
        own = {at: text_at(self.sheet.rows[self.row], at) for at in self.columns.values()}
        for index in range(self.row + 1, len(self.sheet.rows)):
            row = self.sheet.rows[index]
            if any(text and text.strip() for text in row) and (hidden or index not in self.sheet.hidden):
                yield index, row, row_kind(row, own)

    def hidden_rows(self) -> int:
        """Return how many rows of the list are hidden or filtered out."""
        return sum(index in self.sheet.hidden for index, _, kind in self.rows(hidden=True) if kind == ROW)


@dataclass(frozen=True)
class TotalCell:
    """A figure for a row that is no list: `record` "" where it is the whole school's (see `services`)."""

    record: str
    stage: str
    field: str
    text: str
    where: str


@dataclass(frozen=True)
class MadeRow:
    """A row that was made of rows of the file: its texts, where it stands, and of how many it was made.

    `school_class` is the (grade, class as written) that it is about, None where it is about none. `beside`
    are the words of fields that a row of the workbook may hold instead: they say more.
    """

    texts: Mapping[str, str]
    place: RowPlace
    weight: int = 1
    school_class: tuple[str, str] | None = None
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Export:
    """What a file says by its profile. Nothing in it names a pupil, and no identity number is in it.

    `rows_read` are the rows of the main sheet, `left` those that were not taken, by why; `notes` tell what
    was made of the file besides.
    """

    profile: Profile
    rows_read: int
    lists: Mapping[str, tuple[MadeRow, ...]] = field(default_factory=dict)
    cells: tuple[TotalCell, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    cleaned: tuple[Cleaned, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    hidden: int = 0
    numbers: int = 0
    """Cells with an identity number that were dropped while reading."""


@cache
def profiles() -> dict[str, Profile]:
    """Return every profile of a school by name; those of a county lie in a folder of their own."""
    found = {}
    for path in sorted(resources.entry(FOLDER).iterdir()):
        if path.suffix == ".toml":
            raw = tomllib.loads(resources.read_text(FOLDER, path.name))
            found[path.stem] = Profile(path.stem, raw["label"], raw["reads"], raw)
    return found


def named(name: str) -> Profile:
    """Return a profile by its name or by what it is called; raises Problem `profile-unknown`."""
    for each in profiles().values():
        if name in {each.name, each.label}:
            return each
    known = "、".join(f"{each.name}({each.label})" for each in profiles().values())
    raise Problem("profile-unknown", profile=name, known=known)


def recognised(sheets: Sequence[Sheet]) -> Profile | None:
    """Return the profile that a file is of: the one whose headings ask for most; None for any other file."""
    found = [
        (len(each.groups), each.name)
        for each in profiles().values()
        if any(each.is_of(sheet) for sheet in sheets)
    ]
    if found:
        return profiles()[max(found)[1]]
    tables = next((profile for profile in profiles().values() if profile.reads == TABLES), None)
    return tables if tables and any(number_of(sheet) for sheet in sheets) else None


def headed(sheet: Sheet, groups: Groups) -> Headed | None:
    """Return a sheet under the first row that has a heading of each group."""
    for index, row in enumerate(sheet.rows[:HEADER_ROWS]):
        columns = _columns(row)
        if groups and all(any(key in columns for key in group) for group in groups):
            return Headed(sheet, index, columns)
    return None


def _columns(row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, text in enumerate(row):
        for key in heading_keys(text) if text else ():
            columns.setdefault(key, at)
    return columns


_CODE: Final = re.compile(r"^[0-9A-Z]{1,5}\s*[-－—–、.]\s*(?=\D)")


def bare(text: str) -> str:
    """Return a word without the code that other systems write before it: 100-在本单位任职."""
    return _CODE.sub("", text.strip())


def without_columns(sheet: Sheet, kept: set[int]) -> Sheet:
    """Return a sheet with some of its columns alone: the others are gone before anything is made of it."""
    rows = [[text if at in kept else None for at, text in enumerate(row)] for row in sheet.rows]
    return replace(sheet, rows=rows, units={}, looks={})
