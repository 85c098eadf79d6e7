"""Importing a list in the school window: rehearsed, chosen how, taken over and undone in one step."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import Qt

from eduapp.services import importing


def classes_of(window):
    window.show_page("classes")
    return window.records["classes"].panes[0].grid


def class_list(window, path, *, drop=0):
    """The window's classes as a file: a pupil more in the first, a class more, the last `drop` gone."""
    importing.write_list(window.book, "school_class", path, filled=True)
    made = openpyxl.load_workbook(path)
    page = made.worksheets[0]
    heads = [cell.value for cell in page[1]]
    pupils = page.cell(2, heads.index("学生数(人)") + 1)
    pupils.value = int(pupils.value) + 1
    for _ in range(drop):
        page.delete_rows(page.max_row)
    page.append(["新一班", "一年级", 30])
    made.save(path)
    return path


@pytest.mark.slow
def test_a_list_is_rehearsed_before_it_is_taken_over_in_one_step(qtbot, window, tmp_path):
    window.imports.list_("school_class", class_list(window, tmp_path / "班级名单.xlsx"))
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    assert "新增 1 行、更改 1 行、已有且相同 11 行" in dialog.words.text()
    assert dialog.table.rowCount() == 2
    assert len(window.book.draft.rows["school_class"]) == 12
    dialog.accept()
    qtbot.waitUntil(lambda: len(window.book.draft.rows["school_class"]) == 13)
    qtbot.idle(window)
    assert classes_of(window).table.rowCount() == 14
    window.workspace.undo()
    assert len(window.book.draft.rows["school_class"]) == 12


@pytest.mark.slow
def test_replacing_the_list_is_rehearsed_anew_and_says_what_goes(qtbot, window, tmp_path):
    window.imports.list_("school_class", class_list(window, tmp_path / "班级名单.xlsx", drop=2))
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    first = window.imports.dialog
    assert first.modes["update"].isChecked()
    qtbot.mouseClick(first.modes["replace"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.imports.dialog is not first)
    dialog = window.imports.dialog
    assert not first.isVisible()
    assert "现有的 2 行不在文件里,将删去" in dialog.words.text()
    said = [dialog.table.index(row, 0).data() for row in range(dialog.table.rowCount())]
    assert sorted(said) == ["修改", "删去", "删去", "新增"]
    assert len(window.book.draft.rows["school_class"]) == 12
    dialog.accept()
    qtbot.waitUntil(lambda: len(window.book.draft.rows["school_class"]) == 11)
    qtbot.idle(window)
    window.workspace.undo()
    assert len(window.book.draft.rows["school_class"]) == 12
