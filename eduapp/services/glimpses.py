"""What a county's board showed when its workbook was last closed: shown again while it is being opened.

It lies among this user's own files on this computer, not in the workbook, and holds words of the list and of
what came, no figure and no verdict. Nothing is computed from it, and nothing but that first look reads it. It
is thrown away where the workbook's file is another than the one that was left, or the program is.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from typing import TYPE_CHECKING, NamedTuple

import eduapp
from db import files
from db.problems import Problem
from eduapp.services.folders import clear_away, own_folder, own_text, write_own_text

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "boards"
KEPT = 6
"""Of so many counties the board is kept."""
WIDEST = 100
"""Full-width characters of a column."""


class Glimpse(NamedTuple):
    """The words of a board as they stood: whose it is, when that was, the line above, the cells."""

    title: str
    at: str
    """When the workbook was closed: local time, ISO 8601."""
    total: str
    columns: tuple[tuple[str, int, bool], ...]
    """Of each the heading, the width in full-width characters, whether its texts stand at the right."""
    rows: tuple[tuple[str, ...], ...]
    """One text for each column."""


def keep(folder: Path, workbook: Path, glimpse: Glimpse) -> None:
    """Keep a board for the next opening, in this user's folder; the workbook is closed.

    Where that cannot be written nothing is lost but a faster first look, so nothing is said.
    """
    state = _state_of(workbook)
    if state is None:
        return
    left = {"workbook": _identity_of(workbook), "file": state, "program": eduapp.__version__}
    with contextlib.suppress(Problem):
        place = own_folder(folder / FOLDER)
        write_own_text(place / _name_of(workbook), json.dumps(glimpse._asdict() | left))
        _thin(place)


def last(folder: Path, workbook: Path) -> Glimpse | None:
    """Return what was kept of a workbook that is about to be opened; None where anything is other now."""
    try:
        content = json.loads(own_text(folder / FOLDER / _name_of(workbook)))
        left = (content.pop("workbook"), content.pop("file"), content.pop("program"))
        here = (_identity_of(workbook), _state_of(workbook), eduapp.__version__)
        return _checked(Glimpse(**content)) if left == here else None
    except (Problem, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None  # the program wrote no such file: it is as if there were none


def _checked(found: Glimpse) -> Glimpse:
    """Return it as it is declared; raises ValueError, TypeError."""
    import datetime  # noqa: PLC0415 - of a school there is none

    datetime.datetime.fromisoformat(found.at)
    columns = tuple((_text(title), _width(width), right is True) for title, width, right in found.columns)
    rows = tuple(tuple(map(_text, row)) for row in found.rows)
    if any(len(row) != len(columns) for row in rows):
        raise ValueError
    return Glimpse(_text(found.title), _text(found.at), _text(found.total), columns, rows)


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError
    return said


def _width(said: object) -> int:
    if not isinstance(said, int) or not 0 < said <= WIDEST:
        raise ValueError
    return said


def _state_of(workbook: Path) -> list[int] | None:
    """Return what tells whether a file is still as it was; None where it cannot be asked.

    Its content is not read: in a program that has it open already, closing it again would give up SQLite's
    lock. Its times are asked both: who copies over a file sets the one of its content back, the other none.
    """
    try:
        told = files.reached(workbook).stat()
        return [told.st_size, told.st_mtime_ns, told.st_ino, files.changed_at(workbook)]
    except OSError:
        return None


def _identity_of(workbook: Path) -> str:
    return os.fsencode(workbook.resolve()).hex()


def _name_of(workbook: Path) -> str:
    return f"{zlib.crc32(os.fsencode(workbook.resolve())):08x}.json"


def _thin(place: Path) -> None:
    try:
        kept = sorted(place.glob("*.json"), key=lambda each: -each.stat().st_mtime_ns)
    except OSError:
        return
    for each in kept[KEPT:]:
        clear_away(each)
