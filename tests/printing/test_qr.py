"""The QR code on paper: what a scanner reads from the printed page is the data id of the submission."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from eduapp.exchange.data_code import data_code, parse
from eduapp.printing import blocks, paper_tables, qr
from eduapp.printing.county_book import county_book, sheet_name
from eduapp.printing.qr import symbol
from eduapp.printing.sheet import Paper, pages_of, render
from eduapp.services import entry, jobs
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import intake, trust
from eduapp.services.papers import reporting
from tests.services.schools import CODE, export, fill, make
from tests.services.schools import county as county_workbook

ROOT = Path(__file__).resolve().parents[2]
WHOLE = "95402292059FC51C2B5F17E627FE5EAA9F90E6A4FC251DAF743ABF00A6FDCAC0"
TEXT = f"EDUAPP1 D 2143000123 2026 CHECKLIST {{page}}/{{pages}} {WHOLE}"
PAPER = Paper(title="核对表", subject="仙人渡完小", year="2026 学年", code="349929644865", qr=TEXT)
DPI = 150
needs_zbar = pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")


def long_list(rows):
    named = ([str(n), f"教师{n}"] for n in range(rows))
    return paper_tables.form_table([["序号", "姓名"], *named], dense=True)


def scanned(pdf, turn=0.0):
    """What a scanner at 150 dpi reads from each page that lies `turn` degrees askew; "" for nothing."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_read(_picture(page, turn)) for page in document]
    finally:
        document.close()


def _picture(page, turn):
    if not turn:
        return page.render(scale=DPI / 72, grayscale=True).to_pil()
    head = (0, page.get_height() * 0.8, 0, 0)
    ink = page.render(scale=4 * DPI / 72, grayscale=True, crop=head).to_pil()
    return ink.rotate(turn, fillcolor=255, resample=2).reduce(4)


def _read(picture):
    out = BytesIO()
    picture.save(out, format="PNG")
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", "-"],
        input=out.getvalue(),
        capture_output=True,
        check=False,
    )
    return done.stdout.decode().strip()


def test_a_symbol_is_the_same_every_time_and_has_its_three_finders():
    text = TEXT.format(page=1, pages=2)
    qr._symbol.cache_clear()
    first = symbol(text)
    qr._symbol.cache_clear()
    assert symbol(text) == first
    assert first.modules == 37
    top = [run for run in first.runs if run[1] == 0]
    assert top[0] == (0, 0, 7)
    assert (30, 0, 7) in top
    assert (0, 36, 7) in first.runs


def test_the_pages_of_a_paper_take_the_mask_of_its_first():
    first, later = TEXT.format(page=1, pages=900), TEXT.format(page=417, pages=900)
    masks = {qr._symbol(later, mask) for mask in range(8)}
    assert len(masks) == 8
    assert symbol(later, like=first) == qr._symbol(later, qr._mask(first))
    assert symbol(first, like=first) == symbol(first)


@pytest.mark.slow
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_the_symbol_takes_no_page_more(orientation):
    for rows in range(0, 200, 7):
        plain = Paper(title="核对表", subject="仙人渡完小", year="2026 学年", orientation=orientation)
        bound = Paper(
            title="核对表", subject="仙人渡完小", year="2026 学年", orientation=orientation, code="1", qr=TEXT
        )
        assert pages_of(bound, [long_list(rows)]) <= pages_of(plain, [long_list(rows)])


@pytest.mark.slow
@needs_zbar
@pytest.mark.parametrize("turn", [0.0, 0.8, -2.0])
def test_each_page_says_which_of_how_many_it_is(turn):
    read = scanned(render(PAPER, [long_list(800)]), turn)
    assert len(read) > 12
    assert read == [TEXT.format(page=page, pages=len(read)) for page in range(1, len(read) + 1)]


@pytest.mark.slow
@needs_zbar
def test_a_stamp_across_the_page_and_a_long_header_leave_it_readable():
    paper = Paper(
        title="义务教育优质均衡发展县教师名单" * 3,
        subject="某某自治州某某自治县某某民族乡中心完全小学附设教学点" * 3,
        year="2026 学年",
        code="77386 10921 81246 73705 29135 02970",
        code_label="合并指纹",
        qr=TEXT,
        draft=True,
        practice=True,
    )
    assert all(scanned(render(paper, [long_list(120)])))


@needs_zbar
def test_no_code_no_symbol():
    assert scanned(render(Paper(title="核对表", code="349929644865"), [blocks.heading("一")])) == [""]


@needs_zbar
@pytest.mark.slow
def test_paper_scanned_back_is_the_submission_exported_from_the_workbook(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        rows = [{"name": f"教师{n}", "stage": "小学", "subject": "语文"} for n in range(60)]
        entry.add_rows(book, "teacher", rows)
        made = export(book, tmp_path / "U盘")
        for name in ("checklist", "self-evaluation", "teacher", "rectification", "ledger:off-post", "why:R2"):
            pages = [parse(text) for text in scanned(reporting.print_school(book, name))]
            assert pages, name
            for number, page in enumerate(pages, 1):
                assert (page.whole, page.owner, page.year) == (made.data_id, CODE, 2026)
                assert (page.page, page.pages) == (number, len(pages))
            assert len(pages) == (3 if name == "teacher" else 1)
        assert scanned(reporting.print_school(book, "teacher", blank=True)) == [""]
        before = data_code(made.data_id)
        entry.set_cell(book, "section_total", "primary", "pupils", "84")
        (page,) = scanned(reporting.print_school(book, "checklist"))
        assert data_code(parse(page).whole) != before
        assert parse(page).whole == export(book, tmp_path / "U盘").data_id


@needs_zbar
@pytest.mark.slow
def test_each_page_of_the_county_carries_its_fingerprint(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        export(book, tmp_path / "U盘")
    with county_workbook(tmp_path / "县.edubook") as desk:
        trust.admit_unchecked(desk, list((tmp_path / "U盘").iterdir()))
        jobs.run(intake.merge(desk, [tmp_path / "U盘"]))
        report = jobs.run(county_report(desk))
        pages = [parse(text) for text in scanned(reporting.print_county(report))]
        ledger = [parse(text) for text in scanned(reporting.print_county_rectification(desk, report))]
    assert {page.whole for page in (*pages, *ledger)} == {report.whole_fingerprint}
    assert {page.owner for page in pages} == {"430900"}
    assert [page.paper for page in pages if page.page == 1][:4] == ["I", "II-1", "II-2", "III"]
    assert {page.paper for page in ledger} == {"RECTIFICATION"}


@pytest.mark.slow
def test_the_same_data_give_the_same_bytes_in_two_processes(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        here = reporting.print_school(book, "checklist")
        assert reporting.print_school(book, "checklist") == here
        path = book.path
    script = (
        "import sys; from pathlib import Path; from eduapp.services import workbooks\n"
        "from eduapp.services.papers import reporting\n"
        "with workbooks.open_school(Path(sys.argv[1])) as book:\n"
        "    sys.stdout.buffer.write(reporting.print_school(book, 'checklist'))\n"
    )
    there = [
        subprocess.run(
            [sys.executable, "-c", script, str(path)],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert there == [here, here]


def test_a_county_book_without_a_set_carries_no_symbol(county, schools, national):
    assert county_book(county(schools(1), national), qr="").startswith(b"%PDF")


@pytest.mark.parametrize(("key", "name"), [("Ⅰ", "I"), ("Ⅱ-1", "II-1"), ("Ⅳ", "IV"), ("附表2", "ANNEX2")])
def test_names_of_the_countys_tables_in_plain_letters(key, name):
    assert sheet_name(key) == name
