"""公布系数: single coefficients of a report typed in, and their composite while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout

from db.problems import Problem
from eduapp.services.county.published import published, words
from eduapp.standards.numbers import shown
from eduapp.standards.wording import STAGE_NAMES
from ui.common.plain import Label, set_title
from ui.common.theme import TROUBLE
from ui.county.page_widgets import Filters, button_of, line_label, row_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.common.theme import Theme

PLACES, LINES = 3, 4
STAGES = {name: stage for stage, name in STAGE_NAMES.items()}


class CompositeDialog(QDialog):
    """A field for the numbers and the answer below; nothing typed here enters any table."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Build the dialog."""
        super().__init__(parent)
        self._theme = theme
        set_title(self, self.tr("由公布的差异系数算综合"))
        above = Label(
            self.tr("填入公布的各单项差异系数,中间用空格、逗号或顿号隔开。只作计算,不计入任何报表。"),
            wordWrap=True,
        )
        self.stages = Filters([*STAGES], theme)
        self.stages.chosen.connect(lambda _: self._follow())
        self.numbers = QPlainTextEdit(placeholderText=self.tr("如 0.312 0.287 0.405"))
        self.numbers.setAccessibleName(self.tr("各单项差异系数"))
        self.numbers.setTabChangesFocus(True)
        self.numbers.setFixedHeight(theme.row_height(self.font()) * LINES)
        self.numbers.textChanged.connect(self._follow)
        self.answer = line_label(theme, wrap=True, bold=True)
        self.limits = line_label(theme, wrap=True)
        self.limits.setMinimumHeight(theme.row_height(self.font()) * 2)
        self.limits.setAlignment(Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        for each in (above, self.numbers, self.answer, self.limits):
            box.addWidget(each)
        box.insertLayout(1, row_of(self.stages, None))
        box.addLayout(row_of(None, button_of(self.tr("关闭"), self.close)))
        self.resize(theme.char_width(self.font()) * 34, self.sizeHint().height())
        self._follow()

    def _follow(self) -> None:
        text = self.numbers.toPlainText()
        if not text.strip():
            self._say("", "")
            return
        try:
            found = published(text, STAGES[self.stages.current])
        except Problem as problem:
            self._say(f"{TROUBLE} {problem.what}", problem.advice)
            return
        count, whole = len(found.coefficients), shown(found.composite, PLACES)
        self._say(self.tr("综合差异系数 {0}({1} 项的平均)").format(whole, count), "\n".join(words(found)))

    def _say(self, answer: str, limits: str) -> None:
        bad = answer.startswith(TROUBLE)
        colour = self._theme.bad if bad else self._theme.text
        self.answer.setStyleSheet(f"color: {colour}; font-weight: bold;")
        self.answer.setText(answer)
        self.limits.setText(limits)
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))
