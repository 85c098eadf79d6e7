"""The practice county's application form through the services: paper and spreadsheet say the same."""

from __future__ import annotations

import re
from decimal import Decimal

import openpyxl
import pypdfium2
import pytest

from eduapp.printing.county_sheets import sheets
from eduapp.services import entry, jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import reports as county_reports
from eduapp.services.papers import reporting
from eduapp.services.practice import making as practice

RECORDS = {
    "county_profile": {"population": "42.345", "townships": "12", "special_schools": "1"},
    "county_funding": {
        "special_funds": "700000",
        "special_pupils": "100",
        "teacher_pay": "9.1",
        "official_pay": "9",
    },
    "county_people": {"eligible": "400", "rotated": "45", "rotated_backbone": "9"},
    "county_satisfaction": {"questionnaires": "1200", "valid": "1180", "satisfied": "1050"},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The report and the sources of the practice county with records of its own."""
    folder = tmp_path_factory.mktemp("form")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(folder / "keys"))
        path, _ = jobs.run(practice.make(folder, 2026))
        with county_books.open_county(path) as book:
            entry.delete_rows(book, "county_evidence", list(book.draft.rows["county_evidence"]))
            for record, cells in RECORDS.items():
                for field, text in cells.items():
                    entry.set_cell(book, record, "-", field, text)
            standards = ("national-2017", "national-2012")
            report = jobs.run(county_reports.county_report(book, standards=standards))
            return report, county_reports.sources_of(book)


def squeezed(text):
    return "".join(str(text).split())


@pytest.mark.slow
def test_the_form_is_complete_and_in_order(made):
    report, sources = made
    keys = [table.key for table in sheets(report, sources)]
    assert keys == ["Ⅰ", "Ⅱ-1", "Ⅱ-2", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "附表1", "附表2", "附表3"]
    tables = {table.key: table for table in sheets(report, sources)}
    assert [str(row[0]).split(".")[0] for row in tables["Ⅳ"].rows[1:]] == [str(n) for n in range(1, 16)]
    assert [str(row[0]).split(".")[0] for row in tables["Ⅴ"].rows[1:]] == [str(n) for n in range(1, 10)]
    first = tables["Ⅰ"].rows[4]
    assert first[0] == Decimal("42.35")
    assert sum(first[8:13]) == len(report.schools) - first[14]
    assert first[18] + first[19] == sum(
        value for each in report.schools for (name, _), value in each.figures.items() if name == "pupils"
    )
    assert tables["Ⅳ"].rows[7][2] == "是"
    assert tables["Ⅳ"].rows[1][2] == ""


@pytest.mark.slow
def test_the_spreadsheet_holds_what_the_paper_shows(made, tmp_path):
    report, sources = made
    path = tmp_path / "申报表.xlsx"
    reporting.write_county_tables(report, path, sources)
    book = openpyxl.load_workbook(path)
    document = pypdfium2.PdfDocument(reporting.print_county(report, sources))
    paper = squeezed("".join(page.get_textpage().get_text_bounded() for page in document))
    document.close()
    tables = sheets(report, sources)
    assert [sheet.title for sheet in book] == [table.key for table in tables]
    for sheet, table in zip(book, tables, strict=True):
        assert sheet.cell(1, 1).value == table.title
        for row in range(len(table.rows)):
            for column in range(len(table.widths)):
                cell, text = sheet.cell(row + 2, column + 1), table.text(row, column)
                assert squeezed(text) in paper
                if isinstance(cell.value, int | float):
                    places = len(cell.number_format.partition(".")[2])
                    assert f"{Decimal(str(cell.value)):.{places}f}" == text
                else:
                    assert (cell.value or "") == text
        for note in table.sheet_notes:
            assert any(squeezed(note) == squeezed(row[0]) for row in sheet.iter_rows(values_only=True))


@pytest.mark.slow
def test_long_notes_of_the_spreadsheet_are_not_cut(made, tmp_path):
    report, sources = made
    path = tmp_path / "申报表.xlsx"
    reporting.write_county_tables(report, path, sources)
    for sheet in openpyxl.load_workbook(path):
        room = sum(each.width for each in sheet.column_dimensions.values())
        for row in sheet.iter_rows():
            text = str(row[0].value or "")
            joined = any(
                row[0].coordinate in each and each.size["columns"] > 1 and each.size["rows"] == 1
                for each in sheet.merged_cells.ranges
            )
            if joined and row[0].row > 1 and len(re.sub(r"[ -~]", "", text)) * 2 > room:
                assert sheet.row_dimensions[row[0].row].height >= 30
