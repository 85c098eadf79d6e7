"""报表: the application form, tables Ⅰ to Ⅵ, as it will be printed; saved as PDF or as a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QStackedWidget

from db.problems import Problem
from eduapp.services.county import outlook
from eduapp.services.county.reports import county_report, sources_of
from eduapp.services.county.revision_differences import differences
from eduapp.services.papers import reporting
from ui.common.paper_view import PaperView
from ui.county.closing_bar import ChangesSince, ClosingBar
from ui.county.page_widgets import Hint, Page, button_of, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.reports import Source
    from eduapp.services.county.revision_differences import Differences
    from eduapp.services.jobs import Progress
    from eduapp.standards.county.outlook import Outlook
    from eduapp.standards.county.report import CountyReport
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot


@dataclass(frozen=True)
class PrintedPaper:
    """A paper and what it was made of."""

    pdf: bytes
    report: CountyReport
    sources: tuple[Source, ...]
    outlook: Outlook


class PapersPage(Page):
    """The paper is made when the page is shown and the report is another one; of a closed list when asked."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.printed: PrintedPaper | None = None
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
        self.closing, self.changes = ClosingBar(desk, theme), ChangesSince(theme)
        self.closing.chosen.connect(self._make)
        self.closing.differences_asked.connect(self._ask_differences)
        self.back = button_of(self.tr("回到报表"), self._show_paper)
        self.back.hide()
        self.places = self._stack = QStackedWidget()
        for part in (self.hint, self.paper, self.changes):
            self._stack.addWidget(part)
        self.box.addLayout(row_of(self.about, self.back, *self._buttons))
        self.box.addWidget(self.closing)
        self.box.addWidget(self._stack, 1)
        self._enable(on=False)

    def fill(self, snapshot: Snapshot) -> None:
        self.closing.fill(snapshot)
        self.closing.setVisible(bool(snapshot.report.schools or snapshot.revisions))
        self._make()

    @property
    def outlook(self) -> Outlook | None:
        """What the figures on the paper can still become."""
        return self.printed.outlook if self.printed else None

    def _make(self) -> None:
        """Make the paper of the list that is chosen."""
        snapshot, revision = self.snapshot, self.closing.revision
        if snapshot is None:
            return
        self.printed = None
        self._enable(on=False)
        self.about.setText(_about(snapshot) if revision is None else "")
        if revision is None and not snapshot.report.has_figures:
            self._stack.setCurrentWidget(self.hint)
            return
        self._show_paper()
        self.paper.show_text(self.tr("正在排版…"))
        self.desk.ask_later(self.tr("排版"), lambda book: _paper(book, snapshot, revision), self._show)

    def write_pdf(self, path: Path) -> None:
        """Write the paper that is shown."""
        pdf = self.paper.pdf
        self.desk.ask(self.tr("存为 PDF"), lambda _: reporting.save(path, pdf), lambda _: self._saved(path))

    def write_tables(self, path: Path) -> None:
        """Write the tables as a spreadsheet."""
        made = self.printed
        if made is None:
            return
        self.desk.ask(
            self.tr("存为表格"),
            lambda _: reporting.write_county_tables(made.report, path, made.sources, made.outlook),
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

    def _show(self, made: PrintedPaper) -> None:
        if made.report.revision != self.closing.revision:
            return  # another list was chosen meanwhile; its paper is under way
        self.printed = made
        self.paper.show_pdf(made.pdf)
        if made.report.revision is not None:
            self.about.setText(_about_closed(made.report))
        self._enable(on=True)

    def _show_paper(self) -> None:
        self.back.hide()
        self._stack.setCurrentWidget(self.paper)

    def _ask_differences(self, number: int) -> None:
        self.desk.ask(self.tr("对照"), lambda book: differences(book, number), self._show_differences)

    def _show_differences(self, found: Differences) -> None:
        self.changes.fill(found)
        self.back.show()
        self._stack.setCurrentWidget(self.changes)

    def _saved(self, path: Path) -> None:
        self.desk.said.emit(self.tr("已存为 {0}").format(path))

    def _enable(self, *, on: bool) -> None:
        for button in self._buttons:
            button.setEnabled(on)
        self.save_ledger.setEnabled(on and self.closing.revision is None)  # the ledger is of the present

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
        if not QPrintDialog(printer, self).exec():
            return
        if self.paper.print_to(printer):
            self.desk.said.emit(self.tr("已送往打印机。"))
        else:
            self.desk.warned.emit(Problem("print-failed", printer=printer.printerName()).text)


def _paper(
    book: CountyBook, snapshot: Snapshot, revision: int | None
) -> Generator[Progress, None, PrintedPaper]:
    """Set the tables of the present or of a closed list, and what they can still become."""
    report, sources = snapshot.report, snapshot.sources
    if revision is not None:
        report = yield from county_report(book, revision=revision)
        sources = sources_of(book, revision)
    found = yield from outlook.county_outlook(book, report)
    return PrintedPaper(reporting.print_county(report, sources, found), report, sources, found)


def _about_closed(report: CountyReport) -> str:
    """Say which list the paper is of."""
    said = f"第 {report.revision} 次结束时的名单:{report.coverage};合并指纹 {report.fingerprint_words}"
    other = ";县级自填数据、学校名单或执行标准此后有改动,与当时的报表不完全相同"
    return said + (other if report.other_basis else "")


def _about(snapshot: Snapshot) -> str:
    """Say what the paper stands on, so that nobody hands in half a county unawares."""
    report = snapshot.report
    parts = [f"依据 {report.coverage}"]
    if not report.complete:
        parts.append("尚未全部正式上报,结果为阶段性")
    if report.by_export:
        parts.append(f"{len(report.by_export)} 校按上年教育事业统计测算")
    if report.unkept:
        parts.append(f"{report.unkept} 个文件字节未留,请再读一次")
    if report.unchecked_keys:
        parts.append(f"{report.unchecked_keys} 个密钥未核验")
    if report.old_form_keys:
        parts.append(f"{report.old_form_keys} 个密钥为旧式登记")
    if snapshot.unsettled:
        parts.append(f"{len(snapshot.unsettled)} 校有冲突未裁定")
    if report.changed:
        parts.append(f"县级更正 {len(report.changed)} 格")
    if report.unsigned_decisions:
        parts.append(f"未签名的决定 {report.unsigned_decisions} 条")
    if report.practice:
        parts.append("练习数据")
    return ";".join(parts) if report.has_figures else ""
