"""A sealed submission: persons travel in it and nowhere else; stock tools open every layer."""

from __future__ import annotations

import base64
import csv
import io
import shutil
import subprocess
from pathlib import Path

import frictionless
import pytest

from db.problems import Problem
from db.tables import SENT, SUBMISSION
from eduapp.exchange import sealing
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import inspect
from eduapp.services import checking, explaining, jobs, workbooks
from eduapp.services.hand_off import intake, rounds, sending, trust
from eduapp.services.keys import county_keys, keyring, writer
from eduapp.standards.explained import Since
from tests.services.hand_off import PASSPHRASE, believe
from tests.services.schools import CODE, PERSONAL, change, computer, county, export, fill, make

NAMES = [*PERSONAL.values(), "孙悟空空", "猪八戒戒", "1985-03"]


@pytest.fixture
def both(tmp_path, sealed_county):
    """(county, what is in its safe, school)."""
    with sealed_county.at(tmp_path / "county.edubook") as office, make(tmp_path) as book:
        fill(book)
        believe(book, office)
        yield office, sealed_county.paper, book


def content_of(book, table):
    with book.workbook.transaction() as connection:
        return bytes(connection.execute(table.select()).one().content)


@pytest.mark.slow
def test_persons_travel_sealed_and_lie_nowhere_in_the_clear(both, tmp_path):
    office, _, book = both
    made = export(book, tmp_path / "U盘")
    data = Path(made.path).read_bytes()
    trust.admit_unchecked(office, [Path(made.path)])
    report = jobs.run(intake.merge(office, [tmp_path / "U盘"]))
    assert report.counts["accepted"] == 1, report
    assert content_of(book, SENT) == content_of(office, SUBMISSION) == data
    on_disk = (tmp_path / "county.edubook").read_bytes() + data
    for name in NAMES:
        assert name.encode() not in on_disk, name
    draft = office.draft_of(made.id)
    assert draft.only("school")["principal"] == PERSONAL["principal"]
    assert {draft.rows["teacher"][key]["name"] for key in draft.rows["teacher"]} == {"孙悟空空", "猪八戒戒"}


def test_an_export_verifies_the_round_file_once(both, tmp_path, monkeypatch):
    _, _, book = both
    verified = []
    read = rounds.read_round
    monkeypatch.setattr(rounds, "read_round", lambda content: verified.append(content) or read(content))
    rounds._said.cache_clear()
    export(book, tmp_path / "U盘")
    assert len(verified) == 1


@pytest.mark.slow
def test_stock_age_opens_it_for_each_recipient_and_the_other_tools_the_rest(both, tmp_path):
    if shutil.which("age") is None:
        pytest.skip("no age")
    office, kept, book = both
    made = export(book, tmp_path / "U盘")
    secrets = {
        "county": office.identities[0].secret,
        "escrow": kept.escrow,
        "archive": writer.archives_of(book.workbook)[0].secret,
    }
    for name, secret in secrets.items():
        (tmp_path / name).write_text(secret + "\n")
        opened = ["age", "-d", "-i", tmp_path / name, "-o", tmp_path / f"{name}.zip", made.path]
        subprocess.run(opened, check=True, capture_output=True)
    assert len({(tmp_path / f"{name}.zip").read_bytes() for name in secrets}) == 1
    folder = tmp_path / "aus"
    subprocess.run(["unzip", "-q", tmp_path / "county.zip", "-d", folder], check=True)
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    trust.admit_unchecked(office, [Path(made.path)])
    (tmp_path / "signers").write_text(trust.signers(office))
    verify = ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", CODE,
              "-n", "submission@eduapp", "-s", folder / "SHA256SUMS.sig"]  # fmt: skip
    subprocess.run(verify, input=(folder / "SHA256SUMS").read_bytes(), check=True, capture_output=True)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])
    teachers = list(csv.DictReader(io.StringIO((folder / "data/teacher.csv").read_text())))
    assert {row["name"] for row in teachers} == {"孙悟空空", "猪八戒戒"}


@pytest.mark.slow
def test_a_file_sealed_by_stock_age_is_accepted_with_the_same_id(both, tmp_path):
    if shutil.which("age") is None:
        pytest.skip("no age")
    office, _, book = both
    made = export(book, tmp_path / "U盘")
    inner = sealing.unseal(Path(made.path).read_bytes(), office.identities)
    recipients = inspect(inner).manifest.recipients
    by_hand = tmp_path / "hand" / "x.edusub"
    by_hand.parent.mkdir()
    to = [word for each in recipients for word in ("-r", each)]
    subprocess.run(["age", *to, "-o", by_hand], input=inner, check=True)
    assert by_hand.read_bytes() != Path(made.path).read_bytes()
    trust.admit_unchecked(office, [by_hand])
    report = jobs.run(intake.merge(office, [by_hand]))
    assert [(each.outcome, each.submission) for each in report.files] == [("accepted", made.id)]


@pytest.mark.slow
def test_unchanged_data_give_the_stored_bytes_though_encryption_is_random(both, tmp_path):
    _, _, book = both
    first = export(book, tmp_path / "U盘")
    other = export(book, tmp_path / "另一个")
    assert (first.id, first.seq) == (other.id, other.seq)
    assert Path(first.path).read_bytes() == Path(other.path).read_bytes()
    change(book, 84)
    assert export(book, tmp_path / "U盘").seq == 2


def test_what_was_sealed_can_still_be_compared_with_at_the_school(both, tmp_path):
    _, _, book = both
    export(book, tmp_path / "U盘")
    change(book, 99)
    verdict = checking.check(book).sections[0].verdicts[0]
    assert explaining.Explainer(book).explain(verdict).since.state is Since.CHANGED


@pytest.mark.slow
def test_without_the_countys_key_nothing_opens(both, tmp_path):
    _, _, book = both
    made = export(book, tmp_path / "U盘")
    with county(tmp_path / "other.edubook") as stranger:
        report = jobs.run(intake.merge(stranger, [Path(made.path)]))
        assert [each.code for each in report.files] == ["not-for-us"]
        county_keys.establish(stranger.workbook, PASSPHRASE)
        report = jobs.run(intake.merge(stranger, [Path(made.path)]))
        assert [each.code for each in report.files] == ["not-for-us"]


@pytest.mark.slow
def test_a_locked_county_key_stops_the_run_and_refuses_no_file(both, tmp_path):
    office, _, book = both
    made = export(book, tmp_path / "U盘")
    keyring.forget(county_keys._path(office.workbook))
    with pytest.raises(Problem) as raised:
        jobs.run(intake.merge(office, [Path(made.path)]))
    assert raised.value.code == "county-key-locked"
    with pytest.raises(Problem) as raised:
        county_keys.unlock(office.workbook, "长江黄河昆仑")
    assert raised.value.code == "passphrase-wrong"
    county_keys.unlock(office.workbook, f" {PASSPHRASE}\n")
    assert jobs.run(intake.merge(office, [Path(made.path)])).counts["held"] == 1


@pytest.mark.slow
def test_the_secret_of_the_telephone_code_lies_in_sealed_files_only(both, tmp_path):
    office, _, book = both
    sealed = inspect(Path(export(book, tmp_path / "U盘").path).read_bytes(), office.identities)
    assert sealed.sealed
    assert sealed.manifest.receipt_secret
    with make(tmp_path, code="2143000002", name="乙校") as plain:
        about = inspect(Path(export(plain, tmp_path / "U盘").path).read_bytes())
    assert not about.sealed
    assert about.manifest.receipt_secret is None
    assert about.manifest.recipients == ()


def test_another_computer_of_the_school_can_open_what_names_its_archive(both, tmp_path, monkeypatch):
    _, _, book = both
    made = export(book, tmp_path / "U盘")
    with computer(monkeypatch, tmp_path / "PC2"), pytest.raises(Problem) as raised:
        sealing.unseal(Path(made.path).read_bytes(), writer.writer_of(book.workbook).archives)
    assert raised.value.code == "not-for-us"


# --- the writer's key ---


def test_a_restored_workbook_has_a_new_key_that_the_one_before_vouches_for(tmp_path):
    with make(tmp_path) as book:
        before = writer.writer_of(book.workbook)
        former = book.workbook.meta["workbook"]
        book.workbook.set_meta(workbook="f" * 32, workbook_before=former)
        after = writer.writer_of(book.workbook)
        assert after.key.public != before.key.public
        assert after.replaces.key == before.key.public
        assert after.archives == before.archives
        made = export(book, tmp_path / "U盘")
        about = inspect(Path(made.path).read_bytes())
        assert about.manifest.replaces == after.replaces


@pytest.mark.slow
def test_a_key_under_a_passphrase_asks_for_it_once_a_process(tmp_path, monkeypatch):
    with make(tmp_path) as book:
        first = writer.writer_of(book.workbook)
        path = writer.key_path(book.workbook)
        with pytest.raises(Problem) as raised:
            writer.protect(book.workbook, "七个字还不够")
        assert raised.value.code == "passphrase-short"
        writer.protect(book.workbook, PASSPHRASE)
        assert keyring.is_protected(path)
        assert b"AGE-SECRET-KEY" not in path.read_bytes()
        export(book, tmp_path / "U盘")
        keyring.forget(path)
        with pytest.raises(Problem) as raised:
            export(book, tmp_path / "U盘")
        assert raised.value.code == "passphrase-needed"
        (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
        monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
        assert writer.writer_of(book.workbook).id == first.id


def test_a_key_file_of_the_first_release_goes_on_and_leaves_no_secret_among_the_marks(tmp_path):
    with make(tmp_path) as book:
        path = writer.key_path(book.workbook)
        old = '{"writer": "%s", "key": "%s", "last": 0}'
        key = base64.b64encode(WriterKey(bytes(range(32))).to_stored()).decode()
        path.with_suffix(".json").write_text(old % ("a" * 32, key))
        found = writer.writer_of(book.workbook)
        assert found.id == "a" * 32
        assert key not in path.with_suffix(".json").read_text()
        assert writer.writer_of(book.workbook).archives == found.archives
    with workbooks.open_school(tmp_path / f"{CODE}.edubook") as book:
        assert sending.sent(book) == ()
