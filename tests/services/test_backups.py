"""Backups as a person meets them: the list says what each holds; a restored workbook is a new writer."""

from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange.submission import inspect
from eduapp.services import backups, entry, jobs, workbooks
from eduapp.services.county import books as county_books
from eduapp.services.folders import data_folder
from eduapp.services.hand_off import intake, sending, trust, viewing
from eduapp.services.keys import county_keys, writer
from tests.services.hand_off import PASSPHRASE, believe
from tests.services.schools import CODE, NAME, change, county, export, fill, make


@pytest.fixture
def path(tmp_path):
    return tmp_path / f"{CODE}.edubook"


def test_the_list_says_what_each_backup_holds(path, tmp_path):
    assert not backups.has_backups(path)
    with make(tmp_path) as book:
        book.workbook.backup("导入前")
        fill(book)
        export(book, tmp_path / "U盘")
        book.workbook.backup("定时")
    newest, oldest = backups.backups_of(path)
    assert (newest.occasion, oldest.occasion) == ("定时", "导入前")
    assert newest.summary == f"{NAME} 2026 学年 · 7 行 · 上报 1 次"
    assert oldest.summary == f"{NAME} 2026 学年 · 0 行 · 上报 0 次"
    assert newest.at >= oldest.at
    assert newest.size == newest.path.stat().st_size > 0
    newest.path.write_bytes(b"noise" * 1000)
    assert [(each.summary, each.readable) for each in backups.backups_of(path)] == [
        ("打不开", False),
        (oldest.summary, True),
    ]


def test_a_countys_list_says_how_many_files_came(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        book.workbook.backup("合并前")
    (only,) = backups.backups_of(tmp_path / "县.edubook")
    assert only.summary == "某县 2026 学年 · 收到 0 个上报文件"


def test_an_old_releases_backup_is_listed():
    history = Path(__file__).parents[1] / "history"
    for old in sorted(history.rglob("*.edubook")):
        assert backups._summary(old)


@pytest.mark.slow
def test_a_restored_workbook_is_a_new_writer_whose_key_the_last_one_signed_for(path, tmp_path):
    with make(tmp_path) as book:
        fill(book)
        first = export(book, tmp_path / "U盘")
        copy = book.workbook.backup("测试")
        change(book, 90)
        second = export(book, tmp_path / "U盘")
        before = book.workbook.meta["workbook"]
    done = backups.restore(path, copy)
    assert done.path == path
    with workbooks.open_school(path) as book:
        assert book.workbook.meta["workbook"] not in {before, ""}
        assert book.workbook.meta["workbook_before"] == before
        change(book, 91)
        third = export(book, tmp_path / "U盘")
    about = [inspect(Path(each.path).read_bytes()) for each in (first, second, third)]
    assert about[0].key == about[1].key != about[2].key
    assert about[1].manifest.writer != about[2].manifest.writer
    assert about[2].manifest.seq == 1
    # What was newer than the backup is not lost: it can be restored in turn.
    backups.restore(path, done.saved)
    with workbooks.open_school(path) as book:
        assert book.data.draft.rows["section_total"]["primary"]["pupils"] == 90
        assert {each.id for each in sending.sent(book)} == {first.id, second.id}


@pytest.mark.slow
def test_a_restored_workbook_still_opens_what_was_sealed_before(path, tmp_path):
    with county(tmp_path / "县.edubook") as office, make(tmp_path) as book:
        county_keys.establish(office.workbook, PASSPHRASE)
        fill(book)
        believe(book, office)
        made = export(book, tmp_path / "U盘")
        before = writer.writer_of(book.workbook)
        copy = book.workbook.backup("测试")
    backups.restore(path, copy)
    with workbooks.open_school(path) as book:
        assert viewing.view_sent(book, made.id).tables
        after = writer.writer_of(book.workbook)
        assert viewing.view_sent(book, made.id).tables
    assert after.key.public != before.key.public
    assert after.replaces.key == before.key.public


@pytest.mark.slow
def test_a_workbook_restored_twice_still_knows_the_key_that_was_used(path, tmp_path):
    with make(tmp_path) as book:
        fill(book)
        export(book, tmp_path / "U盘")
        used = book.workbook.meta["workbook"]
        copy = book.workbook.backup("测试")
    ids = {used}
    for _ in range(3):
        backups.restore(path, copy)
        with workbooks.open_school(path) as book:
            assert book.workbook.meta["workbook_before"] == used
            ids.add(book.workbook.meta["workbook"])
    assert len(ids) == 4
    assert any((data_folder() / "keys").glob(f"{used}.*"))


def test_a_damaged_workbook_is_restored(path, tmp_path):
    with make(tmp_path) as book:
        fill(book)
        copy = book.workbook.backup("测试")
    path.write_bytes(path.read_bytes()[: 4096 * 3])
    with pytest.raises(Problem) as raised:
        workbooks.open_school(path)
    assert raised.value.code == "workbook-damaged"
    done = backups.restore(path, copy)
    assert done.saved.stat().st_size == 4096 * 3
    with workbooks.open_school(path) as book:
        assert book.data.facts.name == NAME
        assert book.workbook.meta["workbook_before"]


def test_the_hourly_copy_is_made_when_it_is_due(path, tmp_path):
    with make(tmp_path) as book:
        assert backups.keep(book) is not None
        entry.set_cell(book, "section_total", "primary", "pupils", "38")
        assert backups.keep(book) is None
        assert backups.keep(book, backups.CLOSING) is None
    (only,) = backups.backups_of(path)
    assert only.occasion == backups.HOURLY


@pytest.mark.slow
def test_a_county_keeps_its_set_through_a_restore(tmp_path):
    path = tmp_path / "县.edubook"
    with make(tmp_path) as school:
        fill(school)
        made = export(school, tmp_path / "U盘")
    with county(path) as book:
        trust.admit_unchecked(book, [Path(made.path)])
        before = book.workbook.backup("合并前")
        jobs.run(intake.merge(book, [tmp_path / "U盘"]))
        fingerprint = book.fingerprint
    done = backups.restore(path, before)
    with county_books.open_county(path) as book:
        assert book.members == []
    backups.restore(path, done.saved)
    with county_books.open_county(path) as book:
        assert [each.id for each in book.members] == [made.id]
        assert book.fingerprint == fingerprint
        assert book.workbook.meta["workbook_before"]
