"""A school's code is what the county's list says it is: it sends a final and is merged."""

from pathlib import Path

import openpyxl
import pytest

from tests.cli.running import run

REAL = Path(__file__).parents[3] / "shared" / "real" / "学校名录.xlsx"
REASON = "与县里学校名录一致"


def roster(path, code, county="430900"):
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["学校代码", "学校名称", "区县代码", "区县名称", "学校类型", "办学性质", "城乡类型"])
    page.append([code, "甲校", county, "某县", "小学", "公办", "镇区"])
    book.save(path)
    return path


def sent_final(tmp_path, code, county="430900", kind="211"):
    """The outcome of a final of a school with a code, and its findings about the code."""
    path, stick = tmp_path / "甲.edubook", tmp_path / "U盘"
    stick.mkdir()
    new = ("school", "new", path, "--code", code, "--name", "甲校", "--kind", kind, "--county", county)
    assert run(*new, "--area-class", "121").code == 0
    stage = "primary" if kind in {"211", "312"} else "lower_secondary"
    assert run("school", "set", path, "section_total", stage, "pupils", "83").code == 0
    findings = run("school", "check", path, "--json").json["findings"]
    assert [each for each in findings if each["severity"] == "hard"] == []
    for each in findings:
        assert run("school", "reason", path, each["id"], REASON).code == 0
    made = run("school", "export", path, stick, "--json")
    assert made.code == 0, made.err
    return stick, [each for each in findings if each["code"] == "code.school"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "odd"),
    [("2143000001", 0), ("430900001", 1), ("7", 1), ("A-1_b", 1), ("a" * 40, 1), ("3143000001", 1)],
)
def test_a_school_of_any_code_sends_a_final_and_is_merged(tmp_path, code, odd):
    stick, found = sent_final(tmp_path, code)
    assert len(found) == odd
    county = tmp_path / "县.edubook"
    schools = roster(tmp_path / "名录.xlsx", code)
    assert run("county", "new", county, "--code", "430900", "--name", "某县", "--schools", schools).code in {
        0,
        1,
    }
    assert run("county", "trust", county, *stick.iterdir(), "--unchecked").code in {0, 1}
    merged = run("county", "merge", county, stick, "--json").json
    assert (merged["accepted"], merged["refused"], merged["held"]) == (1, 0, 0)
    assert run("county", "check", county, "--json").json["final"] == 1


def test_a_code_that_cannot_name_a_file_stops_a_final(tmp_path):
    path = tmp_path / "甲.edubook"
    made = run(
        "school", "new", path, "--code", "21号", "--name", "甲校", "--kind", "211", "--county", "430900"
    )
    assert made.code == 0
    found = run("school", "check", path, "--json").json["findings"]
    assert [each["severity"] for each in found if each["code"] == "code.school"] == ["hard"]


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the real list is not here")
def test_a_school_of_the_real_list(tmp_path):
    stick, found = sent_final(tmp_path, "210102001", county="210102", kind="312")
    assert len(found) == 1
    county = tmp_path / "县.edubook"
    made = run("county", "new", county, "--code", "210102", "--name", "和平区", "--schools", REAL)
    assert made.code in {0, 1}
    assert run("county", "trust", county, *stick.iterdir(), "--unchecked").code in {0, 1}
    merged = run("county", "merge", county, stick, "--json").json
    assert (merged["accepted"], merged["refused"], merged["held"]) == (1, 0, 0)
