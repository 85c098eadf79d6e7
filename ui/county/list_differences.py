"""与名册不符 and campus links that wait: what schools say otherwise, and the decisions that settle it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout

from eduapp.services.county import register
from eduapp.standards.county.register import LABELS
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION
from ui.county.page_widgets import button_of, decide, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.register import Difference, PendingLink
    from eduapp.standards.county.report import CountyReport
    from ui.common.theme import Theme
    from ui.county.desk import Desk

ROWS_SHOWN = 4


class ListDifferences(QFrame):
    """One line says how much there is; the rows open below it. Hidden while schools and list agree."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Start hidden."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self._differences: tuple[Difference, ...] = ()
        self._pending: tuple[PendingLink, ...] = ()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.summary = line_label(theme, wrap=True, bold=True)
        self.table = StaticTable(
            [
                Column(self.tr("学校代码"), 7),
                Column(self.tr("学校"), 12),
                Column(self.tr("项目"), 6),
                Column(self.tr("名册(计入汇总的)"), 14),
                Column(self.tr("学校填报"), 14),
            ]
        )
        self.view = table_view(self.table, theme)
        self.view.verticalHeader().hide()
        self.take_one = button_of(
            self.tr("采用这所学校所报"), self.ask_one, self.tr("把这所学校填报的名称、类型、校区写入名册")
        )
        self.take_all = button_of(self.tr("全部采用…"), self.ask_all)
        self.keep_links = button_of(self.tr("全部确认"), self.ask_keep, self.tr("这些校区关系写入名册"))
        self.end_links = button_of(self.tr("都不采用…"), self.ask_end, self.tr("这些学校各自单独计算"))
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 4, 8, 4)
        buttons = self.take_one, self.take_all, self.keep_links, self.end_links
        box.addLayout(row_of(self.summary, None, *buttons))
        box.addWidget(self.view)
        self.hide()

    def fill(self, report: CountyReport) -> None:
        """Show what differs, links that wait first."""
        self._differences, self._pending = report.differences, report.links_pending
        rows: list[list[Look | str]] = [
            [
                each.school,
                each.name,
                self.tr("校区所属"),
                Look(self.tr("待确认"), self.theme.warn),
                self.tr("属于 {0}").format(each.parent),
            ]
            for each in self._pending
        ]
        rows += [
            [each.school, each.name, LABELS[each.field], each.listed, Look(each.stated, self.theme.warn)]
            for each in self._differences
        ]
        schools = [each.school for each in self._pending] + [each.school for each in self._differences]
        self.table.set_rows(rows, schools)
        shown = min(len(rows), ROWS_SHOWN) + 1  # with the heading
        self.view.setFixedHeight(self.theme.row_height(self.font()) * shown + 2 * self.view.frameWidth())
        parts = []
        if self._pending:
            words = self.tr("{0} 个校区关系待确认:此前按学校所报合并,确认以前照旧")
            parts.append(words.format(len(self._pending)))
        if self._differences:
            words = self.tr("与名册不符 {0} 处:按名册计算,学校所报没有效力")
            parts.append(words.format(len(self._differences)))
        self.summary.setText(f"{CAUTION} {'。'.join(parts)}。" if parts else "")
        for button in (self.take_one, self.take_all):
            button.setVisible(bool(self._differences))
        for button in (self.keep_links, self.end_links):
            button.setVisible(bool(self._pending))
        self.setVisible(bool(parts))
        if rows:
            self.view.selectRow(0)

    def ask_one(self) -> None:
        """Take over what the chosen school says."""
        code = self.table.key_at(self.view.currentIndex())
        if isinstance(code, str):
            self._act(self.tr("采用学校所报"), lambda book: register.take_over(book, [code]))

    def ask_all(self) -> None:
        """Take over what all of them say, after a person decided so."""
        schools = {each.school for each in self._differences}
        question = self.tr("把 {0} 所学校所报的名称、类型、校区都写入名册?").format(len(schools))
        consequences = self.tr(
            "这是一项签名的决定,改变合并指纹。把一所学校并入另一所,它的数据就计入那所学校。"
        )
        if decide(self, question, consequences, self.tr("全部采用")):
            self._act(self.tr("采用学校所报"), register.take_over)

    def ask_keep(self) -> None:
        """Make all links that wait the list's."""
        self._act(self.tr("确认校区关系"), register.confirm_links)

    def ask_end(self) -> None:
        """End all links that wait, after a person decided so."""
        question = self.tr("这 {0} 所学校都不是别校的校区?").format(len(self._pending))
        consequences = self.tr("它们以后各自单独计算;已结束的各轮不变。")
        if decide(self, question, consequences, self.tr("都不采用")):
            self._act(self.tr("确认校区关系"), lambda book: register.confirm_links(book, ()))

    def _act(self, text: str, work: Callable[[CountyBook], Sequence[str]]) -> None:
        self.desk.act(
            text,
            work,
            lambda schools: self.desk.said.emit(self.tr("已写入名册:{0} 所学校。").format(len(schools))),
        )
