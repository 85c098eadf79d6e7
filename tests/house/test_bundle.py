"""What the build does by itself: Qt's ICU data cut to what is asked of it, one program under two names."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = """
from functools import cmp_to_key
from PySide6.QtCore import QCollator, QLocale, QStringDecoder, QTimeZone
for name in ("zh_CN", "zh_TW", "en_US", "de_DE", "C"):
    order = QCollator(QLocale(name))
    order.setNumericMode(True)
    print(sorted("吃10 波 阿 z Z 吃2 é e 重 张 李".split(), key=cmp_to_key(order.compare)))
for name in ("GB18030", "GBK", "Big5", "windows-1252", "UTF-16LE"):
    print(name, QStringDecoder(name).isValid())
print(QLocale("zh_CN").toUpper("aßi"), QLocale("tr_TR").toUpper("i"))
zone = QTimeZone(b"Asia/Shanghai")
print(zone.displayName(QTimeZone.TimeType.StandardTime, QTimeZone.NameType.LongName, QLocale("zh_CN")))
print(any("libicudata" in line and "/cut/" in line for line in open("/proc/self/maps")))
"""
linux = pytest.mark.not_on_windows("only Qt's Linux libraries bring ICU")


@pytest.fixture(scope="module")
def icu_data():
    spec = importlib.util.spec_from_file_location("icu_data", ROOT / "bundle" / "icu_data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def library(tmp_path):
    import PySide6

    whole = next((Path(PySide6.__file__).parent / "Qt" / "lib").glob("libicudata.so.*"))
    (tmp_path / "cut").mkdir()
    return Path(shutil.copy(whole, tmp_path / "cut"))


def ask(**environment):
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=os.environ | environment,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout.splitlines()


@linux
def test_qt_answers_the_same_with_the_data_cut(icu_data, library):
    whole = library.stat().st_size
    saved = icu_data.cut(library)
    assert library.stat().st_size == whole - saved < 5_000_000
    *cut, loaded = ask(LD_PRELOAD=str(library))
    *answers, _ = ask()
    assert loaded == "True"
    assert cut == answers


@linux
def test_data_of_another_shape_are_let_be(icu_data, library):
    before = library.read_bytes()
    library.write_bytes(before.replace(b"CmnD", b"CmnE", 1))
    with pytest.raises(ValueError, match="no ICU data package"):
        icu_data.cut(library)
    library.write_bytes(before[:4000])
    with pytest.raises((ValueError, OSError)):
        icu_data.cut(library)
    assert library.read_bytes() == before[:4000]


@linux
def test_what_was_cut_once_is_not_cut_again(icu_data, library):
    icu_data.cut(library)
    once = library.read_bytes()
    with pytest.raises(ValueError, match="no table of symbols"):
        icu_data.cut(library)
    assert library.read_bytes() == once


@pytest.mark.parametrize(
    ("name", "said"), [("eduapp-cli", "eduapp"), ("eduapp-cli.exe", "eduapp"), ("eduapp", "ui.app")]
)
def test_the_name_it_is_started_by_says_what_the_program_is(tmp_path, name, said):
    program = tmp_path / name
    shutil.copy(ROOT / "bundle" / "program.py", program)
    done = subprocess.run(
        [sys.executable, "-P", program, "--help"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1] == said


def test_what_stands_in_for_pillow_lets_paper_be_drawn_and_refuses_pictures():
    code = (
        "import runpy; runpy.run_path('bundle/no_pictures.py')\n"
        "from io import BytesIO\nfrom reportlab.pdfgen.canvas import Canvas\n"
        "from eduapp.printing import fonts\n"
        "fonts.faces(); out = BytesIO(); page = Canvas(out); page.setFont(fonts.BOLD, 9)\n"
        "page.drawString(9, 9, '表'); page.save(); assert out.getvalue().startswith(b'%PDF')\n"
        "import openpyxl, PIL.Image\n"
        "try:\n    PIL.Image.open\nexcept AttributeError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout.strip() == "PIL.Image.open: the built program has no Pillow", done.stderr


NEAR = """
import json, sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name in sys.argv[1:]:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Gone())
from eduapp.exchange.near_names import near_names, nearest
kinds = ("第一小学", "第二小学", "完小", "中学")
names = [place + kind for place in ("城关", "河口", "永安") for kind in kinds]
print(json.dumps([(near_names(each[:-1], names), nearest(each[1:], names)) for each in names]))
print(sorted(each for each in sys.modules if each.startswith("rapidfuzz") and "cpp" in each))
"""


def test_near_names_are_the_same_without_what_the_bundle_leaves_out_of_their_library():
    gone = re.findall(r'"(rapidfuzz\.[\w.]+)"', (ROOT / "build.spec").read_text(encoding="utf-8"))
    assert len(gone) == 3
    (whole, _), (built, loaded) = (
        subprocess.run(
            [sys.executable, "-c", NEAR, *each], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
        ).stdout.splitlines()
        for each in ([], gone)
    )
    assert built == whole
    assert "rapidfuzz.fuzz_cpp'" in loaded  # still the compiled one
