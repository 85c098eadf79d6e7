"""Driving the county window as a person does, and reading what it shows."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from eduapp.services.hand_off import trust

LISTED = [("2143000001", "城关小学"), ("2143000002", "河口完小"), ("3143000003", "第一中学")]


def idle(qtbot, window):
    qtbot.idle(window)


def trusting(town, listed=LISTED):
    """A county that knows three schools, their keys admitted, with their files on a stick."""
    book = town.county(listed=listed)
    schools = [
        town.school(1, "城关小学"),
        town.school(2, "河口完小", teaching_area="900"),
        town.school(3, "第一中学", "311"),
    ]
    paths = [town.send(school) for school in schools]
    trust.admit_unchecked(book, paths)
    return book, schools, paths


def accept(qtbot, window, *paths):
    """Drop, rehearse, accept."""
    drop(window, *paths)
    idle(qtbot, window)
    window.intake.rehearsal.accept.click()
    idle(qtbot, window)


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    nowhere = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, nowhere)
    window.dropEvent(event)


def column(table, at):
    return [table.look_at(row, at).text for row in range(table.rowCount())]


def states(window):
    return {row.code: row.state for row in window.desk.snapshot.board}


def rehearsed(window):
    """(outcome, reason) of each file of the rehearsal, by file name."""
    table = window.intake.rehearsal.table
    return {
        table.look_at(row, 3).text: (table.look_at(row, 0).text, table.look_at(row, 4).text)
        for row in range(table.rowCount())
    }
