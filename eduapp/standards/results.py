"""What an evaluation says: verdicts with their numbers, citation and gap; findings; the report.

Plain values: a window, a paper and a file show the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from eduapp.standards.outcomes import Outcome, Severity

if TYPE_CHECKING:
    import datetime
    from decimal import Decimal
    from fractions import Fraction

    from db.records.choices import Stage

__all__ = [
    "Citation",
    "Finding",
    "Gap",
    "Input",
    "Outcome",
    "Report",
    "SectionResult",
    "Settlement",
    "Severity",
    "Verdict",
    "Who",
]


@dataclass(frozen=True)
class Place:
    """Where something stands: document, its number and the clause, one unit."""

    document: str
    number: str
    clause: str

    @property
    def words(self) -> str:
        """Number and clause: 「教督〔2017〕6号 资源配置第3项」."""
        return f"{self.number} {self.clause}"


@dataclass(frozen=True)
class Citation:
    """Where the number that is shown stands, and since when.

    `referring` is the clause that has no number of its own and refers to this one (a local plan to the
    national limit). `inferred` names what a reading of ours is (限值, 口径 ...): it stands where the
    number stands.
    """

    document: str
    number: str
    clause: str
    explanation: str
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    referring: Place | None = None
    inferred: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Document, number and clause."""
        return Place(self.document, self.number, self.clause)

    @property
    def words(self) -> str:
        """Number and clause, and the clause that refers to them."""
        if self.referring is None:
            return self.place.words
        return f"{self.place.words}({self.referring.words}没有写数)"

    @property
    def reading(self) -> str:
        """What is inferred: 「限值、口径推定」; empty where nothing is."""
        return f"{'、'.join(self.inferred)}推定" if self.inferred else ""


@dataclass(frozen=True)
class Input:
    """A figure put into a formula. `source` is "rows", "declared" or "" when it is missing."""

    figure: str
    label: str
    stage: Stage | None
    value: Decimal | int | None
    unit: str
    source: str


@dataclass(frozen=True)
class Gap:
    """How much is missing, in the school's total and rounded up to the unit; 0 when met.

    `pupils_head_room`: pupils that can still come into this section before the verdict turns.
    """

    short: int
    unit: str
    pupils_head_room: int | None = None


class Who(NamedTuple):
    """A school by its code, and its name where one is known."""

    code: str
    name: str


@dataclass(frozen=True)
class Settlement:
    """Whether a verdict of the county stands (已定), and the schools without a last word on it.

    `settled`: nothing those schools could still say turns it; never without a school list (`listed`).
    `so_far` is the verdict over what is there. `low` and `high` bound the value whatever they say; None
    where nothing does.
    """

    settled: bool
    listed: bool
    so_far: Outcome
    missing: tuple[Who, ...] = ()
    """Not in."""
    drafts: tuple[Who, ...] = ()
    conflicts: tuple[Who, ...] = ()
    """In with several heads that a person must settle."""
    contradicting: tuple[Who, ...] = ()
    """In with data that contradict themselves."""
    low: Fraction | None = None
    high: Fraction | None = None

    def standing(self, outcome: Outcome) -> Outcome:
        """Return what may be given out as a result: an outcome only once it is settled."""
        return outcome if self.settled or outcome is Outcome.INSUFFICIENT else Outcome.UNSETTLED

    @property
    def waiting(self) -> frozenset[str]:
        """The codes of all of them."""
        return frozenset(
            each.code for each in (*self.missing, *self.drafts, *self.conflicts, *self.contradicting)
        )


@dataclass(frozen=True)
class Verdict:
    """One indicator judged by one standard.

    value = scale × numerator / denominator, never rounded. `note` names what the numbers cannot:
    classes over a limit, or what is missing. `remark` says by which relaxation it was judged and till
    when, or why none was applied.
    """

    code: str
    name: str
    title: str
    standard: str
    stage: Stage | None
    outcome: Outcome
    citation: Citation
    scale: int
    decimals: int
    unit: str
    at_most: bool
    threshold: Decimal | None
    inputs_of: str = "day"
    """The year its inputs are of (`eduapp.standards.years`)."""
    words: tuple[str, str] | None = None
    """Value and threshold in words where one number cannot say them: 「音乐 1/2 间」「各 2 间」."""
    floor: Decimal | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    gap: Gap | None = None
    inputs: tuple[Input, ...] = ()
    note: str = ""
    remark: str = ""
    contradictions: tuple[str, ...] = ()
    """The texts of the hard findings among the numbers that it stands on; then it is never met."""
    settlement: Settlement | None = None
    """Of the county's verdicts: whether it stands. None at a school."""

    @property
    def value(self) -> Fraction | None:
        """The exact value; None when data are insufficient or the indicator does not apply."""
        if self.numerator is None or not self.denominator:
            return None
        return self.scale * self.numerator / self.denominator

    @property
    def standing(self) -> Outcome:
        """What may be given out as its result: of the county's verdicts only what is settled."""
        return self.settlement.standing(self.outcome) if self.settlement else self.outcome


@dataclass(frozen=True)
class SectionResult:
    """A section against 资源配置: at least 6 of 7 met and the rest at the floor."""

    stage: Stage
    pupils: int | None
    outcome: Outcome
    met: int
    verdicts: tuple[Verdict, ...]
    note: str = ""
    counts: bool = True
    """Whether the standard covers it at all; one that is left out takes no part in the county's figures."""

    @cached_property
    def by_item(self) -> dict[tuple[str, str], tuple[Verdict, Fraction | None]]:
        """Its verdicts by standard and code, each with its value."""
        return {(each.standard, each.code): (each, each.value) for each in self.verdicts}

    @cached_property
    def contradicting(self) -> frozenset[str]:
        """The codes of the items whose numbers contradict themselves."""
        return frozenset(each.code for each in self.verdicts if each.contradictions)


@dataclass(frozen=True)
class Finding:
    """Something wrong with the data, at a cell. `key` is the row's key; field "" means the row."""

    id: str
    severity: Severity
    code: str
    record: str
    key: str
    field: str
    text: str
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether it still stands in the way of a final submission."""
        return self.severity is Severity.HARD or not self.reason


@dataclass(frozen=True)
class Report:
    """Everything that is judged of a school on a day."""

    on: datetime.date
    standards: tuple[str, ...]
    sections: tuple[SectionResult, ...] = ()
    school_level: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """What must be mended or explained before a final submission."""
        return tuple(finding for finding in self.findings if finding.open)
