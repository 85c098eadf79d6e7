"""Edits as a clerk makes them, one commit each, chosen by dice; the workbook keeps its size."""

from __future__ import annotations

import random
from typing import Any

from eduapp.services import entry

_FEW, _MANY = 12, 120


def any_edit(book: Any, dice: random.Random) -> None:
    """Make one durable change to a school's records."""
    rooms = book.draft.rows["room"]
    if len(rooms) < _FEW:
        _add(book, dice)
    elif len(rooms) > _MANY:
        entry.delete_rows(book, "room", dice.sample(list(rooms), 40))
    else:
        dice.choice((_cell, _cell, _unreadable, _paste, _add, _delete, _tick, _reason))(book, dice)


def _room(book: Any, dice: random.Random) -> str:
    return str(dice.choice(list(book.draft.rows["room"])))


def _cell(book: Any, dice: random.Random) -> None:
    entry.set_cell(book, "room", _room(book, dice), "area", f"{dice.randint(200, 90000) / 100}")


def _unreadable(book: Any, dice: random.Random) -> None:
    entry.set_cell(book, "room", _room(book, dice), "area", f"约{dice.randint(1, 999)}")


def _paste(book: Any, dice: random.Random) -> None:
    block = [[f"教室{dice.randint(1, 99)}", "普通教室", f"{dice.randint(40, 90)}.5"] for _ in range(8)]
    entry.paste(book, "room", dice.randrange(len(book.draft.rows["room"])), ["name", "kind", "area"], block)


def _add(book: Any, dice: random.Random) -> None:
    rows = [{"name": f"新{dice.randint(1, 999)}室", "kind": "美术教室", "area": "90"} for _ in range(6)]
    entry.add_rows(book, "room", rows)


def _delete(book: Any, dice: random.Random) -> None:
    entry.delete_rows(book, "room", dice.sample(list(book.draft.rows["room"]), 5))


def _tick(book: Any, dice: random.Random) -> None:
    entry.set_complete(book, "room", complete="room" not in book.draft.complete)


def _reason(book: Any, dice: random.Random) -> None:
    entry.set_reason(book, f"S{dice.randint(1, 5):02d}", f"已核实 {dice.randint(1, 99)}")
