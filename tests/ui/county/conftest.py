"""A small county of real schools: workbooks filled cell by cell, exported and carried as real files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from eduapp.services import entry, jobs
from eduapp.services.books import SchoolBook
from eduapp.services.county.books import Expected, create_county
from eduapp.services.hand_off import sending
from eduapp.services.workbooks import NewSchool, create_school
from tests.ui.county.driving import idle
from ui.common import theme as themes
from ui.county.window import CountyWindow

COUNTY, YEAR = "430900", 2026
PUPILS = 40  # a class
KINDS = {
    "218": ("primary",),
    "211": ("primary",),
    "311": ("lower_secondary",),
    "312": ("primary", "lower_secondary"),
}


@dataclass
class Town:
    """Schools and a county, in a folder of their own."""

    folder: Path
    schools: dict[str, SchoolBook] = field(default_factory=dict)

    def school(self, number, name, kind="211", classes=6, *, county=COUNTY, practice=False, **totals):
        """Make a school with a whole class list's totals; `totals` override single fields."""
        code = f"{kind[:2]}43{number:06d}"
        new = NewSchool(code, name, kind, YEAR, area_class="121", county=county, practice=practice)
        book = create_school(self.folder / f"{code}.edubook", new)
        for stage in KINDS[kind]:
            _fill(book, stage, classes)
        _fill_whole(book, classes * len(KINDS[kind]), totals)
        self.schools[code] = book
        return book

    def send(self, book, state="final", folder="U盘"):
        """Export a submission and return its path."""
        stick = self.folder / folder
        stick.mkdir(exist_ok=True)
        return Path(jobs.run(sending.export(book, stick, state)).path)

    def county(self, name="永安县", *, practice=False, listed=()):
        """Make the county; `listed` are (code, name) of its school list."""
        book = create_county(
            self.folder / f"{name}.edubook", COUNTY, name, YEAR, ("national-2017",), practice=practice
        )
        book.set_expected(Expected(code, school, code[:2] + "1") for code, school in listed)
        return book

    def close(self):
        for book in self.schools.values():
            book.close()


def _fill(book, stage, classes):
    pupils = classes * PUPILS
    values = {
        "pupils": pupils,
        "classes": classes,
        "classes_36_40": classes,
        "teachers": classes * 2,
        "bachelor": classes * 2 - 1,
        "associate": 1,
        "master": 0,
        "doctor": 0,
        "backbone": pupils // 90,
        "pe": 1,
        "music": 1,
        "fine_art": pupils // 150,
        "art": 0,
    }
    _write(book, "section_total", stage, values)


def _fill_whole(book, classes, totals):
    pupils = classes * PUPILS
    values = {
        "teaching_area": f"{pupils * 5.1:.2f}",
        "field_area": f"{pupils * 11:.2f}",
        "indoor_sports_area": "0",
        "gym_area": "0",
        "rented_area": "0",
        "other_sports_area": "0",
        "multimedia_rooms": str(classes + 1),
    } | totals
    money = {"equipment_value": f"{pupils * 0.26:.2f}"}
    _write(book, "school_total", "-", values)
    _write(book, "funding", "-", money)


def _write(book, record, key, values):
    cells = [(record, key, name, entry.read(book, record, name, str(text))) for name, text in values.items()]
    entry.set_cells(book, cells, "填写")


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path)
    yield town
    town.close()


@pytest.fixture
def open_window(qtbot, qapp):
    """Show the window of a county's book, and wait until it has computed everything."""
    light = themes.light()
    themes.dress(qapp, light)

    def show(book, size=(1366, 768)):
        window = CountyWindow(book, light)
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        idle(qtbot, window)
        return window

    return show
