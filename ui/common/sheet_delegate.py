"""Makes the editors of a grid's cells and leaves them as a spreadsheet does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from ui.common.cell_painter import CellPainter
from ui.common.editors import CellEditor, OptionsEditor, editor_for, leaving_key
from ui.common.keys import act_of
from ui.common.record_table import EDIT, RecordTable

if TYPE_CHECKING:
    Index = QModelIndex | QPersistentModelIndex

HINTS = QAbstractItemDelegate.EndEditHint
WALKING = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
"""Keys that go on within a selection of many cells; arrows leave it."""
WHILE_TYPING = {"select_columns", "select_rows"}
"""What a key does in an open editor, too, once the text is written."""


class SheetDelegate(CellPainter):
    """Makes the editor of a cell's kind and leaves it as a spreadsheet does."""

    left = Signal(int, int, bool)
    """(rows, columns) to move by after the text was written, and whether within what is selected."""
    filled = Signal(object)
    """An editor whose text goes into every selected cell."""
    acted = Signal(str)
    """What the grid does after the text was written (ui/common/keys.py)."""

    def __init__(self, view: QTableView, table: RecordTable) -> None:
        """Make the editors of one grid."""
        super().__init__(view, table)
        self._table = table

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        if not isinstance(model, RecordTable):
            return super().createEditor(parent, option, index)
        column = index.column()
        editor = editor_for(
            model.fields[column].item,
            model.titles,
            parent,
            offered=model.options(column),
            recent=model.recent(index.row(), column),
        )
        editor.setFrame(False)
        if isinstance(editor, OptionsEditor):
            editor.chosen.connect(lambda: self._leave(editor, (0, 0), walking=False))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Qt asks again whenever the cell is told of anew: also by a check that ends while somebody types.
        if isinstance(editor, CellEditor) and not editor.filled:
            editor.filled = True
            editor.setText(str(index.data(EDIT) or ""))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, CellEditor):
            model.setData(index, editor.taken, EDIT)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)  # type: ignore[attr-defined]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if isinstance(watched, CellEditor) and pressed and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        return super().eventFilter(watched, event)

    def _key(self, editor: CellEditor, event: QKeyEvent) -> bool:
        """Take the keys that end typing and let the editor have every other one."""
        act, step = act_of(event), leaving_key(editor, event)
        if act is not None and act.name == "fill_same":
            self.filled.emit(editor)
        elif (
            act is not None
            and act.name in WHILE_TYPING
            and event.modifiers() == Qt.KeyboardModifier.AltModifier
        ):
            self._leave(editor, (0, 0), walking=False)
            if not self._table.refused:
                self.acted.emit(act.name)
        elif step is not None:
            self._leave(editor, step, walking=event.key() in WALKING)
        elif event.key() == Qt.Key.Key_Escape:
            self.closeEditor.emit(editor, HINTS.RevertModelCache)
        else:
            return False
        return True

    def _leave(self, editor: CellEditor, step: tuple[int, int], *, walking: bool) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, HINTS.NoHint)
        if not self._table.refused:
            self.left.emit(*step, walking)
