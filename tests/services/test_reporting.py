"""Papers and tables: each prints; the county's spreadsheet shows the prescribed places and runs nothing."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pypdfium2
import pytest

from db.problems import Problem
from eduapp.exchange.data_code import data_digits
from eduapp.services import entry, jobs
from eduapp.services.county import reports as county_reports
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import intake, trust
from eduapp.services.papers import reporting
from tests.services.schools import CODE, county, export, fill, make

EVIL = ('=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "-2+3|cmd", "㛃䶮𬭎小学", "a\tb")


def text_of(content):
    document = pypdfium2.PdfDocument(content)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


@pytest.fixture
def report(tmp_path):
    """Six primary schools with names that a spreadsheet could take for formulas."""
    stick = tmp_path / "U盘"
    with county(tmp_path / "县.edubook") as book:
        for number, name in enumerate(EVIL, 1):
            with make(tmp_path, f"214300000{number}", name) as school:
                fill(school)
                entry.set_cell(school, "school_total", "-", "multimedia_rooms", str(number))
                entry.set_complete(school, "school_class", complete=True)
                made = export(school, stick)
            trust.admit_unchecked(book, [stick / made.file_name])
        book.set_expected([Expected("2143000009", "未报小学", "211")])
        book.set_expected([Expected(f"214300000{n}", name, "211") for n, name in enumerate(EVIL, 1)])
        jobs.run(intake.merge(book, [stick]))
        yield jobs.run(county_reports.county_report(book))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, _ in reporting.school_papers()])
def test_each_paper_of_a_school(tmp_path, name):
    with make(tmp_path, name="㛃䶮𬭎小学") as book:
        fill(book)
        filled, blank = reporting.print_school(book, name), reporting.print_school(book, name, blank=True)
        assert filled == reporting.print_school(book, name)  # the same bytes on any day
    for content in (filled, blank):
        assert content.startswith(b"%PDF")
        assert "㛃䶮𬭎小学" in re.sub(r"\s", "", text_of(content))
    assert "孙悟空空" not in text_of(blank)
    if name == "teacher":
        assert "孙悟空空" in text_of(filled)


def test_a_filled_checklist_fits_one_page_and_names_its_data(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        content = reporting.print_school(book, reporting.DEFAULT_SCHOOL_PAPER)
        made = export(book, tmp_path / "U盘")
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    document.close()
    shown = re.sub(r"\s", "", text_of(content))
    assert data_digits(made.data_id) in shown
    assert "赵钱孙甲" in shown
    assert "13800138000" in shown


@pytest.mark.slow
def test_the_county_prints_all_its_tables(report):
    shown = re.sub(r"\s", "", text_of(reporting.print_county(report)))
    titles = ("表Ⅰ", "Ⅱ-1", "Ⅱ-2", "Ⅲ", "表Ⅳ", "表Ⅴ", "表Ⅵ", "一票否决")
    for words in (*titles, "㛃䶮𬭎小学", report.fingerprint.replace(" ", "")):
        assert words in shown


@pytest.mark.slow
def test_the_countys_spreadsheet_shows_the_prescribed_places_and_runs_nothing(report, tmp_path):
    path = tmp_path / "表.xlsx"
    reporting.write_county_tables(report, path)
    with zipfile.ZipFile(path) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    assert b"hyperlink" not in b"".join(sheets)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Ⅰ", "Ⅱ-1", "Ⅱ-2", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "附表1"]
    texts = {
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"
    }
    for name in EVIL:
        wanted = name.replace("\t", " ")
        assert any(isinstance(text, str) and text.startswith(wanted) for text in texts), name
    numbers = [
        (sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row
        if cell.data_type == "n" and cell.value is not None
    ]  # fmt: skip
    assert numbers
    places = {"Ⅱ-1": {"0", "0.0"}, "Ⅱ-2": {"0", "0.00"}, "Ⅲ": {"0.00", "0.000"}, "Ⅵ": {"0", "0.0"}}
    for title, cell in numbers:
        allowed = places.get(title, {"0", "0.00"})
        assert cell.number_format in allowed, (title, cell.coordinate, cell.number_format, cell.value)


@pytest.mark.slow
def test_values_of_the_spreadsheet_are_rounded_half_up(report, tmp_path):
    path = tmp_path / "表.xlsx"
    reporting.write_county_tables(report, path)
    sheet = openpyxl.load_workbook(path)["Ⅱ-2"]
    shown = {}
    for row in sheet.iter_rows(values_only=True):
        name = next((each for each in EVIL if str(row[1]).startswith(each)), None)
        if name is not None:
            shown[name] = [value for value in row if isinstance(value, int | float)]
    # 1 room for 83 pupils is 1.2048..., 2 are 2.4096..., 6 are 7.2289...
    assert 1.2 in shown[EVIL[0]]
    assert 2.41 in shown[EVIL[1]]
    assert 3.61 in shown[EVIL[2]]


def test_a_paper_that_is_none_and_a_folder_that_is_none(tmp_path):
    with make(tmp_path) as book:
        with pytest.raises(Problem) as raised:
            reporting.print_school(book, "no-such")
        assert raised.value.code == "paper-unknown"
        content = reporting.print_school(book, "checklist")
    with pytest.raises(Problem) as raised:
        reporting.save(tmp_path / "nicht" / "x.pdf", content)
    assert raised.value.code == "folder-missing"
    (tmp_path / "x.pdf").write_bytes(b"before")
    reporting.save(tmp_path / "x.pdf", content)
    assert (tmp_path / "x.pdf").read_bytes() == content
    assert CODE in text_of(content)
