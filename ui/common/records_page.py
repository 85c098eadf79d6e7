"""A page over records: tabs of grids and forms, with one line for the current cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from eduapp.services import entry
from ui.common.finding_line import FindingLine
from ui.common.record_panes import FormPane, GridPane

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eduapp.services.books import RecordBook
    from eduapp.standards.results import Finding
    from ui.common.record_layout import PageLayout, PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

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
        workspace: Workspace[RecordBook],
        layout: PageLayout,
        theme: Theme,
    ) -> None:
        """Build the panes of a layout."""
        super().__init__()
        self.workspace = workspace
        self.layout_ = layout
        self.panes: list[GridPane | FormPane] = [
            self.make_grid(pane, theme) if pane.record else self.make_form(pane, theme)
            for pane in layout.panes
        ]
        self._line = FindingLine(theme, self.reason_hint())
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

    # --- what a side may have of its own ---

    def make_grid(self, pane: PaneLayout, theme: Theme) -> GridPane:
        """Return the pane of a list."""
        return GridPane(self.workspace, pane, theme)

    def make_form(self, pane: PaneLayout, theme: Theme) -> FormPane:
        """Return the pane of a form."""
        return FormPane(self.workspace, pane, theme)

    def reason_hint(self) -> str:
        """Say what stands in the empty field of an explanation."""
        return self.tr("确属实情,在此写说明")

    def summary(self) -> str:
        """Say what stands at the left of the status line."""
        return ""

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

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Mark what was found."""
        every = list(findings)
        for number, pane in enumerate(self.panes):
            found = [each for each in every if pane.shows(each.record, each.key, each.field)]
            pane.set_findings(found)
            count = sum(each.open for each in found)
            title = pane.layout_.title
            self._tabs.setTabText(number, f"{title} ({count})" if count else title)
        self._show_line()

    def show_questions(self, questions: Mapping[Place, str]) -> None:
        """Mark the cells that the county asks about, each with its question."""
        for pane in self.panes:
            pane.set_questions({at: text for at, text in questions.items() if pane.shows(*at)})
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
        self._line.show_findings(self.pane.findings_here(), hint, self.pane.question_here())

    def _reason(self, finding: str, text: str) -> None:
        self.workspace.edit(lambda book: entry.set_reason(book, finding, text))


def findings_of(page: RecordsPage, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are on a page."""
    return [each for each in findings if page.shows(each.record, each.key, each.field)]
