"""The ledgers of a school: which rows, in which order, with which sums; on paper and as spreadsheets."""

from __future__ import annotations

import re

import pytest

from db.records.catalog import LISTS, RECORDS
from eduapp.printing.preview import Preview
from eduapp.services import entry, importing
from eduapp.services.papers import ledger_contents, reporting
from tests.services.schools import make

TEACHERS = (
    # name, hired, certificate, its date, post
    ("甲足", "2000-09-01", "是", "1999-07-01", "在编在岗"),
    ("乙差", "2000-09-01", "否", "", "在编在岗"),
    ("丙新", "2024-09-01", "是", "", "在岗不在编"),
    ("丁离", "2001-09-01", "是", "2000-07-01", "在编不在岗"),
    ("戊未", "", "", "", "在编在岗"),
)
HOURS = {"甲足": (("2026", "72"), ("2025", "72"), ("2024", "72"), ("2023", "72"), ("2022", "72")),
         "乙差": (("2026", "100"), ("2022", "259.5"), ("2020", "500")),
         "丙新": (("2025", "90"), ("2026", "90"))}  # fmt: skip


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as school:
        entry.add_rows(
            school, "school_class", [{"name": f"{n}班", "grade": "1", "pupils": "40"} for n in "一二"]
        )
        entry.add_rows(
            school,
            "teacher",
            [
                {"name": name, "stage": "小学", "subject": "语文", "hired": hired, "certificate": has,
                 "certificate_date": day, "post": post, "backbone": "县级"}
                for name, hired, has, day, post in TEACHERS
            ],
        )  # fmt: skip
        entry.add_rows(
            school,
            "training",
            [
                {"teacher": name, "year": year, "hours": hours}
                for name, lines in HOURS.items()
                for year, hours in lines
            ],
        )
        yield school


def rows_of(book, name, table=0):
    return ledger_contents.make(book, f"ledger:{name}").tables[table].rows


def facts_of(book, name):
    return "".join(ledger_contents.make(book, f"ledger:{name}").facts)


def test_training_hours_name_who_is_short_first_and_by_how_much(book):
    rows = {row[0]: row for row in rows_of(book, "training")}
    assert list(rows) == ["乙差", "戊未", "甲足", "丙新"]  # 丁离 is not on post
    assert rows["甲足"][-3:] == ("360", "360", "")
    assert rows["乙差"][-3:] == ("359.5", "360", "0.5")  # 2020 is outside all of them
    assert rows["丙新"][3] == "2"
    assert rows["丙新"][-3:] == ("180", "180", "")
    assert rows["戊未"][-3:] == ("0", "360", "360")
    table = ledger_contents.make(book, "ledger:training").tables[0]
    assert [each.heading for each in table.columns][4:10] == [f"{year}年" for year in range(2021, 2027)]
    assert table.unmet == {(0, len(table.columns) - 1), (1, len(table.columns) - 1)}
    assert "专任教师 4 人，已达到 2 人，还差学时 2 人。" in facts_of(book, "training")
    assert "完成率 50.0%" in facts_of(book, "training")


def test_the_ledger_and_the_figure_count_the_same_teachers(book):
    for record in ("teacher", "training"):
        entry.set_complete(book, record, complete=True)
    assert book.data.figure("trained", book.data.facts.stages[0]).value == 2


def test_those_without_a_certificate_come_first_then_those_without_a_date(book):
    rows = rows_of(book, "certificates")
    assert [(row[0], row[4]) for row in rows] == [
        ("乙差", "否"),
        ("戊未", "未填"),
        ("丙新", "是"),
        ("甲足", "是"),
    ]
    assert "专任教师 4 人，持证 2 人。" in facts_of(book, "certificates")
    assert ledger_contents.make(book, "ledger:certificates").tables[0].unmet == {(0, 4), (1, 4)}


def test_off_post_teachers_beside_what_was_declared(book):
    assert [row[0] for row in rows_of(book, "off-post")] == ["丁离"]
    entry.set_cell(book, "staffing", "-", "off_post", "1")
    assert not ledger_contents.make(book, "ledger:off-post").notes
    entry.set_cell(book, "staffing", "-", "off_post", "2")
    assert "不一致" in ledger_contents.make(book, "ledger:off-post").notes[0]


def test_training_money_by_use_with_the_other_uses_apart(book):
    spent = (("差旅", "1000.5"), ("差旅", "20"), ("资料", "300"), ("培训费", "79.5"), ("", "100"))
    entry.add_rows(
        book,
        "training_expense",
        [{"date": "2025-05-01", "use": use, "amount": amount} for use, amount in spent],
    )
    entry.add_rows(book, "training_expense", [{"date": "2026-05-01", "use": "差旅", "amount": "约9"}])
    entry.set_cell(book, "funding", "-", "budget", "3")
    uses = [(row[1], row[2], row[3]) for row in rows_of(book, "training-money", 1)]
    assert uses[:5] == [
        ("差旅", "2", "1020.5"),
        ("伙食补助", "0", "0"),
        ("资料", "1", "300"),
        ("住宿", "0", "0"),
        ("小计", "", "1320.5"),
    ]
    assert ("培训费", "1", "79.5") in uses[5:]
    assert ("没有填用途", "1", "100") in uses[5:]
    assert uses[-1] == ("小计", "", "179.5")
    content = ledger_contents.make(book, "ledger:training-money")
    assert content.tables[1].totals == ("合计", "", "5", "1500")
    assert "本表合计 1500 元，占公用经费预算的 5.0%(按5%应为 1500 元)" in facts_of(book, "training-money")
    assert content.notes == (
        "有 1 笔没有填金额，未计入合计。",
        "有 1 笔的日期不在 2025 年，请核对。",
    )
    entry.set_cell(book, "funding", "-", "budget", "3.01")
    assert "还差 5 元" in facts_of(book, "training-money")


@pytest.mark.parametrize(("pupils", "due"), [("4", False), ("5", True)])
def test_a_resource_room_is_due_at_five(book, pupils, due):
    entry.add_rows(
        book,
        "special_needs",
        [
            {"school_class": "一班", "mode": "随班就读", "pupils": pupils},
            {"school_class": "二班", "mode": "送教上门", "pupils": "3"},
        ],
    )
    said = facts_of(book, "special")
    assert f"共 {int(pupils) + 3} 人：随班就读 {pupils} 人，送教上门 3 人。" in said
    assert ("应设资源教室" in said) == due
    assert "没有特殊教育资源教室" in said
    entry.add_row(book, "room", {"name": "资源", "kind": "资源教室", "area": "60"})
    assert "有特殊教育资源教室 1 间" in facts_of(book, "special")


def test_care_and_risk_add_up_and_mark_who_has_not_returned(book):
    entry.add_rows(
        book,
        "care",
        [
            {"school_class": "一班", "kind": "留守儿童", "pupils": "3"},
            {"school_class": "二班", "kind": "留守儿童", "pupils": "4"},
            {"kind": "随迁子女", "pupils": "1"},
        ],
    )
    assert "留守儿童 7 人，随迁子女 1 人，合计 8 人次。" in facts_of(book, "care")
    entry.add_rows(
        book,
        "at_risk",
        [
            {"kind": "辍学", "pupils": "1", "found": "2026-09-03", "returned": "2026-09-20"},
            {"kind": "疑似辍学", "pupils": "2", "found": "2026-09-04"},
        ],
    )
    assert "共 3 人：辍学 1 人，疑似辍学 2 人。已返校 1 人，未返校 2 人。" in facts_of(book, "at-risk")
    table = ledger_contents.make(book, "ledger:at-risk").tables[0]
    assert table.unmet == {(1, len(table.columns) - 1)}
    assert table.totals[2] == "3"


def test_rotation_names_the_shares_and_the_teachers(book):
    entry.add_row(book, "rotation", {"teacher": "甲足", "direction": "从本校到外校", "begins": "2025-09-01"})
    for name, text in (("eligible", "20"), ("rotated", "3"), ("rotated_backbone", "1")):
        entry.set_cell(book, "staffing", "-", name, text)
    ((name, direction, *_, backbone, _eligible),) = rows_of(book, "rotation")
    assert (name, direction, backbone) == ("甲足", "从本校到外校", "县级")
    assert "15.0%" in facts_of(book, "rotation")
    assert "33.3%" in facts_of(book, "rotation")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, _ in ledger_contents.papers()])
def test_each_ledger_prints_blank_and_filled_and_empty(book, name):
    filled, blank = reporting.print_school(book, name), reporting.print_school(book, name, blank=True)
    title = dict(ledger_contents.papers())[name]
    headings = [each.heading for each in ledger_contents.make(book, name).tables[0].columns]
    for pdf in (filled, blank):
        with Preview(pdf) as shown:
            page = re.sub(r"\s", "", shown.text(0))
            assert shown.pages == 1
        assert title in page
        for heading in headings:
            assert heading in page
        assert "（盖章）" in page
    assert filled == reporting.print_school(book, name)
    with Preview(blank) as shown:
        assert "甲足" not in shown.text(0)


ROWS = {
    "school_class": {"name": "三班", "grade": "二年级", "pupils": "40", "catchment": "39", "came_in": "1"},
    "teacher": {"name": "己新", "stage": "小学", "hired": "2010-09-01", "title": "中级(一级)",
                "certificate_date": "2010-06-01", "backbone_document": "文1号", "rotation_eligible": "是"},
    "training": {"teacher": "甲足", "year": "2025", "hours": "36.5", "content": "研修", "proof": "学分证"},
    "rotation": {"teacher": "甲足", "direction": "从外校到本校", "partner": "乙校", "begins": "2025-09-01"},
    "room": {"name": "美术室", "kind": "美术教室", "area": "90", "built_year": "2008", "shared": "否",
             "also_for": "音乐教室", "network": "是", "stage": "小学"},
    "sports_ground": {"name": "馆", "kind": "校外租赁场馆", "area": "900", "contract": "租1号",
                      "contract_until": "2027-01-01", "exclusive": "是", "walk_minutes": "8"},
    "training_expense": {"date": "2025-05-01", "use": "差旅", "amount": "120.5", "voucher": "12"},
    "course": {"grade": "三年级", "subject": "语文", "weekly": "7", "planned": "7.5"},
    "special_needs": {"school_class": "一班", "mode": "随班就读", "pupils": "1", "plan": "是"},
    "care": {"school_class": "一班", "kind": "留守儿童", "pupils": "3", "measure": "结对",
             "date": "2026-09-03"},
    "at_risk": {"school_class": "二班", "kind": "疑似辍学", "pupils": "1", "found": "2026-09-03"},
    "evidence": {"item": "Q3 章程信息化", "met": "是", "value": "1.5", "number": "文2号",
                 "date": "2026-06-01", "files": "章程.pdf", "note": "已核准"},
    "rectification": {"item": "R2 骨干教师", "stage": "小学", "problem": "不足", "measure": "培养",
                      "owner": "王强", "deadline": "2027-06-30", "done": "2027-06-01"},
}  # fmt: skip


def shown(book, record):
    return [
        {name: entry.show(book, record, name, cell) for name, cell in row.items() if cell is not None}
        for row in book.draft.rows[record].values()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("record", sorted(ROWS))
def test_a_filled_list_goes_out_as_a_spreadsheet_and_comes_back(book, tmp_path, record):
    entry.add_row(book, record, ROWS[record])
    wanted = shown(book, record)
    assert {name: wanted[-1][name] for name in ROWS[record]} == ROWS[record]
    importing.write_list(book, record, tmp_path / "名单.xlsx", filled=True)
    entry.set_complete(book, record, complete=False)
    entry.delete_rows(book, record, list(book.draft.rows[record]))
    report = importing.import_list(book, record, tmp_path / "名单.xlsx")
    assert (report.ignored, report.cleaned) == ((), ())
    assert shown(book, record) == wanted


def test_every_new_list_is_tried_above():
    assert set(LISTS) - ROWS.keys() == {"equipment", "homework"}  # as they were
    for record, row in ROWS.items():
        assert row.keys() <= RECORDS[record].fields.keys()
