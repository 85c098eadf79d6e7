"""本校记录 ↔ 教基 ↔ 学籍 ↔ 教师系统: what was imported and differs, by class and grade, never by pupil."""

from __future__ import annotations

import json

import openpyxl
import pytest

from eduapp.services import entry, importing
from eduapp.services.papers import statistics as papers
from eduapp.services.practice.making import PLANS, make_school
from eduapp.services.statistics_sources import PUPILS, STATISTICS, TEACHERS, differences, said
from tests.services import exports
from tests.services.schools import make
from tests.services.test_statistics_forms import classes, teachers


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as made:
        yield made


def take(book, path, **how):
    file = importing.opened(path)
    profile = importing.profile_for(file)
    assert profile is not None
    return importing.import_export(book, profile, file, **how)


def found(book):
    return {each.where: dict(each.values) for each in differences(book)}


def test_with_nothing_imported_nothing_differs(book):
    classes(book, ("一(1)班", 1, 40, 0))
    assert [each.source for each in said(book)] == ["own"]
    assert differences(book) == []


def test_a_roster_and_the_records_are_compared_by_class_and_grade(book, tmp_path):
    roster = [("1", "1班", 40), ("1", "2班", 41), ("2", "1班", 39)]
    path = exports.roster(
        tmp_path / "学籍.xlsx", roster, {0: {"就读方式": ("住校", 3), "是否留守儿童": ("单亲留守", 2)}}
    )
    take(book, path)
    assert found(book) == {}  # taken over: the records say what the roster says
    second = next(key for key, row in book.draft.rows["school_class"].items() if row["pupils"] == 41)
    entry.set_cell(book, "school_class", second, "pupils", "42")
    assert found(book) == {
        "教基3112 小学 总计 在校生数": {"own": 121, PUPILS: 120},
        "教基3112 小学 总计 一年级": {"own": 82, PUPILS: 81},
        "一年级 2班 学生数": {"own": 42, PUPILS: 41},
    }
    first = next(iter(book.draft.rows["school_class"]))
    entry.set_cell(book, "school_class", first, "boarders", "5")
    assert found(book)["一年级 1班 其中寄宿生"] == {"own": 5, PUPILS: 3}
    text = next(each.text for each in differences(book) if each.where == "一年级 2班 学生数")
    assert text == "一年级 2班 学生数:本校记录 42,学籍 41"


def test_what_is_kept_of_a_roster_names_no_pupil(book, tmp_path):
    take(book, exports.roster(tmp_path / "学籍.xlsx", [("1", "1班", 12)]))
    kept = json.dumps(
        {name: text for name, text in book.workbook.meta.items() if name.startswith("figures_")}
    )
    names = {exports.pupil_name(serial) for serial in range(12)}
    numbers = {exports.identity_number("2016-05", serial) for serial in range(12)}
    assert kept
    assert not [
        each for each in names | numbers if each in kept or each in json.loads(kept)["figures_pupil_register"]
    ]


@pytest.mark.slow
def test_the_statistics_a_roster_and_the_records_stand_beside_each_other(book, tmp_path):
    classes(book, ("一(1)班", 1, 40, 0), ("二(1)班", 2, 39, 0))
    take(book, exports.roster(tmp_path / "学籍.xlsx", [("1", "1班", 40), ("2", "1班", 39)]))
    tables = {"教基3112": ("教基3112 小学分类型学生数", exports.PUPIL_HEADS, {
        "总计": {"在校生数": 80, "一年级": 41, "二年级": 39, "招生数": 41},
        "#寄宿生": {"在校生数": 0},
    })}  # fmt: skip
    take(book, exports.statistics(tmp_path / "教基.xlsx", tables))
    assert found(book) == {
        "教基3112 小学 总计 在校生数": {"own": 80, STATISTICS: 80, PUPILS: 79},
        "教基3112 小学 总计 一年级": {"own": 40, STATISTICS: 41, PUPILS: 40},
    }
    # a list that is ticked decides, and then the declared total is the one that differs
    entry.set_complete(book, "school_class", complete=True)
    assert found(book)["教基3112 小学 总计 在校生数"] == {"own": 79, STATISTICS: 80, PUPILS: 79}


def test_a_rehearsal_keeps_nothing_and_another_import_replaces(book, tmp_path):
    path = exports.roster(tmp_path / "学籍.xlsx", [("1", "1班", 40)])
    take(book, path, dry_run=True)
    assert [each.source for each in said(book)] == ["own"]
    take(book, path)
    take(book, exports.roster(tmp_path / "再.xlsx", [("1", "1班", 38)]))
    (kept,) = [each for each in said(book) if each.source == PUPILS]
    assert 38 in kept.figures.values()
    assert 40 not in kept.figures.values()


def test_teachers_of_the_teacher_system_are_compared_with_the_statistics(book, tmp_path):
    teachers(book, ("甲", "小学", "语文", "本科", "一级教师", "1981-08", "在编在岗"))
    take(
        book,
        exports.teacher_system(tmp_path / "教师.xlsx", list(map(dict, book.draft.rows["teacher"].values()))),
    )
    assert {each.source for each in said(book)} == {"own", TEACHERS}
    tables = {"教基4155": ("教基4155 专任教师分课程、分学历", exports.TEACHER_HEADS, {
        "总计": {"合计": 2}, "小学": {"合计": 2, "语文": 1}, "本科": {"合计": 2, "语文": 1},
    })}  # fmt: skip
    take(book, exports.statistics(tmp_path / "教基.xlsx", tables))
    entry.set_complete(book, "teacher", complete=True)
    differing = found(book)
    assert differing["教基4155 小学 合计"] == {"own": 1, STATISTICS: 2, TEACHERS: 1}
    # that system's sheet says no degree, so it says nothing of this line
    assert differing["教基4155 小学 本科 合计"] == {"own": 1, STATISTICS: 2}
    assert "教基4155 小学 语文" not in differing


@pytest.mark.slow
@pytest.mark.parametrize("plan", [PLANS[0], PLANS[7], PLANS[10]], ids=lambda plan: plan.kind)
def test_the_forms_that_a_school_writes_differ_in_nothing_when_they_come_back(tmp_path, plan):
    with make_school(tmp_path / "校.edubook", plan, 2026) as book:
        papers.write_forms(book, tmp_path / "教基.xlsx")
        take(book, tmp_path / "教基.xlsx")
        own, kept = said(book)
        assert found(book) == {}
        assert len(kept.figures) > 100
        sheet = openpyxl.load_workbook(tmp_path / "教基.xlsx")
        page = sheet["教基4155"]
        at = next(cell for cell in page[2] if cell.value == "语文")
        page.cell(4, at.column).value += 1
        sheet.save(tmp_path / "改.xlsx")
        take(book, tmp_path / "改.xlsx")
        assert [each.where for each in differences(book)] == ["教基4155 总计 语文"]
        assert own.source == "own"
