"""`school forms` and `school compare`: the 教基 forms from the records, and who says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.problems import Problem
from eduapp.cli import streams
from eduapp.cli.saying import DONE, NEEDS_PERSON, print_json, say
from eduapp.services import statistics_forms, statistics_sources, workbooks

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.statistics_forms import Form


def forms(args: Namespace) -> int:
    """`school forms`: as lines, as JSON, or written as a spreadsheet or PDF by the file's ending."""
    with workbooks.open_school(Path(args.workbook)) as book:
        found = statistics_forms.forms(book, args.number or "")
        if args.out:
            _write(book, args)
    if args.json:
        print_json({"forms": [_shaped(each) for each in found]})
        return DONE
    for each in found:
        say(f"{each.number} {each.title}")
        for row in each.table:  # our own words and numbers, with the tabs that a spreadsheet pastes
            streams.write("\t".join("" if cell is None else str(cell) for cell in row) + "\n")
        say(*(f"注:{note}" for note in each.notes), "")
    if args.out:
        say(f"已写入 {args.out}")
    return DONE


def _write(book: Any, args: Namespace) -> None:  # noqa: ANN401 - a school's book
    from eduapp.services.papers import reporting, statistics  # noqa: PLC0415 - the PDF and xlsx libraries

    out = Path(args.out)
    if out.suffix.lower() == ".xlsx":
        statistics.write_forms(book, out, args.number or "")
    elif out.suffix.lower() == ".pdf" and args.number:
        name = f"{statistics.PREFIX}{statistics_forms.short_number(args.number)}"
        reporting.save(out, reporting.print_school(book, name))
    else:
        raise Problem("forms-ending", path=str(out))


def _shaped(form: Form) -> dict[str, Any]:
    return {
        "number": form.number,
        "title": form.title,
        "columns": list(form.columns),
        "rows": [
            {"label": line.label, "stage": line.stage or None, "values": [cell.value for cell in line.cells]}
            for line in form.lines
        ],
        "notes": list(form.notes),
    }


def compare(args: Namespace) -> int:
    """`school compare`: what the records and the imports say otherwise; exit code 1 while there is any."""
    with workbooks.open_school(Path(args.workbook)) as book:
        sources = statistics_sources.said(book)
        found = statistics_sources.differences(book, sources)
    if args.json:
        print_json(
            {
                "sources": [
                    {"source": each.source, "at": each.at or None, "figures": len(each.figures)}
                    for each in sources
                ],
                "differences": [
                    {"where": each.where, "form": each.form, "values": dict(each.values), "text": each.text}
                    for each in found
                ],
            }
        )
    else:
        say(statistics_sources.in_words(sources), *(each.text for each in found))
        if len(sources) > 1:
            say(f"不一致 {len(found)} 处")
    return NEEDS_PERSON if found else DONE
