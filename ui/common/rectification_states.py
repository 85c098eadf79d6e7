"""整改台账: the lines' states as they are worked out, and the button that raises new lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from eduapp.standards.rectification import STATE_WORDS, LineState, item_words
from eduapp.standards.wording import STAGE_NAMES
from ui.common.elided_label import dimmed
from ui.common.plain import PushButton, set_tip
from ui.common.static_table import Column, Look, StaticTable, table_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.standards.rectification import RectificationLine
    from ui.common.theme import Theme

MARKS = {
    LineState.OPEN: "○",
    LineState.WORKING: "…",
    LineState.OVERDUE: "!",
    LineState.UNPROVED: "？",
    LineState.CLOSED: "✔",
}
ROWS_SHOWN = 5


class RectificationStates(QWidget):
    """A line is never closed here: its state is worked out from its verdict."""

    generating = Signal()
    asked = Signal(str)
    """The key of a line that was opened."""

    def __init__(self, theme: Theme) -> None:
        """Build the list of states and the button."""
        super().__init__()
        self._theme = theme
        self._said = dimmed("", theme.dim)
        self.button = PushButton(self.tr("由未达标项生成"))
        set_tip(self.button, self.tr("为每个还没有整改行的未达标项加一行,问题写明还差多少;可以撤销"))
        self.button.clicked.connect(self.generating)
        columns = (
            Column(self.tr("指标"), 10),
            Column(self.tr("学段"), 4),
            Column(self.tr("状态"), 6),
            Column(self.tr("现在的判定"), 24),
        )
        self.table = StaticTable(columns, self)
        self.view = table_view(self.table, theme)
        self.view.setFixedHeight(self.view.fontMetrics().height() * (ROWS_SHOWN + 1) * 3 // 2)
        self.view.doubleClicked.connect(lambda index: self.asked.emit(str(self.table.key_at(index))))
        head = QHBoxLayout()
        head.setContentsMargins(6, 3, 6, 3)
        head.addWidget(self._said, 1)
        head.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.view)
        self.show_lines(())

    def show_lines(self, found: Sequence[RectificationLine]) -> None:
        """Show each line's state."""
        counts = Counter(line.state for line in found)
        parts = [f"{STATE_WORDS[state]} {counts[state]}" for state in LineState if counts[state]]
        said = " · ".join(parts) or self.tr("还没有整改行")
        self._said.setText(self.tr("{0}。销号由判定得出,不能手工改。").format(said))
        self.table.set_rows([self._row(line) for line in found], [line.key for line in found])
        self.view.setVisible(bool(found))

    def added_words(self, added: int) -> str:
        """Say how many lines were raised."""
        if not added:
            return self.tr("没有新的未达标项")
        return self.tr("已生成 {0} 行,请填整改措施、责任人和期限").format(added)

    def _row(self, line: RectificationLine) -> list[Look | str]:
        theme = self._theme
        colours = {
            LineState.OVERDUE: theme.bad,
            LineState.UNPROVED: theme.warn,
            LineState.CLOSED: theme.good,
        }
        state = Look(f"{MARKS[line.state]} {STATE_WORDS[line.state]}", colours.get(line.state, theme.dim))
        stage = STAGE_NAMES[line.stage] if line.stage else ""
        item = item_words(line.item)
        named = f"{item}({line.school})" if line.school else item
        return [Look(named, tip=named), stage, state, Look(line.now, tip=line.now)]
