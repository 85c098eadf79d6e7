from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange.files import replace_own
from eduapp.exchange.stick import files_under, read_limited, write_safely

DATA = b"submission" * 1000


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def refused(folder, code, data=DATA, name="x.edusub"):
    with pytest.raises(Problem) as caught:
        write_safely(folder, name, data)
    assert caught.value.code == code
    assert str(folder) in caught.value.text
    return caught.value


def test_the_file_lies_there_whole_and_alone(stick):
    path = write_safely(stick, "明德小学.edusub", DATA)
    assert path == stick / "明德小学.edusub"
    assert path.read_bytes() == DATA
    assert names(stick) == ["明德小学.edusub"]


def test_the_same_bytes_again_are_the_same_file(stick):
    first = write_safely(stick, "x.edusub", DATA)
    stamp = first.stat().st_mtime_ns
    assert write_safely(stick, "x.edusub", DATA) == first
    assert first.stat().st_mtime_ns == stamp
    assert names(stick) == ["x.edusub"]


def test_nothing_is_overwritten(stick):
    write_safely(stick, "x.edusub", b"one")
    assert write_safely(stick, "x.edusub", b"two").name == "x-2.edusub"
    assert write_safely(stick, "x.edusub", b"three").name == "x-3.edusub"
    assert write_safely(stick, "x.edusub", b"two").name == "x-2.edusub"
    assert (stick / "x.edusub").read_bytes() == b"one"
    assert names(stick) == ["x-2.edusub", "x-3.edusub", "x.edusub"]


def test_a_folder_of_that_name_is_left_alone(stick):
    (stick / "x.edusub").mkdir()
    assert write_safely(stick, "x.edusub", DATA).name == "x-2.edusub"


def test_a_part_left_by_a_pulled_stick_is_replaced(stick):
    (stick / "x.edusub.part").write_bytes(b"half")
    write_safely(stick, "x.edusub", DATA)
    assert names(stick) == ["x.edusub"]


@pytest.mark.not_on_windows("a link needs a right there that no clerk has")
def test_a_part_that_is_a_link_is_not_written_through(stick, tmp_path):
    treasure = tmp_path / "treasure"
    treasure.write_bytes(b"old")
    (stick / "x.edusub.part").symlink_to(treasure)
    (stick / "y.edusub").symlink_to(tmp_path / "nowhere")
    write_safely(stick, "x.edusub", DATA)
    assert treasure.read_bytes() == b"old"
    assert write_safely(stick, "y.edusub", DATA).name == "y-2.edusub"
    assert not (tmp_path / "nowhere").exists()


def test_a_missing_folder(stick):
    refused(stick / "没有", "folder-missing")
    (stick / "file").write_bytes(b"")
    refused(stick / "file", "folder-missing")


@pytest.mark.parametrize("name", ["../x", "a/b", "x.part", ""])
def test_a_name_that_is_no_name_is_a_bug(stick, name):
    with pytest.raises(ValueError, match="plain"):
        write_safely(stick, name, DATA)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "folder-full"),
        (errno.EROFS, "folder-read-only"),
        (errno.EIO, "folder-io"),
        (errno.ENODEV, "folder-missing"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "rename" if os.name == "nt" else "link"])
def test_a_failing_system_call_leaves_nothing_new(stick, monkeypatch, number, code, call):
    write_safely(stick, "x.edusub", b"older")

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    refused(stick, code)
    assert names(stick) == ["x.edusub"]
    assert (stick / "x.edusub").read_bytes() == b"older"


def test_a_folder_that_cannot_be_made_durable_is_no_success(stick, monkeypatch):
    real, calls = os.fsync, []

    def second_fails(handle):
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(handle)

    monkeypatch.setattr(os, "fsync", second_fails)
    refused(stick, "folder-io")
    assert names(stick) == []


def test_a_stick_that_stores_other_bytes_is_found_out(stick, monkeypatch):
    def spoil(handle):
        os.lseek(handle, 7, os.SEEK_SET)
        os.write(handle, b"\0")

    monkeypatch.setattr(os, "fsync", spoil)
    refused(stick, "folder-io")
    assert names(stick) == []


def test_a_stick_without_links_and_without_folder_sync(stick, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "FAT")

    real = os.fsync

    def files_only(handle):
        if os.path.isdir(f"/proc/self/fd/{handle}"):  # noqa: PTH112 - a link of the kernel
            raise OSError(errno.EINVAL, "no directory sync")
        real(handle)

    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(os, "fsync", files_only)
    assert write_safely(stick, "x.edusub", DATA).read_bytes() == DATA
    assert write_safely(stick, "x.edusub", b"other").name == "x-2.edusub"
    assert names(stick) == ["x-2.edusub", "x.edusub"]


@pytest.fixture
def small_stick(stick):
    """Return a mounted file system of 1 MiB with room for few names."""
    options = "size=1m,nr_inodes=4"
    if os.name == "nt":
        pytest.skip("not on Windows: no disk can be mounted for a test")
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small stick")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", stick], check=False)
    if mounted.returncode:
        pytest.skip("no mounting here")
    yield stick
    subprocess.run(["umount", stick], check=True)


def test_a_full_stick(small_stick):
    (small_stick / "other").write_bytes(bytes(900 * 1024))
    problem = refused(small_stick, "folder-full", bytes(200 * 1024))
    assert problem.facts["needed_kb"] == 264
    assert names(small_stick) == ["other"]
    refused(small_stick, "folder-full", bytes(100 * 1024))  # it would just fit, and nothing after it
    (small_stick / "second").write_bytes(b"")
    (small_stick / "third").write_bytes(b"")  # no inode is left: the system itself says ENOSPC
    refused(small_stick, "folder-full", b"tiny")
    assert names(small_stick) == ["other", "second", "third"]


def test_a_write_protected_stick(small_stick):
    subprocess.run(["mount", "-o", "remount,ro", small_stick], check=True)
    refused(small_stick, "folder-read-only")


def test_reading_is_limited(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert read_limited(path, 5) == b"12345"
    for limit, target, code in [
        (4, path, "too-large"),
        (4, tmp_path / "y", "folder-missing"),
        (4, tmp_path, "not-a-file"),
    ]:
        with pytest.raises(Problem) as caught:
            read_limited(target, limit)
        assert caught.value.code == code
        assert caught.value.text


def test_every_file_of_a_folder_is_listed_in_order(stick):
    (stick / "b" / "c").mkdir(parents=True)
    paths = [stick / "a.edusub", stick / "b" / "c" / "x", stick / "b" / "y.part"]
    for path in reversed(paths):
        path.write_bytes(b"")
    if os.name != "nt":  # a link needs a right there that no clerk has
        (stick / "link").symlink_to(stick / "nowhere")
        paths.append(stick / "link")
    (stick / "d.edusub").mkdir()
    assert files_under(stick) == paths
    assert stick / "d.edusub" in files_under(stick, {".edusub"})
    with pytest.raises(Problem) as caught:
        files_under(stick / "没有")
    assert caught.value.code == "folder-missing"


def test_a_folder_that_cannot_be_read_is_no_empty_folder(stick, monkeypatch):
    (stick / "b").mkdir()
    (stick / "a.edusub").write_bytes(b"")
    real = os.scandir

    def fail(path="."):
        if Path(path).name == "b":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path)

    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(Problem) as caught:
        files_under(stick)
    assert caught.value.code == "folder-io"


def test_a_file_of_ones_own_is_replaced_whole_and_is_nobody_elses(tmp_path, monkeypatch):
    path = tmp_path / "writer.key"
    replace_own(path, b"old")
    (tmp_path / "writer.key.part").write_bytes(b"left by a kill")
    replace_own(path, b"new")
    assert names(tmp_path) == ["writer.key"]
    assert path.read_bytes() == b"new"
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o600

    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Problem) as caught:
        replace_own(path, b"newer")
    assert caught.value.code == "own-folder-failed"
    assert str(tmp_path) in caught.value.text
    assert (names(tmp_path), path.read_bytes()) == (["writer.key"], b"new")
