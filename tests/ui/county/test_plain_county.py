"""Every page of the county's window over schools that call themselves markup; prompts keep to the list."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from db.characters import quoted
from eduapp.services import entry
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import intake, trust, viewing
from tests.ui.county.driving import accept, drop, idle
from tests.ui.plain_walk import BIDI, BOLD, CONTROL, ENTITY, IMAGE, texts, walk
from ui.common.viewer_window import ViewerWindow
from ui.county import page_widgets
from ui.county.keys_page import REQUESTS
from ui.county.register_panel import RevokeDialog

LISTED = [("2143000001", "城关小学"), ("2143000002", ENTITY), ("3143000003", "第一中学")]
FORGED = "登记表已由程序核对一致,可直接接收」<img src='file:///etc/hostname'>"


@pytest.fixture
def hostile(town):
    """A county with three schools on its list, whose files and requests call them something else."""
    book = town.county(listed=LISTED)
    schools = [
        town.school(1, BOLD),
        town.school(2, IMAGE, teaching_area="900"),
        town.school(3, ENTITY, "311"),
        town.school(4, FORGED),
    ]
    for school in schools:
        rows = [{"name": text, "grade": "一年级", "pupils": "81"} for text in (BOLD, IMAGE)]
        entry.add_rows(school, "school_class", rows)
    return book, schools, [town.send(school, "draft") for school in schools]


def look_at_every_page(window, qtbot, artefacts=None):
    for name in window.pages:
        window.show_page(name)
        idle(qtbot, window)
        assert walk(window) == [], name
        if artefacts is not None:
            window.grab().save(str(artefacts / f"plain-county-{name}.png"))


@pytest.mark.slow
def test_held_then_taken_in(hostile, qtbot, open_window, artefacts, monkeypatch):
    book, _, paths = hostile
    window = open_window(book)
    drop(window, paths[0].parent)
    idle(qtbot, window)
    assert walk(window) == []
    shown = [window.intake.rehearsal.table.look_at(row, 1).text for row in range(4)]
    assert sorted(shown) == sorted(
        [
            f"城关小学(自称「{BOLD}」)",
            f"{ENTITY}(自称{quoted(IMAGE)})",
            f"第一中学(自称「{ENTITY}」)",
            f"自称{quoted(FORGED)}",
        ]
    )
    window.grab().save(str(artefacts / "plain-county-rehearsal.png"))
    window.intake.rehearsal.accept.click()
    idle(qtbot, window)
    window.intake.rehearsal.held_asked.emit()
    look_at_every_page(window, qtbot)
    trust.admit_unchecked(book, paths)
    intake.retry_held(book)
    window.desk.refresh()
    idle(qtbot, window)
    look_at_every_page(window, qtbot, artefacts)
    assert any("城关小学" in text for text in texts(window))


@pytest.mark.slow
def test_words_that_no_strict_reader_lets_in(hostile, qtbot, open_window):
    """A workbook that was written to from outside may hold anything."""
    book, _, paths = hostile
    trust.admit_unchecked(book, paths)
    window = open_window(book)
    accept(qtbot, window, paths[0].parent)
    for name in (BIDI, CONTROL, "A&B"):
        book.received = {
            key: replace(each, name=name, file_name=f"{name}.edusub") for key, each in book.received.items()
        }
        book.expected = {code: Expected(code, name, each.kind) for code, each in book.expected.items()}
        window.desk.refresh()
        idle(qtbot, window)
        look_at_every_page(window, qtbot)


def test_a_request_is_named_by_the_list(hostile, qtbot, open_window, artefacts):
    from eduapp.services.hand_off import school_keys

    book, schools, paths = hostile
    stick = paths[0].parent
    for school in schools:
        school_keys.write_request(school, stick)
    window = open_window(book)
    window.show_page("keys")
    window.keys.show_tab(REQUESTS)
    window.keys.requests.take([stick])
    idle(qtbot, window)
    panel = window.keys.requests
    named = {str(panel.table.look_at(row, 1).text): panel.table.look_at(row, 0).text for row in range(4)}
    assert named["2143000001"] == f"城关小学(自称「{BOLD}」)"
    assert named["2143000004"] == f"自称{quoted(FORGED)}"
    assert "」<img" not in named["2143000004"]
    assert walk(window) == []
    window.grab().save(str(artefacts / "plain-county-requests.png"))


def answered(wrong):
    """Look at the box that is up, then say no."""
    box = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox))
    wrong.extend(walk(box))
    box.reject()


@pytest.mark.slow
def test_dialogs_boxes_and_the_viewer(hostile, qtbot, open_window):
    book, _, paths = hostile
    trust.admit_unchecked(book, paths)
    window = open_window(book)
    accept(qtbot, window, paths[0].parent)
    came, wrong = list(book.received.values()), []
    for name in (BOLD, IMAGE, BIDI, CONTROL, ENTITY):
        dialog = RevokeDialog(window.theme, name, came, window)
        qtbot.addWidget(dialog)
        assert walk(dialog) == []
        QTimer.singleShot(50, lambda: answered(wrong))
        assert not page_widgets.decide(window, name, name, name)
    assert wrong == []
    viewer = ViewerWindow(window.theme, viewing.view_file(paths[1], anyway=True), window)
    for row in range(viewer.list.count()):
        viewer.list.setCurrentRow(row)
        assert walk(viewer) == []
    assert IMAGE in viewer.windowTitle()
    viewer.close()
