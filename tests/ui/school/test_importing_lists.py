"""Importing a list in the school window: rehearsed, chosen how, taken over and undone in one step."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel

from eduapp.services import entry, importing, workbooks
from tests.services import exports
from tests.ui.school.test_late_parts import ShownWindows


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
    dialog = window.imports.dialog
    assert dialog.modes["update"].isChecked()
    qtbot.mouseClick(dialog.modes["replace"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "将删去" in dialog.words.text())
    assert "现有的 2 行不在文件里,将删去" in dialog.words.text()
    said = [dialog.table.index(row, 0).data() for row in range(dialog.table.rowCount())]
    assert sorted(said) == ["修改", "删去", "删去", "新增"]
    assert len(window.book.draft.rows["school_class"]) == 12
    dialog.accept()
    qtbot.waitUntil(lambda: len(window.book.draft.rows["school_class"]) == 11)
    qtbot.idle(window)
    window.workspace.undo()
    assert len(window.book.draft.rows["school_class"]) == 12


def odd_list(path, *columns):
    made = openpyxl.Workbook()
    made.active.title = "封面"
    made.active.append(["阳光小学"])
    page = made.create_sheet("名单")
    page.append(["某县阳光小学教师花名册"])
    for row in columns:
        page.append(row)
    made.save(path)
    return path


def choose(box, data):
    """Choose as a click on a line of the list does."""
    at = box.findData(data)
    assert at >= 0
    box.setCurrentIndex(at)
    box.activated.emit(at)


@pytest.mark.slow
def test_an_odd_column_is_placed_by_hand_and_known_the_next_time(qtbot, window, tmp_path):
    heads = [
        "姓名",
        "出生年月",
        "任教学段",
        "任教课程",
        "文化水平",
        "持教师资格证",
        "骨干教师级别",
        "在岗情况",
    ]
    teacher = ["钱四", "1985-03", "小学", "语文", "本科", "是", "无", "在编在岗"]
    other = ["赵六", "1990-01", "小学", "数学", "硕士研究生", "是", "无", "在编在岗"]
    window.imports.list_("teacher", odd_list(tmp_path / "名单.xlsx", heads, teacher, other))
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    before = len(window.book.draft.rows["teacher"])
    assert "没有必填的列:学历" in dialog.words.text()
    assert not dialog.take.isEnabled()
    assert dialog.tabs.currentIndex() == 1
    assert dialog.reading.sheets.currentText() == "名单"
    assert dialog.reading.heading.value() == 2
    assert "像是" in dialog.reading.columns[4].itemText(dialog.reading.columns[4].findData("degree"))
    choose(dialog.reading.columns[4], "degree")
    qtbot.waitUntil(dialog.take.isEnabled)
    assert "新增 2 行" in dialog.words.text()
    dialog.accept()
    qtbot.waitUntil(lambda: len(window.book.draft.rows["teacher"]) == before + 2)
    qtbot.idle(window)
    window.workspace.undo()
    assert len(window.book.draft.rows["teacher"]) == before

    shuffled = [heads[::-1], teacher[::-1]]
    window.imports.list_("teacher", odd_list(tmp_path / "名单2.xlsx", *shuffled))
    qtbot.waitUntil(lambda: window.imports.dialog is not dialog)
    assert window.imports.dialog.take.isEnabled()
    window.imports.dialog.reject()


@pytest.mark.slow
def test_questions_are_answered_and_the_answer_can_be_taken_back(qtbot, window, tmp_path):
    path = odd_list(tmp_path / "名单.xlsx", ["班级", "年级"], ["七班", "一年级"])
    window.imports.list_("school_class", path)
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    assert not dialog.take.isEnabled()
    choose(dialog.reading.asked["missing"], "yes")
    qtbot.waitUntil(dialog.take.isEnabled)
    choose(dialog.reading.asked["missing"], "")
    qtbot.waitUntil(lambda: "没有必填的列" in dialog.words.text())
    assert not dialog.take.isEnabled()
    dialog.reject()


@pytest.mark.slow
def test_a_file_of_nothing_known_can_be_read_by_hand(qtbot, window, tmp_path):
    path = odd_list(tmp_path / "名单.xlsx", ["东西", "多少"], ["投影仪", 9800])
    window.imports.list_("equipment", path)
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    choose(dialog.reading.columns[0], "name")
    choose(dialog.reading.columns[1], "value")
    # 9800 万元 in one row is more than likely: nothing is taken before the unit is said.
    qtbot.waitUntil(lambda: "unit:B" in dialog.reading.asked)
    asked = dialog.reading.asked["unit:B"]
    assert [asked.itemText(at) for at in range(1, asked.count())] == ["元", "千元", "万元"]
    assert not dialog.take.isEnabled()
    choose(asked, "万元")
    qtbot.waitUntil(dialog.take.isEnabled)
    choose(dialog.reading.asked["unit:B"], "")
    qtbot.waitUntil(lambda: not dialog.take.isEnabled())
    unit = dialog.reading.units[1]
    assert unit.currentText() == "万元"
    unit.setCurrentText("元")
    unit.activated.emit(unit.currentIndex())
    qtbot.waitUntil(dialog.take.isEnabled)
    dialog.accept()
    qtbot.waitUntil(lambda: len(window.book.draft.rows["equipment"]) == 1)
    qtbot.idle(window)
    (row,) = window.book.draft.rows["equipment"].values()
    assert row["value"] == Decimal("0.98")


@pytest.mark.slow
def test_a_roster_is_counted_and_nothing_of_it_is_shown(qtbot, window, tmp_path):
    path = exports.roster(tmp_path / "名册.xlsx", [("1", "1班", 5), ("7", "1班", 4)])
    for record in ("", "school_class"):
        window.imports.dialog = None
        window.imports.list_(record, path)
        qtbot.waitUntil(lambda: window.imports.dialog is not None)
        dialog = window.imports.dialog
        qtbot.deliver()
        shown = [dialog.words.text(), *(label.text() for label in dialog.findChildren(QLabel))]
        cells = [
            dialog.table.index(row, at).data() for row in range(dialog.table.rowCount()) for at in range(4)
        ]
        assert "●●●" in shown
        assert not [
            text
            for text in [*shown, *cells]
            if any(word in text for word in ("欧阳", "司马", "430902", "家长"))
        ]
        dialog.reject()
    window.imports.list_("", path)
    qtbot.waitUntil(lambda: window.imports.dialog is not dialog)
    window.imports.dialog.accept()
    qtbot.waitUntil(lambda: len(window.book.draft.rows["school_class"]) == 13)
    qtbot.idle(window)
    window.workspace.undo()
    assert len(window.book.draft.rows["school_class"]) == 12


@pytest.mark.slow
def test_another_workbook_of_the_school_is_rehearsed_and_taken_in_one_step(qtbot, window, tmp_path):
    other = Path(shutil.copy(window.book.path, tmp_path / "另一份.edubook"))
    with workbooks.open_school(other) as book:
        entry.add_rows(book, "school_class", [{"name": "新一班", "grade": "一年级", "pupils": "30"}])
    window.imports.export(other)
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    assert "新增 1 行" in dialog.words.text()
    dialog.accept()
    qtbot.waitUntil(lambda: len(window.book.draft.rows["school_class"]) == 13)
    qtbot.idle(window)
    window.workspace.undo()
    assert len(window.book.draft.rows["school_class"]) == 12


@pytest.mark.slow
def test_a_file_that_is_dropped_goes_into_the_list_in_front_or_is_known_for_what_it_is(
    qtbot, window, tmp_path
):
    def drop(path):
        window.imports.dialog = None
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        event = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        window.dropEvent(event)
        qtbot.waitUntil(lambda: window.imports.dialog is not None)
        window.imports.dialog.reject()
        return window.imports.dialog.words.text()

    classes_of(window)
    listed = class_list(window, tmp_path / "班级名单.xlsx")
    assert "新增 1 行" in drop(listed)
    assert "新增 4 行" in drop(exports.roster(tmp_path / "名册.xlsx", [("7", "1班", 4)]))
    for page in ("teachers", "findings"):  # not where it belongs: it is known by its headings all the same
        window.show_page(page)
        assert "班级名单.xlsx → 班级:" in drop(listed)
    importing.write_official_form(window.book, tmp_path / "表.xlsx")
    assert "表.xlsx:" in drop(tmp_path / "表.xlsx")


@pytest.mark.slow
def test_of_several_files_none_is_passed_over_in_silence(window, tmp_path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a.xlsx", "b.xlsx")])
    nothing = Qt.KeyboardModifier.NoModifier
    window.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, nothing)
    )
    assert "把 2 个文件逐个拖进来" in window.message.text
    assert not window.jobs.busy


GUESSED = (
    ("姓名", "出生年月", "任教学段", "在岗情况", "骨干级别", "主教", "文化水平", "教师资格", "专技岗位"),
    ("钱四", "1985-03", "小学", "在编在岗", "无", "语文", "本科", "是", "一级教师"),
    ("赵六", "1990-01", "小学", "在编在岗", "无", "数学", "硕士研究生", "是", "高级教师"),
)


@pytest.mark.slow
def test_guesses_are_taken_by_keys_and_the_keyboard_stays_where_it_was(qtbot, window, tmp_path):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    watch = ShownWindows()
    QApplication.instance().installEventFilter(watch)
    window.imports.list_("teacher", odd_list(tmp_path / "名单.xlsx", *GUESSED))
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    qtbot.idle(window)
    dialog = window.imports.dialog
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    panel = dialog.reading

    def press(key):
        qtbot.keyClick(QApplication.focusWidget(), key)
        qtbot.idle(window)
        qtbot.deliver()

    assert panel.all_offered.text() == "采用全部 4 个猜测"
    panel.offers[5].setFocus()
    press(Qt.Key.Key_Return)
    assert panel.columns[5].currentText() == "任教课程*"
    assert QApplication.focusWidget() is panel.offers[6]
    panel.columns[0].setFocus()
    press(Qt.Key.Key_Return)  # who still says how the file is read does not import it by that
    assert dialog.isVisible()
    press(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is panel.columns[0]
    assert panel.columns[0].currentText() == "(不导入)"
    assert "姓名" in dialog.words.text()
    press(Qt.Key.Key_Down)
    panel.all_offered.setFocus()
    press(Qt.Key.Key_Space)
    assert panel.offers == {}
    QApplication.instance().removeEventFilter(watch)
    assert watch.shown == ["ImportDialog"]  # no part of it was a window of its own for a moment
    assert "新增 2 行" in dialog.words.text()
    assert [dialog.take.isEnabled(), dialog.take.isDefault()] == [True, True]
    choose(panel.lists, "training")
    qtbot.waitUntil(lambda: "→ 培训学时" in dialog.words.text())
    qtbot.idle(window)
    dialog.reject()


@pytest.mark.slow
def test_the_wheel_over_a_column_turns_the_list_and_not_the_choice(qtbot, window, tmp_path):
    window.imports.list_("teacher", odd_list(tmp_path / "名单.xlsx", *GUESSED))
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    qtbot.idle(window)
    box = window.imports.dialog.reading.columns[0]
    before = box.currentText()
    nowhere = QPointF(3, 3)
    QApplication.sendEvent(
        box,
        QWheelEvent(
            nowhere,
            QPointF(box.mapToGlobal(nowhere)),
            QPoint(0, 0),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )
    assert box.currentText() == before
    window.imports.dialog.reject()
