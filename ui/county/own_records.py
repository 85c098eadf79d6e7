"""The county's own records in its window: the workspace over them, their pages, findings and import."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from eduapp.services import entry
from eduapp.services.county import records as county_records
from eduapp.standards.results import Severity
from ui.common.records_page import findings_of
from ui.common.theme import CAUTION, TROUBLE
from ui.county.layout import PAGES
from ui.county.records_page import CountyRecordsPage, SummedForm
from ui.county.rectification_pane import CountyRectificationPane
from ui.county.unlock import UnlockFirst

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from db.problems import Problem
    from eduapp.services.changes import Changes
    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.report import CountyReport
    from eduapp.standards.county.rollup import Rollup
    from eduapp.standards.results import Finding
    from ui.common.grid_pane import GridPane
    from ui.common.record_panes import FormPane
    from ui.common.theme import Theme
    from ui.common.window import FrameWindow
    from ui.common.workspace import Workspace
    from ui.county.desk import Desk
    from ui.county.form_flow import FormFlow
    from ui.county.snapshot import Snapshot


class OwnRecords(QObject):
    """Typing is written at once, in the window's thread: never while one of the desk's jobs runs."""

    def __init__(
        self,
        window: FrameWindow,
        desk: Desk,
        workspace: Workspace[CountyBook],
        theme: Theme,
        open_keys: Callable[[], QDialog],
    ) -> None:
        """Build the pages over a workspace that judges by `check`; the window adds them.

        `open_keys` asks for the passphrase of the county's keys.
        """
        super().__init__(window)
        self._window, self._desk, self._theme = window, desk, theme
        self._schools: Rollup = {}
        self._report: CountyReport | None = None
        self._outdated = self._leaving = False
        self._reason = ""
        self.findings: tuple[Finding, ...] = ()
        self.workspace = workspace
        self.unlocking = UnlockFirst(desk, open_keys, self)
        self.workspace.unlock = self.unlocking.ask
        self.pages = {each.name: CountyRecordsPage(self.workspace, each, theme) for each in PAGES}
        self._connect()
        if desk.snapshot is not None:
            self._follow(desk.snapshot)

    @cached_property
    def forms(self) -> FormFlow:
        """The official county form."""
        from ui.county.form_flow import FormFlow  # noqa: PLC0415 - reads spreadsheets

        window = self._window
        flow = FormFlow(self.workspace, lambda: self._schools, self._theme, window)
        flow.job.connect(window.run_job)
        flow.said.connect(window.message.good)
        return flow

    def start(self) -> None:
        """Judge the records for the first time, once the pages are in the window."""
        if self.workspace.held:
            self.workspace.judge_later()  # the desk computes
        else:
            self.workspace.check_now()

    def commit(self) -> None:
        """Write what is being typed: before the window closes."""
        for page in self.pages.values():
            page.commit()

    @property
    def unwritten(self) -> bool:
        """Whether something typed was refused and stays where it was typed."""
        return any(page.unwritten for page in self.pages.values())

    def jump(self, record: str, key: str, field: str) -> None:
        """Show a cell on its page and put the keyboard there."""
        for name, page in self.pages.items():
            if page.shows(record, key, field):
                self._window.show_page(name)
                page.go_to(record, key, field)
                return

    def register_document(self, code: str) -> None:
        """Go to a document of a county's item: one still to be completed, else a new one."""
        if self._window.jobs.busy or not self.workspace.ready(lambda: self.register_document(code)):
            return
        record, book = "county_evidence", self._desk.book
        if entry.open_document(book, code, record) is None:
            self.workspace.edit(lambda own: entry.add_row(own, record, {"item": code}))
        found = entry.open_document(book, code, record)
        if found is not None:
            self.jump(record, *found)

    def next_finding(self, step: int) -> None:
        """Go to the next (1) or previous (-1) place that must be mended or explained."""
        self.workspace.settle()
        places = {self._order(f.record, f.key, f.field): f for f in self.findings if f.open}
        if not places:
            self._window.message.good(self.tr("县级数据没有待改的问题"))
            return
        here, ordered = self._here(), sorted(places)
        later = [place for place in ordered if (place > here if step > 0 else place < here)]
        found = places[(later or ordered)[0 if step > 0 else -1]]
        self.jump(found.record, found.key, found.field)

    def take_sums(self) -> None:
        """Fill the schools' sums into blank numbers."""
        schools = self._schools
        self.workspace.edit(lambda book: county_records.take_sums(book, schools))

    # --- inside ---

    def _connect(self) -> None:
        window, workspace = self._window, self.workspace
        window.jobs.ended.connect(self.unlocking.look)
        self.unlocking.opened.connect(self._write_typed)
        self.unlocking.given_up.connect(self.say_unwritten)
        window.page_shown.connect(self._page_shown)
        workspace.changed.connect(self._changed)
        workspace.checked.connect(self._checked)
        workspace.failed.connect(self._failed)
        self._desk.changed.connect(self._follow)
        for page in self.pages.values():
            page.noted.connect(window.message.caution)
            page.done.connect(window.say_done)
            page.long_job.connect(window.run_job)
            page.pane_made.connect(self._catch_up)

    def _catch_up(self, pane: GridPane | FormPane) -> None:
        """Tell a pane that is there now what the others were told."""
        if isinstance(pane, SummedForm):
            pane.sums_asked.connect(self.take_sums)
        self._tell(pane)

    def _tell(self, pane: GridPane | FormPane) -> None:
        if isinstance(pane, SummedForm):
            pane.show_sums(self._schools)
        elif isinstance(pane, CountyRectificationPane) and self._report is not None:
            pane.show_report(self._report)

    def _write_typed(self) -> None:
        """Write what was typed while the keys were locked."""
        self.commit()
        if not self.unwritten:
            self._window.message.good(self.tr("已打开县级密钥,刚才录入的内容已写入。"))

    def _failed(self, problem: Problem) -> None:
        self._reason = problem.text
        self._window.show_problem(problem)

    def say_unwritten(self) -> None:
        """Say what was typed and could not be written, unless the passphrase is being asked for."""
        if self.unlocking.asks:
            return
        kept = self.tr("刚才录入的内容还没有写入,留在原处;不要了,在那一格按 Esc。")
        if self.unlocking.locked:
            what = kept if self.unwritten else self.tr("刚才的修改没有写入。")
            words = self.tr("县级密钥没有打开,{0}").format(what)
            self._window.message.caution(words, (self.tr("解锁…"), lambda: self.unlocking.ask(None)))
        elif self.unwritten:
            self._window.message.trouble(f"{kept}{self._reason}")

    def check(self, book: CountyBook) -> tuple[Finding, ...]:
        return county_records.check(book, self._schools)

    def _checked(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        for name, page in self.pages.items():
            page.show_findings(findings)
            found = [finding for finding in findings_of(page, findings) if finding.open]
            hard = any(each.severity is Severity.HARD for each in found)
            mark, colour = (TROUBLE, self._theme.bad) if hard else (CAUTION, self._theme.warn)
            self._window.set_badge(name, f"{len(found)} {mark}" if found else "", colour)

    def _follow(self, snapshot: Snapshot) -> None:
        self._schools, self._report = snapshot.rollup, snapshot.report
        for page in self.pages.values():
            for pane in page.panes.made.values():
                self._tell(pane)
        self.workspace.check_later()

    def _changed(self, changes: Changes) -> None:
        self._outdated = True
        self._window.mark_saved()
        self._window.message.outdate()
        if not self._leaving and self._window.page_name not in self.pages:
            self._show_change(changes)

    def _show_change(self, changes: Changes) -> None:
        """Show what was undone, redone or imported while another page is in front."""
        names = ("record", "key", "field")
        places = [[getattr(edit, name, "") for name in names] for edit in changes.edits]
        for name, page in self.pages.items():
            if any(page.shows(*place) for place in places):
                self._window.show_page(name)
                return

    def _page_shown(self, name: str) -> None:
        self._leaving = True
        for each, page in self.pages.items():
            if each != name:
                page.commit()
        self._leaving = False
        if self._outdated and name not in self.pages:
            self._outdated = False
            self._desk.outdate()

    def _order(self, record: str, key: str, field: str) -> tuple[int, ...]:
        for number, page in enumerate(self.pages.values()):
            if page.shows(record, key, field):
                return (number, *page.order_of((record, key, field)))
        return (len(self.pages), 0, 0, 0)

    def _here(self) -> tuple[int, ...]:
        page = self.pages.get(self._window.page_name)
        if page is None:
            return (-1, 0, 0, 0)
        number, place = list(self.pages).index(self._window.page_name), page.place
        return (number, *page.order_of(place)) if place[0] else (number, -1, 0, 0)
