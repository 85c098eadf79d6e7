"""Items without a figure of their own: answered by a document with number, date and file names."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.values import Unread
from eduapp.standards.formulas.measure import SCHOOL, Formula, Measure, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.records.choices import Stage
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData
    from eduapp.standards.formulas.measure import Parameters

CITED = {"number": "文号", "date": "日期", "files": "材料名称"}
"""What a document must say of itself before it counts."""


@dataclass(frozen=True)
class Answer:
    """What the documents of an item say together: True, False, or None while something is missing."""

    met: bool | None
    note: str
    value: Decimal | None = None


def answered(rows: Iterable[Row], code: str) -> Answer:
    """Join the documents that name an item: one that says no decides, all must be complete for a yes."""
    own = [row for row in rows if row["item"] == code]
    value = _newest_value(own)
    if not own:
        return Answer(None, "缺:佐证材料(结论、文号、日期、材料名称)")
    if any(row["met"] is False for row in own):
        return Answer(met=False, note=_note(own, "登记为未达到"), value=value)
    missing = [label for name, label in CITED.items() if any(not is_known(row[name]) for row in own)]
    if any(row["met"] is not True for row in own):
        missing.insert(0, "结论")
    if missing:
        return Answer(None, f"缺:佐证材料的{'、'.join(missing)}", value)
    return Answer(met=True, note=_note(own, "登记为达到"), value=value)


def _newest_value(rows: list[Row]) -> Decimal | None:
    """Return the number of the newest document that states one; of one day the smaller."""
    stated = [(row["date"], row["value"]) for row in rows]
    dated = [
        (day if isinstance(day, datetime.date) else datetime.date.min, -value)
        for day, value in stated
        if isinstance(value, Decimal)
    ]
    return -max(dated)[1] if dated else None


def is_known(cell: object) -> bool:
    """Whether a cell says something readable."""
    return cell is not None and not isinstance(cell, Unread)


def _note(rows: list[Row], word: str) -> str:
    numbers = [str(row["number"]) for row in rows if is_known(row["number"])]
    return f"{word}({'、'.join(numbers)})" if numbers else word


def measure_of(answer: Answer) -> Measure:
    """Return 1 of 1 for a yes, 0 of 1 for a no, nothing while something is missing."""
    if answer.met is None:
        return Measure(None, None, (), "项", note=answer.note)
    return Measure(Fraction(answer.met), Fraction(1), (), "项", note=answer.note)


def stated_of(answer: Answer, unit: str) -> Measure:
    """Return the number that the documents state; the document must be complete."""
    if answer.met is None or answer.value is None:
        note = answer.note if answer.met is None else "缺:佐证材料的数值"
        return Measure(None, None, (), unit, note=note)
    return Measure(Fraction(answer.value), Fraction(1), (), unit, note=answer.note, also=answer.met)


POLITICS = NotApplicable("属政策性要求,只列出、不计算;有文件的可以登记")


def listed_only(rows: Iterable[Row], parameters: Parameters) -> bool:
    """Whether an item is a matter of policy that no document answers yet: listed, not judged."""
    return bool(parameters.get("politics")) and all(row["item"] != parameters["code"] for row in rows)


def document(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """A tick of the school with its document."""
    del stage
    rows = data.rows("evidence")
    return POLITICS if listed_only(rows, parameters) else measure_of(answered(rows, parameters["code"]))


def stated(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """A number of the school that a document states."""
    del stage
    return stated_of(answered(data.rows("evidence"), parameters["code"]), parameters["unit"])


FORMULAS: dict[str, Formula] = {
    "document": Formula(SCHOOL, document, value_unit="项"),
    "stated": Formula(SCHOOL, stated),
}
