"""The tab of a page of records that shows a list: a grid with its tick and filter."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from eduapp.services import entry
from ui.common.elided_label import dimmed, tint
from ui.common.grid_memory import GridMemory
from ui.common.keys import key_of
from ui.common.plain import CheckBox, Label
from ui.common.record_table import RecordTable
from ui.common.sheet_edit import SheetEditor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from db.records.rows import Rows
    from eduapp.services.books import RecordBook
    from eduapp.services.changes import Changes
    from eduapp.standards.results import Finding
    from ui.common.record_layout import PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace


class RowFilter(QWidget):
    """A filter over a grid: it can be taken away when a hidden row is asked for."""

    @abstractmethod
    def show_all(self) -> None:
        """Show every row."""


class GridPane(QWidget):
    """A list: the tick 「本表已填全」, filters where rows are many, the grid, a hint while it is empty."""

    noted = Signal(str)
    done = Signal(str)
    """What a bulk act changed."""
    moved = Signal()
    long_job = Signal(str, object, object)

    def __init__(
        self,
        workspace: Workspace[RecordBook],
        layout: PaneLayout,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Build the grid of a list record."""
        super().__init__(parent)
        self.workspace = workspace
        self.layout_ = layout
        self._theme = theme
        self.table = RecordTable(workspace, layout.record, theme, self)
        self.grid = SheetEditor(self.table, theme)
        self.grid.place_changed.connect(lambda _: self.moved.emit())
        self.grid.noted.connect(self.noted)
        self.grid.done.connect(self.done)
        self.grid.long_job.connect(self.long_job)
        memory = GridMemory(self.grid, layout.record, [field.name for field in self.table.fields])
        memory.failed.connect(self.noted)
        self.table.modelReset.connect(self._show_view)
        self.tick = CheckBox(self.tr("本表已填全"))
        self.tick.clicked.connect(self._tick)
        self.filter = self.make_filter()
        self._said = dimmed("", theme.dim)
        self._said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.grid.selection_said.connect(self._said.setText)
        self._hint = Label(parent=self.grid.viewport(), alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        tint(self._hint, theme.dim)
        self._hint.setText(self.empty_words())
        self.grid.viewport().installEventFilter(self)
        head = QHBoxLayout()
        head.setContentsMargins(6, 3, 6, 3)
        head.addWidget(self.tick)
        self._note = dimmed(self.tick_words(), theme.dim)
        if self.filter is not None:
            head.addWidget(self.filter)
        head.addWidget(self._note, 3)
        head.addWidget(self._said, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.grid, 1)
        self.tick.setVisible(bool(self.tick_words()))  # in its place: shown before, it is a window of its own
        workspace.changed.connect(self._follow)
        self._show_state()

    # --- what a side may say ---

    def make_filter(self) -> RowFilter | None:
        """Return the filter that stands over the grid, where rows are many."""
        return None

    def tick_words(self) -> str:
        """Say what the tick 「本表已填全」 does; "" for a list without it."""
        return ""

    def empty_words(self) -> str:
        """Say what to do first while the list is empty."""
        label = RECORDS[self.layout_.record].label
        return self.tr("还没有登记{0}。直接在第一行输入,或从表格里复制、粘贴。").format(label)

    # --- places ---

    @property
    def place(self) -> tuple[str, str, str]:
        """The current cell."""
        index = self.grid.currentIndex()
        key, field = self.table.name_at(index) if index.isValid() else ("", "")
        return self.layout_.record, key, field

    def parts_for_keys(self) -> list[QWidget]:
        """Return what F6 goes through: the grid, the tick, the filter."""
        return [self.grid, self.tick, *([self.filter] if self.filter is not None else [])]

    def shows(self, record: str, key: str, field: str) -> bool:
        """Whether a cell is in this list."""
        return record == self.layout_.record

    def order_of(self, record: str, key: str, field: str) -> tuple[int, int]:
        """Return (row, column) of a cell."""
        index = self.table.place_of(key, field)
        return (index.row(), index.column()) if index.isValid() else (self.table.rowCount(), 0)

    def go_to(self, record: str, key: str, field: str) -> None:
        """Make a cell current; a filter that hides it is taken away."""
        index = self.table.place_of(key, field)
        if not index.isValid() and self.filter is not None and key in self._rows():
            self.filter.show_all()
            index = self.table.place_of(key, field)
        if not index.isValid() and key in self._rows():
            self.table.as_entered()
            index = self.table.place_of(key, field)
        if index.isValid() and self.grid.isColumnHidden(index.column()):
            self.grid.setColumnHidden(index.column(), False)
        self.grid.go_to(index if index.isValid() else self.table.index(0, 0))

    def findings_here(self) -> list[Finding]:
        """Return what was found at the current cell."""
        return self.table.findings_at(self.grid.currentIndex())

    def same_here(self) -> int:
        """Count the cells of this column that say the same as the current one."""
        return self.grid.same_here()

    def change_same(self) -> None:
        """Ask what to write into all of them."""
        self.grid.change_same()

    def set_findings(self, found: Iterable[Finding]) -> None:
        """Tint and mark."""
        self.table.set_findings(found)

    def question_here(self) -> str:
        """Return what the county asks about the current cell; "" where it asks nothing."""
        return self.table.question_at(self.grid.currentIndex())

    def set_questions(self, questions: Mapping[tuple[str, str, str], str]) -> None:
        """Mark the cells that the county asks about."""
        self.table.set_questions(questions)

    def refresh(self) -> None:
        """Follow 审核通过 and 取消审核."""
        self._show_state()
        self.grid.viewport().update()

    def commit(self) -> None:
        """Write what is being typed."""
        self.grid.end_editing()

    @property
    def unwritten(self) -> bool:
        """Whether something typed is not written."""
        return self.table.refused

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.grid.viewport() and event.type() == QEvent.Type.Resize:
            self._place_hint()
        return super().eventFilter(watched, event)

    def _show_view(self) -> None:
        """Say beside the tick that the rows are looked at in another order, and the way back."""
        words = self.table.view_words
        if words:
            words += self.tr("(录入顺序没有变,按 {0} 恢复)").format(key_of("as_entered"))
        self._note.setText(words or self.tick_words())
        tint(self._note, self._theme.accent if words else self._theme.dim)

    def _rows(self) -> Rows:
        return self.workspace.book.draft.rows[self.layout_.record]

    def _place_hint(self) -> None:
        area = self.grid.viewport().rect()
        self._hint.setGeometry(20, area.height() // 4, max(100, area.width() - 40), 60)

    def _tick(self, checked: bool) -> None:
        record = self.layout_.record
        if self.workspace.book.approved:
            self._show_state()
            self.noted.emit(self.tr("已审核通过,数据不能再改。需要修改时,先到「上报」页取消审核。"))
            return
        self.workspace.edit(lambda book: entry.set_complete(book, record, complete=checked))
        self._show_state()

    def _follow(self, changes: Changes) -> None:
        if self.layout_.record in changes.records:
            self._show_state()

    def _show_state(self) -> None:
        book = self.workspace.book
        self.tick.setChecked(self.layout_.record in book.draft.complete)
        self._hint.setVisible(not len(book.draft.rows[self.layout_.record]))
