"""All records of a school workbook, in the order of the pages."""

from __future__ import annotations

from db.records.people import Homework, SchoolClass, Teacher
from db.records.premises import Equipment, Room, SportsGround
from db.records.school import Funding, School, SchoolTotal, SectionTotal
from db.records.spec import Field, RecordSpec, record

RECORDS: dict[str, RecordSpec] = {
    spec.name: spec
    for spec in (
        record("school", "学校", School, "one"),
        record("section_total", "分学段合计", SectionTotal, "stages"),
        record("school_total", "全校合计", SchoolTotal, "one"),
        record("school_class", "班级", SchoolClass, "many", "name"),
        record("teacher", "教师", Teacher, "many", "name"),
        record("room", "校舍", Room, "many", "name"),
        record("sports_ground", "运动场地", SportsGround, "many", "name"),
        record("equipment", "教学仪器设备", Equipment, "many", "name"),
        record("funding", "设备与经费", Funding, "one"),
        record("homework", "作业", Homework, "many"),
    )
}

LISTS = tuple(name for name, spec in RECORDS.items() if spec.is_list)


def field_of(path: str) -> Field:
    """Return the field named `record.field`; raises KeyError when there is none."""
    record_name, field_name = path.split(".")
    return RECORDS[record_name].fields[field_name]
