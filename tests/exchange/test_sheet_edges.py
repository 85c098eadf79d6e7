"""Bounds of reading and writing sheets: at them, just below, just above."""

from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from db.problems import Problem
from db.records.catalog import SCHOOL_RECORDS
from eduapp.exchange import list_sheets, ods_sheets, old_sheets, sealing
from eduapp.exchange.sheet_package import MAX_CELLS, MAX_COLUMNS
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.exchange.sheet_rows import NOTE, ROW, row_kind
from eduapp.exchange.spreadsheets import SheetColumn, SheetTable, write_workbook
from tests.exchange.test_sheet_reading import cell, line, ods, table

LONG = "清河县第一初级中学"


@pytest.mark.parametrize("cells", [5, 6, 7])
def test_as_many_cells_as_allowed_are_read_and_not_one_more(tmp_path, monkeypatch, cells):
    monkeypatch.setattr(ods_sheets, "MAX_CELLS", 6)
    path = ods(tmp_path / "a.ods", table(*[line(cell("a"))] * cells))
    if cells > 6:
        with pytest.raises(Problem) as caught:
            read_sheets(path)
        assert caught.value.code == "spreadsheet-too-large"
    else:
        assert len(read_sheets(path)[0].rows) == cells


def test_old_merged_cells_count_as_wide_as_they_are(tmp_path):
    def looks(areas):
        return old_sheets._looks(SimpleNamespace(merged_cells=areas, rowinfo_map={}), tmp_path)

    many = MAX_CELLS // MAX_COLUMNS + 1
    assert len(looks([(0, 1, 0, 2)] * many).merged) == many
    with pytest.raises(Problem):
        looks([(0, 1, 0, MAX_COLUMNS)] * many)


@pytest.mark.parametrize(("size", "code"), [(99, "damaged"), (100, "damaged"), (101, "too-large")])
def test_a_sealed_file_may_be_as_large_as_allowed(monkeypatch, size, code):
    monkeypatch.setattr(sealing, "MAX_BYTES", 100)
    with pytest.raises(Problem) as caught:
        sealing.unseal(bytes(size), [])
    assert caught.value.code == code


def test_a_row_with_one_long_value_is_a_row_and_the_same_over_two_cells_a_note():
    header = {0: "学校", 1: "地址"}
    assert row_kind([LONG, None], header) == ROW
    assert row_kind([LONG, LONG], header) == NOTE
    assert row_kind([LONG, LONG + "甲"], header) == ROW


def test_a_column_is_as_wide_as_its_longest_words():
    fields = SCHOOL_RECORDS["teacher"].fields
    widths = {name: list_sheets._column(field).width for name, field in fields.items()}
    for name, field in fields.items():
        words = list_sheets._options(field)
        assert widths[name] >= 2 * max([len(field.heading), field.item.width, *map(len, words)]) + 2


def test_joined_cells_below_the_headings_get_the_height_of_their_text_and_headings_keep_theirs(tmp_path):
    text = "很长的说明" * 20
    rows = [[text, None], ["甲", "1"], [text, None]]
    made = SheetTable(
        "表", (SheetColumn(8), SheetColumn(8)), rows, header_rows=1, merged=((1, 1, 1, 2), (3, 1, 3, 2))
    )
    sheet = load_workbook(write(tmp_path, made)).active
    assert sheet.row_dimensions[1].height is None
    assert sheet.row_dimensions[3].height > 15


def test_a_title_has_no_border_and_every_cell_of_the_table_has_one(tmp_path):
    made = SheetTable("表", (SheetColumn(8),), [["列"], ["甲"]], header_rows=1, title="题目")
    sheet = load_workbook(write(tmp_path, made)).active
    assert [sheet.cell(row, 1).border.left.style for row in (1, 2, 3)] == [None, "thin", "thin"]


def write(folder, made):
    path = folder / "a.xlsx"
    write_workbook(path, [made])
    return path
