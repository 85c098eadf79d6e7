"""A page over records: tabs of grids and forms, with one line for the current cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from eduapp.services import entry
from ui.common.finding_line import FindingLine
from ui.common.pressing import enter_presses
from ui.common.record_panes import FormPane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtGui import QShowEvent

    from eduapp.services.books import RecordBook
    from eduapp.standards.results import Finding
    from ui.common.grid_pane import GridPane
    from ui.common.record_layout import PageLayout, PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

Place = tuple[str, str, str]
"""(record, key, field)."""


class Panes(Sequence["GridPane | FormPane"]):
    """The panes of a page in order; each is made when it is first asked for."""

    def __init__(self, layouts: Sequence[PaneLayout], make: Callable[[int], GridPane | FormPane]) -> None:
        """Start with none made."""
        self.layouts = layouts
        self._make = make
        self._made: dict[int, GridPane | FormPane] = {}

    @property
    def made(self) -> dict[int, GridPane | FormPane]:
        """The panes that are there, by their place."""
        return dict(self._made)

    @overload
    def __getitem__(self, number: int) -> GridPane | FormPane: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[GridPane | FormPane]: ...

    def __getitem__(self, number: int | slice) -> GridPane | FormPane | Sequence[GridPane | FormPane]:
        """Return a pane, or some of them."""
        if isinstance(number, slice):
            return [self[each] for each in range(len(self))[number]]
        at = range(len(self))[number]
        if at not in self._made:
            self._made[at] = self._make(at)
        return self._made[at]

    def __len__(self) -> int:
        """Count the panes, made or not."""
        return len(self.layouts)


class RecordsPage(QWidget):
    """A page over records; several tabs where there are several panes, each made when it is first seen."""

    pane_made = Signal(object)
    """A GridPane or FormPane."""
    noted = Signal(str)
    done = Signal(str)
    """What a bulk act changed: it can be taken back at once."""
    moved = Signal()
    """The current cell is another one."""
    long_job = Signal(str, object, object)

    def __init__(
        self,
        workspace: Workspace[RecordBook],
        layout: PageLayout,
        theme: Theme,
    ) -> None:
        """Stand in for the panes of a layout until they are seen."""
        super().__init__()
        self.workspace = workspace
        self.layout_ = layout
        self._theme = theme
        self._findings: list[Finding] = []
        self._questions: Mapping[Place, str] = {}
        self.panes = Panes(layout.panes, self._make)
        self._line = FindingLine(theme, self.reason_hint())
        self._line.reasoned.connect(self._reason)
        self._line.same.clicked.connect(lambda _on: self.pane.change_same())
        self._tabs = QTabWidget(documentMode=True)
        for pane in layout.panes:
            seat = QWidget()
            box = QVBoxLayout(seat)
            box.setContentsMargins(0, 0, 0, 0)
            self._tabs.addTab(seat, pane.title)
        self._tabs.tabBar().setVisible(len(self.panes) > 1)
        self._tabs.currentChanged.connect(self._moved)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 0, 4, 0)
        box.setSpacing(0)
        box.addWidget(self._tabs, 1)
        box.addWidget(self._line)

    def _make(self, number: int) -> GridPane | FormPane:
        """Make a pane and let it catch up with what the page was told."""
        layout = self.layout_.panes[number]
        pane = self.make_grid(layout, self._theme) if layout.record else self.make_form(layout, self._theme)
        seat = self._tabs.widget(number).layout()
        if seat is not None:
            seat.addWidget(pane)
        pane.show()  # at once: a page that is being shown does not look for children that came meanwhile
        pane.moved.connect(self._moved)
        pane.noted.connect(self.noted)
        pane.done.connect(self.done)
        pane.long_job.connect(self.long_job)
        pane.set_findings(_within(layout, self._findings))
        pane.set_questions({at: text for at, text in self._questions.items() if layout.shows(*at)})
        self.pane_made.emit(pane)
        enter_presses(pane)
        return pane

    def showEvent(self, event: QShowEvent) -> None:
        self._show_line()
        super().showEvent(event)

    # --- what a side may have of its own ---

    def make_grid(self, pane: PaneLayout, theme: Theme) -> GridPane:
        """Return the pane of a list."""
        from ui.common.grid_pane import GridPane  # noqa: PLC0415 - when the first list is looked at

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

    def show_pane(self) -> None:
        """Make the pane in front and say what is at its cell: before the page comes into sight."""
        self._show_line()

    @property
    def line_text(self) -> str:
        """What the line under the grid says."""
        return self._line.text

    @property
    def place(self) -> Place:
        """The current cell; none where the pane in front was never seen."""
        pane = self.panes.made.get(self._tabs.currentIndex())
        return pane.place if pane is not None else ("", "", "")

    def parts_for_keys(self) -> list[QWidget]:
        """Return what F6 goes through on this page: for typing, the line below, what stands above."""
        typing, *above = self.pane.parts_for_keys()
        return [typing, self._line.reason, *above]

    def shows(self, record: str, key: str, field: str) -> bool:
        """Whether a cell is on this page."""
        return any(pane.shows(record, key, field) for pane in self.layout_.panes)

    def go_to(self, record: str, key: str, field: str) -> None:
        """Turn to a cell's tab and put the keyboard there."""
        for number, layout in enumerate(self.layout_.panes):
            if layout.shows(record, key, field):
                self._tabs.setCurrentIndex(number)
                self.panes[number].go_to(record, key, field)
                self._show_line()
                return

    def order_of(self, place: Place) -> tuple[int, int, int]:
        """Return where a cell comes when going through the page (tab, row, column)."""
        for number, layout in enumerate(self.layout_.panes):
            if layout.shows(*place):
                return (number, *self.panes[number].order_of(*place))
        return (len(self.panes), 0, 0)

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Mark what was found."""
        self._findings = list(findings)
        made = self.panes.made
        for number, layout in enumerate(self.layout_.panes):
            found = _within(layout, self._findings)
            if number in made:
                made[number].set_findings(found)
            count = sum(each.open for each in found)
            self._tabs.setTabText(number, f"{layout.title} ({count})" if count else layout.title)
        self._show_line_of_made()

    def show_questions(self, questions: Mapping[Place, str]) -> None:
        """Mark the cells that the county asks about, each with its question."""
        self._questions = questions
        for number, pane in self.panes.made.items():
            layout = self.layout_.panes[number]
            pane.set_questions({at: text for at, text in questions.items() if layout.shows(*at)})
        self._show_line_of_made()

    def refresh(self) -> None:
        """Show everything anew: after 审核通过 and 取消审核."""
        for pane in self.panes.made.values():
            pane.refresh()

    def commit(self) -> None:
        """Write what is being typed."""
        for pane in self.panes.made.values():
            pane.commit()
        self._line.commit()

    @property
    def unwritten(self) -> bool:
        """Whether something typed was refused and stays where it was typed."""
        return self._line.unwritten or any(pane.unwritten for pane in self.panes.made.values())

    # --- inside ---

    def _moved(self) -> None:
        self._show_line()
        self.moved.emit()

    def _show_line_of_made(self) -> None:
        if self._tabs.currentIndex() in self.panes.made:
            self._show_line()

    def _show_line(self) -> None:
        pane = self.pane
        record, _, field = pane.place
        hint = ""
        if record and field:
            item = RECORDS[record].fields[field].item
            hint = f"{item.label}:{item.help}" if item.help else ""
        found = pane.findings_here()
        self._line.show_findings(found, hint, pane.question_here())
        self._line.offer_same(pane.same_here() if found else 0)

    def _reason(self, finding: str, text: str) -> None:
        if not self.workspace.edit(lambda book: entry.set_reason(book, finding, text), kept=True):
            self._line.refuse()


def _within(layout: PaneLayout, findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if layout.shows(finding.record, finding.key, finding.field)]


def findings_of(page: RecordsPage, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are on a page."""
    return [finding for finding in findings if page.shows(finding.record, finding.key, finding.field)]
