"""自检: what is wrong with this computer, in words, and the report to hand to the county."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QVBoxLayout, QWidget

from db.problems import Problem
from eduapp.services import preflight
from ui.common import preflight_facts, problems
from ui.common.job_runner import JobRunner
from ui.common.places import documents
from ui.common.plain import Label, PushButton, set_title
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, DONE, TROUBLE

if TYPE_CHECKING:
    from eduapp.services.preflight import Note
    from ui.common.theme import Theme

REPORT_NAME = "自检报告.txt"


class PreflightDialog(QDialog):
    """Looks as soon as it is open, and again when asked to: after a stick was plugged in."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin to look, beside the window."""
        super().__init__(parent)
        set_title(self, self.tr("自检"))
        self._theme, self._report = theme, ""
        self.note = Label("", wordWrap=True)
        columns = (Column(self.tr("项目"), 6), Column(self.tr("情况"), 20), Column(self.tr("怎么办"), 26))
        self.table = StaticTable(columns, self)
        self.view = table_view(self.table, theme)
        self.view.verticalHeader().hide()
        self.again = PushButton(self.tr("再查一次"))
        self.again.clicked.connect(lambda _checked: self.look())
        self.save_button = PushButton(self.tr("存报告…"))
        self.save_button.clicked.connect(lambda _checked: self._ask())
        buttons = QDialogButtonBox()
        for button in (self.again, self.save_button):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.tr("关闭"), QDialogButtonBox.ButtonRole.RejectRole).setDefault(True)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(self.note)
        box.addWidget(self.view, 1)
        box.addWidget(buttons)
        room = self.screen().availableGeometry()
        self.resize(min(860, room.width() - 40), min(460, room.height() - 60))
        self._jobs = JobRunner(self)
        self._jobs.failed.connect(lambda error: self.note.setText(f"{TROUBLE} {problems.words_of(error)}"))
        self.look()

    def look(self) -> None:
        """Ask this computer again."""
        self.save_button.setEnabled(False)
        self.note.setText(self.tr("正在检查这台电脑…"))
        seen, place = preflight_facts.seen(), documents()
        self._jobs.run("", lambda: preflight.looked(place, seen, problems.versions()), self._show)

    def save(self, path: Path) -> None:
        """Write the report."""
        try:
            preflight.save(path, self._report)
        except Problem as problem:
            self.note.setText(f"{TROUBLE} {problem.text}")
            return
        self.note.setText(
            self.tr("{0} 报告已存为 {1},里面没有姓名和填报数据,可以交给县里。").format(DONE, path)
        )

    def done(self, result: int) -> None:
        self._jobs.stop()
        super().done(result)

    def _show(self, found: tuple[tuple[Note, ...], str]) -> None:
        notes, self._report = found
        self.table.set_rows([self._looks(each) for each in notes], list(range(len(notes))))
        wrong = sum(each.state in preflight.WRONG for each in notes)
        self.note.setText(
            self.tr("{0} 有 {1} 项要注意,见「怎么办」。").format(CAUTION, wrong)
            if wrong
            else self.tr("{0} 没有发现问题。").format(DONE)
        )
        self.save_button.setEnabled(True)

    def _looks(self, note: Note) -> list[Look | str]:
        colour = {
            preflight.State.GOOD: self._theme.good,
            preflight.State.UNTOLD: self._theme.dim,
            preflight.State.CAUTION: self._theme.warn,
            preflight.State.TROUBLE: self._theme.bad,
        }[note.state]
        mark = DONE if note.state is preflight.State.GOOD else note.state.value
        words = (Look(each, tip=each) for each in (note.words, note.advice))
        return [Look(f"{mark} {note.subject}", colour), *words]

    def _ask(self) -> None:
        suggested = str(documents() / REPORT_NAME)
        path, _ = QFileDialog.getSaveFileName(self, self.tr("存报告"), suggested, self.tr("文本 (*.txt)"))
        if path:
            self.save(Path(path))
