"""导入记录: every submission that came, what became of it, and taking out or putting back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from eduapp.services.county.naming import called
from eduapp.services.hand_off import intake
from eduapp.services.hand_off.board import FileStanding
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.county.parts import (
    STATE_WORDS,
    Hint,
    button_of,
    chosen_keys,
    fits,
    line_label,
    row_of,
    search_field,
    standing_look,
    when,
)
from ui.county.receipt_code import ReceiptCode
from ui.county.viewing_flow import ViewingFlow

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.board import HistoryRow
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

ID_DIGITS = 8


class HistoryPanel(QWidget):
    """Rows can be chosen together; a reason is asked once for all of them."""

    ask_wanted = Signal(str)
    """The code of a school that is to be asked about a cell."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self._rows: tuple[HistoryRow, ...] = ()
        self.search = search_field(theme, lambda _: self._show_rows())
        self.table = StaticTable(
            [
                Column(self.tr("收到时间"), 7),
                Column(self.tr("学校"), 13),
                Column(self.tr("序号"), 3, right=True, help=self.tr("该校这台电脑的第几次上报")),
                Column(self.tr("类别"), 4),
                Column(self.tr("现状"), 9),
                Column(self.tr("编号"), 6, help=self.tr("上报文件编号的前 8 位,文件名末尾也有")),
                Column(self.tr("文件"), 12),
            ]
        )
        self.view = table_view(self.table, theme, sortable=True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.verticalHeader().hide()
        self.view.selection_moved.connect(self._follow)
        self.viewing = ViewingFlow(desk, theme, self)
        self.code = ReceiptCode(desk, self)
        self.ask = button_of(self.tr("向学校提问…"), self._ask, self.tr("在该校的表中选一格提问"))
        self.tell_code = button_of(
            self.tr("电话回执码"), self._tell_code, self.tr("U 盘带不回去时,把 12 位数字读给学校")
        )
        self.look = button_of(self.tr("查看内容…"), self._look)
        self.view.opened.connect(lambda _index: self._look())
        self.hint = Hint(theme, self.tr("还没有收到过上报文件。"))
        self.count = line_label(theme, dim=True)
        self.reason = QLineEdit(placeholderText=self.tr("理由(记录在案,可不填)"))
        self.undo = button_of(self.tr("撤回所选"), self.withdraw)
        self.back = button_of(self.tr("恢复所选"), self.restore)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row_of(self.count, self.search))
        box.addWidget(self.view, 1)
        box.addLayout(row_of(self.look, self.ask, self.tell_code, self.reason, self.undo, self.back))
        self._body = body
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.hint)
        self._stack.addWidget(body)
        self._follow()

    def fill(self, snapshot: Snapshot) -> None:
        """Show everything that came, newest first."""
        self._rows = snapshot.history
        self._show_rows()
        self._stack.setCurrentWidget(self._body if self._rows else self.hint)

    @property
    def chosen(self) -> list[HistoryRow]:
        """The selected rows."""
        return [row for row in chosen_keys(self.view, self.table) if row in self._rows]

    def withdraw(self) -> None:
        """Take the selected submissions out of the view; held ones are let go of altogether."""
        rows = self._withdrawable()
        held = [row.received.member.id for row in rows if row.standing is FileStanding.HELD]
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
        ids = [row.received.member.id for row in self.chosen if row.standing is FileStanding.WITHDRAWN]
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

    def _withdrawable(self) -> list[HistoryRow]:
        return [row for row in self.chosen if row.standing is not FileStanding.WITHDRAWN]

    def _ask(self) -> None:
        if len(self.chosen) == 1:
            self.ask_wanted.emit(self.chosen[0].received.member.school)

    def _tell_code(self) -> None:
        if len(self.chosen) == 1:
            self.code.tell(self.chosen[0].received)

    def _look(self) -> None:
        if len(self.chosen) == 1:
            self.viewing.view(self.chosen[0].received.member.id)

    def _follow(self) -> None:
        for button in (self.look, self.tell_code):
            button.setEnabled(len(self.chosen) == 1)
        self.ask.setEnabled(len(self.chosen) == 1 and self.chosen[0].standing is not FileStanding.HELD)
        self.undo.setEnabled(bool(self._withdrawable()))
        self.back.setEnabled(any(row.standing is FileStanding.WITHDRAWN for row in self.chosen))

    def _show_rows(self) -> None:
        needle = self.search.text()
        rows = [
            row
            for row in self._rows
            if fits(needle, row.received.name, row.received.member.school, row.received.member.id)
        ]
        self.table.set_rows([self._looks(row) for row in rows], list(rows))
        self.count.setText(self.tr("共 {0} 个上报文件").format(len(rows)))
        self._follow()

    def _looks(self, row: HistoryRow) -> list[Look | str]:
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
