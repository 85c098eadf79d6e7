"""The program breaks down while it reads a roster: no name and no number of a pupil is in anything it leaves.

The fault comes from outside, at one call after another within the reader, and its words are whatever the
reader had in hand there: a report that quotes an error's own words would quote a pupil.
"""

import logging
import sys
import tempfile
from pathlib import Path

import pytest

from eduapp.services import importing
from eduapp.services.folders import data_folder
from tests.cli.running import run
from tests.services import exports
from tests.services.schools import make
from ui.common.problems import CrashReporter, words_of

PUPILS = 6
READERS = ("profile_pupils.py", "profiles.py", "sheet_rows.py")
WORDS = [
    word
    for place in range(PUPILS)
    for word in (exports.pupil_name(place), exports.identity_number("2016-05", place), f"G{place:019}")
]


class Fault:
    """Raises, at a call within the readers, an error that says all the reader has in hand."""

    def __init__(self, call):
        self.left, self.said = call, ""

    def __call__(self, frame, event, argument):
        if event != "call" or Path(frame.f_code.co_filename).name not in READERS:
            return
        self.left -= 1
        if self.left == 0:
            sys.setprofile(None)
            self.said = repr((frame.f_locals, frame.f_back.f_locals, frame.f_back.f_back.f_locals))
            raise RuntimeError(self.said)


@pytest.fixture
def roster(tmp_path, monkeypatch):
    for name in ("there", "book", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return exports.roster(tmp_path / "there" / "a.xlsx", [("1", "1班", PUPILS)])


def said_in_files(roster):
    """Where a word of a pupil stands in a file beside the roster itself: (path, word)."""
    roots = (roster.parent.parent, data_folder())
    files = {path for root in roots for path in root.rglob("*") if path.is_file() and path != roster}
    return [(path, word) for path in files for word in WORDS if word.encode() in path.read_bytes()]


def broken(fault, work):
    """Do some work that breaks down at the fault; the error that it ends in, or what it returns."""
    sys.setprofile(fault)
    try:
        return work()
    except RuntimeError as error:
        return error
    finally:
        sys.setprofile(None)
        assert any(word in fault.said for word in WORDS)  # the error itself did say it


@pytest.mark.parametrize("call", [40, 70, 100])
def test_a_command_that_breaks_down_says_where_and_nobodys_name(roster, call):
    with make(roster.parent.parent / "book") as book:
        workbook = book.workbook.path
    done = broken(Fault(call), lambda: run("school", "import", workbook, roster))
    assert done.code == 2
    assert "RuntimeError" in done.err
    assert "[internal-error]" in done.err
    assert not [word for word in WORDS if word in done.out + done.err]
    assert said_in_files(roster) == []


@pytest.mark.parametrize("call", [40, 100])
def test_a_window_that_breaks_down_reports_where_and_nobodys_name(roster, call, caplog):
    caplog.set_level(logging.DEBUG)
    told = []
    reporter = CrashReporter(data_folder())
    reporter.crashed.connect(told.append)
    with make(roster.parent.parent / "book") as book:
        file = importing.opened(roster)
        profile = importing.profile_for(file)
        error = broken(Fault(call), lambda: importing.import_export(book, profile, file))
    reporter.report(type(error), error, error.__traceback__)
    assert len(told) == 1
    assert [*data_folder().rglob("错误_*.txt")]
    assert not [word for word in WORDS if word in "".join(told) + words_of(error) + caplog.text]
    assert said_in_files(roster) == []
