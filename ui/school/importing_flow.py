"""导入: what a file would change is shown first; only then is it taken over. One undo step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLabel, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from db.records.edits import InsertRow, SetCell
from db.records.rows import ONLY
from eduapp.services import entry, importing
from ui.common.static_table import Column, Look, StaticTable, table_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.records.edits import Edit
    from eduapp.services.books import SchoolBook
    from eduapp.services.importing import ImportReport
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

SPREADSHEETS = "(*.xlsx *.xls *.et *.ods)"
MAX_LISTED = 500


class ImportFlow(QObject):
    """Choose, rehearse, confirm, take over."""

    job = Signal(str, object, object)
    said = Signal(str)

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme, window: QWidget) -> None:
        """Dialogs are shown over `window`."""
        super().__init__(window)
        self._workspace = workspace
        self._theme = theme
        self._window = window
        self.dialog: ImportDialog | None = None

    def ask_form(self) -> None:
        """Ask for an official school form."""
        path = self._ask(self.tr("选择学校填报表格"))
        if path:
            self.form(path)

    def ask_list(self, record: str) -> None:
        """Ask for a filled list."""
        path = self._ask(self.tr("选择{0}名单").format(RECORDS[record].label))
        if path:
            self.list_(record, path)

    def ask_template(self, record: str) -> None:
        """Ask where an empty list goes."""
        label = RECORDS[record].label
        suggested = str(self._workspace.book.path.parent / f"{label}名单.xlsx")
        words = self.tr("写出空白{0}名单").format(label)
        path, _ = QFileDialog.getSaveFileName(self._window, words, suggested, self.tr("表格 (*.xlsx)"))
        if path:
            book = self._workspace.book
            self.job.emit(
                words,
                lambda: importing.write_list(book, record, Path(path)),
                lambda _: self.said.emit(self.tr("已写出 {0}。填好后从「导入」读入。").format(path)),
            )

    def form(self, path: Path) -> None:
        """Rehearse the import of an official form."""
        book = self._workspace.book
        self._rehearse(path, lambda dry: importing.import_form(book, path, dry_run=dry))

    def list_(self, record: str, path: Path) -> None:
        """Rehearse the import of a list."""
        book = self._workspace.book
        self._rehearse(path, lambda dry: importing.import_list(book, record, path, dry_run=dry))

    def _ask(self, words: str) -> Path | None:
        start = str(self._workspace.book.path.parent)
        path, _ = QFileDialog.getOpenFileName(self._window, words, start, f"{self.tr('表格')} {SPREADSHEETS}")
        return Path(path) if path else None

    def _rehearse(self, path: Path, work: Callable[[bool], ImportReport]) -> None:
        def show(report: ImportReport) -> None:
            dialog = self.dialog = ImportDialog(self._workspace.book, path, report, self._theme, self._window)
            dialog.accepted.connect(lambda: self._take(path, work))
            dialog.open()

        self.job.emit(self.tr("读取 {0}").format(path.name), lambda: work(True), show)

    def _take(self, path: Path, work: Callable[[bool], ImportReport]) -> None:
        self.job.emit(self.tr("导入 {0}").format(path.name), lambda: work(False), self._taken)

    def _taken(self, report: ImportReport) -> None:
        self._workspace.adopt(report.changes)
        self.said.emit(
            self.tr(
                "已导入:写入 {0} 处,未采用 {1} 处。导入前的备份在「备份」文件夹;也可以按 Ctrl+Z 撤销。"
            ).format(len(report.changes.edits), len(report.ignored))
        )


class ImportDialog(QDialog):
    """What an import would do, line by line."""

    def __init__(
        self, book: SchoolBook, path: Path, report: ImportReport, theme: Theme, parent: QWidget
    ) -> None:
        """Show a rehearsal."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("导入前核对"))
        self._book = book
        self._theme = theme
        count = len(report.changes.edits)
        words = self.tr("{0}:读到 {1} 个数。将写入 {2} 处;{3} 处未采用,{4} 处只整理了写法。").format(
            path.name, report.values_set, count, len(report.ignored), len(report.cleaned)
        )
        self.words = QLabel(words, wordWrap=True)
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
        box.addWidget(table_view(self.table, theme), 1)
        box.addWidget(buttons)
        self.take.setFocus()  # else Enter ends in the table
        self.resize(min(720, parent.width() - 40), min(480, parent.height() - 40))

    def _ignored(self, report: ImportReport) -> list[list[Look | str]]:
        said = Look(self.tr("⚠ 未采用"), self._theme.warn)
        return [[said, each.where, "", Look(each.reason, tip=each.reason)] for each in report.ignored]

    def _cleaned(self, report: ImportReport) -> list[list[Look | str]]:
        said = Look(self.tr("整理写法"), self._theme.dim)
        return [[said, each.where, each.before, each.after] for each in report.cleaned[:MAX_LISTED]]

    def _changes(self, report: ImportReport) -> list[list[Look | str]]:
        return [line for edit in report.changes.edits[:MAX_LISTED] if (line := self._change(edit))]

    def _change(self, edit: Edit) -> list[Look | str]:
        if isinstance(edit, InsertRow):
            spec = RECORDS[edit.record]
            texts = [entry.show(self._book, edit.record, name, cell) for name, cell in edit.cells.items()]
            shown = " ".join(text for text in texts if text)
            return [Look(self.tr("新增"), self._theme.good), spec.label, "", Look(shown, tip=shown)]
        if isinstance(edit, SetCell):
            show: Any = entry.show
            field = RECORDS[edit.record].fields[edit.field]
            stage = {"primary": self.tr("小学"), "lower_secondary": self.tr("初中")}.get(edit.key, "")
            where = f"{field.item.label}({stage})" if stage and edit.key != ONLY else field.item.label
            old = show(self._book, edit.record, edit.field, edit.old)
            new = show(self._book, edit.record, edit.field, edit.new)
            said = Look(self.tr("修改"), self._theme.warn) if old else Look(self.tr("填入"), self._theme.good)
            return [said, where, old, new]
        return []
