"""指标说明 on paper: verdict, formula, rows, clause, other standards and changes, each where it is known."""

from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2
import pytest

from eduapp.printing.explanation import explanation
from eduapp.standards.explained import (
    Beside,
    Change,
    Comparison,
    Explanation,
    FedFigure,
    FedRow,
    RowChange,
    Since,
)
from eduapp.standards.wording import formula_text


def pages(content):
    document = pypdfium2.PdfDocument(content)
    try:
        return [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in document]
    finally:
        document.close()


@pytest.fixture
def made(school, national):
    one = school().usual()
    judged = one.judged(national)
    verdict = judged.report.sections[0].verdicts[1]
    return one.head(code="0123456789ab"), Explanation(
        verdict=verdict,
        standard="义务教育优质均衡 教督〔2017〕6号",
        formula="按学段用骨干教师数除以本学段学生数,再乘 100。",
        numbers=formula_text(verdict),
        figures=tuple(FedFigure(part, (), 0) for part in verdict.inputs),
        beside=(Beside("义务教育优质均衡", "教督〔2017〕6号", verdict, "国家标准", own=True),),
        since=Comparison(Since.NEVER),
    )


def row(number):
    return FedRow("teacher", str(number), "name", f"老师{number}")


def test_the_page_says_everything_that_is_known(made):
    head, explained = made
    (page,) = pages(explanation(head, explained))
    for words in (
        "指标说明",
        "R2每百名学生拥有县级及以上骨干教师数",
        "未达标" if explained.verdict.outcome != "met" else "达标",
        "5÷618×100=0.81人",
        "《县域义务教育优质均衡发展督导评估办法》",
        "资源配置第2项",
        "2017-04-19起，现行有效",
        "还没有上报过",
        "0123456789ab",
    ):
        assert words.replace(" ", "") in page, words
    assert "与其他标准对照" not in page  # nothing stands beside it


def test_two_standards_and_a_relaxation(made):
    head, explained = made
    verdict = explained.verdict
    relaxed = replace(
        verdict,
        citation=replace(verdict.citation, number="教督厅函〔2024〕10号", clause="放宽条款"),
        remark="按教督厅函〔2024〕10号放宽,至 2027-12-31",
    )
    other = Beside("放宽", "教督厅函〔2024〕10号", relaxed, "宽于国家标准", own=False)
    both = replace(explained, beside=(*explained.beside, other))
    (page,) = pages(explanation(head, both))
    assert "三、与其他标准对照" in page
    assert "宽于国家标准" in page
    assert "至2027-12-31" in page
    turned = replace(both, verdict=relaxed, relaxed=verdict.citation)
    (page,) = pages(explanation(head, turned))
    assert "本项按放宽条款判定" in page
    assert "放宽之前的规定" in page
    assert "放宽条款" in page


def test_changes_and_rows_and_what_is_left_out(made):
    head, explained = made
    rows = tuple(row(number) for number in range(40))
    figure = replace(explained.figures[0], rows=rows, total=45)
    since = Comparison(
        Since.CHANGED,
        "上次上报(正式,第 2 次,2026-10-01 09:30)",
        changes=(Change("结论", "达标", "未达标"), Change("数值", "1.20 人", "0.81 人")),
        rows=(
            RowChange("新增", row(41), "", "骨干教师级别 县级"),
            RowChange("删除", row(42), "骨干教师级别 市级", "", gone=True),
        ),
        rows_total=7,
    )
    text = "".join(pages(explanation(head, replace(explained, figures=(figure,), since=since))))
    for words in (
        "老师0",
        "老师39等，还有5行",
        "上次上报（正式" if "上次上报（正式" in text else "上次上报(正式",
        "结论达标未达标",
        "新增老师41",
        "删除老师42骨干教师级别市级",
        "还有5行变化没有列出",
    ):
        assert words in text, words


def test_an_unreadable_submission_is_said(made):
    head, explained = made
    since = Comparison(Since.UNREADABLE, "上次上报(正式,第 2 次,2026-10-01 09:30)", "文件已损坏。")
    (page,) = pages(explanation(head, replace(explained, since=since)))
    assert "读不出来：文件已损坏" in page


def test_many_rows_take_more_pages_and_the_same_bytes_each_time(made):
    head, explained = made
    figure = replace(explained.figures[0], rows=tuple(row(number) for number in range(1500)), total=1500)
    long = replace(explained, figures=(figure,))
    content = explanation(head, long)
    assert len(pages(content)) > 1
    assert content == explanation(head, long)
