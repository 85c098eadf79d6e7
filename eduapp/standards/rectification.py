"""整改台账: 问题 → 措施 → 责任人 → 期限 → 销号, each line's state derived from the verdict that raised it.

A line is closed only when what is judged of its item is met, or applies no more, and its day of
completion is filled in; nobody closes it by hand (X区 2024, docs/standards.md, "Local plans").
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from db.records.choices import Stage
from db.records.items import ITEM
from db.records.values import Unread
from eduapp.standards.checks.rows import soft
from eduapp.standards.numbers import plain, shown
from eduapp.standards.results import Outcome
from eduapp.standards.wording import (
    OUTCOME_WORDS,
    STAGE_NAMES,
    sentence,
    threshold_with_unit,
    value_with_unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal
    from fractions import Fraction

    from db.records.rows import Row, Rows
    from eduapp.standards.county.report import StageIndicator
    from eduapp.standards.results import Finding, SectionResult, Verdict

RECORD, COUNTY_RECORD = "rectification", "county_rectification"
MOST = 200
"""Characters a text may have (db.records.values.MAX_TEXT)."""


class LineState(StrEnum):
    """Where a line stands."""

    OPEN = "open"
    WORKING = "working"
    OVERDUE = "overdue"
    UNPROVED = "unproved"
    CLOSED = "closed"


STATE_WORDS = {
    LineState.OPEN: "待整改",
    LineState.WORKING: "整改中",
    LineState.OVERDUE: "逾期",
    LineState.UNPROVED: "待核",
    LineState.CLOSED: "已销号",
}
SETTLED = frozenset({Outcome.MET, Outcome.NOT_APPLICABLE, Outcome.EXEMPT})
"""Outcomes that let a line be closed: the item is met, or applies no more."""
_SERIOUS = (Outcome.UNMET, Outcome.FLOOR, Outcome.INSUFFICIENT, Outcome.UNSETTLED)


@dataclass(frozen=True)
class JudgedItem:
    """What is judged of an item: a verdict of a school or the county, or a coefficient of a stage.

    `raises`: whether it asks for a line: unmet, or at the floor in a section that does not pass.
    """

    code: str
    stage: Stage | None
    outcome: Outcome
    title: str
    said: str
    raises: bool


@dataclass(frozen=True)
class RectificationLine:
    """A line with what is judged of its item now; `school` is whose it is at the county."""

    key: str
    item: str
    stage: Stage | None
    problem: str
    measure: str
    owner: str
    deadline: datetime.date | None
    done: datetime.date | None
    judged: tuple[JudgedItem, ...]
    state: LineState
    school: str = ""

    @property
    def now(self) -> str:
        """What is judged of its item now: 「未达标:还差 2 人」; said of the worst where several judge it."""
        if not self.judged:
            return "现已不适用" if self.state is LineState.CLOSED else "没有可用的判定"
        worst = worst_of(self.judged)
        return f"{OUTCOME_WORDS[worst.outcome]}{f':{worst.said}' if worst.said else ''}"


def of_sections(sections: Iterable[SectionResult], others: Iterable[Verdict]) -> tuple[JudgedItem, ...]:
    """Return what is judged of a school: its sections' verdicts and its own."""
    found = [
        _of_verdict(verdict, raises=_raises(verdict, section))
        for section in sections
        for verdict in section.verdicts
    ]
    return (*found, *of_verdicts(others))


def of_verdicts(verdicts: Iterable[Verdict]) -> tuple[JudgedItem, ...]:
    """Return what verdicts of a school or of the county say."""
    return tuple(_of_verdict(each, raises=_so_far(each) is Outcome.UNMET) for each in verdicts)


def _so_far(verdict: Verdict) -> Outcome:
    return verdict.settlement.so_far if verdict.settlement else verdict.outcome


def of_coefficient(each: StageIndicator, stage: Stage) -> JudgedItem:
    """Return what the coefficient of an indicator over a stage's sections says (校际差异系数)."""
    value, limit = each.balance.coefficient, each.limit
    said = ""
    if value is not None and limit is not None:
        said = f"校际差异系数 {shown(value, 3)},应 ≤ {plain(limit)}"
    found = each.settlement
    raises = found.so_far is Outcome.UNMET
    return JudgedItem(each.code, stage, found.standing(each.outcome), f"{each.title}(差异系数)", said, raises)


def _of_verdict(verdict: Verdict, *, raises: bool) -> JudgedItem:
    return JudgedItem(verdict.code, verdict.stage, verdict.standing, verdict.title, _said(verdict), raises)


def _said(verdict: Verdict) -> str:
    """Say the number, what it should be, and how much is missing."""
    value: Fraction | Decimal | None = verdict.value
    parts = []
    if (
        value is not None
        and verdict.threshold is not None
        and verdict.outcome in {Outcome.UNMET, Outcome.FLOOR}
    ):
        parts.append(f"{value_with_unit(verdict)},应 {threshold_with_unit(verdict)}")
    return ";".join(part for part in (*parts, sentence(verdict)) if part)


def _raises(verdict: Verdict, section: SectionResult) -> bool:
    at_floor = verdict.outcome is Outcome.FLOOR and section.outcome is Outcome.UNMET
    return verdict.outcome is Outcome.UNMET or at_floor


def worst_of(judged: Sequence[JudgedItem]) -> JudgedItem:
    """Return the one that stands most in the way of closing; the first where they are alike."""
    for outcome in _SERIOUS:
        for each in judged:
            if each.outcome is outcome:
                return each
    return judged[0]


def about(judged: Iterable[JudgedItem], item: object, stage: object) -> tuple[JudgedItem, ...]:
    """Return what is judged of an item: of one stage where the line names it, else of all."""
    return tuple(
        each
        for each in judged
        if each.code == item and (not isinstance(stage, str) or each.stage in {None, Stage(stage)})
    )


def line_of(
    key: str, row: Row, judged: Sequence[JudgedItem], on: datetime.date, school: str = ""
) -> RectificationLine:
    """Read a line and derive its state on a day: the day decides about 逾期 alone."""
    own = about(judged, row["item"], row["stage"])
    deadline, done = _day(row["deadline"]), _day(row["done"])
    stage = row["stage"]
    return RectificationLine(
        key=key,
        item=_text(row["item"]),
        stage=Stage(stage) if isinstance(stage, str) else None,
        problem=_text(row["problem"]),
        measure=_text(row["measure"]),
        owner=_text(row.get("owner")),
        deadline=deadline,
        done=done,
        judged=own,
        state=_state(row, own, judged, on),
        school=school,
    )


def _state(row: Row, own: Sequence[JudgedItem], judged: Sequence[JudgedItem], on: datetime.date) -> LineState:
    deadline, done = _day(row["deadline"]), _day(row["done"])
    if done is not None:
        return LineState.CLOSED if _settled(row, own, judged) else LineState.UNPROVED
    if deadline is not None and deadline < on:
        return LineState.OVERDUE
    begun = any(_text(row.get(name)) for name in ("measure", "owner"))
    return LineState.WORKING if begun else LineState.OPEN


def _settled(row: Row, own: Sequence[JudgedItem], judged: Sequence[JudgedItem]) -> bool:
    """Whether the verdicts let a line be closed; while no section can be judged, none is said to be gone."""
    if not own and not any(each.stage for each in judged):
        return False
    return isinstance(row["item"], str) and all(each.outcome in SETTLED for each in own)


def findings(rows: Rows, judged: Sequence[JudgedItem], record: str = RECORD) -> Iterator[Finding]:
    """Yield a soft finding for each line that says it is done while its item is not met, with the gap."""
    for key, row in rows.items():
        done = _day(row["done"])
        own = about(judged, row["item"], row["stage"])
        if done is None or not isinstance(row["item"], str) or _settled(row, own, judged):
            continue
        text = f"填了完成日期 {done},但学校类型或学生数没有填,无法判定,不能销号"
        if own:
            worst = worst_of(own)
            word = f"{OUTCOME_WORDS[worst.outcome]}{f'({worst.said})' if worst.said else ''}"
            text = f"{_name(worst)}填了完成日期 {done},但指标仍{word},不能销号"
        yield soft("rectification.unmet", record, key, "done", text)


def wanted(rows: Iterable[Row], judged: Sequence[JudgedItem]) -> list[dict[str, str]]:
    """Return the lines to add, as typed texts: one for each unmet item and stage that has none."""
    there = {(row["item"], row["stage"]) for row in rows}
    whole = {item for item, stage in there if stage is None}
    found: dict[tuple[str, Stage | None], list[JudgedItem]] = {}
    for each in judged:
        if each.raises and each.code not in whole and (each.code, each.stage) not in there:
            found.setdefault((each.code, each.stage), []).append(each)
    return [
        {"item": code, "stage": stage or "", "problem": _problem(raised)}
        for (code, stage), raised in found.items()
    ]


def _problem(raised: Sequence[JudgedItem]) -> str:
    """Say the problem as the verdicts do, gap included; what does not fit a cell ends with …."""
    parts = dict.fromkeys(f"{_name(each)}未达标{f':{each.said}' if each.said else ''}" for each in raised)
    text = "。".join(parts)
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"


def _name(judged: JudgedItem) -> str:
    return f"{STAGE_NAMES[judged.stage]}{judged.title}" if judged.stage else judged.title


def item_words(code: str) -> str:
    """Return an item as people know it: 「R2 骨干教师」; the code itself where no standard has it."""
    return dict(ITEM.options).get(code, code)


def _day(cell: object) -> datetime.date | None:
    return cell if isinstance(cell, datetime.date) else None


def _text(cell: object) -> str:
    return cell.text if isinstance(cell, Unread) else cell if isinstance(cell, str) else ""
