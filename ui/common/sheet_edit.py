"""A grid for typing into the rows of a record: type over, paste, fill, clear, add and delete rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QWidget

from ui.common.column_widths import column_widths
from ui.common.editors import CellEditor, OptionsEditor
from ui.common.keys import act_of, key_of
from ui.common.plain import Menu
from ui.common.plain_heading import PlainHeading
from ui.common.record_table import RecordTable
from ui.common.sheet_delegate import HINTS, SheetDelegate
from ui.common.sheet_search import SheetSearch

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.common.theme import Theme

    Index = QModelIndex | QPersistentModelIndex

MIN_SEEN = 12
"""Pixels of the first column that no longer say who a row is about."""


class SheetEditor(SheetSearch):
    """A grid over a RecordTable. What its keys do: docs/grid-keys.md."""

    def __init__(self, model: RecordTable, theme: Theme, parent: QWidget | None = None) -> None:
        """Make a grid for typing."""
        super().__init__(model, theme, parent)
        self._typed = False
        self.setHorizontalHeader(PlainHeading(theme, self))
        self.setModel(model)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.AnyKeyPressed)
        delegate = SheetDelegate(self, model)
        delegate.left.connect(self._left)
        delegate.filled.connect(self._fill_typed)
        delegate.acted.connect(lambda name: getattr(self, name)())
        self.setItemDelegate(delegate)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        heading = self.horizontalHeader()
        heading.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        heading.customContextMenuRequested.connect(
            lambda at: self._open_column_menu(heading.logicalIndexAt(at), heading.mapToGlobal(at))
        )
        for column, width in enumerate(column_widths(model.fields, self.font())):
            self.setColumnWidth(column, width)
        self.verticalHeader().setMinimumWidth(36)
        self.horizontalScrollBar().valueChanged.connect(self._name_rows)

    def _name_rows(self) -> None:
        """Name the rows beside their numbers while the first column is scrolled out of sight."""
        gone = self.columnViewportPosition(0) + self.columnWidth(0) <= MIN_SEEN
        if not self.isColumnHidden(0) and self.table.name_rows(on=gone):
            self.updateGeometries()

    # --- keys ---

    def event(self, event: QEvent) -> bool:
        """What is typed is text: a letter without a key of its own would be taken for a shortcut, and lost.

        Writing pads, remote controls and some input methods of Windows send such letters (VK_PACKET).
        """
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_text(event):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's word
        return False  # Tab goes on in the grid: only what docs/grid-keys.md names leaves it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._closed(event) and act_of(event) is None:
            self._say_closed()
            return
        self._typed = bool(event.text().strip())
        super().keyPressEvent(event)
        self._typed = False

    def tab(self) -> None:
        """Go right; past the last column to the next row."""
        self.leave_cell(0, 1)

    def tab_back(self) -> None:
        """Go left."""
        self.leave_cell(0, -1)

    def _left(self, rows: int, columns: int, walking: bool) -> None:
        """Go on from a cell whose editor was left."""
        if walking:
            self.leave_cell(rows, columns)
        elif rows or columns:
            self.move_by(rows, columns)

    def _fill_typed(self, editor: CellEditor) -> None:
        """Write what is being typed into every selected cell; the editor of a refused text stays."""
        text, many = editor.taken, self.selected_cells() > 1
        if not many or self.currentIndex().row() >= len(self.table.keys):
            self.commitData(editor)
        else:
            self.table.refused = not self._write_selected(lambda _row, _column: text, self.tr("填入选中的格"))
        self.closeEditor(editor, HINTS.NoHint)

    def edit(self, index, trigger=None, event=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Open a cell's editor; one opened by a key is left by the arrow keys."""
        if trigger is None:
            super().edit(index)
            return None
        opened = super().edit(index, trigger, event)
        editor = self.indexWidget(index)
        if opened and isinstance(editor, CellEditor) and self._typed:
            editor.typed_over = True
        return opened

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Close an editor whose text was written or given up; one that was refused stays, with its text."""
        if self.table.refused and hint != HINTS.RevertModelCache:
            place = QPersistentModelIndex(self.indexAt(editor.geometry().center()))
            QTimer.singleShot(0, self, lambda: self._return_to(place))
            return
        self.table.refused = False
        super().closeEditor(editor, hint)

    def _return_to(self, place: QPersistentModelIndex) -> None:
        """Go back to the editor that stayed open, unless its page is left."""
        index = self.model().index(place.row(), place.column())
        editor = self.indexWidget(index)
        if isinstance(editor, CellEditor) and editor.isVisible():
            self.caret.stand(index.row(), index.column())
            editor.setFocus()

    def add_row(self) -> None:
        """Go to the empty row at the end."""
        self.go_to(self.table.index(self.table.rowCount() - 1, 0))

    # --- inside ---

    def edit_inside(self) -> None:
        """Open the current cell with its text in place."""
        index = self.currentIndex()
        if not index.isValid() or self._refuse_closed():
            return
        super().edit(index)
        editor = self.indexWidget(index)
        if isinstance(editor, CellEditor):
            editor.deselect()
            editor.end(False)
            if isinstance(editor, OptionsEditor):
                editor.open_list()

    def _closed(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier}
        return self.table.workspace.book.approved and plain and bool(event.text().strip())

    def column_menu(self) -> None:
        """Open the menu of the current column under its cell."""
        index = self.currentIndex()
        if index.isValid():
            below = self.visualRect(index).bottomLeft()
            self._open_column_menu(index.column(), self.viewport().mapToGlobal(below))

    def as_entered(self) -> None:
        """Show every row in the order of entry; the current one stays current."""
        self._keeping(self.table.as_entered)

    def _keeping(self, change: Callable[[], None]) -> None:
        """Show the rows otherwise; the current one stays current where it is still shown."""
        key, field = self.table.name_at(self.currentIndex())
        change()
        place = self.table.place_of(key, field)
        if place.isValid():
            self.caret.go(place.row(), place.column())

    def _open_column_menu(self, column: int, place: QPoint) -> None:
        from ui.common.column_menu import column_menu  # noqa: PLC0415 - when somebody asks

        if column >= 0:
            menu = column_menu(self, self.table, column, self._keeping)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)
            menu.setActiveAction(menu.actions()[0])

    def _open_menu(self, place: QPoint) -> None:
        menu = self.make_menu()
        menu.exec(self.viewport().mapToGlobal(place))
        menu.deleteLater()

    def make_menu(self) -> Menu:
        """Return the menu of the right mouse button."""
        menu = Menu(self)
        for words, act in (
            (self.tr("复制"), self.copy),
            (self.tr("剪切"), self.cut),
            (self.tr("粘贴"), self.paste),
            (self.tr("清除内容"), self.clear_cells),
            ("", None),
            (self.tr("向下填充"), self.fill_down),
            (self.tr("填充序列"), self.fill_series),
            ("", None),
            (self.tr("同样的都改…"), self.change_same),
            ("", None),
            (self.tr("在末尾新增一行"), self.add_row),
            (self.tr("在上面插入行"), self.insert_rows),
            (self.tr("剪贴板里的行插在上面"), self.paste_rows),
            (self.tr("上移"), self.rows_up),
            (self.tr("下移"), self.rows_down),
            (self.tr("删除选中的行"), self.delete_rows),
        ):
            if act is None:
                menu.addSeparator()
            else:
                menu.addAction(f"{words}\t{key_of(act.__name__)}".rstrip(), act)
        return menu


def _is_text(event: QKeyEvent) -> bool:
    """Whether a key writes something, and is no command."""
    commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return event.text().isprintable() and bool(event.text()) and not event.modifiers() & commands
