"""上报文件交接单: what goes with the stick, for the one who hands over and the one who takes it.

It says which file lies on the stick, so that both can tell later what was handed over; two prints are
signed, each side keeps one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.printing import blocks
from eduapp.printing.blocks import box
from eduapp.printing.fonts import TICKED
from eduapp.printing.head import year_text
from eduapp.printing.paper_tables import Cell, Span, form_table
from eduapp.printing.sheet import Paper, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.printing.blocks import Block

TITLE = "上报文件交接单"
NAME = "slip"
"""The paper's name in its QR code."""
NOTE = "本单一式两份，交接双方签字后学校、县级各留一份；U 盘交出后请等县里的回执。"
_LINE = 26.0
_ACROSS = 3
_DATE = "　　　年　　月　　日"


@dataclass(frozen=True, kw_only=True)
class SlipList:
    """A list in the file: its title, its rows, and whether 「本表已填全」 was ticked."""

    title: str
    rows: int
    complete: bool


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What a slip says of one submission.

    round: the name of the round; seq: which submission of this computer it is; id: the file's whole id
    (64 hexadecimal digits), id_groups: its first 12 in groups; code: the 数据码; qr: the text of the
    QR code; made: when the file was made, as it was noted then; signer: the 30 digits of the key.
    """

    school: str
    code_of_school: str
    county: str
    year: int
    round: str
    final: bool
    seq: int
    practice: bool
    sealed: bool
    file_name: str
    id: str
    id_groups: str
    code: str
    qr: str
    signer: str
    made: str
    standards: tuple[str, ...]
    lists: tuple[SlipList, ...]


def slip(given: Slip) -> bytes:
    """Return the slip as PDF, one page; the same submission always gives the same bytes."""
    paper = Paper(
        title=TITLE,
        subject=f"{given.school}（{given.code_of_school}）",
        year=year_text(given.year),
        code=given.code,
        qr=given.qr,
        draft=not given.final,
        practice=given.practice,
        note=NOTE,
    )
    return render(paper, _blocks(given))


def _blocks(given: Slip) -> list[Block]:
    return [
        blocks.heading("一、交出的文件"),
        _file(given),
        blocks.heading("二、文件的内容"),
        _lists(given.lists),
        blocks.note(
            f"“{TICKED}”表示该表已勾选“本表已填全”。执行标准：{'；'.join(given.standards) or '没有写明'}。"
        ),
        blocks.heading("三、交接"),
        _hands(given),
    ]


def _file(given: Slip) -> Block:
    kind = f"{box(given.final)}正式上报　{box(not given.final)}草稿"
    closed = "已加密，只有县里和本校能打开" if given.sealed else "未加密，不含个人信息"
    rows: list[Sequence[str | Cell]] = [
        ("批次", _left(f"{given.round}（区县 {given.county}）"), "类别", _left(kind)),
        ("序号", _left(f"本机第 {given.seq} 次"), "生成时间", _left(given.made)),
        ("文件编号", _left(given.id_groups, bold=True), "数据码", _left(given.code, bold=True)),
        ("文件名", _left(given.file_name), "", ""),
        ("编号全文", _left(given.id), "", ""),
        ("签名指纹", _left(given.signer), "", ""),
        ("加密", _left(closed), "", ""),
    ]
    wide = [Span(row, 1, columns=3) for row in range(3, len(rows))]
    return form_table(rows, (13, 39, 12, 36), header_rows=0, spans=wide, together=True)


def _lists(listed: Sequence[SlipList]) -> Block:
    """Return the lists three to a row, read from left to right."""
    cells = [
        cell
        for each in listed
        for cell in (_left(each.title), Cell(str(each.rows), align="r"), Cell(box(each.complete)))
    ]
    cells += [Cell()] * (-len(cells) % (3 * _ACROSS))
    rows: list[Sequence[str | Cell]] = [("表", "行数", "填全") * _ACROSS]
    rows += [cells[at : at + 3 * _ACROSS] for at in range(0, len(cells), 3 * _ACROSS)]
    return form_table(rows, (17, 9, 7) * _ACROSS, dense=True, together=True)


def _hands(given: Slip) -> Block:
    rows: list[Sequence[str | Cell]] = [
        ("", "姓名（签字）", "联系电话", "日期", "（盖章）"),
        (f"交：学校经办人\n{given.school}", "", "", _DATE, ""),
        ("收：县级经办人", "", "", _DATE, ""),
        (
            "收到后核对",
            _left(f"{box(None)}文件编号一致　{box(None)}已导入，无须更正　{box(None)}须更正（见回执）"),
            "",
            "",
            "",
        ),
    ]
    return form_table(
        rows,
        (24, 20, 18, 22, 16),
        spans=[Span(3, 1, columns=4)],
        row_height=_LINE,
        together=True,
    )


def _left(text: str, *, bold: bool = False) -> Cell:
    return Cell(text, align="l", bold=bold)
