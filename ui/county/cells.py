"""Verdicts as the cells of the heat map: words and an order, made once off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from eduapp.standards import wording
from eduapp.standards.results import Outcome
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.records.choices import Stage
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.report import CountyReport
    from eduapp.standards.results import Verdict

    Key = tuple[str, str, Stage | None]
    """Standard, submission and stage; without a stage the school as a whole."""


@dataclass(frozen=True)
class VerdictCell:
    """A verdict in a table: its value, its state, the sentence on hovering, and how it sorts."""

    verdict: Verdict
    outcome: Outcome
    text: str
    order: float | None
    apart: tuple[VerdictCell, ...] = ()
    """The cells of its stages, where it shows several."""

    @cached_property
    def tip(self) -> str:
        """The sentence on hovering: made when it is asked for, since few are."""
        if self.apart:
            named = ((STAGE_NAMES[each.verdict.stage], each) for each in self.apart if each.verdict.stage)
            return "\n".join(f"{name}:{each.tip}" for name, each in named)
        said = wording.sentence(self.verdict)
        word = wording.OUTCOME_WORDS[self.verdict.outcome]
        return f"{self.verdict.title}:{word}" + (f",{said}" if said else "")


class Cells(dict["Key", tuple[VerdictCell, ...]]):
    """The cells of every section (in the order of its stage's indicators) and school."""

    def __init__(self, report: CountyReport, before: Cells | None = None) -> None:
        """Make the cells of a report; those of schools that are judged as before are taken over."""
        super().__init__()
        self._of: dict[Key, tuple[SchoolEntry, tuple[str, ...]]] = {}
        for standard in report.standards:
            alone = report.by(standard)
            for stage in alone.stages:
                codes = tuple(each.code for each in stage.indicators)
                for entry, section in stage.rows:
                    key = standard, entry.submission, stage.stage
                    if not self._has_taken(before, key, entry, codes):
                        by_code = {verdict.code: verdict for verdict in section.verdicts}
                        self[key] = tuple(_cell(by_code[code]) for code in codes)
            for entry in alone.schools:
                whole: Key = (standard, entry.submission, None)
                if not self._has_taken(before, whole, entry, ()):
                    self[whole] = _school_cells(entry.school_level)

    def _has_taken(self, before: Cells | None, key: Key, entry: SchoolEntry, codes: tuple[str, ...]) -> bool:
        """Take what was made of the very same judgement; say whether there was any."""
        self._of[key] = entry, codes
        if before is None or key not in before:
            return False
        made_of, shown = before._of[key]  # noqa: SLF001 - of its own kind
        if made_of is not entry or shown != codes:
            return False
        self[key] = before[key]
        return True


_WORST_FIRST = (Outcome.UNMET, Outcome.INSUFFICIENT, Outcome.FLOOR, Outcome.MET)


def _school_cells(verdicts: Iterable[Verdict]) -> tuple[VerdictCell, ...]:
    """Return one cell an item: what is judged stage by stage shows the worse stage and both values."""
    by_code: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_code.setdefault(verdict.code, []).append(verdict)
    return tuple(_joined(own) for own in by_code.values())


def _joined(own: list[Verdict]) -> VerdictCell:
    cells = tuple(_cell(verdict) for verdict in own)
    if len(cells) == 1:
        return cells[0]
    worst = min(cells, key=lambda cell: _place(cell.outcome))
    values = " / ".join(cell.text or "—" for cell in cells)
    return replace(worst, text=values if any(cell.text for cell in cells) else "", apart=cells)


def _place(outcome: Outcome) -> int:
    return _WORST_FIRST.index(outcome) if outcome in _WORST_FIRST else len(_WORST_FIRST)


def _cell(verdict: Verdict) -> VerdictCell:
    value = verdict.value
    text = "" if value is None else wording.value_text(verdict)
    return VerdictCell(verdict, verdict.outcome, text, None if value is None else float(value))
