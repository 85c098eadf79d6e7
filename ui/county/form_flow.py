"""区县填报表格: what a form would change is shown first, then taken over; the form is written, too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from eduapp.services.county import importing_county
from ui.common.import_dialog import SPREADSHEETS, ImportDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.importing_county import CountyImport
    from eduapp.standards.county.rollup import Rollup
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

    Take = Callable[[Rollup], CountyImport]


class FormFlow(QObject):
    """Choose, rehearse, confirm, take over. `schools()` returns what the schools' files tell now."""

    job = Signal(str, object, object)
    said = Signal(str)

    def __init__(
        self,
        workspace: Workspace[CountyBook],
        schools: Callable[[], Rollup],
        theme: Theme,
        window: QWidget,
    ) -> None:
        """Dialogs are shown over `window`."""
        super().__init__(window)
        self._workspace = workspace
        self._schools = schools
        self._theme = theme
        self._window = window
        self.dialog: ImportDialog | None = None

    def ask_form(self) -> None:
        """Ask for a filled form."""
        words, kinds = self.tr("选择区县填报表格"), f"{self.tr('表格')} {SPREADSHEETS}"
        path, _ = QFileDialog.getOpenFileName(self._window, words, self._folder(), kinds)
        if path:
            self.form(Path(path))

    def ask_blank(self) -> None:
        """Ask where an empty form goes."""
        self._ask_target(self.tr("写出空白区县填报表格"), self.tr("区县填报表格(空白)"), blank=True)

    def ask_filled(self) -> None:
        """Ask where the form with this workbook's numbers goes."""
        self._ask_target(self.tr("写出已填区县填报表格"), self.tr("区县填报表格"), blank=False)

    def form(self, path: Path) -> None:
        """Rehearse the import of a form."""
        book, schools = self._workspace.book, self._schools()

        def show(found: tuple[CountyImport, Take]) -> None:
            report, take = found
            dialog = self.dialog = ImportDialog(book, path, report, self._theme, self._window)
            dialog.accepted.connect(lambda: self._take(path, take))
            dialog.open()

        self.job.emit(
            self.tr("读取 {0}").format(path.name),
            lambda: importing_county.show_form(book, path, schools),
            show,
        )

    def write(self, path: Path, *, blank: bool) -> None:
        """Write the form."""
        book = self._workspace.book
        self.job.emit(
            self.tr("写出区县填报表格"),
            lambda: importing_county.write_form(book, path, blank=blank),
            lambda _: self.said.emit(self.tr("已写出 {0}").format(path)),
        )

    def _take(self, path: Path, take: Take) -> None:
        if not self._workspace.ready(lambda: self._take(path, take)):
            return
        schools = self._schools()
        self.job.emit(
            self.tr("导入 {0}").format(path.name),
            lambda: take(schools),
            self._taken,
        )

    def _taken(self, report: CountyImport) -> None:
        self._workspace.adopt(report.changes)
        self.said.emit(
            self.tr(
                "已导入:写入 {0} 处,未采用 {1} 处。导入前的备份在「备份」文件夹;也可以按 Ctrl+Z 撤销。"
            ).format(len(report.changes.edits), len(report.ignored))
        )

    def _ask_target(self, words: str, name: str, *, blank: bool) -> None:
        suggested = str(Path(self._folder()) / f"{name}.xlsx")
        path, _ = QFileDialog.getSaveFileName(self._window, words, suggested, self.tr("表格 (*.xlsx)"))
        if path:
            self.write(Path(path), blank=blank)

    def _folder(self) -> str:
        return str(self._workspace.book.path.parent)
