"""The county's acts on one school of its list: 新设, 换码, 更名, 改类型, 校区, each a decision with its date.

What a key, a campus, a correction or a receipt is bound to is the school; it follows through each of these
(eduapp.services.merge.listing). The date and the document are what the paper says; they decide nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.codes import is_code
from db.records.personal_numbers import numbers_in, without_numbers
from db.records.values import clean
from db.workbook import now
from eduapp.services.merge import relisting
from eduapp.services.merge.decisions import LIST
from eduapp.services.merge.listing import Expected, said_of, stated_rows
from eduapp.services.merge.relisting import Act

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.decisions import Decision
    from eduapp.services.merge.listing import Listed


@dataclass(frozen=True)
class Grounds:
    """Why and since when. `on`: ISO date, "" for today; `document`: 文号, "" for none."""

    reason: str = ""
    on: str = ""
    document: str = ""


def recode(
    book: CountyBook, code: str, new: str, grounds: Grounds = Grounds(), *, swap: bool = False
) -> Decision:
    """Give a school another code (换码); with `swap` it and the school that has it change codes.

    Raises Problem: those of `relisting.recoded`; `code-has-keys`: keys were admitted under the new code
    while no school was listed there, and no reason says that they are this school's.
    """
    rows = relisting.recoded(book.listing, code, new, swap=swap)
    wanted = clean(new)
    own = {each.public_key for each in book.keys if each.school == code}
    if wanted not in book.listing.takings and not clean(grounds.reason):
        foreign = [key for key in book.keys if key.school == wanted and key.public_key not in own]
        if foreign:
            raise Problem(
                "code-has-keys", school=wanted, count=len(foreign), name=book.listing.by_code[code].name
            )
    said = f"{code} 与 {wanted} 互换代码" if swap else f"{code} 换码为 {wanted}"
    return _decide(book, Act.RECODE, said, rows, grounds)


def rename(book: CountyBook, code: str, name: str, grounds: Grounds = Grounds()) -> Decision:
    """Give a school another name (更名). Raises Problem `school-unlisted`, `name-missing`, `list-same`."""
    before = relisting.listed(book.listing, code).name
    row = relisting.renamed(book.listing, code, name)
    return _decide(book, Act.RENAME, f"{code} {before} 更名为 {row.name}", [row], grounds)


def found(book: CountyBook, new: Expected, grounds: Grounds = Grounds()) -> Decision:
    """Put a new school on the list (新设), also under a code that another one left.

    Raises Problem `code-unusable`, `code-taken`, `code-former`, `parent-not-listed`, those of
    `relisting.named`.
    """
    if not is_code(new.code):
        raise Problem("code-unusable", text=new.code)
    if (known := book.listing.by_code.get(new.code)) is not None:
        raise Problem("code-taken", school=new.code, name=known.name)
    name = relisting.named(new.code, new.name)
    rows = stated_rows(book.listing, book.code, [new])
    return _decide(book, Act.NEW, f"{new.code} {name} 新设", rows, grounds)


def change(book: CountyBook, act: Act, changed: Expected, grounds: Grounds = Grounds()) -> Decision:
    """Change a school's kind (改类型), or whose campus it is (校区).

    Raises Problem `school-unlisted`, `parent-not-listed`, `list-same`.
    """
    relisting.listed(book.listing, changed.code)
    rows = stated_rows(book.listing, book.code, [changed])
    return _decide(book, act, f"{changed.code} {act}", rows, grounds)


def _decide(book: CountyBook, act: Act, said: str, rows: Iterable[Listed], grounds: Grounds) -> Decision:
    details = said_of(book.listing, rows)
    if details is None:
        raise Problem("list-same", said=said)
    said, why = (
        without_numbers(said, numbers_in(said)),
        clean(grounds.reason),
    )  # a name of before may have one
    more = {"act": act.value, "on": _day(grounds.on), "document": clean(grounds.document)}
    return book.decide(LIST, "", f"{said}:{why}" if why else said, details={**details, **more})


def _day(text: str) -> str:
    if not text.strip():
        return now()[:10]
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise Problem("date-unreadable", text=text) from error
