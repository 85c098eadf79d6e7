"""导入记录: every submission that came, what became of it, and taking out or putting back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from eduapp.services.county.naming import called
from eduapp.services.hand_off import intake, receipts
from eduapp.services.hand_off.board import FileStanding
from ui.common.static_table import Column, Look
from ui.county.list_panel import ListPanel, one
from ui.county.page_widgets import STATE_WORDS, fits, line_label, row_of, search_field, standing_look, when
from ui.county.viewing_flow import ViewingFlow

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.board import HistoryRow
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

ID_DIGITS = 8


class HistoryPanel(ListPanel["HistoryRow"]):
    """Rows can be chosen together; a reason is asked once for all of them."""

    ask_wanted = Signal(str)
    """The code of a school that is to be asked about a cell."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        columns = (
            Column(self.tr("收到时间"), 7),
            Column(self.tr("学校"), 13),
            Column(self.tr("序号"), 3, right=True, help=self.tr("该校这台电脑的第几次上报")),
            Column(self.tr("类别"), 4),
            Column(self.tr("现状"), 9),
            Column(self.tr("编号"), 6, help=self.tr("上报文件编号的前 8 位,文件名末尾也有")),
            Column(self.tr("文件"), 12),
        )
        super().__init__(
            desk, theme, columns, self._shown, empty=self.tr("还没有收到过上报文件。"), several=True
        )
        self._rows: tuple[HistoryRow, ...] = ()
        self.search = search_field(theme, lambda _: self._show_found())
        self.viewing = ViewingFlow(desk, theme, self)
        self.count = line_label(theme, dim=True)
        self.reason = QLineEdit(placeholderText=self.tr("理由(记录在案,可不填)"))
        self._add_actions()
        self.view.opened.connect(lambda _index: self._look())
        self.body.addLayout(row_of(self.count, self.search))
        self.body.addWidget(self.view, 1)
        buttons = self.look, self.ask, self.tell_code, self.reason, self.undo, self.back
        self.body.addLayout(row_of(*buttons))
        self.fit_actions()

    def fill(self, snapshot: Snapshot) -> None:
        """Show everything that came, newest first."""
        self._rows = snapshot.history
        self._show_found()
        self.show_body(filled=bool(self._rows))

    def withdraw(self) -> None:
        """Take the selected submissions out of the view; held ones are let go of altogether."""
        rows = [row for row in self.chosen if row.standing is not FileStanding.WITHDRAWN]
        held = [row.received.member.id for row in _held(rows)]
        ids = [row.received.member.id for row in rows if row.standing is not FileStanding.HELD]
        reason = self.reason.text().strip() or "撤回导入"

        def take_out(book: CountyBook) -> int:
            for name in held:
                book.discard_held(name, reason)
            intake.undo(book, ids, reason)
            return len(rows)

        self.desk.act(self.tr("撤回"), take_out, self._teller(self.tr("已撤回 {0} 个文件,汇总中不再计入。")))

    def restore(self) -> None:
        """Put the selected submissions back."""
        ids = [row.received.member.id for row in _withdrawn(self.chosen)]
        reason = self.reason.text().strip() or "恢复"

        def put_back(book: CountyBook) -> int:
            for name in ids:
                intake.restore(book, name, reason)
            return len(ids)

        self.desk.act(self.tr("恢复"), put_back, self._teller(self.tr("已恢复 {0} 个文件。")))

    def _teller(self, words: str) -> Callable[[int], None]:
        def tell(count: int) -> None:
            self.reason.clear()
            self.desk.said.emit(words.format(count))

        return tell

    def _add_actions(self) -> None:
        self.look = self.action(self.tr("查看内容…"), self._look, fits=one)
        tip = self.tr("在该校的表中选一格提问")
        self.ask = self.action(
            self.tr("向学校提问…"), self._ask, tip, lambda rows: one(rows) and not _held(rows)
        )
        tip = self.tr("U 盘带不回去时,把 12 位数字读给学校")
        self.tell_code = self.action(self.tr("电话回执码"), self._tell_code, tip, one)
        self.undo = self.action(
            self.tr("撤回所选"), self.withdraw, fits=lambda rows: len(_withdrawn(rows)) < len(rows)
        )
        self.back = self.action(self.tr("恢复所选"), self.restore, fits=lambda rows: bool(_withdrawn(rows)))

    def _ask(self) -> None:
        if len(self.chosen) == 1:
            self.ask_wanted.emit(self.chosen[0].received.member.school)

    def _tell_code(self) -> None:
        """Say the 12 digits to be read out when the stick does not come back, or that there are none."""
        if not one(self.chosen):
            return
        received = self.chosen[0].received
        submission = received.member.id
        name = f"{received.name} {submission[:ID_DIGITS]}"

        def say(found: tuple[str, str] | None) -> None:
            if found is None:
                self.desk.warned.emit(self.tr("{0} 没有加密,没有电话回执码;请用 U 盘带回执。").format(name))
                return
            status, digits = found
            words = self.tr("{0}({1})电话回执码 {2}。请学校在「上报」页选中这个文件后录入。")
            self.desk.said.emit(words.format(name, receipts.STATUS_WORDS[status], digits))

        self.desk.ask(self.tr("电话回执码"), lambda book: receipts.phone_code_of(book, submission), say)

    def _look(self) -> None:
        if len(self.chosen) == 1:
            self.viewing.view(self.chosen[0].received.member.id)

    def _show_found(self) -> None:
        needle = self.search.text()
        rows = [
            row
            for row in self._rows
            if fits(needle, row.received.name, row.received.member.school, row.received.member.id)
        ]
        self.show_rows(rows)
        self.count.setText(self.tr("共 {0} 个上报文件").format(len(rows)))

    def _shown(self, row: HistoryRow) -> list[Look | str]:
        got = row.received
        name = called(self.desk.book, got.member.school, got.name)
        return [
            Look(when(got.received), tip=got.received),
            Look(name, tip=f"{name} {got.member.school}"),
            Look(str(got.member.seq), order=float(got.member.seq)),
            STATE_WORDS[got.member.state],
            standing_look(self.theme, row.standing),
            Look(got.member.id[:ID_DIGITS], self.theme.dim, tip=got.member.id),
            Look(got.file_name, self.theme.dim, tip=got.file_name),
        ]


def _held(rows: list[HistoryRow]) -> list[HistoryRow]:
    return [row for row in rows if row.standing is FileStanding.HELD]


def _withdrawn(rows: list[HistoryRow]) -> list[HistoryRow]:
    return [row for row in rows if row.standing is FileStanding.WITHDRAWN]
