"""What may not grow: made once, looked up and not searched, stopped by nothing that only guards."""

from __future__ import annotations

import zlib
from collections import Counter
from pathlib import Path

import pytest

from db.records import titles
from eduapp.exchange import text_tables
from eduapp.services import entry, jobs
from eduapp.services.county import closing
from eduapp.services.county.books import open_county
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import intake, trust
from tests.services.intakes import take
from tests.services.schools import change, county, export, fill, make

TEACHERS, TRAININGS = 60, 90


@pytest.fixture
def school(tmp_path):
    with make(tmp_path) as school:
        fill(school)
        yield school


def test_an_export_writes_each_table_once(school, stick, monkeypatch):
    """It compares with what was handed in last, signs, and reads back: by the same bytes."""
    export(school, stick)
    written = Counter()
    write = text_tables.write_table

    def counting(table):
        written[table.name] += 1
        return write(table)

    monkeypatch.setattr(text_tables, "write_table", counting)
    for change_to in (84, None):
        written.clear()
        if change_to:
            change(school, change_to)
        export(school, stick)
        assert "school_class" in written
        assert set(written.values()) == {1}


def test_a_reference_is_looked_up_and_not_searched(school, monkeypatch):
    entry.add_rows(school, "teacher", [{"name": f"教师{number}"} for number in range(TEACHERS)])
    read, asked = titles.title_in, Counter()

    def counting(record, row):
        asked[record] += 1
        return read(record, row)

    monkeypatch.setattr(titles, "title_in", counting)
    rows = [{"teacher": f"教师{number % TEACHERS}"} for number in range(TRAININGS)]
    before = set(school.draft.rows["training"])
    entry.add_rows(school, "training", rows)
    added = [row for key, row in school.draft.rows["training"].items() if key not in before]
    assert {row["teacher"] for row in added} <= set(school.draft.rows["teacher"])
    assert asked["teacher"] <= 2 * len(school.draft.rows["teacher"])


def test_a_copy_that_cannot_be_made_stops_no_merge(book, school, stick):
    made = export(school, stick)
    trust.admit_unchecked(book, [Path(made.path)])
    folder = book.path.parent / "备份"
    if folder.is_dir():
        folder.rename(folder.with_name("别处"))
    folder.write_bytes(b"")  # where the copies should lie, a file does
    report = jobs.run(intake.merge(book, [stick]))
    assert report.counts["accepted"] == 1
    assert "合并前的备份没有做成" in report.notes[0]
    assert len(book.members) == 1


@pytest.mark.slow
def test_closing_judges_from_the_files_and_says_what_was_kept_otherwise(tmp_path, school, stick):
    with county(tmp_path / "练习县.edubook", practice=True) as book:
        made = export(school, stick, "draft")
        trust.admit_unchecked(book, [Path(made.path)])
        take(book, stick)
        found = jobs.run(county_report(book))
        path = book.path
        with book.workbook.writing() as raw:
            ((place, content),) = raw.execute(
                "SELECT place, content FROM kept_entry WHERE place != 'board'"
            ).fetchall()
            plain = zlib.decompress(content)
            edited = plain.replace(b'"met"', b'"unmet"')
            assert edited != plain
            raw.execute("UPDATE kept_entry SET content = ? WHERE place = ?", (zlib.compress(edited), place))
    with open_county(path) as book:
        assert jobs.run(county_report(book)) != found
        closing.close_round(book, "汇总")
        assert book.judging.store.changed == [place]
        assert [each.code for each in book.judging.notices] == ["kept-entry-changed"]
