"""The program around the windows, for what is tested of both sides."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def program(qapp, monkeypatch):
    """The program without a start page; its windows are closed afterwards."""
    from ui.app import Program
    from ui.common import theme

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    made = Program(qapp, theme.light())
    yield made
    for window in made.windows:
        window.close()
        window.deleteLater()
    if made.start_page is not None:
        made.start_page.close()
