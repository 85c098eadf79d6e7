"""Terms of formulas: declared once beside the formula, read from a pack, refused with item and key."""

import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction

import pytest

import resources
from db.problems import Problem
from db.records.choices import Stage
from eduapp.standards.county.formulas import COUNTY_FORMULAS
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import SCHOOL, Formula, Measure
from eduapp.standards.pack_values import PackError
from eduapp.standards.packs.coverage import threshold_text
from eduapp.standards.packs.items import indicator
from eduapp.standards.packs.reader import load, parse, standard_ids
from eduapp.standards.results import Outcome
from eduapp.standards.terms import (
    AnyOf,
    DecimalNumber,
    Flag,
    OneOf,
    OneOrMore,
    PlainText,
    Some,
    Term,
    Terms,
    TermTable,
    WholeNumber,
    term,
)
from tests.standards.drafts import DAY, make

CODES = {"a": "甲", "b": "乙"}
READ = [
    (WholeNumber(), 3, 3),
    (WholeNumber(low=1), 1, 1),
    (WholeNumber(quoted=True), "45", 45),
    (WholeNumber(quoted=True), "45.0", 45),
    (DecimalNumber(), "0.15", Decimal("0.15")),
    (Flag(), False, False),
    (PlainText(), "字", "字"),
    (OneOf(CODES), "b", "b"),
    (Some(OneOf(CODES)), [], ()),
    (Some(OneOf(CODES), 1), ["b", "a"], ("b", "a")),
    (AnyOf(CODES), "a|b", ("a", "b")),
    (OneOrMore(OneOf(CODES)), "a", ("a",)),
    (OneOrMore(OneOf(CODES)), ["a", "b"], ("a", "b")),
    (
        TermTable(Stage, WholeNumber(), every=True),
        {"primary": 1, "lower_secondary": 2},
        {"primary": 1, "lower_secondary": 2},
    ),
    (TermTable(int, DecimalNumber(), names=("1", "2")), {"2": "0"}, {2: 0}),
    (TermTable(str, PlainText()), {"140624": "怀仁县"}, {"140624": "怀仁县"}),
]
REFUSED = [
    (WholeNumber(), "3"),
    (WholeNumber(), 3.0),
    (WholeNumber(), True),
    (WholeNumber(), -1),
    (WholeNumber(low=1), 0),
    (WholeNumber(quoted=True), 45),
    (WholeNumber(quoted=True), "45.5"),
    (WholeNumber(quoted=True), "-1"),
    (DecimalNumber(), 0.15),
    (DecimalNumber(), 15),
    (DecimalNumber(), "NaN"),
    (DecimalNumber(positive=True), "0"),
    (Flag(), "true"),
    (Flag(), 1),
    (PlainText(), " "),
    (OneOf(CODES), "c"),
    (OneOf(CODES), ["a"]),
    (Some(OneOf(CODES)), "a"),
    (Some(OneOf(CODES), 1), []),
    (Some(OneOf(CODES)), ["a", "c"]),
    (AnyOf(CODES), "a|c"),
    (OneOrMore(OneOf(CODES)), "c"),
    (OneOrMore(OneOf(CODES)), []),
    (TermTable(Stage, WholeNumber(), every=True), {"primary": 1}),
    (TermTable(Stage, WholeNumber()), {"kindergarten": 1}),
    (TermTable(Stage, WholeNumber()), {"primary": "1"}),
    (TermTable(Stage, WholeNumber()), {}),
    (TermTable(Stage, WholeNumber()), 7),
]


@pytest.mark.parametrize(("read", "value", "found"), READ)
def test_a_value_is_read_as_its_kind(read, value, found):
    assert read(value, "指标 X x") == found


@pytest.mark.parametrize(("read", "value"), REFUSED)
def test_another_value_is_refused_with_its_place(read, value):
    with pytest.raises(PackError, match="指标 X x"):
        read(value, "指标 X x")


def written():
    """Every item of every pack with each term that it writes: (pack, raw item, key)."""
    for name in standard_ids():
        raw = tomllib.loads(resources.read_text("standards", f"{name}.toml"))
        for item in (each for each in raw.get("indicator", ()) if "limit_from" not in each):
            formulas = [
                FORMULAS.get(item.get("formula", item["name"])),
                COUNTY_FORMULAS.get(item.get("county", "")),
            ]
            known = {own.name for each in formulas if each for own in fields(each.terms)}
            yield from (
                (name, item, key) for key in sorted(known & set(item)) if key not in {"code", "judged"}
            )


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [{"不": {"对": 1}}, 3.5, [[]]])
def test_no_term_of_any_shipped_item_can_be_written_as_something_else(wrong):
    found = list(written())
    assert len(found) > 60
    for name, item, key in found:
        pack = tomllib.loads(resources.read_text("standards", f"{name}.toml"))
        shared = {"weights": {"primary": "1", "lower_secondary": "1.1", "senior_high": "1.32"}}
        with pytest.raises(PackError) as raised:
            indicator(item | {key: wrong}, pack | {"pass_at_least": pack.get("pass_at_least", 0)}, shared)
        assert item["code"] in str(raised.value)
        assert key in str(raised.value)


@pytest.mark.parametrize("formulas", [FORMULAS, COUNTY_FORMULAS])
def test_every_term_is_declared_with_how_it_is_read(formulas):
    for name, formula in formulas.items():
        for own in fields(formula.terms):
            assert isinstance(own.metadata["term"], Term), (name, own.name)


@dataclass(frozen=True, kw_only=True)
class Libraries(Terms):
    """How many books make a library."""

    books_from: int = term("藏书不少于", WholeNumber(1))


def has_library(data, stage, terms):
    books = data.figure("books")
    met = None if books.value is None else Fraction(books.value >= terms.books_from)
    return Measure(met, Fraction(1), (books,), "项")


ITEM = """
[[indicator]]
code = "Y1"
name = "has_library"
title = "图书馆"
short = "图书馆"
unit = "项"
scale = 1
decimals = 0
at_least = "1"
books_from = 500
clause = "第一条"
explanation = "有图书馆。"
"""


@pytest.fixture
def library(monkeypatch):
    """A formula that nobody knows: one function and one declaration."""
    monkeypatch.setitem(FORMULAS, "has_library", Formula(SCHOOL, has_library, Libraries, value_unit="项"))


def head(text):
    """The head of a local plan without the list of its numbered items."""
    raw = tomllib.loads(resources.read_text("standards", "huize-2023.toml"))
    kept = ("id", "title", "document", "number", "level", "beside")
    lines = [f'{name} = "{raw[name]}"' for name in kept]
    return "\n".join([*lines, f"valid_from = {raw['valid_from']}", text])


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("books", "outcome"), [("499", Outcome.UNMET), ("500", Outcome.MET), ("501", Outcome.MET)]
)
def test_a_new_formula_with_a_new_parameter_is_one_function_and_one_declaration(books, outcome):
    standard = parse(head(ITEM), "甲县.toml")
    item = standard.indicator("Y1")
    assert item.terms == Libraries(books_from=500)
    assert threshold_text(item) == "≥ 1 项;藏书不少于:500"
    draft = make("211", {"school_total.books": books})
    verdict = next(
        each for each in evaluate_school(SchoolData(draft, on=DAY), standard, DAY) if each.code == "Y1"
    )
    assert verdict.outcome is outcome


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("wrong", ['"500"', "0", "5.5", "true"])
def test_its_wrong_parameter_is_refused_with_file_item_and_key(wrong):
    with pytest.raises(Problem) as raised:
        parse(head(ITEM.replace("books_from = 500", f"books_from = {wrong}")), "甲县.toml")
    for part in ("甲县.toml", "Y1", "books_from"):
        assert part in raised.value.text
    with pytest.raises(Problem) as raised:
        parse(head(ITEM.replace("books_from = 500", "book_from = 500")), "甲县.toml")
    assert "book_from" in raised.value.text


def test_the_terms_of_an_item_are_what_its_pack_writes():
    item = load("national-2017").indicator("G9")
    assert {name: str(getattr(item.terms, name)) for name in item.written} == {
        name: str(value) for name, value in item.written.items()
    }
