"""Why a verdict says what it says, as plain values: one explanation for the card, the paper and the tests.

Nothing here computes; `eduapp.services.explaining` fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eduapp.standards.results import Citation, Input, Verdict


class Since(StrEnum):
    """What is known of the submission before."""

    NOT_ASKED = "not_asked"
    NEVER = "never"
    UNREADABLE = "unreadable"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True)
class FedRow:
    """A cell that feeds a verdict. `name`: how people know its row or form line; `text`: more to say."""

    record: str
    key: str
    field: str
    name: str
    text: str = ""

    @property
    def words(self) -> str:
        """Name and text as one: 「一年级(1)班(46 人)」."""
        return f"{self.name}({self.text})" if self.text else self.name


@dataclass(frozen=True)
class FedFigure:
    """A figure of the formula with the first of its rows; `total` counts all of them."""

    part: Input
    rows: tuple[FedRow, ...]
    total: int

    @property
    def left_out(self) -> int:
        """Rows that are not listed."""
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Beside:
    """The same item by one standard: `than` says how it stands to the national one, "" where it cannot."""

    title: str
    number: str
    verdict: Verdict
    than: str
    own: bool
    """Whether this is the verdict that is explained."""


@dataclass(frozen=True)
class Change:
    """Something said otherwise then and now: the result, the value, a figure."""

    label: str
    then: str
    now: str


@dataclass(frozen=True)
class RowChange:
    """A row that feeds the verdict otherwise than it did. `word`: 新增, 删除, 修改, 新超限, 不再超限."""

    word: str
    row: FedRow
    then: str
    now: str
    gone: bool = False
    """Whether the row is no more, so that nothing can be shown of it."""


@dataclass(frozen=True)
class Comparison:
    """The verdict against the same one of the submission before. `about` names that submission."""

    state: Since
    about: str = ""
    why: str = ""
    """Why it cannot be read."""
    changes: tuple[Change, ...] = ()
    rows: tuple[RowChange, ...] = ()
    rows_total: int = 0

    @property
    def left_out(self) -> int:
        """Changed rows that are not listed."""
        return self.rows_total - len(self.rows)

    @property
    def said(self) -> str:
        """The comparison in one sentence."""
        sentences = {
            Since.NOT_ASKED: "",
            Since.NEVER: "还没有上报过,没有可比的数据。" if not self.why else self.why,
            Since.UNREADABLE: f"{self.about}的内容读不出来:{self.why}",
            Since.SAME: f"与{self.about}相比,本指标没有变化。",
            Since.CHANGED: f"与{self.about}相比:",
        }
        return sentences[self.state]


@dataclass(frozen=True)
class Explanation:
    """All that is said about a verdict.

    `formula` is the formula in words, `relaxed` the citation of the item itself where the verdict was
    reached by a relaxation (its own citation is then the relaxation's).
    """

    verdict: Verdict
    standard: str
    """Title and number of the standard that judged."""
    formula: str
    numbers: str
    relaxed: Citation | None = None
    figures: tuple[FedFigure, ...] = ()
    offenders: tuple[FedRow, ...] = ()
    offenders_total: int = 0
    documents: tuple[FedRow, ...] = ()
    """The documents (佐证材料) registered for the item."""
    beside: tuple[Beside, ...] = ()
    since: Comparison = field(default_factory=lambda: Comparison(Since.NOT_ASKED))
