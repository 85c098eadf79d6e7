"""A file or a drive that does not answer at once: the window lives on while it is waited for."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QTimer

from db import drives, files
from eduapp.services.folders import data_folder
from ui.common import recent

HELD = OSError(16, "busy")


@pytest.fixture
def waits(qapp, monkeypatch):
    """What waits for another program, by thread: (is it the window's, is the window alive meanwhile)."""
    seen = []
    window = threading.current_thread()

    def wait(_seconds):
        alive = threading.Event()
        QTimer.singleShot(0, qapp, alive.set)
        seen.append((threading.current_thread() is window, alive.wait(5)))

    monkeypatch.setattr(files, "_sleep", wait)
    return seen


@pytest.fixture
def held(monkeypatch):
    """Another program lets a file be replaced at the third try only."""
    asked, real = [], files.reached

    class Busy(type(data_folder())):
        def replace(self, target):
            asked.append(target)
            if len(asked) % 3:
                raise OSError(*HELD.args)
            return super().replace(target)

    monkeypatch.setattr(files, "reached", lambda path: Busy(real(path)))
    return asked


def test_the_list_of_the_last_workbooks_is_waited_for_beside_the_window(program, path, waits, held):
    program.open(path)
    assert waits == [(False, True), (False, True)]
    assert recent.recent(program.folder) == [path.resolve()]
    assert len(held) == 3


def test_drives_are_asked_beside_the_window(qapp, monkeypatch):
    from ui.common import places

    asked = []
    monkeypatch.setattr(drives, "mounted", lambda _kinds: asked.append(threading.current_thread()) or ())
    places.start_folder()
    assert asked
    assert asked[0] is not threading.main_thread()
