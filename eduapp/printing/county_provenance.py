"""The annexes that say what the county's tables stand on: whose files, and the cells the county changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.printing.county_tables import TableData, TableRows, named
from eduapp.printing.head import prose
from eduapp.printing.paper_tables import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eduapp.printing.county_sources import Source
    from eduapp.standards.county.changed import ChangedCell

_ID_DIGITS = 16
_DAY = len("2026-09-01")


def annexes(sources: Sequence[Source], changed: Sequence[ChangedCell], number: int) -> Iterator[TableData]:
    """Yield the annexes from `number` on: the cells the county changed, if any, and the sources."""
    if changed:
        yield changes_table(changed, number)
        number += 1
    if sources:
        yield sources_table(sources, number)


def sources_table(found: Sequence[Source], number: int) -> TableData:
    """Whose files the numbers come from: from a school to its submission and its signer."""
    head = ("序号", "学校代码", "学校名称", "类别", "第几次", "收到日期")
    table = TableRows([[*head, "上报编号", "签名密钥数字", "密钥核对", "县级决定"]])
    for place, each in enumerate(found, 1):
        state = "正式" if each.state == "final" else "草稿"
        table.add(
            [
                place,
                each.school,
                each.name,
                state + ("，冲突未裁定" if each.unsettled else ""),
                each.number or "",
                each.received[:_DAY],
                each.submission[:_ID_DIGITS],
                each.digits,
                _how_checked(each),
                prose("；".join(each.decisions)),
            ]
        )
    return TableData(
        key=f"附表{number}",
        title=f"附表{number}　数据来源（计入汇总的上报文件）",
        header_rows=1,
        rows=tuple(table.rows),
        widths=(4, 9, 14, 7, 5, 8, 14, 24, 8, 10),
        align="cclcccccll",
        signed=False,
        notes=tuple(_source_notes(found)),
    )


def _how_checked(each: Source) -> str:
    words = "已与纸质核对" if each.checked else "未经核对"
    return f"{words}；换发理由：{prose(each.key_reason)}" if each.key_reason else words


def changes_table(changed: Sequence[ChangedCell], number: int) -> TableData:
    """The cells in which the county put another value in place of a school's."""
    table = TableRows([["序号", "学校代码", "学校名称", "位置", "学校所报", "县级更正为", "理由", "时间"]])
    for place, each in enumerate(changed, 1):
        where = f"{each.label}，{each.row}" if each.row else each.label
        table.add(
            [
                place,
                each.school,
                each.name,
                prose(where),
                prose(each.before),
                prose(each.after),
                prose(each.reason),
                each.at[:_DAY],
            ]
        )
    last = table.add(
        [f"共更正 {len(changed)} 格，涉及 {len({each.school for each in changed})} 所学校"] + [""] * 7
    )
    table.spans.append(Span(last, 0, columns=8))
    return TableData(
        key=f"附表{number}",
        title=f"附表{number}　县级更正（各表均按更正后的值计算）",
        header_rows=1,
        rows=tuple(table.rows),
        widths=(4, 10, 18, 26, 10, 10, 24, 9),
        align="cclllllc",
        signed=False,
        spans=tuple(table.spans),
        notes=(
            "注：学校上报的文件不变，更正是县级另行作出、记录在案的决定。",
            "学校再报时，该格所报与更正前不同的，更正即失效。",
        ),
    )


def _source_notes(found: Sequence[Source]) -> Iterator[str]:
    yield (
        f"注：上报编号为文件内 SHA256SUMS 的 SHA-256 的前 {_ID_DIGITS} 位，文件名末尾是其前 8 位；"
        "凭编号可找到原文件，凭密钥数字可核对签名人。"
    )
    unsettled = [each.name for each in found if each.unsettled]
    if unsettled:
        yield (
            f"有几个互不相承的上报文件、尚未裁定、暂按其中一个计入的 {len(unsettled)} 所："
            f"{named(unsettled)}。"
        )
