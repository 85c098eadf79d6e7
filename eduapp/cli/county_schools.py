"""`county schools`: a spreadsheet of schools beside the school list, row by row, then taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eduapp.cli.saying import DONE, NEEDS_PERSON, print_json, say
from eduapp.services.answers import read_answers
from eduapp.services.county import books as county_books
from eduapp.services.county.school_rows import accounted
from eduapp.services.pairing import ROW_WORDS

if TYPE_CHECKING:
    from argparse import Namespace


def schools(args: Namespace) -> int:
    """`county schools`; exit code 1 where a row was left out that a person may want."""
    with county_books.open_county(Path(args.workbook)) as book:
        said = read_answers(Path(args.accept)).get("answers", {}) if args.accept else {}
        roster = county_books.read_list(Path(args.file), book.code, book.name, said)
        rows = accounted(book.expected, roster)
        if not args.dry_run:
            county_books.list_roster(book, roster)
        listed = len(book.expected)
    if args.json:
        ignored = [{"where": each.where, "reason": each.reason} for each in roster.ignored]
        print_json(
            {
                "rows_read": roster.rows_read,
                "rows": rows,
                "ignored": ignored,
                "notes": list(roster.notes),
                "listed": listed,
                "questions": [
                    {"id": each.id, "where": each.where, "text": each.text, "answers": list(each.answers)}
                    for each in roster.questions
                ],
            }
        )
    else:
        said = "、".join(f"{words} {rows[name]} 行" for name, words in ROW_WORDS.items() if rows[name])
        say(f"读取 {roster.rows_read} 行:{said or '没有内容'}")
        say(*(f"未采用 {each.where}:{each.reason}" for each in roster.ignored), *roster.notes)
        say(*(f"待回答 [{each.id}] {each.where} {each.text}" for each in roster.questions))
        say(f"学校名单{'现有' if args.dry_run else '已有'} {listed} 所")
    return NEEDS_PERSON if roster.ignored else DONE
