"""A page of the school window: tabs of grids and forms, with one line for the current cell."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from eduapp.services import entry
from eduapp.standards.figures import FIGURES
from eduapp.standards.numbers import plain
from ui.common.finding_line import FindingLine
from ui.school.panes import FormPane, GridPane

if TYPE_CHECKING:
    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import Finding, Report
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace
    from ui.school.layout import PageLayout

Place = tuple[str, str, str]
"""(record, key, field)."""


class RecordsPage(QWidget):
    """A page over records; several tabs where there are several panes."""

    noted = Signal(str)
    moved = Signal()
    """The current cell is another one."""
    long_job = Signal(str, object, object)

    def __init__(
        self,
        workspace: Workspace[SchoolBook],
        layout: PageLayout,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Build the panes of a layout."""
        super().__init__(parent)
        self.workspace = workspace
        self.layout_ = layout
        self.panes: list[GridPane | FormPane] = [
            GridPane(workspace, pane, theme) if pane.record else FormPane(workspace, pane, theme)
            for pane in layout.panes
        ]
        self._line = FindingLine(theme)
        self._line.reasoned.connect(self._reason)
        self._tabs = QTabWidget(documentMode=True)
        for pane in self.panes:
            self._tabs.addTab(pane, pane.layout_.title)
            pane.moved.connect(self._moved)
            pane.noted.connect(self.noted)
            pane.long_job.connect(self.long_job)
        self._tabs.tabBar().setVisible(len(self.panes) > 1)
        self._tabs.currentChanged.connect(self._moved)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 0, 4, 0)
        box.setSpacing(0)
        box.addWidget(self._tabs, 1)
        box.addWidget(self._line)

    # --- places ---

    @property
    def pane(self) -> GridPane | FormPane:
        """The pane in front."""
        return self.panes[self._tabs.currentIndex()]

    @property
    def line_text(self) -> str:
        """What the line under the grid says."""
        return self._line.text

    @property
    def place(self) -> Place:
        """The current cell."""
        return self.pane.place

    def shows(self, record: str, key: str, field: str) -> bool:
        """Whether a cell is on this page."""
        return any(pane.shows(record, key, field) for pane in self.panes)

    def go_to(self, record: str, key: str, field: str) -> None:
        """Turn to a cell's tab and put the keyboard there."""
        for number, pane in enumerate(self.panes):
            if pane.shows(record, key, field):
                self._tabs.setCurrentIndex(number)
                pane.go_to(record, key, field)
                self._show_line()
                return

    def order_of(self, place: Place) -> tuple[int, int, int]:
        """Return where a cell comes when going through the page (tab, row, column)."""
        for number, pane in enumerate(self.panes):
            if pane.shows(*place):
                return (number, *pane.order_of(*place))
        return (len(self.panes), 0, 0)

    def show_report(self, report: Report) -> None:
        """Mark what was found."""
        for number, pane in enumerate(self.panes):
            found = [each for each in report.findings if pane.shows(each.record, each.key, each.field)]
            pane.set_findings(found)
            count = sum(each.open for each in found)
            title = pane.layout_.title
            self._tabs.setTabText(number, f"{title} ({count})" if count else title)
        self._show_line()

    def refresh(self) -> None:
        """Show everything anew: after 审核通过 and 取消审核."""
        for pane in self.panes:
            pane.refresh()

    def commit(self) -> None:
        """Write what is being typed."""
        for pane in self.panes:
            pane.commit()
        self._line.commit()

    def summary(self) -> str:
        """Say the page's figures as they count: `班级 12 · 学生 498 人`."""
        data = self.workspace.book.data
        words = []
        for name, label in self.layout_.figures:
            stages = data.sections if FIGURES[name].by_stage else (None,)
            parts = [data.figure(name, stage) for stage in stages]
            values = [part.value for part in parts if part.value is not None]
            if values:
                words.append(f"{label} {plain(Decimal(sum(values)))} {parts[0].unit}")
        return " · ".join(words)

    # --- inside ---

    def _moved(self) -> None:
        self._show_line()
        self.moved.emit()

    def _show_line(self) -> None:
        record, _, field = self.place
        hint = ""
        if record and field:
            item = RECORDS[record].fields[field].item
            hint = f"{item.label}:{item.help}" if item.help else ""
        self._line.show_findings(self.pane.findings_here(), hint)

    def _reason(self, finding: str, text: str) -> None:
        self.workspace.edit(lambda book: entry.set_reason(book, finding, text))


def findings_of(page: RecordsPage, report: Report) -> list[Finding]:
    """Return the findings of a report that are on a page."""
    return [each for each in report.findings if page.shows(each.record, each.key, each.field)]
