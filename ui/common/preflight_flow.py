"""自检, asked for from a menu or the start page."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.common.theme import Theme


def ask_preflight(theme: Theme, parent: QWidget) -> None:
    """Open 自检: what is wrong with this computer."""
    from ui.common.waiting import wait_for  # noqa: PLC0415 - few are asked for

    loaded = wait_for(parent, "", partial(import_module, "ui.common.preflight_dialog"), deaf=True)
    dialog = loaded.PreflightDialog(theme, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
