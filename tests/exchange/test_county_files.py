"""Round files, receipts and key requests: round trip, and who may have said it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange import package, signing
from eduapp.exchange.authority import certify, read_certificate
from eduapp.exchange.chains import Chain, Chains, chains_of
from eduapp.exchange.key_request import Request, build_request, read_request, request_name
from eduapp.exchange.manifest import StandardUsed
from eduapp.exchange.receipt_file import (
    STATUSES,
    AskedQuestion,
    Decided,
    OnList,
    Overlaid,
    Receipt,
    ReceiptLine,
    build_receipt,
    phone_code,
    read_receipt,
    receipt_name,
)
from eduapp.exchange.round_file import (
    ListedSchool,
    RegisteredKey,
    Round,
    SeenWriter,
    build_round,
    read_round,
    round_name,
)
from eduapp.exchange.sealing import new_identity
from eduapp.exchange.signing import WriterKey, grouped
from eduapp.exchange.voucher import FORM, OLD_FORM, Voucher, form_digits, vouch

ROOT, SIGNING, SCHOOL, STRANGER = (WriterKey(bytes([number]) * 32) for number in (1, 2, 3, 4))
PAIR = (new_identity().recipient, new_identity().recipient)
CERTIFICATE = certify(ROOT, "430900", "某县", 1, SIGNING.public, PAIR)
ID = "ab" * 32
ROUND = Round(
    certificate=CERTIFICATE,
    version=7,
    round="2026",
    year=2026,
    practice=False,
    due="2026-11-30",
    passphrase=True,
    standards=(StandardUsed("national-2017", "0" * 64),),
    schools=(ListedSchool("2143000001", "明德小学", "211"), ListedSchool("2143000002", "乙校", None)),
    keys=(
        RegisteredKey(SCHOOL.public, "2143000001", "paper", new_identity().recipient),
        RegisteredKey(STRANGER.public, "2143000002", "unchecked", None, ""),
        RegisteredKey(SIGNING.public, "2143000003", "rotated", None, ID),
    ),
    writers=(SeenWriter("a" * 32, "2143000001", 3, ID),),
)
RECEIPT = Receipt(
    certificate=CERTIFICATE,
    number=2,
    round="2026",
    year=2026,
    practice=False,
    school="2143000001",
    name="明德小学",
    lines=(
        ReceiptLine(ID, "to_correct", "3"),
        ReceiptLine("cd" * 32, "refused", "1", "other-round", "学年不符"),
    ),
    questions=(AskedQuestion("q1", ID, "room", "r1", "area", "面积是否含走廊?", "58.50"),),
    overlays=(Overlaid("o1", "school_total", "-", "pupils", "学籍系统为准", "83", "84"),),
)
REQUEST = Request(
    county="-",
    school="2143000001",
    name="明德小学",
    kind="211",
    year=2026,
    practice=False,
    writer="a" * 32,
    archive=new_identity().recipient,
)


def code_of(call, *arguments):
    with pytest.raises(Problem) as raised:
        call(*arguments)
    assert raised.value.text
    return raised.value.code


def test_what_was_said_comes_back_and_the_same_gives_the_same_bytes():
    assert read_round(build_round(ROUND, SIGNING)).said == ROUND
    assert read_receipt(build_receipt(RECEIPT, SIGNING)).said == RECEIPT
    assert read_request(build_request(REQUEST, SCHOOL)).said == REQUEST
    turned = replace(ROUND, schools=ROUND.schools[::-1], keys=ROUND.keys[::-1])
    assert build_round(ROUND, SIGNING) == build_round(turned, SIGNING)
    assert round_name(ROUND) == "430900_2026_批次_1-0007.eduround"
    assert receipt_name(RECEIPT) == "2143000001_2026_回执_0002.edureceipt"
    assert request_name(REQUEST, SCHOOL.public).startswith("2143000001_密钥登记_")


def test_what_came_later_comes_back_and_may_be_missing():
    chains = Chains(Chain(3, ID, "cd" * 32), Chain(0, "", "ef" * 32))
    more = {
        "chains": chains,
        "decisions": (Decided(ID, "3", "2026-11-30", "WyJ4Il0=", None),),
        "listed": (OnList("a" * 32, "2143000001", "明德小学", "211", None, ID),),
    }
    said = replace(RECEIPT, **more)
    assert read_receipt(build_receipt(said, SIGNING)).said == said
    said = replace(ROUND, chains=chains)
    assert read_round(build_round(said, SIGNING)).said == said
    for broken in ([3, ID], [3, "x", "cd" * 32], [-1, "", "cd" * 32], "x"):
        assert (
            code_of(chains_of, {"decisions": broken, "list": [0, "", "cd" * 32]}, "x") == "manifest-invalid"
        )
    assert chains_of(None, "x") is None


def test_only_the_key_that_the_certificate_names_may_sign():
    for build, read, said in ((build_round, read_round, ROUND), (build_receipt, read_receipt, RECEIPT)):
        assert code_of(build, said, STRANGER) == "certificate-invalid"
        forged = certify(STRANGER, "430900", "某县", 9, STRANGER.public, ())
        # A stranger's own certificate is consistent with itself: only the root's digits tell.
        assert (
            read(build(replace(said, certificate=forged), STRANGER)).said.certificate.root == STRANGER.public
        )


@pytest.mark.parametrize(
    "member", ["county", "name", "epoch", "root", "signing", "recipients", "signature", "more"]
)
def test_a_certificate_holds_only_as_a_whole(member):
    said = CERTIFICATE.to_json()
    other = certify(STRANGER, "430901", "另一县", 2, STRANGER.public, ()).to_json()
    changed = said | ({"more": 1} if member == "more" else {member: other[member]})
    assert code_of(read_certificate, changed) == "certificate-invalid"
    assert read_certificate(said) == CERTIFICATE


def test_a_file_of_one_purpose_is_none_of_another():
    made = {
        "round": build_round(ROUND, SIGNING),
        "receipt": build_receipt(RECEIPT, SIGNING),
        "request": build_request(REQUEST, SCHOOL),
    }
    readers = {"round": read_round, "receipt": read_receipt, "request": read_request}
    for kind, data in made.items():
        for other, read in readers.items():
            if kind != other:
                assert code_of(read, data) == "other-kind"


@pytest.mark.slow
@pytest.mark.parametrize(
    "build", [lambda: build_round(ROUND, SIGNING), lambda: build_receipt(RECEIPT, SIGNING)]
)
def test_flipped_bits_cuts_and_additions_are_refused(build):
    data = bytearray(build())
    read = read_round if b'"round","resources"' in data or b"schools.csv" in data else read_receipt
    for bit in range(0, len(data) * 8, 7):
        data[bit // 8] ^= 1 << bit % 8
        assert code_of(read, bytes(data)) in {"damaged", "too-large"}
        data[bit // 8] ^= 1 << bit % 8
    for end in range(0, len(data), 11):
        assert code_of(read, bytes(data[:end])) == "damaged"
    assert code_of(read, bytes(data) + b"\0") == "damaged"


def signed(about, tables=(), purpose=package.ROUND, key=SIGNING):
    return package.build_package(purpose, about, tables, key)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": "7"},
        {"year": 10**6},
        {"practice": 0},
        {"certificate": None},
        {"standards": [{"id": "x"}]},
        {"round": "../2026"},
    ],
)
def test_members_of_the_wrong_kind_are_named(change):
    about = package.open_package(build_round(ROUND, SIGNING), package.ROUND, dict).about
    assert code_of(read_round, signed(about | change)) == "manifest-invalid"


def test_a_round_file_of_a_newer_format_asks_for_a_newer_program():
    about = package.open_package(build_round(ROUND, SIGNING), package.ROUND, dict).about
    assert code_of(read_round, signed({**about, "format": 2, "version": "new kind"})) == "reader-too-old"


def test_tables_must_be_there_and_as_they_are_known():
    about = package.open_package(build_round(ROUND, SIGNING), package.ROUND, dict).about
    assert code_of(read_round, signed(about)) == "manifest-invalid"
    assert (
        code_of(build_receipt, replace(RECEIPT, lines=(ReceiptLine(ID, "perhaps"),)), SIGNING)
        == "manifest-invalid"
    )


# --- key requests ---


def test_the_key_before_vouches_for_the_new_one_and_for_no_other_county_school_or_writer():
    place = REQUEST.county, REQUEST.school, REQUEST.writer
    good = replace(REQUEST, replaces=vouch(SCHOOL, *place, STRANGER.public))
    assert read_request(build_request(good, STRANGER)).said.replaces.key == SCHOOL.public
    assert code_of(build_request, good, SIGNING) == "signature-invalid"
    for changed in ({"county": "430901"}, {"school": "2143000777"}, {"writer": "0" * 32}):
        assert code_of(build_request, replace(good, **changed), STRANGER) == "signature-invalid"
    claimed = Voucher(ROOT.public, good.replaces.signature)
    assert code_of(build_request, replace(REQUEST, replaces=claimed), STRANGER) == "signature-invalid"


def test_an_old_voucher_is_read_as_what_it_is_and_travels_as_it_was():
    old = Voucher(SCHOOL.public, SCHOOL.sign("key@eduapp", STRANGER.public.line.encode()), OLD_FORM)
    read = read_request(build_request(replace(REQUEST, replaces=old), STRANGER)).said.replaces
    assert read == old
    assert read.is_old
    assert not read.fits(REQUEST.county, REQUEST.school, REQUEST.writer, STRANGER.public)
    new = replace(old, form=FORM)
    assert code_of(build_request, replace(REQUEST, replaces=new), STRANGER) == "signature-invalid"


def test_the_digits_of_a_form_cover_county_school_and_key():
    found = {
        form_digits(county, school, key.public)
        for county in ("430900", "430901")
        for school in ("2143000001", "2143000002")
        for key in (SCHOOL, STRANGER)
    }
    assert len(found) == 8
    assert all(len(each) == 30 and each.isdecimal() for each in found)
    assert SCHOOL.public.fingerprint not in found
    page = (Path(__file__).resolve().parents[2] / "docs" / "submission.md").read_text(encoding="utf-8")
    assert grouped(form_digits("430900", "2143000001", WriterKey(bytes(32)).public)) in page
    # Nobody can move a digit from one code to the next one.
    assert form_digits("4309", "002143000001", SCHOOL.public) != form_digits(
        "430900", "2143000001", SCHOOL.public
    )
    assert form_digits("430900", "2143000001", WriterKey(bytes(32)).public) == (
        "899396007948013234213451725733"
    )


# --- by telephone ---


def test_the_twelve_digits_speak_of_one_submission_and_one_status():
    codes = {
        phone_code(secret, submission, status)
        for secret in ("00" * 32, "01" * 32)
        for submission in (ID, "cd" * 32)
        for status in STATUSES
    }
    assert len(codes) == 4 * len(STATUSES)
    assert all(len(code) == 12 and code.isdecimal() for code in codes)


def test_the_namespaces_are_all_different():
    names = [
        signing.SUBMISSION,
        signing.ROUND,
        signing.RECEIPT,
        signing.DECISION,
        signing.KEY_REQUEST,
        signing.COUNTY,
    ]
    assert len(set(names)) == len(names)
