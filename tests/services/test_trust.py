"""The key register: what it says to people, and to stock tools."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from db.problems import Problem
from eduapp.exchange.container import read_container
from eduapp.services import jobs
from eduapp.services.hand_off import applicants, intake, school_keys, trust, verifying
from eduapp.services.keys import keyring, writer
from tests.services.schools import CODE, change, county, export, form_of, make


class Asks(NamedTuple):
    """What a new key's file says of it."""

    county: str
    school: str
    name: str
    writer: str
    replaces: object
    year: int = 2026
    practice: bool = False


@pytest.fixture
def made(tmp_path):
    with make(tmp_path) as school:
        change(school, 83)
        return export(school, tmp_path / "U盘")


@pytest.fixture
def book(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        yield book


@pytest.mark.not_on_windows("no ssh-keygen there")
def test_the_register_is_what_ssh_keygen_reads(book, made, tmp_path):
    trust.admit_unchecked(book, [Path(made.path)])
    (tmp_path / "signers").write_text(trust.signers(book), encoding="utf-8")
    files = read_container(Path(made.path).read_bytes())
    (tmp_path / "sig").write_bytes(files["SHA256SUMS.sig"])
    for who, namespace, good in (
        (CODE, "submission@eduapp", True),
        ("2143000002", "submission@eduapp", False),
        (CODE, "receipt@eduapp", False),
    ):
        line = ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", who, "-n", namespace]
        done = subprocess.run(
            [*line, "-s", tmp_path / "sig"], input=files["SHA256SUMS"], capture_output=True, check=False
        )
        assert (done.returncode == 0) is good, done.stderr


def test_a_held_one_is_admitted_by_its_id(book, made):
    jobs.run(intake.merge(book, [Path(made.path)]))
    (held,) = book.held
    problem = trust.why_held(held)
    assert problem.code == "key-not-admitted"
    with pytest.raises(Problem) as raised:
        trust.admit_held(book, held.member.id, "1" * 30)
    assert raised.value.code == "digits-differ"
    assert book.keys == []
    trust.admit_held(book, held.member.id, form_of(Path(made.path)))
    (held,) = book.held
    assert (held.why, trust.why_held(held)) == ("unread", None)
    assert [each.how for each in book.keys] == ["paper"]
    assert len(intake.retry_held(book)) == 1


def test_looking_at_a_file_takes_nothing_in(book, made, tmp_path):
    path = Path(made.path)
    found = verifying.verify(path, book)
    assert (found.intact, found.signer_known, found.id, found.data_id) == (True, False, made.id, made.data_id)
    assert form_of(path) in found.text
    trust.admit_unchecked(book, [path])
    assert verifying.verify(path, book).signer_known
    assert not verifying.verify(path, None).signer_known
    assert book.received == {}
    data = path.read_bytes()
    for number in range(0, len(data), max(1, len(data) // 40)):
        bad = bytearray(data)
        bad[number] ^= 4
        (tmp_path / "bad").write_bytes(bad)
        found = verifying.verify(tmp_path / "bad", book)
        assert (found.intact, found.signer_known, found.school) == (False, False, None)
        assert found.problem
        assert found.text


# --- requests, rotation, revocation ---


def refused(code, call, *arguments, **more):
    with pytest.raises(Problem) as raised:
        call(*arguments, **more)
    assert raised.value.code == code
    return raised.value


@pytest.fixture
def request_file(tmp_path):
    """A school's request on the stick, and what the QR code of its form says."""
    with make(tmp_path) as school:
        return school_keys.write_request(school, tmp_path), school_keys.scan_text(school)


def test_a_request_is_admitted_by_what_is_typed_or_scanned(book, request_file):
    path, scanned = request_file
    digits = scanned.split()[-1]
    for wrong, code in (
        ("1" * 30, "digits-differ"),
        ("12345", "digits-unreadable"),
        (f"EDUAPP1 K2 430900 2143000002 {digits}", "form-other-school"),
        (f"EDUAPP1 K2 430901 2143000001 {digits}", "form-other-school"),
        (f"EDUAPP1 R 430900 {digits}", "not-a-key-form"),
        ("EDUAPP1 D 2143000001 2026 form 1/2 00", "not-a-key-form"),
    ):
        refused(code, trust.admit, book, path, wrong)
    assert book.keys == []
    found = trust.admit(book, path, scanned.lower())
    (key,) = book.keys
    assert (found.school, key.school, key.how, key.archive) == (CODE, CODE, "paper", found.archive)
    assert found.archive.startswith("age1")
    assert trust.is_admitted(book, CODE, found.key)
    assert not trust.is_admitted(book, "2143000002", found.key)


def test_full_width_digits_of_an_input_method_are_the_same(book, request_file):
    path, scanned = request_file
    wide = "".join(chr(ord(each) + 0xFEE0) if each.isascii() and each != " " else each for each in scanned)
    assert wide != scanned
    trust.admit(book, path, wide)
    assert [each.how for each in book.keys] == ["paper"]


@pytest.mark.slow
def test_the_program_finds_which_request_a_form_is_about(book, tmp_path, stick):
    scans = {}
    for number in range(1, 6):
        with make(tmp_path, f"214300000{number}", f"第{number}小学") as school:
            school_keys.write_request(school, stick)
            scans[f"214300000{number}"] = school_keys.scan_text(school)
    (stick / "坏.edukey").write_bytes(b"PK\x03\x04 nonsense")
    (stick / "别的.txt").write_bytes(b"x")
    found = trust.read_requests(book, [stick])
    assert (len(found.asking), found.rotated) == (5, ())
    assert [(Path(name).name, problem.code) for name, problem in found.troubled] == [("坏.edukey", "damaged")]
    for school, scan in sorted(scans.items(), reverse=True):
        each = applicants.match(book, found.asking, scan if school[-1] in "135" else scan.split()[-1])
        assert each.school == school
        trust.admit_applicants(book, [each], scan)
    assert {each.school for each in book.keys} == set(scans)
    refused("digits-fit-none", applicants.match, book, found.asking, "1" * 30)
    other = scans["2143000001"].replace("0001 ", "0002 ")
    refused("digits-fit-none", applicants.match, book, found.asking, other)


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "U盘").mkdir(exist_ok=True)
    return tmp_path / "U盘"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"county": "430901"}, "other-county"),
        ({"year": 2025}, "other-round"),
        ({"practice": True}, "practice-data"),
    ],
)
def test_a_request_for_another_county_year_or_kind_is_refused(book, tmp_path, changed, code):
    with make(tmp_path, **changed) as school:
        path = school_keys.write_request(school, tmp_path)
    refused(code, trust.read_applicant, book, path)
    assert [problem.code for _, problem in trust.admit_unchecked(book, [path])[1]] == [code]
    (troubled,) = trust.read_requests(book, [path]).troubled
    assert troubled[1].code == code
    assert book.keys == []


def restored(workbook):
    """A workbook put back from before its last export: a new writer, for which the old one vouches."""
    marks = keyring.marks(writer.key_path(workbook))
    keyring.set_marks(writer.key_path(workbook), {"last": marks["last"] + 1})


@pytest.mark.slow
@pytest.mark.parametrize(("how", "then"), [("paper", "rotated"), ("unchecked", "unchecked")])
def test_a_key_that_the_admitted_one_signed_for_is_admitted_with_its_worth(book, tmp_path, stick, how, then):
    with make(tmp_path) as school:
        first = school_keys.write_request(school, stick)
        if how == "paper":
            trust.admit(book, first, school_keys.scan_text(school))
        else:
            trust.admit_unchecked(book, [first])
        restored(school.workbook)
        school_keys.write_request(school, stick)
        change(school, 83)
        made = export(school, stick)
    found = trust.read_requests(book, [stick])
    assert [(len(found.asking), len(found.rotated))] == [(1, 1)]
    assert sorted(each.how for each in book.keys) == sorted([how, then])
    assert book.unchecked_keys == (2 if how == "unchecked" else 0)
    report = jobs.run(intake.merge(book, [Path(made.path)]))
    assert report.counts["accepted"] == 1


def test_a_submission_brings_its_rotated_key_with_it(book, tmp_path, stick):
    with make(tmp_path) as school:
        trust.admit(book, school_keys.write_request(school, tmp_path), school_keys.scan_text(school))
        restored(school.workbook)
        change(school, 83)
        made = export(school, stick)
    rehearsed = jobs.run(intake.merge(book, [stick], dry_run=True))
    assert (rehearsed.counts["accepted"], len(book.keys)) == (1, 1)
    assert jobs.run(intake.merge(book, [stick])).counts == rehearsed.counts
    assert [each.how for each in book.keys] == ["paper", "rotated"]
    assert book.keys[1].archive == book.keys[0].archive
    assert book.received[made.id].admitted


def test_a_stranger_cannot_rotate(book, tmp_path):
    from eduapp.exchange.signing import WriterKey
    from eduapp.exchange.voucher import Voucher, vouch

    with make(tmp_path) as school:
        trust.admit(book, school_keys.write_request(school, tmp_path), school_keys.scan_text(school))
    mine, other = WriterKey.generate(), WriterKey.generate()
    admitted = trust.PublicKey.from_line(book.keys[0].public_key)

    def said(school, replaces, writer="w" * 8):
        return Asks("430900", school, "某校", writer, replaces)

    fits = vouch(other, "430900", CODE, "w" * 8, mine.public)
    assert not trust.admit_rotated(book, said(CODE, fits), mine.public)
    assert not trust.admit_rotated(book, said(CODE, None), mine.public)
    claimed = Voucher(admitted, fits.signature)
    refused("signature-invalid", trust.admit_rotated, book, said(CODE, claimed), mine.public)
    for changed in (said("2143000002", fits), said(CODE, fits, "v" * 8)):
        refused("signature-invalid", trust.admit_rotated, book, changed, mine.public)
    refused("signature-invalid", trust.admit_rotated, book, said(CODE, fits), WriterKey.generate().public)
    assert len(book.keys) == 1


@pytest.mark.slow
def test_a_revoked_key_keeps_what_it_said_before(book, tmp_path, stick):
    sent = []
    with make(tmp_path) as school:
        trust.admit(book, school_keys.write_request(school, tmp_path), school_keys.scan_text(school))
        for pupils in (81, 82, 83, 84):
            change(school, pupils)
            sent.append(export(school, stick))
    jobs.run(intake.merge(book, [Path(each.path) for each in sent[1:3]]))
    line = book.keys[0].public_key
    refused("key-unknown", trust.revoke, book, "2143000002", line, "", "被盗")
    refused("submission-unknown", trust.revoke, book, CODE, line, "0" * 64, "被盗")
    refused("reason-missing", trust.revoke, book, CODE, line, sent[1].id, "  ")
    assert trust.revocations(book) == {}
    trust.revoke(book, CODE, line, sent[1].id, "电脑被盗")
    assert trust.revocations(book) == {(CODE, line): sent[1].id}
    assert book.view()[CODE].counts.id == sent[1].id
    late = jobs.run(intake.merge(book, [Path(sent[0].path), Path(sent[3].path)]))
    assert [(each.outcome, each.code) for each in late.files] == [
        ("older", "superseded"),
        ("refused", "key-revoked"),
    ]
    assert "停用" in late.files[1].text
    assert book.view()[CODE].counts.id == sent[1].id
    assert [each.code for _, each in trust.admit_unchecked(book, [Path(sent[3].path)])[1]] == ["key-revoked"]
    assert trust.signers(book) == ""
    told = [verifying.verify(Path(each.path), book) for each in (sent[1], sent[3])]
    assert [(each.intact, each.signer_known) for each in told] == [(True, True), (True, False)]
    assert "已撤销" in told[1].text


def test_a_revoked_key_vouches_for_none(book, tmp_path, stick):
    with make(tmp_path) as school:
        trust.admit(book, school_keys.write_request(school, tmp_path), school_keys.scan_text(school))
        trust.revoke(book, CODE, book.keys[0].public_key, "", "电脑被盗")
        restored(school.workbook)
        school_keys.write_request(school, stick)
    found = trust.read_requests(book, [stick])
    assert (len(found.asking), found.rotated) == (1, ())
    assert len(book.keys) == 1
