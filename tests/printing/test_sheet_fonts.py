"""The bundled fonts: what they can draw, and what a reader copies out of the paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

import resources
from eduapp.printing import blocks, fonts, paper_tables, preview, sheet

RARE = "㛃䶮𬭎𫖯𬱖𬳿鿍"
MARKS = "⚠□☑✓×÷√≥≤±㎡%‰①⑳ⅠⅫ·—…《》（）【】★■●"


def test_the_licence_travels_with_the_fonts():
    assert "SIL OPEN FONT LICENSE Version 1.1" in resources.read_text("fonts", "OFL.txt")
    file = resources.entry("fonts", "NotoSansSC-Regular.ttf")
    assert file.read_bytes() == resources.read_bytes("fonts", "NotoSansSC-Regular.ttf")
    with pytest.raises(FileNotFoundError):
        resources.read_bytes("fonts", "no-such-font.ttf")


def common_characters() -> str:
    """GB2312 level one: the 3,755 characters that everybody reads."""
    return "".join(
        bytes([row, cell]).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if not (row == 0xD7 and cell > 0xF9)
    )


def test_regular_has_every_gbk_character_and_the_rare_ones_of_names():
    gbk = "".join(chr(code) for code in range(0x4E00, 0x9FA6))
    assert fonts.missing_characters(gbk + RARE + MARKS) == set()


def test_bold_draws_common_characters_and_marks_itself():
    for text in (common_characters(), MARKS, "学校 2026 (L1)：４５"):
        assert {font for font, _ in fonts.runs(text.replace("☑", ""), bold=True)} == {fonts.BOLD}


def test_bold_gives_way_to_regular_outside_its_subset():
    assert fonts.runs("张鱻A體", bold=True) == [
        (fonts.BOLD, "张"),
        (fonts.REGULAR, "鱻"),
        (fonts.BOLD, "A"),
        (fonts.REGULAR, "體"),
    ]


def test_missing_characters_are_named_and_marks_are_put_in_place():
    assert fonts.missing_characters("王\U0001f600芳\ue000") == {"\U0001f600", "\ue000"}
    assert fonts.printable("✔ 达标 ✘ 不达标 ☐") == "✓ 达标 × 不达标 □"
    assert fonts.missing_characters("✔✘☐☑☒\n") == set()


def test_widths_are_those_of_the_drawn_text():
    assert fonts.width("学校", 10) == 20
    assert fonts.width("0123456789", 10) == pytest.approx(10 * fonts.width("7", 10))
    assert fonts.width("☑", 10) == fonts.width("□", 10)


def rare_pdf() -> bytes:
    rows = [["姓名", "备注"], [RARE, paper_tables.Cell(RARE, bold=True)]]
    return sheet.render(
        sheet.Paper(title="教师名单", subject=RARE),
        [blocks.paragraph(f"校长 {RARE}。"), paper_tables.form_table(rows)],
    )


def test_rare_names_are_copied_as_they_were_written():
    with preview.Preview(rare_pdf()) as shown:
        text = shown.text(0)
    assert text.count(RARE) == 4


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_rare_names_are_copied_by_another_reader_too(tmp_path):
    (tmp_path / "a.pdf").write_bytes(rare_pdf())
    run = ["pdftotext", "-enc", "UTF-8", str(tmp_path / "a.pdf"), "-"]
    text = subprocess.run(run, check=True, capture_output=True).stdout.decode()
    assert text.count(RARE) == 4


def test_every_font_of_a_paper_is_embedded():
    pdf = rare_pdf()
    fonts_used = len(re.findall(rb"/Type /Font\b(?!Descriptor)", pdf))
    assert fonts_used >= 2
    assert len(re.findall(rb"/FontFile2 \d+ 0 R", pdf)) == fonts_used
    assert b"Helvetica" not in pdf


def test_to_unicode_map_keeps_to_a_hundred_lines_a_block():
    text = fonts.to_unicode_map("F", [0, *range(0x4E00, 0x4E00 + 255)])
    assert re.findall(r"(\d+) beginbfchar", text) == ["100", "100", "55"]
    assert "<01> <4E00>" in text
    assert "<01> <D872DF4E>" in fonts.to_unicode_map("F", [0, 0x2CB4E])


def test_two_threads_may_print_at_once():
    paper = sheet.Paper(title="表")
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: sheet.render(paper, [blocks.paragraph(MARKS)]), range(6)))
    assert len(set(made)) == 1


def test_what_shows_nothing_or_turns_the_writing_is_seen_on_paper():
    assert fonts.printable("小\u202e学\x1b[31m<b>&lt;\n") == "小□学□[31m<b>&lt;\n"
    assert fonts.printable("\x07") == "□"
    assert fonts.missing_characters("小\u202e\x07") == set()


@pytest.mark.parametrize("file", ["NotoSansSC-Regular.ttf", "NotoSansSC-Bold-subset.ttf"])
def test_a_font_read_quickly_is_the_font_that_reportlab_reads(file):
    data = resources.read_bytes("fonts", file)
    quick, slow = (make(BytesIO(data)) for make in (fonts.QuickFace, fonts.QuickFace.__base__))
    for part in (
        "charWidths",
        "charToGlyph",
        "hmetrics",
        "glyphPos",
        "bbox",
        "ascent",
        "descent",
        "defaultWidth",
    ):
        assert getattr(quick, part) == getattr(slow, part), part
