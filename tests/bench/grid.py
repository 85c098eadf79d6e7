"""The grid of 40,000 homework rows: opening it, scrolling its pages, selecting, beside C++ items.

Beside it stands a QTableWidget of the same texts in the same place: the same size, style, row height and
column widths; its items are C++ objects and no Python runs while it paints. Both are made and moved in turn.
Told in CPU time of this process: what else the machine does meanwhile takes nothing from it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench import schools
from tests.bench.goals import Found, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QTableView

    from eduapp.services.books import SchoolBook

ROWS, RECORD = 40_000, "homework"
OPENINGS, PAGES, STEPS = 5, 60, 60
GOAL_OPEN, GOAL_SCROLL, GOAL_FRAME = 1 / 25, 1.8, 16.0
SIZE = (900, 500)


@dataclass
class Side:
    """What one of the two grids took, in seconds of CPU time."""

    opening: list[float] = field(default_factory=list)
    scrolling: list[float] = field(default_factory=list)
    selecting: list[float] = field(default_factory=list)


def opening() -> list[Found]:
    print(f"grid: {ROWS} rows of homework on screen, {OPENINGS} turns, CPU time")
    with _school() as book:
        ours, bare = Side(), Side()
        texts, widths = _texts(book), _widths(book)
        sides: list[tuple[Side, Callable[[], QTableView]]] = [
            (ours, lambda: _grid(book)),
            (bare, lambda: _widget(texts, widths)),
        ]
        for turn in range(OPENINGS + 1):
            for side, make in sides:
                begin = time.process_time()
                view = make()
                _show(view)
                taken = time.process_time() - begin
                side.opening.extend([taken] if turn else [])
                _away(view)
    for name, side in (("grid", ours), ("QTableWidget", bare)):
        print(f"  {name:<14}{median(side.opening) * 1e3:10.1f} ms")
    faster = ratio(bare.opening, ours.opening)
    return [Found(f"grid: {ROWS} rows, opening of a QTableWidget's ({faster:.0f} x)", 1 / faster, GOAL_OPEN)]


def scrolling() -> list[Found]:
    print(f"scroll: {PAGES} pages and {STEPS} selections on {ROWS} rows, in turn, CPU time")
    with _school() as book:
        ours, bare = Side(), Side()
        views = [(ours, _grid(book)), (bare, _widget(_texts(book), _widths(book)))]
        for _, view in views:
            _show(view)
        for page in range(PAGES):
            for side, view in views:
                side.scrolling.append(_clock(partial(_to_page, view, page)))
        for step in range(STEPS):
            for side, view in views:
                side.selecting.append(_clock(partial(_select, view, step)))
        for _, view in views:
            _away(view)
    print(f"  {'':<14}{'a page ms':>10}{'selecting ms':>14}")
    for name, side in (("grid", ours), ("QTableWidget", bare)):
        print(f"  {name:<14}{median(side.scrolling) * 1e3:10.1f}{median(side.selecting) * 1e3:14.1f}")
    return [
        Found("scroll: a page never seen, of C++ items", ratio(ours.scrolling, bare.scrolling), GOAL_SCROLL),
        Found("scroll: selecting down, of C++ items", ratio(ours.selecting, bare.selecting), GOAL_SCROLL),
        Found("scroll: a page never seen", median(ours.scrolling) * 1e3, GOAL_FRAME, "ms"),
        Found("scroll: selecting down", median(ours.selecting) * 1e3, GOAL_FRAME, "ms"),
    ]


@contextmanager
def _school() -> Iterator[SchoolBook]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from eduapp.services import workbooks
    from ui.app import make_application
    from ui.common import theme as themes

    app = make_application()
    themes.dress(app, themes.light())
    with (
        tempfile.TemporaryDirectory() as name,
        workbooks.open_school(schools.small(Path(name), ROWS)) as book,
    ):
        yield book


def _texts(book: SchoolBook) -> list[list[str]]:
    from eduapp.services import entry

    return [
        [entry.show(book, RECORD, name, cell) for name, cell in row.items()]
        for row in book.draft.rows[RECORD].values()
    ]


def _widths(book: SchoolBook) -> list[int]:
    view = _grid(book)
    widths = [view.columnWidth(column) for column in range(view.model().columnCount())]
    _away(view)
    return widths


def _grid(book: SchoolBook) -> QTableView:
    from eduapp.services import checking, entry
    from ui.common import theme as themes
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor
    from ui.common.workspace import Workspace

    workspace = Workspace(book, entry.apply, checking.check)
    theme = themes.light()
    view = SheetEditor(RecordTable(workspace, RECORD, theme), theme)
    view.table.setParent(view)
    workspace.setParent(view)
    return view


def _widget(texts: list[list[str]], widths: list[int]) -> QTableView:
    from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

    from ui.common import theme as themes

    view = QTableWidget(len(texts), len(texts[0]))
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            view.setItem(row, column, QTableWidgetItem(text))
    view.setWordWrap(False)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows = view.verticalHeader()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(themes.light().row_height(view.font()))
    for column, width in enumerate(widths):
        view.setColumnWidth(column, width)
    return view


def _show(view: QTableView) -> None:
    """Bring a grid on screen: what is asked of it is painted when this returns."""
    view.resize(*SIZE)
    view.show()
    _painted(view)


def _to_page(view: QTableView, page: int) -> None:
    view.verticalScrollBar().setValue((page + 1) * 37 * view.verticalScrollBar().pageStep() % ROWS)
    _painted(view)


def _select(view: QTableView, step: int) -> None:
    """Extend the selection as Shift and the arrow do; at its start the first cell in sight is current."""
    from PySide6.QtCore import (
        QItemSelectionModel,
        Qt,
    )
    from PySide6.QtTest import QTest

    if step == 0:
        view.setFocus()
        at = view.model().index(view.rowAt(0), 0)
        view.selectionModel().setCurrentIndex(at, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    _painted(view)


def _painted(view: QTableView) -> None:
    from PySide6.QtWidgets import QApplication

    view.viewport().repaint()
    QApplication.processEvents()


def _away(view: QTableView) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    view.close()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _clock(work: Callable[[], None]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
