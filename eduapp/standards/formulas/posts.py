"""Posts against the establishment: 编制, 空编, 临聘, 在编不在岗.

Source: 大通湖区 2025 第14、15条; X区 2024 一(一) (docs/standards.md, "Local plans").
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import Stage
from eduapp.standards.formulas.measure import SCHOOL, Formula, Measure, fraction
from eduapp.standards.terms import DecimalNumber, Terms, TermTable, term

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from eduapp.standards.data import SchoolData


@dataclass(frozen=True, kw_only=True)
class PupilsPerPost(Terms):
    """Pupils of a stage for one post."""

    pupils_per_post: Mapping[Stage, Decimal] = term(
        "每个编制的学生数", TermTable(Stage, DecimalNumber(positive=True), every=True)
    )


def establishment_share(data: SchoolData, stage: Stage | None, terms: PupilsPerPost) -> Measure:
    """教职工编制 over what the pupils call for: pupils of a stage over `pupils_per_post` of it."""
    del stage
    posts = data.figure("establishment")
    parts = tuple(data.figure("pupils", each) for each in data.facts.stages)
    inputs = (posts, *parts)
    kind = data.facts.kind
    if kind is None or kind.has_senior_high:
        note = "编制数含高中,不能按义务教育学段核算" if kind else "请先填写学校类型"
        return Measure(None, None, inputs, "人", note=note)
    needed = Fraction(0)
    for part in parts:
        if part.value is None or part.stage is None:
            return Measure(None, None, inputs, "人")
        needed += Fraction(part.value) / Fraction(terms.pupils_per_post[part.stage])
    return Measure(fraction(posts), needed, inputs, "人")


def substitutes_over_establishment(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """How many substitutes are hired beyond the establishment: 在编(在岗与不在岗)加代课,减编制."""
    del stage, terms
    names = ("substitutes", "in_post", "off_post", "establishment")
    inputs = tuple(data.figure(name) for name in names)
    substitutes, there, away, posts = (fraction(part) for part in inputs)
    if substitutes == 0:
        return Measure(Fraction(0), Fraction(1), inputs, "人", note="没有临时代课教师")
    if substitutes is None or there is None or away is None or posts is None:
        return Measure(None, None, inputs, "人")
    over = max(Fraction(0), min(substitutes, there + away + substitutes - posts))
    note = f"在编 {there + away} 人、代课 {substitutes} 人,编制 {posts} 人"
    return Measure(over, Fraction(1), inputs, "人", note=note)


def off_post_unexplained(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """How many are on the roll and not at work without an explanation of the school."""
    del stage, terms
    count = data.figure("off_post")
    reason = data.draft.only("staffing")["off_post_reason"]
    if not count.value:
        note = "缺:在编不在岗人数" if count.value is None else "没有在编不在岗人员"
        return Measure(fraction(count), Fraction(1), (count,), "人", note=note)
    said = isinstance(reason, str)
    note = f"在编不在岗 {count.value} 人,{'有' if said else '没有'}情况说明"
    return Measure(Fraction(0) if said else fraction(count), Fraction(1), (count,), "人", note=note)


def vacant_posts(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """空编: posts less those held, on post or not; below zero where more are held than there are."""
    del stage, terms
    parts = tuple(data.figure(name) for name in ("establishment", "in_post", "off_post"))
    posts, there, away = (fraction(part) for part in parts)
    if posts is None or there is None or away is None:
        return Measure(None, None, parts, "人")
    vacant = posts - there - away
    note = f"超编 {-vacant} 人" if vacant < 0 else ""
    return Measure(vacant, Fraction(1), parts, "人", note=note)


FORMULAS: dict[str, Formula] = {
    "establishment_share": Formula(SCHOOL, establishment_share, PupilsPerPost, value_unit="%"),
    "substitutes_over_establishment": Formula(SCHOOL, substitutes_over_establishment, value_unit="人"),
    "off_post_unexplained": Formula(SCHOOL, off_post_unexplained, value_unit="人"),
    "vacant_posts": Formula(SCHOOL, vacant_posts, value_unit="人", below_zero=True),
}
