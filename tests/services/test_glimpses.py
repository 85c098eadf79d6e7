"""What is kept of a board is told again only of the very file that was left, and is never half believed."""

import json
import os
import time

import pytest

import eduapp
from db.problems import Problem
from eduapp.services import glimpses
from eduapp.services.glimpses import Glimpse, keep, last

SEEN = Glimpse(
    "甲县 2026 学年",
    "2026-11-30T14:02:00+08:00",
    "应报 2 校",
    (("学校代码", 7, False), ("次数", 3, True)),
    (("2143000001", "1"), ("2143000002", "")),
)


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "甲县.edubook"
    path.write_bytes(b"x" * 100)
    return path


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "data"
    found.mkdir()
    return found


def kept_in(folder):
    return sorted((folder / glimpses.FOLDER).glob("*.json"))


def test_what_was_kept_is_told_again(folder, workbook):
    assert last(folder, workbook) is None
    keep(folder, workbook, SEEN)
    assert last(folder, workbook) == SEEN


def touched(path):
    told = path.stat()
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns + 1))


def touched_back(path):
    """Other bytes, as many; the time as it was."""
    told = path.stat()
    time.sleep(0.02)  # the clock of a file system steps
    with path.open("r+b") as file:
        file.write(b"y")
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def longer(path):
    told = path.stat()
    with path.open("ab") as file:
        file.write(b"x")
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def another(path):
    """Another file of the same size and time in its place."""
    told, other = path.stat(), path.with_suffix(".other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(told.st_atime_ns, told.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [touched, touched_back, longer, another, lambda path: path.unlink()])
def test_it_is_thrown_away_where_the_file_is_other(folder, workbook, change):
    keep(folder, workbook, SEEN)
    change(workbook)
    assert last(folder, workbook) is None


def test_it_is_thrown_away_by_another_program(folder, workbook, monkeypatch):
    keep(folder, workbook, SEEN)
    monkeypatch.setattr(eduapp, "__version__", "0.1.1")
    assert last(folder, workbook) is None


def test_a_copy_of_the_workbook_is_another_one(folder, workbook):
    keep(folder, workbook, SEEN)
    moved = workbook.with_name("乙县.edubook")
    workbook.rename(moved)
    assert last(folder, moved) is None


def test_two_workbooks_of_one_name_in_the_folder_are_told_apart(folder, workbook, monkeypatch):
    monkeypatch.setattr(glimpses.zlib, "crc32", lambda _: 7)
    other = workbook.with_name("乙县.edubook")
    other.write_bytes(b"x" * 100)
    keep(folder, workbook, SEEN)
    assert last(folder, other) is None
    keep(folder, other, SEEN)
    assert (last(folder, workbook), last(folder, other)) == (None, SEEN)


@pytest.mark.parametrize(
    "change",
    [
        {"rows": [["2143000001"]]},
        {"rows": [["2143000001", 1]]},
        {"rows": None},
        {"rows": "12"},
        {"columns": [["学校代码", 101, False], ["次数", 3, True]]},
        {"columns": [["学校代码", 0, False], ["次数", 3, True]]},
        {"columns": [["学校代码", 1e400, False], ["次数", 3, True]]},
        {"columns": [["学校代码"], ["次数"]]},
        {"at": "gestern"},
        {"at": 7},
        {"title": None},
        {"total": ["x"]},
        {"more": 1},
    ],
)
def test_what_the_program_did_not_write_is_not_told(folder, workbook, change):
    keep(folder, workbook, SEEN)
    [file] = kept_in(folder)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | change), "utf-8")
    assert last(folder, workbook) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", "{}", "[" * 100_000])
def test_a_damaged_file_is_as_none(folder, workbook, text):
    keep(folder, workbook, SEEN)
    kept_in(folder)[0].write_text(text, "utf-8")
    assert last(folder, workbook) is None


def test_of_many_counties_the_newest_are_kept(folder, tmp_path):
    paths = [tmp_path / f"{number}.edubook" for number in range(glimpses.KEPT + 1)]
    for number, each in enumerate(paths):
        each.write_bytes(b"x")
        keep(folder, each, SEEN)
        for file in kept_in(folder):
            told = file.stat()
            os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns - 10**9))
        assert len(kept_in(folder)) == min(number + 1, glimpses.KEPT)
    assert last(folder, paths[0]) is None
    assert all(last(folder, each) == SEEN for each in paths[1:])


def test_where_it_cannot_be_written_nothing_is_said(folder, workbook):
    (folder / glimpses.FOLDER).write_bytes(b"")
    keep(folder, workbook, SEEN)
    assert last(folder, workbook) is None


def test_a_problem_of_the_folder_is_no_problem_of_the_opening(folder, workbook, monkeypatch):
    keep(folder, workbook, SEEN)

    def refuse(_path):
        raise Problem("own-folder-failed", folder="", why="")

    monkeypatch.setattr(glimpses, "own_text", refuse)
    assert last(folder, workbook) is None
