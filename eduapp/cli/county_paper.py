"""`county paper`: whether a signed paper shows the data that the county counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eduapp.cli.output import DONE, NEEDS_PERSON, print_json, say
from eduapp.services.county import books as county_books

if TYPE_CHECKING:
    from argparse import Namespace


def paper(args: Namespace) -> int:
    """`county paper`: 0 where the paper matches, 1 otherwise."""
    from eduapp.services.papers import (  # noqa: PLC0415 - knows the papers, and loads the PDF library for them
        paper_check,
    )

    with county_books.open_county(Path(args.workbook)) as book:
        found = paper_check.check(paper_check.held_by(book), " ".join(args.code))
    if args.json:
        print_json(
            {
                "outcome": found.outcome.value,
                "text": found.text,
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
        )
    else:
        whose = f"{found.name}({found.school})" if found.school else found.name
        say(" ".join(part for part in (paper_check.OUTCOME_WORDS[found.outcome], whose, found.paper) if part))
        say(found.text)
    return DONE if found.outcome is paper_check.Outcome.MATCHES else NEEDS_PERSON
