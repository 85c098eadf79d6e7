"""What schools reach together: sums of their items, monitoring, satisfaction, retention, coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import MONITORED, STAGE, Stage
from eduapp.standards.county.asking import has_section
from eduapp.standards.county.balance import balance, composite
from eduapp.standards.county.measure import CountyFormula
from eduapp.standards.county.settling import Adds
from eduapp.standards.formulas.measure import Measure, NotApplicable, fraction, named
from eduapp.standards.numbers import shown
from eduapp.standards.results import Input, Outcome
from eduapp.standards.terms import DecimalNumber, Flag, OneOf, PlainText, Terms, WholeNumber, of_item, term
from eduapp.standards.years import SCHOOL_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.records.rows import Row
    from db.records.values import Cell
    from eduapp.standards.county.county_data import CountyData
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.results import Verdict


@dataclass(frozen=True, kw_only=True)
class Monitoring(Terms):
    """The level each subject must reach, and what the difference between schools must stay under."""

    level: int = term("等级 ≥", WholeNumber())
    below: Decimal = term("校际差异率 <", DecimalNumber())


@dataclass(frozen=True, kw_only=True)
class Visits(Terms):
    """How many of a hundred who were visited must be content."""

    visits_at_least: Decimal = term("走访满意(%)≥", DecimalNumber())


@dataclass(frozen=True, kw_only=True)
class Summed(Terms):
    """Whose numbers are added up (its own item's without `of`), and whether schools are named."""

    code: str = of_item(PlainText())
    unit: str = of_item(PlainText())
    of: str = term("取自", PlainText(), default="")
    named: bool = term("列出校名", Flag(), default=False)


@dataclass(frozen=True, kw_only=True)
class OfStage(Terms):
    """Which stage."""

    stage: str = term("学段", OneOf(dict(STAGE.options)))


def national_monitoring(county: CountyData, terms: Monitoring) -> Measure:
    """教育质量 9: each subject at level `level` or above, the difference between schools under `below`.

    Of a subject measured in several years the newest decides; a result without its year always takes part.
    """
    known: dict[str, bool] = {}
    lines = []
    for row in _newest(county.rows("county_monitoring")):
        subject, level, difference = row["subject"], row["level"], row["difference"]
        if isinstance(subject, str) and isinstance(level, int) and isinstance(difference, Decimal):
            fits = level >= terms.level and difference < terms.below
            known[subject] = fits and known.get(subject, True)
    names = dict(MONITORED.options)
    absent = [name for code, name in names.items() if code not in known]
    failed = [names[code] for code, fits in known.items() if not fits]
    if failed:
        lines.append(f"未达到:{'、'.join(failed)}")
    if absent:
        lines.append(f"缺:{'、'.join(absent)}的监测结果")
    if absent and not failed:
        return Measure(None, None, (), "科", note=";".join(lines))
    passed = Fraction(len(known) - len(failed))
    return Measure(passed, Fraction(len(names)), (), "科", note=";".join(lines))


def _newest(rows: list[Row]) -> list[Row]:
    """Leave out what a newer year of the same subject has replaced."""
    years: dict[Cell, int] = {}
    for row in rows:
        if isinstance(row["year"], int):
            years[row["subject"]] = max(row["year"], years.get(row["subject"], row["year"]))
    return [row for row in rows if not isinstance(row["year"], int) or row["year"] == years[row["subject"]]]


def public_satisfaction(county: CountyData, terms: Visits) -> Measure:
    """社会认可度: satisfied over valid questionnaires; visits, where there were any, the same share."""
    satisfied, valid, visited, content = (
        county.value(f"county_satisfaction.{name}")
        for name in ("satisfied", "valid", "visited", "visited_satisfied")
    )
    inputs: tuple[Input, ...] = (satisfied, valid)
    also: bool | None = True
    note = ""
    if visited.value or content.value:
        inputs = (*inputs, visited, content)
        also = None
    if visited.value and content.value is not None:
        share = Fraction(terms.visits_at_least) / 100
        also = Fraction(content.value) >= share * Fraction(visited.value)
        note = f"实地走访 {visited.value} 人,满意 {content.value} 人"
    return Measure(fraction(satisfied), fraction(valid), inputs, "份", also=also, note=note, within=True)


def nine_year_retention(county: CountyData, terms: Terms) -> Measure:
    """会泽 第三条: (毕业 - 九年转入 + 九年转出) / (九年前一年级在校 - 九年死亡), all schools together.

    The form's formula of three years, over nine (inferred). A school says what its stages know: the
    first grade where it has 小学, the graduates where it has 初中, who came and went in either.
    """
    del terms
    primary, junior = (_with_stage(county, stage) for stage in Stage)
    every = county.entries
    parts = (
        _added("graduates", "本届毕业学生人数", junior, Stage.LOWER_SECONDARY),
        _added("nine_year_in", "九年间转入学生数", every),
        _added("nine_year_out", "九年间转出学生数", every),
        _added("nine_year_cohort", "九年前小学一年级在校生数", primary),
        _added("nine_year_died", "九年间死亡学生数", every),
    )
    lacking = [part.label for part in parts if part.value is None]
    if lacking:
        return Measure(None, None, parts, "人", note=f"有学校没有填:{'、'.join(lacking)}")
    graduates, came, went, cohort, died = (Fraction(part.value or 0) for part in parts)
    return Measure(graduates - came + went, cohort - died, parts, "人")


def _with_stage(county: CountyData, stage: Stage) -> list[SchoolEntry]:
    return [entry for entry in county.entries if any(each.stage is stage for each in entry.sections)]


def _added(name: str, label: str, entries: Iterable[SchoolEntry], stage: Stage | None = None) -> Input:
    values = [entry.figures.get((name, stage)) for entry in entries]
    known = [value for value in values if value is not None]
    total = sum(known) if known and len(known) == len(values) else None
    return Input(f"school_total.{name}", label, stage, total, "人", "rows" if total is not None else "")


def summed(county: CountyData, terms: Summed) -> Measure | NotApplicable:
    """The schools' own numbers of an item added up (this one, or `of`); missing while one lacks its own."""
    own = _own_verdicts(county, terms.of or terms.code)
    unit = terms.unit
    if not own:
        return NotApplicable("没有适用的学校")
    lacking = [entry.facts.name for entry, verdict in own if verdict.value is None]
    if lacking:
        return Measure(None, None, (), unit, note=f"{len(lacking)} 所数据不足:{named(lacking)}")
    values = [(entry, verdict.value) for entry, verdict in own if verdict.value is not None]
    total = sum((value for _, value in values), Fraction(0))
    largest = sorted((pair for pair in values if pair[1]), key=lambda pair: (-pair[1], pair[0].facts.code))
    names = named([f"{entry.facts.name} {shown(value, 0)}" for entry, value in largest])
    note = f"{len(own)} 所学校合计" + (f":{names}" if terms.named and names else "")
    return Measure(total, Fraction(1), (), unit, note=note)


def _own_verdicts(county: CountyData, code: str) -> list[tuple[SchoolEntry, Verdict]]:
    """Return each school's verdict of an item that applies to it; a number without a limit applies."""
    return [
        (entry, verdict)
        for entry in county.entries
        for verdict in entry.of_item(code)
        if verdict.outcome is not Outcome.NOT_APPLICABLE or verdict.value is not None
    ]


def composite_coefficient(county: CountyData, terms: OfStage) -> Measure:
    """朔州(三): 综合差异系数 of a stage by the 2012 rules, over the schools that rules cover."""
    stage = Stage(terms.stage)
    sections = [
        each for entry in county.below for each in entry.sections if each.stage is stage and each.counts
    ]
    by_code: dict[str, list[tuple[int, Fraction]]] = {}
    lacking = 0
    for section in sections:
        for verdict in section.verdicts:
            if section.pupils is None or verdict.value is None:
                lacking += 1
            else:
                by_code.setdefault(verdict.code, []).append((section.pupils, verdict.value))
    joined = composite([balance(values).coefficient for values in by_code.values()])
    if lacking or joined is None:
        why = (
            f"{lacking} 个数缺失"
            if lacking
            else "没有这个学段的学校"
            if not sections
            else "无法计算:均值为 0"
        )
        return Measure(None, None, (), "系数", note=why)
    note = f"{len(sections)} 个学段 {len(by_code)} 项指标差异系数的平均"
    return Measure(Fraction(joined), Fraction(1), (), "系数", note=note)


FORMULAS: dict[str, CountyFormula] = {
    "national_monitoring": CountyFormula(national_monitoring, Monitoring, "%"),
    "public_satisfaction": CountyFormula(public_satisfaction, Visits, "%"),
    "nine_year_retention": CountyFormula(
        nine_year_retention, Terms, "%", schools=lambda *_: True, year=SCHOOL_YEAR
    ),
    "summed": CountyFormula(
        summed,
        Summed,
        schools=lambda asking, kind, terms: asking.of_school(terms.of or terms.code, kind),
        adds=Adds.SUM,
    ),
    "composite_coefficient": CountyFormula(
        composite_coefficient,
        OfStage,
        "系数",
        schools=lambda asking, kind, terms: has_section(
            asking.standard.below or asking.standard, kind, Stage(terms.stage)
        ),
    ),
}
