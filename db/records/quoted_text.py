"""Rows of separated, quoted text, read alike in every process."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CELL: Final = 131_072
"""Characters of one cell; more is a quotation that never closes.

The reader's own limit belongs to the process, and any library may raise it: what is read would depend on it.
"""


def quoted_rows(text: str, separator: str) -> Iterator[list[str]]:
    """Yield the cells of each row of `text` (lines end in LF).

    Raises:
        csv.Error: a cell is longer than `MAX_CELL`.
    """
    for row in csv.reader(io.StringIO(text), delimiter=separator):
        if any(len(cell) > MAX_CELL for cell in row):
            raise csv.Error(f"a cell of more than {MAX_CELL} characters")
        yield row
