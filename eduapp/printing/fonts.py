"""The two bundled fonts on paper: registering, measuring, and which characters they have.

Regular is the whole font (every GBK character and the rare ones of names). Bold is a subset: the
8,105 characters of 通用规范汉字表, those of GB 2312, Latin, punctuation and marks; a bold text falls
back to Regular for a character the subset lacks.

Source: the npm package @expo-google-fonts/noto-sans-sc 0.4.3 (SIL Open Font License 1.1, no
reserved name in it), Regular unchanged, Bold cut with fontTools (no hinting, no layout features).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from struct import Struct
from threading import Lock
from typing import TYPE_CHECKING

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics, ttfonts

import resources
from db.characters import SHOWN, seen_in_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportlab.pdfgen.canvas import Canvas

REGULAR = "NotoSansSC-Regular"
BOLD = "NotoSansSC-Bold"
_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold-subset.ttf"}

BOX = "□"
TICKED = "☑"
CROSSED = "☒"
TICK = "✓"
CROSS = "×"
UNMET = "×"
DRAWN = {TICKED: TICK, CROSSED: CROSS}
"""Boxes the font lacks; the pen draws them as the empty box with the mark over it."""

_IN_PLACE = str.maketrans(
    {
        "✔": TICK,
        "✗": CROSS,
        "✘": CROSS,
        "✕": CROSS,
        "☐": BOX,
        "\t": " ",
        "\r": None,
        "\u00a0": " ",
        "\u200b": None,
        "\ufeff": None,
        "\ufe0e": None,
        "\ufe0f": None,
    },
)
_TWO, _FOUR = Struct(">H").unpack_from, Struct(">L").unpack_from
_registering = Lock()


@dataclass(frozen=True, slots=True)
class Faces:
    """Advance widths by code point in thousandths of the size, and what Bold can draw."""

    regular: Mapping[int, float]
    bold: Mapping[int, float]
    bold_has: frozenset[int]


def faces() -> Faces:
    """Register both fonts with reportlab on first use in this process; return their measures."""
    with _registering:
        return _faces()


class QuickFace(ttfonts.TTFontFace):  # type: ignore[misc]  # reportlab has no types
    """A font file read as reportlab reads it, its 140,000 numbers without a slice of bytes for each."""

    _pos: int
    _ttf_data: bytes

    def read_ushort(self) -> int:
        """Read two bytes."""
        at = self._pos
        self._pos = at + 2
        return int(_TWO(self._ttf_data, at)[0])

    def read_ulong(self) -> int:
        """Read four bytes."""
        at = self._pos
        self._pos = at + 4
        return int(_FOUR(self._ttf_data, at)[0])


@lru_cache(maxsize=1)
def _faces() -> Faces:
    ttfonts.makeToUnicodeCMap = to_unicode_map
    ttfonts.TTFontFace = QuickFace
    rl_config.useA85 = 0  # binary streams: a fifth smaller and faster to write than ASCII85
    widths: dict[str, dict[int, float]] = {}
    for name, file in _FILES.items():
        font = ttfonts.TTFont(name, BytesIO(resources.read_bytes("fonts", file)))
        pdfmetrics.registerFont(font)
        widths[name] = dict(font.face.charWidths)
    for table in widths.values():
        table.update({ord(mark): table[ord(BOX)] for mark in DRAWN})
    return Faces(
        regular=widths[REGULAR],
        bold={**widths[REGULAR], **widths[BOLD]},
        bold_has=frozenset(widths[BOLD]),
    )


def to_unicode_map(font_name: str, subset: Sequence[int]) -> str:
    """Return the PDF ToUnicode map of one font subset, with characters beyond the BMP right.

    It takes the place of reportlab's own, which writes U+2CB4E as five hexadecimal digits where
    UTF-16BE is demanded (PDF 32000-1, 9.10.3), so that a name like 𬭎 was printed right and copied
    wrong. At most 100 lines stand in one `beginbfchar` block, as the same clause demands.
    """
    lines = [
        f"<{place:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for place, code in enumerate(subset)
        if code
    ]
    blocks: list[str] = []
    for start in range(0, len(lines), 100):
        part = lines[start : start + 100]
        blocks += [f"{len(part)} beginbfchar", *part, "endbfchar"]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo",
            f"<< /Registry ({font_name})",
            f"/Ordering ({font_name})",
            "/Supplement 0",
            ">> def",
            f"/CMapName /{font_name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            f"<00> <{len(subset) - 1:02X}>",
            "endcodespacerange",
            *blocks,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ],
    )


def printable(text: str) -> str:
    """Return `text` with the marks the font lacks put as the mark that paper uses (✔ as ✓).

    What shows nothing, or turns the direction of writing, is seen as an empty box.
    """
    if text.isascii() and text.isprintable():
        return text
    return seen_in_lines(text.translate(_IN_PLACE)).replace(SHOWN, BOX)


def missing_characters(text: str) -> set[str]:
    """Return the characters of `text` that paper could only show as an empty box."""
    has = faces().regular
    return {sign for sign in printable(text) if ord(sign) not in has and sign != "\n"}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide `text` (one line, already printable) is at `size` points."""
    return _thousandths(text, bold) * size / 1000


@lru_cache(maxsize=16384)
def _thousandths(text: str, bold: bool) -> float:  # noqa: FBT001 - part of a key
    """Return how wide a line is at one thousand points."""
    table = faces().bold if bold else faces().regular
    return sum(table.get(ord(sign), 1000) for sign in text)


def shown(canvas: Canvas, font: str, size: float, text: str) -> str:
    """Return the operators that show a run of one font inside BT and ET on a canvas's pages.

    A font is embedded in subsets of 256 characters (ISO 32000-1, 9.6); a run has a piece for each.
    """
    face, document = pdfmetrics.getFont(font), canvas._doc  # noqa: SLF001 - what `splitString` asks for
    return " ".join(
        f"{face.getSubsetInternalName(subset, document)} {size:g} Tf <{codes.hex()}> Tj"
        for subset, codes in face.splitString(text, document)
    )


def runs(text: str, *, bold: bool) -> list[tuple[str, str]]:
    """Cut a line into (font name, text), Bold giving way to Regular where its subset ends."""
    if not bold:
        return [(REGULAR, text)]
    has = faces().bold_has
    return [
        (BOLD if inside else REGULAR, "".join(signs))
        for inside, signs in groupby(text, key=lambda sign: ord(sign) in has)
    ]
