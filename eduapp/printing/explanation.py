"""指标说明: why one verdict says what it says, for the file or for the inspector. Nobody signs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.printing import blocks
from eduapp.printing.head import BLANK, FLIPPED_NOTE, PLAIN_HALF_UP, prose, result_text
from eduapp.printing.paper_tables import UNMET_LEGEND, Cell, form_table, key_values
from eduapp.printing.sheet import render
from eduapp.standards.numbers import plain
from eduapp.standards.results import Outcome
from eduapp.standards.wording import (
    SOURCE_WORDS,
    STAGE_NAMES,
    head_room_text,
    number_text,
    rounding_flips,
    sentence,
    threshold_with_unit,
    value_with_unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eduapp.printing.blocks import Block
    from eduapp.printing.head import PaperHead
    from eduapp.standards.explained import Comparison, Explanation
    from eduapp.standards.results import Citation, Input, Verdict

TITLE = "指标说明"
_NOT_MET = frozenset({Outcome.UNMET, Outcome.FLOOR})
_NUMERALS = "一二三四五"


def explanation(head: PaperHead, explained: Explanation) -> bytes:
    """Return the explanation of one verdict as a PDF: a page, more where its rows need it."""
    return render(head.paper(TITLE), list(_blocks(head, explained)))


def _blocks(head: PaperHead, explained: Explanation) -> Iterator[Block]:
    verdict = explained.verdict
    name, code = head.school or BLANK * 5, head.school_code or BLANK * 3
    yield blocks.paragraph(f"学校名称：{name}　　学校代码：{code}")
    yield blocks.paragraph(f"{verdict.code} {verdict.title}　（{_where(verdict)}）", bold=True, size=12)
    yield blocks.paragraph(f"判定标准：{explained.standard}")
    yield from _conclusion(verdict)
    parts = (
        ("算法和本校的数", list(_formula(explained))),
        ("依据", list(_citations(explained))),
        ("与其他标准对照", list(_beside(explained))),
        ("与上次上报相比", list(_since(explained.since))),
    )
    for numeral, (title, made) in zip(_NUMERALS, (part for part in parts if part[1]), strict=False):
        yield blocks.heading(f"{numeral}、{title}")
        yield from made
    yield blocks.gap(4)
    shaded = any(each.verdict.outcome in _NOT_MET for each in explained.beside)
    flips = FLIPPED_NOTE * rounding_flips(verdict)
    yield blocks.note(f"{UNMET_LEGEND if shaded else '注：'}{PLAIN_HALF_UP}{flips}")


def _where(verdict: Verdict) -> str:
    return STAGE_NAMES[verdict.stage] if verdict.stage else "全校"


def _conclusion(verdict: Verdict) -> Iterator[Block]:
    value = value_with_unit(verdict)
    floor = f"，85% 底线 {plain(verdict.floor)}" if verdict.floor is not None else ""
    line = f"{result_text(verdict.outcome)}　本校 {value}，标准 {_limit(verdict)}{floor}"
    yield blocks.paragraph(line, bold=True)
    said = sentence(verdict) or head_room_text(verdict)
    if said:
        yield blocks.paragraph(f"{prose(said)}。")


def _limit(verdict: Verdict) -> str:
    return "不设限值" if verdict.threshold is None else prose(threshold_with_unit(verdict))


def _formula(explained: Explanation) -> Iterator[Block]:
    yield blocks.paragraph(prose(explained.formula))
    if explained.verdict.value is not None:
        yield blocks.paragraph(f"代入本校的数：{prose(explained.numbers)}")
    rows: list[Sequence[str | Cell]] = [("用到的数", "本校", "来源", "由哪些行、哪一栏得来")]
    for each in explained.figures:
        names = "、".join(row.words for row in each.rows)
        more = f" 等，还有 {each.left_out} 行" if each.left_out else ""
        rows.append(
            (_figure(each.part), _amount(each.part), SOURCE_WORDS[each.part.source], f"{names}{more}")
        )
    if len(rows) > 1:
        yield form_table(rows, (26, 14, 13, 47), align="lrcl", dense=True, size=9)
    if explained.offenders:
        word = "单处超限，不影响本项达标" if explained.verdict.outcome is Outcome.MET else "超限之处"
        left = explained.offenders_total - len(explained.offenders)
        more = f" 等，还有 {left} 处" if left else ""
        yield blocks.paragraph(f"{word}：{'、'.join(row.words for row in explained.offenders)}{more}。")
    for number, document in enumerate(explained.documents, 1):
        yield blocks.paragraph(f"佐证材料 {number}：{document.words}")


def _figure(part: Input) -> str:
    return f"{part.label}（{STAGE_NAMES[part.stage]}）" if part.stage else part.label


def _amount(part: Input) -> str:
    return "—" if part.value is None else f"{number_text(part.value)} {part.unit}"


def _citations(explained: Explanation) -> Iterator[Block]:
    if explained.relaxed is not None:
        yield blocks.paragraph("本项按放宽条款判定：")
    yield _citation(explained.verdict.citation, explained.formula)
    if explained.relaxed is not None:
        yield blocks.paragraph("放宽之前的规定：")
        yield _citation(explained.relaxed, explained.formula)


def _citation(said: Citation, formula: str) -> Block:
    """Return a citation as a grid; an explanation that stands above as the formula is not said again."""
    until = f"至 {said.valid_to}" if said.valid_to else "现行有效"
    return key_values(
        (
            ("文件", f"《{said.document}》"),
            ("文号", said.number),
            ("条款", said.clause),
            *((("引用它的条款", f"《{own.document}》{own.words}"),) if (own := said.referring) else ()),
            *((("推定", said.reading),) if said.inferred else ()),
            ("施行日期", f"{said.valid_from} 起，{until}"),
            *((("我们的说明", prose(said.explanation)),) if said.explanation != formula else ()),
        ),
        columns=1,
    )


def _beside(explained: Explanation) -> Iterator[Block]:
    if len(explained.beside) < 2:
        return
    rows: list[Sequence[str | Cell]] = [("标准", "文号", "限值", "本校数值", "结果", "与国家标准相比")]
    shaded = []
    for each in explained.beside:
        verdict = each.verdict
        if verdict.outcome in _NOT_MET:
            shaded.append((len(rows), 4))
        # A shaded cell gets its mark from the table.
        result = result_text(verdict.outcome)
        rows.append(
            (
                Cell(prose(each.title), bold=each.own),
                Cell(verdict.citation.number, bold=each.own),
                _limit(verdict),
                value_with_unit(verdict),
                result.rpartition(" ")[2] if verdict.outcome in _NOT_MET else result,
                each.than,
            )
        )
    yield form_table(rows, (18, 25, 13, 14, 12, 23), align="lccccl", shade_cells=shaded, dense=True, size=9)
    for each in explained.beside:
        if each.verdict.remark and not each.own:
            yield blocks.note(f"{prose(each.title)}：{prose(each.verdict.remark)}。")


def _since(since: Comparison) -> Iterator[Block]:
    if not since.said:
        return
    yield blocks.paragraph(prose(since.said))
    if since.changes:
        rows: list[Sequence[str | Cell]] = [("项目", "那时", "现在")]
        rows += [(prose(each.label), prose(each.then), prose(each.now)) for each in since.changes]
        yield form_table(rows, (28, 36, 36), align="lll", dense=True, size=9)
    if since.rows:
        changed: list[Sequence[str | Cell]] = [("变化", "行", "那时", "现在")]
        changed += [(each.word, each.row.name, each.then or "—", each.now or "—") for each in since.rows]
        yield form_table(changed, (12, 22, 33, 33), align="clll", dense=True, size=9)
    if since.left_out:
        yield blocks.note(f"还有 {since.left_out} 行变化没有列出。")
