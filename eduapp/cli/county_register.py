"""`county register`, `county board`: the school list, what schools say otherwise, how each school stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.problems import Problem
from eduapp.cli.output import difference_lines, differences_json, failed_json, failed_lines
from eduapp.cli.saying import DONE, NEEDS_PERSON, print_json, say
from eduapp.services.county import books as county_books
from eduapp.services.county import register
from eduapp.services.hand_off import trust
from eduapp.services.merge.listing import Expected

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.register import Difference

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


def board(args: Namespace) -> int:
    """`county board`: every expected school and every one that has reported."""
    with county_books.open_county(Path(args.workbook)) as book:
        found, pending = register.differences(book), register.pending_links(book)
        rows = [_row(book, code, found) for code in sorted(_codes(book))]
        if args.json:
            print_json(
                {
                    "schools": rows,
                    **differences_json(found, pending),
                    "unchecked_keys": book.unchecked_keys,
                    "old_form_keys": book.old_form_keys,
                    **failed_json(book),
                    "fingerprint": book.fingerprint,
                }
            )
        else:
            say(*(f"{row['code']}  {row['name']}  {STATE_WORDS[row['state']]}" for row in rows))
            say(*difference_lines(found, pending), *failed_lines(book), f"合并指纹 {book.fingerprint}")
        return DONE


STATE_WORDS = {
    "final": "正式上报",
    "draft": "草稿",
    "conflict": "有冲突,待裁定",
    "held": "待核验",
    "missing": "未报",
}


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


def _codes(book: CountyBook) -> set[str]:
    return {*book.expected, *book.view(), *(each.member.school for each in book.held)}


def _row(book: CountyBook, code: str, found: tuple[Difference, ...]) -> dict[str, Any]:
    listed, view = book.expected.get(code), book.view().get(code)
    held = [each for each in book.held if each.member.school == code]
    got = book.received[view.counts.id] if view else held[0] if held else None
    how = {each.place: each for each in book.keys}
    key = how.get((code, got.public_key)) if got else None
    state = (
        "conflict" if view and view.conflict else view.counts.state if view else "held" if held else "missing"
    )
    why = [trust.why_held(each) for each in held]
    return {
        "code": code,
        "name": listed.name if listed else got.name if got else "",
        "kind": listed.kind if listed else None,
        "listed": listed is not None,
        "campus_of": book.statements.parent_of(code, book.moment) or None,
        "state": state,
        "received": got.received if got else None,
        "file": got.file_name if got else None,
        "key": key and key.how,
        "key_old_form": bool(key and key.is_old),
        "held": [each.code for each in why if each is not None],
        "differences": [each.text for each in found if each.school == code],
    }


def _listed_line(book: CountyBook, code: str) -> str:
    each = book.expected[code]
    campus = f",{each.parent} 的校区" if each.parent else ""
    return f"{code}  {each.name}{campus}"
