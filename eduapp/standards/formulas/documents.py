"""Items without a figure of their own: answered by a document with number, date and names, or a ledger."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from db.records.catalog import RECORDS
from db.records.values import Unread
from eduapp.standards.formulas.measure import SCHOOL, Formula, Measure, NotApplicable
from eduapp.standards.pack_values import refuse
from eduapp.standards.terms import Flag, OneOf, PlainText, Some, Terms, of_item, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from db.records.choices import Stage
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData

CITED = {"number": "文号", "date": "日期", "files": "材料名称"}
"""What a document must say of itself before it counts."""


@dataclass(frozen=True, kw_only=True)
class OfItem(Terms):
    """The item itself: documents name it by its code."""

    code: str = of_item(PlainText())
    unit: str = of_item(PlainText())
    politics: bool = of_item(Flag(), default=False)


@dataclass(frozen=True, kw_only=True)
class LedgerTerms(Terms):
    """A ledger, and its fields that each line must have."""

    ledger: str = term("台账", OneOf({name: spec.label for name, spec in RECORDS.items()}))
    filled: tuple[str, ...] = term("应填", Some(PlainText(), 1))

    def refuse_unfit(self, where: str) -> None:
        """Refuse fields that the ledger does not have."""
        spec = RECORDS[self.ledger]
        unknown = [name for name in self.filled if name not in spec.fields]
        if unknown:
            refuse(f"{where} filled:「{spec.label}」没有 {'、'.join(unknown)}")

    @classmethod
    def codes(cls, name: str, given: Mapping[str, Any]) -> Mapping[str, str]:
        """See Terms; of the fields to be filled the labels of the ledger that is named."""
        if name != "filled":
            return super().codes(name, given)
        return {code: field.item.label for code, field in RECORDS[given["ledger"]].fields.items()}


@dataclass(frozen=True)
class EvidenceAnswer:
    """What the documents of an item say together: True, False, or None while something is missing."""

    met: bool | None
    note: str
    value: Decimal | None = None


def answered(rows: Iterable[Row], code: str) -> EvidenceAnswer:
    """Join the documents that name an item: one that says no decides, all must be complete for a yes."""
    own = [row for row in rows if row["item"] == code]
    value = _newest_value(own)
    if not own:
        return EvidenceAnswer(None, "缺:佐证材料(结论、文号、日期、材料名称)")
    if any(row["met"] is False for row in own):
        return EvidenceAnswer(met=False, note=_note(own, "登记为未达到"), value=value)
    missing = [label for name, label in CITED.items() if any(not is_known(row[name]) for row in own)]
    if any(row["met"] is not True for row in own):
        missing.insert(0, "结论")
    if missing:
        return EvidenceAnswer(None, f"缺:佐证材料的{'、'.join(missing)}", value)
    return EvidenceAnswer(met=True, note=_note(own, "登记为达到"), value=value)


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


def measure_of(answer: EvidenceAnswer) -> Measure:
    """Return 1 of 1 for a yes, 0 of 1 for a no, nothing while something is missing."""
    if answer.met is None:
        return Measure(None, None, (), "项", note=answer.note)
    return Measure(Fraction(answer.met), Fraction(1), (), "项", note=answer.note)


def stated_of(answer: EvidenceAnswer, unit: str) -> Measure:
    """Return the number that the documents state; the document must be complete."""
    if answer.met is None or answer.value is None:
        note = answer.note if answer.met is None else "缺:佐证材料的数值"
        return Measure(None, None, (), unit, note=note)
    return Measure(Fraction(answer.value), Fraction(1), (), unit, note=answer.note, also=answer.met)


POLITICS = NotApplicable("属政策性要求,只列出、不计算;有文件的可以登记")


def listed_only(rows: Iterable[Row], terms: OfItem) -> bool:
    """Whether an item is a matter of policy that no document answers yet: listed, not judged."""
    return terms.politics and all(row["item"] != terms.code for row in rows)


def document(data: SchoolData, stage: Stage | None, terms: OfItem) -> Measure | NotApplicable:
    """A tick of the school with its document."""
    del stage
    rows = data.rows("evidence")
    return POLITICS if listed_only(rows, terms) else measure_of(answered(rows, terms.code))


def stated(data: SchoolData, stage: Stage | None, terms: OfItem) -> Measure:
    """A number of the school that a document states."""
    del stage
    return stated_of(answered(data.rows("evidence"), terms.code), terms.unit)


def ledger_complete(data: SchoolData, stage: Stage | None, terms: LedgerTerms) -> Measure | NotApplicable:
    """Lines of a ledger whose `filled` fields are filled in, over all its lines.

    A ledger that is empty and ticked as complete says that there is nothing to record.
    """
    del stage
    spec = RECORDS[terms.ledger]
    rows = data.draft.rows[spec.name]
    if not len(rows):
        if spec.name in data.draft.complete:
            return NotApplicable(f"「{spec.label}」台账已填全,没有需要登记的")
        return Measure(None, None, (), "条", note=f"缺:「{spec.label}」台账")
    wanted = terms.filled
    complete = sum(all(is_known(row[name]) for name in wanted) for row in rows.values())
    labels = "、".join(spec.fields[name].item.label for name in wanted)
    note = "" if complete == len(rows) else f"{len(rows) - complete} 条没有填全({labels})"
    return Measure(Fraction(complete), Fraction(len(rows)), (), "条", note=note)


FORMULAS: dict[str, Formula] = {
    "document": Formula(SCHOOL, document, OfItem, value_unit="项"),
    "stated": Formula(SCHOOL, stated, OfItem),
    "ledger_complete": Formula(SCHOOL, ledger_complete, LedgerTerms, value_unit="%"),
}
