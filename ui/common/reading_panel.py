"""How a file is read, for a person to correct: list, sheet, heading row, columns, units; what is asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from db.records.catalog import LISTS, RECORDS
from eduapp.services import answers
from eduapp.services.import_plans import MONEY_UNITS, ImportPlan
from eduapp.services.pairing import ADD, SKIP
from ui.common.plain import Label, PushButton, set_tip
from ui.common.plain_boxes import ComboBox
from ui.common.theme import UNSURE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from PySide6.QtGui import QKeyEvent

    from eduapp.services.answers import FileQuestion
    from eduapp.services.import_plans import ColumnShown, Rehearsal
    from ui.common.theme import Theme

MAX_ASKED = 40
"""Questions that are shown at once; answered ones make room for the next."""
ANSWER_WORDS = {
    answers.YES: "仍要导入",
    answers.TAKE: "导入",
    answers.LEAVE: "不导入",
    ADD: "是另一行,新增",
    SKIP: "不导入",
}
_Made = TypeVar("_Made", bound=QWidget)


class ReadingPanel(QWidget):
    """Emits `corrected(function)`: how the plan becomes what the person said.

    Each correction shows the panel anew; the keyboard and the lists stay where they were.
    """

    corrected = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start empty: `show_rehearsal` fills it."""
        super().__init__(parent)
        self._theme = theme
        self.columns: dict[int, ComboBox] = {}
        self.units: dict[int, ComboBox] = {}
        self.offers: dict[int, PushButton] = {}
        self.asked: dict[str, ComboBox] = {}
        self._keyed: dict[Hashable, QWidget] = {}
        self._scrolls: list[QScrollArea] = []
        self._choices: dict[tuple[str, str], ComboBox] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._inner: QWidget | None = None

    def show_rehearsal(self, rehearsal: Rehearsal) -> None:
        """Show how a sheet is read now and what is asked."""
        at = next((key for key, each in self._keyed.items() if each.hasFocus()), None)
        scrolled = [each.verticalScrollBar().value() for each in self._scrolls]
        self._keyed, self._scrolls, self._choices = {}, [], {}
        if self._inner is not None:
            self._box.removeWidget(self._inner)
            self._inner.hide()
            self._inner.deleteLater()
        self._inner = QWidget()
        box = QVBoxLayout(self._inner)
        box.setContentsMargins(0, 4, 0, 0)
        plan = rehearsal.plan
        box.addWidget(self._places(rehearsal) if plan.profile is None else self._profile(rehearsal))
        questions = self._questions(rehearsal)
        box.addWidget(self._scrolled(self._columns(rehearsal)), 3)
        if questions is not None:
            box.addWidget(self._questions_area(questions))
        self._box.addWidget(self._inner)
        QTimer.singleShot(0, self._inner, lambda: self._go_back(at, scrolled))

    def _go_back(self, at: Hashable | None, scrolled: list[int]) -> None:
        """Put the lists and the keyboard where they were; of what is gone, to what stands in its place."""
        for area, value in zip(self._scrolls, scrolled, strict=False):
            area.verticalScrollBar().setValue(value)
        if not scrolled:
            self._see(next(iter(self.offers.values()), None))
        if at is None:
            return
        place = at[1] if isinstance(at, tuple) else None
        instead = (*(("offer", each) for each in self.offers), ("column", place), *self._keyed)
        found = (self._keyed.get(key) for key in (at, *instead))
        target = next((each for each in found if each is not None), None)
        if target is not None:
            target.setFocus()
            self._see(target)

    def _see(self, part: QWidget | None) -> None:
        """Scroll to a part."""
        for area in self._scrolls:
            if part is not None and area.isAncestorOf(part):
                area.ensureWidgetVisible(part, 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()  # who still says how the file is read does not import it by that
        else:
            super().keyPressEvent(event)

    def _key(self, key: Hashable, made: _Made, name: str) -> _Made:
        """Keep a part by what it is about, so that the keyboard finds it again; `name` is read aloud."""
        self._keyed[key] = made
        made.setAccessibleName(name)
        return made

    def _scrolled(self, inner: QWidget) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(area.focusPolicy().NoFocus)  # its parts have the keyboard
        self._scrolls.append(area)
        return area

    def _questions_area(self, questions: QWidget) -> QScrollArea:
        """Return the questions: as high as they are, up to a part of the dialog."""
        area = self._scrolled(questions)
        row = self._theme.row_height(self.font())
        wanted = questions.sizeHint().height() + 2 * area.frameWidth()
        area.setFixedHeight(min(wanted, max(self.window().height() // _PART_ASKED, 2 * row)))
        return area

    def _profile(self, rehearsal: Rehearsal) -> QWidget:
        """Say by which profile an export is read, and what was placed beside it."""
        plan = rehearsal.plan
        label = plan.profile.label if plan.profile else ""
        words = self.tr("按「{0}」读取。证件号码不读入;学生的姓名和号码只计数,不显示、不保存。")
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(words.format(label), wordWrap=True), 1)
        self._add_all_offered(row, rehearsal)
        return place

    def _places(self, rehearsal: Rehearsal) -> QWidget:
        """Return the choice of the list, of the sheet and of the heading's row."""
        plan, place = rehearsal.plan, QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        self.lists = self._key("list", ComboBox(), self.tr("导入到哪张名单"))
        for record in LISTS:
            self.lists.addItem(RECORDS[record].label, record)
        self.lists.setCurrentIndex(self.lists.findData(plan.record))
        self.lists.activated.connect(
            lambda _: self._say(partial(ImportPlan.into, record=str(self.lists.currentData())))
        )
        self.sheets = self._key("sheet", ComboBox(), self.tr("工作表"))
        self.sheets.addItems(plan.sheets)
        self.sheets.setCurrentIndex(plan.sheets.index(plan.reading.sheet))
        self.sheets.activated.connect(
            lambda at: self._say(partial(ImportPlan.on_sheet, name=plan.sheets[at]))
        )
        self.heading = self._key("heading", QSpinBox(), self.tr("表头在第几行"))
        self.heading.setRange(0, max(1, len(plan.sheet.rows)))
        self.heading.setSpecialValueText(self.tr("没有表头"))
        self.heading.setValue(plan.reading.first + 1)
        self.heading.setKeyboardTracking(False)
        self.heading.valueChanged.connect(lambda at: self._say(partial(ImportPlan.under, row=at)))
        for words, each in (
            (self.tr("导入到:"), self.lists),
            (self.tr("工作表:"), self.sheets),
            (self.tr("表头在第几行:"), self.heading),
        ):
            row.addWidget(Label(words))
            row.addWidget(each)
        row.addStretch(1)
        self._add_all_offered(row, rehearsal)
        return place

    def _add_all_offered(self, row: QHBoxLayout, rehearsal: Rehearsal) -> None:
        """Add the button that takes all guesses, where there are several."""
        guesses = sum(bool(each.offered) for each in rehearsal.columns)
        self.all_offered = PushButton(self.tr("采用全部 {0} 个猜测").format(guesses))
        self.all_offered.clicked.connect(lambda: self._say(ImportPlan.with_all_offered))
        self._key("all", self.all_offered, self.all_offered.text())
        row.addWidget(self.all_offered)
        self.all_offered.setVisible(guesses > 1)  # in its place by now: else it were a window of its own

    def _columns(self, rehearsal: Rehearsal) -> QWidget:
        place = QWidget()
        grid = QGridLayout(place)
        self.columns, self.units, self.offers = {}, {}, {}
        own = rehearsal.plan.places_columns
        heads = (self.tr("列"), self.tr("表头"), self.tr("内容"), self.tr("导入到") if own else "")
        for at, words in enumerate(heads):
            grid.addWidget(Label(words), 0, at)
        for line, column in enumerate(rehearsal.columns, 1):
            grid.addWidget(Label(column.letters), line, 0)
            heading = Label(_short(column.heading, _LONGEST_HEAD) or self.tr("(无标题)"))
            set_tip(heading, column.heading)
            grid.addWidget(heading, line, 1)
            grid.addWidget(Label(_short(column.values, _LONGEST)), line, 2)
            if own:
                grid.addWidget(self._field(rehearsal.plan, column), line, 3)
            if column.unit:
                grid.addWidget(self._unit(column), line, 4)
            elif column.offered:
                grid.addWidget(self._offer(rehearsal.plan, column), line, 4)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        return place

    def _field(self, plan: ImportPlan, column: ColumnShown) -> ComboBox:
        name = self.tr("「{0}」列导入到").format(column.heading or column.letters)
        box = self.columns[column.at] = self._key(("column", column.at), ComboBox(), name)
        box.setModel(self._choices_of(plan, column).model())
        box.setCurrentIndex(box.findData(column.field))
        box.activated.connect(
            lambda _at, column=column.at: self._say(
                partial(ImportPlan.with_column, column=column, field=str(box.currentData()))
            )
        )
        return box

    def _choices_of(self, plan: ImportPlan, column: ColumnShown) -> ComboBox:
        """Return a list of the fields, to be shared: dozens of columns have the same choices."""
        left = self._left(plan, column)
        kept = self._choices.get((left, column.offered))
        if kept is None:
            kept = self._choices[left, column.offered] = ComboBox(self._inner)
            kept.hide()
            kept.addItem(left, "")
            for name, each in RECORDS[_record(plan)].fields.items():
                star = "*" if each.item.required else ""
                guess = self.tr("(像是)") if name == column.offered else ""
                kept.addItem(f"{each.item.label}{star}{guess}", name)
        return kept

    def _left(self, plan: ImportPlan, column: ColumnShown) -> str:
        """Say what becomes of a column that no person placed."""
        if column.by_profile:
            label = RECORDS[_record(plan)].fields[column.by_profile].item.label
            return self.tr("(按导入方案:{0})").format(label)
        return self.tr("(不导入)") if column.by_profile is None else self.tr("(按导入方案)")

    def _offer(self, plan: ImportPlan, column: ColumnShown) -> PushButton:
        """Return the guess, to be taken with one press."""
        label = RECORDS[_record(plan)].fields[column.offered].item.label
        button = PushButton(self.tr("{0} 像是「{1}」,采用").format(UNSURE, label))
        button.setStyleSheet(f"color: {self._theme.warn};")
        button.clicked.connect(
            lambda: self._say(partial(ImportPlan.with_column, column=column.at, field=column.offered))
        )
        self.offers[column.at] = self._key(("offer", column.at), button, button.text())
        return button

    def _unit(self, column: ColumnShown) -> ComboBox:
        name = self.tr("「{0}」列的单位").format(column.heading or column.letters)
        box = self.units[column.at] = self._key(("unit", column.at), ComboBox(), name)
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
        open_ = [question for question in report.questions if not question.id.startswith(answers.COLUMN)]
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
        box = self.asked[question.id] = self._key(("asked", question.id), ComboBox(), question.text)
        box.addItem(self.tr("(还没有定,先不导入)"), "")
        for answer in question.answers:
            words = self.tr(ANSWER_WORDS.get(answer, ""))
            # Only a row is answered with the number of another; units and years are said as they are.
            own = self.tr("就是第 {0} 行").format(answer) if question.id.startswith(answers.ROW) else answer
            box.addItem(words or own, answer)
        box.setCurrentIndex(max(0, box.findData(plan.answers.says(question.id))))
        box.activated.connect(
            lambda _at, id_=question.id: self._say(
                partial(ImportPlan.answered, question=id_, answer=str(box.currentData()))
            )
        )
        return box

    def _say(self, change: Callable[[ImportPlan], ImportPlan]) -> None:
        self.corrected.emit(change)


def _record(plan: ImportPlan) -> str:
    return plan.profile.record if plan.profile else plan.record


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


_LONGEST, _LONGEST_HEAD = 40, 24
_PART_ASKED = 4
"""The questions get at most this part of the dialog's height: the columns need the rest."""
