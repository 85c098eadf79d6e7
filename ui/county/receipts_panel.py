"""回执: written for every school onto a stick or into a folder, each with what it says, and the sum."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from eduapp.services.hand_off import receipts
from ui.common.places import start_folder
from ui.common.static_table import Column, Look
from ui.common.theme import DONE
from ui.county.list_panel import ListPanel
from ui.county.page_widgets import button_of, file_name, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from eduapp.services.hand_off.receipts import Issued, IssueReport
    from ui.common.theme import Theme
    from ui.county.desk import Desk


class ReceiptsPanel(ListPanel["Issued"]):
    """What was written last stays until the next time."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        columns = (
            Column(self.tr("学校"), 12),
            Column(self.tr("号"), 3, right=True),
            Column(self.tr("变化"), 5),
            Column(self.tr("内容"), 20),
            Column(self.tr("文件"), 14),
        )
        empty = self.tr(
            "回执告诉每所学校:上报文件收到没有、要更正哪些格、县里更正了什么。\n"
            "写到 U 盘带回学校,学校的程序插上 U 盘自动读取。情况没有变化的,再写一次还是同一份。"
        )
        super().__init__(desk, theme, columns, self._shown, empty=empty)
        self.report: IssueReport | None = None
        self.hint.add(self.tr("写回执到 U 盘或文件夹…"), self.choose)
        self.headline = line_label(theme, wrap=True, bold=True)
        self.sum = line_label(theme, wrap=True)
        self.again = button_of(self.tr("写回执到 U 盘或文件夹…"), self.choose)
        self.body.addLayout(row_of(self.headline, self.again))
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.sum)

    def choose(self) -> None:
        """Ask where to, and write the receipts of all schools."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("选择 U 盘或文件夹"), start_folder())
        if folder:
            self.write(Path(folder))

    def write(self, folder: Path) -> None:
        """Write the receipts of all schools into a folder."""
        self.desk.ask(self.tr("写回执"), lambda book: receipts.issue(book, folder), self._written)

    def write_back(self, places: Mapping[Path, Collection[str]]) -> None:
        """Write receipts onto the sticks from which the files of these schools came."""
        self.desk.ask(self.tr("写回执"), lambda book: receipts.issue_back(book, places), self._written)

    def _written(self, report: IssueReport) -> None:
        self.report = report
        self.show_rows(report.rows)
        if not report.rows:
            self.hint.say(self.tr("还没有收到过上报文件,没有可写的回执。"))
            self.show_body(filled=False)
            return
        folders = "、".join(sorted({str(Path(each.path).parent) for each in report.rows}))
        self.headline.setText(
            self.tr("{0} 已写入并核对 {1} 份回执:{2}。可以拔出 U 盘了。").format(
                DONE, len(report.rows), folders
            )
        )
        self.sum.setText(report.sum_text)
        self.show_body()
        self.desk.said.emit(self.tr("已写入并核对 {0} 份回执,可以拔出 U 盘了。").format(len(report.rows)))

    def _shown(self, row: Issued) -> list[Look | str]:
        theme = self.theme
        return [
            Look(row.name, tip=row.school),
            Look(str(row.number), order=float(row.number)),
            Look(self.tr("无变化"), theme.dim) if row.again else Look(self.tr("新写"), theme.good),
            Look(row.text, tip=row.text),
            Look(file_name(row.path), theme.dim, tip=row.path),
        ]
