"""The page: same bytes, header, footer, page numbers, headings that stay with their table."""

from __future__ import annotations

import pypdfium2
import pytest

from eduapp.printing import blocks, paper_tables, preview, signature
from eduapp.printing.sheet import Paper, grouped, render, render_book, render_steps

PAPER = Paper(
    title="学校指标核对表",
    subject="仙人渡完小（2143000123）",
    year="2026 学年",
    code="349929644865",
    source="数据来源：学校填报数据",
    note="本表一式两份。",
)


def texts(pdf: bytes) -> list[str]:
    with preview.Preview(pdf) as shown:
        return [shown.text(page) for page in range(shown.pages)]


def long_list(rows: int):
    body = [[str(number), f"教师{number}", "本科"] for number in range(1, rows + 1)]
    return paper_tables.form_table([["序号", "姓名", "学历"], *body], dense=True)


def test_same_data_same_bytes():
    made = [render(PAPER, [blocks.heading("一"), long_list(30), signature.signature_box()]) for _ in range(2)]
    assert made[0] == made[1]
    assert render(PAPER, [long_list(31)]) != render(PAPER, [long_list(30)])


def test_header_and_footer_stand_on_every_page():
    pages = texts(render(PAPER, [long_list(150)]))
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        for part in (PAPER.title, PAPER.subject, PAPER.year, PAPER.source, PAPER.note):
            assert part in text
        assert f"第 {number} 页　共 {len(pages)} 页" in text
        assert "数据码 3499 2964 4865" in text
        assert "草稿" not in text


def test_paper_says_nothing_about_who_and_when_it_was_made():
    pdf = render(PAPER, [])
    assert b"anonymous" not in pdf
    assert b"/Producer (eduapp)" in pdf
    assert b"/Author ()" in pdf
    assert b"/CreationDate (D:20000101000000" in pdf


def test_a_draft_says_so_on_every_page():
    paper = Paper(title="核对表", draft=True)
    pages = texts(render(paper, [long_list(120)]))
    assert len(pages) > 1
    assert all(text.count("草稿") == 2 for text in pages)


def test_long_names_in_the_header_do_not_run_into_each_other():
    subject = "某某自治州某某自治县某某民族乡中心完全小学附设教学点" * 3
    paper = Paper(title="义务教育优质均衡发展县教师名单" * 3, subject=subject, year="2026 学年", draft=True)
    pdf = render(paper, [long_list(120)])
    assert all((text.count("附"), text.count("衡")) == (3, 3) for text in texts(pdf))
    page = pypdfium2.PdfDocument(pdf)[1].get_textpage()
    boxes = [(sign, page.get_charbox(at)) for at, sign in enumerate(page.get_text_range())]
    year = next(box for sign, box in boxes if sign == "学" and box[0] > 450)
    beside = [
        box for sign, box in boxes if sign in subject + paper.title and year[1] < box[3] and box[1] < year[3]
    ]
    assert max(box[2] for box in beside if box[0] < 400) < year[0] - 20


def test_no_code_no_label():
    assert "数据码" not in texts(render(Paper(title="核对表"), []))[0]


@pytest.mark.parametrize(
    ("code", "shown"), [("349929644865", "3499 2964 4865"), ("12345 67890", "12345 67890")]
)
def test_code_in_groups(code, shown):
    assert grouped(code) == shown


@pytest.mark.parametrize(("orientation", "size"), [("portrait", (595, 842)), ("landscape", (842, 595))])
def test_pages_are_a4(orientation, size):
    with preview.Preview(render(Paper(title="表", orientation=orientation), [])) as shown:
        assert tuple(round(side) for side in shown.size(0)) == size


def test_a_book_numbers_each_paper_from_one_and_may_turn_the_page():
    pdf = render_book([(PAPER, [long_list(60)]), (Paper(title="附表", orientation="landscape"), [])])
    pages = texts(pdf)
    assert [text.count("第 1 页　共 2 页") for text in pages] == [1, 0, 0]
    assert "第 1 页　共 1 页" in pages[2]
    with preview.Preview(pdf) as shown:
        assert [shown.size(page)[0] > shown.size(page)[1] for page in range(3)] == [False, False, True]


def test_progress_counts_all_pages():
    steps = list(render_steps([(PAPER, [long_list(60)]), (PAPER, [])]))
    assert [(step.page, step.pages) for step in steps] == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("filler", range(26, 46))
def test_a_heading_is_never_left_alone_at_the_foot(filler):
    blocks_ = [long_list(filler), blocks.heading("二、说明"), blocks.paragraph("正文甲乙丙")]
    pages = texts(render(PAPER, blocks_))
    assert [("二、说明" in text) == ("正文甲乙丙" in text) for text in pages] == [True] * len(pages)


@pytest.mark.parametrize("filler", range(26, 46, 2))
def test_the_signature_box_is_never_torn(filler):
    pages = texts(render(PAPER, [long_list(filler), signature.signature_box(seal_of="完小")]))
    for text in pages:
        assert ("填表人" in text) == ("填表日期" in text) == ("（盖章）" in text)


def test_signature_box_blank_and_filled():
    blank = texts(render(PAPER, [signature.signature_box()]))[0]
    for label in ("填表人", "审核人", "负责人", "联系电话", "填表日期", "（盖章）"):
        assert label in blank
    given = signature.Signatures(
        filled_by="𬭎芳", checked_by="李强", head="王敏", phone="0710-1234567", date="2026年9月30日"
    )
    filled = texts(render(PAPER, [signature.signature_box(given, seal_of="仙人渡完小")]))[0]
    for value in ("𬭎芳", "李强", "王敏", "0710-1234567", "2026年9月30日", "仙人渡完小"):
        assert value in filled


def test_long_paragraph_goes_on_on_the_next_page_and_loses_nothing():
    text = "".join(f"第{number}条，办学条件。" for number in range(900))
    pages = texts(render(PAPER, [blocks.paragraph(text, indent=True)]))
    assert len(pages) > 1
    assert sum(page.count("条") for page in pages) == 1800
    assert "第0条" in pages[0]
    assert "第899条" in pages[-1]


def test_boxes_to_tick():
    assert blocks.tick(state=True) == "☑是 □否"
    assert blocks.tick(state=False, yes="达标", no="不达标") == "□达标 ☑不达标"
    assert blocks.tick(None) == "□是 □否"
    assert "□✓小学" in texts(render(PAPER, [blocks.paragraph("☑小学")]))[0].replace(" ", "")


def test_a_page_as_picture():
    with preview.Preview(render(PAPER, [blocks.heading("一")])) as shown:
        pixels = shown.pixels(0, 1.0)
    assert (pixels.width, pixels.height) == (596, 842)
    assert len(pixels.data) == pixels.stride * pixels.height
    assert pixels.data[:3] == b"\xff\xff\xff"
    assert min(pixels.data) < 40
    assert preview.to_png(render(PAPER, []), 0, 0.5).startswith(b"\x89PNG")


def test_a_page_is_sharp_enough_to_show_the_embedded_glyphs():
    drawn = {
        name: render(Paper(title="表"), [blocks.paragraph(name, size=40)]) for name in ("𬭎", "㛃", "\ue000")
    }
    pictures = {name: preview.to_png(pdf, 0, 1.0) for name, pdf in drawn.items()}
    assert len(set(pictures.values())) == 3


def test_gap_vanishes_at_the_top_of_a_page():
    assert len(texts(render(PAPER, [blocks.gap(5000), blocks.paragraph("一")]))) == 1
