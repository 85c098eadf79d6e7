"""Enter presses the button that has the keyboard, as in a dialog: nobody needs to know of the space bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def enter_presses(window: QWidget) -> None:
    """Let Enter press each button below a window that is no dialog."""
    button: QPushButton
    for button in window.findChildren(QPushButton):
        button.setAutoDefault(True)
