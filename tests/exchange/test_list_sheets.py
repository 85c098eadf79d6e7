"""Lists as spreadsheets: a template of each, filled ones come back, strangers are told."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from db.problems import Problem
from db.records.catalog import LISTS, RECORDS
from db.records.values import Choice, Unread
from eduapp.exchange.list_sheets import ListReading, read_list, write_list


def sheet(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    book.worksheets[0].title = "名单"
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("record", LISTS)
def test_a_template_has_every_column_and_no_rows(tmp_path, record):
    write_list(tmp_path / "a.xlsx", record)
    assert read_list(tmp_path / "a.xlsx", record) == ListReading((), (), (), ())
    book = load_workbook(tmp_path / "a.xlsx")
    page, advice, *_ = book.worksheets
    fields = RECORDS[record].fields.values()
    assert [cell.value for cell in page[1]] == [each.heading for each in fields]
    assert [row[0].value for row in advice.iter_rows(min_row=2)] == [each.heading for each in fields]


def test_choices_and_hints_stand_on_their_columns(tmp_path):
    write_list(tmp_path / "a.xlsx", "teacher")
    page = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert rules["F2:F5000"].formula1 == '"是,否"'
    assert "本科毕业" in str(rules["E2:E5000"].formula1)
    assert rules["B2:B5000"].prompt == RECORDS["teacher"].fields["birth_month"].item.help
    assert page.column_dimensions["B"].number_format == "@"  # 1985-03 must not become a date


@pytest.mark.parametrize("record", LISTS)
def test_each_choice_can_be_picked_from_a_list(tmp_path, record):
    write_list(tmp_path / "a.xlsx", record)
    book = load_workbook(tmp_path / "a.xlsx")
    rules = {
        str(rule.sqref).rstrip("0123456789")[0]: rule
        for rule in book.worksheets[0].data_validations.dataValidation
    }
    for column, each in zip("ABCDEFGHIJKLM", RECORDS[record].fields.values(), strict=False):
        if not isinstance(each.item.kind, Choice) or not each.item.kind.options:
            continue
        wanted = [words for _, words in each.item.kind.options]
        source = str(rules[column].formula1)
        if source.startswith('"'):
            assert source.strip('"').split(",") == wanted
            assert len(source) <= 257  # the format's limit for a list in the rule itself
        else:
            name, area = source.split("!")
            assert [cell.value for (cell,) in book[name.strip("'")][area.replace("$", "")]] == wanted


def test_a_filled_list_comes_back(tmp_path):
    rows = [
        {"name": "音乐室(1)", "kind": "music", "area": Decimal("96.5000"), "multimedia": True},
        {"name": "=1+1", "kind": None, "area": Unread("约500"), "multimedia": False},
    ]
    write_list(tmp_path / "a.xlsx", "room", rows)
    reading = read_list(tmp_path / "a.xlsx", "room")
    assert reading.rows == (
        {"name": "音乐室(1)", "kind": "音乐教室", "area": "96.5", "multimedia": "是"},
        {"name": "=1+1", "area": "约500", "multimedia": "否"},
    )
    assert (reading.ignored, reading.cleaned) == ((), ())


def test_a_referred_row_is_shown_by_its_title_and_read_as_typed(tmp_path):
    key = "0" * 32
    row = {"date": datetime.date(2026, 9, 1), "school_class": key, "subject": "chinese", "planned": 30}
    write_list(tmp_path / "a.xlsx", "homework", [row], {key: "一年级(1)班"})
    assert read_list(tmp_path / "a.xlsx", "homework").rows == (
        {"date": "2026-09-01", "school_class": "一年级(1)班", "subject": "语文", "planned": "30"},
    )


def test_columns_in_any_order_under_titles_with_labels_or_headings(tmp_path):
    path = sheet(
        tmp_path / "a.xlsx",
        ["阳光小学班级表"],
        [],
        ["序号", "学生数", "备注", "班 级", "年级*", "班主任", "其中寄宿生（人）"],
        [1, "41人", "新", "一年级(1)班", 1.0, None, "３"],
        [2, None, None, None, None, None, None],
        [None, None, None, None, None, None, None],
        [3, 40.0, None, " 一年级(2)班", "一年级", None, None],
        ["合计", 81, None, None, None, None, 3],
    )
    reading = read_list(path, "school_class")
    assert reading.rows == (
        {"pupils": "41", "name": "一年级(1)班", "grade": "1", "boarders": "3"},
        {"pupils": "40", "name": "一年级(2)班", "grade": "一年级"},
    )
    assert [(note.where, note.reason) for note in reading.ignored] == [
        ("名单 C3", "「备注」列不是本表的项目"),
        ("名单 A8", "合计行"),
    ]
    assert [(item.where, item.before, item.after) for item in reading.cleaned] == [
        ("名单 B4", "41人", "41"),
        ("名单 G4", "３", "3"),
        ("名单 D7", " 一年级(2)班", "一年级(2)班"),
    ]


def test_a_column_twice_and_required_ones_missing(tmp_path):
    path = sheet(tmp_path / "a.xlsx", ["班级", "学生数", "学生数(人)"], ["一(1)", 30, 31])
    reading = read_list(path, "school_class")
    assert reading.rows == ({"name": "一(1)", "pupils": "30"},)
    assert [note.reason for note in reading.ignored] == ["「学生数(人)」列重复,采用前面的一列"]
    assert reading.missing == ("grade",)


@pytest.mark.parametrize("record", LISTS)
def test_a_wrong_spreadsheet_is_said_so(tmp_path, record):
    path = sheet(tmp_path / "a.xlsx", ["甲", "乙"], ["一", 1])
    with pytest.raises(Problem) as caught:
        read_list(path, record)
    assert caught.value.code == "no-known-columns"
    assert RECORDS[record].fields[next(iter(RECORDS[record].fields))].heading in caught.value.text


def test_what_is_no_list_is_a_bug(tmp_path):
    with pytest.raises(KeyError):
        read_list(tmp_path / "a.xlsx", "school")
    with pytest.raises(KeyError):
        write_list(tmp_path / "a.xlsx", "nothing")
