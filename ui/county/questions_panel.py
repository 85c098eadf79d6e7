"""提问: a question on one cell of a school, beside the cell it is about; what was asked, and ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from db.records.catalog import SCHOOL_RECORDS
from eduapp.services.hand_off import questions
from eduapp.services.hand_off.questions import MAX_TEXT, PlacedQuestion, QuestionState
from ui.common.plain import set_tip
from ui.common.static_table import Column, Look
from ui.common.theme import CAUTION, DONE
from ui.county.cell_panel import CellPanel
from ui.county.page_widgets import WAITING, button_of, row_of, when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.services.county.books import CountyBook
    from ui.common.theme import Theme
    from ui.county.cell_panel import Place
    from ui.county.desk import Desk
    from ui.county.school_cells import PickedCell
    from ui.county.snapshot import Snapshot


class QuestionsPanel(CellPanel[PlacedQuestion]):
    """Above the school's own tables with the field for a question; below everything that was asked."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        columns = (
            Column(self.tr("状态"), 7),
            Column(self.tr("学校"), 10),
            Column(self.tr("位置"), 17),
            Column(self.tr("学校所报"), 7, right=True),
            Column(self.tr("时间"), 6),
            Column(self.tr("问题"), 14),
        )
        super().__init__(desk, theme, columns, self._shown, self._place)
        self._names: Mapping[str, str] = {}
        self.text = QLineEdit(
            placeholderText=self.tr("要学校核实什么,如:与学籍系统相差 2 人。不要写个人信息")
        )
        self.text.setMaxLength(MAX_TEXT)
        self.text.textChanged.connect(lambda _: self._enable())
        self.text.returnPressed.connect(self.ask)
        self.picker.picked.connect(self._pick)
        self.picker.opened.connect(lambda _: self.text.setFocus())
        self.ask_it = button_of(self.tr("向学校提问"), self.ask)
        tip = self.tr("学校已说明、不必再改的,在这里结束")
        self.end = self.action(self.tr("结束所选"), self.close_chosen, tip, lambda rows: bool(_open(rows)))
        self.arrange(row_of(self.text, self.ask_it), row_of(self.count, self.end), self.view)
        self._pick(None)

    def fill(self, snapshot: Snapshot) -> None:
        """Show what was asked, and the schools that can be asked."""
        placed, self._names = sorted(snapshot.asked, key=_order), snapshot.names
        waiting = [question for question in placed if question.state is QuestionState.OPEN]
        marks: dict[tuple[str, str, str, str], str] = {}
        for each in waiting:
            one = each.question
            place = (one.school, one.record, one.key, one.field)
            marks[place] = f"{marks[place]}\n{one.text}" if place in marks else one.text
        self.picker.mark(marks)
        self.picker.fill(snapshot)
        self.show_rows(placed)
        self.count.setText(
            self.tr(
                "共提问 {0} 处,待学校更正 {1} 处。问题随回执带给学校;学校改了这一格并重新上报,即为答复。"
            ).format(len(placed), len(waiting))
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
        ids = [each.question.id for each in _open(self.chosen)]

        def end(book: CountyBook) -> int:
            for each in ids:
                questions.close(book, each)
            return len(ids)

        self.desk.act(
            self.tr("结束提问"),
            end,
            lambda count: self.desk.said.emit(self.tr("已结束 {0} 处。").format(count)),
        )

    # --- inside ---

    def _pick(self, found: PickedCell | None) -> None:
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

    def _asked(self, _: object) -> None:
        self.text.clear()
        self.desk.said.emit(self.tr("已提问。写出回执后,问题显示在学校那一格的旁边。"))

    def _place(self, row: PlacedQuestion) -> Place:
        one = row.question
        return one.school, one.record, one.key, one.field

    def _shown(self, row: PlacedQuestion) -> list[Look | str]:
        theme, one = self.theme, row.question
        where = f"{row.label} · {row.row}" if row.row else row.label
        mark, colour, tint = {
            QuestionState.OPEN: (WAITING, theme.warn, theme.soft_tint),
            QuestionState.ANSWERED: (DONE, theme.good, ""),
            QuestionState.CLOSED: (DONE, theme.dim, ""),
        }[row.state]
        return [
            Look(f"{mark} {row.state}", colour, tint, order=float(list(QuestionState).index(row.state))),
            self._names.get(one.school, one.school),
            Look(where, tip=where),
            row.stated or self.tr("(无此行)"),
            Look(when(one.at), theme.dim),
            Look(one.text, tip=one.text),
        ]


def _open(rows: list[PlacedQuestion]) -> list[PlacedQuestion]:
    return [row for row in rows if row.state is not QuestionState.CLOSED]


def _order(each: PlacedQuestion) -> tuple[int, str, str]:
    return list(QuestionState).index(each.state), each.question.school, each.question.at
