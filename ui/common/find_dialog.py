"""Find and replace in a grid: a small window that says how many cells there are before any is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from ui.common.elided_label import tint
from ui.common.plain import CheckBox, Label, PushButton, set_title
from ui.common.searching import Search

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.common.theme import Theme


class FindDialog(QDialog):
    """What is looked for and what stands for it. Enter finds the next one, or replaces."""

    changed = Signal()
    """Something else is looked for."""
    stepped = Signal(int)
    """The next (1) or the previous (-1) one is wanted."""
    replaced = Signal(bool)
    """The current one (False) or all of them (True) are to be replaced."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Look for nothing yet."""
        super().__init__(parent)
        self._theme = theme
        set_title(self, self.tr("查找和替换"))
        self.wanted, self.by = QLineEdit(), QLineEdit()
        self.whole = CheckBox(self.tr("整格相同"))
        self.column_only = CheckBox(self.tr("只在这一列"))
        self.said = Label(wordWrap=True)
        grid = QGridLayout()
        grid.addWidget(Label(self.tr("查找")), 0, 0)
        grid.addWidget(self.wanted, 0, 1)
        grid.addWidget(Label(self.tr("替换为")), 1, 0)
        grid.addWidget(self.by, 1, 1)
        options = QHBoxLayout()
        for tick in (self.whole, self.column_only):
            options.addWidget(tick)
            tick.toggled.connect(lambda _on: self.changed.emit())
        options.addStretch(1)
        grid.addLayout(options, 2, 1)
        self.next, self.one, self.all = (
            PushButton(self.tr("下一处")),
            PushButton(self.tr("替换")),
            PushButton(self.tr("全部替换")),
        )
        close = PushButton(self.tr("关闭"))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.next, self.one, self.all, close):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        box = QVBoxLayout(self)
        box.addLayout(grid)
        box.addWidget(self.said)
        box.addLayout(buttons)
        self.wanted.textChanged.connect(lambda _text: self.changed.emit())
        self.next.clicked.connect(lambda _on: self.stepped.emit(1))
        self.one.clicked.connect(lambda _on: self.replaced.emit(False))
        self.all.clicked.connect(lambda _on: self.replaced.emit(True))
        close.clicked.connect(lambda _on: self.hide())
        self.setMinimumWidth(420)

    @property
    def search(self) -> Search:
        """What is looked for."""
        return Search(self.wanted.text(), self.whole.isChecked())

    def ask(self, text: str, *, whole: bool, column_only: bool, replacing: bool) -> None:
        """Come up with a text to look for; the keyboard is where something is still to be typed."""
        self.whole.setChecked(whole)
        self.column_only.setChecked(column_only)
        if text:
            self.wanted.setText(text)
        self.by.clear()
        self.show()
        self.raise_()
        self.activateWindow()
        field = self.by if replacing and self.wanted.text() else self.wanted
        field.setFocus()
        field.selectAll()
        self.changed.emit()

    def say(self, text: str, *, good: bool = True) -> None:
        """Say what was found or done."""
        self.said.setText(text)
        tint(self.said, self._theme.dim if good else self._theme.warn)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif self.focusWidget() is self.by:
            self.replaced.emit(self.whole.isChecked())
        else:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(-1 if back else 1)
