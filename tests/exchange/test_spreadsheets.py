"""The door to spreadsheets: what is read is what a person sees; what is written stays text."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from db.problems import Problem
from db.records.values import clean
from eduapp.exchange import sheet_cells, sheet_package, sheet_reading
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.exchange.spreadsheets import Choices, SheetColumn, SheetTable, workbook_bytes, write_workbook
from tests.examples import examples
from tests.exchange.biff import old_workbook

REAL = Path(__file__).parents[3] / "shared" / "real"
SHEET = "xl/worksheets/sheet1.xml"


def saved(path: Path, *values: object, sheet: str = "表") -> Path:
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row, value in enumerate(values, 1):
        page.cell(row, 1).value = value
    book.save(path)
    return path


def altered(source: Path, pattern: bytes, replacement: bytes, entry: str = SHEET) -> Path:
    """Replace in one entry of an .xlsx; the pattern must be there."""
    with zipfile.ZipFile(source) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    changed, times = re.subn(pattern, lambda _: replacement, entries[entry], flags=re.DOTALL)
    assert times
    entries[entry] = changed
    target = source.with_name("altered.xlsx")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target


def column(path: Path) -> list[str | None]:
    return [row[0] for row in read_sheets(path)[0].rows]


def code_of(path: Path) -> str:
    with pytest.raises(Problem) as caught:
        read_sheets(path)
    assert caught.value.text
    assert "{" not in caught.value.text
    return caught.value.code


# -- reading ----------------------------------------------------------------------------------------
def test_cells_are_read_as_a_person_sees_them(tmp_path):
    path = saved(
        tmp_path / "a.xlsx",
        38, 12.3, 2143000001, 0.5, 1e20, 1e-7, -0.0, True, False, " 38 ", "３８", None,
        datetime.date(2026, 9, 1),
        datetime.datetime(2026, 9, 1, 8, 30),  # noqa: DTZ001 - a cell has no zone
        datetime.time(8, 30),
        datetime.timedelta(hours=30), "第一行\n第二行", 0.0,
    )  # fmt: skip
    assert column(path) == [
        "38", "12.3", "2143000001", "0.5", "100000000000000000000", "0.0000001", "0",
        "是", "否", " 38 ", "３８", None, "2026-09-01",
        "2026-09-01 08:30:00", "08:30:00", "30:00:00", "第一行\n第二行", "0",
    ]  # fmt: skip


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_decimal_that_the_program_shows_without_exponent(number):
    text = sheet_cells.text_of(number)
    assert text is not None
    whole = number == int(number)
    assert Decimal(text) == Decimal(repr(number) if whole else f"{number:.15g}")
    assert not re.search("[eE]|\\.0*$", text)


def test_addresses_are_those_of_the_spreadsheet_program(tmp_path):
    book = Workbook()
    book.worksheets[0].title = "数据"
    book.worksheets[0]["AB7"] = "here"
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_sheets(tmp_path / "a.xlsx")
    assert sheet.rows[6][27] == "here"
    assert sheet.where(6, 27) == "数据 AB7"


def test_hidden_sheets_are_not_read(tmp_path):
    book = Workbook()
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    assert len(read_sheets(tmp_path / "a.xlsx")) == 1


def test_errors_and_formulas_never_computed_are_texts_not_blanks(tmp_path):
    path = saved(tmp_path / "a.xlsx", "#DIV/0!", "=A1+B1", '=SUM(A1:A2)&"<"', 5)
    assert column(path) == ["#DIV/0!", "=A1+B1", '=SUM(A1:A2)&"<"', "5"]


def test_a_formula_computed_to_an_empty_text_is_blank(tmp_path):
    path = saved(tmp_path / "a.xlsx", "x", '=IF(1,"")')
    path = altered(path, rb'<c r="A2">.*?</c>', b'<c r="A2" t="str"><f>IF(1,"")</f><v></v></c>')
    assert column(path)[1:] in ([], [None])


def test_formats_without_content_far_away_do_not_count(tmp_path):
    path = saved(tmp_path / "a.xlsx", 1)
    far = b'<c r="XFD1" s="0"/></row><row r="1048576"><c r="XFD1048576" s="0"></c></row></sheetData>'
    assert column(altered(path, rb"</row></sheetData>", far)) == ["1"]


@pytest.mark.parametrize(
    "far",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row r="2"><c foo=">" r="XFD1048576"><v>1</v></c></row>',
        b"<row r='9'><!-- <c a=\" --><c r='ZZ60000'><v>1</v></c><!-- \"> --></row>",
        b'<row r="2"><c r="AMK2" t="inlineStr"><is><t>x</t></is></c></row>',
    ],
)
def test_one_cell_far_away_is_refused_before_it_takes_all_memory(tmp_path, far):
    path = saved(tmp_path / "a.xlsx", 1)
    assert code_of(altered(path, rb"</sheetData>", far + b"</sheetData>")) == "spreadsheet-too-large"


def test_a_document_type_is_refused(tmp_path):
    path = saved(tmp_path / "a.xlsx", 1)
    bomb = b'<!DOCTYPE worksheet [<!ENTITY a "aaaa">]><worksheet '
    assert code_of(altered(path, rb"<worksheet ", bomb)) == "not-a-spreadsheet"


@pytest.mark.slow
def test_a_zip_bomb_is_refused(tmp_path):
    path = saved(tmp_path / "a.xlsx", 1)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/big.xml", b" " * (sheet_package.MAX_UNPACKED_BYTES + 1))
    assert path.stat().st_size < 1_000_000
    assert code_of(path) == "spreadsheet-too-large"


def test_too_many_entries_are_refused(tmp_path):
    path = saved(tmp_path / "a.xlsx", 1)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(sheet_package.MAX_ENTRIES):
            archive.writestr(f"xl/{number}.bin", b"")
    assert code_of(path) == "spreadsheet-too-large"


def test_a_file_too_large_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(sheet_reading.MAX_FILE_BYTES + 1)
    assert code_of(path) == "spreadsheet-too-large"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, this is a text",
        b"<html><table><tr><td>1</td></tr></table></html>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        b"PK\x03\x04" + bytes(100),
        b"%PDF-1.7",
    ],
)
def test_what_is_no_spreadsheet_is_said_so(tmp_path, content):
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)
    assert code_of(path) == "not-a-spreadsheet"


def test_a_zip_that_is_no_workbook_is_said_so(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("content.xml", "<a/>")
    assert code_of(tmp_path / "a.xlsx") == "not-a-spreadsheet"


def test_a_password_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(Problem, match="密码"):
        read_sheets(path)


def test_a_missing_file_and_a_folder(tmp_path):
    assert code_of(tmp_path / "none.xlsx") == "spreadsheet-missing"
    assert code_of(tmp_path) == "not-a-file"


def test_a_truncated_file_is_refused_at_every_length(tmp_path):
    whole = saved(tmp_path / "a.xlsx", *range(50)).read_bytes()
    path = tmp_path / "cut.xlsx"
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        assert code_of(path) == "not-a-spreadsheet"


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_damage_is_a_problem_or_nothing(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damage")
    whole = bytearray(saved(folder / "a.xlsx", *range(20), "文字").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, 99_999)) % len(
            whole
        )  # the length differs by the clock openpyxl writes
        whole[place] = data.draw(st.integers(0, 255))
    (folder / "b.xlsx").write_bytes(whole)
    said = None
    try:
        read_sheets(folder / "b.xlsx")
    except Problem as problem:
        said = problem.code
    assert said in {None, "not-a-spreadsheet", "spreadsheet-too-large"}


@pytest.mark.parametrize("suffix", [".xls", ".et"])
def test_old_binary_workbooks_are_read(tmp_path, suffix):
    path = tmp_path / f"老表格{suffix}"
    path.write_bytes(old_workbook([["学校", "人数"], ["阳光小学", 38.0], ["代码", 2143000001.0]]))
    assert read_sheets(path)[0].rows == [["学校", "人数"], ["阳光小学", "38"], ["代码", "2143000001"]]
    path.write_bytes(path.read_bytes()[:2000])
    assert code_of(path) == "not-a-spreadsheet"


@pytest.mark.skipif(not REAL.exists(), reason="the real forms are not here")
def test_the_real_files_are_read():
    names = {path.stem: [sheet.name for sheet in read_sheets(path)] for path in REAL.glob("*.xlsx")}
    assert names["学校填报表格"][0] == "学校填报数据"
    assert all(names.values())


# -- writing ----------------------------------------------------------------------------------------
NASTY = ["=1+1", "=CMD|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "#DIV/0!", "#N/A", "TRUE", "1.0"]
NASTY += ["2026-09-01", "007"]


def test_nothing_written_becomes_a_formula(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [SheetTable("表", (SheetColumn(10),), [["标题"], *[[text] for text in NASTY]])])
    page = load_workbook(path).worksheets[0]
    written = [page.cell(row, 1) for row in range(2, len(NASTY) + 2)]
    assert [cell.value for cell in written] == NASTY
    assert {cell.data_type for cell in written} == {"s"}
    assert {cell.number_format for cell in written} == {"@"}
    assert b"<f>" not in zipfile.ZipFile(path).read(SHEET)
    assert column(path)[1:] == NASTY


@pytest.mark.slow
@settings(max_examples=examples(80), deadline=None)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_cleaned_texts_come_back_as_they_were(tmp_path_factory, texts):
    kept = [clean(text) for text in texts]
    path = tmp_path_factory.getbasetemp() / "texts.xlsx"
    write_workbook(
        path, [SheetTable("表", (SheetColumn(10),), [["标题"], *[[text] for text in kept], ["尾"]])]
    )
    assert [text or "" for text in column(path)[1:-1]] == [carried(text) for text in kept]


def carried(text: str) -> str:
    """XML cannot carry U+FFFE and U+FFFF."""
    return text.replace("\ufffe", "").replace("\uffff", "")


def test_what_xml_cannot_carry_is_left_out(tmp_path):
    odd = "甲\x00\x0b\ufffe\uffff\ud800乙"
    write_workbook(tmp_path / "a.xlsx", [SheetTable("表", (SheetColumn(10),), [["标题"], [odd]])])
    assert column(tmp_path / "a.xlsx")[1] == "甲乙"


@pytest.mark.parametrize("text", ["_x0041_", "a_x000D_b", "_x005F_x0041_", "_x00zz_"])
def test_texts_that_look_like_escapes_come_back(tmp_path, text):
    write_workbook(tmp_path / "a.xlsx", [SheetTable("表", (SheetColumn(10),), [["标题"], [text]])])
    assert column(tmp_path / "a.xlsx")[1] == text


@pytest.mark.slow
@settings(max_examples=examples(80), deadline=None)
@given(
    numbers=st.lists(
        st.one_of(st.integers(-(10**18), 10**18), st.decimals(-(10**10), 10**10, places=6)),
        min_size=1,
        max_size=8,
    )
)
def test_no_digit_of_a_number_is_lost(tmp_path_factory, numbers):
    path = tmp_path_factory.getbasetemp() / "numbers.xlsx"
    write_workbook(
        path, [SheetTable("表", (SheetColumn(10),), [["标题"], *[[number] for number in numbers]])]
    )
    assert [Decimal(text or "") for text in column(path)[1:]] == [Decimal(number) for number in numbers]


def test_numbers_are_numbers_where_they_survive(tmp_path):
    rows = [["a", "b"], [38, Decimal("12.3400")], [10**16 + 1, True]]
    rows.append([Decimal("0.1"), datetime.date(2026, 9, 1)])
    write_workbook(tmp_path / "a.xlsx", [SheetTable("表", (SheetColumn(10), SheetColumn(10)), rows)])
    page = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [page[at].data_type for at in ("A2", "B2", "A3", "B3", "A4", "B4")] == list("nnssns")
    assert page["B2"].number_format == "0.00"
    assert (page["B3"].value, page["B4"].value) == ("是", "2026-09-01")


def test_the_same_tables_are_the_same_bytes():
    tables = [SheetTable("表", (SheetColumn(10),), [["a"], [1]], title="标题")]
    first = workbook_bytes(tables)
    assert workbook_bytes(tables) == first
    core = zipfile.ZipFile(io.BytesIO(first)).read("docProps/core.xml")
    assert re.findall(rb"20\d\d-", core) == [b"2000-"] * 2
    assert str(datetime.datetime.now(tz=datetime.UTC).year).encode() not in core


def test_page_title_merges_and_choices(tmp_path):
    table = SheetTable(
        "表",
        (SheetColumn(10), SheetColumn(20, text=True)),
        [["甲", None], ["子", "丑"], [1, None]],
        title="大标题",
        header_rows=2,
        merged=((1, 1, 1, 2),),
        choices=(Choices(2, 4, 9, ("是", "否"), "填是或否"), Choices(1, 4, 9, (), "只是提示")),
        landscape=True,
    )
    write_workbook(tmp_path / "a.xlsx", [table])
    page = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert {str(area) for area in page.merged_cells.ranges} == {"A1:B1", "A2:B2"}
    assert page.freeze_panes == "A4"
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.sheet_properties.pageSetUpPr is not None
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page["B4"].number_format == "@"
    lists = page.data_validations.dataValidation
    assert [(str(one.sqref), one.formula1) for one in lists] == [("B4:B9", '"是,否"'), ("A4:A9", None)]


def test_a_choice_list_that_the_format_cannot_hold_is_a_bug():
    with pytest.raises(ValueError, match="validation"):
        workbook_bytes([SheetTable("表", (SheetColumn(9),), [["a"]], choices=(Choices(1, 2, 3, ("a,b",)),))])


def test_a_text_longer_than_a_cell_is_a_problem():
    with pytest.raises(Problem, match="32767"):
        workbook_bytes([SheetTable("表", (SheetColumn(9),), [["a" * 32_768]])])


def test_writing_replaces_the_old_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    write_workbook(path, [SheetTable("表", (SheetColumn(9),), [["a"]])])
    assert column(path) == ["a"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_missing_folder(tmp_path):
    with pytest.raises(Problem) as caught:
        write_workbook(tmp_path / "none" / "a.xlsx", [SheetTable("表", (SheetColumn(9),), [["a"]])])
    assert caught.value.code == "folder-missing"
    assert caught.value.text


def test_a_file_that_cannot_be_replaced_stays(tmp_path):
    path = tmp_path / "a.xlsx"
    path.mkdir()
    with pytest.raises(Problem) as caught:
        write_workbook(path, [SheetTable("表", (SheetColumn(9),), [["a"]])])
    assert caught.value.code == "file-in-use"
    assert caught.value.text
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.not_on_windows("file size limits are a Unix thing")
def test_a_full_disk_leaves_the_old_file(tmp_path):
    import resource

    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(Problem) as caught:
            write_workbook(path, [SheetTable("表", (SheetColumn(9),), [["a"]])])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "folder-full"
    assert caught.value.text
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]
