"""The practice county's own records: invented numbers of the size a small county has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.records.items import COUNTY_DOCUMENTED
from db.records.rows import ONLY
from eduapp.services import entry
from eduapp.services.practice.ledger_rows import QUOTAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eduapp.services.county.books import CountyBook

FACTS = {
    "county_profile": {
        "population": "42.35",
        "rural_population": "21.08",
        "townships": "12",
        "villages": "163",
        "gdp_per_head": "51200",
        "revenue_per_head": "3860",
        "rural_income": "22140",
        "urban_income": "38970",
        "special_schools": "1",
    },
    "county_funding": {
        **{f"quota_{stage}": str(yuan) for stage, yuan in QUOTAS.items()},
        "special_funds": "742000",
        "special_pupils": "104",
        "teacher_pay": "9.12",
        "official_pay": "9.05",
        "payroll": "41200",
        "training_funds": "640",
        "running_funds": "9800",
        "education_funds": "92000",
        "gdp": "2168000",
    },
    "county_people": {
        "eligible": "412",
        "rotated": "46",
        "rotated_backbone": "11",
        "senior_high_plan": "1200",
        "senior_high_quota": "640",
        "senior_high_rural": "410",
        "migrants": "560",
        "migrants_public": "498",
        "migrants_bought": "21",
        "disabled": "126",
        "disabled_enrolled": "122",
        "disabled_special": "61",
    },
    "county_satisfaction": {
        "questionnaires": "1200",
        "valid": "1176",
        "satisfied": "1052",
        "visited": "80",
        "visited_satisfied": "72",
        "parent_questionnaires": "700",
        "parent_valid": "688",
        "parent_satisfied": "607",
        "parent_visited": "40",
        "parent_visited_satisfied": "36",
    },
}
MONITORED = {
    "语文": "0.102",
    "数学": "0.137",
    "科学": "0.121",
    "体育": "0.094",
    "艺术": "0.118",
    "德育": "0.088",
}
DOCUMENT = "练教发〔{year}〕{number}号"


def fill(book: CountyBook, year: int) -> None:
    """Fill what the county itself records, as an officer would."""
    for record, cells in FACTS.items():
        entry.set_cells(
            book,
            [(record, ONLY, name, entry.read(book, record, name, text)) for name, text in cells.items()],
            "填写县级数据",
        )
    rows = [
        {"subject": subject, "level": "3", "difference": difference, "year": str(year - 1)}
        for subject, difference in MONITORED.items()
    ]
    entry.add_rows(book, "county_monitoring", rows)
    entry.add_rows(book, "county_evidence", list(_documents(year)))
    entry.add_rows(
        book,
        "county_project",
        [
            {
                "name": "城东学校扩建",
                "school": "城东小学",
                "kind": "改扩建",
                "places": "270",
                "area": "3200",
                "money": "860",
                "planned": f"{year + 1}-08-20",
            }
        ],
    )


def _documents(year: int) -> Iterator[dict[str, str]]:
    """A document for each national item that the county answers by one."""
    national = [option for option in COUNTY_DOCUMENTED.options if option[0][0] in "GV"]
    for place, (code, words) in enumerate(national, 1):
        yield {
            "item": code,
            "met": "是",
            "number": DOCUMENT.format(year=year, number=place),
            "date": f"{year}-05-{9 + place:02d}",
            "files": f"{words.partition(' ')[2]}(练习材料)",
            "note": "练习用的虚构材料",
        }
