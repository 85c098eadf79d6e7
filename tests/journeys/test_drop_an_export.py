"""A clerk and the export of the teacher system, by keys: dropped, a column placed, taken over, undone."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from eduapp.services import entry, workbooks
from tests.services import exports

pytestmark = pytest.mark.journey

SIZES = ((1366, 768), (1093, 614))
TEACHERS = ("张三", "李四", "王五")


@pytest.fixture
def window(qtbot, tmp_path, qapp):
    """A school with two of the teachers, one of them without a title."""
    from ui.common import theme as themes
    from ui.school.window import SchoolWindow

    chosen = themes.light()
    themes.dress(qapp, chosen)
    school = workbooks.NewSchool("2143000123", "老河口完小", "211", 2026)
    book = workbooks.create_school(tmp_path / "校.edubook", school)
    own = {"stage": "小学", "subject": "语文", "degree": "本科", "certificate": "是", "backbone": "无"}
    for place, name in enumerate(TEACHERS[:2]):
        entry.add_row(
            book, "teacher", own | {"name": name, "birth_month": f"198{place}-03", "post": "在编在岗"}
        )
    window = SchoolWindow(book, chosen)
    window.show()
    qtbot.waitExposed(window)
    qtbot.idle(window)
    yield window
    window.jobs.stop()
    window.close()


@pytest.fixture
def export(tmp_path):
    """基本信息 and 任教 of three teachers, and a column of the county's own with the titles."""
    rows = [
        {"name": name, "birth_month": f"198{place}-03", "post": "on_post", "hired": "2006-09-01"}
        | {"backbone": "county" if place else "none", "stage": "primary", "subject": "chinese"}
        for place, name in enumerate(TEACHERS)
    ]
    path = exports.teacher_system(tmp_path / "教师系统导出.xlsx", rows)
    made = openpyxl.load_workbook(path)
    page = made["基本信息"]
    odd = page.max_column + 1
    for row, text in enumerate(("专技岗位", "一级教师", "高级教师", "二级教师"), 1):
        page.cell(row, odd).value = text
    made.save(path)
    return path


def drop(window, path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    nothing = Qt.KeyboardModifier.NoModifier
    window.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, nothing)
    )


def dialog_of(qtbot, window, before=None):
    qtbot.waitUntil(lambda: window.imports.dialog not in {None, before})
    qtbot.idle(window)
    window.imports.dialog.activateWindow()
    qtbot.waitUntil(window.imports.dialog.isActiveWindow)
    return window.imports.dialog


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def turn_to(qtbot, part):
    """Go to a part by Tab alone."""
    for _ in range(99):
        if part.hasFocus():
            return
        press(qtbot, Qt.Key.Key_Tab)
    raise AssertionError(part.accessibleName())


def said(dialog):
    table = dialog.table
    return [tuple(table.index(row, at).data() for at in range(4)) for row in range(table.rowCount())]


@pytest.mark.parametrize("size", SIZES)
def test_an_export_is_dropped_a_column_placed_taken_over_and_undone(qtbot, window, export, artefacts, size):
    window.resize(*size)
    window.show_page("classes")  # not the page it belongs to: the file is known by itself
    before = dict(window.book.draft.rows["teacher"].items())
    drop(window, export)
    dialog = dialog_of(qtbot, window)
    assert "教师管理信息系统" in dialog.words.text()
    assert "共 3 行:新增 1 行、更改 2 行" in dialog.words.text()
    assert not any("职称" in line[1] for line in said(dialog))

    assert dialog.tabs.tabText(1) == "怎样读(？ 1 个猜测)"
    turn_to(qtbot, dialog.tabs.tabBar())
    press(qtbot, Qt.Key.Key_Right)
    (offer,) = dialog.reading.offers.values()
    assert offer.text() == "？ 像是「职称」,采用"
    turn_to(qtbot, offer)
    assert dialog.grab().save(str(artefacts / f"export-guess-{size[0]}.png"))
    press(qtbot, Qt.Key.Key_Return)
    qtbot.idle(window)
    qtbot.waitUntil(lambda: not dialog.reading.offers)
    assert dialog.isVisible()
    assert ("填入", "张三 职称", "", "中级(一级)") in said(dialog)
    turn_to(qtbot, dialog.take)
    assert dialog.grab().save(str(artefacts / f"export-placed-{size[0]}.png"))
    assert dialog.height() <= size[1]
    press(qtbot, Qt.Key.Key_Return)
    qtbot.idle(window)
    assert "按 Ctrl+Z 一步撤销" in window.message.text
    rows = window.book.draft.rows["teacher"]
    assert [row["title"] for row in rows.values()] == ["middle", "senior", "assistant"]
    assert window.grab().save(str(artefacts / f"export-taken-{size[0]}.png"))

    drop(window, export)  # the same file once more: read as it was corrected, and nothing changes
    again = dialog_of(qtbot, window, dialog)
    assert "已有且相同 3 行" in again.words.text()
    assert "不用导入" in again.words.text()
    assert not again.take.isEnabled()
    press(qtbot, Qt.Key.Key_Escape)
    assert not again.isVisible()

    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.idle(window)
    assert dict(window.book.draft.rows["teacher"].items()) == before
