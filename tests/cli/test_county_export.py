"""`county import` of the all-county export: rehearsed, asked about, stated, taken back."""

from __future__ import annotations

import json

import openpyxl
import pytest
from pypdfium2 import PdfDocument

from db.records.choices import Stage
from tests.cli.running import CODE, contents, refused
from tests.services import national_exports as exports

CAMPUS = "2143000002"


@pytest.fixture
def listed(cli, county, tmp_path):
    roster = openpyxl.Workbook()
    for row in (
        ["学校代码", "学校名称", "学校类型"],
        [CODE, "明德小学", "小学"],
        [CAMPUS, "明德小学东校区", "小学"],
        ["3143000001", "清源中学", "初中"],
    ):
        roster.active.append(row)
    roster.save(tmp_path / "名录.xlsx")
    assert cli("county", "schools", county, tmp_path / "名录.xlsx").code == 0
    return county


@pytest.fixture
def export(tmp_path):
    lines = [
        exports.line("明德小学"),
        exports.line("明德小学东校区", counted=0, pupils=80),
        exports.line("清源初级中学", Stage.LOWER_SECONDARY, kind="初级中学"),
    ]
    return exports.write(tmp_path / "全县.xlsx", lines)


def answered(path, **said):
    path.write_text(json.dumps({"answers": said}, ensure_ascii=False), encoding="utf-8")
    return path


ANSWERS = {"site:明德小学东校区": CODE, "school:清源初级中学": "3143000001"}


def test_a_rehearsal_writes_nothing_and_names_what_is_asked(cli, listed, export):
    before = contents(listed)
    done = cli("county", "import", listed, export, "--dry-run", "--json")
    assert contents(listed) == before
    assert (done.code, sum(done.json["rows"].values())) == (1, done.json["rows_read"])
    assert {name: count for name, count in done.json["rows"].items() if count} == {
        "new": 1,
        "asked": 2,
        "sums": 2,
    }
    asked = {each["id"]: each["offered"] for each in done.json["questions"]}
    assert asked == {
        "site:明德小学东校区": [{"code": CODE, "name": "明德小学"}],
        "school:清源初级中学": [{"code": "3143000001", "name": "清源中学"}],
    }
    assert (done.json["statement"], done.json["new"]) == (None, None)


@pytest.mark.slow
def test_an_export_gives_the_county_its_figures_and_no_school_its_report(cli, listed, export, tmp_path):
    answers = answered(tmp_path / "答.json", **ANSWERS)
    done = cli("county", "import", listed, export, "--profile", "national", "--accept", answers, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["not_counted"] == [{"code": CAMPUS, "parent": CODE}]
    assert done.json["statement"]["id"] == done.json["new"]
    assert done.json["by_export"] == [CODE, "3143000001"]

    found = cli("county", "check", listed, "--json").json
    assert found["fingerprint"] == done.json["fingerprint"]
    assert (found["reported"], found["expected"], found["complete"]) == (0, 3, False)
    assert {(each["code"], each["state"], each["verdict"]) for each in found["schools"]} == {
        (CODE, "export", "unsettled"),
        ("3143000001", "export", "unsettled"),
    }
    primary = found["stages"]["primary"]["indicators"][0]
    assert (primary["verdict"], primary["settled"]) == ("unsettled", False)
    assert primary["missing"] == [CODE, CAMPUS]
    assert primary["coefficient"] is not None
    assert "met" not in {each["verdict"] for each in found["county_level"] if CODE in each.get("missing", ())}

    board = cli("county", "board", listed, "--json").json["schools"]
    assert {row["code"]: row["state"] for row in board} == dict.fromkeys(
        (CODE, CAMPUS, "3143000001"), "export"
    )
    assert "来自年报" in cli("county", "board", listed).out

    # asked once: a second day nobody is asked, and nothing changes
    again = cli("county", "import", listed, export, "--json")
    assert (again.code, again.json["new"], again.json["questions"]) == (0, None, [])
    assert again.json["fingerprint"] == done.json["fingerprint"]


@pytest.mark.slow
def test_the_tables_say_what_they_are_computed_of(cli, listed, export, tmp_path):
    answers = answered(tmp_path / "答.json", **ANSWERS)
    assert cli("county", "import", listed, export, "--accept", answers).code == 0
    for name in ("表.xlsx", "表.pdf"):
        assert cli("county", "report", listed, tmp_path / name).code == 0
    book = openpyxl.load_workbook(tmp_path / "表.xlsx")
    texts = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert sum("（按上年教育事业统计测算）" in text for text in texts) == 3
    assert "是" not in texts
    assert sum("〔来自年报〕" in text for text in texts) >= 2
    with PdfDocument(tmp_path / "表.pdf") as pdf:
        paper = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert "按上年教育事业统计测算" in paper


@pytest.mark.slow
def test_a_statement_is_taken_back_by_its_id(cli, listed, export, tmp_path):
    answers = answered(tmp_path / "答.json", **ANSWERS)
    made = cli("county", "import", listed, export, "--accept", answers, "--json").json["new"]
    assert cli("county", "undo", listed, made).code == 0
    assert cli("county", "check", listed, "--json").json["schools"] == []
    refused(cli("county", "undo", listed, made), "submission-unknown")


@pytest.mark.slow
def test_what_is_no_export_no_profile_no_answer_is_refused_and_nothing_written(cli, listed, export, tmp_path):
    before = contents(listed)
    openpyxl.Workbook().save(tmp_path / "空.xlsx")
    refused(cli("county", "import", listed, tmp_path / "空.xlsx", "--profile", "national"), "export-unknown")
    refused(cli("county", "import", listed, export, "--profile", "别的"), "profile-unknown")
    bad = answered(tmp_path / "坏.json", **{"school:清源初级中学": "9"})
    refused(cli("county", "import", listed, export, "--accept", bad), "answers-unfit")
    refused(cli("county", "import", listed, tmp_path / "没有.xlsx"), "spreadsheet-missing")
    assert contents(listed) == before


def test_an_answer_that_nobody_asked_for_is_told(cli, listed, export, tmp_path):
    answers = answered(tmp_path / "答.json", **ANSWERS, **{"school:没有这行": CODE})
    done = cli("county", "import", listed, export, "--accept", answers, "--json")
    assert (done.code, done.json["unasked"]) == (1, ["school:没有这行"])
