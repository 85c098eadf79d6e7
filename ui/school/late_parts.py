"""The parts of the school window that are made when they are first asked for: other pages, flows, the card.

A start shows one page of records; printing, spreadsheets, keys and signing are loaded by whom they serve.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFrame

from db.records.catalog import LISTS
from ui.common.window import NARROWEST, FrameWindow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import Finding, Report, Verdict
    from ui.common.findings_panel import FindingsPanel
    from ui.common.steps import Work
    from ui.common.why_card import WhyCard
    from ui.common.workspace import Workspace
    from ui.school.findings_page import FindingsPage
    from ui.school.forms_flow import FormsFlow
    from ui.school.importing_flow import ImportFlow
    from ui.school.keys_flow import KeysFlow
    from ui.school.keys_page import KeysPage
    from ui.school.numbers_flow import NumbersFlow
    from ui.school.page import SchoolRecordsPage
    from ui.school.plan_page import PlanPage
    from ui.school.print_page import PrintPage
    from ui.school.questions_flow import QuestionsFlow
    from ui.school.send_page import SendPage
    from ui.school.taking_flow import TakingFlow
    from ui.school.why_flow import WhyFlow

_FOLLOWERS = ("findings_page", "plan_page", "send_page")


class Seat(QFrame):
    """Keeps the place of the panel until there is something to show in it."""

    def __init__(self) -> None:
        """Start empty, as wide as the panel will be at least."""
        super().__init__()
        self.setMinimumWidth(NARROWEST)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)


class PartsWindow(FrameWindow):
    """Makes each part once, connects it, and tells it what the others were told."""

    book: SchoolBook
    workspace: Workspace[SchoolBook]
    records: Mapping[str, SchoolRecordsPage]
    _receipts: QuestionsFlow

    # --- a file that is dropped ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.page_name and not self.jobs.busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Rehearse a file as what it is; the list in front decides where its headings do not."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        imports = self.imports
        if imports.receipts_in(paths) == paths:
            self.receipts.read(paths, asked=True)
        elif len(paths) > 1:
            self.message.caution(self.tr("一次导入一个文件,请把 {0} 个文件逐个拖进来。").format(len(paths)))
        elif imports.is_round(paths[0]):
            self.show_page("keys")
            self.keys_page.read_round(paths[0])
        else:
            page = self.records.get(self.page_name)
            record = page.place[0] if page is not None else ""
            imports.arrived(paths[0], record if record in LISTS else "")

    # --- beside the pages ---

    @cached_property
    def panel(self) -> FindingsPanel:
        """The indicators, in the place of the seat at the right."""
        from ui.common.findings_panel import FindingsPanel  # noqa: PLC0415 - with the first judging

        panel = FindingsPanel(self.theme)
        panel.asked.connect(self.why)
        panel.summary_changed.connect(self.set_side_summary)
        self.change_side(panel)
        return panel

    @cached_property
    def keys(self) -> KeysFlow:
        """Keys and sticks; looking for sticks begins with `watch.start`."""
        from ui.school.keys_flow import KeysFlow  # noqa: PLC0415 - after the first page

        flow = KeysFlow(self.workspace, self.theme, self)
        flow.receipts_found.connect(lambda paths: self.receipts.read(paths))  # noqa: PLW0108 - made then
        return flow

    @cached_property
    def numbers(self) -> NumbersFlow:
        """身份证号 and 手机号 that are in the workbook already."""
        from ui.school.numbers_flow import NumbersFlow  # noqa: PLC0415 - with the first judging

        return NumbersFlow(self.workspace, self.theme, self)

    # --- pages ---

    @cached_property
    def findings_page(self) -> FindingsPage:
        """检查."""
        from ui.school.findings_page import FindingsPage  # noqa: PLC0415 - at the first visit

        page = FindingsPage(self.workspace, self.theme)
        page.jump.connect(self._jump_to)
        self._catch_up(page)
        return page

    @cached_property
    def plan_page(self) -> PlanPage:
        """还差多少."""
        from ui.school.plan_page import PlanPage  # noqa: PLC0415 - at the first visit

        page = PlanPage(self.workspace, self.theme)
        page.asked.connect(self.why)
        page.failed.connect(self.show_problem)
        self._catch_up(page)
        return page

    @cached_property
    def print_page(self) -> PrintPage:
        """打印."""
        from ui.school.print_page import PrintPage  # noqa: PLC0415 - at the first visit

        page = PrintPage(self.workspace, self.theme)
        self._let_work(page)
        return page

    @cached_property
    def send_page(self) -> SendPage:
        """上报."""
        from ui.school.questions_flow import QuestionsFlow  # noqa: PLC0415 - with its page
        from ui.school.send_page import SendPage  # noqa: PLC0415 - at the first visit

        page = SendPage(self.workspace, self.theme)
        self._let_work(page)
        page.approval_changed.connect(self.approval_changed)
        page.folder_chosen.connect(self.keys.watch.look_into)
        self.keys.watch.plugged.connect(page.suggest)
        if self.keys.watch.stick is not None:
            page.suggest(self.keys.watch.stick)
        self._receipts = QuestionsFlow(self.workspace, page, self.records, self)
        self._catch_up(page)
        return page

    @cached_property
    def keys_page(self) -> KeysPage:
        """密钥."""
        from ui.school.keys_page import KeysPage  # noqa: PLC0415 - at the first visit

        page = KeysPage(self.workspace, self.theme)
        self._let_work(page)
        self.keys.follow(page)
        return page

    # --- flows ---

    @property
    def receipts(self) -> QuestionsFlow:
        """Receipts and the county's questions: made with the page they are shown on."""
        self.pages["send"]
        return self._receipts

    @cached_property
    def imports(self) -> ImportFlow:
        """导入."""
        from ui.common.waiting import aside  # noqa: PLC0415 - when something is imported

        # Beside the window's thread: what reads spreadsheets takes longer to load than a click may take.
        loaded = aside(partial(import_module, "ui.school.importing_flow"))
        flow: ImportFlow = loaded.ImportFlow(self.workspace, self.theme, self)
        self._let_say(flow)
        return flow

    @cached_property
    def taking(self) -> TakingFlow:
        """接续另一台电脑的上报文件."""
        from ui.school.taking_flow import TakingFlow  # noqa: PLC0415 - opens sealed files

        flow = TakingFlow(self.workspace, self.theme, self)
        self._let_say(flow)
        return flow

    @cached_property
    def forms(self) -> FormsFlow:
        """教基各表."""
        from ui.school.forms_flow import FormsFlow  # noqa: PLC0415 - when it is asked for

        flow = FormsFlow(self.workspace, self.theme, self)
        self._let_say(flow)
        return flow

    @cached_property
    def card(self) -> WhyCard:
        """The card of a verdict."""
        from ui.common.why_card import WhyCard  # noqa: PLC0415 - when a verdict is asked for

        card = WhyCard(self.theme, self.centralWidget())
        card.jump.connect(self.jump)
        card.register_asked.connect(self.register_document)
        return card

    @cached_property
    def why_flow(self) -> WhyFlow:
        """From a verdict to its card."""
        from ui.school.why_flow import WhyFlow  # noqa: PLC0415 - when a verdict is asked for

        flow = WhyFlow(self.book, self.card, self.theme, lambda: self.jobs.busy, self)
        self._let_work(flow)
        if self.workspace.report is not None:
            flow.follow(self.workspace.report)
        return flow

    def later_steps(self) -> Iterator[Work | None]:
        """Judge for the first time, then look for sticks and receipts: yields as `Steps` wants it."""
        standards = self.workspace.book.standards_named
        yield partial(_load_judging, standards)
        self.panel.setAccessibleName(self.tr("指标"))
        yield None
        while not self.workspace.held and self.book.count_some():
            yield None
        if self.workspace.held:
            self.workspace.judge_later()
        else:
            self.workspace.check_now()
        yield partial(import_module, "ui.school.keys_flow")
        self.keys.watch.start()
        yield partial(import_module, "eduapp.services.hand_off.asked_cells")
        self._look_for_receipts()

    def made(self, part: str) -> Any:  # noqa: ANN401 - whichever part it is
        """Return a part if anybody asked for it before."""
        return self.__dict__.get(part)

    # --- what the window does for them ---

    @abstractmethod
    def jump(self, record: str, key: str, field: str) -> None:
        """Show a cell on its page and put the keyboard there."""

    @abstractmethod
    def why(self, verdict: Verdict | None = None) -> None:
        """Open the card of a verdict, or close it."""

    @abstractmethod
    def register_document(self) -> None:
        """Go to a document of the item shown by the card."""

    @abstractmethod
    def approval_changed(self) -> None:
        """Show the pages of records anew."""

    # --- inside ---

    def follow_checks(self) -> None:
        """Tell the parts that are there of each check."""
        self.workspace.checked.connect(self._tell)

    def _jump_to(self, finding: Finding) -> None:
        self.jump(finding.record, finding.key, finding.field)

    def _look_for_receipts(self) -> None:
        from eduapp.services.hand_off import asked_cells  # noqa: PLC0415 - after the first page

        # First whether a job has the workbook: then not even a look may be taken.
        if not self.jobs.busy and asked_cells.has_receipts(self.book):
            self.receipts.start()

    def _tell(self, report: Report) -> None:
        for name in _FOLLOWERS:
            part = self.made(name)
            if part is not None:
                part.show_report(report)
        flow = self.made("why_flow")
        if flow is not None:
            flow.follow(report)

    def _catch_up(self, page: FindingsPage | PlanPage | SendPage) -> None:
        self.complete()
        if self.workspace.report is not None:
            page.show_report(self.workspace.report)

    def _let_work(self, part: PrintPage | SendPage | KeysPage | WhyFlow) -> None:
        part.failed.connect(self.show_problem)
        self._let_say(part)

    def _let_say(
        self, part: PrintPage | SendPage | KeysPage | WhyFlow | ImportFlow | TakingFlow | FormsFlow
    ) -> None:
        part.job.connect(self.run_job)
        part.said.connect(self.message.good)


def _load_judging(standards: Sequence[str]) -> None:
    """Load what judges, and the standards; in the background: it takes longer than a page may stand still."""
    import_module("eduapp.services.checking")
    import_module("ui.common.findings_panel")
    import_module("eduapp.standards.packs.reader").chosen(standards)
