"""Exports of other systems: fabricated from the practice school, dirtied, they give back its figures."""

import logging
import random

import openpyxl
import pytest

from db.problems import Problem
from db.records.choices import Stage
from eduapp.exchange import profiles
from eduapp.exchange.class_names import number_of_class
from eduapp.exchange.profile_pupils import grade_of
from eduapp.exchange.sheet_cells import Sheet
from eduapp.services import entry, importing
from eduapp.services.answers import HIDDEN, NO_ANSWERS, TAKE
from eduapp.services.folders import data_folder
from eduapp.services.practice.making import PLANS, make_school
from tests.examples import examples
from tests.services import exports
from tests.services.schools import make
from tests.services.test_importing_rows import counts, rows_of, shown

PRIMARY, NINE_YEAR = PLANS[0], next(plan for plan in PLANS if plan.kind == "312")


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("practice")
    with make_school(folder / "a.edubook", PRIMARY, 2026) as book:
        return {name: [dict(row) for row in rows.values()] for name, rows in book.draft.rows.items()}


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        yield opened


def take(book, path, record="", name="", **how):
    file = importing.opened(path)
    profile = importing.profile_for(file, record, name)
    assert profile is not None
    return importing.import_export(book, profile, file, **how)


# --- teachers ---


def taught(book):
    return sorted(
        shown(book, "teacher", "name", "birth_month", "stage", "subject", "post", "hired", "backbone")
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_teacher_systems_export_gives_back_the_teachers(book, tmp_path, practice, seed):
    by = random.Random(seed) if seed else None
    path = exports.teacher_system(tmp_path / "a.xlsx", practice["teacher"], by)
    done = take(book, path)
    assert done.rows["new"] == len(practice["teacher"])
    assert sum(done.rows.values()) == done.rows_read
    assert done.missing == ("degree", "certificate")
    there = make_school(tmp_path / "practice.edubook", PRIMARY, 2026)
    with there:
        assert taught(book) == taught(there)
    assert not take(
        book, exports.teacher_system(tmp_path / "b.xlsx", practice["teacher"], random.Random(9))
    ).changes.edits


def test_an_export_says_no_less_than_what_is_there(book, tmp_path):
    row = {
        "name": "王一",
        "birth_month": "1985-03",
        "stage": "primary",
        "subject": "chinese",
        "post": "on_post",
    }
    row |= {"backbone": "county", "hired": None}
    entry.add_rows(
        book, "teacher", [{"name": "王一", "birth_month": "1985-03", "backbone": "省级", "degree": "本科"}]
    )
    done = take(book, exports.teacher_system(tmp_path / "a.xlsx", [row]))
    assert counts(done) == {"changed": 1}
    assert shown(book, "teacher", "backbone", "degree", "subject") == [("省级", "本科毕业", "语文")]
    assert counts(take(book, tmp_path / "a.xlsx")) == {"unchanged": 1}


def test_who_has_left_is_told_and_posts_are_those_of_the_system(book, tmp_path):
    rows = [
        {
            "name": f"师{at}",
            "birth_month": "1985-03",
            "stage": "primary",
            "subject": "chinese",
            "backbone": "none",
        }
        | {"post": post, "hired": None}
        for at, post in enumerate(exports._POSTS)
    ]
    done = take(book, exports.teacher_system(tmp_path / "a.xlsx", rows))
    assert counts(done) == {"new": 5}
    assert [post for (post,) in shown(book, "teacher", "post")] == [
        "在编在岗",
        "在岗不在编(合同一年及以上)",
        "借出",
        "在编不在岗",
        "工勤或教辅",
    ]


@pytest.mark.slow
def test_of_an_annual_list_the_month_of_birth_stays_and_no_number(book, tmp_path, practice):
    path = exports.annual_teachers(tmp_path / "a.xlsx", practice["teacher"], random.Random(1))
    done = take(book, path)
    assert done.rows["new"] == len(practice["teacher"])
    with make_school(tmp_path / "practice.edubook", PRIMARY, 2026) as there:
        names = ("name", "birth_month", "stage", "subject", "degree", "title")
        assert sorted(shown(book, "teacher", *names)) == sorted(shown(there, "teacher", *names))
    assert done.numbers == len(practice["teacher"])
    assert not [text for row in rows_of(book, "teacher") for text in row if exports._REGION in text]


# --- pupils ---

MARKS = {
    0: {"就读方式": ("住校", 3), "是否留守儿童": ("双亲留守", 2), "随班就读": ("智力残疾随班就读", 1)},
    1: {"是否进城务工人员随迁子女": ("是", 4), "残疾类型": ("肢体残疾", 1), "是否由政府购买学位": ("是", 2)},
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_roster_gives_back_the_classes_with_their_counts(book, tmp_path, practice, seed):
    by = random.Random(seed) if seed else None
    spelled = ["{0}", "{1}班", "({1})班", "{2}({1})班", "0{1}"][seed]
    classes = []
    for row in practice["school_class"]:
        number = number_of_class(row["name"])
        name = spelled.format(row["name"], number, "一二三四五六七八九"[int(row["grade"]) - 1])
        classes.append((row["grade"], name, row["pupils"]))
    done = take(book, exports.roster(tmp_path / "a.xlsx", classes, MARKS, by))
    assert done.rows["new"] == sum(row["pupils"] for row in practice["school_class"])
    assert sum(done.rows.values()) == done.rows_read
    assert sorted(shown(book, "school_class", "name", "grade", "pupils")) == sorted(
        (row["name"], "一二三四五六七八九"[int(row["grade"]) - 1] + "年级", str(row["pupils"]))
        for row in practice["school_class"]
    )
    boarders = [text for (text,) in shown(book, "school_class", "boarders")]
    assert sorted(boarders, reverse=True) == ["3"] + ["0"] * (len(classes) - 1)
    first, second = practice["school_class"][0]["name"], practice["school_class"][1]["name"]
    assert sorted(shown(book, "care", "school_class", "kind", "pupils")) == [
        (first, "留守儿童", "2"),
        (second, "随迁子女", "4"),
    ]
    assert shown(book, "special_needs", "school_class", "mode", "pupils") == [(first, "随班就读", "1")]
    assert book.draft.only("school_total")["migrants"] == 4
    told = " ".join(each.reason for each in done.ignored)
    assert "残疾学生 1 人" in told
    assert "购买学位的学生 2 人" in told
    again = take(book, exports.roster(tmp_path / "b.xlsx", classes, MARKS, random.Random(7)))
    assert not again.changes.edits
    assert again.rows["unchanged"] == done.rows["new"]


def test_a_count_that_fell_to_nobody_is_changed_and_one_of_nobody_is_not_made(book, tmp_path):
    classes = [("1", "1班", 3), ("1", "2班", 2)]
    take(book, exports.roster(tmp_path / "a.xlsx", classes, {0: {"是否留守儿童": ("单亲", 2)}}))
    done = take(book, exports.roster(tmp_path / "b.xlsx", classes))
    assert shown(book, "care", "kind", "pupils") == [("留守儿童", "0")]
    assert len(done.changes.edits) == 1


def test_what_is_not_said_of_a_pupil_leaves_the_count_of_his_class_open(book, tmp_path):
    classes = [("1", "1班", 3), ("1", "2班", 2)]
    done = take(book, exports.roster(tmp_path / "a.xlsx", classes, {0: {"就读方式": (None, 1)}}))
    assert shown(book, "school_class", "boarders") == [("",), ("0",)]
    assert "「就读方式」有 1 人没有填或看不懂" in " ".join(each.reason for each in done.ignored)


def test_a_pupil_who_stands_there_twice_is_counted_once(book, tmp_path):
    path = exports.roster(tmp_path / "a.xlsx", [("1", "1班", 3)])
    sheets = importing.opened(path).sheets
    sheets[0].rows.append(list(sheets[0].rows[1]))
    done = importing.import_export(book, profiles.recognised(sheets), importing.OpenedSheets(path, sheets))
    assert shown(book, "school_class", "pupils") == [("3",)]
    assert counts(done) == {"new": 3, "refused": 1}


def test_existing_classes_keep_their_names_and_rows(book, tmp_path):
    entry.add_rows(
        book, "school_class", [{"name": "一(1)班", "grade": "一年级", "pupils": "3", "catchment": "2"}]
    )
    (key,) = book.draft.rows["school_class"]
    done = take(book, exports.roster(tmp_path / "a.xlsx", [("1", "一年级1班", 4)]))
    assert counts(done) == {"changed": 4}
    assert list(book.draft.rows["school_class"]) == [key]
    assert shown(book, "school_class", "name", "pupils", "catchment") == [("一(1)班", "4", "2")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"grade": "一年级"}, "1"),
        ({"grade": "小学三年级"}, "3"),
        ({"grade": "初中一年级"}, "7"),
        ({"grade": "初二"}, "8"),
        ({"grade": "一年级", "stage": "初中"}, "7"),
        ({"grade": "07-七年级"}, "7"),
        ({"grade": "2024级", "stage": "小学"}, "3"),
        ({"grade": "初中2025级"}, "8"),
        ({"grade": "2024级"}, ""),
        ({"grade": "", "class": "二年级(3)班"}, "2"),
        ({"grade": "高一"}, ""),
        ({"grade": ""}, ""),
    ],
)
def test_grades_as_registers_write_them(said, code):
    assert grade_of(said, 2026) == code


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("一年级(1)班", 1),
        ("一（2）班", 2),
        ("3班", 3),
        ("04", 4),
        ("二年级十二班", 12),
        ("初三5班", 5),
        ("2026级6班", 6),
        ("阳光班", None),
        ("", None),
    ],
)
def test_numbers_of_classes_as_registers_write_them(name, number):
    assert number_of_class(name) == number


# --- no pupil is anywhere ---


@pytest.mark.slow
def test_no_name_and_no_number_of_a_pupil_is_stored_logged_or_shown(tmp_path, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    path = exports.roster(tmp_path / "a.xlsx", [("1", "1班", 40), ("2", "1班", 40)], MARKS)
    sheets = importing.opened(path).sheets
    sheets[0].rows[5][ROSTER_AT["年级"]] = "欧阳梓涵"
    sheets[0].rows[6][ROSTER_AT["就读方式"]] = "幸福路5号"
    sheets[0].rows.append(["备注 司马子轩"])
    folder = tmp_path / "book"
    folder.mkdir()
    with make(folder) as book:
        profile = profiles.recognised(sheets)
        dry = importing.import_export(book, profile, importing.OpenedSheets(path, sheets), dry_run=True)
        done = importing.import_export(book, profile, importing.OpenedSheets(path, sheets))
        said = repr((dry, done)) + caplog.text + "".join(capsys.readouterr())
        book.workbook.backup("试")
    path.unlink()
    kept = [
        each.read_bytes() for root in (tmp_path, data_folder()) for each in root.rglob("*") if each.is_file()
    ]
    for place in range(80):
        for word in (
            exports.pupil_name(place),
            exports.identity_number("2016-05", place),
            f"G{place:019}",
            f"家长{place}",
        ):
            assert word not in said
            assert not [data for data in kept if word.encode() in data]
    for word in ("梓涵", "幸福路", "子轩", "13800"):
        assert word not in said
        assert not [data for data in kept if word.encode() in data]


ROSTER_AT = {name: at for at, name in enumerate(exports.ROSTER)}


@pytest.mark.parametrize("record", ["teacher", "training", "room"])
def test_a_roster_is_recognised_before_it_is_a_list_of_anything_else(book, tmp_path, record):
    path = exports.roster(tmp_path / "a.xlsx", [("1", "1班", 3)])
    with pytest.raises(Problem) as caught:
        importing.profile_for(importing.opened(path), record)
    assert caught.value.code == "file-is-roster"
    assert exports.pupil_name(0) not in caught.value.text
    assert importing.profile_for(importing.opened(path), "school_class").name == "pupil-register"


@pytest.mark.parametrize(
    ("headings", "name"),
    [
        ("姓名 学籍号 年级 班级", "pupil-register"),
        ("姓名 身份证号 班级", "pupil-register"),
        ("学生姓名 班级 就读方式", "pupil-register"),
        ("姓名 年级 家长姓名 联系电话", "pupil-register"),
        ("姓名 身份证号 任教学段 任教课程 班级", None),
        ("姓名 身份证号 职称 年级", None),
        ("班级 年级 学生数 班主任", None),
        ("姓名 人员状态 出生日期", "teacher-system"),
        ("姓名 身份证号码 人员类型 学段 科目", "annual-teachers"),
        ("姓名 身份证号码 学段 年级 寄宿生", "annual-pupils"),
    ],
)
def test_a_roster_is_told_from_other_lists(headings, name):
    row = headings.split()
    found = profiles.recognised([Sheet("表", [[None] * len(row), row, ["x"] * len(row)])])
    assert (found and found.name) == name


def test_a_file_of_the_wrong_kind_is_named_without_its_content(book, tmp_path):
    path = exports.annual_pupils(tmp_path / "a.xlsx", [("1", "小学", 3)])
    assert take(book, path).changes.edits
    with pytest.raises(Problem) as caught:
        take(book, path, name="teacher-system")
    assert caught.value.code == "profile-unfit"
    assert exports.pupil_name(0) not in caught.value.text
    with pytest.raises(Problem) as caught:
        take(book, path, name="没有")
    assert caught.value.code == "profile-unknown"


def test_annual_pupils_are_counted_by_stage(tmp_path):
    with make(tmp_path, kind="312") as book:
        sizes = [(str(grade), "小学" if grade <= 6 else "初中", 10 + grade) for grade in range(1, 10)]
        take(book, exports.annual_pupils(tmp_path / "a.xlsx", sizes, random.Random(3)))
        assert [book.draft.section(stage)["pupils"] for stage in Stage] == [81, 54]
        assert not book.draft.rows["school_class"]


# --- statistics ---


def tables(stages):
    found = {}
    for _, number, pupils in stages:
        title = f"{number} 分类型学生数"
        rows = {
            "总计": {"在校生数": pupils, "招生数": 90, "毕业生数": 80},
            "#女": {"在校生数": 1},
            "#寄宿生": {"在校生数": 2},
            "#随迁子女": {"在校生数": 9},
            "#进城务工人员随迁子女": {"在校生数": 6},
            "外省迁入": {"在校生数": 5},
            "#农村留守儿童": {"在校生数": 3},
        }
        found[number] = (title, exports.PUPIL_HEADS, rows)
    found["教基4149"] = (
        "教基4149 中小学教职工数",
        exports.STAFF_HEADS,
        {"总计": {"教职工数": 50, "专任教师": 44}, "#在编人员": {"教职工数": 48}},
    )
    degrees = {"博士研究生": 1, "硕士研究生": 2, "本科": 15, "专科": 4, "高中阶段": 0}
    rows = {"总计": {"合计": 44}}
    for stage, _, _ in stages:
        rows[stage] = {"合计": 22, "体育与健康": 2, "音乐": 1, "美术": 1, "艺术": 0, "#女": 9}
        rows |= {f"{'#' * (stage == '初中')}{words}": {"合计": many} for words, many in degrees.items()}
    found["教基4155"] = ("教基4155 义务教育阶段专任教师分课程、分学历", exports.TEACHER_HEADS, rows)
    return found


def test_statistics_of_a_primary_school_are_its_totals(book, tmp_path):
    path = exports.statistics(tmp_path / "a.xlsx", tables([("小学", "教基3112", 512)]))
    done = take(book, path)
    section = book.draft.section(Stage.PRIMARY)
    assert {
        name: section[name] for name in ("pupils", "intake", "staff", "teachers", "pe", "music", "art")
    } == {
        "pupils": 512,
        "intake": 90,
        "staff": 50,
        "teachers": 22,
        "pe": 2,
        "music": 1,
        "art": 0,
    }
    assert [section[name] for name in ("doctor", "master", "bachelor", "associate")] == [1, 2, 15, 4]
    assert book.draft.only("school_total")["migrants"] == 6
    assert not done.ignored
    assert not take(book, path).changes.edits


def test_statistics_of_a_nine_year_school_keep_its_stages_apart(tmp_path):
    with make(tmp_path, kind="312") as book:
        both = tables([("小学", "教基3112", 512), ("初中", "教基3115", 300)])
        take(book, exports.statistics(tmp_path / "a.xlsx", both, "_九年一贯制学校"))
        assert [book.draft.section(stage)["pupils"] for stage in Stage] == [512, 300]
        assert [book.draft.section(stage)["bachelor"] for stage in Stage] == [15, 15]
        assert book.draft.only("school_total")["staff"] == 50
        assert book.draft.only("school_total")["migrants"] == 12


def test_titles_lie_in_rows_or_in_columns_and_backbones_beside_or_below(book, tmp_path):
    heads = ["合计", "#女", "24岁及以下"]
    rows = {"小学": {"合计": 22}, "正高级": {"合计": 1}, "副高级": {"合计": 4}, "中级": {"合计": 9}}
    upright = {"教基4153": ("教基4153 专任教师专业技术职务、年龄结构", heads, rows)}
    take(book, exports.statistics(tmp_path / "a.xlsx", upright))
    assert book.draft.section(Stage.PRIMARY)["middle_titles"] == 14
    side = {"小学": {"合计": 22, "正高级": 1, "副高级": 3, "中级": 9}}
    lying = {"教基4153": ("教基4153 专任教师", ["合计", "正高级", "副高级", "中级"], side)}
    take(book, exports.statistics(tmp_path / "b.xlsx", lying))
    assert book.draft.section(Stage.PRIMARY)["middle_titles"] == 13
    heads = ["县级以上骨干教师(小学)", "县级以上骨干教师(初中)"]
    below = {"教基1102续": ("教基1102续", heads, {"总计": {heads[0]: 7}})}
    take(book, exports.statistics(tmp_path / "c.xlsx", below))
    assert book.draft.section(Stage.PRIMARY)["backbone"] == 7


def test_commas_dashes_and_other_words_for_a_stage(tmp_path):
    with make(tmp_path, kind="312") as book:
        rows = {"总计": {"合计": "1,044"}, "一、小学": {"合计": "1,022", "音乐": "—"}, "本科": {"合计": 15}}
        rows |= {"初中合计": {"合计": 22}, "#本科": {"合计": 9}}
        table = {"教基4155": ("教基4155 专任教师", exports.TEACHER_HEADS, rows)}
        done = take(book, exports.statistics(tmp_path / "a.xlsx", table))
        assert [book.draft.section(stage)["teachers"] for stage in Stage] == [1022, 22]
        assert [book.draft.section(stage)["bachelor"] for stage in Stage] == [15, 9]
        assert book.draft.section(Stage.PRIMARY)["music"] is None
        assert not done.ignored


def test_a_number_that_is_none_and_a_stage_that_is_not_ours_are_told(book, tmp_path):
    both = tables([("小学", "教基3112", "约500"), ("初中", "教基3115", 300)])
    done = take(book, exports.statistics(tmp_path / "a.xlsx", both))
    assert book.draft.section(Stage.PRIMARY)["pupils"] is None
    told = [each.reason for each in done.ignored]
    assert "「约500」不是整数,没有导入" in told
    assert "本校没有初中学段,没有导入" in told


# --- what is hidden ---


def test_hidden_rows_of_an_export_are_asked_about(book, tmp_path):
    path = exports.roster(tmp_path / "a.xlsx", [("1", "1班", 5)])
    import openpyxl

    made = openpyxl.load_workbook(path)
    made.active.row_dimensions[3].hidden = True
    made.save(path)
    done = take(book, path, dry_run=True)
    assert counts(done) == {"new": 4, "hidden": 1}
    assert [each.id for each in done.questions] == [HIDDEN]
    done = take(book, path, answers=NO_ANSWERS.with_(HIDDEN, TAKE))
    assert counts(done) == {"new": 5}


def test_every_profile_says_whose_it_is():
    for each in profiles.profiles().values():
        assert each.label
        assert each.reads in {profiles.PEOPLE, profiles.PUPILS, profiles.TABLES}
    assert examples(1)


def test_the_rows_of_a_list_without_classes_are_what_became_of_their_stage(tmp_path):
    sizes = [("1", "小学", 11), ("7", "初中", 5)]
    path = exports.annual_pupils(tmp_path / "a.xlsx", sizes)
    with make(tmp_path, kind="312") as book:
        for became in ("changed", "unchanged"):
            done = take(book, path)
            assert done.rows_read == sum(done.rows.values()) == done.rows[became] == 16
    (tmp_path / "小学").mkdir()
    with make(tmp_path / "小学", kind="211") as book:
        done = take(book, path)
        assert (done.rows["changed"], done.rows["refused"], done.rows_read) == (11, 5, 16)


def test_pupils_on_a_sheet_without_classes_are_counted_as_left_where_another_has_them(book, tmp_path):
    path = exports.roster(tmp_path / "a.xlsx", [("1", "一(1)班", 5)])
    file = openpyxl.load_workbook(path)
    at = exports.ROSTER.index("班级")
    rows = [row[:at] + row[at + 1 :] for row in file.active.iter_rows(values_only=True)]
    other = file.create_sheet("其他")
    for row in rows[:4]:
        other.append([text if text is None or "G" not in str(text) else f"H{text}" for text in row])
    for row in other.iter_rows(min_row=2):
        row[exports.ROSTER.index("身份证件号")].value = None
    file.save(path)
    done = take(book, path)
    assert (done.rows["new"], done.rows["refused"], done.rows_read) == (5, 3, 8)
    assert "有 3 人所在的工作表没有班级列" in "\n".join(each.reason for each in done.ignored)
    assert shown(book, "school_class", "pupils") == [("5",)]


def test_a_person_of_whom_no_known_column_says_anything_is_counted_as_left(book, tmp_path):
    path = exports.teacher_system(tmp_path / "a.xlsx", [])
    file = openpyxl.load_workbook(path)
    sheet = file["基本信息"]
    sheet.append([None] * (sheet.max_column + 1) + ["只有备用"])
    file.save(path)
    done = take(book, path)
    assert (done.rows["refused"], done.rows_read, done.changes.edits) == (1, 1, ())
    assert "在要导入的各列里没有内容" in done.ignored[-1].reason
