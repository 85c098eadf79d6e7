"""Where a person is asked for files first: on the stick that is plugged in, else at home."""

from __future__ import annotations

from PySide6.QtCore import QStandardPaths

from eduapp.services import sticks


def start_folder() -> str:
    """Return the folder in which a dialog begins."""
    plugged_in = sticks.plugged_in()
    if plugged_in:
        return str(plugged_in[0])
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
