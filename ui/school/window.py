"""The school window: the pages over one workbook, the panel, and the way between them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent

from db.records.catalog import RECORDS
from db.records.choices import SCHOOL_KIND
from eduapp.services import entry
from eduapp.standards.outcomes import Outcome, Severity
from ui.common.backup_flow import BackupFlow
from ui.common.pages import import_all
from ui.common.plain import Menu, set_title
from ui.common.preflight_flow import ask_preflight
from ui.common.steps import Steps
from ui.common.theme import CAUTION, DONE, TROUBLE
from ui.common.workspace import Workspace
from ui.school.late_parts import PartsWindow, Seat
from ui.school.layout import PAGES, list_title
from ui.school.page import Place, SchoolRecordsPage, findings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eduapp.services.books import SchoolBook
    from eduapp.services.changes import Changes
    from eduapp.standards.results import Finding, Report, Verdict
    from ui.common.steps import Work
    from ui.common.theme import Theme

REMEMBER_AFTER_MS = 1500


class SchoolWindow(PartsWindow):
    """Takes an open book and closes it with itself."""

    def __init__(self, book: SchoolBook, theme: Theme, *, whole: bool = True) -> None:
        """Show the page where the clerk was; the others are made when they are first visited.

        Not `whole`: whoever shows the window takes its steps, `first` before and `rest` after.
        """
        super().__init__(theme, "")
        self.book = book
        self.workspace: Workspace[SchoolBook] = Workspace(book, entry.apply, _judged, self)
        self.workspace.run_long = self.run_job
        self.workspace.prepare = type(book).count_some
        self.workspace.defer_checks()
        self.setAcceptDrops(True)
        self.backups = BackupFlow(book, lambda: self.jobs.busy, theme, self)
        self.records: dict[str, SchoolRecordsPage] = {}
        self._remember = QTimer(self, singleShot=True, interval=REMEMBER_AFTER_MS)
        self.first, self.rest = Steps(self._first_steps(), self), Steps(self.later_steps(), self)
        if whole:
            self.complete()

    def _first_steps(self) -> Iterator[Work | None]:
        self._build_school_tools()
        yield None
        self.records = {each.name: SchoolRecordsPage(self.workspace, each, self.theme) for each in PAGES}
        for each in PAGES:
            grid = ["ui.school.grid_panes"] if each.panes[0].record else []
            self.add_page(each.name, each.title, partial(self.records.__getitem__, each.name), *grid)
        for name, title, part in (
            ("findings", self.tr("检查"), "findings_page"),
            ("plan", self.tr("还差多少"), "plan_page"),
            ("print", self.tr("打印"), "print_page"),
            ("send", self.tr("上报"), "send_page"),
            ("keys", self.tr("密钥"), "keys_page"),
        ):
            modules = [f"ui.school.{part}"] + (["ui.school.questions_flow"] if name == "send" else [])
            self.add_page(name, title, partial(getattr, self, part), *modules)
        self.set_side(Seat())
        self._connect()
        self._show_header()
        yield partial(import_all, self.pages.modules_of(self._last_page()))
        self._go_back()
        yield None
        page = self.records.get(self.page_name)
        if page is not None:
            page.show_pane()
            yield None

    # --- going places ---

    def jump(self, record: str, key: str, field: str) -> None:
        """Show a cell on its page and put the keyboard there."""
        for name, page in self.records.items():
            if page.shows(record, key, field):
                self.show_page(name)
                page.go_to(record, key, field)
                return

    def next_finding(self, step: int) -> None:
        """Go to the next (1) or previous (-1) place that must be mended or explained."""
        self.complete()
        self.workspace.settle()
        report: Report = self.workspace.report
        places = sorted({self._order(f.record, f.key, f.field): f for f in report.open_findings}.items())
        if not places:
            self.message.good(self.tr("没有待改的问题"))
            return
        here = self._here()
        later = [f for order, f in places if order > here] if step > 0 else []
        earlier = [f for order, f in places if order < here] if step < 0 else []
        found = (later or [places[0][1]])[0] if step > 0 else (earlier or [places[-1][1]])[-1]
        self.jump(found.record, found.key, found.field)

    def why(self, verdict: Verdict | None = None) -> None:
        """Open the card of a verdict (of the panel's current one), or close it."""
        self.complete()
        card = self.card
        if card.isVisible() and (verdict is None or verdict == card.verdict):
            card.hide()
            return
        wanted = verdict or self.panel.current()
        if wanted is not None:
            self.why_flow.show(wanted)
            self._place_card()

    def register_document(self) -> None:
        """Go to a document of the item shown by the card: one still to be completed, else a new one."""
        verdict = self.card.verdict
        if verdict is None or self.jobs.busy:
            return
        found = entry.open_document(self.book, verdict.code)
        if found is None:
            if self.book.approved:
                self.message.caution(self.tr("已审核通过,数据不能再改。需要修改时,先到「上报」页取消审核。"))
                return
            if not self.workspace.edit(lambda book: entry.add_row(book, "evidence", {"item": verdict.code})):
                return
            found = entry.open_document(self.book, verdict.code)
        if found is not None:
            self.card.hide()
            self.jump("evidence", *found)

    def choose_standards(self) -> None:
        """Ask by which standards the workbook is judged, and judge it anew."""
        from eduapp.services import workbooks  # noqa: PLC0415 - as what follows
        from ui.common.standards_field import ask_standards  # noqa: PLC0415 - few starts need it

        if self.jobs.busy:
            return
        ids = [each.id for each in self.book.standards]
        if not ask_standards(
            self.theme, ids, lambda chosen: workbooks.choose_standards(self.book, chosen), self
        ):
            return
        self.mark_saved()
        self.workspace.check_now()

    # --- building ---

    def _build_school_tools(self) -> None:
        self.add_undo_tools(self.workspace)
        self.add_tool_break()
        menu = Menu(self)
        menu.addAction(self.tr("学校填报表格…"), lambda: self.imports.ask_form())  # noqa: PLW0108 - made then
        menu.addAction(self.tr("其他系统导出的表、本校其他工作簿…"), lambda: self.imports.ask_export())  # noqa: PLW0108 - as above
        menu.addSeparator()
        _add_lists(menu, lambda record: self.imports.ask_list(record))  # noqa: PLW0108 - made then
        blank = menu.addMenu(self.tr("写出空白名单"))
        _add_lists(blank, lambda record: self.imports.ask_template(record))  # noqa: PLW0108 - made then
        self.add_tool_menu(self.tr("导入"), menu)
        self.add_tool_menu(self.tr("文件"), _files_menu(self))
        self.add_tool(self.tr("打印预览"), lambda: self.visit_page("print"), "Ctrl+P")
        self.add_tool(self.tr("生成上报文件"), lambda: self.visit_page("send"))

    def _connect(self) -> None:
        self.jobs.started.connect(self.workspace.hold)
        self.jobs.ended.connect(self.workspace.release)
        self.workspace.changed.connect(self._changed)
        self.workspace.checked.connect(self._checked)
        self.workspace.failed.connect(self.show_problem)
        self.page_shown.connect(self._page_shown)
        self._remember.timeout.connect(self._remember_place)
        self.backups.failed.connect(lambda problem: self.message.caution(problem.text))
        for page in self.records.values():
            page.noted.connect(self.message.caution)
            page.done.connect(self.say_done)
            page.moved.connect(self._remember.start)
            page.long_job.connect(self.run_job)
        self.follow_checks()

    # --- following the book ---

    def _changed(self, changes: Changes) -> None:
        self.mark_saved()
        self.message.outdate()
        if "school" in changes.records:
            self._show_header()

    def _checked(self, report: Report) -> None:
        self.panel.show_report(report)
        self.numbers.follow(report)
        for name, page in self.records.items():
            page.show_findings(report.findings)
            self._show_badge(name, [line for line in findings_of(page, report.findings) if line.open])
        count = len(report.open_findings)
        if count:
            self.set_badge("findings", str(count), self.theme.warn)
            self.set_middle(self.tr("还有 {0} 处待改(F8 下一处)").format(count))
        elif _is_judged(report):
            self.set_badge("findings", DONE, self.theme.good)
            self.set_middle(self.tr("没有待改的问题"))
        else:
            self.set_badge("findings", "")
            self.set_middle(self.tr("还没有填报数据"))
        self._show_summary()

    def _show_badge(self, name: str, found: list[Finding]) -> None:
        if not found:
            tabs = self.records[name].layout_.panes
            done = any(pane.record in self.book.draft.complete for pane in tabs)
            self.set_badge(name, DONE if done else "", self.theme.good)
            return
        hard = any(each.severity is Severity.HARD for each in found)
        mark, colour = (TROUBLE, self.theme.bad) if hard else (CAUTION, self.theme.warn)
        self.set_badge(name, f"{len(found)} {mark}", colour)

    def _show_header(self) -> None:
        name, *parts = _header(self.book)
        self.set_header(" · ".join(part for part in parts if part))
        set_title(self, self.tr("{0} - 学校填报").format(name))

    def _show_summary(self) -> None:
        page = self.records.get(self.page_name)
        if page is not None:
            self.set_summary(page.summary())
        elif self.workspace.report is not None:
            from eduapp.standards import wording  # noqa: PLC0415 - there is a report: it is loaded

            self.set_summary(" · ".join(map(wording.section_text, self.workspace.report.sections)))

    def approval_changed(self) -> None:
        """Show the pages of records anew: after 审核通过 and 取消审核."""
        for page in self.records.values():
            page.refresh()

    # --- places ---

    def _page_shown(self, name: str) -> None:
        for each, page in self.records.items():
            if each != name:
                page.commit()
        if self.made("card") is not None:
            self.card.hide()
        self._show_summary()
        self._remember.start()
        if name == "print":
            self.print_page.first_paper()
        elif name == "send":
            self.send_page.refresh()
        elif name == "keys":
            self.keys_page.refresh()

    def _remember_place(self) -> None:
        if self.jobs.busy:
            self._remember.start()  # the job has the workbook
            return
        page = self.records.get(self.page_name)
        place: Place = page.place if page is not None else ("", "", "")
        self.book.remember_place("\n".join((self.page_name, *place)))

    def _last_page(self) -> str:
        name = self.book.place.split("\n")[0]
        return name if name in self.pages else next(iter(self.pages))

    def _go_back(self) -> None:
        parts = self.book.place.split("\n")
        if len(parts) == 4 and parts[0] in self.pages:
            name, record, key, field = parts
            self.show_page(name)
            page = self.records.get(name)
            if page is not None and record in RECORDS and page.shows(record, key, field):
                page.go_to(record, key, field)
        if not self.page_name:
            self.show_page(next(iter(self.pages)))

    def _order(self, record: str, key: str, field: str) -> tuple[int, int, int, int]:
        for number, page in enumerate(self.records.values()):
            if page.shows(record, key, field):
                return (number, *page.order_of((record, key, field)))
        return (len(self.records), 0, 0, 0)

    def _here(self) -> tuple[int, int, int, int]:
        page = self.records.get(self.page_name)
        if page is None:
            return (-1, 0, 0, 0)
        number = list(self.records).index(self.page_name)
        place = page.place
        return (number, *page.order_of(place)) if place[0] else (number, -1, 0, 0)

    # --- the card and the end ---

    def _place_card(self) -> None:
        body = self.centralWidget()
        panel_left = body.width()
        if self.panel.isVisible():
            panel_left = self.panel.mapTo(body, QPoint(0, 0)).x()
        width = min(self.card.WIDTH, panel_left - 20)
        self.card.setGeometry(panel_left - width - 6, 8, width, body.height() - 16)
        self.card.raise_()
        self.card.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.made("card") is not None and self.card.isVisible():
            self._place_card()

    def show_problem(self, error: BaseException) -> None:
        super().show_problem(error)
        self.keys.ask(error)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.first.finish()
        self.rest.stop()
        if self.made("keys") is not None:
            self.keys.watch.stop()
        self.jobs.end()
        for page in self.records.values():
            page.commit()
        if self.made("findings_page") is not None:
            self.findings_page.commit()
        super().closeEvent(event)
        self._remember.stop()
        self._remember.blockSignals(True)  # the keyboard still moves while the window goes
        self._remember_place()
        if self.made("print_page") is not None:
            self.print_page.paper.close_preview()
        self.backups.finish()
        self.book.close()


def _files_menu(window: SchoolWindow) -> Menu:
    menu = Menu(window)
    menu.addAction(window.tr("执行标准…"), window.choose_standards)
    menu.addAction(window.tr("教基各表和不一致之处…"), lambda: window.forms.show())  # noqa: PLW0108 - made then
    menu.addAction(window.tr("恢复备份…"), window.backups.ask)
    menu.addAction(window.tr("接续另一台电脑的上报文件…"), lambda: window.taking.ask())  # noqa: PLW0108 - made then
    menu.addAction(window.tr("自检…"), lambda: ask_preflight(window.theme, window))
    return menu


def _add_lists(menu: Menu, ask: Callable[[str], None]) -> None:
    for page in PAGES:
        for record in (pane.record for pane in page.panes if pane.record):
            menu.addAction(f"{list_title(record)}…", lambda record=record: ask(record))
        menu.addSeparator()


def _header(book: SchoolBook) -> tuple[str, ...]:
    """Return the school's name, then the parts of the header."""
    facts = book.draft.only("school")
    kind = facts["kind"]
    return (
        _text(facts["name"]),
        QCoreApplication.translate("SchoolWindow", "{0} 学年").format(f"{book.year}–{book.year + 1}"),
        f"{_text(facts['name'])} ({_text(facts['code'])})",
        dict(SCHOOL_KIND.options).get(kind, "") if isinstance(kind, str) else "",
        QCoreApplication.translate("SchoolWindow", "练习数据") if book.practice else "",
    )


def _is_judged(report: Report) -> bool:
    """Whether any indicator has the data it needs: an empty workbook has no findings, and is not done."""
    waiting = {Outcome.INSUFFICIENT, Outcome.NOT_APPLICABLE}
    verdicts = [*report.school_level, *(each for section in report.sections for each in section.verdicts)]
    return any(verdict.outcome not in waiting for verdict in verdicts)


def _text(cell: object) -> str:
    return "" if cell is None else str(getattr(cell, "text", cell))


def _judged(book: SchoolBook) -> Report:
    from eduapp.services import checking  # noqa: PLC0415 - after the first page

    return checking.check(book)


def window_of(book: SchoolBook, theme: Theme) -> SchoolWindow:
    """Return the frame of the window over an open book; its steps are still to be taken."""
    return SchoolWindow(book, theme, whole=False)
