"""Absence never counts as good: every county item of every pack, through the county's report.

A school that reports a blank, one that reports nothing and one that contradicts itself never do better
than one that reports an unmet figure.
"""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest

from db.records.choices import SchoolKind
from eduapp.standards.county.report import school_entry, standard_report
from eduapp.standards.data import SchoolData
from eduapp.standards.packs.reader import load, standard_ids
from eduapp.standards.results import Outcome
from tests.standards.drafts import make
from tests.standards.rolls import roll_of
from tests.standards.test_county_level import county_draft, doc

LAST = "2143000009"
HUNDRED = Fraction(100)
GOOD_FIGURES = {"graduates": 100, "nine_year_cohort": 100, "classes": 4}
CLASH = "骨干教师 150,多于专任教师 10"


def days(standard):
    """The days on which other items come into force: the last of them knows all that will be."""
    return sorted({each.citation.valid_from for each in standard.indicators})


def blank(code, kind, standard, on):
    data = SchoolData(make(kind, {"school.code": code, "school.name": code}), on=on)
    return school_entry(data, standard, "final", code, on)


def judged(verdict, *, good):
    """A school's verdict with numbers that meet its item, or that do not."""
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        return verdict  # no matter of this kind of school
    best = verdict.at_most != good
    return replace(
        verdict,
        outcome=Outcome.MET if good else Outcome.UNMET,
        numerator=(HUNDRED if not verdict.at_most else Fraction(100_000)) if best else Fraction(0),
        denominator=HUNDRED,
        note="",
    )


def filled(code, kind, standard, on, *, good, pupils=100):
    """A school all of whose figures are there."""
    entry = blank(code, kind, standard, on)
    outcome = Outcome.MET if good else Outcome.UNMET
    sections = tuple(
        replace(
            each,
            pupils=pupils,
            outcome=outcome,
            verdicts=tuple(judged(one, good=good) for one in each.verdicts),
        )
        for each in entry.sections
    )
    told = (GOOD_FIGURES if good else {}) | {"pupils": pupils}
    figures = {place: told.get(place[0], 0) for place in entry.figures}
    school_level = tuple(judged(each, good=good) for each in entry.school_level)
    facts = replace(entry.facts, area_class="111")
    return replace(entry, facts=facts, sections=sections, school_level=school_level, figures=figures)


def contradicting(code, kind, standard, on):
    """A school whose numbers exclude one another, as the evaluation says it."""

    def clash(verdict):
        return replace(
            verdict, outcome=Outcome.INSUFFICIENT, numerator=None, denominator=None, contradictions=(CLASH,)
        )

    entry = filled(code, kind, standard, on, good=True)
    sections = tuple(
        replace(each, outcome=Outcome.INSUFFICIENT, verdicts=tuple(map(clash, each.verdicts)))
        for each in entry.sections
    )
    return replace(
        entry,
        sections=sections,
        school_level=tuple(map(clash, entry.school_level)),
        figures=dict.fromkeys(entry.figures),
    )


WORLDS = ("unmet", "blank", "missing", "contradicting", "draft", "conflict")


class County:
    """Two good schools of a kind and a last one in some state, judged by a pack on a day."""

    def __init__(self, pack, kind, on):
        self.standard, self.kind, self.on = load(pack), kind, on
        codes = [each.code for each in self.standard.on(on) if each.county]
        self.draft = county_draft({}, {"county_evidence": [doc(code) for code in codes]})

    def said(self, state, pupils=100):
        """What the county says of each item in a state: {(code, stage): verdict}."""
        lists = [self._entries(each, state, pupils) for each in self._standards()]
        missing = [{"code": LAST, "kind": self.kind.value}] if state == "missing" else 0
        roll = roll_of(lists[-1], missing, conflicts=[LAST] if state == "conflict" else ())
        report = standard_report(lists[-1], self.standard, self.on, self.draft, roll, lists[0])
        found = {(each.code, each.stage): (each.outcome, each.settlement) for each in report.county_level}
        for stage in report.stages:
            for one in stage.indicators:
                if one.limit is not None:
                    found[f"CV {one.code}", stage.stage] = (one.outcome, one.settlement)
            if stage.composite_limit is not None:
                found["CV", stage.stage] = (stage.composite_outcome, stage.settlement)
        return found

    def _standards(self):
        return [self.standard.below or self.standard, self.standard]

    def _entries(self, standard, state, pupils):
        good = [filled(f"214300000{at}", self.kind, standard, self.on, good=True) for at in (1, 2)]
        made = {
            "good": lambda: filled(LAST, self.kind, standard, self.on, good=True),
            "unmet": lambda: filled(LAST, self.kind, standard, self.on, good=False, pupils=pupils),
            "blank": lambda: blank(LAST, self.kind, standard, self.on),
            "contradicting": lambda: contradicting(LAST, self.kind, standard, self.on),
            "draft": lambda: replace(filled(LAST, self.kind, standard, self.on, good=True), state="draft"),
            "conflict": lambda: filled(LAST, self.kind, standard, self.on, good=True),
        }
        return good if state == "missing" else [*good, made[state]()]


def stands_met(said):
    outcome, settlement = said
    return settlement.standing(outcome) is Outcome.MET


def worlds():
    for pack, kind in itertools.product(standard_ids(), SchoolKind):
        marks = () if kind is SchoolKind.NINE_YEAR else pytest.mark.slow
        yield pytest.param(pack, kind, marks=marks, id=f"{pack} {kind.name}")


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "kind"), list(worlds()))
def test_not_handing_in_is_never_better_than_an_unmet_figure(pack, kind):
    for on in {days(load(pack))[0], days(load(pack))[-1]}:
        county = County(pack, kind, on)
        unmet = [county.said("unmet", pupils) for pupils in (1, 99_999)]
        for state in WORLDS[1:]:
            for place, said in county.said(state).items():
                worst = all(stands_met(each[place]) for each in unmet if place in each)
                assert worst or not stands_met(said), (on, state, place, said)
                if state in {"missing", "contradicting", "blank"} and not worst:
                    assert said[0] is not Outcome.MET, (on, state, place, said)


def test_the_county_of_good_schools_meets_what_it_asks_of_them():
    """Else the property above would say little."""
    for pack in standard_ids():
        standard = load(pack)
        county = County(pack, SchoolKind.NINE_YEAR, days(standard)[-1])
        good, missing = county.said("good"), county.said("missing")
        judged_ones = {each.code for each in standard.on(county.on) if each.has_limit}
        open_ones = {
            place[0]
            for place, (_, settlement) in missing.items()
            if settlement.missing and not stands_met(good[place]) and place[0] in judged_ones
        }
        # A county of three schools has not the nine, nor the 3000 backbone teachers, that are asked for.
        assert open_ones <= {"DTH01", "HZ08E"}, pack
