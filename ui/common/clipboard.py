"""Blocks of cells to and from the clipboard, as WPS and Excel put them there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

if TYPE_CHECKING:
    from collections.abc import Sequence

Block = list[list[str]]
MAX_HTML = 50_000_000
"""Characters of a page that are looked through for a table; beyond it the text beside it is read."""


def to_text(block: Sequence[Sequence[str]]) -> str:
    """Write a block as quoted TSV, which WPS and Excel paste as cells.

    Text and not QMimeData: a QMimeData made in Python that is still on the clipboard when the program
    ends crashes it (PySide6 6.8.3, seen on the offscreen platform).
    """
    import csv  # noqa: PLC0415 - when something is copied

    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(block)
    return out.getvalue()


def from_mime(mime: QMimeData) -> Block:
    """Read a block: an HTML table where there is one (merged cells fill their area), else TSV.

    Where the two are of different shape the TSV decides: it is what the spreadsheet program shows.
    """
    plain = from_tsv(mime.text()) if mime.hasText() else []
    html = mime.html() if mime.hasHtml() else ""
    if "<table" not in html.lower() or len(html) > MAX_HTML:
        return plain
    from ui.common.clipboard_table import from_html  # noqa: PLC0415 - when a page's table is pasted

    block = from_html(html)
    return plain if plain and _shape(plain) != _shape(block) else block or plain


def _shape(block: Block) -> tuple[int, int]:
    return len(block), max(map(len, block), default=0)


def from_tsv(text: str) -> Block:
    """Read tab-separated text; a quoted cell may hold line breaks and tabs."""
    import csv  # noqa: PLC0415 - when something is pasted

    from db.records.quoted_text import quoted_rows  # noqa: PLC0415 - as above

    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    try:
        lines = list(quoted_rows(plain, "\t"))
    except csv.Error:  # a cell beyond what a reader of quoted text takes
        lines = [line.split("\t") for line in plain.split("\n")]
    while lines and not any(lines[-1]):
        lines.pop()
    return lines
