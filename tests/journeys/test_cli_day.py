"""A day on the command line: schools fill in, hand over; the county checks, merges, mends and reports."""

from __future__ import annotations

import random
import re
from pathlib import Path

import openpyxl
import pytest

from tests.cli.forms import filling, write_form
from tests.cli.running import run

SCHOOLS = {"2143000001": "211", "3143000002": "311", "3143000003": "312"}


def ok(*arguments, code=0):
    done = run(*arguments)
    assert done.code == code, (arguments, done.out, done.err)
    return done


@pytest.mark.slow
def test_a_day(tmp_path):
    stick = tmp_path / "U盘"
    stick.mkdir()
    listed = openpyxl.Workbook()
    listed.active.append(["学校代码", "学校名称", "区县代码", "学校类型"])
    county, digits = tmp_path / "县.edubook", {}
    for code, kind in SCHOOLS.items():
        book = tmp_path / f"{code}.edubook"
        ok("school", "new", book, "--code", code, "--name", f"第{code[-3:]}校", "--kind", kind,
           "--year", 2026, "--county", 430900)  # fmt: skip
        cells = filling(random.Random(code), kind, code, suffixed="all")
        form = write_form(tmp_path / "表.xlsx", cells)
        assert run("school", "import", book, form, "--dry-run").code in {0, 1}
        assert run("school", "import", book, form).code in {0, 1}
        for finding in run("school", "check", book, "--json").json["findings"]:
            assert finding["severity"] == "soft", finding
            ok("school", "reason", book, finding["id"], "已核实")
        ok("school", "check", book)
        ok("school", "print", book, tmp_path / f"{code}.pdf")
        made = ok("school", "export", book, stick, "--json").json
        assert made["state"] == "final"
        text = ok("verify", made["path"], code=1).out
        digits[made["path"]] = re.search(r"\d{5}( \d{5}){5}", text)[0]
        listed.active.append([int(code), f"第{code[-3:]}校", 430900, "小学"])
    listed.save(tmp_path / "名录.xlsx")
    ok("county", "new", county, "--code", 430900, "--name", "某县", "--year", 2026,
       "--schools", tmp_path / "名录.xlsx")  # fmt: skip
    held = ok("county", "merge", county, stick, "--json", code=1).json
    assert (held["read"], held["held"]) == (3, 3)
    for path, words in digits.items():
        assert "接收" in ok("county", "trust", county, path, "--digits", words).out
    found = ok("county", "check", county, "--json").json
    assert (found["reported"], found["final"], found["expected"], found["complete"]) == (3, 3, 3, True)
    assert found["unchecked_keys"] == 0
    _mend(tmp_path, county, stick, found)


def _mend(folder, county, stick, found):
    """One school corrects itself; the county undoes it again."""
    book = folder / "2143000001.edubook"
    pupils = run("school", "check", book, "--json").json["sections"][0]["pupils"]
    ok("school", "set", book, "section_total", "primary", "catchment_pupils", "0")
    ok("school", "set", book, "school_total", "-", "migrants", str(pupils // 2))
    made = ok("school", "export", book, stick, "--json").json
    assert made["seq"] == 2
    dry = ok("county", "merge", county, stick, "--dry-run", "--json").json
    real = ok("county", "merge", county, stick, "--json").json
    assert dry == real
    assert (real["read"], real["accepted"], real["unchanged"]) == (4, 1, 3)
    after = ok("county", "check", county, "--json").json
    assert after["fingerprint"] == real["fingerprint"] != found["fingerprint"]
    assert after["stages"] == found["stages"]  # neither field is in R1 to R7
    ok("county", "undo", county, made["id"][:8])
    undone = ok("county", "check", county, "--json").json
    assert (undone["stages"], undone["schools"]) == (found["stages"], found["schools"])
    for name in ("表.pdf", "县表.xlsx"):
        ok("county", "report", county, folder / name)
    assert "某县" in ok("county", "check", county).out
    assert Path(folder / "表.pdf").stat().st_size > 10_000
