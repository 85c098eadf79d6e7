"""Local thresholds beside the national ones: stricter, laxer or the same, always worked out."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from eduapp.standards.numbers import plain

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from decimal import Decimal

    from db.records.choices import SchoolKind, Stage
    from eduapp.standards.standard import Indicator, Standard


class Strictness(StrEnum):
    """How a local threshold stands to the national one in force."""

    STRICTER = "stricter"
    LAXER = "laxer"
    EQUAL = "equal"


TICKS = frozenset({"document"})
"""Items that are met by a document: there is no number to show beside another."""
WORDS = {
    Strictness.STRICTER: "严于国家标准",
    Strictness.LAXER: "宽于国家标准",
    Strictness.EQUAL: "与国家标准相同",
}


def national_item(indicator: Indicator, national: Standard, on: datetime.date | None) -> Indicator | None:
    """Return the national item in force that a local one is compared with; None where there is none."""
    return next((item for item in national.on(on) if item.code == indicator.national), None)


def compare(
    local: Indicator, national: Indicator, stage: Stage | None, kind: SchoolKind | None
) -> Strictness | None:
    """Compare two items counted alike; None where their numbers cannot be compared."""
    if local.unit != national.unit or local.is_upper_limit != national.is_upper_limit:
        return None
    if (local.formula, local.county) != (national.formula, national.county) or local.differs:
        return None
    ours, theirs = (getattr(each.terms, "limits", None) for each in (local, national))
    if ours and theirs and set(ours) == set(theirs):
        return _of_limits(ours, theirs)
    mine, other = local.threshold(stage, kind), national.threshold(stage, kind)
    if mine is None or other is None or local.scale != national.scale:
        return None
    return _of_numbers(mine, other, upper=local.is_upper_limit)


def _of_numbers(mine: Decimal, other: Decimal, *, upper: bool) -> Strictness:
    if mine == other:
        return Strictness.EQUAL
    return Strictness.STRICTER if (mine < other) == upper else Strictness.LAXER


def _of_limits(ours: Mapping[Any, int], theirs: Mapping[Any, int]) -> Strictness | None:
    """Compare limits name by name (the largest class, the longest homework)."""
    signs = {ours[name] - theirs[name] for name in ours} - {0}
    if not signs:
        return Strictness.EQUAL
    if all(sign > 0 for sign in signs):
        return Strictness.LAXER
    return Strictness.STRICTER if all(sign < 0 for sign in signs) else None


def beside_national(
    indicator: Indicator,
    national: Standard,
    stage: Stage | None,
    kind: SchoolKind | None,
    on: datetime.date | None,
) -> str:
    """Say how a local item stands to the national one in force; empty where nothing can be said."""
    if indicator.differs:
        return indicator.differs
    other = national_item(indicator, national, on)
    found = compare(indicator, other, stage, kind) if other else None
    threshold = other.threshold(stage, kind) if other else None
    if found is None or other is None or threshold is None:
        return ""
    if other.county in TICKS or other.formula in TICKS:
        return WORDS[found]
    text = f"{WORDS[found]}({_limit_words(other, threshold)},{other.citation.number})"
    return f"{text},还须达到国家标准" if found is Strictness.LAXER else text


def _limit_words(national: Indicator, threshold: Decimal) -> str:
    """Say the national limit; of rooms owed by so many classes each the limit is a share and says nothing."""
    classes = getattr(national.terms, "classes_per_room", None)
    if classes is not None:
        return f"每 {classes} 个班级各 1 间"
    return f"{'≤' if national.is_upper_limit else '≥'} {plain(threshold)}{national.unit}"
