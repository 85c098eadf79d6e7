"""A page comes once what it stands on is loaded in the background; asked for by name it is there at once."""

import builtins
import sys
import threading

import pytest
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from ui.common.pages import Pages

LIBRARY = "library_of_a_page"


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A module that says in which thread it was loaded."""
    (tmp_path / f"{LIBRARY}.py").write_text(
        "import threading\nbackground = threading.current_thread() is not threading.main_thread()\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield LIBRARY
    sys.modules.pop(LIBRARY, None)


@pytest.fixture
def made(qtbot, library):
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    pages = Pages(stack)
    pages.add("light", QWidget)
    pages.add("heavy", lambda: QLabel("there"), (library,))
    stack.show()
    yield pages, stack
    pages.stop()


def test_a_visit_loads_in_the_background_and_says_so_in_the_place_of_the_page(qtbot, made):
    pages, stack = made
    there = []
    pages.visit("heavy", lambda: there.append(1))
    assert there == []
    assert [each.text() for each in stack.currentWidget().findChildren(QLabel)] == ["正在打开…"]
    qtbot.waitUntil(lambda: bool(there))
    assert sys.modules[LIBRARY].background
    assert pages.made("heavy") is None  # it is made by whoever brings it in front
    assert pages["heavy"].text() == "there"
    pages.visit("heavy", lambda: there.append(2))
    assert there == [1, 2]


def test_a_second_visit_while_it_loads_loads_no_second_time(qtbot, made):
    pages, _ = made
    there = []
    pages.visit("heavy", lambda: there.append(1))
    pages.visit("light", lambda: there.append(0))
    pages.visit("heavy", lambda: there.append(2))
    qtbot.waitUntil(lambda: len(there) > 1)
    assert there == [0, 1]


def test_a_visit_while_it_is_half_loaded_waits_too(qtbot, made, tmp_path):
    """By then the module has its name: whoever made the page would stand still until it is loaded."""
    file = tmp_path / f"{LIBRARY}.py"
    file.write_text("go_on.wait()\n", encoding="utf-8")
    builtins.go_on = threading.Event()
    pages, _ = made
    there = []
    try:
        pages.visit("heavy", lambda: there.append(1))
        qtbot.waitUntil(lambda: LIBRARY in sys.modules)
        pages.visit("heavy", lambda: there.append(2))
        assert there == []
    finally:
        builtins.go_on.set()
    qtbot.waitUntil(lambda: bool(there))
    del builtins.go_on
    assert there == [1]


def test_asked_for_by_name_it_is_there_at_once(made):
    pages, stack = made
    assert pages["heavy"].text() == "there"
    assert stack.indexOf(pages["heavy"]) == 1
    there = []
    pages.visit("heavy", lambda: there.append(1))
    assert there == [1]


def test_a_window_that_closes_waits_for_what_is_being_loaded(made):
    pages, _ = made
    there = []
    pages.visit("heavy", lambda: there.append(1))
    pages.stop()
    assert there == []
