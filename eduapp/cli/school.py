"""`school ...`: the commands of a school's workbook."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db.problems import Problem
from eduapp.cli.entering import add_in, complete_in, list_in, say_import, set_in
from eduapp.cli.output import DONE, NEEDS_PERSON, print_json, report_json, report_lines, say
from eduapp.services import checking, entry, workbooks
from eduapp.services.entry import number_of
from eduapp.services.offers import said_of
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
    """`school new`; from the year before also its standards, where none are named."""
    earlier = Path(args.earlier) if args.earlier else None
    year = workbooks.school_year() if args.year is None else args.year
    usual = workbooks.next_year(earlier).standards if earlier else workbooks.usual_standards(year)
    school = workbooks.NewSchool(
        code=args.code,
        name=args.name,
        kind=args.kind,
        year=year,
        area_class=args.area_class,
        built_year=args.built,
        county=args.county or "",
        standards=tuple(chosen(args.standard) or usual),
    )
    with workbooks.create_school(Path(args.workbook), school, earlier) as book:
        say(f"已建立 {book.path}:{school.name}({school.code}),{school.year} 学年")
        say(said_of([each.id for each in book.standards]))
        if earlier is not None:
            from eduapp.services import carrying  # noqa: PLC0415 - once a year

            say(carrying.said(book.draft))
    return DONE


def import_(args: Namespace) -> int:
    """`school import`: the official form, a list, or the export of another system."""
    from eduapp.services import answers, importing, importing_own, pairing, pasting  # noqa: PLC0415 - reads spreadsheets

    said = answers.read_answers(Path(args.accept)) if args.accept else {}
    with workbooks.open_school(Path(args.workbook)) as book:
        path, keep, mode = Path(args.file), pasting.Keep(args.numbers), pairing.Mode(args.mode)
        if importing_own.is_own(path):
            given = answers.answers_alone(said)
            own = importing_own.import_own(
                book, path, args.record or "", mode=mode, answers=given, dry_run=args.dry_run
            )
            return say_import(book, args, own, own.report.findings)
        file = importing.opened(path)
        profile = importing.profile_for(file, args.record or "", args.profile)
        done: importing.ImportReport
        if profile is not None:
            given = importing.answers_of(said, profile, file)
            done = importing.import_export(
                book, profile, file, mode=mode, answers=given, dry_run=args.dry_run
            )
        elif args.record:
            given = answers.answers_for(said, file.sheets, args.record)
            done = importing.import_list(
                book, args.record, file, keep=keep, mode=mode, answers=given, dry_run=args.dry_run
            )
        else:
            answers.require_none(said)
            done = importing.import_form(book, path, dry_run=args.dry_run)
        return say_import(book, args, done, done.report.findings)


def set_(args: Namespace) -> int:
    """`school set`: one edit, exactly as a grid cell does it."""
    with workbooks.open_school(Path(args.workbook)) as book:
        return set_in(book, args)


def add(args: Namespace) -> int:
    """`school add`: one new row of a list."""
    with workbooks.open_school(Path(args.workbook)) as book:
        return add_in(book, args)


def list_(args: Namespace) -> int:
    """`school list`: the rows of a record as they stand."""
    with workbooks.open_school(Path(args.workbook)) as book:
        return list_in(book, args)


def complete(args: Namespace) -> int:
    """`school complete`: 本表已填全."""
    with workbooks.open_school(Path(args.workbook)) as book:
        return complete_in(book, args)


def numbers(args: Namespace) -> int:
    """`school numbers`: identity and mobile numbers in the records; exit code 1 while there are any."""
    from eduapp.services import numbers_found, pasting  # noqa: PLC0415 - few workbooks hold any

    with workbooks.open_school(Path(args.workbook)) as book:
        there = numbers_found.found(book)
        if args.take_out:
            numbers_found.take_out(book, pasting.Keep(args.take_out))
        if args.json:
            cells = [
                {"record": each.record, "key": number_of(book, each.record, each.key), "field": each.field}
                | {"found": each.words}
                for each in there
            ]
            print_json({"cells": cells, "taken_out": bool(there and args.take_out)})
        else:
            word = "已取出" if args.take_out else "找到"
            say(f"{word}身份证号和手机号 {len(there)} 处")
            say(*(f"{each.label} {each.row}:{each.words}" for each in there))
        return NEEDS_PERSON if there and not args.take_out else DONE


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
    from eduapp.services.hand_off import school_keys  # noqa: PLC0415 - knows keys
    from eduapp.services.papers import printing_log, reporting  # noqa: PLC0415 - load the PDF library

    with workbooks.open_school(Path(args.workbook)) as book:
        if args.paper == school_keys.PAPER:
            reporting.save(Path(args.out), school_keys.form(book))
            say(f"已打印到 {args.out}")
            return DONE
        name = args.paper or reporting.DEFAULT_SCHOOL_PAPER
        stamp = None if args.blank else printing_log.stamp_of(book)
        content = reporting.print_school(book, name, blank=args.blank, stamp=stamp)
        reporting.save(Path(args.out), content)
        if stamp is not None:
            printing_log.note_printed(book, name, stamp)
        say(f"已打印到 {args.out}")
    return DONE


def export(args: Namespace) -> int:
    """`school export`."""
    from eduapp.cli.school_keys import ask_if_weak, pick_up  # noqa: PLC0415 - knows keys
    from eduapp.services import jobs, personal  # noqa: PLC0415 - as below
    from eduapp.services.hand_off import sending  # noqa: PLC0415 - signs and seals

    with workbooks.open_school(Path(args.workbook)) as book:
        read = pick_up(book, Path(args.folder))
        made = jobs.run(sending.export(book, Path(args.folder), "draft" if args.draft else "final"))
        if args.json:
            print_json(
                {
                    "path": made.path,
                    "id": made.id,
                    "data_id": made.data_id,
                    "seq": made.seq,
                    "state": made.state,
                    **({"kept_home": dict(made.kept_home)} if made.kept_home else {}),
                    **({"key": "revoked"} if made.is_revoked else {}),
                }
            )
        else:
            say(*[read] * bool(read))
            if made.kept_home:
                say(personal.kept_text(made.kept_home))
            say(f"已写入并核对:{made.path}", "可以拔出 U 盘了。状态:已交出,未确认")
            say(*[sending.REVOKED_TEXT] * made.is_revoked)
        ask_if_weak(book)
    return NEEDS_PERSON if made.is_revoked else DONE
