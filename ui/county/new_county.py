"""新建县级工作簿: the few facts a county's workbook must know, and where it lies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from db.problems import Problem
from db.records.values import Unreadable, clean
from eduapp.services import workbooks
from eduapp.services.county import books as county_books
from ui.common.new_workbook import SUFFIX, YEARS, PlaceField, file_name, form_of
from ui.common.plain import CheckBox, set_title
from ui.common.problems import MessageLine
from ui.common.standards_field import StandardsField
from ui.common.waiting import wait_for
from ui.county.page_widgets import line_label

if TYPE_CHECKING:
    from pathlib import Path

    from ui.common.theme import Theme

CODE = re.compile(r"[0-9]{6}")
"""GB/T 2260: the six digits of a county."""


class NewCountyDialog(QDialog):
    """Asks; `make` makes the workbook. `path` is where it lies afterwards."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Suggest this school year and the folder of documents."""
        super().__init__(parent)
        set_title(self, self.tr("新建县级工作簿"))
        self.path: Path | None = None
        self.name, self.code = QLineEdit(), QLineEdit()
        self.code.setPlaceholderText(self.tr("6 位数字,如 430900"))
        self.year = QLineEdit(str(workbooks.school_year()))
        self.practice = CheckBox(self.tr("练习用(可以接收练习数据,不能作正式汇总)"))
        self.standards = StandardsField()
        self.place = PlaceField()
        form = form_of(
            (self.tr("区县名称"), self.name),
            (self.tr("区县代码"), self.code),
            (self.tr("学年(9 月 1 日起)"), self.year),
            ("", self.practice),
            (self.tr("执行标准"), self.standards),
            (self.tr("保存在"), self.place),
        )
        note = line_label(theme, dim=True, wrap=True)
        note.setText(
            self.tr(
                "执行标准随批次文件发给学校。工作簿请放在电脑硬盘上,不要放在 U 盘里。建好后先导入学校名单。"
            )
        )
        self.message = MessageLine(theme)
        buttons = QDialogButtonBox()
        buttons.addButton(self.tr("新建"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.tr("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.make)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        for part in (self.message, form, note, buttons):
            box.addWidget(part)
        self.resize(520, 0)

    def make(self) -> None:
        """Make the workbook; what is missing or impossible is said in the dialog."""
        name, code = clean(self.name.text()), clean(self.code.text())
        if not name:
            self.message.trouble(self.tr("请填写区县名称。"))
            return
        if CODE.fullmatch(code) is None:
            self.message.trouble(self.tr("区县代码应为 6 位数字。"))
            return
        try:
            year = YEARS.parse(self.year.text())
        except Unreadable as error:
            self.message.trouble(self.tr("学年{0}。").format(error))
            return
        path = self.place.folder / f"{file_name(name)}{year}{SUFFIX}"
        chosen, practice = self.standards.ids, self.practice.isChecked()

        def make() -> None:
            county_books.create_county(path, code, name, year, chosen, practice=practice).close()

        try:
            wait_for(self, self.tr("正在新建…"), make, deaf=True)
        except Problem as problem:
            self.message.trouble(problem.text)
            return
        self.path = path
        self.accept()
