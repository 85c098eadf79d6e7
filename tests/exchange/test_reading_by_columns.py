"""Whatever is read by columns, or by patterns of a sheet's bytes, is what reading cell by cell says."""

import datetime
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.values import clean, clean_each
from eduapp.exchange import sheet_package
from eduapp.exchange.list_reading import (
    HIDDEN,
    NOTHING_OF_IT,
    REFUSED,
    SUMS,
    RowPlace,
    Wanted,
    row_id,
    rows_on,
)
from eduapp.exchange.sheet_cells import Sheet, text_of, texts_of
from eduapp.exchange.sheet_layout import Reading, headings_of
from eduapp.exchange.sheet_rows import HEADING, ROW, SUM, other_rows, row_kind, short_text
from eduapp.exchange.sheet_text import Cleaned, Ignored, fold, tidied, tidy
from tests.examples import examples
from tests.services.test_importing_rows import SAID as PIECES_SAID

CELLS = st.one_of(
    st.sampled_from(
        ["", "室1", " 室1 ", "是", True, False, 0.0, -0.0, 1.0, 1, 0.1 + 0.2, 1e20, float("nan")]
    ),
    st.floats(),
    st.dates(datetime.date(2000, 1, 1)),
    st.datetimes(datetime.datetime(2000, 1, 1)),  # noqa: DTZ001 - as spreadsheets hold them
    st.timedeltas(datetime.timedelta(0), datetime.timedelta(days=9)),
)
SAID = st.sampled_from(
    [
        *("室1", "室 2", "普通教室", "是", "60", "60.5㎡", "１２", "2020年", "图书", "序号", "甲", "1", "2"),
        *(
            "名称或房号",
            "用途",
            "备注",
            "合计",
            "共 3 间",
            "小 计:",
            "注:见附表",
            "审核人:李",
            "签字",
            "﹕",
            "總計",
            "平均面积",
            "第1页",
            "续表",
            "校舍一览表",
            "2.面积按使用面积填写",
            "（3）另见附表说",
        ),
        *("清河县第一初级中学", "x" * 8, "填表︓王", " ", "\u3000", "e\u0301", "\u200b室"),
    ]
) | st.text(max_size=6)
PIECES = st.lists(st.sampled_from(PIECES_SAID), max_size=4).map("".join)
ROWS = st.lists(st.lists(SAID | PIECES | st.none(), min_size=5, max_size=5), max_size=9)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=8))
def test_cells(rows):
    assert texts_of(rows) == [[text_of(cell) for cell in row] for row in rows]


@given(
    st.lists(SAID, max_size=8),
    st.sampled_from(["name", "kind", "area", "multimedia", "built_year"]),
    st.booleans(),
)
def test_texts_of_a_column(texts, name, other):
    field = RECORDS["room"].fields[name]
    unit = "万元" if other else ""
    assert tidied(field, {*texts}, unit) == {text: tidy(field, text, unit) for text in texts}
    assert clean_each({*texts}) == {text: clean(text) for text in texts}


@settings(max_examples=examples(100))
@given(ROWS, st.integers(0, 2))
def test_what_rows_are(rows, first):
    sheet = Sheet("表", rows)
    headings = {at: rows[0][at] for at in range(3) if rows and rows[0][at]}
    kinds = {at: row_kind(row, headings) for at, row in enumerate(rows) if at >= first and any(row)}
    assert other_rows(sheet, first, headings) == {at: kind for at, kind in kinds.items() if kind != ROW}


READING = Reading("表", 0, 0, {0: "name", 1: "kind", 2: "area", 4: ""}, {2: "元"})


def row_by_itself(sheet, at):
    """Read a row cell by cell: its texts, and what was tidied."""
    found, changed, fields = {}, [], RECORDS["room"].fields
    for name, column in READING.places.items():
        raw, shown = sheet.rows[at][column], sheet.units.get((at, column), "")
        text = tidy(fields[name], shown or raw, READING.units.get(column, "")) if raw else ""
        found |= {name: text} if text else {}
        if text and text != raw:
            changed.append(Cleaned(sheet.where(at, column), f"{raw}(显示为 {shown})" if shown else raw, text))
    return found, changed


def cell_by_cell(sheet, wanted):
    """Read a sheet as `rows_on` does, each row and each cell by itself."""
    rows, ignored, cleaned, places, left, hidden = [], [], [], [], Counter(), 0
    names = headings_of(sheet, READING)
    headings = {at: names[at] for at in READING.places.values() if names[at]}
    for at, row in enumerate(sheet.rows[1:], 1):
        kind, where = row_kind(row, headings), sheet.where(at, 0)
        hidden += bool(any(row) and at in sheet.hidden and kind == ROW)
        found, changed = row_by_itself(sheet, at)
        more = any(
            text and text.strip() for each, text in enumerate(row) if fold(names[each]) != "序号" or each == 4
        )
        if not any(row):
            continue
        if kind != ROW:
            left[SUMS] += 1
            if kind != HEADING:
                ignored.append(Ignored(where, "合计行" if kind == SUM else f"说明行:{short_text(row)}"))
        elif at in sheet.hidden and not wanted.hidden:
            left[HIDDEN] += 1
            if wanted.hidden is None:
                ignored.append(Ignored(where, "隐藏或筛选掉的行,没有导入"))
        elif found:
            rows.append(found)
            places.append(RowPlace(where, row_id("表", at, found)))
            cleaned += changed
        elif more:
            left[REFUSED] += 1
            ignored.append(Ignored(where, NOTHING_OF_IT))
    return rows, ignored, cleaned, places, dict(left), hidden


@settings(max_examples=examples(60))
@given(ROWS, st.sets(st.integers(1, 9)), st.sampled_from([None, True, False]), st.data())
def test_rows_of_a_list(rows, hidden, taken, data):
    head = ["名称或房号", "用途", "使用面积(㎡)", data.draw(st.sampled_from(["序号", "备注", ""])), "其他"]
    at = [(row, 2) for row in range(1, len(rows) + 1)]
    units = data.draw(st.dictionaries(st.sampled_from(at), st.just("4.5万元"), max_size=2)) if at else {}
    sheet = Sheet("表", [head, *rows], frozenset(hidden), units)
    wanted = Wanted(READING, taken)
    read = rows_on([sheet], "room", Path("a.xlsx"), wanted)
    of_rows = [each for each in read.ignored if not each.reason.startswith("「")]  # of rows
    expected = cell_by_cell(sheet, wanted)
    assert ([*read.rows], of_rows, [*read.cleaned], [*read.places], read.left, read.hidden) == expected
    assert [*read.places[1:]] == expected[3][1:]


FORMED = st.sampled_from(
    [
        *(b"<v>1</v>", b"<f>SUM(A1)</f>", b"<f>A1</f><v>2</v>", b'<f t="shared" si="0"/>', b"<f/><v></v>"),
        *(b"", b'<is><t>t="e"</t></is>', b"<v>#N/A</v>"),
    ]
)
KIND = st.sampled_from([b"", b' s="1"', b' t="e"', b' t="str"', b' s="2" t="e"'])
PLACE = st.sampled_from(
    [b"A1", b"B7", b"Z49999", b"Z50000", b"Z50001", b"AA1", b"FZ9999", b"GA1", b"FZ10000", b"XFD1"]
)


@settings(max_examples=examples(100))
@given(st.lists(st.tuples(PLACE, KIND, FORMED), max_size=6), st.booleans())
def test_a_sheet_by_patterns(cells, merged):
    made = b"".join(
        b'<c r="%b"%b>%b</c>' % (place, kind, body) if body else b'<c r="%b"%b/>' % (place, kind)
        for place, kind, body in cells
    )
    area = b'<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>' if merged else b""
    xml = b'<worksheet><sheetData><row r="1">%b</row></sheetData>%b</worksheet>' % (made, area)
    assert sheet_package._judged(xml, plain=True) == sheet_package._judged(xml, plain=False)
    by_elements, by_patterns = (sheet_package._Extent({}) for _ in range(2))
    by_elements.measure(xml)
    assert by_patterns.measure_plain(xml)
    assert by_patterns.looks == by_elements.looks
    assert refused(by_patterns) == refused(by_elements)


def refused(extent):
    """Whether a sheet reaches too far."""
    try:
        sheet_package.check_extent(extent.rows, extent.columns, Path("a.xlsx"))
    except Problem:
        return True
    return False
