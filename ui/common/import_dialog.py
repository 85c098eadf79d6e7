"""What an import would do, line by line, before it is taken over: at a school and at a county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from eduapp.services import import_lines, importing
from eduapp.services.answers import MISSING
from eduapp.services.pairing import ROW_WORDS, Mode
from eduapp.services.pasting import Keep
from ui.common.numbers_question import EMPTY, MONTH
from ui.common.plain import Label, set_title
from ui.common.plain_boxes import RadioButton
from ui.common.static_table import Column, Look, StaticTable, table_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eduapp.services.books import RecordBook
    from eduapp.services.import_lines import ImportLine
    from eduapp.services.import_plans import Rehearsal
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
        self._name = path.name
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
        box = QVBoxLayout(self)
        box.addWidget(self.words)
        box.addWidget(self._choice())
        box.addWidget(self._modes(rehearsal))
        box.addWidget(self._pages(rehearsal), 1)
        box.addWidget(buttons)
        self._show(report, rehearsal.lines if rehearsal else import_lines.lines(book, report))
        self.take.setFocus()  # else Enter ends in the table
        width, height = (900, 640) if rehearsal else (720, 480)
        self.resize(min(width, parent.width() - 40), min(height, parent.height() - 40))

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
        self._show(rehearsal.report, rehearsal.lines)
        self._show_reading(rehearsal)

    def _pages(self, rehearsal: Rehearsal | None) -> QWidget:
        """Return the table, of a list beside how it is read."""
        table = table_view(self.table, self._theme)
        if rehearsal is None:
            return table
        from ui.common.reading_panel import ReadingPanel  # noqa: PLC0415 - a form has none

        self.reading = ReadingPanel()
        self.reading.corrected.connect(self.corrected)
        self.tabs = QTabWidget(documentMode=True)
        self.tabs.addTab(table, self.tr("会怎样导入"))
        self.tabs.addTab(self.reading, "")
        self._show_reading(rehearsal)
        if rehearsal.report.missing:
            self.tabs.setCurrentIndex(1)
        return self.tabs

    def _show_reading(self, rehearsal: Rehearsal) -> None:
        self.reading.show_rehearsal(rehearsal)
        open_ = len(rehearsal.report.questions)
        said = self.tr("怎样读(⚠ {0} 个问题)").format(open_) if open_ else self.tr("怎样读")
        self.tabs.setTabText(1, said)

    def _show(self, report: Imported, lines: Sequence[ImportLine]) -> None:
        count = len(report.changes.edits)
        words = self.tr("{0}:读到 {1} 个数。将写入 {2} 处;{3} 处未采用,{4} 处只整理了写法。").format(
            self._name, report.values_set, count, len(report.ignored), len(report.cleaned)
        )
        if not report.values_set and not report.ignored:
            words = self.tr("{0}:表格里没有填写任何内容,没有可导入的。").format(self._name)
        self.words.setText(" ".join(part for part in (words, self._accounted(report)) if part))
        self.table.set_rows([self._look(each) for each in lines])
        self.take.setEnabled(count > 0)
        self.found.setText(self.tr("其中 {0} 处有身份证号或手机号,号码不导入:").format(report.numbers))
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
            lines.extend(f"⚠ {each.text}?" for each in report.questions if each.id == MISSING)
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
        place.setVisible(rehearsal is not None)
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
            button.setVisible(self._months)
            row.addWidget(button)
        row.addStretch(1)
        return place

    def _look(self, line: ImportLine) -> list[Look | str]:
        words, colour = self._words[line.act]
        return [Look(words, colour), line.where, line.old, Look(line.new, tip=line.new)]
