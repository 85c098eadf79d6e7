"""`county import` and `county set`: the county's own records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eduapp.cli.entering import add_in, complete_in, list_in, say_import, set_in
from eduapp.services.answers import read_answers, require_none
from eduapp.services.county import books as county_books
from eduapp.services.county import importing_county
from eduapp.services.county import records as county_records

if TYPE_CHECKING:
    from argparse import Namespace


def import_(args: Namespace) -> int:
    """`county import`: the official county form, or the all-county export of the statistics."""
    from eduapp.cli import county_export  # noqa: PLC0415 - of exports alone

    with county_books.open_county(Path(args.workbook)) as book:
        if county_export.is_wanted(args):
            return county_export.import_(book, args)
        if args.accept:
            require_none(read_answers(Path(args.accept)))
        schools = county_records.rollup(book)
        done = importing_county.import_form(book, Path(args.file), schools, dry_run=args.dry_run)
        return say_import(book, args, done, done.findings)


def set_(args: Namespace) -> int:
    """`county set`: one edit, exactly as a grid cell does it."""
    with county_books.open_county(Path(args.workbook)) as book:
        return set_in(book, args)


def add(args: Namespace) -> int:
    """`county add`: one new row of a list."""
    with county_books.open_county(Path(args.workbook)) as book:
        return add_in(book, args)


def list_(args: Namespace) -> int:
    """`county list`: the rows of a record as they stand."""
    with county_books.open_county(Path(args.workbook)) as book:
        return list_in(book, args)


def complete(args: Namespace) -> int:
    """`county complete`: 本表已填全."""
    with county_books.open_county(Path(args.workbook)) as book:
        return complete_in(book, args)
