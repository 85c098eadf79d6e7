"""提问: a question on one cell of a school, beside the cell it is about; what was asked, and ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from db.records.catalog import SCHOOL_RECORDS
from eduapp.services.hand_off import questions
from eduapp.services.hand_off.questions import MAX_TEXT, Placed, State
from ui.common.plain import set_tip
from ui.common.static_table import Column, Look, StaticTable
from ui.common.theme import CAUTION, DONE
from ui.county.parts import WAITING, button_of, chosen_keys, line_label, row_of, several_rows, when
from ui.county.school_cells import PickedCell, SchoolCells

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

SHOWN_ROWS = 4
TALL = 2000
"""More pixels than there are: the list below starts with no more than it needs."""


class QuestionsPanel(QWidget):
    """Above the school's own tables with the field for a question; below everything that was asked."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self._placed: tuple[Placed, ...] = ()
        self.picker = SchoolCells(desk, theme)
        self.picker.picked.connect(self._follow)
        self.about = line_label(theme, bold=True)
        self.text = QLineEdit(
            placeholderText=self.tr("要学校核实什么,如:与学籍系统相差 2 人。不要写个人信息")
        )
        self.text.setMaxLength(MAX_TEXT)
        self.text.textChanged.connect(lambda _: self._enable())
        self.text.returnPressed.connect(self.ask)
        self.picker.opened.connect(lambda _: self.text.setFocus())
        self.ask_it = button_of(self.tr("向学校提问"), self.ask)
        self._build_list()
        upper, lower = QWidget(), QWidget()
        above, below = QVBoxLayout(upper), QVBoxLayout(lower)
        for box in (above, below):
            box.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self.picker, 1)
        above.addWidget(self.about)
        above.addLayout(row_of(self.text, self.ask_it))
        below.addLayout(row_of(self.count, self.end))
        below.addWidget(self.view, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(upper)
        parts.addWidget(lower)
        parts.setStretchFactor(0, 1)
        parts.setChildrenCollapsible(False)
        parts.setSizes([TALL, 1])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(parts)
        self._follow(None)

    def fill(self, snapshot: Snapshot) -> None:
        """Show what was asked, and the schools that can be asked."""
        self._placed = tuple(sorted(snapshot.asked, key=_order))
        waiting = [each for each in self._placed if each.state is State.OPEN]
        marks: dict[tuple[str, str, str, str], str] = {}
        for each in waiting:
            one = each.question
            place = (one.school, one.record, one.key, one.field)
            marks[place] = f"{marks[place]}\n{one.text}" if place in marks else one.text
        self.picker.mark(marks)
        self.picker.fill(snapshot)
        self.table.set_rows([self._looks(each, snapshot) for each in self._placed], list(self._placed))
        self.count.setText(
            self.tr(
                "共提问 {0} 处,待学校更正 {1} 处。问题随回执带给学校;学校改了这一格并重新上报,即为答复。"
            ).format(len(self._placed), len(waiting))
        )
        self._enable()

    def ask(self) -> None:
        """Ask about the cell that is current."""
        found, text = self.picker.cell, self.text.text().strip()
        if found is None or not text:
            return
        place = (found.record, found.key, found.field)

        def write(book: CountyBook) -> None:
            questions.ask(book, found.school, found.submission, place, text)

        self.desk.act(self.tr("提问"), write, self._asked)

    def close_chosen(self) -> None:
        """End the selected questions."""
        ids = [each.question.id for each in self.chosen]

        def end(book: CountyBook) -> int:
            for each in ids:
                questions.close(book, each)
            return len(ids)

        self.desk.act(
            self.tr("结束提问"),
            end,
            lambda count: self.desk.said.emit(self.tr("已结束 {0} 处。").format(count)),
        )

    @property
    def chosen(self) -> list[Placed]:
        """The selected questions that are not closed yet."""
        keys = chosen_keys(self.view, self.table)
        return [
            each
            for each in self._placed
            if each.state is not State.CLOSED and any(each is key for key in keys)
        ]

    # --- inside ---

    def _build_list(self) -> None:
        self.table = StaticTable(
            [
                Column(self.tr("状态"), 7),
                Column(self.tr("学校"), 10),
                Column(self.tr("位置"), 17),
                Column(self.tr("学校所报"), 7, right=True),
                Column(self.tr("时间"), 6),
                Column(self.tr("问题"), 14),
            ]
        )
        self.view = several_rows(self.table, self.theme, SHOWN_ROWS)
        self.view.selection_moved.connect(self._enable)
        self.view.opened.connect(lambda index: self._go_to(self.table.key_at(index)))
        self.count = line_label(self.theme, dim=True)
        self.end = button_of(
            self.tr("结束所选"), self.close_chosen, self.tr("学校已说明、不必再改的,在这里结束")
        )

    def _follow(self, found: PickedCell | None) -> None:
        """Show the cell that is current, and warn where it holds personal data."""
        if found is None:
            self.about.setText(self.tr("请选择一格。问题会显示在学校那一格的旁边。"))
        else:
            words = found.words
            if SCHOOL_RECORDS[found.record].fields[found.field].item.personal:
                warned = self.tr("这一格是个人信息:回执不加密,问题里不要抄写它的内容")
                words = f"{CAUTION} {found.where}　{warned}"
            self.about.setText(words)
        self._enable()

    def _enable(self) -> None:
        ready = self.picker.cell is not None and bool(self.text.text().strip())
        self.ask_it.setEnabled(ready)
        set_tip(self.ask_it, "" if ready else self.tr("请先选择一格并写明问题"))
        self.end.setEnabled(bool(self.chosen))

    def _asked(self, _: object) -> None:
        self.text.clear()
        self.desk.said.emit(self.tr("已提问。写出回执后,问题显示在学校那一格的旁边。"))

    def _go_to(self, placed: object) -> None:
        """Show the cell of a question in the tables above."""
        for each in self._placed:
            if each is placed:
                one = each.question
                self.picker.show_place(one.school, one.record, one.key, one.field)

    def _looks(self, each: Placed, snapshot: Snapshot) -> list[Look | str]:
        theme, one = self.theme, each.question
        where = f"{each.label} · {each.row}" if each.row else each.label
        mark, colour, tint = {
            State.OPEN: (WAITING, theme.warn, theme.soft_tint),
            State.ANSWERED: (DONE, theme.good, ""),
            State.CLOSED: (DONE, theme.dim, ""),
        }[each.state]
        return [
            Look(f"{mark} {each.state}", colour, tint, order=float(list(State).index(each.state))),
            snapshot.names.get(one.school, one.school),
            Look(where, tip=where),
            each.stated or self.tr("(无此行)"),
            Look(when(one.at), theme.dim),
            Look(one.text, tip=one.text),
        ]


def _order(each: Placed) -> tuple[int, str, str]:
    return list(State).index(each.state), each.question.school, each.question.at
