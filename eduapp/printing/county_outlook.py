"""差异系数的区间与各校影响: what the county's figures can still become, and the picture of each indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.printing import blocks
from eduapp.printing.county_tables import COEFFICIENT_PLACES, INSUFFICIENT, NOTHING, PERCENT_PLACES, TableData
from eduapp.printing.head import prose
from eduapp.printing.indicator_picture import picture_block
from eduapp.printing.paper_tables import UNMET_LEGEND, Span, form_table
from eduapp.standards.county.intervals import Settled, outwards
from eduapp.standards.numbers import plain, rounded, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal
    from fractions import Fraction

    from eduapp.printing.blocks import Block
    from eduapp.standards.county.outlook import Ground, IndicatorOutlook, Outlook, StageOutlook

KEY, TITLE = "区间与影响", "差异系数的区间与各校影响"
PICTURES_TITLE = "各学段各指标分布图"
TOP = 3
_MOST_NAMED = 60
SETTLED_WORDS = {Settled.MET: "已定：达标", Settled.UNMET: "已定：未达标", Settled.OPEN: "未定"}
_SUPPOSED_WORDS = {Settled.MET: "达标", Settled.UNMET: "未达标", Settled.OPEN: "仍不能判断"}
_SUPPOSED = 7
_HEADER = (
    "学段",
    "指标",
    "限值",
    "现值",
    "区间下限",
    "区间上限",
    "判断",
    "",
    "未报或缺数",
    "无上一轮",
    "达标校数",
    "影响最大的学校（占差异的比例）",
)


def outlook_table(outlook: Outlook) -> TableData:
    """Return the table of intervals, verdicts that stand or not, and the schools that move them most."""
    heading = (*_HEADER[:_SUPPOSED], supposed_text(outlook.ground), *_HEADER[_SUPPOSED + 1 :])
    rows: list[tuple[str | int | Decimal, ...]] = [heading]
    spans, unmet = [], set()
    for stage in outlook.stages:
        first = len(rows)
        rows += [_row(each, stage.label, outlook) for each in stage.indicators]
        unmet |= {
            (first + place, 6) for place, each in enumerate(stage.indicators) if each.settled is Settled.UNMET
        }
        if stage.composite_settled is Settled.UNMET:
            unmet.add((len(rows), 6))
        rows.append(_composite_row(stage))
        spans.append(Span(first, 0, rows=len(rows) - first))
    return TableData(
        key=KEY,
        title=TITLE,
        header_rows=1,
        rows=tuple(rows),
        widths=(5, 11, 5, 6.5, 7, 7, 8.5, 10, 7, 6.5, 10, 38.5),
        align="clcccccccccl",
        spans=tuple(spans),
        unmet=frozenset(unmet),
        notes=(*_notes(outlook), *((UNMET_LEGEND,) if unmet else ())),
    )


def outlook_blocks(outlook: Outlook) -> list[Block]:
    """Return the table with its notes as blocks."""
    table = outlook_table(outlook)
    cells = [[table.text(row, at) for at in range(len(table.widths))] for row in range(len(table.rows))]
    return [
        form_table(
            cells,
            table.widths,
            header_rows=table.header_rows,
            spans=table.spans,
            align=table.align,
            shade_cells=table.unmet,
            size=8.0,
            dense=True,
        ),
        *(blocks.note(text) for text in table.notes),
    ]


def picture_blocks(outlook: Outlook) -> list[Block]:
    """Return one page an indicator: its sections of both stages, one picture above the other."""
    found: list[Block] = []
    codes = list(dict.fromkeys(each.code for stage in outlook.stages for each in stage.indicators))
    for code in codes:
        for stage in outlook.stages:
            for each in stage.indicators:
                if each.code == code:
                    found += [blocks.heading(_heading(each)), picture_block(each.bars)]
    return found


def _heading(each: IndicatorOutlook) -> str:
    now = shown(each.now, COEFFICIENT_PLACES)
    state = f"，{SETTLED_WORDS[each.settled]}" if each.settled else ""
    return f"{each.code}　{prose(each.bars.heading)}　　差异系数 {now}{state}"


def _row(each: IndicatorOutlook, label: str, outlook: Outlook) -> tuple[str | int | Decimal, ...]:
    low, high = ends(each)
    return (
        label,
        f"{each.code} {each.short}",
        NOTHING if each.limit is None else each.limit,
        INSUFFICIENT if each.now is None else rounded(each.now, COEFFICIENT_PLACES),
        low,
        high,
        SETTLED_WORDS[each.settled] if each.settled else NOTHING,
        _SUPPOSED_WORDS[each.supposed] if each.supposed else NOTHING,
        each.absent + each.lacking,
        each.unknown,
        met_text(each),
        _movers(each, outlook),
    )


def ends(each: IndicatorOutlook) -> tuple[str | Decimal, str | Decimal]:
    """Return both ends of an interval, rounded outwards; a word where there is none."""
    if each.interval is None:
        return ("不明", "不明")
    return each.interval.shown(COEFFICIENT_PLACES)


def met_text(each: IndicatorOutlook) -> str:
    """Say how many sections meet the standard, at least and at most, of how many at most."""
    if each.met is None:
        return NOTHING
    least, most = each.met
    return f"{least if least == most else f'{least}～{most}'} / {each.sections}"


def supposed_text(ground: Ground) -> str:
    """Say what an interval supposes."""
    return f"若与上一轮相差不超过 {plain(rounded(ground.share * 100, 2))}%"


def _composite_row(stage: StageOutlook) -> tuple[str | int | Decimal, ...]:
    low: str | Decimal = "不明"
    high: str | Decimal = "不明"
    if stage.composite is not None:
        low, high = outwards(*stage.composite, COEFFICIENT_PLACES)
    limit = "" if stage.composite_limit is None else stage.composite_limit
    state = SETTLED_WORDS[stage.composite_settled] if stage.composite_settled else ""
    supposed = _SUPPOSED_WORDS[stage.composite_supposed] if stage.composite_supposed else ""
    return (
        stage.label,
        "综合",
        limit,
        "",
        low,
        high,
        state,
        supposed,
        "",
        "",
        "",
        "各项差异系数的平均数的区间",
    )


def _movers(each: IndicatorOutlook, outlook: Outlook) -> str:
    """Name the schools with the largest shares of the variance, above ↑ or below ↓ the mean."""
    names = outlook.ground.names
    found = [
        f"{names.get(one.school) or one.school} {percent(one.share)}%{'↑' if one.above else '↓'}"
        for one in each.contributions[:TOP]
        if one.share
    ]
    return "，".join(found) if found else "——"


def percent(share: Fraction) -> str:
    """Write a share in percent."""
    return f"{rounded(share * 100, PERCENT_PLACES):f}"


def _notes(outlook: Outlook) -> Iterator[str]:
    ground = outlook.ground
    share = plain(rounded(ground.share * 100, 2))
    yield (
        "注：现值按已报且有数的学校计算，判断用未舍入的数值。名录中有关学校都已正式上报、没有未裁定的冲突和自相矛盾的数据，"
        "才为“已定”，否则为“未定”。区间按上一轮推算，向外取三位小数，只供参考，不作为判定依据；"
        "草稿按现有数值计入。达标校数写作“至少～至多 / 学段总数”。"
    )
    if outlook.last_year is not None:
        yield (
            f"未报学校的在校生数和数值按上一轮（{outlook.last_year} 学年）上下浮动 {share}% 推算；"
            "没有上一轮数据的不作推算。"
        )
    else:
        yield "没有导入上一轮数据，未报学校不作推算。"
    if not ground.listed:
        yield "没有学校名单，不知道还有哪些学校未报，所以都为“未定”。"
    yield "占差异的比例：该校在校生数 ×（该校数值－县均值）² 占全县总和的比例；↑高于县均值，↓低于县均值。"
    yield from _absent(outlook)


def _absent(outlook: Outlook) -> Iterator[str]:
    absent = outlook.ground.absent
    if not absent:
        return
    names = "、".join(each.name or each.code for each in absent[:_MOST_NAMED])
    more = "等" if len(absent) > _MOST_NAMED else ""
    yield f"未报学校 {len(absent)} 所：{names}{more}。"
    stages = {stage for _, stage in outlook.ground.last}
    unknown: Sequence[str] = [
        each.name or each.code
        for each in absent
        if not any((each.code, stage) in outlook.ground.last for stage in stages)
    ]
    if unknown and outlook.last_year is not None:
        yield f"其中没有上一轮数据的 {len(unknown)} 所：{'、'.join(unknown[:_MOST_NAMED])}。"
