"""Grounds outside the school that it may use: contract, walk, exclusive use.

Source: X区 2024 二(二)一 (docs/standards.md, "Local plans").
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.counting import RENTED, has_expired
from eduapp.standards.formulas.measure import SCHOOL, Formula, Measure, NotApplicable, named, title_of
from eduapp.standards.terms import Terms, WholeNumber, term

if TYPE_CHECKING:
    import datetime

    from db.records.choices import Stage
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData

_NO_GROUNDS = "缺:运动场地名单;没有租赁场馆的请勾选「本表已填全」"


@dataclass(frozen=True, kw_only=True)
class WalkMinutes(Terms):
    """How far a shared ground may be on foot."""

    walk_minutes: int = term("步行分钟 ≤", WholeNumber(quoted=True))


def shared_grounds(data: SchoolData, stage: Stage | None, terms: WalkMinutes) -> Measure | NotApplicable:
    """X区 二(二)一: rented grounds without contract, too far on foot, or not exclusive in lessons."""
    del stage
    listed = data.draft.rows["sports_ground"]
    rows = [row for row in listed.values() if row["kind"] == RENTED]
    if not rows:
        said = "sports_ground" in data.draft.complete or data.draft.only("school_total")["rented_area"] == 0
        none = NotApplicable("没有校外共享(租赁)场地")
        return none if said else Measure(None, None, (), "处", note=_NO_GROUNDS)
    most, wrong, unknown = terms.walk_minutes, [], 0
    for row in rows:
        why = _troubles(row, most, data.on)
        if why:
            wrong.append(f"{title_of(row)}({'、'.join(why)})")
        elif not isinstance(row["walk_minutes"], int) or row["exclusive"] is None:
            unknown += 1
    if unknown and not wrong:
        return Measure(None, None, (), "处", note=f"{unknown} 处没有填步行时间或是否专用")
    note = f"不符合条件:{named(wrong)}" if wrong else f"{len(rows)} 处共享场地都符合路途安全条件"
    return Measure(Fraction(len(wrong)), Fraction(1), (), "处", note=note)


def _troubles(row: Row, most: int, on: datetime.date | None) -> list[str]:
    """Return what is known to be wrong with a rented ground."""
    minutes = row["walk_minutes"]
    known = {
        "没有合同文号": not isinstance(row["contract"], str),
        f"步行 {minutes} 分钟": isinstance(minutes, int) and minutes > most,
        "上课时段不专用": row["exclusive"] is False,
        f"合同 {row['contract_until']} 到期": has_expired(row, on),
    }
    return [words for words, is_wrong in known.items() if is_wrong]


FORMULAS: dict[str, Formula] = {
    "shared_grounds": Formula(SCHOOL, shared_grounds, WalkMinutes, value_unit="处"),
}
