"""`import` and `set` as they answer, the same at a school and at a county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.records.values import Unread
from eduapp.cli.output import DONE, NEEDS_PERSON, finding_json, finding_lines, print_json, say
from eduapp.services import entry

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from eduapp.services.books import RecordBook
    from eduapp.services.importing import Imported
    from eduapp.standards.results import Finding


def set_in(book: RecordBook, args: Namespace) -> int:
    """Write one cell, exactly as a grid does it; exit code 1 where the text cannot be read."""
    key = entry.key_of(book, args.record, args.key)
    changes = entry.set_cell(book, args.record, key, args.field, args.value)
    cell = book.draft.rows[args.record][key][args.field]
    unread = isinstance(cell, Unread)
    shown = entry.show(book, args.record, args.field, cell)
    if args.json:
        print_json(
            {
                "record": args.record,
                "key": args.key,
                "field": args.field,
                "value": shown,
                "unread": unread,
                "changed": bool(changes),
            }
        )
    else:
        note = ",内容无法识别,已原样保留" if unread else ""
        say(f"{'已保存' if changes else '没有变化'}:{shown or '(空)'}{note}")
    return NEEDS_PERSON if unread else DONE


def say_import(book: RecordBook, args: Namespace, done: Imported, findings: Sequence[Finding]) -> int:
    """Say what an import did or would do; exit code 1 where something was left out or found."""
    if args.json:
        print_json(
            {
                "rows_read": done.rows_read,
                "values_set": done.values_set,
                "ignored": [{"where": each.where, "reason": each.reason} for each in done.ignored],
                "cleaned": [
                    {"where": each.where, "from": each.before, "to": each.after} for each in done.cleaned
                ],
                "findings": [finding_json(book, each) for each in findings],
            }
        )
    else:
        word = "将写入" if args.dry_run else "已写入"
        say(f"读取 {done.rows_read} 行,{word} {done.values_set} 项")
        say(*(f"未采用 {each.where}:{each.reason}" for each in done.ignored))
        say(*(f"已整理 {each.where}:{each.before} → {each.after}" for each in done.cleaned))
        say(*finding_lines(findings))
    return NEEDS_PERSON if done.ignored or any(each.open for each in findings) else DONE
