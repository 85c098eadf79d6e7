"""Identity and mobile numbers on their way in, or in already: what is to be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout

from eduapp.services import pasting
from eduapp.services.pasting import Keep
from ui.common.plain import Label, PushButton, set_title
from ui.common.plain_boxes import MessageBox
from ui.common.static_table import Column, StaticTable, table_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from eduapp.services.numbers_found import Found
    from eduapp.services.pasting import NumberedText
    from ui.common.theme import Theme

MONTH, EMPTY, NOT_AT_ALL = "只保留出生年月", "留空", "不粘贴"


def ask(found: Sequence[NumberedText], parent: QWidget) -> Keep | None:
    """Ask what goes on of a paste with such numbers; None: nothing is pasted."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("numbers", text)

    box = MessageBox(parent)
    box.setIcon(MessageBox.Icon.Warning)
    set_title(box, tr("身份证号和手机号"))
    box.setText(tr("要粘贴的内容里有 {0} 处身份证号或手机号。").format(len(found)))
    box.setInformativeText(tr("这些号码不用上报,也不会随文件交出。\n{0}").format(pasting.listed(found)))
    role = MessageBox.ButtonRole
    buttons = {
        box.addButton(tr(MONTH), role.AcceptRole): Keep.MONTH,
        box.addButton(tr(EMPTY), role.AcceptRole): Keep.EMPTY,
    }
    refused = box.addButton(tr(NOT_AT_ALL), role.RejectRole)
    box.setEscapeButton(refused)
    box.exec()
    chosen = box.clickedButton()
    return next((keep for button, keep in buttons.items() if button is chosen), None)


class FoundDialog(QDialog):
    """What a workbook holds already: one list, one act."""

    def __init__(self, found: Sequence[Found], theme: Theme, parent: QWidget) -> None:
        """List the cells; `chosen` is None until one of the two acts was taken."""
        super().__init__(parent)
        set_title(self, self.tr("身份证号和手机号"))
        self.chosen: Keep | None = None
        words = self.tr(
            "工作簿里有 {0} 处身份证号或手机号。它们不用上报,也不会随文件交出,请在这里一次取出;"
            "取出以后可以按 Ctrl+Z 撤销。"
        ).format(len(found))
        columns = (
            Column(self.tr("位置"), 16),
            Column(self.tr("哪一行"), 14),
            Column(self.tr("内容"), 8),
        )
        self.table = StaticTable(columns, self)
        self.table.set_rows([[each.label, each.row, each.words] for each in found])
        self.month, self.empty = PushButton(self.tr(MONTH)), PushButton(self.tr(EMPTY))
        self.month.clicked.connect(lambda: self._take(Keep.MONTH))
        self.empty.clicked.connect(lambda: self._take(Keep.EMPTY))
        later = PushButton(self.tr("以后再说"))
        later.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(Label(words, wordWrap=True))
        box.addWidget(table_view(self.table, theme), 1)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.month, self.empty, later):
            row.addWidget(button)
        box.addLayout(row)
        self.resize(min(640, parent.width() - 40), min(420, parent.height() - 40))
        self.month.setFocus()

    def _take(self, keep: Keep) -> None:
        self.chosen = keep
        self.accept()
