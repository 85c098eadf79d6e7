"""Importing: the rehearsal says what happens, a backup is made first, and what is written out comes back."""

from __future__ import annotations

import random
from dataclasses import replace

import openpyxl
import pytest

from db.problems import Problem
from db.records.catalog import LISTS, RECORDS
from db.records.values import Unread
from eduapp.exchange.school_form import rows_of_form
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.services import checking, entry, importing
from eduapp.services.hand_off import sending
from eduapp.services.practice.making import PLANS, make_school
from eduapp.standards.figures import FIGURES
from tests.cli.forms import KINDS, filling, write_form
from tests.services.persons import identity, mobile
from tests.services.schools import CODE, fill, make

PREFIX = {"211": "21", "218": "21", "311": "31", "312": "31", "341": "34", "345": "34"}


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as book:
        yield book


def cells_of(book):
    return {
        (record, key, name): cell
        for record, rows in book.draft.rows.items()
        for key, row in rows.items()
        for name, cell in row.items()
    }


def verdicts(book):
    """Every verdict with its numbers; homework is not on the form, notes name rows."""
    report = checking.check(book)
    found = [(section.stage, each) for section in report.sections for each in section.verdicts]
    found += [(None, each) for each in report.school_level if each.code != "Q8"]
    return {
        (stage, each.code): (each.outcome, each.value, each.gap and each.gap.short) for stage, each in found
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_rehearsal_equals_the_import(tmp_path, kind):
    code = f"{PREFIX[kind]}43000001"
    dice = random.Random(f"dry{kind}")
    cells = filling(dice, kind, code) | {
        "没有这一项": 5,
        "美术专任教师人数": "三人",
        "音乐专任教师人数": "2人",
    }
    path = write_form(tmp_path / "表.xlsx", cells)
    with make(tmp_path, code, "n", kind) as book:
        before = cells_of(book)
        dry = importing.import_form(book, path, dry_run=True)
        assert cells_of(book) == before
        assert not (tmp_path / "备份").exists()
        real = importing.import_form(book, path)
        assert cells_of(book) != before
        assert dry == real
        assert checking.check(book) == real.report
        again = importing.import_form(book, path)
        assert not again.changes
        assert (again.values_set, again.report) == (real.values_set, real.report)


def test_a_blank_states_nothing_and_what_is_unreadable_is_kept(book, tmp_path):
    entry.set_cell(book, "school_total", "-", "music", "4")
    cells = {"学校代码": CODE, "音乐专任教师人数": "  ", "美术专任教师人数": "三人", "体育专任教师人数": 0}
    importing.import_form(book, write_form(tmp_path / "表.xlsx", cells))
    row = book.draft.only("school_total")
    assert (row["music"], row["fine_art"], row["pe"], row["art"]) == (4, Unread("三人"), 0, None)


def test_a_backup_is_made_first_and_one_import_is_one_undo(book, tmp_path):
    before = cells_of(book)
    path = write_form(tmp_path / "表.xlsx", {"学校代码": CODE, "小学学生人数": 5, "班级总数": 1})
    done = importing.import_form(book, path)
    (backup,) = (tmp_path / "备份").iterdir()
    assert backup.name.endswith("导入前.edubook")
    entry.apply(book, done.changes.inverse())
    assert cells_of(book) == before


def test_what_is_approved_is_closed_to_an_import_and_to_its_rehearsal(book, tmp_path):
    path = write_form(tmp_path / "表.xlsx", {"学校代码": CODE, "小学学生人数": 5})
    sending.approve(book)
    for dry_run in (True, False):
        with pytest.raises(Problem) as raised:
            importing.import_form(book, path, dry_run=dry_run)
        assert raised.value.code == "approved-closed"


@pytest.mark.slow
@pytest.mark.parametrize("record", LISTS)
def test_a_list_written_out_comes_back(tmp_path, record):
    with make(tmp_path) as one, make(tmp_path, "2143000002") as other:
        fill(one)
        fill(other)
        entry.delete_rows(other, record, list(other.draft.rows[record]))
        if record in {"room", "equipment"}:
            field = "area" if record == "room" else "value"
            entry.add_row(one, record, {"name": "=1+1", field: "约60", "kind": "", "multimedia": ""} if
                          record == "room" else {"name": "@SUM(A1)", field: "0.000001"})  # fmt: skip
        importing.write_list(one, record, tmp_path / "表.xlsx", filled=True)
        dry = importing.import_list(other, record, tmp_path / "表.xlsx", dry_run=True)
        assert len(other.draft.rows[record]) == 0
        real = importing.import_list(other, record, tmp_path / "表.xlsx")
        assert (dry.rows_read, dry.values_set, dry.ignored) == (real.rows_read, real.values_set, real.ignored)
        assert real.ignored == ()
        shown = [
            [[entry.show(book, record, name, row[name]) for name in RECORDS[record].fields]
             for row in book.draft.rows[record].values()]
            for book in (one, other)
        ]  # fmt: skip
        assert shown[0] == shown[1]
        if record == "homework":
            assert {type(row["school_class"]) for row in other.draft.rows["homework"].values()} == {str}


@pytest.mark.slow
@pytest.mark.parametrize("record", LISTS)
def test_an_empty_template_imports_nothing(book, tmp_path, record):
    importing.write_list(book, record, tmp_path / "表.xlsx")
    done = importing.import_list(book, record, tmp_path / "表.xlsx")
    assert (done.rows_read, bool(done.changes)) == (0, False)
    sheet = openpyxl.load_workbook(tmp_path / "表.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == [field.heading for field in RECORDS[record].fields.values()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_official_form_comes_back_with_the_same_verdicts(tmp_path, kind):
    code = f"{PREFIX[kind]}43000001"
    cells = filling(random.Random(f"back{kind}"), kind, code, blanks=0.05)
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    with make(first, code, "n", kind) as one, make(second, code, "n", kind) as other:
        importing.import_form(one, write_form(tmp_path / "表.xlsx", cells))
        importing.write_official_form(one, tmp_path / "回.xlsx")
        done = importing.import_form(other, tmp_path / "回.xlsx")
        assert done.ignored == ()
        assert verdicts(other) == verdicts(one)
        found = cells_of(other)
        asked = {place: cell for place, cell in cells_of(one).items() if cell is not None}
        assert {place: found[place] for place in asked} == asked


def forget_what_the_form_does_not_ask(book):
    """Leave what the official form can carry: its items, and the lists that add up to them."""
    asked = {(record, name) for record, _, name in (row.key for row in rows_of_form())}
    asked |= {("section_total", name) for _, name in asked if name in RECORDS["section_total"].fields}
    lists = {
        figure.list_name
        for figure in FIGURES.values()
        if any((figure.record, name) in asked for name in figure.fields)
    }
    for record, rows in book.draft.rows.items():
        if not RECORDS[record].is_list:
            cells = [
                (record, key, name, None) for key in rows for name in rows[key] if (record, name) not in asked
            ]
            entry.set_cells(book, cells, "只留填报表格的项目")
        elif record not in lists:
            entry.delete_rows(book, record, list(rows))


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_lists_written_into_the_form_give_the_same_verdicts(tmp_path, plan):
    """Also where the declared totals differ: the lists decide, so the paper must say what they say."""
    with (
        make_school(tmp_path / "a.edubook", replace(plan, homework=0), 2026) as one,
        make(tmp_path, plan.code, plan.name, plan.kind) as other,
    ):
        forget_what_the_form_does_not_ask(one)
        for field in ("backbone", "teachers", "multimedia_rooms", "classes"):
            entry.set_cell(one, "school_total", "-", field, "9999")
        importing.write_official_form(one, tmp_path / "表.xlsx")
        importing.import_form(other, tmp_path / "表.xlsx")
        other.workbook.set_meta(standards=one.workbook.meta["standards"])
        assert verdicts(other) == verdicts(one)


def test_a_form_that_is_handed_in_has_no_numbers_in_it(book, tmp_path):
    entry.set_cell(book, "school", "-", "name", f"明德小学 {mobile(1)}")
    entry.set_cell(book, "school_total", "-", "field_area", identity())
    importing.write_official_form(book, tmp_path / "表.xlsx")
    rows = [row for sheet in read_sheets(tmp_path / "表.xlsx") for row in sheet.rows]
    told = "".join(text or "" for row in rows for text in row)
    assert mobile(1) not in told
    assert identity() not in told


def test_numbers_in_a_form_are_left_out_and_named(book, tmp_path):
    cells = {"学校名称": f"明德小学 {mobile(1)}", "校内体育场面积": identity()}
    done = importing.import_form(book, write_form(tmp_path / "表.xlsx", cells))
    assert done.numbers == 2
    assert sum("号码未导入" in each.reason for each in done.ignored) == 2
    assert all(mobile(1) not in each.reason and identity() not in each.reason for each in done.ignored)
    assert book.draft.only("school")["name"] == "明德小学"
    assert book.draft.only("school_total")["field_area"] is None
