"""What every format so far wrote is read, and says what it said: a folder each under `made`, see README.md.

Where today's answer is another one, on purpose, it stands here with its reason. Never regenerated.
"""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.cli import main
from eduapp.cli.output import report_json
from eduapp.exchange import sealing
from eduapp.exchange.key_request import read_request
from eduapp.exchange.receipt_file import read_receipt
from eduapp.exchange.round_file import read_round
from eduapp.exchange.submission import open_verified
from eduapp.services import jobs, workbooks
from eduapp.services.checking import check, check_draft
from eduapp.services.county import books as county_books
from eduapp.services.county import held
from eduapp.services.hand_off import handed_in, intake
from eduapp.services.keys import county_keys
from eduapp.services.packing import draft_of
from tests.attacks.test_intake_attacks import opened, tamper
from tests.history.test_history import judged

MADE = Path(__file__).parent / "made"
FORMS = sorted(each.name for each in MADE.iterdir())
WITH_KEYS = [each for each in FORMS if each >= "0003"]
PASSPHRASE = "清河练习口令2026"  # noqa: S105 - of invented data
SCHOOLS = ["2143990004", "2143990005"]

EARLY_LOG = ("0007", "0008", "0010")
"""The county's log of some hours before it bound who the county is: nothing it says could be proved today."""
SINCE = {
    form: {("national-2017", "G7", None): (None, "insufficient_data")}
    for form in ("0002", "0003", "0004", "0005")
}
"""By form: verdicts of today. G7: since 0006 it must be said that no child is there to fund."""
CHAINS = [each for each in FORMS if each >= "0011-chains"]

each_form = pytest.mark.parametrize("form", FORMS)
with_keys = pytest.mark.parametrize("form", WITH_KEYS)


def kept(form, name):
    return gzip.decompress((MADE / form / f"{name}.gz").read_bytes())


def put(form, name, folder):
    path = folder / name
    path.write_bytes(kept(form, name))
    return path


@pytest.fixture
def computer(home, tmp_path, monkeypatch):
    """Call it with a form: this computer is the one on which its files were made."""

    def become(form):
        with tarfile.open(MADE / form / "computer.tar.gz") as packed:
            packed.extractall(home / "eduapp", filter="data")
        secret = tmp_path / "passphrase"
        secret.write_text(PASSPHRASE, encoding="utf-8")
        monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(secret))

    return become


def verdicts_then(form):
    return judged(json.loads(kept(form, "school.json"))) | SINCE.get(form, {})


@pytest.mark.slow
@each_form
def test_a_schools_workbook_opens_and_says_the_same(form, tmp_path):
    said = json.loads(kept(form, "school.json"))
    with workbooks.open_school(put(form, "school.edubook", tmp_path)) as book:
        now = report_json(book, check(book))
    then = verdicts_then(form)
    assert {key: judged(now)[key] for key in then} == then
    assert {each["id"] for each in said["findings"]} <= {each["id"] for each in now["findings"]}


@pytest.mark.slow
@each_form
def test_a_submission_is_read_and_says_the_same(form, tmp_path):
    opened = open_verified(kept(form, "submission.edusub"), lambda _manifest, _key: None)
    assert (opened.manifest.school, opened.manifest.practice) == (SCHOOLS[1], True)
    with workbooks.open_school(put(form, "school.edubook", tmp_path)) as book:
        carried = check_draft(draft_of(opened), book.reference_date, book.standards)
        now, then = judged(report_json(book, carried)), verdicts_then(form)
    assert {key: now[key] for key in then} == then


@with_keys
def test_round_receipt_and_request_say_what_they_said(form):
    said = read_round(kept(form, "round.eduround")).said
    assert [each.code for each in said.schools] == SCHOOLS
    assert [(each.school, each.how) for each in said.keys] == [(each, "paper") for each in SCHOOLS]
    answer = read_receipt(kept(form, "receipt.edureceipt")).said
    assert (answer.school, answer.number) == (SCHOOLS[1], 1)
    assert [each.status for each in answer.lines] == ["accepted"]
    found = [bool(each) for each in (said.chains, answer.chains, answer.listed, answer.decisions)]
    assert found == [*[form in CHAINS] * 3, False]  # no decision was made about the school
    asks = read_request(kept(form, "request.edukey"))
    assert (asks.said.school, asks.said.county) == (SCHOOLS[1], "439900")
    assert asks.key in {each.key for each in said.keys}


@pytest.mark.slow
@with_keys
def test_a_school_knows_what_became_of_its_file(form, tmp_path, computer):
    computer(form)
    with workbooks.open_school(put(form, "school.edubook", tmp_path)) as book:
        before = handed_in.known(book)
        again = handed_in.read(book, kept(form, "receipt.edureceipt"))
        assert [each.state for each in before.standings] == [handed_in.HandedInState.ACCEPTED]
        assert handed_in.known(book) == before
    assert again.checked


@pytest.mark.slow
@each_form
def test_a_countys_workbook_opens_and_says_the_same(form, tmp_path, computer, capsys):
    computer(form)
    path = put(form, "county.edubook", tmp_path)
    if form in EARLY_LOG:
        with pytest.raises(Problem) as caught:
            county_books.open_county(path)
        assert caught.value.code == "log-damaged"
        return
    main(["county", "check", str(path), "--json"])
    then, now = json.loads(kept(form, "county.json")), json.loads(capsys.readouterr().out)
    assert county_verdicts(now).items() >= county_verdicts(then).items()
    assert (now["reported"], now["final"], now["expected"]) == (2, 2, 2)


def county_verdicts(report):
    found = {
        (stage, each["code"]): (each["mean"], each["coefficient"], each["verdict"])
        for stage, said in report["stages"].items()
        for each in said["indicators"]
    }
    for each in report["county_level"]:
        found[each["standard"], each["code"]] = each["value"], each["verdict"]
    return found


@pytest.mark.slow
@with_keys
def test_a_sealed_file_opens_with_the_countys_key_and_is_known_again(form, tmp_path, computer):
    computer(form)
    if form in EARLY_LOG:
        assert sealing.is_sealed(kept(form, "sealed.edusub"))
        return
    path = put(form, "sealed.edusub", tmp_path)
    with county_books.open_county(put(form, "county.edubook", tmp_path)) as book:
        county_keys.unlock(book.workbook, PASSPHRASE)
        report = jobs.run(intake.merge(book, [path]))
    assert [(each.outcome, each.school) for each in report.files] == [(intake.UNCHANGED, SCHOOLS[1])]


LOGGED = [each for each in FORMS if each >= "0010-log"]
"""With a log that is read today and says neither when decisions were made nor whom to call."""


@pytest.mark.slow
@pytest.mark.parametrize("form", LOGGED)
def test_what_an_older_log_did_not_bind_is_bound_at_the_first_opening_that_can_sign(
    form, tmp_path, computer, monkeypatch
):
    computer(form)
    path = put(form, "county.edubook", tmp_path)
    monkeypatch.delenv("EDUAPP_PASSPHRASE_FILE")
    with county_books.open_county(path) as book:  # locked: as it was
        assert book.decisions
        assert not {held.TIMES, held.CONTACTS} & set(book.log.held)
        before, fingerprint = book.log.at.number, book.fingerprint
        county_keys.unlock(book.workbook, PASSPHRASE)
        book.begin_log()
        bound = book.log.at.number
        assert bound > before
        book.begin_log()
        assert book.log.at.number == bound
        assert book.fingerprint == fingerprint
    whole = path.read_bytes()
    for harm in (
        "UPDATE decision SET at = '2030-01-01T08:00:00+08:00' WHERE seq = 0",
        'INSERT INTO meta VALUES (\'list_contacts\', \'{"2143990004":["","","13800000000"]}\')',
    ):
        path.write_bytes(whole)
        tamper(path, (harm, ()))
        assert opened(path) in {"decision-time-changed", "workbook-facts-changed"}
