"""数据码: a slip of the finger is told from other data; what a scanner sends is the whole id."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.problems import Problem
from eduapp.exchange.data_code import PAPER, Origin, data_code, data_digits, page_text, parse, token

DATA = "95402292059fc51c2b5f17e627fe5eaa9f90e6a4fc251daf743abf00a6fdcac0"
ids = st.binary(max_size=9).map(lambda data: hashlib.sha256(data).hexdigest())
FULL = str.maketrans("0123456789 ", "０１２３４５６７８９　")


def code_of(error):
    return error.value.code


def test_a_known_code():
    assert data_code(DATA) == "3499 2964 4865"
    assert int(data_digits(DATA)[:10]) == int(DATA, 16) % 10**10
    assert int(data_digits(DATA)) % 97 == 1


@given(ids)
def test_typed_in_any_way_people_type(data_id):
    shown = data_code(data_id)
    for typed in (
        shown,
        shown.replace(" ", ""),
        f" {shown}\n",
        shown.replace(" ", "-"),
        shown.translate(FULL),
    ):
        scanned = parse(typed)
        assert (scanned.origin, scanned.digits, scanned.whole) == (Origin.SCHOOL, data_digits(data_id), "")


@given(ids, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(data_id, place, more):
    digits = list(data_digits(data_id))
    digits[place] = str((int(digits[place]) + more) % 10)
    with pytest.raises(Problem) as error:
        parse("".join(digits))
    assert code_of(error) == "paper-code-mistyped"


@given(ids, st.integers(0, 10))
def test_two_swapped_neighbours_are_always_noticed(data_id, place):
    digits = list(data_digits(data_id))
    if digits[place] == digits[place + 1]:
        return
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    with pytest.raises(Problem) as error:
        parse("".join(digits))
    assert code_of(error) == "paper-code-mistyped"


@given(ids, st.sampled_from(["checklist", "school_class", "why:R2", "ledger:off-post"]), st.integers(1, 99))
def test_scanned_is_what_was_printed(data_id, paper, page):
    text = page_text(Origin.SCHOOL, "2143000123", 2026, paper, data_id)
    text = text.replace("{page}", str(page)).replace("{pages}", "99")
    for sent in (text, text.lower(), f"{text}\r\n"):
        scanned = parse(sent)
        assert (scanned.origin, scanned.owner, scanned.year) == (Origin.SCHOOL, "2143000123", 2026)
        assert (scanned.whole, scanned.digits) == (data_id, "")
        assert (scanned.paper, scanned.page, scanned.pages) == (token(paper), page, 99)


def test_a_county_page_leaves_the_name_of_the_table_open():
    text = page_text(Origin.COUNTY, "430900", 2026, PAPER, DATA)
    assert text == f"EDUAPP1 C 430900 2026 {{paper}} {{page}}/{{pages}} {DATA.upper()}"
    scanned = parse(text.format(paper="II-1", page=2, pages=3))
    assert (scanned.origin, scanned.owner, scanned.paper, scanned.whole) == (
        Origin.COUNTY,
        "430900",
        "II-1",
        DATA,
    )


def test_the_fingerprint_of_a_county_can_be_typed():
    scanned = parse("77386 10921 81246 73705 29135 02970")
    assert (scanned.origin, scanned.digits) == (Origin.COUNTY, "773861092181246737052913502970")


@pytest.mark.parametrize("school", ["", "21 43", "{page}", "未填", "a/b", "２１４３"])
def test_a_school_code_that_is_none_still_gives_a_text_that_can_be_read(school):
    text = page_text(Origin.SCHOOL, school, 2026, "checklist", DATA)
    scanned = parse(text.replace("{page}", "1").replace("{pages}", "1"))
    assert scanned.whole == DATA
    assert scanned.owner == token(school)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "12", "1234567890123", "abcd efgh ijkl", "http://x.cn/1", "EDUAPP1 D 1 2026 A 1/1 12",
     "١٢٣٤٥٦٧٨٩٠١٢", "EDUAPP1 X 1 2026 A 1/1 " + DATA, "6" * 30 + "6", "\0", "EDUAPP1"],
)  # fmt: skip
def test_what_is_no_code_is_unreadable(text):
    with pytest.raises(Problem) as error:
        parse(text)
    assert code_of(error) == "paper-code-unreadable"


def test_a_code_of_a_later_release_says_so():
    with pytest.raises(Problem) as error:
        parse(f"EDUAPP2 D 1 2026 A 1/1 {DATA}")
    assert code_of(error) == "paper-code-newer"


@given(st.text(max_size=120))
def test_nothing_but_a_problem_comes_of_any_text(text):
    try:
        parse(text)
    except Problem as problem:
        assert problem.text  # noqa: PT017 - most texts raise, some do not
