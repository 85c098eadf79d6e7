"""The county's keys: made, locked, renewed by the words, opened by the escrow key, never going back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange import sealing
from eduapp.exchange.submission import SUFFIX, inspect
from eduapp.services import jobs, workbooks
from eduapp.services.county import drill, giving_up
from eduapp.services.county.books import open_county
from eduapp.services.hand_off import intake, issuing, rounds, school_keys, trust
from eduapp.services.keys import county_keys, keyring
from tests.services.hand_off import PASSPHRASE
from tests.services.schools import CODE, change, computer, county, export, make

OTHER = "珠穆朗玛高高在上"


def refused(code, call, *arguments, **more):
    with pytest.raises(Problem) as raised:
        call(*arguments, **more)
    assert raised.value.code == code
    return raised.value


def lock(book):
    """As if the program had been started again."""
    keyring.forget(county_keys._path(book.workbook))


def sent(office, tmp_path, pupils=81, stick="U盘"):
    """A sealed submission of a school that believes the county, its key registered."""
    folder = tmp_path / stick
    folder.mkdir(exist_ok=True)
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) if not path.exists() else workbooks.open_school(path) as school:
        data = issuing.issue_round(office).data
        rounds.trust_county(school, data, issuing.county_digits(office))
        rounds.accept(school, data)
        trust.admit(office, school_keys.write_request(school, tmp_path), school_keys.scan_text(school))
        change(school, pupils)
        return Path(export(school, folder).path)


@pytest.fixture
def office(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        yield book


@pytest.mark.slow
def test_nothing_is_in_use_before_it_is_adopted(office, home):
    refused("passphrase-short", county_keys.propose, office.workbook, "1234567")
    proposal = county_keys.propose(office.workbook, PASSPHRASE)
    assert county_keys.certificate_of(office.workbook) is None
    assert not [each for each in home.rglob("*.key") if each.name.startswith("county-")]
    for secret in (proposal.paper.words, proposal.paper.escrow, PASSPHRASE):
        assert secret not in repr(proposal)
    made = county_keys.adopt(office.workbook, proposal)
    assert county_keys.certificate_of(office.workbook) == made.certificate
    refused("county-keys-exist", county_keys.adopt, office.workbook, proposal)
    refused("county-keys-exist", county_keys.propose, office.workbook, PASSPHRASE)


@pytest.mark.slow
def test_no_secret_lies_in_the_workbook_or_in_the_clear(office, home):
    made = county_keys.establish(office.workbook, PASSPHRASE)
    path = office.workbook.path
    secret = county_keys.identities(office.workbook)[0].secret
    office.close()
    lying = [path, *(each for each in home.rglob("*") if each.is_file())]
    for word in (made.words, made.words.replace(" ", ""), made.escrow, secret, PASSPHRASE):
        assert not [each for each in lying if word.encode() in each.read_bytes()]
    (key_file,) = home.rglob("county-*.key")
    assert sealing.is_sealed(key_file.read_bytes())
    if os.name != "nt":  # rights are given by lists there, not by a mode
        assert key_file.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_locked_until_the_passphrase_comes(office, tmp_path, monkeypatch):
    county_keys.establish(office.workbook, PASSPHRASE)
    lock(office)
    assert county_keys.is_locked(office.workbook)
    refused("county-key-locked", issuing.issue_round, office)
    assert not issuing.state_of(office).current
    refused("passphrase-wrong", county_keys.unlock, office.workbook, PASSPHRASE + "x")
    refused("county-key-locked", county_keys.identities, office.workbook)
    (tmp_path / "口令").write_text(PASSPHRASE + "\n", encoding="utf-8")
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(tmp_path / "口令"))
    assert issuing.issue_round(office).said.version == 1


@pytest.mark.slow
def test_plain_files_and_files_for_others_are_refused(office, tmp_path):
    with make(tmp_path) as school:
        change(school, 81)
        plain = Path(export(school, tmp_path / "早").path)
        path = school_keys.write_request(school, tmp_path)
        trust.admit(office, path, school_keys.scan_text(school))
    jobs.run(intake.merge(office, [plain]))
    county_keys.establish(office.workbook, PASSPHRASE)
    (again,) = jobs.run(intake.merge(office, [plain])).files
    assert again.outcome == "unchanged"
    sealed = sent(office, tmp_path, 82)
    (came,) = jobs.run(intake.merge(office, [sealed])).files
    assert (came.outcome, came.code) == ("accepted", "")
    # The same package without its seal, and sealed to us though it says that it is for somebody else.
    identities = county_keys.identities(office.workbook)
    bare = sealing.unseal(sent(office, tmp_path, 83).read_bytes(), identities)
    (tmp_path / f"裸{SUFFIX}").write_bytes(bare)
    (tmp_path / "乙").mkdir()
    with make(tmp_path / "乙", "2143000002", "他校") as other:
        change(other, 84)
        foreign = Path(export(other, tmp_path / "乙").path).read_bytes()
    own = county_keys.recipients(office.workbook)
    (tmp_path / f"他{SUFFIX}").write_bytes(sealing.seal(foreign, own))
    found = jobs.run(intake.merge(office, [tmp_path / f"裸{SUFFIX}", tmp_path / f"他{SUFFIX}"]))
    assert [each.code for each in found.files] == ["plain-refused", "other-recipients"]
    assert "批次文件" in found.files[0].text


def practise(office, secrets):
    return jobs.run(drill.drill(office, secrets))


@pytest.mark.slow
def test_renewal_keeps_the_schools_and_what_they_sent(office, tmp_path):
    made = county_keys.establish(office.workbook, PASSPHRASE)
    digits = issuing.county_digits(office)
    first = sent(office, tmp_path)
    jobs.run(intake.merge(office, [first]))
    before = issuing.issue_round(office).said
    words = made.words.replace(" ", "\n")
    wrong = words[::-1]
    refused("recovery-words-wrong", county_keys.renew, office.workbook, wrong, OTHER)
    refused("passphrase-needed", county_keys.renew, office.workbook, words, None)
    renewed = county_keys.renew(office.workbook, words, OTHER)
    assert (renewed.certificate.epoch, issuing.county_digits(office)) == (2, digits)
    assert renewed.words == made.words
    assert not set(renewed.certificate.recipients) & set(before.certificate.recipients)
    late = tmp_path / "在途"  # written before the school could read the new round file
    late.mkdir()
    with workbooks.open_school(tmp_path / f"{CODE}.edubook") as school:
        change(school, 90)
        in_flight = Path(export(school, late).path)
        assert inspect(in_flight.read_bytes(), county_keys.identities(office.workbook)).sealed
    (came,) = jobs.run(intake.merge(office, [in_flight])).files
    assert came.outcome == "accepted"
    issued = issuing.issue_round(office).said
    assert (issued.order, issued.order > before.order) == ((2, 1), True)
    (newer,) = jobs.run(intake.merge(office, [sent(office, tmp_path, 91, "新")])).files
    assert newer.outcome == "accepted"
    assert len(office.members) == 3
    office.draft_of(office.members[0].id)
    assert set(county_keys.own_keys(office.workbook)) == {
        made.certificate.signing,
        renewed.certificate.signing,
    }
    assert practise(office, renewed.escrow + made.escrow).sheets == ((2, 1), (1, 2))
    alone = practise(office, renewed.escrow)  # what the epoch before was sealed to, only its own sheet opens
    assert (alone.opened, alone.stored, alone.problem.code) == (1, 3, "drill-incomplete")
    assert {each.file for each in alone.unopened} == {first.name, in_flight.name}
    refused("escrow-differs", practise, office, made.escrow)


@pytest.mark.slow
def test_the_escrow_key_opens_where_the_key_file_is_lost(office, tmp_path, monkeypatch, home):
    made = county_keys.establish(office.workbook, PASSPHRASE)
    nothing = practise(office, made.escrow.lower())
    assert (nothing.stored, nothing.problem.code, drill.last(office.workbook).passed) == (
        0,
        "drill-nothing",
        False,
    )
    path = sent(office, tmp_path)
    jobs.run(intake.merge(office, [path]))
    done = practise(office, f"{made.escrow[:20]} {made.escrow[20:]}")
    assert (done.opened, done.stored, done.problem) == (1, 1, None)
    said = drill.last(office.workbook)
    assert (said.at, said.opened, said.stored, said.passed) == (done.at, 1, 1, True)
    refused("identity-unreadable", practise, office, made.escrow[:-1])
    refused("escrow-differs", practise, office, sealing.new_identity().secret)
    with computer(monkeypatch, tmp_path / "新电脑"):
        assert not county_keys.has_key_file(office.workbook)
        refused("county-keys-missing", county_keys.identities, office.workbook)
        problem = refused("escrow-needed", county_keys.renew, office.workbook, made.words, OTHER)
        assert "1 个" in problem.what
        county_keys.renew(office.workbook, made.words, OTHER, made.escrow)
        assert drill.last(office.workbook) is None  # of the epoch before
        (member,) = office.members
        assert office.draft_of(member.id).only("school")["code"] == CODE
        assert issuing.issue_round(office).said.certificate.epoch == 2


@pytest.mark.slow
def test_a_forgotten_passphrase_costs_nothing_with_the_escrow_key(office, tmp_path, home):
    made = county_keys.establish(office.workbook, PASSPHRASE)
    jobs.run(intake.merge(office, [sent(office, tmp_path)]))
    lock(office)
    refused("escrow-needed", county_keys.propose_renewal, office.workbook, made.words, OTHER)
    assert county_keys.propose_renewal(office.workbook, made.words, OTHER, give_up=True)
    county_keys.renew(office.workbook, made.words, OTHER, made.escrow)
    office.draft_of(office.members[0].id)
    assert [each.name for each in home.rglob("county-*.before")]  # found again, it still opens


@pytest.mark.slow
def test_what_nothing_opens_is_given_up_only_when_asked(office, tmp_path, monkeypatch):
    made = county_keys.establish(office.workbook, PASSPHRASE)
    path = sent(office, tmp_path)
    jobs.run(intake.merge(office, [path]))
    with computer(monkeypatch, tmp_path / "新电脑"):
        county_keys.renew(office.workbook, made.words, OTHER, give_up=True)
        refused("not-for-us", office.draft_of, office.members[0].id)
        assert giving_up.give_up_closed(office) == (path.name,)
        assert giving_up.give_up_closed(office) == ()
        assert office.view() == {}
        assert (office.decisions[-1].kind, office.unsigned_decisions) == ("withdraw", 0)


@pytest.mark.slow
def test_a_workbook_restored_from_before_a_renewal_catches_up(office, tmp_path):
    made = county_keys.establish(office.workbook, PASSPHRASE)
    issuing.issue_round(office)
    path, backup = office.workbook.path, tmp_path / "备份.edubook"
    office.close()
    shutil.copyfile(path, backup)
    with open_county(path) as book:
        renewed = county_keys.renew(book.workbook, made.words, PASSPHRASE)
        assert issuing.issue_round(book).said.order == (2, 1)
    with pytest.raises(Problem, match="较早的副本"):  # what was issued since is missing: a person says so
        open_county(backup)
    county_keys.accept_log(backup)
    with open_county(backup) as old:
        assert county_keys.certificate_of(old.workbook) == renewed.certificate
        assert len(old.own_keys) == 2
        assert issuing.issue_round(old).said.order == (2, 2)
