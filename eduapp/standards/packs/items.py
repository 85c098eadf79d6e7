"""Reading the items and the relaxations of a data pack."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from db.records.choices import SchoolKind, Stage
from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.county.formulas import COUNTY_FORMULAS
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import MERGED, SECTION, STAGE, JudgedUnit
from eduapp.standards.pack_values import date, names, number, numbers, only, refuse, texts, whole
from eduapp.standards.results import Citation, Place
from eduapp.standards.standard import (
    ALL_SCHOOLS,
    NO_TERMS,
    POOLED,
    Indicator,
    Relaxation,
    RelaxationPlan,
    Standard,
)
from eduapp.standards.terms import Flag, Terms, declared, needed, read_terms

_TEXTS = ("code", "name", "title", "short", "clause", "unit", "explanation")
_LIMITS = ("limits_by_stage", "at_least", "at_most", "at_most_by_kind")
_OPTIONAL = {"scale", "decimals", "valid_from", "valid_to", "document", "number"}
_OPTIONAL |= {"formula", "county", "national", "differs", "with_document", "covers", "politics", "reported"}
_OPTIONAL |= {"inputs_of", "inferred", "referring"}
_OPTIONAL |= {"judged", "judged_why"}
_RELAXATION_TEXTS = ("indicator", "condition", "clause", "explanation")
_RELAXATION_KEYS = {*_RELAXATION_TEXTS, "valid_from", "valid_to", "terms", "inferred", "plan"}
INFERRED = ("限值", "口径", "日期", "范围", "条件")
"""What a reading of ours can be: the limit, how it is counted, from when, for whom, on what condition."""
_INFERRED = "推定"


def indicator(raw: dict[str, Any], pack: dict[str, Any], shared: dict[str, Any]) -> Indicator:
    """Read an item; raises PackError."""
    where = f"指标 {raw.get('code', '?')}"
    texts(raw, _TEXTS, where)
    formula, county = _formulas(raw, where)
    limits = sum(name in raw for name in _LIMITS)
    _refuse_limits(raw, pack, formula, limits, where)
    for name in ("scale", "decimals"):
        whole(raw.get(name), f"{where} {name}", 1 if name == "scale" else 0)
    return Indicator(
        code=raw["code"],
        name=raw["name"],
        title=raw["title"],
        short=raw["short"],
        unit=raw["unit"],
        scale=int(raw["scale"]),
        decimals=int(raw["decimals"]),
        citation=citation(raw, pack, where),
        written=_written(raw, formula, county, where),
        terms=_terms_of(FORMULAS[formula].terms, raw, shared, where) if formula else NO_TERMS,
        county_terms=_terms_of(COUNTY_FORMULAS[county].terms, raw, shared, where)
        if county in COUNTY_FORMULAS
        else NO_TERMS,
        with_document=Flag()(raw.get("with_document", False), f"{where} with_document"),
        by_stage=numbers(raw.get("limits_by_stage", {}), Stage, f"{where} limits_by_stage"),
        at_least=number(raw["at_least"], f"{where} at_least") if "at_least" in raw else None,
        at_most=number(raw["at_most"], f"{where} at_most") if "at_most" in raw else None,
        at_most_by_kind=numbers(raw.get("at_most_by_kind", {}), SchoolKind, f"{where} at_most_by_kind"),
        judged=_judged(raw, formula, county, where),
        formula=formula,
        county=county,
        national=raw.get("national", raw["code"]),
        differs=_differs(raw, pack, where),
        covers=names(raw["covers"], f"{where} covers") if "covers" in raw else (),
        politics=Flag()(raw.get("politics", False), f"{where} politics"),
        inputs_of=_inputs_of(raw, formula, county, where),
    )


def _inputs_of(raw: dict[str, Any], formula: str, county: str, where: str) -> str:
    """Read the year an item's inputs are of; what it says must be what its formulas count."""
    years = {FORMULAS[formula].year} if formula else set()
    years |= {COUNTY_FORMULAS[county].year} if county in COUNTY_FORMULAS else set()
    said = raw.get("inputs_of", min(years))
    if years != {said}:
        wanted = "、".join(sorted(years))
        refuse(f"{where}:inputs_of(取数年度)应写 {wanted},写的是 {said}")
    return str(said)


def _judged(raw: dict[str, Any], formula: str, county: str, where: str) -> JudgedUnit:
    """Read whether sites are judged apart or merged: where the formula allows both, with the reason."""
    allowed = FORMULAS[formula].judged if formula else (MERGED,)
    if county in COUNTY_FORMULAS and len(allowed) == 1:
        allowed = COUNTY_FORMULAS[county].judged
    if len(allowed) == 1 and "judged" not in raw:
        return JudgedUnit(allowed[0])
    if raw.get("judged") not in allowed:
        refuse(f"{where} judged 应写 {'或'.join(allowed)}:{raw.get('judged')}")
    texts(raw, ("judged_why",), where)
    return JudgedUnit(raw["judged"], raw["judged_why"])


def _refuse_limits(raw: dict[str, Any], pack: dict[str, Any], formula: str, limits: int, where: str) -> None:
    """Refuse an item without exactly one limit; one that is only reported must say so and have none."""
    if "reported" in raw:
        if raw["reported"] is not True or limits:
            refuse(f"{where}:只报告的指标写 reported = true,不写阈值")
        return
    by_section = bool(formula) and FORMULAS[formula].scope == SECTION
    _refuse_unusable_limits(raw, formula, where)
    if limits != 1 and (limits or not by_section or pack["pass_at_least"]):
        refuse(f"{where}:阈值应恰好写一种({'、'.join(_LIMITS)}),只报告的写 reported = true")


def _refuse_unusable_limits(raw: dict[str, Any], formula: str, where: str) -> None:
    """Refuse a limit that no verdict could be reached by."""
    scope, county = FORMULAS[formula].scope if formula else "", raw.get("county", "")
    if "limits_by_stage" in raw and (scope not in {SECTION, STAGE} or county in COUNTY_FORMULAS):
        refuse(f"{where}:limits_by_stage 只用于分学段判定的公式")
    if "at_most_by_kind" in raw and (not formula or county not in {"", ALL_SCHOOLS}):
        refuse(f"{where}:at_most_by_kind 只用于逐校判定的公式")


def _differs(raw: dict[str, Any], pack: dict[str, Any], where: str) -> str:
    """Read what a local item says of the national one; a national item stands beside none."""
    if "differs" not in raw:
        return ""
    texts(raw, ("differs",), where)
    if "beside" not in pack:
        refuse(f"{where}:只有地方方案的指标才写 differs")
    return str(raw["differs"])


def _formulas(raw: dict[str, Any], where: str) -> tuple[str, str]:
    """Return the names of the formulas at a school and at the county; one of them must be there."""
    formula = raw.get("formula", raw["name"] if raw["name"] in FORMULAS else "")
    county = raw.get("county", "")
    if formula and formula not in FORMULAS:
        refuse(f"{where}:没有名为 {formula} 的公式")
    if county and county not in {ALL_SCHOOLS, POOLED, *COUNTY_FORMULAS}:
        refuse(f"{where}:没有名为 {county} 的县级公式")
    if not formula and not county:
        refuse(f"{where}:没有名为 {raw['name']} 的公式")
    if county in {ALL_SCHOOLS, POOLED} and (not formula or FORMULAS[formula].by_section):
        unknown = "" if formula else f",没有名为 {raw['name']} 的公式"
        refuse(f"{where}:county = {county} 要有逐校判定的公式{unknown}")
    wanted = {FORMULAS[formula].value_unit} if formula else set()
    wanted |= {COUNTY_FORMULAS[county].value_unit} if county in COUNTY_FORMULAS else set()
    wanted -= {""}
    if wanted and raw["unit"] not in wanted:
        refuse(f"{where}:单位应是{'或'.join(sorted(wanted))},写的是{raw['unit']}")
    return formula, county


def _own_terms(formula: str, county: str) -> tuple[type[Terms], ...]:
    """Return the terms of an item's formulas, at a school and at the county."""
    used = [FORMULAS[formula].terms] if formula else []
    return (*used, *([COUNTY_FORMULAS[county].terms] if county in COUNTY_FORMULAS else ()))


def _written(raw: dict[str, Any], formula: str, county: str, where: str) -> dict[str, Any]:
    """Return the terms as an item writes them; refuse keys that neither the item nor its formulas have."""
    own = _own_terms(formula, county)
    terms = declared(own)
    for_relaxations = {
        name
        for name, each in terms.items()
        if each.relaxed and name not in {n for t in own for n in needed(t)}
    }
    only(raw, ({*_TEXTS, *_LIMITS, *_OPTIONAL} | set(terms)) - for_relaxations, where)
    return {name: raw[name] for name, each in terms.items() if name in raw and each.words}


def _terms_of(terms: type[Terms], raw: dict[str, Any], shared: dict[str, Any], where: str) -> Terms:
    return read_terms(terms, shared | raw, where)


def citation(raw: dict[str, Any], pack: dict[str, Any], where: str) -> Citation:
    """Read where a threshold stands; an item may name a document of its own, which changed it."""
    first = date(raw.get("valid_from", pack["valid_from"]), f"{where} valid_from")
    last = date(raw["valid_to"], f"{where} valid_to") if "valid_to" in raw else None
    if last is not None and last < first:
        refuse(f"{where} valid_to {last} 早于 valid_from {first}")
    if ("document" in raw) != ("number" in raw):
        refuse(f"{where}:依据是一个整体,document、number 和 clause 要写就一起写")
    own = raw if "document" in raw else pack
    return Citation(
        own["document"],
        own["number"],
        raw["clause"],
        raw["explanation"],
        first,
        last,
        referring=_referring(raw, pack, where),
        inferred=inferred_of(raw, where),
    )


def _referring(raw: dict[str, Any], pack: dict[str, Any], where: str) -> Place | None:
    """Read the clause of the pack's own document that refers to a number of another."""
    if "referring" not in raw:
        return None
    texts(raw, ("referring",), where)
    if "document" not in raw:
        refuse(f"{where}:referring 只用于引用其他文件的指标")
    return Place(pack["document"], pack["number"], raw["referring"])


def inferred_of(raw: dict[str, Any], where: str) -> tuple[str, ...]:
    """Read what is inferred: what the explanation says must stand where the number stands, and no more."""
    said = names(raw["inferred"], f"{where} inferred") if "inferred" in raw else ()
    unknown = [name for name in said if name not in INFERRED]
    if unknown:
        refuse(f"{where} inferred:没有「{'、'.join(unknown)}」(有 {'、'.join(INFERRED)})")
    if bool(said) != (_INFERRED in raw["explanation"]):
        refuse(f"{where}:说明写了{_INFERRED}的要写 inferred,写了 inferred 的说明里要写{_INFERRED}了什么")
    return said


def refuse_overlapping_items(items: tuple[Indicator, ...], lines: list[int]) -> None:
    """Refuse two items of one code whose dates meet: which one would judge?

    `lines` are those the items begin on.
    """
    for number_, each in enumerate(items):
        for at, other in enumerate(items[number_ + 1 :], number_ + 1):
            if each.code == other.code and _meet(each.citation, other.citation):
                refuse(f"{_place(lines, at, items)}指标代码重复:{each.code},两条的有效期重叠")


def _place(lines: list[int], at: int, tables: tuple[object, ...]) -> str:
    return f"第 {lines[at]} 行:" if len(lines) == len(tables) else ""


def _meet(one: Citation, other: Citation) -> bool:
    starts_in_time = other.valid_to is None or one.valid_from <= other.valid_to
    return starts_in_time and (one.valid_to is None or other.valid_from <= one.valid_to)


def relaxation(raw: dict[str, Any], where: str, pack: dict[str, Any], base: Standard) -> Relaxation:
    """Read a relaxation of one of the items below; raises PackError."""
    texts(raw, _RELAXATION_TEXTS, where)
    where = f"{where}({raw['indicator']}/{raw['condition']})"
    found = [item for item in base.indicators if item.code == raw["indicator"]]
    if not found:
        refuse(f"{where}:标准 {base.id} 没有指标 {raw['indicator']}")
    if not found[0].formula:
        refuse(f"{where}:{raw['indicator']} 由县级判定,不能对学校放宽")
    if len(found) > 1:
        refuse(f"{where}:{raw['indicator']} 有 {len(found)} 条不同有效期的标准,说不清放宽哪一条")
    first = date(raw.get("valid_from", pack.get("valid_from")), f"{where} valid_from")
    last = date(raw.get("valid_to", pack.get("valid_to")), f"{where} valid_to")
    if last < first:
        refuse(f"{where} valid_to {last} 早于 valid_from {first}")
    indicator = _relaxed(found[0], raw, where)
    kinds = raw.get("at_most_by_kind") or raw.get("smallest_by_kind")
    return Relaxation(
        indicator=replace(
            indicator,
            citation=Citation(
                pack["document"],
                pack["number"],
                raw["clause"],
                raw["explanation"],
                first,
                last,
                inferred=inferred_of(raw, where),
            ),
        ),
        condition=raw["condition"],
        terms=_terms(raw, where),
        written=raw.get("terms", {}),
        kinds=frozenset(SchoolKind(kind) for kind in kinds) if kinds else None,
        valid_from=first,
        valid_to=last,
        plan=_plan(raw["plan"], f"{where} plan") if "plan" in raw else None,
    )


def _plan(raw: dict[str, Any], where: str) -> RelaxationPlan:
    """Read the document a relaxation asks for."""
    only(raw, {"title", "years"}, where)
    texts(raw, ("title",), where)
    return RelaxationPlan(raw["title"], whole(raw.get("years"), f"{where} years", 1))


def _relaxed(indicator: Indicator, raw: dict[str, Any], where: str) -> Indicator:
    """Return an item with the terms a relaxation sets; refuse those it could not use."""
    allowed = {
        name: each for name, each in declared((FORMULAS[indicator.formula].terms,)).items() if each.relaxed
    }
    limits = {"at_most_by_kind"} if indicator.at_most_by_kind else set()
    only(raw, _RELAXATION_KEYS | limits | set(allowed), where)
    written = {name: raw[name] for name in allowed if name in raw}
    if not written and not limits & set(raw):
        refuse(f"{where} 没有写放宽了什么({'、'.join(sorted({*allowed, *limits})) or '这项指标不能放宽'})")
    for name, value in written.items():
        if isinstance(value, str):
            refuse(f"{where} {name} 应是数的名单:{value}")
    terms = {name: allowed[name].read(value, f"{where} {name}") for name, value in written.items()}
    for name in ("adds", "music", "art"):
        if name in terms:
            _check_units(terms[name], indicator, f"{where} {name}")
    by_kind = numbers(raw.get("at_most_by_kind", {}), SchoolKind, f"{where} at_most_by_kind")
    for kind, limit in by_kind.items():
        if limit <= indicator.at_most_by_kind.get(kind, limit):
            refuse(f"{where} at_most_by_kind.{kind} 没有比原来放宽:{limit}")
    return replace(
        indicator,
        written={**indicator.written, **written},
        terms=replace(indicator.terms, **terms),
        at_most_by_kind=by_kind or indicator.at_most_by_kind,
    )


def _check_units(counted: tuple[str, ...], indicator: Indicator, where: str) -> None:
    """Refuse figures that are not counted in the unit of the item."""
    for name in counted:
        if FIGURES[name].unit != indicator.unit:
            refuse(f"{where}:{name} 的单位是{FIGURES[name].unit},指标的单位是{indicator.unit}")


def _terms(raw: dict[str, Any], where: str) -> Terms:
    """Read the terms a condition asks for: all of them, and no others."""
    condition = CONDITIONS.get(raw["condition"])
    if condition is None:
        refuse(f"{where}:没有名为 {raw['condition']} 的条件(有 {'、'.join(CONDITIONS)})")
    terms = raw.get("terms", {})
    only(terms, set(declared((condition.terms,))), f"{where} terms")
    return read_terms(condition.terms, terms, where, "terms.")


def refuse_overlaps(relaxations: tuple[Relaxation, ...], lines: list[int]) -> None:
    """Refuse two relaxations of an item on the same condition whose dates meet: which one would judge?"""
    for at, each in enumerate(relaxations, 1):
        for other_number, other in enumerate(relaxations[at:], at + 1):
            same = (each.indicator.code, each.condition) == (other.indicator.code, other.condition)
            if same and each.valid_from <= other.valid_to and other.valid_from <= each.valid_to:
                refuse(
                    f"{_place(lines, other_number - 1, relaxations)}"
                    f"放宽条款 {at} 与 {other_number}({each.indicator.code}/{each.condition})日期重叠:"
                    f"{each.valid_from} 至 {each.valid_to},{other.valid_from} 至 {other.valid_to}"
                )
