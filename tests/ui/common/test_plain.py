"""The door itself: every widget it makes shows a stranger's text as text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import Qt, QTextDocument
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from tests.ui.plain_walk import BIDI, BOLD, CONTROL, ENTITY, IMAGE, NAMES, walk
from ui.common import plain, plain_boxes

MAKERS = {
    "label": plain.Label,
    "label later": lambda text, parent: _later(plain.Label(parent=parent), text),
    "button": plain.PushButton,
    "box": plain.CheckBox,
    "radio": plain_boxes.RadioButton,
    "tool": lambda text, parent: _later(plain.ToolButton(parent), text),
    "group": plain_boxes.GroupBox,
}


def _later(widget, text):
    widget.setText(text)
    return widget


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("maker", MAKERS)
def test_a_widget_shows_what_was_written(qtbot, maker, name):
    parent = QWidget()
    qtbot.addWidget(parent)
    widget = MAKERS[maker](name, parent)
    plain.set_tip(widget, name)
    plain.set_title(parent, name)
    assert walk(parent) == []
    said = widget.title() if maker == "group" else widget.text()
    assert said.replace("&&", "&") == plain.visible(name)


@pytest.mark.parametrize("name", NAMES)
def test_boxes_menus_lists_and_forms(qtbot, name):
    parent = QWidget()
    qtbot.addWidget(parent)
    form = plain_boxes.FormLayout(parent)
    form.addRow(name, plain.Label(name))
    box = plain_boxes.MessageBox(parent)
    box.setText(name)
    box.setInformativeText(name)
    box.setWindowTitle(name)
    menu = plain.Menu(parent)
    menu.addAction(name)
    menu.addMenu(name)
    choice = plain_boxes.ComboBox(parent)
    choice.addItem(name, 1)
    choice.addItems([name])
    waiting = plain_boxes.ProgressDialog(name, 0, 0)
    qtbot.addWidget(waiting)
    item = plain.ListItem(name)
    plain.set_tip(item, name)
    assert not Qt.mightBeRichText(item.toolTip())
    for window in (parent, box, menu, waiting):
        assert walk(window) == []
    label = next(each for each in form.parentWidget().findChildren(QLabel))
    assert label.text() == plain.visible(name)
    shown = [each.text() for each in box.findChildren(QLabel)]
    assert shown.count(plain.visible(name)) == 2
    assert menu.actions()[0].text() == plain.visible(name).replace("&", "&&")


def test_a_tool_tip_keeps_what_is_no_markup():
    for text in ("面积 < 10 ㎡", "A&B", "第一行\n第二行", "x > y"):
        assert plain.hint(text) == text
    for text in (BOLD, IMAGE, ENTITY):
        assert not Qt.mightBeRichText(plain.hint(text))
        assert "甲" not in text or "甲" in plain.hint(text)


def test_every_unseen_character_is_seen():
    assert plain.visible(BIDI) == "小\ufffd学\ufffd\ufffd\ufffd"
    assert plain.visible(CONTROL) == "校\ufffd[31m\ufffd"
    assert plain.visible("一\n二\t三") == "一\n二\t三"


def test_a_page_loads_nothing(qtbot, tmp_path):
    (tmp_path / "x.png").write_bytes(b"x")
    page = plain_boxes.MarkupPage()
    qtbot.addWidget(page)
    asked = []
    page.setHtml(f"<p>{IMAGE}</p>")
    kind = QTextDocument.ResourceType.ImageResource
    assert page.loadResource(kind.value, QUrl.fromLocalFile(str(tmp_path / "x.png"))) is None
    assert asked == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_button_that_has_the_keyboard_and_no_other(qtbot, key):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    box = QVBoxLayout(dialog)
    pressed = []
    buttons = {name: plain.PushButton(name) for name in ("存报告", "关闭")}
    for name, button in buttons.items():
        button.clicked.connect(lambda _=False, name=name: pressed.append(name))
        box.addWidget(button)
    buttons["存报告"].setAutoDefault(False)
    buttons["关闭"].setDefault(True)
    dialog.show()
    buttons["存报告"].setFocus()
    qtbot.keyClick(buttons["存报告"], key)
    assert pressed == ["存报告"]
