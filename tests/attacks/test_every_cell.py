"""Any cell of a county's workbook changed or taken out: it is said, or nothing says anything else.

Whoever can write the file can count the rows again, and knows no key of the county's.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from eduapp.exchange.roster import Roster, RosterEntry
from eduapp.services import jobs
from eduapp.services.county import closing as rounds_closed
from eduapp.services.county import contacts
from eduapp.services.county.books import Expected
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import issuing, questions, receipts, trust
from eduapp.services.keys import county_keys
from tests.attacks.offices import outcome
from tests.attacks.test_intake_attacks import tamper
from tests.cli.running import run
from tests.examples import examples
from tests.services.schools import CODE, change, county, export, fill, form_of, make

OTHER = "2143000002"
COMMANDS = ("check", "board", "keys", "register", "revisions")
COUNTED = ("row_digest", "alembic_version", "journal", "sqlite_sequence")
"""What says how the others are counted, and the journal: it decides nothing."""
HARMS = 30
"""Of some six hundred, other ones each time."""
WHOLE = 40
"""Of a table of so many rows every one is harmed, of a longer one the first and the last."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A county with two schools: one counts by paper and sent twice, one waits; one file was refused."""
    folder = tmp_path_factory.mktemp("cells")
    path = folder / "county.edubook"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(folder / "data"))
        with county(path) as book, make(folder) as school, make(folder, OTHER, "乙校") as other:
            county_keys.establish(book.workbook, None)
            fill(school)
            book.set_expected([Expected(CODE, "明德小学", "211"), Expected(OTHER, "乙校", "211")])
            known = (
                RosterEntry(CODE, "明德小学", None, "", None, township="大沟镇", contact="李老师"),
                RosterEntry(OTHER, "乙校", None, "", None, telephone="0737-5200001"),
            )
            contacts.keep(book, Roster(known, ()))
            made = export(school, folder / "U盘")
            trust.admit(book, Path(made.path), form_of(Path(made.path)))
            change(school, 84)
            damaged = folder / "坏.edusub"
            damaged.write_bytes(Path(made.path).read_bytes()[:-5])
            files = [made.path, export(school, folder / "U盘").path, export(other, folder / "U盘").path]
            assert [each for each, _ in outcome(book, *files)] == ["older", "accepted", "held"]
            assert outcome(book, damaged) == [("refused", "damaged")]
            issuing.set_due(book, "2026-10-01")
            issuing.issue_round(book)
            row = next(iter(book.stated(made.id).rows["school_class"]))
            questions.ask(book, CODE, made.id, ("school_class", row, "pupils"), "请核对人数")
            jobs.run(receipts.issue(book, folder))
            rounds_closed.close_round(book, "结束")
            jobs.run(county_report(book))
        answers(path)
        yield path, path.read_bytes()


def answers(path):
    """What the commands say, one after the other, up to one that refuses."""
    found = []
    for command in COMMANDS:
        done = run("county", command, path, "--json")
        assert "Traceback" not in done.err
        found.append((done.code, done.out))
        if done.code == 2:
            assert "[" in done.err, (command, done.err)
            break
    return found


def harms(path):
    """Each cell of a row of every table, another or none; the row away."""
    with closing(sqlite3.connect(path)) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(set(tables) - {*COUNTED}):
            rows = {row for (row,) in raw.execute(f"SELECT rowid FROM {table}")}  # noqa: S608 - the schema's
            columns = list(raw.execute("SELECT name, type FROM pragma_table_info(?)", (table,)))
            for row in sorted(rows if len(rows) <= WHOLE else {min(rows), max(rows)}):
                yield from _of_row(table, row, columns)


def _of_row(table, row, columns):
    yield f"DELETE FROM {table} WHERE rowid = {row}"  # noqa: S608 - names are the schema's
    for name, kind in columns:
        other = {"INTEGER": f'ifnull("{name}", 0) + 1', "BLOB": "x'00'"}.get(
            kind, f"ifnull(\"{name}\", '') || '1'"
        )
        yield f'UPDATE {table} SET "{name}" = {other} WHERE rowid = {row}'  # noqa: S608 - as above
        yield f'UPDATE {table} SET "{name}" = NULL WHERE rowid = {row}'  # noqa: S608 - as above


@pytest.mark.slow
@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "on another computer"])
def test_no_cell_says_anything_else_unsaid(place, tmp_path, monkeypatch, elsewhere):
    path, whole = place
    monkeypatch.setenv("EDUAPP_DATA", str(path.parent / "data"))
    if elsewhere:
        monkeypatch.setenv("EDUAPP_DATA", str(tmp_path))
    path.write_bytes(whole)
    right, silent, said = answers(path), [], 0
    every = list(harms(path))
    seed = random.randrange(10**6)
    for harm in random.Random(seed).sample(every, min(len(every), examples(HARMS))):
        path.write_bytes(whole)
        if not elsewhere:
            county_keys.accept_log(path)  # what the harm before left behind on this computer
        try:
            tamper(path, (harm, ()))
        except sqlite3.IntegrityError:
            continue
        found = answers(path)
        refused = found[-1][0] == 2
        others = [command for command, now, was in zip(COMMANDS, found, right, strict=False) if now != was]
        warned = {1} == {code for code, _ in found if code != 0} or refused
        said += bool(others)
        if others and not warned:
            silent.append((harm, others))
    assert silent == [], seed
    assert said
    path.write_bytes(whole)
    assert answers(path) == right
