"""What the county says of single cells: above, a school's tables with a form; below, what was said so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ui.county.list_panel import ListPanel, Row
from ui.county.page_widgets import line_label
from ui.county.school_cells import SchoolCells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QModelIndex

    from ui.common.static_table import Column, Look
    from ui.common.theme import Theme
    from ui.county.desk import Desk

    Place = tuple[str, str, str, str]

SHOWN_ROWS = 4
TALL = 2000
"""More pixels than there are: the list below starts with no more than it needs."""


class CellPanel(ListPanel[Row]):
    """The cell that is picked is what a panel's form is about; opening a row goes to its cell."""

    def __init__(
        self,
        desk: Desk,
        theme: Theme,
        columns: Sequence[Column],
        looks: Callable[[Row], Sequence[Look | str]],
        place_of: Callable[[Row], Place],
    ) -> None:
        """Make picker and list for `arrange`; `place_of` a row is (school, record, key, field)."""
        super().__init__(desk, theme, columns, looks, several=True)
        self._place_of = place_of
        self.picker = SchoolCells(desk, theme)
        self.about = line_label(theme, bold=True)
        self.count = line_label(theme, dim=True)
        self.view.setMinimumHeight(theme.row_height(self.view.font()) * SHOWN_ROWS)
        self.view.opened.connect(self._go_to)

    def arrange(self, form: QHBoxLayout, *below: QWidget | QHBoxLayout) -> None:
        """Put the form below the tables, and the list with its lines below both."""
        upper, lower = QWidget(), QWidget()
        above, under = QVBoxLayout(upper), QVBoxLayout(lower)
        for box in (above, under):
            box.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self.picker, 1)
        above.addWidget(self.about)
        above.addLayout(form)
        for each in below:
            if isinstance(each, QWidget):
                under.addWidget(each, 1 if each is self.view else 0)
            else:
                under.addLayout(each)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(upper)
        halves.addWidget(lower)
        halves.setStretchFactor(0, 1)
        halves.setChildrenCollapsible(False)
        halves.setSizes([TALL, 1])
        self.body.addWidget(halves)

    def _go_to(self, index: QModelIndex) -> None:
        row = self.row_at(index)
        if row is not None:
            self.picker.show_place(*self._place_of(row))
