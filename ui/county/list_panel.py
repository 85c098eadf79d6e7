"""A list of one kind of rows, declared: its columns, how a row looks, what is done with the chosen ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtWidgets import QAbstractItemView, QStackedLayout, QVBoxLayout, QWidget

from ui.common.static_table import StaticTable, table_view
from ui.county.page_widgets import Hint, button_of, chosen_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QModelIndex

    from ui.common.plain import PushButton
    from ui.common.static_table import Column, Look
    from ui.common.theme import Theme
    from ui.county.desk import Desk

Row = TypeVar("Row")


def one(rows: Sequence[object]) -> bool:
    """Whether exactly one row is chosen."""
    return len(rows) == 1


class ListPanel(QWidget, Generic[Row]):
    """The table with its empty page and its buttons. A panel puts `view` into `body`, with what is its own.

    A row is its own key. Where `empty` says what to do first, that stands in place of the body while there
    are no rows. Buttons made by `action` can be pressed while they fit what is chosen.
    """

    def __init__(
        self,
        desk: Desk,
        theme: Theme,
        columns: Sequence[Column],
        looks: Callable[[Row], Sequence[Look | str]],
        *,
        empty: str = "",
        several: bool = False,
        numbered: bool = False,
    ) -> None:
        """Start without rows; `looks` makes the cells of one.

        `several` can be chosen together; `numbered` shows the rows' numbers.
        """
        super().__init__()
        self.desk, self.theme = desk, theme
        self._looks = looks
        self._actions: list[tuple[PushButton, Callable[[list[Row]], bool]]] = []
        self.table = StaticTable(columns)
        self.view = table_view(self.table, theme, sortable=True)
        self.view.verticalHeader().setVisible(numbered)
        if several:
            self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.selection_moved.connect(self.fit_actions)
        self.hint = Hint(theme, empty)
        self._filled = QWidget()
        self.body = QVBoxLayout(self._filled)
        self.body.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self._filled)
        if not empty:
            self.show_body()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, in this order."""
        self.table.set_rows([self._looks(row) for row in rows], list(rows))
        self.fit_actions()

    def show_body(self, *, filled: bool = True) -> None:
        """Show the list, or what to do first where there is none."""
        self._stack.setCurrentWidget(self._filled if filled else self.hint)

    def action(
        self, text: str, do: Callable[[], object], tip: str = "", fits: Callable[[list[Row]], bool] = bool
    ) -> PushButton:
        """Return a button that can be pressed while `fits` of the chosen rows: else while there are any."""
        button = button_of(text, do, tip)
        self._actions.append((button, fits))
        return button

    @property
    def chosen(self) -> list[Row]:
        """The selected rows, from top to bottom."""
        return chosen_keys(self.view, self.table)

    @property
    def current(self) -> Row | None:
        """The row that the cursor is in."""
        return self.row_at(self.view.currentIndex())

    def row_at(self, index: QModelIndex) -> Row | None:
        """Return the row of an index; None for no row."""
        row: Row | None = self.table.key_at(index)  # type: ignore[assignment] # rows are their keys
        return row

    def fit_actions(self) -> None:
        """Let the buttons fit what is chosen."""
        chosen = self.chosen
        for button, fits in self._actions:
            button.setEnabled(fits(chosen))
