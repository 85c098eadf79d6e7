"""A table of the county's papers as plain rows, and what all of them say alike.

Paper and spreadsheet are made from these, so that headings, rounding and notes stand once.
Rounding is the form's: half up, values and means 2 places, percentages 1, coefficients 3. A number
that is not known is an empty cell or a word, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from db.records.choices import Stage
from eduapp.printing.head import FLIPPED, FLIPPED_NOTE, PLAIN_HALF_UP, prose, relaxed_line
from eduapp.printing.paper_tables import UNMET_LEGEND, Span
from eduapp.standards.county.data import BY_EXPORT
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Outcome
from eduapp.standards.wording import OUTCOME_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eduapp.printing.county_sources import Source
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.report import CountyReport, StageReport

Entry = str | int | Decimal
"""A cell: a number already rounded as prescribed (its places are shown all), or a text."""

MEAN_PLACES, COEFFICIENT_PLACES, PERCENT_PLACES = 2, 3, 1
_SHADED_LEGEND = "注：加底纹的，为未达到标准。"
NOTHING = "——"
UNDEFINED = "无法计算"
INSUFFICIENT = OUTCOME_WORDS[Outcome.INSUFFICIENT]
_MOST_NAMED = 40
_SECTION_OF = {Stage.PRIMARY: "小学部", Stage.LOWER_SECONDARY: "初中部"}
_WITH_UNIT = ("㎡", "元")
BY_STATISTICS = "按上年教育事业统计测算"
"""Heads what is computed over schools that have not reported."""
_STATES = {"draft": "〔草稿〕", BY_EXPORT: "〔来自年报〕"}


@dataclass(frozen=True)
class TableData:
    """A table as plain rows, its header's `header_rows` first; all rows are of equal length.

    widths: the columns' shares. align: a letter a column. spans count rows and columns from 0.
    unmet: (row, column) of the cells that fail their standard. flipped: cells whose rounded number
    would be judged otherwise than the exact one; they get the mark ※ that `notes` explain.
    """

    key: str
    title: str
    header_rows: int
    rows: tuple[tuple[Entry, ...], ...]
    widths: tuple[float, ...]
    align: str
    spans: tuple[Span, ...] = ()
    unmet: frozenset[tuple[int, int]] = frozenset()
    flipped: frozenset[tuple[int, int]] = frozenset()
    notes: tuple[str, ...] = ()
    orientation: Literal["portrait", "landscape"] = "landscape"
    by_section: bool = False
    """Whether it shows sections of schools, or what is computed over them."""
    signed: bool = True
    """Whether it is signed and sealed: the form's own tables are, what only explains them is not."""

    @property
    def sheet_notes(self) -> tuple[str, ...]:
        """The notes for a spreadsheet: there cells are shaded, and numbers stay numbers without a ×."""
        return tuple(_SHADED_LEGEND if note == UNMET_LEGEND else note for note in self.notes)

    def text(self, row: int, column: int) -> str:
        """Return a cell as paper shows it, with its mark."""
        entry = self.rows[row][column]
        text = f"{entry:f}" if isinstance(entry, Decimal) else str(entry)
        return text + FLIPPED if (row, column) in self.flipped else text


class TableRows:
    """A table while its rows are added."""

    def __init__(self, header: Sequence[Sequence[Entry]]) -> None:
        self.rows: list[tuple[Entry, ...]] = [tuple(row) for row in header]
        self.spans: list[Span] = []
        self.unmet: set[tuple[int, int]] = set()
        self.flipped: set[tuple[int, int]] = set()

    def add(self, row: Sequence[Entry]) -> int:
        """Add a row and return its number."""
        self.rows.append(tuple(row))
        return len(self.rows) - 1

    def legend(self) -> Iterator[str]:
        """Yield what explains the marks that were set."""
        if self.unmet:
            yield UNMET_LEGEND
        if self.flipped:
            yield FLIPPED_NOTE


def basis_text(report: CountyReport) -> str:
    """Say as of which day and by which documents the tables judge."""
    documents = dict.fromkeys(
        f"《{verdict.citation.document}》（{verdict.citation.number}）"
        for stage in report.stages
        for _, section in stage.rows[:1]
        for verdict in section.verdicts
    )
    day = f"统计时点 {report.on}。"
    by = f"依据：{'、'.join(documents)}。" if documents else ""
    relaxed = relaxed_line(map(load, report.standards), report.on)
    stated = f"未上报的 {len(report.by_export)} 所学校{BY_STATISTICS}。" if report.by_export else ""
    return f"数据来源：各校上报文件。{stated}{day}{by}{relaxed}{PLAIN_HALF_UP}"


def coverage_text(report: CountyReport, sources: Sequence[Source] = ()) -> str:
    """Say how much of the county stands behind its tables, and what was not checked or settled."""
    parts = [f"报送 {prose(report.coverage)}", f"未经核对的密钥 {report.unchecked_keys} 个"]
    counted = (
        (report.unkept, "字节未留的文件 {0} 个"),
        (report.old_form_keys, "旧式登记的密钥 {0} 个"),
        (len(report.links_pending), "{0} 个校区关系待确认"),
        (len(report.differences), "与名册不符 {0} 处"),
    )
    parts += [words.format(count) for count, words in counted if count]
    if report.expected is None:
        parts.append("没有学校名单，是否报齐不明")
    elif not report.complete:
        parts.append("尚未报齐，结果为阶段性结果")
    unsettled = sum(each.unsettled for each in sources)
    if unsettled:
        parts.append(f"{unsettled} 校有冲突未裁定")
    if report.changed:
        parts.append(f"县级更正 {len(report.changed)} 格")
    if report.unsigned_decisions:
        parts.append(f"未签名的县级决定 {report.unsigned_decisions} 条")
    if report.revision is not None:
        parts.append(f"第 {report.revision} 次结束时的名单")
    if report.other_basis:
        parts.append("县级自填数据、学校名单或执行标准此后有改动")
    return "；".join(parts)


def headings(stages: Sequence[StageReport]) -> list[str]:
    """Return the indicators' names as column headings, with the unit where the name does not say it."""
    indicators = stages[0].indicators if stages else ()
    return [f"{each.title}（{each.unit}）" if each.unit in _WITH_UNIT else each.title for each in indicators]


def numbered(count: int) -> list[str]:
    """Return the column numbers L1, L2 ..."""
    return [f"L{number}" for number in range(1, count + 1)]


def section_name(entry: SchoolEntry, stage: Stage) -> str:
    """Name a section: its school, the part of it, and whether it stands by a draft or by the statistics."""
    kind = entry.facts.kind
    part = f"（{_SECTION_OF[stage]}）" if kind and kind.shares else ""
    return f"{entry.facts.name or entry.facts.code}{part}{_STATES.get(entry.state, '')}"


def named(names: Sequence[str], most: int = _MOST_NAMED) -> str:
    """Return names in one line, the first of very many."""
    return "、".join(names[:most]) + ("等" if len(names) > most else "")
