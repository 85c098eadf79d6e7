"""Enter presses the button that has the keyboard, as in a dialog: nobody needs to know of the space bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.common.plain import buttons_in

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def enter_presses(window: QWidget) -> None:
    """Let Enter press each button below a window that is no dialog."""
    for button in buttons_in(window):
        button.setAutoDefault(True)
