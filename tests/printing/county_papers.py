"""A county's own records while they are written down, its schools, and the cells of its tables."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from db.records.catalog import COUNTY_RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.draft import Draft, empty_row
from db.records.rows import ONLY, Rows
from eduapp.printing.county_sheets import sheets

PRIMARY, LOWER = Stage.PRIMARY, Stage.LOWER_SECONDARY
PROFILE = {
    "population": Decimal("42.345"),
    "rural_population": Decimal("25.1"),
    "townships": 12,
    "villages": 168,
    "gdp_per_head": 52340,
    "revenue_per_head": 3120,
    "rural_income": 19876,
    "urban_income": 36540,
    "special_schools": 1,
}
FUNDING = {
    "special_funds": Decimal(699960),
    "special_pupils": 100,
    "teacher_pay": Decimal("9.12345"),
    "official_pay": Decimal("9.1"),
}
PEOPLE = {
    "eligible": 400,
    "rotated": 45,
    "rotated_backbone": 9,
    "senior_high_plan": 1200,
    "senior_high_quota": 612,
    "senior_high_rural": 300,
    "migrants": 350,
    "migrants_public": 290,
    "migrants_bought": 20,
    "disabled": 101,
    "disabled_enrolled": 97,
    "disabled_special": 31,
}
SURVEY = {
    "questionnaires": 1200,
    "valid": 1180,
    "satisfied": 1050,
    "visited": 100,
    "visited_satisfied": 91,
    "parent_questionnaires": 800,
    "parent_valid": 790,
    "parent_satisfied": 700,
    "parent_visited": 60,
    "parent_visited_satisfied": 55,
}
SUBJECTS = ("chinese", "mathematics", "science", "pe", "art", "morality")


class Records:
    """The county's own records while they are written down."""

    def __init__(self):
        self.draft = Draft({name: Rows() for name in COUNTY_RECORDS})

    def put(self, record, key=ONLY, **cells):
        rows = self.draft.rows[record]
        if key not in rows:
            rows.insert(key, rows.next_position(), empty_row(record))
        assert set(cells) <= set(COUNTY_RECORDS[record].fields)
        rows[key].update(cells)
        return self

    def document(self, item, **more):
        given = {"met": True, "number": f"某政发〔2025〕{item}号", "date": datetime.date(2025, 3, 18)}
        return self.put("county_evidence", f"{item}", item=item, **({**given, "files": "方案"} | more))

    def usual(self):
        self.put("county_profile", **PROFILE).put("county_funding", **FUNDING)
        self.put("county_people", **PEOPLE).put("county_satisfaction", **SURVEY)
        for number, subject in enumerate(SUBJECTS):
            difference = Decimal("0.1499") if subject == "mathematics" else Decimal("0.12")
            self.put("county_monitoring", f"m{number}", subject=subject, level=3, difference=difference)
        for item in ("G1", "G2", "G8", "G10", "G14", "G15", *(f"V{number}" for number in range(1, 7))):
            self.document(item)
        return self


def table_of(report, key):
    return next(table for table in sheets(report) if table.key == key)


def item_of(report, key, number):
    """The brief conclusion (without spaces) and the verdict of an item of tables Ⅳ and Ⅴ."""
    row = next(row for row in table_of(report, key).rows if str(row[0]).startswith(f"{number}. "))
    return re.sub(r"\s", "", row[1]), row[2]


def name_of(report, key, number):
    return next(row[0] for row in table_of(report, key).rows if str(row[0]).startswith(f"{number}. "))


def notes_of(report, key):
    return "".join(table_of(report, key).notes)


def primary(school, number, **cells):
    each = school(name=f"第{number}小学", code=f"2111{number:06d}", kind=SchoolKind.PRIMARY).usual()
    each.put("school", ONLY, ownership="public", boarding=False, area_class="111")
    return each.put("section_total", PRIMARY, **({"catchment_pupils": 618} | cells))


def lower(school, number, **cells):
    each = school(name=f"第{number}中学", code=f"3111{number:06d}", kind=SchoolKind.LOWER_SECONDARY).usual()
    each.put("school", ONLY, ownership="public", boarding=False, area_class="111")
    return each.put("section_total", LOWER, **({"catchment_pupils": 399} | cells))
