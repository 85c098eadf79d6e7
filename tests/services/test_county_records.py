"""The county's own records: entered as a school's are, imported from the official form, never merged."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from db.problems import Problem
from db.records.catalog import COUNTY_RECORDS, SCHOOL_RECORDS
from db.records.draft import empty_row
from db.records.rows import ONLY
from db.records.values import Unread
from db.tables import JOURNAL, RECORD_TABLES
from eduapp.services import entry
from eduapp.services.county import books as county_books
from eduapp.services.county import importing_county
from eduapp.services.county import records as county_records
from eduapp.services.hand_off import trust
from tests.examples import examples
from tests.services.intakes import take
from tests.services.schools import change, county, export, fill, make

REAL = Path(__file__).parents[3] / "shared" / "real" / "区县填报表格.xlsx"
PEOPLE = "county_people"


def lines(book):
    with book.workbook.transaction() as connection:
        return len(connection.execute(JOURNAL.select()).all())


def reread(book):
    """The records as they lie in the file."""
    with book.workbook.transaction() as connection:
        return county_books.store.load(connection, COUNTY_RECORDS)


def said(draft):
    """A draft as plain values."""
    rows = {
        name: [(key, rows.position_of(key), row) for key, row in rows.items()]
        for name, rows in draft.rows.items()
    }
    return rows, draft.reasons, draft.complete, draft.tombstones


def codes(book, schools=None):
    return [each.code for each in county_records.check(book, schools)]


def filled_form(path, book, **values):
    """The county's own blank form, filled in by hand: `values` by the label's beginning."""
    importing_county.write_form(book, path, blank=True)
    sheet = load_workbook(path)
    for label, value in values.items():
        (row,) = [row for row in sheet.worksheets[0].iter_rows() if str(row[2].value).startswith(label)]
        row[4].value = value
    sheet.save(path)
    return path


# -- entering ---------------------------------------------------------------------------------------
def test_a_new_county_has_its_single_rows_and_nothing_found(book):
    assert set(book.draft.rows) == set(COUNTY_RECORDS)
    for name, spec in COUNTY_RECORDS.items():
        assert list(book.draft.rows[name]) == ([] if spec.is_list else [ONLY])
    assert county_records.check(book) == ()
    assert not book.approved


def test_a_county_of_an_older_release_gets_them_when_it_is_opened(book):
    path = book.path
    with book.workbook.transaction() as connection:
        connection.execute(RECORD_TABLES[PEOPLE].delete())
    book.close()
    with county_books.open_county(path) as opened:
        assert list(opened.draft.rows[PEOPLE]) == [ONLY]
        before = lines(opened)
    with county_books.open_county(path) as opened:
        assert lines(opened) == before


def test_an_edit_is_durable_journaled_and_taken_back(book):
    before, fingerprint = lines(book), book.fingerprint
    done = entry.set_cell(book, PEOPLE, ONLY, "eligible", "１,２００")
    assert (done.text, done.records) == ("修改 符合交流条件教师总数", {PEOPLE})
    assert (book.draft.only(PEOPLE)["eligible"], lines(book)) == (1200, before + 1)
    assert reread(book).rows[PEOPLE][ONLY] == book.draft.only(PEOPLE)
    assert not entry.set_cell(book, PEOPLE, ONLY, "eligible", "1200")
    entry.apply(book, done.inverse())
    assert book.draft.only(PEOPLE) == empty_row(PEOPLE)
    assert book.fingerprint == fingerprint


def test_what_cannot_be_read_is_kept_and_found(book):
    entry.set_cell(book, PEOPLE, ONLY, "eligible", "约500")
    assert reread(book).only(PEOPLE)["eligible"] == Unread("约500")
    (finding,) = county_records.check(book)
    assert (finding.code, finding.text) == ("unread", "符合交流条件教师总数「约500」应为数字")


def test_a_commit_that_fails_changes_nothing(book, monkeypatch):
    before = lines(book)

    def full(edits):
        raise Problem("disk-full", path="x")

    monkeypatch.setattr(book.workbook, "apply", full)
    with pytest.raises(Problem):
        entry.set_cell(book, PEOPLE, ONLY, "eligible", "5")
    assert (book.draft.only(PEOPLE)["eligible"], lines(book)) == (None, before)


def test_each_kind_of_book_knows_its_own_records_alone(book, school):
    for wrong in ("teacher", "school", "x"):
        with pytest.raises(Problem) as caught:
            entry.key_of(book, wrong, "1")
        assert caught.value.code == "record-unknown"
        assert caught.value.facts["known"] == "、".join(COUNTY_RECORDS)
    with pytest.raises(Problem) as caught:
        entry.key_of(school, PEOPLE, "-")
    assert caught.value.facts["known"] == "、".join(SCHOOL_RECORDS)


def test_lists_are_added_to_pasted_and_deleted(book):
    entry.add_row(book, "county_project", {"name": "新校", "kind": "新建", "places": "270"})
    done = entry.paste(book, "county_project", 1, ["name", "money"], [["食堂", "42.5"], ["操场", "很多"]])
    rows = book.draft.rows["county_project"]
    assert [row["name"] for row in rows.values()] == ["新校", "食堂", "操场"]
    assert entry.title_of(book, "county_project", rows.key_at(1)) == "食堂"
    assert entry.number_of(book, "county_project", rows.key_at(2)) == "3"
    assert rows[rows.key_at(2)]["money"] == Unread("很多")
    gone = entry.delete_rows(book, "county_project", [rows.key_at(0)])
    assert [row["name"] for row in reread(book).rows["county_project"].values()] == ["食堂", "操场"]
    entry.apply(book, gone.inverse())
    entry.apply(book, done.inverse())
    assert [row["name"] for row in book.draft.rows["county_project"].values()] == ["新校"]


def test_a_reason_stays_with_the_finding(book):
    entry.set_cell(book, "county_funding", ONLY, "special_funds", "240")
    (finding,) = county_records.check(book)
    entry.set_reason(book, finding.id, "今年新设,经费从十月起")
    (finding,) = county_records.check(book)
    assert (finding.reason, finding.open) == ("今年新设,经费从十月起", False)
    assert reread(book).reasons == {finding.id: finding.reason}


def texts_of(field):
    kind = field.item.kind
    usual = [words for _, words in kind.options] if kind.name == "choice" else ["2026-09-01", "是", "甲"]
    return st.sampled_from([*usual[:3], "", "0", "7", "12.5", "约500", "1,200", "-1"])


STEP = st.sampled_from(sorted(COUNTY_RECORDS)).flatmap(
    lambda record: st.tuples(
        st.just(record),
        st.sampled_from(["set", "add", "paste", "delete", "undo", "reason"]),
        st.integers(0, 5),
        st.fixed_dictionaries(
            {}, optional={name: texts_of(f) for name, f in COUNTY_RECORDS[record].fields.items()}
        ),
    )
)


def one_step(book, done, step):
    record, what, at, texts = step
    rows = book.draft.rows[record]
    if what == "undo" and done:
        return [entry.apply(book, done.pop().inverse())][:0]
    if what == "reason" and (found := county_records.check(book)):
        return [entry.set_reason(book, found[at % len(found)].id, "已核对" if at % 2 else "")]
    if what == "set" and len(rows):
        key = rows.key_at(at % len(rows))
        return [entry.set_cell(book, record, key, name, text) for name, text in texts.items()]
    if what == "paste":
        return [entry.paste(book, record, min(at, len(rows)), list(texts), [list(texts.values())] * 2)]
    if COUNTY_RECORDS[record].is_list and what == "add":
        return [entry.add_row(book, record, texts)]
    if COUNTY_RECORDS[record].is_list and what == "delete" and len(rows):
        return [entry.delete_rows(book, record, [rows.key_at(at % len(rows))])]
    return []


@cache
def made():
    """The bytes of a new workbook: making one takes longer than all its edits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "县.edubook"
        county(path).close()
        return path.read_bytes()


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(steps=st.lists(STEP, max_size=12))
def test_any_edits_are_what_a_full_reading_says_and_undo_to_the_first(steps):
    with tempfile.TemporaryDirectory() as folder:
        path, done = Path(folder) / "县.edubook", []
        path.write_bytes(made())
        with county_books.open_county(path) as book:
            first = said(book.draft)[:3]
            for step in steps:
                done += [changes for changes in one_step(book, done, step) if changes]
            assert said(reread(book)) == said(book.draft)
            assert county_records.check_draft(reread(book)) == county_records.check(book)
            for changes in reversed(done):
                entry.apply(book, changes.inverse())
            assert said(reread(book))[:3] == first


# -- the official form ------------------------------------------------------------------------------
def test_the_form_is_rehearsed_then_taken_over_in_one_step(book, tmp_path):
    path = filled_form(
        tmp_path / "a.xlsx", book, 符合交流条件教师总数=120, 实际交流轮岗教师数="130名", 当地公务员="8.1万"
    )
    entry.set_cell(book, PEOPLE, ONLY, "eligible", "100")
    entry.set_cell(book, PEOPLE, ONLY, "migrants", "77")
    rehearsed = importing_county.import_form(book, path, dry_run=True)
    assert book.draft.only(PEOPLE)["eligible"] == 100
    assert not list(tmp_path.glob("备份/*导入前*"))
    done = importing_county.import_form(book, path)
    assert rehearsed == done
    assert (done.rows_read, done.values_set, len(done.changes.edits)) == (20, 3, 3)
    assert [each.after for each in done.cleaned] == ["8.1", "130"]
    assert [each.code for each in done.findings] == ["max.rotated"]
    assert done.open_findings == done.findings
    assert len(list(tmp_path.glob("备份/*导入前*"))) == 1
    assert book.draft.only(PEOPLE)["migrants"] == 77  # a blank states nothing
    entry.apply(book, done.changes.inverse())
    assert book.draft.only(PEOPLE)["eligible"] == 100
    assert book.draft.only(PEOPLE)["rotated"] is None


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("区县名称", "别县"),
        ("区县名称", "阳某县"),
        ("区县代码", "430901"),
        ("区县代码", 430901.0),
        ("填报年度", 2025),
        ("填报年度", "2025-2026学年"),
        ("填报年度", "今年"),
    ],
)
def test_a_form_of_another_county_or_year_writes_nothing(book, tmp_path, label, value):
    path = filled_form(tmp_path / "a.xlsx", book, 符合交流条件教师总数=120, **{label: value})
    before = lines(book)
    for dry_run in (True, False):
        with pytest.raises(Problem) as caught:
            importing_county.import_form(book, path, dry_run=dry_run)
        assert caught.value.code == "form-contradicts"
        assert caught.value.facts["label"] == label
    assert (lines(book), book.draft.only(PEOPLE)["eligible"]) == (before, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("区县名称", " 某 县 "),
        ("区县名称", "湖南省益阳市某县"),
        ("区县名称", None),
        ("区县代码", 430900.0),
        ("区县代码", "430900000000"),
        ("填报年度", 2026.0),
        ("填报年度", "２０２６年"),
        ("填报年度", "2026—2027学年"),
    ],
)
def test_the_same_county_in_other_words_is_the_same(book, tmp_path, label, value):
    path = filled_form(tmp_path / "a.xlsx", book, 符合交流条件教师总数=120, **{label: value})
    assert importing_county.import_form(book, path).values_set == 1
    assert (book.name, book.code, book.year) == ("某县", "430900", 2026)


def test_the_filled_form_says_what_the_workbook_says(book, tmp_path):
    for record, field, text in (
        ("county_funding", "special_funds", "2400000"),
        ("county_funding", "teacher_pay", "8.55"),
        ("county_funding", "payroll", "99"),  # not on the form
        (PEOPLE, "disabled", "0"),
        (PEOPLE, "rotated", "约30"),
    ):
        entry.set_cell(book, record, ONLY, field, text)
    importing_county.write_form(book, tmp_path / "a.xlsx")
    with county(tmp_path / "乙.edubook") as other:
        done = importing_county.import_form(other, tmp_path / "a.xlsx")
        assert (done.values_set, done.ignored, done.cleaned) == (4, (), ())
        for record in ("county_funding", PEOPLE):
            same = (
                {**book.draft.only(record), "payroll": None}
                if "funding" in record
                else book.draft.only(record)
            )
            assert other.draft.only(record) == same
    assert importing_county.import_form(book, tmp_path / "a.xlsx").changes.edits == ()


@pytest.mark.skipif(not REAL.exists(), reason="the real form is not here")
def test_the_real_form_is_imported(book, tmp_path):
    sheet = load_workbook(REAL)
    for row, value in enumerate(
        ["某县", 430900, 2026, 1150, 1350, 2_400_000, 31, 8.5, 8.1, *range(100, 89, -1)], 2
    ):
        sheet.worksheets[0].cell(row, 5).value = value
    sheet.save(tmp_path / "a.xlsx")
    done = importing_county.import_form(book, tmp_path / "a.xlsx")
    assert (done.rows_read, done.values_set, done.ignored) == (20, 17, ())
    assert [each.code for each in done.findings] == ["sum.migrants"]
    assert importing_county.import_form(book, REAL).changes.edits == ()


# -- what the schools tell --------------------------------------------------------------------------
def told(tmp_path, stick, code, ownership, eligible):
    school = make(tmp_path, code, f"{code}小学")
    fill(school)
    entry.set_cell(school, "school", "-", "ownership", ownership)
    entry.set_cell(school, "staffing", "-", "eligible", eligible)
    return school, export(school, stick)


@pytest.mark.slow
def test_the_schools_sums_stand_beside_and_are_never_written_over(book, tmp_path, stick):
    assert county_records.rollup(book) == {}
    first, made = told(tmp_path, stick, "2143000001", "公办", "20")
    second, other = told(tmp_path, stick, "2143000002", "民办", "30")
    trust.admit_unchecked(book, [Path(made.path), Path(other.path)])
    take(book, stick)
    sums = county_records.rollup(book)
    assert {name: each.total for name, each in sums.items()} == {
        "eligible": 50,
        "compulsory_pupils": 166,
        "private_pupils": 83,
    }
    assert all(each.complete for each in sums.values())

    entry.set_cell(book, PEOPLE, ONLY, "eligible", "60")
    assert codes(book, sums) == ["rollup.differs"]
    assert codes(book) == []
    done = county_records.take_sums(book, sums)
    row = book.draft.only(PEOPLE)
    assert (row["eligible"], row["compulsory_pupils"], row["private_pupils"]) == (60, 166, 83)
    assert not county_records.take_sums(book, sums)
    entry.apply(book, done.inverse())
    assert book.draft.only(PEOPLE)["compulsory_pupils"] is None

    listed = ("2143000001", "2143000002", "2143000009")
    book.set_expected(county_books.Expected(code, "某校", None) for code in listed)
    assert county_records.rollup(book)["eligible"].words == "各校合计 50 人,2 / 3 校有数"
    assert codes(book, county_records.rollup(book)) == []  # the third may have ten
    assert not county_records.take_sums(book, county_records.rollup(book))

    change(second, 90)
    export(second, stick)
    take(book, stick)
    assert county_records.rollup(book)["compulsory_pupils"].total == 83 + 90  # both are listed: it came in
    first.close()
    second.close()


def test_records_leave_the_merge_and_its_fingerprint_alone(book, tmp_path, stick, school):
    made = export(school, stick)
    trust.admit_unchecked(book, [Path(made.path)])
    take(book, stick)
    before = book.fingerprint
    entry.set_cell(book, PEOPLE, ONLY, "eligible", "60")
    entry.add_row(book, "county_meeting", {"kind": "政府常务会", "date": "2026-03-01"})
    book.reload()
    assert book.fingerprint == before
    assert said(book.draft) == said(reread(book))
