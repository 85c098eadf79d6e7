"""`county ...` and `verify`: the commands of a county's workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.problems import Problem
from eduapp.cli.county_outlook import interval_lines, with_intervals
from eduapp.cli.outcomes import file_json, file_line
from eduapp.cli.output import (
    DONE,
    NEEDS_PERSON,
    PROBLEM,
    complain,
    complain_of_kept,
    county_json,
    county_lines,
    failed_json,
    failed_lines,
    finding_json,
    finding_lines,
    print_json,
    say,
)
from eduapp.cli.school import chosen, day_of, require_in_force
from eduapp.services import jobs, workbooks
from eduapp.services.county import books as county_books
from eduapp.services.county import national, outlook
from eduapp.services.county import records as county_records
from eduapp.services.county import reports as county_reports
from eduapp.services.county.naming import called
from eduapp.services.hand_off import intake, trust, verifying
from eduapp.services.merge import merging
from eduapp.services.offers import said_of

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.county.books import CountyBook


def new(args: Namespace) -> int:
    """`county new`."""
    path = Path(args.workbook)
    year = workbooks.school_year() if args.year is None else args.year
    standards = tuple(dict.fromkeys(args.standard or workbooks.usual_standards(year)))
    # Read before anything is made: a list that cannot be read leaves no workbook behind.
    roster = county_books.read_list(Path(args.schools), args.code, args.name) if args.schools else None
    with county_books.create_county(path, args.code, args.name, year, standards) as book:
        say(f"已建立 {book.path}:{book.name}({book.code}),{book.year} 学年")
        say(said_of(standards, county=True))
        if roster is not None:
            county_books.list_roster(book, roster)
            say(f"学校名单 {len(roster.schools)} 所")
            say(*(f"未采用 {each.where}:{each.reason}" for each in roster.ignored), *roster.notes)
    return DONE


def trust_(args: Namespace) -> int:
    """`county trust`: by digits from paper, or unchecked."""
    files = [Path(file) for file in args.files]
    with county_books.open_county(Path(args.workbook)) as book:
        if book.held:  # they are opened afterwards: a locked key stops before anything is written
            _ = book.identities
        troubled: list[tuple[Path, Problem]] = []
        if args.unchecked:
            found, troubled = trust.admit_unchecked(book, files, args.reason)
        elif args.digits and len(files) == 1:
            found = [trust.admit(book, files[0], args.digits, args.reason)]
        else:
            raise Problem("digits-needed")
        word = "未经纸质核验,已登记" if args.unchecked else "与纸质登记表一致,已登记"
        say(*(f"{called(book, each.code, each.name)}({each.code}):{word}" for each in found))
        say(*(file_line(book, outcome) for outcome in intake.retry_held(book)))
    complain(*(f"{file}:{problem.command_text} [{problem.code}]" for file, problem in troubled))
    if not found:
        return PROBLEM
    return NEEDS_PERSON if troubled else DONE


def merge(args: Namespace) -> int:
    """`county merge`."""
    with county_books.open_county(Path(args.workbook)) as book:
        paths = [Path(path) for path in args.paths]
        report = jobs.run(intake.merge(book, paths, dry_run=args.dry_run))
        if not args.dry_run:
            _judge(book)
        if args.json:
            print_json(
                {
                    "read": report.read,
                    **report.counts,
                    "files": [file_json(outcome) for outcome in report.files],
                    "others": list(report.others),
                    "fingerprint": report.fingerprint,
                    "fingerprint_version": merging.FINGERPRINT,
                    "came": [file_json(outcome) for outcome in report.came],
                    "notes": list(report.notes),
                }
            )
        else:
            say(*(file_line(book, outcome) for outcome in report.files))
            say(*(f"不是上报文件:{path}" for path in report.others))
            say(
                *(f"此前待核验,现已读取:{file_line(book, outcome)}" for outcome in report.came),
                *report.notes,
            )
            say(
                f"{'(预演,未写入)' if args.dry_run else ''}{report.sum_text}",
                f"合并指纹 {report.fingerprint_words}",
            )
        return NEEDS_PERSON if report.needs_person else DONE


def _judge(book: CountyBook) -> None:
    """Judge what came in at once; what stands in the way of that stands in the way of no merge."""
    try:
        jobs.run(book.judging.keep())
    except Problem as problem:
        complain(f"{problem.command_text} [{problem.code}]")
    complain_of_kept(book)


def undo(args: Namespace) -> int:
    """`county undo`."""
    with county_books.open_county(Path(args.workbook)) as book:
        stated = [given for given in args.ids if national.find_statement(book, given)]
        files = [given for given in args.ids if given not in stated]
        gone = len(intake.undo(book, files))
        for each in stated:
            national.withdraw(book, each)
        same = len(files) - gone
        say(*["已撤回年报导出的声明"] * bool(stated), *[f"已撤回 {gone} 个上报文件"] * bool(gone))
        say(*[f"{same} 个上报文件此前已撤回,没有变化"] * bool(same))
        say(f"合并指纹 {book.moment.fingerprint_words}")
    return DONE


def revoke(args: Namespace) -> int:
    """`county revoke`: the key that signed a school's last good submission, from after that one."""
    with county_books.open_county(Path(args.workbook)) as book:
        done = trust.revoke_after(book, args.code, args.good, args.reason)
        name, digits = called(book, args.code, ""), trust.digits_of(done.detail("key"))
        say(f"{name}({args.code}):密钥 {digits} 已停用", f"合并指纹 {book.moment.fingerprint_words}")
    return DONE


def check(args: Namespace) -> int:
    """`county check`."""
    with county_books.open_county(Path(args.workbook)) as book:
        report = jobs.run(county_reports.county_report(book, day_of(args.on), chosen(args.standard)))
        require_in_force(report.standards, report.on)
        found = jobs.run(outlook.county_outlook(book, report))
        changed = complain_of_kept(book)
        findings = county_records.check(book, county_records.rollup(book))
        if args.json:
            shaped = with_intervals(county_json(report), found)
            print_json(
                shaped | failed_json(book) | {"findings": [finding_json(book, each) for each in findings]}
            )
        else:
            say(*county_lines(report), *failed_lines(book))
            say(*interval_lines(found))
            say(*finding_lines(findings))
        return NEEDS_PERSON if changed or any(each.open for each in findings) else DONE


def report(args: Namespace) -> int:
    """`county report`: PDF or xlsx, by the file's ending."""
    from eduapp.services.papers import reporting  # noqa: PLC0415 - the PDF and xlsx libraries are heavy

    out = Path(args.out)
    with county_books.open_county(Path(args.workbook)) as book:
        made = jobs.run(county_reports.county_report(book, revision=args.revision))
        sources = county_reports.sources_of(book, args.revision)
        found = jobs.run(outlook.county_outlook(book, made))
        if out.suffix.lower() == ".xlsx":
            reporting.write_county_tables(made, out, sources, found)
        elif out.suffix.lower() == ".pdf":
            reporting.save(out, reporting.print_county(made, sources, found))
        else:
            raise Problem("report-ending", path=str(out))
        say(f"已写入 {out}", f"合并指纹 {made.fingerprint_words}")
        return NEEDS_PERSON if complain_of_kept(book) else DONE


def verify(args: Namespace) -> int:
    """`verify FILE`."""
    book = county_books.open_county(Path(args.workbook)) if args.workbook else None
    try:
        found = verifying.verify(Path(args.file), book)
    finally:
        if book is not None:
            book.close()
    if args.json:
        print_json(_verified_json(found))
    elif found.intact:
        say(found.text)
    if found.problem:
        complain(f"{found.why} [{found.problem}]")
    if not found.intact:
        return PROBLEM
    return DONE if found.signer_known and not found.problem else NEEDS_PERSON


def _verified_json(found: verifying.Verified) -> dict[str, Any]:
    return {
        "intact": found.intact,
        "signer": "known" if found.signer_known else "unknown",
        "school": found.school,
        "year": found.year,
        "state": found.state,
        "id": found.id,
        "data_id": found.data_id,
        "problem": found.problem,
        **({"kept_home": found.kept_home} if found.kept_home else {}),
    }
