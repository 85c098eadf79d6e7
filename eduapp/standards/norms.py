"""What a verdict over a year's money says of the norm it was held to."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from eduapp.standards.numbers import plain
from eduapp.standards.years import YEAR_BEFORE

if TYPE_CHECKING:
    from db.records.choices import SchoolKind, Stage
    from eduapp.standards.standard import Indicator, Standard


def norm_remark(
    standard: Standard,
    indicator: Indicator,
    stage: Stage | None,
    kind: SchoolKind | None,
    on: datetime.date | None,
) -> str:
    """Say by which norm a year's money was judged, where its norm changed in that year or since.

    Empty for an item whose norm never changed up to the day, and for inputs that are no year's money.
    """
    if on is None or indicator.inputs_of != YEAR_BEFORE:
        return ""
    year, judged = on.year - 1, standard.norm_day(indicator, on)
    if indicator.citation.valid_from > judged:
        return f"经费是 {year} 年的,本条自 {indicator.citation.valid_from} 起执行"
    own = [item for item in standard.indicators if item.code == indicator.code]
    known = [item for item in own if item.citation.valid_from <= on and _ends(item, year) is not None]
    known = [item for item in known if item.threshold(stage, kind) != indicator.threshold(stage, kind)]
    if not known:
        return ""
    said = "、".join(_norm(each, stage, kind) for each in sorted([*known, indicator], key=_begins))
    return f"{year} 年的经费按 {judged} 的标准判定(推定):{said}"


def _ends(indicator: Indicator, year: int) -> datetime.date | None:
    """Return the last day on which an item held in a year or after it; None when it ended before."""
    last = indicator.citation.valid_to or datetime.date.max
    return last if last >= datetime.date(year, 1, 1) else None


def _begins(indicator: Indicator) -> datetime.date:
    return indicator.citation.valid_from


def _norm(indicator: Indicator, stage: Stage | None, kind: SchoolKind | None) -> str:
    """Write a norm with its days: 「2025-03-01 起 ≥ 7000 元」."""
    limit, last = indicator.threshold(stage, kind), indicator.citation.valid_to
    sign = "≤" if indicator.is_upper_limit else "≥"
    number = f"{sign} {plain(limit)} {indicator.unit}" if limit is not None else "不设标准"
    days = f"{_begins(indicator)} 起" if last is None else f"至 {last}"
    return f"{days} {number}"
