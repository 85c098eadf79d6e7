"""Importing any file twice changes nothing the second time, whatever way the same things are written."""

import datetime
import random
import shutil
from pathlib import Path

import openpyxl
import pytest

from db.records.catalog import LISTS, RECORDS
from db.records.months import Month
from db.records.values import Choice, Day, Scaled, Whole, YesNo
from eduapp.services import answers, entry, importing, workbooks
from eduapp.services.pairing import Mode
from eduapp.services.practice.making import PLANS, make_school
from tests.examples import examples

_YES = {"是": ["是", "有", "√", "1", "Y"], "否": ["否", "无", "×", "0", "N"]}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The workbook of a practice school, closed."""
    path = tmp_path_factory.mktemp("twice") / "a.edubook"
    make_school(path, PLANS[0], 2026).close()
    return path


@pytest.fixture
def practice(whole, tmp_path):
    with workbooks.open_school(Path(shutil.copy(whole, tmp_path / "practice.edubook"))) as book:
        yield book


def page_of(book, record, folder, most):
    """A list as a filled sheet of at most so many rows."""
    importing.write_list(book, record, folder / "表.xlsx", filled=True)
    page = openpyxl.load_workbook(folder / "表.xlsx").worksheets[0]
    if page.max_row > most + 1:
        page.delete_rows(most + 2, page.max_row)
    return page


def spelled(field, text, by):
    """The same value as another clerk, or another program, writes it."""
    kind = field.item.kind
    if text is None or text == "":
        return None
    if isinstance(kind, Day):
        return _day(datetime.date.fromisoformat(str(text)[:10]), by)
    if isinstance(kind, Month):
        year, month = str(text).split("-")
        return by.choice(
            [text, f"{year}.{int(month)}", f"{year}年{int(month)}月", f"{year}{month}", f"{year}/{month}"]
        )
    if isinstance(kind, YesNo):
        return by.choice(_YES[str(text)])
    if isinstance(kind, Choice):
        code = kind.parse(str(text))
        return by.choice(
            [str(text), *(words for words, each in kind.aliases if kind.parse(words) == code == each)]
        )
    if isinstance(kind, Whole | Scaled):
        return by.choice([text, str(text), float(text), f"{text}{field.item.unit}", f" {text} "])
    return by.choice([text, f" {text}", f"{text} "])


def _day(day, by):
    return by.choice(
        [
            day,
            day.isoformat(),
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}.{day.month:02}.{day.day:02}",
            f"{day:%Y%m%d}",
            (day - datetime.date(1899, 12, 30)).days,
        ]
    )


def heading(field, by):
    """What another clerk calls the column."""
    words = by.choice([field.heading, field.item.label, *field.item.headings.split()])
    if field.item.unit == "万元" and words != field.heading:
        words = f"{words}(万元)"
    return by.choice([words, f"{words}*", f" {words} ", f"*{words}"])


def another(path, page, record, by):
    """The rows of a sheet in another order of rows and columns, under other headings, in other spellings."""
    fields = list(RECORDS[record].fields.values())
    body = [list(row) for row in page.iter_rows(min_row=2, values_only=True)]
    order = by.sample(range(len(fields)), len(fields))
    made = openpyxl.Workbook()
    if by.random() < 0.5:
        made.active.append(["某校某表"])
    made.active.append([heading(fields[at], by) for at in order])
    for row in by.sample(body, len(body)):
        made.active.append([spelled(fields[at], row[at], by) for at in order])
    made.save(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("record", LISTS)
def test_a_file_written_any_other_way_changes_nothing(practice, tmp_path, record):
    by = random.Random(record)
    page = page_of(practice, record, tmp_path, 120)
    for _ in range(examples(5)):
        path = another(tmp_path / "b.xlsx", page, record, by)
        done = importing.import_list(practice, record, path, dry_run=True)
        assert not done.changes.edits
        assert done.rows["unchanged"] == page.max_row - 1
        assert not done.missing
        assert not done.questions


@pytest.mark.slow
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("record", LISTS)
def test_what_was_new_is_there_the_second_time(practice, tmp_path, record, mode):
    by = random.Random(f"{record}{mode}")
    page = page_of(practice, record, tmp_path, 60)
    gone = [key for key in practice.draft.rows[record] if by.random() < 0.3]
    if gone:
        entry.delete_rows(practice, record, gone)
    for _ in range(2):
        path, said = another(tmp_path / "b.xlsx", page, record, by), answers.NO_ANSWERS
        for each in importing.import_list(practice, record, path, mode=mode, dry_run=True).questions:
            said = said.with_(each.id, "add")
        importing.import_list(practice, record, path, mode=mode, answers=said)
    last = importing.import_list(practice, record, another(tmp_path / "c.xlsx", page, record, by), mode=mode)
    assert not last.changes.edits
    assert sum(last.rows.values()) == last.rows_read
