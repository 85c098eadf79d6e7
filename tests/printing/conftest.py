"""Schools in memory for the papers: a draft from plain facts, judged by the national standard."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from db.records.catalog import RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.draft import Draft, empty_row
from db.records.rows import ONLY
from eduapp.printing.head import JudgedSchool, PaperHead
from eduapp.standards.checks.school_rules import table_findings
from eduapp.standards.county.form import county_form
from eduapp.standards.county.report import CountyReport, school_entry, standard_report
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Report
from tests.printing.county_papers import Records
from tests.standards.rolls import roll_of

ON = datetime.date(2026, 9, 1)
SECTION = {
    Stage.PRIMARY: {
        "pupils": 618,
        "classes": 15,
        "teachers": 36,
        "associate": 6,
        "bachelor": 20,
        "master": 0,
        "doctor": 0,
        "backbone": 5,
        "certified": 36,
        "trained": 35,
        "pe": 3,
        "music": 2,
        "fine_art": 2,
        "art": 0,
    },
    Stage.LOWER_SECONDARY: {
        "pupils": 400,
        "classes": 9,
        "teachers": 34,
        "bachelor": 30,
        "master": 2,
        "doctor": 0,
        "backbone": 4,
        "certified": 34,
        "trained": 34,
        "pe": 2,
        "music": 1,
        "fine_art": 1,
        "art": 0,
        "graduates": 130,
        "cohort": 135,
        "transferred_in": 4,
        "transferred_out": 3,
        "died": 0,
    },
}
TOTAL = {
    "teaching_area": Decimal("6280.5"),
    "indoor_sports_area": Decimal(300),
    "gym_area": Decimal(600),
    "field_area": Decimal(9000),
    "multimedia_rooms": 26,
    "music_rooms": 2,
    "music_rooms_96": 2,
    "art_rooms": 2,
    "art_rooms_90": 1,
}
FUNDING = {"equipment_value": Decimal("231.45"), "budget": Decimal("98.6"), "training_budget": Decimal("5.1")}


class School:
    """A school that is being written down."""

    def __init__(self, name="仙人渡镇㛃䶮𬭎学校", code="3121000123", kind=SchoolKind.NINE_YEAR):
        self.draft = Draft()
        self.kind = kind
        self.put("school", ONLY, name=name, code=code, kind=kind, organiser="7", built_year=1998)

    def put(self, record, key, **cells):
        rows = self.draft.rows[record]
        if key not in rows:
            rows.insert(key, rows.next_position(), empty_row(record))
        assert set(cells) <= set(RECORDS[record].fields)
        rows[key].update(cells)
        return self

    def usual(self, **pupils):
        """Fill in an ordinary school of its kind."""
        for stage in self.kind.stages:
            self.put("section_total", stage, **SECTION[stage])
        self.put("school_total", ONLY, **TOTAL)
        if self.kind.has_senior_high:
            self.put("school_total", ONLY, senior_high_pupils=350)
        return self.put("funding", ONLY, **FUNDING)

    @property
    def data(self):
        return SchoolData(self.draft)

    def judged(self, standard):
        data = self.data
        return JudgedSchool(
            data,
            Report(
                on=ON,
                standards=(standard.id,),
                sections=evaluate_sections(data, standard),
                school_level=evaluate_school(data, standard),
                findings=tuple(table_findings(data)),
            ),
        )

    def head(self, **more):
        facts = self.data.facts
        return PaperHead(
            school=facts.name,
            school_code=facts.code,
            kind=facts.kind,
            built_year=self.draft.only("school")["built_year"],
            year=2026,
            **more,
        )


@pytest.fixture
def school():
    return School


@pytest.fixture(scope="session")
def national():
    return load("national-2017")


KINDS = (
    SchoolKind.PRIMARY,
    SchoolKind.LOWER_SECONDARY,
    SchoolKind.NINE_YEAR,
    SchoolKind.PRIMARY,
    SchoolKind.COMPLETE_SECONDARY,
    SchoolKind.TEACHING_POINT,
    SchoolKind.TWELVE_YEAR,
)


def judged_county(schools, standard, draft, expected=0):
    """Judge schools as a county by one standard; a school's `state` may be set on it."""
    entries = tuple(
        school_entry(each.data, standard, getattr(each, "state", "final"), f"{number:064x}", ON)
        for number, each in enumerate(schools)
    )
    missing = max((expected or 0) - len(entries), 0)
    roll = roll_of(entries, missing, listed=expected is not None)
    return standard_report(sorted(entries, key=lambda each: each.facts.code), standard, ON, draft, roll)


def county_of(schools, standard, draft=None, others=(), **more):
    """Judge schools as a county, with its own records (`draft`) and by further standards."""
    expected = more.get("expected", len(schools))
    first = judged_county(schools, standard, draft, expected)
    entries = first.schools
    facts = {
        "code": "420682",
        "name": "某县",
        "year": 2026,
        "on": ON,
        "standards": (standard.id, *(each.id for each in others)),
        "fingerprint": "012345678901234567890123456789",
        "expected": len(entries),
        "unchecked_keys": 0,
        "practice": False,
    }
    report = CountyReport(
        schools=entries,
        stages=first.stages,
        county_level=first.county_level,
        others=tuple(judged_county(schools, each, draft, expected) for each in others),
        **(facts | more),
    )
    return replace(report, form=county_form(entries, (), standard, ON, draft))


def many_schools(count):
    """Schools of all kinds, some better and some worse, in code order."""
    schools = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        each = School(name=f"第{number + 1}学校", code=f"{kind}{number + 1:07d}", kind=kind).usual()
        each.put(
            "school_total", ONLY, multimedia_rooms=10 + number % 23, field_area=Decimal(4000 + 97 * number)
        )
        schools.append(each)
    return schools


@pytest.fixture
def county():
    return county_of


@pytest.fixture
def schools():
    return many_schools


@pytest.fixture
def records():
    return Records().usual()
