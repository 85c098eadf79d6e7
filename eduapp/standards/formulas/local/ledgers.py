"""Ledgers (台账) that local plans ask for, and the hours of courses against the curriculum plan.

Source: 大通湖区 2025 第17、19、24、28、30条; 会泽县 2023 第六条 (docs/standards.md, "Local plans").
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import GRADE, SUBJECT
from eduapp.standards.formulas.documents import is_known
from eduapp.standards.formulas.measure import SCHOOL, Formula, Measure, NotApplicable, named

if TYPE_CHECKING:
    from db.records.choices import Stage
    from eduapp.standards.data import SchoolData
    from eduapp.standards.formulas.measure import Parameters

SUBJECT_NAMES, GRADE_NAMES = dict(SUBJECT.options), dict(GRADE.options)


def ledger_complete(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """Lines of a ledger whose `filled` fields are filled in, over all its lines.

    A ledger that is empty and ticked as complete says that there is nothing to record.
    """
    del stage
    spec = RECORDS[parameters["ledger"]]
    rows = data.draft.rows[spec.name]
    if not len(rows):
        if spec.name in data.draft.complete:
            return NotApplicable(f"「{spec.label}」台账已填全,没有需要登记的")
        return Measure(None, None, (), "条", note=f"缺:「{spec.label}」台账")
    wanted = parameters["filled"]
    complete = sum(all(is_known(row[name]) for name in wanted) for row in rows.values())
    labels = "、".join(spec.fields[name].item.label for name in wanted)
    note = "" if complete == len(rows) else f"{len(rows) - complete} 条没有填全({labels})"
    return Measure(Fraction(complete), Fraction(len(rows)), (), "条", note=note)


def curriculum_hours(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """Lines of 课程课时 with the hours of the plan over all lines; each of `subjects` has to be taught.

    A subject of the list may name several that stand for each other, as `music|art`.
    """
    del stage
    rows = list(data.draft.rows["course"].values())
    if not rows:
        return Measure(None, None, (), "项", note="缺:课程课时")
    short, unknown = [], 0
    for row in rows:
        weekly, planned = row["weekly"], row["planned"]
        if not isinstance(weekly, Decimal) or not isinstance(planned, Decimal):
            unknown += 1
        elif weekly < planned:
            short.append(
                f"{GRADE_NAMES.get(str(row['grade']), '')}{SUBJECT_NAMES.get(str(row['subject']), '')}"
            )
    taught = {row["subject"] for row in rows if isinstance(row["weekly"], Decimal) and row["weekly"] > 0}
    absent = [
        "或".join(SUBJECT_NAMES[each] for each in names.split("|"))
        for names in parameters["subjects"]
        if taught.isdisjoint(names.split("|"))
    ]
    parts = [f"{len(short)} 项课时不足:{named(short)}"] if short else []
    parts += [f"没有开设{named(absent)}"] if absent else []
    if not parts and unknown:
        return Measure(None, None, (), "项", note=f"{unknown} 项缺实际或方案周课时")
    met = Fraction(len(rows) - len(short))
    return Measure(met, Fraction(len(rows) + len(absent)), (), "项", note=";".join(parts))


FORMULAS: dict[str, Formula] = {
    "ledger_complete": Formula(SCHOOL, ledger_complete, ("ledger", "filled"), value_unit="%"),
    "curriculum_hours": Formula(SCHOOL, curriculum_hours, ("subjects",), value_unit="%"),
}
