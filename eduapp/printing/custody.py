"""保管单: the sheet for the safe with what a county cannot do without and what stands nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

from eduapp.printing import blocks
from eduapp.printing.paper_tables import Cell, Span, form_table
from eduapp.printing.scan_box import in_lines, scan_box
from eduapp.printing.sheet import Paper, render

TITLE = "县级密钥保管单"
_PREFIX, _GROUP = "AGE-SECRET-KEY-1", 6
_GROUPS_IN_LINE = 5
_WORDS, _ESCROW = 18.0, 13.0
_ROW, _SEAL_ROW = 25.0, 40.0
_DATE = "　　　　年　　　月　　　日"


@dataclass(frozen=True, kw_only=True)
class Custody:
    """What is printed. `digits` in six groups of five, `words` in six groups of four characters.

    escrow: the secret as age writes it, "" for a county that does not encrypt. on: the day of making as
    it is to be printed.
    """

    county: str
    code: str
    epoch: int
    on: str
    digits: str
    words: str = field(repr=False)
    escrow: str = field(repr=False)
    practice: bool = False


def escrow_groups(secret: str) -> tuple[str, ...]:
    """Return an escrow secret in the printed groups: what every one begins with comes first."""
    rest = secret.removeprefix(_PREFIX)
    return (_PREFIX, *(rest[at : at + _GROUP] for at in range(0, len(rest), _GROUP)))


def custody(given: Custody) -> bytes:
    """Return the sheet as PDF, one page. It holds secrets: kept in memory, printed, not saved unasked."""
    paper = Paper(
        title=TITLE,
        subject=f"{given.county}（{given.code}）",
        subtitle=f"第 {given.epoch} 期　　{given.on} 制作",
        practice=given.practice,
        note="只印一份；不复印、不拍照、不扫描存档。换发以后，旧单与新单一并封存，不要销毁。",
    )
    return render(
        paper, [*_facts(given), *_words(given), *_escrow(given), *_rules(given), *_signatures(given)]
    )


def _facts(given: Custody) -> list[blocks.Block]:
    rows: list[list[str | Cell]] = [
        [
            "区县",
            Cell(f"{given.county}（{given.code}）", align="l"),
            "期次、日期",
            f"第 {given.epoch} 期，{given.on}",
        ],
        ["30 位数字", Cell(given.digits, align="l", bold=True), "", ""],
    ]
    return [
        form_table(
            rows,
            [14, 44, 14, 28],
            header_rows=0,
            spans=[Span(1, 1, columns=3)],
            row_height=_ROW,
            together=True,
        )
    ]


def _words(given: Custody) -> list[blocks.Block]:
    return [
        blocks.heading("一、恢复词（24 个字，从左到右）"),
        form_table([given.words.split()], header_rows=0, size=_WORDS, row_height=40.0, together=True),
        blocks.note("换电脑、密钥文件丢失、忘记口令时，凭这 24 个字“换发密钥”。谁拿到它，谁就能冒充本县。"),
    ]


def _escrow(given: Custody) -> list[blocks.Block]:
    if not given.escrow:
        text = "本县未设口令，只签名，不要求加密，没有备用密钥。设口令后凭恢复词换发，另出新的保管单。"
        return [blocks.heading("二、备用密钥"), blocks.paragraph(text)]
    prefix, *groups = escrow_groups(given.escrow)
    lines = (prefix, *in_lines(" ".join(groups), _GROUPS_IN_LINE))
    return [
        blocks.heading("二、备用密钥（录入时空格可有可无）"),
        scan_box(lines, given.escrow, "从左到右、从上到下录入，或扫右边的二维码", size=_ESCROW),
        blocks.note(
            "密钥文件丢失时，凭它打开学校已经交来的加密文件。第一行以后没有字母 B、I、O 和数字 1；"
            "“0”都是数字零。"
        ),
    ]


def _rules(given: Custody) -> list[blocks.Block]:
    rules = [
        "装入信封，封口盖章，放保险柜；保管人、监督人两人同时在场才能启封，启封要登记。",
        "“30 位数字”可以公开，印在发给学校的通知上；恢复词和备用密钥不得告诉任何人，程序和技术支持不会索要。",
    ]
    if given.escrow:
        rules.append(
            "每学年做一次备用密钥演练：在“密钥与批次”页录入备用密钥，证明这张单能打开文件，再重新封存。"
        )
    return [
        blocks.heading("三、保管"),
        *(blocks.paragraph(f"{number}. {rule}") for number, rule in enumerate(rules, 1)),
    ]


def _signatures(given: Custody) -> list[blocks.Block]:
    rows: list[list[str | Cell]] = [
        ["保管人（签字）", "", f"{given.county}\n教育行政部门（盖章）"],
        ["监督人（签字）", "", ""],
        ["日期", Cell(_DATE), ""],
    ]
    return [
        blocks.gap(8),
        form_table(
            rows, [18, 44, 38], header_rows=0, spans=[Span(0, 2, rows=3)], row_height=_SEAL_ROW, together=True
        ),
    ]
