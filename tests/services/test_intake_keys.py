"""Whose files come in: keys that are held, admitted, foreign; and taking files out again."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import inspect
from eduapp.exchange.voucher import vouch
from eduapp.services import jobs
from eduapp.services.county import reports as county_reports
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import intake, trust
from tests.services.intakes import admit, forged, judged, outcome, resigned, take
from tests.services.schools import CODE, change, export, form_of, make

# --- keys ---


@pytest.mark.slow
def test_a_foreign_key_is_held_until_its_digits_come(book, school, stick):
    made = export(school, stick)
    path = Path(made.path)
    digits = form_of(path)
    assert outcome(take(book, stick)) == ("held", "key-not-admitted")
    assert digits[:5] not in take(book, stick).files[0].text  # the proof comes from paper
    assert judged(book)[0] == ()
    for wrong, code in {
        "1" * 30: "digits-differ",
        "1" * 29: "digits-unreadable",
        "": "digits-unreadable",
    }.items():
        with pytest.raises(Problem) as raised:
            trust.admit(book, path, wrong)
        assert raised.value.code == code
        assert intake.retry_held(book) == ()
    trust.admit(book, path, digits.translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    (came,) = intake.retry_held(book)
    assert (came.outcome, came.submission) == ("accepted", made.id)
    assert (book.held, book.unchecked_keys) == ([], 0)
    assert outcome(take(book, stick)) == ("unchanged", "")
    trust.admit_unchecked(book, [path])  # paper is never taken back
    assert book.unchecked_keys == 0


def test_unchecked_is_shown_until_paper_comes(book, school, stick):
    made = export(school, stick)
    admit(book, made)
    assert book.unchecked_keys == 1
    assert jobs.run(county_reports.county_report(book)).unchecked_keys == 1
    trust.admit(book, Path(made.path), form_of(Path(made.path)))
    assert book.unchecked_keys == 0


def test_the_sources_of_the_tables_name_file_signer_and_check(book, school, stick):
    made = export(school, stick)
    admit(book, made)
    take(book, stick)
    (source,) = county_reports.sources_of(book)
    key = inspect(Path(made.path).read_bytes()).key
    assert (source.school, source.submission, source.digits) == (CODE, made.id, key.digits)
    assert (source.state, source.checked, source.unsettled) == ("draft", False, False)
    trust.admit(book, Path(made.path), form_of(Path(made.path)))
    assert county_reports.sources_of(book)[0].checked


def test_one_bad_file_keeps_no_other_key_out_and_is_named(book, school, stick):
    made, bad = export(school, stick), stick / "bad.edusub"
    bad.write_bytes(b"bad")
    found, troubled = trust.admit_unchecked(book, [bad, Path(made.path), stick / "none.edusub"])
    assert [each.school for each in found] == [CODE]
    assert [(path, each.code) for path, each in troubled] == [
        (bad, "damaged"),
        (stick / "none.edusub", "folder-missing"),
    ]
    assert [each.school for each in book.keys] == [CODE]


@pytest.mark.slow
def test_the_key_of_one_school_does_not_speak_for_another(book, school, stick, tmp_path):
    (stick / "a.edusub").write_bytes(forged(school).data)
    trust.admit_unchecked(book, [stick / "a.edusub"])
    take(book, stick)
    with make(tmp_path, "2143000002", "乙校") as other:
        (stick / "b.edusub").write_bytes(forged(other, school="2143000002", name="乙校").data)
    report = take(book, stick)
    assert {each.school: each.outcome for each in report.files} == {CODE: "unchanged", "2143000002": "held"}
    assert intake.retry_held(book) == ()


def test_a_school_that_is_not_listed_is_held_until_it_is(book, school, stick):
    made = export(school, stick)
    book.set_expected([Expected("2143000009", "别校", "211")])
    admit(book, made)
    assert outcome(take(book, stick)) == ("held", "school-not-listed")
    assert intake.retry_held(book) == ()
    book.set_expected([Expected(CODE, "明德小学", "211")])
    (came,) = intake.retry_held(book)
    assert came.outcome == "accepted"
    assert jobs.run(county_reports.county_report(book)).expected == 2


@pytest.mark.slow
@pytest.mark.parametrize("order", ["stranger first", "real first"])
@pytest.mark.parametrize("trusted", ["before", "after"])
def test_a_strangers_copy_of_an_id_neither_blocks_nor_replaces_the_real_file(
    book, school, stick, order, trusted
):
    made = export(school, stick)
    real = Path(made.path)
    fake = stick.parent / "fake.edusub"
    fake.write_bytes(resigned(real.read_bytes()))
    assert inspect(fake.read_bytes()).id == made.id
    if trusted == "before":
        admit(book, made)
    files = [fake, real] if order == "stranger first" else [real, fake]
    outcomes = [outcome(take(book, each))[0] for each in files]
    if trusted == "after":
        assert outcomes == ["held", "held"]
        assert [outcome(take(book, each))[0] for each in files] == ["held", "held"]
        admit(book, made)
        (came,) = intake.retry_held(book)
        assert (came.outcome, came.submission) == ("accepted", made.id)
    else:
        assert outcomes == (["held", "accepted"] if order == "stranger first" else ["accepted", "unchanged"])
    assert book.content(made.id) == real.read_bytes()
    assert [each.id for each in book.members] == [made.id]
    assert outcome(take(book, real)) == ("unchanged", "")
    assert outcome(take(book, fake)) == ("unchanged", "")
    assert book.content(made.id) == real.read_bytes()


def test_two_signers_of_one_id_both_admitted_are_one_submission(book, school, stick):
    made = export(school, stick)
    fake = stick / "fake.edusub"
    fake.write_bytes(resigned(Path(made.path).read_bytes()))
    take(book, stick)
    assert len(book.held) == 2
    trust.admit_unchecked(book, [fake, Path(made.path)])
    assert sorted(each.outcome for each in intake.retry_held(book)) == ["accepted", "unchanged"]
    assert (len(book.members), book.held) == (1, [])


def test_a_key_that_an_admitted_one_signed_for_comes_in_with_its_submission(book, school, stick):
    before, new, other = (WriterKey(bytes([number]) * 32) for number in (1, 2, 3))
    first = forged(school, key=before)
    change(school, 84)
    names = "11110d0c-0b0a-4908", "22220d0c-0b0a-4908"
    good = vouch(before, "430900", CODE, names[0], new.public)
    second = forged(school, key=new, writer=names[0], replaces=good)
    change(school, 85)
    stolen = forged(school, key=other, writer=names[1], replaces=good)
    for name, made in (("1", first), ("2", second), ("3", stolen)):
        (stick / f"{name}.edusub").write_bytes(made.data)
    assert [each.outcome for each in take(book, stick).files] == ["held", "held", "refused"]
    trust.admit_unchecked(book, [stick / "1.edusub"])
    assert [each.outcome for each in intake.retry_held(book)] == ["conflict", "conflict"]
    assert {each.public_key for each in book.keys} == {before.public.line, new.public.line}
    assert [each.code for each in take(book, stick).files] == ["", "", "signature-invalid"]
    at_hand = list(book.keys)
    book.reload()
    assert [(each.public_key, each.how) for each in book.keys] == [
        (each.public_key, each.how) for each in at_hand
    ]


# --- undo ---


@pytest.mark.slow
def test_undo_is_as_if_it_had_never_come_and_restore_brings_it_back(book, school, stick):
    first = export(school, stick)
    admit(book, first)
    empty = judged(book)
    take(book, stick)
    before, print_ = judged(book), book.fingerprint
    change(school, 90)
    second = export(school, stick)
    take(book, stick)
    intake.undo(book, [second.id[:8].upper()])
    assert judged(book) == before
    assert book.fingerprint != print_
    report = take(book, stick)
    assert {each.code for each in report.files} == {"", "withdrawn"}
    intake.undo(book, [first.id])
    assert judged(book) == empty
    intake.restore(book, first.id)
    assert judged(book) == before
    with pytest.raises(Problem) as raised:
        intake.undo(book, [first.id, "00000000"])
    assert raised.value.code == "submission-unknown"
    assert judged(book) == before


def test_undo_does_not_name_what_is_only_held(book, school, stick):
    made = export(school, stick)
    take(book, stick)
    with pytest.raises(Problem) as raised:
        intake.undo(book, [made.id])
    assert raised.value.code == "submission-unknown"
