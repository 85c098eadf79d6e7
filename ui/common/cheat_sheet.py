"""The sheet that F1 shows: every key and what it does, from where they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.common.elided_label import tint
from ui.common.keys import GROUPS, RULE
from ui.common.plain import Label, PushButton, set_title

if TYPE_CHECKING:
    from ui.common.theme import Theme

SIZE = (820, 540)
KEYS_WIDTH = 210


class CheatSheet(QDialog):
    """A window over the grid; Escape, Enter or F1 closes it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Write every group."""
        super().__init__(parent)
        set_title(self, self.tr("按键"))
        body = QWidget()
        grid = QGridLayout(body)
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(1, 1)
        line = 0
        for words in RULE:
            grid.addWidget(Label(words, wordWrap=True), line, 0, 1, 2)
            line += 1
        for title, lines in GROUPS:
            heading = Label(title)
            tint(heading, theme.accent, bold=True)
            grid.addWidget(heading, line, 0, 1, 2)
            line += 1
            for each in lines:
                keys = Label(each.keys, wordWrap=True)
                keys.setFixedWidth(KEYS_WIDTH)
                top = Qt.AlignmentFlag.AlignTop
                grid.addWidget(keys, line, 0, top)
                grid.addWidget(Label(each.words, wordWrap=True), line, 1, top)
                line += 1
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(body)
        close = PushButton(self.tr("关闭"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        box = QVBoxLayout(self)
        box.addWidget(area, 1)
        box.addLayout(buttons)
        self.resize(min(SIZE[0], parent.width() - 20), min(SIZE[1], parent.height() - 40))
        close.setFocus()
