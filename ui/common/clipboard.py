"""Blocks of cells to and from the clipboard, as WPS and Excel put them there."""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QStringListModel
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Block = list[list[str]]
MAX_HTML = 50_000_000
"""Characters of a page that are looked through for a table; beyond it the text beside it is read."""
OWN = '<meta name="generator" content="eduapp">'
"""Stands in a page that this program copied: the text beside it says the same, to the last blank."""
_HEAD = f"""<html><head><meta charset="utf-8">{OWN}</head><body><table>"""
_TEXT = """<td style='mso-number-format:"\\@";white-space:pre'>"""
"""A cell that a spreadsheet keeps as text: a code keeps its zeros, 1-2 is no date."""


def put(block: Sequence[Sequence[str]], numbers: Collection[int] = ()) -> None:
    """Put a block on the clipboard as quoted TSV and as a table; `numbers` are columns that are no text."""
    data = _blank_mime()
    data.setText(to_text(block))
    data.setData("text/html", to_html(block, numbers).encode())  # for other programs: no page of ours
    QGuiApplication.clipboard().setMimeData(data)


def _blank_mime() -> QMimeData:
    """Return an empty QMimeData that Qt made itself.

    One that Python made, and that is still on the clipboard when the program ends, crashes it (PySide6 6.8.3,
    seen on the offscreen platform).
    """
    model = QStringListModel([""])
    made = model.mimeData([model.index(0, 0)])
    for each in made.formats():
        made.removeFormat(each)
    return made


def to_text(block: Sequence[Sequence[str]]) -> str:
    """Write a block as quoted TSV, which WPS and Excel paste as cells."""
    import csv  # noqa: PLC0415 - when something is copied

    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(block)
    return out.getvalue()


def to_html(block: Sequence[Sequence[str]], numbers: Collection[int] = ()) -> str:
    """Write a block as the table of a page, each cell of text marked as such."""
    rows = []
    for row in block:
        cells = (
            f"<td>{text}</td>"
            if not text or (at in numbers and _NUMBER.fullmatch(text))
            else f"{_TEXT}{_escaped(text)}</td>"
            for at, text in enumerate(row)
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"{_HEAD}{''.join(rows)}</table></body></html>"


_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,11})(?:\.\d+)?", re.ASCII)
"""What a spreadsheet may count with and loses nothing of."""


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "<br style='mso-data-placement:same-cell'>")


def from_mime(mime: QMimeData) -> Block:
    """Read a block: an HTML table where there is one (merged cells fill their area), else TSV.

    Of what this program copied itself the TSV: it keeps every blank.
    Where the two are of different shape the TSV decides: it is what the spreadsheet program shows.
    """
    plain = from_tsv(mime.text()) if mime.hasText() else []
    html = mime.html() if mime.hasHtml() else ""
    if "<table" not in html.lower() or len(html) > MAX_HTML or (plain and OWN in html):
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
