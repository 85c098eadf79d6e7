"""Rows of a file beside the rows there are: each accounted for, nothing twice, nothing merged by guess."""

import datetime
import random
import re

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records.catalog import LISTS, RECORDS
from db.records.values import Unread
from eduapp.exchange import sheet_rows
from eduapp.exchange.sheet_cells import Sheet
from eduapp.exchange.sheet_rows import HEADING, NOTE, ROW, SUM, other_rows, row_kind
from eduapp.exchange.sheet_text import fold
from eduapp.services import answers, entry, importing
from eduapp.services.pairing import Mode
from tests.examples import examples
from tests.services.schools import fill, make

SAID = [
    *(
        "小计",
        "合计",
        "总数",
        "总人数",
        "累计",
        "平均",
        "班均",
        "其中",
        "本表",
        "页",
        "例",
        "制表人",
        "共",
        "3",
        "12",
        "人",
        "名",
        "个班",
        "所",
        "备",
        "注",
        "说明",
        "填表",
        "签字",
        "盖章",
        "公章",
    ),
    *("校长", "A", "z", "平方米", " ", "计", "⽇", "㎡", "\u3000", "ﾊ", "(", ":", "学校", "一年级"),
]
"""Pieces of what sums, notes and rows say."""
TEACHERS = ["姓名", "出生年月", "任教学段", "职称", "入职日期"]


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        yield opened


def sheet(path, *rows, merged=(), hidden=(), more=()):
    """A spreadsheet of one sheet and, with `more`, further ones."""
    made = openpyxl.Workbook()
    for at, table in enumerate([rows, *more]):
        page = made.active if not at else made.create_sheet(f"表{at + 1}")
        for row in table:
            page.append(list(row))
    for area in merged:
        made.active.merge_cells(area)
    for row in hidden:
        made.active.row_dimensions[row].hidden = True
    made.save(path)
    return path


def take(book, record, path, **how):
    """Import as a person does who knows which required columns are missing."""
    asked = importing.import_list(book, record, path, dry_run=True, **how).missing
    said = answers.NO_ANSWERS.with_(answers.MISSING, answers.YES) if asked else None
    return importing.import_list(book, record, path, answers=said, **how)


def rows_of(book, record):
    names = RECORDS[record].fields
    return [
        [entry.show(book, record, name, row[name]) for name in names]
        for row in book.draft.rows[record].values()
    ]


def shown(book, record, *names):
    return [
        tuple(entry.show(book, record, name, row[name]) for name in names)
        for row in book.draft.rows[record].values()
    ]


def counts(report):
    assert sum(report.rows.values()) == report.rows_read
    return {name: count for name, count in report.rows.items() if count}


# --- what a row is ---


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["一(1)班", "一年级", "40"], ROW),
        (["一年级小计", None, "81"], SUM),
        (["二年级 合计", None, "38"], SUM),
        (["合计", "1", "所学校"], SUM),
        ([None, "总计", "5"], SUM),
        (["总人数", "2"], SUM),
        (["合计:30人"], SUM),
        (["总人数30"], SUM),
        (["共 12 个班", None, "30"], SUM),
        (["共青团班", "一年级", "40"], ROW),
        (["合计30班", "一年级", "40"], SUM),
        (["3", "全校合计:", "119"], SUM),
        (["合计班", "一年级", "40"], ROW),
        (["注", "1.学历填最高学历"], NOTE),
        (["注:本表由学校填报"], NOTE),
        (["备注1.学历"], NOTE),
        (["说明"], NOTE),
        (["说明会", "差旅", "30"], ROW),
        ([None, "制表人:某某", "审核人:某某"], NOTE),
        (["填表日期:2026年9月"], NOTE),
        (["校长签字:"], NOTE),
        (["(公章)"], NOTE),
        (["注意力培养", "学习", "3"], ROW),
        (["以下由学校填写以下由学校填写"] * 3, NOTE),
        (["无", "无", "无"], ROW),
        (["班级", "年级", "人数"], HEADING),
        (["班级", None, None], ROW),
        (["累 计", None, "40"], SUM),
        (["全校学生总人数:", None, "40"], SUM),
        (["平均班额", None, "40"], SUM),
        (["共2个班,81人"], SUM),
        (["全校共12个班,480名学生。"], SUM),
        (["合计:3个班,119人"], SUM),
        (["其中:女", None, "20"], SUM),
        (["20", "20", "81", "小计"], SUM),
        (["101", "一年级", "40", "小计"], SUM),
        (["注:1.按学籍。"], NOTE),
        (["2.人数按9月1日实有。"], NOTE),
        (["(3)寄宿生单独填写"], NOTE),
        (["2.人数按9月1日实有。", "一年级"], ROW),
        (["1.10", "一年级", "40"], ROW),
        (["1.一班"], ROW),
        (["单位(盖章):"], NOTE),
        (["填表人", "某某"], NOTE),
        (["第1页"], NOTE),
        (["第1页,共3页"], NOTE),
        (["第一页班", "一年级", "40"], ROW),
        (["承前页"], NOTE),
        (["以下空白"], NOTE),
        (["例:一(1)班", "一年级", "40"], NOTE),
        (["例班", "一年级", "40"], ROW),
        (["清河小学班级一览表"], NOTE),
        (["清河小学班级一览表", "一年级"], ROW),
        (["复核人", "一年级"], NOTE),
        (["名单班", "一年级", "40"], ROW),
        (["表演班", "一年级", "40"], ROW),
        (["计算机班", "一年级", "40"], ROW),
    ],
)
def test_a_row_is_known_by_its_words(row, kind):
    headings = {0: "班级", 1: "年级", 2: "人数"}
    assert row_kind(row, headings) == kind
    found = other_rows(Sheet("", [[*headings.values()], [*row]]), 1, headings)
    assert found == ({} if kind == ROW else {1: kind})


@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=5).map("".join))
def test_a_text_that_is_not_looked_at_is_no_sum_and_no_note(text):
    if sheet_rows._PLAIN.fullmatch(text):
        assert not sheet_rows._SUM.fullmatch(fold(text))
        assert not sheet_rows._NOTE.fullmatch(fold(text))
    if not sheet_rows._UNCOMMON.search(text):
        assert not sheet_rows._tells(fold(text))


@pytest.mark.parametrize("kind", ["_SUM", "_NOTE", "_ALONE"])
@given(st.data())
def test_whatever_is_a_sum_or_a_note_is_looked_at(kind, data):
    pattern = getattr(sheet_rows, kind).pattern
    patient = re.compile(pattern.replace("*+", "*").replace("++", "+"), re.DOTALL)  # the same texts, slower
    text = data.draw(st.from_regex(patient, fullmatch=True))
    if sheet_rows._tells(fold(text)):
        assert sheet_rows._UNCOMMON.search(text)


def test_a_row_of_many_digits_is_known_at_once():
    assert row_kind(["共" + "1" * 40_000 + "x", "一年级"], {0: "班级", 1: "年级"}) == ROW


def test_sums_notes_and_hidden_rows_are_told_and_left_out(book, tmp_path):
    path = sheet(
        tmp_path / "a.xlsx",
        ["单位:人", None, None],
        ["班级", "年级", "学生数"],
        ["一(1)班", "一年级", 40],
        ["一年级小计", None, 40],
        ["班级", "年级", "学生数"],
        ["二(1)班", "二年级", 38],
        ["三(1)班", "三年级", 37],
        ["注:不含随班就读"],
        hidden=[7],
        more=[[["班级", "年级"], ["四(1)班", "四年级"]]],
    )
    done = take(book, "school_class", path)
    assert counts(done) == {"new": 2, "sums": 3, "hidden": 1, "other_sheet": 1}
    assert shown(book, "school_class", "name") == [("一(1)班",), ("二(1)班",)]
    assert [each.reason.split(":")[0] for each in done.ignored][:2] == ["合计行", "隐藏或筛选掉的行,没有导入"]


def test_a_row_that_says_something_in_other_columns_alone_is_counted_and_named(book, tmp_path):
    number = "11010519900307233X"
    path = sheet(
        tmp_path / "a.xlsx",
        ["序号", "班级", "年级", "学生数", "备用"],
        [1, "一(1)班", "一年级", 40, "甲"],
        [2, None, None, None, number],
        [3, None, None, None, None],
        [None, None, None, None, " "],
        ["4", " ", None, None, "乙"],
    )
    done = take(book, "school_class", path)
    assert counts(done) == {"new": 1, "refused": 2}
    assert done.rows_read == sum(done.rows.values()) == 3
    left = [each for each in done.ignored if "没有内容" in each.reason]
    assert [each.where.split()[-1] for each in left] == ["A3", "A6"]
    assert number not in "".join(each.reason for each in done.ignored)


def test_headings_in_two_rows_are_one(book, tmp_path):
    path = sheet(
        tmp_path / "a.xlsx",
        ["姓名", "任教情况", None, "职称"],
        [None, "任教学段", "任教课程", None],
        ["王一", "小学", "语文", "中级"],
        merged=["A1:A2", "B1:C1", "D1:D2"],
    )
    assert counts(take(book, "teacher", path)) == {"new": 1}
    assert shown(book, "teacher", "name", "stage", "subject", "title") == [
        ("王一", "小学", "语文", "中级(一级)")
    ]


def test_required_columns_that_are_not_there_are_named(book, tmp_path):
    path = sheet(tmp_path / "a.xlsx", ["姓名", "职称"], ["王一", "中级"])
    required = [name for name, each in RECORDS["teacher"].fields.items() if each.item.required]
    done = importing.import_list(book, "teacher", path)
    assert list(done.missing) == [each for each in required if each != "name"]
    assert [each.id for each in done.questions] == [answers.MISSING]
    assert "任教学段、任教课程" in done.questions[0].text
    assert counts(done) == {"asked": 1}
    assert not book.draft.rows["teacher"]
    assert counts(take(book, "teacher", path)) == {"new": 1}
    assert shown(book, "teacher", "name", "title") == [("王一", "中级(一级)")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("above", "heading", "cell", "value"),
    [
        ("单位:元", "账面原值", 9800, "0.98"),
        ("单位:万元", "账面原值", 9800, "9800"),
        ("金额单位(元)", "账面原值", 9800, "0.98"),
        (None, "账面原值(元)", 9800, "0.98"),
        ("单位:元", "账面原值(万元)", 9800, "9800"),
        (None, "账面原值", 980, "980"),
        (None, "账面原值", "9800元", "0.98"),
        ("单位:元", "账面原值", "1.2万元", "1.2"),
        ("单位:元", "账面原值", "1,200,000", "120"),
        ("单位:元", "账面原值", "约500", "约500"),
    ],
)
def test_money_is_read_in_the_unit_that_the_sheet_says(book, tmp_path, above, heading, cell, value):
    path = sheet(
        tmp_path / "a.xlsx", *([[above, None]] if above else []), ["设备名称", heading], ["投影仪", cell]
    )
    take(book, "equipment", path)
    assert shown(book, "equipment", "value") == [(value,)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015.9", "2015-09-01"),
        ("2015年9月", "2015-09-01"),
        ("201509", "2015-09-01"),
        ("2015-13", None),
        (42248, "2015-09-01"),
        ("9月12日", None),
        (datetime.date(2015, 9, 3), "2015-09-03"),
    ],
)
def test_days_as_clerks_keep_them(book, tmp_path, text, day):
    path = sheet(tmp_path / "a.xlsx", ["姓名", "入职日期"], ["王一", text])
    take(book, "teacher", path)
    (row,) = book.draft.rows["teacher"].values()
    assert isinstance(row["hired"], Unread) if day is None else str(row["hired"]) == day


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("一级教师", "中级(一级)"),
        ("高级教师", "高级(副高级)"),
        ("正高级教师", "正高级"),
        ("小教高级", "中级(一级)"),
        ("小学一级", "助理级(二级)"),
        ("中学高级教师", "高级(副高级)"),
        ("三级教师", "员级(三级)"),
        ("高高级", "高高级"),
    ],
)
def test_titles_in_the_words_of_the_trade(book, tmp_path, words, kept):
    take(book, "teacher", sheet(tmp_path / "a.xlsx", ["姓名", "职称"], ["王一", words]))
    assert shown(book, "teacher", "title") == [(kept,)]


# --- the same file again ---


@pytest.mark.slow
@pytest.mark.parametrize("record", LISTS)
def test_a_file_imported_twice_changes_nothing_the_second_time(tmp_path, record):
    with make(tmp_path) as book:
        fill(book)
        importing.write_list(book, record, tmp_path / "表.xlsx", filled=True)
        before = rows_of(book, record)
        done = take(book, record, tmp_path / "表.xlsx")
        assert counts(done) == ({"unchanged": len(before)} if before else {})
        assert not done.changes.edits
        assert rows_of(book, record) == before


@pytest.mark.slow
@pytest.mark.parametrize("record", LISTS)
def test_shuffled_rows_and_columns_are_the_same_file(tmp_path, record):
    by = random.Random(record)
    with make(tmp_path) as book:
        fill(book)
        importing.write_list(book, record, tmp_path / "表.xlsx", filled=True)
        page = openpyxl.load_workbook(tmp_path / "表.xlsx").worksheets[0]
        head, *body = [list(row) for row in page.iter_rows(values_only=True)]
        for _ in range(examples(10)):
            order = by.sample(range(len(head)), len(head))
            lines = by.sample(body, len(body))
            path = sheet(
                tmp_path / "b.xlsx", [head[at] for at in order], *([row[at] for at in order] for row in lines)
            )
            assert not importing.import_list(book, record, path, dry_run=True).changes.edits


def test_what_is_there_already_is_changed_and_what_is_not_is_added(book, tmp_path):
    take(book, "teacher", sheet(tmp_path / "a.xlsx", TEACHERS, ["王一", "1985-03", "小学", "中级", None]))
    (key,) = book.draft.rows["teacher"]
    path = sheet(
        tmp_path / "b.xlsx",
        TEACHERS,
        ["王一", "1985年3月", None, "高级教师", "2015-09-01"],
        ["李二", "1990-01", "小学", "中级", None],
    )
    done = take(book, "teacher", path)
    assert counts(done) == {"new": 1, "changed": 1}
    assert shown(book, "teacher", "name", "stage", "title", "hired") == [
        ("王一", "小学", "高级(副高级)", "2015-09-01"),
        ("李二", "小学", "中级(一级)", ""),
    ]
    assert key in book.draft.rows["teacher"]


def test_two_of_one_name_and_month_are_asked_about(book, tmp_path):
    twins = sheet(tmp_path / "a.xlsx", TEACHERS, *[["王一", "1985-03", "小学", "中级", None]] * 2)
    assert counts(take(book, "teacher", twins)) == {"new": 2}
    assert counts(take(book, "teacher", twins)) == {"unchanged": 2}
    one = sheet(tmp_path / "b.xlsx", TEACHERS, ["王一", "1985-03", "小学", "高级", None])
    done = take(book, "teacher", one)
    assert counts(done) == {"asked": 1}
    assert not done.changes.edits
    assert "分不清" in done.ignored[0].reason


def test_a_key_with_a_blank_in_it_only_offers(book, tmp_path):
    take(book, "teacher", sheet(tmp_path / "a.xlsx", TEACHERS, ["王一", "1985-03", "小学", "中级", None]))
    unsaid = sheet(
        tmp_path / "b.xlsx",
        TEACHERS,
        ["王一", None, "小学", "高级", None],
        ["赵三", None, "小学", "高级", None],
    )
    assert counts(take(book, "teacher", unsaid)) == {"new": 1, "asked": 1}
    assert shown(book, "teacher", "name", "title") == [("王一", "中级(一级)"), ("赵三", "高级(副高级)")]


def test_classes_of_one_name_are_told_apart_by_their_grade(book, tmp_path):
    first = sheet(
        tmp_path / "a.xlsx", ["班级", "年级", "学生数"], ["1班", "一年级", 40], ["1班", "二年级", 38]
    )
    take(book, "school_class", first)
    later = sheet(
        tmp_path / "b.xlsx", ["班级", "年级", "学生数"], ["1班", "二年级", 39], ["1班", "一年级", 41]
    )
    assert counts(take(book, "school_class", later)) == {"changed": 2}
    assert shown(book, "school_class", "name", "grade", "pupils") == [
        ("1班", "一年级", "41"),
        ("1班", "二年级", "39"),
    ]


def test_a_changed_amount_is_asked_never_updated(book, tmp_path):
    take(book, "equipment", sheet(tmp_path / "a.xlsx", ["设备名称", "账面原值"], ["投影仪", 1]))
    again = sheet(tmp_path / "b.xlsx", ["设备名称", "账面原值"], ["投影仪", 2], ["电脑", 3])
    done = take(book, "equipment", again)
    assert counts(done) == {"new": 1, "asked": 1}
    assert shown(book, "equipment", "name", "value") == [("投影仪", "1"), ("电脑", "3")]


# --- the two other ways ---


def test_replacing_keeps_the_rows_that_are_the_same_and_undo_is_one_step(book, tmp_path):
    first = sheet(
        tmp_path / "a.xlsx",
        TEACHERS,
        ["王一", "1985-03", "小学", "中级", None],
        ["李二", "1990-01", "小学", "中级", None],
    )
    take(book, "teacher", first)
    kept, gone = book.draft.rows["teacher"]
    before = rows_of(book, "teacher")
    second = sheet(
        tmp_path / "b.xlsx",
        TEACHERS,
        ["王一", "1985-03", "小学", None, None],
        ["赵三", "1991-01", "小学", "中级", None],
    )
    done = take(book, "teacher", second, mode=Mode.REPLACE)
    assert counts(done) == {"new": 1, "changed": 1}
    assert done.removed == 1
    assert kept in book.draft.rows["teacher"]
    assert gone not in book.draft.rows["teacher"]
    assert shown(book, "teacher", "name", "title") == [("王一", ""), ("赵三", "中级(一级)")]
    entry.apply(book, done.changes.inverse())
    assert rows_of(book, "teacher") == before


def test_filling_touches_no_cell_that_says_something(book, tmp_path):
    take(book, "teacher", sheet(tmp_path / "a.xlsx", TEACHERS, ["王一", "1985-03", None, "中级", None]))
    more = sheet(tmp_path / "b.xlsx", TEACHERS, ["王一", "1985-03", "小学", "高级", None])
    assert counts(take(book, "teacher", more, mode=Mode.FILL)) == {"changed": 1}
    assert shown(book, "teacher", "stage", "title") == [("小学", "中级(一级)")]


@pytest.mark.parametrize("mode", Mode)
def test_a_rehearsal_says_what_the_import_does(tmp_path, mode):
    by = random.Random(str(mode))
    with make(tmp_path) as book:
        for _ in range(examples(20)):
            rows = [
                [
                    by.choice("甲乙丙丁"),
                    by.choice(["1985-03", "1990-01", None]),
                    by.choice(["小学", None]),
                    by.choice(["中级", "高级"]),
                    None,
                ]
                for _ in range(by.randrange(1, 6))
            ]
            path = sheet(tmp_path / "a.xlsx", TEACHERS, *rows)
            before = len(book.draft.rows["teacher"])
            said = answers.NO_ANSWERS.with_(answers.MISSING, answers.YES)
            dry = importing.import_list(book, "teacher", path, mode=mode, answers=said, dry_run=True)
            done = importing.import_list(book, "teacher", path, mode=mode, answers=said)
            assert (counts(dry), dry.removed) == (counts(done), done.removed)
            assert len(book.draft.rows["teacher"]) == before + done.rows["new"] - done.removed
            again = importing.import_list(book, "teacher", path, mode=mode, answers=said)
            assert not again.changes.edits
