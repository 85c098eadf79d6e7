"""登记表: the digits for a person, the same in a QR code for a scanner, one page, the same bytes."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest

from db.records.choices import SchoolKind
from eduapp.printing.registration import Registration, registration

DIGITS = "77247 17940 33072 55605 50094 30906"
GIVEN = Registration(
    school="仙人渡镇㛃䶮𬭎学校",
    code="3121000123",
    kind=SchoolKind.NINE_YEAR,
    county="430900",
    year=2026,
    digits=DIGITS,
    scan=f"EDUAPP1 K 3121000123 {DIGITS.replace(' ', '')}",
)


def run(tool, *arguments, data=b""):
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} is not here")
    return subprocess.run([program, *arguments], input=data, capture_output=True, check=True).stdout


def text_of(pdf):
    return run("pdftotext", "-layout", "-", "-", data=pdf).decode()


def squeezed(text):
    return "".join(text.split())


def scanned(pdf, folder, dots=100):
    """What a scanner types, from a page as a bad printer gives it."""
    run("pdftoppm", "-r", str(dots), "-png", "-", str(folder / "page"), data=pdf)
    (page,) = folder.glob("page*.png")
    return run("zbarimg", "-q", "--raw", str(page)).decode().strip()


def test_it_is_one_page_with_all_that_is_asked(artefacts):
    pdf = registration(GIVEN)
    (artefacts / "上报密钥登记表.pdf").write_bytes(pdf)
    text = text_of(pdf)
    assert "第1页共1页" in squeezed(text)
    for words in (
        "上报密钥登记表",
        "3121000123",
        "430900",
        "2026—2027学年",
        "学校类型九年一贯制",
        "学校公章",
        "校长（签字）",
        "经办人（签字）",
        "日期",
        "这30位数字对应本表的区县代码、学校代码和本机密钥",
    ):
        assert words in squeezed(text)
    lines = [line.split() for line in text.splitlines()]
    assert DIGITS.split()[:3] in lines
    assert DIGITS.split()[3:] in lines


@pytest.mark.slow
def test_a_scanner_types_what_was_given(tmp_path):
    assert scanned(registration(GIVEN), tmp_path) == GIVEN.scan


def test_the_same_key_gives_the_same_bytes():
    assert registration(GIVEN) == registration(replace(GIVEN))
    assert registration(GIVEN) != registration(replace(GIVEN, digits=DIGITS[::-1]))


def test_a_key_that_follows_another_says_so():
    text = squeezed(text_of(registration(replace(GIVEN, follows=True))))
    assert "属于换发" in text
    assert "换发" not in text_of(registration(GIVEN))


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        replace(GIVEN, practice=True),
        replace(GIVEN, county="", kind=None),
        replace(GIVEN, school="很长的校名" * 12, follows=DIGITS),
    ],
)
def test_whatever_is_missing_or_long_it_stays_one_page(given, tmp_path):
    pdf = registration(given)
    assert "共1页" in squeezed(text_of(pdf))
    assert scanned(pdf, tmp_path) == GIVEN.scan
    assert ("练习数据" in text_of(pdf)) is given.practice
