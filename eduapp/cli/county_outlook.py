"""`county last-round`, and what `county check` says of intervals."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.records.choices import Stage
from eduapp.cli.output import DONE, print_json, say
from eduapp.services import jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import last_round
from eduapp.services.county import published as by_hand
from eduapp.standards import wording
from eduapp.standards.county.intervals import Settled
from eduapp.standards.numbers import exact_text, plain, rounded, shown
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from eduapp.standards.county.outlook import Outlook

_DIGITS = 16


def last_round_(args: Namespace) -> int:
    """`county last-round`: what missing schools had in an earlier year's county workbook."""
    with county_books.open_county(Path(args.workbook)) as book:
        sections = jobs.run(last_round.carry_over(book, Path(args.earlier)))
        share = plain(rounded(last_round.share_of(book) * 100, 2))
        say(f"已导入 {last_round.last_year(book)} 学年的 {sections} 个学段,未报学校按上下浮动 {share}% 推算")
    return DONE


def composite(args: Namespace) -> int:
    """`county composite`: of published single coefficients; no workbook is read or written."""
    found = by_hand.published(" ".join(args.coefficients), Stage(args.stage))
    if args.json:
        print_json(
            {
                "stage": found.stage,
                "coefficients": [plain(each) for each in found.coefficients],
                "composite": exact_text(found.composite),
                "shown": shown(found.composite, 3),
                "limits": [
                    {
                        "standard": each.standard,
                        "of": "composite" if each.of_composite else "each",
                        "limit": f"{each.at_most:f}",
                        "over": each.over,
                        "verdict": Outcome.MET if each.met else Outcome.UNMET,
                    }
                    for each in found.limits
                ],
            }
        )
    else:
        name = wording.STAGE_NAMES[found.stage]
        say(f"{name}综合差异系数 {shown(found.composite, 3)}({len(found.coefficients)} 项的平均)")
        say(*by_hand.words(found))
    return DONE


def with_intervals(content: dict[str, Any], found: Outlook) -> dict[str, Any]:
    """Add each indicator's interval, rounded outwards to 16 digits: it supposes the round before."""
    floor, ceiling = (Context(prec=_DIGITS, rounding=way) for way in (ROUND_FLOOR, ROUND_CEILING))
    by_place = {(stage.stage, each.code): each for stage in found.stages for each in stage.indicators}
    for stage, shaped in content["stages"].items():
        for each in shaped["indicators"]:
            one = by_place.get((stage, each["code"]))
            ends = None
            if one and one.interval:
                ends = [plain(floor.plus(one.interval.low)), plain(ceiling.plus(one.interval.high))]
            each["interval"] = ends
    return content


def interval_lines(found: Outlook) -> Iterator[str]:
    """Write what is not settled for a person, and what last year's figures would make of it."""
    share = plain(rounded(found.ground.share * 100, 2))
    for stage in found.stages:
        for each in stage.indicators:
            if each.settled is Settled.OPEN and each.limit is not None and each.absent + each.lacking:
                ends = " 至 ".join(map(str, each.interval.shown(3))) if each.interval else "不明"
                ends += f",若与上一轮相差不超过 {share}%" if each.interval else ""
                yield (
                    f"未定:{wording.STAGE_NAMES[each.stage]} {each.code} 差异系数 {ends}(≤ {each.limit}),"
                    f"{each.absent} 个学段未报,{each.lacking} 个缺数,其中 {each.unknown} 个没有上一轮数据"
                )
