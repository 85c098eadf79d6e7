"""A page over the county's own records; beside a number the schools tell, their sum is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from db.records.rows import ONLY
from eduapp.standards.county import rollup as rolling
from eduapp.standards.rectification import COUNTY_RECORD
from ui.common.elided_label import dimmed
from ui.common.grid_pane import GridPane
from ui.common.record_panes import FormPane
from ui.common.records_page import RecordsPage
from ui.county.page_widgets import button_of
from ui.county.rectification_pane import CountyRectificationPane

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.rollup import Rollup
    from ui.common.record_layout import PageLayout, PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace


class SummedForm(FormPane):
    """A form with the schools' sums beside its numbers, and a button that fills the blank ones."""

    sums_asked = Signal()

    def __init__(self, workspace: Workspace[CountyBook], layout: PaneLayout, theme: Theme) -> None:
        """Start without sums."""
        super().__init__(workspace, layout, theme)
        self._schools: Rollup = {}
        self._head = dimmed("", theme.dim)
        self.take = button_of(
            self.tr("填入各校合计"), self.sums_asked.emit, self.tr("只填空白的项;已填的数不改")
        )
        row = QHBoxLayout()
        row.setContentsMargins(10, 5, 10, 0)
        row.addWidget(self._head, 1)
        row.addWidget(self.take)
        box = self.layout()
        if isinstance(box, QVBoxLayout):
            box.insertLayout(0, row)
        workspace.changed.connect(lambda _: self._show_head())
        self._show_head()

    def show_sums(self, schools: Rollup) -> None:
        """Show what the schools tell."""
        self._schools = schools
        self.form.set_notes({(rolling.RECORD, ONLY, name): each.words for name, each in schools.items()})
        self._show_head()

    def _show_head(self) -> None:
        row = self.workspace.book.draft.only(rolling.RECORD)
        blank = [name for name, each in self._schools.items() if each.complete and row[name] is None]
        self.take.setEnabled(bool(blank))
        if not self._schools:
            self._head.setText(self.tr("接收学校上报文件后,右侧显示各校合计,供核对。"))
        elif blank:
            self._head.setText(self.tr("右侧是各校上报数的合计;{0} 项空白可以直接填入。").format(len(blank)))
        else:
            self._head.setText(self.tr("右侧是各校上报数的合计,供核对。"))


class CountyRecordsPage(RecordsPage):
    """A page over the county's own records."""

    def __init__(self, workspace: Workspace[CountyBook], layout: PageLayout, theme: Theme) -> None:
        """Build the panes of a layout."""
        self._county = workspace
        super().__init__(workspace, layout, theme)

    def make_grid(self, pane: PaneLayout, theme: Theme) -> GridPane:
        if pane.record == COUNTY_RECORD:
            return CountyRectificationPane(self._county, pane, theme)
        return super().make_grid(pane, theme)

    def make_form(self, pane: PaneLayout, theme: Theme) -> FormPane:
        summed = any(column.record == rolling.RECORD for group in pane.groups for column in group.columns)
        return SummedForm(self._county, pane, theme) if summed else FormPane(self._county, pane, theme)

    def reason_hint(self) -> str:
        return self.tr("确属实情,在此写说明(留在县级工作簿)")
