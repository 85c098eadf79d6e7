"""`county schools`: a spreadsheet of schools beside the school list, row by row, then taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eduapp.cli.saying import DONE, NEEDS_PERSON, print_json, say
from eduapp.services.answers import answers_alone, read_answers
from eduapp.services.county import books as county_books
from eduapp.services.county import school_rows
from eduapp.services.pairing import ROW_WORDS

if TYPE_CHECKING:
    from argparse import Namespace


def schools(args: Namespace) -> int:
    """`county schools`; exit code 1 where a row was left out that a person may want."""
    with county_books.open_county(Path(args.workbook)) as book:
        said = answers_alone(read_answers(Path(args.accept))).said if args.accept else {}
        found = school_rows.rehearse(book, Path(args.file), said)
        roster, rows = found.roster, found.rows
        if not args.dry_run:
            school_rows.take_over(book, found)
        listed = len(book.expected)
    if args.json:
        ignored = [{"where": each.where, "reason": each.reason} for each in roster.ignored]
        print_json(
            {
                "rows_read": roster.rows_read,
                "rows": rows,
                "ignored": ignored,
                "notes": list(found.notes),
                "changes": [
                    {"code": each.code, "label": each.label, "old": each.old, "new": each.new}
                    for each in found.changes
                ],
                "listed": listed,
                "questions": [
                    {"id": each.id, "where": each.where, "text": each.text, "answers": list(each.answers)}
                    for each in roster.questions
                ],
                "unasked": list(roster.unasked),
            }
        )
    else:
        counted = "、".join(f"{words} {rows[name]} 行" for name, words in ROW_WORDS.items() if rows[name])
        say(f"读取 {roster.rows_read} 行:{counted or '没有内容'}")
        changed = [each for each in found.changes if each.label]
        say(*(f"更改 {each.code} {each.name} {each.label}:{each.old} → {each.new}" for each in changed))
        say(*(f"未采用 {each.where}:{each.reason}" for each in roster.ignored), *found.notes)
        say(*(f"待回答 [{each.id}] {each.where} {each.text}" for each in roster.questions))
        say(*(f"没有人问的回答:{each}" for each in roster.unasked))
        say(f"学校名单{'现有' if args.dry_run else '已有'} {listed} 所")
    return NEEDS_PERSON if roster.ignored or roster.unasked else DONE
