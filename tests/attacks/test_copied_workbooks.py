"""Of workbooks copied, moved or restored paper and file have one data code, whoever speaks first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from eduapp.exchange.submission import inspect
from eduapp.services import backups, entry, workbooks
from eduapp.services.hand_off import sending
from eduapp.services.keys import keyring, writer
from eduapp.services.packing import draft_of
from eduapp.services.papers import printing_log
from tests.services.schools import CODE, change, computer, export, fill, make

PASTED = [{"name": f"室{n}", "kind": "普通教室", "area": "60"} for n in range(5)]
HANDED = "handed over"


class Copies:
    """The workbooks of one school on one computer, and the stick that all of them write to."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.stick, self.monkeypatch = folder, folder / "U盘", monkeypatch
        self.original, self.copy = folder / f"{CODE}.edubook", folder / "副本.edubook"
        with make(folder) as book:
            fill(book)
            undone_paste(book)

    def copied(self):
        shutil.copy(self.original, self.copy)

    def paper(self, path):
        """The data id that every page printed of a workbook carries."""
        with workbooks.open_school(path) as book:
            return printing_log.stamp_of(book).data_id

    def file(self, path):
        with workbooks.open_school(path) as book:
            return export(book, self.stick).data_id

    def edited(self, path, pupils):
        with workbooks.open_school(path) as book:
            change(book, pupils)
            undone_paste(book)


@pytest.fixture
def copies(tmp_path, monkeypatch):
    return Copies(tmp_path, monkeypatch)


def undone_paste(book):
    """Rows that nobody outside ever saw: they leave tombstones that no file names."""
    entry.apply(book, entry.add_rows(book, "room", PASTED).inverse())


@pytest.mark.slow
def test_a_copy_from_before_the_first_export_prints_what_it_exports(copies):
    copies.copied()
    printed = copies.paper(copies.copy)  # while the original has not spoken
    first = copies.file(copies.original)
    assert copies.paper(copies.copy) == printed == first
    assert copies.file(copies.copy) == printed
    assert copies.paper(copies.copy) == copies.file(copies.copy) == printed
    assert copies.paper(copies.original) == copies.file(copies.original) == printed


@pytest.mark.slow
def test_a_copy_that_is_behind_prints_what_it_exports(copies):
    copies.file(copies.original)
    copies.copied()
    copies.edited(copies.original, 41)
    copies.file(copies.original)
    printed = copies.paper(copies.copy)
    assert copies.file(copies.copy) == printed
    assert copies.paper(copies.copy) == copies.file(copies.copy) == printed


@pytest.mark.slow
def test_copies_that_export_in_turn_print_what_they_export(copies):
    copies.copied()
    for turn in range(3):
        for path in (copies.original, copies.copy):
            copies.edited(path, 41 + turn)
        printed = [copies.paper(path) for path in (copies.copy, copies.original)]
        assert printed[0] == printed[1]  # one state, whatever each of them has behind it
        for path in (copies.copy, copies.original):
            assert copies.file(path) == printed[0]
            assert copies.paper(path) == copies.file(path) == printed[0]


@pytest.mark.slow
def test_a_restored_workbook_prints_what_it_printed_and_exports(copies):
    with workbooks.open_school(copies.original) as book:
        saved = book.workbook.backup("测试")
    printed = copies.paper(copies.original)
    assert copies.file(copies.original) == printed
    backups.restore(copies.original, saved)
    assert copies.paper(copies.original) == copies.file(copies.original) == printed


@pytest.mark.slow
def test_a_workbook_on_another_computer_prints_what_it_exports(copies):
    printed = copies.file(copies.original)
    copies.copied()
    with computer(copies.monkeypatch, copies.folder / "电脑2"):
        assert copies.paper(copies.copy) == printed
        assert copies.file(copies.copy) == printed
        assert copies.paper(copies.copy) == printed
    moved = copies.original.rename(copies.folder / "搬走.edubook")
    assert copies.paper(moved) == copies.file(moved) == printed


def test_a_key_without_its_marks_changes_no_paper(copies):
    printed = copies.file(copies.original)
    with workbooks.open_school(copies.original) as book:
        writer.key_path(book.workbook).with_suffix(".json").unlink()
    assert copies.paper(copies.original) == printed
    assert copies.file(copies.original) == printed


@pytest.mark.slow
def test_a_copy_whose_key_is_locked_prints_what_it_will_export(copies):
    with workbooks.open_school(copies.original) as book:
        writer.protect(book.workbook, "长江黄河昆仑泰山")
        path = writer.key_path(book.workbook)
        opened = keyring._opened[path]
    copies.copied()
    copies.file(copies.original)
    keyring.forget(path)
    printed = copies.paper(copies.copy)
    keyring._opened[path] = opened
    assert copies.file(copies.copy) == printed


@pytest.mark.slow
def test_what_an_earlier_life_may_have_handed_over_is_named_beside_the_tables(copies):
    with workbooks.open_school(copies.original) as book:
        gone = frozenset(book.draft.tombstones)
    copies.copied()
    copies.file(copies.original)
    with workbooks.open_school(copies.copy) as book:
        made = export(book, copies.stick)
        about = inspect(Path(made.path).read_bytes())
        assert about.manifest.deleted_earlier == gone
        assert draft_of(about.opened(lambda *_: None)).tombstones == gone
        assert export(book, copies.stick).id == made.id
    with workbooks.open_school(copies.original) as book:
        assert inspect(Path(export(book, copies.stick).path).read_bytes()).manifest.deleted_earlier == set()


@pytest.mark.slow
def test_what_was_handed_over_is_in_the_data(copies):
    with workbooks.open_school(copies.original) as book:
        entry.add_row(book, "room", {"name": HANDED, "kind": "普通教室", "area": "60"})
        key = [*book.draft.rows["room"]][-1]
    first = copies.file(copies.original)
    copies.copied()
    for path in (copies.original, copies.copy):
        with workbooks.open_school(path) as book:
            entry.delete_rows(book, "room", [key])
            tables = {each.name: each for each in sending.tables_to_send(book)}
            assert [row[1:] for row in tables["deleted"].rows] == [("room", key)]
    assert copies.paper(copies.original) == copies.paper(copies.copy) != first
    assert copies.file(copies.copy) == copies.file(copies.original) == copies.paper(copies.copy)
