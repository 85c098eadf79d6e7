"""Where a stick is plugged in: what every page suggests as the place to write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.services import sticks

if TYPE_CHECKING:
    from pathlib import Path


def default_folder() -> Path | None:
    """Return the root of the first stick that is plugged in and can be written; None when there is none."""
    return sticks.to_write_on()
