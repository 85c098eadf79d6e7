"""What whoever can write the county's file tries."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import digests
from db.problems import Problem
from eduapp.exchange.submission import build, inspect
from eduapp.exchange.text_tables import Table, field_schema
from eduapp.services import jobs
from eduapp.services.county import closing as rounds_closed
from eduapp.services.county import kept, signed_log
from eduapp.services.county import reports as county_reports
from eduapp.services.county.books import open_county
from eduapp.services.hand_off import intake, receipts, trust
from eduapp.services.keys import county_keys, writer
from eduapp.services.merge import decision_log
from eduapp.services.merge.decisions import WITHDRAW, Decision
from eduapp.services.packing import pack
from tests.attacks.offices import opened, outcome
from tests.services.intakes import STRANGER, forged
from tests.services.schools import CODE, change, county, export, fill, make

NAMED = "INSERT INTO unkept SELECT 'f', public_key, school, name, '', NULL, '' FROM submission LIMIT 1"
PASSED_ON = (
    "INSERT INTO refused SELECT 'f', 'k', 1, public_key, NULL, school, '', '', '', '', '' FROM admitted_key"
)
"""A file that nobody can read again, and one that passes a school's place on to a key of the attacker's."""
NONSENSE = Table("nonsense", (field_schema("id", "string"),), (("x",),))


def tamper(path, *statements):
    """Write past the program, and put the sums of the rows right: who can write the file can count, too."""
    with closing(sqlite3.connect(path)) as raw, raw:
        for statement, values in statements:
            raw.execute(statement, values)
        digests.recount(raw)


@pytest.fixture(scope="module")
def closed_once(tmp_path_factory):
    """A county that signs, with two files and a decision, closed: its folder, and the two files."""
    folder = tmp_path_factory.mktemp("closed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(folder / "data"))
        with county(folder / "county.edubook") as office, make(folder) as school:
            county_keys.establish(office.workbook, None)
            fill(school)
            made = [export(school, folder / "U盘")]
            change(school, 84)
            made.append(export(school, folder / "U盘"))
            trust.admit_unchecked(office, [Path(made[0].path)])
            taken = outcome(office, *(each.path for each in made))
            assert [each for each, _ in taken] == ["older", "accepted"]
            intake.undo(office, [made[1].id], "学校来电")
            intake.restore(office, made[1].id)
    return folder, made


@pytest.fixture
def closed(closed_once, tmp_path, home):
    """A copy of that county, and what its computer knows of it, on this one; its path, the two files."""
    folder, made = closed_once
    shutil.copytree(folder / "data", home / "eduapp", dirs_exist_ok=True)
    path = tmp_path / "county.edubook"
    shutil.copy(folder / "county.edubook", path)
    county_keys.accept_log(path)
    assert opened(path) == ""
    return path, made


def test_a_stored_package_that_was_swapped_is_found_before_anything_is_computed(closed, school):
    path, made = closed
    change(school, 9999)
    about = inspect(Path(made[1].path).read_bytes())
    swapped = build(about.manifest, pack(school.draft), STRANGER)
    tamper(path, ("UPDATE submission SET content = ? WHERE id = ?", (swapped.data, made[1].id)))
    with open_county(path) as book:
        for use in (
            lambda: book.content(made[1].id),
            lambda: jobs.run(county_reports.county_report(book)),
            lambda: rounds_closed.close_round(book, "本轮结束"),
            lambda: jobs.run(receipts.issue(book, path.parent)),
        ):
            with pytest.raises(Problem) as raised:
                use()
            assert raised.value.code == "stored-file-changed"
            assert "第" in raised.value.text


def test_a_superseded_package_that_was_swapped_is_found_before_paper(closed):
    path, made = closed
    tamper(path, ("UPDATE submission SET content = ? WHERE id = ?", (b"x", made[0].id)))
    with open_county(path) as book, pytest.raises(Problem) as raised:
        jobs.run(county_reports.county_report(book))
    assert raised.value.code == "stored-file-changed"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE submission SET state = 'final'", "stored-file-changed"),
        ("UPDATE submission SET seq = seq + 7", "stored-file-changed"),
        ("UPDATE submission SET seen = '{\"x\": 9}'", "stored-file-changed"),
        ("UPDATE submission SET name = '别的学校'", "stored-file-changed"),
        ("UPDATE submission SET read = 0", "stored-file-changed"),
        ("UPDATE submission SET file_name = 'x.edusub'", "stored-file-changed"),
        ("UPDATE submission SET received = '2026-01-01'", "stored-file-changed"),
        ("UPDATE admitted_key SET name = '别的学校'", "register-changed"),
        ("UPDATE admitted_key SET at = '2026-01-01'", "register-changed"),
        ("DELETE FROM submission WHERE seq = 1", "stored-file-missing"),
        ("UPDATE admitted_key SET how = 'paper'", "register-changed"),
        ("UPDATE admitted_key SET school = '2143000099'", "register-changed"),
        ("DELETE FROM admitted_key", "register-changed"),
        ("DELETE FROM decision WHERE seq = 1", "decisions-missing"),
        ("DELETE FROM decision", "decisions-missing"),
        ("DELETE FROM intake_log WHERE number = (SELECT max(number) FROM intake_log)", "log-behind"),
        ("DELETE FROM intake_log", "log-behind"),
        (
            "UPDATE intake_log SET line = replace(line, 'keep', 'keeq') WHERE line LIKE '_\"keep%'",
            "log-damaged",
        ),
        ("UPDATE decision SET signature = NULL", "decision-unsigned"),
        ("UPDATE decision SET details = '[]'", "decision-damaged"),
        ("UPDATE meta SET value = '1' WHERE name = 'practice'", "workbook-facts-changed"),
        ("UPDATE meta SET value = '2027' WHERE name = 'year'", "workbook-facts-changed"),
        ("UPDATE meta SET value = '430901' WHERE name = 'county'", "county-keys-changed"),
        ("UPDATE meta SET value = '1234567890' WHERE name = 'keys'", ""),  # decides nothing
        ("DELETE FROM meta WHERE name IN ('certificate', 'signing_keys', 'keys')", "county-keys-changed"),
        ("INSERT INTO expected_school VALUES ('2143000009', '野校', '211')", "workbook-facts-changed"),
        ("INSERT INTO list_before SELECT id FROM submission", "workbook-facts-changed"),
        (NAMED, "named-file-changed"),
        (PASSED_ON, "named-file-changed"),
        ("UPDATE intake_log SET signature = NULL", ""),  # the same chain: looked at whole, signed anew
    ],
)
def test_each_kind_of_damage_is_said_by_its_code(closed, statement, code):
    path, _ = closed
    tamper(path, (statement, ()))
    assert opened(path) == code


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = 'x' WHERE name = 'year'",
        "DELETE FROM meta WHERE name = 'year'",
        "DELETE FROM meta WHERE name = 'county'",
        "DELETE FROM meta WHERE name = 'name'",
        "DELETE FROM meta WHERE name = 'practice'",
        "UPDATE meta SET value = '{' WHERE name = 'certificate'",
        "UPDATE meta SET value = '[1]' WHERE name = 'certificate'",
        "UPDATE meta SET value = 'x' WHERE name = 'signing_keys'",
        "UPDATE meta SET value = x'ff' WHERE name = 'name'",
        "UPDATE submission SET seen = '{'",
        "UPDATE submission SET seen = '[1]'",
        'UPDATE submission SET seen = \'{"x": "y"}\'',
        "UPDATE submission SET seq = 'many'",
        "UPDATE submission SET name = x'ff'",
        "UPDATE admitted_key SET how = 'x'",
        "UPDATE journal SET old = x'ff'",
    ],
)
def test_what_no_release_writes_is_damage_and_no_fault_of_the_program(closed, statement):
    path, _ = closed
    tamper(path, (statement, ()))
    assert opened(path) == "workbook-damaged"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("list", {"rows": ['["a"]']}),
        ("list", {"rows": ["[1,2,3,4,5]"]}),
        ("list", {"rows": ['["a","b","c","no kind",""]']}),
        ("list", {"rows": [["x"]]}),
        ("overlay", {"school": CODE, "record": "nothing", "key": "k", "field": "f", "value": "1"}),
        ("overlay", {"school": CODE, "record": "section_total", "key": "k", "field": "f", "value": "1"}),
        (
            "overlay",
            {"school": CODE, "record": "section_total", "key": "k", "field": "pupils", "value": "many"},
        ),
        ("close", {"ids": [["x"]]}),
        ("close", {"ids": "x"}),
        ("revoke", {"key": [1], "school": CODE}),
        ("unheard of", {"a": {"b": [1]}}),
    ],
)
def test_a_decision_about_nothing_readable_is_damage_or_has_no_effect(tmp_path, kind, details):
    """Without keys whoever writes the file writes decisions and chain, and even then nothing breaks."""
    with county(tmp_path / "county.edubook") as book:
        path = book.path
        with book.writing() as (connection, lines):
            forged_one = Decision(kind, "", (), "假的", details=details)
            decision_log.write(connection, forged_one, 0)
            lines.append(signed_log.decide(forged_one))
    assert opened(path) == ("" if kind in {"revoke", "unheard of"} else "decision-damaged")


def rewritten(path, made, data):
    """Swap a stored package and write the whole chain anew, unsigned, as whoever can write the file can."""
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE submission SET content = ? WHERE id = ?", (data, made.id))
        link = ""
        for number, before in raw.execute("SELECT number, line FROM intake_log ORDER BY number").fetchall():
            line = json.loads(before)
            if line[:2] == [signed_log.KEEP, made.id]:
                line[3] = hashlib.sha256(data).hexdigest()
            text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
            link = hashlib.sha256(f"{link}\n{text}".encode()).hexdigest()
            values = (text, link, number)
            raw.execute("UPDATE intake_log SET line = ?, link = ?, signature = NULL WHERE number = ?", values)
        digests.recount(raw)


@pytest.mark.slow
def test_in_a_county_without_keys_the_id_still_binds_what_is_stored(school, tmp_path):
    """The chain can be written anew there; but what counts under an id is what the id is made of."""
    with county(tmp_path / "county.edubook") as book:
        made = export(school, tmp_path / "U盘")
        trust.admit_unchecked(book, [Path(made.path)])
        assert outcome(book, made.path) == [("accepted", "")]
        path = book.path
    about = inspect(Path(made.path).read_bytes())
    change(school, 9999)
    rewritten(path, made, build(about.manifest, pack(school.draft), STRANGER).data)
    with open_county(path) as book, pytest.raises(Problem) as raised:
        jobs.run(county_reports.county_report(book))
    assert raised.value.code == "stored-file-changed"


@pytest.mark.slow
def test_keys_taken_out_of_the_file_do_not_make_it_a_county_without_keys(closed, school):
    path, made = closed
    about = inspect(Path(made[1].path).read_bytes())
    change(school, 9999)
    rewritten(path, made[1], build(about.manifest, pack(school.draft), STRANGER).data)
    assert opened(path) == "log-differs"
    tamper(
        path,
        ("DELETE FROM meta WHERE name IN ('certificate', 'signing_keys', 'keys')", ()),
        ("UPDATE meta SET value = 'another' WHERE name = 'workbook'", ()),
        ("UPDATE decision SET signature = NULL", ()),
    )
    assert opened(path) == "county-keys-changed"
    path.rename(path.with_name("另一个.edubook"))
    with county(path):  # a new workbook in its place is no change of the old one
        pass
    assert opened(path) == ""


@pytest.mark.slow
def test_a_file_of_bad_tables_keeps_what_it_passed_on_whatever_is_said_of_it_later(office, school, tmp_path):
    made = export(school, tmp_path / "U盘")
    trust.admit_unchecked(office, [Path(made.path)])
    about = inspect(Path(made.path).read_bytes())
    bad = forged(school, key=writer.writer_of(school.workbook).key, tables=[NONSENSE], prev=made.id, seq=2)
    (tmp_path / "x.edusub").write_bytes(bad.data)
    assert outcome(office, made.path, tmp_path / "x.edusub")[1][0] == "refused"
    length = office.log.at.number
    assert outcome(office, tmp_path / "x.edusub")[0][0] == "refused"
    assert office.log.at.number == length
    copy = (bad.id, about.key.line)
    with office.workbook.transaction() as connection:
        again = inspect(bad.data)
        kept.refuse(connection, again, Problem("plain-refused", name="x"), "x.edusub")
        assert copy in [each.header.copy for each in kept.refused_in(connection) if each.flawed]
    path = office.path
    office.close()
    assert opened(path) == ""


def test_a_forged_row_of_what_was_refused_or_not_kept_passes_nothing_on(closed):
    """Whoever can write the file puts a key behind an admitted one by a file that nobody ever saw."""
    path, made = closed
    signer = inspect(Path(made[0].path).read_bytes()).key.line
    row = ("f" * 64, STRANGER.public.line, 1, signer, None, CODE, "", "x", "x", "x", "")
    forged_rows = (
        ("INSERT INTO refused VALUES (?,?,?,?,?,?,?,?,?,?,?)", row, "named-file-changed"),
        (
            "INSERT INTO unkept VALUES (?,?,?,?,?,?,?)",
            ("f" * 64, STRANGER.public.line, CODE, "", "x", made[0].id, ""),
            "named-file-changed",
        ),
    )
    before = path.read_bytes()
    for statement, values, code in forged_rows:
        tamper(path, (statement, values))
        assert opened(path) == code
        path.write_bytes(before)


def test_a_forged_refusal_counts_nowhere_where_nothing_was_logged_yet(office):
    path = office.path
    office.close()
    row = ("f" * 64, STRANGER.public.line, 1, STRANGER.public.line, None, CODE, "", "x", "x", "x", "")
    tamper(path, ("INSERT INTO refused VALUES (?,?,?,?,?,?,?,?,?,?,?)", row))
    assert opened(path) == "named-file-changed"


@pytest.mark.slow
def test_what_a_receipt_will_say_of_a_refused_file_is_bound_and_the_same_file_adds_no_line(
    office, school, tmp_path
):
    made = Path(export(school, tmp_path / "U盘").path)
    trust.admit_unchecked(office, [made])
    bad = tmp_path / "bad.edusub"
    bad.write_bytes(made.read_bytes()[:-40] + b"x" * 40)
    assert {each for each, _ in outcome(office, bad)} == {"refused"}
    at = office.log.at
    assert {each for each, _ in outcome(office, bad)} == {"refused"}
    assert office.log.at == at
    path = office.path
    office.close()
    assert opened(path) == ""
    tamper(path, ("UPDATE refused SET text = '已核对一致'", ()))
    assert opened(path) == "named-file-changed"


def test_an_unsigned_withdrawal_is_refused_by_its_number(closed):
    path, made = closed
    with open_county(path) as book:
        last = book.decisions[-1].id
    forged_one = Decision(WITHDRAW, made[1].id, (), "假的", last)
    row = (forged_one.id, 2, WITHDRAW, made[1].id, "", "假的", "2026-01-01", "{}", None)
    tamper(path, ("INSERT INTO decision VALUES (?,?,?,?,?,?,?,?,?)", row))
    assert opened(path) == "decision-unsigned"


def test_an_unsigned_decision_before_any_signed_one_is_not_in_the_log(office, school, tmp_path):
    made = export(school, tmp_path / "U盘")
    trust.admit_unchecked(office, [Path(made.path)])
    assert outcome(office, made.path) == [("accepted", "")]
    path = office.path
    office.close()
    forged_one = Decision(WITHDRAW, made.id, (), "假的")
    row = (forged_one.id, 0, WITHDRAW, made.id, "", "假的", "2026-01-01", "{}", None)
    tamper(path, ("INSERT INTO decision VALUES (?,?,?,?,?,?,?,?,?)", row))
    assert opened(path) == "decision-unlogged"


@pytest.mark.slow
def test_an_older_copy_of_the_workbook_is_noticed_on_this_computer(office, school, tmp_path):
    made = export(school, tmp_path / "U盘")
    trust.admit_unchecked(office, [Path(made.path)])
    path = office.path
    office.close()
    before = path.read_bytes()
    with open_county(path) as book:
        assert outcome(book, made.path) == [("accepted", "")]
    after = path.read_bytes()
    path.write_bytes(before)
    assert opened(path) == "log-behind"
    path.write_bytes(after)
    assert opened(path) == ""


def test_a_county_without_keys_keeps_a_chain_that_shows_clumsy_changes(school, tmp_path):
    with county(tmp_path / "county.edubook") as book:
        made = export(school, tmp_path / "U盘")
        trust.admit_unchecked(book, [Path(made.path)])
        assert outcome(book, made.path) == [("accepted", "")]
        assert (book.log.at.number, book.log.signed) == (3, False)
        path = book.path
    tamper(path, ("UPDATE submission SET content = ?", (b"x",)))
    with open_county(path) as book, pytest.raises(Problem) as raised:
        book.content(made.id)
    assert raised.value.code == "stored-file-changed"


@pytest.mark.slow
def test_keys_that_come_later_sign_the_chain_once_after_looking_at_all_of_it(school, tmp_path):
    with county(tmp_path / "county.edubook") as book:
        made = export(school, tmp_path / "U盘")
        trust.admit_unchecked(book, [Path(made.path)])
        outcome(book, made.path)
        county_keys.establish(book.workbook, None)
        path = book.path
    with open_county(path) as book:
        assert (book.log.signed, book.failed) == (True, [])
        assert book.view()[CODE].counts.id == made.id
    tamper(path, ("UPDATE intake_log SET signature = NULL", ()))
    tamper(path, ("UPDATE submission SET content = ?", (b"x",)))
    with open_county(path) as book:
        assert [each.code for each in book.failed] == ["stored-file-changed"]
        assert book.view() == {}
