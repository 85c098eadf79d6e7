"""What digits and letters mean in the cells that offer a list, as the list shows it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from db.records import choices
from db.records.values import NO, YES
from eduapp.services import entry
from ui.common.choice_keys import OfferedChoices

GRADE, SUBJECT, POST, DEGREE = (
    [words for _, words in kind.options]
    for kind in (choices.GRADE, choices.SUBJECT, choices.POST, choices.DEGREE)
)
CLASSES = ["一年级(1)班", "一年级(2)班", "二年级(1)班", "七年级(10)班"]
K = Qt.Key


@pytest.mark.parametrize(
    ("options", "typed", "meant"),
    [
        (GRADE, "1", "一年级"),
        (GRADE, "7", "七年级"),
        (GRADE, "７", "七年级"),  # an input method that was left on
        (GRADE, "10", None),
        (GRADE, "3n", "三年级"),
        ([YES, NO], "1", YES),
        ([YES, NO], "0", NO),
        ([YES, NO], "2", None),
        (SUBJECT, "1", "语文"),
        (SUBJECT, "9", "历史"),
        (SUBJECT, "10", "地理"),
        (SUBJECT, "11", "体育与健康"),
        (SUBJECT, "19", "其他"),
        (SUBJECT, "20", None),
        (SUBJECT, "0", None),
        (POST, "1", "在编在岗"),
        (POST, "2", "在岗不在编(合同一年及以上)"),
        (POST, "9", "工勤或教辅"),
        (POST, "zg", None),  # 在岗… begins so, 在编在岗 has it inside
        (POST, "zgbzb", "在岗不在编(合同一年及以上)"),
        (POST, "zbzg", "在编在岗"),
        (POST, "走", "走教"),
        (POST, "一", None),
        (DEGREE, "bk", "本科毕业"),
        (DEGREE, "健康", None),
        (SUBJECT, "综合", "综合实践活动"),
        (SUBJECT, "健康", None),  # 体育与健康, 心理健康
        (SUBJECT, "实践", "综合实践活动"),
        (CLASSES, "12", "一年级(2)班"),
        (CLASSES, "21", "二年级(1)班"),
        (CLASSES, "710", "七年级(10)班"),
        (CLASSES, "1", None),
        (CLASSES, "2", "二年级(1)班"),
        (["六三制", "五四制"], "63", "六三制"),
    ],
)
def test_digits_and_letters_mean_one_choice_or_none(options, typed, meant):
    assert OfferedChoices(options).meant(typed) == meant


def test_the_number_on_screen_is_the_digit_that_means_the_choice():
    for kind in vars(choices).values():
        if isinstance(kind, choices.Choice):
            offered = OfferedChoices([words for _, words in kind.options])
            for words in offered.options:
                assert offered.meant(offered.number(words)) == words, (kind.table, words)


def test_a_digit_finds_nothing_inside_a_word():
    for typed in ("1", "一"):
        assert (
            "在岗不在编(合同一年及以上)"
            not in OfferedChoices(["无", "在岗不在编(合同一年及以上)"]).matching(typed)[:1]
        )
    assert OfferedChoices(POST).matching("3") == [POST[2]]


def test_of_several_the_one_chosen_last_stands_first():
    assert OfferedChoices(DEGREE).matching("b")[0] == "博士毕业"
    offered = OfferedChoices(DEGREE, recent=["本科毕业", "博士毕业"])
    assert offered.matching("b")[:2] == ["本科毕业", "博士毕业"]
    assert offered.meant("b") == "本科毕业"


@pytest.fixture
def grid(qtbot, workspace, theme):
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    entry.add_rows(workspace.book, "teacher", [{"name": "张三", "degree": "本科"}, {"name": "李四"}])
    view = SheetEditor(RecordTable(workspace, "teacher", theme), theme)
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show()
    return view


def type_in(qtbot, view, row, field, text, end=K.Key_Return):
    view.go_to(view.table.place_of(view.table.keys[row], field))
    here = view.currentIndex()
    qtbot.keyClicks(view, text[0])
    editor = view.indexWidget(here)
    qtbot.keyClicks(editor, text[1:])
    shown = editor._popup
    lines = [shown.item(n).text() for n in range(shown.count())] if shown and shown.isVisible() else []
    lit = shown.currentItem().text() if shown and shown.isVisible() and shown.currentItem() else ""
    qtbot.keyClick(editor, end)
    return here.data(), lines, lit


def test_in_the_grid_the_list_is_numbered_and_enter_takes_what_is_lit(qtbot, grid):
    assert type_in(qtbot, grid, 1, "subject", "1")[0] == "语文"
    value, lines, lit = type_in(qtbot, grid, 1, "subject", "11")
    assert (value, lines, lit) == ("体育与健康", ["11  体育与健康"], "11  体育与健康")
    assert type_in(qtbot, grid, 1, "certificate", "0")[0] == "否"
    assert type_in(qtbot, grid, 1, "degree", "b")[::2] == ("本科毕业", "4  本科毕业")  # as in the row above


def test_what_may_mean_two_things_is_kept_as_typed_and_seen(qtbot, grid):
    value, lines, lit = type_in(qtbot, grid, 1, "post", "zg")
    assert value == "zg"
    assert lines == ["2  在岗不在编(合同一年及以上)", "1  在编在岗", "3  借入在岗", "4  在编不在岗"]
    assert lit == ""
    assert grid.table.place_of(grid.table.keys[1], "post").data(Qt.ItemDataRole.ForegroundRole) is not None


def keys_of(qtbot, view, first, cells):
    """Type a row as a person does from paper, name first; return how many keys come after the name."""
    view.go_to(view.table.index(len(view.table.keys), 0))
    count = 0
    for text, end in [(first, K.Key_Tab), *cells]:
        here = view.currentIndex()
        for each in text:
            editor = view.indexWidget(here)
            qtbot.keyClicks(editor if editor is not None else view, each)
        editor = view.indexWidget(here)
        qtbot.keyClick(editor if editor is not None else view, end)
        count += len(text) + 1
    return count - len(first)


def test_a_teacher_takes_at_most_fifteen_keys_beyond_the_name(qtbot, grid):
    tab, enter = K.Key_Tab, K.Key_Return
    cells = [("", tab), ("1", tab), ("11", tab), ("4", tab), ("1", tab), ("1", tab), ("1", enter)]
    assert keys_of(qtbot, grid, "w", cells) <= 15
    row = len(grid.table.keys) - 1
    shown = [grid.table.index(row, column).data() for column in range(8)]
    assert shown == ["w", "", "小学", "体育与健康", "本科毕业", "是", "无", "在编在岗"]
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (row + 1, 0)


def test_a_class_takes_at_most_eight_keys_beyond_the_name(qtbot, workspace, theme):
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    view = SheetEditor(RecordTable(workspace, "school_class", theme), theme)
    qtbot.addWidget(view)
    view.show()
    tab, enter = K.Key_Tab, K.Key_Return
    for number in range(1, 21):  # 20 classes
        pressed = keys_of(qtbot, view, f"{number}", [(str(number % 9 + 1), tab), ("45", enter)])
        assert pressed <= 8
    assert [view.table.index(19, column).data() for column in range(3)] == ["20", "三年级", "45"]
