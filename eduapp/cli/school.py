"""`school ...`: the commands of a school's workbook."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.values import Unread
from eduapp.cli.output import (
    DONE,
    NEEDS_PERSON,
    finding_json,
    finding_lines,
    print_json,
    report_json,
    report_lines,
    say,
)
from eduapp.services import checking, entry, importing, jobs, sending, workbooks
from eduapp.standards.results import Severity

if TYPE_CHECKING:
    from argparse import Namespace


def day_of(text: str | None) -> datetime.date | None:
    """Read --on; raises Problem."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Problem("date-unreadable", text=text) from error


def chosen(standards: list[str] | None) -> list[str] | None:
    """Return the standards named, each once."""
    return list(dict.fromkeys(standards)) if standards else None


def require_in_force(standards: tuple[str, ...], day: datetime.date) -> None:
    """Raise a Problem when no standard holds on a day: an empty answer would look like a good one."""
    if not standards:
        raise Problem("no-standard-in-force", day=day.isoformat())


def new(args: Namespace) -> int:
    """`school new`."""
    school = workbooks.NewSchool(
        code=args.code,
        name=args.name,
        kind=args.kind,
        year=workbooks.school_year() if args.year is None else args.year,
        area_class=args.area_class,
        built_year=args.built,
        county=args.county or "",
        standards=tuple(chosen(args.standard) or [workbooks.NATIONAL]),
    )
    with workbooks.create_school(Path(args.workbook), school) as book:
        say(f"已建立 {book.path}:{school.name}({school.code}),{school.year} 学年")
    return DONE


def import_(args: Namespace) -> int:
    """`school import`."""
    with workbooks.open_school(Path(args.workbook)) as book:
        done = importing.import_form(book, Path(args.file), dry_run=args.dry_run)
        if args.json:
            print_json(
                {
                    "rows_read": done.rows_read,
                    "values_set": done.values_set,
                    "ignored": [{"where": each.where, "reason": each.reason} for each in done.ignored],
                    "cleaned": [
                        {"where": each.where, "from": each.before, "to": each.after} for each in done.cleaned
                    ],
                    "findings": [finding_json(book, each) for each in done.report.findings],
                }
            )
        else:
            word = "将写入" if args.dry_run else "已写入"
            say(f"读取 {done.rows_read} 行,{word} {done.values_set} 项")
            say(*(f"未采用 {each.where}:{each.reason}" for each in done.ignored))
            say(*(f"已整理 {each.where}:{each.before} → {each.after}" for each in done.cleaned))
            say(*finding_lines(done.report.findings))
        return NEEDS_PERSON if done.report.open_findings or done.ignored else DONE


def set_(args: Namespace) -> int:
    """`school set`: one edit, exactly as a grid cell does it."""
    with workbooks.open_school(Path(args.workbook)) as book:
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


def check(args: Namespace) -> int:
    """`school check`."""
    with workbooks.open_school(Path(args.workbook)) as book:
        report = checking.check(book, day_of(args.on), chosen(args.standard))
        require_in_force(report.standards, report.on)
        if args.json:
            print_json(report_json(book, report))
        else:
            say(*report_lines(report))
        return NEEDS_PERSON if report.open_findings else DONE


def reason(args: Namespace) -> int:
    """`school reason`: the explanation of a soft finding."""
    with workbooks.open_school(Path(args.workbook)) as book:
        known = {finding.id: finding for finding in checking.check(book).findings}
        if args.finding not in known:
            raise Problem("finding-unknown", id=args.finding)
        if known[args.finding].severity is Severity.HARD:
            raise Problem("finding-hard", id=args.finding)
        entry.set_reason(book, args.finding, args.text)
        say("已保存说明")
    return DONE


def print_(args: Namespace) -> int:
    """`school print`."""
    from eduapp.services import reporting  # noqa: PLC0415 - the PDF library is heavy and used here only

    with workbooks.open_school(Path(args.workbook)) as book:
        name = args.paper or reporting.DEFAULT_SCHOOL_PAPER
        content = reporting.print_school(book, name, blank=args.blank)
        reporting.save(Path(args.out), content)
        say(f"已打印到 {args.out}")
    return DONE


def export(args: Namespace) -> int:
    """`school export`."""
    with workbooks.open_school(Path(args.workbook)) as book:
        made = jobs.run(sending.export(book, Path(args.folder), "draft" if args.draft else "final"))
        if args.json:
            print_json(
                {
                    "path": made.path,
                    "id": made.id,
                    "data_id": made.data_id,
                    "seq": made.seq,
                    "state": made.state,
                }
            )
        else:
            say(f"已写入并核对:{made.path}", "可以拔出U盘了。状态:已交出,未确认")
    return DONE


def receipt(args: Namespace) -> int:
    """`school receipt`: not yet."""
    raise Problem("not-yet", what=f"读取回执({args.file})")
