"""Verdicts as the cells of the heat map: words and an order, made once off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eduapp.standards import wording
from eduapp.standards.results import Outcome
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from db.records.choices import Stage
    from eduapp.standards.county.report import CountyReport
    from eduapp.standards.results import Verdict

    Key = tuple[str, str, Stage | None]
    """Standard, submission and stage; without a stage the school as a whole."""
    Cells = Mapping[Key, tuple["Cell", ...]]


@dataclass(frozen=True)
class Cell:
    """A verdict in a table: its value, its state, the sentence on hovering, and how it sorts."""

    verdict: Verdict
    outcome: Outcome
    text: str
    tip: str
    order: float | None


def cells_of(report: CountyReport) -> Cells:
    """Return the cells of every section (in the order of its stage's indicators) and school."""
    found: dict[Key, tuple[Cell, ...]] = {}
    for standard in report.standards:
        alone = report.by(standard)
        for stage in alone.stages:
            codes = [each.code for each in stage.indicators]
            for entry, section in stage.rows:
                by_code = {verdict.code: verdict for verdict in section.verdicts}
                found[standard, entry.submission, stage.stage] = _cells(by_code[code] for code in codes)
        for entry in alone.schools:
            found[standard, entry.submission, None] = _school_cells(entry.school_level)
    return found


_WORST_FIRST = (Outcome.UNMET, Outcome.INSUFFICIENT, Outcome.FLOOR, Outcome.MET)


def _school_cells(verdicts: Iterable[Verdict]) -> tuple[Cell, ...]:
    """Return one cell an item: what is judged stage by stage shows the worse stage and both values."""
    by_code: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_code.setdefault(verdict.code, []).append(verdict)
    return tuple(_joined(own) for own in by_code.values())


def _joined(own: list[Verdict]) -> Cell:
    cells = [_cell(verdict) for verdict in own]
    if len(cells) == 1:
        return cells[0]
    worst = min(cells, key=lambda cell: _place(cell.outcome))
    values = " / ".join(cell.text or "—" for cell in cells)
    tips = "\n".join(f"{STAGE_NAMES[cell.verdict.stage]}:{cell.tip}" for cell in cells if cell.verdict.stage)
    return replace(worst, text=values if any(cell.text for cell in cells) else "", tip=tips)


def _place(outcome: Outcome) -> int:
    return _WORST_FIRST.index(outcome) if outcome in _WORST_FIRST else len(_WORST_FIRST)


def _cells(verdicts: Iterable[Verdict]) -> tuple[Cell, ...]:
    return tuple(_cell(verdict) for verdict in verdicts)


def _cell(verdict: Verdict) -> Cell:
    value = verdict.value
    said = wording.sentence(verdict)
    tip = f"{verdict.title}:{wording.OUTCOME_WORDS[verdict.outcome]}" + (f",{said}" if said else "")
    text = "" if value is None else wording.value_text(verdict)
    return Cell(verdict, verdict.outcome, text, tip, None if value is None else float(value))
