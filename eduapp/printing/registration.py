"""登记表: the paper by which a county learns a school's key: 30 digits, the same in a QR code, a seal.

The same key and the same school give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND
from eduapp.printing import blocks
from eduapp.printing.head import BLANK, year_text
from eduapp.printing.paper_tables import Cell, Span, form_table
from eduapp.printing.scan_box import in_lines, scan_box
from eduapp.printing.sheet import Paper, render

if TYPE_CHECKING:
    from db.records.choices import SchoolKind
    from eduapp.printing.blocks import Block

TITLE = "上报密钥登记表"
_ROW = 30.0
_SEAL_ROW = 42.0
"""Three of them hold a seal of 42 mm."""
_DATE = "　　　　年　　　月　　　日"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What is printed. `digits` in six groups of five; `scan` is the text of the QR code.

    The digits cover county, school and key. follows: whether the key before vouches for this one.
    """

    school: str
    code: str
    kind: SchoolKind | None
    county: str
    year: int
    digits: str
    scan: str
    follows: bool = False
    practice: bool = False


def registration(given: Registration) -> bytes:
    """Return 登记表 as PDF, one page."""
    paper = Paper(
        title=TITLE,
        subject=f"{given.school}（{given.code}）",
        year=year_text(given.year),
        practice=given.practice,
        note="本表一式两份，学校、县里各留一份。密钥换过以后，用新的登记表，旧表作废。",
    )
    return render(paper, [*_school(given), *_key(given), *_signatures(), *_county()])


def _school(given: Registration) -> list[Block]:
    kind = dict(SCHOOL_KIND.options).get(given.kind, BLANK) if given.kind else BLANK
    empty = blocks.box(None)
    why = f"{empty}首次登记　　{empty}更换电脑、恢复备份　　{empty}增加一台电脑　　{empty}其他"
    rows: list[list[str | Cell]] = [
        ["学校名称", _left(given.school), "学校代码", _left(given.code)],
        ["学校类型", _left(kind), "区县代码", _left(given.county)],
        ["学年", _left(f"{given.year}—{given.year + 1} 学年"), "使用人及电话", ""],
        ["登记原因", _left(why), "", ""],
        ["哪一台电脑", _left("（写明放在哪个办公室，便于以后查对）"), "", ""],
    ]
    return [
        form_table(
            rows,
            [14, 40, 16, 30],
            header_rows=0,
            spans=[Span(3, 1, columns=3), Span(4, 1, columns=3)],
            row_height=25.0,
            together=True,
        )
    ]


def _key(given: Registration) -> list[Block]:
    found: list[Block] = [
        blocks.heading("本机密钥"),
        scan_box(in_lines(given.digits), given.scan, "30 位数字（从左到右、从上到下录入）"),
        blocks.paragraph(
            "这 30 位数字对应本表的区县代码、学校代码和本机密钥，由县里录入、程序核对；"
            "有扫码枪的，扫右边的二维码即可。代码改了，本表作废。",
            bold=True,
        ),
        blocks.paragraph(
            "本表盖章后，与登记申请文件（.edukey）一起交县里。登记以后，这台电脑上生成的上报文件才能通过核验。"
        ),
    ]
    if given.follows:
        found.append(
            blocks.paragraph(
                "本机原来的密钥已为新密钥签名，属于换发；"
                "原密钥已登记的，凭登记申请文件即可换发，不必再交本表。"
            )
        )
    return found


def _signatures() -> list[Block]:
    rows: list[list[str | Cell]] = [
        ["校长（签字）", "", "学校公章"],
        ["经办人（签字）", "", ""],
        ["日期", Cell(_DATE), ""],
    ]
    return [
        blocks.heading("学校"),
        form_table(
            rows, [18, 44, 38], header_rows=0, spans=[Span(0, 2, rows=3)], row_height=_SEAL_ROW, together=True
        ),
    ]


def _county() -> list[Block]:
    empty = blocks.box(None)
    rows: list[list[str | Cell]] = [
        ["核对结果", _left(f"{empty}录入的 30 位数字与登记申请文件一致，已登记　　{empty}不一致，退回学校")],
        ["登记人（签字）", Cell(f"　　　　　　　　　　　　　日期　{_DATE}", align="l")],
    ]
    return [
        blocks.heading("县级登记"),
        form_table(rows, [18, 82], header_rows=0, row_height=_ROW, together=True),
    ]


def _left(text: str) -> Cell:
    return Cell(text, align="l")
