"""Characters that text from somebody else may not hold: they show nothing, or show something else.

Control characters, marks that turn the direction of writing, characters without width, fillers, tags.
Variation selectors stay: rare characters in names need them. A fixed list, not Unicode's categories:
those differ between Python versions, and a file must not be good on one computer and bad on another.
"""

from __future__ import annotations

import re
from typing import Final

UNSEEN: Final = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # invisible: soft hyphen, joiner, fillers
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi marks, embeddings, overrides, isolates
    "\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff"  # zero width, BOM
    "\u2028\u2029\ufff9-\ufffb"  # separators of lines, annotations
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # lone surrogates, noncharacters
    "\U000e0000-\U000e007f"  # tags
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
)
"""As the inside of a character class."""
SHOWN: Final = "\ufffd"
"""What stands in the place of such a character: the mark for one that cannot be shown."""

MARK: Final = "\ufeff"
"""What Notepad writes in front of a text; nobody's content."""
_MARKED: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UNMARKED: Final = ("utf-8", "gb18030")

_QUOTES: Final = str.maketrans("「」", "『』")
_UNSEEN: Final = re.compile(f"[{UNSEEN}]")
_MOST_MARKS: Final = 3
_STACKED: Final = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
    f"{{{_MOST_MARKS}}})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""Marks that are drawn on the letter before: a name has up to three, a pile of them covers other lines."""
_IN_LINES: Final = re.compile(f"(?![\n\t])[{UNSEEN}]")


def decoded(data: bytes) -> str | None:
    """Return a text as programs here write it, without the mark in front; None where it is none.

    UTF-8 or UTF-16 by their marks, else UTF-8, else GB18030, in which an older Notepad saves.
    """
    named = next(((encoding,) for mark, encoding in _MARKED if data.startswith(mark)), _UNMARKED)
    for encoding in named:
        try:
            return data.decode(encoding).lstrip(MARK)
        except UnicodeDecodeError:
            continue
    return None


def seen(text: str) -> str:
    """Return a text of one line in which every such character can be seen; nothing breaks the line."""
    return _unpiled(_UNSEEN.sub(SHOWN, text))


def seen_in_lines(text: str) -> str:
    """Return a text of several lines likewise; line breaks and tabs stay."""
    return _unpiled(_IN_LINES.sub(SHOWN, text))


def _unpiled(text: str) -> str:
    return text if text.isascii() else _STACKED.sub(rf"\1{SHOWN}", text)


def quoted(said: str, longest: int = 30) -> str:
    """Return a stranger's words in quotes that they cannot close; long ones are cut."""
    plain = unclosing(seen(said))
    return f"「{plain if len(plain) <= longest else plain[: longest - 1] + '…'}」"


def unclosing(text: str) -> str:
    """Return a text that can stand between quotes: its own are of the inner kind."""
    return text.translate(_QUOTES)


def escaped(json_text: str) -> str:
    """Return JSON that says the same, with such characters written by their numbers."""
    return _IN_LINES.sub(_escape, json_text)


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))
