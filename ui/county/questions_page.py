"""提问与回执: questions on single cells, and the receipts that carry them to the schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from eduapp.services.hand_off.questions import QuestionState
from ui.county.page_widgets import Filters, Page, row_of
from ui.county.questions_panel import QuestionsPanel
from ui.county.receipts_panel import ReceiptsPanel

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

ASK, RECEIPTS = "提问", "回执"


class QuestionsPage(Page):
    """Two views: asking, and writing the receipts."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.tabs = Filters([ASK, RECEIPTS], theme)
        self.tabs.chosen.connect(self.show_tab)
        self.asking, self.receipts = QuestionsPanel(desk, theme), ReceiptsPanel(desk, theme)
        self.places = self._stack = QStackedWidget()
        self._panels: dict[str, QWidget] = {ASK: self.asking, RECEIPTS: self.receipts}
        for panel in self._panels.values():
            self._stack.addWidget(panel)
        self.box.addLayout(row_of(self.tabs, None))
        self.box.addWidget(self._stack, 1)

    def fill(self, snapshot: Snapshot) -> None:
        waiting = sum(each.state is QuestionState.OPEN for each in snapshot.asked)
        self.tabs.say(ASK, f"{ASK} {waiting}" if waiting else ASK)
        self.asking.fill(snapshot)

    def show_tab(self, name: str) -> None:
        """Show one of the two views."""
        self.tabs.choose(name)
        self._stack.setCurrentWidget(self._panels[name])

    def ask_school(self, school: str) -> None:
        """Show the tables of a school, to ask about one of its cells."""
        self.show_tab(ASK)
        self.asking.picker.show_school(school)

    def write_back(self, places: Mapping[Path, Collection[str]]) -> None:
        """Write the receipts of an import back onto its sticks."""
        self.show_tab(RECEIPTS)
        self.receipts.write_back(places)
