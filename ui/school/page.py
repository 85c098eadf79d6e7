"""A page of the school window: its panes, and the figures summed up in the status line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ui.common import records_page
from ui.common.records_page import Place, findings_of
from ui.school.panes import SchoolFormPane

if TYPE_CHECKING:
    from eduapp.services.books import SchoolBook
    from ui.common.grid_pane import GridPane
    from ui.common.record_layout import PageLayout, PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

__all__ = ["Place", "SchoolRecordsPage", "findings_of"]


class SchoolRecordsPage(records_page.RecordsPage):
    """A page over a school's records."""

    def __init__(self, workspace: Workspace[SchoolBook], layout: PageLayout, theme: Theme) -> None:
        """Build the panes of a layout."""
        self._school = workspace
        super().__init__(workspace, layout, theme)

    def make_grid(self, pane: PaneLayout, theme: Theme) -> GridPane:
        from ui.school import grid_panes  # noqa: PLC0415 - when the first list is looked at

        if pane.record == "rectification":
            from ui.school.rectification_panel import RectificationPane  # noqa: PLC0415 - as above

            return RectificationPane(self._school, pane, theme)
        return grid_panes.SchoolGridPane(self._school, pane, theme)

    def make_form(self, pane: PaneLayout, theme: Theme) -> SchoolFormPane:
        return SchoolFormPane(self._school, pane, theme)

    def reason_hint(self) -> str:
        return self.tr("确属实情,在此写说明(随上报文件带走)")

    def summary(self) -> str:
        """Say the page's figures as they count: `班级 12 · 学生 498 人`; nothing until they are counted."""
        if not self._school.book.is_counted:
            return ""
        from eduapp.standards.figures import FIGURES  # noqa: PLC0415 - they are counted: it is loaded
        from eduapp.standards.numbers import plain  # noqa: PLC0415 - as above

        data = self._school.book.data
        words = []
        for name, label in self.layout_.figures:
            stages = data.sections if FIGURES[name].by_stage else (None,)
            parts = [data.figure(name, stage) for stage in stages]
            values = [part.value for part in parts if part.value is not None]
            if values:
                words.append(f"{label} {plain(Decimal(sum(values)))} {parts[0].unit}")
        return " · ".join(words)
