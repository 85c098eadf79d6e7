"""保管单 and 通知附件: one page each, every secret on it once, the QR codes read by a stock tool."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from eduapp.exchange import recovery
from eduapp.printing.custody import Custody, custody, escrow_groups
from eduapp.printing.notice import Notice, notice

WORDS = recovery.words_of(bytes(range(32)))
ESCROW = "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"
DIGITS = "12345 67890 09876 54321 13579 24680"
SHEET = Custody(
    county="永安县",
    code="430900",
    epoch=2,
    on="2026-11-23",
    digits=DIGITS,
    words=WORDS,
    escrow=ESCROW,
)
NOTICE = Notice(county="永安县", code="430900", year=2026, digits=DIGITS, due="2026-11-30")


def text_of(pdf):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=240
    )
    return done.stdout.decode()


def scanned(pdf, tmp_path):
    for tool in ("pdftoppm", "zbarimg"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool}")
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-", tmp_path / "page"], input=pdf, check=True, timeout=240
    )
    pages = sorted(tmp_path.glob("page*.png"))
    done = subprocess.run(["zbarimg", "-q", "--raw", *pages], capture_output=True, check=True, timeout=240)
    return len(pages), done.stdout.decode().split("\n")[:-1]


@pytest.mark.slow
def test_the_sheet_has_every_secret_once(tmp_path):
    pdf = custody(SHEET)
    assert custody(SHEET) == pdf
    assert scanned(pdf, tmp_path) == (1, [ESCROW])
    found = text_of(pdf)
    for group in (*WORDS.split(), *escrow_groups(ESCROW)):
        assert found.count(group) == 1, group
    assert len(escrow_groups(ESCROW)[-1]) == 4
    assert "".join(escrow_groups(ESCROW)) == ESCROW
    assert DIGITS in found
    for word in ("保管人", "监督人", "盖章", "第 2 期", "2026-11-23", "永安县（430900）"):
        assert word in found
    assert ESCROW.encode() not in pdf
    assert WORDS not in repr(SHEET)
    assert ESCROW not in repr(SHEET)


def test_a_county_that_does_not_encrypt_has_no_escrow_key(tmp_path):
    found = text_of(custody(replace(SHEET, escrow="")))
    assert "没有备用密钥" in found
    assert "AGE-SECRET" not in found
    assert "演练" not in found


@pytest.mark.slow
def test_the_notice_carries_the_digits_and_no_secret(tmp_path):
    pdf = notice(NOTICE)
    assert notice(NOTICE) == pdf
    count, codes = scanned(pdf, tmp_path)
    assert (count, codes) == (1, [f"EDUAPP1 R 430900 {DIGITS.replace(' ', '')}"])
    found = text_of(pdf)
    assert re.sub(r"\D", "", "".join(re.findall(r"\d{5}(?:\s+\d{5}){2}", found))) == DIGITS.replace(" ", "")
    for word in ("2026-11-30", "自动加密", "永安县（430900）", "2026 学年"):
        assert word in found
    assert "自动加密" not in text_of(notice(replace(NOTICE, sealed=False)))


@pytest.mark.parametrize(
    "made", [custody(replace(SHEET, practice=True)), notice(replace(NOTICE, practice=True))]
)
def test_practice_is_printed_across(made):
    assert "练习数据" in text_of(made)
