"""The rows of a list by the words they are known by: what a reference that was typed is looked up in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.values import Unread, comparison_key

if TYPE_CHECKING:
    from db.records.rows import Row, Rows

_NUMBERED = re.compile(r"第([1-9]\d{0,8})行", re.ASCII)


def numbered(rows: Rows, key: str) -> str:
    """Return the words for a row that has no title: its place in the list."""
    return f"第{rows.index_of(key) + 1}行"


def title_in(record: str, row: Row) -> str:
    """Return the title that stands in a row, readable or not; "" where none does."""
    spec = RECORDS[record]
    cell = row[spec.title_field] if spec.title_field else None
    return str(cell.text if isinstance(cell, Unread) else cell or "")


class Titles:
    """Of the rows of one list their keys by folded title; it follows the edits of the list.

    A row without a title is known by its number, which moves with the rows before it: that is not kept
    but asked of the rows.
    """

    def __init__(self, record: str, rows: Rows) -> None:
        """Enter every row."""
        self._record = record
        self.rows = rows
        self._keys: dict[str, dict[str, None]] = {}
        for key, row in rows.items():
            self.enter(key, row)

    def enter(self, key: str, row: Row) -> None:
        """Take in a row as it stands now."""
        title = title_in(self._record, row)
        if title:
            self._keys.setdefault(comparison_key(title), {})[key] = None

    def leave(self, key: str, row: Row) -> None:
        """Take out a row as it stood until now."""
        title = comparison_key(title_in(self._record, row))
        keys = self._keys.get(title, {})
        keys.pop(key, None)
        if not keys:
            self._keys.pop(title, None)

    def known_as(self, text: str) -> list[str]:
        """Return the keys of the rows that a text may mean."""
        words = comparison_key(text)
        found = list(self._keys.get(words, ()))
        number = _NUMBERED.fullmatch(words)
        if number and int(number[1]) <= len(self.rows):
            key = self.rows.key_at(int(number[1]) - 1)
            if not title_in(self._record, self.rows[key]):
                found.append(key)
        return found
