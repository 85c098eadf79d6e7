"""教基各表 to copy from, and where records and imports differ: a window over the school's."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QVBoxLayout, QWidget

from ui.common.plain import Label, PushButton, set_title
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import Column, Look, StaticTable, table_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex

    from eduapp.services.books import SchoolBook
    from eduapp.services.statistics_forms import Form
    from eduapp.services.statistics_sources import SourceDifference, SourceSaid
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

    Filled = tuple[Sequence[Form], Sequence[SourceDifference], Sequence[SourceSaid]]


def _filled(book: SchoolBook) -> Filled:
    """Fill the forms and compare, in the worker: what they are read with is loaded there too."""
    forms = import_module("eduapp.services.statistics_forms")
    sources = import_module("eduapp.services.statistics_sources")
    said = sources.said(book)
    return forms.forms(book), sources.differences(book, said), said


class FormsFlow(QObject):
    """Fill, show, write."""

    job = Signal(str, object, object)
    said = Signal(str)

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme, window: QWidget) -> None:
        """Dialogs are shown over `window`."""
        super().__init__(window)
        self._workspace, self._theme, self._window = workspace, theme, window
        self.dialog: FormsDialog | None = None

    def show(self) -> None:
        """Fill the forms and show them."""
        book = self._workspace.book
        self.job.emit(self.tr("计算教基各表"), lambda: _filled(book), self._show)

    def write(self, path: Path) -> None:
        """Write the forms as a spreadsheet."""
        book = self._workspace.book
        self.job.emit(
            self.tr("写出教基各表"),
            lambda: import_module("eduapp.services.papers.statistics").write_forms(book, path),
            lambda _: self.said.emit(self.tr("已写出 {0}").format(path)),
        )

    def _show(self, filled: Filled) -> None:
        self.dialog = FormsDialog(self._theme, *filled, self._window)
        self.dialog.write_it.clicked.connect(self._ask_target)
        self.dialog.open()

    def _ask_target(self) -> None:
        suggested = str(self._workspace.book.path.parent / f"{self.tr('教基各表')}.xlsx")
        path, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("写出教基各表"), suggested, self.tr("表格 (*.xlsx)")
        )
        if path:
            self.write(Path(path))


class FormsDialog(QDialog):
    """One form at a time, as a table that is copied from; the differences stand behind the forms."""

    def __init__(
        self,
        theme: Theme,
        forms: Sequence[Form],
        differences: Sequence[SourceDifference],
        sources: Sequence[SourceSaid],
        parent: QWidget,
    ) -> None:
        """Show the differences first where there are any: they are what a person must look at."""
        super().__init__(parent)
        set_title(self, self.tr("教基各表(供抄录)"))
        self._theme, self._forms, self._differences = theme, forms, differences
        self._sources = sources
        self.which = ComboBox()
        self.which.setAccessibleName(self.tr("表"))
        self.which.addItems([f"{each.number} {each.title}" for each in forms])
        self.which.addItem(self.tr("不一致之处({0})").format(len(differences)))
        self.about = Label("", wordWrap=True)
        self.table = StaticTable([Column("")], self)
        self.view = table_view(self.table, theme, rows=False)
        self.view.verticalHeader().hide()
        self.why = Label("", wordWrap=True)
        self.view.place_changed.connect(self._show_why)
        self.notes = Label("", wordWrap=True)
        buttons = QDialogButtonBox()
        self.copy_it: PushButton = PushButton(self.tr("复制整张表"))
        self.write_it: PushButton = PushButton(self.tr("写成表格…"))
        buttons.addButton(self.copy_it, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.write_it, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(self.tr("关闭"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        self.copy_it.clicked.connect(self.copy_all)
        self.which.currentIndexChanged.connect(self.show_table)
        box = QVBoxLayout(self)
        for each in (self.which, self.about):
            box.addWidget(each)
        box.addWidget(self.view, 1)
        box.addWidget(self.why)
        box.addWidget(self.notes)
        box.addWidget(buttons)
        self.resize(parent.width() - 60, parent.height() - 60)
        self.which.setCurrentIndex(len(forms) if differences else 0)
        self.show_table(self.which.currentIndex())

    def show_table(self, at: int) -> None:
        """Show a form, or the differences behind the last one."""
        if at < len(self._forms):
            self._show_form(self._forms[at])
        else:
            self._show_differences()

    def copy_all(self) -> None:
        """Put the whole table with its headings on the clipboard, as a spreadsheet pastes it."""
        self.view.selectAll()
        self.view.copy(headings=True)

    def _show_form(self, form: Form) -> None:
        columns = [Column(self.tr("指标名称"), 10), *(Column(label, 3, right=True) for label in form.columns)]
        rows: list[list[Look | str]] = [
            [
                line.label,
                *(Look("" if cell.value is None else str(cell.value), tip=cell.why) for cell in line.cells),
            ]
            for line in form.lines
        ]
        self.about.setText(
            self.tr("由本校记录算出,统计时点 9 月 1 日。空格是本程序不知道的,不是 0;选中一格,下面写着原因。")
        )
        self.table.set_rows(rows, columns=columns)
        self.notes.setText("\n".join(form.notes))

    def _show_why(self, place: QModelIndex) -> None:
        """Say under the table why the chosen cell is blank."""
        said = place.data(Qt.ItemDataRole.ToolTipRole) if place.isValid() else None
        text = str(said or "")
        self.why.setText(f"{self._place_words(place)}:{text}" if text else "")

    def _place_words(self, place: QModelIndex) -> str:
        line = place.siblingAtColumn(0).data() or ""
        column = self.table.headerData(place.column(), Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
        return f"{line} {column}"

    def _show_differences(self) -> None:
        from eduapp.services.statistics_sources import WORDS, in_words  # noqa: PLC0415 - loaded by the job before

        columns = [Column(self.tr("项目"), 22), *(Column(words, 6, right=True) for words in WORDS.values())]
        rows = [
            [each.where, *(str(each.values[name]) if name in each.values else "" for name in WORDS)]
            for each in self._differences
        ]
        some = self.tr("不一致的数按表、年级和班级列出;请核对是哪一边该改。")
        none = self.tr("两边都有的数没有不一致之处。") if len(self._sources) > 1 else ""
        self.about.setText(f"{in_words(self._sources)}{some if rows else none}")
        self.table.set_rows(rows, columns=columns)
        self.notes.setText("")
