"""After any edits the live check equals the check of the reopened file; undoing all restores the first."""

import datetime
import shutil
import tempfile
from collections import defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.records.catalog import LISTS, RECORDS
from db.records.choices import Stage
from db.tables import RECORD_TABLES
from eduapp.services import checking, entry, workbooks
from eduapp.standards.data import SchoolData
from eduapp.standards.tally import Tally
from tests.examples import examples

NUMBERS = st.sampled_from(
    ["0", "1", "2", "7", "45", "46", "50", "51", "100", "600", "12.5", "0.0001", "３８", "1,200"]
)
ODD = st.sampled_from(
    ["", "约500", "12 13", "-1", "1e3", "无", "  ", "x" * 201, "9" * 30, "①", "\u200b7", "𠮷野"]
)

WORDS = {
    "school_kind": ["小学", "教学点", "初中", "九年一贯制", "完全中学", "十二年一贯制"],
    "date": ["2026-09-01", "2026/9/2", "2026年9月3日", "2026-13-01", "20260904"],
    "boolean": ["是", "否", "1", "0"],
}
RARE = {"name", "phone", "filled_by", "reviewed_by", "principal", "birth_month"}


def texts(field):
    kind = field.item.kind
    if kind.name == "choice":
        usual = WORDS.get(kind.table) or [words for _, words in kind.options]
        return st.one_of(st.sampled_from(usual), ODD)
    if kind.name == "reference":
        return st.sampled_from(["甲", "乙", "丙", "第1行", "", "没有的班"])
    if kind.name in WORDS:
        return st.one_of(st.sampled_from(WORDS[kind.name]), ODD)
    if kind.numeric:
        return st.one_of(NUMBERS, NUMBERS, ODD)
    return st.sampled_from(["甲", "乙", "丙", "", "2143000001", "\u3000丁 "])


def row_texts(record):
    return st.fixed_dictionaries(
        {}, optional={name: texts(field) for name, field in RECORDS[record].fields.items()}
    )


SINGLES = [("school", "-"), ("school_total", "-"), ("funding", "-"), ("staffing", "-")] + [
    ("section_total", s.value) for s in Stage
]
CELLS = [
    (record, key, name) for record, key in SINGLES for name in RECORDS[record].fields if name not in RARE
]
LIVELY = [("school", "-", name) for name in ("kind", "system", "code", "small_classes", "small_rural")] + [
    ("section_total", s.value, name) for s in Stage for name in ("pupils", "classes", "teachers", "backbone")
]


@cache
def made(kind):
    """The bytes of a new workbook: making one takes longer than all its edits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "甲校.edubook"
        workbooks.create_school(path, workbooks.NewSchool("2143000001", "甲校", kind, 2026)).close()
        return path.read_bytes()


class Edits(RuleBasedStateMachine):
    """A clerk at work, with an undo stack."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "甲校.edubook"
        self.done = []

    @initialize(kind=st.sampled_from(["211", "311", "312", "341", "345", "218"]))
    def start(self, kind):
        self.path.write_bytes(made(kind))
        self.book = workbooks.open_school(self.path)
        entry.add_rows(
            self.book, "school_class", [{"name": name, "grade": "3", "pupils": "40"} for name in "甲乙"]
        )
        self.first = checking.check(self.book)

    def keep(self, changes):
        if changes:
            self.done.append(changes)

    @rule(data=st.data(), place=st.one_of(st.sampled_from(LIVELY), st.sampled_from(CELLS)))
    def type_in_a_form(self, data, place):
        record, key, field = place
        self.keep(
            entry.set_cell(self.book, record, key, field, data.draw(texts(RECORDS[record].fields[field])))
        )

    @rule(data=st.data(), record=st.sampled_from(LISTS))
    def add_rows(self, data, record):
        self.keep(
            entry.add_rows(self.book, record, data.draw(st.lists(row_texts(record), min_size=1, max_size=4)))
        )

    @rule(data=st.data(), record=st.sampled_from(LISTS))
    def type_in_a_grid(self, data, record):
        rows = self.book.draft.rows[record]
        if len(rows):
            key = rows.key_at(data.draw(st.integers(0, len(rows) - 1)))
            field = data.draw(st.sampled_from(sorted(RECORDS[record].fields)))
            text = data.draw(texts(RECORDS[record].fields[field]))
            self.keep(entry.set_cell(self.book, record, key, field, text))

    @rule(data=st.data(), record=st.sampled_from(LISTS))
    def paste(self, data, record):
        fields = data.draw(st.permutations(sorted(RECORDS[record].fields)))[:3]
        line = st.tuples(*(texts(RECORDS[record].fields[name]) for name in fields))
        block = data.draw(st.lists(line, min_size=1, max_size=4))
        first = data.draw(st.integers(0, len(self.book.draft.rows[record])))
        self.keep(entry.paste(self.book, record, first, fields, block))

    @rule(data=st.data(), record=st.sampled_from(LISTS))
    def delete_rows(self, data, record):
        keys = list(self.book.draft.rows[record])
        if keys:
            self.keep(
                entry.delete_rows(self.book, record, data.draw(st.lists(st.sampled_from(keys), max_size=3)))
            )

    @rule(
        name=st.sampled_from("甲乙"),
        day=st.integers(1, 3),
        written=st.sampled_from(["是", "是", "否", ""]),
        planned=st.sampled_from(["", "30", "61"]),
        measured=st.sampled_from(["", "0", "95"]),
    )
    def register_homework(self, name, day, written, planned, measured):
        row = {"date": f"2026-09-0{day}", "school_class": name, "subject": "语文"}
        row |= {"written": written, "planned": planned, "measured": measured}
        self.keep(entry.add_row(self.book, "homework", row))

    @rule(
        data=st.data(),
        field=st.sampled_from(["date", "school_class", "written", "planned", "measured"]),
    )
    @precondition(lambda self: len(self.book.draft.rows["homework"]))
    def mend_homework(self, data, field):
        keys = list(self.book.draft.rows["homework"])
        text = data.draw(texts(RECORDS["homework"].fields[field]))
        self.keep(entry.set_cell(self.book, "homework", data.draw(st.sampled_from(keys)), field, text))

    @rule(data=st.data())
    @precondition(lambda self: len(self.book.draft.rows["homework"]))
    def delete_homework(self, data):
        keys = list(self.book.draft.rows["homework"])
        self.keep(entry.delete_rows(self.book, "homework", [data.draw(st.sampled_from(keys))]))

    @rule(record=st.sampled_from(LISTS), complete=st.booleans())
    def tick(self, record, complete):
        self.keep(entry.set_complete(self.book, record, complete=complete))

    @rule(data=st.data(), text=st.sampled_from(["已核对", "", " 实际如此 "]))
    def explain(self, data, text):
        found = checking.check(self.book).findings
        if found:
            self.keep(entry.set_reason(self.book, data.draw(st.sampled_from(found)).id, text))

    @rule(times=st.integers(1, 4))
    def undo(self, times):
        for _ in range(min(times, len(self.done))):
            entry.apply(self.book, self.done.pop().inverse())

    @rule()
    @precondition(lambda self: self.done)
    def undo_and_redo(self):
        before = checking.check(self.book)
        entry.apply(self.book, self.done[-1].inverse())
        entry.apply(self.book, self.done[-1])
        assert checking.check(self.book) == before

    @rule()
    def reopen(self):
        before, draft = checking.check(self.book), self.book.draft
        self.book.close()
        self.book = workbooks.open_school(self.path)
        assert checking.check(self.book) == before
        assert {record: list(rows.items()) for record, rows in self.book.draft.rows.items()} == {
            record: list(rows.items()) for record, rows in draft.rows.items()
        }
        assert self.book.draft.complete == draft.complete
        assert self.book.draft.reasons == draft.reasons
        assert self.book.draft.tombstones == draft.tombstones

    @invariant()
    def the_running_sums_are_the_counted_ones(self):
        if not hasattr(self, "book"):
            return
        book = self.book
        assert checking.check(book) == checking.check_draft(book.draft, book.reference_date, book.standards)
        counted = Tally(book.draft, SchoolData(book.draft).facts, book.reference_date)
        for name, stage in {*book.tally._sums, *counted._sums}:
            assert book.tally.total(name, stage) == counted.total(name, stage)
            assert book.tally.unknown_rows(name, stage) == counted.unknown_rows(name, stage)
        assert list(book.row_findings) == list(counted_findings(book))
        days_equal_those_of_the_table(book)

    def teardown(self):
        if not hasattr(self, "book"):
            return
        try:
            while self.done:
                entry.apply(self.book, self.done.pop().inverse())
            undone = checking.check(self.book)
            self.book.close()
            with workbooks.open_school(self.path) as book:
                assert checking.check(book) == undone == self.first
        finally:
            self.book.close()
            shutil.rmtree(self.folder)


def counted_findings(book):
    fresh = type(book).__new__(type(book))
    fresh.draft, fresh.workbook = book.draft, book.workbook
    return fresh.row_findings


def days_equal_those_of_the_table(book):
    """Homework once more, from the rows in the file: class -> day -> minutes, None where unknown."""
    table = RECORD_TABLES["homework"]
    with book.workbook.transaction() as connection:
        lines = connection.execute(
            table.select().with_only_columns(
                table.c.school_class, table.c.date, table.c.written, table.c.planned, table.c.measured
            )
        ).all()
    days = defaultdict(dict)
    for key, date, written, planned, measured in lines:
        if key is None or date is None:
            continue
        best = planned if measured is None else measured
        minutes = 0 if written is False else (best if written else None)
        before = days[key].get(date, 0)
        days[key][date] = None if minutes is None or before is None else before + minutes
    dates = {date for each in days.values() for date in each}
    for key in {*days, *book.draft.rows["school_class"]}:
        found = book.tally.homework.of_class(key)
        judged = {date: minutes for date, minutes in days[key].items() if minutes is not None}
        assert found.days == len(judged)
        assert found.average == (Fraction(sum(judged.values()), len(judged)) if judged else None)
        assert found.unknown_days == len(days[key]) - len(judged)
        assert found.missing_days == len(dates) - len(days[key])
        for limit in (0, 60, 90):
            over = [(date, minutes) for date, minutes in sorted(judged.items()) if minutes > limit]
            assert list(book.tally.homework.days_over(key, limit)) == over


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=examples(30),
    stateful_step_count=25,
    suppress_health_check=[*HealthCheck],
)


def test_a_term_of_homework_equals_its_plain_count(tmp_path):
    """A fixed, larger case: 6 classes, 60 days, three subjects, some unknown, then a third taken out."""
    new = workbooks.NewSchool("2143000001", "甲校", "211", 2026)
    with workbooks.create_school(tmp_path / "a.edubook", new) as book:
        entry.add_rows(
            book, "school_class", [{"name": f"{n}班", "grade": str(n), "pupils": "40"} for n in range(1, 7)]
        )
        rows = [
            {
                "date": str(datetime.date(2026, 9, 1) + datetime.timedelta(days=day)),
                "school_class": f"{n}班",
                "subject": subject,
                "written": "" if (day + n + number) % 11 == 0 else ("否" if day % 7 == 0 else "是"),
                "planned": str((day * 7 + n * 3) % 50),
                "measured": str((day + n) % 40) if day % 3 == 0 else "",
            }
            for day in range(60)
            for n in range(1, 7)
            if (day + n) % 5
            for number, subject in enumerate(("语文", "数学", "外语"))
        ]
        entry.add_rows(book, "homework", rows)
        days_equal_those_of_the_table(book)
        rows = book.draft.rows["homework"]
        entry.delete_rows(book, "homework", list(rows)[::3])
        days_equal_those_of_the_table(book)
        first_week = [key for key, row in rows.items() if row["date"] < datetime.date(2026, 9, 8)]
        gone = entry.delete_rows(book, "homework", first_week)
        days_equal_those_of_the_table(book)
        entry.apply(book, gone.inverse())
        days_equal_those_of_the_table(book)
