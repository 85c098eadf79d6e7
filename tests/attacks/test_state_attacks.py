"""What the state on a disk can do: held copies, keys half renewed, a county that begins anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from db.problems import Problem
from db.tables import SUBMISSION
from eduapp.exchange import sealing
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import build, inspect
from eduapp.services import jobs
from eduapp.services.county import correcting
from eduapp.services.county.books import open_county
from eduapp.services.hand_off import intake, issuing, questions, receipts, rounds, school_keys, trust
from eduapp.services.keys import county_keys, keyring, writer
from eduapp.services.packing import pack
from tests.services.hand_off import PASSPHRASE, believe, issue
from tests.services.schools import CODE, PERSONAL, change, county, export, fill, make

THIEF = WriterKey(b"\x09" * 32)


@pytest.fixture
def both(tmp_path, sealed_county):
    with sealed_county.at(tmp_path / "county.edubook") as office, make(tmp_path) as book:
        fill(book)
        believe(book, office)
        yield office, book


@pytest.fixture
def signing(tmp_path):
    """A county that signs only: no second of waiting."""
    with county(tmp_path / "county.edubook") as office:
        yield office, county_keys.establish(office.workbook, None)


def outcome(office, *files):
    report = jobs.run(intake.merge(office, [Path(file) for file in files]))
    return [(each.outcome, each.code) for each in report.files]


def stored(office):
    with office.workbook.transaction() as connection:
        return [bytes(content) for (content,) in connection.execute(select(SUBMISSION.c.content))]


def code_of(call, *arguments, **more):
    with pytest.raises(Problem) as raised:
        call(*arguments, **more)
    assert raised.value.text
    return raised.value.code


# --- a held copy opens no door ---


@pytest.mark.slow
def test_a_held_sealed_file_is_not_replaced_by_its_decrypted_copy(both, tmp_path):
    office, book = both
    made = Path(export(book, tmp_path / "U盘").path)
    assert outcome(office, made) == [("held", "key-not-admitted")]
    inner = tmp_path / "inner.edusub"
    inner.write_bytes(sealing.unseal(made.read_bytes(), office.identities))
    assert outcome(office, inner) == [("refused", "plain-refused")]
    assert stored(office) == [made.read_bytes()]
    assert outcome(office, made) == [("held", "key-not-admitted")]


@pytest.mark.slow
def test_a_revoked_key_takes_no_held_file_over_by_signing_it_again(both, tmp_path):
    """The id does not cover the signer: the new computer's file waits, the thief signs its list."""
    office, book = both
    held = Path(export(book, tmp_path / "U盘").path)
    manifest = inspect(held.read_bytes(), office.identities).manifest
    tables = pack(book.draft, personal=True)
    first = build(replace(manifest, writer="0" * 32), tables, THIEF)
    (tmp_path / "first.edusub").write_bytes(sealing.seal(first.data, manifest.recipients))
    trust.admit_unchecked(office, [tmp_path / "first.edusub"])
    trust.revoke(office, CODE, THIEF.public.line, "", "电脑被盗")
    assert outcome(office, held) == [("held", "key-not-admitted")]
    again = build(manifest, tables, THIEF)
    (tmp_path / "again.edusub").write_bytes(sealing.seal(again.data, manifest.recipients))
    assert inspect((tmp_path / "again.edusub").read_bytes(), office.identities).id in office.received
    assert outcome(office, tmp_path / "again.edusub") == [("refused", "key-revoked")]
    assert held.read_bytes() in stored(office)
    trust.admit_unchecked(office, [held])
    (came,) = intake.retry_held(office)
    assert (came.outcome, office.content(came.submission)) == ("accepted", held.read_bytes())


# --- keys half renewed ---


def test_a_renewal_cut_short_signs_nothing_and_the_workbook_still_opens(signing, tmp_path, monkeypatch):
    office, made = signing
    with monkeypatch.context() as cut:
        cut.setattr(keyring, "set_marks", _power_cut)
        with pytest.raises(RuntimeError):
            county_keys.renew(office.workbook, made.words, None)
    assert code_of(office.decide, "close", "", "本轮结束") == "county-keys-behind"
    assert code_of(issuing.issue_round, office) == "county-keys-behind"
    assert office.decisions == []
    path = office.workbook.path
    office.close()
    with open_county(path) as again:
        county_keys.renew(again.workbook, made.words, None)
        assert issuing.issue_round(again).said.order == (2, 1)


def test_what_was_put_aside_at_a_renewal_is_never_written_over(signing, home, monkeypatch):
    """The first file may hold what a passphrase, found again, would open."""
    office, made = signing
    (path,) = home.rglob("county-*.key")
    first = path.read_bytes()
    with monkeypatch.context() as cut:
        cut.setattr(keyring, "set_marks", _power_cut)
        with pytest.raises(RuntimeError):
            county_keys.renew(office.workbook, made.words, None)
    county_keys.renew(office.workbook, made.words, None)
    assert first in [each.read_bytes() for each in home.rglob("*.before")]


def _power_cut(*_arguments):
    raise RuntimeError("power cut")


# --- a county that lost everything and begins anew ---


def test_the_first_round_file_of_a_new_root_is_taken_once_its_digits_were_typed(signing, tmp_path):
    office, _ = signing
    with make(tmp_path) as book:
        believe(book, office, version=7)
        with county(tmp_path / "anew.edubook") as anew:
            county_keys.establish(anew.workbook, None)
            first = issue(anew, 1)
            assert code_of(rounds.accept, book, first) == "county-root-differs"
            old = issue(office, 8)
            rounds.trust_county(book, first, issuing.county_digits(anew))
            assert rounds.accept(book, first).version == 1
            assert rounds.accept(book, issue(anew, 2)).version == 2
            assert code_of(rounds.accept, book, first) == "round-older"
            assert code_of(rounds.accept, book, old) == "county-root-differs"
            assert rounds.in_force(book).order == (1, 2)
            assert writer.round_seen(book.workbook, rounds.county_of(book).root.line) == (1, 2)


# --- the register ---


def test_a_merge_alone_does_not_ask_for_a_new_round_file(signing, tmp_path):
    office, _ = signing
    with make(tmp_path) as book:
        change(book, 81)
        trust.admit_unchecked(office, [Path(export(book, tmp_path / "U盘").path)])
        issuing.issue_round(office)
        assert outcome(office, *(tmp_path / "U盘").iterdir()) == [("accepted", "")]
        assert issuing.state_of(office).current
        (seen,) = issuing.issue_round(office).said.writers  # whoever writes one gets what is known now
        assert seen.school == CODE


# --- personal data ---


@pytest.mark.slow
def test_nothing_that_the_county_writes_says_a_personal_cell_in_the_clear(both, tmp_path, home):
    office, book = both
    first, office_path = Path(export(book, tmp_path / "U盘").path), office.workbook.path
    assert outcome(office, first) == [("held", "key-not-admitted")]
    trust.admit(office, first, school_keys.own_key(book).digits)
    (came,) = intake.retry_held(office)
    teacher = next(iter(office.stated(came.submission).rows["teacher"].items()))[0]
    place = ("teacher", teacher, "degree")
    for text in ("孙悟空空来电", "电话 13800138000"):
        assert code_of(correcting.correct, office, CODE, place, "专科", text) == "reason-personal"
        assert code_of(intake.undo, office, [came.submission], text) == "reason-personal"
        assert code_of(intake.settle, office, CODE, came.submission, text) == "reason-personal"
        assert code_of(questions.ask, office, CODE, came.submission, place, text) == "question-personal"
    correcting.correct(office, CODE, place, "专科", "证书复印件")
    questions.ask(office, CODE, came.submission, ("teacher", teacher, "name"), "与证书不符")
    issuing.write_round(office, tmp_path / "U盘")
    jobs.run(receipts.issue(office, tmp_path / "U盘"))
    office.workbook.backup("试")
    office.close()
    own = {book.workbook.path, *(tmp_path / "备份").glob(f"{CODE}*")}
    files = [
        each for top in (tmp_path, home) for each in top.rglob("*") if each.is_file() and each not in own
    ]
    assert office_path in files
    assert {".edureceipt", ".eduround", ".edusub"} <= {each.suffix for each in files}
    for each in files:
        if each.name.startswith(CODE) and each.suffix.startswith(".edubook"):
            continue  # the school's own workbook and its journal: its people are its own
        data = each.read_bytes()
        for text in (*PERSONAL.values(), "孙悟空空", "猪八戒戒", "1985-03", "1979-11"):
            assert text.encode() not in data, each


@pytest.mark.slow
def test_no_key_is_admitted_while_the_countys_own_is_locked(both, tmp_path):
    """An admission stands in the county's signed log: its passphrase is asked first, nothing is half done."""
    office, book = both
    request = school_keys.write_request(book, tmp_path)
    keyring.forget(county_keys._path(office.workbook))
    digits, before = school_keys.own_key(book).digits, office.log.at
    assert code_of(trust.admit, office, request, digits) == "county-key-locked"
    assert (office.keys, office.log.at) == ([], before)
    assert intake.retry_held(office) == ()
    county_keys.unlock(office.workbook, PASSPHRASE)
    trust.admit(office, request, digits)
    assert [key.how for key in office.keys] == ["paper"]
