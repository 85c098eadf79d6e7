"""自检, asked for from a menu or the start page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.common.theme import Theme


def ask_preflight(theme: Theme, parent: QWidget) -> None:
    """Open 自检: what is wrong with this computer."""
    from ui.common.preflight_dialog import PreflightDialog  # noqa: PLC0415 - few are asked for

    dialog = PreflightDialog(theme, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
