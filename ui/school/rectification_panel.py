"""整改台账 of a school: its grid, and under it each line's state by the last check."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDate

from eduapp.services import rectification
from ui.common.rectification_states import RectificationStates
from ui.school.grid_panes import SchoolGridPane

if TYPE_CHECKING:
    import datetime

    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import Report
    from ui.common.record_layout import PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace


class RectificationPane(SchoolGridPane):
    """Follows every check; what is overdue is told by today's date."""

    def __init__(self, workspace: Workspace[SchoolBook], layout: PaneLayout, theme: Theme) -> None:
        """Build the grid and put the states below."""
        super().__init__(workspace, layout, theme)
        self._school = workspace
        self.panel = RectificationStates(theme)
        self.panel.generating.connect(self.generate)
        self.panel.asked.connect(lambda key: self.go_to(layout.record, key, "measure"))
        box = self.layout()
        if box is not None:
            box.addWidget(self.panel)
        workspace.checked.connect(self._show)
        if workspace.report is not None:
            self._show(workspace.report)

    def generate(self) -> None:
        """Add a line for every unmet verdict that has none: one undo step."""
        before = len(self._rows())
        if self._school.edit(rectification.raise_lines):
            self.noted.emit(self.panel.added_words(len(self._rows()) - before))
            self._school.check_now()

    def empty_words(self) -> str:
        return self.tr("还没有整改行。按下面的「由未达标项生成」,或直接在第一行输入。")

    def _show(self, report: Report) -> None:
        today = cast("datetime.date", QDate.currentDate().toPython())
        self.panel.show_lines(rectification.lines(self._school.book, today, report))
