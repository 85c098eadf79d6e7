"""指标: the heat map of sections and indicators, what holds over all of them, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget

from eduapp.services.checking import relaxations_note, standard_title
from eduapp.standards import wording
from eduapp.standards.results import Outcome, Verdict
from ui.common.plain import CheckBox, set_tip
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import StaticTable, table_view
from ui.county import heat_model as model
from ui.county.page_widgets import Filters, Hint, Page, line_label, row_of, search_field
from ui.county.why_panel import WhyPanel

if TYPE_CHECKING:
    from eduapp.standards.county.report import CountyReport, StageReport
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

WHOLE, COUNTY = "学校层面", "县级"
STANDARD_LETTERS = 20
NAME_WIDTHS = (9, 22)
"""The narrowest and the widest column of names, in full-width characters."""
STAGES = {name: stage for stage, name in wording.STAGE_NAMES.items()}


class HeatPage(Page):
    """The map above, the lines over all sections below with the same columns, the reasons beside."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.stages = Filters([*STAGES, WHOLE, COUNTY], theme)
        self.stages.chosen.connect(lambda _: self._turn())
        self.standard = ComboBox()
        self.standard.setAccessibleName(self.tr("执行标准"))
        set_tip(self.standard, self.tr("按哪个标准看"))
        self.standard.currentIndexChanged.connect(lambda _: self._turn())
        self.unmet = CheckBox(self.tr("只看未达标"))
        self.unmet.toggled.connect(lambda _: self._show_rows())
        self.search = search_field(theme, lambda _: self._show_rows())
        self.summary = line_label(theme, bold=True)
        self.partial = line_label(theme, wrap=True)
        self.why = WhyPanel(desk, theme)
        self._build_tables()
        self.hint = Hint(
            theme, self.tr("还没有接收上报文件。请到「导入」页拖入 U 盘文件夹,接收后这里显示各校指标。")
        )
        tables = QWidget()
        inside = QVBoxLayout(tables)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.view, 1)
        inside.addWidget(self.foot_view)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(tables)
        self.splitter.addWidget(self.why)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setCollapsible(0, False)
        body = QWidget()
        self.places = self._stack = QStackedLayout(body)
        self._stack.addWidget(self.splitter)
        self._stack.addWidget(self.hint)
        self.note = line_label(theme, dim=True, wrap=True)
        self.standard.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.standard.setMinimumContentsLength(STANDARD_LETTERS)
        self.box.addLayout(row_of(self.stages, self.standard, self.unmet, None, self.search))
        self.box.addWidget(self.summary)
        self.box.addWidget(body, 1)
        self.box.addWidget(self.partial)
        self.box.addWidget(self.note)

    def fill(self, snapshot: Snapshot) -> None:
        self._offer_standards(snapshot.report.standards)
        for report in snapshot.report.stages:
            name = wording.STAGE_NAMES[report.stage]
            self.stages.say(name, f"{name} {len(report.rows)}")
        self.stages.say(WHOLE, f"{WHOLE} {len(snapshot.report.schools)}")
        self.stages.say(COUNTY, COUNTY)
        self._stack.setCurrentWidget(self.splitter if snapshot.report.has_figures else self.hint)
        self.why.hide()
        self._show_rows()

    def _offer_standards(self, standards: tuple[str, ...]) -> None:
        """Offer the standards that judge, where there are several; the one shown stays."""
        if [self.standard.itemData(at) for at in range(self.standard.count())] != list(standards):
            self.standard.blockSignals(True)
            self.standard.clear()
            for each in standards:
                self.standard.addItem(standard_title(each), each)
            self.standard.blockSignals(False)
        self.standard.setVisible(len(standards) > 1)

    @property
    def report(self) -> CountyReport | None:
        """The county by the standard chosen."""
        if self.snapshot is None:
            return None
        return self.snapshot.report.by(self.standard.currentData() or "")

    @property
    def stage_report(self) -> StageReport | None:
        """The stage shown; None for the school level."""
        stage = STAGES.get(self.stages.current)
        stages = self.report.stages if self.report else ()
        return next((one for one in stages if one.stage is stage), None)

    # --- building ---

    def _build_tables(self) -> None:
        self.table, self.foot = StaticTable([]), StaticTable([])
        self.view = table_view(self.table, self.theme, sortable=True, rows=False)
        self.foot_view = table_view(self.foot, self.theme, rows=False)
        for view in (self.view, self.foot_view):
            view.verticalHeader().hide()
        heading = self.view.horizontalHeader()
        heading.setFixedHeight(self.theme.row_height(self.font()) + self.view.fontMetrics().height())
        self.foot_view.horizontalHeader().hide()
        self.foot_view.setFixedHeight(self.theme.row_height(self.font()) * 4 + 4)
        self.foot_view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.foot_view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        heading.sectionResized.connect(lambda at, _, width: self.foot_view.setColumnWidth(at, width))
        self.view.viewport().installEventFilter(self)
        bar = self.view.horizontalScrollBar()
        bar.valueChanged.connect(self.foot_view.horizontalScrollBar().setValue)
        self.view.clicked.connect(self._explain)
        self.view.opened.connect(self._explain)
        self.foot_view.clicked.connect(self._explain_foot)
        self.foot_view.opened.connect(self._explain_foot)

    # --- showing ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the columns whenever the map has more or less room."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _turn(self) -> None:
        self.why.hide()
        self._show_rows()

    def _fit(self) -> None:
        """Give the names what is left beside the numbers; the foot follows column by column."""
        if not self.table.columns or self.stages.current == COUNTY:
            return
        heading, wide = self.view.horizontalHeader(), self.theme.char_width(self.font())
        heading.setStretchLastSection(False)
        self.foot_view.horizontalHeader().setStretchLastSection(False)
        others = sum(heading.sectionSize(at) for at in range(1, len(self.table.columns)))
        left = self.view.viewport().width() - others - 1
        self.view.setColumnWidth(0, max(NAME_WIDTHS[0] * wide, min(NAME_WIDTHS[1] * wide, left)))
        for at in range(len(self.table.columns)):
            self.foot_view.setColumnWidth(at, heading.sectionSize(at))

    def _show_rows(self) -> None:
        whole = self.report
        if self.snapshot is None or whole is None:
            return
        needle, unmet = self.search.text(), self.unmet.isChecked()
        report, schools = self.stage_report, whole.schools
        cells = self.snapshot.cells
        self.foot_view.setVisible(report is not None)
        left_out = model.left_out_text(schools, report) + model.campuses_text(self.snapshot.report.campuses)
        self.note.setText(left_out + relaxations_note(whole) + "。")
        marks = model.Marks(self.theme, self.snapshot.unsettled)
        if self.stages.current == COUNTY:
            self._show_county(whole, marks, needle, unmet=unmet)
            return
        if report is None:
            rows, keys = model.school_rows(whole, cells, marks, needle, unmet=unmet)
            self.table.set_rows(rows, keys, model.school_columns(schools, rows))
            self._fit()
            self.summary.setText(self.tr("{0} 所学校").format(len(schools)))
            self.partial.hide()
            return
        rows, keys = model.stage_rows(report, cells, marks, needle, unmet=unmet)
        columns = model.stage_columns(report)
        self.foot.set_rows(model.foot_rows(report, self.theme), columns=columns)
        self.table.set_rows(rows, keys, columns)
        self._fit()
        self.summary.setText(model.stage_summary(report))
        self.partial.setText(model.partial_text(report))
        self.partial.setVisible(bool(self.partial.text()))

    def _show_county(self, whole: CountyReport, marks: model.Marks, needle: str, *, unmet: bool) -> None:
        rows, keys = model.county_rows(whole.county_level, marks, needle, unmet=unmet)
        self.table.set_rows(rows, keys, model.COUNTY_COLUMNS)
        verdicts = whole.county_level
        met = sum(each.outcome is Outcome.MET for each in verdicts)
        settled = sum(each.settlement is not None and each.settlement.settled for each in verdicts)
        self.summary.setText(
            self.tr("{0} 项中 {1} 项达标;已定 {2} 项,未定 {3} 项").format(
                len(verdicts), met, settled, len(verdicts) - settled
            )
        )
        self.partial.hide()

    def _explain(self, index: QModelIndex) -> None:
        place, report = self.table.key_at(index), self.stage_report
        if isinstance(place, Verdict) and self.snapshot is not None:
            self.why.show_county(place, self.snapshot)
            return
        if not isinstance(place, model.HeatPlace) or self.snapshot is None:
            return
        verdict = model.verdict_at(place, index.column())
        if verdict is not None:
            self.why.show_cell(place.entry, verdict, self.snapshot, report)

    def _explain_foot(self, index: QModelIndex) -> None:
        report, at = self.stage_report, index.column() - model.FIRST
        if report is not None and self.snapshot is not None and 0 <= at < len(report.indicators):
            self.why.show_balance(report.indicators[at], report, report.standard)
