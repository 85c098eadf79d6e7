"""What a window would ask about a list, the command line leaves out and names; `--accept` answers it."""

import json

import openpyxl
import pytest

from tests.cli.test_rows import school


def file(path, *rows, more=(), hidden=()):
    made = openpyxl.Workbook()
    for at, table in enumerate([rows, *more]):
        page = made.active if not at else made.create_sheet(f"表{at + 1}")
        page.title = f"表{at + 1}"
        for row in table:
            page.append(row)
    for row in hidden:
        made.active.row_dimensions[row].hidden = True
    made.save(path)
    return path


def accept(folder, **content):
    path = folder / "answers.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


CLASSES = ["班级", "年级", "学生数"]


def test_missing_required_columns_stop_until_a_person_says_so(cli, tmp_path):
    book = school(cli, tmp_path)
    path = file(tmp_path / "a.xlsx", ["班级", "年级"], ["一(1)班", "一年级"])
    words = ("school", "import", book, path, "--list", "school_class", "--json")
    done = cli(*words)
    assert done.code == 1
    assert done.json["missing"] == ["pupils"]
    assert done.json["rows"]["asked"] == done.json["rows_read"] == 1
    assert cli("school", "list", book, "school_class", "--json").json["rows"] == []
    (question,) = done.json["questions"]
    assert (question["id"], question["answers"]) == ("missing", ["yes"])
    done = cli(*words, "--accept", accept(tmp_path, answers={"missing": "yes"}))
    assert done.json["rows"]["new"] == 1
    assert done.json["questions"] == []


def test_hidden_rows_and_further_sheets_are_taken_where_that_is_said(cli, tmp_path):
    book = school(cli, tmp_path)
    path = file(
        tmp_path / "a.xlsx",
        CLASSES,
        ["一(1)班", "一年级", 30],
        ["一(2)班", "一年级", 31],
        hidden=[3],
        more=[[CLASSES, ["二(1)班", "二年级", 32]]],
    )
    words = ("school", "import", book, path, "--list", "school_class", "--json", "--dry-run")
    asked = {each["id"]: each["answers"] for each in cli(*words).json["questions"]}
    assert asked == {"hidden": ["take", "leave"], "sheet:表2": ["take", "leave"]}
    done = cli(*words, "--accept", accept(tmp_path, answers={"hidden": "take", "sheet:表2": "leave"}))
    assert done.json["rows"] == {
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "asked": 0,
        "sums": 0,
        "hidden": 0,
        "other_sheet": 1,
        "refused": 0,
    }
    assert not done.json["questions"]
    done = cli(*words[:-1], "--accept", accept(tmp_path, answers={"hidden": "leave", "sheet:表2": "take"}))
    rows = cli("school", "list", book, "school_class", "--json").json["rows"]
    assert [row["name"] for row in rows] == ["一(1)班", "二(1)班"]


def test_sheet_heading_columns_and_units_can_be_said(cli, tmp_path):
    book = school(cli, tmp_path)
    path = file(
        tmp_path / "a.xlsx",
        ["没有用的"],
        more=[[["说明"], ["东西", "几个", "值多少"], ["投影仪", 2, 9800]]],
    )
    words = ("school", "import", book, path, "--list", "equipment", "--json")
    assert cli(*words).code == 2
    said = accept(
        tmp_path,
        sheet="表2",
        header=2,
        columns={"东西": "name", "b": "quantity", "C": "value"},
        units={"C": "元"},
    )
    done = cli(*words, "--accept", said)
    assert done.json["rows"]["new"] == 1
    assert done.json["reading"] == {
        "sheet": "表2",
        "header": 2,
        "columns": {"A": "name", "B": "quantity", "C": "value"},
        "units": {"C": "元"},
        "offered": {},
    }
    (row,) = cli("school", "list", book, "equipment", "--json").json["rows"]
    assert (row["name"], row["quantity"], row["value"]) == ("投影仪", "2", "0.98")


def test_a_near_heading_is_asked_about_and_taken_only_then(cli, tmp_path):
    book = school(cli, tmp_path)
    path = file(tmp_path / "a.xlsx", [*CLASSES[:2], "学生人数数"], ["一(1)班", "一年级", 30])
    words = ("school", "import", book, path, "--list", "school_class", "--json")
    done = cli(*words)
    assert done.json["reading"]["offered"] == {"C": "pupils"}
    assert {each["id"] for each in done.json["questions"]} == {"missing", "column:C"}
    done = cli(*words, "--accept", accept(tmp_path, answers={"column:C": "pupils"}))
    assert (done.json["missing"], done.json["rows"]["new"]) == ([], 1)
    (row,) = cli("school", "list", book, "school_class", "--json").json["rows"]
    assert row["pupils"] == "30"


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "pupils"), [("add", ["1", "2"]), ("skip", ["1"]), ("1", ["2"])])
def test_a_row_that_is_asked_about_is_added_left_out_or_the_one_it_is(cli, tmp_path, answer, pupils):
    book = school(cli, tmp_path)
    cli("school", "add", book, "equipment", "name=投影仪", "value=1")
    path = file(tmp_path / "a.xlsx", ["设备名称", "账面原值"], ["投影仪", 2])
    words = ("school", "import", book, path, "--list", "equipment", "--json")
    (question,) = cli(*words, "--dry-run").json["questions"]
    assert question["answers"] == ["add", "skip", "1"]
    said = accept(tmp_path, answers={question["id"]: answer})
    assert cli(*words, "--accept", said).json["questions"] == []
    rows = cli("school", "list", book, "equipment", "--json").json["rows"]
    assert [row["value"] for row in rows] == pupils
    again = cli(*words, "--accept", said).json
    assert again["rows"]["new"] == again["rows"]["changed"] == 0
    assert [row["value"] for row in cli("school", "list", book, "equipment", "--json").json["rows"]] == pupils


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"sheet": "没有"}, "answers-unfit"),
        ({"columns": {"Z": "name"}}, "answers-unfit"),
        ({"columns": {"A": "shoe"}}, "answers-unfit"),
        ({"units": {"A": "亿元"}}, "answers-unfit"),
        ({"answers": {"hidden": "maybe"}}, "answers-unfit"),
        ({"shoe": 42}, "answers-unreadable"),
        ({"header": "3"}, "answers-unreadable"),
        ({"answers": ["hidden"]}, "answers-unreadable"),
    ],
)
def test_answers_that_do_not_fit_are_refused_and_nothing_is_written(cli, tmp_path, content, code):
    book = school(cli, tmp_path)
    path = file(
        tmp_path / "a.xlsx", CLASSES, ["一(1)班", "一年级", 30], ["一(2)班", "一年级", 30], hidden=[3]
    )
    words = ("school", "import", book, path, "--list", "school_class")
    done = cli(*words, "--accept", accept(tmp_path, **content))
    assert done.code == 2
    assert f"[{code}]" in done.err
    assert cli("school", "list", book, "school_class", "--json").json["rows"] == []


def test_an_answer_that_nothing_asks_for_is_told(cli, tmp_path):
    book = school(cli, tmp_path)
    path = file(tmp_path / "a.xlsx", CLASSES, ["一(1)班", "一年级", 30])
    said = accept(tmp_path, answers={"row:0123456789": "add"})
    done = cli("school", "import", book, path, "--list", "school_class", "--accept", said)
    assert done.code == 1
    assert "没有「row:0123456789」这个问题" in done.out
