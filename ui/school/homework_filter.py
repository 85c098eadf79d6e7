"""Choosing a class and a week of the homework list: a term has tens of thousands of rows."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from eduapp.services import entry
from ui.common.grid_pane import RowFilter
from ui.common.plain_boxes import ComboBox

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from db.records.rows import Row
    from ui.common.record_table import RecordTable


class HomeworkFilter(RowFilter):
    """Two lists; what they fix is put into rows added by typing."""

    chosen = Signal()

    def __init__(self, table: RecordTable, parent: QWidget | None = None) -> None:
        """Filter the rows of `table`."""
        super().__init__(parent)
        self._table = table
        self._stale = True
        self.classes, self.weeks = ComboBox(), ComboBox()
        for box in (self.classes, self.weeks):
            box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(self._apply)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self.classes)
        row.addWidget(self.weeks)
        table.workspace.changed.connect(self._changed)

    def show_all(self) -> None:
        """Take the filter away."""
        self._refill()
        self.classes.setCurrentIndex(0)
        self.weeks.setCurrentIndex(0)
        self._apply()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refill()

    def _changed(self, changes: object) -> None:
        records: frozenset[str] = getattr(changes, "records", frozenset())
        if records & {"homework", "school_class"}:
            self._stale = True
            if "school_class" in records and self.isVisible():
                self._refill()

    def _refill(self) -> None:
        self._stale = False
        book = self._table.workspace.book
        dates = {row["date"] for row in book.draft.rows["homework"].values()}
        days = {date for date in dates if isinstance(date, datetime.date)}
        mondays = sorted({day - datetime.timedelta(day.weekday()) for day in days})
        classes = [
            (entry.title_of(book, "school_class", key), key) for key in book.draft.rows["school_class"]
        ]
        weeks = [(self._week(number, monday), monday) for number, monday in enumerate(mondays, 1)]
        _fill(self.classes, [(self.tr("全部班级"), None), *classes])
        _fill(self.weeks, [(self.tr("全部周"), None), *weeks])

    def _week(self, number: int, monday: datetime.date) -> str:
        friday = monday + datetime.timedelta(4)
        return self.tr("第 {0} 周 {1}–{2}").format(number, f"{monday:%m-%d}", f"{friday:%m-%d}")

    def _apply(self) -> None:
        key, monday = self.classes.currentData(), self.weeks.currentData()
        self._table.defaults = {"school_class": key} if key else {}
        if key is None and monday is None:
            self._table.set_filter(None)
            return
        week = {monday + datetime.timedelta(day) for day in range(7)} if monday else None

        def keep(row: Row) -> bool:
            fits = key is None or row["school_class"] == key
            return fits and (week is None or row["date"] in week)

        self._table.set_filter(keep)


def _fill(box: ComboBox, lines: list[tuple[str, object]]) -> None:
    held = box.currentData()
    box.clear()
    for words, value in lines:
        box.addItem(words, value)
    found = next((i for i, (_, value) in enumerate(lines) if value == held), 0)
    box.setCurrentIndex(found)
