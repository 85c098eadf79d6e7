"""The journal held to its sum in a third of the time: a chain over its lines, a thousand at a time.

Every opening counts every line, and no table of a workbook that was used for years is longer. So the fact
`journal_cover` of a workbook keeps what vouches for the first lines, in whole blocks: a chain over the
blocks as SQLite writes them down, and the sum of the digests of their rows. Only the lines after it are
counted one by one. It stands in `meta`, which has a row digest of its own, and is written in the
transaction of the lines that fill a block.
"""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import NamedTuple

from db import digests

LINES = "journal"
FACT = "journal_cover"
BLOCK = 1_000
"""So many lines, by their numbers, are covered at a time."""


class Cover(NamedTuple):
    """What vouches for the lines up to number `last`: `digest` for what they say, `total` for their sum."""

    last: int
    total: int
    digest: str


_NOTHING = Cover(0, 0, "")


def differs(raw: sqlite3.Connection) -> bool:
    """Whether the journal does not read as it was written; raises sqlite3.Error."""
    cover = _kept(raw)
    if _chain(raw, _NOTHING, cover.last) != cover.digest:
        cover = _NOTHING
    counted = digests.sum_of(raw, LINES, _after(cover.last)) + cover.total
    return digests.totals(raw).get(LINES) != counted & digests.MASK


def extend(raw: sqlite3.Connection, last: int) -> None:
    """Cover the whole blocks up to the last line, in the transaction that wrote it.

    What the lines sum up to is taken from the kept sum: the lines before were counted at the opening.
    """
    cover, end = _kept(raw), last // BLOCK * BLOCK
    if end == cover.last:
        return
    if end < cover.last:  # it came from another workbook
        cover = _NOTHING
    rest = digests.sum_of(raw, LINES, _after(end))
    total = (digests.totals(raw)[LINES] - rest) & digests.MASK
    said = f"{sqlite3.sqlite_version} {end} {total} {_chain(raw, cover, end)}"
    raw.execute("REPLACE INTO meta (name, value) VALUES (?, ?)", (FACT, said))


def forget(raw: sqlite3.Connection) -> None:
    """Vouch for nothing: the lines of an upgraded file read otherwise than they did."""
    raw.execute("DELETE FROM meta WHERE name = ?", (FACT,))


def _kept(raw: sqlite3.Connection) -> Cover:
    """Return the cover, none where another SQLite wrote it, which may write lines down otherwise."""
    found = raw.execute("SELECT value FROM meta WHERE name = ?", (FACT,)).fetchone()
    version, *said = str(found[0]).split(" ") if found else ("",)
    if version != sqlite3.sqlite_version or len(said) != len(Cover._fields):
        return _NOTHING
    last, total, digest = said
    return Cover(int(last), int(total), digest) if (last + total).isdecimal() else _NOTHING


def _chain(raw: sqlite3.Connection, cover: Cover, end: int) -> str:
    """Return the chain over the blocks up to a line, going on from a cover."""
    names = ", ".join(f'"{name}"' for name in digests.columns_of(raw, LINES))
    digest = cover.digest
    for first in range(cover.last, end, BLOCK):
        rows = f"SELECT json_array({names}) AS row FROM {LINES}{_after(first)} AND seq <= ? ORDER BY seq"  # noqa: S608 - names are the schema's
        joined = f"SELECT CAST(group_concat(row, char(10)) AS BLOB) FROM ({rows})"  # noqa: S608 - as above
        (text,) = raw.execute(joined, (first + BLOCK,)).fetchone()
        digest = blake2b(digest.encode() + (text or b""), digest_size=16).hexdigest()
    return digest


def _after(line: int) -> str:
    """Return the condition for lines after a number; after none are all, also what somebody put below 1."""
    return f" WHERE seq > {line}" if line else " WHERE TRUE"
