"""A standard: thresholds with their dates and citations, as plain values.

Read from data packs by `packs`. A pack with `over` inherits the items of another and judges them by
relaxed parameters where a named condition holds; a pack with `beside` is a local plan: its own items
stand beside those of the national standard it names.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.records.choices import SchoolKind, Stage
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import MERGED, JudgedUnit
from eduapp.standards.results import Citation
from eduapp.standards.terms import Terms
from eduapp.standards.years import DAY, norm_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.standards.formulas.allocation import Common

ALL_SCHOOLS, POOLED = "schools", "pooled"
"""How a school's item is judged for the county: every school meets it, or all schools' numbers together."""

ALL_AS_ONE = JudgedUnit(MERGED)
NO_TERMS = Terms()


@dataclass(frozen=True)
class Indicator:
    """An indicator of a standard: its formulas' names, texts, threshold, dates and citation."""

    code: str
    name: str
    title: str
    short: str
    unit: str
    scale: int
    decimals: int
    citation: Citation
    written: Mapping[str, Any] = field(default_factory=dict)
    """Its formulas' terms as the pack writes them: for the page of coverage, and for plans that take them."""
    terms: Any = NO_TERMS
    """The terms of its formula at a school, as that formula declares them."""
    county_terms: Any = NO_TERMS
    """The terms of its formula of the county."""
    with_document: bool = False
    """Whether the clause asks for a document beside its number."""
    by_stage: dict[Stage, Decimal] = field(default_factory=dict)
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    at_most_by_kind: dict[SchoolKind, Decimal] = field(default_factory=dict)
    judged: JudgedUnit = ALL_AS_ONE
    """Whether its sites are judged apart or merged, with the reason."""
    formula: str = ""
    """The name of its formula at a school; empty where only the county can answer it."""
    county: str = ""
    """How the county answers it: ALL_SCHOOLS, POOLED, the name of a county formula, or not at all."""
    national: str = ""
    """The code of the national item that a local one is compared with."""
    differs: str = ""
    """How a local item stands to the national one where numbers alone cannot say it."""
    covers: tuple[str, ...] = ()
    """The numbers of the document's own items that it answers."""
    politics: bool = False
    """Whether it is a matter of policy without data: listed, answered by a document at most."""
    inputs_of: str = DAY
    """The year its inputs are of."""
    cited_by_kind: dict[SchoolKind, Citation] = field(default_factory=dict)
    """Where the limits of some kinds of school stand, when that is not where the others do."""

    def in_force(self, on: datetime.date | None) -> bool:
        """Whether the item holds on a day; without a day, whether it holds with no end."""
        last = self.citation.valid_to
        return last is None if on is None else self.citation.valid_from <= on and (last is None or on <= last)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where its own limits stand, for whatever kind of school."""
        return (self.citation, *self.cited_by_kind.values())

    def cited(self, kind: SchoolKind | None) -> Citation:
        """Return where the limit for a kind of school stands."""
        return self.cited_by_kind.get(kind, self.citation) if kind else self.citation

    @property
    def by_section(self) -> bool:
        """Whether a section is judged by it (资源配置)."""
        return bool(self.formula) and FORMULAS[self.formula].by_section

    @property
    def has_limit(self) -> bool:
        """Whether it is judged at all; an item of the 2012 rules is only reported."""
        return bool(
            self.by_stage or self.at_most_by_kind or self.at_least is not None or self.at_most is not None
        )

    @property
    def is_upper_limit(self) -> bool:
        """Whether the value must not exceed the threshold."""
        return self.at_most is not None or bool(self.at_most_by_kind)

    def threshold(self, stage: Stage | None, kind: SchoolKind | None) -> Decimal | None:
        """Return the threshold for a section or a kind of school; None when it has none."""
        if stage is not None and self.by_stage:
            return self.by_stage.get(stage)
        if self.at_most_by_kind:
            return self.at_most_by_kind.get(kind) if kind else None
        return self.at_least if self.at_least is not None else self.at_most


@dataclass(frozen=True)
class RelaxationPlan:
    """The document a relaxation asks for: its name and the years in which the standard must be reached."""

    title: str
    years: int

    @property
    def words(self) -> str:
        """The document as it is asked for: 「建设规划(3 年内达到规定标准)」."""
        return f"{self.title}({self.years} 年内达到规定标准)"


@dataclass(frozen=True)
class Relaxation:
    """An item judged more leniently on a condition, between two dates (both included).

    `indicator` is the item with the relaxed parameters and the relaxation's own citation; `kinds`
    are the kinds of school it concerns, None for all; `terms` those of its condition, `written` as the
    pack writes them.
    """

    indicator: Indicator
    condition: str
    terms: Any
    kinds: frozenset[SchoolKind] | None
    valid_from: datetime.date
    valid_to: datetime.date
    plan: RelaxationPlan | None = None
    """The document without which it is not granted."""
    written: Mapping[str, Any] = field(default_factory=dict)

    def in_force(self, on: datetime.date) -> bool:
        """Whether the relaxation holds on a day."""
        return self.valid_from <= on <= self.valid_to

    def concerns(self, kind: SchoolKind | None) -> bool:
        """Whether it says anything of a kind of school."""
        return self.kinds is None or kind in self.kinds


@dataclass(frozen=True)
class Part:
    """What a document asks beside its numbered items, and what the program does about it."""

    title: str
    asks: str
    here: str
    source: str


@dataclass(frozen=True)
class Standard:
    """A data pack that was read and found in order.

    `sha256` is of its bytes; of a pack laid `over` another, of its own and the other's sha256. Such a
    standard is in force as long as the one below: the dates of its relaxations are their own.
    """

    id: str
    title: str
    document: str
    number: str
    level: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    floor_share: Decimal
    pass_at_least: int
    indicators: tuple[Indicator, ...]
    coefficient_limits: dict[Stage, Decimal]
    composite_limits: dict[Stage, Decimal]
    coefficient_citation: Citation | None
    common: Common
    sha256: str
    over: str = ""
    relaxations: tuple[Relaxation, ...] = ()
    beside: str = ""
    below: Standard | None = None
    """The national standard that a local plan stands beside."""
    numbered: tuple[str, ...] = ()
    """The numbers of the document's own items, all of which some indicator covers."""
    parts: tuple[Part, ...] = ()
    """What it asks beside them and the program does not judge."""

    def in_force(self, on: datetime.date) -> bool:
        """Whether the standard holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def class_limits(self) -> dict[Stage, int]:
        """The largest class each stage may have; empty in a pack that does not judge it."""
        found = [each.terms.limits for each in self.indicators if each.formula == "class_size"]
        return {stage: limit for limits in found for stage, limit in limits.items()}

    def on(self, day: datetime.date | None) -> tuple[Indicator, ...]:
        """Return the items that judge on a day; at most one for each code.

        An item of a year's money is the one in force at that year's end; one that is younger than the
        money judges all the same, as nothing older does.
        """
        if day is None:
            return tuple(item for item in self.indicators if item.in_force(None))
        by_norm = {each.code for each in self.indicators if each.in_force(self.norm_day(each, day))}
        return tuple(
            item
            for item in self.indicators
            if item.in_force(self.norm_day(item, day) if item.code in by_norm else day)
        )

    def norm_day(self, indicator: Indicator, on: datetime.date) -> datetime.date:
        """Return the day whose norm an item's inputs are held to."""
        return norm_day(indicator.inputs_of, self.common.money_norm, on)

    def indicator(self, code: str, on: datetime.date | None = None) -> Indicator:
        """Return an item by its public code, the one in force on the day, else the newest; KeyError."""
        own = [item for item in self.indicators if item.code == code]
        if not own:
            raise KeyError(code)
        judging = {id(each) for each in self.on(on)}
        return next((item for item in own if id(item) in judging), own[-1])
