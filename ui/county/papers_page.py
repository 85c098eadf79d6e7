"""报表: the application form, tables Ⅰ to Ⅵ, as it will be printed; saved as PDF or as a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QStackedWidget

from eduapp.services import outlook, reporting
from ui.common.paper_view import PaperView
from ui.county.parts import Hint, Page, button_of, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from eduapp.services.county_books import CountyBook
    from eduapp.services.jobs import Progress
    from eduapp.standards.county.outlook import Outlook
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot


class PapersPage(Page):
    """The paper is made when the page is shown and the report is another one."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.outlook: Outlook | None = None
        self.paper = PaperView(theme)
        self.about = line_label(theme, wrap=True)
        self.hint = Hint(theme, self.tr("接收上报文件以后,这里生成申报表(表Ⅰ至表Ⅵ)和各指标的图。"))
        self.save_pdf = button_of(self.tr("存为 PDF…"), self._ask_pdf)
        self.save_tables = button_of(self.tr("存为表格…"), self._ask_tables, self.tr("同样的表,写成 xlsx"))
        self.print_it = button_of(self.tr("打印…"), self._ask_print)
        self.save_ledger = button_of(
            self.tr("整改台账…"), self._ask_ledger, self.tr("县级整改台账,附各校上报的整改台账,存为 PDF")
        )
        self._buttons = (self.print_it, self.save_pdf, self.save_tables, self.save_ledger)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self.paper)
        self.box.addLayout(row_of(self.about, *self._buttons))
        self.box.addWidget(self._stack, 1)
        self._enable(on=False)

    def fill(self, snapshot: Snapshot) -> None:
        report = snapshot.report
        self.about.setText(_about(snapshot))
        self._enable(on=False)
        if not report.schools:
            self._stack.setCurrentWidget(self.hint)
            return
        self._stack.setCurrentWidget(self.paper)
        self.paper.show_text(self.tr("正在排版…"))
        self.desk.ask_later(self.tr("排版"), lambda book: _paper(book, snapshot), self._show)

    def write_pdf(self, path: Path) -> None:
        """Write the paper that is shown."""
        pdf = self.paper.pdf
        self.desk.ask(self.tr("存为 PDF"), lambda _: reporting.save(path, pdf), lambda _: self._saved(path))

    def write_tables(self, path: Path) -> None:
        """Write the tables as a spreadsheet."""
        if self.snapshot is None:
            return
        report, sources, found = self.snapshot.report, self.snapshot.sources, self.outlook
        self.desk.ask(
            self.tr("存为表格"),
            lambda _: reporting.write_county_tables(report, path, sources, found),
            lambda _: self._saved(path),
        )

    def write_ledger(self, path: Path) -> None:
        """Write 县级问题整改台账: every school's submission is read for it."""
        if self.snapshot is None:
            return
        report = self.snapshot.report
        self.desk.ask(
            self.tr("整改台账"),
            lambda book: reporting.save(path, reporting.print_county_rectification(book, report)),
            lambda _: self._saved(path),
        )

    def _show(self, made: tuple[bytes, Outlook]) -> None:
        pdf, self.outlook = made
        self.paper.show_pdf(pdf)
        self._enable(on=True)

    def _saved(self, path: Path) -> None:
        self.desk.said.emit(self.tr("已存为 {0}").format(path))

    def _enable(self, *, on: bool) -> None:
        for button in self._buttons:
            button.setEnabled(on)

    def _suggested(self, suffix: str) -> str:
        report = self.snapshot.report if self.snapshot else None
        title = f"{report.name}{report.year}学年汇总表" if report else "汇总表"
        return str(self.desk.book.workbook.path.parent / f"{title}{suffix}")

    def _ask_pdf(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("存为 PDF"), self._suggested(".pdf"), "PDF (*.pdf)"
        )
        if path:
            self.write_pdf(Path(path))

    def _ask_ledger(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("整改台账"), self._suggested("整改台账.pdf"), "PDF (*.pdf)"
        )
        if path:
            self.write_ledger(Path(path))

    def _ask_tables(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("存为表格"), self._suggested(".xlsx"), self.tr("表格 (*.xlsx)")
        )
        if path:
            self.write_tables(Path(path))

    def _ask_print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec():
            self.paper.print_to(printer)
            self.desk.said.emit(self.tr("已送往打印机。"))


def _paper(book: CountyBook, snapshot: Snapshot) -> Generator[Progress, None, tuple[bytes, Outlook]]:
    """Set the tables and what they can still become."""
    found = yield from outlook.county_outlook(book, snapshot.report)
    return reporting.print_county(snapshot.report, snapshot.sources, found), found


def _about(snapshot: Snapshot) -> str:
    """Say what the paper stands on, so that nobody hands in half a county unawares."""
    report = snapshot.report
    parts = [f"依据 {report.coverage}"]
    if not report.complete:
        parts.append("尚未全部正式上报,结果为阶段性")
    if report.unchecked_keys:
        parts.append(f"{report.unchecked_keys} 个密钥未核验")
    if snapshot.unsettled:
        parts.append(f"{len(snapshot.unsettled)} 校有冲突未裁定")
    if report.practice:
        parts.append("练习数据")
    return ";".join(parts) if report.schools else ""
