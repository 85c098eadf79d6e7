"""还差多少: left the cheapest plan and the ways of each indicator, right figures to try out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QStyledItemDelegate,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from db.problems import Problem
from eduapp.services import planning
from eduapp.standards import wording
from eduapp.standards.numbers import exact_text, plain
from eduapp.standards.results import Outcome
from ui.common.elided_label import ElidedLabel, dimmed, tint
from ui.common.plain import Label, Menu, PushButton
from ui.common.record_table import EDIT
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.school.other_demands import OtherDemands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from db.records.choices import Stage
    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import Report, Verdict
    from eduapp.standards.solver import IndicatorGap, Plan, SectionGaps
    from ui.common.sheet_view import SheetView
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

    Index = QModelIndex | QPersistentModelIndex

LEAVING = {
    Qt.Key.Key_Return: (1, 0),
    Qt.Key.Key_Enter: (1, 0),
    Qt.Key.Key_Tab: (0, 1),
    Qt.Key.Key_Backtab: (0, -1),
}
LEFT_SHARE, RIGHT_SHARE = 52, 48


class TypedTable(StaticTable):
    """A static table of which one column can be typed into; what was typed is told, not kept."""

    typed = Signal(object, str)
    """(key of the row, text)."""

    def __init__(self, columns: Sequence[Column], editable: int, parent: QWidget) -> None:
        """Let column number `editable` be typed into."""
        super().__init__(columns, parent)
        self._editable = editable

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        plain_flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        typed = index.column() == self._editable
        return plain_flags | Qt.ItemFlag.ItemIsEditable if typed else plain_flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == EDIT and index.isValid():
            return self.look_at(index.row(), index.column()).text
        return super().data(index, role)

    def setData(self, index: Index, value: object, role: int = EDIT) -> bool:
        if role != EDIT or not index.isValid():
            return False
        text = str(value).strip()
        if text != self.look_at(index.row(), index.column()).text:
            self.typed.emit(self.key_at(index), text)
        return True


class TypingDelegate(QStyledItemDelegate):
    """Enter writes and goes a row down, Tab a column on. Qt's own also passes Enter on to the grid."""

    left = Signal(int, int)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = LEAVING.get(Qt.Key(event.key()))
            if step is not None and isinstance(watched, QWidget):
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.NoHint)
                self.left.emit(*step)
                return True
        return super().eventFilter(watched, event)


class PlanPane(QWidget):
    """The cheapest plan with its prices; behind tabs each indicator alone, and what else is asked."""

    failed = Signal(object)
    asked = Signal(object)
    """A Verdict whose why is asked for."""

    def __init__(self, book: SchoolBook, theme: Theme) -> None:
        """Build; `show_book` fills."""
        super().__init__()
        self._book = book
        self._theme = theme
        self.prices: dict[str, Decimal] = {}
        self.plan: Plan | None = None
        self._report: Report | None = None
        self.total = ElidedLabel()
        tint(self.total, theme.text, bold=True)
        self.sections = Label(wordWrap=True)
        self.changes = TypedTable(
            (
                Column(self.tr("要增加的"), 7),
                Column(self.tr("数量"), 4, right=True),
                Column(self.tr("单价(元)"), 3, right=True, help=self.tr("可以改;清空就用回原来的单价")),
                Column(self.tr("费用"), 4, right=True),
            ),
            2,
            self,
        )
        self.changes.typed.connect(self._price_typed, Qt.ConnectionType.QueuedConnection)
        self.ways = StaticTable(
            (
                Column(self.tr("指标"), 8),
                Column(self.tr("只改这一项"), 6, right=True),
                Column(self.tr("或只改学生"), 6),
            ),
            self,
        )
        note = self.note = Label(planning.ASSUMPTIONS, wordWrap=True)
        note.setStyleSheet(f"color: {theme.dim};")
        first = QWidget()
        box = QVBoxLayout(first)
        box.setContentsMargins(4, 6, 4, 4)
        box.setSpacing(4)
        for widget in (self.total, self.sections):
            box.addWidget(widget)
        box.addWidget(typing_view(self.changes, theme), 1)
        box.addWidget(note)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(first, self.tr("最省的方案"))
        self.tabs.addTab(plain_view(self.ways, theme), self.tr("逐项"))
        self.others = OtherDemands(theme)
        self.others.asked.connect(self.asked)
        self.tabs.addTab(self.others, self.tr("其他要求"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.tabs)

    def show_book(self, report: Report) -> None:
        """Solve again and show; a Problem is told and nothing stale stays."""
        self._report = report
        self.others.show_report(report)
        count = self.others.count
        self.tabs.setTabText(2, self.tr("其他要求({0})").format(count) if count else self.tr("其他要求"))
        try:
            found = planning.gaps_of(self._book)
            self.plan = planning.plan_of(self._book, self.prices)
        except Problem as problem:
            self.plan = None
            self.total.setText(self.tr("没有方案"))
            self.sections.setText("")
            self.changes.set_rows([])
            self.ways.set_rows([])
            self.failed.emit(problem)
            return
        self._show_words(found, self.plan)
        self._show_changes(found, self.plan)
        self.ways.set_rows(
            [self._way(gap, each.stage if len(found) > 1 else None) for each in found for gap in each.gaps]
        )

    def _show_words(self, found: Sequence[SectionGaps], plan: Plan) -> None:
        if plan.changes:
            words = self.tr("各学段都通过,约需 {0}") if not plan.left_out else self.tr("能算的学段约需 {0}")
            self.total.setText(words.format(planning.money(plan.cost)))
        elif plan.sections and not plan.left_out:
            self.total.setText(self.tr("各学段都已通过,不用增加"))
        else:
            self.total.setText(self.tr("还算不出方案"))
        results = {each.stage: each for each in (self._report.sections if self._report else ())}
        lines = [planning.section_line(plan, each, results.get(each.stage)) for each in found]
        if lines and self.others.count:
            more = self.tr("学校整体和其他标准另有 {0} 项未达标或缺材料,见「其他要求」")
            lines.append(more.format(self.others.count))
        self.sections.setText("\n".join(lines) or self.tr("请先填写学校类型和学生数"))
        several = len(self._book.standards) > 1
        aim = self.tr("方案按{0}计算;").format(planning.standard_of_plan(self._book).title) if several else ""
        self.note.setText(f"{aim}{planning.ASSUMPTIONS}")

    def _show_changes(self, found: Sequence[SectionGaps], plan: Plan) -> None:
        amounts = {(each.indicator, each.stage): each for each in plan.changes}
        prices = planning.default_prices() | self.prices
        places, standard = planning.totals_of(found), planning.standard_of_plan(self._book)
        rows: list[list[Look | str]] = []
        for name, stage in places:
            change = amounts.get((name, stage))
            own = self._theme.accent if name in self.prices else ""
            price = Look(plain(prices[name]), own, tip=planning.assumption(name))
            words = planning.total_text(standard, name, stage if len(found) > 1 else None)
            if change is None:
                rows.append([Look(words, self._theme.dim), Look("—", self._theme.dim), price, "—"])
                continue
            rows.append(
                [
                    f"{words}{planning.shared_text(change)}",
                    Look(f"{change.amount} {change.unit}", self._theme.bad),
                    price,
                    planning.money(change.cost),
                ]
            )
        self.changes.set_rows(rows, [name for name, _ in places])

    def _way(self, gap: IndicatorGap, stage: Stage | None) -> list[Look | str]:
        verdict, text = gap.verdict, planning.gap_text(gap)
        mark = self._theme.outcome_mark(verdict.outcome)
        colour = self._theme.outcome_color(verdict.outcome)
        name = f"{mark} {_stage_name(stage)}{planning.short_name(verdict)}"
        tip = text.replace(";", "\n")
        if gap.short is None:
            missing = wording.OUTCOME_WORDS[verdict.outcome]
            return [Look(name, colour, tip=verdict.title), Look(missing, tip=tip), Look(text, tip=tip)]
        return [
            Look(name, colour, tip=verdict.title),
            Look(planning.supply_text(gap), tip=tip),
            Look(planning.pupils_text(gap), tip=tip),
        ]

    def _price_typed(self, name: object, text: str) -> None:
        before = dict(self.prices)
        try:
            self._set_price(str(name), text)
        except Problem as problem:
            self.prices = before
            self.failed.emit(problem)
        if self._report is not None:
            self.show_book(self._report)

    def _set_price(self, name: str, text: str) -> None:
        self.prices.pop(name, None)
        if text:
            self.prices[name] = planning.read_price(text)


class WhatIfPane(QWidget):
    """Figures to try: what is typed here changes no record."""

    failed = Signal(object)

    def __init__(self, book: SchoolBook, theme: Theme) -> None:
        """Build; `show_book` fills."""
        super().__init__()
        self._book = book
        self._theme = theme
        self._report: Report | None = None
        self._plan: Plan | None = None
        self.tried: dict[planning.Place, Decimal] = {}
        self.menu = Menu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        ask = PushButton(self.tr("试一试"))
        ask.setMenu(self.menu)
        self.clear_button = PushButton(self.tr("还原"))
        self.clear_button.clicked.connect(self.clear)
        title = Label(self.tr("试算"))
        title.setStyleSheet("font-weight: bold;")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(dimmed(self.tr("不改填报数据"), theme.dim), 1)
        head.addWidget(ask)
        head.addWidget(self.clear_button)
        self.figures = TypedTable(
            (
                Column(self.tr("数"), 10),
                Column(self.tr("现在"), 3, right=True),
                Column(self.tr("试算"), 4, right=True, help=self.tr("可以改;清空就用回现在的数")),
            ),
            2,
            self,
        )
        self.figures.typed.connect(self._typed, Qt.ConnectionType.QueuedConnection)
        self.verdicts = StaticTable(
            (Column(self.tr("指标"), 7), Column(self.tr("现在"), 6), Column(self.tr("试算"), 6)), self
        )
        self.said = Label(wordWrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 4)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(typing_view(self.figures, theme), 1)
        box.addWidget(plain_view(self.verdicts, theme), 1)
        box.addWidget(self.said)

    def show_book(self, report: Report, plan: Plan | None) -> None:
        """Show the figures as they stand now, with what is being tried."""
        self._report, self._plan = report, plan
        self._show()

    def try_out(self, preset: planning.Preset) -> None:
        """Add a preset to what is being tried."""
        self.tried = planning.added(self._book, self.tried, preset)
        self._show()

    def clear(self) -> None:
        """Go back to the figures as they are."""
        self.tried = {}
        self._show()

    def _fill_menu(self) -> None:
        self.menu.clear()
        offered = list(planning.presets(self._book))
        if self._plan is not None and self._plan.changes:
            offered.append(planning.additions_of(self._plan))
        for each in offered:
            self.menu.addAction(each.title, lambda each=each: self.try_out(each))

    def _typed(self, key: object, text: str) -> None:
        name, stage = cast("planning.Place", key)
        try:
            value = planning.read(name, text)
        except Problem as problem:
            self.failed.emit(problem)
            return
        self.tried.pop((name, stage), None)
        if value is not None:
            self.tried[name, stage] = value
        self._show()

    def _show(self) -> None:
        if self._report is None:
            return
        tried = planning.what_if(self._book, self.tried)
        parts = planning.sheet(self._report)
        several = len(self._report.sections) > 1
        rows: list[list[Look | str]] = []
        for part in parts:
            now = exact_text(part.value) if part.value is not None else ""
            value = self.tried.get((part.figure, part.stage))
            then = Look(plain(value), self._theme.accent) if value is not None else Look("")
            words = _stage_name(part.stage if several else None) + part.label
            rows.append(
                [
                    Look(words, tip=f"{words}({part.unit})" if part.unit else words),
                    now or self.tr("未填"),
                    then,
                ]
            )
        self.figures.set_rows(rows, [(part.figure, part.stage) for part in parts])
        before, after = planning.tried_verdicts(self._report), planning.tried_verdicts(tried)
        self.verdicts.set_rows(
            [
                [
                    self._title(old, several=several),
                    self._verdict(old),
                    self._verdict(after[key]) if key in after else "—",
                ]
                for key, old in before.items()
            ]
        )
        self.clear_button.setEnabled(bool(self.tried))
        turned = " · ".join(
            f"{wording.section_text(each)},{self._passes(each.outcome)}" for each in tried.sections
        )
        self.said.setText(turned if self.tried else "")

    def _title(self, verdict: Verdict, *, several: bool) -> Look:
        stage = _stage_name(verdict.stage if several else None)
        return Look(f"{stage}{planning.short_name(verdict)}", tip=verdict.title)

    def _verdict(self, verdict: Verdict) -> Look:
        theme = self._theme
        text = f"{theme.outcome_mark(verdict.outcome)} {wording.value_text(verdict)}"
        words = wording.OUTCOME_WORDS[verdict.outcome]
        said = f"{words} {wording.threshold_text(verdict)}"
        return Look(
            f"{text} {words}",
            theme.outcome_color(verdict.outcome),
            theme.outcome_tint(verdict.outcome),
            tip=said,
        )

    def _passes(self, outcome: Outcome) -> str:
        words = {
            Outcome.MET: self.tr("通过"),
            Outcome.UNMET: self.tr("未通过"),
            Outcome.NOT_APPLICABLE: self.tr("不参加评估"),
        }
        return words.get(outcome, self.tr("数据不足"))


class PlanPage(QWidget):
    """The two panes; they are solved again only while somebody looks."""

    failed = Signal(object)
    asked = Signal(object)
    """A Verdict whose why is asked for."""

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme) -> None:
        """Build the page."""
        super().__init__()
        self._report: Report | None = None
        self._stale = False
        self.plan_pane = PlanPane(workspace.book, theme)
        self.what_if_pane = WhatIfPane(workspace.book, theme)
        self.plan_pane.asked.connect(self.asked)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for pane, share in ((self.plan_pane, LEFT_SHARE), (self.what_if_pane, RIGHT_SHARE)):
            pane.failed.connect(self.failed)
            split.addWidget(pane)
            split.setStretchFactor(split.count() - 1, share)
        split.setSizes([LEFT_SHARE * 10, RIGHT_SHARE * 10])
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 0, 4, 4)
        box.addWidget(split)

    def show_report(self, report: Report) -> None:
        """Follow a check; solved at once when the page is seen, else when it comes to be."""
        self._report = report
        self._stale = True
        if self.isVisible():
            self._solve()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._solve()

    def _solve(self) -> None:
        if self._stale and self._report is not None:
            self._stale = False
            self.plan_pane.show_book(self._report)
            self.what_if_pane.show_book(self._report, self.plan_pane.plan)


def _stage_name(stage: Stage | None) -> str:
    return wording.STAGE_NAMES[stage] if stage else ""


def _fit(view: SheetView) -> None:
    """Give what is left to the first column: the numbers beside it are never cut off."""
    heading = view.horizontalHeader()
    heading.setStretchLastSection(False)
    heading.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)


def typing_view(model: TypedTable, theme: Theme) -> SheetView:
    """Return a grid whose one column is typed into, as in a spreadsheet."""
    view = table_view(model, theme, rows=False)
    _fit(view)
    model.modelReset.connect(lambda: _fit(view))
    triggers = QAbstractItemView.EditTrigger
    delegate = TypingDelegate(view)
    delegate.left.connect(view.move_by)
    view.setItemDelegate(delegate)
    view.setEditTriggers(triggers.DoubleClicked | triggers.AnyKeyPressed | triggers.SelectedClicked)
    view.verticalHeader().hide()
    return view


def plain_view(model: StaticTable, theme: Theme) -> SheetView:
    """Return a grid to read, without row numbers."""
    view = table_view(model, theme)
    _fit(view)
    model.modelReset.connect(lambda: _fit(view))
    view.verticalHeader().hide()
    return view
