"""Random schools with gaps and unreadable cells, by every standard: nothing crashes, order plays no part."""

import random
import uuid

import pytest

from db.records.catalog import COUNTY_RECORDS, RECORDS, SCHOOL_RECORDS
from db.records.choices import SchoolKind
from db.records.draft import Draft, empty_row
from db.records.edits import DeleteRow, InsertRow, SetCell
from db.records.rows import ONLY, Rows
from db.records.values import Unread
from eduapp.standards.campuses import CampusData
from eduapp.standards.county.report import school_entry, standard_report
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.packs.reader import load, standard_ids
from eduapp.standards.tally import Tally
from tests.standards.drafts import DAY, read
from tests.standards.rolls import roll_of

STANDARDS = [load(each) for each in standard_ids()]
NUMBERS = ("0", "1", "2", "3", "5", "40", "46", "51", "90", "360", "1200")
LISTS = [name for name, spec in SCHOOL_RECORDS.items() if spec.is_list]


def seeds(count):
    """So many schools; a quick run sees the first dozen."""
    return [*range(12), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(12, count))]


def text_of(dice, field, keys):
    """A text as somebody may have typed it: mostly readable, sometimes nothing, sometimes not readable."""
    kind, lot = field.item.kind, dice.random()
    if lot < 0.12:
        return ""
    if lot < 0.2:
        return "约500"
    if kind.name == "choice":
        return dice.choice(kind.options)[0]
    if kind.name == "reference":
        return dice.choice(keys[kind.record])
    if kind.name == "boolean":
        return dice.choice("是否")
    if kind.name == "date":
        return f"{dice.choice((2019, 2024, 2026))}-0{dice.randint(1, 9)}-15"
    if field.name == "year":
        return str(dice.randint(2020, 2026))
    return dice.choice(NUMBERS) if kind.numeric else "甲"


def cells_of(dice, record, keys):
    fields = RECORDS[record].fields
    return {name: read(record, name, text_of(dice, field, keys)) for name, field in fields.items()}


def random_rows(dice):
    """{record: [(key, cells)]}, lists in the order typed."""
    keys = {name: [uuid.UUID(int=dice.getrandbits(128)).hex for _ in range(4)] for name in LISTS}
    found = {}
    for record, spec in SCHOOL_RECORDS.items():
        own = keys[record] if spec.is_list else [ONLY]
        if spec.rows == "stages":
            own = ["primary", "lower_secondary"]
        if dice.random() > 0.1:
            found[record] = [(key, cells_of(dice, record, keys)) for key in own[: dice.randint(1, 4)]]
    return found


def draft_of(rows, complete=(), names=SCHOOL_RECORDS):
    draft = Draft(rows={name: Rows() for name in names}, complete=set(complete))
    for record, listed in rows.items():
        for at, (key, cells) in enumerate(listed, 1):
            draft.apply(InsertRow(record, key, at, empty_row(record) | cells))
    return draft


def said(data, standard):
    sections = evaluate_sections(data, standard, DAY)
    verdicts = [each for section in sections for each in section.verdicts]
    verdicts += evaluate_school(data, standard, DAY)
    return (
        [(each.stage, each.pupils, each.outcome, each.met, each.counts) for each in sections],
        [(each.code, each.stage, each.outcome, each.numerator, each.denominator) for each in verdicts],
    )


def some_school(dice):
    rows = random_rows(dice)
    if dice.random() < 0.9:
        rows.setdefault("school", [(ONLY, {})])[0][1]["kind"] = dice.choice(list(SchoolKind)).value
    return rows, [record for record in LISTS if dice.random() < 0.4]


@pytest.mark.parametrize("seed", seeds(60))
def test_judging_is_the_same_whatever_the_order_of_the_rows(seed):
    dice = random.Random(seed)
    rows, complete = some_school(dice)
    mixed = {record: dice.sample(listed, len(listed)) for record, listed in rows.items()}
    first, other = (SchoolData(draft_of(each, complete), on=DAY) for each in (rows, mixed))
    for standard in STANDARDS:
        assert said(first, standard) == said(other, standard)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_a_county_of_such_schools_and_campuses_is_judged_whatever_their_order(seed):
    dice = random.Random(1000 + seed)
    parts = [SchoolData(draft_of(*some_school(dice)), on=DAY) for _ in range(4)]
    schools = [CampusData(parts[0], parts[1:3]), parts[3]]
    keys = {name: ["f" * 32] for name in COUNTY_RECORDS}
    own = {name: [(ONLY, cells_of(dice, name, keys))] for name in COUNTY_RECORDS}
    draft = draft_of(own, names=COUNTY_RECORDS)
    for standard in STANDARDS:
        below = standard.below or standard
        reports = []
        for order in (schools, schools[::-1]):
            entries = [school_entry(each, standard, "final", "s", DAY) for each in order]
            under = [school_entry(each, below, "final", "s", DAY) for each in order]
            reports.append(
                standard_report(entries, standard, DAY, draft, roll_of(entries, seed % 3), under).county_level
            )
        one, two = (
            [(each.code, each.stage, each.outcome, each.numerator, each.denominator) for each in report]
            for report in reports
        )
        assert one == two


@pytest.mark.parametrize("seed", seeds(40))
def test_running_sums_follow_any_edit_of_any_list(seed):
    dice = random.Random(2000 + seed)
    rows, complete = some_school(dice)
    draft = draft_of(rows, complete)
    facts = SchoolData(draft).facts
    tally, keys = Tally(draft, facts), {name: list(draft.rows[name]) or ["e" * 32] for name in LISTS}
    for number in range(60):
        record = dice.choice(LISTS)
        there = list(draft.rows[record])
        if there and dice.random() < 0.6:
            key, field = dice.choice(there), dice.choice(list(RECORDS[record].fields))
            before = dict(draft.rows[record][key])
            new = read(record, field, text_of(dice, RECORDS[record].fields[field], keys))
            edit = SetCell(record, key, field, before[field], new)
            out, come = [before], [before | {field: new}]
        elif there and dice.random() < 0.5:
            key = dice.choice(there)
            before = dict(draft.rows[record][key])
            edit = DeleteRow(record, key, draft.rows[record].position_of(key), before)
            out, come = [before], []
        else:
            edit = InsertRow(record, f"{number:032x}", 100 + number, cells_of(dice, record, keys))
            out, come = [], [edit.cells]
        draft.apply(edit)
        tally.count(record, out, -1)
        tally.count(record, come, 1)
    counted = Tally(draft, facts)
    for name, stage in {*tally._sums, *counted._sums}:
        assert tally.total(name, stage) == counted.total(name, stage)
        assert tally.unknown_rows(name, stage) == counted.unknown_rows(name, stage)
    for standard in STANDARDS:
        live, anew = SchoolData(draft, tally, DAY), SchoolData(draft, on=DAY)
        assert said(live, standard) == said(anew, standard)


def test_a_conclusion_that_cannot_be_read_is_no_yes():
    cells = {"item": "Q3", "met": Unread("也许"), "number": "一", "date": DAY, "files": "一"}
    draft = draft_of({"evidence": [("a" * 32, cells)]})
    verdict = next(
        each
        for each in evaluate_school(SchoolData(draft, on=DAY), load("national-2017"), DAY)
        if each.code == "Q3"
    )
    assert verdict.outcome == "insufficient_data"
