"""Which backups of a workbook there are, and the one that is to be restored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QVBoxLayout, QWidget

from eduapp.services import backups
from ui.common import problems
from ui.common.job_runner import JobRunner
from ui.common.plain import Label, set_title
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import TROUBLE

if TYPE_CHECKING:
    from eduapp.services.backups import BackupCopy
    from ui.common.theme import Theme


class BackupsDialog(QDialog):
    """Which backups there are, newest first: when, before what, whose and how much, how large."""

    def __init__(self, theme: Theme, path: Path, parent: QWidget | None = None) -> None:
        """Read the list in the background."""
        super().__init__(parent)
        set_title(self, self.tr("恢复备份 - {0}").format(path.stem))
        self.chosen: Path | None = None
        self._theme = theme
        self.note = Label(self.tr("正在查看备份…"), wordWrap=True)
        columns = (
            Column(self.tr("时间"), 11),
            Column(self.tr("场合"), 5),
            Column(self.tr("内容"), 24),
            Column(self.tr("大小"), 5, right=True),
        )
        self.table = StaticTable(columns, self)
        self.view = table_view(self.table, theme)
        self.view.verticalHeader().hide()
        heading = self.view.horizontalHeader()
        heading.setStretchLastSection(False)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        buttons = QDialogButtonBox()
        self.take = buttons.addButton(self.tr("恢复"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setAutoDefault(False)  # Enter in the list is no decision
        cancel = buttons.addButton(self.tr("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(self.note)
        box.addWidget(self.view, 1)
        box.addWidget(buttons)
        wide = parent.width() - 40 if parent else 760
        self.resize(min(760, wide), min(440, parent.height() - 40) if parent else 440)
        self._follow()
        self._runner = JobRunner(self)
        self._runner.failed.connect(lambda error: self.note.setText(f"{TROUBLE} {problems.words_of(error)}"))
        self._runner.run("", lambda: backups.backups_of(path), self._show)

    def accept(self) -> None:
        """Take the selected backup."""
        key = self.table.key_at(self.view.currentIndex())
        if isinstance(key, Path):
            self.chosen = key
            super().accept()

    def done(self, result: int) -> None:
        self._runner.stop()
        super().done(result)

    def _show(self, found: tuple[BackupCopy, ...]) -> None:
        rows = [self._looks(each) for each in found]
        self.table.set_rows(rows, [each.path if each.readable else None for each in found])
        self.view.horizontalHeader().setStretchLastSection(False)
        self.view.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.note.setText(
            self.tr(
                "选一份,再点「恢复」。工作簿现在的内容会先另存为一份备份(场合「恢复前」),以后也能恢复回来。"
            )
            if found
            else self.tr("这个工作簿还没有备份。程序在有改动时每小时自动备份一次,关闭时也备份。")
        )
        if rows:
            self.view.go_to(self.table.index(0, 0))

    def _looks(self, copy: BackupCopy) -> list[Look | str]:
        size = copy.size / 1024
        words = f"{size / 1024:.1f} MB" if size >= 1024 else f"{size:.0f} KB"
        content = Look(copy.summary) if copy.readable else Look(f"{TROUBLE} {copy.summary}", self._theme.bad)
        return [backups.time_text(copy.at), copy.occasion, content, Look(words, order=float(copy.size))]

    def _follow(self) -> None:
        self.take.setEnabled(isinstance(self.table.key_at(self.view.currentIndex()), Path))
