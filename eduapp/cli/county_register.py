"""`county register`: the school list, and what schools say otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.problems import Problem
from eduapp.cli.output import difference_lines, differences_json
from eduapp.cli.saying import DONE, NEEDS_PERSON, print_json, say
from eduapp.services.county import books as county_books
from eduapp.services.county import register
from eduapp.services.merge.listing import Expected

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.county.books import CountyBook

ALL, NONE = "all", "none"


def register_(args: Namespace) -> int:
    """`county register`: one change of the list, or what schools say taken over, or the list as it stands."""
    with county_books.open_county(Path(args.workbook)) as book:
        if args.confirm_links is not None:
            register.confirm_links(book, _chosen(args.confirm_links), args.reason)
        if args.take is not None:
            register.take_over(book, _chosen(args.take), args.reason)
        if args.code is not None:
            _change(book, args)
        found, pending = register.differences(book), register.pending_links(book)
        if args.json:
            print_json(
                {
                    "schools": [
                        {"code": code, "name": each.name, "kind": each.kind, "campus_of": each.parent or None}
                        for code, each in book.expected.items()
                    ],
                    **differences_json(found, pending),
                    "fingerprint": book.fingerprint,
                }
            )
        else:
            say(*(_listed_line(book, code) for code in book.expected), *difference_lines(found, pending))
        return NEEDS_PERSON if found or pending else DONE


def _chosen(codes: list[str]) -> list[str] | None:
    if ALL in codes:
        return None
    return [each for each in codes if each != NONE]


def _change(book: CountyBook, args: Namespace) -> None:
    listed = book.expected.get(args.code)
    if listed is None:
        raise Problem("school-unlisted", school=args.code)
    parent = None if args.into is None else "" if args.into in {"", NONE} else args.into
    changed = Expected(args.code, args.name or listed.name, args.kind or listed.kind, parent)
    book.set_expected([changed], args.reason or register.CHANGED)


def _listed_line(book: CountyBook, code: str) -> str:
    each = book.expected[code]
    campus = f",{each.parent} 的校区" if each.parent else ""
    return f"{code}  {each.name}{campus}"
