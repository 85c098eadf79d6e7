"""学校: the board. One row a school: whether it reported, what came when, by which key."""

from __future__ import annotations

import datetime
from collections import Counter
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from eduapp.services.county import books as county_books
from eduapp.services.hand_off.board import SchoolState, how_admitted
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, DONE
from ui.county.glimpse import last_time
from ui.county.list_differences import ListDifferences
from ui.county.page_widgets import (
    STATE_MARKS,
    Filters,
    Hint,
    Page,
    button_of,
    fits,
    line_label,
    row_of,
    search_field,
    state_look,
    when,
)

if TYPE_CHECKING:
    from eduapp.services.glimpses import Glimpse
    from eduapp.services.hand_off.board import BoardRow
    from eduapp.services.hand_off.last_figures import LastFigures
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.fields_dialog import FieldsDialog
    from ui.county.relisting_flow import RelistingFlow
    from ui.county.sketch import Sketch
    from ui.county.snapshot import Snapshot
    from ui.county.viewing_flow import ViewingFlow

ALL = "全部"
FAILED_SHOWN = 3


class BoardPage(Page):
    """The board and its filters."""

    opened = Signal(str)
    """The code of a school whose submissions are asked for."""
    list_asked = Signal()
    """A spreadsheet of schools is to be chosen."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self._board: tuple[BoardRow, ...] | None = None
        self.filters = Filters([ALL, *SchoolState], theme)
        self.filters.chosen.connect(lambda _: self._show_rows())
        self.search = search_field(theme, lambda _: self._show_rows())
        self.total = line_label(theme, bold=True)
        self.settled = line_label(theme, dim=True)
        self.table = StaticTable(
            [
                Column(self.tr("学校代码"), 7),
                Column(self.tr("学校名称"), 12),
                Column(self.tr("类型"), 6),
                Column(self.tr("状态"), 9),
                Column(self.tr("次数"), 3, right=True, help=self.tr("共收到几个上报文件")),
                Column(self.tr("收到时间"), 6),
                Column(self.tr("密钥"), 5, help=self.tr("签名密钥怎样登记;数字见密钥登记册")),
                Column(self.tr("文件"), 8),
            ]
        )
        self.view = table_view(self.table, theme, sortable=True)
        self.view.verticalHeader().hide()
        self.view.opened.connect(lambda index: self._open(self.table.key_at(index)))
        self._build_acts()
        self.view.selection_moved.connect(self._follow)
        self.differing = ListDifferences(desk, theme)
        self.failed_old = line_label(theme, wrap=True, bold=True)
        self.failed_old.hide()
        self.failed_done = button_of(
            self.tr("不再提示…"), self.ask_failed, self.tr("看过了、不再需要这些文件的,写明理由以后不再列出")
        )
        self.failed_done.setAutoDefault(False)
        self.failed_done.hide()
        self.dialog: FieldsDialog | None = None
        self.hint = Hint(
            theme, self.tr("先导入学校名单,程序才知道应有哪些学校上报;也可以直接到「导入」页收取上报文件。")
        )
        self.hint.add(self.tr("导入学校名单…"), self.list_asked.emit)
        self._lay_out()
        desk.sketched.connect(self.draw)
        if desk.sketch is not None:
            self.draw(desk.sketch)

    @cached_property
    def viewing(self) -> ViewingFlow:
        """The windows in which a submission is looked at."""
        from ui.county.viewing_flow import ViewingFlow  # noqa: PLC0415 - few look at once

        return ViewingFlow(self.desk, self.theme, self)

    @cached_property
    def relisting(self) -> RelistingFlow:
        """换码 and 更名."""
        from ui.county.relisting_flow import RelistingFlow  # noqa: PLC0415 - loads the intake, for what is let in

        return RelistingFlow(self.desk, self.theme, self)

    def _lay_out(self) -> None:
        rows = QWidget()
        self.places = self._stack = QStackedLayout(rows)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.hint)
        listed = button_of(
            self.tr("导入学校名单…"), self.list_asked.emit, self.tr("从表格读取:学校代码、学校名称、区县代码")
        )
        self.box.addLayout(row_of(self.total, self.settled, listed))
        self.box.addLayout(row_of(self.filters, None, self.search))
        self.box.addLayout(row_of(self.failed_old, None, self.failed_done))
        self.box.addWidget(self.differing)
        self.box.addWidget(rows, 1)
        self.box.addLayout(row_of(None, self.recode, self.rename, self.look))

    def _build_acts(self) -> None:
        """Build what can be done with the school that is chosen."""
        self.look = button_of(
            self.tr("查看上报内容…"), self._look, self.tr("所选学校计入汇总的上报文件;没有时是待核验的")
        )
        self.recode = button_of(
            self.tr("换码…"),
            self._recode,
            self.tr("所选学校改用另一个代码"),
        )
        self.rename = button_of(
            self.tr("更名…"),
            self._rename,
            self.tr("所选学校改用另一个名称"),
        )
        for each in (self.look, self.recode, self.rename):
            each.setEnabled(False)

    def draw(self, sketch: Sketch) -> None:
        """Show the board before any figure; of those the words of the last time, and that they are."""
        if self.snapshot is None:
            if sketch.board is not self._board:  # the second time with what was computed last: the rows stand
                self._show_board(sketch.board, sketch.expected)
            self.settled.setText(_last_words(sketch.last))

    def fill(self, snapshot: Snapshot) -> None:
        self._show_board(snapshot.board, snapshot.expected)
        self.settled.setText(_settled(snapshot))
        self.differing.fill(snapshot.report)
        failed = snapshot.report.failed
        self.failed_old.setText(self._failed_words(failed))
        self.failed_old.setVisible(bool(failed))
        self.failed_done.setVisible(bool(failed))

    def glimpse(self, title: str) -> Glimpse | None:
        """Return the words of the whole board, for its next opening; None while nothing stands on it."""
        if not self._board:
            return None
        from eduapp.services.glimpses import Glimpse  # noqa: PLC0415 - at the end

        return Glimpse(
            title,
            datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
            self.total.text(),
            tuple((each.title, each.width, each.right) for each in self.table.columns),
            tuple(self._words(row) for row in self._board),
        )

    def _show_board(self, board: tuple[BoardRow, ...], expected: int) -> None:
        self._board = board
        counts = Counter(row.state for row in board)
        self.filters.say(ALL, f"{ALL} {len(board)}")
        for state in SchoolState:
            self.filters.say(state, f"{STATE_MARKS[state]} {state} {counts[state]}")
        self._show_filters(counts)
        self.total.setText(_total(board, expected))
        self._show_rows()

    def _show_filters(self, counts: Counter[SchoolState]) -> None:
        """Show 来自年报 where it is; then what is not there gives it room."""
        by_export = bool(counts[SchoolState.EXPORT])
        self.filters.show_only(SchoolState.EXPORT, shown=by_export)
        for state in (SchoolState.CONFLICT, SchoolState.HELD):
            self.filters.show_only(state, shown=not by_export or bool(counts[state]))

    def ask_failed(self) -> None:
        """Ask a person for the reason why what failed is said no more; Enter does not give it."""
        from eduapp.services.county import accepting  # noqa: PLC0415 - as below
        from ui.county.fields_dialog import Asked, FieldsDialog  # noqa: PLC0415 - a dialog, not the page

        seen = frozenset(self.desk.book.log.failed)
        dialog = self.dialog = FieldsDialog(
            self.desk,
            self.theme,
            self.tr("不再提示核对不符的文件"),
            self.tr(
                "这些文件在升级核对时与登记的不同,已取出,不计入汇总。确认的意思是:不再需要它们,以后不再列出。"
                "还需要的请取消,重新读入原来的上报文件,读入后自动不再列出。理由、时间和用户名记入日志。"
            ),
            [Asked(self.tr("理由"))],
            self.tr("不再提示"),
            lambda book, reason: accepting.accept_failed(book, seen, reason),
            self.window(),
        )
        dialog.yes.setAutoDefault(False)
        dialog.no.setDefault(True)
        dialog.done_with = lambda _done: self.desk.outdate()
        dialog.open()

    def _failed_words(self, failed: tuple[str, ...]) -> str:
        """Name what was taken out when an older workbook was looked at whole; schools hand it in again."""
        if not failed:
            return ""
        named, more = failed[:FAILED_SHOWN], len(failed) - FAILED_SHOWN
        head = self.tr("{0} 核对旧工作簿时,有 {1} 个文件与登记的不同,已取出,不计入汇总:")
        rest = [self.tr("另有 {0} 个。").format(more)] if more > 0 else []
        return "\n".join([head.format(CAUTION, len(failed)), *named, *rest])

    def _show_rows(self) -> None:
        if self._board is None:
            return
        wanted, needle = self.filters.current, self.search.text()
        rows = [row for row in self._board if wanted in {ALL, row.state} and fits(needle, row.code, row.name)]
        self.table.set_rows([partial(self._looks, row) for row in rows], [row.code for row in rows])
        self._stack.setCurrentWidget(self.view if self._board else self.hint)
        self._follow()

    def _chosen(self) -> BoardRow | None:
        code = self.table.key_at(self.view.currentIndex())
        return next((row for row in self._board or () if row.code == code), None)

    def _look(self) -> None:
        row = self._chosen()
        if row is not None and row.received is not None:
            self.viewing.view(row.received.member.id)

    def _follow(self) -> None:
        row = self._chosen()
        self.look.setEnabled(row is not None and row.received is not None)
        listed = row is not None and row.code in self.desk.book.expected
        for each in (self.recode, self.rename):
            each.setEnabled(listed)

    def _recode(self) -> None:
        row = self._chosen()
        if row is not None:
            self.relisting.recode(row)

    def _rename(self) -> None:
        row = self._chosen()
        if row is not None:
            self.relisting.rename(row)

    def _words(self, row: BoardRow) -> tuple[str, ...]:
        """Return the cells of a row as plain words, without the marks of its states."""
        texts = [each if isinstance(each, str) else each.text for each in self._looks(row)]
        how = how_admitted(row.key_how) if row.key_how else ""
        return (*texts[:3], f"{row.state}{self._note(row)}", *texts[4:6], how, texts[7])

    def _note(self, row: BoardRow) -> str:
        """Return what stands behind a school's state."""
        note = self.tr(",后有草稿") if row.later_draft else ""
        if row.differs:
            note += self.tr(",与名册不符")
        if row.held and row.state is not SchoolState.HELD:
            note += self.tr(",{0} 个待核验").format(row.held)
        return note

    def _looks(self, row: BoardRow) -> list[Look | str]:
        theme, got = self.theme, row.received
        name = row.called if row.listed else self.tr("{0}(名单外)").format(row.called)
        unchecked = row.key_how == county_books.UNCHECKED
        how = Look(
            f"{CAUTION if unchecked else DONE} {how_admitted(row.key_how)}" if row.key_how else "",
            theme.warn if unchecked else theme.good,
            tip="\n".join(text for text in (row.key_digits, row.key.reason if row.key else "") if text),
        )
        return [
            row.code,
            Look(
                name,
                "" if row.listed else theme.warn,
                tip="\n".join(filter(None, (row.called, row.contact, *row.differs))),
            ),
            row.kind,
            state_look(theme, row.state, self._note(row)),
            Look(str(row.came) if row.came else "", order=float(row.came)),
            Look(when(got.received) if got else "", tip=got.received if got else ""),
            how,
            Look(got.file_name if got else "", theme.dim, tip=got.file_name if got else ""),
        ]

    def _open(self, code: object) -> None:
        if isinstance(code, str):
            self.opened.emit(code)


def _total(board: tuple[BoardRow, ...], expected: int) -> str:
    if not board:
        return ""
    counts = Counter(row.state for row in board)
    drafts, conflicts = counts[SchoolState.DRAFT], counts[SchoolState.CONFLICT]
    reported = counts[SchoolState.FINAL] + drafts + conflicts
    parts = [f"应报 {expected} 校"] if expected else ["没有学校名单"]
    parts.append(f"已报 {reported} 校" + (f"(其中草稿 {drafts})" if drafts else ""))
    parts.append(f"未报 {counts[SchoolState.MISSING] + counts[SchoolState.EXPORT]} 校")
    if counts[SchoolState.EXPORT]:
        parts[-1] += f"(其中来自年报 {counts[SchoolState.EXPORT]})"
    waiting = (SchoolState.CONFLICT, SchoolState.HELD)
    parts += [f"{state} {counts[state]} 校" for state in waiting if counts[state]]
    outside = sum(not row.listed for row in board)
    if outside:
        parts.append(f"名单外 {outside} 校")
    return ",".join(parts)


def _last_words(last: LastFigures | None) -> str:
    """Say what stood there last and when; the same day by its hour."""
    if last is None or not last.items:
        return ""
    return f"上次 {last_time(last.at)}:{_items(last.items, last.settled)}"


def _items(count: int, settled: int) -> str:
    return f"县级 {count} 项:已定 {settled},未定 {count - settled}"


def _settled(snapshot: Snapshot) -> str:
    judged = [each.settlement for each in snapshot.report.county_level if each.settlement]
    settled = sum(each.settled for each in judged)
    return _items(len(judged), settled) if judged else ""
