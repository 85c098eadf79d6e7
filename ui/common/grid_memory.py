"""The widths of a person's columns and which are hidden, by list, kept beside their other settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from db.problems import Problem
from eduapp.services.folders import data_folder, own_text, write_own_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QTableView

FILE = "columns.json"
KEEP_AFTER_MS = 800
LEAST, MOST = 20, 2_000
"""Pixels of a width that is believed; any other is of a damaged file."""


class GridMemory(QObject):
    """Gives a grid the columns that its list had last, and keeps what is changed."""

    failed = Signal(str)
    """Why it could not be kept."""

    def __init__(self, view: QTableView, record: str, fields: Sequence[str]) -> None:
        """Dress a grid and follow it."""
        super().__init__(view)
        self._view, self._record, self._fields = view, record, tuple(fields)
        self._later = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._later.timeout.connect(self.keep)
        self._widths = {column: view.columnWidth(column) for column in range(len(fields))}
        known = _read().get(record, {})
        for column, name in enumerate(self._fields):
            width = known.get(name)
            if isinstance(width, int) and LEAST <= abs(width) <= MOST:
                self._widths[column] = abs(width)
                view.setColumnWidth(column, abs(width))
                view.setColumnHidden(column, width < 0)
        if all(view.isColumnHidden(column) for column in self._widths):
            view.setColumnHidden(0, False)
        view.horizontalHeader().sectionResized.connect(self._resized)

    def keep(self) -> None:
        """Write how the columns stand: the width of a hidden one is below zero."""
        hidden = self._view.isColumnHidden
        widths = {
            name: -self._widths[column] if hidden(column) else self._widths[column]
            for column, name in enumerate(self._fields)
        }
        try:
            kept = _read() | {self._record: widths}
            write_own_text(data_folder() / FILE, json.dumps(kept, ensure_ascii=False))
        except Problem as problem:
            self.failed.emit(problem.text)

    def _resized(self, column: int, _before: int, width: int) -> None:
        if width > 0:  # else it is hidden, and comes back as wide as it was
            self._widths[column] = width
        self._later.start()


def _read() -> dict[str, dict[str, Any]]:
    """Return what was kept; a damaged file is an empty one."""
    try:
        found = json.loads(own_text(data_folder() / FILE) or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: columns for name, columns in found.items() if isinstance(columns, dict)}
