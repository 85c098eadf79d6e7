"""All records, in the order of the pages: a school workbook's, and a county workbook's own."""

from __future__ import annotations

from db.records.county import (
    CountyEvidence,
    CountyFunding,
    CountyMeeting,
    CountyMonitoring,
    CountyPeople,
    CountyProfile,
    CountyProject,
    CountyRectification,
    CountySatisfaction,
)
from db.records.ledgers import (
    AtRisk,
    Care,
    Course,
    Evidence,
    Rectification,
    Rotation,
    SpecialNeeds,
    Training,
    TrainingExpense,
)
from db.records.people import Homework, SchoolClass, Teacher
from db.records.premises import Equipment, Room, SportsGround
from db.records.school import Funding, School, SchoolTotal, SectionTotal, Staffing
from db.records.spec import Field, RecordSpec, record


def _by_name(*specs: RecordSpec) -> dict[str, RecordSpec]:
    return {spec.name: spec for spec in specs}


SCHOOL_RECORDS = _by_name(
    record("school", "学校", School, "one"),
    record("section_total", "分学段合计", SectionTotal, "stages"),
    record("school_total", "全校合计", SchoolTotal, "one"),
    record("school_class", "班级", SchoolClass, "many", "name", identity=("name",)),
    record("teacher", "教师", Teacher, "many", "name", identity=("name", "birth_month")),
    record("staffing", "编制与岗位", Staffing, "one"),
    record("training", "培训学时", Training, "many", identity=("teacher", "year", "content"), amounts=True),
    record("rotation", "交流轮岗", Rotation, "many", identity=("teacher", "direction", "begins")),
    record("room", "校舍", Room, "many", "name", identity=("name",)),
    record("sports_ground", "运动场地", SportsGround, "many", "name", identity=("name",)),
    record("equipment", "教学仪器设备", Equipment, "many", "name", identity=("name",), amounts=True),
    record("funding", "设备与经费", Funding, "one"),
    record(
        "training_expense",
        "培训经费",
        TrainingExpense,
        "many",
        identity=("date", "use", "content"),
        amounts=True,
    ),
    record("homework", "作业", Homework, "many", identity=("date", "school_class", "subject"), amounts=True),
    record("course", "课程课时", Course, "many", identity=("grade", "subject")),
    record("special_needs", "特殊教育学生", SpecialNeeds, "many", identity=("school_class", "mode")),
    record("care", "关爱对象", Care, "many", identity=("school_class", "kind")),
    record("at_risk", "控辍保学", AtRisk, "many", identity=("school_class", "kind", "found")),
    record("evidence", "佐证材料", Evidence, "many", identity=("item", "number")),
    record("rectification", "整改", Rectification, "many", identity=("item", "stage", "problem")),
)
COUNTY_RECORDS = _by_name(
    record("county_profile", "县情", CountyProfile, "one"),
    record("county_funding", "经费与工资", CountyFunding, "one"),
    record("county_people", "交流招生与入学", CountyPeople, "one"),
    record("county_monitoring", "质量监测", CountyMonitoring, "many", identity=("year", "subject")),
    record("county_satisfaction", "社会认可度", CountySatisfaction, "one"),
    record("county_project", "建设项目", CountyProject, "many", "name", identity=("name",)),
    record("county_meeting", "会议", CountyMeeting, "many", identity=("kind", "date")),
    record("county_evidence", "县级佐证材料", CountyEvidence, "many", identity=("item", "number")),
    record(
        "county_rectification",
        "县级整改",
        CountyRectification,
        "many",
        identity=("school", "item", "stage", "problem"),
    ),
)
RECORDS = SCHOOL_RECORDS | COUNTY_RECORDS
"""Every record by name: names are unique over both kinds of workbook."""

LISTS = tuple(name for name, spec in SCHOOL_RECORDS.items() if spec.is_list)
"""The lists of a school."""


def field_of(path: str) -> Field:
    """Return the field named `record.field`; raises KeyError when there is none."""
    record_name, field_name = path.split(".")
    return RECORDS[record_name].fields[field_name]
