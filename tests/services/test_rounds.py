"""What a school believes of its county: digits once, then files; never an older one, never another's."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange.authority import certify
from eduapp.exchange.round_file import build_round, read_round
from eduapp.exchange.signing import WriterKey, grouped
from eduapp.exchange.voucher import form_digits
from eduapp.services import backups, workbooks
from eduapp.services.hand_off import rounds, school_keys
from eduapp.services.keys import writer
from tests.services.round_files import Issuer, believe, registered
from tests.services.schools import CODE, export, fill, make


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def believing(school, issuer):
    believe(school, issuer)
    return school


def refused(code, action):
    with pytest.raises(Problem) as caught:
        action()
    assert caught.value.code == code
    assert caught.value.text
    return caught.value


# --- trust ---


def test_the_digits_of_the_notice_make_the_county_believed(school, issuer):
    assert rounds.county_of(school) is None
    county = rounds.trust_county(school, issuer.issue(), issuer.digits)
    assert (county.code, county.name, county.root) == (issuer.code, issuer.name, issuer.root.public)
    assert rounds.county_of(school) == county


@pytest.mark.parametrize(
    "spell",
    [
        lambda digits: digits,
        lambda digits: digits.replace(" ", ""),
        lambda digits: digits.translate({ord("0") + n: 0xFF10 + n for n in range(10)} | {ord(" "): 0x3000}),
        lambda digits: "-".join(digits.split()),
        lambda digits: f"EDUAPP1 R 430900 {digits.replace(' ', '')}",
        lambda digits: f"eduapp1 r 430900 {digits.replace(' ', '')}\n",
    ],
)
def test_typed_in_full_width_or_scanned_it_is_the_same(school, issuer, tmp_path, spell):
    file = issuer.put(tmp_path / "U盘")
    assert school_keys.believe(school, [file], spell(issuer.digits)).root == issuer.root.public


def test_the_schools_own_form_is_no_notice(school, issuer, tmp_path):
    file = issuer.put(tmp_path / "U盘")
    for text in (school_keys.scan_text(school), "EDUAPP1 D 1 2026 X 1/1 AB"):
        refused("not-a-county-notice", lambda text=text: school_keys.believe(school, [file], text))


def test_one_wrong_digit_believes_nobody(school, issuer):
    wrong = str((int(issuer.digits[0]) + 1) % 10) + issuer.digits[1:]
    refused("county-digits-differ", lambda: rounds.trust_county(school, issuer.issue(), wrong))
    refused("digits-unreadable", lambda: rounds.trust_county(school, issuer.issue(), issuer.digits[:-1]))
    assert rounds.county_of(school) is None


def test_of_several_files_the_one_whose_digits_were_typed_is_believed(school, issuer, tmp_path):
    other = Issuer(name="假县")
    files = [other.put(tmp_path / "a"), issuer.put(tmp_path / "b")]
    assert school_keys.believe(school, files, issuer.digits).name == issuer.name
    refused("county-digits-differ", lambda: school_keys.believe(school, files[:1], Issuer().digits))
    refused("county-file-missing", lambda: school_keys.believe(school, [], issuer.digits))


def test_a_neighbour_county_is_refused_even_with_its_digits(school):
    other = Issuer(code="430901", name="邻县")
    refused("county-differs", lambda: rounds.trust_county(school, other.issue(), other.digits))


def test_a_school_without_a_county_code_takes_it_from_the_file(tmp_path, issuer):
    with make(tmp_path, county="") as book:
        believe(book, issuer)
        assert book.county == issuer.code
        rounds.accept(book, issuer.issue())


# --- accepting ---


def test_nothing_is_accepted_before_the_digits_were_typed(school, issuer):
    refused("county-not-trusted", lambda: rounds.accept(school, issuer.issue()))
    assert rounds.in_force(school) is None


def test_the_newest_is_in_force_and_the_same_again_changes_nothing(believing, issuer):
    for version in (1, 2, 5):
        rounds.accept(believing, issuer.issue(version))
        rounds.accept(believing, issuer.issue(version))
    assert rounds.in_force(believing).version == 5


def test_an_older_one_is_refused(believing, issuer):
    rounds.accept(believing, issuer.issue(3))
    problem = refused("round-older", lambda: rounds.accept(believing, issuer.issue(2)))
    assert problem.facts["version"] == 2
    assert rounds.in_force(believing).version == 3


def test_a_new_epoch_outranks_every_version_under_it(believing, issuer):
    rounds.accept(believing, issuer.issue(9))
    issuer.epoch = 2
    rounds.accept(believing, issuer.issue(1))
    assert rounds.in_force(believing).order == (2, 1)
    issuer.epoch = 1
    refused("round-older", lambda: rounds.accept(believing, issuer.issue(10)))


def test_two_contents_under_one_number_are_a_fork(believing, issuer):
    rounds.accept(believing, issuer.issue(2))
    refused("round-forked", lambda: rounds.accept(believing, issuer.issue(2, due="2026-10-01")))
    assert rounds.in_force(believing).due == ""


def test_other_county_other_root_other_year_practice(believing, issuer):
    refused("county-differs", lambda: rounds.accept(believing, Issuer(code="430901").issue()))
    refused("county-root-differs", lambda: rounds.accept(believing, Issuer().issue()))
    refused("round-other-year", lambda: rounds.accept(believing, issuer.issue(year=2025)))
    refused("round-practice", lambda: rounds.accept(believing, issuer.issue(practice=True)))
    assert rounds.in_force(believing) is None


def test_a_file_signed_by_a_key_the_root_did_not_certify_is_refused(believing, issuer):
    stranger = WriterKey.generate()
    said = read_round(issuer.issue()).said
    with pytest.raises(Problem):
        build_round(said, stranger)
    forged = certify(stranger, issuer.code, issuer.name, 1, stranger.public, ())
    with pytest.raises(Problem):
        build_round(replace(said, certificate=replace(forged, root=issuer.root.public)), stranger)


def test_a_flipped_byte_is_refused(believing, issuer):
    data = bytearray(issuer.issue())
    data[len(data) // 2] ^= 1
    with pytest.raises(Problem):
        rounds.accept(believing, bytes(data))
    assert rounds.in_force(believing) is None


def test_a_restored_workbook_still_refuses_an_older_round_file(tmp_path, issuer):
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) as book:
        believe(book, issuer)
        rounds.accept(book, issuer.issue(1))
        copy = book.workbook.backup("测试")
        rounds.accept(book, issuer.issue(4))
    shutil.copy(copy, path)  # by hand, past the program: the workbook's own id is the same
    with workbooks.open_school(path) as book:
        assert rounds.in_force(book).version == 1
        refused("round-older", lambda: rounds.accept(book, issuer.issue(3)))
        rounds.accept(book, issuer.issue(4))
        assert rounds.in_force(book).version == 4


# --- what follows from it ---


def test_the_register_says_how_the_own_key_stands(believing, issuer):
    own = writer.writer_of(believing.workbook)
    assert school_keys.own_key(believing).standing is school_keys.KeyStanding.UNREGISTERED
    for version, (how, revoked, standing) in enumerate(
        [
            ("unchecked", None, school_keys.KeyStanding.UNCHECKED),
            ("paper", None, school_keys.KeyStanding.PAPER),
            ("rotated", None, school_keys.KeyStanding.ROTATED),
            ("paper", "", school_keys.KeyStanding.REVOKED),
        ],
        1,
    ):
        rounds.accept(believing, issuer.issue(version, keys=[registered(believing, how, revoked)]))
        shown = school_keys.own_key(believing)
        assert (shown.standing, shown.digits) == (
            standing,
            grouped(form_digits("430900", CODE, own.key.public)),
        )


def test_a_restored_backup_is_a_new_key_that_the_old_one_vouches_for(tmp_path, issuer, stick):
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) as book:
        fill(book)
        export(book, stick)
        copy = book.workbook.backup("测试")
        before = writer.writer_of(book.workbook)
    backups.restore(path, copy)
    with workbooks.open_school(path) as book:
        own = school_keys.own_key(book)
        assert own.digits != grouped(form_digits("430900", CODE, before.key.public))
        assert own.follows
        assert writer.writer_of(book.workbook).replaces.key == before.key.public


@pytest.mark.slow
def test_a_county_that_encrypts_and_demands_a_passphrase(believing, issuer, stick):
    issuer.sealing = True
    rounds.accept(believing, issuer.issue(1, passphrase=True))
    refused("passphrase-demanded", lambda: export(believing, stick))
    writer.protect(believing.workbook, "三个橙子一辆车 2026")
    made = export(believing, stick)
    assert Path(made.path).read_bytes().startswith(b"age-encryption.org/v1\n")


def test_standards_of_the_county_are_compared_with_the_workbooks(believing, issuer):
    assert school_keys.demand(believing) is None
    rounds.accept(believing, issuer.issue(1, standards=["national-2017"]))
    assert not school_keys.demand(believing).others
    rounds.accept(believing, issuer.issue(2, standards=["national-2017", "hanzhong-2023"]))
    asked = school_keys.demand(believing)
    assert (asked.standards, asked.others) == (("national-2017", "hanzhong-2023"), False)
    workbooks.choose_standards(believing, ["national-2017"])
    assert school_keys.demand(believing).others
    rounds.accept(believing, issuer.issue(3, standards=["national-2031"]))
    assert school_keys.demand(believing).missing == ("national-2031",)


def test_the_round_file_decides_the_standards(believing, issuer):
    rounds.accept(believing, issuer.issue(1, standards=["national-2024", "hanzhong-2023"]))
    assert [each.id for each in believing.standards] == ["national-2024", "hanzhong-2023"]
    rounds.accept(believing, issuer.issue(2, standards=["national-2031"]))
    assert [each.id for each in believing.standards] == ["national-2024", "hanzhong-2023"]
    rounds.accept(believing, issuer.issue(3))
    assert [each.id for each in believing.standards] == ["national-2024", "hanzhong-2023"]
    believing.workbook.set_meta(approved="1")
    rounds.accept(believing, issuer.issue(4, standards=["national-2017"]))
    assert school_keys.demand(believing).others


# --- what lies on a stick ---


def test_the_newest_on_the_stick_is_taken_and_others_files_are_let_be(believing, issuer, stick):
    for version in (1, 3, 2):
        issuer.put(stick, version)
    Issuer(code="430901", name="邻县").put(stick, 9)
    issuer.put(stick / "去年", 7, year=2025)
    found = rounds.on_stick(believing, stick)
    assert len(found.rounds) == 5
    done = school_keys.pick_up(believing, found)
    assert done.accepted.version == 3
    assert (done.unbelieved, done.troubles) == ((), ())
    again = school_keys.pick_up(believing, found)
    assert again.accepted is None
    assert again.troubles == ()


def test_a_stick_of_a_county_not_believed_yet_is_said(school, issuer, stick):
    issuer.put(stick)
    done = school_keys.pick_up(school, rounds.on_stick(school, stick))
    assert (done.accepted, done.unbelieved) == (None, (issuer.name,))


def test_damage_and_another_root_are_said(believing, issuer, stick):
    (stick / "坏.eduround").write_bytes(b"PK\x03\x04")
    Issuer(name="另一套").put(stick, 8)
    issuer.put(stick, 2)
    done = school_keys.pick_up(believing, rounds.on_stick(believing, stick))
    assert done.accepted.version == 2
    assert "county-root-differs" in {each.code for each in done.troubles}
    assert len(done.troubles) == 2


def test_receipts_of_other_schools_are_not_ours(school, stick):
    for name in (f"{CODE}_回执_0001.edureceipt", "2143000009_回执_0001.edureceipt"):
        (stick / name).write_bytes(b"x")
    found = rounds.on_stick(school, stick)
    assert [each.name for each in found.receipts] == [f"{CODE}_回执_0001.edureceipt"]
    assert school_keys.pick_up(school, found).receipts == found.receipts
