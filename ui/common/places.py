"""Where files are looked for and written: on the stick that is plugged in, among a person's own papers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from eduapp.services import sticks
from ui.common.waiting import aside


def documents() -> Path:
    """Return 我的文档, which may have been moved to another disk; the home folder where there is none."""
    home = Path.home()
    moved = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return next((folder for folder in (moved, home / "Documents", home / "文档") if folder.is_dir()), home)


def default_folder() -> Path | None:
    """Return the root of the first stick that is plugged in and can be written; None when there is none.

    Asks the drives, which may sleep: not in the window's thread.
    """
    return sticks.to_write_on()


def start_folder() -> str:
    """Return the folder in which a dialog begins: the stick that is plugged in, else home."""
    plugged_in = aside(sticks.plugged_in)
    home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
    return str(plugged_in[0]) if plugged_in else home
