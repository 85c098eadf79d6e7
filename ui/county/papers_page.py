"""报表: tables Ⅱ-1, Ⅱ-2 and Ⅲ as they will be printed; saved as PDF or as a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QStackedWidget

from eduapp.services import reporting
from ui.common.paper_view import PaperView
from ui.county.parts import Hint, Page, button_of, line_label, row_of

if TYPE_CHECKING:
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot


class PapersPage(Page):
    """The paper is made when the page is shown and the report is another one."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.paper = PaperView(theme)
        self.about = line_label(theme, wrap=True)
        self.hint = Hint(theme, self.tr("接收上报文件以后,这里生成县级汇总表(表Ⅱ-1、表Ⅱ-2、表Ⅲ)。"))
        self.save_pdf = button_of(self.tr("存为 PDF…"), self._ask_pdf)
        self.save_tables = button_of(self.tr("存为表格…"), self._ask_tables, self.tr("同样的表,写成 xlsx"))
        self.print_it = button_of(self.tr("打印…"), self._ask_print)
        self._buttons = (self.print_it, self.save_pdf, self.save_tables)
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
        self.desk.ask_later(
            self.tr("排版"), lambda _: reporting.print_county(report, snapshot.sources), self._show
        )

    def write_pdf(self, path: Path) -> None:
        """Write the paper that is shown."""
        pdf = self.paper.pdf
        self.desk.ask(self.tr("存为 PDF"), lambda _: reporting.save(path, pdf), lambda _: self._saved(path))

    def write_tables(self, path: Path) -> None:
        """Write the tables as a spreadsheet."""
        if self.snapshot is None:
            return
        report, sources = self.snapshot.report, self.snapshot.sources
        self.desk.ask(
            self.tr("存为表格"),
            lambda _: reporting.write_county_tables(report, path, sources),
            lambda _: self._saved(path),
        )

    def _show(self, pdf: bytes) -> None:
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
