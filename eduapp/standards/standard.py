"""A standard: thresholds with their dates and citations, read from a data pack.

A pack without a citation, with an unknown indicator, a wrong parameter or an unreadable number does
not load: the Problem names the pack, the indicator and the reason.

A pack with `over` is laid over another: it inherits its items and judges them by relaxed parameters
where a named condition holds and the day is within the relaxation's dates.
"""

from __future__ import annotations

import datetime
import hashlib
import tomllib
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar

import resources
from db.problems import Problem
from db.records.choices import SENIOR_HIGH, SchoolKind, Stage
from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.results import Citation

_INDICATOR_TEXTS = ("code", "name", "title", "short", "clause", "unit", "explanation")
_LIMITS = ("limits_by_stage", "at_least", "at_most", "at_most_by_kind")
_PACK_TEXTS = ("id", "title", "document", "number", "level", "floor_share")
_OVERLAY_TEXTS = ("id", "over", "title", "document", "number", "level")
_OVERLAY_KEYS = {*_OVERLAY_TEXTS, "valid_from", "valid_to", "relaxation"}
_RELAXATION_TEXTS = ("indicator", "condition", "clause", "explanation")
_RELAXATION_KEYS = {*_RELAXATION_TEXTS, "valid_from", "valid_to", "terms"}


@dataclass(frozen=True)
class Indicator:
    """An indicator of a standard: its formula's name, texts, threshold and citation."""

    code: str
    name: str
    title: str
    short: str
    unit: str
    scale: int
    decimals: int
    citation: Citation
    parameters: dict[str, Any] = field(default_factory=dict)
    by_stage: dict[Stage, Decimal] = field(default_factory=dict)
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    at_most_by_kind: dict[SchoolKind, Decimal] = field(default_factory=dict)

    @property
    def is_upper_limit(self) -> bool:
        """Whether the value must not exceed the threshold."""
        return self.at_most is not None or bool(self.at_most_by_kind)

    def threshold(self, stage: Stage | None, kind: SchoolKind | None) -> Decimal | None:
        """Return the threshold for a section or a kind of school; None when it has none."""
        if stage is not None and self.by_stage:
            return self.by_stage.get(stage)
        if self.at_most_by_kind:
            return self.at_most_by_kind.get(kind) if kind else None
        return self.at_least if self.at_least is not None else self.at_most


@dataclass(frozen=True)
class Relaxation:
    """An item judged more leniently on a condition, between two dates (both included).

    `indicator` is the item with the relaxed parameters and the relaxation's own citation; `kinds`
    are the kinds of school it concerns, None for all; `terms` the numbers its condition asks for.
    """

    indicator: Indicator
    condition: str
    terms: dict[str, Any]
    kinds: frozenset[SchoolKind] | None
    valid_from: datetime.date
    valid_to: datetime.date

    def in_force(self, on: datetime.date) -> bool:
        """Whether the relaxation holds on a day."""
        return self.valid_from <= on <= self.valid_to

    def concerns(self, kind: SchoolKind | None) -> bool:
        """Whether it says anything of a kind of school."""
        return self.kinds is None or kind in self.kinds


@dataclass(frozen=True)
class Standard:
    """A data pack that was read and found in order.

    `sha256` is of its bytes; of a pack laid `over` another, of its own and the other's sha256. Such a
    standard is in force as long as the one below: the dates of its relaxations are their own.
    """

    id: str
    title: str
    document: str
    number: str
    level: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    floor_share: Decimal
    pass_at_least: int
    indicators: tuple[Indicator, ...]
    coefficient_limits: dict[Stage, Decimal]
    coefficient_citation: Citation
    parameters: dict[str, Any]
    sha256: str
    over: str = ""
    relaxations: tuple[Relaxation, ...] = ()

    def in_force(self, on: datetime.date) -> bool:
        """Whether the standard holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def class_limits(self) -> dict[Stage, int]:
        """The largest class each stage may have; empty in a pack that does not judge it."""
        found = [each.parameters["limits"] for each in self.indicators if each.name == "class_size"]
        return {Stage(name): int(text) for limits in found for name, text in limits.items()}

    def indicator(self, code: str) -> Indicator:
        """Return an indicator by its public code; raises KeyError."""
        return {each.code: each for each in self.indicators}[code]


def standard_ids() -> tuple[str, ...]:
    """Return the ids of the packs that ship with the program."""
    names = (each.name for each in resources.entry("standards").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load(standard_id: str) -> Standard:
    """Read a pack that ships with the program; raises Problem when it is unknown or not in order."""
    if standard_id not in standard_ids():
        raise Problem("standard-unknown", id=standard_id, known="、".join(standard_ids()))
    return parse(resources.read_text("standards", f"{standard_id}.toml"), standard_id)


def parse(text: str, name: str) -> Standard:
    """Read a pack from its text; raises Problem("pack-invalid") with the place and the reason."""
    try:
        raw = tomllib.loads(text)
        if "over" in raw:
            return _overlay(raw, text)
        return _standard(raw, hashlib.sha256(text.encode()).hexdigest())
    except tomllib.TOMLDecodeError as error:
        raise Problem("pack-invalid", pack=name, why=str(error)) from error
    except (_PackError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Problem("pack-invalid", pack=name, why=_why(error)) from error


class _PackError(Exception):
    """What is wrong in a pack, and where."""


def _why(error: Exception) -> str:
    return f"缺少 {error.args[0]}" if isinstance(error, KeyError) else str(error)


def _number(value: object, where: str, *, positive: bool = False) -> Decimal:
    """Read a number: written as text, because a TOML float is not the decimal that was meant."""
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or number < 0 or (positive and not number):
        message = f"{where} 应是写在引号里的{'正' if positive else '非负'}数:{value}"
        raise _PackError(message)
    return number


def _whole(value: object, where: str, low: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        message = f"{where} 应是不小于 {low} 的整数:{value}"
        raise _PackError(message)
    return value


Name = TypeVar("Name", Stage, SchoolKind)


def _numbers(raw: object, names: type[Name], where: str) -> dict[Name, Decimal]:
    """Read a table of numbers by stage or by kind of school."""
    if not isinstance(raw, dict):
        message = f"{where} 应是一个表"
        raise _PackError(message)
    unknown = [name for name in raw if name not in set(names)]
    if unknown:
        message = f"{where}:没有「{'、'.join(unknown)}」"
        raise _PackError(message)
    return {names(name): _number(value, f"{where}.{name}") for name, value in raw.items()}


def _texts(raw: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in names:
        if not isinstance(raw.get(name), str) or not raw[name].strip():
            message = f"{where} 缺少 {name}"
            raise _PackError(message)


def _standard(raw: dict[str, Any], sha256: str) -> Standard:
    _texts(raw, _PACK_TEXTS, "标准")
    shared = {name: raw[name] for name in ("weights", "teaching_point_from")}
    for name in (*Stage, SENIOR_HIGH):
        _number(shared["weights"].get(name), f"weights.{name}", positive=True)
    _whole(shared["teaching_point_from"], "teaching_point_from", 0)
    indicators = tuple(_indicator(each, raw, shared) for each in raw["indicator"])
    codes = [each.code for each in indicators]
    if len(set(codes)) != len(codes):
        message = f"指标代码重复:{'、'.join(sorted({code for code in codes if codes.count(code) > 1}))}"
        raise _PackError(message)
    coefficient = raw["coefficient"]
    _texts(coefficient, ("clause",), "差异系数")
    limits = _numbers(coefficient["at_most"], Stage, "差异系数 at_most")
    absent = [stage for stage in Stage if stage not in limits]
    if absent:
        message = f"差异系数 at_most 缺少 {'、'.join(absent)}"
        raise _PackError(message)
    return Standard(
        id=raw["id"],
        title=raw["title"],
        document=raw["document"],
        number=raw["number"],
        level=raw["level"],
        valid_from=_date(raw["valid_from"], "标准 valid_from"),
        valid_to=_date(raw["valid_to"], "标准 valid_to") if "valid_to" in raw else None,
        floor_share=_number(raw["floor_share"], "floor_share"),
        pass_at_least=_whole(raw["pass_at_least"], "pass_at_least", 1),
        indicators=indicators,
        coefficient_limits=limits,
        coefficient_citation=_citation(
            coefficient | {"explanation": "差异系数按在校生数加权。"}, raw, "差异系数"
        ),
        parameters=shared | {"coefficient_weighting": coefficient["weighting"]},
        sha256=sha256,
    )


def _overlay(raw: dict[str, Any], text: str) -> Standard:
    """Read a pack laid over another: the other's items with this one's relaxations."""
    _texts(raw, _OVERLAY_TEXTS, "标准")
    _only(raw, _OVERLAY_KEYS, "标准")
    base = _base(raw["over"])
    relaxations = tuple(
        _relaxation(each, f"放宽条款 {number}", raw, base) for number, each in enumerate(raw["relaxation"], 1)
    )
    if not relaxations:
        message = "没有放宽条款(relaxation)"
        raise _PackError(message)
    _refuse_overlaps(relaxations)
    return replace(
        base,
        id=raw["id"],
        title=raw["title"],
        document=raw["document"],
        number=raw["number"],
        level=raw["level"],
        sha256=hashlib.sha256(f"{text}\n{base.sha256}".encode()).hexdigest(),
        over=base.id,
        relaxations=relaxations,
    )


def _base(standard_id: str) -> Standard:
    """Return the standard below; only one that stands by itself, so that no circle can arise."""
    known = standard_ids()
    if standard_id not in known:
        message = f"over:没有名为 {standard_id} 的标准(有 {'、'.join(known)})"
        raise _PackError(message)
    if "over" in tomllib.loads(resources.read_text("standards", f"{standard_id}.toml")):
        message = f"over:{standard_id} 本身铺在别的标准上,不能再铺一层"
        raise _PackError(message)
    return load(standard_id)


def _only(raw: dict[str, Any], known: set[str], where: str) -> None:
    """Refuse a misspelt key: what it was to say would be left out silently."""
    unknown = [name for name in raw if name not in known]
    if unknown:
        message = f"{where}:不认识 {'、'.join(unknown)}"
        raise _PackError(message)


def _relaxation(raw: dict[str, Any], where: str, pack: dict[str, Any], base: Standard) -> Relaxation:
    _texts(raw, _RELAXATION_TEXTS, where)
    where = f"{where}({raw['indicator']}/{raw['condition']})"
    found = [each for each in base.indicators if each.code == raw["indicator"]]
    if not found:
        message = f"{where}:标准 {base.id} 没有指标 {raw['indicator']}"
        raise _PackError(message)
    first = _date(raw.get("valid_from", pack.get("valid_from")), f"{where} valid_from")
    last = _date(raw.get("valid_to", pack.get("valid_to")), f"{where} valid_to")
    if last < first:
        message = f"{where} valid_to {last} 早于 valid_from {first}"
        raise _PackError(message)
    indicator = _relaxed(found[0], raw, where)
    kinds = raw.get("at_most_by_kind") or raw.get("smallest_by_kind")
    return Relaxation(
        indicator=replace(
            indicator,
            citation=Citation(
                pack["document"], pack["number"], raw["clause"], raw["explanation"], first, last
            ),
        ),
        condition=raw["condition"],
        terms=_terms(raw, where),
        kinds=frozenset(SchoolKind(kind) for kind in kinds) if kinds else None,
        valid_from=first,
        valid_to=last,
    )


def _relaxed(indicator: Indicator, raw: dict[str, Any], where: str) -> Indicator:
    """Return an item with the parameters a relaxation sets; refuse those it could not use."""
    allowed = FORMULAS[indicator.name].relaxed_by
    limits = {"at_most_by_kind"} if indicator.at_most_by_kind else set()
    _only(raw, _RELAXATION_KEYS | limits | set(allowed), where)
    parameters = {name: raw[name] for name in allowed if name in raw}
    if not parameters and not limits & set(raw):
        message = f"{where} 没有写放宽了什么({'、'.join(sorted({*allowed, *limits})) or '这项指标不能放宽'})"
        raise _PackError(message)
    for name in ("adds", "music", "art"):
        if name in parameters:
            _check_figures(parameters[name], indicator, f"{where} {name}")
    if "smallest_by_kind" in parameters:
        _numbers(parameters["smallest_by_kind"], SchoolKind, f"{where} smallest_by_kind")
    by_kind = _numbers(raw.get("at_most_by_kind", {}), SchoolKind, f"{where} at_most_by_kind")
    for kind, limit in by_kind.items():
        if limit < indicator.at_most_by_kind.get(kind, limit + 1):
            message = f"{where} at_most_by_kind.{kind} 没有比原来放宽:{limit}"
            raise _PackError(message)
    return replace(
        indicator,
        parameters=indicator.parameters | parameters,
        at_most_by_kind=by_kind or indicator.at_most_by_kind,
    )


def _check_figures(names: object, indicator: Indicator, where: str) -> None:
    """Refuse figures that do not exist or are not counted in the unit of the item."""
    if not isinstance(names, list) or not names:
        message = f"{where} 应是数的名单:{names}"
        raise _PackError(message)
    for name in names:
        figure = FIGURES.get(name)
        if figure is None:
            message = f"{where}:没有名为 {name} 的数"
            raise _PackError(message)
        if figure.unit != indicator.unit:
            message = f"{where}:{name} 的单位是{figure.unit},指标的单位是{indicator.unit}"
            raise _PackError(message)


def _terms(raw: dict[str, Any], where: str) -> dict[str, Any]:
    """Read the numbers a condition asks for: all of them, and no others."""
    condition = CONDITIONS.get(raw["condition"])
    if condition is None:
        message = f"{where}:没有名为 {raw['condition']} 的条件(有 {'、'.join(CONDITIONS)})"
        raise _PackError(message)
    terms = raw.get("terms", {})
    _only(terms, {*condition.wholes, *condition.shares}, f"{where} terms")
    for name in condition.wholes:
        _whole(terms.get(name), f"{where} terms.{name}", 0)
    for name in condition.shares:
        _number(terms.get(name), f"{where} terms.{name}")
    return dict(terms)


def _refuse_overlaps(relaxations: tuple[Relaxation, ...]) -> None:
    """Refuse two relaxations of an item on the same condition whose dates meet: which one would judge?"""
    for number, each in enumerate(relaxations, 1):
        for other_number, other in enumerate(relaxations[number:], number + 1):
            same = (each.indicator.code, each.condition) == (other.indicator.code, other.condition)
            if same and each.valid_from <= other.valid_to and other.valid_from <= each.valid_to:
                message = (
                    f"放宽条款 {number} 与 {other_number}({each.indicator.code}/{each.condition})日期重叠:"
                    f"{each.valid_from} 至 {each.valid_to},{other.valid_from} 至 {other.valid_to}"
                )
                raise _PackError(message)


def _indicator(raw: dict[str, Any], pack: dict[str, Any], shared: dict[str, Any]) -> Indicator:
    where = f"指标 {raw.get('code', '?')}"
    _texts(raw, _INDICATOR_TEXTS, where)
    formula = FORMULAS.get(raw["name"])
    if formula is None:
        message = f"{where}:没有名为 {raw['name']} 的公式"
        raise _PackError(message)
    if sum(name in raw for name in _LIMITS) != 1:
        message = f"{where}:阈值应恰好写一种({'、'.join(_LIMITS)})"
        raise _PackError(message)
    for name in ("scale", "decimals"):
        _whole(raw.get(name), f"{where} {name}", 1 if name == "scale" else 0)
    parameters = shared | {name: raw[name] for name in formula.parameters if name in raw}
    absent = [name for name in formula.parameters if name not in parameters]
    if absent:
        message = f"{where} 缺少参数 {'、'.join(absent)}"
        raise _PackError(message)
    _check_parameters(raw, where)
    return Indicator(
        code=raw["code"],
        name=raw["name"],
        title=raw["title"],
        short=raw["short"],
        unit=raw["unit"],
        scale=int(raw["scale"]),
        decimals=int(raw["decimals"]),
        citation=_citation(raw, pack, where),
        parameters=parameters,
        by_stage=_numbers(raw.get("limits_by_stage", {}), Stage, f"{where} limits_by_stage"),
        at_least=_number(raw["at_least"], f"{where} at_least") if "at_least" in raw else None,
        at_most=_number(raw["at_most"], f"{where} at_most") if "at_most" in raw else None,
        at_most_by_kind=_numbers(raw.get("at_most_by_kind", {}), SchoolKind, f"{where} at_most_by_kind"),
    )


def _check_parameters(raw: dict[str, Any], where: str) -> None:
    """Refuse parameters that a formula could not use: unknown figures, limits that are no whole numbers."""
    figures = [raw[name] for name in ("music", "art") if name in raw]
    for stage in Stage if "levels" in raw else ():
        figures += raw["levels"].get(stage) or [f"(levels.{stage})"]
    unknown = [str(name) for name in figures if name not in FIGURES]
    if unknown:
        message = f"{where}:没有名为 {'、'.join(unknown)} 的数"
        raise _PackError(message)
    for name, limit in raw.get("limits", {}).items():
        if _number(limit, f"{where} limits.{name}") % 1:
            message = f"{where} limits.{name} 应是整数:{limit}"
            raise _PackError(message)


def _citation(raw: dict[str, Any], pack: dict[str, Any], where: str) -> Citation:
    return Citation(
        pack["document"],
        pack["number"],
        raw["clause"],
        raw["explanation"],
        _date(raw.get("valid_from", pack["valid_from"]), f"{where} valid_from"),
        _date(raw["valid_to"], f"{where} valid_to") if "valid_to" in raw else None,
    )


def _date(value: object, where: str) -> datetime.date:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        message = f"{where} 应是日期,写成 2026-09-01,不加引号:{value}"
        raise _PackError(message)
    return value
