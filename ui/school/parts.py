"""The parts of the school window that are made when they are first asked for: other pages, flows, the card.

A start shows one page of records; printing, spreadsheets, keys and signing are loaded by whom they serve.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from eduapp.services.hand_off import asked_cells
from ui.common.window import FrameWindow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import Finding, Report, Verdict
    from ui.common.why_card import WhyCard
    from ui.common.workspace import Workspace
    from ui.school.findings_page import FindingsPage
    from ui.school.importing_flow import ImportFlow
    from ui.school.keys_flow import KeysFlow
    from ui.school.keys_page import KeysPage
    from ui.school.page import RecordsPage
    from ui.school.plan_page import PlanPage
    from ui.school.print_page import PrintPage
    from ui.school.questions_flow import QuestionsFlow
    from ui.school.send_page import SendPage
    from ui.school.taking_flow import TakingFlow
    from ui.school.why_flow import WhyFlow

_FOLLOWERS = ("findings_page", "plan_page", "send_page")


class PartsWindow(FrameWindow):
    """Makes each part once, connects it, and tells it what the others were told."""

    book: SchoolBook
    workspace: Workspace[SchoolBook]
    records: Mapping[str, RecordsPage]
    keys: KeysFlow
    _receipts: QuestionsFlow

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
        from ui.school.importing_flow import ImportFlow  # noqa: PLC0415 - reads spreadsheets

        flow = ImportFlow(self.workspace, self.theme, self)
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

    def begin_parts(self) -> None:
        """Follow checks, and look for a receipt once the first page stands."""
        self.workspace.checked.connect(self._tell)
        self.keys.receipts_found.connect(lambda paths: self.receipts.read(paths))  # noqa: PLW0108 - made then
        QTimer.singleShot(0, self, self._look_for_receipts)

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

    def _jump_to(self, finding: Finding) -> None:
        self.jump(finding.record, finding.key, finding.field)

    def _look_for_receipts(self) -> None:
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
        if self.workspace.report is not None:
            page.show_report(self.workspace.report)

    def _let_work(self, part: PrintPage | SendPage | KeysPage | WhyFlow) -> None:
        part.failed.connect(self.show_problem)
        self._let_say(part)

    def _let_say(self, part: PrintPage | SendPage | KeysPage | WhyFlow | ImportFlow | TakingFlow) -> None:
        part.job.connect(self.run_job)
        part.said.connect(self.message.good)
