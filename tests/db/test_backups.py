"""Copies of a workbook: whole or not at all, made beside entry, thinned by a rule, put back whole."""

import datetime
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import backups, workbook
from db.backups import DAYS, HOURS, NEWEST, SPECIAL, SPECIALS, WEEKS, Copy, kept
from db.problems import Problem
from eduapp.services import entry, workbooks
from eduapp.services.workbooks import NewSchool

NEW = NewSchool("2143000001", "甲校", "211", 2026)
NOW = datetime.datetime(2026, 11, 23, 10, 30)  # noqa: DTZ001 - copies are named by local time
HOUR = datetime.timedelta(hours=1)


def copy(at, occasion="定时"):
    return Copy(Path(f"{at:%Y%m%d-%H%M%S-%f}_{occasion}"), at, occasion)


moments = st.integers(-400 * 24 * 60, 400 * 24 * 60).map(lambda m: NOW + datetime.timedelta(minutes=m))
copies = st.lists(st.builds(copy, moments, st.sampled_from(["定时", "导入前", *SPECIAL])), unique=True)


# --- the rule ---


@given(copies, moments)
def test_the_newest_always_stays_and_nothing_is_made_up(all_of_them, now):
    stay = kept(all_of_them, now)
    assert stay <= set(all_of_them)
    assert kept(reversed(all_of_them), now) == stay
    ranked = sorted(all_of_them, key=lambda each: (each.at, each.path.name), reverse=True)
    past = [each for each in ranked if each.at <= now]
    assert set(ranked[:NEWEST][:1] + past[:NEWEST]) <= stay
    for occasion in SPECIAL:
        assert set([each for each in past if each.occasion == occasion][:SPECIALS]) <= stay
    assert len(stay) <= 2 * (NEWEST + HOURS + DAYS + WEEKS + SPECIALS * len(SPECIAL))


@given(copies, moments)
def test_the_windows_that_were_asked_for_have_a_copy_each(all_of_them, now):
    """One an hour for a day, one a day for 14 days, one a week for 12 weeks: wherever there was one."""
    stay = kept(all_of_them, now)
    periods = (
        (datetime.timedelta(days=1), lambda at: (at.date(), at.hour)),
        (datetime.timedelta(days=14), datetime.datetime.date),
        (datetime.timedelta(weeks=11), lambda at: at.isocalendar()[:2]),
    )
    for reach, period in periods:
        within = {period(each.at) for each in all_of_them if now - reach < each.at <= now}
        held = {period(each.at) for each in stay if each.at <= now}
        assert within <= held


@given(copies, moments)
def test_thinning_again_takes_nothing_more(all_of_them, now):
    stay = kept(all_of_them, now)
    assert kept(stay, now) == stay


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=60), st.integers(0, 60))
def test_thinning_after_each_copy_keeps_what_thinning_once_keeps(minutes, at):
    """What was cleared away is never wanted later: the rule is monotone in time."""
    now, held, everything = NOW, frozenset(), []
    for step in minutes:
        now += datetime.timedelta(minutes=step)
        made = copy(now)
        everything.append(made)
        held = kept({*held, made}, now)
        assert made in held
    assert held == kept(everything, now)


@given(copies, st.integers(3, 40))
def test_a_clock_that_is_set_wrong_clears_nothing_of_the_right_time_away(all_of_them, years):
    """The battery of an old computer is empty: it is 2010 again, or 2066."""
    past = kept([each for each in all_of_them if each.at <= NOW], NOW)
    back, forward = (NOW.replace(year=NOW.year + step) for step in (-years, years))
    wrong = [copy(back + HOUR * number) for number in range(80)]
    now = back + HOUR * 80
    assert past <= kept({*past, *wrong}, now)
    assert {wrong[-1]} <= kept({*past, *wrong}, now)
    assert kept(past, forward) == past


@pytest.mark.slow
def test_a_year_of_work_leaves_a_handful():
    held = frozenset()
    for day in range(365):
        for hour in range(8, 18):
            now = NOW.replace(month=1, day=1, hour=0) + datetime.timedelta(days=day, hours=hour)
            held = kept({*held, copy(now)}, now)
    ages = sorted((now - each.at) for each in held)
    assert ages[0] == datetime.timedelta(0)
    assert datetime.timedelta(weeks=10) < ages[-1] < datetime.timedelta(weeks=12)
    assert len(held) <= HOURS + DAYS + WEEKS
    assert len(held) > 30


# --- copies of a real file ---


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    path = tmp_path_factory.mktemp("image") / "甲校.edubook"
    with workbooks.create_school(path, NEW) as book:
        entry.add_rows(book, "room", [{"name": f"{n}室", "area": "60.5"} for n in range(300)])
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, image):
    path = tmp_path / "甲校.edubook"
    path.write_bytes(image)
    return path


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""

    class Clock:
        now = NOW

    monkeypatch.setattr(backups, "clock", lambda: Clock.now)
    return Clock


def pupils(path):
    with closing(backups.read_only(path)) as raw:
        return raw.execute("SELECT pupils FROM section_total WHERE id = 'primary'").fetchone()[0]


@pytest.mark.slow
def test_only_own_copies_are_listed_and_thinned(tmp_path, image, clock):
    own, other = tmp_path / "甲校[1].edubook", tmp_path / "甲校[1]_旧.edubook"
    for path in (own, other):
        path.write_bytes(image)
    (tmp_path / "备份").mkdir()
    strange = tmp_path / "备份" / "甲校[1]_20269999-101010-000000_定时.edubook"
    strange.write_bytes(b"")
    made = {}
    for path in (other, own):
        with workbook.open_workbook(path) as opened:
            made[path] = []
            for _ in range(NEWEST + 4):
                clock.now += datetime.timedelta(seconds=1)
                made[path].append(opened.backup("导入前"))
    for path in (own, other):
        assert [each.path for each in backups.copies_of(path)] == made[path][: -NEWEST - 1 : -1]
    assert strange.exists()


def test_a_copy_is_due_when_something_was_changed_and_the_last_is_an_hour_old(path, clock):
    with workbooks.open_school(path) as book:
        own = book.workbook
        assert own.backup_if_due("定时") is not None  # there was none
        entry.set_cell(book, "section_total", "primary", "pupils", "38")
        clock.now += HOUR / 2
        assert own.backup_if_due("定时") is None
        clock.now += HOUR
        assert pupils(own.backup_if_due("定时")) == 38
        clock.now += 5 * HOUR
        assert own.backup_if_due("定时") is None
        entry.set_cell(book, "section_total", "primary", "pupils", "39")
        assert own.backup_if_due("定时") is not None
        entry.set_cell(book, "section_total", "primary", "pupils", "40")
    clock.now += HOUR
    with workbooks.open_school(path) as book:  # what the last run changed after its copy is seen
        assert pupils(book.workbook.backup_if_due("定时")) == 40
    clock.now += 5 * HOUR
    for _ in range(2):
        with workbooks.open_school(path) as book:
            assert book.workbook.backup_if_due("定时") is None
    with workbooks.open_school(path) as book:
        book.workbook.backup("导入前")  # always
    assert len(backups.copies_of(path)) == 5


def test_a_clock_set_back_does_not_keep_copies_from_being_made(path, clock):
    with workbooks.open_school(path) as book:
        book.workbook.backup("定时")
        clock.now -= 48 * HOUR
        entry.set_cell(book, "section_total", "primary", "pupils", "38")
        made = book.workbook.backup_if_due("定时")
        assert made is not None
        entry.set_cell(book, "section_total", "primary", "pupils", "39")
        assert book.workbook.backup_if_due("定时") is None
    assert made.exists()
    assert len(backups.copies_of(path)) == 2


@pytest.mark.slow
def test_a_copy_made_while_another_thread_types_is_whole_and_of_one_moment(path, monkeypatch):
    monkeypatch.setattr(backups, "_PAGES", 8)
    typed, seen = 0, []
    with workbooks.open_school(path) as book:
        done = threading.Event()

        def keep():
            try:
                for _ in range(3):
                    seen.append((typed, book.workbook.backup_if_due("定时", lambda: True)))
                    for each in backups.copies_of(path):
                        Path(each.path).rename(each.path.with_suffix(".kept"))
            finally:
                done.set()

        thread = threading.Thread(target=keep)
        thread.start()
        while not done.is_set():
            entry.set_cells(
                book,
                [("section_total", stage, "pupils", typed + 1) for stage in ("primary", "lower_secondary")],
                "填写",
            )
            typed += 1
        thread.join()
    assert typed > 3
    assert len(seen) == 3
    for before, made in seen:
        kept_copy = made.with_suffix(".kept")
        assert backups.is_whole(kept_copy)
        with closing(backups.read_only(kept_copy)) as raw:
            counts = {row[0] for row in raw.execute("SELECT pupils FROM section_total")}
        assert len(counts) == 1
        assert before <= (counts.pop() or 0) <= typed


def test_a_copy_that_is_no_longer_wanted_leaves_nothing(path, monkeypatch):
    monkeypatch.setattr(backups, "_PAGES", 1)
    asked = []
    with workbooks.open_school(path) as book:

        def wanted():
            asked.append(1)
            return len(asked) < 5

        assert book.workbook.backup_if_due("定时", wanted) is None
        assert len(asked) == 5
        assert list((path.parent / "备份").iterdir()) == []
        assert book.workbook.backup_if_due("定时") is not None  # it is still due


def test_closing_gives_a_running_copy_up(path, monkeypatch):
    monkeypatch.setattr(backups, "_PAGES", 1)
    begun = threading.Event()
    book = workbooks.open_school(path)
    thread = threading.Thread(target=lambda: book.workbook.backup_if_due("定时", lambda: begun.set() or True))
    thread.start()
    assert begun.wait(10)
    book.close()
    thread.join()
    assert list((path.parent / "备份").iterdir()) == []


def test_what_an_interrupted_run_left_is_cleared_away(path):
    folder = path.parent / "备份"
    folder.mkdir()
    left = folder / "甲校_20260101-101010-000000_定时.edubook.part"
    others = folder / "甲校_旧_20260101-101010-000000_定时.edubook.part"
    for each in (left, others):
        each.write_bytes(b"half")
    with workbook.open_workbook(path) as opened:
        opened.backup("定时")
    assert not left.exists()
    assert others.exists()


def test_a_copy_that_reads_back_wrong_is_no_copy(path, monkeypatch):
    copied = backups._copy_pages

    def spoil(source, part, wanted):
        copied(source, part, wanted)
        with part.open("r+b") as file:
            file.seek(4096 * 3)
            file.write(b"\xff" * 4096)

    monkeypatch.setattr(backups, "_copy_pages", spoil)
    with workbook.open_workbook(path) as opened, pytest.raises(Problem) as raised:
        opened.backup("定时")
    assert raised.value.code == "backup-failed"
    assert list((path.parent / "备份").iterdir()) == []


# --- putting back ---


def keep_facts(copy_meta, _present):
    return {"workbook": "new", "workbook_before": copy_meta["workbook"]}


@pytest.fixture
def older(path):
    """A copy of the state with 38 pupils; the workbook has 39."""
    with workbooks.open_school(path) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", "38")
        made = book.workbook.backup("定时")
        entry.set_cell(book, "section_total", "primary", "pupils", "39")
    return made


@pytest.mark.slow
def test_restoring_loses_nothing_in_either_direction(path, older):
    saved = workbook.restore(path, older, keep_facts)
    assert (pupils(path), pupils(saved), pupils(older)) == (38, 39, 38)
    assert "恢复前" in saved.name
    with workbooks.open_school(path) as book:
        assert book.workbook.meta["workbook"] == "new"
        assert book.data.draft.rows["section_total"]["primary"]["pupils"] == 38
        said = book.workbook.connection.exec_driver_sql("SELECT new FROM journal WHERE field = 'restored'")
        assert said.scalar_one() == older.name
    again = workbook.restore(path, saved, keep_facts)
    assert (pupils(path), pupils(again)) == (39, 38)


def test_a_workbook_that_is_open_elsewhere_is_not_replaced(path, older):
    with workbook.open_workbook(path):
        before = path.read_bytes() if os.name != "posix" else None
        with pytest.raises(Problem) as raised:
            workbook.restore(path, older, keep_facts)
    assert raised.value.code == "workbook-in-use"
    assert before is None or path.read_bytes() == before
    assert pupils(path) == 39


@pytest.mark.parametrize("harm", ["cut", "noise", "gone"])
def test_a_damaged_or_lost_workbook_is_restored_and_its_bytes_are_kept(path, older, harm):
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:9000])
    elif harm == "noise":
        path.write_bytes(b"\xff" * 9000)
    else:
        path.unlink()
    left = path.read_bytes() if path.exists() else None
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(b"a journal of other bytes")
    saved = workbook.restore(path, older, keep_facts)
    assert pupils(path) == 38
    assert not journal.exists()
    assert (saved.read_bytes() if saved else None) == left
    workbook.open_workbook(path).close()


@pytest.mark.parametrize("there", [True, False])
def test_a_journal_goes_aside_with_the_bytes_it_belongs_to(path, there):
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(b"to be rolled back")
    if not there:
        path.unlink()
    saved = backups.put_aside(path, "恢复前")
    assert not journal.exists()
    assert (saved is not None) == there
    (moved,) = (path.parent / "备份").glob("*-journal")
    assert moved.read_bytes() == b"to be rolled back"
    assert saved is None or moved.name == f"{saved.name}-journal"
    assert path.exists() == there


def test_a_copy_that_is_none_is_refused_and_nothing_is_touched(path, older, tmp_path):
    before = path.read_bytes()
    for harm in (b"", b"no workbook", older.read_bytes()[:9000]):
        older.write_bytes(harm)
        with pytest.raises(Problem) as raised:
            workbook.restore(path, older, keep_facts)
        assert raised.value.code in {"workbook-damaged", "not-a-workbook"}
    foreign = tmp_path / "foreign.edubook"
    with closing(sqlite3.connect(foreign)) as raw:
        raw.execute("CREATE TABLE meta (name, value)")
    for wrong, code in ((foreign, "not-a-workbook"), (tmp_path / "none.edubook", "workbook-missing")):
        with pytest.raises(Problem) as raised:
            workbook.restore(path, wrong, keep_facts)
        assert raised.value.code == code
    assert path.read_bytes() == before
    assert len(backups.copies_of(path)) == 1


def test_a_newer_programs_copy_is_refused(path, older):
    with closing(sqlite3.connect(older)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Problem) as raised:
        workbook.restore(path, older, keep_facts)
    assert raised.value.code == "workbook-newer"


@pytest.mark.slow
def test_an_older_programs_copy_is_restored_and_upgraded_when_it_is_opened(tmp_path):
    history = Path(__file__).parents[1] / "history"
    old = next(iter(sorted(history.rglob("*.edubook"))))
    path = Path(shutil.copy(old, tmp_path / "校.edubook"))
    workbooks.role_of(path)  # upgraded, after a copy
    (before,) = backups.copies_of(path)
    assert before.occasion == "升级前"
    workbook.restore(path, before.path, keep_facts)
    with workbook.open_workbook(path) as opened:
        assert opened.meta["workbook"] == "new"


def test_a_failure_half_way_leaves_the_workbook_as_it_was(path, older, monkeypatch):
    def fail(part, target):
        raise OSError(28, "no space left")

    with workbook.open_workbook(path) as opened:  # so that 恢复前 need not be made under the failure
        opened.backup("恢复前")
    before = path.read_bytes()
    monkeypatch.setattr(workbook.Workbook, "backup", lambda self, occasion: older)
    monkeypatch.setattr(backups, "_finish", fail)
    with pytest.raises(Problem) as raised:
        workbook.restore(path, older, keep_facts)
    assert raised.value.code == "restore-failed"
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["备份", "甲校.edubook"]


def test_a_folder_of_copies_that_cannot_be_read_is_said(path, monkeypatch):
    def fail(_workbook):
        raise PermissionError(13, "denied")

    with workbook.open_workbook(path) as opened:
        monkeypatch.setattr(backups, "copies_of", fail)
        with pytest.raises(Problem) as raised:
            opened.backup_if_due("定时")
    assert raised.value.code == "backup-failed"
