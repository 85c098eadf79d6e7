"""县级整改台账: its grid, and under it each line's state by the last report of the county."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDate

from eduapp.services import rectification
from ui.common.grid_pane import GridPane
from ui.common.rectification_states import RectificationStates

if TYPE_CHECKING:
    import datetime

    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.report import CountyReport
    from ui.common.record_layout import PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace


class CountyRectificationPane(GridPane):
    """Follows the county's report; what is overdue is told by today's date."""

    def __init__(self, workspace: Workspace[CountyBook], layout: PaneLayout, theme: Theme) -> None:
        """Build the grid and put the states below; nothing is raised before there is a report."""
        super().__init__(workspace, layout, theme)
        self._county = workspace
        self._report: CountyReport | None = None
        self.panel = RectificationStates(theme)
        self.panel.button.setEnabled(False)
        self.panel.generating.connect(self.generate)
        self.panel.asked.connect(lambda key: self.go_to(layout.record, key, "measure"))
        box = self.layout()
        if box is not None:
            box.addWidget(self.panel)
        workspace.checked.connect(lambda _: self._show())

    def show_report(self, report: CountyReport) -> None:
        """Judge the lines by another report."""
        self._report = report
        self.panel.button.setEnabled(bool(report.schools))
        self._show()

    def generate(self) -> None:
        """Add a line for everything unmet at the county that has none: one undo step."""
        if not self._county.ready(self.generate):
            return
        report, before = self._report, len(self._rows())
        if report is not None and self._county.edit(
            lambda book: rectification.raise_county_lines(book, report)
        ):
            self.noted.emit(self.panel.added_words(len(self._rows()) - before))
            self._county.check_now()

    def _show(self) -> None:
        if self._report is not None:
            today = cast("datetime.date", QDate.currentDate().toPython())
            self.panel.show_lines(rectification.county_lines(self._county.book, self._report, today))
