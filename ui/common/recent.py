"""The workbooks opened last, as the start page lists them."""

from __future__ import annotations

import json
from pathlib import Path

from eduapp.services.folders import own_text, write_own_text

RECENT_FILE = "recent.json"
KEPT = 12


def recent(folder: Path) -> list[Path]:
    """Return the workbooks opened last that still exist, newest first; a damaged list is an empty one."""
    file = folder / RECENT_FILE
    try:
        names = json.loads(own_text(file))
    except (ValueError, RecursionError):
        names = []
    paths = [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return [path for path in paths if path.is_file()]


def remember(folder: Path, path: Path) -> None:
    """Put a workbook at the head of the list."""
    paths = [path.resolve(), *(known for known in recent(folder) if known != path.resolve())]
    names = [str(each) for each in paths[:KEPT]]
    write_own_text(folder / RECENT_FILE, json.dumps(names, ensure_ascii=False))
