"""`county schools`: a spreadsheet of schools, rehearsed and taken over, every row accounted for."""

import openpyxl
import pytest

from tests.cli.running import refused

HEADER = ["学校代码", "学校名称", "学校类型", "区县代码"]


def listed(path, *rows):
    book = openpyxl.Workbook()
    for row in [HEADER, *rows]:
        book.active.append(list(row))
    book.active.row_dimensions[3].hidden = True
    book.save(path)
    return path


@pytest.fixture
def county(cli, tmp_path):
    path = tmp_path / "县.edubook"
    assert cli("county", "new", path, "--code", "430900", "--name", "某县").code == 0
    return path


def test_each_row_is_accounted_for_and_a_rehearsal_writes_nothing(cli, county, tmp_path):
    file = listed(
        tmp_path / "名录.xlsx",
        ["2143000001", "甲", "小学", "430900"],
        ["2143000002", "乙", "小学", "430900"],
        ["合计", 2, None, None],
        ["2143000003", "丙", "小学", "430901"],
        ["2.14E+09", "丁", "小学", "430900"],
        ["3143000001", "戊", "初级中学", "430900"],
    )
    dry = cli("county", "schools", county, file, "--dry-run", "--json")
    rows = {name: count for name, count in dry.json["rows"].items() if count}
    assert rows == {"new": 2, "sums": 1, "hidden": 1, "asked": 1, "refused": 1}
    assert sum(rows.values()) == dry.json["rows_read"]
    assert (dry.code, dry.json["listed"]) == (1, 0)
    assert cli("county", "schools", county, file, "--json").json["listed"] == 2
    again = cli("county", "schools", county, file, "--json").json
    assert (again["rows"]["unchanged"], again["rows"]["new"], again["listed"]) == (2, 0, 2)


@pytest.mark.slow
def test_a_school_that_is_called_otherwise_is_a_change(cli, county, tmp_path):
    first = listed(tmp_path / "一.xlsx", ["2143000001", "甲", "小学", "430900"])
    assert cli("county", "schools", county, first).code == 0
    later = listed(tmp_path / "二.xlsx", ["2143000001", "甲完小", "小学", "430900"])
    done = cli("county", "schools", county, later, "--json")
    assert (done.json["rows"]["changed"], done.json["rows"]["new"], done.code) == (1, 0, 0)


def test_what_a_list_says_beside_stays_in_the_workbook(cli, county, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        [*HEADER, "乡镇", "联系人", "联系电话", "状态"],
        ["2143000001", "甲小学", "小学", "430900", "南湾湖镇", "王主任", "0737-5550101", "在办"],
        ["2143000002", "乙小学", "小学", "430900", "南湾湖镇", None, None, "停办"],
    ):
        book.active.append(row)
    book.save(tmp_path / "名录.xlsx")
    done = cli("county", "schools", county, tmp_path / "名录.xlsx", "--json")
    assert (done.code, done.json["listed"]) == (1, 1)
    assert sum(done.json["rows"].values()) == done.json["rows_read"] == 2
    assert [each["id"] for each in done.json["questions"]] == ["closed:2143000002"]
    answers = tmp_path / "答.json"
    answers.write_text('{"answers": {"closed:2143000002": "take"}}', encoding="utf-8")
    again = cli("county", "schools", county, tmp_path / "名录.xlsx", "--accept", answers, "--json")
    assert (again.json["listed"], again.json["questions"]) == (2, [])
    rows = {each["code"]: each for each in cli("county", "board", county, "--json").json["schools"]}
    assert (rows["2143000001"]["township"], rows["2143000001"]["contact"]) == ("南湾湖镇", "王主任")
    assert rows["2143000001"]["telephone"] == "0737-5550101"
    assert rows["2143000002"]["contact"] is None
    assert cli("county", "round", county, tmp_path / "盘").code in {0, 1, 2}
    for path in (tmp_path / "盘").glob("*.eduround"):
        assert b"0737-5550101" not in path.read_bytes()


@pytest.mark.parametrize(
    "content",
    ['{"columns": {"A": "name"}}', '{"sheet": "没有"}', '{"header": 3}', '{"units": {"A": "元"}}'],
)
def test_answers_that_say_how_a_file_is_read_are_not_passed_over(cli, county, tmp_path, content):
    file = listed(tmp_path / "名录.xlsx", ["2143000001", "甲", "小学", "430900"])
    said = tmp_path / "回答.json"
    said.write_text(content, encoding="utf-8")
    refused(cli("county", "schools", county, file, "--accept", said), "answers-unfit")
    refused(cli("county", "import", county, file, "--profile", "national", "--accept", said), "answers-unfit")
    assert cli("county", "schools", county, file, "--dry-run", "--json").json["listed"] == 0


def test_an_answer_that_nothing_asked_for_is_told(cli, county, tmp_path):
    file = listed(tmp_path / "名录.xlsx", ["2143000001", "甲", "小学", "430900"])
    said = tmp_path / "回答.json"
    said.write_text('{"answers": {"missing": "也许"}}', encoding="utf-8")
    done = cli("county", "schools", county, file, "--accept", said, "--json")
    assert (done.code, done.json["unasked"], done.json["listed"]) == (1, ["missing"], 1)
    assert "没有人问的回答:missing" in cli("county", "schools", county, file, "--accept", said).out
