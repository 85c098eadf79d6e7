"""A school's tables as it handed them in, read only: choose a school, a table, a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from db.records.catalog import SCHOOL_RECORDS
from db.records.spec import carried
from eduapp.services.differences import EMPTY, cell_text, row_label
from ui.common.plain import Label
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.county.page_widgets import Hint, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.records.draft import Draft
    from db.records.spec import Field, RecordSpec
    from eduapp.services.county.books import CountyBook
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

    Place = tuple[str, str, str, str]
    """School, record, row and field."""

LABEL_WIDTH, UNIT_WIDTH = 18, 10
WIDEST = 14
"""Widths in full-width characters."""


@dataclass(frozen=True)
class PickedCell:
    """A cell of the submission that counts for a school.

    `base` is its carried text (what a decision or a question is tied to), None where it is empty; with
    `unread` it is text that could not be read, as it was typed. `row` is "" where the page has one row.
    """

    school: str
    submission: str
    record: str
    key: str
    field: str
    label: str
    row: str
    base: str | None
    unread: bool
    text: str

    @property
    def place(self) -> Place:
        """School, record, row and field."""
        return self.school, self.record, self.key, self.field

    @property
    def where(self) -> str:
        """The cell and its row in words."""
        return f"{self.label}　{self.row}" if self.row else self.label

    @property
    def words(self) -> str:
        """The cell, its row, and what the school stated there."""
        return f"{self.where}　学校所报:{self.text}"


class SchoolCells(QWidget):
    """The picker. Lists stand row by row; pages with one row, or one a stage, item by item."""

    picked = Signal(object)
    """PickedCell or None: whenever another cell is current."""
    opened = Signal(object)
    """PickedCell: Enter or a double click."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Start without a school."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self._draft: Draft | None = None
        self._shown = ""
        self._wanted: Place | None = None
        self._marks: Mapping[Place, str] = {}
        self._keys: list[str] = []
        self._fields: list[str] = []
        self.school, self.record = ComboBox(), ComboBox()
        self.school.setAccessibleName(self.tr("学校"))
        self.record.setAccessibleName(self.tr("表"))
        self.school.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.school.activated.connect(lambda _: self._open())
        self.record.activated.connect(lambda _: self._show_record())
        self.record.setMinimumWidth(theme.char_width(self.record.font()) * 14)
        self.table = StaticTable([])
        self.view = table_view(self.table, theme, rows=False)
        self.view.verticalHeader().hide()
        self.view.place_changed.connect(lambda _: self.picked.emit(self.cell))
        self.view.opened.connect(self._tell_opened)
        self.about = line_label(theme, dim=True)
        self.hint = Hint(theme, self.tr("还没有计入汇总的上报文件。"))
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(row_of(Label(self.tr("学校")), self.school, Label(self.tr("表")), self.record))
        inside.addWidget(self.view, 1)
        inside.addWidget(self.about)
        self._body = body
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.hint)
        self._stack.addWidget(body)

    @property
    def cell(self) -> PickedCell | None:
        """The cell that is current."""
        return self._cell_at(self.view.currentIndex())

    def fill(self, snapshot: Snapshot) -> None:
        """Offer the schools that count; the one shown stays, opened again when another file counts."""
        kept = self.school.currentData()
        self.school.clear()
        for each in snapshot.sources:
            self.school.addItem(f"{each.name}({each.school})", (each.school, each.submission))
        self._stack.setCurrentWidget(self._body if snapshot.sources else self.hint)
        places = [self.school.itemData(at)[0] for at in range(self.school.count())]
        if kept is not None and kept[0] in places:
            self.school.setCurrentIndex(places.index(kept[0]))
        if self.school.count():
            self._open()

    def show_school(self, code: str) -> None:
        """Choose a school by its code; one that does not count is let be."""
        for at in range(self.school.count()):
            if self.school.itemData(at)[0] == code:
                self.school.setCurrentIndex(at)
                self._open()

    def show_place(self, school: str, record: str, key: str, field: str) -> None:
        """Go to a cell, as soon as its school is there."""
        self._wanted = (school, record, key, field)
        self.show_school(school)

    def mark(self, marks: Mapping[Place, str]) -> None:
        """Tint cells; the text is shown on hovering."""
        self._marks = marks
        self._show_record()

    # --- showing ---

    def _open(self) -> None:
        """Read the chosen school's submission, unless it is the one shown."""
        chosen = self.school.currentData()
        if chosen is None:
            return
        submission = chosen[1]
        if submission == self._shown:
            self._show_record()
            return
        self._draft, self._shown = None, ""
        self.table.set_rows([], columns=[])
        self.about.setText(self.tr("正在打开上报文件…"))
        self.about.show()

        def read(book: CountyBook) -> tuple[str, Draft]:
            return submission, book.stated(submission)

        self.desk.ask_later(self.tr("打开上报文件"), read, self._take)

    def _take(self, found: tuple[str, Draft]) -> None:
        chosen = self.school.currentData()
        if chosen is None or chosen[1] != found[0]:
            return
        self._shown, self._draft = found
        self._offer_records(found[1])
        self._show_record()

    def _offer_records(self, draft: Draft) -> None:
        kept = self.record.currentData()
        self.record.clear()
        for name, spec in SCHOOL_RECORDS.items():
            rows = len(draft.rows[name])
            if rows:
                self.record.addItem(f"{spec.label}({rows} 行)" if spec.is_list else spec.label, name)
        self.record.setCurrentIndex(max(0, self.record.findData(kept)))

    def _show_record(self) -> None:
        draft = self._draft
        if draft is None:
            return
        wanted = self._wanted if self._wanted and self._wanted[0] == self.school.currentData()[0] else None
        if wanted is not None:
            self.record.setCurrentIndex(max(0, self.record.findData(wanted[1])))
        name = self.record.currentData()
        if name is None:
            return
        spec, place = SCHOOL_RECORDS[name], self.view.currentIndex()
        self._keys, self._fields = list(draft.rows[name]), list(spec.fields)
        if spec.is_list:
            self._show_list(spec, draft)
        else:
            self._show_items(spec, draft)
        self.about.hide()
        if wanted is not None:
            self._wanted = None
            place = self._index_of(wanted[2], wanted[3])
        if place.isValid():
            self.view.go_to(self.table.index(place.row(), place.column()))
        self.picked.emit(self.cell)

    def _show_list(self, spec: RecordSpec, draft: Draft) -> None:
        columns = [Column(self.tr("行"), UNIT_WIDTH)]
        columns += [
            Column(field.heading, min(WIDEST, len(field.heading) + 1), right=field.item.kind.numeric)
            for field in spec.fields.values()
        ]
        rows: list[list[Look | str]] = [
            [
                row_label(draft, spec, key),
                *(self._look(spec, draft, key, field) for field in spec.fields.values()),
            ]
            for key in self._keys
        ]
        self.table.set_rows(rows, self._keys, columns)

    def _show_items(self, spec: RecordSpec, draft: Draft) -> None:
        columns = [Column(self.tr("项目"), LABEL_WIDTH)]
        columns += [Column(row_label(draft, spec, key) or self.tr("学校所报"), WIDEST) for key in self._keys]
        rows: list[list[Look | str]] = [
            [
                Look(field.heading, self.theme.dim, tip=field.item.help),
                *(self._look(spec, draft, key, field) for key in self._keys),
            ]
            for field in spec.fields.values()
        ]
        self.table.set_rows(rows, self._fields, columns)

    def _look(self, spec: RecordSpec, draft: Draft, key: str, field: Field) -> Look:
        said = cell_text(draft, field, draft.rows[spec.name][key][field.name])
        tip = self._marks.get((self.school.currentData()[0], spec.name, key, field.name), "")
        return Look("" if said == EMPTY else said, tint=self.theme.soft_tint if tip else "", tip=tip)

    # --- places ---

    def _is_list(self) -> bool:
        return SCHOOL_RECORDS[self.record.currentData()].is_list

    def _index_of(self, key: str, field: str) -> QModelIndex:
        if key not in self._keys or field not in self._fields:
            return QModelIndex()
        row, column = self._keys.index(key), self._fields.index(field)
        return self.table.index(row, column + 1) if self._is_list() else self.table.index(column, row + 1)

    def _cell_at(self, index: QModelIndex) -> PickedCell | None:
        draft, chosen = self._draft, self.school.currentData()
        if draft is None or chosen is None or not index.isValid() or index.column() == 0:
            return None
        spec = SCHOOL_RECORDS[self.record.currentData()]
        row, column = (index.row(), index.column() - 1) if spec.is_list else (index.column() - 1, index.row())
        key, field = self._keys[row], spec.fields[self._fields[column]]
        cell = draft.rows[spec.name][key][field.name]
        base, unread = carried(field, cell)
        return PickedCell(
            school=chosen[0],
            submission=self._shown,
            record=spec.name,
            key=key,
            field=field.name,
            label=f"{spec.label} · {field.heading}",
            row=row_label(draft, spec, key),
            base=base,
            unread=unread,
            text=cell_text(draft, field, cell),
        )

    def _tell_opened(self, index: QModelIndex) -> None:
        found = self._cell_at(index)
        if found is not None:
            self.opened.emit(found)
