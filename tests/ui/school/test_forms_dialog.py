"""教基各表 in the window: filled, copied, written; and where records and imports differ."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from db.workbook import now
from eduapp.services import importing
from tests.services import exports


def shown(window, qtbot):
    window.forms.show()
    qtbot.waitUntil(lambda: window.forms.dialog is not None and window.forms.dialog.isVisible())
    return window.forms.dialog


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_the_forms_are_shown_copied_and_written(qtbot, window, artefacts, tmp_path, size):
    window.resize(*size)
    dialog = shown(window, qtbot)
    assert dialog.which.currentText().startswith("教基3112")
    row = next(at for at in range(dialog.table.rowCount()) if dialog.table.look_at(at, 0).text == "总计")
    heads = [each.title for each in dialog.table.columns]
    assert dialog.table.look_at(row, heads.index("在校生数")).text == "480"
    assert dialog.table.look_at(row, heads.index("#女")).text == ""
    assert "记录里没有" in dialog.table.look_at(row, heads.index("#女")).tip
    assert dialog.grab().save(str(artefacts / f"forms-{size[0]}x{size[1]}.png"))
    dialog.copy_it.click()
    copied = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert copied[0] == heads
    assert copied[row + 1][heads.index("一年级")] == "80"
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.view.setFocus()
    dialog.view.setCurrentIndex(dialog.table.index(row, 0))
    for _ in range(heads.index("#女")):
        qtbot.keyClick(dialog.view, Qt.Key.Key_Right)
    assert dialog.why.text().startswith("总计 #女:")
    assert "记录里没有" in dialog.why.text()
    window.forms.write(tmp_path / "教基.xlsx")
    qtbot.waitUntil(lambda: (tmp_path / "教基.xlsx").exists() and not window.jobs.busy)
    dialog.which.setCurrentIndex(dialog.which.count() - 1)
    assert dialog.about.text() == "还没有导入过教基、学籍或教师系统的导出,没有可比的。"
    assert "教基4155" in openpyxl.load_workbook(tmp_path / "教基.xlsx").sheetnames
    dialog.close()


def test_what_differs_stands_first(qtbot, window, artefacts, tmp_path):
    tables = {"教基3112": ("教基3112 小学分类型学生数", exports.PUPIL_HEADS, {"总计": {"一年级": 81}})}
    file = importing.opened(exports.statistics(tmp_path / "教基.xlsx", tables))
    profile = importing.profile_for(file)
    importing.import_export(window.book, profile, file)
    dialog = shown(window, qtbot)
    assert dialog.which.currentText() == "不一致之处(1)"
    assert f"比较 本校记录、教基({now()[:10]} 导入)。" in dialog.about.text()
    assert "撤销导入不改这些数" in dialog.about.text()
    assert [dialog.table.look_at(0, at).text for at in range(5)] == [
        "教基3112 小学 总计 一年级",
        "80",
        "81",
        "",
        "",
    ]
    assert dialog.grab().save(str(artefacts / "forms-differences.png"))
    dialog.close()
