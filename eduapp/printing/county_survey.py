"""Table Ⅵ of the national application form with its verdict, and the declaration on the vetoes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from eduapp.printing.county_conclusions import documents_text
from eduapp.printing.county_items import (
    open_reason,
    outcome_of,
    passed_text,
    reason_notes,
    verdicts_of,
)
from eduapp.printing.county_tables import PERCENT_PLACES, Entry, TableData, TableRows, named, numbered
from eduapp.printing.head import prose
from eduapp.printing.paper_tables import Span
from eduapp.standards.numbers import plain, rounded
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eduapp.standards.county.form import CountyForm
    from eduapp.standards.county.report import CountyReport

_RECORD = "county_satisfaction"
_COUNTS = ("questionnaires", "valid", "satisfied", "visited", "visited_satisfied")
_SATISFIED, _VISITED = 4, 7
"""The columns (from 1, after the row's name) of the two shares."""
_NAMED = 12
_VETOES = {
    "V1": "以考试方式招生",
    "V2": "违规择校行为",
    "V3": "重点学校或重点班",
    "V4": "“有编不补”或长期聘用编外教师的情况",
    "V5": "教育系统重大安全责任事故、严重违纪违规事件，或弄虚作假行为",
    "V6": "规范治理校外培训机构及减轻中小学课外负担不力",
}
"""What is declared not to be: 一票否决 in the words of the document."""


def survey(report: CountyReport, form: CountyForm) -> TableData:
    """Table Ⅵ: all who were asked, of them the parents, and whether the standard is met."""
    table = TableRows(_HEADER)
    table.spans += _SPANS
    verdicts = verdicts_of(report, "S1")
    limit = next((each.threshold for each in verdicts if each.threshold is not None), None)
    for words, prefix in (("计", ""), ("其中：家长", "parent_")):
        at = len(table.rows)
        counts = [form.record(f"{_RECORD}.{prefix}{name}") for name in _COUNTS]
        asked, valid, satisfied, visited, content = (None if each is None else int(each) for each in counts)
        shares = _share(satisfied, valid), _share(content, visited)
        cells = [asked, valid, satisfied, shares[0], visited, content, shares[1]]
        table.add([words, *("" if each is None else _entry(each) for each in cells)])
        for column, share in zip((_SATISFIED, _VISITED), shares, strict=True):
            if limit is None or share is None or prefix:
                continue
            if share < limit:
                table.unmet.add((at, column))
            if (share < limit) != (rounded(share, PERCENT_PLACES) < limit):
                table.flipped.add((at, column))
    found = outcome_of(verdicts)
    asked_for = "" if limit is None else f"（不低于 {plain(limit)}%）"
    last = table.add([f"社会认可度{asked_for}是否达标", *[""] * 6, passed_text(verdicts)])
    table.spans.append(Span(last, 0, columns=_VISITED))
    if found is Outcome.UNMET:
        table.unmet.add((last, _VISITED))
    return TableData(
        key="Ⅵ",
        title="表Ⅵ　社会认可度调查情况",
        header_rows=4,
        rows=tuple(table.rows),
        widths=(13, 11, 11, 12, 15, 11, 12, 14),
        align="c" * 8,
        spans=tuple(table.spans),
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(*_notes(form, found, open_reason(verdicts)), *table.legend()),
    )


_HEADER: list[list[Entry]] = [
    ["", "问卷总数", "", "", "问卷调查综合满意度（%）", "实地走访人数", "", "实地走访满意度（%）"],
    ["", "计", "其中：回收有效问卷数", "", "", "计", "其中：满意人数", ""],
    ["", "", "计", "其中：满意问卷数", "", "", "", ""],
    ["", *numbered(7)],
]
_SPANS = (
    Span(0, 0, rows=4),
    Span(0, 1, columns=3),
    Span(0, 4, rows=3),
    Span(0, 5, columns=2),
    Span(0, 7, rows=3),
    Span(1, 1, rows=2),
    Span(1, 2, columns=2),
    Span(1, 5, rows=2),
    Span(1, 6, rows=2),
)


def _share(over: int | None, under: int | None) -> Fraction | None:
    return None if over is None or not under else Fraction(100 * over, under)


def _entry(value: int | Fraction) -> Entry:
    return rounded(value, PERCENT_PLACES) if isinstance(value, Fraction) else value


def _notes(form: CountyForm, found: Outcome, why: str) -> Iterator[str]:
    yield "注：满意度＝满意问卷数÷回收有效问卷数，实地走访满意度＝满意人数÷走访人数，保留一位小数。"
    fields = RECORDS[_RECORD].fields
    blank = [fields[name].item.label for name in fields if form.record(f"{_RECORD}.{name}") is None]
    if blank:
        yield f"未填报、表中留空的 {len(blank)} 项：{'、'.join(blank)}。"
    if why:
        open_words = "未定" if found is Outcome.UNSETTLED else "数据不足，未下结论"
        yield f"社会认可度{open_words}：{why}。"


def vetoes(report: CountyReport, form: CountyForm, number: int) -> TableData:
    """一票否决: what is declared, by which document, and what the schools declare of themselves."""
    table = TableRows([["序号", "情形", "声明", "县级材料（文号、日期）", "各校登记情况"]])
    reasons: dict[int, str] = {}
    open_ones: set[int] = set()
    for place, code in enumerate((answer for answer in form.answers if answer.startswith("V")), 1):
        verdicts = verdicts_of(report, code)
        found = outcome_of(verdicts)
        title = _VETOES.get(code) or next((each.title for each in verdicts), code)
        declared = _DECLARED[found] if found in _DECLARED else passed_text(verdicts)
        at = table.add([place, title, declared, documents_text(form, code), _schools_text(form, code)])
        if found is Outcome.UNMET:
            table.unmet.add((at, 2))
        if found is Outcome.UNSETTLED:
            open_ones.add(place)
        reasons[place] = open_reason(verdicts)
    return TableData(
        key=f"附表{number}",
        title=f"附表{number}　一票否决事项声明",
        header_rows=1,
        rows=tuple(table.rows),
        widths=(5, 24, 11, 30, 30),
        align="clcll",
        unmet=frozenset(table.unmet),
        notes=(
            "注：县级和学校任何一方登记为存在该情形的，即为存在；县级没有登记材料或有学校没有登记的，声明留空。",
            *reason_notes(reasons, open_ones),
            *table.legend(),
        ),
        orientation="portrait",
    )


_DECLARED = {Outcome.MET: "无此情形", Outcome.UNMET: "存在"}


def _schools_text(form: CountyForm, code: str) -> str:
    answers = form.answers[code]
    bad, silent = answers.of(Outcome.UNMET), answers.of(Outcome.INSUFFICIENT)
    parts = [f"登记无此情形 {len(answers.of(Outcome.MET))} 所"]
    if bad:
        parts.append(f"登记存在 {len(bad)} 所：{named(bad, _NAMED)}")
    if silent:
        parts.append(f"未登记 {len(silent)} 所")
    return prose("；".join(parts))
