"""What a lost county finds in receipts and round files: the decisions about a school, provable without it."""

from __future__ import annotations

import base64
import hashlib
import textwrap
from pathlib import Path

import pytest

from eduapp.exchange.receipt_file import read_receipt
from eduapp.exchange.signing import DECISION, verify
from eduapp.services import jobs
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import intake, issuing, receipts, trust
from eduapp.services.keys import county_keys
from eduapp.services.merge.decisions import LIST
from tests.services.schools import CODE, NAME, county, export, fill, make

OTHER = "2143000002"


@pytest.fixture
def told(tmp_path):
    """A county with decisions about two schools, and the receipts of both by school."""
    (tmp_path / "二").mkdir()
    with (
        make(tmp_path) as school,
        make(tmp_path / "二", OTHER, "乙校") as other,
        county(tmp_path / "county.edubook") as book,
    ):
        book.set_expected([Expected(CODE, NAME, "211")])
        county_keys.establish(book.workbook, None)
        book.set_expected([Expected(OTHER, "乙校", "211")])
        made = []
        for each, folder in ((school, "甲"), (other, "乙")):
            fill(each)
            made.append(export(each, tmp_path / folder))
        trust.admit_unchecked(book, [Path(each.path) for each in made])
        jobs.run(intake.merge(book, [Path(each.path) for each in made]))
        intake.undo(book, [made[0].id], "学校来电")
        intake.restore(book, made[0].id)
        trust.revoke(book, OTHER, book.received[made[1].id].public_key, made[1].id, "电脑被盗")
        yield book, issued(book, tmp_path)


def issued(book, folder):
    jobs.run(receipts.issue(book, folder))
    found = [read_receipt(each.read_bytes()).said for each in sorted(folder.glob("*.edureceipt"))]
    return {each.school: each for each in found}


@pytest.mark.slow
def test_each_school_carries_its_own_decisions_and_its_row_and_no_others(told):
    book, said = told
    kinds = {each.id: each.kind for each in book.decisions}
    assert sorted(kinds[each.id] for each in said[CODE].decisions) == ["restore", "withdraw"]
    assert [kinds[each.id] for each in said[OTHER].decisions] == ["revoke"]
    assert [(each.code, each.name) for each in said[OTHER].listed] == [(OTHER, "乙校")]
    assert [kinds[each.decision] for each in said[CODE].listed] == [LIST]


def test_a_carried_decision_is_proved_by_itself(told):
    book, said = told
    ids = [each.id for each in book.decisions]
    for each in (*said[CODE].decisions, *said[OTHER].decisions):
        message = base64.b64decode(each.message)
        assert hashlib.sha256(message).hexdigest() == each.id == ids[int(each.place) - 1]
        body = "\n".join(textwrap.wrap(each.signature, 70))
        armored = f"-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n"
        assert verify(armored.encode(), DECISION, message) == said[CODE].certificate.signing


@pytest.mark.slow
def test_head_length_and_digest_tell_what_is_missing(told):
    book, said = told
    ids = [each.id for each in book.decisions]
    for chains in (said[CODE].chains, issuing.issue_round(book).said.chains):
        at = chains.decisions
        assert (at.number, at.head) == (len(ids), ids[-1])
        assert at.digest == hashlib.sha256("\n".join(ids).encode()).hexdigest()
        assert (chains.listing.number, chains.listing.digest) == (2, book.moment.listing.digest)


@pytest.mark.slow
def test_a_decision_about_another_school_makes_no_new_receipt_and_no_new_round_file(told, tmp_path):
    book, said = told
    first = issuing.issue_round(book)
    intake.undo(book, [next(each.id for each in book.members if each.school == CODE)], "再次来电")
    report = jobs.run(receipts.issue(book, tmp_path))
    assert {each.school: each.again for each in report.rows} == {CODE: False, OTHER: True}
    assert issuing.state_of(book).current
    assert issued(book, tmp_path)[OTHER] == said[OTHER]
    assert first.said.version == 1
