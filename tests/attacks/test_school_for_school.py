"""One school in another's name: with its own honest form, with its own key, with what a copy does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from db.problems import Problem
from db.tables import ADMITTED
from eduapp.exchange.key_request import Request, build_request
from eduapp.exchange.sealing import new_identity
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import inspect
from eduapp.exchange.voucher import OLD_FORM, Voucher, vouch
from eduapp.services import entry, jobs, workbooks
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import applicants, intake, issuing, rounds, school_keys, trust
from eduapp.services.keys import county_keys, writer
from tests.services.intakes import forged
from tests.services.schools import CODE, COUNTY, change, county, export, form_of, make

A, B = CODE, "2143000002"
LISTED = [Expected(A, "明德小学", "211"), Expected(B, "乙校", "211")]


@pytest.fixture
def office(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        book.set_expected(LISTED)
        yield book


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "U盘").mkdir()
    return tmp_path / "U盘"


def refused(code, call, *arguments, **more):
    with pytest.raises(Problem) as raised:
        call(*arguments, **more)
    assert raised.value.code == code
    assert raised.value.text
    return raised.value


def asking(key, school=A, name="乙校", *, replaces=None, writer_id="0f0e0d0c-0b0a-4908"):
    """A request as any program can make it: it names another's code over a key of its own."""
    archive = new_identity().recipient
    said = Request(COUNTY, school, name, "211", 2026, practice=False, writer=writer_id, archive=archive)
    return build_request(Request(**vars(said) | {"replaces": replaces}), key)


def read_round(school, office):
    """The school types the county's digits and reads the round file as it stands."""
    data = issuing.issue_round(office).data
    rounds.trust_county(school, data, issuing.county_digits(office))
    return rounds.accept(school, data)


def taken(book, *paths):
    report = jobs.run(intake.merge(book, [Path(each) for each in paths]))
    return [(each.outcome, each.code) for each in report.files]


# --- the form of B admits no key for A ---


@pytest.mark.parametrize("scanned", [False, True])
def test_the_honest_form_of_b_does_not_admit_its_key_for_a(office, tmp_path, stick, scanned):
    with make(tmp_path, B, "乙校") as school:
        key = writer.writer_of(school.workbook).key
        form = school_keys.scan_text(school) if scanned else school_keys.own_key(school).digits
    (stick / "x.edukey").write_bytes(asking(key))
    found = trust.read_requests(office, [stick]).asking
    assert [each.school for each in found] == [A]
    refused("digits-fit-none", applicants.match, office, found, form)
    code = "form-other-school" if scanned else "digits-differ"
    problem = refused(code, trust.admit, office, stick / "x.edukey", form)
    assert "明德小学" in problem.text  # the list's name for the code, not what the file calls itself
    assert "乙校" not in problem.text
    assert office.keys == []


def test_digits_of_an_old_form_admit_nothing_and_ask_for_a_new_one(office, tmp_path, stick):
    with make(tmp_path) as school:
        path = school_keys.write_request(school, stick)
        old = writer.writer_of(school.workbook).key.public.digits
    for typed in (old, f"EDUAPP1 K {A} {old.replace(' ', '')}"):
        assert "请重新打印" in refused("form-outdated", trust.admit, office, path, typed).text
    found = trust.read_requests(office, [stick]).asking
    refused("form-outdated", applicants.match, office, found, old)
    assert office.keys == []


def test_a_form_of_another_county_is_none_of_ours(office, tmp_path, stick):
    with make(tmp_path, county="430901") as school:
        school_keys.write_request(school, stick)
        form = school_keys.own_key(school).digits
    with make(tmp_path / "U盘") as school:
        path = school_keys.write_request(school, stick)
    refused("digits-differ", trust.admit, office, path, form)


def test_without_the_countys_code_there_is_no_form(tmp_path, stick):
    with make(tmp_path, county="") as school:
        own = school_keys.own_key(school)
        assert (own.digits, own.missing) == ("", ("区县代码",))
        assert "区县代码" in refused("form-incomplete", school_keys.form, school).text
        refused("county-code-unreadable", school_keys.set_county, school, "某县")
        school_keys.set_county(school, COUNTY)
        assert school_keys.own_key(school).digits
        assert school_keys.form(school).startswith(b"%PDF")


# --- where A has a key by paper already ---


def test_a_second_key_for_a_school_with_paper_needs_a_reason(office, tmp_path, stick):
    with make(tmp_path) as school:
        trust.admit(office, school_keys.write_request(school, stick), school_keys.scan_text(school))
    other = WriterKey.generate()
    (stick / "x.edukey").write_bytes(asking(other, name="明德小学"))
    found = applicants.read_applicant(office, stick / "x.edukey")
    digits = applicants.form_digits(COUNTY, A, other.public)
    for typed in (digits, None):
        refused("key-replaces", trust.admit_applicants, office, [found], typed)
        refused("key-replaces", trust.admit_applicants, office, [found], typed, "  ")
    assert len(office.keys) == 1
    trust.admit_applicants(office, [found], digits, "换了电脑,已打电话核实")
    assert [each.how for each in office.keys] == ["paper", "paper"]
    assert [each.reason for each in office.keys] == ["", "换了电脑,已打电话核实"]


# --- old admissions ---


def make_old(book):
    """What a county of the release before had admitted."""
    with book.workbook.transaction() as connection:
        connection.execute(ADMITTED.update().values(form=OLD_FORM))
    book.reload()


def old_voucher(before, new):
    return Voucher(before.public, before.sign("key@eduapp", new.public.line.encode()), OLD_FORM)


@pytest.mark.parametrize("how", ["paper", "unchecked"])
def test_a_key_is_worth_what_the_key_before_is_worth(office, stick, how):
    before, new = WriterKey.generate(), WriterKey.generate()
    (stick / "1.edukey").write_bytes(asking(before))
    typed = applicants.form_digits(COUNTY, A, before.public)
    if how == "paper":
        trust.admit(office, stick / "1.edukey", typed)
    else:
        trust.admit_unchecked(office, [stick / "1.edukey"])
    make_old(office)
    voucher = vouch(before, COUNTY, A, "1f0e0d0c-0b0a-4908", new.public)
    (stick / "2.edukey").write_bytes(asking(new, replaces=voucher, writer_id="1f0e0d0c-0b0a-4908"))
    assert len(trust.read_requests(office, [stick]).rotated) == 1
    office.reload()
    assert [each.form for each in office.keys] == [OLD_FORM, OLD_FORM]
    assert (office.old_form_keys, office.unchecked_keys) == ((2, 0) if how == "paper" else (0, 2))


@pytest.mark.slow
def test_an_old_admission_stays_is_counted_and_asked_for_a_new_form(tmp_path, stick):
    with county(tmp_path / "县.edubook") as office, make(tmp_path) as school:
        county_keys.establish(office.workbook, None)
        path = school_keys.write_request(school, stick)
        trust.admit(office, path, school_keys.scan_text(school))
        make_old(office)
        read_round(school, office)
        assert school_keys.own_key(school).standing is school_keys.KeyStanding.OLD_FORM
        made = export(school, stick)
        assert taken(office, made.path) == [("accepted", "")]
        assert office.old_form_keys == 1
        trust.admit(office, path, school_keys.own_key(school).digits)  # the new form of the same key
        assert office.old_form_keys == 0
        read_round(school, office)
        assert school_keys.own_key(school).standing is school_keys.KeyStanding.PAPER


def test_a_new_voucher_of_the_old_form_admits_nothing(office, tmp_path, stick):
    before, new = WriterKey.generate(), WriterKey.generate()
    (stick / "1.edukey").write_bytes(asking(before))
    trust.admit_unchecked(office, [stick / "1.edukey"])
    with make(tmp_path) as school:
        made = forged(school, key=new, replaces=old_voucher(before, new))
    (stick / "2.edusub").write_bytes(made.data)
    report = jobs.run(intake.merge(office, [stick / "2.edusub"]))
    assert [(each.outcome, each.code) for each in report.files] == [("held", "voucher-outdated")]
    assert "请学校用新版本重新生成,或凭登记表登记" in report.files[0].text
    (stick / "2.edukey").write_bytes(asking(new, replaces=old_voucher(before, new)))
    assert trust.read_requests(office, [stick]).rotated == ()
    assert len(office.keys) == 1


@pytest.mark.parametrize("changed", ["county", "school", "writer", "key"])
def test_a_voucher_speaks_of_one_county_school_writer_and_key(office, tmp_path, stick, changed):
    before, new = WriterKey.generate(), WriterKey.generate()
    place = {"county": COUNTY, "school": A, "writer": "1f0e0d0c-0b0a-4908", "key": new.public}
    for school in (A, B):
        (stick / f"{school}.edukey").write_bytes(asking(before, school))
        trust.admit_unchecked(office, [stick / f"{school}.edukey"])
    said = (
        place
        | {
            "county": {"county": "430901"},
            "school": {"school": B},
            "writer": {"writer": "2f0e0d0c-0b0a-4908"},
            "key": {"key": WriterKey.generate().public},
        }[changed]
    )
    voucher = vouch(before, said["county"], said["school"], said["writer"], said["key"])
    with make(tmp_path) as school:
        made = forged(school, key=new, writer=place["writer"], replaces=voucher)
    (stick / "x.edusub").write_bytes(made.data)
    assert taken(office, stick / "x.edusub") == [("refused", "signature-invalid")]


# --- a code that is changed after the key has spoken ---


@pytest.mark.slow
@pytest.mark.parametrize("state", ["draft", "final"])
@pytest.mark.parametrize("first", ["export", "request", "form"])
def test_a_key_made_for_b_does_not_speak_for_a(tmp_path, stick, state, first):
    with make(tmp_path, B, "乙校") as school:
        change(school, 83)
        own = writer.writer_of(school.workbook)
        if first == "export":
            export(school, stick)
        elif first == "request":
            school_keys.write_request(school, stick)
        else:
            school_keys.form(school)
        before = sorted(each.name for each in stick.iterdir())
        entry.set_cell(school, "school", "-", "code", A)
        for act in (
            lambda: export(school, stick, state) if state == "draft" else school_keys.request_of(school),
            lambda: school_keys.write_request(school, stick),
            lambda: school_keys.form(school),
            lambda: school_keys.scan_text(school),
        ):
            problem = refused("key-other-school", act)
            assert B in problem.text
        assert sorted(each.name for each in stick.iterdir()) == before
        shown = school_keys.own_key(school)
        assert (shown.standing, shown.digits, shown.made_for) == ("other_school", "", B)
        entry.set_cell(school, "school", "-", "code", B)  # a slip that was mended
        assert export(school, stick).state == "draft"
        assert writer.writer_of(school.workbook).key.public == own.key.public


def test_a_new_key_for_the_new_code_is_nobodys_heir(tmp_path, stick):
    with make(tmp_path, B, "乙校") as school:
        own = writer.writer_of(school.workbook)
        school_keys.write_request(school, stick)
        entry.set_cell(school, "school", "-", "code", A)
        school_keys.renew(school)
        made = inspect(Path(export(school, stick).path).read_bytes())
        assert made.key != own.key.public
        assert made.manifest.replaces is None
        assert made.manifest.school == A


@pytest.mark.slow
def test_the_county_can_let_a_key_follow_a_changed_code(tmp_path, stick):
    """换码: the register of the round file names the key for the new code."""
    with county(tmp_path / "县.edubook") as office, make(tmp_path, B, "乙校") as school:
        county_keys.establish(office.workbook, None)
        read_round(school, office)
        school_keys.write_request(school, stick)
        entry.set_cell(school, "school", "-", "code", A)
        refused("key-other-school", export, school, stick)
        (stick / "a.edukey").write_bytes(asking(writer.writer_of(school.workbook).key))
        trust.admit_unchecked(office, [stick / "a.edukey"])
        read_round(school, office)
        assert export(school, stick).state == "draft"


# --- copies ---


@pytest.mark.slow
def test_two_copies_of_a_workbook_never_take_over_each_others_key(office, tmp_path, stick):
    with make(tmp_path) as school:
        change(school, 81)
        path = school.path
    copy = shutil.copy(path, tmp_path / "副本.edubook")
    keys = []
    for place, pupils in ((path, 82), (copy, 83), (path, 84), (copy, 85)):
        with workbooks.open_school(Path(place)) as school:
            change(school, pupils)
            keys.append(inspect(Path(export(school, stick).path).read_bytes()))
    assert len({each.key for each in keys}) == 2
    assert [each.key for each in keys[:2]] == [each.key for each in keys[2:]]
    assert [each.manifest.replaces is not None for each in keys] == [False, True, False, True]
    assert {each.manifest.replaces.key for each in (keys[1], keys[3])} == {keys[0].key}
    first = min(stick.glob("*_0001_*"), key=lambda each: inspect(each.read_bytes()).key != keys[0].key)
    trust.admit(office, first, form_of(first))
    taken(office, stick)
    assert sorted(each.how for each in office.keys) == ["paper", "rotated"]
