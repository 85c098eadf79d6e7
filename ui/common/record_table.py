"""The model of a grid over the rows of a list record: derived from its spec, 40,000 rows or one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from db.characters import seen
from db.records.catalog import RECORDS
from db.records.edits import DeleteRow, InsertRow, SetCell
from db.records.values import Reference
from eduapp.services import entry
from ui.common.marks import CellMarks, CellQuestions
from ui.common.plain import hint
from ui.common.row_lines import Lines, numbers_of
from ui.common.shown_rows import ShownRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from PySide6.QtCore import QObject

    from db.records.spec import Field
    from eduapp.services.books import RecordBook
    from eduapp.services.changes import Changes
    from eduapp.standards.results import Finding
    from ui.common.cell_painter import Look
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

    Index = QModelIndex | QPersistentModelIndex
    Place = tuple[str, str, str]

# Plain integers: comparing an integer with Qt's enum costs four times a page of scrolling.
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
DECORATION = int(Qt.ItemDataRole.DecorationRole)
EDIT = int(Qt.ItemDataRole.EditRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
BACKGROUND = int(Qt.ItemDataRole.BackgroundRole)
FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
READ_ONLY = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
EDITABLE = READ_ONLY | Qt.ItemFlag.ItemIsEditable
ROW_NAME = 8
"""Characters of a row's name beside its number."""
RECENT = 40
"""Rows above a cell that say what was chosen last."""
NO_PARENT = QModelIndex()


class RecordTable(ShownRows):
    """Rows of a list record, with one empty row after them for adding by typing."""

    def __init__(
        self, workspace: Workspace[RecordBook], record: str, theme: Theme, parent: QObject | None = None
    ) -> None:
        """Show the rows of `record` and follow the workspace."""
        super().__init__(workspace, RECORDS[record], parent)
        self.fields: tuple[Field, ...] = tuple(self.spec.fields.values())
        self.defaults: dict[str, str] = {}
        """Texts put into a row that is added by typing (what the filter holds fixed)."""
        self.refused = False  # whether what was typed last could not be written: its editor stays
        self._names = tuple(field.name for field in self.fields)
        self._alignments = tuple(RIGHT if field.item.kind.numeric else LEFT for field in self.fields)
        self._references = {f.item.kind.record for f in self.fields if isinstance(f.item.kind, Reference)}
        self._theme = theme
        self._named = False
        self._lines = Lines(workspace, record)
        self._findings: dict[str, dict[str, list[Finding]]] = {}
        self._questions = CellQuestions()
        self._marks = CellMarks(theme)
        self._red, self._grey = QColor(theme.bad), QColor(theme.disabled)
        workspace.changed.connect(self._follow)

    # --- what a view asks ---

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._keys) + self._tail

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.fields)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        row, column = index.row(), index.column()
        if row >= len(self._keys) or row < 0:
            return self._trailing(column, role) if row == len(self._keys) else None
        if role == DISPLAY:
            return self._lines.of(self._keys[row]).shown[column]
        if role == EDIT:
            return self._lines.of(self._keys[row]).texts[column]
        if role == ALIGNMENT:
            return self._alignments[column]
        if role == FOREGROUND:
            return self._red if column in self._lines.of(self._keys[row]).unread else None
        found = self._findings.get(self._keys[row])
        if self._questions and self.question_at(index):
            return self._of_question(index, found, role)
        if found is None:
            return self._help(column) if role == TOOLTIP else None
        return self._of_findings(found.get(self._names[column]), column, role)

    def look_of(self, row: int, column: int) -> Look | None:
        """Return what is painted of a cell; None for the empty row, which Qt's delegate paints."""
        if not 0 <= row < len(self._keys):
            return None
        key = self._keys[row]
        line = self._lines.of(key)
        text, pen = line.shown[column], self._red if column in line.unread else None
        if key not in self._findings and not self._questions:
            return text, pen, None, None
        name = self._names[column]
        asked = bool(self._questions.at(self.spec.name, key, name))
        return text, pen, *self._marks.of(self._findings.get(key, {}).get(name), asked=asked)

    def is_filled(self, row: int, column: int) -> bool:
        """Whether something stands in a cell; read from the record, no text is made."""
        return row < len(self._keys) and self._rows[self._keys[row]][self._names[column]] is not None

    def is_right(self, column: int) -> bool:
        """Whether a column's texts stand at its right."""
        return self._alignments[column] == RIGHT

    def numbers(self, column: int, rows: range) -> Sequence[Decimal | int] | None:
        """Return the numbers of a column in some rows: see `Numbered`."""
        return numbers_of(self._rows, self._keys[rows.start : rows.stop], self.fields[column])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if orientation == Qt.Orientation.Vertical:
            if role == DISPLAY:
                if section >= len(self._keys):
                    return "＋"
                name = self._lines.of(self._keys[section]).texts[0] if self._named else ""
                return seen(_row_title(section, name))
            return None
        if role == DISPLAY:
            return self.fields[section].heading
        return self._help(section) if role == TOOLTIP else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return READ_ONLY if self.workspace.book.approved else EDITABLE

    def setData(self, index: Index, value: object, role: int = EDIT) -> bool:
        if role != EDIT or not index.isValid():
            return False
        name, text, record = self._names[index.column()], str(value), self.spec.name
        self.refused = False
        if index.row() < len(self._keys):
            key = self._keys[index.row()]
            return _write(self, lambda book: entry.set_cell(book, record, key, name, text))
        if not text.strip():
            return False
        texts = self.defaults | {name: text}
        return _write(self, lambda book: entry.add_row(book, record, texts))

    # --- places ---

    def place_of(self, key: str, field: str) -> QModelIndex:
        """Return where a cell is; an invalid index when its row is not shown."""
        if key not in self._rows:
            return QModelIndex()
        row = self._rows.index_of(key)
        if row >= len(self._keys) or self._keys[row] != key:
            row = self._keys.index(key) if key in self._keys else -1
        column = self._names.index(field) if field in self._names else 0
        return self.index(row, column) if row >= 0 else QModelIndex()

    def name_at(self, index: Index) -> tuple[str, str]:
        """Return (key, field) of a cell; the key of the empty row is ""."""
        key = self._keys[index.row()] if 0 <= index.row() < len(self._keys) else ""
        return key, self._names[index.column()] if index.isValid() else ""

    def findings_at(self, index: Index) -> list[Finding]:
        """Return what was found at a cell or, said of the row as a whole, in its row."""
        key, field = self.name_at(index)
        found = self._findings.get(key, {})
        return found.get(field, []) + (found.get("", []) if field else [])

    def question_at(self, index: Index) -> str:
        """Return what the county asks about a cell; "" where it asks nothing."""
        return self._questions.at(self.spec.name, *self.name_at(index))

    def titles(self, record: str) -> list[str]:
        """Return what a reference to `record` may name."""
        book = self.workspace.book
        return [entry.title_of(book, record, key) for key in book.draft.rows[record]]

    def options(self, column: int) -> list[str] | None:
        """Return what to choose from in a column, where that hangs on the workbook."""
        return entry.options(self.workspace.book, self.spec.name, self._names[column])

    def recent(self, row: int, column: int) -> list[str]:
        """Return what stands in a column above a row, the nearest first, each once."""
        above = self._keys[max(0, row - RECENT) : row]
        return list(dict.fromkeys(self._lines.of(key).shown[column] for key in reversed(above)))

    # --- what changes it from outside ---

    def name_rows(self, *, on: bool) -> bool:
        """Write what stands in the first column beside the row numbers; return whether that is new."""
        if on == self._named:
            return False
        self._named = on
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self._keys))
        return True

    def set_findings(self, findings: Iterable[Finding]) -> None:
        """Tint and mark the cells where something was found."""
        fresh: dict[str, dict[str, list[Finding]]] = {}
        for each in findings:
            if each.record == self.spec.name:
                fresh.setdefault(each.key, {}).setdefault(each.field, []).append(each)
        if fresh == self._findings:
            return
        touched = {
            key for key in fresh.keys() | self._findings.keys() if fresh.get(key) != self._findings.get(key)
        }
        self._findings = fresh
        self._tell_rows(touched)

    def set_questions(self, questions: Mapping[Place, str]) -> None:
        """Mark the cells that the county asks about."""
        self._tell_rows({key for _, key, _ in self._questions.take(questions)})

    # --- inside ---

    def _trailing(self, column: int, role: int) -> object:
        if role == DISPLAY:
            return self.tr("在此输入") if column == 0 and not self.workspace.book.approved else ""
        if role == EDIT:
            return ""
        if role == FOREGROUND:
            return self._grey
        if role == ALIGNMENT:
            return self._alignments[column]
        return self._help(column) if role == TOOLTIP else None

    def _help(self, column: int) -> str | None:
        item = self.fields[column].item
        return "\n".join(part for part in (item.label, item.help) if part) if item.help else None

    def _of_findings(self, found: list[Finding] | None, column: int, role: int) -> object:
        if role == TOOLTIP:
            return hint("\n".join(each.text for each in found)) if found else self._help(column)
        tint, mark = self._marks.of(found, asked=False)
        return {BACKGROUND: tint, DECORATION: mark}.get(role)

    def _of_question(self, index: Index, found: dict[str, list[Finding]] | None, role: int) -> object:
        """Return the question's mark and words, before what else was found in its cell."""
        of_cell = (found or {}).get(self._names[index.column()])
        if role == TOOLTIP:
            below = self._of_findings(of_cell, index.column(), role)
            return hint(self._questions.tip(self.question_at(index), below))
        tint, mark = self._marks.of(of_cell, asked=True)
        return {BACKGROUND: tint, DECORATION: mark}.get(role)

    def _follow(self, changes: Changes) -> None:
        if changes.records & self._references:
            self._lines.clear()
            self._tell_rows(self._keys)
        mine = [edit for edit in changes.edits if getattr(edit, "record", "") == self.spec.name]
        moved = [edit for edit in mine if isinstance(edit, InsertRow | DeleteRow)]
        cells = {edit.key for edit in mine if isinstance(edit, SetCell)}
        for key in cells | {edit.key for edit in moved}:
            self._lines.forget(key)
        self._follow_rows(moved)
        self._tell_rows(cells)

    def _tell_rows(self, keys: Iterable[str]) -> None:
        """One ranged signal over the rows touched; a storm of single ones costs the views dear."""
        wanted = set(keys)
        rows = [i for i, key in enumerate(self._keys) if key in wanted] if wanted else []
        if rows:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], len(self.fields) - 1))


def _row_title(row: int, name: str) -> str:
    short = name if len(name) <= ROW_NAME else name[: ROW_NAME - 1] + "…"
    return f"{row + 1} {short}".rstrip()


def _write(table: RecordTable, action: Callable[[RecordBook], Changes]) -> bool:
    table.refused = not table.workspace.edit(action, kept=True)
    return not table.refused
