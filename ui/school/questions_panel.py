"""县里的问题 and 县里更正: what the county says of single cells; a double click goes to the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from eduapp.services.hand_off import asked_cells
from ui.common.elided_label import ElidedLabel, dimmed, tint
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, DONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.asked_cells import AskedCell, CorrectedCell
    from ui.common.theme import Theme

UNCHECKED = "县级密钥未核对"


class CellList(QWidget):
    """A table whose rows are cells of the records, with one line of help above it."""

    jump = Signal(str, str, str)
    """(record, key, field)."""

    def __init__(self, theme: Theme, columns: Sequence[Column], help_text: str) -> None:
        """Start empty."""
        super().__init__()
        self.theme = theme
        self.table = StaticTable(columns, self)
        self.view = table_view(self.table, theme)
        self.view.verticalHeader().hide()
        self.view.opened.connect(self._open)
        self._help_text = help_text
        self.help: ElidedLabel = dimmed(help_text, theme.dim)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(2)
        box.addWidget(self.help)
        box.addWidget(self.view, 1)

    def say_checked(self, *, checked: bool) -> None:
        """Say over the cells whether the county that speaks here was checked."""
        self.help.setText(self._help_text if checked else f"{CAUTION} {UNCHECKED},{self.tr('仅供参考。')}")
        tint(self.help, self.theme.dim if checked else self.theme.warn)

    def _open(self, index: QModelIndex) -> None:
        key = self.table.key_at(index)
        if isinstance(key, tuple):
            self.jump.emit(*key)


class QuestionsList(CellList):
    """What the county asks, and whether the cell was changed since."""

    def __init__(self, theme: Theme) -> None:
        """Start empty."""
        columns = (
            Column(self.tr("状态"), 6),
            Column(self.tr("位置"), 13),
            Column(self.tr("县里的问题"), 14),
            Column(self.tr("当时所报"), 4),
            Column(self.tr("现在"), 4),
        )
        help_text = self.tr("双击或回车到该格。改正后重新上报,县里收到即视为答复;无须改的请电话告诉县里。")
        super().__init__(theme, columns, help_text)

    def fill(self, book: SchoolBook, questions: Sequence[AskedCell]) -> None:
        """Show the questions of the newest receipt."""
        self.table.set_rows(
            [self._looks(book, each) for each in questions], [each.place for each in questions]
        )

    def _looks(self, book: SchoolBook, each: AskedCell) -> list[Look | str]:
        theme = self.theme
        where = asked_cells.place_words(book, each.place)
        changed = asked_cells.is_changed(book, each)
        if changed:
            state = Look(f"{DONE} {self.tr('已改,待上报')}", theme.good)
        else:
            tip = "" if each.checked else UNCHECKED
            state = Look(self.tr("○ 待更正"), theme.warn, theme.soft_tint, tip)
        then = asked_cells.carried_text(book.draft, each.place, each.base) if each.known else "—"
        text = each.text if each.checked else f"{each.text}({UNCHECKED})"
        return [
            state,
            Look(where, tip=where),
            Look(text, theme.accent, tip=text),
            then,
            asked_cells.now_text(book, each.place),
        ]


class CorrectionsList(CellList):
    """What the county changed on its own side: the school's data stay what they are."""

    def __init__(self, theme: Theme) -> None:
        """Start empty."""
        columns = (
            Column(self.tr("位置"), 14),
            Column(self.tr("县里更正为"), 5),
            Column(self.tr("当时所报"), 5),
            Column(self.tr("现在"), 5),
            Column(self.tr("理由"), 12),
        )
        help_text = self.tr("县里汇总时按更正后的值计算。同意的请照改后重新上报;不同意的请告诉县里。")
        super().__init__(theme, columns, help_text)

    def fill(self, book: SchoolBook, corrections: Sequence[CorrectedCell]) -> None:
        """Show the corrections of the newest receipt."""
        rows = [self._looks(book, each) for each in corrections]
        self.table.set_rows(rows, [each.place for each in corrections])

    def _looks(self, book: SchoolBook, each: CorrectedCell) -> list[Look | str]:
        where = asked_cells.place_words(book, each.place)
        personal = asked_cells.is_personal(each.place)
        hidden = Look("—", self.theme.dim, tip=self.tr("个人信息不写进回执,请向县里询问"))
        return [
            Look(where, tip=where),
            hidden if personal else asked_cells.carried_text(book.draft, each.place, each.value),
            hidden if personal else asked_cells.carried_text(book.draft, each.place, each.base),
            asked_cells.now_text(book, each.place),
            Look(each.reason, tip=each.reason),
        ]
