"""Explain-why: every word of it can be traced to a record, a clause or the submission before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import update

from db.problems import Problem
from db.records.catalog import RECORDS
from db.tables import SENT
from eduapp.cli.parser import main
from eduapp.exchange import submission
from eduapp.services import checking, comparing, entry, explaining, jobs, workbooks
from eduapp.services.explaining import CountyExplainer, Explainer
from eduapp.services.hand_off import intake, sending
from eduapp.services.merge.merging import Member
from eduapp.services.papers import reporting
from eduapp.services.workbooks import NewSchool
from eduapp.standards import wording
from eduapp.standards.explained import Since
from tests.services.intakes import admit
from tests.services.schools import YEAR, county, export, fill, make

BOTH = ("national-2017", "national-2024")


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        entry.set_cell(book, "section_total", "primary", "pupils", "")  # the class list decides
        yield book


def verdict(book, code, stage="primary", standard="national-2017"):
    report = checking.check(book)
    found = [*report.school_level, *(each for section in report.sections for each in section.verdicts)]
    return next(each for each in found if (each.code, each.stage, each.standard) == (code, stage, standard))


def since(book, code, stage="primary"):
    return Explainer(book).explain(verdict(book, code, stage)).since


def explain_all_open(book):
    """Give every soft finding a reason, so that a final submission can be made."""
    for finding in checking.check(book).open_findings:
        entry.set_reason(book, finding.id, "已核实")


def test_formula_citation_figures_and_rows(book):
    found = explaining.explain(book, verdict(book, "R2"))
    assert found.numbers == "1 ÷ 83 × 100 = 1.20 人"
    assert found.formula == found.verdict.citation.explanation
    assert found.relaxed is None
    assert (found.verdict.citation.number, found.verdict.citation.clause) == (
        "教督〔2017〕6号",
        "资源配置第2项",
    )
    backbone, pupils = found.figures
    assert [row.words for row in backbone.rows] == ["孙悟空空"]
    assert [row.words for row in pupils.rows] == ["一（1）班", "二（1）班"]
    assert (pupils.part.value, pupils.total, pupils.left_out) == (83, 2, 0)


def test_rows_beyond_the_limit_are_counted(book):
    found = Explainer(book).explain(verdict(book, "R2"), limit=1)
    assert [(len(each.rows), each.left_out) for each in found.figures] == [(1, 0), (1, 1)]


# --- since the last submission ---


def test_never_sent(book):
    found = since(book, "R2")
    assert (found.state, found.said) == (Since.NEVER, "还没有上报过,没有可比的数据。")
    assert Explainer(book).ready


def test_nothing_changed_is_said_and_a_change_elsewhere_is_none_here(book, tmp_path):
    export(book, tmp_path / "U盘")
    assert since(book, "R2").state is Since.SAME
    entry.set_cell(book, "room", book.draft.rows["room"].key_at(0), "area", "90")
    found = since(book, "R2")
    assert found.state is Since.SAME
    assert found.said.endswith("相比,本指标没有变化。")
    assert since(book, "R4").state is Since.CHANGED


def test_a_draft_is_named_as_one_and_a_final_as_one(book, tmp_path):
    export(book, tmp_path / "U盘")
    assert since(book, "R2").about.startswith("上次上报(草稿,第 1 次,")
    explain_all_open(book)
    sending.approve(book)
    export(book, tmp_path / "U盘", "final")
    assert since(book, "R2").about.startswith("上次上报(正式,第 2 次,")


def test_a_value_changed_after_sending(book, tmp_path):
    export(book, tmp_path / "U盘")
    first = book.draft.rows["school_class"].key_at(0)
    entry.set_cell(book, "school_class", first, "pupils", "60")
    found = since(book, "R2")
    assert [(each.label, each.then, each.now) for each in found.changes] == [
        ("结论", "达标", "达到85%"),
        ("数值", "1.20 人", "0.97 人"),
        ("学生人数(小学)", "83 人,按名单统计", "103 人,按名单统计"),
    ]
    (row,) = found.rows
    assert (row.word, row.row.key, row.row.field) == ("修改", first, "pupils")
    assert (row.row.name, row.then, row.now) == ("一（1）班", "学生数 40", "学生数 60")


def test_a_class_that_came_over_the_limit(book, tmp_path):
    export(book, tmp_path / "U盘")
    first = book.draft.rows["school_class"].key_at(0)
    entry.set_cell(book, "school_class", first, "pupils", "60")
    found = Explainer(book).explain(verdict(book, "G5", None))
    assert [row.words for row in found.offenders] == ["一（1）班(60 人)"]
    assert [(each.word, each.row.name, each.then, each.now) for each in found.since.rows] == [
        ("新超限", "一（1）班", "", "60 人")
    ]
    entry.set_cell(book, "school_class", first, "pupils", "61")
    export(book, tmp_path / "U盘")
    entry.set_cell(book, "school_class", first, "pupils", "41")
    assert [each.word for each in since(book, "G5", None).rows] == ["不再超限"]


def test_a_row_removed_is_called_by_its_name_and_a_row_added(book, tmp_path):
    export(book, tmp_path / "U盘")
    entry.delete_rows(book, "teacher", [book.draft.rows["teacher"].key_at(0)])
    texts = {"name": "沙悟净净", "stage": "小学", "post": "在编在岗", "backbone": "市级"}
    entry.add_rows(book, "teacher", [texts])
    found = since(book, "R2")
    # One went and one came: the figure is the same, and yet not the same people.
    assert found.changes == ()
    assert [(each.word, each.row.name, each.gone) for each in found.rows] == [
        ("新增", "沙悟净净", False),
        ("删除", "孙悟空空", True),
    ]
    removed = found.rows[1]
    assert removed.then == "任教学段 小学、在岗情况 在编在岗、骨干教师级别 县级"
    assert found.state is Since.CHANGED


def test_an_edit_that_does_not_touch_the_figure_is_no_change(book, tmp_path):
    export(book, tmp_path / "U盘")
    first = book.draft.rows["teacher"].key_at(0)
    entry.set_cell(book, "teacher", first, "backbone", "市级")
    assert since(book, "R2").state is Since.SAME  # county level counts as city level does


def test_another_source_of_a_figure_is_a_change(book, tmp_path):
    export(book, tmp_path / "U盘")
    entry.set_cell(book, "section_total", "primary", "pupils", "83")
    (change,) = since(book, "R2").changes
    assert (change.then, change.now) == ("83 人,按名单统计", "83 人,按填报合计")
    entry.set_cell(book, "school_class", book.draft.rows["school_class"].key_at(0), "pupils", "50")
    assert since(book, "R2").rows == ()  # the list does not decide


def test_the_newest_submission_counts_and_is_read_once(book, tmp_path, monkeypatch):
    export(book, tmp_path / "U盘")
    first = book.draft.rows["school_class"].key_at(0)
    entry.set_cell(book, "school_class", first, "pupils", "60")
    explainer = Explainer(book)
    assert not explainer.ready
    assert explainer.explain(verdict(book, "R2")).since.state is Since.CHANGED
    assert explainer.ready
    export(book, tmp_path / "U盘")
    assert not explainer.ready
    explainer.prepare()
    assert explainer.ready
    monkeypatch.setattr(submission, "open_verified", None)  # reading again would fail
    assert explainer.explain(verdict(book, "R2")).since.state is Since.SAME


def test_damaged_bytes_are_said_and_nothing_else_is_lost(book, tmp_path):
    made = export(book, tmp_path / "U盘")
    with book.workbook.transaction() as connection:
        connection.execute(update(SENT).where(SENT.c.id == made.id).values(content=b"PK\x03\x04 broken"))
    found = Explainer(book).explain(verdict(book, "R2"))
    assert found.since.state is Since.UNREADABLE
    assert "读不出来" in found.since.said
    assert found.figures


def test_the_section_was_not_there_then(tmp_path):
    with make(tmp_path, kind="312") as book:
        fill(book)
        entry.set_cell(book, "section_total", "lower_secondary", "pupils", "0")
        export(book, tmp_path / "U盘")
        entry.set_cell(book, "section_total", "lower_secondary", "pupils", "100")
        found = since(book, "R2", "lower_secondary")
        assert found.changes[0].then == "那时没有这个学段"


def test_documents_of_an_item_are_rows_too(book, tmp_path):
    items = [code for code, _ in RECORDS["evidence"].fields["item"].item.kind.options]
    judged = comparing.verdicts_of(book.data, book.standards[0], book.reference_date)
    item = next(each for each in judged.values() if each.code in items)
    export(book, tmp_path / "U盘")
    texts = {
        "item": item.code,
        "met": "是",
        "number": "某教〔2026〕3号",
        "date": "2026-03-01",
        "files": "方案",
    }
    entry.add_rows(book, "evidence", [texts])
    found = Explainer(book).explain(verdict(book, item.code, item.stage))
    assert "文号 某教〔2026〕3号" in found.documents[0].name
    assert [(each.word, each.now) for each in found.since.rows] == [("新增", found.documents[0].name)]
    assert found.since.state is Since.CHANGED
    other = next(each for each in judged.values() if each.code not in items)
    assert Explainer(book).explain(other).documents == ()


# --- several standards ---


@pytest.fixture
def two(tmp_path):
    new = NewSchool("2143000001", "明德小学", "211", YEAR, "220", 1998, "430900", standards=BOTH)
    with workbooks.create_school(tmp_path / "两个标准.edubook", new) as book:
        fill(book)
        yield book


def test_two_standards_stand_side_by_side(two):
    found = Explainer(two).explain(verdict(two, "R2"))
    assert [(each.verdict.standard, each.than, each.own) for each in found.beside] == [
        ("national-2017", "国家标准", True),
        ("national-2024", "与国家标准相同", False),
    ]
    assert [each.title for each in found.beside] == ["义务教育优质均衡", "义务教育优质均衡(加放宽条款)"]
    # The other way round the national one still comes first.
    found = Explainer(two).explain(verdict(two, "R2", standard="national-2024"))
    assert [(each.than, each.own) for each in found.beside] == [("国家标准", False), ("与国家标准相同", True)]


@pytest.mark.parametrize(
    ("limit", "at_most", "than"),
    [
        ("2", False, "严于国家标准"),
        ("0.5", False, "宽于国家标准"),
        ("2", True, "宽于国家标准"),
        ("0.5", True, "严于国家标准"),
        ("1", True, "与国家标准相同"),
    ],
)
def test_thresholds_are_compared_by_their_direction(two, limit, at_most, than):
    national = replace(verdict(two, "R2"), at_most=at_most, threshold=Decimal(1))
    other = replace(national, standard="national-2024", threshold=Decimal(limit))
    day = two.reference_date
    assert explaining._than(other, national, None, day) == than
    assert explaining._than(replace(other, threshold=None), national, None, day) == explaining.OTHER
    assert explaining._than(national, national, None, day) == explaining.NATIONAL


def test_a_relaxation_is_said_with_the_rule_it_relaxes(two):
    """Music rooms of 75 ㎡ count where the school was planned by 2016: the same threshold, more rooms."""
    entry.set_cell(two, "school", "-", "planned_by_2016", "是")
    for name, kind, area in (("音乐", "音乐教室", "75"), ("美术", "美术教室", "70")):
        entry.add_rows(two, "room", [{"name": name, "kind": kind, "area": area}])
    plan = {"item": "G3", "met": "是", "number": "某教〔2026〕1号", "date": "2026-03-01", "files": "建设规划"}
    entry.add_rows(two, "evidence", [plan])
    national = verdict(two, "G3", None)
    relaxed = verdict(two, "G3", None, "national-2024")
    assert (national.outcome, relaxed.outcome) == ("unmet", "met")
    found = Explainer(two).explain(relaxed)
    assert found.relaxed == national.citation
    assert found.verdict.citation.number == "教督厅函〔2024〕10号"
    assert found.formula == national.citation.explanation
    assert [(each.verdict.outcome, each.than) for each in found.beside] == [
        ("unmet", "国家标准"),
        ("met", explaining.RELAXED),
    ]
    assert Explainer(two).explain(national).relaxed is None


# --- the county ---


@pytest.fixture
def received(book, tmp_path):
    """A school that sent twice; the county has both."""
    first = export(book, tmp_path / "U盘")
    key = book.draft.rows["school_class"].key_at(0)
    entry.set_cell(book, "school_class", key, "pupils", "60")
    second = export(book, tmp_path / "U盘")
    with county(tmp_path / "县.edubook") as desk:
        admit(desk, first)
        jobs.run(intake.merge(desk, [tmp_path / "U盘"]))
        yield desk, first, second


@pytest.mark.slow
def test_the_county_compares_with_the_submission_before(book, received):
    desk, first, second = received
    explainer = CountyExplainer(desk)
    shown = explainer.explain(verdict(book, "R2"), second.id)
    assert shown.since.about.startswith("该校上一份上报(草稿,第 1 次,")
    assert [each.now for each in shown.since.changes][1] == "0.97 人"
    assert [each.row.name for each in shown.since.rows] == ["一（1）班"]
    # The names of people stay at the school.
    assert [row.words for row in shown.figures[0].rows] == ["教师第1行"]
    alone = explainer.explain(verdict(book, "R2"), first.id)
    assert (alone.since.state, alone.since.said) == (Since.NEVER, explaining.NO_EARLIER)
    paper = reporting.print_county_explanation(desk, shown, explainer.stated(second.id).draft, second.id)
    assert paper.startswith(b"%PDF")


def test_which_submission_came_before():
    one = Member("a", "s", "w", 1, None, "draft")
    three = Member("c", "s", "w", 3, "b", "final")  # the second was lost on the way
    other = Member("d", "s", "v", 1, None, "final", {"w": 3})
    stranger = Member("e", "t", "w", 2, None, "final")
    everyone = [one, three, other, stranger]
    assert explaining.before_of(one, everyone) is None
    assert explaining.before_of(three, everyone) is one
    assert explaining.before_of(other, everyone) is three
    assert explaining.before_of(replace(other, seen={}), everyone) is None


# --- the paper, by its name ---


@pytest.mark.slow
def test_the_paper_is_asked_for_by_code_stage_and_standard(two):
    whole = reporting.print_school(two, "why:R2")
    assert whole == reporting.print_school(two, "why:R2:primary:national-2017")
    assert whole != reporting.print_school(two, "why:R2:primary:national-2024")
    assert reporting.print_school(two, "why:G5").startswith(b"%PDF")


@pytest.mark.parametrize("name", ["why:R99", "why:R2:lower_secondary", "why:", "why:R2:primary:nowhere"])
def test_an_item_there_is_not(two, name):
    with pytest.raises(Problem) as caught:
        reporting.print_school(two, name)
    assert caught.value.code in {"verdict-unknown", "standard-unknown"}
    if caught.value.code == "verdict-unknown":
        assert "R2:primary" in caught.value.text


def test_on_the_command_line(two, tmp_path, capsys):
    two.close()
    out = tmp_path / "说明.pdf"
    words = ["school", "print", str(two.path), str(out), "--paper"]
    assert main([*words, "why:R2:primary"]) == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert main([*words, "why:R99"]) == 2
    assert "没有指标「R99」的判定" in capsys.readouterr().err


def test_verdicts_of_a_submission_are_those_of_the_workbook(book, tmp_path):
    """What is sent is what is judged: nothing of a verdict hangs on what stays at home."""
    export(book, tmp_path / "U盘")
    explainer = Explainer(book)
    for each in comparing.verdicts_of(book.data, book.standards[0], book.reference_date).values():
        found = explainer.explain(each)
        assert found.since.state is Since.SAME, (each.code, found.since)
        assert found.numbers == wording.formula_text(each)
