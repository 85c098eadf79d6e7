"""A .csv as programs write it: UTF-8 with or without mark, UTF-16, GB18030; comma, tab or semicolon."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from db.characters import decoded
from db.problems import Problem
from db.records.quoted_text import quoted_rows
from eduapp.exchange.sheet_cells import Row, Sheet
from eduapp.exchange.sheet_package import NO_FORMAT, check_extent

if TYPE_CHECKING:
    from pathlib import Path

_SEPARATORS: Final = ",\t;"
_SAMPLE_LINES: Final = 20
_LEAST_LINES: Final = 2
_CONTROLS: Final = frozenset(map(chr, range(32))) - set("\t\n\r\v\f")


def read_text(data: bytes, path: Path) -> Sheet:
    """Read a text file as one sheet; raises Problem `not-a-spreadsheet` or `spreadsheet-too-large`."""
    text = decoded(data)
    if text is None or not _CONTROLS.isdisjoint(text):
        raise Problem("not-a-spreadsheet", path=str(path), reason=NO_FORMAT)
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(plain)
    if separator is None:
        raise Problem("not-a-spreadsheet", path=str(path), reason=NO_FORMAT)
    rows: list[Row] = []
    try:
        for line in quoted_rows(plain, separator):
            rows.append([cell or None for cell in line])
            check_extent(len(rows), len(line), path)
    except csv.Error as error:
        raise Problem("not-a-spreadsheet", path=str(path), reason=NO_FORMAT) from error
    return Sheet(path.stem, rows)


def _separator(text: str) -> str | None:
    """Return the separator that most of the first lines hold; None where fewer than two do: no table."""
    lines = [line for line in text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]
    counts = {each: sum(each in line for line in lines) for each in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda each: counts[each])
    return best if counts[best] >= _LEAST_LINES else None
