"""A school is counted in portions while it is edited: in the end the sums are those of its rows."""

import random
import sys
from threading import Barrier, Thread

import pytest

from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.edits import DeleteRow, InsertRow, SetCell, SetReason
from db.records.values import Unread
from eduapp.services import checking, entry, workbooks
from eduapp.services.counts import PORTION, Counts
from eduapp.standards.checks.kept import RowFindings
from eduapp.standards.school_facts import facts_of
from eduapp.standards.tally import Tally
from tests.standards.drafts import DAY, read
from tests.standards.test_judging_properties import LISTS, cells_of, draft_of, seeds, some_school, text_of


def an_edit(dice, draft, keys, number):
    record = dice.choice(LISTS)
    there = list(draft.rows[record])
    if there and dice.random() < 0.5:
        key, field = dice.choice(there), dice.choice(list(RECORDS[record].fields))
        new = read(record, field, text_of(dice, RECORDS[record].fields[field], keys))
        return SetCell(record, key, field, draft.rows[record][key][field], new)
    if there and dice.random() < 0.6:
        key = dice.choice(there)
        return DeleteRow(record, key, draft.rows[record].position_of(key), dict(draft.rows[record][key]))
    return InsertRow(record, f"{number:032x}", 100 + number, cells_of(dice, record, keys))


def assert_counted(counts, draft):
    counted = Tally(draft, facts_of(draft.only("school")), DAY)
    for name, stage in {*counts.tally._sums, *counted._sums}:
        assert counts.tally.total(name, stage) == counted.total(name, stage)
        assert counts.tally.unknown_rows(name, stage) == counted.unknown_rows(name, stage)
    assert [counts.tally.repeated(name) for name in RECORDS] == [counted.repeated(name) for name in RECORDS]
    assert +counts.tally.people.stages == counted.people.stages
    assert set(counts.tally.homework.classes) == set(counted.homework.classes)
    for key in counted.homework.classes:
        assert counts.tally.homework.of_class(key) == counted.homework.of_class(key)
    assert list(counts.row_findings) == list(RowFindings(draft))
    assert counts.row_findings.numbered == RowFindings(draft).numbered


@pytest.mark.parametrize("seed", seeds(60))
def test_edits_between_two_portions_are_counted_once(seed):
    dice = random.Random(seed)
    draft = draft_of(*some_school(dice))
    keys = {name: list(draft.rows[name]) or ["e" * 32] for name in LISTS}
    counts = Counts(draft, DAY)
    for number in range(60):
        if dice.random() < 0.5:
            counts.take_portion(dice.randint(1, 2))
        elif dice.random() < 0.15 and (found := list(RowFindings(draft))):
            finding = dice.choice(found)
            new = dice.choice(("已核对", "电话13800138000", ""))
            edit = SetReason(finding.id, draft.reasons.get(finding.id, ""), new)
            counts.follow(SetReason, "", [edit])
        else:
            edit = an_edit(dice, draft, keys, number)
            counts.follow(type(edit), edit.record, [edit])
    counts.finish()
    assert counts.complete
    assert_counted(counts, draft)


@pytest.mark.parametrize("rows", [0, 1, PORTION - 1, PORTION, PORTION + 1, 2 * PORTION + 1])
def test_portions_end_with_the_last_row(rows):
    bad = {"name": "101", "area": Unread("很大")}
    draft = draft_of({"room": [(f"{at:032x}", bad) for at in range(rows)]})
    counts, taken = Counts(draft, DAY), 0
    while counts.take_portion():
        taken += 1
    assert taken == -(-rows // PORTION)
    assert counts.complete
    assert_counted(counts, draft)
    assert len(list(counts.row_findings)) >= rows


@pytest.mark.slow
def test_whoever_asks_in_another_thread_counts_no_row_twice():
    rows = {"name": "101", "area": Unread("很大")}
    draft = draft_of({"room": [(f"{at:032x}", rows) for at in range(4 * PORTION)]})
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            counts, begin = Counts(draft, DAY), Barrier(3)

            def ask(counts=counts, begin=begin):
                begin.wait()
                while counts.take_portion(7):
                    pass

            asking = [Thread(target=ask) for _ in range(3)]
            for each in asking:
                each.start()
            for each in asking:
                each.join()
            assert_counted(counts, draft)
    finally:
        sys.setswitchinterval(before)


def test_a_workbook_is_counted_by_who_asks_and_again_when_the_school_is_another(tmp_path):
    path = tmp_path / "甲校.edubook"
    workbooks.create_school(path, workbooks.NewSchool("2143000001", "甲校", "211", 2026)).close()
    with workbooks.open_school(path) as book:
        assert not book.is_counted
        entry.add_row(book, "school_class", {"name": "一(1)班", "grade": "1", "pupils": "40"})
        assert not book.is_counted
        assert book.data.figure("classes", Stage.PRIMARY).value == 1
        assert book.is_counted
        entry.set_cell(book, "school", "-", "principal", "王")
        assert book.is_counted
        entry.set_cell(book, "school", "-", "kind", "初级中学")
        assert not book.is_counted
        while book.count_some():
            entry.add_row(book, "room", {"name": "101", "area": "60"})
        assert book.is_counted
        assert checking.check(book) == checking.check_draft(book.draft, book.reference_date, book.standards)
