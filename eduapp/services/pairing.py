"""Rows of a file beside the rows there are: which are the same thing, and what an import makes of them.

Pairs are found as of multisets: wholly equal rows first, then by the record's identity in order; what is
left over is new. Identity never merges two rows of one file, nor two of the workbook.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.edits import SetCell
from db.records.values import Choice, Unread, comparison_key
from eduapp.services import entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.records.edits import Edit
    from db.records.rows import Row
    from db.records.values import Cell
    from eduapp.services.books import RecordBook

Key = tuple[object, ...]

ROW_WORDS = {
    "new": "新增",
    "changed": "更改",
    "unchanged": "已有且相同",
    "asked": "待核对",
    "sums": "合计和说明",
    "hidden": "隐藏或筛选掉的",
    "other_sheet": "其他工作表的",
    "refused": "拒收",
}
"""What becomes of the rows of a list, in words; together they are all that were read."""


class Mode(StrEnum):
    """What an import does to the rows there are."""

    UPDATE = "update"
    """Rows that are the same thing take the file's cells; others are added, none is removed."""
    REPLACE = "replace"
    """The list becomes the file's: rows that are not in it go."""
    FILL = "fill"
    """Only cells that are empty are filled; rows that are not there are added."""


ADD, SKIP = "add", "skip"
"""What a person may say of a row that is asked about: another one, none; else the key of the row it is."""


@dataclass(frozen=True)
class Undecided:
    """Why a person must decide on a row, and the rows of the workbook that it may be."""

    why: str
    keys: tuple[str, ...]


@dataclass
class Paired:
    """What an import of rows does: its edits, and what becomes of each row of the file."""

    edits: list[Edit] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    asked: dict[int, Undecided] = field(default_factory=dict)
    """Rows of the file, from 0, that a person must decide on; nothing is written of them."""
    answered: dict[int, Undecided] = field(default_factory=dict)
    """Rows that were asked about and that a person decided on."""
    skipped: set[int] = field(default_factory=set)
    """Of them, those that are left out."""
    unread: list[tuple[int, str]] = field(default_factory=list)
    """(row of the file, field) of texts that cannot be read; they are kept as they stand."""
    removed: int = 0
    became: dict[int, str] = field(default_factory=dict)
    """What became of each row of the file, as it is counted: see ROW_WORDS."""
    rows: dict[str, int] = field(default_factory=dict)
    """The row of the file that each row of the list is paired with."""


def pair(
    book: RecordBook,
    record: str,
    texts: Sequence[Mapping[str, str]],
    mode: Mode,
    said: Mapping[int, str] | None = None,
) -> Paired:
    """Pair rows of typed texts with the rows of a list; writes nothing.

    `said` is what a person decided of rows that were asked about: ADD, SKIP, or the key of a row.
    """
    names = [name for name in RECORDS[record].fields if any(name in row for row in texts)]
    columns = {
        name: entry.read_column(book, record, name, [row.get(name, "") for row in texts]) for name in names
    }
    given = [dict(zip(names, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return _Pairing(book, record, given or [{} for _ in texts], mode).done(said or {})


class _Pairing:
    def __init__(self, book: RecordBook, record: str, given: list[dict[str, Cell]], mode: Mode) -> None:
        self.spec, self.mode, self.book = RECORDS[record], mode, book
        self.given = given
        self.there: dict[str, Row] = dict(book.draft.rows[record].items())
        self.open = dict(enumerate(given))
        self.found = Paired(unread=_unread(given))
        self.kept: set[str] = set()
        self.identities = self._identities(given)
        """What makes each row of the file the thing it is; None while a part of it is not said."""
        self.theirs = dict(zip(self.there, self._identities([*self.there.values()]), strict=True))
        self.alike: dict[Key, list[str]] = defaultdict(list)
        for key, identity in self.theirs.items():
            if identity is not None:
                self.alike[identity].append(key)

    def done(self, said: Mapping[int, str]) -> Paired:
        """Return what the import does."""
        self._equal()
        self._same()
        self._ask()
        self._decide(said)
        self._add()
        if self.mode is Mode.REPLACE:
            self._remove()
        return self.found

    def _stated(self, row: Mapping[str, Cell]) -> dict[str, Cell]:
        """Return the cells of a file's row that say something; to replace, an empty one says "empty"."""
        if self.mode is Mode.REPLACE:
            return dict(row)
        return {name: cell for name, cell in row.items() if cell is not None}

    def _equal(self) -> None:
        """Take out of the file's rows those that stand there already, each of them once."""
        names = list(self.given[0]) if self.given else []
        places: dict[Key, list[str]] = defaultdict(list)
        for key, row in self.there.items():
            places[tuple([row[name] for name in names])].append(key)
        for at, row in list(self.open.items()):
            whole = places.get(tuple(row.values()))
            if whole:
                self._pair(at, whole.pop(0), {})
        if len(self.open) * len(self.there) > _MOST_COMPARED or self.mode is Mode.REPLACE:
            return
        for at, row in [(at, row) for at, row in self.open.items() if None in row.values()]:
            self._as_far_as_said(at, self._stated(row))

    def _as_far_as_said(self, at: int, stated: Mapping[str, Cell]) -> None:
        """Pair a row with empty cells with one that says the same and more."""
        own = self.identities[at]
        for key in self.there if own is None else self.alike.get(own, ()):
            row = self.there[key]
            if key not in self.kept and stated and all(row[name] == cell for name, cell in stated.items()):
                self._pair(at, key, {})
                return

    def _identities(self, rows: Sequence[Mapping[str, Cell]]) -> list[Key | None]:
        """Return what makes each row the thing it is, None while a part of it is not said; by columns."""
        columns = []
        for name in self.spec.identity:
            cells = [row.get(name) for row in rows]
            like = {cell: None if isinstance(cell, Unread) else _like(cell) for cell in {*cells}}
            columns.append([like[cell] for cell in cells])
        return [None if None in parts else parts for parts in zip(*columns, strict=True)]

    def _groups(self) -> tuple[dict[Key, list[int]], dict[Key, list[str]]]:
        ours: dict[Key, list[int]] = defaultdict(list)
        theirs: dict[Key, list[str]] = defaultdict(list)
        for at in self.open:
            identity = self.identities[at]
            if identity is not None:
                ours[identity].append(at)
        for key, identity in self.theirs.items():
            if identity is not None and key not in self.kept:
                theirs[identity].append(key)
        return ours, theirs

    def _same(self) -> None:
        """Pair rows of one identity; where either side has several they are told apart by their choices."""
        ours, theirs = self._groups()
        for identity, rows in ours.items():
            keys = theirs.get(identity, [])
            if len(rows) == 1 and len(keys) == 1:
                self._change(rows[0], keys[0])
            elif keys and self.mode is Mode.REPLACE:
                for at, key in zip(rows, keys, strict=False):
                    self._change(at, key)
            elif keys:
                self._told_apart(rows, keys)

    def _told_apart(self, rows: list[int], keys: list[str]) -> None:
        by = [
            name
            for name, each in self.spec.fields.items()
            if isinstance(each.item.kind, Choice) and name in self.given[rows[0]]
        ]
        for at in rows:
            own = [self.given[at][name] for name in by]
            others = [other for other in rows if [self.given[other][name] for name in by] == own]
            fit = [key for key in keys if [self.there[key][name] for name in by] == own]
            if len(fit) == 1 and others == [at] and by:
                self._change(at, fit[0])
            else:
                why = f"有 {len(keys)} 行是「{self._title(keys[0])}」,分不清是哪一行"
                self.found.asked[at] = Undecided(why, tuple(keys))

    def _change(self, at: int, key: str) -> None:
        cells = self._cells(at, key)
        if self.spec.amounts and cells and self.mode is Mode.UPDATE:
            why = f"已有「{self._title(key)}」,数不同:是改数,还是另一笔"
            self.found.asked[at] = Undecided(why, (key,))
            self.kept.add(key)
            return
        self._pair(at, key, cells)

    def _cells(self, at: int, key: str) -> dict[str, Cell]:
        """Return the cells that a row of the workbook takes from one of the file."""
        row, stated = self.there[key], self._stated(self.given[at])
        cells = {name: cell for name, cell in stated.items() if row[name] != cell}
        if self.mode is Mode.FILL:
            return {name: cell for name, cell in cells.items() if row[name] is None}
        return cells

    def _pair(self, at: int, key: str, cells: Mapping[str, Cell]) -> None:
        self.kept.add(key)
        del self.open[at]
        row = self.there[key]
        self.found.edits += [
            SetCell(self.spec.name, key, name, row[name], cell) for name, cell in cells.items()
        ]
        self.found.changed += bool(cells)
        self.found.unchanged += not cells
        self.found.became[at] = "changed" if cells else "unchanged"
        self.found.rows[key] = at

    def _ask(self) -> None:
        """Ask about a row whose identity is not said whole and that may be one there is."""
        left = {key: row for key, row in self.there.items() if key not in self.kept}
        few = len(left) * len(self.open) <= _MOST_COMPARED
        for at, row in self.open.items() if few and self.mode is not Mode.REPLACE else ():
            if self.identities[at] is not None or at in self.found.asked:
                continue
            said = {name: row[name] for name in self.spec.identity if row.get(name) is not None}
            if not said:
                continue
            may = (key for key, there in left.items() if self._may_be(said, there))
            like = tuple(islice(may, _MOST_OFFERED))
            if like:
                self.found.asked[at] = Undecided(f"可能就是已有的「{self._title(like[0])}」", like)

    def _decide(self, said: Mapping[int, str]) -> None:
        """Follow what a person said of the rows that are asked about; of two that are one row, the first."""
        taken = set(self.kept) if not self.spec.amounts else set()
        for at, asked in sorted(self.found.asked.items()):
            answer = said.get(at, "")
            fits = answer in asked.keys and answer not in taken
            taken |= {answer} if fits else set()
            if answer in {ADD, SKIP} or fits:
                self.found.answered[at] = self.found.asked.pop(at)
            else:
                self.found.became[at] = "asked"
            if answer == SKIP:
                self.found.skipped.add(at)
                self.found.became[at] = "refused"
            if fits:
                self._pair(at, answer, self._cells(at, answer))
            elif answer != ADD:
                del self.open[at]

    def _may_be(self, said: Mapping[str, Cell], there: Mapping[str, Cell]) -> bool:
        return all(there[name] is None or _like(there[name]) == _like(cell) for name, cell in said.items())

    def _title(self, key: str) -> str:
        return entry.title_of(self.book, self.spec.name, key)

    def _add(self) -> None:
        blank: Row = dict.fromkeys(self.spec.fields)
        rows = [blank | row for row in self.open.values()]
        self.found.new = len(rows)
        self.found.became |= dict.fromkeys(self.open, "new")
        self.found.edits += entry.inserted(self.book, self.spec.name, rows)

    def _remove(self) -> None:
        gone = [key for key in self.there if key not in self.kept]
        self.found.removed = len(gone)
        self.found.edits = [*entry.removals(self.book, self.spec.name, gone), *self.found.edits]


def _unread(given: Sequence[Mapping[str, Cell]]) -> list[tuple[int, str]]:
    return [
        (at, name)
        for at, row in enumerate(given)
        if Unread in map(type, row.values())
        for name, cell in row.items()
        if isinstance(cell, Unread)
    ]


def _like(cell: Cell) -> object:
    """Return a cell for comparing: texts by what the eye reads."""
    return comparison_key(cell) if isinstance(cell, str) else cell


_MOST_OFFERED = 20
_MOST_COMPARED = 5_000_000
"""So many pairs of rows are compared cell by cell at most: beyond that identity alone decides."""
