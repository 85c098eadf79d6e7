"""`import`, `set`, `add`, `list` and `complete` as they answer, the same at a school and at a county."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.values import Unread
from eduapp.cli.output import DONE, NEEDS_PERSON, finding_json, finding_lines, print_json, say
from eduapp.services import entry

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from eduapp.exchange.sheet_layout import Reading
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


def add_in(book: RecordBook, args: Namespace) -> int:
    """Add one row to a list; exit code 1 where a text cannot be read, which is then kept as it is."""
    _require_list(book, args.record)
    cells: dict[str, str] = {}
    for given in args.cells:
        field, equals, value = given.partition("=")
        if not equals or field not in RECORDS[args.record].fields:
            known = "、".join(RECORDS[args.record].fields)
            raise Problem("field-unknown", record=args.record, field=field, known=known)
        if field in cells:
            raise Problem("field-twice", field=field)
        cells[field] = value
    entry.add_rows(book, args.record, [cells])
    rows = book.draft.rows[args.record]
    row = rows[rows.key_at(len(rows) - 1)]
    unread = [name for name, cell in row.items() if isinstance(cell, Unread)]
    if args.json:
        print_json({"record": args.record, "key": str(len(rows)), "unread": unread})
    else:
        note = f",内容无法识别,已原样保留:{'、'.join(unread)}" if unread else ""
        say(f"已新增第 {len(rows)} 行{note}")
    return NEEDS_PERSON if unread else DONE


def list_in(book: RecordBook, args: Namespace) -> int:
    """Say the rows of a record as they stand, with their KEY."""
    if args.record not in book.draft.rows:
        raise Problem("record-unknown", record=args.record, known="、".join(book.draft.rows))
    fields = RECORDS[args.record].fields
    rows = [
        {
            "key": entry.number_of(book, args.record, key),
            **{name: entry.show(book, args.record, name, row[name]) for name in fields},
        }
        for key, row in book.draft.rows[args.record].items()
    ]
    if args.json:
        complete = args.record in book.draft.complete
        print_json({"record": args.record, "complete": complete, "rows": rows})
        return DONE
    out = io.StringIO()
    table = csv.DictWriter(out, ["key", *fields], lineterminator="\n")
    if args.csv:
        table.writeheader()
    else:
        table.writerow({"key": "KEY", **{name: each.heading for name, each in fields.items()}})
    table.writerows(rows)
    say(*out.getvalue().splitlines())
    return DONE


def complete_in(book: RecordBook, args: Namespace) -> int:
    """Tick or untick 「本表已填全」 of a list."""
    _require_list(book, args.record)
    changes = entry.set_complete(book, args.record, complete=args.answer == "yes")
    word = "已勾「本表已填全」" if args.answer == "yes" else "「本表已填全」没有勾"
    say(f"{RECORDS[args.record].label}:{word}{'' if changes else '(没有变化)'}")
    return DONE


def _require_list(book: RecordBook, record: str) -> None:
    known = [name for name in book.draft.rows if RECORDS[name].is_list]
    if record not in known:
        raise Problem("record-unknown", record=record, known="、".join(known))


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
                **_rows_json(done),
            }
        )
    else:
        word = "将写入" if args.dry_run else "已写入"
        say(f"读取 {done.rows_read} 行,{word} {done.values_set} 项")
        if done.rows:
            from eduapp.services.pairing import ROW_WORDS  # noqa: PLC0415 - only what imports a list needs it

            said = (f"{words} {done.rows[name]} 行" for name, words in ROW_WORDS.items() if done.rows[name])
            say(
                f"其中:{'、'.join(said) or '没有内容'}" + (f";删去 {done.removed} 行" if done.removed else "")
            )
        say(*(f"无法识别 {each.where} {each.label}:{each.text}{_meant(each.near)}" for each in done.unread))
        say(*(f"未采用 {each.where}:{each.reason}" for each in done.ignored))
        say(*(f"已整理 {each.where}:{each.before} → {each.after}" for each in done.cleaned))
        say(*(f"待回答 [{each.id}] {each.where} {each.text}" for each in done.questions))
        if done.questions:
            say("答案写进一个文件,用 --accept 给出;--dry-run --json 列出每个问题可以怎样回答。")
        say(*finding_lines(findings))
    open_ = done.ignored or done.questions or any(each.open for each in findings)
    return NEEDS_PERSON if open_ else DONE


def _meant(near: str) -> str:
    return f"(像是「{near}」)" if near else ""


def _rows_json(done: Imported) -> dict[str, object]:
    """Shape what became of a list's rows, how it was read and what is asked; a form has none of it."""
    if not done.rows:
        return {}
    return {
        "rows": dict(done.rows),
        "removed": done.removed,
        "missing": list(done.missing),
        "unread": [
            {"where": each.where, "label": each.label, "text": each.text, "near": each.near}
            for each in done.unread
        ],
        "questions": [
            {"id": each.id, "where": each.where, "text": each.text, "answers": list(each.answers)}
            for each in done.questions
        ],
        **({"reading": _reading_json(done.reading)} if done.reading else {}),
    }


def _reading_json(reading: Reading) -> dict[str, object]:
    """Shape how a sheet was read, in the words that a file of answers takes."""
    from eduapp.exchange.sheet_cells import column_letters  # noqa: PLC0415 - knows of packages of sheets

    columns = sorted({*reading.columns, *reading.offered})
    return {
        "sheet": reading.sheet,
        "header": reading.first + 1,
        "columns": {column_letters(at): reading.columns.get(at, "") for at in columns},
        "units": {column_letters(at): unit for at, unit in reading.units.items()},
        "offered": {column_letters(at): name for at, name in reading.offered.items()},
    }
