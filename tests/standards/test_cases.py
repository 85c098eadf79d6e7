"""Cases as data (tests/cases/*.toml): figures in, verdicts out."""

import tomllib
from pathlib import Path

import pytest

from eduapp.services import checking, entry, workbooks
from eduapp.standards.numbers import exact_text, plain, shown
from eduapp.standards.wording import rounding_flips, sentence, threshold_text, value_text
from tests.standards.drafts import DAY, make, place, report, verdicts

FOLDER = Path(__file__).parents[1] / "cases"
PLANS = [
    {"item": item, "met": "是", "number": "某教〔2026〕1号", "date": "2026-03-01", "files": "建设规划"}
    for item in ("G3", "G4")
]
"""The documents that the relaxations ask for: registered where a file of cases says `plans = true`."""


def cases():
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in data["case"]:
            base = data["base"][case["base"]] if "base" in case else {"kind": case["kind"]}
            cells = base.get("set", {}) | case.get("set", {})
            case |= {
                "on": case.get("on", DAY),
                "standards": case.get("standards", data.get("standards", ["national-2017"])),
                "plans": case.get("plans", data.get("plans", False)),
            }
            yield pytest.param(
                cells.pop("school.kind", base["kind"]), cells, case, id=f"{path.stem}: {case['name']}"
            )


CASES = list(cases())
ON_FILE = [each for each in CASES if not {"rows", "complete"} & set(each.values[2])][::6]

MEMBERS = {
    "verdict": lambda each: each.outcome.value,
    "value": lambda each: exact_text(each.value),
    "numerator": lambda each: exact_text(each.numerator),
    "denominator": lambda each: exact_text(each.denominator),
    "shown": lambda each: shown(each.value, each.decimals),
    "shown_words": value_text,
    "threshold_words": threshold_text,
    "inputs_of": lambda each: each.inputs_of,
    "document": lambda each: each.citation.number,
    "clause": lambda each: each.citation.clause,
    "short_unit": lambda each: each.gap and each.gap.unit,
    "short": lambda each: each.gap and str(each.gap.short),
    "room": lambda each: each.gap and each.gap.pupils_head_room,
    "rounding_flips": rounding_flips,
    "threshold": lambda each: plain(each.threshold),
    "remark": lambda each: each.remark,
    "note": lambda each: each.note,
    "settled": lambda each: each.settlement.settled,
    "missing": lambda each: [who.code for who in each.settlement.missing],
    "drafts": lambda each: [who.code for who in each.settlement.drafts],
    "conflicts": lambda each: [who.code for who in each.settlement.conflicts],
    "contradicting": lambda each: [who.code for who in each.settlement.contradicting],
    "bounds": lambda each: [exact_text(each.settlement.low), exact_text(each.settlement.high)],
}


def said(judged, name):
    """What the report says of a name of `expect`."""
    head, _, tail = name.partition(".")
    section = {each.stage.value: each for each in judged.sections}.get(head)
    if tail == "absent":
        return section is None
    if not tail and section:
        return section.outcome.value
    if tail in {"met", "pupils", "counts"}:
        return getattr(section, tail)
    *path, member = name.split(".")
    if member in MEMBERS:
        return MEMBERS[member](verdicts(judged)[".".join(path)])
    return verdicts(judged)[name].outcome.value


def differences(judged, expected):
    flat = {}
    for name, value in expected.items():
        for member, part in value.items() if isinstance(value, dict) else [("", value)]:
            flat[f"{name}.{member}" if member else name] = part
    found = {name: said(judged, name) for name in flat}
    return {name: (found[name], flat[name]) for name in flat if found[name] != flat[name]}


@pytest.mark.parametrize(("kind", "cells", "case"), CASES)
def test_figures_in_verdicts_out(kind, cells, case):
    rows = case.get("rows", {}) | ({"evidence": PLANS} if case["plans"] else {})
    draft = make(kind, cells, rows=rows, complete=case.get("complete", ()))
    judged = report(draft, standards=case["standards"], on=case["on"])
    assert differences(judged, case["expect"]) == {}
    for each in verdicts(judged).values():
        if each.value is not None and each.threshold is None:
            assert each.outcome == "not_applicable", "what has no limit is only reported"
        elif each.outcome in {"insufficient_data", "not_applicable"}:
            assert each.gap is None
            assert sentence(each), f"{each.code} does not say what is missing"
        elif each.outcome == "met":
            assert each.gap.short == 0
        else:
            assert sentence(each), f"{each.code} does not say why"


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "cells", "case"), ON_FILE)
def test_the_same_through_a_workbook_on_disk(tmp_path, kind, cells, case):
    path = tmp_path / "甲校.edubook"
    new = workbooks.NewSchool("2143000001", "甲校", kind or "211", 2026)
    with workbooks.create_school(path, new) as book:
        for where, text in cells.items():
            entry.set_cell(book, *place(where), text)
        if case["plans"]:
            entry.add_rows(book, "evidence", PLANS)
        if not kind:
            entry.set_cell(book, "school", "-", "kind", "")
        live = checking.check(book, case["on"], case["standards"])
    with workbooks.open_school(path) as book:
        assert checking.check(book, case["on"], case["standards"]) == live
    assert differences(live, case["expect"]) == {}
