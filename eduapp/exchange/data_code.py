"""数据码: what ties a printed page to its data: 12 digits for a person, the whole id in a QR code.

The 12 digits are the data id modulo 10^10 and two check digits (ISO/IEC 7064, MOD 97-10): a slip of the
finger is told from changed data. The QR text is plain ASCII of the QR alphabet's small set, so that the
symbol stays small:

    EDUAPP1 D <school> <year> <paper> <page>/<pages> <data id>
    EDUAPP1 C <county> <year> <paper> <page>/<pages> <fingerprint of the merge>
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from db.problems import Problem

DIGITS, FINGERPRINT_DIGITS = 12, 30
PAGE, PAGES = "{page}", "{pages}"
"""Stand in the text of a QR code until the page is drawn."""
PAPER = "{paper}"
"""Stands in it where one rendering has several papers, each of which names itself."""
_ROOM, _CHECK, _MODULUS, _BASE = 10**10, 100, 97, 98
_GROUP = 4
_MARK = "EDUAPP1"
_OTHER_MARK = re.compile(r"EDUAPP[0-9]+ ")
_SCANNED = re.compile(
    rf"{_MARK} ([DC]) ([0-9A-Z.:-]+) ([0-9]{{4}})"
    r" ([0-9A-Z.:-]+) ([0-9]{1,5})/([0-9]{1,5}) ([0-9A-F]{64})"
)
_TYPED_WITH = re.compile(r"[\s\-_.·]")
_NOT_IN_TOKEN = re.compile(r"[^0-9A-Z.:]+")


class Origin(StrEnum):
    """Whose data a page shows."""

    SCHOOL = "D"
    COUNTY = "C"


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What was typed or scanned from a page.

    digits: 12 of a school's data, 30 of a county's fingerprint; "" when the QR code was scanned.
    whole: the whole SHA-256 in small hexadecimal digits; "" when digits were typed. owner: the code of
    the school or county, with year, paper and page known from the QR code alone.
    """

    origin: Origin
    digits: str = ""
    whole: str = ""
    owner: str = ""
    year: int | None = None
    paper: str = ""
    page: int | None = None
    pages: int | None = None


def data_code(data_id: str) -> str:
    """Return the short code of a data id (hexadecimal): 「1234 5678 9012」."""
    return grouped(data_digits(data_id))


def data_digits(data_id: str) -> str:
    """Return the 12 digits of a data id (hexadecimal), without spaces."""
    shifted = int(data_id, 16) % _ROOM * _CHECK
    return f"{shifted + _BASE - shifted % _MODULUS:0{DIGITS}d}"


def grouped(digits: str) -> str:
    """Return digits in groups of four."""
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def page_text(origin: Origin, owner: str, year: int, paper: str, whole: str) -> str:
    """Return the text of the QR code; the page's number and their count are filled in when it is drawn.

    paper: the paper's name, or `PAPER` where the papers of one rendering name themselves. whole: the
    SHA-256 in hexadecimal.
    """
    name = paper if paper == PAPER else token(paper)
    return f"{_MARK} {origin} {token(owner)} {year:04d} {name} {PAGE}/{PAGES} {whole.upper()}"


def token(text: str) -> str:
    """Return a name as it stands in a QR code: capital letters, digits, points, colons and hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return _NOT_IN_TOKEN.sub("-", plain).strip("-") or "-"


def parse(text: str) -> Scanned:
    """Read what a person typed (full width too) or a scanner sent.

    Raises Problem: `paper-code-unreadable`, `paper-code-mistyped` (the check digits do not fit),
    `paper-code-newer` (a QR code of a later release).
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    found = _SCANNED.fullmatch(plain)
    if found is not None:
        origin, owner, year, paper, page, pages, whole = found.groups()
        return Scanned(
            origin=Origin(origin),
            whole=whole.lower(),
            owner=owner,
            year=int(year),
            paper=paper,
            page=int(page),
            pages=int(pages),
        )
    if _OTHER_MARK.match(plain) and not plain.startswith(f"{_MARK} "):
        raise Problem("paper-code-newer")
    return _typed(_TYPED_WITH.sub("", plain))


def _typed(digits: str) -> Scanned:
    if re.fullmatch(r"[0-9]+", digits) is None or len(digits) not in {DIGITS, FINGERPRINT_DIGITS}:
        raise Problem("paper-code-unreadable", found=len(digits))
    if len(digits) == FINGERPRINT_DIGITS:
        return Scanned(origin=Origin.COUNTY, digits=digits)
    if int(digits) % _MODULUS != 1:
        raise Problem("paper-code-mistyped", digits=grouped(digits))
    return Scanned(origin=Origin.SCHOOL, digits=digits)
