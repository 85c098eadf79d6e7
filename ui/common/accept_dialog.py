"""A person's word that a county's workbook is right as it lies here, though this computer knows otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout

from ui.common.plain import Label, PushButton, set_title
from ui.common.plain_boxes import FormLayout
from ui.common.theme import CAUTION

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from db.problems import Problem
    from ui.common.theme import Theme

WIDTH = 34
"""Of a field, in full-width characters."""


class AcceptDialog(QDialog):
    """Says what the word means and asks for the reason; Enter never gives it."""

    def __init__(self, theme: Theme, path: Path, problem: Problem, parent: QWidget | None) -> None:
        """`problem` is why the workbook does not open."""
        super().__init__(parent)
        set_title(self, self.tr("确认工作簿无误"))
        what = Label(f"{CAUTION} {problem.what}", wordWrap=True)
        what.setStyleSheet(f"color: {theme.bad};")
        means = Label(
            self.tr(
                "确认的意思是:由您负责,认定 {0} 现在的内容就是本县的,以后都以它为准;"
                "这台电脑原来记下的不再拿来对照。"
                "如果它被人改过,改动从此就算数。\n"
                "拿不准时请取消,从备份恢复,或先用 30 位数字、合并指纹与盖章的纸质材料核对。"
                "理由、时间和用户名记入日志。"
            ).format(path.name),
            wordWrap=True,
        )
        self.reason = QLineEdit(placeholderText=self.tr("例如:硬盘损坏,用 U 盘上的副本继续,已与纸质报表核对"))
        self.passphrase = QLineEdit(placeholderText=self.tr("没有口令的,留空"))
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        form = FormLayout()
        for words, field in ((self.tr("理由"), self.reason), (self.tr("县级口令"), self.passphrase)):
            field.setMinimumWidth(theme.char_width(field.font()) * WIDTH)
            form.addRow(words, field)
        self.yes = PushButton(self.tr("确认无误"))
        self.yes.setAutoDefault(False)
        self.yes.setEnabled(False)
        self.yes.clicked.connect(self.accept)
        self.no = PushButton(self.tr("取消"))
        self.no.setDefault(True)
        self.no.clicked.connect(self.reject)
        self.reason.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 12)
        box.setSpacing(12)
        box.addWidget(what)
        box.addWidget(means)
        box.addLayout(form)
        box.addLayout(buttons)
