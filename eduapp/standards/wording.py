"""Verdicts in plain Chinese: the one sentence a clerk reads, and the formula with the numbers put in.

Window, paper and command line say the same words because they say these.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import STAGE, Stage
from eduapp.standards.numbers import YUAN_PER_WAN, plain, shown
from eduapp.standards.outcomes import Outcome, Severity

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from decimal import Decimal

    from eduapp.standards.results import Input, SectionResult, Settlement, Verdict
    from eduapp.standards.standard import Standard

STAGE_NAMES = {Stage(code): words for code, words in STAGE.options}
OUTCOME_WORDS = {
    Outcome.MET: "达标",
    Outcome.FLOOR: "达到85%",
    Outcome.UNMET: "未达标",
    Outcome.EXEMPT: "免于评估",
    Outcome.NOT_APPLICABLE: "不适用",
    Outcome.INSUFFICIENT: "数据不足",
    Outcome.UNSETTLED: "未定",
}
OUTCOME_MARKS = {
    Outcome.MET: "✔",
    Outcome.FLOOR: "⚠",
    Outcome.UNMET: "✘",
    Outcome.EXEMPT: "○",
    Outcome.NOT_APPLICABLE: "－",
    Outcome.INSUFFICIENT: "？",
    Outcome.UNSETTLED: "△",
}
_UNDECIDED = {Outcome.INSUFFICIENT, Outcome.NOT_APPLICABLE, Outcome.EXEMPT, Outcome.UNSETTLED}
UNLISTED = "未导入学校名录"
SEVERITY_WORDS = {Severity.HARD: "逻辑校验", Severity.SOFT: "经验校验"}
SOURCE_WORDS = {"rows": "按名单统计", "declared": "按填报合计", "": "未填"}
NEAR_EDGE = 10
RELAXATIONS_NOT_COUNTED = "2024 年规程的放宽条款尚未计入"


def value_text(verdict: Verdict) -> str:
    """Return the value as paper shows it, without its unit; in words where one number cannot say it."""
    if verdict.value is None:
        return "—"
    if verdict.words:
        return verdict.words[0]
    return shown(verdict.value, verdict.decimals)


def threshold_text(verdict: Verdict) -> str:
    """Return the threshold with its direction, and what of it is a reading of ours: `≥ 5(口径推定)`."""
    if verdict.threshold is None:
        return "—"
    reading = f"({verdict.citation.reading})" if verdict.citation.inferred else ""
    return f"{bare_threshold(verdict)}{reading}"


def value_with_unit(verdict: Verdict) -> str:
    """Return the value with its unit: `4.21 人`."""
    text = value_text(verdict)
    return text if verdict.value is None or verdict.words else f"{text} {verdict.unit}"


def threshold_with_unit(verdict: Verdict) -> str:
    """Return the threshold with its unit, and what of it is a reading of ours: `≥ 95 %(口径推定)`."""
    if verdict.threshold is None:
        return "—"
    unit = "" if verdict.words else f" {verdict.unit}"
    reading = f"({verdict.citation.reading})" if verdict.citation.inferred else ""
    return f"{bare_threshold(verdict)}{unit}{reading}"


def bare_threshold(verdict: Verdict) -> str:
    """Return the threshold with its direction alone."""
    if verdict.threshold is None:
        return "—"
    if verdict.words:
        return verdict.words[1]
    return f"{'≤' if verdict.at_most else '≥'} {plain(verdict.threshold)}"


def sentence(verdict: Verdict) -> str:
    """Say how much is missing, how much room is left near the edge, or what keeps it undecided."""
    gap = verdict.gap
    if verdict.outcome in _UNDECIDED or gap is None:
        return ";".join(part for part in (verdict.note, verdict.remark) if part)
    parts = []
    if verdict.outcome in {Outcome.UNMET, Outcome.FLOOR}:
        word = "超出" if verdict.at_most else "还差"
        # A count over a limit is said by its note ("2 个班超过班额").
        if not (verdict.at_most and verdict.note):
            parts.append(f"{word} {amount_text(gap.short, gap.unit)}")
    elif gap.pupils_head_room is not None and gap.pupils_head_room < NEAR_EDGE:
        parts.append(f"再增加 {gap.pupils_head_room + 1} 名学生就不达标")
    if verdict.note:
        parts.append(verdict.note)
    if verdict.remark:
        parts.append(verdict.remark)
    return ";".join(parts)


def settled_word(found: Settlement) -> str:
    """Say 已定 or 未定, and why nothing can be settled where there is no school list."""
    if not found.listed:
        return f"未定({UNLISTED})"
    return "已定" if found.settled else "未定"


def amount_text(amount: int, unit: str) -> str:
    """Write an amount; money of whole 万元 in 万元, any other to the 元."""
    whole, rest = divmod(amount, YUAN_PER_WAN)
    return f"{whole} 万元" if unit == "元" and whole and not rest else f"{amount} {unit}"


def head_room_text(verdict: Verdict) -> str:
    """Say how many more pupils a met verdict can bear; empty when pupils do not matter."""
    gap = verdict.gap
    if verdict.outcome is not Outcome.MET or gap is None or gap.pupils_head_room is None:
        return ""
    return f"还可增加 {gap.pupils_head_room} 名学生"


def formula_text(verdict: Verdict) -> str:
    """Write the formula with the school's own numbers: `26 ÷ 618 × 100 = 4.21`."""
    if verdict.numerator is None or verdict.denominator is None:
        return verdict.note
    if verdict.words:
        return verdict.words[0]
    numerator, denominator = _number(verdict.numerator), _number(verdict.denominator)
    value = shown(verdict.value, verdict.decimals) if verdict.value is not None else "—"
    if verdict.denominator == 1 and verdict.scale == 1:
        return f"{value} {verdict.unit}"
    scale = f" × {verdict.scale}" if verdict.scale != 1 else ""
    return f"{numerator} ÷ {denominator}{scale} = {value} {verdict.unit}"


def number_text(value: Fraction | Decimal | int) -> str:
    """Write a number with up to four decimals, without the zeros behind it."""
    return _number(Fraction(value))


def input_text(part: Input) -> str:
    """Write a figure with its source: `专任教师总人数(小学) 32 人,按名单统计`."""
    stage = f"({STAGE_NAMES[part.stage]})" if part.stage else ""
    return f"{part.label}{stage} {figure_text(part)}"


def figure_text(part: Input) -> str:
    """Write a figure's value with its source, without its name: `32 人,按名单统计`."""
    value = "未填" if part.value is None else f"{number_text(part.value)} {part.unit}"
    source = f",{SOURCE_WORDS[part.source]}" if part.source else ""
    return f"{value}{source}"


def section_text(section: SectionResult) -> str:
    """Say how a section stands: `小学:7 项中 5 项达标`."""
    if section.outcome is Outcome.NOT_APPLICABLE:
        return f"{STAGE_NAMES[section.stage]}:{section.note}"
    # The first standard judges the section; the verdicts of further ones only stand beside.
    items = {each.code for each in section.verdicts if each.standard == section.verdicts[0].standard}
    return f"{STAGE_NAMES[section.stage]}:{len(items)} 项中 {section.met} 项达标"


def relaxations_note(standards: Iterable[Standard], on: datetime.date | None = None) -> str:
    """Say whether the relaxations of the 2024 procedure are counted in, and till when.

    `standards` are those that judge, `on` the day judged (left out: whatever their dates are).
    """
    found = [each for standard in standards for each in standard.relaxations]
    ends = sorted({each.valid_to for each in found if on is None or each.in_force(on)})
    if ends:
        return f"已按 2024 年规程计入放宽条款,至 {'、'.join(end.isoformat() for end in ends)}"
    if not found:
        return RELAXATIONS_NOT_COUNTED
    return f"{on} 不在 2024 年规程放宽条款的有效期内,未计入放宽条款"


def rounding_flips(verdict: Verdict) -> bool:
    """Whether the rounded value would be judged otherwise (docs/standards.md, "Rules of computing")."""
    if verdict.value is None or verdict.threshold is None:
        return False
    rounded = Fraction(shown(verdict.value, verdict.decimals))
    limit = Fraction(verdict.threshold)
    return _meets(rounded, limit, verdict) != _meets(verdict.value, limit, verdict)


def _meets(value: Fraction, limit: Fraction, verdict: Verdict) -> bool:
    return value <= limit if verdict.at_most else value >= limit


def _number(value: Fraction | Decimal) -> str:
    text = shown(value, 4)
    return text.rstrip("0").rstrip(".") if "." in text else text
