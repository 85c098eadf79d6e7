"""A workbook made from the year before: what stays comes along, what was is compared with."""

from __future__ import annotations

import pytest

from db import journal
from db.problems import Problem
from db.tables import JOURNAL, PREVIOUS
from eduapp.cli.parser import main
from eduapp.services import checking, entry, workbooks
from eduapp.services.carrying import CARRIED_LISTS, NOTE
from eduapp.services.workbooks import NewSchool
from tests.services.schools import CODE, COUNTY, NAME, PERSONAL, YEAR, fill, make


@pytest.fixture
def earlier(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        entry.add_rows(book, "sports_ground", [{"name": "操场", "kind": "校内体育场", "area": "约500"}])
        entry.set_cell(book, "funding", "-", "equipment_value", "12.345678")
        entry.set_cell(book, "section_total", "primary", "pupils", "83")
        entry.set_complete(book, "teacher", complete=True)
        return book.path


def renew(tmp_path, earlier, *, code=CODE, year=YEAR + 1, kind="211", **more):
    new = NewSchool(code, NAME, kind, year, county=COUNTY, **more)
    return workbooks.create_school(tmp_path / "新.edubook", new, earlier)


def test_the_profile_and_the_lists_come_along(tmp_path, earlier):
    with workbooks.open_school(earlier) as old, renew_after(tmp_path, old) as new:
        for name in CARRIED_LISTS:
            assert dict(new.draft.rows[name].items()) == dict(old.draft.rows[name].items()), name
        for name in ("school_class", "homework", "training", "at_risk", "evidence", "rectification"):
            assert not len(new.draft.rows[name]), name
        assert new.draft.only("school") == old.draft.only("school")
        assert entry.show(new, "school", "phone", new.draft.only("school")["phone"]) == PERSONAL["phone"]
        # A text that could not be read is still there, and still red.
        ground = new.draft.rows["sports_ground"].key_at(0)
        assert new.draft.rows["sports_ground"][ground]["area"].text == "约500"


def renew_after(tmp_path, old):
    """Make the new one and leave the old one closed: a workbook is open once."""
    old.close()
    return renew(tmp_path, old.path)


def test_numbers_of_the_year_are_not_data_but_comparison(tmp_path, earlier):
    with renew(tmp_path, earlier) as new:
        assert new.draft.complete == set()
        assert new.draft.only("funding")["equipment_value"] is None
        assert new.draft.section("primary")["pupils"] is None
        assert new.draft.previous["pupils", "primary"] == "83"
        assert new.draft.previous["equipment_value", ""] == "12.345678"
        assert new.draft.previous["teachers", "primary"] == "2"  # counted from the list
        assert ("pupils", "lower_secondary") not in new.draft.previous
        assert ("budget", "") not in new.draft.previous  # nobody had said it
        assert not new.approved


def test_a_jump_from_last_year_is_found(tmp_path, earlier):
    with renew(tmp_path, earlier) as new:
        entry.set_cell(new, "section_total", "primary", "pupils", "84")
        assert not [each for each in checking.check(new).findings if each.code == "year.jump"]
        entry.set_cell(new, "section_total", "primary", "pupils", "183")
        (found,) = [each for each in checking.check(new).findings if each.code == "year.jump"]
        assert "上年 83,今年 183" in found.text


def test_what_the_new_one_states_goes_before_the_old(tmp_path, earlier):
    with renew(tmp_path, earlier, kind="218", area_class="220") as new:
        profile = new.draft.only("school")
        assert (profile["kind"], profile["area_class"], profile["built_year"]) == ("218", "220", 1998)


def test_the_carrying_stands_in_the_journal(tmp_path, earlier):
    with renew(tmp_path, earlier) as new, new.workbook.transaction() as connection:
        notes = [line.new for line in connection.execute(JOURNAL.select()) if line.field == NOTE]
        assert notes == [notes[0]]
        assert notes[0].endswith(f" {YEAR}")
        teacher = new.draft.rows["teacher"].key_at(0)
        assert [each.field for each in journal.entries(connection, "teacher", teacher)] == [journal.ROW_IN]
        assert connection.execute(PREVIOUS.select()).first() is not None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"code": "2143000002"}, "earlier-other-school"),
        ({"year": YEAR}, "earlier-not-earlier"),
        ({"year": YEAR - 1}, "earlier-not-earlier"),
        ({"practice": True}, "earlier-practice"),
    ],
)
def test_what_is_refused_leaves_no_file(tmp_path, earlier, more, code):
    with pytest.raises(Problem) as caught:
        renew(tmp_path, earlier, **more)
    assert caught.value.code == code
    assert not (tmp_path / "新.edubook").exists()


def test_a_file_that_is_not_there(tmp_path, earlier):
    with pytest.raises(Problem) as caught:
        renew(tmp_path, earlier.with_name("没有.edubook"))
    assert caught.value.code == "workbook-missing"


def test_the_suggestion_for_the_next_year(earlier):
    found = workbooks.next_year(earlier)
    assert (found.code, found.name, found.kind, found.year) == (CODE, NAME, "211", YEAR + 1)
    assert (found.area_class, found.county, found.practice) == ("121", COUNTY, False)


def test_on_the_command_line(tmp_path, earlier, capsys):
    new = tmp_path / "新.edubook"
    words = ["school", "new", str(new), "--code", CODE, "--name", NAME, "--kind", "211"]
    assert main([*words, "--year", str(YEAR), "--from", str(earlier)]) == 2
    assert not new.exists()
    assert main([*words, "--year", str(YEAR + 1), "--from", str(earlier)]) == 0
    assert "教师 2 行" in capsys.readouterr().out
    with workbooks.open_school(new) as book:
        assert len(book.draft.rows["room"]) == 1
