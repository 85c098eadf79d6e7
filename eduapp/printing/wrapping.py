"""Breaking Chinese text into lines.

A line may end between any two characters, but not inside a number or a Latin word, not before a
closing mark and not after an opening one (GB/T 15834-2011, 5.1: the places of punctuation marks).
"""

from __future__ import annotations

import re
from functools import lru_cache

from eduapp.printing import fonts

_NEVER_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—·％%‰℃,.;:?!)]}")
_NEVER_LAST = frozenset("（《「『【〔〈“‘([{￥¥№")
_ATOM = re.compile(r"[A-Za-z0-9＿_][A-Za-z0-9＿_.,%+\-/:#&@']*| +|.", re.DOTALL)


@lru_cache(maxsize=8192)
def wrap(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return the lines of `text` (printable; its own line ends are kept) that fit into `room`.

    `room` and `size` are points. A unit wider than a whole line is cut between characters: nothing
    is ever left out or drawn over the edge, except one single character wider than `room`.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        if fonts.width(part, size, bold=bold) <= room:
            lines.append(part)
        else:
            lines.extend(_filled(part, room, size, bold=bold))
    return tuple(lines)


def _filled(part: str, room: float, size: float, *, bold: bool) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for unit in _units(part):
        wide = fonts.width(unit, size, bold=bold)
        if used + wide <= room:
            line, used = line + unit, used + wide
            continue
        if unit.isspace():
            lines.append(line)
            line, used = "", 0.0
            continue
        if line:
            lines.append(line.rstrip(" "))
            line, used = "", 0.0
        if wide > room:
            *full, unit = _chopped(unit, room, size, bold=bold)  # noqa: PLW2901 - its rest goes on
            lines.extend(full)
            wide = fonts.width(unit, size, bold=bold)
        line, used = unit, wide
    return [*lines, line.rstrip(" ")] if line else lines


def _units(part: str) -> list[str]:
    """Return the pieces between which a line may end."""
    units: list[str] = []
    for atom in _ATOM.findall(part):
        glued = units and (
            (atom[0] in _NEVER_FIRST and not units[-1].isspace()) or units[-1][-1] in _NEVER_LAST
        )
        if glued:
            units[-1] += atom
        else:
            units.append(atom)
    return units


def _chopped(unit: str, room: float, size: float, *, bold: bool) -> list[str]:
    pieces: list[str] = []
    piece, used = "", 0.0
    for sign in unit:
        wide = fonts.width(sign, size, bold=bold)
        if piece and used + wide > room:
            pieces.append(piece)
            piece, used = "", 0.0
        piece, used = piece + sign, used + wide
    return [*pieces, piece]
