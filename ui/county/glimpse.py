"""The board of the last time, grey, while a county's workbook is opened and checked: to be looked at only."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from ui.common.plain import Label, set_title
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import frame_size

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from eduapp.services.glimpses import Glimpse
    from ui.common.theme import Theme


class BoardGlimpse(QWidget):
    """Stands until the window of the workbook does, or it is said why that does not open.

    Nothing on it can be chosen, copied or opened; it cannot be closed, as the opening cannot be stopped.
    """

    def __init__(self, theme: Theme, glimpse: Glimpse) -> None:
        """Show what was kept, in the place of the window to come."""
        super().__init__()
        set_title(self, glimpse.title)
        self.resize(*frame_size(self.screen()))
        said = self.tr("上次 {0} 关闭时的名单和上报情况,只供查看。正在打开并核对工作簿,核对后显示现在的。")
        self.note = Label(said.format(last_time(glimpse.at)), wordWrap=True)
        self.total = Label(glimpse.total)
        for each in (self.note, self.total):
            each.setStyleSheet(f"color: {theme.dim};")
        self.table = StaticTable([Column(*column) for column in glimpse.columns])
        self.view = table_view(self.table, theme)
        self.view.verticalHeader().hide()
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.set_rows([[Look(text, theme.dim) for text in row] for row in glimpse.rows])
        box = QVBoxLayout(self)
        for each in (self.note, self.total):
            box.addWidget(each)
        box.addWidget(self.view, 1)
        self._over = False

    def leave(self) -> None:
        """Go: the window of the workbook is there."""
        self._over = True
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._over)


def last_time(at: str) -> str:
    """Return when something was, as people say it: of today the hour, else the day too."""
    then = datetime.datetime.fromisoformat(at)
    today = then.date() == datetime.datetime.now(then.tzinfo).date()
    return then.strftime("%H:%M" if today else "%m-%d %H:%M")
