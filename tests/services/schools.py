"""Small schools and counties for the tests of the services: real workbooks, keys and files."""

from __future__ import annotations

from contextlib import contextmanager

from eduapp.exchange.signing import grouped
from eduapp.exchange.submission import inspect
from eduapp.exchange.voucher import form_digits
from eduapp.services import entry, jobs, workbooks
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import sending
from eduapp.services.workbooks import NewSchool

YEAR, COUNTY = 2026, "430900"
CODE, NAME = "2143000001", "明德小学"
PERSONAL = {
    "filled_by": "赵钱孙甲",
    "reviewed_by": "李周吴乙",
    "principal": "郑王冯丙",
    "phone": "13800138000",
}


def make(folder, code=CODE, name=NAME, kind="211", *, county=COUNTY, year=YEAR, practice=False):
    """A new school's open workbook."""
    new = NewSchool(code, name, kind, year, "121", 1998, county, ("national-2017",), practice)
    return workbooks.create_school(folder / f"{code}.edubook", new)


def fill(book):
    """Lists, totals, personal facts and homework."""
    for field, text in PERSONAL.items():
        entry.set_cell(book, "school", "-", field, text)
    entry.set_cell(book, "section_total", "primary", "pupils", "83")
    classes = [("一（1）班", 1, 40), ("二（1）班", 2, 43)]
    rows = [{"name": name, "grade": str(grade), "pupils": str(size)} for name, grade, size in classes]
    entry.add_rows(book, "school_class", rows)
    teacher = {"stage": "小学", "subject": "语文", "degree": "本科", "certificate": "是", "post": "在编在岗"}
    entry.add_rows(
        book,
        "teacher",
        [
            teacher | {"name": "孙悟空空", "birth_month": "1985-03", "backbone": "县级"},
            teacher | {"name": "猪八戒戒", "birth_month": "1979-11", "backbone": "无", "subject": "音乐"},
        ],
    )
    entry.add_rows(book, "room", [{"name": "101", "kind": "普通教室", "area": "58.5", "multimedia": "是"}])
    entry.add_rows(
        book,
        "homework",
        [
            {"date": "2026-09-01", "school_class": "一(1)班", "subject": "语文", "written": "否"},
            {"date": "2026-09-02", "school_class": "二(1)班", "subject": "数学", "written": "否"},
        ],
    )


def export(book, folder, state="draft"):
    """Export and return what was made."""
    folder.mkdir(exist_ok=True)
    return jobs.run(sending.export(book, folder, state))


def change(book, pupils):
    """One edit, so that the next export is another one."""
    entry.set_cell(book, "section_total", "primary", "pupils", str(pupils))


def form_of(path, *, county=COUNTY):
    """The 30 digits on the paper form of the key that signed a submission, as its school would print them."""
    about = inspect(path.read_bytes())
    return grouped(form_digits(county, about.manifest.school, about.key))


def county(path, *, code=COUNTY, year=YEAR, practice=False):
    """A new county's open workbook."""
    return county_books.create_county(path, code, "某县", year, ("national-2017",), practice=practice)


@contextmanager
def computer(monkeypatch, folder):
    """Another computer: another folder of keys."""
    with monkeypatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(folder))
        yield
