"""The keys of the grid and of the window: each is declared once, with its words.

What a grid does by a key, its menu, the sheet that F1 shows and docs/grid-keys.md all come from here;
`python -m ui.common.keys > docs/grid-keys.md` writes that page anew.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QKeyEvent

SIGNS = {
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "Return": "Enter",
    "PgUp": "PageUp",
    "PgDown": "PageDown",
    "Del": "Delete",
    "Backtab": "Tab",
}
"""What stands on a key, where Qt calls it otherwise."""
PAD = Qt.KeyboardModifier.KeypadModifier
SHIFT, ALT, CONTROL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class KeyAct(NamedTuple):
    """A method of whoever has the keyboard, and what it is given."""

    name: str
    given: tuple[object, ...] = ()


@dataclass(frozen=True)
class KeyLine:
    """One line of the rule: keys, what they do, and who does it.

    acts: by the key in Qt's words; a line without any is done elsewhere (the window, the editor of a cell).
    """

    words: str
    acts: dict[str, KeyAct] = field(default_factory=dict)
    shown: str = ""
    """The keys as a person reads them, where they are not those of `acts`."""
    hidden: frozenset[str] = frozenset()
    """Keys that say the same as another one (the number pad's Enter)."""

    @property
    def keys(self) -> str:
        """The keys as a person reads them."""
        return self.shown or " ".join(said(key) for key in self.acts if key not in self.hidden)


def said(key: str) -> str:
    """Return a key as a person reads it: Ctrl+Left is Ctrl+←."""
    *holding, last = key.split("+") if not key.endswith("++") else [*key[:-2].split("+"), "+"]
    return "+".join((*holding, SIGNS.get(last, last)))


def _arrows(prefix: str, step: str) -> dict[str, KeyAct]:
    return {
        f"{prefix}{key}": KeyAct("step", (f"{step}{key.lower()}",)) for key in ("Left", "Right", "Up", "Down")
    }


def _both(forth: str, back: str, name: str) -> dict[str, KeyAct]:
    return {forth: KeyAct(name, (1,)), back: KeyAct(name, (-1,))}


MOVES = (
    KeyLine("上下左右一格", _arrows("", "")),
    KeyLine("到数据的边上:有数的一段的尽头,再按到下一段", _arrows("Ctrl+", "edge_")),
    KeyLine("本行的第一格、最后一格", {"Home": KeyAct("step", ("home",)), "End": KeyAct("step", ("end",))}),
    KeyLine(
        "全表的第一格、最后一行数据的最后一格",
        {"Ctrl+Home": KeyAct("step", ("first",)), "Ctrl+End": KeyAct("step", ("last",))},
    ),
    KeyLine(
        "上一屏、下一屏", {"PgUp": KeyAct("step", ("page_up",)), "PgDown": KeyAct("step", ("page_down",))}
    ),
    KeyLine(
        "下一格、上一格(Enter 向下,Tab 向右;用 Tab 填完一行后按 Enter,到下一行开始的那一列)",
        {
            "Return": KeyAct("enter"),
            "Enter": KeyAct("enter"),
            "Shift+Return": KeyAct("enter_back"),
            "Shift+Enter": KeyAct("enter_back"),
            "Tab": KeyAct("tab"),
            "Shift+Tab": KeyAct("tab_back"),
            "Shift+Backtab": KeyAct("tab_back"),
        },
        hidden=frozenset({"Enter", "Shift+Enter", "Shift+Backtab"}),
    ),
)
SELECTING = (
    KeyLine("从当前格起扩大或缩小选择", shown="Shift+上面的方向键、Home、End、PageUp、PageDown(连同 Ctrl)"),
    KeyLine("选中全部数据", {"Ctrl+A": KeyAct("select_data")}),
    KeyLine(
        "选中整列(输入法占用 Ctrl+空格时用 Alt+C),也可点列标题",
        {"Alt+C": KeyAct("select_columns"), "Ctrl+Space": KeyAct("select_columns")},
    ),
    KeyLine(
        "选中整行(输入法占用 Shift+空格时用 Alt+R),也可点行号",
        {"Alt+R": KeyAct("select_rows"), "Shift+Space": KeyAct("select_rows")},
    ),
    KeyLine("在选中的格里依次走,走到头再从第一格起", shown="选中多格时按 Enter、Tab(加 Shift 倒着走)"),
)
EDITING = (
    KeyLine("直接打字:代替这一格的内容;方向键、Enter、Tab 写入并离开", shown="文字、数字"),
    KeyLine("修改这一格的内容,光标在末尾", {"F2": KeyAct("edit_inside")}),
    KeyLine(
        "打好的内容写入所有选中的格",
        {"Ctrl+Return": KeyAct("fill_same"), "Ctrl+Enter": KeyAct("fill_same")},
        hidden=frozenset({"Ctrl+Enter"}),
    ),
    KeyLine("放弃正在打的内容", shown="Esc"),
    KeyLine(
        "清除选中格的内容",
        {"Del": KeyAct("clear_cells"), "Backspace": KeyAct("clear_cells")},
        hidden=frozenset({"Backspace"}),
    ),
    KeyLine("复制", {"Ctrl+C": KeyAct("copy"), "Ctrl+Ins": KeyAct("copy")}, hidden=frozenset({"Ctrl+Ins"})),
    KeyLine("剪切", {"Ctrl+X": KeyAct("cut"), "Shift+Del": KeyAct("cut")}, hidden=frozenset({"Shift+Del"})),
    KeyLine(
        "粘贴", {"Ctrl+V": KeyAct("paste"), "Shift+Ins": KeyAct("paste")}, hidden=frozenset({"Shift+Ins"})
    ),
    KeyLine("今天的日期", {"Ctrl+;": KeyAct("fill_today")}),
    KeyLine("上一行的内容", {"Ctrl+'": KeyAct("fill_above")}),
    KeyLine(
        "填充序列:从选中的第一格(或前两格)往下推,如 1、2、3,一年级、二年级,(1)班、(2)班,日期",
        {"Ctrl+Shift+D": KeyAct("fill_series")},
    ),
    KeyLine("向下填充:第一行的内容填到下面各行;只选一行时填上一行的内容", {"Ctrl+D": KeyAct("fill_down")}),
)
ROWS = (
    KeyLine(
        "在上面插入空行:选中几行插几行",
        {
            "Ctrl++": KeyAct("insert_rows"),
            "Ctrl+Shift++": KeyAct("insert_rows"),
            "Ctrl+Shift+=": KeyAct("insert_rows"),
        },
        hidden=frozenset({"Ctrl+Shift++", "Ctrl+Shift+="}),
    ),
    KeyLine("删除选中的行(十行以上先问)", {"Ctrl+-": KeyAct("delete_rows")}),
    KeyLine("选中的行上移、下移", {"Alt+Shift+Up": KeyAct("rows_up"), "Alt+Shift+Down": KeyAct("rows_down")}),
    KeyLine("剪贴板里的行插在上面,不覆盖已有的行", {"Ctrl+Shift+V": KeyAct("paste_rows")}),
)
LEAVING = (
    KeyLine(
        "下一栏、上一栏:表格、指标、页面清单、工具栏、说明、勾选框",
        _both("F6", "Shift+F6", "next_part"),
    ),
    KeyLine("本页的下一张表、上一张表;只有一张表时同 F6", _both("Ctrl+Tab", "Ctrl+Shift+Tab", "next_table")),
    KeyLine("下一页、上一页", _both("Ctrl+PgDown", "Ctrl+PgUp", "next_page")),
    KeyLine("页面和菜单,字母写在名称后面", shown="Alt+字母"),
    KeyLine("工具栏,再按回到表格", {"F10": KeyAct("to_tools")}),
    KeyLine("下一处、上一处待改的地方", _both("F8", "Shift+F8", "next_finding")),
    KeyLine("指标的依据与算法(学校窗口)", {"F4": KeyAct("why")}),
    KeyLine("撤销、重做", shown="Ctrl+Z Ctrl+Y"),
    KeyLine("做过的步骤,选一步退回到它之前", {"Ctrl+Shift+Z": KeyAct("show_steps")}),
    KeyLine("这张按键表", {"F1": KeyAct("show_sheet")}),
)
SEARCHING = (
    KeyLine(
        "这一列的菜单:从小到大看、从大到小看、只看其中一些行、隐藏;也可在列标题上点右键",
        {"Alt+Down": KeyAct("column_menu")},
    ),
    KeyLine("恢复录入顺序,显示全部行", {"Ctrl+Shift+L": KeyAct("as_entered")}),
    KeyLine("查找", {"Ctrl+F": KeyAct("seek")}),
    KeyLine("替换", {"Ctrl+H": KeyAct("replace")}),
    KeyLine("同样的都改:这一列里内容相同的格一次改掉", {"Ctrl+Shift+H": KeyAct("change_same")}),
)
GROUPS = (
    ("走动", MOVES),
    ("选择", SELECTING),
    ("填写", EDITING),
    ("行", ROWS),
    ("查找和查看", SEARCHING),
    ("离开表格", LEAVING),
)
"""The rule, as F1 and the page show it."""


RULE = (
    "当前格总在选中的格里:光标走到哪里,选中的就是哪里。",
    "清除、粘贴、填充只动看得出选中的格,不动其间没有选中的格,也不动隐藏的列。",
    "除了「离开表格」一节的键,没有键把光标带出表格。",
)


def act_of(event: QKeyEvent) -> KeyAct | None:
    """Return what a key means on a grid; None: no more than to Qt."""
    holding = event.modifiers() & ~PAD
    return _acts().get((event.key(), holding.value))


@cache
def _acts() -> dict[tuple[int, int], KeyAct]:
    found = {}
    for line in (line for _, lines in GROUPS for line in lines):
        for key, act in line.acts.items():
            found[_pressed(key)] = act
            if act.name == "step":
                found[_pressed(f"Shift+{key}")] = KeyAct("extend", act.given)
    return found


def _pressed(key: str) -> tuple[int, int]:
    one = QKeySequence(key)[0]  # type: ignore[index]
    return one.key(), one.keyboardModifiers().value


def key_of(name: str) -> str:
    """Return the first key of a method, as a person reads it; "" where it has none."""
    lines = (line for _, group in GROUPS for line in group)
    return next((said(key) for line in lines for key, act in line.acts.items() if act.name == name), "")


def page() -> Iterator[str]:
    """Yield the lines of docs/grid-keys.md."""
    yield "# 表格的按键"
    yield ""
    yield "由 `ui/common/keys.py` 写出(`python -m ui.common.keys > docs/grid-keys.md`)。"
    yield "窗口里按 F1,看到的也是它。"
    yield ""
    yield from RULE
    for title, lines in GROUPS:
        yield ""
        yield f"## {title}"
        yield ""
        yield "| 按键 | 做什么 |"
        yield "|---|---|"
        yield from (f"| {line.keys} | {line.words} |" for line in lines)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write("\n".join(page()) + "\n")
