"""Files that nobody should be able to pass off: altered on the way, or made by someone who may sign."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.problems import Problem
from eduapp.exchange.container import read_container, write_container
from eduapp.exchange.signing import RECEIPT, ROUND, WriterKey
from eduapp.exchange.submission import inspect, open_verified


def admit(manifest, key):
    """Let every key pass."""


def outcome(data):
    """Return the id of an accepted file or the code of the Problem; any other exception is a bug."""
    try:
        return open_verified(data, admit).id
    except Problem as problem:
        return problem.code if problem.text else ""


# ---- altered on the way ----


@pytest.mark.slow
def test_every_flipped_bit_is_refused(sealed):
    data = bytearray(sealed.data)
    for bit in range(len(data) * 8):
        data[bit // 8] ^= 1 << bit % 8
        assert outcome(bytes(data)) in {"damaged", "too-large"}, bit
        data[bit // 8] ^= 1 << bit % 8
    assert outcome(bytes(data)) == sealed.id


def test_every_cut_is_refused(sealed):
    for length in range(len(sealed.data)):
        assert outcome(sealed.data[:length]) == "damaged"
        assert outcome(sealed.data[length + 1 :]) == "damaged"


@pytest.mark.slow
def test_insertions_deletions_and_swaps_are_refused(sealed):
    dice = random.Random(2026)
    data = sealed.data
    for _ in range(3000):
        at, end = sorted(dice.choices(range(len(data)), k=2))
        piece = bytes(dice.choices(range(256), k=dice.randint(1, 40)))
        for changed in (
            data[:at] + piece + data[at:],
            data[:at] + data[end + 1 :],
            data[:at] + data[at:end] + data[at:end] + data[end:],
        ):
            assert changed == data or outcome(changed) in {"damaged", "too-large"}


def repacked(data, **changes):
    """Change files as a courier can: the container fits again, list and signature do not."""
    names = {"signature": "SHA256SUMS.sig", "listed": "SHA256SUMS", "package": "datapackage.json"}
    files = dict(read_container(data))
    for name, change in changes.items():
        entry = names.get(name, f"data/{name}.csv")
        files[entry] = change(files.get(entry, b""))
    return write_container({name: content for name, content in files.items() if content is not None})


@pytest.mark.slow
def test_every_flipped_bit_inside_an_entry_is_refused_even_with_right_checksums(sealed):
    codes = {"signature": "signature-invalid", "listed": "signature-invalid"}
    for name in ("signature", "listed", "package", "classes"):
        entry = {"signature": "SHA256SUMS.sig", "listed": "SHA256SUMS"}.get(name)
        entry = entry or {"package": "datapackage.json"}.get(name, "data/classes.csv")
        for bit in range(len(read_container(sealed.data)[entry]) * 8):

            def flip(content, bit=bit):
                changed = bytearray(content)
                changed[bit // 8] ^= 1 << bit % 8
                return bytes(changed)

            assert outcome(repacked(sealed.data, **{name: flip})) == codes.get(name, "hash-mismatch")


def test_tables_more_or_less_are_refused(sealed):
    assert outcome(repacked(sealed.data, teachers=lambda _: b"id\n")) == "list-mismatch"
    assert outcome(repacked(sealed.data, classes=lambda _: None)) == "list-mismatch"


def test_a_swapped_or_missing_signature_is_refused(sealed, reseal):
    other = reseal(sealed.data, {"data/classes.csv": b"id,name,pupils\nc1,x,1\n"})
    signature = read_container(other)["SHA256SUMS.sig"]
    assert outcome(other) != sealed.id
    assert outcome(repacked(sealed.data, signature=lambda _: signature)) == "signature-invalid"
    assert outcome(repacked(sealed.data, signature=lambda _: b"")) == "signature-invalid"


@pytest.mark.parametrize("namespace", [ROUND, RECEIPT, "file", "submission@eduapp2"])
def test_a_signature_made_for_another_purpose_is_refused(sealed, reseal, namespace):
    assert outcome(reseal(sealed.data, {}, namespace=namespace)) == "signature-invalid"


def test_a_foreign_key_is_shown_to_the_caller_with_the_same_id(sealed, reseal):
    stranger = WriterKey(b"\x07" * 32)
    copied = inspect(reseal(sealed.data, {}, signer=stranger))
    assert copied.id == sealed.id
    assert copied.key == stranger.public


# ---- made by someone who may sign ----


def test_resealing_without_change_is_the_same_file(sealed, reseal):
    assert reseal(sealed.data, {}) == sealed.data


def test_no_table_is_parsed_before_the_key_is_admitted(sealed, reseal):
    hostile = reseal(sealed.data, {"data/classes.csv": b"no table at all \xff"})
    assert inspect(hostile).manifest.school == "3607310001"

    def refuse(manifest, key):
        assert (manifest.school, key) == ("3607310001", inspect(sealed.data).key)
        raise Problem("key-invalid")

    with pytest.raises(Problem) as caught:
        open_verified(hostile, refuse)
    assert caught.value.code == "key-invalid"
    assert outcome(hostile) == "damaged"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("id,name,pupils\nc1,x,1\n", None),
        ("id,name,pupils\nc1,\u202egpj.exe,1\n", "not-canonical"),
        ("id,name,pupils\nc1,a\u200bb,1\n", "not-canonical"),
        ("id,name,pupils\nc1,e\u0301,1\n", "not-canonical"),
        ("id,name,pupils\nc2,x,1\nc1,x,1\n", "not-canonical"),
        ("id,name,pupils\nc1,x,1\nc1,y,2\n", "not-canonical"),
        ("id,name,pupils\r\nc1,x,1\r\n", "not-canonical"),
        ("\ufeffid,name,pupils\nc1,x,1\n", "not-canonical"),
        ("id,name,pupils\nc1,x\n", "not-canonical"),
        ("id,name,extra\nc1,x,1\n", "manifest-invalid"),
        ("id,pupils,name\nc1,1,x\n", "manifest-invalid"),
        ("id,name,pupils\nc1,x,NaN\n", "column-type"),
        ("id,name,pupils\nc1,x,1_000\n", "column-type"),
        ("id,name,pupils\nc1,x,４５\n", "column-type"),
        ("id,name,pupils\nc1,x," + "9" * 10_000 + "\n", "column-type"),
    ],
)
def test_hostile_tables(sealed, reseal, table, code):
    got = outcome(reseal(sealed.data, {"data/classes.csv": table.encode()}))
    assert (len(got) == 64) if code is None else got == code


def package(change):
    def changed(data):
        value = json.loads(data)
        change(value)
        return (json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()

    return changed


def replaced(old, new):
    def changed(data):
        assert old in data
        return data.replace(old, new)

    return changed


PACKAGES = [
    (replaced(b'"seq":1', b'"seq":1.0'), "not-canonical"),
    (replaced(b'"seq":1', b'"seq":NaN'), "not-canonical"),
    (replaced(b'"seq":1', b'"seq":' + b"1" * 5000), "not-canonical"),
    (replaced(b'"seq":1', b'"seq":1,"seq":1'), "not-canonical"),
    (replaced(b'"seq":1', b'"seq": 1'), "not-canonical"),
    (replaced("明".encode(), b"\\u660e"), "not-canonical"),
    (replaced("明德".encode(), "\u202e明德".encode()), "not-canonical"),
    (replaced("明德".encode(), "明\u200b德".encode()), "not-canonical"),
    (replaced(b'"seen":{}', b'"seen":' + b"[" * 10_000 + b"]" * 10_000), "not-canonical"),
    (replaced(b'"seen":{}', b'"seen":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000), "not-canonical"),
    (lambda _: b"[]\n", "manifest-invalid"),
    (lambda _: b"{}\n", "manifest-invalid"),
    (lambda _: b'{"eduapp":{}}\n', "manifest-invalid"),
    (lambda _: b'{"eduapp":{"min_reader":2}}\n', "reader-too-old"),
    (lambda _: b'{"eduapp":{"min_reader":"2"}}\n', "manifest-invalid"),
    (lambda _: b"\xff\n", "damaged"),
    (lambda _: b"", "damaged"),
    (package(lambda p: p["eduapp"].update(min_reader=2, seq="new kind")), "reader-too-old"),
    (package(lambda p: p["eduapp"].pop("prev")), "manifest-invalid"),
    (package(lambda p: p["eduapp"].update(prev=1)), "manifest-invalid"),
    (package(lambda p: p["eduapp"].update(school="../../x")), "manifest-invalid"),
    (package(lambda p: p["eduapp"].update(data_id="0" * 64)), "hash-mismatch"),
    (package(lambda p: p.update(name="x")), "manifest-invalid"),
    (package(lambda p: p.update(resources=None)), "manifest-invalid"),
    (package(lambda p: p.update(resources=[])), "list-mismatch"),
    (package(lambda p: p["resources"].append(p["resources"][0])), "list-mismatch"),
    (package(lambda p: p["resources"][0].update(path="data/other.csv")), "list-mismatch"),
    (package(lambda p: p["resources"][0].update(path=["data/classes.csv"])), "list-mismatch"),
    (package(lambda p: p["resources"][0].update(path="http://example.org/x.csv")), "list-mismatch"),
    (package(lambda p: p["resources"][0].update(bytes=1)), "hash-mismatch"),
    (package(lambda p: p["resources"][0].pop("bytes")), "hash-mismatch"),
    (package(lambda p: p["resources"][0].update(hash="sha256:" + "0" * 64)), "hash-mismatch"),
    (package(lambda p: p["resources"][0].update(name="other")), "manifest-invalid"),
    (package(lambda p: p["resources"][0].update(encoding="gbk")), "manifest-invalid"),
    (package(lambda p: p["resources"][0].pop("schema")), "manifest-invalid"),
    (package(lambda p: p["resources"][0].update(schema="schema.json")), "manifest-invalid"),
    (package(lambda p: p["resources"][0]["schema"].update(primaryKey=["none"])), "manifest-invalid"),
    (package(lambda p: p["resources"][0]["schema"].update(primaryKey=[])), "manifest-invalid"),
    (package(lambda p: p["resources"][0]["schema"].update(primaryKey=["pupils"])), "not-canonical"),
    (package(lambda p: p["resources"][0]["schema"].update(fields=[])), "manifest-invalid"),
    (package(lambda p: p["resources"][0]["schema"].update(foreignKeys=[{}])), "manifest-invalid"),
    (package(lambda p: p["resources"][0]["schema"].update(missingValues=["", "45"])), "manifest-invalid"),
    (package(lambda p: p["resources"][0]["schema"]["fields"].reverse()), "manifest-invalid"),
    (package(lambda p: p["resources"][0]["schema"]["fields"][1].update(type=1)), "manifest-invalid"),
    (package(lambda p: p["resources"][0]["schema"]["fields"][1].update(type="date")), "column-type"),
]


@pytest.mark.parametrize(("change", "code"), PACKAGES)
def test_hostile_packages(sealed, reseal, change, code):
    assert outcome(reseal(sealed.data, {}, package=change)) == code


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data())
def test_any_value_anywhere_in_a_signed_package_is_a_problem_or_read(sealed, reseal, data):
    value = json.loads(read_container(sealed.data)["datapackage.json"])
    node = value
    while True:
        step = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if not isinstance(node[step], dict | list) or not node[step] or data.draw(st.booleans()):
            break
        node = node[step]
    node[step] = data.draw(json_values)
    text = (json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode(
        "utf-8", "surrogatepass"
    )
    outcome(reseal(sealed.data, {}, package=lambda _: text))


@given(
    content=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_as_a_signed_table_are_a_problem_or_read(sealed, reseal, content):
    outcome(reseal(sealed.data, {"data/classes.csv": content}))
    outcome(reseal(sealed.data, {"data/classes.csv": b"id,name,pupils\n" + content + b"\n"}))


@given(listed=st.binary(max_size=300))
def test_any_bytes_as_a_signed_list_are_refused(sealed, key, listed):
    files = dict(read_container(sealed.data))
    files |= {"SHA256SUMS": listed, "SHA256SUMS.sig": key.sign("submission@eduapp", listed)}
    assert outcome(write_container(files)) == "list-mismatch"


def test_other_spellings_of_the_list_are_refused(sealed, key):
    files = dict(read_container(sealed.data))
    good = files["SHA256SUMS"]
    first, second = good.splitlines(keepends=True)
    for listed in (
        second + first,
        good.replace(b"\n", b"\r\n"),
        good.replace(b"  ", b" *"),
        good.upper(),
        good + first,
        good + b"\n",
        b"# comment\n" + good,
        good.rstrip(b"\n"),
        good.replace(b"data/", b"./data/"),
    ):
        files |= {"SHA256SUMS": listed, "SHA256SUMS.sig": key.sign("submission@eduapp", listed)}
        assert outcome(write_container(files)) == "list-mismatch"
