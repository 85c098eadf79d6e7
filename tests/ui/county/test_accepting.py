"""A person's word in the window: workbooks this computer knows otherwise, files that failed at an upgrade."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from eduapp.services import entry
from eduapp.services.county.books import open_county
from eduapp.services.keys import county_keys, keyring
from tests.attacks.test_intake_attacks import opened, tamper
from tests.ui.county.driving import accept, idle, trusting
from ui.common.accept_dialog import AcceptDialog

PASSPHRASE = "changjiang huanghe"  # noqa: S105 - of the tests
REASON = "yi yu zhizhi baobiao hedui"


def older_copy(town, passphrase=None):
    """A county's workbook with an older copy in its place: its log is behind what this computer saw."""
    with town.county() as office:
        county_keys.establish(office.workbook, passphrase)
        entry.set_cell(office, "county_funding", "-", "gdp", "1000")
        path, copy = office.path, office.path.with_suffix(".old")
        shutil.copy(path, copy)
        entry.set_cell(office, "county_funding", "-", "gdp", "2000")
        key = county_keys._path(office.workbook)
    shutil.copy(copy, path)
    keyring.forget(key)
    return path


def noted(path, field):
    with closing(sqlite3.connect(path)) as raw:  # when no window has it open
        return [new for (new,) in raw.execute("SELECT new FROM journal WHERE field = ?", (field,))]


def answer(work):
    """Do something with the dialog as soon as it is in sight."""

    def look():
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, AcceptDialog) and w.isVisible()]
        if shown:
            work(shown[0])
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


@pytest.mark.slow
def test_a_word_with_its_reason_opens_a_workbook_that_this_computer_knows_otherwise(qtbot, program, town):
    path = older_copy(town)
    assert opened(path) == "log-behind"
    assert program.start(path)
    page = program.start_page
    assert page.vouch.isVisible()
    seen = []

    def enter(dialog):
        seen.append((dialog.yes.isEnabled(), dialog.yes.isDefault(), dialog.no.isDefault()))
        qtbot.keyClicks(dialog.reason, REASON)
        seen.append(dialog.yes.isEnabled())
        qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)  # Enter is no word

    answer(enter)
    page.vouch.click()
    assert seen == [(False, False, True), True]
    assert (program.windows, opened(path), noted(path, "log-accepted")) == ([], "log-behind", [])

    def confirm(dialog):
        qtbot.keyClicks(dialog.reason, REASON)
        dialog.yes.click()

    answer(confirm)
    page.vouch.click()
    (window,) = program.windows
    idle(qtbot, window)
    assert window.book.draft.only("county_funding")["gdp"] is not None
    window.close()
    (said,) = noted(path, "log-accepted")
    assert REASON in said


def test_what_no_word_mends_offers_none(program, town):
    path = older_copy(town)
    tamper(path, ("UPDATE intake_log SET line = replace(line, 'own', 'owm')", ()))
    program.start(None)
    program.start_page.open_wanted.emit(str(path))
    assert program.start_page.vouch.isHidden()
    assert program.start_page.message.text


@pytest.mark.slow
def test_what_failed_is_said_no_more_by_a_word_with_its_reason(qtbot, town, open_window):
    book, _schools, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, *paths)
    path = book.path
    county_keys.establish(book.workbook, None)
    window.close()
    tamper(path, ("UPDATE submission SET content = ? WHERE school = '2143000001'", (b"x",)))
    window = open_window(open_county(path))
    board = window.show_page("board")
    assert (board.failed_old.isVisible(), board.failed_done.isVisible()) == (True, True)
    board.failed_done.click()
    dialog = board.dialog
    assert not dialog.yes.isDefault()
    dialog.yes.click()
    idle(qtbot, window)
    assert "理由" in dialog.form.trouble.text()
    qtbot.keyClicks(dialog.form.fields[0], REASON)
    dialog.yes.click()
    idle(qtbot, window)
    assert (board.failed_old.isVisible(), board.failed_done.isVisible()) == (False, False)
    window.close()
    (said,) = noted(path, "failed-accepted")
    assert REASON in said
