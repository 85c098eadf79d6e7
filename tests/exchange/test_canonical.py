from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.problems import Problem
from eduapp.exchange import canonical
from eduapp.exchange.canonical import forbidden_character, read_csv, read_json, write_csv, write_json

carried = st.text(max_size=20).filter(lambda text: forbidden_character(text) is None)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**19) + 1, 10**19 - 1) | carried,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(carried, inner, max_size=4),
    max_leaves=12,
)


def normal(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, dict):
        return {normal(name): normal(item) for name, item in value.items()}
    return value


@given(values)
def test_json_comes_back_and_stock_json_agrees(value):
    try:
        data = write_json(value)
    except ValueError:  # two member names that are one in NFC
        return
    assert read_json(data) == normal(value) == json.loads(data)
    assert data.endswith(b"\n")


def test_json_bytes_are_these():
    assert (
        write_json({"b": [1, True, None], "a": '省\u0065\u0301"'})
        == '{"a":"省é\\"","b":[1,true,null]}\n'.encode()
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1}', "not-canonical"),
        (b'{"a":1}\n\n', "not-canonical"),
        (b'{"a": 1}\n', "not-canonical"),
        (b'{"b":1,"a":1}\n', "not-canonical"),
        (b'{"a":1,"a":1}\n', "not-canonical"),
        (b'{"a":1.0}\n', "not-canonical"),
        (b'{"a":1e3}\n', "not-canonical"),
        (b'{"a":NaN}\n', "not-canonical"),
        (b'{"a":-Infinity}\n', "not-canonical"),
        (b'{"a":-0}\n', "not-canonical"),
        (b'{"a":' + b"9" * 20 + b"}\n", "not-canonical"),
        (b'{"a":' + b"9" * 100_000 + b"}\n", "not-canonical"),
        (b'{"a":"\\u4e00"}\n', "not-canonical"),
        (b'{"a":"\\ud800"}\n', "not-canonical"),
        (b'{"a":"\\u0000"}\n', "not-canonical"),
        ('{"a":"e\u0301"}\n'.encode(), "not-canonical"),
        ('{"a":"\u202e"}\n'.encode(), "not-canonical"),
        ('{"a":"\u200b"}\n'.encode(), "not-canonical"),
        (b"[" * 10_000 + b"]" * 10_000 + b"\n", "not-canonical"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"\n", "not-canonical"),
        (b'"\\"\\"\\"' * 100_000, "damaged"),
        (b"[" * 30, "damaged"),
        (b"\xef\xbb\xbf{}\n", "damaged"),
        ("{}\n".encode("utf-16"), "damaged"),
        (b'{"a":"\xff"}\n', "damaged"),
        (b'{"a":"\x00"}\n', "damaged"),
        (b"", "damaged"),
        (b"{}\n" + b" " * 5_000_000, "too-large"),
    ],
)
def test_json_of_any_other_form_is_refused(data, code):
    with pytest.raises(Problem) as caught:
        read_json(data)
    assert caught.value.code == code
    assert caught.value.text


def test_brackets_in_text_are_not_depth():
    value = {"a": '[[[["' * 1000 + "\\"}
    assert read_json(write_json(value)) == value


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, 10**19, {1: 2}, {"a": object()}, b"x"])
def test_json_writer_refuses_what_has_no_canonical_form(value):
    with pytest.raises((TypeError, ValueError)):
        write_json(value)


def test_json_writer_refuses_depth():
    value = []
    for _ in range(40):
        value = [value]
    with pytest.raises(ValueError, match="deeper"):
        write_json(value)


def test_json_writer_names_the_text():
    with pytest.raises(Problem) as caught:
        write_json({"eduapp": {"reasons": {"f1": "好\u200b"}}})
    assert caught.value.code == "text-not-allowed"
    assert caught.value.facts == {"where": "eduapp.reasons.f1", "character": "U+200B"}


rows = st.lists(
    st.tuples(st.uuids().map(str), st.none() | carried, st.none() | carried),
    max_size=8,
    unique_by=lambda row: row[0][:4],
)


@pytest.mark.slow
@given(rows, st.randoms(use_true_random=False))
def test_csv_comes_back_in_any_order_and_stock_csv_agrees(table, random):
    data = write_csv("t", ("id", "a", "b"), table, "id")
    shuffled = random.sample(table, len(table))
    assert write_csv("t", ("id", "a", "b"), shuffled, "id") == data
    header, back = read_csv(data, "t", "id")
    assert header == ("id", "a", "b")
    assert back == tuple(tuple(normal(cell) or None for cell in row) for row in sorted(table))
    stock = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert stock == [list(header), *([cell or "" for cell in row] for row in back)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "é", "e\u0301", "ab", ""]),
            st.none()
            | st.sampled_from(["", "甲", "x,y", 'a"b', "e\u0301", "\u200b", "a\nb", "a\rb", "\ud800"]),
        ),
        max_size=6,
    )
)
def test_a_table_written_as_one_text_is_the_one_written_cell_by_cell(table):
    def written():
        try:
            return write_csv("t", ("id", "a"), table, "id")
        except (Problem, ValueError) as error:
            return type(error), str(error), getattr(error, "facts", None)

    quick = written()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canonical, "_plain_lines", lambda *_: None)
        assert written() == quick


def test_csv_bytes_are_these():
    data = write_csv("t", ("id", "name"), [("2", None), ("1", '一,"二"'), ("10", "=1")], "id")
    assert data == 'id,name\n1,"一,""二"""\n10,=1\n2,\n'.encode()


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffid,a\n1,2\n",
        "id,a\r\n1,2\r\n",
        "id,a\n1,2",
        "id,a\n1,2\n\n",
        "",
        "\n",
        "id\n\n",
        "id,a\n2,x\n1,x\n",
        "id,a\n1,x\n1,y\n",
        "id,a\n1,\n1,\n",
        'id,a\n1,"x"\n',
        'id,a\n1,""\n',
        'id,a\n1,x"y\n',
        'id,a\n1,"x,y\n',
        'id,a\n1,"x,y"z\n',
        'id,a\n1,"x\ny"\n',
        "id,a\n1\n",
        "id,a\n1,2,3\n",
        "id,a\n,2\n",
        "id,id\n1,2\n",
        "id,A\n1,2\n",
        "a,b\n1,2\n",
        "id,a\n1,e\u0301\n",
        "id,a\n1,\x00\n",
        "id,a\n1,\t\n",
        "id,a\n1,\x85\n",
        "id,a\n1,\u202ex\n",
        "id,a\n1,\u2066x\n",
        "id,a\n1,\u200b\n",
        "id,a\n1,\u2028\n",
        "id,a\n1,\ufeff\n",
        "id,a\n1,\ufffe\n",
        "id,a\n1,\U000e0041\n",
    ],
)
def test_csv_of_any_other_form_is_refused(data):
    with pytest.raises(Problem) as caught:
        read_csv(data.encode(), "data/t.csv", "id")
    assert caught.value.code == "not-canonical"
    assert "data/t.csv" in caught.value.text


@pytest.mark.parametrize("data", [b"id,a\n1,\xff\n", "id,a\n1,\ud800\n".encode("utf-8", "surrogatepass")])
def test_csv_that_is_no_utf8_is_damaged(data):
    with pytest.raises(Problem) as caught:
        read_csv(data, "data/t.csv", "id")
    assert caught.value.code == "damaged"


@pytest.mark.parametrize(
    "bad", ["\n", "\r", "\t", "\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u200d", "\ud800", "\ufeff"]
)
def test_csv_writer_names_the_cell(bad):
    with pytest.raises(Problem) as caught:
        write_csv("classes", ("id", "name"), [("1", "好"), ("2", f"一{bad}班")], "id")
    assert caught.value.code == "text-not-allowed"
    assert caught.value.facts["where"] == "classes 第 2 行 name"
    assert caught.value.facts["character"] == f"U+{ord(bad):04X}"


def test_rare_characters_of_names_are_carried():
    row = ("1", "𠮷葛\U000e0100𬭊·阿不都")
    assert read_csv(write_csv("t", ("id", "a"), [row], "id"), "t", "id")[1] == (row,)


marks = st.sampled_from(
    ["", "a", "1", ",", '"', '""', "\n", "\r", " ", "\t", "好", "e\u0301", "\u0301", "\u200b"]
)
wounds = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2), marks), max_size=2)


@given(rows, wounds)
def test_csv_is_accepted_exactly_when_writing_what_stock_csv_reads_gives_the_same_bytes(table, wounds):
    text = write_csv("t", ("id", "a", "b"), [(row[0][:4], *row[1:]) for row in table], "id").decode()
    for at, taken, put in wounds:
        text = text[:at] + put + text[at + taken :]
    try:
        read_csv(text.encode(), "t", "id")
        accepted = True
    except Problem:
        accepted = False
    assert accepted == is_written_again(text)


def is_written_again(text):
    try:
        header, *read = csv.reader(io.StringIO(text, newline=""), strict=True)
        read = [tuple(cell or None for cell in row) for row in read]
        return write_csv("t", tuple(header), read, "id").decode() == text
    except (ValueError, Problem, csv.Error):
        return False
