"""学校自评表 (appendix 4 of the application): a school's own conclusions, blank and filled.

Layout and sentences are the form's; every threshold in them comes from the standard's data pack.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND, SchoolKind, Stage
from eduapp.printing import blocks
from eduapp.printing.head import (
    ABSENT,
    BLANK,
    FLIPPED,
    FLIPPED_NOTE,
    PLAIN_HALF_UP,
    citation_line,
    kind_boxes,
    prose,
    relaxed_line,
    result_text,
)
from eduapp.printing.paper_tables import Cell, Span, form_table
from eduapp.printing.sheet import pages_of, render
from eduapp.printing.signature import signed
from eduapp.standards.data import ROWS
from eduapp.standards.figures import CLASS_BANDS
from eduapp.standards.formulas.measure import YUAN_PER_WAN
from eduapp.standards.numbers import plain, shown
from eduapp.standards.results import Outcome
from eduapp.standards.wording import OUTCOME_WORDS, STAGE_NAMES, rounding_flips, section_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eduapp.printing.blocks import Block
    from eduapp.printing.head import JudgedSchool, PaperHead
    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Citation, SectionResult, Verdict
    from eduapp.standards.standard import Indicator, Standard

TITLE = "发展学校自评表"
_HEADINGS = ("A级指标", "B级指标及评估要点", "指标值或简要结论", "是否达标")
_WIDTHS = (8.5, 31, 48, 16.5)
_SIZES = (9.0, 8.5, 8.0)
_PER_HUNDRED = "每百名学生拥有"
_MOST_AREAS = 12
_NO_SPACE = re.compile("(?<=[：；，、（）]) ")
_BLANK_AREAS = 6
_PER_HEAD_PLACES = 2
_SPORTS = (
    ("field_area", "体育场"),
    ("gym_area", "体育馆"),
    ("other_sports_area", "校园其他专用运动场地"),
    ("rented_area", "校外周边租借体育场馆"),
)


def self_evaluation(head: PaperHead, standard: Standard, judged: JudgedSchool | None = None) -> bytes:
    """Return the paper as a PDF, filled from `judged`, or blank without it.

    One page where its texts can be set small enough; else in the usual size on two.
    """
    paper = head.paper(standard.title + TITLE)
    made = [_blocks(head, standard, judged, size) for size in _SIZES]
    return render(paper, next((each for each in made if pages_of(paper, each) == 1), made[0]))


def _blocks(head: PaperHead, standard: Standard, judged: JudgedSchool | None, size: float) -> list[Block]:
    form = _EvaluationForm(standard, judged)
    resources, assurance = form.resource_rows(), form.assurance_rows()
    rows: list[Sequence[str | Cell]] = [_HEADINGS]
    rows += _group("A1\n资源\n配置", resources)
    rows += _group("A2\n政府\n保障\n程度", assurance)
    table = form_table(
        rows,
        _WIDTHS,
        spans=[Span(1, 0, rows=len(resources)), Span(1 + len(resources), 0, rows=len(assurance))],
        align="cllc",
        size=size,
    )
    body = [
        blocks.paragraph(_school_line(head), bold=True),
        blocks.paragraph(kind_boxes(head.kind)),
        table,
        *(blocks.note(text) for text in form.notes()),
    ]
    return signed(body, head.signatures, seal_of=head.school)


def _school_line(head: PaperHead) -> str:
    name = head.school or BLANK * 5
    built = BLANK if head.built_year is None else head.built_year
    return f"学校名称：{name}　　建校于 {built} 年"


def _group(label: str, rows: Sequence[tuple[str, str, str]]) -> list[Sequence[str | Cell]]:
    return [
        (Cell(label if place == 0 else "", bold=True), asked, _NO_SPACE.sub("", text), result)
        for place, (asked, text, result) in enumerate(rows)
    ]


_ASSURANCE = ("G3", "G4", "G5", "G6", "G7")
"""What the form asks of a school beside 资源配置."""


class _EvaluationForm:
    """The rows of the form: what is asked, the sentence with the school's numbers, the conclusion."""

    def __init__(self, standard: Standard, judged: JudgedSchool | None) -> None:
        self._standard = standard
        self._judged = judged
        self._flipped = False

    @property
    def _data(self) -> SchoolData | None:
        return self._judged.data if self._judged else None

    def resource_rows(self) -> list[tuple[str, str, str]]:
        """Return the rows of 资源配置: one an indicator that is judged by section."""
        indicators = [item for item in self._standard.indicators if item.by_section]
        return [
            (f"{number}.{_asked_by_stage(each)}", self._resource_text(each), self._section_results(each))
            for number, each in enumerate(indicators, 1)
        ]

    def assurance_rows(self) -> list[tuple[str, str, str]]:
        """Return the rows of 政府保障程度 that are asked of a school."""
        made: Mapping[str, tuple[Callable[[Indicator], str], Callable[[Indicator], str]]] = {
            "G3": (_asked_rooms, self._rooms_text),
            "G4": (_asked_size, self._size_text),
            "G5": (_asked_class_size, self._class_size_text),
            "G6": (_asked_small, self._small_text),
            "G7": (_asked_special, self._special_text),
        }
        rows = [
            (made[each.code][0](each), made[each.code][1](each), self._school_result(each.code))
            for each in self._standard.on(self._judged.report.on if self._judged else None)
            if each.code in made
        ]
        return [(f"{number}.{asked}", text, result) for number, (asked, text, result) in enumerate(rows, 1)]

    def _cited(self) -> list[tuple[str, Citation]]:
        """Return where the limits of the printed rows stand, by the code of their item."""
        items = self._standard.on(self._judged.report.on if self._judged else None)
        return [(each.code, each.citation) for each in items if each.by_section or each.code in _ASSURANCE]

    def notes(self) -> list[str]:
        """Return the remarks under the table, once its rows are made."""
        relaxed = relaxed_line([self._standard], self._judged.report.on if self._judged else None)
        first = f"注：{citation_line(self._standard, self._cited())}{relaxed}"
        if self._judged is None:
            return [first]
        sections = [_section_note(each) for each in self._judged.report.sections]
        signs = f"“{BLANK}”为数据不足，“{ABSENT}”为没有该学段。"
        judged = [*self._judged.report.school_level]
        judged += [each for section in self._judged.report.sections for each in section.verdicts]
        # A relaxed limit differs from the one the text asks for: without this the conclusion contradicts it.
        remarks = dict.fromkeys(f"{each.title}：{prose(each.remark)}。" for each in judged if each.remark)
        return ["资源配置综合评估——" + "；".join(sections) + "。"] * bool(sections) + [
            *remarks,
            f"{first}{PLAIN_HALF_UP}{FLIPPED_NOTE * self._flipped}{signs}",
        ]

    # --- numbers ---

    def _number(self, figure: str, stage: Stage | None = None) -> str:
        """Return a figure as it was recorded, or a line for the pen."""
        if self._data is None:
            return BLANK
        if stage is not None and not self._has(stage):
            return f" {ABSENT} "
        return _shown(self._data.figure(figure, stage).value)

    def _has(self, stage: Stage) -> bool:
        """Whether the school has the stage, as far as it has said what kind of school it is."""
        data = self._data
        return data is None or data.facts.kind is None or stage in data.sections

    def _verdict(self, code: str, stage: Stage | None = None) -> Verdict | None:
        return self._judged.verdict(self._standard.id, code, stage) if self._judged else None

    def _by_stage(self, number: Callable[[Stage], str], unit: str) -> str:
        return "；".join(f"{STAGE_NAMES[stage]}{number(stage)}{unit}" for stage in Stage)

    def _value(self, indicator: Indicator, stage: Stage) -> str:
        if not self._has(stage):
            return f" {ABSENT} "
        verdict = self._verdict(indicator.code, stage)
        if verdict is None or verdict.value is None:
            return BLANK
        flips = rounding_flips(verdict)
        self._flipped |= flips
        return f" {shown(verdict.value, verdict.decimals)}{FLIPPED if flips else ''} "

    def _count(self, indicator: Indicator, stage: Stage) -> str:
        """Return the persons a staff indicator counts: its numerator."""
        if not self._has(stage):
            return f" {ABSENT} "
        verdict = self._verdict(indicator.code, stage)
        known = verdict is not None and verdict.numerator is not None
        return f" {shown(verdict.numerator, 0)} " if verdict and known else BLANK

    # --- 资源配置 ---

    def _resource_text(self, indicator: Indicator) -> str:
        per_pupil = f"{indicator.title}：" + self._by_stage(
            lambda stage: self._value(indicator, stage),
            indicator.unit,
        )
        return f"{self._total_text(indicator)}{per_pupil}。"

    def _total_text(self, indicator: Indicator) -> str:
        match indicator.name:
            case "teaching_area_per_pupil":
                total, indoor = self._number("teaching_area"), self._number("indoor_sports_area")
                return f"学校拥有教学及辅助用房面积：{total}㎡（其中室内体育用房{indoor}㎡，不计入本项）。"
            case "sports_area_per_pupil":
                return self._sports_text()
            case "equipment_value_per_pupil":
                return f"学校教学仪器设备值：{self._number('equipment_value')}万元。"
            case "multimedia_rooms_per_100":
                return f"学校共有网络多媒体教室：{self._number('multimedia_rooms')}间。"
        counted = indicator.title.removeprefix(_PER_HUNDRED)
        numbers = self._by_stage(lambda stage: self._count(indicator, stage), indicator.unit)
        return f"学校拥有{counted}：{numbers}。"

    def _sports_text(self) -> str:
        parts = "、".join(f"{words}{self._number(figure)}㎡" for figure, words in _SPORTS)
        amounts = [self._data.figure(figure).value for figure, _ in _SPORTS] if self._data else []
        known = [Decimal(amount) for amount in amounts if amount is not None]
        counted = [Decimal(amount) for amount in amounts[:2] if amount is not None]
        if len(counted) < 2:
            return f"学校拥有体育运动场馆面积：{BLANK}㎡（其中：{parts}）。"
        beside = f"，计入本项 {plain(sum(counted, Decimal(0)))} ㎡" if sum(known) != sum(counted) else ""
        total = _shown(sum(known, Decimal(0)))
        return f"学校拥有体育运动场馆面积：{total}㎡（其中：{parts}{beside}）。"

    def _section_results(self, indicator: Indicator) -> str:
        if self._judged is None:
            return "\n".join(f"{STAGE_NAMES[stage]} {_to_tick()}" for stage in Stage)
        found = {stage: self._verdict(indicator.code, stage) for stage in Stage}
        texts = {stage: result_text(verdict.outcome) for stage, verdict in found.items() if verdict}
        if len(texts) == 1:
            return next(iter(texts.values()))
        return "\n".join(f"{STAGE_NAMES[stage]} {text}" for stage, text in texts.items())

    # --- 政府保障程度 ---

    def _school_result(self, code: str) -> str:
        if self._judged is None:
            return _to_tick()
        verdict = self._verdict(code)
        return result_text(verdict.outcome) if verdict else ""

    def _rooms_text(self, indicator: Indicator) -> str:
        del indicator
        classes = _shown(self._data.whole("classes").value) if self._data else BLANK
        music = f"音乐专用教室{self._rooms('music_rooms', 'music')}"
        art = f"美术专用教室{self._rooms('art_rooms', 'art')}"
        return f"全校教学班数{classes}个。配备{music}；{art}。"

    def _rooms(self, figure: str, kind: str) -> str:
        unknown = "、".join([BLANK] * _BLANK_AREAS)
        if self._data is None:
            return f"{BLANK}间，面积分别为：{unknown}㎡"
        rooms = self._data.figure(figure)
        if rooms.value == 0:
            return " 0 间"
        if rooms.source != ROWS:
            return f"{_shown(rooms.value)}间，面积分别为：{unknown}㎡"
        listed = self._data.draft.rows["room"]
        areas = [listed[key]["area"] for key in listed if listed[key]["kind"] == kind]
        texts = [plain(area) if isinstance(area, Decimal) else BLANK for area in areas]
        more = "等" if len(texts) > _MOST_AREAS else ""
        return f"{_shown(rooms.value)}间，面积分别为：{'、'.join(texts[:_MOST_AREAS])}{more} ㎡"

    def _size_text(self, indicator: Indicator) -> str:
        del indicator
        data = self._data
        stages = self._by_stage(lambda stage: self._number("pupils", stage), "人")
        senior, total = BLANK, BLANK
        if data is not None and data.facts.kind is not None:
            parts = [data.figure("pupils", stage).value for stage in data.sections]
            senior = f" {ABSENT} "
            if data.facts.kind.has_senior_high:
                parts.append(data.figure("senior_high_pupils").value)
                senior = _shown(parts[-1])
            known = [part for part in parts if part is not None]
            total = _shown(sum(known)) if known and len(known) == len(parts) else BLANK
        return f"全校中小学生数{total}人。其中：{stages}；高中{senior}人。"

    def _small_text(self, indicator: Indicator) -> str:
        del indicator
        return self._funding_text("pupils_before", "granted", "定额公用经费")

    def _special_text(self, indicator: Indicator) -> str:
        pupils, money = "special_pupils_before", "special_granted"
        verdict = self._verdict(indicator.code)
        # A school without such pupils has no number to fill in: not zero, and nothing for the pen.
        if verdict is not None and verdict.outcome is Outcome.NOT_APPLICABLE:
            return f"{verdict.note}。"
        return self._funding_text(pupils, money, "特殊教育公用经费", verdict)

    def _funding_text(self, pupils: str, money: str, words: str, verdict: Verdict | None = None) -> str:
        """Return pupils and money (万元) of the year before, and the money a head (元)."""
        per_head = BLANK
        if self._data is not None:
            count, amount = self._data.figure(pupils).value, self._data.figure(money).value
            if count and amount is not None:
                flips = verdict is not None and rounding_flips(verdict)
                self._flipped |= flips
                value = Fraction(amount) * YUAN_PER_WAN / Fraction(count)
                per_head = f" {shown(value, _PER_HEAD_PLACES)}{FLIPPED * flips} "
        return (
            f"上年学生数{self._number(pupils)}人，上年度拨付{words}{self._number(money)}万元；"
            f"生均公用经费{per_head}元。"
        )

    def _class_size_text(self, indicator: Indicator) -> str:
        limits = indicator.terms.limits
        listed = self._data.classes() if self._data else None
        sizes = [each.pupils for each in listed or ()]
        known = [size for size in sizes if size is not None]
        largest = _shown(max(known)) if known and len(known) == len(sizes) else BLANK
        over = "，".join(
            f"超过 {limits[stage]} 人的{STAGE_NAMES[stage]}班级{self._over(stage, int(limits[stage]))}个"
            for stage in Stage
        )
        return f"最大班额学生数{largest}人，{over}。"

    def _over(self, stage: Stage, limit: int) -> str:
        if self._data is None:
            return BLANK
        if not self._has(stage):
            return f" {ABSENT} "
        return _shown(large_classes(self._data, stage, limit))


def large_classes(data: SchoolData, stage: Stage, limit: int) -> int | None:
    """Return how many classes of a stage have more than `limit` pupils; None when that is not known.

    By the class list where it decides, else by the official form's bands of class size.
    """
    listed = data.classes()
    if listed is not None:
        if any(each.pupils is None or each.stage is None for each in listed):
            return None
        return sum(each.stage is stage and (each.pupils or 0) > limit for each in listed)
    bands = [data.figure(name, stage).value for name, low, _ in CLASS_BANDS if low > limit]
    known = [int(band) for band in bands if band is not None]
    return sum(known) if bands and len(known) == len(bands) else None


def _shown(value: Decimal | int | None) -> str:
    return BLANK if value is None else f" {plain(Decimal(value))} "


def _to_tick() -> str:
    return blocks.tick(None)


def _section_note(section: SectionResult) -> str:
    if section.outcome is Outcome.NOT_APPLICABLE:
        return prose(section_text(section))
    return prose(f"{section_text(section)}，综合评估{OUTCOME_WORDS[section.outcome]}")


def _asked_by_stage(indicator: Indicator) -> str:
    names = "、".join(STAGE_NAMES[stage] for stage in indicator.by_stage)
    limits = [f"{plain(limit)} {indicator.unit}以上" for limit in indicator.by_stage.values()]
    if len(set(limits)) == 1:
        return f"{indicator.title}：{names}均达到 {limits[0]}。"
    return f"{indicator.title}：{names}分别达到 {'、'.join(limits)}。"


def _asked_rooms(indicator: Indicator) -> str:
    return prose(indicator.citation.explanation)


def _asked_size(indicator: Indicator) -> str:
    by_limit: dict[Decimal, list[SchoolKind]] = {}
    for kind, limit in indicator.at_most_by_kind.items():
        by_limit.setdefault(limit, []).append(kind)
    words = dict(SCHOOL_KIND.options)
    parts = [
        "、".join(words[kind] for kind in kinds) + f"义务教育阶段不超过 {plain(limit)} 人"
        for limit, kinds in by_limit.items()
    ]
    return f"学校规模：{'；'.join(parts)}。"


def _asked_small(indicator: Indicator) -> str:
    pupils = indicator.terms.pupils
    return f"不足 {pupils} 人的规模较小学校（含教学点）按不低于 {pupils} 人核定公用经费。"


def _asked_special(indicator: Indicator) -> str:
    limit = indicator.threshold(None, None)
    least = "达到规定标准" if limit is None else f"不低于 {plain(limit)} 元"
    return f"特殊教育学校（班）和随班就读学生生均公用经费{least}。"


def _asked_class_size(indicator: Indicator) -> str:
    limits = indicator.terms.limits
    names = "、".join(STAGE_NAMES[stage] for stage in Stage)
    sizes = "、".join(f"{limits[stage]} 人" for stage in Stage)
    return f"{names}所有班级学生数分别不超过 {sizes}。"
