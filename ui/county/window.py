"""The county window: its pages over one desk, the fingerprint and the coverage on each of them."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from db.problems import Problem
from eduapp.services import entry, glimpses
from eduapp.services.folders import data_folder
from eduapp.services.keys import county_keys
from ui.common.backup_flow import BackupFlow
from ui.common.pages import import_all
from ui.common.plain import Menu
from ui.common.preflight_flow import ask_preflight
from ui.common.steps import Steps
from ui.common.theme import CAUTION, TROUBLE
from ui.common.waiting import aside
from ui.common.workspace import LOCKED, Workspace
from ui.county.desk import Desk
from ui.county.late_pages import (
    BOARD,
    CONFLICTS,
    HEAT,
    INTAKE,
    KEYS,
    OUTLOOK,
    PAPERS,
    QUESTIONS,
    SETTINGS,
    LatePages,
)
from ui.county.layout import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import QWidget

    from eduapp.services.county.books import CountyBook
    from eduapp.standards.results import Finding
    from ui.common.steps import Work
    from ui.common.theme import Theme
    from ui.county.snapshot import Snapshot


class CountyWindow(LatePages):
    """Owns the county's book until it is closed. Files can be dropped on any page."""

    def __init__(self, book: CountyBook, theme: Theme, *, whole: bool = True) -> None:
        """Show the board and start computing; the other pages are made when they are first visited.

        Not `whole`: whoever shows the window takes its steps, `first` before and `rest` after.
        """
        super().__init__(theme, f"{book.name} {book.year} 学年")
        self.book = book
        self.desk = Desk(book, self.run_job, lambda: self.jobs.busy, self)
        self.jobs.ended.connect(self.desk.job_ended)
        self.desk.began.connect(self.message.outdate)
        self.desk.said.connect(self.message.good)
        self.desk.warned.connect(self.message.caution)
        self.workspace = Workspace(book, entry.apply, self._check, self)
        self.workspace.run_long = self.run_job
        self.jobs.started.connect(self.workspace.hold)
        self.jobs.ended.connect(self.workspace.release)
        self.workspace.defer_checks()
        self.backups = BackupFlow(book, lambda: self.jobs.busy, theme, self)
        self.backups.failed.connect(lambda problem: self.message.caution(problem.text))
        self.first, self.rest = Steps(self._first_steps(), self), Steps(self._later_steps(), self)
        if whole:
            self.complete()

    def _first_steps(self) -> Iterator[Work | None]:
        book = self.book
        self._build_pages()
        self._build_commands()
        practice = self.tr("练习数据 · ") if book.practice else ""
        self.set_header(f"{practice}{book.name}({book.code}) · {book.year} 学年")
        self.setAcceptDrops(True)
        yield partial(import_all, self.pages.modules_of(BOARD))
        self.show_page(BOARD)
        self.desk.changed.connect(self._follow)
        yield self.desk.sketch_aside
        self.desk.show_sketch()
        if county_keys.needs_attention(book.workbook):
            QTimer.singleShot(0, self._ask_keys)

    def _later_steps(self) -> Iterator[Work | None]:
        yield partial(_load, self.book.standards_named)
        open_ = not county_keys.needs_attention(self.book.workbook)
        if open_:
            self.desk.draw_last()
        # Before the first job, not beside it: the window's thread would wait its turn behind two others.
        yield partial(import_all, ["ui.county.own_records"])
        self.own.start()
        yield None
        if open_:
            self.desk.refresh_when_idle()

    def take(self, paths: list[Path]) -> None:
        """Rehearse an import of files and folders."""
        self.show_page(INTAKE)
        self.intake.take(paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self.jobs.busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.take(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.made("own") is not None and not self._leaves():
            event.ignore()
            return
        self.first.finish()
        self.rest.stop()
        glimpse = self.board.glimpse(self.windowTitle()) if self.desk.is_current else None
        self.desk.end()
        self.jobs.end()
        if self.made("own") is not None:
            self.own.commit()
        super().closeEvent(event)
        if self.made(PAPERS) is not None:
            self.papers.paper.close_preview()
        self.backups.finish()
        self.desk.close()
        if glimpse is not None:
            path = self.book.workbook.path
            aside(lambda: glimpses.keep(data_folder(), path, glimpse))

    def _leaves(self) -> bool:
        """Write what is being typed; False where that was refused, and the window stays with it."""
        if not self.jobs.busy:
            self.own.commit()
        if self.own.unwritten:
            self.own.say_unwritten()
        return not self.own.unwritten

    def show_problem(self, error: BaseException) -> None:
        if isinstance(error, Problem) and error.code == LOCKED:
            self.message.caution(error.text, (self.tr("解锁…"), self._open_keys))
        else:
            super().show_problem(error)

    def _build_pages(self) -> None:
        for name, title in (
            (BOARD, self.tr("学校")),
            (INTAKE, self.tr("导入")),
            (KEYS, self.tr("密钥与批次")),
            (HEAT, self.tr("指标")),
            (OUTLOOK, self.tr("区间与影响")),
            (CONFLICTS, self.tr("冲突与决定")),
            (QUESTIONS, self.tr("提问与回执")),
        ):
            self.add_page(name, title, partial(getattr, self, name), f"ui.county.{name}_page")
        for each in PAGES:
            self.add_page(each.name, each.title, partial(self._own_page, each.name), "ui.county.own_records")
        for name, title in ((PAPERS, self.tr("报表")), (SETTINGS, self.tr("设置"))):
            self.add_page(name, title, partial(getattr, self, name), f"ui.county.{name}_page")

    def _own_page(self, name: str) -> QWidget:
        return self.own.pages[name]

    def _build_commands(self) -> None:
        self.add_undo_tools(self.workspace)
        self.add_tool_break()
        self.add_tool(self.tr("导入 U 盘或文件夹…"), self._choose_folder, "Ctrl+I")
        self.add_tool(self.tr("导入学校名单…"), self._choose_roster)
        self.add_tool_menu(self.tr("区县填报表"), self._form_menu())
        files = Menu(self)
        files.addAction(self.tr("执行标准…"), self.choose_standards)
        files.addAction(self.tr("恢复备份…"), self.backups.ask)
        files.addAction(self.tr("自检…"), lambda: ask_preflight(self.theme, self))
        self.add_tool_menu(self.tr("文件"), files)
        self.add_tool_break()
        self.add_tool(self.tr("报表"), lambda: self.visit_page(PAPERS), "Ctrl+P")
        self.add_tool(self.tr("重新计算"), self.desk.refresh, "F5")
        self.unlock_tool = self.add_tool(self.tr("打开县级密钥…"), lambda: self.keys.county.unlock())  # noqa: PLW0108 - made then
        self.unlock_tool.setVisible(False)

    def _form_menu(self) -> Menu:
        """Return the menu of the official county form."""
        menu = Menu(self)
        menu.addAction(self.tr("导入区县填报表格…"), lambda: self.own.forms.ask_form())  # noqa: PLW0108 - made then
        menu.addSeparator()
        menu.addAction(self.tr("写出空白表格…"), lambda: self.own.forms.ask_blank())  # noqa: PLW0108 - made then
        menu.addAction(self.tr("写出已填表格…"), lambda: self.own.forms.ask_filled())  # noqa: PLW0108 - made then
        return menu

    def _check(self, book: CountyBook) -> tuple[Finding, ...]:
        return self.own.check(book)

    def next_finding(self, step: int) -> None:
        """Go to the next (1) or previous (-1) place of the county's own records that must be mended."""
        self.complete()
        self.own.next_finding(step)

    def choose_standards(self) -> None:
        """Ask by which standards the county is judged, and compute everything anew."""
        from eduapp.services import workbooks  # noqa: PLC0415 - as what follows
        from ui.common.standards_field import ask_standards  # noqa: PLC0415 - few starts need it

        ids = [each.id for each in self.desk.book.standards]

        def write(chosen: tuple[str, ...]) -> None:
            self.desk.act(self.tr("执行标准"), lambda book: workbooks.choose_standards(book, chosen))

        if not self.jobs.busy:
            ask_standards(self.theme, ids, write, self)

    def _ask_keys(self) -> None:
        """Ask for the county's passphrase before anything is computed; without it, say what is closed."""
        self._mark_keys()
        if county_keys.has_key_file(self.book.workbook):
            self.keys.county.unlock()
            if self.keys.county.dialog is not None:
                self.keys.county.dialog.rejected.connect(self.desk.refresh)
        else:
            self.show_page(KEYS)
            self.desk.refresh()

    def _mark_keys(self) -> None:
        waits = county_keys.needs_attention(self.book.workbook)
        self.unlock_tool.setVisible(waits and county_keys.has_key_file(self.book.workbook))
        if waits:
            self.set_summary(self.tr("县级密钥没有打开,加密的上报文件读不了,各页没有算出数据"))
            self._show_closed()
        self.set_badge(KEYS, CAUTION if waits else "", self.theme.warn)

    def _show_closed(self) -> None:
        """Say it in the empty places themselves, with the button that helps."""
        if county_keys.has_key_file(self.book.workbook):
            words = self.tr("县级密钥没有打开,加密的上报文件读不了,所以这里没有数据。")
            label = self.tr("解锁…")
        else:
            words = self.tr("这台电脑上没有本县的密钥文件,加密的上报文件读不了,所以这里没有数据。")
            label = self.tr("到「密钥与批次」…")
        for page in (self.board, self.heat, self.outlook, self.conflicts, self.papers, self.questions):
            page.show_closed(words, label, self._open_keys)

    def _open_keys(self) -> None:
        if county_keys.has_key_file(self.book.workbook):
            self.keys.county.unlock()
        else:
            self.show_page(KEYS)

    def _choose_folder(self) -> None:
        self.show_page(INTAKE)
        QTimer.singleShot(0, self.intake, self.intake.choose_folder)  # the page stands before the dialog

    def _follow(self, snapshot: Snapshot) -> None:
        """Say on every page what the numbers stand on."""
        self._mark_keys()
        report = snapshot.report
        notes = [self.tr("练习数据")] if report.practice else []
        if report.unchecked_keys:
            notes.append(self.tr("{0} 个密钥未核验").format(report.unchecked_keys))
        if report.unkept:
            notes.append(self.tr("{0} 个文件字节未留,请再读一次").format(report.unkept))
        if report.failed:
            notes.append(self.tr("{0} 个旧文件核对不符,已取出").format(len(report.failed)))
        if report.old_form_keys:
            notes.append(self.tr("{0} 个密钥为旧式登记").format(report.old_form_keys))
        if report.changed:
            notes.append(self.tr("县级更正 {0} 格").format(len(report.changed)))
        if report.unsigned_decisions:
            notes.append(self.tr("{0} 条决定未签名").format(report.unsigned_decisions))
        self.set_summary("  ".join([self.tr("合并指纹 {0}").format(report.fingerprint_words), *notes]))
        self.set_middle(snapshot.coverage)
        conflicts, held = snapshot.open_conflicts, len(snapshot.held)
        self.set_badge(CONFLICTS, f"{conflicts} {TROUBLE}" if conflicts else "", self.theme.bad)
        self.set_badge(INTAKE, f"{held} ？" if held else "", self.theme.warn)
        missing = snapshot.expected - report.reported
        self.set_badge(BOARD, str(missing) if snapshot.expected and missing > 0 else "")


def _load(standards: tuple[str, ...]) -> None:
    """Load what the figures need in the background."""
    import_all(["eduapp.services.hand_off.last_figures", "eduapp.services.county.judging"])
    import_module("eduapp.standards.packs.reader").chosen(standards)


def window_of(book: CountyBook, theme: Theme) -> CountyWindow:
    """Return the frame of the window over an open book; its steps are still to be taken."""
    return CountyWindow(book, theme, whole=False)
