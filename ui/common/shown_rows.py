"""Which rows of a list a grid shows, and in which order: all as entered, or some, or sorted for looking.

Filter and order are of the view alone: nothing is written, a row that is edited stays where it stands, one
that is added comes at the end, until they are chosen anew or taken away.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from db.records.edits import DeleteRow, InsertRow
from db.records.values import Choice, Unread
from eduapp.services import entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from PySide6.QtCore import QObject

    from db.records.rows import Row, Rows
    from db.records.spec import RecordSpec
    from db.records.values import Cell
    from eduapp.services.books import RecordBook
    from ui.common.workspace import Workspace

MANY = 30
"""More rows than this coming or going at once are one reset."""
NUMBER, DAY, TEXT, UNREAD, EMPTY = range(5)
"""What stands before what in an ascending order."""


class ShownRows(QAbstractTableModel):
    """The rows of a list record as they are shown, by their keys."""

    spec: RecordSpec

    def __init__(self, workspace: Workspace[RecordBook], spec: RecordSpec, parent: QObject | None) -> None:
        """Show all rows as entered."""
        super().__init__(parent)
        self.workspace = workspace
        self.spec = spec
        self._keep: Callable[[Row], bool] | None = None
        self._wanted: dict[str, frozenset[str]] = {}
        self._sorting: tuple[str, bool] | None = None
        self._keys: list[str] = list(self._rows)
        self._tail = 1

    @property
    def keys(self) -> Sequence[str]:
        """The keys of the rows shown, in order."""
        return self._keys

    @property
    def rearranged(self) -> bool:
        """Whether the rows shown are not all rows as they were entered."""
        return self._keep is not None or bool(self._wanted) or self._sorting is not None

    @property
    def view_words(self) -> str:
        """Say how the rows are shown; "" for all of them as entered. A pane's own filter says itself."""
        fields = self.spec.fields
        parts = [self.tr("只显示「{0}」选中的").format(fields[name].item.label) for name in self._wanted]
        if self._sorting is not None:
            name, down = self._sorting
            words = self.tr("按「{0}」从大到小看") if down else self.tr("按「{0}」从小到大看")
            parts.append(words.format(fields[name].item.label))
        return ";".join(parts)

    def cells_shown(self) -> Iterator[Row]:
        """Yield the cells of each row shown, in order."""
        rows = self._rows
        return (rows[key] for key in self._keys)

    def text_of(self, field: str, cell: Cell) -> str:
        """Return what a cell of a column shows."""
        return entry.show(self.workspace.book, self.spec.name, field, cell)

    def text_at(self, key: str, field: str) -> str:
        """Return what a cell shows."""
        return self.text_of(field, self._rows[key][field])

    # --- choosing ---

    def set_filter(self, keep: Callable[[Row], bool] | None) -> None:
        """Show only the rows that `keep` keeps; rows added later stay visible."""
        self._keep = keep
        self._refill()

    def texts_of(self, field: str) -> list[str]:
        """Return what stands in a column of all rows, each once, in order."""
        cells = sorted({self._order(field, cell): key for key, cell in self._rows.column(field)}.items())
        return list(dict.fromkeys(self.text_at(key, field) for _, key in cells))

    def wanted(self, field: str) -> frozenset[str] | None:
        """Return the texts of a column whose rows are shown; None where all are."""
        return self._wanted.get(field)

    def set_wanted(self, field: str, texts: Iterable[str] | None) -> None:
        """Show only the rows with these texts in a column; None: all of them."""
        if texts is None:
            self._wanted.pop(field, None)
        else:
            self._wanted[field] = frozenset(texts)
        self._refill()

    def set_sorting(self, field: str, *, down: bool) -> None:
        """Show the rows in the order of a column, until they are asked for as entered."""
        self._sorting = (field, down)
        self._refill()

    def as_entered(self) -> None:
        """Show every row as entered; what a pane filters by stays the pane's."""
        self._sorting = None
        self._wanted.clear()
        self._refill()

    # --- inside ---

    @property
    def _rows(self) -> Rows:
        return self.workspace.book.draft.rows[self.spec.name]

    def _refill(self) -> None:
        self.beginResetModel()
        self._fill()
        self.endResetModel()

    def _fill(self) -> None:
        keep = self._keep
        keys = list(self._rows) if keep is None else [k for k, row in self._rows.items() if keep(row)]
        for field, texts in self._wanted.items():
            keys = [key for key in keys if self.text_at(key, field) in texts]
        if self._sorting is not None:
            field, down = self._sorting
            filled = [key for key in keys if self._rows[key][field] is not None]
            empty = [key for key in keys if self._rows[key][field] is None]
            filled.sort(key=lambda key: self._order(field, self._rows[key][field]), reverse=down)
            keys = [*filled, *empty]
        self._keys = keys

    def _order(self, field: str, cell: Cell) -> tuple[int, Decimal | int | date | bytes]:
        """Return by what a cell is sorted: numbers, dates, texts by sound, what cannot be read, nothing."""
        if cell is None:
            return EMPTY, 0
        if isinstance(cell, Unread):
            return UNREAD, cell.text.encode("gb18030")
        kind = self.spec.fields[field].item.kind
        if isinstance(kind, Choice):
            codes = [code for code, _ in kind.options]
            return NUMBER, codes.index(str(cell))
        if isinstance(cell, Decimal | int):
            return NUMBER, cell
        if not isinstance(cell, str):
            return DAY, cell
        return TEXT, self.text_of(field, cell).encode("gb18030")

    def _follow_rows(self, moved: list[InsertRow | DeleteRow]) -> None:
        """Follow rows that came or went; one that went and came back in the same act has another place."""
        gone = {edit.key for edit in moved if isinstance(edit, DeleteRow)}
        back = gone & {edit.key for edit in moved if isinstance(edit, InsertRow)} & set(self._keys)
        others = [edit for edit in moved if edit.key not in back]
        if len(others) > MANY:
            self._reset(others)
        else:
            self._move(others)
        if back and not self.rearranged and self._keys != list(self._rows):
            self._reorder(list(self._rows))

    def _reorder(self, keys: list[str]) -> None:
        self.layoutAboutToBeChanged.emit()
        places = {key: row for row, key in enumerate(keys)}
        before = self.persistentIndexList()
        names = [self._keys[each.row()] if each.row() < len(self._keys) else "" for each in before]
        after = [
            self.index(places.get(name, len(keys)), each.column())
            for name, each in zip(names, before, strict=True)
        ]
        self._keys = keys
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _reset(self, moved: list[InsertRow | DeleteRow]) -> None:
        self.beginResetModel()
        if not self.rearranged:
            self._fill()
        else:
            known = {key for key in self._keys if key in self._rows}
            new = [edit.key for edit in moved if edit.key in self._rows and edit.key not in known]
            self._keys = [key for key in self._keys if key in known] + new
        self.endResetModel()

    def _move(self, moved: list[InsertRow | DeleteRow]) -> None:
        touched = dict.fromkeys(edit.key for edit in moved)
        for key in touched:
            if key not in self._rows and key in self._keys:
                row = self._keys.index(key)
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._keys[row]
                self.endRemoveRows()
        known = set(self._keys) if touched else set()
        fresh = [key for key in touched if key in self._rows and key not in known]
        for key in sorted(fresh, key=self._rows.index_of):
            row = len(self._keys) if self.rearranged else min(self._rows.index_of(key), len(self._keys))
            if row == len(self._keys):
                self._append(key)
                continue
            self.beginInsertRows(QModelIndex(), row, row)
            self._keys.insert(row, key)
            self.endInsertRows()

    def _append(self, key: str) -> None:
        """Let the empty row become the new row, with whoever stands on it; then add an empty one."""
        row = len(self._keys)
        self._keys.append(key)
        self._tail = 0
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))
        self.headerDataChanged.emit(Qt.Orientation.Vertical, row, row)
        self.beginInsertRows(QModelIndex(), row + 1, row + 1)
        self._tail = 1
        self.endInsertRows()
