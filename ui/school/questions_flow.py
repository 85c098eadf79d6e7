"""Receipts and what follows from them: states in the history, questions beside their cells, the badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from db.characters import quoted
from db.problems import Problem
from eduapp.services.hand_off import asked_cells
from ui.common.theme import TROUBLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.handed_in import Known, ReadReceipt, Standing
    from ui.common.window import FrameWindow
    from ui.common.workspace import Workspace
    from ui.school.page import SchoolRecordsPage
    from ui.school.send_page import SendPage

BAD_STATES = frozenset({"CONFLICT", "REFUSED", "LOST"})


def _handed_in() -> ModuleType:
    from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the signing library: only when it is needed
        handed_in,
    )

    return handed_in


class QuestionsFlow(QObject):
    """Stands between the page of handing over, the pages of records and the window."""

    def __init__(
        self,
        workspace: Workspace[SchoolBook],
        send: SendPage,
        records: Mapping[str, SchoolRecordsPage],
        window: FrameWindow,
    ) -> None:
        """Follow the page and every check."""
        super().__init__(window)
        self._book, self._send, self._records, self._window = workspace.book, send, records, window
        self.known: Known | None = None
        send.known.connect(self.follow)
        send.bar.picked.connect(lambda paths: self.read(paths, asked=True))
        send.bar.phoned.connect(self.phone)
        send.jump.connect(self.jump)
        workspace.checked.connect(lambda _: self.mark())

    def start(self) -> None:
        """Show what is known from the receipts read before."""
        self._send.refresh()

    def follow(self, known: Known) -> None:
        """Take over what a job has read."""
        self.known = known
        self.mark()

    def mark(self) -> None:
        """Mark the cells that still wait, and say how many on the page's name."""
        if self.known is None:
            return
        book = self._book
        waiting = [
            question for question in self.known.questions if not asked_cells.is_changed(book, question)
        ]
        texts: dict[tuple[str, str, str], str] = {}
        for each in waiting:
            text = each.text if each.checked else self.tr("{0}(县级密钥未核对)").format(each.text)
            texts[each.place] = f"{texts[each.place]};{text}" if each.place in texts else text
        for page in self._records.values():
            page.show_questions(texts)
        self._send.show_cells(self.known)
        self._badge(len(waiting))

    def jump(self, record: str, key: str, field: str) -> None:
        """Show a cell on its page and put the keyboard there."""
        for name, page in self._records.items():
            if page.shows(record, key, field) and asked_cells.stands(self._book, (record, key, field)):
                self._window.show_page(name)
                page.go_to(record, key, field)
                return
        self._window.message.caution(self.tr("这一格已经不在了:{0}").format(self._where(record, key, field)))

    def _where(self, *place: str) -> str:
        record, key, field = place
        return asked_cells.place_words(self._book, (record, key, field))

    def read(self, paths: Sequence[Path], *, asked: bool = False) -> None:
        """Read receipts; those on a stick come without being asked for."""
        book = self._book

        def job() -> tuple[list[ReadReceipt], list[Problem], Known]:
            return _read(book, paths)

        self._window.run_job(self.tr("读取回执"), job, lambda done: self._read(*done, asked=asked))

    def phone(self, digits: str) -> None:
        """Check the 12 digits that the county read out for the selected submission."""
        submission, book = self._send.chosen, self._book
        if not submission:
            self._window.message.caution(self.tr("请先在上面选中县里说的那个文件。"))
            return
        self._window.run_job(
            self.tr("核对"), lambda: _handed_in().take_phone_code(book, submission, digits), self._phoned
        )

    # --- inside ---

    def _badge(self, waiting: int) -> None:
        known, window = self.known, self._window
        newest = known.standings[0] if known and known.standings else None
        if waiting:
            window.set_badge("send", self.tr("需更正 {0}").format(waiting), window.theme.warn)
        elif newest is not None and newest.state.name in BAD_STATES:
            window.set_badge("send", TROUBLE, window.theme.bad)
        else:
            window.set_badge("send", "")

    def _read(self, done: list[ReadReceipt], troubles: list[Problem], known: Known, *, asked: bool) -> None:
        self._send.show_known(known)
        message = self._window.message
        new = [question for question in done if question.new and not question.older]
        if troubles:
            message.caution(troubles[0].text)
        elif new or asked:
            self._say(done, known)

    def _say(self, done: list[ReadReceipt], known: Known) -> None:
        message, last = self._window.message, max(done, key=lambda each: each.said.number)
        name = self.tr("{0}第 {1} 号回执").format(quoted(last.said.certificate.name), last.said.number)
        if last.older:
            message.caution(self.tr("{0}比已有的旧,已留存,不改变状态。").format(name))
            return
        waiting = len(known.questions)
        words = self.tr("已读取{0}。").format(name)
        if known.standings and known.standings[0].state.name != "UNCONFIRMED":
            words += self.tr("最近一次上报:{0}。").format(known.standings[0].words)
        if waiting:
            words += self.tr("县里有 {0} 处要更正,已标在各格旁。").format(waiting)
        if not last.checked:
            action = (self.tr("去核对"), lambda: self._window.show_page("keys"))
            message.caution(self.tr("{0}县级密钥还没有核对,仅供参考。").format(words), action)
        elif waiting:
            message.caution(words, (self.tr("看县里的问题"), self._show_questions))
        else:
            message.good(words)

    def _show_questions(self) -> None:
        self._window.show_page("send")
        self._send.show_questions()

    def _phoned(self, standing: Standing) -> None:
        self._send.bar.digits.clear()
        self._send.refresh()
        self._window.message.good(
            self.tr("12 位数字相符。文件 {0}:{1}").format(standing.sent.id[:8], standing.words)
        )


def _read(book: SchoolBook, paths: Sequence[Path]) -> tuple[list[ReadReceipt], list[Problem], Known]:
    """Read files one by one; what cannot be read is told and stops none of the others."""
    done: list[ReadReceipt] = []
    troubles: list[Problem] = []
    for path in paths:
        try:
            done.append(_handed_in().read_file(book, path))
        except Problem as problem:
            troubles.append(problem)
    return done, troubles, _handed_in().known(book)
