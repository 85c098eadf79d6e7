"""Where a stick is plugged in: what every page suggests as the place to write to and looks into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import drives

if TYPE_CHECKING:
    from pathlib import Path


def plugged_in() -> tuple[Path, ...]:
    """Return the topmost folder of each stick, in the order of their names."""
    return tuple(sorted(each.root for each in drives.sticks()))


def to_write_on() -> Path | None:
    """Return the topmost folder of the first stick that may be written; None where there is none."""
    return min((each.root for each in drives.sticks() if each.writable), default=None)
