"""Figures of the school as they stand, for the lines of a report."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas.allocation import FIGURE
from eduapp.standards.formulas.measure import SCHOOL, YUAN_PER_WAN, Formula, Measure, sum_of
from eduapp.standards.terms import PlainText, Terms, of_item, term

if TYPE_CHECKING:
    from db.records.choices import Stage
    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Input


@dataclass(frozen=True, kw_only=True)
class OfFigure(Terms):
    """Which figure, and the item's own unit."""

    figure: str = term("取数", FIGURE)
    unit: str = of_item(PlainText())


@dataclass(frozen=True, kw_only=True)
class FigureShare(Terms):
    """Which figure over which."""

    figure: str = term("取数", FIGURE)
    under: str = term("除以", FIGURE)


def figure_total(data: SchoolData, stage: Stage | None, terms: OfFigure) -> Measure:
    """A figure of the school as it stands (`figure`), for the lines of a report."""
    del stage
    parts = _parts(data, terms.figure)
    factor = YUAN_PER_WAN if terms.unit == "元" and parts and parts[0].unit == "万元" else 1
    amount = sum_of(parts)
    return Measure(None if amount is None else amount * factor, Fraction(1), parts, terms.unit)


def figure_share(data: SchoolData, stage: Stage | None, terms: FigureShare) -> Measure:
    """A figure of the school (`figure`) over another (`under`)."""
    del stage
    over, under = _parts(data, terms.figure), _parts(data, terms.under)
    unit = over[0].unit if over else "人"
    return Measure(sum_of(over), sum_of(under), (*over, *under), unit, within=True)


def _parts(data: SchoolData, name: str) -> tuple[Input, ...]:
    figure = FIGURES[name]
    if not figure.by_stage:
        return (data.figure(name),)
    return (data.whole(name),) if figure.staged_total else tuple(data.figure(name, s) for s in data.sections)


FORMULAS: dict[str, Formula] = {
    "figure_total": Formula(SCHOOL, figure_total, OfFigure),
    "figure_share": Formula(SCHOOL, figure_share, FigureShare, value_unit="%"),
}
