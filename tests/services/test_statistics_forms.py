"""教基 forms from a school's records: what a cell counts, and what stays blank."""

from __future__ import annotations

import pytest

from db.problems import Problem
from eduapp.services import entry
from eduapp.services.practice import making as practice
from eduapp.services.practice.making import PLANS
from eduapp.services.practice.plans import teacher_count
from eduapp.services.statistics_forms import forms, numbers
from tests.services.schools import make


@pytest.fixture
def book(tmp_path):
    with make(tmp_path, "3143000008", "清源学校", "312") as made:
        yield made


def lines(book, number):
    (form,) = forms(book, number)
    found = {}
    for line in form.lines:
        cells = dict(zip(form.columns, (cell.value for cell in line.cells), strict=True))
        found[line.stage or "", line.label] = cells
    return found, form


def classes(book, *rows):
    names = ("name", "grade", "pupils", "boarders")
    entry.add_rows(book, "school_class", [dict(zip(names, map(str, row), strict=True)) for row in rows])


def teachers(book, *rows):
    names = ("name", "stage", "subject", "degree", "title", "birth_month", "post")
    entry.add_rows(book, "teacher", [dict(zip(names, row, strict=True)) for row in rows])


def test_pupils_are_counted_by_grade_and_class_lists(book):
    classes(book, ("一(1)班", 1, 40, 0), ("一(2)班", 1, 41, 2), ("六(1)班", 6, 39, 5), ("七(1)班", 7, 50, 20))
    entry.add_rows(
        book,
        "care",
        [
            {"school_class": "一(1)班", "kind": "留守儿童", "pupils": "3"},
            {"school_class": "七(1)班", "kind": "留守儿童", "pupils": "4"},
            {"school_class": "六(1)班", "kind": "随迁子女", "pupils": "2"},
        ],
    )
    entry.set_cell(book, "section_total", "primary", "intake", "81")
    found, form = lines(book, "教基3112")
    total = found["primary", "总计"]
    assert (total["在校生数"], total["招生数"], total["一年级"], total["二年级"], total["六年级"]) == (
        120,
        81,
        81,
        0,
        39,
    )
    assert (total["预计毕业生数"], total["#女"], total["毕业生数"]) == (39, None, None)
    assert [found["primary", "#寄宿生"][each] for each in ("在校生数", "一年级", "六年级")] == [7, 2, 5]
    assert found["primary", "#寄宿生"]["招生数"] is None
    assert [found["primary", "#农村留守儿童"][each] for each in ("在校生数", "一年级")] == [3, 3]
    assert found["primary", "#进城务工人员随迁子女"]["在校生数"] == 2
    assert any("本程序的记录里没有这一项" in note for note in form.notes)
    lower, _ = lines(book, "教基3115")
    assert (lower["lower_secondary", "总计"]["在校生数"], lower["lower_secondary", "总计"]["一年级"]) == (
        50,
        50,
    )
    assert lower["lower_secondary", "#农村留守儿童"]["一年级"] == 4


def test_in_a_five_four_school_grade_six_is_the_first_of_the_lower_secondary(book):
    entry.set_cell(book, "school", "-", "system", entry.read(book, "school", "system", "五四制"))
    classes(book, ("五(1)班", 5, 40, 0), ("六(1)班", 6, 39, 0), ("九(1)班", 9, 38, 0))
    primary, _ = lines(book, "教基3112")
    assert primary["primary", "总计"]["在校生数"] == primary["primary", "总计"]["预计毕业生数"] == 40
    lower, _ = lines(book, "教基3115")
    total = lower["lower_secondary", "总计"]
    assert (total["一年级"], total["四年级"], total["预计毕业生数"]) == (39, 38, 38)


def test_teachers_are_counted_by_degree_course_title_and_age(book):
    teachers(
        book,
        ("甲", "小学", "语文", "本科", "一级教师", "1981-08", "在编在岗"),
        ("乙", "小学", "体育与健康", "专科", "高级教师", "1981-09", "在岗不在编"),
        ("丙", "初中", "语文", "硕士", "未定职级", "2002-01", "在编在岗"),
        ("丁", "初中", "音乐", "研究生班", "一级教师", "1960-01", "借入"),
        ("戊", "初中", "美术", "本科", "一级教师", "1970-01", "走教"),
    )
    found, form = lines(book, "教基4155")
    assert found["", "总计"]["合计"] == 4
    assert (found["primary", "小学"]["合计"], found["primary", "小学"]["体育与健康"]) == (2, 1)
    assert (found["primary", "本科"]["语文"], found["primary", "本科"]["体育与健康"]) == (1, 0)
    assert found["lower_secondary", "硕士研究生"]["合计"] == 1
    assert any("初中有 1 人不在所列各行" in note for note in form.notes)
    titles, _ = lines(book, "教基4153")
    # on 1 September 2026: born in August 1981 is 45, born in September 44
    assert (titles["primary", "中级"]["45-49岁"], titles["primary", "副高级"]["40-44岁"]) == (1, 1)
    assert (
        titles["lower_secondary", "未定职级"]["24岁及以下"],
        titles["lower_secondary", "中级"]["60岁及以上"],
    ) == (1, 1)
    staff, _ = lines(book, "教基4149")
    assert (staff["", "总计"]["专任教师"], staff["", "总计"]["校外教师"]) == (4, 1)
    assert (staff["", "#在编人员"]["专任教师"], staff["", "#在编人员"]["教职工数"]) == (2, None)


def test_who_does_not_say_leaves_blank_what_he_may_belong_to_and_nothing_else(book):
    teachers(
        book,
        ("甲", "小学", "语文", "", "一级教师", "1981-08", "在编在岗"),
        ("乙", "小学", "数学", "本科", "一级教师", "1981-08", "在编在岗"),
    )
    found, form = lines(book, "教基4155")
    assert (found["primary", "本科"]["语文"], found["primary", "本科"]["数学"]) == (None, 1)
    assert found["primary", "小学"]["语文"] == 1
    assert "教师有 1 行没有填「学历」,它们可能落入的格留空。" in form.notes
    titles, _ = lines(book, "教基4153")
    assert titles["primary", "中级"]["45-49岁"] == 2


def test_a_list_that_nobody_filled_is_no_zero_and_a_total_that_was_typed_stands(book):
    found, form = lines(book, "教基3112")
    assert set(found["primary", "总计"].values()) == {None}
    assert any("班级没有填" in note for note in form.notes)
    entry.set_cell(book, "section_total", "primary", "pupils", "300")
    assert lines(book, "教基3112")[0]["primary", "总计"]["在校生数"] == 300


def test_only_the_forms_of_its_stages_are_a_schools(tmp_path):
    with make(tmp_path) as book:
        assert [each.number for each in forms(book)] == [each for each in numbers() if each != "教基3115"]
        with pytest.raises(Problem) as caught:
            forms(book, "教基9999")
        assert caught.value.code == "form-unknown"


@pytest.mark.slow
@pytest.mark.parametrize("plan", [PLANS[0], PLANS[7], PLANS[10]], ids=lambda plan: plan.kind)
def test_the_forms_of_the_practice_schools_add_up(tmp_path, plan):
    with practice.make_school(tmp_path / "校.edubook", plan, 2026) as book:
        found, _ = lines(book, "教基4155")
        for stage in plan.kind.stages:
            block = [
                cells for (own, label), cells in found.items() if own == stage and not label.startswith("#")
            ]
            whole, *degrees = block
            assert whole["合计"] == teacher_count(plan, stage)
            for column, value in whole.items():
                if value is not None:
                    assert sum(each[column] for each in degrees) == value, column
            assert sum(value for name, value in whole.items() if name != "合计" and value) == whole["合计"]
        for number in ("教基3112", "教基3115"):
            for (stage, label), cells in lines(book, number)[0].items():
                grades = [
                    value for name, value in cells.items() if name.endswith("年级") and value is not None
                ]
                if label == "总计" and stage in plan.kind.stages:
                    assert sum(grades) == cells["在校生数"]


def test_a_total_that_is_not_the_sum_of_its_grades_and_a_list_without_its_tick_are_said(book):
    classes(book, ("一(1)班", 1, 40, 0), ("六(1)班", 6, 39, 0), ("七(1)班", 7, 50, 0))
    unticked = "班级没有勾「本表已填全」:各格按已登记的行计,没有登记的记为 0,请核对。"
    assert unticked in lines(book, "教基3112")[1].notes
    for typed, words in (("79", ""), ("80", "「小学总计」的合计是 80,各栏相加是 79")):
        entry.set_cell(book, "section_total", "primary", "pupils", typed)
        said = [note for note in lines(book, "教基3112")[1].notes if "各栏相加" in note]
        assert [words in note for note in said] == [True] * bool(words), typed
    entry.set_complete(book, "school_class", complete=True)
    assert not [note for note in lines(book, "教基3112")[1].notes if "各栏相加" in note or note == unticked]


def test_ages_and_courses_of_a_total_are_added_up_too(book):
    teachers(book, ("甲", "小学", "语文", "本科", "一级教师", "1981-08", "在编在岗"))
    assert not any("各栏相加" in note for each in forms(book) for note in each.notes)
    entry.set_cell(book, "section_total", "primary", "teachers", "2")
    for number in ("教基4153", "教基4155"):
        assert any("「小学」的合计是 2,各栏相加是 1" in note for note in lines(book, number)[1].notes)
