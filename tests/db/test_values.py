"""The kinds of value: what is read, what is refused, and that nothing is read as something else."""

import datetime
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records import choices
from db.records.catalog import RECORDS
from db.records.values import Code, Day, Scaled, Text, Unreadable, Whole, YesNo, clean, comparison_key
from db.tables import ScaledInteger
from eduapp.exchange.canonical import forbidden_character

KINDS = {
    (spec.name, name): field.item.kind for spec in RECORDS.values() for name, field in spec.fields.items()
}


def unreadable(kind, text):
    with pytest.raises(Unreadable) as raised:
        kind.parse(text)
    assert str(raised.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("38", 38),
        ("３８", 38),
        ("38.0", 38),
        ("1,200", 1200),
        ("1，200", 1200),
        ("1 200", 1200),
        ("+5", 5),
        ("-0", 0),
        ("007", 7),
        ("12,345,678", 12345678),
    ],
)
def test_whole_numbers(text, number):
    assert Whole().parse(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "38.5",
        "-1",
        "1e3",
        "12 13",
        "1 2",
        "12,34",
        "1,2,3",
        "10²",
        "①",
        "½",
        "三",
        "38人",
        "0x10",
        "∞",
        "NaN",
        "1_000",
        "99999999999999999999",
        "٣٨",
        ".5",
        "--1",
        "1/2",
        "100000000",
    ],
)
def test_what_is_no_whole_number_is_not_guessed(text):
    unreadable(Whole(), text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.5", "12.5"),
        ("12.5000", "12.5"),
        ("12.50000000", "12.5"),
        ("0.0001", "0.0001"),
        ("１２．５", "12.5"),
        ("1,234.5", "1234.5"),
        ("9999999999.9999", "9999999999.9999"),
        ("-0", "0"),
        ("5.", "5"),
    ],
)
def test_decimals(text, number):
    value = Scaled(4).parse(text)
    assert value == Decimal(number)
    assert Scaled(4).carry(value) == f"{Decimal(number):.4f}"
    assert Scaled(4).parse(Scaled(4).show(value)) == value


@pytest.mark.parametrize("text", ["12.50001", "-0.1", "10000000000", "500㎡", "约500", "1e2", "", "5.5.5"])
def test_what_is_no_decimal_is_not_guessed(text):
    unreadable(Scaled(4), text)


def test_a_spreadsheet_float_is_rounded_half_up_to_the_places_kept():
    assert Scaled(2).rounded("2.675") == Decimal("2.68")
    assert Scaled(2).rounded("2.6749999999") == Decimal("2.67")
    assert Scaled(4).rounded("1234.5000000000001") == Decimal("1234.5")


@given(st.decimals(0, Decimal("9999999999.999999"), places=6, allow_nan=False))
def test_a_scaled_integer_is_exact_both_ways(value):
    column = ScaledInteger(6)
    kept = column.process_bind_param(value, None)
    assert isinstance(kept, int)
    assert column.process_result_value(kept, None) == value
    assert kept == int(value * 10**6)


def test_a_scaled_integer_never_rounds_in_silence():
    with pytest.raises(ValueError, match="more than 2 places"):
        ScaledInteger(2).process_bind_param(Decimal("0.001"), None)
    assert ScaledInteger(2).process_bind_param(None, None) is None
    assert ScaledInteger(2).process_result_value(None, None) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-9-1",
        "2026-09-01",
        "2026/9/1",
        "2026.9.1",
        "20260901",
        "2026年9月1日",
        "２０２６－０９－０１",
        "2026-09-01 00:00:00",
        "2026-09-01T00:00:00",
        "20260901.0",
    ],
)
def test_days(text):
    assert Day().parse(text) == datetime.date(2026, 9, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026111",
        "202691",
        "2026-9",
        "9月1日",
        "2026-02-30",
        "2026-13-01",
        "26-9-1",
        "46266",
        "2026-09-01 或 02",
        "2026-09-01Tx",
        "1/9/2026",
        "",
        "20260901 1",
    ],
)
def test_what_could_be_another_day_is_not_guessed(text):
    unreadable(Day(), text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2143000001", "2143000001"),
        ("2143000001.0", "2143000001"),
        ("２１43 000001", "2143000001"),
        ("21A", "21A"),
    ],
)
def test_codes(text, code):
    assert Code().parse(text) == code


def test_a_text_has_an_end():
    assert Text().parse("x" * 200)
    unreadable(Text(), "x" * 201)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("是", True),
        ("有", True),
        ("√", True),
        ("1.0", True),
        ("Ｙ", True),
        ("否", False),
        ("无", False),
        ("0", False),
        ("×", False),
    ],
)
def test_yes_and_no(text, value):
    assert YesNo().parse(text) is value


@pytest.mark.parametrize("text", ["不是", "2", "是否", "-", "不详"])
def test_neither_yes_nor_no(text):
    unreadable(YesNo(), text)


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (choices.SCHOOL_KIND, "九年一贯制学校", "312"),
        (choices.SCHOOL_KIND, "211.0", "211"),
        (choices.GRADE, "初一", "7"),
        (choices.GRADE, "6年级", "6"),
        (choices.DEGREE, "大专", "31"),
        (choices.POST, "在岗不在编（合同一年及以上）", "contract"),
        (choices.BACKBONE, "区级", "county"),
        (choices.SUBJECT, "体育", "pe"),
    ],
)
def test_choices_by_code_words_and_habit(kind, text, code):
    assert kind.parse(text) == code


@pytest.mark.parametrize(
    "kind",
    sorted({k for k in KINDS.values() if k.name == "choice"}, key=lambda k: k.table),
    ids=lambda k: k.table,
)
def test_every_choice_reads_what_it_shows_and_carries(kind):
    words = [words for _, words in kind.options] + [words for words, _ in kind.aliases]
    assert len(set(words)) == len(words), "two codes for one word"
    for code, _ in kind.options:
        assert kind.parse(kind.show(code)) == code
        assert kind.uncarry(kind.carry(code)) == code
    for alias, code in kind.aliases:
        assert kind.parse(alias) == code
        assert code in dict(kind.options)
        assert kind.parse(alias) == kind.parse(kind.show(code))
    unreadable(kind, "没有的词")


@given(
    st.text(st.characters(codec="utf-8"), max_size=40)
    | st.text("e\u0301\u200d\u3000 \t\n\u2028\u00adÅ²①", max_size=8)
)
def test_what_is_kept_is_clean_and_stays_so(text):
    kept = clean(text)
    assert clean(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert kept == kept.strip()
    assert forbidden_character(kept) is None


@given(
    st.sampled_from(sorted(KINDS)),
    st.text(max_size=12) | st.sampled_from(["1", "12.5", "是", "2026-09-01", "a" * 32]),
)
def test_any_text_is_read_and_read_back_or_unreadable(place, text):
    kind = KINDS[place]
    kept = clean(text)
    try:
        value = kind.parse(kept)
    except Unreadable:
        return
    assert kind.parse(kind.show(value)) == value
    assert kind.uncarry(kind.carry(value)) == value
    assert kind.carry(kind.uncarry(kind.carry(value))) == kind.carry(value)
    assert isinstance(value, kind.python)


def test_the_sixth_grade_goes_with_its_system():
    assert choices.stage_of_grade("6", choices.SIX_THREE) == "primary"
    assert choices.stage_of_grade("6", choices.FIVE_FOUR) == "lower_secondary"
    assert choices.stage_of_grade("5", choices.FIVE_FOUR) == "primary"
    assert choices.stage_of_grade("7", choices.SIX_THREE) == "lower_secondary"


def test_every_field_has_a_label_and_every_record_its_own():
    labels = [spec.label for spec in RECORDS.values()]
    assert len(set(labels)) == len(labels)
    for spec in RECORDS.values():
        names = [field.item.label for field in spec.fields.values()]
        assert all(names)
        assert len(set(names)) == len(names)


def _cleaned_letter_by_letter(text):
    spaces = "\t\r\n\u3000\u00a0\u2028\u2029"
    kept = (
        " " if ch in spaces else ch
        for ch in text
        if ch in spaces or unicodedata.category(ch) not in {"Cc", "Cf", "Cs"}
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


@pytest.mark.slow
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\u200b\u3000\u0301\ufeff\t é")))
def test_printable_text_is_cleaned_as_any_other(text):
    assert clean(text) == _cleaned_letter_by_letter(text)


@pytest.mark.parametrize("name", ["TEACHING_STAGE", "SUBJECT", "DEGREE", "GRADE", "ROOM_KIND", "SCHOOL_KIND"])
def test_a_choice_is_looked_up_as_reading_down_its_list_finds_it(name):
    kind = getattr(choices, name)
    for code, words in kind.options:
        first = next(
            each
            for each, said in kind.options
            if comparison_key(said) == comparison_key(words) or each.casefold() == comparison_key(words)
        )
        assert kind.parse(f" {words}") == first
        assert kind.parse(f"{code}.0") in {each for each, _ in kind.options}
        assert kind.show(code) == words
        assert kind.uncarry(code) == code
    for words, code in kind.aliases:
        assert kind.parse(words) in {code, *(each for each, said in kind.options if said == words)}
    unreadable(kind, "没有这一项")
