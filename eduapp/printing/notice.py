"""通知附件: the county's 30 digits, by which each school recognises its round file. No secret is on it."""

from __future__ import annotations

from dataclasses import dataclass

from eduapp.printing import blocks
from eduapp.printing.head import year_text
from eduapp.printing.paper_tables import Cell, form_table
from eduapp.printing.scan_box import in_lines, scan_box
from eduapp.printing.sheet import Paper, render

TITLE = "县级密钥核对数字"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What is printed. `digits` in six groups of five; `due` is the day to hand in by, "" for none."""

    county: str
    code: str
    year: int
    digits: str
    due: str = ""
    sealed: bool = True
    practice: bool = False

    @property
    def scan(self) -> str:
        """The text of the QR code."""
        return f"EDUAPP1 R {self.code} {self.digits.replace(' ', '')}"


def notice(given: Notice) -> bytes:
    """Return the annex as PDF, one page; the same county gives the same bytes in every year's epoch."""
    paper = Paper(
        title=TITLE,
        subject=f"{given.county}（{given.code}）",
        year=year_text(given.year),
        subtitle="（通知附件，发给各学校）",
        practice=given.practice,
        note="数字以盖章的通知为准；电话、短信、即时通信中收到的数字不作数。",
    )
    steps = [
        "把县里发的批次文件（.eduround）所在的 U 盘插到填报的电脑上，打开填报程序。",
        "程序提示核对县级密钥时，录入上面的 30 位数字；有扫码枪的，扫二维码即可。由程序比对，不用眼睛比对。",
        "数字相符的，程序记住本县，以后的批次文件和回执自动核对，不必再录。",
        "程序提示不符的，不要继续，请与县里联系。",
    ]
    if given.sealed:
        steps.append("核对以后生成的上报文件自动加密，只有县里和本校能打开。")
    facts: list[list[str | Cell]] = [["区县", Cell(f"{given.county}（{given.code}）", align="l")]]
    if given.due:
        facts.append(["上报截止", Cell(given.due, align="l")])
    return render(
        paper,
        [
            form_table(facts, [18, 82], header_rows=0, row_height=25.0),
            blocks.heading("30 位数字"),
            scan_box(in_lines(given.digits), given.scan, "从左到右、从上到下录入"),
            blocks.heading("学校怎样使用"),
            *(blocks.paragraph(f"{number}. {step}") for number, step in enumerate(steps, 1)),
            blocks.gap(10),
            form_table([[Cell("（县级教育行政部门盖章）")]], [100], header_rows=0, row_height=120.0),
        ],
    )
