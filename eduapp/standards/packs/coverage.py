"""Every numbered item of the documents, and what the program does about it: the text of a page.

`python -m eduapp.standards.coverage` writes docs/standards-coverage.md to standard output; it is made
from the packs alone, and a test holds the page against them.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND
from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.county.formulas import COUNTY_FORMULAS
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import MERGED, SCHOOL, SECTION, SITE, STAGE
from eduapp.standards.numbers import plain
from eduapp.standards.packs.reader import load, standard_ids
from eduapp.standards.packs.sources import source_text, sources
from eduapp.standards.standard import ALL_SCHOOLS, POOLED
from eduapp.standards.terms import declared
from eduapp.standards.wording import STAGE_NAMES
from eduapp.standards.years import YEARS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping
    from typing import Any

    from eduapp.standards.standard import Indicator, Relaxation, Standard
    from eduapp.standards.terms import Terms

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
    if answered == COMPUTED and indicator.with_document:
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
    own = {name: value for name, value in indicator.written.items() if value != []}
    terms = [_said(name, value, _terms(indicator), own) for name, value in own.items()]
    judged = [f"看:{_JUDGED[indicator.judged.what]}"] if indicator.judged.why else []
    said = ";".join([*terms, *judged])
    return f"{limits}{unit}" + (f";{said}" if said else "")


_JUDGED = {SITE: "每个校点", MERGED: "学校(含不计校数的校点)"}


def _terms(indicator: Indicator) -> tuple[type[Terms], ...]:
    """Return the terms of an item's formulas, at a school and at the county."""
    used = [FORMULAS[indicator.formula].terms] if indicator.formula else []
    return (*used, *(each.terms for name, each in COUNTY_FORMULAS.items() if name == indicator.county))


def _said(name: str, value: object, terms: tuple[type[Terms], ...], own: Mapping[str, Any]) -> str:
    """Write a term as people know it: 「规定用途:差旅费、资料费」."""
    owner = next(term for term in terms if name in declared((term,)))
    codes = dict(STAGE_NAMES) | dict(owner.codes(name, own))
    return f"{declared((owner,))[name].words}:{_value(value, codes)}"


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
    asked = (CONDITIONS[relaxation.condition].terms,)
    given = relaxation.written
    terms = ";".join(_said(name, value, asked, given) for name, value in given.items())
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
