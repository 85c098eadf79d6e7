"""Enter presses the button that has the keyboard, as in a dialog: nobody needs to know of the space bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.common.plain import PushButton, buttons_in

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def enter_presses(*widgets: QWidget) -> None:
    """Let Enter press buttons, and each button below other widgets, of a window that is no dialog.

    To search a list makes Python's own of its scroll bars: a first page names what it has.
    """
    for widget in widgets:
        for button in [widget] if isinstance(widget, PushButton) else buttons_in(widget):
            button.setAutoDefault(True)
