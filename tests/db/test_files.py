"""The door to files: what is tried again, said and left behind; the system's words are scripted."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from db import backups, files, workbook
from db.files import Cause
from db.problems import Problem
from eduapp.exchange.files import own_problems, problems, replace_own, replace_whole
from eduapp.exchange.sheet_reading import file_bytes
from eduapp.exchange.stick import read_limited, write_safely

EACCES_OF_WINDOWS = {5, 19, 32, 33}


def of_windows(number, path, other=None):
    """An OSError as Windows raises it: Python makes 13 or 22 of most of its numbers."""
    known = {2: errno.ENOENT, 3: errno.ENOENT, 15: errno.ENOENT, 112: errno.ENOSPC}
    error = OSError(
        known.get(number, errno.EACCES if number in EACCES_OF_WINDOWS else errno.EINVAL),
        "text of Windows",
        str(path),
        None,
        str(other) if other else None,
    )
    error.winerror = number
    return error


@pytest.fixture
def waits(monkeypatch):
    """The waits that were asked for; nobody really waits."""
    asked = []
    monkeypatch.setattr(files, "_sleep", asked.append)
    return asked


def failing(times, error, then):
    """Return a function that raises so many times, and does its work after that."""
    left = [times]

    def once(*arguments, **named):
        if left[0]:
            left[0] -= 1
            raise error
        return then(*arguments, **named)

    return once


def names(folder):
    return sorted(each.name for each in folder.iterdir())


# --- patience ---


def test_the_waits_grow_to_three_seconds():
    assert list(files.WAITS) == sorted(files.WAITS)
    assert 2.5 < sum(files.WAITS) < 3.5


@pytest.mark.parametrize("number", [32, 33, 5])
@pytest.mark.parametrize("times", [1, len(files.WAITS)])
def test_a_file_that_is_held_for_a_while_is_replaced_all_the_same(
    tmp_path, monkeypatch, waits, number, times
):
    path = tmp_path / "核对表.pdf"
    path.write_bytes(b"old")
    error = of_windows(number, tmp_path / "x.part", path)
    monkeypatch.setattr(Path, "replace", failing(times, error, Path.replace))
    replace_whole(path, b"new")
    assert (path.read_bytes(), names(tmp_path)) == (b"new", [path.name])
    assert waits == list(files.WAITS[:times])


@pytest.mark.parametrize("number", [32, 33, 5])
def test_a_file_that_stays_held_is_said_to_be_and_nothing_is_left(tmp_path, monkeypatch, waits, number):
    path = tmp_path / "核对表.pdf"
    path.write_bytes(b"old")
    error = of_windows(number, tmp_path / "x.part", path)
    monkeypatch.setattr(Path, "replace", failing(len(files.WAITS) + 1, error, Path.replace))
    with pytest.raises(Problem) as caught:
        replace_whole(path, b"new")
    assert caught.value.code == "file-in-use"
    assert str(path) in caught.value.what
    assert "写保护" not in caught.value.text
    assert (path.read_bytes(), names(tmp_path)) == (b"old", [path.name])
    assert waits == list(files.WAITS)


def test_a_scanner_that_holds_a_fresh_file_on_a_stick_costs_a_moment(tmp_path, monkeypatch, waits):
    held = of_windows(32, tmp_path / "x.edusub.part")
    monkeypatch.setattr(Path, "rename", failing(3, held, Path.rename))
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "FAT")))
    assert write_safely(tmp_path, "x.edusub", b"data").read_bytes() == b"data"
    assert (names(tmp_path), len(waits)) == (["x.edusub"], 3)


def test_a_scanner_that_never_lets_go_is_named_and_leaves_nothing(tmp_path, monkeypatch, waits):
    held = of_windows(32, tmp_path / "x.edusub.part")
    monkeypatch.setattr(Path, "rename", failing(99, held, Path.rename))
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "FAT")))
    with pytest.raises(Problem) as caught:
        write_safely(tmp_path, "x.edusub", b"data")
    assert caught.value.code == "file-in-use"
    assert str(tmp_path / "x.edusub") in caught.value.what
    assert ".part" not in caught.value.text
    assert names(tmp_path) == []


def test_a_file_that_is_held_while_it_is_read_is_read(tmp_path, monkeypatch, waits):
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    monkeypatch.setattr(files, "_opened", failing(2, of_windows(33, path), files._opened))
    assert read_limited(path, 5) == b"12345"
    assert len(waits) == 2


@pytest.mark.parametrize("number", [errno.EBUSY, errno.ETXTBSY])
def test_linux_has_its_own_words_for_held(tmp_path, monkeypatch, waits, number):
    path = tmp_path / "x.key"
    monkeypatch.setattr(Path, "replace", failing(1, OSError(number, "busy", str(path)), Path.replace))
    replace_own(path, b"new")
    assert (path.read_bytes(), len(waits)) == (b"new", 1)


def test_what_is_not_held_is_said_at_once(tmp_path, monkeypatch, waits):
    """5 where nothing of that name lies, or where the file is marked read-only, means what it says."""
    closed = tmp_path / "closed"
    closed.write_bytes(b"")
    closed.chmod(0o444)
    for error in (of_windows(5, tmp_path / "none"), of_windows(5, closed), of_windows(19, closed)):
        with pytest.raises(OSError, match="Windows"):
            files.patiently(failing(1, error, lambda: None))
    assert waits == []


# --- words ---

WORDS = [
    (2, "folder-missing"),
    (3, "folder-missing"),
    (15, "folder-missing"),
    (5, "folder-denied"),
    (19, "folder-read-only"),
    (21, "drive-not-ready"),
    (1112, "drive-not-ready"),
    (23, "folder-io"),
    (1117, "folder-io"),
    (32, "file-in-use"),
    (33, "file-in-use"),
    (39, "folder-full"),
    (112, "folder-full"),
    (53, "network-gone"),
    (64, "network-gone"),
    (67, "network-gone"),
    (123, "name-refused"),
    (206, "path-too-long"),
    (362, "cloud-away"),
    (398, "cloud-away"),
    (404, "cloud-away"),
    (9999, "folder-io"),
]
"""Windows' number -> the Problem of a folder."""


@pytest.mark.parametrize(("number", "code"), WORDS)
def test_each_word_of_windows_has_its_problem(tmp_path, number, code):
    with pytest.raises(Problem) as caught, problems(tmp_path):
        raise of_windows(number, tmp_path / "x.part")
    assert caught.value.code == code
    assert str(tmp_path) in caught.value.text
    assert "错误号 13" not in caught.value.text
    assert "错误号 22" not in caught.value.text


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOENT, "folder-missing"),
        (errno.ENODEV, "folder-missing"),
        (errno.EACCES, "folder-denied"),
        (errno.EPERM, "folder-denied"),
        (errno.EROFS, "folder-read-only"),
        (errno.ENOSPC, "folder-full"),
        (errno.EDQUOT, "folder-full"),
        (errno.EBUSY, "file-in-use"),
        (errno.EIO, "folder-io"),
        (errno.ENAMETOOLONG, "path-too-long"),
        (errno.EHOSTDOWN, "network-gone"),
        (errno.ETIMEDOUT, "network-gone"),
        (errno.ESTALE, "network-gone"),
        (errno.EBADF, "folder-io"),
    ],
)
def test_each_word_of_linux_has_its_problem(tmp_path, number, code):
    with pytest.raises(Problem) as caught, problems(tmp_path):
        raise OSError(number, os.strerror(number), str(tmp_path / "x"))
    assert caught.value.code == code
    assert str(tmp_path) in caught.value.text


def test_no_two_causes_share_a_number_and_each_has_words():
    for table in (files._WINDOWS, files._POSIX):
        numbers = [each for those in table.values() for each in those]
        assert len(numbers) == len(set(numbers))
    assert set(files._CODES) == set(Cause)
    assert set(files._WORDS) == set(Cause) - {Cause.OTHER}


def test_a_path_that_windows_does_not_find_may_be_too_long_for_it(tmp_path):
    long = tmp_path / ("x" * (files.MOST - len(str(tmp_path)) - 1))
    assert len(str(long)) == files.MOST
    assert files.cause_of(of_windows(3, long)) is Cause.MISSING
    assert files.cause_of(of_windows(3, f"{long}y")) is Cause.TOO_LONG
    assert files.cause_of(of_windows(206, "x")) is Cause.TOO_LONG


def test_a_refusal_to_replace_is_the_other_programs(tmp_path):
    for error in (of_windows(5, tmp_path / "a"), OSError(errno.EACCES, "denied")):
        with pytest.raises(Problem) as caught, problems(tmp_path, replacing=tmp_path / "a"):
            raise error
        assert caught.value.code == "file-in-use"


def test_own_files_and_backups_say_it_in_chinese_too(tmp_path):
    with pytest.raises(Problem) as caught, own_problems(tmp_path):
        raise of_windows(112, tmp_path)
    assert "磁盘已满" in caught.value.text
    with pytest.raises(Problem) as caught, backups.faults(tmp_path / "校.edubook"):
        raise of_windows(53, tmp_path)
    assert "网络路径断开" in caught.value.text


def test_a_spreadsheet_that_wps_holds_is_said_to_be_held(tmp_path, monkeypatch, waits):
    path = tmp_path / "教师.xlsx"
    path.write_bytes(b"x")
    monkeypatch.setattr(files, "_opened", failing(99, of_windows(32, path), files._opened))
    with pytest.raises(Problem) as caught:
        file_bytes(path)
    assert caught.value.code == "spreadsheet-unreadable"
    assert "正被别的程序使用" in caught.value.what


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (3, "workbook-missing"),
        (5, "workbook-read-only"),
        (21, "drive-not-ready"),
        (32, "workbook-in-use"),
        (53, "network-gone"),
        (112, "disk-full"),
        (206, "path-too-long"),
        (362, "cloud-away"),
        (1117, "disk-error"),
    ],
)
def test_a_workbook_that_the_system_refuses(tmp_path, monkeypatch, waits, number, code):
    path = tmp_path / "校.edubook"
    real = Path.stat

    def refuse(self, **named):
        if self == path:
            raise of_windows(number, path)
        return real(self, **named)

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(Problem) as caught:
        workbook.open_workbook(path)
    assert caught.value.code == code
    assert caught.value.text


# --- names ---


@pytest.mark.parametrize(
    "name",
    [
        "CON",
        "nul.xlsx",
        "COM1.edubook",
        "lpt9",
        "aux .txt",
        "Prn.tar.gz",
        "CONIN$",
        "表.",
        "表 ",
        "a:b",
        "a?",
    ],
)
def test_names_that_windows_does_not_bear(name):
    assert files.refused_name(PureWindowsPath(f"C:/教务/{name}"))
    assert files.refused_name(PurePosixPath("/media") / name / "x.xlsx")


@pytest.mark.parametrize(
    "name", ["CONS", "COM", "COM10", "表.xlsx", ".隐", "console.log", "nu l", "一 二.xlsx"]
)
def test_names_that_only_look_like_it(name):
    assert files.refused_name(PureWindowsPath("C:/教务") / name) == ""


def test_a_path_of_windows_keeps_its_drive_and_its_share():
    for text in ("C:\\教务 软件\\x.pdf", "\\\\nas\\教务\\x.pdf", "..\\x.pdf", "E:\\"):
        assert files.refused_name(PureWindowsPath(text)) == ""


def test_on_windows_such_a_name_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "WINDOWS", True)
    with pytest.raises(Problem) as caught:
        files.require_name(Path("NUL.xlsx"))
    assert caught.value.code == "name-refused"
    assert "NUL.xlsx" in caught.value.text


def test_a_stick_that_bears_no_such_name_is_said_to(tmp_path):
    with pytest.raises(Problem) as caught, problems(tmp_path):
        raise OSError(errno.EINVAL, "Invalid argument", str(tmp_path / "a?.pdf"))
    assert caught.value.code == "name-refused"


def test_a_workbook_is_made_only_where_its_copies_can_be(tmp_path):
    longest = backups.longest_name(tmp_path / "x.edubook")
    room = (
        files.MOST - len(str(longest)) if files.WINDOWS else files.MOST_BYTES - len(os.fsencode(longest.name))
    ) + 1
    made = workbook.create(tmp_path / f"{'x' * room}.edubook", {})
    made.backup(backups.UPGRADING)
    made.close()
    with pytest.raises(Problem) as caught:
        workbook.create(tmp_path / f"{'y' * (room + 1)}.edubook", {})
    assert caught.value.code == "path-too-long"
    assert names(tmp_path) == sorted(["备份", f"{'x' * room}.edubook"])


def test_a_case_twin_is_the_same_name_on_a_stick(tmp_path):
    (tmp_path / "X.edusub").write_bytes(b"one")
    assert write_safely(tmp_path, "x.edusub", b"two").name == "x-2.edusub"


# --- shares ---


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (PureWindowsPath(r"\\nas\教务\甲校.edubook"), "file:////nas/%E6%95%99%E5%8A%A1/%E7%94%B2%E6%A0%A1.edubook"),
        (PureWindowsPath(r"C:\教务 软件\a#b?.edubook"), "file:///C%3A/%E6%95%99%E5%8A%A1%20%E8%BD%AF%E4%BB%B6/a%23b%3F.edubook"),
        (PurePosixPath("/home/a%20b/x"), "file:///home/a%2520b/x"),
    ],
)  # fmt: skip
def test_a_copy_on_a_share_is_opened_by_an_address_that_sqlite_takes(path, address):
    assert backups._uri(path) == address


def test_the_address_opens_the_file_it_names(tmp_path):
    path = tmp_path / ("甲 校%20#.edubook" if files.WINDOWS else "甲 校%20#?.edubook")
    workbook.create(path, {}).close()
    with backups.contextlib.closing(backups.read_only(path)) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (workbook.APPLICATION_ID,)


def test_a_file_is_copied_whole_in_the_place_of_what_lay_there(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_PIECE", 3)
    (tmp_path / "a").write_bytes(b"0123456789")
    (tmp_path / "b").write_bytes(b"something longer than that")
    files.copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"0123456789"


# --- on Windows itself, by another handle on the same file ---

on_windows = pytest.mark.skipif(not files.WINDOWS, reason="holds a file as only Windows lets it be held")
NOBODY, READERS = 0, 1
"""Whom a handle lets in beside itself, as CreateFileW takes it."""


@pytest.fixture
def hold():
    """Hold a file, letting others in or not, for so many seconds."""
    running = []

    def holding(path, others, seconds):
        import _winapi

        handle = _winapi.CreateFile(str(path), 0x80000000, others, 0, 3, 0, 0)

        def let_go():
            time.sleep(seconds)
            _winapi.CloseHandle(handle)

        running.append(threading.Thread(target=let_go))
        running[-1].start()

    yield holding
    for each in running:
        each.join()


@on_windows
@pytest.mark.slow
@pytest.mark.parametrize("others", [NOBODY, READERS])
def test_what_another_program_holds_for_a_second_is_replaced_and_read(tmp_path, hold, others):
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"old")
    hold(path, others, 1)
    replace_whole(path, b"new")
    hold(path, others, 1)
    assert files.read(path) == b"new"
    assert names(tmp_path) == [path.name]


@on_windows
@pytest.mark.slow
@pytest.mark.parametrize("others", [NOBODY, READERS])
def test_what_it_does_not_let_go_of_is_said_and_stays(tmp_path, hold, others):
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"old")
    hold(path, others, sum(files.WAITS) + 2)
    with pytest.raises(Problem) as caught:
        replace_whole(path, b"new")
    assert caught.value.code == "file-in-use"
    assert names(tmp_path) == [path.name]


@on_windows
def test_paths_beyond_the_bound_are_reached(tmp_path):
    deep = tmp_path.joinpath(*["长" * 60] * 6)
    files.make_folder(deep)
    replace_whole(deep / "x.pdf", b"far")
    assert files.read(deep / "x.pdf") == b"far"
    assert write_safely(deep, "x.edusub", b"far").name == "x.edusub"


@on_windows
def test_a_workbook_on_a_share_has_its_copies():
    path = Path(r"\\nas\教务") / f"{os.getpid()}.edubook"
    made = workbook.create(path, {})
    try:
        copy = made.backup(backups.UPGRADING)
        assert backups.is_whole(copy)
    finally:
        made.close()
        files.remove(path)
        files.remove(copy)


def test_a_folder_that_is_held_while_it_is_listed_is_listed(tmp_path, monkeypatch, waits):
    (tmp_path / "x.edusub").write_bytes(b"other")
    monkeypatch.setattr(Path, "iterdir", failing(2, of_windows(32, tmp_path), Path.iterdir))
    assert write_safely(tmp_path, "x.edusub", b"data").name == "x-2.edusub"
    assert len(waits) == 2


def test_the_time_of_a_change_is_not_set_back_with_the_time_of_the_content(tmp_path):
    path = tmp_path / "甲县.edubook"
    path.write_bytes(b"x")
    told, before = path.stat(), files.changed_at(path)
    assert files.changed_at(path) == before
    time.sleep(0.02)  # the clock of a file system steps
    with path.open("r+b") as file:
        file.write(b"y")
        file.flush()
        files.changed_at(path)  # nor does it ask for the file that somebody holds
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert path.stat().st_mtime_ns == told.st_mtime_ns
    assert files.changed_at(path) > before
    with pytest.raises(FileNotFoundError):
        files.changed_at(path.with_name("乙县.edubook"))
