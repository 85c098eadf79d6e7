"""What an import would do, line by line, before it is taken over: at a school and at a county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from eduapp.services import import_lines, importing
from eduapp.services.answers import MISSING
from eduapp.services.pairing import ROW_WORDS, Mode
from eduapp.services.pasting import Keep
from ui.common.numbers_question import EMPTY, MONTH
from ui.common.plain import Label, set_title
from ui.common.plain_boxes import RadioButton
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, UNSURE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eduapp.services.books import RecordBook
    from eduapp.services.import_lines import ImportLine
    from eduapp.services.import_plans import ImportPlan, Rehearsal
    from eduapp.services.importing import Imported
    from ui.common.theme import Theme

SPREADSHEETS = f"({' '.join(f'*.{each}' for each in importing.SPREADSHEETS)})"
"""What a file dialog offers is what is read."""
MODE_WORDS = {Mode.UPDATE: "更改(默认)", Mode.REPLACE: "替换整张表", Mode.FILL: "只补空白"}
"""What an import does to the rows there are."""


class ImportDialog(QDialog):
    """What an import would do, line by line; of a list also how the file is read, which can be corrected."""

    corrected = Signal(object)
    """How the plan of a list becomes what the person said: the file is to be rehearsed again."""

    def __init__(
        self,
        book: RecordBook,
        path: Path,
        report: Imported,
        theme: Theme,
        parent: QWidget,
        *,
        months: bool = False,
        rehearsal: Rehearsal | None = None,
    ) -> None:
        """Show a rehearsal; `months`: whether of an identity number the month of birth can be kept.

        `rehearsal`: of a list, how it is read.
        """
        super().__init__(parent)
        set_title(self, self.tr("导入前核对"))
        self._theme = theme
        self._words = self._act_words()
        self._name, self._into = path.name, ""
        self._waiting: Rehearsal | None = None
        self._months = months
        self.words = Label("", wordWrap=True)
        columns = (
            Column(self.tr("处理"), 5),
            Column(self.tr("位置"), 18),
            Column(self.tr("现在"), 8),
            Column(self.tr("导入后"), 10),
        )
        self.table = StaticTable(columns, self)
        buttons = QDialogButtonBox()
        self.take = buttons.addButton(self.tr("导入"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setDefault(True)
        buttons.addButton(self.tr("不导入"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        width, height = (1040, 660) if rehearsal else (720, 480)
        self.resize(min(width, parent.width() - 40), min(height, parent.height() - 20))
        box = QVBoxLayout(self)
        box.addWidget(self.words)
        box.addWidget(self._choice())
        box.addWidget(self._modes(rehearsal))
        box.addWidget(self._pages(rehearsal), 1)
        box.addWidget(buttons)
        if rehearsal is not None:
            self._into = _into(rehearsal.plan)
        self._show(report, rehearsal.lines if rehearsal else import_lines.lines(book, report))
        self.take.setFocus()  # else Enter ends in the table

    def _act_words(self) -> dict[str, tuple[str, str]]:
        """Return the words and the colour of each act."""
        theme = self._theme
        return {
            import_lines.UNREAD: (self.tr("✗ 读不懂"), theme.bad),
            import_lines.IGNORED: (self.tr("⚠ 未采用"), theme.warn),
            import_lines.ADDED: (self.tr("新增"), theme.good),
            import_lines.REMOVED: (self.tr("删去"), theme.bad),
            import_lines.CHANGED: (self.tr("修改"), theme.warn),
            import_lines.FILLED: (self.tr("填入"), theme.good),
            import_lines.CLEANED: (self.tr("整理写法"), theme.dim),
        }

    def rehearsed(self, rehearsal: Rehearsal) -> None:
        """Show what the import would do now that the person said something."""
        self._into = _into(rehearsal.plan)
        self._show(rehearsal.report, rehearsal.lines)
        self._waiting = None  # what waited to be shown is of before
        self.reading.show_rehearsal(rehearsal)
        self._say_open(rehearsal)

    def _pages(self, rehearsal: Rehearsal | None) -> QWidget:
        """Return the table, of a list beside how it is read."""
        table = table_view(self.table, self._theme)
        if rehearsal is None:
            return table
        from ui.common.reading_panel import ReadingPanel  # noqa: PLC0415 - a form has none

        self.reading = ReadingPanel(self._theme)
        self.reading.corrected.connect(self.corrected)
        self.tabs = QTabWidget(documentMode=True)
        self.tabs.addTab(table, self.tr("会怎样导入"))
        self.tabs.addTab(self.reading, "")
        self._waiting = rehearsal
        self._say_open(rehearsal)
        if rehearsal.report.missing:
            self.tabs.setCurrentIndex(1)
            self._show_waiting()
        else:
            self.tabs.currentChanged.connect(lambda _: self._show_waiting())
            QTimer.singleShot(0, self, self._show_waiting)  # the table stands first: both at once are felt
        return self.tabs

    def _show_waiting(self) -> None:
        """Show how the file is read, once."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.reading.show_rehearsal(waiting)

    def _say_open(self, rehearsal: Rehearsal) -> None:
        """Say on the tab what waits for an answer."""
        open_ = len(rehearsal.report.questions)
        guesses = sum(bool(each.offered) for each in rehearsal.columns)
        said = self.tr("怎样读")
        if open_:
            said = self.tr("怎样读({0} {1} 个问题)").format(CAUTION, open_)
        elif guesses:
            said = self.tr("怎样读({0} {1} 个猜测)").format(UNSURE, guesses)
        self.tabs.setTabText(1, said)

    def _show(self, report: Imported, lines: Sequence[ImportLine]) -> None:
        count = len(report.changes.edits)
        parts = [self.tr("将写入 {0} 处").format(count)]
        for number, words in (
            (len(report.ignored), self.tr("{0} 处未采用")),
            (len(report.cleaned), self.tr("{0} 处只整理了写法")),
        ):
            parts += [words.format(number)] if number else []
        words = f"{self._name}{self._into}:{','.join(parts)}。"
        if not report.values_set and not report.ignored:
            said = self.tr("表格里没有填写任何内容,没有可导入的。")
            words = f"{self._name}{self._into}:{said}"
        elif not count and not report.questions:
            words += self.tr("与现在的内容相同,不用导入。") if report.values_set else ""
        self.words.setText(" ".join(part for part in (words, self._accounted(report)) if part))
        self.table.set_rows([self._look(each) for each in lines])
        self.take.setEnabled(count > 0)
        self.take.setDefault(
            True
        )  # what had the keyboard while it could not be pressed is not what Enter means
        words = self.tr("其中 {0} 处有身份证号或手机号,号码不导入{1}")
        self.found.setText(words.format(report.numbers, ":" if self._months else "。"))
        self.numbers.setVisible(report.numbers > 0)

    @property
    def keep(self) -> Keep:
        """What goes on of identity and mobile numbers."""
        return Keep.MONTH if self.month.isChecked() else Keep.EMPTY

    def _accounted(self, report: Imported) -> str:
        """Say what becomes of each row of a list, and which required columns the file does not have."""
        counts = report.rows
        said = [f"{words} {counts[name]} 行" for name, words in ROW_WORDS.items() if counts.get(name)]
        lines = [self.tr("共 {0} 行:{1}。").format(report.rows_read, "、".join(said))] if said else []
        if report.removed:
            lines.append(self.tr("现有的 {0} 行不在文件里,将删去。").format(report.removed))
        if report.missing:
            more = self.tr("请在「怎样读」里指出是哪一列;文件里确实没有,也在那里回答")
            lines.extend(f"{CAUTION} {each.text}?{more}。" for each in report.questions if each.id == MISSING)
        return " ".join(lines)

    def _modes(self, rehearsal: Rehearsal | None) -> QWidget:
        """Return the choice of what becomes of the rows there are; a form has none."""
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(self.tr("已有的行:")))
        self.modes: dict[str, RadioButton] = {}
        for each, words in MODE_WORDS.items():
            button = self.modes[each] = RadioButton(self.tr(words))
            button.setChecked(rehearsal is not None and each == rehearsal.plan.mode)
            button.clicked.connect(
                lambda _=False, chosen=each: self.corrected.emit(lambda plan: plan.in_mode(chosen))
            )
            row.addWidget(button)
        row.addStretch(1)
        if rehearsal is None:
            place.hide()  # but never shown here: it is in no window yet, and would be one of its own
        return place

    def _choice(self) -> QWidget:
        """Return the choice where there are such numbers: 只保留出生年月, 留空; not to import is a button."""
        place = self.numbers = QWidget()
        self.found = Label("")
        self.month, empty = RadioButton(self.tr(MONTH)), RadioButton(self.tr(EMPTY))
        (self.month if self._months else empty).setChecked(True)
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.found)
        for button in (self.month, empty):
            row.addWidget(button)
            button.setVisible(self._months)
        row.addStretch(1)
        return place

    def _look(self, line: ImportLine) -> list[Look | str]:
        words, colour = self._words[line.act]
        return [Look(words, colour), line.where, line.old, Look(line.new, tip=line.new)]


def _into(plan: ImportPlan) -> str:
    """Say into what a file goes: a list, or what its profile says it is."""
    return f"({plan.profile.label})" if plan.profile else f" → {RECORDS[plan.record].label}"
