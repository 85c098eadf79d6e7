"""区间与影响: what each coefficient can still become, which schools move it, and where all sections stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from eduapp.services.checking import standard_title
from eduapp.services.county import last_round, outlook
from eduapp.standards.county.intervals import Settled, outwards
from eduapp.standards.numbers import plain, rounded, shown
from eduapp.standards.wording import STAGE_NAMES
from ui.common.plain import set_tip
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, DONE, TROUBLE
from ui.county.composite_dialog import CompositeDialog
from ui.county.indicator_picture import IndicatorPicture
from ui.county.page_widgets import UNKNOWN, Filters, Hint, Page, button_of, line_label, row_of

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.intervals import Contribution
    from eduapp.standards.county.outlook import IndicatorOutlook, Outlook, StageOutlook
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

PLACES = 3
STANDARD_LETTERS = 20
SETTLED = {
    Settled.MET: f"{DONE} 已定:达标",
    Settled.UNMET: f"{TROUBLE} 已定:未达标",
    Settled.OPEN: f"{UNKNOWN} 未定",
}
SUPPOSED = {Settled.MET: "达标", Settled.UNMET: "未达标"}
SIDE = 330
MOVER, ROOM_FOR_MOVER = 6, 1050
"""The column of the school that moves a coefficient most, and the width below which it is hidden."""


class OutlookPage(Page):
    """The indicators of a stage above, who moves the chosen one beside them, its picture below."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.outlook: Outlook | None = None
        self.stages = Filters(list(STAGE_NAMES.values()), theme)
        self.stages.chosen.connect(lambda _: self._show_rows())
        self.standard = ComboBox()
        self.standard.setAccessibleName(self.tr("执行标准"))
        set_tip(self.standard, self.tr("按哪个标准看"))
        self.standard.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.standard.setMinimumContentsLength(STANDARD_LETTERS)
        self.standard.hide()
        self.standard.currentIndexChanged.connect(lambda _: self._turn())
        self.summary = line_label(theme, bold=True)
        self.take_last = button_of(
            self.tr("导入上一轮…"),
            self._ask_last,
            self.tr("选择本县上一学年的县级工作簿:未报学校按上一轮数据上下浮动推算;幅度在「设置」页"),
        )
        self.note = line_label(theme, dim=True, wrap=True)
        self.picture = IndicatorPicture(theme)
        self._build_tables()
        self.hint = Hint(theme, self.tr("接收上报文件以后,这里显示各项差异系数还可能落在什么范围。"))
        body = QWidget()
        self.places = self._stack = QStackedLayout(body)
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self._split())
        self.box.addLayout(row_of(self.stages, self.standard, self.summary, self.take_last))
        self.box.addWidget(body, 1)
        by_hand = button_of(
            self.tr("公布系数…"), self.type_published, self.tr("填入公布的单项差异系数,看它们的综合差异系数")
        )
        self.box.addLayout(row_of(self.note, by_hand))

    def fill(self, snapshot: Snapshot) -> None:
        report = snapshot.report
        if not report.stages or not report.has_figures:
            self.outlook = None
            self._stack.setCurrentWidget(self.hint)
            return
        self.summary.setText(self.tr("正在推算…"))
        self.desk.ask_later(
            self.tr("推算区间"), lambda book: outlook.county_outlook(book, report), self._show
        )

    def import_last(self, path: Path) -> None:
        """Take over the round before from an earlier year's county workbook."""

        def take(book: CountyBook) -> object:
            return last_round.carry_over(book, path)

        self.desk.act(self.tr("导入上一轮"), take, self._imported)

    def type_published(self) -> None:
        """Open the field for coefficients that were published."""
        CompositeDialog(self.theme, self.window()).open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.setColumnHidden(MOVER, self.width() < ROOM_FOR_MOVER)

    @property
    def stage(self) -> StageOutlook | None:
        """The stage shown."""
        return next(
            (section for section in self._of_standard() if STAGE_NAMES[section.stage] == self.stages.current),
            None,
        )

    @property
    def current(self) -> IndicatorOutlook | None:
        """The indicator chosen."""
        code, stage = self.table.key_at(self.view.currentIndex()), self.stage
        return (
            next((indicator for indicator in stage.indicators if indicator.code == code), None)
            if stage
            else None
        )

    # --- building ---

    def _build_tables(self) -> None:
        self.table = StaticTable(
            [
                Column(self.tr("指标"), 7),
                Column(self.tr("现值"), 4, right=True, help=self.tr("按已报且有数的学校计算")),
                Column(
                    self.tr("区间"), 8, help=self.tr("未报学校按上一轮推算,差异系数可能落到的范围;向外取三位")
                ),
                Column(
                    self.tr("判断"),
                    9,
                    help=self.tr("有关学校都已正式上报才为已定;上一轮的数据不作依据"),
                ),
                Column(self.tr("未报"), 3, right=True, help=self.tr("未报或已报但缺数的学段")),
                Column(self.tr("达标校数"), 6, help=self.tr("至少~至多 / 学段总数")),
                Column(self.tr("影响最大"), 10, help=self.tr("占全县差异(方差)比例最大的学校")),
            ]
        )
        self.view = table_view(self.table, self.theme)
        self.view.verticalHeader().hide()
        self.view.selectionModel().currentRowChanged.connect(lambda now, _: self._choose(now))
        self.movers = StaticTable(
            [
                Column(self.tr("学校"), 10),
                Column(
                    self.tr("占差异"), 4, right=True, help=self.tr("在校生数×(数值-县均值)²占全县之和的比例")
                ),
                Column(self.tr("数值"), 5, right=True),
            ]
        )
        self.movers_view = table_view(self.movers, self.theme, sortable=True)
        self.movers_view.verticalHeader().hide()

    def _split(self) -> QSplitter:
        upper = QSplitter(Qt.Orientation.Horizontal)
        upper.addWidget(self.view)
        upper.addWidget(self.movers_view)
        upper.setStretchFactor(0, 1)
        upper.setStretchFactor(1, 0)
        upper.setSizes([700, SIDE])
        lower = QWidget()
        inside = QVBoxLayout(lower)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.setSpacing(2)
        self.heading = line_label(self.theme, bold=True)
        inside.addWidget(self.heading)
        inside.addWidget(self.picture, 1)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(upper)
        whole.addWidget(lower)
        whole.setStretchFactor(0, 0)
        whole.setStretchFactor(1, 1)
        whole.setChildrenCollapsible(False)
        rows = self.theme.row_height(self.font()) * 8 + 8
        whole.setSizes([rows, rows])
        upper.setMinimumHeight(self.theme.row_height(self.font()) * 4)
        return whole

    # --- showing ---

    def _show(self, found: Outlook) -> None:
        self.outlook = found
        ids = list(dict.fromkeys(each.standard for each in found.stages))
        if [self.standard.itemData(at) for at in range(self.standard.count())] != ids:
            self.standard.blockSignals(True)
            self.standard.clear()
            for each in ids:
                self.standard.addItem(standard_title(each), each)
            self.standard.blockSignals(False)
        self.standard.setVisible(len(ids) > 1)
        self._stack.setCurrentIndex(1)
        self.note.setText(_note(found))
        self._turn()

    def _of_standard(self) -> list[StageOutlook]:
        """Return the stages by the standard chosen."""
        wanted = self.standard.currentData()
        return [
            section for section in (self.outlook.stages if self.outlook else ()) if section.standard == wanted
        ]

    def _turn(self) -> None:
        for each in self._of_standard():
            name = STAGE_NAMES[each.stage]
            self.stages.say(name, f"{name} {each.open} 项未定" if each.open else f"{name} {DONE}")
        self._show_rows()

    def _show_rows(self) -> None:
        stage = self.stage
        if stage is None:
            return
        before = self.table.key_at(self.view.currentIndex())
        self.table.set_rows(
            [self._looks(each) for each in stage.indicators], [each.code for each in stage.indicators]
        )
        self.summary.setText(_summary(stage))
        row = max(self.table.row_of(before), 0)
        self.view.setCurrentIndex(self.table.index(row, 0))
        self._choose(self.table.index(row, 0))

    def _looks(self, each: IndicatorOutlook) -> list[Look | str]:
        theme = self.theme
        missing = each.absent + each.lacking
        first = next((one for one in each.contributions if one.share), None)
        mover = f"{self._name(first.school)} {_percent(first)}" if first else "—"
        tip = self.tr("{0} 个未报,{1} 个已报但缺数;其中 {2} 个没有上一轮数据").format(
            each.absent, each.lacking, each.unknown
        )
        return [
            Look(f"{each.code} {each.short}", tip=each.title),
            shown(each.now, PLACES),
            _interval(each),
            self._state(each.settled, each.supposed),
            Look(
                str(missing) + (CAUTION if each.unknown else ""), theme.warn if each.unknown else "", tip=tip
            ),
            _met(each),
            Look(mover, tip=mover),
        ]

    def _state(self, state: Settled | None, supposed: Settled | None) -> Look:
        theme = self.theme
        if state is None:
            return Look("—", theme.dim, tip=self.tr("这项标准只限制综合差异系数"))
        colour = {Settled.MET: theme.good, Settled.UNMET: theme.bad, Settled.OPEN: theme.warn}[state]
        tint = {Settled.UNMET: theme.hard_tint, Settled.OPEN: theme.soft_tint}.get(state, "")
        said = _supposed_text(supposed, self.outlook)
        more = f",推算{SUPPOSED[supposed]}" if supposed in SUPPOSED else ""
        return Look(SETTLED[state] + more, colour, tint, tip=said)

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        each = self.current
        if each is None:
            self.picture.show_picture(None)
            return
        self.heading.setText(_heading(each, self.outlook))
        self.picture.show_picture(each.bars)
        places = each.bars.decimals
        self.movers.set_rows(
            [
                [
                    Look(
                        self._name(one.school),
                        tip=self.tr("{0},在校生 {1} 人").format(one.school, one.pupils),
                    ),
                    Look(_percent(one), order=-float(one.share)),
                    Look(shown(one.value, places), order=float(one.value)),
                ]
                for one in each.contributions
            ],
            [one.school for one in each.contributions],
        )

    def _name(self, school: str) -> str:
        return (self.outlook.ground.names.get(school) if self.outlook else "") or school

    # --- the round before ---

    def _ask_last(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("上一学年的县级工作簿"),
            str(self.desk.book.workbook.path.parent),
            self.tr("县级工作簿 (*.edubook)"),
        )
        if path:
            self.import_last(Path(path))

    def _imported(self, sections: int) -> None:
        self.desk.said.emit(self.tr("已导入上一轮 {0} 个学段的数据。").format(sections))


def _interval(each: IndicatorOutlook) -> str:
    if each.interval is None:
        return "不明"
    low, high = each.interval.shown(PLACES)
    return f"{low}" if low == high else f"{low} ~ {high}"


def _percent(one: Contribution) -> str:
    arrow = ("↑" if one.above else "↓") if one.share else ""
    return f"{shown(one.share * 100, 1)}%{arrow}"


def _met(each: IndicatorOutlook) -> str:
    if each.met is None:
        return "—"
    least, most = each.met
    return f"{least if least == most else f'{least}~{most}'} / {each.sections}"


def _heading(each: IndicatorOutlook, outlook: Outlook | None) -> str:
    parts = [f"{each.bars.heading}  差异系数 {_interval(each)}"]
    if each.limit is not None:
        parts.append(f"限值 ≤ {each.limit:f}")
    if each.settled is not None:
        parts.append(SETTLED[each.settled])
    parts.append(_supposed_text(each.supposed, outlook))
    return ",".join(filter(None, parts))


def _supposed_text(state: Settled | None, outlook: Outlook | None) -> str:
    """Say what last year's figures would make of an open verdict; empty where there are none."""
    if state is None or outlook is None:
        return ""
    share = plain(rounded(outlook.ground.share * 100, 2))
    return f"若与上一轮相差不超过 {share}%:{SUPPOSED.get(state, '仍不能判断')}"


def _summary(stage: StageOutlook) -> str:
    limits = "、".join(
        dict.fromkeys(f"{each.limit:f}" for each in stage.indicators if each.limit is not None)
    )
    if limits:
        said = f"{len(stage.indicators)} 项中 {stage.open} 项未定" if stage.open else "各项都已定"
        return f"{said},差异系数限值 ≤ {limits}"
    ends = " ~ ".join(f"{each}" for each in outwards(*stage.composite, PLACES)) if stage.composite else "不明"
    state = f",{SETTLED[stage.composite_settled]}" if stage.composite_settled else ""
    limit = f",限值 ≤ {stage.composite_limit:f}" if stage.composite_limit is not None else ""
    return f"综合差异系数 {ends}{limit}{state}"


def _note(found: Outlook) -> str:
    ground = found.ground
    if not ground.listed:
        return "没有学校名单,不知道还有哪些学校未报,所以各项都为「未定」。请在「学校」页导入学校名单。"
    share = plain(rounded(ground.share * 100, 2))
    parts = [f"未报 {len(ground.absent)} 校"]
    if found.last_year is not None:
        parts.append(
            f"区间按 {found.last_year} 学年数据上下浮动 {share}% 推算,不作判定依据;没有上一轮数据的不推算"
        )
    elif ground.absent:
        parts.append("没有导入上一轮数据,未报学校不推算")
    parts.append("↑高于、↓低于县均值;草稿按现有数值计入")
    return ";".join(parts) + "。"
