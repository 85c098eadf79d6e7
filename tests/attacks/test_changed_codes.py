"""换码 and 更名: keys, corrections and receipts stay with the school, whoever has its code afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange.receipt_file import read_receipt
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.voucher import vouch
from eduapp.services import entry, jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import closing, correcting, relisting
from eduapp.services.county.naming import called
from eduapp.services.county.relisting import Grounds
from eduapp.services.county.reports import county_report, sources_of
from eduapp.services.county.revision_differences import REPLACED, differences
from eduapp.services.hand_off import (
    applicants,
    chains,
    handed_in,
    intake,
    issuing,
    receipts,
    rounds,
    trust,
)
from eduapp.services.keys import county_keys, writer
from eduapp.services.merge.listing import Expected
from tests.services.intakes import forged
from tests.services.schools import CODE, COUNTY, change, county, export, form_of, make

A, B, NEW = CODE, "2143000002", "2143009999"
LISTED = [Expected(A, "明德小学", "211"), Expected(B, "乙校", "211")]
CELL = ("section_total", "primary", "pupils")


@pytest.fixture
def office(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        book.set_expected(LISTED)
        yield book


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "U盘").mkdir()
    return tmp_path / "U盘"


@pytest.fixture
def school(tmp_path):
    with make(tmp_path, A, "明德小学") as book:
        change(book, 200)
        yield book


@pytest.fixture
def other(tmp_path):
    with make(tmp_path, B, "乙校") as book:
        change(book, 300)
        yield book


def refused(code, call, *arguments, **more):
    with pytest.raises(Problem) as raised:
        call(*arguments, **more)
    assert raised.value.code == code
    assert raised.value.text
    return raised.value


def key_of(school):
    return writer.writer_of(school.workbook).key


def taken(office, *paths):
    report = jobs.run(intake.merge(office, [Path(each) for each in paths]))
    return [(each.outcome, each.code, each.school) for each in report.files]


def admitted(office, *files):
    for each in files:
        trust.admit(office, Path(each), form_of(Path(each)))


def pupils(office, revision=None):
    report = jobs.run(county_report(office, revision=revision))
    return {each.facts.code: section.pupils for each in report.schools for section in each.sections}


def again(office):
    """The workbook as it is opened next time: everything that binds is checked."""
    path = office.path
    office.close()
    return county_books.open_county(path)


def signed_as(school, code, key=None, seq=50):
    """A file that names a code, by the key of a school's workbook: after all that it made before."""
    own = school.data.facts.code
    entry.set_cell(school, "school", "-", "code", code)
    own_id = writer.writer_of(school.workbook).id
    made = forged(school, key=key or key_of(school), school=code, writer=own_id, seq=seq, prev="f" * 64)
    entry.set_cell(school, "school", "-", "code", own)
    return made.data


@pytest.mark.slow
def test_a_key_stays_its_schools_through_a_change_of_code(office, school, stick):
    first = export(school, stick)
    admitted(office, first.path)
    assert taken(office, first.path) == [("accepted", "", A)]
    relisting.recode(office, A, NEW, Grounds("撤乡并镇", "2026-08-31", "某教发〔2026〕9号"))
    assert list(office.view()) == [NEW]
    assert [each.school for each in office.keys] == [NEW]
    change(school, 201)
    late = export(school, stick)  # the school does not know yet
    assert taken(office, late.path) == [("accepted", "", NEW)]
    entry.set_cell(school, "school", "-", "code", NEW)
    named = stick / "n.edusub"
    change(school, 202)
    named.write_bytes(signed_as(school, NEW))
    assert taken(office, named) == [("accepted", "", NEW)]
    with again(office) as reopened:
        assert list(reopened.view()) == [NEW]
        assert {each.member.school for each in reopened.received.values()} == {NEW}
        said = reopened.decisions[-1].details
        assert (said["act"], said["on"], said["document"]) == ("换码", "2026-08-31", "某教发〔2026〕9号")


@pytest.mark.slow
def test_the_school_that_takes_the_old_code_inherits_no_key(office, school, other, stick, tmp_path):
    first = export(school, stick)
    admitted(office, first.path)
    taken(office, first.path)
    relisting.recode(office, A, NEW)
    relisting.found(office, Expected(A, "丙校", "211"))
    assert office.listing.by_code[A].id != office.listing.by_code[NEW].id
    change(school, 210)
    late = export(school, stick)  # still under the old code
    assert taken(office, late.path) == [("accepted", "", NEW)]
    assert pupils(office) == {NEW: 210}
    with make(tmp_path / "U盘", A, "丙校") as third:
        change(third, 50)
        made, third_key = export(third, stick), key_of(third).public.line
        assert taken(office, made.path) == [("held", "key-not-admitted", A)]
        refused("code-had-others", trust.admit, office, Path(made.path), form_of(Path(made.path)))
        ((_, problem),) = trust.admit_unchecked(office, [Path(made.path)])[1]
        assert problem.code == "code-had-others"
        assert "明德小学" in problem.text
        trust.admit(office, Path(made.path), form_of(Path(made.path)), "看过公章,是丙校")
    intake.retry_held(office)
    assert pupils(office) == {A: 50, NEW: 210}
    assert {(each.school, each.public_key) for each in office.keys} == {
        (A, third_key),
        (NEW, key_of(school).public.line),
    }
    with again(office) as reopened:
        assert pupils(reopened) == {A: 50, NEW: 210}


@pytest.mark.slow
def test_two_schools_that_swap_codes_never_speak_for_each_other(office, school, other, stick):
    made = [export(each, stick) for each in (school, other)]
    admitted(office, *(each.path for each in made))
    taken(office, stick)
    before = office.fingerprint
    refused("code-taken", relisting.recode, office, A, B)
    relisting.recode(office, A, B, swap=True)
    assert office.fingerprint != before
    assert pupils(office) == {A: 300, B: 200}
    for number, (book, code) in enumerate(((school, A), (school, B), (other, B), (other, A))):
        change(book, 400 + number)
        path = stick / f"s{number}.edusub"
        path.write_bytes(signed_as(book, code, seq=50 + 5 * number))
        home = B if book is school else A
        assert taken(office, path) == [("accepted", "", home)]
        assert {each.key for each in office.view()[home].heads} == {key_of(book).public.line}
    with again(office) as reopened:
        assert {code: len({head.key for head in each.heads}) for code, each in reopened.view().items()} == {
            A: 1,
            B: 1,
        }


@pytest.mark.slow
def test_a_code_changed_without_the_county_stays_unusable_until_its_act(office, school, other, stick):
    first = export(school, stick)
    admitted(office, first.path)
    taken(office, first.path)
    for code, why in ((NEW, "school-not-listed"), (B, "key-not-admitted")):
        path = stick / f"{code}.edusub"
        path.write_bytes(signed_as(school, code))
        assert taken(office, path) == [("held", why, code)]
    relisting.recode(office, A, NEW)
    assert [(each.outcome, each.school) for each in intake.retry_held(office)] == [("accepted", NEW)]
    assert {each.member.school: each.why for each in office.held} == {B: "key-not-admitted"}


@pytest.mark.slow
def test_a_stranger_finds_no_way_in_by_an_old_code_an_id_or_a_voucher(office, school, stick):
    first = export(school, stick)
    admitted(office, first.path)
    taken(office, first.path)
    relisting.recode(office, A, NEW)
    relisting.found(office, Expected(A, "丙校", "211"))
    stranger = WriterKey.generate()
    ids = office.listing.by_code[NEW].id
    for number, code in enumerate((A, NEW, ids)):
        path = stick / f"x{number}.edusub"
        path.write_bytes(signed_as(school, code, stranger))
        ((outcome, why, _),) = taken(office, path)
        assert (outcome, why) == ("held", "school-not-listed" if code == ids else "key-not-admitted")
    # what the old key vouches for under the old code is its own school's, not the new one's
    heir = WriterKey.generate()
    voucher = vouch(key_of(school), COUNTY, A, "1f0e0d0c-0b0a-4908", heir.public)
    path = stick / "heir.edusub"
    made = forged(school, key=heir, school=A, writer="1f0e0d0c-0b0a-4908", replaces=voucher)
    path.write_bytes(made.data)
    assert [each[2] for each in taken(office, path)] == [NEW]
    assert {each.school for each in office.keys} == {NEW}


@pytest.mark.slow
def test_corrections_revocations_receipts_and_closed_rounds_follow(office, school, stick, tmp_path):
    county_keys.establish(office.workbook, None)
    first = export(school, stick)
    admitted(office, first.path)
    taken(office, first.path)
    correcting.correct(office, A, CELL, "250", "实地核查")
    (tmp_path / "回执").mkdir()
    (one,) = jobs.run(receipts.issue(office, tmp_path / "回执")).rows
    closing.close_round(office, "第一轮")
    fingerprint = office.moment.fingerprint
    closed = closing.revisions(office)[0].fingerprint
    relisting.recode(office, A, NEW)
    relisting.rename(office, NEW, "明德学校")
    relisting.found(office, Expected(A, "丙校", "211"))
    assert office.moment.fingerprint != fingerprint
    assert (pupils(office), pupils(office, 1)) == ({NEW: 250}, {A: 250})
    assert [(each.school, each.name) for each in sources_of(office)] == [(NEW, "明德学校")]
    assert [(each.school, each.name) for each in sources_of(office, 1)] == [(A, "明德小学")]
    assert closing.moment_of(office, 1).fingerprint == closed
    rows = {each.school: each for each in jobs.run(receipts.issue(office, tmp_path / "回执")).rows}
    assert (one.number, rows[NEW].number, rows[NEW].again) == (1, 2, False)
    assert read_receipt(Path(rows[NEW].path).read_bytes()).said.name == "明德学校"
    assert A not in rows
    trust.revoke_after(office, NEW, first.id, "电脑丢失")
    assert set(chains.decisions_by_school(office)) == {
        NEW
    }  # what is decided of one stands on no other's receipt
    change(school, 299)
    late = export(school, stick)
    assert taken(office, late.path) == [("refused", "key-revoked", NEW)]
    relisting.recode(office, NEW, "2143008888")
    assert taken(office, late.path) == [("refused", "key-revoked", "2143008888")]
    with again(office) as reopened:
        assert pupils(reopened) == {"2143008888": 250}
        assert closing.moment_of(reopened, 1).fingerprint == closed


@pytest.mark.slow
@pytest.mark.parametrize("told", ["by a round file", "by receipts before"])
def test_a_receipt_of_whoever_has_the_code_now_is_no_receipt_of_ours(
    office, school, other, stick, tmp_path, told
):
    """Two schools changed codes; the workbooks still say the old ones, and the stick has both receipts."""
    county_keys.establish(office.workbook, None)
    made = [export(each, stick) for each in (school, other)]
    admitted(office, *(each.path for each in made))
    taken(office, stick)
    folder = tmp_path / "回执"
    folder.mkdir()
    data = issuing.issue_round(office).data
    for book in (school, other):
        rounds.trust_county(book, data, issuing.county_digits(office))
        rounds.accept(book, data)
    jobs.run(receipts.issue(office, folder))
    if told == "by receipts before":
        for book, code in ((school, A), (other, B)):
            (path,) = folder.glob(f"{code}_*")
            assert handed_in.read(book, path.read_bytes()).new
    relisting.recode(office, A, B, swap=True)
    correcting.correct(office, A, CELL, "301", "实地核查")  # of the other school, which has A now
    last = tmp_path / "回执二"
    last.mkdir()
    jobs.run(receipts.issue(office, last))
    if told == "by a round file":
        rounds.accept(school, issuing.issue_round(office).data)
        (path,) = last.glob(f"{B}_*")
        assert handed_in.read(school, path.read_bytes()).new
        for path in folder.glob(f"{A}_*"):
            handed_in.read(school, path.read_bytes())  # its own, from before
    (path,) = last.glob(f"{A}_*")
    refused("receipt-other-school", handed_in.read, school, path.read_bytes())
    assert handed_in.known(school).corrections == ()


def test_an_old_list_makes_no_second_school(office):
    relisting.recode(office, A, NEW)
    relisting.rename(office, NEW, "明德学校")
    for name in ("明德小学", "明德学校", ""):
        problem = refused("code-former", office.set_expected, [Expected(A, name, "211")])
        assert NEW in problem.text
    office.set_expected([Expected(A, "丙校", "211")])
    assert sorted(office.expected) == sorted([A, B, NEW])
    relisting.recode(office, A, "2143007777")
    office.set_expected([Expected(A, "丁校", "211")])  # a third one of that first code
    assert len({each.id for each in office.listing.schools.values()}) == 4


@pytest.mark.parametrize(
    "rows",
    [
        [(A, "乙校"), (B, "明德小学")],  # two that swapped
        [(NEW, "明德小学"), (A, "丙校"), (B, "乙校")],  # one that moved, and who came after it
        [(NEW, "丁校"), (B, "明德小学"), (A, "戊校")],
    ],
)
def test_a_list_that_moves_names_between_codes_gives_no_school_anothers_key(office, school, stick, rows):
    admitted(office, export(school, stick).path)
    before = office.listing
    problem = refused("names-moved", office.set_expected, [Expected(*row, "211") for row in rows])
    assert "换码" in problem.text
    assert office.listing == before
    office.set_expected(
        [Expected(B, "乙校(改)", "211"), Expected(NEW, "明德小学", "211")]
    )  # a namesake is none
    assert [each.school for each in office.keys] == [A]


@pytest.mark.slow
def test_a_school_that_changed_its_code_is_the_same_in_the_differences_of_rounds(office, school, stick):
    first = export(school, stick)
    admitted(office, first.path)
    taken(office, first.path)
    closing.close_round(office, "第一轮")
    relisting.recode(office, A, NEW)
    assert jobs.run(differences(office, 1)).schools == ()
    change(school, 222)
    taken(office, export(school, stick).path)
    assert [(each.school, each.what) for each in jobs.run(differences(office, 1)).schools] == [
        (NEW, REPLACED)
    ]


def test_two_computers_that_follow_the_same_decisions_have_the_same_ids(office, tmp_path):
    with county(tmp_path / "县2.edubook") as second:
        for book in (office, second):
            book.set_expected(LISTED)
            relisting.recode(book, A, NEW, Grounds(on="2026-09-01"))
            relisting.found(book, Expected(A, "丙校", "211"), Grounds(on="2026-09-01"))
        assert office.listing == second.listing
        assert office.fingerprint == second.fingerprint


def test_keys_of_a_code_nobody_had_need_a_reason_to_become_a_schools(office, school, stick):
    path = stick / "n.edusub"
    path.write_bytes(signed_as(school, NEW, WriterKey.generate()))
    trust.admit_unchecked(office, [path])
    refused("code-has-keys", relisting.recode, office, A, NEW)
    relisting.recode(office, A, NEW, Grounds("电话核实过,是本校的新电脑"))
    assert [each.school for each in office.keys] == [NEW]
    relisting.recode(office, NEW, "2143007777")
    relisting.found(office, Expected(NEW, "丙校", "211"))
    assert [each.school for each in office.keys] == ["2143007777"]  # and nobody inherits it


def test_the_lists_name_stands_where_a_stranger_names_a_code(office, school, stick):
    relisting.recode(office, A, NEW)
    relisting.rename(office, NEW, "明德学校")
    made = export(school, stick)
    found = applicants.read_applicant(office, Path(made.path))
    assert (found.school, found.code, found.called) == (A, NEW, "明德学校")
    assert called(office, found.code, found.name) == "明德学校(自称「明德小学」)"
    taken(office, made.path)
    (held,) = office.held
    assert held.member.school == NEW
    trust.admit(office, Path(made.path), form_of(Path(made.path)))  # its form says the old code
    assert [(each.school, each.name) for each in office.keys] == [(NEW, "明德学校")]
