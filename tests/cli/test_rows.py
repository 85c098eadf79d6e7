"""`add`, `list` and `complete`: rows of a list on the command line, at a school and at a county."""

import csv
import io

import pytest


def school(cli, folder):
    book = folder / "a.edubook"
    made = cli("school", "new", book, "--code", "2143000123", "--name", "老河口完小", "--kind", "211")
    assert made.code == 0, made.err
    return book


@pytest.mark.slow
def test_a_row_is_added_listed_and_decides_once_ticked(cli, tmp_path):
    book = school(cli, tmp_path)
    added = cli("school", "add", book, "school_class", "name=一(1)班", "grade=1", "pupils=38", "--json")
    assert (added.code, added.json) == (0, {"record": "school_class", "key": "1", "unread": []})
    assert cli("school", "add", book, "school_class", "name=一(2)班", "grade=1", "pupils=约40").code == 1
    listed = cli("school", "list", book, "school_class", "--json").json
    assert [(row["key"], row["name"], row["pupils"]) for row in listed["rows"]] == [
        ("1", "一(1)班", "38"),
        ("2", "一(2)班", "约40"),
    ]
    assert listed["complete"] is False
    assert cli("school", "complete", book, "school_class", "yes").code == 0
    assert cli("school", "list", book, "school_class", "--json").json["complete"] is True
    assert "没有变化" in cli("school", "complete", book, "school_class", "yes").out
    assert cli("school", "complete", book, "school_class", "no").code == 0
    assert cli("school", "list", book, "school_class", "--json").json["complete"] is False


def test_the_list_as_csv_has_the_fields_names(cli, tmp_path):
    book = school(cli, tmp_path)
    cli("school", "add", book, "teacher", "name=张,三", "stage=小学")
    rows = list(csv.DictReader(io.StringIO(cli("school", "list", book, "teacher", "--csv").out)))
    assert [(row["key"], row["name"], row["stage"]) for row in rows] == [("1", "张,三", "小学")]
    assert "姓名" in cli("school", "list", book, "teacher").out


def test_what_is_no_list_or_no_field_is_refused_and_nothing_written(cli, tmp_path):
    book = school(cli, tmp_path)
    for words, code in (
        (("add", book, "funding", "budget=1"), "record-unknown"),
        (("complete", book, "funding", "yes"), "record-unknown"),
        (("list", book, "nothing"), "record-unknown"),
        (("add", book, "teacher", "name"), "field-unknown"),
        (("add", book, "teacher", "name=张三", "shoe=42"), "field-unknown"),
        (("add", book, "teacher", "name=张三", "name=李四"), "field-twice"),
    ):
        done = cli("school", *words)
        assert done.code == 2
        assert f"[{code}]" in done.err
    assert cli("school", "list", book, "teacher", "--json").json["rows"] == []


def test_a_countys_own_lists_take_rows_too(cli, tmp_path):
    book = tmp_path / "县.edubook"
    assert cli("county", "new", book, "--code", "430900", "--name", "某县").code == 0
    added = cli("county", "add", book, "county_monitoring", "subject=数学", "level=3", "difference=0.12")
    assert added.code == 0, added.err
    (row,) = cli("county", "list", book, "county_monitoring", "--json").json["rows"]
    assert (row["level"], row["difference"]) == ("3", "0.12")
    assert cli("county", "complete", book, "county_monitoring", "yes").code == 0
