"""The workbook file: one program at a time, nothing acknowledged is lost, every fault has its words."""

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from db import workbook
from db.problems import Problem
from eduapp.services import entry, workbooks
from eduapp.services.workbooks import NewSchool

ROOT = Path(__file__).resolve().parents[2]
NEW = NewSchool("2143000001", "甲校", "211", 2026)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The bytes of a workbook with some hundred rows in it."""
    path = tmp_path_factory.mktemp("image") / "甲校.edubook"
    with workbooks.create_school(path, NEW) as book:
        entry.add_rows(book, "room", [{"name": f"{n}室", "area": "60.5"} for n in range(300)])
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, image):
    path = tmp_path / "甲校.edubook"
    path.write_bytes(image)
    return path


def problem(call, *arguments):
    with pytest.raises(Problem) as raised:
        call(*arguments)
    assert raised.value.what
    assert raised.value.advice
    return raised.value.code


def child(code, *arguments):
    """A second program of the same kind, from its start to its end."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


OPEN = """
    import sys
    from pathlib import Path
    from db.problems import Problem
    from db.workbook import open_workbook
    try:
        open_workbook(Path(sys.argv[1])).close()
        print("opened")
    except Problem as error:
        print(error.code)
"""


# --- the lock ---


@pytest.mark.slow
def test_a_second_opening_is_told_that_it_is_in_use(path):
    with workbook.open_workbook(path):
        assert problem(workbook.open_workbook, path) == "workbook-in-use"
        assert problem(workbooks.open_school, path) == "workbook-in-use"
        assert child(OPEN, path).stdout.strip() == "workbook-in-use"
    assert child(OPEN, path).stdout.strip() == "opened"


@pytest.mark.slow
def test_the_lock_holds_through_edits_backups_and_failed_second_openings(path):
    with workbooks.open_school(path) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", "38")
        book.workbook.backup("导入前")
        problem(workbook.open_workbook, path)
        assert child(OPEN, path).stdout.strip() == "workbook-in-use"


def test_a_refused_workbook_is_not_left_locked(tmp_path):
    path = tmp_path / "某县.edubook"
    workbook.create(path, workbooks.county_meta("430900", "某县", 2026, (), practice=False)).close()
    assert problem(workbooks.open_school, path) == "not-a-school-workbook"
    workbook.open_workbook(path).close()


# --- files that are none ---


def test_no_file_and_no_workbook(tmp_path):
    assert problem(workbook.open_workbook, tmp_path / "没有.edubook") == "workbook-missing"
    assert problem(workbook.open_workbook, tmp_path) == "workbook-missing"
    for name, content in {
        "空": b"",
        "一字节": b"S",
        "文本": "这不是工作簿".encode() * 100,
        "随机": os.urandom(20_000),
        "表头": b"SQLite format 3\0" + os.urandom(5_000),
    }.items():
        path = tmp_path / f"{name}.edubook"
        path.write_bytes(content)
        assert problem(workbook.open_workbook, path) in {"not-a-workbook", "workbook-damaged"}
        assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "别的.edubook"
    with sqlite3.connect(path) as raw:
        raw.execute("create table t (x)")
    raw.close()
    before = path.read_bytes()
    assert problem(workbook.open_workbook, path) == "not-a-workbook"
    assert path.read_bytes() == before


@pytest.mark.slow
def test_a_truncated_workbook_is_refused_wherever_it_was_cut(tmp_path, image):
    path = tmp_path / "断.edubook"
    page = 4096
    cuts = {
        0,
        1,
        15,
        16,
        99,
        100,
        511,
        512,
        page - 1,
        *range(page, len(image), page),
        len(image) - 1,
        len(image) - page,
    }
    for cut in sorted(cuts):
        path.write_bytes(image[:cut])
        assert problem(workbook.open_workbook, path) in {"not-a-workbook", "workbook-damaged"}, cut
        assert path.read_bytes() == image[:cut]


@pytest.mark.slow
def test_a_workbook_with_overwritten_pages_is_damaged(tmp_path, image):
    path = tmp_path / "坏.edubook"
    for start in range(4096, len(image), 4096):
        path.write_bytes(image[:start] + b"\xff" * 4096 + image[start + 4096 :])
        assert problem(workbook.open_workbook, path) == "workbook-damaged"


def test_a_newer_programs_workbook_is_not_opened(path):
    with sqlite3.connect(path) as raw:
        raw.execute("update alembic_version set version_num = '9999'")
    raw.close()
    before = path.read_bytes()
    assert problem(workbook.open_workbook, path) == "workbook-newer"
    assert path.read_bytes() == before


@pytest.mark.not_on_windows("rights are given by lists there, not by a mode")
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_workbook(path):
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        assert problem(workbook.open_workbook, path) == "workbook-read-only"
    finally:
        path.parent.chmod(0o755)


# --- power and disk ---


def test_settings_that_keep_what_was_acknowledged(path):
    with workbook.open_workbook(path) as opened:
        said = {
            name: opened._raw.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "application_id", "locking_mode")
        }
    assert said == {
        "journal_mode": "delete",
        "synchronous": 2,
        "foreign_keys": 1,
        "application_id": workbook.APPLICATION_ID,
        "locking_mode": "exclusive",
    }


EDIT = """
    import sys
    from pathlib import Path
    from eduapp.services import entry, workbooks
    book = workbooks.open_school(Path(sys.argv[1]))
    for number in range(1, 100_000):
        entry.set_cell(book, "section_total", "primary", "pupils", str(number))
        entry.add_row(book, "sports_ground", {"name": str(number), "area": "很大"})
        print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.not_on_windows("kill -9")
@pytest.mark.parametrize("after", [1, 60])
def test_no_acknowledged_edit_is_lost_when_the_program_is_killed(path, after):
    command = [sys.executable, "-c", textwrap.dedent(EDIT), str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        said = 0
        for line in program.stdout:
            said = int(line)
            if said >= after:
                program.kill()
                break
        said = max([said, *(int(line) for line in program.stdout if line.endswith("\n"))])
    with workbooks.open_school(path) as book:
        pupils = book.draft.rows["section_total"]["primary"]["pupils"]
        rows = [row["name"] for row in book.draft.rows["sports_ground"].values()]
        assert pupils in {said, said + 1}
        assert rows[:said] == [str(number) for number in range(1, said + 1)]
        assert len(rows) in {said, said + 1}
        assert len(rows) <= pupils
        assert all(row["area"].text == "很大" for row in book.draft.rows["sports_ground"].values())


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    folder = tmp_path / "小盘"
    folder.mkdir()
    if os.name == "nt":
        pytest.skip("not on Windows: no disk can be mounted for a test")
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(path):
    with path.open("wb", buffering=0) as file:
        written = 1
        while written:
            try:
                written = file.write(b"x" * 4096)
            except OSError:
                return


def test_a_full_disk_loses_nothing_and_says_so(small_disk, image):
    path = small_disk / "甲校.edubook"
    path.write_bytes(image)
    filler = small_disk / "填满"
    with workbooks.open_school(path) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", "38")
        fill(filler)
        rows = [{"name": "长" * 200} for _ in range(2000)]
        with pytest.raises(Problem) as raised:
            entry.add_rows(book, "room", rows)
        assert raised.value.code == "disk-full"
        assert str(path) in raised.value.what
        assert len(book.draft.rows["room"]) == 300
        assert problem(book.workbook.backup, "导入前") == "backup-failed"
        filler.unlink()
        entry.set_cell(book, "section_total", "primary", "pupils", "39")
    with workbooks.open_school(path) as book:
        assert len(book.draft.rows["room"]) == 300
        assert book.draft.rows["section_total"]["primary"]["pupils"] == 39
    assert [each for each in (small_disk / "备份").iterdir() if each.stat().st_size] == []


def test_a_workbook_is_not_half_made_on_a_full_disk(small_disk):
    filler = small_disk / "填满"
    fill(filler)
    path = small_disk / "甲校.edubook"
    assert problem(workbooks.create_school, path, NEW) == "disk-full"
    assert not path.exists()


# --- backups ---


def test_a_backup_opens_and_holds_what_there_was(path):
    with workbooks.open_school(path) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", "38")
        copy = book.workbook.backup("导入前")
        entry.set_cell(book, "section_total", "primary", "pupils", "39")
    assert copy.parent == path.parent / "备份"
    with workbooks.open_school(copy) as book:
        assert book.draft.rows["section_total"]["primary"]["pupils"] == 38
        assert len(book.draft.rows["room"]) == 300


def delete_and_fail(opened):
    with opened.transaction() as connection:
        connection.exec_driver_sql("delete from room")
        _ = 1 / 0


def test_a_transaction_is_all_or_nothing(path):
    with workbook.open_workbook(path) as opened:
        before = opened.connection.exec_driver_sql("select count(*) from room").scalar()
        opened.connection.rollback()
        with pytest.raises(ZeroDivisionError):
            delete_and_fail(opened)
        with pytest.raises(Problem) as raised, opened.transaction():
            raise Problem("approved-closed")
        assert raised.value.__cause__ is None
        assert opened.connection.exec_driver_sql("select count(*) from room").scalar() == before == 300
        opened.connection.rollback()


# --- moved while it is open ---


def _move(path):
    path.rename(path.with_name("移走.edubook"))


def _delete(path):
    path.unlink()


def _replace(path):
    shutil.copy(path, path.with_name("别的"))
    path.with_name("别的").replace(path)


def _replace_with_folder(path):
    path.unlink()
    path.mkdir()


def _rename_folder(path):
    path.parent.rename(path.parent.with_name("改名"))


@pytest.mark.parametrize("edited", [False, True], ids=["fresh", "edited before"])
@pytest.mark.parametrize("moving", [_move, _delete, _replace, _replace_with_folder, _rename_folder])
@pytest.mark.not_on_windows("Windows lets nobody move an open workbook")
def test_a_workbook_that_was_moved_takes_no_edit_that_would_be_lost(tmp_path, image, moving, edited):
    folder = tmp_path / "夹"
    folder.mkdir()
    path = folder / "甲校.edubook"
    path.write_bytes(image)
    with workbooks.open_school(path) as book:
        if edited:  # from then on SQLite keeps its journal open and looks no more
            entry.add_rows(book, "room", [{"name": "先"}])
        rows = len(book.draft.rows["room"])
        moving(path)
        assert problem(entry.add_rows, book, "room", [{"name": "后"}]) == "workbook-moved"
        assert len(book.draft.rows["room"]) == rows
        assert problem(book.workbook.backup, "手动") == "workbook-moved"
        assert problem(book.workbook.backup_if_due, "定时") == "workbook-moved"
    left = [each for each in tmp_path.rglob("*.edubook") if each.is_file() and "备份" not in each.parts]
    for each in left:
        with workbooks.open_school(each) as again:
            assert len(again.draft.rows["room"]) == rows
    assert len(left) == (0 if moving in {_delete, _replace_with_folder} else 1)
