"""还差多少: the gaps and the cheapest plan of a school, and what would be if figures were others.

Nothing here writes a record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.values import Unreadable, clean
from eduapp.services.checking import asks_document, sections_of, standard_of
from eduapp.standards import wording
from eduapp.standards.clashes import clashes_of
from eduapp.standards.costs import costs
from eduapp.standards.data import DECLARED, SchoolData
from eduapp.standards.evaluate import evaluate_school
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.numbers import exact_text, plain, rounded
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Input, Outcome, Report
from eduapp.standards.solver import cheapest, gaps, supply_of
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import SectionResult, Verdict
    from eduapp.standards.solver import Addition, IndicatorGap, Plan, SectionGaps, Way
    from eduapp.standards.standard import Standard
    from eduapp.standards.tally import Tally

Place = tuple[str, Stage | None]
"""A figure by name and section; None for the school as a whole."""

YUAN_PER_WAN = 10_000
IN_WAN = "万元"
WHOLE_UNITS = frozenset({"人", "间", "个"})
STATES = (wording.OUTCOME_WORDS[Outcome.UNMET], "缺材料", wording.OUTCOME_WORDS[Outcome.INSUFFICIENT])
ASSUMPTIONS = "学生数不变;新进的体育、艺术教师学历达标的,同时算高学历教师,只花一次钱;单价是假设,可以改。"


@dataclass(frozen=True)
class Preset:
    """A question people ask, as additions to figures (in the figures' own units)."""

    title: str
    additions: tuple[tuple[Place, Decimal], ...]


class WhatIfData(SchoolData):
    """A school's data with some figures replaced; the draft is read, never written."""

    def __init__(self, data: SchoolData, changes: Mapping[Place, Decimal]) -> None:
        """Lay `changes` over the figures of `data`."""
        self._changes: dict[Place, Decimal] = dict(changes)
        tally: Tally = data.tally
        super().__init__(data.draft, tally, data.on)
        # What contradicts itself is the records' own; a figure that is tried leaves the others behind.
        self.clashes = clashes_of(data)

    def _figure(self, name: str, stage: Stage | None) -> Input:
        """Return the replaced figure, or the school's own."""
        own = super()._figure(name, stage)
        if (name, stage) not in self._changes:
            return own
        return replace(own, value=self._changes[name, stage], source=own.source or DECLARED)

    def _is_mixed(self, name: str, part: Input) -> bool:
        # What is tried for a section is meant for that section, never the total of a school with 高中.
        return (name, part.stage) not in self._changes and super()._is_mixed(name, part)


def standard_of_plan(book: SchoolBook) -> Standard:
    """Return the standard a plan aims at: the first of the book's in force on its reference date.

    Raises Problem("no-standard-in-force").
    """
    day = book.reference_date
    for standard in book.standards:
        if standard.in_force(day):
            return standard
    raise Problem("no-standard-in-force", day=str(day))


def gaps_of(book: SchoolBook) -> tuple[SectionGaps, ...]:
    """Return for each section what is missing, or the room left, of each indicator."""
    return gaps(book.data, standard_of_plan(book), book.reference_date)


def default_prices() -> dict[str, Decimal]:
    """Return the shipped prices, 元 a unit, by indicator name: assumptions, from no document."""
    return {name: each.yuan for name, each in costs().items()}


def plan_of(book: SchoolBook, prices: Mapping[str, Decimal] | None = None) -> Plan:
    """Return the cheapest changes by which each section passes; missing prices are the shipped ones."""
    return cheapest(gaps_of(book), standard_of_plan(book), default_prices() | dict(prices or {}))


def what_if(book: SchoolBook, changes: Mapping[Place, Decimal]) -> Report:
    """Judge the school on its reference date with other figures, in the figures' own units.

    Findings are left out: they speak of records, and no record changes. Verdicts on single classes
    and class-days (班额、作业) stay as the lists have them. Raises Problem for a figure there is not.
    """
    unknown = [name for name, _ in changes if name not in FIGURES]
    if unknown:
        raise Problem("what-if-unknown-figure", figure=unknown[0])
    data = WhatIfData(book.data, changes)
    day = book.reference_date
    chosen = [standard for standard in book.standards if standard.in_force(day)]
    return Report(
        on=day,
        standards=tuple(each.id for each in chosen),
        sections=sections_of(data, day, chosen),
        school_level=tuple(verdict for each in chosen for verdict in evaluate_school(data, each, day)),
    )


def sheet(report: Report) -> tuple[Input, ...]:
    """Return the figures worth trying: what 资源配置, 音美教室 and 学校规模 are made of, each once."""
    parts = [part for section in report.sections for verdict in section.verdicts for part in verdict.inputs]
    parts += [
        part for verdict in tried_school_level(report) for part in verdict.inputs if part.figure != "classes"
    ]
    by_place = {(part.figure, part.stage): part for part in parts}
    stages: list[Stage | None] = [*Stage, None]
    return tuple(
        sorted(by_place.values(), key=lambda part: (stages.index(part.stage), part.figure != "pupils"))
    )


def tried_school_level(report: Report) -> tuple[Verdict, ...]:
    """Return the verdicts on the school as a whole that the sheet's figures can turn."""
    return tuple(
        verdict
        for verdict in report.school_level
        if verdict.name in FORMULAS and FORMULAS[verdict.name].tried
    )


def tried_verdicts(report: Report) -> dict[tuple[str, Stage | None, str], Verdict]:
    """Return the verdicts the sheet's figures can turn, by standard, section and code."""
    sections = [verdict for section in report.sections for verdict in section.verdicts]
    return {(each.standard, each.stage, each.code): each for each in (*sections, *tried_school_level(report))}


@dataclass(frozen=True)
class Open:
    """A demand that the plan does not speak of and that is not met: what state it is in, and what is missing.

    `state`: 未达标, 缺材料 (a document answers it), or 数据不足.
    """

    verdict: Verdict
    state: str
    missing: str


def others_open(report: Report) -> tuple[Open, ...]:
    """Return what is open beside the sections' first standard, the unmet first.

    Items of the school as a whole, and what further standards ask of the sections. What says nothing but
    what a demand before it says (a local item with the national limit) is left out.
    """
    planned = [
        verdict
        for section in report.sections
        for verdict in section.verdicts
        if verdict.standard == section.verdicts[0].standard
    ]
    asked = [each for section in report.sections for each in section.verdicts if each not in planned]
    said = {_demand(verdict) for verdict in planned}
    found: list[Open] = []
    for verdict in (*report.school_level, *asked):
        state = _open_state(verdict)
        if state and _demand(verdict) not in said:
            said.add(_demand(verdict))
            found.append(Open(verdict, state, wording.sentence(_bare(verdict))))
    return tuple(sorted(found, key=lambda each: STATES.index(each.state)))


def _demand(verdict: Verdict) -> tuple[str, Stage | None, str, str]:
    limit, said = wording.threshold_text(verdict), wording.sentence(_bare(verdict))
    return _national(verdict), verdict.stage, limit, said


def _open_state(verdict: Verdict) -> str:
    if verdict.outcome in {Outcome.UNMET, Outcome.FLOOR}:
        return STATES[0]
    if verdict.outcome is not Outcome.INSUFFICIENT or (verdict.threshold is None and verdict.stage):
        return ""
    return STATES[1] if asks_document(verdict) else STATES[2]


def _bare(verdict: Verdict) -> Verdict:
    """Leave out the remark, in which a local item compares itself with the national one."""
    return replace(verdict, remark="") if standard_of(verdict).beside else verdict


def _national(verdict: Verdict) -> str:
    standard = standard_of(verdict)
    return (standard.indicator(verdict.code).national if standard.beside else "") or verdict.code


def read(name: str, text: str) -> Decimal | None:
    """Read what was typed for a figure; None when nothing was. Raises Problem("what-if-unreadable")."""
    figure = FIGURES[name]
    text = clean(text)
    if not text:
        return None
    try:
        found = (
            RECORDS[figure.record].fields[figure.fields[0]].item.kind.parse(text)
            if figure.fields
            else Decimal(int(text))
        )
        value = Decimal(found)  # type: ignore[arg-type]
    except (Unreadable, ValueError, TypeError, ArithmeticError) as error:
        raise Problem("what-if-unreadable", text=text, label=figure.label) from error
    if value < 0 or (figure.unit in WHOLE_UNITS and value % 1):
        raise Problem("what-if-unreadable", text=text, label=figure.label)
    return value


def read_price(text: str) -> Decimal:
    """Read a price in 元. Raises Problem("price-not-positive")."""
    try:
        price = Decimal(clean(text))
    except ArithmeticError as error:
        raise Problem("price-not-positive") from error
    if not price.is_finite() or price <= 0:
        raise Problem("price-not-positive")
    return price


def presets(book: SchoolBook) -> tuple[Preset, ...]:
    """Return the questions people ask most."""
    moves = tuple(
        Preset(f"{STAGE_NAMES[stage]}转入 20 名学生", ((("pupils", stage), Decimal(20)),))
        for stage in book.data.sections
    )
    return (
        *moves,
        Preset("把 60 ㎡办公室改为教室", ((("teaching_area", None), Decimal(60)),)),
        Preset("把 1 间普通教室配成多媒体教室", ((("multimedia_rooms", None), Decimal(1)),)),
    )


def additions_of(plan: Plan) -> Preset:
    """Return a plan as additions to figures, so that it can be tried."""
    return Preset(
        "试算左边的方案", tuple(((each.figure, each.stage), _in_figure(each)) for each in plan.changes)
    )


def added(book: SchoolBook, changes: Mapping[Place, Decimal], preset: Preset) -> dict[Place, Decimal]:
    """Return `changes` with a preset added on; a figure nobody has given counts from 0."""
    found = dict(changes)
    data = WhatIfData(book.data, changes)
    for (name, stage), more in preset.additions:
        found[name, stage] = Decimal(data.figure(name, stage).value or 0) + more
    return found


def _in_figure(change: Addition) -> Decimal:
    """Return the amount in the figure's own unit: equipment is declared in 万元."""
    in_wan = FIGURES[change.figure].unit == IN_WAN
    return Decimal(change.amount) / YUAN_PER_WAN if in_wan else Decimal(change.amount)


# --- words ---


def way_text(way: Way, *, passes: bool) -> str:
    """Say a way: what has to change to pass, or (where it passes) how much may still change."""
    who = f"{STAGE_NAMES[way.stage]}学生" if way.figure == "pupils" and way.stage else way.label
    if way.change is None or way.after is None:
        return f"只靠{who}减少不行" if way.is_pupils else f"只靠{who}不够"
    amount, after = abs(way.change), exact_text(way.after)
    if way.is_pupils:
        verb = "还可增加" if passes else "减少"
        return f"{who}{verb} {amount} 人(到 {after} 人)"
    if way.figure == "indoor_sports_area":
        return f"室内体育用房改作教学用房 {amount} {way.unit}"
    return f"{who}{'有余' if passes else '增加'} {amount} {way.unit}"


def gap_text(gap: IndicatorGap) -> str:
    """Say all ways of an indicator in one line."""
    if gap.short is None:
        return gap.verdict.note
    passes = gap.verdict.outcome is Outcome.MET
    return (";" if passes else ";或").join(way_text(way, passes=passes) for way in gap.ways)


def supply_text(gap: IndicatorGap) -> str:
    """Say in few words how much more the school needs, or has to spare."""
    way = next((one for one in gap.ways if not one.is_pupils), None)
    if way is None or way.change is None:
        return "—"
    return f"{'有余' if gap.verdict.outcome is Outcome.MET else '增加'} {abs(way.change)} {way.unit}"


def pupils_text(gap: IndicatorGap) -> str:
    """Say in few words to how many pupils of the section it comes down, or may go up."""
    stage = gap.verdict.stage
    way = next((one for one in gap.ways if one.figure == "pupils" and one.stage == stage), None)
    if way is None:
        return "—"
    if way.after is None:
        return "减少学生不行"
    return f"{'可增到' if gap.verdict.outcome is Outcome.MET else '或减到'} {way.after} 人"


def totals_of(found: Sequence[SectionGaps]) -> tuple[tuple[str, Stage | None], ...]:
    """Return the totals a plan can change, by indicator: of each section, or (None) of the school."""
    names = [gap.verdict.name for gap in found[0].gaps] if found else []
    return tuple(
        total
        for name in names
        for total in ([(name, None)] if supply_of(name).of_school else [(name, each.stage) for each in found])
    )


def shared_text(change: Addition | None) -> str:
    """Say how many of a change are new teachers whom the line of degrees counts already."""
    return f"({change.shared} 人同为高学历)" if change and change.shared else ""


def total_text(standard: Standard, name: str, stage: Stage | None) -> str:
    """Name what a plan adds, by the standard's short words: `小学骨干教师`."""
    short = next(each.short for each in standard.indicators if each.name == name)
    return f"{STAGE_NAMES[stage]}{short}" if stage else short


def assumption(name: str) -> str:
    """Say what is bought at a price, and what the shipped price stands on."""
    return f"{costs()[name].whole}。{costs()[name].assumption}"


def short_name(verdict: Verdict) -> str:
    """Return an indicator's short name."""
    return load(verdict.standard).indicator(verdict.code).short


def money(yuan: Fraction) -> str:
    """Write 元 as people read it: in 万元 with two decimals from ten thousand on."""
    if yuan >= YUAN_PER_WAN:
        return f"{plain(rounded(yuan / YUAN_PER_WAN, 2))} 万元"
    return f"{exact_text(yuan)} 元"


def section_line(plan: Plan, section: SectionGaps, result: SectionResult | None) -> str:
    """Say how a section stands and what the plan leaves at the floor."""
    name = STAGE_NAMES[section.stage]
    if section in plan.left_out:
        notes = dict.fromkeys(f"{short_name(each)}({each.note})" for each in section.unsolved)
        if section.unsolved[0].outcome is Outcome.NOT_APPLICABLE:
            return f"{name}:{section.unsolved[0].note},不做方案"
        return f"{name}:数据不足,不做方案。" + "、".join(notes)
    if result is not None and result.outcome is Outcome.MET:
        return f"{name}:已经通过,不用增加"
    planned = next(one for one in plan.sections if one.stage == section.stage)
    titles = {gap.verdict.code: short_name(gap.verdict) for gap in section.gaps}
    kept = "、".join(titles[code] for code in planned.at_floor)
    return f"{name}:" + (f"{kept}留在 85% 以上,其余达标" if kept else "7 项全部达标")
