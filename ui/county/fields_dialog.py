"""A few fields to be typed, with what went wrong beside them: passphrases, recovery words, escrow keys."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from db.problems import Problem
from ui.common.plain import Label, set_title
from ui.common.plain_boxes import FormLayout
from ui.common.suggestion_line import SuggestionLine
from ui.common.theme import TROUBLE
from ui.county.page_widgets import button_of, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eduapp.services.jobs import Progress
    from ui.common.theme import Theme
    from ui.county.desk import Desk

    Work = Callable[..., object]

WIDTH = 34
"""Of a field, in full-width characters."""


@dataclass(frozen=True)
class Asked:
    """A field: its name, a hint in it, whether what is typed stays hidden."""

    label: str
    hint: str = ""
    hidden: bool = False


class FieldsForm(QWidget):
    """The fields under a few words, and a line for what is wrong."""

    def __init__(self, theme: Theme, words: str, asked: Sequence[Asked], *, offering: bool = False) -> None:
        """Build the form; `offering`: a new passphrase is asked for, and six words for one are offered."""
        super().__init__()
        self._theme = theme
        self.fields: list[QLineEdit] = []
        self.offer = SuggestionLine(theme) if offering else None
        above = Label(words, wordWrap=True)
        self.trouble = Label(wordWrap=True)
        self.trouble.setStyleSheet(f"color: {theme.bad};")
        self.trouble.setMinimumHeight(2 * theme.row_height(self.trouble.font()))
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignTop)
        form = FormLayout()
        form.setFieldGrowthPolicy(FormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for each in asked:
            field = QLineEdit(placeholderText=each.hint)
            field.setMinimumWidth(theme.char_width(field.font()) * WIDTH)
            if each.hidden:
                field.setEchoMode(QLineEdit.EchoMode.Password)
            form.addRow(each.label, field)
            self.fields.append(field)
        if self.offer is not None:
            form.addRow(self.tr("可用六个词"), self.offer)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(above)
        box.addLayout(form)
        box.addWidget(self.trouble)
        box.addStretch(1)

    @property
    def texts(self) -> list[str]:
        """What was typed."""
        return [field.text() for field in self.fields]

    def fail(self, problem: Problem) -> None:
        """Say what is wrong; the person corrects it where it is."""
        self.trouble.setText(f"{TROUBLE} {problem.text}")
        first = self.fields[0]
        if problem.code.startswith("passphrase"):
            hidden = [field for field in self.fields if field.echoMode() == QLineEdit.EchoMode.Password]
            for field in hidden:
                field.clear()
            first = hidden[0]
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        first.selectAll()


class FieldsDialog(QDialog):
    """Asks, works in one of the desk's jobs, and closes when that came to its end."""

    def __init__(  # noqa: PLR0913, PLR0917 - what is asked, and what is done with it
        self,
        desk: Desk,
        theme: Theme,
        title: str,
        words: str,
        asked: Sequence[Asked],
        yes: str,
        work: Work,
        parent: QWidget,
        *,
        offering: bool = False,
    ) -> None:
        """Build the dialog; `work(book, *texts)` runs off the window's thread and may raise a Problem."""
        super().__init__(parent)
        set_title(self, title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk, self._work, self._title = desk, work, title
        self.form = FieldsForm(theme, words, asked, offering=offering)
        self.done_with: Callable[[object], object] = lambda _result: None
        self.yes = button_of(yes, self.start)
        self.yes.setDefault(True)
        self.no = button_of(self.tr("取消"), self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 12)
        box.setSpacing(12)
        box.addWidget(self.form)
        box.addLayout(row_of(None, self.yes, self.no))

    def start(self) -> None:
        """Work with what was typed."""
        texts = self.form.texts
        started = run_caught(self.desk, self._title, lambda book: self._work(book, *texts), self._ended)
        self.yes.setEnabled(not started)

    def _ended(self, result: object) -> None:
        self.yes.setEnabled(True)
        if isinstance(result, Problem):
            self.form.fail(result)
            return
        self.accept()
        self.done_with(result)


def run_caught(desk: Desk, text: str, work: Work, ended: Callable[[object], None]) -> bool:
    """Run work that reads and keeps nothing the pages show; a Problem is its result, for who asked."""

    def steps(job: Generator[Progress, None, object]) -> Generator[Progress, None, object]:
        try:
            return (yield from job)
        except Problem as problem:
            return problem

    def caught(book: object) -> object:
        try:
            made = work(book)
        except Problem as problem:
            return problem
        return steps(made) if isinstance(made, Generator) else made

    return desk.ask(text, caught, ended)
