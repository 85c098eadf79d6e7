"""From a verdict to its card, and from the card to its paper. What is long goes through a job."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from db.problems import Problem
from eduapp.services.explaining import Explainer
from eduapp.services.papers import printing_log
from ui.common.new_workbook import file_name
from ui.common.paper_dialog import PaperDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from eduapp.services.books import SchoolBook
    from eduapp.services.papers.printing_log import Stamp
    from eduapp.standards.results import Report, Verdict
    from ui.common.theme import Theme
    from ui.common.why_card import WhyCard


def _paper(book: SchoolBook, name: str) -> tuple[bytes, Stamp]:
    """Make the paper, in the worker: the libraries of paper and preview are loaded there too."""
    import_module("eduapp.services.papers.previewing")
    reporting = import_module("eduapp.services.papers.reporting")
    stamp = printing_log.stamp_of(book)
    return reporting.print_school(book, name, stamp=stamp), stamp


class WhyFlow(QObject):
    """Fills the card and keeps it true while the clerk types."""

    job = Signal(str, object, object)
    """(text, function, done)."""
    said = Signal(str)
    failed = Signal(object)

    def __init__(
        self, book: SchoolBook, card: WhyCard, theme: Theme, busy: Callable[[], bool], parent: QWidget
    ) -> None:
        """Take over a card; `busy()` says whether a job has the workbook."""
        super().__init__(parent)
        self._book, self._card, self._theme, self._busy = book, card, theme, busy
        self._window = parent
        self._explainer = Explainer(book)
        card.print_asked.connect(self.print_shown)

    def show(self, verdict: Verdict) -> None:
        """Explain a verdict; the last submission is read first where that was not done yet."""
        if self._busy():
            pending = self.tr("正在做另一件事,完成后再点开可看。")
            self._card.show_explanation(self._explainer.explain(verdict, compared=False), pending=pending)
        elif self._explainer.ready:
            self._card.show_explanation(self._explainer.explain(verdict))
        else:
            pending = self.tr("正在打开上次上报…")
            self._card.show_explanation(self._explainer.explain(verdict, compared=False), pending=pending)
            # After the card has the keyboard: the job gives it back to whoever had it.
            QTimer.singleShot(0, self, lambda: self._prepare(verdict))

    def follow(self, report: Report) -> None:
        """Explain the verdict shown as it stands after an edit."""
        shown = self._card.verdict
        if shown is None or not self._card.isVisible() or self._busy() or not self._explainer.ready:
            return
        verdicts = [*report.school_level, *(each for section in report.sections for each in section.verdicts)]
        place = (shown.standard, shown.code, shown.stage)
        for each in verdicts:
            if (each.standard, each.code, each.stage) == place:
                self._card.show_explanation(self._explainer.explain(each))
                return
        self._card.hide()  # its section is no more

    def print_shown(self) -> None:
        """Make 指标说明 of the verdict shown, and show how it will be printed."""
        verdict, book = self._card.verdict, self._book
        if verdict is None:
            return
        name = f"why:{verdict.code}:{verdict.stage or ''}:{verdict.standard}"
        school = book.facts.name or ""
        title = file_name(f"{school}指标说明{verdict.code}")
        self.job.emit(
            self.tr("排版 {0}").format(self.tr("指标说明")),
            lambda: _paper(book, name),
            lambda made: self._preview(title, name, *made),
        )

    def _prepare(self, verdict: Verdict) -> None:
        self.job.emit(self.tr("打开上次上报"), self._explainer.prepare, lambda _: self._compared(verdict))

    def _compared(self, verdict: Verdict) -> None:
        if self._card.isVisible() and self._card.verdict == verdict:
            self._card.show_explanation(self._explainer.explain(verdict))

    def _preview(self, title: str, name: str, pdf: bytes, stamp: Stamp) -> None:
        dialog = PaperDialog(self._theme, title, pdf, self._book.path.parent, self._window)
        dialog.said.connect(self.said)
        dialog.failed.connect(self.failed)
        dialog.printed.connect(lambda: self._note(name, stamp))
        dialog.open()

    def _note(self, name: str, stamp: Stamp) -> None:
        try:
            printing_log.note_printed(self._book, name, stamp)
        except Problem as problem:
            self.failed.emit(problem)
