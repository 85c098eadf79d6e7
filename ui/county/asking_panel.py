"""A spreadsheet of the whole county, rehearsed: its lines, its questions answered one by one, taken over."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtWidgets import QFileDialog

from ui.common.plain import PushButton, set_tip
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import Column, Look
from ui.common.theme import CAUTION, DONE
from ui.county.list_panel import ListPanel
from ui.county.page_widgets import UNKNOWN, button_of, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ui.common.theme import Theme
    from ui.county.desk import Desk

ASKED, ANSWERED, LEFT, NOTE = "待回答", "已回答", "未采用", "请核对"
_MARKS: Final = {ASKED: UNKNOWN, ANSWERED: DONE, LEFT: CAUTION, NOTE: CAUTION}


class PersonQuestion(Protocol):
    """What a person must say of a file."""

    @property
    def id(self) -> str:
        """What it is answered by."""

    @property
    def where(self) -> str:
        """Its place in the file."""

    @property
    def text(self) -> str:
        """The question."""


@dataclass(frozen=True)
class FileLine:
    """A line of a rehearsal: a question, answered or not, a row that was left out, or what is to be seen."""

    kind: str
    where: str
    text: str
    question: PersonQuestion | None = None


class AskingPanel(ListPanel[FileLine]):
    """Choose or drop, look, answer, take over. An answer can be given anew until it is taken over.

    The questions of the latest rehearsal are open; those that were asked before it and are answered stay in
    the list. What a panel is of: it reads (`_read`), offers answers (`_answers_to`) and takes over.
    """

    WORDS: str
    """What the file dialog asks for."""

    def __init__(self, desk: Desk, theme: Theme, empty: str, choose: str, accept: str) -> None:
        """Build the panel; `empty` stands on it before a file, `choose` and `accept` on its buttons."""
        columns = (Column(self.tr("结果"), 6), Column(self.tr("位置"), 12), Column(self.tr("说明"), 40))
        super().__init__(desk, theme, columns, self._shown, empty=empty)
        self._said: dict[str, str] = {}
        self._questions: dict[str, PersonQuestion] = {}
        self._words: dict[str, str] = {}
        self._path: Path | None = None
        self.hint.add(choose, self.choose)
        self.headline = line_label(theme, wrap=True, bold=True)
        self.sum = line_label(theme, wrap=True)
        self.reason = line_label(theme, wrap=True)
        self.view.selection_moved.connect(self._offer)
        self.view.opened.connect(lambda _: self._to_answer())
        self.answer = ComboBox()
        self.answer.setAccessibleName(self.tr("回答"))
        self.answer.setMinimumWidth(theme.char_width(self.font()) * 24)
        self.answer.currentIndexChanged.connect(lambda _: self._fit_answer())
        self.answer_it = button_of(self.tr("这样回答"), self.answer_now)
        self.source = button_of(choose, self.choose)
        self.after = line_label(theme, dim=True)
        self.accept: PushButton = button_of(accept, self.take_over)
        self.accept.setDefault(True)
        self.drop = button_of(self.tr("放弃"), self._forget)
        self.body.setSpacing(6)
        self.body.addWidget(self.headline)
        self.body.addWidget(self.sum)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.reason)
        self.body.addLayout(row_of(self.answer, self.answer_it, None, self.source))

    def choose(self) -> None:
        """Ask for a file."""
        from ui.common.import_dialog import SPREADSHEETS  # noqa: PLC0415 - a dialog, not the panel

        path, _ = QFileDialog.getOpenFileName(
            self, self.tr(self.WORDS), "", f"{self.tr('表格')} {SPREADSHEETS}"
        )
        if path:
            self.rehearse(Path(path))

    def rehearse(self, path: Path, answers: Mapping[str, str] | None = None) -> None:
        """Read a file without writing anything."""
        if answers is None or path != self._path:
            self._questions = {}
        self._path, self._said = path, dict(answers or {})
        self._read(path, dict(self._said))

    def answer_now(self) -> None:
        """Take the chosen answer to the chosen question, and look again."""
        row, said = self.current, self.answer.currentData()
        if row is None or row.question is None or self._path is None or not isinstance(said, str) or not said:
            return
        self._questions[row.question.id] = row.question
        self._words[row.question.id] = self.answer.currentText()
        self.rehearse(self._path, {**self._said, row.question.id: said})

    @abstractmethod
    def take_over(self) -> None:
        """Take over what was rehearsed."""

    # --- what a panel is of ---

    @abstractmethod
    def _read(self, path: Path, answers: Mapping[str, str]) -> None:
        """Begin to rehearse."""

    @abstractmethod
    def _answers_to(self, question: PersonQuestion) -> Iterable[tuple[str, str]]:
        """Yield (words, answer) of what can be said to a question."""

    def _asked(self, question: PersonQuestion) -> str:
        """Return the words of a question in the list."""
        return question.text

    @abstractmethod
    def _forget(self) -> None:
        """Let the rehearsal go."""

    # --- showing ---

    def _show_lines(self, questions: Sequence[PersonQuestion], others: Iterable[FileLine]) -> None:
        """Show a rehearsal: what is asked first; then the keyboard is where the next answer is given."""
        still = {each.id for each in questions}
        lines = [FileLine(ASKED, each.where, self._asked(each), each) for each in questions]
        lines += [
            FileLine(ANSWERED, each.where, f"{each.text} → {self._words[id_]}", each)
            for id_, each in self._questions.items()
            if id_ in self._said and id_ not in still
        ]
        self.show_rows([*lines, *others])
        self.show_body()
        if self.table.rowCount():
            self.view.selectRow(0)
        self._offer()
        if questions:
            self.view.setFocus()
        elif self.accept.isEnabled():
            self.accept.setFocus()

    def _to_answer(self) -> None:
        if self.answer.isVisible():
            self.answer.setFocus()

    def _offer(self) -> None:
        """Say the chosen line whole, and fill the answers to its question."""
        question = self.current.question if self.current is not None else None
        self.reason.setText(self.current.text if self.current is not None else "")
        self.answer.clear()
        for each in (self.answer, self.answer_it):
            each.setVisible(question is not None)
        if question is None:
            return
        self.answer.addItem(self.tr("请选择…"), "")
        for words, answer in self._answers_to(question):
            self.answer.addItem(words, answer)
        self.answer.setCurrentIndex(max(0, self.answer.findData(self._said.get(question.id, ""))))
        self._fit_answer()

    def _fit_answer(self) -> None:
        said = bool(self.answer.currentData())
        self.answer_it.setEnabled(said)
        set_tip(self.answer_it, "" if said else self.tr("请先在左边选择怎样回答"))

    def _shown(self, row: FileLine) -> list[Look | str]:
        colour = {ASKED: self.theme.warn}.get(row.kind, self.theme.dim)
        tint = self.theme.soft_tint if row.kind == ASKED else ""
        where = Look(row.where, self.theme.dim, tip=row.where)
        words = f"{_MARKS[row.kind]} {row.kind}" if row.kind in _MARKS else row.kind
        return [Look(words, colour, tint), where, Look(row.text, tip=row.text)]
