"""Every numbered item of the documents, and what the program does about it: the text of a page.

`python -m eduapp.standards.coverage` writes docs/standards-coverage.md to standard output; it is made
from the packs alone, and a test holds the page against them.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import (
    CARE_KIND,
    MEETING,
    PROJECT_KIND,
    ROOM_KIND,
    SCHOOL_KIND,
    SUBJECT,
    TRAINING_USE,
)
from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.county.growth import DEMANDS
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import MERGED, SCHOOL, SECTION, SITE, STAGE
from eduapp.standards.numbers import plain
from eduapp.standards.packs.reader import load, standard_ids
from eduapp.standards.packs.sources import source_text, sources
from eduapp.standards.standard import ALL_SCHOOLS, POOLED
from eduapp.standards.wording import STAGE_NAMES
from eduapp.standards.years import YEARS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping
    from typing import Any

    from eduapp.standards.standard import Indicator, Relaxation, Standard

DOCUMENTED = frozenset({"document", "stated"})
COMPUTED, TICKED, POLITICS = "计算", "文件登记", "政策"
"""How an item is answered: from records, by a document with number and date, or listed only."""
LEVELS = {SECTION: "学段", STAGE: "学校(分学段)", SCHOOL: "学校"}
_HEAD = """# 条目覆盖表

本页由规则包生成(`./run coverage`),有测试核对;不要手工修改。每个编号条目一行:用哪个指标回答、
在哪一级判定、由记录计算还是凭文件登记、阈值、由哪些记录和字段得出、依据的条款和有效期。

- {computed}:由记录计算。
- {ticked}:凭结论、文号、日期、材料名称登记。
- {politics}:政策性要求,只列出,有文件的可以登记。
- {computed}+文件:除数值外,条款还要求文件。
"""
_COLUMNS = (
    "条目",
    "指标",
    "名称",
    "层级",
    "方式",
    "阈值",
    "推定",
    "取数年度",
    "记录与字段",
    "条款",
    "有效期",
)


def coverage_text() -> str:
    """Return the page: each standard with its items, relaxations and limits, in the documents' order."""
    head = _HEAD.format(computed=COMPUTED, ticked=TICKED, politics=POLITICS)
    standards = sorted((load(each) for each in standard_ids()), key=_order)
    return "\n".join([head, *(part for each in standards for part in _standard(each))])


def covered(standard: Standard) -> dict[str, list[Indicator]]:
    """Return the items that answer each number of a standard's document, in the document's order."""
    found: dict[str, list[Indicator]] = {number: [] for number in standard.numbered}
    for each in standard.indicators:
        for number in each.covers or (each.code,):
            found.setdefault(number, []).append(each)
    return found


def way(indicator: Indicator) -> str:
    """Say how an item is answered."""
    used = {indicator.formula, indicator.county} - {"", ALL_SCHOOLS, POOLED}
    answered = TICKED if used <= DOCUMENTED else COMPUTED
    if answered == COMPUTED and indicator.parameters.get("with_document"):
        answered = f"{COMPUTED}+文件"
    if indicator.politics:
        return f"{POLITICS}({TICKED})" if answered == TICKED else f"{POLITICS}(只列出)"
    return answered


def _order(standard: Standard) -> tuple[bool, bool, datetime.date, str]:
    return bool(standard.beside), bool(standard.over), standard.valid_from, standard.id


def _standard(standard: Standard) -> Iterator[str]:
    yield f"## {standard.title} {standard.number}(`{standard.id}`)\n"
    if standard.relaxations:
        yield from _relaxations(standard)
        return
    items = covered(standard)
    ways = [way(each) for own in items.values() for each in own[:1]]
    names = (COMPUTED, TICKED, POLITICS)
    counts = {name: sum(each.startswith(name) for each in ways) for name in names}
    dates = _dates(standard.valid_from, standard.valid_to)
    counted = ",".join(f"{name} {count} 项" for name, count in counts.items())
    yield f"《{standard.document}》,{dates}。编号条目 {len(items)} 项:{counted}。\n"
    yield from _table(_COLUMNS)
    for number, own in items.items():
        for each in own:
            yield _line(_cells(number, each))
    yield ""
    yield from _coefficients(standard)
    yield from _parts(standard)


def _cells(number: str, indicator: Indicator) -> tuple[str, ...]:
    citation = indicator.citation
    return (
        number,
        indicator.code,
        indicator.title,
        _level(indicator),
        way(indicator),
        threshold_text(indicator),
        "、".join(citation.inferred),
        YEARS[indicator.inputs_of],
        source_text(sources(indicator)),
        _clauses(indicator),
        _dates(citation.valid_from, citation.valid_to),
    )


def _clauses(indicator: Indicator) -> str:
    """Return where the limits stand: of all kinds of school, then of those whose limit stands elsewhere."""
    kinds = dict(SCHOOL_KIND.options)
    others: dict[str, list[str]] = {}
    for kind, cited in indicator.cited_by_kind.items():
        others.setdefault(cited.words, []).append(kinds[kind])
    parts = [f"{'、'.join(names)}:{words}" for words, names in others.items()]
    return ";".join([indicator.citation.words, *parts])


def _level(indicator: Indicator) -> str:
    own = [LEVELS[FORMULAS[indicator.formula].scope]] if indicator.formula else []
    words = {"": [], ALL_SCHOOLS: ["县(每校都达到)"], POOLED: ["县(各校合计)"]}
    return "、".join([*own, *words.get(indicator.county, ["县"])])


def threshold_text(indicator: Indicator) -> str:
    """Write an item's limit and the numbers of its formula, as the pack gives them."""
    parts: list[str] = []
    if indicator.by_stage:
        parts += [f"{STAGE_NAMES[stage]} ≥ {plain(limit)}" for stage, limit in indicator.by_stage.items()]
    kinds = dict(SCHOOL_KIND.options)
    parts += [f"{kinds[kind]} ≤ {plain(limit)}" for kind, limit in indicator.at_most_by_kind.items()]
    if indicator.at_least is not None:
        parts.append(f"≥ {plain(indicator.at_least)}")
    if indicator.at_most is not None:
        parts.append(f"≤ {plain(indicator.at_most)}")
    limits = "、".join(parts) or "只报告"
    unit = f" {indicator.unit}" if parts else ""
    own = {
        name: value
        for name, value in indicator.parameters.items()
        if name not in {*_SHARED, "code", "unit", "politics", "with_document", "limits_by_stage"}
        and value != []
    }
    said = ";".join(_said(name, value, own) for name, value in sorted(own.items()))
    return f"{limits}{unit}" + (f";{said}" if said else "")


_SHARED = frozenset(
    {
        "weights",
        "teaching_point_from",
        "without_kinds",
        "without_private",
        "organisers",
        "money_norm",
    }
)


_PARAMETERS = {
    "adds": "另计入",
    "also_permitted": "“等”字之下也算",
    "areas": "城乡分类代码开头",
    "art": "美术教室",
    "backbone_at_least": "其中骨干教师(%)≥",
    "below": "校际差异率 <",
    "by": "时长看",
    "class_below": "最大班额低于",
    "classes_per_room": "每多少个班级 1 间",
    "classroom": "普通教室面积取",
    "counties": "只对",
    "done": "只计已完成的",
    "figure": "取数",
    "filled": "应填",
    "hours": "每年学时",
    "item": "指标",
    "kind": "类别",
    "kinds": "类别",
    "ledger": "台账",
    "level": "等级 ≥",
    "levels": "计入学历",
    "limit": "限额",
    "limits": "限额",
    "meeting": "会议",
    "migrants_above": "随迁子女占比超过",
    "music": "音乐教室",
    "named": "列出校名",
    "national_by_kind": "国家标准规模",
    "numbers": "校数",
    "of": "取自",
    "over_by_kind": "规模",
    "permitted": "规定用途",
    "population_from": "人口(万人)≥",
    "pupils": "人数",
    "pupils_at_most": "学校规模",
    "pupils_from": "人数从",
    "pupils_per_post": "每个编制的学生数",
    "pupils_to": "人数到",
    "rooms": "功能室",
    "rural": "乡村的城乡分类代码开头",
    "schools": "学校",
    "smallest_by_kind": "最小面积(㎡)",
    "stage": "学段",
    "starting": "起始年级",
    "starting_limits": "起始年级限额",
    "subjects": "课程",
    "under": "除以",
    "visits_at_least": "走访满意(%)≥",
    "walk_minutes": "步行分钟 ≤",
    "what": "合计",
    "whom": "只针对(学校类型 城乡分类代码开头)",
    "words": "名称中的字样",
    "why": "理由",
    "without": "不含",
    "without_areas": "不含城乡分类代码开头",
    "demands": "要求",
    "judged": "看",
    "hours_a_year": "新教师每年学时",
    "years": "年数",
}
"""The parameters of formulas in the words of the page; a new one stands under its own name."""
_KINDS = dict(SCHOOL_KIND.options)
_CODES = {
    "also_permitted": dict(TRAINING_USE.options),
    "by": {"mean": "平均每天", "day": "每一天"},
    "judged": {SITE: "每个校点", MERGED: "学校(含不计校数的校点)"},
    "demands": {name: each.words for name, each in DEMANDS.items()},
    "classroom": {"mean": "平均值", "smallest": "最小值", "largest": "最大值"},
    "kind": {**dict(PROJECT_KIND.options), **dict(CARE_KIND.options)},
    "kinds": {**dict(PROJECT_KIND.options), **_KINDS},
    "ledger": {name: spec.label for name, spec in RECORDS.items()},
    "meeting": dict(MEETING.options),
    "national_by_kind": _KINDS,
    "numbers": _KINDS,
    "over_by_kind": _KINDS,
    "permitted": dict(TRAINING_USE.options),
    "rooms": {**dict(ROOM_KIND.options), "multimedia": "网络多媒体教室", "music_art": "音美室"},
    "smallest_by_kind": _KINDS,
    "subjects": dict(SUBJECT.options),
    "whom": _KINDS,
    "without": {"private": "民办学校", "boarding": "寄宿制学校"},
    "words": _KINDS,
    "what": {"places": "新增学位", "area": "建设面积", "money": "投资", "count": "个数"},
}
_OF_FIGURES = frozenset({"adds", "art", "figure", "levels", "music", "under"})
"""Parameters that name figures: 「本科学历教师人数」."""


def _said(name: str, value: object, own: Mapping[str, Any]) -> str:
    """Write a parameter as people know it: 「规定用途:差旅费、资料费」."""
    codes = dict(STAGE_NAMES) | _CODES.get(name, {})
    if name in _OF_FIGURES:
        codes |= {code: figure.label for code, figure in FIGURES.items()}
    if name == "filled":
        codes |= {code: field.item.label for code, field in RECORDS[own["ledger"]].fields.items()}
    if name == "limits":
        codes |= {f"{grade}": f"{grade}年级" for grade in range(1, 10)}
    return f"{_PARAMETERS.get(name, name)}:{_value(value, codes)}"


def _value(value: object, codes: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        nested = any(isinstance(each, list) for each in value.values())
        parts = [f"{codes.get(name, name)} {_value(each, codes)}" for name, each in value.items()]
        return (" / " if nested else "、").join(parts)
    if isinstance(value, list):
        return "、".join(_value(each, codes) for each in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "或".join(codes.get(each, each) for each in str(value).split("|"))


def _coefficients(standard: Standard) -> Iterator[str]:
    if standard.coefficient_citation is None:
        return
    for name, limits in (
        ("各项校际差异系数", standard.coefficient_limits),
        ("综合差异系数", standard.composite_limits),
    ):
        if limits:
            said = "、".join(f"{STAGE_NAMES[stage]} ≤ {plain(limit)}" for stage, limit in limits.items())
            yield f"{name}:{said}(县,{COMPUTED};{standard.number} {standard.coefficient_citation.clause})。\n"


def _parts(standard: Standard) -> Iterator[str]:
    if standard.parts:
        yield "编号条目之外的部分,程序不作评判:\n"
        yield from _table(("部分", "要求", "程序怎样处理", "出处"))
        yield from (_line((each.title, each.asks, each.here, each.source)) for each in standard.parts)
        yield ""


def _relaxations(standard: Standard) -> Iterator[str]:
    yield f"铺在 `{standard.over}` 之上的放宽条款 {len(standard.relaxations)} 条,其余条目照旧。\n"
    yield from _table(("条目", "指标", "条件", "放宽为", "推定", "记录与字段", "条款", "有效期"))
    for number, each in enumerate(standard.relaxations, 1):
        yield _line(
            (
                f"{number}",
                each.indicator.code,
                _condition(each),
                threshold_text(each.indicator),
                "、".join(each.indicator.citation.inferred),
                source_text(sources(each.indicator, (each,))),
                f"{standard.number} {each.indicator.citation.clause}",
                _dates(each.valid_from, each.valid_to),
            )
        )
    yield ""


def _condition(relaxation: Relaxation) -> str:
    terms = ";".join(_said(name, value, relaxation.terms) for name, value in relaxation.terms.items())
    title = CONDITIONS[relaxation.condition].title
    plan = f",并登记{relaxation.plan.words}" if relaxation.plan else ""
    return f"{title}({terms}){plan}" if terms else f"{title}{plan}"


def _dates(first: datetime.date, last: datetime.date | None) -> str:
    return f"{first} 起" if last is None else f"{first} 至 {last}"


def _table(columns: tuple[str, ...]) -> Iterator[str]:
    yield _line(columns)
    yield _line(("---",) * len(columns))


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(re.sub(r"\s*\n\s*|\|", " ", cell) for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(coverage_text())
