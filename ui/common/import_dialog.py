"""What an import would do, line by line, before it is taken over: at a school and at a county."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from db.records.edits import DeleteRow, InsertRow, SetCell
from db.records.rows import ONLY
from eduapp.services import entry, importing
from eduapp.services.answers import MISSING
from eduapp.services.pairing import ROW_WORDS, Mode
from eduapp.services.pasting import Keep
from ui.common.numbers_question import EMPTY, MONTH
from ui.common.plain import Label, set_title
from ui.common.plain_boxes import RadioButton
from ui.common.static_table import Column, Look, StaticTable, table_view

if TYPE_CHECKING:
    from pathlib import Path

    from db.records.edits import Edit
    from eduapp.services.books import RecordBook
    from eduapp.services.importing import Imported
    from ui.common.theme import Theme

SPREADSHEETS = f"({' '.join(f'*.{each}' for each in importing.SPREADSHEETS)})"
"""What a file dialog offers is what is read."""
MAX_LISTED = 500
MODE_WORDS = {Mode.UPDATE: "更改(默认)", Mode.REPLACE: "替换整张表", Mode.FILL: "只补空白"}
"""What an import does to the rows there are."""


class ImportDialog(QDialog):
    """What an import would do, line by line."""

    mode_chosen = Signal(str)
    """Another way to treat the rows there are: the file is to be rehearsed again."""

    def __init__(
        self,
        book: RecordBook,
        path: Path,
        report: Imported,
        theme: Theme,
        parent: QWidget,
        *,
        months: bool = False,
        mode: Mode | None = None,
    ) -> None:
        """Show a rehearsal; `months`: whether of an identity number the month of birth can be kept.

        `mode`: what a list does to the rows there are; another one can be chosen (`mode_chosen`).
        """
        super().__init__(parent)
        set_title(self, self.tr("导入前核对"))
        self._book = book
        self._theme = theme
        count = len(report.changes.edits)
        words = self.tr("{0}:读到 {1} 个数。将写入 {2} 处;{3} 处未采用,{4} 处只整理了写法。").format(
            path.name, report.values_set, count, len(report.ignored), len(report.cleaned)
        )
        if not report.values_set and not report.ignored:
            words = self.tr("{0}:表格里没有填写任何内容,没有可导入的。").format(path.name)
        self.words = Label(" ".join(part for part in (words, self._accounted(report)) if part), wordWrap=True)
        columns = (
            Column(self.tr("处理"), 5),
            Column(self.tr("位置"), 18),
            Column(self.tr("现在"), 8),
            Column(self.tr("导入后"), 10),
        )
        self.table = StaticTable(columns, self)
        self.table.set_rows([*self._ignored(report), *self._changes(report), *self._cleaned(report)])
        buttons = QDialogButtonBox()
        self.take = buttons.addButton(self.tr("导入"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setEnabled(count > 0)
        self.take.setDefault(True)
        buttons.addButton(self.tr("不导入"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(self.words)
        box.addWidget(self._choice(report.numbers, months=months))
        box.addWidget(self._modes(mode))
        box.addWidget(table_view(self.table, theme), 1)
        box.addWidget(buttons)
        self.take.setFocus()  # else Enter ends in the table
        self.resize(min(720, parent.width() - 40), min(480, parent.height() - 40))

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
            lines.extend(each.text for each in report.questions if each.id == MISSING)
        return " ".join(lines)

    def _modes(self, mode: Mode | None) -> QWidget:
        """Return the choice of what becomes of the rows there are; a form has none."""
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(self.tr("已有的行:")))
        self.modes: dict[str, RadioButton] = {}
        for each, words in MODE_WORDS.items():
            button = self.modes[each] = RadioButton(self.tr(words))
            button.setChecked(each == mode)
            button.clicked.connect(lambda _=False, chosen=str(each): self.mode_chosen.emit(chosen))
            row.addWidget(button)
        row.addStretch(1)
        place.setVisible(mode is not None)
        return place

    def _choice(self, numbers: int, *, months: bool) -> QWidget:
        """Return the choice where there are such numbers: 只保留出生年月, 留空; not to import is a button."""
        place = QWidget()
        words = self.tr("其中 {0} 处有身份证号或手机号,号码不导入:").format(numbers)
        self.month, empty = RadioButton(self.tr(MONTH)), RadioButton(self.tr(EMPTY))
        (self.month if months else empty).setChecked(True)
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(words))
        for button in (self.month, empty):
            button.setVisible(months)
            row.addWidget(button)
        row.addStretch(1)
        place.setVisible(numbers > 0)
        return place

    def _ignored(self, report: Imported) -> list[list[Look | str]]:
        said = Look(self.tr("⚠ 未采用"), self._theme.warn)
        return [[said, each.where, "", Look(each.reason, tip=each.reason)] for each in report.ignored]

    def _cleaned(self, report: Imported) -> list[list[Look | str]]:
        said = Look(self.tr("整理写法"), self._theme.dim)
        return [[said, each.where, each.before, each.after] for each in report.cleaned[:MAX_LISTED]]

    def _changes(self, report: Imported) -> list[list[Look | str]]:
        return [line for edit in report.changes.edits[:MAX_LISTED] if (line := self._change(edit))]

    def _change(self, edit: Edit) -> list[Look | str]:
        if isinstance(edit, InsertRow):
            spec = RECORDS[edit.record]
            texts = [entry.show(self._book, edit.record, name, cell) for name, cell in edit.cells.items()]
            shown = " ".join(text for text in texts if text)
            return [Look(self.tr("新增"), self._theme.good), spec.label, "", Look(shown, tip=shown)]
        if isinstance(edit, DeleteRow):
            title = entry.title_of(self._book, edit.record, edit.key)
            return [Look(self.tr("删去"), self._theme.bad), RECORDS[edit.record].label, title, ""]
        if isinstance(edit, SetCell):
            show: Any = entry.show
            field = RECORDS[edit.record].fields[edit.field]
            stage = {"primary": self.tr("小学"), "lower_secondary": self.tr("初中")}.get(edit.key, "")
            where = f"{field.item.label}({stage})" if stage and edit.key != ONLY else field.item.label
            if RECORDS[edit.record].is_list:
                where = f"{entry.title_of(self._book, edit.record, edit.key)} {where}"
            old = show(self._book, edit.record, edit.field, edit.old)
            new = show(self._book, edit.record, edit.field, edit.new)
            said = Look(self.tr("修改"), self._theme.warn) if old else Look(self.tr("填入"), self._theme.good)
            return [said, where, old, new]
        return []
