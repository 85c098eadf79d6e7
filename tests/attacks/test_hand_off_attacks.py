"""Between school and county: what a courier, another county, a thief of a key or an old stick can try."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange import package, sealing
from eduapp.exchange.authority import certify
from eduapp.exchange.round_file import build_round
from eduapp.exchange.sealing import new_identity
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import build, inspect
from eduapp.exchange.voucher import Voucher
from eduapp.services import jobs
from eduapp.services.county import drill
from eduapp.services.hand_off import intake, rounds, trust
from eduapp.services.keys import county_keys, writer
from eduapp.services.packing import pack
from tests.services.hand_off import PASSPHRASE, believe, issue, registered, round_of
from tests.services.schools import CODE, YEAR, change, county, export, fill, make

STRANGER = WriterKey(b"\x09" * 32)


@pytest.fixture
def both(tmp_path, sealed_county):
    with sealed_county.at(tmp_path / "county.edubook") as office, make(tmp_path) as book:
        fill(book)
        believe(book, office)
        yield office, book


@pytest.fixture
def signed_only(tmp_path):
    """A county without a passphrase: it signs, and encrypts nothing."""
    with county(tmp_path / "county.edubook") as office, make(tmp_path) as book:
        county_keys.establish(office.workbook, None)
        fill(book)
        yield office, book


def outcome(office, *files):
    report = jobs.run(intake.merge(office, [Path(file) for file in files]))
    assert report.read == len(report.files) == sum(report.counts.values())
    return [(each.outcome, each.code) for each in report.files]


def code_of(call, *arguments):
    with pytest.raises(Problem) as raised:
        call(*arguments)
    assert raised.value.text
    return raised.value.code


# --- the sealed file on its way ---


@pytest.mark.slow
def test_every_tenth_flipped_bit_and_cut_of_a_real_sealed_submission_is_refused(both, tmp_path):
    office, book = both
    data = bytearray(Path(export(book, tmp_path / "U盘").path).read_bytes())
    header = data.index(b"\n--- ") + 60
    bits = [*range(header * 8), *range(header * 8, len(data) * 8, len(data) // 50)]
    identities = office.identities
    for bit in bits:
        data[bit // 8] ^= 1 << bit % 8
        assert code_of(inspect, bytes(data), identities) in {"damaged", "not-for-us"}, bit
        data[bit // 8] ^= 1 << bit % 8
    for end in range(0, len(data), len(data) // 100):
        assert code_of(inspect, bytes(data[:end]), identities) in {"damaged", "not-for-us"}
    assert inspect(bytes(data), identities).sealed


@pytest.mark.slow
def test_a_decrypted_copy_and_a_plain_file_are_refused_where_the_county_encrypts(both, tmp_path):
    office, book = both
    made = export(book, tmp_path / "U盘")
    inner = tmp_path / "inner.edusub"
    inner.write_bytes(sealing.unseal(Path(made.path).read_bytes(), office.identities))
    with make(tmp_path, code="2143000002", name="乙校") as plain:
        never_heard = export(plain, tmp_path / "U盘2").path
    assert outcome(office, inner, never_heard) == [("refused", "plain-refused")] * 2


@pytest.mark.slow
def test_another_countys_school_is_sent_home_and_not_to_our_round_file(both, tmp_path):
    office, _ = both
    for code, county_code, year, wanted in (
        ("4307210001", "430721", YEAR, "other-county"),
        ("4307210002", "430721", YEAR - 1, "other-county"),
        ("2143000003", "430900", YEAR, "plain-refused"),
        ("2143000004", "", YEAR, "plain-refused"),
        ("2143000005", "430900", YEAR - 1, "plain-refused"),
    ):
        with make(tmp_path, code=code, county=county_code, year=year) as plain:
            file = export(plain, tmp_path / code).path
        assert outcome(office, file) == [("refused", wanted)], code


@pytest.mark.slow
def test_a_sealed_file_that_is_cut_or_longer_is_damaged_to_whoever_can_open_it(both, tmp_path):
    office, book = both
    data = Path(export(book, tmp_path / "U盘").path).read_bytes()
    longer = [data + bytes(count) for count in (1, 15, 16, 17, 65552, 70000)]
    for each in (*(data[:end] for end in {0, 1, 2, *range(20, len(data), 97), len(data) - 1}), *longer):
        with pytest.raises(Problem) as told:
            inspect(each, office.identities)
        assert told.value.code == "damaged", len(each)


def test_a_sealed_file_that_no_key_opens_is_damaged_where_its_length_says_so(both, tmp_path):
    """A cut inside a chunk shows only to who can open it; the text for the others says that too."""
    _, book = both
    data = Path(export(book, tmp_path / "U盘").path).read_bytes()
    body = data.index(b"\n--- ") + 49
    cuts = [*range(body + 32), *(body + 16 + 65552 * n + rest for n in (1, 2) for rest in range(1, 16))]
    for end in (each for each in cuts if each < len(data)):
        assert code_of(inspect, data[:end]) == "damaged", end
    with pytest.raises(Problem, match="也就看不出它是否完整"):
        inspect(data[: len(data) // 2])


@pytest.mark.slow
def test_a_file_readdressed_to_this_county_is_refused(both, tmp_path):
    """Its manifest names the county it was made for, under the school's signature."""
    office, book = both
    with county(tmp_path / "other.edubook") as other:
        county_keys.establish(other.workbook, PASSPHRASE)
        other_recipients = county_keys.recipients(other.workbook)
    key = writer.writer_of(book.workbook).key
    manifest = inspect(Path(export(book, tmp_path / "U盘").path).read_bytes(), office.identities).manifest
    recipients = (*other_recipients, manifest.recipients[-1])
    for said in (recipients, ()):
        made = build(replace(manifest, recipients=said, seq=2), pack(book.draft, personal=True), key)
        path = tmp_path / f"{len(said)}.edusub"
        path.write_bytes(sealing.seal(made.data, county_keys.recipients(office.workbook)))
        assert outcome(office, path) == [("refused", "other-recipients")]


def test_a_file_sealed_to_strangers_is_not_for_us(both, tmp_path):
    office, book = both
    inner = sealing.unseal(Path(export(book, tmp_path / "U盘").path).read_bytes(), office.identities)
    path = tmp_path / "x.edusub"
    path.write_bytes(sealing.seal(inner, [new_identity().recipient]))
    assert outcome(office, path) == [("refused", "not-for-us")]


@pytest.mark.slow
def test_a_file_sealed_past_the_escrow_key_is_refused_or_found_by_the_drill(tmp_path):
    """Fewer stanzas than recipients are refused; a stranger's in the escrow's place only the drill finds."""
    with county(tmp_path / "county.edubook") as office, make(tmp_path) as book:
        paper = county_keys.establish(office.workbook, PASSPHRASE)
        believe(book, office)
        made = export(book, tmp_path / "U盘")
        trust.admit_unchecked(office, [Path(made.path)])
        said = Path(made.path).read_bytes()
        inner = sealing.unseal(said, office.identities)
        working, _, archive = inspect(said, office.identities).manifest.recipients
        path = tmp_path / "x.edusub"
        few = [(working,), (working, archive), (working, archive, new_identity().recipient)]
        codes = []
        for each in few:
            path.write_bytes(sealing.seal(inner, each))
            codes += outcome(office, path)
        assert codes == [("refused", "recipients-missing")] * 2 + [("accepted", "")]
        done = jobs.run(drill.drill(office, paper.escrow))
        assert (done.opened, done.stored, done.problem.code) == (0, 1, "drill-incomplete")
        assert [each.file for each in done.unopened] == ["x.edusub"]


def test_a_stanza_stripped_from_a_sealed_file_leaves_a_damaged_file(both, tmp_path):
    office, book = both[0], both[-1]
    made = export(book, tmp_path / "U盘")
    trust.admit_unchecked(office, [Path(made.path)])
    data, path = Path(made.path).read_bytes(), tmp_path / "x.edusub"
    head, mac, body = data.partition(b"\n---")
    first, *stanzas = head.split(b"\n-> ")
    assert len(stanzas) > 1
    for gone in range(len(stanzas)):
        rest = [each for at, each in enumerate(stanzas) if at != gone]
        path.write_bytes(b"\n-> ".join([first, *rest]) + mac + body)
        ((result, code),) = outcome(office, path)
        assert (result, code in {"damaged", "not-for-us"}) == ("refused", True), (gone, code)
    assert outcome(office, made.path) == [("accepted", "")]


@pytest.mark.slow
def test_a_stolen_name_is_held_and_a_vouching_that_does_not_fit_is_refused(both, tmp_path):
    office, book = both
    first = export(book, tmp_path / "U盘")
    trust.admit_unchecked(office, [Path(first.path)])
    own = writer.writer_of(book.workbook)
    manifest = inspect(Path(first.path).read_bytes(), office.identities).manifest
    forged_voucher = Voucher(own.key.public, STRANGER.sign("key@eduapp", b"x"))
    forged = {
        "held": replace(manifest, seq=9),
        "refused": replace(manifest, seq=9, replaces=forged_voucher),
    }
    for wanted, said in forged.items():
        made = build(said, pack(book.draft, personal=True), STRANGER)
        path = tmp_path / f"{wanted}.edusub"
        path.write_bytes(sealing.seal(made.data, said.recipients))
        assert outcome(office, path)[0][0] == wanted
    assert office.members == []


# --- replays, rollbacks, forks ---


@pytest.mark.slow
def test_replays_change_nothing_and_an_older_file_does_not_come_to_stand(both, tmp_path):
    office, book = both
    first = export(book, tmp_path / "U盘")
    change(book, 84)
    second = export(book, tmp_path / "U盘")
    trust.admit_unchecked(office, [Path(first.path)])
    assert outcome(office, second.path, first.path) == [("accepted", ""), ("older", "superseded")]
    stood = office.fingerprint
    for _ in range(3):
        again = outcome(office, first.path, second.path)
        assert {each for each, _ in again} == {"unchanged"}
    assert office.fingerprint == stood
    assert office.view()[CODE].counts.id == second.id


def test_one_number_said_twice_is_a_conflict_and_neither_is_lost(signed_only, tmp_path):
    """A copied key: the same writer, the same number, other content."""
    office, book = signed_only
    first = export(book, tmp_path / "U盘")
    about = inspect(Path(first.path).read_bytes())
    change(book, 99)
    twin = build(about.manifest, pack(book.draft), writer.writer_of(book.workbook).key)
    (tmp_path / "twin.edusub").write_bytes(twin.data)
    trust.admit_unchecked(office, [Path(first.path)])
    found = outcome(office, first.path, tmp_path / "twin.edusub")
    assert found == [("conflict", "conflict")] * 2
    assert {each.id for each in office.view()[CODE].heads} == {first.id, twin.id}


@pytest.mark.slow
def test_after_a_revocation_the_thief_is_refused_and_the_good_file_stays(signed_only, tmp_path):
    office, book = signed_only
    good = export(book, tmp_path / "U盘")
    trust.admit_unchecked(office, [Path(good.path)])
    change(book, 300)
    stolen = export(book, tmp_path / "U盘2")
    assert outcome(office, good.path, stolen.path) == [("older", "superseded"), ("accepted", "")]
    key = office.received[good.id].public_key
    trust.revoke(office, CODE, key, good.id, "电脑被盗")
    assert office.view()[CODE].counts.id == good.id
    change(book, 301)
    later = export(book, tmp_path / "U盘3")
    assert outcome(office, later.path) == [("refused", "key-revoked")]
    assert outcome(office, good.path) == [("unchanged", "")]


# --- round files at the school ---


def test_a_round_file_of_another_root_is_refused_whatever_it_claims(both):
    office, book = both
    certificate = county_keys.certificate_of(office.workbook)
    forged = certify(STRANGER, certificate.county, certificate.name, 99, STRANGER.public, ())
    assert code_of(rounds.accept, book, build_round(round_of(forged, 99), STRANGER)) == "county-root-differs"
    elsewhere = certify(STRANGER, "430901", "另一县", 1, STRANGER.public, ())
    assert code_of(rounds.accept, book, build_round(round_of(elsewhere), STRANGER)) == "county-differs"


@pytest.mark.slow
def test_a_signing_key_cannot_give_itself_other_recipients(both):
    """The certificate is the root's: whoever steals the county's computer cannot redirect submissions."""
    office, book = both
    certificate = county_keys.certificate_of(office.workbook)
    thief = new_identity().recipient
    data = build_round(round_of(certificate, 2), county_keys.signing_key(office.workbook))
    about = package.open_package(data, package.ROUND, dict).about
    about["certificate"] = {**about["certificate"], "recipients": [thief, thief]}
    changed = package.build_package(package.ROUND, about, (), county_keys.signing_key(office.workbook))
    assert code_of(rounds.accept, book, changed) == "certificate-invalid"


def test_an_old_round_file_and_a_second_one_of_the_same_number_are_refused(both):
    office, book = both
    newer = issue(office, 3, due="2026-12-31")
    assert rounds.accept(book, newer).version == 3
    assert rounds.accept(book, newer).version == 3
    assert code_of(rounds.accept, book, issue(office, 2)) == "round-older"
    assert code_of(rounds.accept, book, issue(office, 3, due="2026-12-01")) == "round-forked"
    assert rounds.in_force(book).due == "2026-12-31"


@pytest.mark.slow
def test_a_round_file_may_not_slip_in_a_second_computer_unseen_by_the_root(both, tmp_path):
    """The register is the signing key's word: a computer it adds can read, and its key stands in the file."""
    office, book = both
    fellow = new_identity()
    said = issue(office, 2, keys=(registered(STRANGER.public.line, archive=fellow.recipient),))
    rounds.accept(book, said)
    change(book, 84)
    data = Path(export(book, tmp_path / "U盘").path).read_bytes()
    manifest = inspect(data, [fellow]).manifest
    assert fellow.recipient in manifest.recipients  # named under the school's signature, for all to see
    said = issue(office, 3, keys=(registered(STRANGER.public.line, archive=fellow.recipient, revoked=""),))
    rounds.accept(book, said)
    change(book, 85)
    data = Path(export(book, tmp_path / "U盘").path).read_bytes()
    assert code_of(inspect, data, [fellow]) == "not-for-us"


@pytest.mark.slow
def test_nothing_is_written_to_a_stick_of_another_county(both, tmp_path):
    office, book = both
    stick = tmp_path / "U盘"
    stick.mkdir()
    elsewhere = certify(STRANGER, "430901", "另一县", 1, STRANGER.public, ())
    (stick / "430901.eduround").write_bytes(build_round(round_of(elsewhere), STRANGER))
    assert code_of(export, book, stick) == "stick-of-other-county"
    assert [each.name for each in stick.iterdir()] == ["430901.eduround"]
    (stick / "own.eduround").write_bytes(issue(office, 2))  # a stick that goes round two counties
    assert export(book, stick).seq == 1


@pytest.mark.slow
def test_what_a_county_signs_is_plain_ascii_json_without_any_secret(both):
    office, _ = both
    certificate = county_keys.certificate_of(office.workbook)
    text = json.dumps(certificate.to_json())
    assert "AGE-SECRET-KEY" not in text
    keys = county_keys._path(office.workbook).read_bytes()
    assert b"AGE-SECRET-KEY" not in keys
    assert b"AGE-SECRET-KEY" not in office.workbook.path.read_bytes()
