"""A submission names the deleted rows that were handed over, and none that nobody outside ever saw."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from eduapp.exchange.submission import inspect
from eduapp.services import backups, entry, workbooks
from eduapp.services.hand_off import rounds, sending, taking_over
from eduapp.services.keys import writer
from eduapp.services.packing import draft_of
from tests.services.schools import CODE, change, computer, export, make

ROWS = [{"name": f"室{n}", "kind": "普通教室", "area": "60"} for n in range(200)]


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as book:
        yield book


def named(book, made):
    """The deleted rows that a file names."""
    about = inspect(Path(made.path).read_bytes(), writer.archives_of(book.workbook))
    return draft_of(about.opened(lambda *_: None)).tombstones


def size(made):
    return Path(made.path).stat().st_size


def room(book, name):
    entry.add_row(book, "room", {"name": name})
    rows = book.draft.rows["room"]
    return rows.key_at(len(rows) - 1)


@pytest.mark.slow
def test_undone_pastes_weigh_nothing(book, tmp_path):
    entry.add_rows(book, "room", ROWS)
    clean = export(book, tmp_path / "U盘")
    for _ in range(3):
        pasted = entry.add_rows(book, "room", ROWS * 5)
        entry.apply(book, pasted.inverse())
    change(book, 41)
    made = export(book, tmp_path / "U盘")
    assert len(book.draft.tombstones) == 3 * 5 * len(ROWS)
    assert named(book, made) == set()
    assert size(made) <= 1.05 * size(clean)


def test_what_came_and_went_is_no_change_of_what_is_handed_over(book, tmp_path):
    entry.add_rows(book, "room", ROWS)
    first = export(book, tmp_path / "U盘")
    pasted = entry.add_rows(book, "room", ROWS)
    entry.apply(book, pasted.inverse())
    assert export(book, tmp_path / "U盘").id == first.id


@pytest.mark.slow
@pytest.mark.parametrize("state", ["draft", "final"])
def test_a_row_that_was_handed_over_is_named_from_then_on(book, tmp_path, state):
    key = room(book, "甲")
    if state == "final":
        sending._set_approved(book, approved=True)
    export(book, tmp_path / "U盘")
    sending._set_approved(book, approved=False)
    gone = entry.delete_rows(book, "room", [key])
    for pupils in (41, 42):
        change(book, pupils)
        assert named(book, export(book, tmp_path / "U盘")) == {("room", key)}
    entry.apply(book, gone.inverse())
    assert named(book, export(book, tmp_path / "U盘")) == set()
    entry.apply(book, gone)
    assert named(book, export(book, tmp_path / "U盘")) == {("room", key)}


def test_a_row_that_was_away_while_something_was_handed_over_was_not(book, tmp_path):
    key = room(book, "甲")
    gone = entry.delete_rows(book, "room", [key])
    export(book, tmp_path / "U盘")
    entry.apply(book, gone.inverse())
    entry.apply(book, gone)
    change(book, 41)
    assert named(book, export(book, tmp_path / "U盘")) == set()


def test_a_row_that_no_line_of_the_journal_tells_of_is_named(book, tmp_path):
    with book.workbook.writing() as raw:
        raw.execute("INSERT INTO tombstone (record, key) VALUES ('room', ?)", ("e" * 32,))
    book.draft.tombstones.add(("room", "e" * 32))
    assert named(book, export(book, tmp_path / "U盘")) == {("room", "e" * 32)}


@pytest.mark.slow
def test_a_restored_workbook_names_what_its_earlier_life_may_have_handed_over(tmp_path):
    with make(tmp_path) as book:
        early, late = room(book, "甲"), room(book, "乙")
        gone = entry.delete_rows(book, "room", [early])
        saved = book.workbook.backup("测试")
        entry.apply(book, gone.inverse())
        export(book, tmp_path / "U盘")  # both are out now, and the copy knows nothing of it
    path = tmp_path / f"{CODE}.edubook"
    backups.restore(path, saved)
    with workbooks.open_school(path) as book:
        entry.delete_rows(book, "room", [late])
        third = room(book, "丙")
        entry.delete_rows(book, "room", [third])
        wanted = {("room", key) for key in (early, late, third)}
        assert named(book, export(book, tmp_path / "U盘")) == wanted
        fourth = room(book, "丁")
        entry.delete_rows(book, "room", [fourth])
        change(book, 41)
        assert named(book, export(book, tmp_path / "U盘")) == wanted


def test_a_workbook_that_was_copied_back_names_what_it_had_before(tmp_path):
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) as book:
        key = room(book, "甲")
    shutil.copy(path, tmp_path / "旧.edubook")
    with workbooks.open_school(path) as book:
        export(book, tmp_path / "U盘")
    shutil.copy(tmp_path / "旧.edubook", path)
    with workbooks.open_school(path) as book:
        entry.delete_rows(book, "room", [key])
        assert named(book, export(book, tmp_path / "U盘")) == {("room", key)}


@pytest.mark.slow
def test_a_second_computer_that_goes_on_names_what_the_first_handed_over(tmp_path, monkeypatch):
    def take(book, made):
        offer = taking_over.look(book, Path(made.path))
        return taking_over.take(book, taking_over.rehearse(book, offer, unchecked=True))

    folders = [tmp_path / "电脑1", tmp_path / "电脑2"]
    for folder in folders:
        folder.mkdir()
    with computer(monkeypatch, folders[0] / "密钥"), make(folders[0]) as book:
        first, second = room(book, "甲"), room(book, "乙")
        export(book, tmp_path / "U盘")
        entry.delete_rows(book, "room", [first])
        made = export(book, tmp_path / "U盘")
        assert named(book, made) == {("room", first)}
    with computer(monkeypatch, folders[1] / "密钥"), make(folders[1]) as book:
        take(book, made)
        assert list(book.draft.rows["room"]) == [second]
        assert named(book, export(book, tmp_path / "U盘")) == {("room", first)}
        entry.delete_rows(book, "room", [second])
        change(book, 41)
        assert named(book, export(book, tmp_path / "U盘")) == {("room", first), ("room", second)}
    with workbooks.open_school(folders[1] / f"{CODE}.edubook") as book:
        assert book.draft.tombstones == {("room", first), ("room", second)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_acts_names_what_was_there_at_some_hand_over(book, tmp_path, seed):
    dice, undo, outside = random.Random(seed), [], set()
    for turn in range(25):
        there = list(book.draft.rows["room"])
        match dice.choice(("add", "add", "delete", "undo", "send")):
            case "add":
                undo.append(entry.add_rows(book, "room", ROWS[: dice.randint(1, 3)]))
            case "delete" if there:
                undo.append(entry.delete_rows(book, "room", dice.sample(there, min(2, len(there)))))
            case "undo" if undo:
                entry.apply(book, undo.pop().inverse())
            case "send":
                change(book, 40 + turn)
                made = export(book, tmp_path / "U盘")
                assert named(book, made) == {place for place in book.draft.tombstones if place in outside}
                outside |= {("room", key) for key in book.draft.rows["room"]}
    assert rounds.sealed_to(book) == ()
