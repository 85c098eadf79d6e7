"""Reading a standard from its data pack.

A pack without a citation, with an unknown indicator, a wrong parameter, dates that overlap or a wrong
unit does not load: the Problem names the pack, the line, the item and the reason.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

import resources
from db.problems import Problem
from db.records.choices import Stage
from eduapp.standards.formulas.allocation import Common
from eduapp.standards.numbers import plain
from eduapp.standards.pack_values import PackError, date, names, number, numbers, only, refuse, texts, whole
from eduapp.standards.packs.items import (
    citation,
    indicator,
    refuse_overlapping_items,
    refuse_overlaps,
    relaxation,
)
from eduapp.standards.packs.national_limits import expanded, with_national_kinds
from eduapp.standards.standard import Indicator, Part, Standard
from eduapp.standards.terms import declared, read_terms

_TITLES = ("id", "title", "document", "number", "level")
_COMMON = tuple(declared((Common,)))
_STANDARD_KEYS = {*_TITLES, *_COMMON, "valid_from", "valid_to", "floor_share", "pass_at_least"}
_STANDARD_KEYS |= {"indicator", "coefficient", "numbered", "part"}
_PART_KEYS = ("title", "asks", "here", "source")
_OVERLAY_KEYS = {*_TITLES, "over", "valid_from", "valid_to", "relaxation"}
_LOCAL_KEYS = {*_TITLES, "beside", "valid_from", "valid_to", "indicator", "numbered"}

Item = TypeVar("Item")


def standard_ids() -> tuple[str, ...]:
    """Return the ids of the packs that ship with the program."""
    found = (each.name for each in resources.entry("standards").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def chosen(ids: Sequence[str]) -> tuple[Standard, ...]:
    """Return the standards of a choice; a local plan brings the national one it stands beside."""
    wanted = [load(each) for each in ids]
    national = {each.over or each.id for each in wanted}
    found: dict[str, Standard] = {}
    for standard in wanted:
        if standard.beside and standard.beside not in national:
            found[standard.beside] = load(standard.beside)
        found[standard.id] = standard
    # The national one judges the sections: it stands first, whatever the order of the choice.
    return tuple(sorted(found.values(), key=lambda each: bool(each.beside)))


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
        if "beside" in raw:
            return _local(raw, text)
        return _standard(raw, text)
    except tomllib.TOMLDecodeError as error:
        raise Problem("pack-invalid", pack=name, why=_not_toml(error, text)) from error
    except (PackError, KeyError, ValueError, TypeError, AttributeError) as error:
        why = _why(error)
        line = "" if _LINE.search(why) else f"第 {_line_of(text, why)} 行:"
        raise Problem("pack-invalid", pack=name, why=f"{line}{why}") from error


_LINE = re.compile(r"第 \d+ 行")
_AT = re.compile(r"line (\d+), column (\d+)")


def _not_toml(error: tomllib.TOMLDecodeError, text: str) -> str:
    """Say where a text stops being TOML: the reader's own words, with the place in ours."""
    at = _AT.search(str(error))
    place = f"第 {at[1]} 行第 {at[2]} 列:" if at else f"第 {max(1, len(text.splitlines()))} 行:"
    return f"{place}不是合格的 TOML 文件({error})"


def _line_of(text: str, why: str) -> int:
    """Return the line of the key that a complaint about the pack as a whole names, else the first."""
    for at, line in enumerate(text.splitlines(), 1):
        if why.startswith("差异系数"):
            if line.strip() == "[coefficient]":
                return at
            continue
        if line.startswith("["):
            break
        key = line.partition("=")[0].strip()
        if key.isidentifier() and re.search(rf"(?<![A-Za-z_]){key}(?![A-Za-z_])", why):
            return at
    return 1


def _why(error: Exception) -> str:
    return f"缺少 {error.args[0]}" if isinstance(error, KeyError) else str(error)


def _lines(text: str, kind: str) -> list[int]:
    """Return the lines on which the tables of a kind begin."""
    return [at for at, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{kind}]]"]


def _each(raw: dict[str, Any], kind: str, text: str, read: Callable[[dict[str, Any]], Item]) -> list[Item]:
    """Read the tables of a kind; what is wrong in one is told with the line it begins on."""
    lines = _lines(text, kind)
    found = []
    for at, each in enumerate(raw[kind]):
        try:
            found.append(read(each))
        except (PackError, KeyError, ValueError, TypeError, AttributeError) as error:
            line = f"第 {lines[at]} 行:" if len(lines) == len(raw[kind]) else ""
            message = f"{line}{_why(error)}"
            raise PackError(message) from error
    return found


def _items(
    raw: dict[str, Any], text: str, shared: dict[str, Any], base: Standard | None = None
) -> tuple[Indicator, ...]:
    """Read the items; `base` is the national standard whose limits those of a local plan may take."""

    def read(each: dict[str, Any]) -> tuple[Indicator, ...]:
        if base is None:
            return (indicator(each, raw, shared),)
        return tuple(
            with_national_kinds(indicator(own, raw, shared), each, raw, base)
            for own in expanded(each, raw, base)
        )

    groups = _each(raw, "indicator", text, read)
    items = tuple(each for group in groups for each in group)
    lines = _lines(text, "indicator")
    of_each = [line for line, group in zip(lines, groups, strict=False) for _ in group]
    refuse_overlapping_items(items, of_each)
    _refuse_uncovered(items, _numbered(raw))
    return items


def _refuse_uncovered(items: tuple[Indicator, ...], numbered: tuple[str, ...]) -> None:
    """Refuse a pack that leaves out an item of its document, or answers one the document does not have."""
    covered = {name for each in items for name in each.covers or (each.code,)}
    absent = [name for name in numbered if name not in covered]
    if absent:
        refuse(f"numbered:没有指标回答文件的 {'、'.join(absent)}")
    unknown = sorted(name for each in items for name in each.covers if numbered and name not in numbered)
    if unknown:
        refuse(f"numbered:文件没有 {'、'.join(unknown)} 这些条目")


def _dates(raw: dict[str, Any]) -> tuple[datetime.date, datetime.date | None]:
    first = date(raw["valid_from"], "标准 valid_from")
    last = date(raw["valid_to"], "标准 valid_to") if "valid_to" in raw else None
    if last is not None and last < first:
        refuse(f"标准 valid_to {last} 早于 valid_from {first}")
    return first, last


def _numbered(raw: dict[str, Any]) -> tuple[str, ...]:
    return names(raw["numbered"], "numbered") if "numbered" in raw else ()


def _part(raw: dict[str, Any]) -> Part:
    texts(raw, _PART_KEYS, "part")
    only(raw, {*_PART_KEYS}, "part")
    return Part(**raw)


def _standard(raw: dict[str, Any], text: str) -> Standard:
    texts(raw, (*_TITLES, "floor_share"), "标准")
    only(raw, _STANDARD_KEYS, "标准")
    shared = {name: raw[name] for name in _COMMON if name in raw}
    common = read_terms(Common, shared, "标准")
    first, last = _dates(raw)
    at_least = whole(raw["pass_at_least"], "pass_at_least", 0)
    items = _items(raw, text, shared)
    sections = len({each.code for each in items if each.by_section})
    if at_least > sections:
        refuse(f"pass_at_least {at_least} 多于资源配置的 {sections} 项")
    if not at_least and any(each.by_section and each.has_limit for each in items):
        refuse("pass_at_least 为 0 只用于资源配置各项都不设阈值的标准")
    coefficient = raw["coefficient"]
    texts(coefficient, ("clause", "weighting"), "差异系数")
    limits, composite = _coefficient_limits(coefficient)
    return Standard(
        id=raw["id"],
        title=raw["title"],
        document=raw["document"],
        number=raw["number"],
        level=raw["level"],
        valid_from=first,
        valid_to=last,
        floor_share=number(raw["floor_share"], "floor_share"),
        pass_at_least=at_least,
        indicators=items,
        coefficient_limits=limits,
        composite_limits=composite,
        coefficient_citation=citation(
            coefficient | _WEIGHTED,
            raw,
            "差异系数",
        ),
        common=common,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        numbered=_numbered(raw),
        parts=tuple(_each(raw, "part", text, _part)) if "part" in raw else (),
    )


_WEIGHTED = {"explanation": "差异系数按在校生数加权(推定)。", "inferred": ["口径"]}


def _coefficient_limits(raw: dict[str, Any]) -> tuple[dict[Stage, Any], dict[Stage, Any]]:
    """Read the limits of the single coefficients, of the composite, or of both; each for all stages."""
    found = []
    for name in ("at_most", "composite_at_most"):
        limits = numbers(raw.get(name, {}), Stage, f"差异系数 {name}")
        absent = [stage for stage in Stage if stage not in limits]
        if name in raw and absent:
            refuse(f"差异系数 {name} 缺少 {'、'.join(absent)}")
        found.append(limits)
    if not any(found):
        refuse("差异系数 缺少 at_most")
    return found[0], found[1]


def _overlay(raw: dict[str, Any], text: str) -> Standard:
    """Read a pack laid over another: the other's items with this one's relaxations."""
    texts(raw, (*_TITLES, "over"), "标准")
    only(raw, _OVERLAY_KEYS, "标准")
    base = _base(raw["over"], "over")
    if not raw["relaxation"]:
        refuse("没有放宽条款(relaxation)")
    places = iter(range(1, len(raw["relaxation"]) + 1))
    relaxations = tuple(
        _each(raw, "relaxation", text, lambda each: relaxation(each, f"放宽条款 {next(places)}", raw, base))
    )
    refuse_overlaps(relaxations, _lines(text, "relaxation"))
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
        numbered=(),
    )


def _local(raw: dict[str, Any], text: str) -> Standard:
    """Read a local plan: its own items, judged beside those of the national standard it names."""
    texts(raw, (*_TITLES, "beside"), "标准")
    only(raw, _LOCAL_KEYS, "标准")
    base = _base(raw["beside"], "beside")
    first, last = _dates(raw)
    common = replace(base.common, without_kinds=(), without_private=False, organisers=())
    items = _items(
        raw | {"pass_at_least": 0},
        text,
        {"weights": {name: plain(weight) for name, weight in common.weights.items()}},
        base,
    )
    known = {each.code for each in base.indicators}
    for each in items:
        if each.national != each.code and each.national not in known:
            refuse(f"指标 {each.code}:标准 {base.id} 没有指标 {each.national}")
    return Standard(
        id=raw["id"],
        title=raw["title"],
        document=raw["document"],
        number=raw["number"],
        level=raw["level"],
        valid_from=first,
        valid_to=last,
        floor_share=base.floor_share,
        pass_at_least=0,
        indicators=items,
        coefficient_limits={},
        composite_limits={},
        coefficient_citation=None,
        common=common,
        sha256=hashlib.sha256(f"{text}\n{base.sha256}".encode()).hexdigest(),
        beside=base.id,
        below=base,
        numbered=_numbered(raw),
    )


def _base(standard_id: str, key: str) -> Standard:
    """Return the standard below; only one that stands by itself, so that no circle can arise."""
    known = standard_ids()
    if standard_id not in known:
        refuse(f"{key}:没有名为 {standard_id} 的标准(有 {'、'.join(known)})")
    if not {"over", "beside"}.isdisjoint(
        tomllib.loads(resources.read_text("standards", f"{standard_id}.toml"))
    ):
        refuse(f"{key}:{standard_id} 本身铺在别的标准上,不能再铺一层")
    return load(standard_id)
