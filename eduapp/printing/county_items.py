"""Tables Ⅳ and Ⅴ of the national application form: each item with its brief conclusion and verdict.

The items' texts are the form's; every threshold in them is the one in force in the data pack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.records.choices import SchoolKind, Stage
from eduapp.printing.county_conclusions import LEVELS, Conclusions
from eduapp.printing.county_tables import TableData, TableRows
from eduapp.printing.head import FLIPPED_NOTE, prose
from eduapp.standards.county import settling
from eduapp.standards.numbers import plain
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Outcome
from eduapp.standards.wording import OUTCOME_WORDS, STAGE_NAMES, UNLISTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from eduapp.standards.county.form import CountyForm
    from eduapp.standards.county.report import CountyReport
    from eduapp.standards.results import Verdict
    from eduapp.standards.standard import Indicator


_TITLES = {
    "G1": "县域内义务教育学校规划布局合理，符合国家规定要求",
    "G2": "县域内城乡义务教育学校建设标准统一、教师编制标准统一、生均公用经费基准定额统一、"
    "基本装备配置标准统一",
    "G3": "所有小学、初中每 {classes} 个班级配备音乐、美术专用教室 1 间以上；其中，"
    "每间音乐专用教室面积不小于 {music} 平方米，每间美术专用教室面积不小于 {art} 平方米",
    "G4": "所有小学、初中学校规模不超过 {size} 人，九年一贯制学校、"
    "十二年一贯制学校义务教育阶段规模不超过 {long_size} 人",
    "G5": "小学、初中所有班级学生数分别不超过 {primary} 人、{lower_secondary} 人",
    "G6": "不足 {pupils} 人的规模较小学校（包括乡镇中心校附设的村小）按不低于 {pupils} 人核定公用经费",
    "G7": "特殊教育学校生均公用经费不低于 {limit} 元",
    "G8": "全县义务教育学校教师平均工资收入水平不低于当地公务员平均工资收入水平，"
    "按规定足额核定教师绩效工资总量",
    "G9": "教师 {years} 年 {hours} 学时培训完成率达到 {limit}%",
    "G10": "县级教育行政部门在核定的教职工编制总额和岗位总量内，统筹分配各校教职工编制和岗位数量",
    "G11": "全县每年交流轮岗教师的比例不低于符合交流轮岗条件教师总数的 {limit}%；其中，"
    "骨干教师不低于交流轮岗教师总数的 {backbone_at_least}%",
    "G12": "专任教师持有教师资格证上岗率达到 {limit}%",
    "G13": "城区和镇区公办小学、初中（均不含寄宿制学校）就近划片入学比例分别达到 {primary}%、"
    "{lower_secondary}%以上",
    "G14": "全县优质高中招生名额分配比例不低于 {limit}%，并向农村初中倾斜",
    "G15": "留守儿童关爱体系健全，"
    "全县符合条件的随迁子女在公办学校和政府购买服务的民办学校就读的比例不低于 {limit}%",
    "Q1": "全县初中三年巩固率达到 {limit}%以上",
    "Q2": "全县残疾儿童少年入学率达到 {limit}%以上",
    "Q3": "所有学校建立章程，实现学校管理与教学信息化",
    "Q4": "全县所有学校按照不低于学校年度公用经费预算总额的 {limit}%安排教师培训经费",
    "Q5": "教师能熟练运用信息化手段组织教学，设施设备利用率达到较高水平",
    "Q6": "所有学校德育工作、校园文化建设达到良好以上",
    "Q7": "课程开齐开足，教学秩序规范，综合实践活动有效开展",
    "Q8": "无过重课业负担",
    "Q9": "在国家义务教育质量监测中，相关科目学生学业水平达到{level}级以上，且校际差异率低于 {below}",
}
_TABLES = (
    ("Ⅳ", "G", "表Ⅳ　政府保障程度评估指标", "注：表中所有比例数值保留一位小数，其余保留整数。"),
    ("Ⅴ", "Q", "表Ⅴ　教育质量评估指标", "注：表中所有比例数值保留一位小数，监测的校际差异率按填报的位数。"),
)


def items(report: CountyReport, form: CountyForm) -> Iterator[TableData]:
    """Yield tables Ⅳ and Ⅴ, each where the first standard has such items."""
    own = _indicators(report)
    for key, letter, title, note in _TABLES:
        chosen = [each for code, each in own.items() if code.startswith(letter) and code in _TITLES]
        if chosen:
            yield _table(report, chosen, Conclusions(form, own), (key, title, note))


def _indicators(report: CountyReport) -> dict[str, Indicator]:
    found = load(report.standards[0]).on(report.on) if report.standards else ()
    return {each.code: each for each in found}


def _table(
    report: CountyReport, chosen: Sequence[Indicator], conclusions: Conclusions, heads: tuple[str, str, str]
) -> TableData:
    key, title, note = heads
    table = TableRows([["名称", "指标值或简要结论", "是否达标"]])
    notes: list[str] = []
    reasons: dict[int, str] = {}
    places: dict[str, list[int]] = {}
    open_ones: set[int] = set()
    for place, indicator in enumerate(chosen, 1):
        verdicts = verdicts_of(report, indicator.code)
        found = outcome_of(verdicts)
        text = conclusions.of(indicator.code, verdicts)
        at = table.add([f"{place}. {_title(indicator)}", text, passed_text(verdicts)])
        if found is Outcome.UNMET:
            table.unmet.add((at, 2))
        if found is Outcome.UNSETTLED:
            open_ones.add(place)
        reasons[place] = open_reason(verdicts)
        blank = conclusions.take_blank(reasons[place])
        notes += [f"第 {place} 项：{'；'.join(blank)}。"] * bool(blank)
        places.setdefault(_place_words(indicator, load(report.standards[0]).number), []).append(place)
    return TableData(
        key=key,
        title=title,
        header_rows=1,
        rows=tuple(table.rows),
        widths=(38, 50, 12),
        align="llc",
        unmet=frozenset(table.unmet),
        notes=(
            note,
            *reason_notes(reasons, open_ones),
            *notes,
            *_place_notes(places),
            *table.legend(),
            *([FLIPPED_NOTE] if conclusions.flipped else []),
        ),
        orientation="portrait",
    )


def _place_words(indicator: Indicator, number: str) -> str:
    """Say where a line's number stands when that is not the standard, and what of it is inferred."""
    cited = indicator.citation
    other = f"依据《{cited.document}》（{cited.number}）" if cited.number != number else ""
    return "，".join(part for part in (other, cited.reading) if part)


def _place_notes(places: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Yield what is said of the lines' numbers, lines of which the same is said together."""
    for said, own in places.items():
        if said:
            yield f"第 {'、'.join(map(str, own))} 项：{said}。"


def _title(indicator: Indicator) -> str:
    return _TITLES[indicator.code].format_map(_terms(indicator))


def _terms(indicator: Indicator) -> dict[str, str]:
    """Return what the pack says in numbers, by the names the titles use."""
    given = indicator.written
    limit = indicator.threshold(None, None)
    terms: dict[str, str] = {
        name: str(given[name])
        for name in ("pupils", "backbone_at_least", "below", "hours", "years")
        if name in given
    }
    terms |= {"classes": str(given["classes_per_room"])} if "classes_per_room" in given else {}
    terms |= {name: given[name].rsplit("_", 1)[-1] for name in ("music", "art") if name in given}
    if "level" in given:
        terms["level"] = LEVELS[int(given["level"])]
    if limit is not None:
        terms["limit"] = plain(limit)
    for stage in Stage:
        own = given.get("limits", {}).get(stage) or indicator.by_stage.get(stage)
        if own is not None:
            terms[stage.value] = str(own)
    for name, kind in (("size", SchoolKind.PRIMARY), ("long_size", SchoolKind.NINE_YEAR)):
        if kind in indicator.at_most_by_kind:
            terms[name] = plain(indicator.at_most_by_kind[kind])
    return terms


def verdicts_of(report: CountyReport, code: str) -> tuple[Verdict, ...]:
    """Return the county's verdicts on an item of the first standard, one a stage where it has stages."""
    return tuple(verdict for verdict in report.county_level if verdict.code == code)


def outcome_of(verdicts: Sequence[Verdict]) -> Outcome:
    """Join the verdicts of an item as they stand: one unmet decides, one that is open leaves it open."""
    found = {each.standing for each in verdicts}
    for outcome in (Outcome.UNMET, Outcome.UNSETTLED):
        if outcome in found:
            return outcome
    if Outcome.INSUFFICIENT in found or not found:
        return Outcome.INSUFFICIENT
    return Outcome.MET if Outcome.MET in found else Outcome.NOT_APPLICABLE


def passed_text(verdicts: Sequence[Verdict]) -> str:
    """Write 是否达标: only what is settled is said; blank while data are insufficient, never 否."""
    return outcome_text(outcome_of(verdicts), listed=all(_listed(each) for each in verdicts))


def outcome_text(outcome: Outcome, *, listed: bool) -> str:
    """Write an outcome as it stands into 是否达标."""
    if outcome is Outcome.UNSETTLED:
        return OUTCOME_WORDS[outcome] if listed else f"未定（{UNLISTED}）"
    words = {Outcome.MET: "是", Outcome.UNMET: "否", Outcome.INSUFFICIENT: ""}
    return words.get(outcome, OUTCOME_WORDS[outcome])


def _listed(verdict: Verdict) -> bool:
    return verdict.settlement is None or verdict.settlement.listed


def open_reason(verdicts: Sequence[Verdict]) -> str:
    """Say why an item is left open; empty for one that is decided, or open for want of a list alone."""
    if not verdicts:
        return "没有县级评判"
    if outcome_of(verdicts) is Outcome.UNSETTLED:
        open_ones = [
            verdict for verdict in verdicts if verdict.settlement and verdict.standing is Outcome.UNSETTLED
        ]
        return prose("；".join(filter(None, map(_awaited, open_ones))))
    if outcome_of(verdicts) is not Outcome.INSUFFICIENT:
        return ""
    reasons = [each.note for each in verdicts if each.outcome is Outcome.INSUFFICIENT and each.note]
    return prose("；".join(dict.fromkeys(reasons))) or "数据不足"


def _awaited(verdict: Verdict) -> str:
    """Say who has not said the last word on a verdict, and of which stage where it is one of several."""
    if verdict.settlement is None:
        return ""
    stage = STAGE_NAMES[verdict.stage] if verdict.stage else ""
    return stage + "；".join(settling.words(verdict.settlement))


def reason_notes(reasons: Mapping[int, str], open_ones: Collection[int] = ()) -> Iterator[str]:
    """Yield why items are left open, those with one reason together; `reasons` by the item's number.

    Of `open_ones` the data are there, but not every school's last word.
    """
    numbers: dict[tuple[str, bool], list[str]] = {}
    for number, why in reasons.items():
        if why:
            numbers.setdefault((why, number in open_ones), []).append(str(number))
    for (why, is_open), own in numbers.items():
        yield f"第 {'、'.join(own)} 项{'未定' if is_open else '数据不足，未下结论'}：{why}。"
