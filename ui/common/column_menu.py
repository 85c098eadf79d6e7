"""What is done with a column of a grid: look at the rows in its order, at some of them, hide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QVBoxLayout

from ui.common.grid_cursor import DISPLAY
from ui.common.keys import key_of
from ui.common.plain import Label, ListItem, Menu, PushButton, set_title

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QTableView, QWidget

    from ui.common.record_table import RecordTable

TEXT = int(Qt.ItemDataRole.UserRole)
SHOWN = 4
"""Hidden columns that the menu names."""


def column_menu(
    view: QTableView, table: RecordTable, column: int, keeping: Callable[[Callable[[], None]], None]
) -> Menu:
    """Return the menu of a column; `keeping` does what shows the rows otherwise and keeps the current one."""
    field = table.fields[column]
    menu = Menu(view)
    menu.addAction(_tr("从小到大看"), lambda: keeping(lambda: table.set_sorting(field.name, down=False)))
    menu.addAction(_tr("从大到小看"), lambda: keeping(lambda: table.set_sorting(field.name, down=True)))
    menu.addSeparator()
    here = view.currentIndex()
    same = str(here.data(DISPLAY) or "") if here.isValid() and here.column() == column else ""
    if same:
        menu.addAction(
            _tr("只看「{0}」").format(same), lambda: keeping(lambda: table.set_wanted(field.name, [same]))
        )
    menu.addAction(_tr("只看…"), lambda: keeping(lambda: _choose(view, table, field.name, field.item.label)))
    back = f"{_tr('恢复录入顺序,显示全部行')}\t{key_of('as_entered')}"
    menu.addAction(back, lambda: keeping(table.as_entered)).setEnabled(bool(table.view_words))
    menu.addSeparator()
    shown = [each for each in range(table.columnCount()) if not view.isColumnHidden(each)]
    hide: Callable[[], None] = lambda: view.setColumnHidden(column, True)  # noqa: E731 - beside its twin
    menu.addAction(_tr("隐藏这一列"), hide).setEnabled(len(shown) > 1)
    hidden = [each for each in range(table.columnCount()) if view.isColumnHidden(each)]
    if hidden:
        named = "、".join(table.fields[each].item.label for each in hidden[:SHOWN])
        words = _tr("显示隐藏的 {0} 列:{1}").format(len(hidden), named)
        menu.addAction(words, lambda: _show_columns(view, hidden))
    return menu


def _show_columns(view: QTableView, columns: Sequence[int]) -> None:
    for column in columns:
        view.setColumnHidden(column, False)


def _choose(view: QTableView, table: RecordTable, field: str, label: str) -> None:
    dialog = TextsDialog(view.window(), label, table.texts_of(field), table.wanted(field))
    if dialog.exec():
        chosen = dialog.chosen
        table.set_wanted(field, None if len(chosen) == dialog.count else chosen)


class TextsDialog(QDialog):
    """Which texts of a column are to be seen, each with a box to tick."""

    def __init__(
        self, parent: QWidget, label: str, texts: Sequence[str], wanted: frozenset[str] | None
    ) -> None:
        """Tick what is seen now."""
        super().__init__(parent)
        set_title(self, _tr("只看「{0}」是这些的行").format(label))
        self._list = QListWidget()
        for text in texts:
            item = ListItem(text or _tr("(空)"))
            item.setData(TEXT, text)
            seen = wanted is None or text in wanted
            item.setCheckState(Qt.CheckState.Checked if seen else Qt.CheckState.Unchecked)
            self._list.addItem(item)
        self.count = self._list.count()
        buttons = QHBoxLayout()
        for words, state in ((_tr("全选"), Qt.CheckState.Checked), (_tr("全不选"), Qt.CheckState.Unchecked)):
            button = PushButton(words)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on, state=state: self._set_all(state))
            buttons.addWidget(button)
        buttons.addStretch(1)
        accept, cancel = PushButton(_tr("确定")), PushButton(_tr("取消"))
        accept.setDefault(True)
        accept.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        buttons.addWidget(accept)
        buttons.addWidget(cancel)
        box = QVBoxLayout(self)
        box.addWidget(Label(_tr("空格键打勾或去掉。只是看的时候少看几行,数据不变。"), wordWrap=True))
        box.addWidget(self._list, 1)
        box.addLayout(buttons)
        self.resize(380, 420)
        self._list.setFocus()

    @property
    def chosen(self) -> list[str]:
        """The texts that are ticked."""
        items = [self._list.item(row) for row in range(self.count)]
        return [str(each.data(TEXT)) for each in items if each.checkState() == Qt.CheckState.Checked]

    def _set_all(self, state: Qt.CheckState) -> None:
        for row in range(self.count):
            self._list.item(row).setCheckState(state)


def _tr(text: str) -> str:
    return QCoreApplication.translate("column_menu", text)
