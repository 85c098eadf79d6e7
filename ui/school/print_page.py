"""打印: the papers of a school, blank or filled, as they will come out of the printer."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QSizePolicy, QVBoxLayout, QWidget

from db.problems import Problem
from eduapp.services import importing
from eduapp.services.papers import printing_log
from ui.common.paper_view import PaperView
from ui.common.plain import Label, ListItem, PushButton, set_tip
from ui.common.plain_boxes import RadioButton
from ui.common.waiting import aside
from ui.school.printed_marks import PrintedMarks

if TYPE_CHECKING:
    from types import ModuleType

    from PySide6.QtGui import QHideEvent, QShowEvent

    from eduapp.services.books import SchoolBook
    from eduapp.services.papers.printing_log import Stamp
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

    Groups = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """(name of the group, its papers as (name, title))."""

NAME = int(Qt.ItemDataRole.UserRole)


def _reporting() -> ModuleType:
    from eduapp.services.papers import (  # noqa: PLC0415 - loads the PDF library: only when papers are wanted
        reporting,
    )

    return reporting


@dataclass(frozen=True)
class Made:
    """A paper that was made; `stamp` is what it shows, None for a blank one. `present` is the book's."""

    name: str
    pdf: bytes
    stamp: Stamp | None
    present: Stamp
    ground: tuple[bool, str]


def _ground(book: SchoolBook) -> tuple[bool, str]:
    """Return what a paper rests on that is changed without an edit: 审核通过 and the standards."""
    return book.approved, " ".join(each.id for each in book.standards)


def _paper(book: SchoolBook, name: str, *, blank: bool) -> Made:
    """Make a paper, in the worker: the libraries of paper and preview are loaded there too."""
    import_module("eduapp.services.papers.previewing")
    present = printing_log.stamp_of(book)
    stamp = None if blank else present
    pdf: bytes = _reporting().print_school(book, name, blank=blank, stamp=stamp)
    return Made(name, pdf, stamp, present, _ground(book))


class PrintPage(QWidget):
    """Papers at the left, the preview at the right. Papers are made by a job."""

    job = Signal(str, object, object)
    """(text, function, done)."""
    said = Signal(str)
    failed = Signal(object)

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme) -> None:
        """List the papers there are."""
        super().__init__()
        self._workspace = workspace
        self._papers: dict[str, str] = {}
        self._made: Made | None = None
        self.marks = PrintedMarks(workspace, theme, self)
        self.marks.job.connect(self.job)
        self.marks.changed.connect(self._show_marks)
        self.state = Label(wordWrap=True)
        self._list = QListWidget()
        self._dim = theme.dim
        self._list.setFixedWidth(theme.char_width(self.font()) * 14 + 20)
        self._list.currentRowChanged.connect(lambda _: self._choose())
        self._filled = RadioButton(self.tr("填好的"))
        self._filled.setChecked(True)
        self._blank = RadioButton(self.tr("空白的"))
        self._filled.toggled.connect(lambda _: self._make())
        self.paper = PaperView(theme)
        self._save = PushButton(self.tr("存为 PDF…"))
        self._save.clicked.connect(self._ask_save)
        self._print = PushButton(self.tr("打印…"))
        self._print.clicked.connect(self._ask_print)
        form = PushButton(self.tr("写出学校填报表格…"))
        set_tip(form, self.tr("按原表格式写成 xlsx,用于另行上交"))
        form.clicked.connect(self._ask_form)
        self._stale = Label(wordWrap=True)
        self._stale.setStyleSheet(f"color: {theme.warn};")
        self._build(form)
        self._enable(False)
        workspace.changed.connect(self._changed)

    def show_paper(self, name: str, *, blank: bool = False) -> None:
        """Show a paper by its name."""
        self._fill(self._groups())
        (self._blank if blank else self._filled).setChecked(True)
        rows = range(self._list.count())
        self._list.setCurrentRow(next(row for row in rows if self._list.item(row).data(NAME) == name))

    def first_paper(self) -> None:
        """Show the first paper where none was chosen, or the chosen one anew when data changed."""
        if not self._papers:
            self.job.emit(self.tr("准备报表"), self._groups, self._begin)
            return
        shown = self._current()
        self._fill(self._groups())
        if self._current() != shown:
            self._list.setCurrentRow(1)  # the standards chosen have that paper no more
        elif self._stale.text() or self._is_outdated():
            self._make()
        else:
            self.marks.settle()

    def save(self, path: Path) -> None:
        """Write the paper shown."""
        try:
            aside(lambda: _reporting().save(path, self.paper.pdf))
        except Problem as problem:
            self.failed.emit(problem)
            return
        self.said.emit(self.tr("已存为 {0}").format(path))
        self._note()

    def print_to(self, printer: QPrinter) -> None:
        """Print the paper shown, and write down that it was printed."""
        if not self.paper.print_to(printer):
            self.failed.emit(Problem("print-failed", printer=printer.printerName()))
            return
        self.said.emit(self.tr("已送往打印机:{0}").format(self._title()))
        self._note()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.marks.wanted = True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.marks.wanted = False

    def write_form(self, path: Path) -> None:
        """Write the official form as a spreadsheet."""
        book = self._workspace.book
        self.job.emit(
            self.tr("写出学校填报表格"),
            lambda: importing.write_official_form(book, path),
            lambda _: self.said.emit(self.tr("已写出 {0}").format(path)),
        )

    def _begin(self, groups: Groups) -> None:
        self._fill(groups)
        self._list.setCurrentRow(1)

    def _groups(self) -> Groups:
        groups: Groups = _reporting().school_paper_groups(self._workspace.book.standards)
        return groups

    def _fill(self, groups: Groups) -> None:
        """List the papers under the names of their groups; the one shown stays."""
        papers = {name: title for _, own in groups for name, title in own}
        if papers == self._papers:
            return
        shown, self._papers = self._current(), papers
        self._list.blockSignals(True)
        self._list.clear()
        for group, own in groups:
            heading = ListItem(group)
            self._list.addItem(heading)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            heading.setForeground(QColor(self._dim))
            for name, _ in own:
                item = ListItem()
                self._list.addItem(item)
                item.setData(NAME, name)
                if name == shown:
                    self._list.setCurrentItem(item)
        self._list.blockSignals(False)
        self._show_marks()

    def _show_marks(self) -> None:
        """Write beside each paper how its last print stands, and the sentence of the one chosen."""
        for row in range(self._list.count()):
            item = self._list.item(row)
            name = str(item.data(NAME) or "")
            if name:
                mark = self.marks.of(name)
                item.setText(f"{mark.sign} {self._papers[name]}" if mark.sign else f"　{self._papers[name]}")
                set_tip(item, mark.text)
        chosen = self._current()
        mark = self.marks.of(chosen)
        self.state.setText(mark.text if chosen else "")
        self.state.setStyleSheet(f"color: {mark.colour};")

    def _choose(self) -> None:
        self._show_marks()
        self._make()

    def _current(self) -> str:
        """Return the name of the paper chosen; empty while none is."""
        row = self._list.currentRow()
        return str(self._list.item(row).data(NAME) or "") if row >= 0 else ""

    def _build(self, form: PushButton) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self._list, 1)
        choice = QHBoxLayout()
        choice.addWidget(self._filled)
        choice.addWidget(self._blank)
        choice.addStretch(1)
        side.addLayout(choice)
        for label in (self.state, self._stale):
            label.setFixedWidth(self._list.width())  # a sentence wraps, it does not widen the list
        for widget in (self.state, self._stale, self._print, self._save, form):
            widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            side.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.addLayout(side)
        row.addWidget(self.paper, 1)

    def _make(self) -> None:
        name = self._current()
        if not name:
            return
        title = self._papers[name]
        book, blank = self._workspace.book, self._blank.isChecked()
        self.job.emit(
            self.tr("排版 {0}").format(title),
            lambda: _paper(book, name, blank=blank),
            self._show,
        )

    def _show(self, made: Made) -> None:
        self._made = made
        self.paper.show_pdf(made.pdf)
        self._stale.setText("")
        self.marks.take(made.present)
        self._enable(True)

    def _note(self) -> None:
        """Write down what was printed: the data that the paper shows, which may be older than the book's."""
        if self._made is None or self._made.stamp is None:
            return
        try:
            self.marks.note(self._made.name, self._made.stamp)
        except Problem as problem:
            self.failed.emit(problem)

    def _is_outdated(self) -> bool:
        """Whether 审核通过 or the standards are others than when the paper shown was made."""
        return self._made is not None and self._made.ground != _ground(self._workspace.book)

    def _changed(self) -> None:
        if self.paper.pdf and not self._blank.isChecked():
            self._stale.setText(self.tr("数据已改,预览是改前的"))

    def _enable(self, on: bool) -> None:
        self._save.setEnabled(on)
        self._print.setEnabled(on)

    def _title(self) -> str:
        name = self._workspace.book.facts.name or ""
        blank = self.tr("(空白)") if self._blank.isChecked() else ""
        return f"{name}{self._papers[self._current()]}{blank}"

    def _ask_save(self) -> None:
        suggested = str(self._workspace.book.path.parent / f"{self._title()}.pdf")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("存为 PDF"), suggested, "PDF (*.pdf)")
        if path:
            self.save(Path(path))

    def _ask_form(self) -> None:
        name = self._workspace.book.facts.name or ""
        suggested = str(self._workspace.book.path.parent / f"{name}学校填报表格.xlsx")
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("写出学校填报表格"), suggested, self.tr("表格 (*.xlsx)")
        )
        if path:
            self.write_form(Path(path))

    def _ask_print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        if dialog.exec():
            self.print_to(printer)
