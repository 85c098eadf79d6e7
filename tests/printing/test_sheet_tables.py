"""Tables: wrapping inside the cell, headers again on each page, spans, marks and shading."""

from __future__ import annotations

import pypdfium2
import pytest

from eduapp.printing import paper_tables, preview
from eduapp.printing.paper_tables import Cell, Span, ValueBar, form_table, key_values
from eduapp.printing.sheet import Paper, render

PAPER = Paper(title="表")
ROOM = 595.276 - 51 - 45
HEADER = "生均教学及辅助用房面积(㎡)"


def texts(pdf: bytes) -> list[str]:
    with preview.Preview(pdf) as shown:
        return [shown.text(page) for page in range(shown.pages)]


def places(pdf: bytes, wanted: str) -> list[tuple[float, float, float, float]]:
    """Return left, bottom, right, top of the characters of `wanted` on the first page."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    text = page.get_text_range()
    return [page.get_charbox(place) for place, sign in enumerate(text) if sign in wanted]


@pytest.mark.parametrize("share", [2, 3, 5, 10])
def test_a_header_wraps_inside_its_column(share):
    wanted = "生均教学及辅助用房面积㎡"
    pdf = render(PAPER, [form_table([["甲", HEADER, "乙"], ["1", "2", "3"]], [20, share, 20])])
    left, right = 51 + ROOM * 20 / (40 + share), 51 + ROOM * (20 + share) / (40 + share)
    boxes = places(pdf, wanted)
    assert len(boxes) == len(wanted)
    assert min(box[0] for box in boxes) >= left
    assert max(box[2] for box in boxes) <= right


def test_the_header_stands_on_each_page_and_no_row_is_lost():
    rows = [["序号", HEADER], ["", "L4"], *([str(number), f"第{number}小学"] for number in range(200))]
    pages = texts(render(PAPER, [form_table(rows, [1, 4], header_rows=2, align="rl")]))
    assert len(pages) > 3
    assert all(HEADER in text and "L4" in text for text in pages)
    together = "".join(pages)
    assert all(together.count(f"第{number}小学") == 1 for number in range(200))


def test_a_span_over_a_page_end_says_its_text_on_both_pages():
    rows = [["甲", "乙"], *(["A1资源配置" if row == 0 else "", f"要点{row}"] for row in range(60))]
    pages = texts(render(PAPER, [form_table(rows, [1, 4], spans=[Span(1, 0, rows=60)])]))
    assert len(pages) > 1
    assert all("A1资源配置" in text.replace("\r\n", "") for text in pages)


def assert_complete(pages: list[str]) -> None:
    """Every one of the 1,500 pieces is there, whole but for those that a page end cuts."""
    together = "".join(pages).replace("\r\n", "")
    cut = [number for number in range(1500) if f"第{number}条" not in together]
    assert together.count("条") == 1500
    assert len(cut) < len(pages)


def test_a_cell_longer_than_a_page_goes_on_on_the_next():
    long = "".join(f"第{number}条；" for number in range(1500))
    pages = texts(render(PAPER, [form_table([["甲", "乙"], ["说明", long]], [1, 3])]))
    assert len(pages) > 1
    assert_complete(pages)


def test_a_span_longer_than_its_rows_stretches_them_and_stays_whole():
    long = "".join(f"第{number}条；" for number in range(1500))
    rows = [["甲", "乙"], [long, "一"], ["", "二"], ["", "三"]]
    pages = texts(render(PAPER, [form_table(rows, [3, 1], spans=[Span(1, 0, rows=3)])]))
    assert len(pages) > 1
    assert_complete(pages)


@pytest.mark.parametrize("align", ["l", "c", "r"])
def test_an_unmet_cell_is_shaded_and_marked(align):
    rows = [["指标", "数值"], ["骨干教师", "0.60"]]
    plain = render(PAPER, [form_table(rows, align=align)])
    marked = render(PAPER, [form_table(rows, align=align, shade_cells={(1, 1)})])
    assert "×" not in texts(plain)[0]
    assert "×" in texts(marked)[0]
    assert "0.60" in texts(marked)[0]
    assert grey_pixels(marked) > grey_pixels(plain) + 3000


def grey_pixels(pdf: bytes) -> int:
    with preview.Preview(pdf) as shown:
        data = shown.pixels(0, 1.0).data
    return data[::4].count(round(paper_tables.SHADE * 255))


def test_wide_numbers_do_not_run_into_their_mark():
    rows = [["甲", "乙"], ["1", "1234567.89"]]
    pdf = render(PAPER, [form_table(rows, [12, 1], align="r", shade_cells={(1, 1)})])
    mark = places(pdf, "×")[0]
    on_its_line = [box for box in places(pdf, "0123456789") if box[1] < mark[3] and box[3] > mark[1]]
    assert all(box[0] >= mark[2] for box in on_its_line if box[0] > mark[0])


def test_no_rule_crosses_a_span():
    def dark(spans):
        rows = [["甲", "乙", "丙"], ["", "", "一"], ["", "", "二"]]
        pdf = render(PAPER, [form_table(rows, header_rows=0, spans=spans, row_height=60)])
        with preview.Preview(pdf) as shown:
            pixels = shown.pixels(0, 1.0)
        column = round(51 + ROOM / 6) * 4
        rows_ = range(80, 270)
        return sum(pixels.data[row * pixels.stride + column] < 200 for row in rows_)

    assert dark([]) - dark([Span(0, 0, rows=3)]) >= 2


def test_bars_are_drawn_for_every_kind_of_value():
    rows = [
        ["对照"],
        [Cell(bar=ValueBar(0, 3.57, 4.2))],
        [Cell(bar=ValueBar(400, 3.57, 4.2))],
        [Cell(bar=ValueBar(0, 0, 0))],
    ]
    assert len(texts(render(PAPER, [form_table(rows)]))) == 1


def test_key_values_fill_up_the_last_row():
    text = texts(render(PAPER, [key_values([("学校", "完小"), ("校长", "𬭎芳"), ("班级数", "12 个")])]))[0]
    assert all(part in text for part in ("学校", "完小", "校长", "𬭎芳", "班级数", "12 个"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": []},
        {"rows": [["甲", "乙"], ["丙"]]},
        {"rows": [["甲", "乙"]], "align": "lcr"},
        {"rows": [["甲", "乙"]], "align": "xy"},
        {"rows": [["甲"], ["乙"]], "spans": [Span(0, 0, rows=2)]},
        {"rows": [["甲"], ["乙"]], "spans": [Span(1, 0, columns=2)]},
    ],
)
def test_a_table_that_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match=r"cells|columns|span|Span|table"):
        form_table(**wrong)


@pytest.mark.slow
def test_four_thousand_rows():
    rows = [list("序名班科学持骨备")]
    rows += [[str(number), f"教师{number}", "本科", "语文", "是", "是", "县级", ""] for number in range(4000)]
    pages = texts(render(PAPER, [form_table(rows, dense=True)]))
    assert "教师3999" in pages[-1]
    assert all("序" in text for text in pages)
