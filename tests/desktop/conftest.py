"""A desktop of Windows with the program on it, and the clerk who works there."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtWidgets import QApplication

from tests.desktop.clerk import Clerk


@pytest.fixture(scope="session")
def qapp():
    """The application as the program makes it: its fonts, its scaling, its language."""
    from ui.app import make_application

    app = make_application()
    app.setQuitOnLastWindowClosed(False)  # a window that is closed ends that window, not the test
    return app


@pytest.fixture
def clerk(qapp, artefacts):
    """Works at the scale to which this desktop is set."""
    return Clerk(artefacts, round(QApplication.primaryScreen().devicePixelRatio() * 100))


@pytest.fixture
def program(qapp, monkeypatch):
    """The program as it is started without a workbook; its windows are closed afterwards."""
    from ui.app import Program

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    made = Program(qapp)
    yield made
    for window in made.windows:
        window.close()
        window.deleteLater()
    if made.start_page is not None:
        made.start_page.close()
