"""What is kept of a school between edits: whatever is typed, it says what judging everything anew says."""

import random
import tempfile
from functools import cache
from pathlib import Path
from threading import RLock

import pytest

from db.records.catalog import RECORDS, SCHOOL_RECORDS
from db.records.choices import SchoolKind
from db.records.edits import DeleteRow, InsertRow, SetCell, SetComplete
from eduapp.services import checking, workbooks
from eduapp.standards.checks.school_rules import table_findings
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.live import LiveData
from eduapp.standards.memory import Memory
from tests.standards.drafts import read
from tests.standards.test_judging_properties import LISTS, STANDARDS, cells_of, random_rows, text_of

EDITS = 50


@cache
def made():
    """The bytes of a new workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "甲校.edubook"
        workbooks.create_school(path, workbooks.NewSchool("2143000001", "甲校", "312", 2026)).close()
        return path.read_bytes()


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "甲校.edubook"
    path.write_bytes(made())
    with workbooks.open_school(path) as book:
        yield book


def filled(book, dice):
    """Fill a workbook with a random school; return the keys that references may hold."""
    edits = []
    for record, listed in random_rows(dice).items():
        for at, (key, cells) in enumerate(listed, 1):
            if record in LISTS:
                edits.append(InsertRow(record, key, at, cells))
            elif key in book.draft.rows[record]:
                own = book.draft.rows[record][key]
                edits += [SetCell(record, key, name, own[name], new) for name, new in cells.items()]
    kind = dice.choice(list(SchoolKind)).value
    book.commit([each for each in edits if not isinstance(each, SetCell) or each.field != "kind"], "填")
    book.commit([SetCell("school", "-", "kind", book.draft.only("school")["kind"], kind)], "类型")
    return {name: [*book.draft.rows[name], "e" * 32] for name in LISTS}


def texts_of(field, keys):
    """What a cell of each kind may be told, at its bounds and beyond."""
    kind = field.item.kind
    if kind.name == "choice":
        return [code for code, _ in kind.options[:4]]
    if kind.name == "reference":
        return keys[kind.record][-2:]
    if kind.name == "date":
        return ["2026-09-01", "2026-09-02", "2027-08-31", "2027-09-01"]
    return ["是", "否"] if kind.name == "boolean" else ["2025", "2026", "0", "1200"]


def cell(dice, record, name, keys):
    """Return what somebody may have typed into a cell; half of it from few values, that rows may agree."""
    field = RECORDS[record].fields[name]
    few = dice.choice(texts_of(field, keys)) if dice.random() < 0.5 else text_of(dice, field, keys)
    return read(record, name, few)


def any_edit(book, dice, keys, number, lively):
    """Return an edit as anybody may make it: cells mostly, rows, ticks; references to rows that are gone."""
    record = dice.choice(lively if dice.random() < 0.7 else [*SCHOOL_RECORDS])
    there, lot = list(book.draft.rows[record]), dice.random()
    if record in LISTS and lot < 0.1:
        had = record in book.draft.complete
        return SetComplete(record, had, not had)
    if record in LISTS and (not there or lot < 0.25):
        cells = {name: cell(dice, record, name, keys) for name in RECORDS[record].fields}
        return InsertRow(record, f"{number:032x}", 100 + number, cells)
    key = dice.choice(there)
    row = book.draft.rows[record][key]
    if record in LISTS and lot < 0.4:
        return DeleteRow(record, key, book.draft.rows[record].position_of(key), dict(row))
    fields = [name for name in RECORDS[record].fields if record != "school" or name != "kind"]
    field = dice.choice(fields)
    return SetCell(record, key, field, row[field], cell(dice, record, field, keys))


def judged(data, standards, day):
    return (
        [(evaluate_sections(data, each, day), evaluate_school(data, each, day)) for each in standards],
        list(table_findings(data)),
    )


@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 40))]
)
def test_what_is_kept_says_what_judging_anew_says(book, seed):
    dice = random.Random(seed)
    keys, day = filled(book, dice), book.reference_date
    lively = ["homework", "school_class"] if seed % 4 == 0 else dice.sample([*SCHOOL_RECORDS], 3)
    for number in range(EDITS):
        edits = [any_edit(book, dice, keys, number * 10, lively)]
        book.commit(edits, "改")
        if dice.random() < 0.5:
            # Not all of it is asked for each time: what was not asked for must not be forgotten.
            some = dice.sample(STANDARDS, dice.randint(1, 4))
            kept = judged(book.live, some, day)
            assert kept == judged(SchoolData(book.draft, on=day), some, day)
            assert kept == judged(book.live, some, day)
        if dice.random() < 0.2:
            book.commit([each.inverse() for each in reversed(edits)], "撤销")
    assert judged(book.live, STANDARDS, day) == judged(SchoolData(book.draft, on=day), STANDARDS, day)


@pytest.mark.slow
@pytest.mark.parametrize("record", SCHOOL_RECORDS)
def test_any_cell_of_any_record_counts_at_once(book, record):
    keys, day = filled(book, random.Random(11)), book.reference_date
    for each in LISTS:
        if not len(book.draft.rows[each]):
            book.commit([InsertRow(each, "d" * 32, 1, cells_of(random.Random(12), each, keys))], "加")
    judged(book.live, STANDARDS, day)
    key, dice = book.draft.rows[record].key_at(0), random.Random(13)
    for name, field in RECORDS[record].fields.items():
        for text in [*texts_of(field, keys), "约500", ""]:
            old, new = book.draft.rows[record][key][name], read(record, name, text)
            if old != new:
                book.commit([SetCell(record, key, name, old, new)], "改")
                some = dice.sample(STANDARDS, 2)
                assert judged(book.live, some, day) == judged(SchoolData(book.draft, on=day), some, day)


DATED = [
    ("teacher", "hired", "2026-09-01"),
    ("teacher", "certificate_date", "2026-09-01"),
    ("training_expense", "date", "2027-08-31"),
]


@pytest.mark.parametrize(("record", "field", "last"), DATED)
def test_a_date_after_the_day_is_found_at_once(book, record, field, last):
    keys, key = filled(book, random.Random(14)), "d" * 32
    book.commit([InsertRow(record, key, 500, cells_of(random.Random(12), record, keys))], "加")
    for text in ("2026-09-01", "2026-09-02", "2027-08-31", "2027-09-01", ""):
        old, new = book.draft.rows[record][key][field], read(record, field, text)
        if old != new:
            book.commit([SetCell(record, key, field, old, new)], "改")
        found = checking.check(book).findings
        told = {each.code for each in found if (each.key, each.field) == (key, field)}
        assert ("date.future" in told) == (text > last)


def test_many_edits_of_every_kind_in_one_act(book):
    dice = random.Random(7)
    keys, day = filled(book, dice), book.reference_date
    before = judged(book.live, STANDARDS, day)
    class_, teacher = f"{1:032x}", f"{2:032x}"
    cells = cells_of(dice, "training", keys) | {"teacher": teacher}
    edits = [
        InsertRow("school_class", class_, 500, cells_of(dice, "school_class", keys)),
        InsertRow("teacher", teacher, 500, cells_of(dice, "teacher", keys)),
        InsertRow("training", f"{3:032x}", 500, cells),
        SetCell("training", f"{3:032x}", "teacher", teacher, None),
        SetCell("training", f"{3:032x}", "teacher", None, teacher),
        SetComplete("teacher", "teacher" in book.draft.complete, True),
        DeleteRow("teacher", teacher, 500, cells_of(dice, "teacher", keys)),
    ]
    edits[-1] = DeleteRow("teacher", teacher, 500, edits[1].cells)
    book.commit(edits, "一次")
    assert judged(book.live, STANDARDS, day) == judged(SchoolData(book.draft, on=day), STANDARDS, day)
    book.commit([each.inverse() for each in reversed(edits)], "撤销")
    assert judged(book.live, STANDARDS, day) == before


def test_another_kind_of_school_is_judged_as_one(book):
    dice = random.Random(8)
    filled(book, dice)
    for kind in SchoolKind:
        old = book.draft.only("school")["kind"]
        if old != kind.value:
            book.commit([SetCell("school", "-", "kind", old, kind.value)], "类型")
        anew = checking.check_draft(book.draft, book.reference_date, book.standards)
        assert checking.check(book) == anew


def test_another_day_is_counted_anew(book):
    filled(book, random.Random(9))
    checking.check(book)
    for day in (book.reference_date.replace(year=2024), book.reference_date.replace(month=8, day=31)):
        assert checking.check(book, day) == checking.check_draft(book.draft, day, book.standards)


def test_an_edit_has_only_that_judged_again_which_it_touches(book, monkeypatch):
    filled(book, random.Random(10))
    checking.check(book)
    worked_out = []
    work_out = Memory._work_out
    monkeypatch.setattr(
        Memory, "_work_out", lambda self, node: (worked_out.append(node), work_out(self, node))[1]
    )
    checking.check(book)
    assert not worked_out
    old = book.draft.only("school")["phone"]
    book.commit([SetCell("school", "-", "phone", old, "0737-1234567")], "电话")
    checking.check(book)
    everything = LiveData(book.draft, book.tally, book.reference_date, RLock())
    few, worked_out[:] = len(worked_out), []
    judged(everything, book.standards, book.reference_date)
    assert few * 20 < len(worked_out)


def test_nothing_else_can_be_asked_of_the_ticks_than_one_by_one(book):
    with pytest.raises(TypeError):
        list(book.live.draft.complete)
    assert "teacher" not in book.live.draft.complete
