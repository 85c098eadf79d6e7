"""密钥与批次: the county's keys, the schools' keys, the round file, the register; a view for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from ui.county.county_keys_panel import CountyKeysPanel
from ui.county.page_widgets import Filters, Page, row_of
from ui.county.register_panel import RegisterPanel
from ui.county.requests_panel import RequestsPanel
from ui.county.round_panel import RoundPanel

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

COUNTY, REQUESTS, ROUND, REGISTER = "① 县级密钥", "② 登记学校密钥", "③ 批次文件", "密钥登记册"


class CountyKeysPage(Page):
    """In the order in which a county goes through it for the first time."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.tabs = Filters([COUNTY, REQUESTS, ROUND, REGISTER], theme)
        self.tabs.chosen.connect(self.show_tab)
        self.county = CountyKeysPanel(desk, theme)
        self.requests = RequestsPanel(desk, theme)
        self.round = RoundPanel(desk, theme)
        self.register = RegisterPanel(desk, theme)
        self.round.keys_asked.connect(lambda: self.show_tab(COUNTY))
        self._panels: dict[str, CountyKeysPanel | RequestsPanel | RoundPanel | RegisterPanel] = {
            COUNTY: self.county,
            REQUESTS: self.requests,
            ROUND: self.round,
            REGISTER: self.register,
        }
        self._stack = QStackedWidget()
        for panel in self._panels.values():
            self._stack.addWidget(panel)
        self.box.addLayout(row_of(self.tabs, None, *self.requests.sources))
        self.box.addWidget(self._stack, 1)
        self.show_tab(COUNTY)

    def show_tab(self, name: str) -> None:
        """Show one of the views."""
        self.tabs.choose(name)
        self._stack.setCurrentWidget(self._panels[name])
        for button in self.requests.sources:
            button.setVisible(name == REQUESTS)
        if name == REQUESTS:
            self.requests.digits.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.county.fill()  # there may be no numbers while the keys are locked

    def fill(self, snapshot: Snapshot) -> None:
        for panel in self._panels.values():
            panel.fill(snapshot)
        self.tabs.say(REGISTER, f"{REGISTER} {len(snapshot.keys)}")
