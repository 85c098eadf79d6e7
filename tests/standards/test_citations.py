"""A citation is one unit, of the number shown; what is inferred stands where the number stands."""

from __future__ import annotations

import datetime
import re
import tomllib

import pytest

import resources
from db.problems import Problem
from db.records.choices import SchoolKind
from eduapp.cli.output import verdict_json
from eduapp.standards.packs.items import INFERRED
from eduapp.standards.packs.reader import load, parse, standard_ids
from eduapp.standards.wording import threshold_text, threshold_with_unit
from tests.standards.drafts import DAY, make, report, verdicts
from tests.standards.test_packs import LOCAL, NATIONAL

PACKS = {name: tomllib.loads(resources.read_text("standards", f"{name}.toml")) for name in standard_ids()}
ITEMS = [
    pytest.param(load(name), each, id=f"{name}: {each.code} {each.citation.valid_from}")
    for name in standard_ids()
    if not load(name).over
    for each in load(name).indicators
]
SOURCES = {load(name).number: load(name).document for name in standard_ids()} | {
    "财政部2025年8月13日发布": "财政部加大力度支持提升特殊教育学校办学能力水平",
    "教基厅函〔2021〕13号": "关于加强义务教育学校作业管理的通知",
}
NO_NUMBER = {
    "datonghu-2025": ("R3", "R2", "G3", "G11", "G14", "G15", "Q9", "Q2"),
    "x-district-2024": ("R3", "R4", "R5", "G3", "Q8"),
    "hanzhong-2023": ("HZH20", "HZH21"),
    "shuozhou-2016": ("SZ3A", "SZ3B"),
}
"""Items whose own text has no number, by pack."""
LOCAL_NUMBERS = {
    "datonghu-2025": {"R7": "2.3", "DTH24A": "5", "DTH26A": "1", "Q1": "98", "Q4": "5", "G7": "6000"},
    "huize-2023": {"Q2": "97", "HZ02B": "4", "HZ05E": "3"},
    "x-district-2024": {"Q4": "5"},
}
"""Items whose number is in their own text."""


@pytest.mark.parametrize(("standard", "item"), ITEMS)
def test_document_number_and_clause_are_one_unit(standard, item):
    for cited in item.citations:
        assert SOURCES[cited.number] == cited.document
        assert cited.clause
        if cited.number != standard.number and standard.beside:
            assert cited.referring is not None, "a number of another document has its own clause beside it"
        if cited.referring is not None:
            assert cited.referring.number == standard.number


@pytest.mark.parametrize(("standard", "item"), ITEMS)
def test_what_is_inferred_is_named(standard, item):
    del standard
    said = item.citation
    assert bool(said.inferred) == ("推定" in said.explanation)
    assert set(said.inferred) <= set(INFERRED)
    for cited in item.cited_by_kind.values():
        assert cited.inferred == said.inferred


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for name, codes in NO_NUMBER.items() for code in codes]
)
def test_an_item_whose_text_has_no_number_shows_the_national_one_as_such(name, code):
    plan = load(name)
    item = plan.indicator(code, DAY)
    national = load(plan.beside)
    assert item.citation.number != plan.number
    assert item.citation.number in {national.number, *(each.citation.number for each in national.indicators)}
    assert item.citation.referring.number == plan.number
    assert "限值" not in item.citation.inferred


@pytest.mark.parametrize(
    ("name", "code", "number"),
    [(name, *each) for name, codes in LOCAL_NUMBERS.items() for each in codes.items()],
)
def test_an_item_whose_text_has_a_number_cites_its_own_clause(name, code, number):
    item = load(name).indicator(code, DAY)
    assert item.citation.number == load(name).number
    assert item.citation.referring is None
    assert number in {str(item.at_least), str(item.at_most), str(item.by_stage.get("primary"))}


def test_the_limit_of_a_kind_that_the_local_text_leaves_out_is_the_national_one():
    item = load("datonghu-2025").indicator("G4", DAY)
    own, other = item.cited(SchoolKind.PRIMARY), item.cited(SchoolKind.NINE_YEAR)
    assert (own.number, own.referring) == ("大通湖区2025年3月4日印发", None)
    assert (other.number, other.referring.clause) == ("教督〔2017〕6号", "具体措施第21条")
    cells = {"primary.pupils": "1500", "lower_secondary.pupils": "1001"}
    judged = verdicts(report(make("312", cells), standards=["national-2017", "datonghu-2025"]))
    found = judged["datonghu-2025:G4"]
    assert (found.outcome, found.threshold, found.citation.number) == ("unmet", 2500, "教督〔2017〕6号")


def test_no_paper_says_that_7000_stands_in_the_rules_of_2017():
    for item in load("national-2017").indicators:
        if item.code == "G7":
            assert (str(item.at_least) == "6000") == (item.citation.number == "教督〔2017〕6号")
            assert ("7000" in item.citation.clause) == (str(item.at_least) == "7000")


@pytest.mark.parametrize("code", ["V6", "G4V", "G6", "Q7"])
def test_what_came_with_the_procedure_cites_it_and_begins_with_it(code):
    national = load("national-2017")
    own = [each for each in national.indicators if each.code == code]
    assert own[-1].citation.number == "教督厅函〔2024〕10号"
    assert own[-1].citation.valid_from == datetime.date(2024, 1, 1)
    assert [each.citation.number for each in own[:-1]] in ([], ["教督〔2017〕6号"])


def test_the_reading_stands_beside_the_number_on_screen_and_in_json():
    cells = {"primary.pupils": "100", "primary.pe": "1"}
    judged = verdicts(report(make("211", cells), standards=["national-2017", "datonghu-2025"]))
    found = judged["datonghu-2025:primary.R3"]
    assert threshold_text(found) == "≥ 0.9(日期推定)"
    assert threshold_with_unit(found) == "≥ 0.9 人(日期推定)"
    said = verdict_json(found)
    assert said["inferred"] == ["日期"]
    assert said["citation"]["number"] == "教督〔2017〕6号"
    assert said["citation"]["clause"] == "资源配置第3项"
    assert said["citation"]["referring"]["clause"] == "具体措施第8条"


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_item_of_a_year_before_says_so_in_the_pack(name):
    written = {(each["code"], each.get("inputs_of", "day")) for each in PACKS[name].get("indicator", ())}
    if not load(name).over:
        assert written == {(each.code, each.inputs_of) for each in load(name).indicators}


TAKEN = LOCAL.replace('at_least = "6"\n', 'limit_from = "national"\n')


def test_a_local_item_takes_the_national_limit():
    (item, _) = parse(TAKEN, "甲市").indicators
    assert (str(item.at_least), item.citation.number, item.citation.clause) == (
        "5",
        "教督〔2017〕6号",
        "教育质量第4项",
    )
    assert item.citation.referring.words == "某政〔2025〕1号 第1条"


def test_a_dated_national_limit_makes_one_local_item_for_each_of_its_dates():
    text = TAKEN.replace(
        'code = "Q4"\nname = "training_budget"', 'code = "G7"\nname = "special_education_funding"'
    )
    text = text.replace('unit = "%"', 'unit = "元"\njudged = "school"\njudged_why = "按学校拨付"', 1)
    own = [each for each in parse(text, "甲市").indicators if each.code == "G7"]
    assert [(str(each.at_least), each.citation.valid_from.isoformat()) for each in own] == [
        ("6000", "2025-01-01"),
        ("7000", "2025-03-01"),
    ]


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (LOCAL, 'at_least = "6"', 'at_least = "6"\nlimit_from = "national"', "不另写阈值"),
        (LOCAL, 'at_least = "6"', 'limit_from = "province"', "national"),
        (LOCAL, 'at_least = "6"', 'limit_from = "national"\nnational = "X1"', "X1"),
        (LOCAL, 'at_least = "6"', 'limit_from = "national"\nlimit_of = "share"', "share"),
        (LOCAL, 'at_least = "6"', 'at_least = "6"\nlimit_otherwise = "national"', "limit_otherwise"),
        (LOCAL, 'at_least = "6"', 'at_least = "6"\nnumber = "某教〔2025〕2号"', "一个整体"),
        (LOCAL, 'at_least = "6"', 'at_least = "6"\nreferring = "第3条"', "referring"),
        (LOCAL, 'explanation = "不低于 6%。"', 'explanation = "按 6% 推定。"', "inferred"),
        (LOCAL, 'at_least = "6"', 'at_least = "6"\ninferred = ["限值"]', "推定"),
        (LOCAL, 'explanation = "不低于 6%。"', 'explanation = "推定。"\ninferred = ["猜"]', "猜"),
        (LOCAL, 'at_least = "6"', 'at_least = "6"\ninputs_of = "day"', "year_before"),
        (NATIONAL, 'money_norm = "last_day"', 'money_norm = "middle"', "money_norm"),
    ],
)
def test_a_place_that_is_no_unit_is_refused(text, old, new, said):
    assert old in text
    with pytest.raises(Problem) as caught:
        parse(text.replace(old, new, 1), "甲市")
    assert said in caught.value.facts["why"]
    assert re.search(r"第 \d+ 行", caught.value.facts["why"])


def test_the_norm_day_is_a_parameter_of_the_pack():
    text = NATIONAL.replace('money_norm = "last_day"', 'money_norm = "first_day"')
    day = datetime.date(2026, 9, 1)
    chosen = {name: parse(each, name).indicator("G7", day) for name, each in (("甲", text), ("乙", NATIONAL))}
    assert {name: str(each.at_least) for name, each in chosen.items()} == {"甲": "6000", "乙": "7000"}
