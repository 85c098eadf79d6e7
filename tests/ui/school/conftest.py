"""The school window over a real workbook of a small school."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from eduapp.services import entry, workbooks

GRADES = "一二三四五六"


def fill(book):
    entry.add_rows(
        book,
        "school_class",
        [
            {"name": f"{GRADES[g]}年级({i})班", "grade": f"{GRADES[g]}年级", "pupils": "40"}
            for g in range(6)
            for i in (1, 2)
        ],
    )
    teachers = [("张三", "语文", "县级"), ("李㛃", "体育", "无"), ("王五", "音乐", "市级")] * 10
    entry.add_rows(
        book,
        "teacher",
        [
            {
                "name": name,
                "stage": "小学",
                "subject": subject,
                "degree": "本科",
                "certificate": "是",
                "backbone": level,
                "post": "在编在岗",
            }
            for name, subject, level in teachers
        ],
    )
    rooms = [{"name": f"教室{i}", "kind": "普通教室", "area": "65", "multimedia": "是"} for i in range(1, 13)]
    entry.add_rows(book, "room", rooms)
    entry.set_cell(book, "funding", "-", "equipment_value", "120")


@pytest.fixture(scope="session")
def theme(qapp):
    from ui.common import theme as themes

    chosen = themes.light()
    themes.dress(qapp, chosen)
    return chosen


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """Make the school once; each test gets a copy of the file."""
    place = tmp_path_factory.mktemp("school") / "老河口完小.edubook"
    national = ("national-2017",)
    school = workbooks.NewSchool("2143000123", "老河口完小", "211", 2026, "121", None, "430900", national)
    with workbooks.create_school(place, school) as book:
        fill(book)
    return place


@pytest.fixture
def path(filled, tmp_path):
    return Path(shutil.copy(filled, tmp_path))


@pytest.fixture
def opened(qtbot, path, theme):
    """Open the window; called again it closes the last one first, as a person who comes back."""
    from ui.school.window import SchoolWindow

    windows = []

    def open_(width=1366, height=768):
        if windows:
            windows.pop().close()
        window = SchoolWindow(workbooks.open_school(path), theme)
        windows.append(window)
        window.resize(width, height)
        window.show()
        return window

    yield open_
    for window in windows:
        window.jobs.stop()
        window.close()
        window.deleteLater()


@pytest.fixture
def window(opened):
    return opened()
