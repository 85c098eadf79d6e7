"""Where a person's own papers lie."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def documents() -> Path:
    """Return 我的文档, which may have been moved to another disk; the home folder where there is none."""
    home = Path.home()
    moved = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return next((each for each in (moved, home / "Documents", home / "文档") if each.is_dir()), home)
