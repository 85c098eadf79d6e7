"""Waiting for a window: for the condition, never for a length of time that a busy machine may not keep."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

PATIENCE_MS = 120_000
"""After this a condition is given up: far beyond what a slow machine needs; only a fault meets it."""
CALM_TURNS = 3
POSTED_TURNS = 20


def deliver():
    """Let all that was posted arrive (layouts, paints, closed dialogs): turns are counted, not time."""
    for _ in range(POSTED_TURNS):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


class PatientBot(QtBot):
    """The fixture `qtbot` of every test; how long to wait is said here alone."""

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):  # noqa: N802 - the library's name
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **more):  # noqa: N802 - the library's name
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals, *, timeout=PATIENCE_MS, **more):  # noqa: N802 - the library's name
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitExposed(self, widget, *, timeout=PATIENCE_MS):  # noqa: N802 - the library's name
        return super().waitExposed(widget, timeout=timeout)

    def idle(self, window):
        """Wait until no job runs and none waits to run: calm over several turns of the event loop."""
        calm = 0
        while calm < CALM_TURNS:
            self.waitUntil(lambda: not window.jobs.busy)
            QApplication.processEvents()
            calm = 0 if window.jobs.busy else calm + 1

    @staticmethod
    def deliver():
        """As the function."""
        deliver()
