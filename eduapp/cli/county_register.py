"""`county register`: the school list, and what schools say otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.problems import Problem
from eduapp.cli.outcomes import file_json, file_line
from eduapp.cli.output import difference_lines, differences_json
from eduapp.cli.saying import DONE, NEEDS_PERSON, print_json, say
from eduapp.services.county import books as county_books
from eduapp.services.county import linked, register, relisting
from eduapp.services.hand_off import intake
from eduapp.services.merge import relisting as relisted
from eduapp.services.merge.listing import Expected
from eduapp.services.merge.relisting import Act
from eduapp.services.merge.stating import CODE

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.intake import FileOutcome

ALL, NONE = "all", "none"


def register_(args: Namespace) -> int:
    """`county register`: one change of the list, or what schools say taken over, or the list as it stands."""
    with county_books.open_county(Path(args.workbook)) as book:
        if args.confirm_links is not None:
            register.confirm_links(book, _chosen(args.confirm_links), args.reason)
        if args.take is not None:
            register.take_over(book, _chosen(args.take), args.reason)
        came: tuple[FileOutcome, ...] = ()
        if args.code is not None:
            if book.held:  # they are opened afterwards: a locked key stops before anything is written
                _ = book.identities
            _change(book, args)
            came = intake.retry_held(book)
        found, pending = register.differences(book), register.pending_links(book)
        if args.json:
            print_json(
                {
                    "schools": [
                        {
                            "code": code,
                            "name": each.name,
                            "kind": each.kind,
                            "campus_of": each.parent or None,
                            "id": book.listing.by_code[code].id,
                            "codes_before": list(book.listing.codes_of(code)[1:]),
                        }
                        for code, each in book.expected.items()
                    ],
                    "came": [file_json(each) for each in came],
                    **differences_json(found, pending),
                    "fingerprint": book.fingerprint,
                }
            )
        else:
            say(*(_listed_line(book, code) for code in book.expected), *difference_lines(found, pending))
            say(*linked.words(book, book.statements, book.moment))
            say(*(file_line(book, each) for each in came))
        # An old code in a file is the school's to change, and harms nothing.
        open_ones = [difference for difference in found if difference.field != CODE]
        return NEEDS_PERSON if open_ones or pending else DONE


def _chosen(codes: list[str]) -> list[str] | None:
    if ALL in codes:
        return None
    return [code for code in codes if code != NONE]


NEEDS = {
    Act.NEW: ("name",),
    Act.RECODE: ("new_code",),
    Act.RENAME: ("name",),
    Act.KIND: ("kind",),
    Act.CAMPUS: ("into",),
}
"""What each act is told."""
OPTIONS = {"new_code": "--code", "name": "--name", "kind": "--kind", "into": "--into"}


def _change(book: CountyBook, args: Namespace) -> None:
    grounds = relisting.Grounds(args.reason, args.on or "", args.document or "")
    parent = None if args.into is None else "" if args.into in {"", NONE} else args.into
    act = Act(args.state) if args.state else Act.RECODE if args.new_code else None
    if act is None:
        listed = relisted.listed(book.listing, args.code)
        changed = Expected(args.code, args.name or listed.name, args.kind or listed.kind, parent)
        book.set_expected([changed], args.reason or register.CHANGED)
        return
    missing = [OPTIONS[each] for each in NEEDS[act] if getattr(args, each) is None]
    if missing:
        raise Problem("act-incomplete", act=act.value, options="、".join(missing))
    if act is Act.RECODE:
        relisting.recode(book, args.code, args.new_code, grounds, swap=args.swap)
    elif act is Act.RENAME:
        relisting.rename(book, args.code, args.name, grounds)
    elif act is Act.NEW:
        relisting.found(book, Expected(args.code, args.name, args.kind, parent), grounds)
    else:
        kind = args.kind if act is Act.KIND else None
        stated = Expected(args.code, "", kind, parent if act is Act.CAMPUS else None)
        relisting.change(book, act, stated, grounds)


def _listed_line(book: CountyBook, code: str) -> str:
    each = book.expected[code]
    campus = f",{each.parent} 的校区" if each.parent else ""
    before = "、".join(book.listing.codes_of(code)[1:])
    return f"{code}  {each.name}{campus}{f',原代码 {before}' if before else ''}"
