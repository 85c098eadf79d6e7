"""The grids of the school's pages: what a tick means here, and the filter over homework."""

from __future__ import annotations

from db.records.catalog import RECORDS
from eduapp.standards.figures import FIGURES
from ui.common import grid_pane
from ui.common.grid_pane import RowFilter
from ui.school.homework_filter import HomeworkFilter

COUNTED = {figure.list_name for figure in FIGURES.values() if figure.list_name}
"""Lists that figures are counted from: for them the tick decides."""


class SchoolGridPane(grid_pane.GridPane):
    """A list with the tick 「本表已填全」; homework has a filter."""

    def make_filter(self) -> RowFilter | None:
        return HomeworkFilter(self.table) if self.layout_.record == "homework" else None

    def empty_words(self) -> str:
        label = RECORDS[self.layout_.record].label
        return self.tr("还没有登记{0}。从「导入」读入已有的表格,或直接在第一行输入。").format(label)

    def tick_words(self) -> str:
        if self.layout_.record in COUNTED:
            return self.tr("勾上后指标按名单统计;不勾时,填报合计里有数的按合计")
        if self.layout_.record == "homework":
            return self.tr("勾上表示本学期的作业已登记完")
        return self.tr("勾上表示本表已登记完")
