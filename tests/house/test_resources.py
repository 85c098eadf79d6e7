"""What is shipped: our own texts and data, and one foreign thing, the font with its licence."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FONTS = {"NotoSansSC-Regular.ttf", "NotoSansSC-Bold-subset.ttf", "OFL.txt"}
OWN_KINDS = {".py", ".toml", ".csv", ".qss", ".svg", ".ts", ".qm", ".md", ".xlsx", ".sql"}
LICENCE = re.compile(rb"Copyright|\(c\) \d{4}|SPDX-License-Identifier|All rights reserved", re.IGNORECASE)


def shipped():
    return [
        path.relative_to(ROOT / "resources")
        for path in (ROOT / "resources").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]


def test_the_only_third_party_files_are_the_fonts_and_their_licence():
    assert {path.name for path in shipped() if path.parts[0] == "fonts" and path.suffix != ".py"} == FONTS


def test_everything_else_is_of_a_kind_we_write_ourselves():
    others = [path for path in shipped() if path.parts[0] != "fonts"]
    assert [str(path) for path in others if path.suffix not in OWN_KINDS] == []
    assert [str(path) for path in others if LICENCE.search((ROOT / "resources" / path).read_bytes())] == []


def test_the_licence_is_the_fonts_own():
    text = (ROOT / "resources" / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in text.upper()


@pytest.fixture(scope="module")
def tracked():
    if not shutil.which("git"):
        pytest.skip("no git")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if listing.returncode:
        pytest.skip("not a checkout")
    return [name for name in listing.stdout.split("\0") if name]


def test_no_lock_that_names_hosts_and_no_product_of_a_run_is_kept(tracked):
    kept = re.compile(
        r"(^|/)(uv\.lock|pylock.*\.toml|\.venv|dist|build|artefacts|__pycache__)(/|$)|\.edu(book|sub)$"
    )
    assert [name for name in tracked if kept.search(name) and not name.startswith("tests/history/")] == []
