"""`county paper`: which file a signed paper's code is of, its figures, and a person's word on them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.problems import Problem
from eduapp.cli.output import DONE, NEEDS_PERSON, complain, print_json, say
from eduapp.services.county import books as county_books

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.county.books import CountyBook
    from eduapp.services.papers.paper_check import PaperAnswer


def paper(args: Namespace) -> int:
    """`county paper`: 0 where a person confirmed it (--confirm now, or before), 1 otherwise."""
    from eduapp.services.papers import (  # noqa: PLC0415 - knows the papers, and loads the PDF library for them
        paper_check,
    )

    with county_books.open_county(Path(args.workbook)) as book:
        found = paper_check.check(paper_check.held_by(book), " ".join(args.code))
        try:
            figures = _figures(book, found)
        except Problem as problem:
            if args.confirm:  # nobody compares with figures that were not shown
                raise
            figures = None
            complain(f"{problem.command_text} [{problem.code}]")
        if args.confirm:
            found = paper_check.confirm(book, found, args.by or "")
    if args.json:
        print_json(_answer_json(found, figures))
    else:
        whose = f"{found.called}({found.school})" if found.school else found.whose
        say(" ".join(part for part in (found.words, whose, found.paper) if part), found.text)
        if figures:
            say("文件里这一页的数字:", *(f"  {line}" for line in figures))
    return DONE if found.outcome is paper_check.PaperOutcome.CONFIRMED else NEEDS_PERSON


def _figures(book: CountyBook, found: PaperAnswer) -> tuple[str, ...] | None:
    """Return the figures of the file's own page, by lines; None where the code is of no school's file."""
    from eduapp.services.papers import stated  # noqa: PLC0415 - the PDF library is heavy

    if not found.submission:
        return None
    return stated.lines_of(stated.paper_of(book, found.submission, found.paper_name), found.page)


def _answer_json(found: PaperAnswer, figures: tuple[str, ...] | None) -> dict[str, Any]:
    return {
        "outcome": found.outcome.value,
        "words": found.words,
        "text": found.text,
        "typed": found.typed,
        "figures": None if figures is None else list(figures),
        "confirmed": {"by": found.by, "at": found.at} if found.by else None,
        "school": found.school or None,
        "name": found.name or None,
        "state": found.state or None,
        "seq": found.seq,
        "received": found.received or None,
        "id": found.submission or None,
        "data_id": found.data_id or None,
        "paper": found.paper or None,
        "page": found.page,
        "pages": found.pages,
        "problem": found.problem or None,
    }
