"""导入: what a file would change is shown first; only then is it taken over. One undo step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.months import Month
from eduapp.services import import_arrivals, import_plans, importing
from eduapp.services.pasting import Keep
from ui.common.import_dialog import SPREADSHEETS, ImportDialog
from ui.school.layout import list_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.books import SchoolBook
    from eduapp.services.import_plans import ImportPlan, Rehearsal
    from eduapp.services.importing import ImportReport
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace


def has_month(record: str) -> bool:
    """Whether a list has a field for the month of birth."""
    return any(isinstance(each.item.kind, Month) for each in RECORDS[record].fields.values())


class ImportFlow(QObject):
    """Choose, rehearse, confirm, take over."""

    job = Signal(str, object, object)
    said = Signal(str)

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme, window: QWidget) -> None:
        """Dialogs are shown over `window`."""
        super().__init__(window)
        self._workspace = workspace
        self._theme = theme
        self._window = window
        self.dialog: ImportDialog | None = None
        self._plan: ImportPlan
        self._rehearsing = False

    def ask_form(self) -> None:
        """Ask for an official school form."""
        path = self._ask(self.tr("选择学校填报表格"))
        if path:
            self.form(path)

    def ask_list(self, record: str) -> None:
        """Ask for a filled list."""
        path = self._ask(self.tr("选择{0}").format(list_title(record)))
        if path:
            self.list_(record, path)

    def ask_export(self) -> None:
        """Ask for the export of another system."""
        path = self._ask(self.tr("选择其他系统导出的表,或本校的工作簿、上报文件"), "*.edubook *.edusub")
        if path:
            self.export(path)

    def ask_template(self, record: str) -> None:
        """Ask where an empty list goes."""
        title = list_title(record)
        suggested = str(self._workspace.book.path.parent / f"{title}.xlsx")
        words = self.tr("写出空白{0}").format(title)
        path, _ = QFileDialog.getSaveFileName(self._window, words, suggested, self.tr("表格 (*.xlsx)"))
        if path:
            book = self._workspace.book
            self.job.emit(
                words,
                lambda: importing.write_list(book, record, Path(path)),
                lambda _: self.said.emit(self.tr("已写出 {0}。填好后从「导入」读入。").format(path)),
            )

    def form(self, path: Path) -> None:
        """Rehearse the import of an official form."""
        book = self._workspace.book

        def show(found: tuple[ImportReport, Callable[[], ImportReport]]) -> None:
            report, take = found
            dialog = self.dialog = ImportDialog(book, path, report, self._theme, self._window)
            dialog.accepted.connect(lambda: self._take(path, take))
            dialog.open()

        self.job.emit(self._reading(path), lambda: importing.show_form(book, path), show)

    def list_(self, record: str, path: Path) -> None:
        """Rehearse the import of a list; whatever is corrected then is rehearsed anew."""
        book = self._workspace.book
        self.job.emit(
            self._reading(path),
            lambda: import_plans.rehearse(book, import_plans.started(record, path)),
            self._show,
        )

    receipts_in = staticmethod(import_arrivals.receipts_in)
    is_round = staticmethod(import_arrivals.is_round)

    def arrived(self, path: Path, front: str) -> None:
        """Rehearse a file that was dropped while a list was in `front`, "" for none: as what it is."""
        book = self._workspace.book

        def work() -> Rehearsal | None:
            plan = import_arrivals.arrived(path, front)
            return import_plans.rehearse(book, plan) if plan is not None else None

        def show(rehearsal: Rehearsal | None) -> None:
            if rehearsal is None:
                self.form(path)
            else:
                self._show(rehearsal)

        self.job.emit(self._reading(path), work, show)

    def export(self, path: Path) -> None:
        """Rehearse the export of another system, known by its headings."""
        self.list_("", path)

    def _show(self, rehearsal: Rehearsal) -> None:
        plan = rehearsal.plan
        months = plan.profile is None and has_month(plan.record)
        dialog = self.dialog = ImportDialog(
            self._workspace.book,
            plan.file.path,
            rehearsal.report,
            self._theme,
            self._window,
            months=months,
            rehearsal=rehearsal,
        )
        self._plan, self._rehearsing = plan, False
        dialog.corrected.connect(self._correct)
        dialog.accepted.connect(self._take_list)
        dialog.open()

    def _correct(self, change: Callable[[ImportPlan], ImportPlan]) -> None:
        """Follow a correction at once; what it does is rehearsed when the rehearsal before it is done."""
        self._plan = change(self._plan)
        if self._rehearsing:
            return
        self._rehearsing = True
        if self.dialog is not None:
            self.dialog.take.setEnabled(False)
        book, plan = self._workspace.book, self._plan

        def work() -> Rehearsal | Problem:
            try:
                return import_plans.rehearse(book, plan)
            except Problem as problem:
                return problem

        self.job.emit(self._reading(plan.file.path), work, lambda done: self._corrected(plan, done))

    def _corrected(self, plan: ImportPlan, done: Rehearsal | Problem) -> None:
        self._rehearsing = False
        if isinstance(done, Problem):
            raise done
        if plan is not self._plan:
            self._correct(lambda latest: latest)
        elif self.dialog is not None:
            self.dialog.rehearsed(done)

    def _take_list(self) -> None:
        book, plan, dialog = self._workspace.book, self._plan, self.dialog
        keep = dialog.keep if dialog is not None else Keep.EMPTY
        self._take(plan.file.path, lambda: import_plans.take(book, plan, keep))

    def _reading(self, path: Path) -> str:
        return self.tr("读取 {0}").format(path.name)

    def _ask(self, words: str, more: str = "") -> Path | None:
        start = str(self._workspace.book.path.parent)
        kinds = f"{SPREADSHEETS[:-1]} {more})" if more else SPREADSHEETS
        path, _ = QFileDialog.getOpenFileName(self._window, words, start, f"{self.tr('表格')} {kinds}")
        return Path(path) if path else None

    def _take(self, path: Path, work: Callable[[], ImportReport]) -> None:
        self.job.emit(self.tr("导入 {0}").format(path.name), work, self._taken)

    def _taken(self, report: ImportReport) -> None:
        self._workspace.adopt(report.changes)
        self.said.emit(
            self.tr(
                "已导入:写入 {0} 处,未采用 {1} 处。按 Ctrl+Z 一步撤销;导入前的备份也在「备份」文件夹。"
            ).format(len(report.changes.edits), len(report.ignored))
        )
