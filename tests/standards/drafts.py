"""Making a school in memory from typed texts, and judging it: what the tests of the rules stand on."""

import datetime
import uuid

from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.draft import Draft, empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY
from db.records.values import Unread, Unreadable, clean
from eduapp.services.checking import check_draft
from eduapp.standards.packs.reader import load

DAY = datetime.date(2026, 9, 1)
PROFILE = {"school.name": "甲校", "school.code": "2143000001"}
SINGLE = dict.fromkeys(("school", "school_total", "funding", "staffing"), ONLY) | {
    stage.value: stage.value for stage in Stage
}


def read(record, field, text):
    """As a cell reads what was typed; a reference is an id here."""
    text = clean(text)
    try:
        return RECORDS[record].fields[field].item.kind.parse(text) if text else None
    except Unreadable:
        return Unread(text)


def place(path):
    """(record, key, field) of "school.kind", "school_total.teachers" or "primary.pupils"."""
    head, field = path.split(".")
    return ("section_total" if head in set(Stage) else head), SINGLE[head], field


def make(kind, cells=None, *, rows=None, complete=(), system=""):
    """A draft: `cells` are texts by path, `rows` lists of texts by record."""
    draft = Draft()
    for record in ("school", "school_total", "funding", "staffing"):
        draft.apply(InsertRow(record, ONLY, 1, empty_row(record)))
    for number, stage in enumerate(Stage):
        draft.apply(InsertRow("section_total", stage, number, empty_row("section_total")))
    texts = PROFILE | {"school.kind": kind, "school.system": system} | (cells or {})
    for path, text in texts.items():
        record, key, field = place(path)
        draft.rows[record][key][field] = read(record, field, text)
    for record, listed in (rows or {}).items():
        for number, row in enumerate(listed, 1):
            key = row.get("id") or uuid.uuid4().hex
            filled = {name: read(record, name, text) for name, text in row.items() if name != "id"}
            draft.apply(InsertRow(record, key, number, empty_row(record) | filled))
    draft.complete = set(complete)
    return draft


def report(draft, *, standards=("national-2017",), on=DAY):
    return check_draft(draft, on, [load(name) for name in standards])


def verdicts(judged):
    """{"primary.R1": verdict, "G4": verdict}; of one standard "datonghu-2025:Q1".

    Where several standards judge a code, the plain name is the first one's. An item judged stage by
    stage is "primary.G13", and by its code alone the last stage's.
    """
    first, by_standard = {}, {}
    for section in judged.sections:
        for each in section.verdicts:
            first.setdefault(f"{section.stage}.{each.code}", each)
            by_standard[f"{each.standard}:{section.stage}.{each.code}"] = each
    for each in judged.school_level:
        for name in [each.code, *([f"{each.stage}.{each.code}"] if each.stage else [])]:
            by_standard[f"{each.standard}:{name}"] = each
            if name not in first or first[name].standard == each.standard:
                first[name] = each
    return first | by_standard


def verdict(draft, name):
    return verdicts(report(draft))[name]


def codes(draft):
    """The codes of the findings, sorted; `required` left out."""
    return sorted(found.code for found in report(draft).findings if found.code != "required")
