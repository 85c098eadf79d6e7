"""The self-check of a computer: each rule at its bounds, and a report that names nobody."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from db import files
from eduapp.services import preflight, traces
from eduapp.services.folders import data_folder
from eduapp.services.preflight import Computer, PreflightPlace, PreflightSeen, State

HERE = datetime.timezone(datetime.timedelta(hours=8))
NOW = datetime.datetime(2026, 11, 30, 9, 0, tzinfo=HERE)
GOOD = Computer(
    system="Windows 10",
    now=NOW,
    build=preflight.BUILD,
    libc=preflight.LIBC,
    encoding="cp936",
    newest=NOW,
    places=(PreflightPlace("我的文档", preflight.LITTLE),),
    sticks=(True,),
    seen=PreflightSeen(printers=1, chinese_input=True),
)


def found(**changed):
    """What is not good of a computer that is good but for this: subject -> state."""
    notes = preflight.judge(replace(GOOD, **changed))
    return {note.subject: note.state for note in notes if note.state in preflight.WRONG}


def at(year, month, day):
    return NOW.replace(year=year, month=month, day=day)


def test_a_good_computer_is_good_in_every_respect():
    assert found() == {}
    assert len({note.subject for note in preflight.judge(GOOD)}) == 10
    assert {note.state for note in preflight.judge(GOOD)} == {State.GOOD}


@pytest.mark.parametrize(
    ("changed", "subject", "state"),
    [
        ({"build": preflight.BUILD - 1}, "系统", State.TROUBLE),
        ({"build": None, "libc": (2, 27)}, "系统", State.TROUBLE),
        ({"missing": ("加密",)}, "程序文件", State.TROUBLE),
        ({"encoding": "cp1252"}, "系统文字", State.CAUTION),
        ({"now": at(2026, 8, 31), "newest": None}, "时钟", State.TROUBLE),
        ({"now": at(2100, 1, 1)}, "时钟", State.TROUBLE),
        ({"newest": NOW + preflight.LATER + datetime.timedelta(seconds=1)}, "时钟", State.TROUBLE),
        ({"now": NOW.astimezone(datetime.UTC)}, "时钟", State.CAUTION),
        ({"places": (PreflightPlace("我的文档", preflight.LITTLE - 1),)}, "磁盘空间", State.CAUTION),
        ({"places": (PreflightPlace("我的文档", preflight.TOO_LITTLE),)}, "磁盘空间", State.CAUTION),
        ({"places": (PreflightPlace("我的文档", preflight.TOO_LITTLE - 1),)}, "磁盘空间", State.TROUBLE),
        ({"places": (PreflightPlace("我的文档", 0, "没有权限"),)}, "文件夹", State.TROUBLE),
        ({"seen": replace(GOOD.seen, shipped_font=False)}, "字体", State.TROUBLE),
        ({"seen": replace(GOOD.seen, chinese_font=False)}, "字体", State.CAUTION),
        ({"sticks": (False,)}, "U 盘", State.CAUTION),
        ({"seen": replace(GOOD.seen, chinese_input=False)}, "输入法", State.CAUTION),
        ({"seen": replace(GOOD.seen, printers=0)}, "打印机", State.CAUTION),
    ],
)
def test_what_is_wrong_is_named_alone(changed, subject, state):
    assert found(**changed) == {subject: state}
    (note,) = [each for each in preflight.judge(replace(GOOD, **changed)) if each.state is state]
    assert note.advice.endswith("。")
    assert note.text.startswith(f"{state.value} {subject}:")


@pytest.mark.parametrize(
    "changed",
    [
        {"build": preflight.BUILD + 1},
        {"libc": (2, 29)},
        {"libc": (3, 0)},
        {"now": at(2026, 9, 1), "newest": None},
        {"now": at(2099, 12, 31)},
        {"newest": NOW + preflight.LATER},
        {"newest": None},
        {"sticks": ()},
        {"sticks": (False, True)},
        {"seen": PreflightSeen()},
    ],
)
def test_what_is_just_good_or_cannot_be_told_is_not_complained_of(changed):
    assert found(**changed) == {}


def test_what_cannot_be_told_is_not_called_good():
    untold = replace(GOOD, sticks=(), seen=PreflightSeen())
    notes = [note.subject for note in preflight.judge(untold) if note.state is State.UNTOLD]
    assert notes == ["U 盘", "输入法", "打印机"]


def test_what_could_not_be_looked_at_is_not_said_to_be_so():
    """A version nobody knows, the room of a disk that was not asked, a stick that was not written to."""

    def said(subject, **changed):
        notes = preflight.judge(replace(GOOD, **changed))
        return [(note.state, note.words) for note in notes if note.subject == subject]

    untold, good = State.UNTOLD, State.GOOD
    assert said("系统", build=None, libc=None) == [(untold, "这里看不出版本是否够用")]
    assert said("系统", build=None) == said("系统", libc=None) == [(good, "版本够用")]
    open_, shut = PreflightPlace("我的文档", preflight.LITTLE), PreflightPlace("甲", 0, "没有权限")
    no_room = [(untold, "「甲」不能写入,看不出所在的磁盘还剩多少")]
    assert said("磁盘空间", places=(shut,)) == said("磁盘空间", places=(open_, shut)) == no_room
    assert said("磁盘空间", places=(open_,)) == [(good, "够用")]
    assert said("U 盘", sticks=(True, True)) == [(good, "认得出,没有写保护")]
    assert said("U 盘", sticks=(False, True)) == [(good, "认得出 2 个,其中 1 个不能写入")]


def test_two_folders_on_full_disks_are_two_findings():
    places = (PreflightPlace("甲", 0), PreflightPlace("乙", 0), PreflightPlace("丙", 0, "没有权限"))
    notes = [each for each in preflight.judge(replace(GOOD, places=places)) if each.state is State.TROUBLE]
    assert [each.subject for each in notes] == ["磁盘空间", "磁盘空间", "文件夹"]


def test_this_computer_is_looked_at_and_nothing_is_left(tmp_path):
    notes, text = preflight.looked(tmp_path, PreflightSeen(), ["python: 3"])
    assert list(tmp_path.iterdir()) == []
    assert all(note.text in text for note in notes)
    assert "python: 3" in text
    assert str(Path.home()) not in text


def test_a_folder_that_cannot_be_written_is_said_why(tmp_path, monkeypatch):
    def refuse(path, data, **_):
        raise PermissionError(13, "denied", str(path))

    monkeypatch.setattr(files, "write_new", refuse)
    it = preflight.look(tmp_path, PreflightSeen())
    assert [place.refused for place in it.places] == ["没有权限"] * 3


def test_a_report_names_no_person_and_no_folder_of_one():
    home = Path("C:\\Users\\张 三") if files.WINDOWS else Path("/home/张 三")
    said = f"File '{home}/x.py'; 张 三 gone"
    assert preflight.masked(said, home, "张 三") == "File '~/x.py'; <用户> gone"
    assert preflight.masked("a root b", home, "root") == "a root b"


def test_the_report_ends_with_the_last_crash_and_the_last_lines(tmp_path):
    traces.note("start")
    traces.note("folder-full")
    (traces.folder() / traces.CRASH).write_text("Fatal Python error: Segmentation fault\n", encoding="utf-8")
    _, text = preflight.looked(tmp_path, PreflightSeen(), [])
    assert "Segmentation fault" in text
    assert text.rstrip().endswith("folder-full")


def test_the_newest_error_report_stands_for_a_crash_that_was_told(tmp_path):
    for name in ("错误_20260101-000000-000000.txt", "错误_20261101-000000-000000.txt"):
        (traces.folder() / name).write_text(name, encoding="utf-8")
    assert traces.last_crash() == "错误_20261101-000000-000000.txt"


def test_the_trace_stays_small_and_keeps_whole_lines(monkeypatch):
    monkeypatch.setattr(traces, "MOST_BYTES", 2000)
    for number in range(200):
        traces.note(f"line {number}")
    path = data_folder() / traces.FOLDER / traces.TRACE
    assert path.stat().st_size < 2100
    lines = traces.last_lines()
    assert lines[-1].endswith("line 199")
    assert all(" line " in line for line in lines)


def test_a_trace_that_cannot_be_written_stops_nothing(monkeypatch):
    def refuse(*_, **__):
        raise OSError(28, "full")

    monkeypatch.setattr(files, "_opened", refuse)
    traces.note("start")
    monkeypatch.setattr(Path, "mkdir", refuse)
    traces.note("start")


def test_a_saved_report_is_read_by_notepad(tmp_path):
    preflight.save(tmp_path / "报告.txt", "自检")
    assert (tmp_path / "报告.txt").read_bytes() == "\ufeff自检".encode()
