"""`school forms`: the lines of the 教基 forms, as lines, JSON, spreadsheet and paper."""

from __future__ import annotations

import openpyxl
import pytest
from pypdfium2 import PdfDocument

from tests.cli.running import refused


@pytest.fixture
def filled(cli, book):
    for name, grade, pupils in (("一(1)班", "1", "40"), ("一(2)班", "1", "41"), ("六(1)班", "6", "39")):
        cells = (f"name={name}", f"grade={grade}", f"pupils={pupils}", "boarders=2")
        assert cli("school", "add", book, "school_class", *cells).code == 0
    return book


def test_a_form_is_said_as_lines_and_as_one_object(cli, filled):
    done = cli("school", "forms", filled, "3112")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "教基3112 小学分类型学生数"
    head, total = (line.split("\t") for line in lines[1:3])
    assert dict(zip(head, total, strict=True))["一年级"] == "81"
    found = cli("school", "forms", filled, "教基3112", "--json").json["forms"]
    assert [each["number"] for each in found] == ["教基3112"]
    row = found[0]["rows"][0]
    assert (row["label"], row["stage"]) == ("总计", "primary")
    values = dict(zip(found[0]["columns"], row["values"], strict=True))
    assert (values["在校生数"], values["#女"]) == (120, None)
    assert len(cli("school", "forms", filled, "--json").json["forms"]) == 5
    refused(cli("school", "forms", filled, "9"), "form-unknown")


@pytest.mark.slow
def test_the_forms_are_written_as_the_statistics_tool_lays_them_out(cli, filled, tmp_path):
    out = tmp_path / "教基.xlsx"
    assert cli("school", "forms", filled, "--out", out).code == 0
    sheet = openpyxl.load_workbook(out)["教基3112"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0][0] == "教基3112 小学分类型学生数"
    assert (rows[1][0], rows[2][:3]) == ("指标名称", ["甲", 1, 2])
    assert rows[3][rows[1].index("六年级")] == 39
    assert rows[3][rows[1].index("#女")] is None


@pytest.mark.slow
@pytest.mark.parametrize("number", ["3112", "4149", "4153", "4155", "1102"])
def test_a_form_is_printed(cli, filled, tmp_path, number):
    out = tmp_path / "表.pdf"
    assert cli("school", "print", filled, out, "--paper", f"statistics:{number}").code == 0
    with PdfDocument(out) as pdf:
        assert f"教基{number}" in pdf[0].get_textpage().get_text_bounded()
    assert cli("school", "forms", filled, number, "--out", out).code == 0
    refused(cli("school", "forms", filled, "--out", out), "forms-ending")


@pytest.mark.slow
def test_what_was_imported_is_compared(cli, filled, tmp_path):
    empty = cli("school", "compare", filled, "--json")
    assert (empty.code, empty.json["differences"]) == (0, [])
    assert cli("school", "compare", filled).out == "还没有导入过教基、学籍或教师系统的导出,没有可比的。\n"
    out = tmp_path / "教基.xlsx"
    assert cli("school", "forms", filled, "3112", "--out", out).code == 0
    book = openpyxl.load_workbook(out)
    page = book["教基3112"]
    page.cell(4, next(cell.column for cell in page[2] if cell.value == "六年级")).value = 38
    book.save(out)
    assert cli("school", "import", filled, out).code in {0, 1}
    done = cli("school", "compare", filled, "--json")
    assert done.code == 1
    assert [(each["where"], each["values"]) for each in done.json["differences"]] == [
        ("教基3112 小学 总计 六年级", {"own": 39, "statistics": 38})
    ]
    said = cli("school", "compare", filled).out
    assert "本校记录 39,教基 38" in said
    assert f"教基({done.json['sources'][1]['at'][:10]} 导入)" in said
