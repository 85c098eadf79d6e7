"""How a file is read, for a person to correct: sheet, heading row, columns, units; and the open questions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from eduapp.services import answers
from eduapp.services.import_plans import MONEY_UNITS, ImportPlan
from eduapp.services.pairing import ADD, SKIP
from ui.common.plain import Label
from ui.common.plain_boxes import ComboBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.answers import FileQuestion
    from eduapp.services.import_plans import ColumnShown, Rehearsal

MAX_ASKED = 40
"""Questions that are shown at once; answered ones make room for the next."""
ANSWER_WORDS = {
    answers.YES: "仍要导入",
    answers.TAKE: "导入",
    answers.LEAVE: "不导入",
    ADD: "是另一行,新增",
    SKIP: "不导入",
}


class ReadingPanel(QWidget):
    """Emits `corrected(function)`: how the plan becomes what the person said."""

    corrected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty: `show_rehearsal` fills it."""
        super().__init__(parent)
        self.columns: dict[int, ComboBox] = {}
        self.units: dict[int, ComboBox] = {}
        self.asked: dict[str, ComboBox] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._inner: QWidget | None = None

    def show_rehearsal(self, rehearsal: Rehearsal) -> None:
        """Show how a sheet is read now and what is asked."""
        if self._inner is not None:
            self._box.removeWidget(self._inner)
            self._inner.deleteLater()
        self._inner = QWidget()
        box = QVBoxLayout(self._inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(
            self._places(rehearsal.plan) if rehearsal.plan.profile is None else self._profile(rehearsal.plan)
        )
        box.addWidget(self._scrolled(self._columns(rehearsal)), 3)
        questions = self._questions(rehearsal)
        if questions is not None:
            box.addWidget(self._scrolled(questions), 2)
        self._box.addWidget(self._inner)

    def _scrolled(self, inner: QWidget) -> QWidget:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        return area

    def _profile(self, plan: ImportPlan) -> QWidget:
        """Say by which profile an export is read: nobody places its columns."""
        label = plan.profile.label if plan.profile else ""
        words = self.tr("按「{0}」读取。证件号码不读入;学生的姓名和号码只计数,不显示、不保存。")
        return Label(words.format(label), wordWrap=True)

    def _places(self, plan: ImportPlan) -> QWidget:
        """Return the choice of the sheet and of the heading's row."""
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        self.sheets = ComboBox()
        self.sheets.addItems(plan.sheets)
        self.sheets.setCurrentIndex(plan.sheets.index(plan.reading.sheet))
        self.sheets.activated.connect(
            lambda at: self._say(partial(ImportPlan.on_sheet, name=plan.sheets[at]))
        )
        self.heading = QSpinBox()
        self.heading.setRange(0, max(1, len(plan.sheet.rows)))
        self.heading.setSpecialValueText(self.tr("没有表头"))
        self.heading.setValue(plan.reading.first + 1)
        self.heading.setKeyboardTracking(False)
        self.heading.valueChanged.connect(lambda at: self._say(partial(ImportPlan.under, row=at)))
        for each in (Label(self.tr("工作表:")), self.sheets, Label(self.tr("表头在第几行:")), self.heading):
            row.addWidget(each)
        row.addStretch(1)
        return place

    def _columns(self, rehearsal: Rehearsal) -> QWidget:
        place = QWidget()
        grid = QGridLayout(place)
        self.columns, self.units = {}, {}
        own = rehearsal.plan.places_columns
        heads = (self.tr("列"), self.tr("表头"), self.tr("内容"), self.tr("导入到") if own else "")
        for at, words in enumerate(heads):
            grid.addWidget(Label(words), 0, at)
        for line, column in enumerate(rehearsal.columns, 1):
            grid.addWidget(Label(column.letters), line, 0)
            grid.addWidget(Label(column.heading or self.tr("(无标题)")), line, 1)
            grid.addWidget(Label(_short(column.values)), line, 2)
            if own:
                grid.addWidget(self._field(rehearsal.plan, column), line, 3)
            if column.unit:
                grid.addWidget(self._unit(column), line, 4)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        return place

    def _field(self, plan: ImportPlan, column: ColumnShown) -> ComboBox:
        box = self.columns[column.at] = ComboBox()
        fields = RECORDS[plan.profile.record if plan.profile else plan.record].fields
        box.addItem(self.tr("(按导入方案)") if plan.profile else self.tr("(不导入)"), "")
        for name, each in fields.items():
            star = "*" if each.item.required else ""
            guess = self.tr("(像是)") if name == column.offered else ""
            box.addItem(f"{each.item.label}{star}{guess}", name)
        box.setCurrentIndex(box.findData(column.field))
        box.activated.connect(
            lambda _at, column=column.at: self._say(
                partial(ImportPlan.with_column, column=column, field=str(box.currentData()))
            )
        )
        return box

    def _unit(self, column: ColumnShown) -> ComboBox:
        box = self.units[column.at] = ComboBox()
        box.addItems(MONEY_UNITS)
        box.setCurrentIndex(MONEY_UNITS.index(column.unit))
        box.activated.connect(
            lambda at, column=column.at: self._say(
                partial(ImportPlan.in_unit, column=column, unit=MONEY_UNITS[at])
            )
        )
        return box

    def _questions(self, rehearsal: Rehearsal) -> QWidget | None:
        """Return the questions, those that are answered first; what columns may be is asked beside them."""
        self.asked = {}
        report = rehearsal.report
        open_ = [each for each in report.questions if not each.id.startswith(answers.COLUMN)]
        shown = [*report.answered, *open_][: MAX_ASKED + len(report.answered)]
        if not shown:
            return None
        place = QWidget()
        grid = QGridLayout(place)
        for line, each in enumerate(shown):
            grid.addWidget(Label(f"{each.where} {each.text}".strip(), wordWrap=True), line, 0)
            grid.addWidget(self._answer(each, rehearsal.plan), line, 1)
        if len(open_) > MAX_ASKED:
            words = self.tr("还有 {0} 个问题,回答了前面的再显示。").format(len(open_) - MAX_ASKED)
            grid.addWidget(Label(words), len(shown), 0)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        return place

    def _answer(self, question: FileQuestion, plan: ImportPlan) -> ComboBox:
        box = self.asked[question.id] = ComboBox()
        box.addItem(self.tr("(还没有定,先不导入)"), "")
        for answer in question.answers:
            words = self.tr(ANSWER_WORDS.get(answer, ""))
            box.addItem(words or self.tr("就是第 {0} 行").format(answer), answer)
        box.setCurrentIndex(max(0, box.findData(plan.answers.says(question.id))))
        box.activated.connect(
            lambda _at, id_=question.id: self._say(
                partial(ImportPlan.answered, question=id_, answer=str(box.currentData()))
            )
        )
        return box

    def _say(self, change: Callable[[ImportPlan], ImportPlan]) -> None:
        self.corrected.emit(change)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_LONGEST = 40
