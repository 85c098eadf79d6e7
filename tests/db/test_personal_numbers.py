"""Identity and mobile numbers: which texts have one, and the first that have not."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records.catalog import field_of
from db.records.personal_numbers import (
    NumberKind,
    is_piece,
    numbers_at_home,
    numbers_in,
    spread_over,
    without_numbers,
)
from db.records.values import Unread
from tests.services.persons import identity

ID, ID15 = "11010519491231002X", "110105491231002"
IDENTITY, MOBILE = NumberKind.IDENTITY, NumberKind.MOBILE


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.lower(),
        "110105 19491231 002X",
        "1101 0519 4912 3100 2X",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u3000１９491231\u00a0002x",
        "110105\u200b19491231\u2060002X",
        f"身份证:{ID}。",
        f"张三{ID}李四",
        f"99{ID}",  # inside a longer number, too
        "110105194912310000",  # a spreadsheet took it for a number and kept 15 digits
        ID15,
        "110105 491231 002",
        f"证件{ID15},",
        identity("650102", "20001231", 999),
        identity("910101"),  # 外国人永久居留身份证
        identity("530326", "20000229"),
        identity("810000"),  # 港澳台居民居住证
        identity("830000", "20010228"),
        "430902198503120100",  # a double of 16 digits, as a sheet shows …054
        "430902198503120064",  # the same double to its last digit
        "430,902,198,503,120,054",
        "430902198503120054.00",
        "430902198.503120054",
        "4.3090219850312E+17",
        "4.30902198503120100e17",
        "4.309021985031201e+17",
        "430,902,850,312,005",
        "110105/19491231/002X",
        "110105.19491231.002X",
        "110105，1949，1231，002X",
        "11.01.05 1949.12.31 002 X",
        "110105(1949年12月31日)002X",
        "110105_1949_12_31_002×",
        ".".join(ID),
        "、".join(ID),
        "一一〇一〇五一九四九一二三一〇〇二X",
        "一一零一零五一九四九一二三一零零二Ｘ",
        "110105/491231/002",
        "一一〇一〇五四九一二三一〇〇二",
        "11010519491231002Х",  # a Cyrillic letter
    ],
)
def test_an_identity_number(text):
    (found,) = numbers_in(text)
    assert found.kind is IDENTITY
    assert without_numbers(text, (found,)) == (text[: found.start] + text[found.end :]).strip()


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",  # another check character
        "11010519491331002X",  # month 13
        identity(born="19010229"),  # no such day
        identity(born="18991231"),
        identity("160102"),  # no such province
        identity("470102"),
        identity("430000"),
        ID[:-1],
        "110105491331002",
        "160105491231002",
        f"{ID15}1",  # 16 digits are none of them
        f"1{ID15}",
        "2143000001",
        "教督〔2023〕13号",
        "2026-09-01",
        "2026-09-01 00:00:00",
        "",
        "110105 甲 19491231 乙 002X",  # words part it
        "430902198503120051",  # another check character, and no double
        "4.30902E+17",  # what a narrow column shows: a region
        "4.30902198503E+17",
        "4.3090219850312E+16",
        "43.090219850312E+17",
        "1,430,902,198,503,120",
        identity("840000"),
        "110105A19491231A002X",
        "110105////// 19491231002X",  # six marks
        "1.10105/19491231/002X",  # no part ends there
        "二〇二六年九月一日、二〇二七年",
        "一一〇一〇五一九四九一三三一〇〇二X",  # month 13
    ],
)
def test_what_is_none(text):
    assert [each for each in numbers_in(text) if each.kind is IDENTITY] == []


@pytest.mark.parametrize(
    "text",
    [
        "13000000000",
        "19999999999",
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "1 3 8 0 0 1 3 8 0 0 0",
        "+86 13800138000",
        "008613800138000",
        "013800138000",
        "电话13800138000转3",
        "2026-09-01 13800138000",
        "13,800,138,000",
        "13800138000.00",
        "1.3800138E10",
        "1.3800138001e+10",
        "(+86)13800138000",
        "+86-138-0013-8000",
        "138.0013.8000",
        "138_00138000",
        "(138)0013 8000",
        "一三八〇〇一三八〇〇〇",
    ],
)
def test_a_mobile_number(text):
    assert [each.kind for each in numbers_in(text)] == [MOBILE]


@pytest.mark.parametrize(
    "text",
    [
        "12999999999",
        "20000000000",
        "1380013800",
        "138001380001",
        "0730-5550101",
        "13-2023-00012",
        "138、0013、8000",
        "138001380.00",
        "1.3800138E+9",
        "12,800,138,000",
        "138甲00138000",
        "一三八〇〇一三八〇〇",
    ],
)
def test_what_is_no_mobile_number(text):
    assert numbers_in(text) == ()


def test_several_stand_in_their_order_and_each_is_cut_out():
    text = f"甲{ID}乙13800138000丙{ID15}"
    found = numbers_in(text)
    assert [each.kind for each in found] == [IDENTITY, MOBILE, IDENTITY]
    assert [each.birth_month for each in found] == ["1949-12", "", "1949-12"]
    assert without_numbers(text, found) == "甲乙丙"


def test_a_telephone_may_stand_where_telephones_stand_and_an_identity_number_nowhere():
    phone, name = field_of("school.phone").item, field_of("school.filled_by").item
    assert numbers_at_home(phone, "13800138000") == ()
    assert numbers_at_home(name, "13800138000")
    assert numbers_at_home(name, Unread("13800138000"))
    assert numbers_at_home(phone, ID)
    assert numbers_at_home(name, None) == ()
    assert numbers_at_home(name, 13800138000) == ()


@given(
    st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31)),
    st.integers(0, 999),
    st.lists(st.sampled_from(["", " ", "-", "\u3000", "\u200b"]), min_size=17, max_size=17),
    st.booleans(),
)
def test_every_way_of_writing_one(day, number, gaps, wide):
    digits = identity("431021", f"{day:%Y%m%d}", number)
    if wide:
        digits = "".join(chr(ord(each) + 0xFEE0) for each in digits)
    text = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))
    (found,) = [each for each in numbers_in(text) if each.kind is IDENTITY]
    assert (found.start, found.end, found.birth_month) == (0, len(text), f"{day:%Y-%m}")


@given(st.text(max_size=60))
def test_any_text_can_be_looked_at(text):
    found = numbers_in(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_digits_in_the_id_of_a_row_are_nobody_s_number():
    item = field_of("homework.school_class").item
    assert numbers_at_home(item, "a13812345678bcdef0a1b2c3d4e5f6a7") == ()
    assert numbers_at_home(item, Unread("三1班 13812345678"))[0].kind is MOBILE


def spread(*cells):
    return spread_over([(str(at), cell) for at, cell in enumerate(cells)])


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        (("110105", "19491231002X"), ("0", "1")),
        ((110105, "19491231002X"), ("0", "1")),
        (("110105", None, "19491231", "", "002x"), ("0", "2", "4")),
        (("甲", Unread("110105"), "1949-12-31", "002X", 7), ("1", "2", "3")),
        (("1101", "05", "19491231", "002X"), ("0", "1", "2", "3")),
        (("１１０１０５", "１９４９１２３１", "００２Ｘ"), ("0", "1", "2")),
        (("110105194912310", "02X"), ("0", "1")),
        (("11", "01", "05", "19491231", "002X"), ()),  # five cells
        (("1101", "05", "1949", "1231", "002X"), ()),
        (("110105", "19491231", "0021"), ()),  # another check character
        (("110105", "19491331", "002X"), ()),
        (("110105", "甲", "19491231002X"), ()),
        (("110105", "19491231甲", "002X"), ()),
        (("19491231", "110105", "002X"), ()),
        (("110105", "1949123", "1002X"), ()),  # the longest piece is one short of a day of birth
        ((True, "10105194", "91231002X"), ()),
        ((), ()),
    ],
)
def test_a_number_spread_over_the_cells_of_a_row(cells, places):
    assert spread(*cells) == places


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [
        ("19491231", True),
        (19491231, True),
        (Unread("1949.12.31"), True),
        ("1949123", False),
        ("x19491231", False),
        ("19491231甲", False),
        (None, False),
        (True, False),
    ],
)
def test_a_piece_of_one(cell, is_one):
    assert is_piece(cell) is is_one


@given(st.integers(1, 16), st.integers(1, 16), st.integers(0, 999))
def test_wherever_it_is_cut(first, second, number):
    whole = identity(number=number)
    ends = sorted({0, first, second, len(whole)})
    pieces = [whole[a:b] for a, b in pairwise(ends)]
    assert spread(*pieces) == (tuple(map(str, range(len(pieces)))) if max(map(len, pieces)) >= 8 else ())
