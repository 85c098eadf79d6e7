"""Courses: the hours of the timetable against the curriculum plan.

Source: 大通湖区 2025 第30条; 会泽县 2023 第六条; X区 2024 三(一) (docs/standards.md, "Local plans").
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import GRADE, SUBJECT
from eduapp.standards.formulas.measure import SCHOOL, Formula, Measure, count_of, named
from eduapp.standards.numbers import plain
from eduapp.standards.terms import AnyOf, Some, Terms, term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.records.choices import Stage
    from eduapp.standards.data import SchoolData

SUBJECT_NAMES, GRADE_NAMES = dict(SUBJECT.options), dict(GRADE.options)
SUBJECT_WORDS = {code: words for code, words in SUBJECT_NAMES.items() if code != "other"}
_GROUP = AnyOf(SUBJECT_NAMES)


@dataclass(frozen=True, kw_only=True)
class Taught(Terms):
    """Courses that must be taught; each may be several that stand for each other."""

    subjects: tuple[tuple[str, ...], ...] = term("课程", Some(_GROUP, 1))


@dataclass(frozen=True, kw_only=True)
class ChosenCourses(Terms):
    """Courses that are looked at alone; all where none is named."""

    subjects: tuple[tuple[str, ...], ...] = term("课程", Some(_GROUP, 1), default=())


def curriculum_hours(data: SchoolData, stage: Stage | None, terms: Taught) -> Measure:
    """Lines of 课程课时 with the hours of the plan over all lines; each of `subjects` has to be taught.

    A subject of the list may name several that stand for each other, as `music|art`.
    """
    del stage
    rows = list(data.draft.rows["course"].values())
    if not rows:
        return Measure(None, None, (), "项", note="缺:课程课时")
    short, unknown = [], 0
    for row in rows:
        weekly, planned = row["weekly"], row["planned"]
        if not isinstance(weekly, Decimal) or not isinstance(planned, Decimal):
            unknown += 1
        elif weekly < planned:
            short.append(
                f"{GRADE_NAMES.get(str(row['grade']), '')}{SUBJECT_NAMES.get(str(row['subject']), '')}"
            )
    taught = {row["subject"] for row in rows if isinstance(row["weekly"], Decimal) and row["weekly"] > 0}
    absent = [
        "或".join(SUBJECT_NAMES[each] for each in group)
        for group in terms.subjects
        if taught.isdisjoint(group)
    ]
    parts = [f"{len(short)} 项课时不足:{named(short)}"] if short else []
    parts += [f"没有开设{named(absent)}"] if absent else []
    if not parts and unknown:
        return Measure(None, None, (), "项", note=f"{unknown} 项缺实际或方案周课时")
    met = Fraction(len(rows) - len(short))
    return Measure(met, Fraction(len(rows) + len(absent)), (), "项", note=";".join(parts))


def course_hours(data: SchoolData, stage: Stage | None, terms: ChosenCourses) -> Measure:
    """课程开齐开足: lines of the timetable with fewer hours than planned, and subjects that are missing.

    `subjects` limits it to some, each a code or several, as `music|art`, any of which will do.
    """
    del stage
    groups = terms.subjects
    wanted = {code for group in groups for code in group}
    offered: dict[int, set[str]] = {}
    short, unknown = [], 0
    for row in data.draft.rows["course"].values():
        grade, subject, weekly, planned = (row[name] for name in ("grade", "subject", "weekly", "planned"))
        if not isinstance(grade, str) or not isinstance(subject, str):
            unknown += 1
            continue
        if weekly != 0:
            offered.setdefault(int(grade), set()).add(subject)
        else:
            offered.setdefault(int(grade), set())
        if wanted and subject not in wanted:
            continue
        if not isinstance(weekly, Decimal) or not isinstance(planned, Decimal):
            unknown += 1
        elif weekly < planned:
            about = f"{grade}年级{SUBJECT_WORDS.get(subject, '其他')}"
            short.append(f"{about} {plain(weekly)}/{plain(planned)} 节")
    for number, subjects in sorted(offered.items()):
        short += [f"{number}年级没有{_any_of(group)}" for group in groups if subjects.isdisjoint(group)]
    if not offered:
        return Measure(None, None, (), "门", note="没有课程课时登记")
    if unknown and not short:
        return Measure(None, None, (), "门", note=f"{unknown} 行课程课时没有填全")
    note = f"{len(short)} 门次课时不足:{named(short)}" if short else "登记的课程课时都不少于课程方案"
    return count_of(short, (), "门", note)


def _any_of(group: Sequence[str]) -> str:
    return "或".join(SUBJECT_WORDS[code] for code in group)


FORMULAS: dict[str, Formula] = {
    "curriculum_hours": Formula(SCHOOL, curriculum_hours, Taught, value_unit="%"),
    "course_hours": Formula(SCHOOL, course_hours, ChosenCourses, value_unit="门"),
}
