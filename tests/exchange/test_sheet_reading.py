"""One reading of a file at every door: what the eye sees is read, what is damaged is a Problem, no more."""

import io
import random
import zipfile
from pathlib import Path
from xml.parsers.expat import ExpatError

import pytest
from openpyxl import Workbook

from db.problems import Problem
from eduapp.exchange import sheet_package
from eduapp.exchange.files import SPREADSHEETS
from eduapp.exchange.sheet_cells import column_letters
from eduapp.exchange.sheet_package import MAX_CELLS, MAX_ROWS
from eduapp.exchange.sheet_reading import read_sheets
from tests.examples import examples
from tests.exchange.biff import Error, old_workbook
from tests.exchange.odf import cell, line, ods, table

CASES = Path(__file__).parents[3] / "shared" / "cases" / "files"
ROWS = [["姓名", "学段"], ["王一", "小学"], ["李二", "初中"]]
CSV = "姓名,学段\n王一,小学\n李二,初中\n"


def code_of(path):
    with pytest.raises(Problem) as caught:
        read_sheets(path)
    return caught.value.code


def saved(path, book):
    book.save(path)
    return path


# --- .csv ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_tables_of_every_program_are_read(tmp_path, encoding, separator, end):
    path = tmp_path / "名单.csv"
    path.write_bytes(CSV.replace(",", separator).replace("\n", end).encode(encoding))
    assert [sheet.rows for sheet in read_sheets(path)] == [ROWS]


def test_a_quoted_cell_holds_the_separator_and_breaks(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_text('姓名,备注\n王一,"a,b\n""c"""\n', encoding="utf-8")
    assert read_sheets(path)[0].rows[1] == ["王一", 'a,b\n"c"']


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"a,b\n\x00,\x01\n", b"\x80\xff,\n\xff,", b"one line, of words"]
)
def test_bytes_that_are_no_text_table_are_said_so(tmp_path, data):
    path = tmp_path / "名单.csv"
    path.write_bytes(data)
    assert code_of(path) == "not-a-spreadsheet"


@pytest.mark.slow
def test_a_text_table_reaches_as_far_as_any_other(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_text("a,b\n" * MAX_ROWS, encoding="utf-8")
    assert len(read_sheets(path)[0].rows) == MAX_ROWS
    path.write_text("a,b\n" * (MAX_ROWS + 1), encoding="utf-8")
    assert code_of(path) == "spreadsheet-too-large"


# --- what the eye sees of an .xlsx ---


def test_rows_that_are_hidden_or_filtered_out_are_known(tmp_path):
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    assert read_sheets(saved(tmp_path / "a.xlsx", book))[0].hidden == {1}


def test_a_merged_cell_says_in_each_of_its_places_what_the_eye_reads(tmp_path):
    book = Workbook()
    for row in (["班级", "年级"], ["1班", "一年级"], ["2班", None], ["3班", None], ["1班", "二年级"]):
        book.active.append(row)
    book.active.merge_cells("B2:B4")
    grades = [row[1] for row in read_sheets(saved(tmp_path / "a.xlsx", book))[0].rows]
    assert grades == ["年级", "一年级", "一年级", "一年级", "二年级"]


def test_sheets_keep_their_own_looks_whatever_their_parts_are_called(tmp_path):
    book = Workbook()
    second = book.create_sheet("乙")
    for sheet in book.worksheets:
        for row in ROWS:
            sheet.append(row)
    second.row_dimensions[3].hidden = True
    first, other = read_sheets(saved(tmp_path / "a.xlsx", book))
    assert (first.hidden, other.hidden) == (set(), {2})


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ('0!.0,"万元"', "4.5万元"),
        ('0\\.0,"万"', "4.5万"),
        ("0.00", None),
        ("#,##0.00", None),
        ('"¥"#,##0.00', "¥45000"),
        ('0"元"', "45000元"),
        ('0"万元"', "45000万元"),
        ("General", None),
    ],
)
def test_a_number_that_is_shown_with_a_unit_is_told(tmp_path, form, shown):
    book = Workbook()
    book.active["B2"] = 45000
    book.active["B2"].number_format = form
    (sheet,) = read_sheets(saved(tmp_path / "a.xlsx", book))
    assert sheet.rows[1][1] == "45000"
    assert dict(sheet.units) == ({(1, 1): shown} if shown else {})


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (38.00000000000001, "38"),
        (0.1 + 0.2, "0.3"),
        (4.35, "4.35"),
        (2143000001.0, "2143000001"),
        (1e15, "1" + "0" * 15),
    ],
)
def test_the_noise_of_binary_fractions_is_not_read(tmp_path, number, text):
    book = Workbook()
    book.active["A1"] = number
    assert read_sheets(saved(tmp_path / "a.xlsx", book))[0].rows[0] == [text]


@pytest.mark.parametrize("area", ["A1:B1048576", "A1:XFD1"])
def test_a_merged_cell_over_a_whole_row_or_column_is_no_damage(tmp_path, area):
    book = Workbook()
    book.active["A1"] = "标题"
    book.active["A2"] = "下"
    saved(tmp_path / "a.xlsx", book)
    with_merged(tmp_path / "a.xlsx", f'<mergeCell ref="{area}"/>')
    assert read_sheets(tmp_path / "a.xlsx")[0].rows[1][0] == "下"


def test_merged_cells_without_end_are_damage_at_once(tmp_path):
    book = Workbook()
    book.active["A1"] = "标题"
    saved(tmp_path / "a.xlsx", book)
    with_merged(tmp_path / "a.xlsx", '<mergeCell ref="A1:IV50000"/>' * (MAX_CELLS // 1000))
    assert code_of(tmp_path / "a.xlsx") == "not-a-spreadsheet"


def with_merged(path, cells):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        b"</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>".encode()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


# --- old binary files ---


def test_errors_of_an_old_file_are_read_as_of_a_new_one(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(
        old_workbook([["甲", Error("#DIV/0!"), Error("#N/A"), Error("#REF!"), 38.00000000000001]])
    )
    assert read_sheets(path)[0].rows == [["甲", "#DIV/0!", "#N/A", "#REF!", "38"]]


def test_what_the_eye_sees_of_an_old_file(tmp_path):
    path = tmp_path / "a.et"
    rows = [["班级", "年级"], ["1班", "一年级"], ["2班", None], ["3班", "二年级"]]
    path.write_bytes(old_workbook(rows, hidden=(3,), merged=((1, 2, 1, 1),)))
    (sheet,) = read_sheets(path)
    assert sheet.rows[2] == ["2班", "一年级"]
    assert sheet.hidden == {3}


@pytest.mark.not_on_windows("asks the kernel for the most memory that was ever in use")
def test_two_far_cells_of_an_old_file_cost_two_cells(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(old_workbook([["a"], *([[]] * 40_000), [*([None] * 250), "z"]]))
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (sheet,) = read_sheets(path)
    assert (len(sheet.rows), len(sheet.rows[-1])) == (40_002, 251)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


# --- .ods ---
def test_an_open_document_is_read_by_value_and_eye(tmp_path):
    path = ods(
        tmp_path / "a.ods",
        table(
            line(cell("姓名"), cell("入职日期"), cell("人数"), cell("是否")),
            line(
                cell("王一"),
                cell("15年9月1日", "date", office__date_value="2015-09-01"),
                cell("38人", "float", office__value="38.00000000000001"),
                cell("TRUE", "boolean", office__boolean_value="true"),
                cell("#DIV/0!", "string", calcext__value_type="error"),
            ),
            line(cell("离职"), visibility="filter"),
            line(cell(), number_rows_repeated="2"),
            line(cell("合并", table__number_columns_spanned="2"), "<table:covered-table-cell/>", cell("尾")),
            line(cell(), number_rows_repeated="1048570"),
        ),
        table(line(cell("看不见")), name="隐藏", style="gone"),
    )
    (sheet,) = read_sheets(path)
    assert sheet.rows == [
        ["姓名", "入职日期", "人数", "是否"],
        ["王一", "2015-09-01", "38", "是", "#DIV/0!"],
        ["离职"],
        [],
        [],
        ["合并", "合并", "尾"],
    ]
    assert sheet.hidden == {2}


@pytest.mark.parametrize("count", [MAX_ROWS + 1, 10**9, 10**30])
def test_an_open_document_that_repeats_a_row_without_end_is_refused(tmp_path, count):
    path = ods(tmp_path / "a.ods", table(line(cell("a"), number_rows_repeated=str(count))))
    assert code_of(path) == "spreadsheet-too-large"
    path = ods(tmp_path / "b.ods", table(line(cell("a", table__number_columns_repeated=str(count)))))
    assert code_of(path) == "spreadsheet-too-large"


def test_an_open_document_under_a_password_is_said_so(tmp_path):
    path = ods(tmp_path / "a.ods", manifest="<m:encryption-data/>")
    with pytest.raises(Problem, match="密码"):
        read_sheets(path)


# --- all of them ---


def test_letters_of_columns():
    assert [column_letters(at) for at in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def made(tmp_path, suffix):
    path = tmp_path / f"名单.{suffix}"
    if suffix == "xlsx":
        book = Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
    elif suffix == "ods":
        ods(path, table(*(line(*map(cell, row)) for row in ROWS)))
    else:
        path.write_bytes(CSV.encode() if suffix == "csv" else old_workbook(ROWS))
    return path


@pytest.mark.parametrize("suffix", SPREADSHEETS)
def test_what_a_dialog_offers_is_read(tmp_path, suffix):
    assert read_sheets(made(tmp_path, suffix))[0].rows == ROWS


def damaged(data, by):
    """A file as sticks and broken copies leave it: cut, flipped, zeroed, with blocks of its own elsewhere."""
    kept, how = bytearray(data), by.randrange(6)
    at = by.randrange(max(1, len(kept) - 64))
    if how == 0:
        return bytes(kept[:at])
    if how == 1:
        for _ in range(by.randrange(1, 20)):
            kept[by.randrange(len(kept))] = by.randrange(256)
    elif how == 2:
        first = at // 512 * 512
        kept[first : first + 512] = bytes(min(512, len(kept) - first))
    elif how == 3:
        kept[at % 512 : at % 512 + 4] = by.randbytes(4)
    elif how == 4:
        other = by.randrange(max(1, len(kept) - 64))
        kept[at : at + 64] = kept[other : other + 64]
    else:
        kept[at : at + 4] = b"\xff\xff\xff\x7f"
    return bytes(kept)


@pytest.mark.parametrize("suffix", SPREADSHEETS)
def test_no_damaged_file_is_more_than_a_problem(tmp_path, suffix):
    whole, by = made(tmp_path, suffix).read_bytes(), random.Random(suffix)
    path = tmp_path / f"damaged.{suffix}"
    for _ in range(examples(60)):
        path.write_bytes(damaged(whole, by))
        said = None
        try:
            read_sheets(path)
        except Problem as problem:
            said = problem.code
        assert said in {None, "not-a-spreadsheet", "spreadsheet-too-large"}


@pytest.mark.skipif(not CASES.exists(), reason="the folder of files that went wrong (../shared) is not here")
def test_files_that_went_wrong_end_in_words():
    for name in ("X01-first-512-bytes-of-an-xls.xls", "X02-xls-with-zeroed-sectors-aborts.xls"):
        assert code_of(CASES / name) == "not-a-spreadsheet"
    old, new = (
        read_sheets(CASES / name)[0].rows
        for name in ("X05-errors-vanish-in-xls.xls", "X05-same-form-as-xlsx.xlsx")
    )
    errors = [cell for row in old for cell in row if cell and cell.startswith("#")]
    assert len(errors) == len([cell for row in new for cell in row if cell and cell.startswith("#")]) == 3
    assert read_sheets(CASES / "X04-offered-but-refused.ods")[0].rows


def test_an_empty_zip_entry_of_a_workbook_is_damage(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", b"")
    (tmp_path / "a.xlsx").write_bytes(packed.getvalue())
    assert code_of(tmp_path / "a.xlsx") == "not-a-spreadsheet"


PLAIN = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'


@pytest.mark.parametrize(
    "xml",
    [
        PLAIN,
        PLAIN.replace(b"<c r", b'<c s=">" r').replace(b'"A1"', b'"XFD1048576"'),
        PLAIN.replace(b'r="A1"', b"r='XFD1048576'"),
        PLAIN.replace(b'r="A1"', b'r="&#88;FD1048576"'),
        PLAIN.replace(b'<c r="A1">', b'<c\nr="XFD1048576">'),
        PLAIN.replace(b'<c r="A1">', b"<c>"),
        PLAIN.replace(b"<row", b"<!-- --><row"),
        PLAIN.replace(b"<c ", b"<x:c ")
        .replace(b"</c>", b"</x:c>")
        .replace(b"<worksheet", b'<worksheet xmlns:x="y"'),
        b"<?xml version='1.0'?>" + PLAIN,
        b'<?xml version="1.0" encoding="GBK"?>' + PLAIN,
        ('<?xml version="1.0" encoding="UTF-16"?>' + PLAIN.decode()).encode("utf-16"),
        PLAIN.replace(b'<row r="1">', b'<row hidden="1" r="1">'),
        PLAIN.replace(b'<row r="1">', b'<row r="7" hidden="true">').replace(b"A1", b"C7"),
        PLAIN.replace(b"<v>1</v></c>", b'<v>1</v></c><c r="XFD1" s="2"/>'),
        PLAIN.replace(b"</worksheet>", b'<mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>'),
        PLAIN.replace(b"</worksheet>", b"<mergeCells><mergeCell ref='A1:B2'/></mergeCells></worksheet>"),
    ],
)
def test_a_sheet_is_measured_by_patterns_only_where_they_say_what_its_elements_say(xml):
    by_elements, by_patterns = (sheet_package._Extent({}) for _ in range(2))
    try:
        by_elements.measure(xml)
    except (ValueError, LookupError, ExpatError):
        assert not by_patterns.measure_plain(xml) or xml == PLAIN
        return
    if by_patterns.measure_plain(xml):
        reach = by_patterns.rows, by_patterns.columns
        if reach != (by_elements.rows, by_elements.columns):  # a small sheet: what it can reach at most
            assert reach >= (by_elements.rows, by_elements.columns)
            sheet_package.check_extent(*reach, Path())
        assert by_patterns.looks == by_elements.looks


def test_what_the_programs_write_is_measured_by_patterns():
    rules = b"<dataValidation><formula1>='x'!$A$1</formula1></dataValidation></worksheet>"
    assert sheet_package._Extent({}).measure_plain(PLAIN.replace(b"</worksheet>", rules))
    assert sheet_package._Extent({}).measure_plain(PLAIN)
    assert sheet_package._Extent({}).measure_plain(b'<?xml version="1.0" encoding="UTF-8"?>\n' + PLAIN)
