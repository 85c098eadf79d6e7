"""The texts of the rows of a list, kept once they were shown; who keeps them says which rows changed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from db.characters import seen
from db.records.catalog import RECORDS
from db.records.values import Unread
from eduapp.services import entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from db.records.rows import Rows
    from db.records.spec import Field
    from eduapp.services.books import RecordBook
    from ui.common.workspace import Workspace

_NONE: frozenset[int] = frozenset()


class RowLine(NamedTuple):
    """The texts of a row as they are typed and as they are shown, and the columns that could not be read."""

    texts: tuple[str, ...]
    shown: tuple[str, ...]
    unread: frozenset[int]

    @classmethod
    def of(cls, texts: Sequence[str], unread: Iterable[int] = ()) -> RowLine:
        """Return a line; most show what was typed, and keep it once."""
        typed, shown = tuple(texts), tuple(map(seen, texts))
        return cls(typed, typed if shown == typed else shown, frozenset(unread) or _NONE)


def numbers_of(rows: Rows, keys: Iterable[str], field: Field) -> Sequence[Decimal | int] | None:
    """Return the numbers of a field in the rows of some keys; None where its kind is none."""
    if not field.item.kind.numeric:
        return None
    cells = [rows[key][field.name] for key in keys if key in rows]
    return [cell for cell in cells if isinstance(cell, Decimal | int)]


class Lines:
    """The lines of a record by the keys of its rows."""

    def __init__(self, workspace: Workspace[RecordBook], record: str) -> None:
        """Keep none yet."""
        self._workspace = workspace
        self._record = record
        self._names = tuple(RECORDS[record].fields)
        self._kept: dict[str, RowLine] = {}

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)

    def of(self, key: str) -> RowLine:
        """Return the line of a row; of a row that is gone, one without texts, which is not kept."""
        line = self._kept.get(key)
        if line is None:
            book, record = self._workspace.book, self._record
            if key not in book.draft.rows[record]:
                return RowLine.of([""] * len(self._names))
            cells = book.draft.rows[record][key]
            unread = [place for place, name in enumerate(self._names) if isinstance(cells[name], Unread)]
            line = RowLine.of([entry.show(book, record, name, cells[name]) for name in self._names], unread)
            self._kept[key] = line
        return line

    def forget(self, key: str) -> None:
        """Let go the line of a row that changed."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Let all of them go: what they name may have another name."""
        self._kept.clear()
