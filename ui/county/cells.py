"""Verdicts as the cells of the heat map: words and an order, made once off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.standards import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from db.records.choices import Stage
    from eduapp.standards.county import CountyReport
    from eduapp.standards.results import Outcome, Verdict

    Key = tuple[str, Stage | None]
    """Submission and stage; without a stage the school as a whole."""
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
    for stage in report.stages:
        codes = [each.code for each in stage.indicators]
        for entry, section in stage.rows:
            by_code = {verdict.code: verdict for verdict in reversed(section.verdicts)}
            found[entry.submission, stage.stage] = _cells(by_code[code] for code in codes)
    for entry in report.schools:
        found[entry.submission, None] = _cells(entry.school_level)
    return found


def _cells(verdicts: Iterable[Verdict]) -> tuple[Cell, ...]:
    return tuple(_cell(verdict) for verdict in verdicts)


def _cell(verdict: Verdict) -> Cell:
    value = verdict.value
    said = wording.sentence(verdict)
    tip = f"{verdict.title}:{wording.OUTCOME_WORDS[verdict.outcome]}" + (f",{said}" if said else "")
    text = "" if value is None else wording.value_text(verdict)
    return Cell(verdict, verdict.outcome, text, tip, None if value is None else float(value))
