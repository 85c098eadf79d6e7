"""What every paper of a school has in common: whose it is, of which year and data, and our way of writing.

A paper is printed blank, for the pen, or filled from what was judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND, SchoolKind, Stage
from eduapp.printing.blocks import box
from eduapp.printing.fonts import CROSS, TICK
from eduapp.printing.sheet import Paper
from eduapp.printing.signature import Signatures
from eduapp.standards.results import Outcome
from eduapp.standards.wording import OUTCOME_WORDS, relaxations_note

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from typing import Literal

    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Citation, Report, Verdict
    from eduapp.standards.standard import Standard

BLANK = "＿＿＿"
"""Where a number is not known: a line for the pen, never 0."""
ABSENT = "／"
"""Where there is nothing to fill in: the school has no such stage."""
PLAIN_HALF_UP = "数值按四舍五入显示，评判用未舍入的数值。"
FLIPPED = "※"
FLIPPED_NOTE = f"标“{FLIPPED}”的按未舍入的数值评判，与舍入后看到的不同。"
_HALF_WIDTH = re.compile(r"(?<=[\u3400-\u9fff])[,;:]|[,;:](?=[\u3400-\u9fff])")
_FULL_WIDTH = {",": "，", ";": "；", ":": "："}
_OUTCOME_SIGNS = {Outcome.MET: TICK, Outcome.FLOOR: CROSS, Outcome.UNMET: CROSS}


@dataclass(frozen=True, kw_only=True)
class PaperHead:
    """Whose paper it is. Empty texts and None leave a line for the pen.

    year: the first calendar year of the school year. code, qr: what ties the paper to its data, as
    `Paper` has them. draft: 审核 has not passed yet. practice: practice data.
    """

    school: str = ""
    school_code: str = ""
    kind: SchoolKind | None = None
    built_year: int | None = None
    year: int | None = None
    code: str | None = None
    qr: str = ""
    draft: bool = False
    practice: bool = False
    signatures: Signatures = field(default_factory=Signatures)

    @property
    def subject(self) -> str:
        """Name and code, as the header shows them."""
        return f"{self.school}（{self.school_code}）" if self.school_code else self.school

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages the paper speaks of: the kind's, all while the kind is not known."""
        return self.kind.stages if self.kind else tuple(Stage)

    def paper(self, title: str, *, orientation: Literal["portrait", "landscape"] = "portrait") -> Paper:
        """Return the surround of a paper of this school."""
        return Paper(
            title=title,
            subject=self.subject,
            year=year_text(self.year),
            orientation=orientation,
            code=self.code,
            qr=self.qr,
            draft=self.draft,
            practice=self.practice,
        )


@dataclass(frozen=True)
class JudgedSchool:
    """A school's data with what was judged of them on a day."""

    data: SchoolData
    report: Report

    def verdict(self, standard: str, code: str, stage: Stage | None = None) -> Verdict | None:
        """Return a standard's verdict on an indicator for a section, or for the school without one.

        None where the school has no such section or the standard does not judge it.
        """
        found = [
            verdict
            for section in self.report.sections
            for verdict in section.verdicts
            if stage is not None and section.stage is stage
        ]
        for verdict in found if stage else self.report.school_level:
            if verdict.code == code and verdict.standard == standard:
                return verdict
        return None


def year_text(year: int | None) -> str:
    """Return 「2026 学年」, or nothing while it is not known."""
    return "" if year is None else f"{year} 学年"


def kind_boxes(kind: SchoolKind | None) -> str:
    """Return the kinds of schools with a box each, the school's own ticked."""
    return "　".join(f"{box(code == kind)}{words}" for code, words in SCHOOL_KIND.options)


def citation_line(standard: Standard, cited: Iterable[tuple[str, Citation]] = ()) -> str:
    """Say by which document a paper judges, and which of its items (`cited`, by code) stand in another."""
    others: dict[str, dict[str, None]] = {}
    for code, each in cited:
        if each.number != standard.number:
            others.setdefault(each.number, {})[code] = None
    said = "，".join(f"{'、'.join(codes)} 依据{number}" for number, codes in others.items())
    return f"依据：《{standard.document}》（{standard.number}）{f'，其中 {said}' if said else ''}。"


def relaxed_line(standards: Iterable[Standard], on: datetime.date | None = None) -> str:
    """Say whether the relaxations of the 2024 procedure were counted in."""
    return f"{prose(relaxations_note(standards, on))}。"


def prose(text: str) -> str:
    """Write the punctuation of a Chinese text in full width; numbers and brackets keep theirs."""
    return _HALF_WIDTH.sub(lambda found: _FULL_WIDTH[found.group()], text)


def result_text(outcome: Outcome) -> str:
    """Say an outcome by its mark and its word: 「✓ 达标」, 「× 未达标」, 「数据不足」."""
    sign = _OUTCOME_SIGNS.get(outcome)
    return f"{sign} {OUTCOME_WORDS[outcome]}" if sign else OUTCOME_WORDS[outcome]
