"""What a spreadsheet's status line says of the selected cells: how many, and the sum of their numbers.

Counted anew whenever the selection or what stands in the model changes, so what is said is never of before
an edit. A few cells are said at once; many are counted a part at a time between two events of the window:
until all of them are, only how many is said.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtWidgets import QTableView

PART = 1_000
"""Cells of a column that are counted in one go."""
_OVER = object()
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@runtime_checkable
class SummedModel(Protocol):
    """What a model says of its numbers to have them summed."""

    def numbers(self, column: int, rows: range) -> Sequence[Decimal | int] | None:
        """Return the numbers of a column in some rows; None: the column holds no numbers at all."""


class CellBlock(NamedTuple):
    """A block of selected cells of columns that are shown."""

    rows: range
    columns: tuple[int, ...]


def number_of(text: str) -> Decimal | None:
    """Return the number that a text says, as tables write them; None for any other text."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def blocks_of(view: QTableView) -> list[tuple[int, int, int, int]]:
    """Return (top, bottom, left, right) of each selected block of a view with a model."""
    chosen = view.selectionModel().selection()
    ranges = [chosen.at(place) for place in range(chosen.count())]
    return [(each.top(), each.bottom(), each.left(), each.right()) for each in ranges]


class SelectionSum(QObject):
    """Follows the selection of a view and the model below it."""

    said = Signal(str)
    """How many cells and their sum; "" for one cell or none."""

    def __init__(self, view: QTableView) -> None:
        """Say nothing yet."""
        super().__init__(view)
        self._view = view
        self._counting: Iterator[None] | None = None
        self._last = ""
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._go_on)

    def follow(self, model: QAbstractItemModel) -> None:
        """Count anew, once a turn of the window's events, when what stands in a model changes."""
        for changed in (
            model.dataChanged,
            model.rowsInserted,
            model.rowsRemoved,
            model.layoutChanged,
            model.modelReset,
        ):
            changed.connect(self._later)

    def count(self) -> None:
        """Count the selection of now: a small one is said at once."""
        self._counting = self._steps()
        self._go_on()

    def _later(self) -> None:
        self._counting = self._steps()
        self._next.start()

    def _go_on(self) -> None:
        if self._counting is not None and next(self._counting, _OVER) is not _OVER:
            self._next.start()

    def _steps(self) -> Iterator[None]:
        """Count and say; between two parts the window breathes."""
        blocks = self._blocks()
        cells = sum(len(rows) * len(columns) for rows, columns in blocks)
        if cells < 2:  # of a single cell nothing is to be said
            self._say("")
            return
        words = self.tr("选中 {0} 格").format(cells)
        if cells > PART:
            self._say(words)
            yield
        total, found = Decimal(), False
        for block in blocks:
            for column in block.columns:
                for part in _parts(block.rows):
                    numbers = self._numbers(column, part)
                    if numbers is None:
                        break
                    found = found or bool(numbers)
                    total += sum(numbers)
                    if cells > PART:
                        yield
        self._say(words + (self.tr(",合计 {0}").format(_shown(total)) if found else ""))

    def _say(self, words: str) -> None:
        if words != self._last:
            self._last = words
            self.said.emit(words)

    def _blocks(self) -> list[CellBlock]:
        view = self._view
        return [
            CellBlock(
                range(top, bottom + 1),
                tuple(column for column in range(left, right + 1) if not view.isColumnHidden(column)),
            )
            for top, bottom, left, right in blocks_of(view)
        ]

    def _numbers(self, column: int, rows: range) -> Sequence[Decimal | int] | None:
        model = self._view.model()
        if isinstance(model, SummedModel):
            return model.numbers(column, rows)
        texts = (str(model.index(row, column).data() or "") for row in rows)
        return [number for number in map(number_of, texts) if number is not None]


def _shown(total: Decimal) -> str:
    text = f"{total:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _parts(rows: range) -> Iterator[range]:
    return (rows[at : at + PART] for at in range(0, len(rows), PART))
