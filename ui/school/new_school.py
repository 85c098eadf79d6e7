"""新建学校工作簿: the few facts a workbook must know, and where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from db.problems import Problem
from db.records.choices import AREA_CLASS, SCHOOL_KIND
from db.records.values import Unreadable, clean
from eduapp.services import workbooks
from ui.common.new_workbook import SUFFIX, YEARS, EarlierField, PlaceField, file_name, form_of
from ui.common.plain import Label, set_tip, set_title
from ui.common.plain_boxes import ComboBox
from ui.common.problems import MessageLine
from ui.common.standards_field import StandardsField
from ui.common.waiting import aside, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from db.records.values import Choice
    from ui.common.theme import Theme


class NewSchoolDialog(QDialog):
    """Asks; `make` makes the workbook. `path` is where it lies afterwards."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Suggest this school year and the folder of documents."""
        super().__init__(parent)
        set_title(self, self.tr("新建学校工作簿"))
        self.path: Path | None = None
        self.name, self.code = QLineEdit(), QLineEdit()
        self.kind = _choices(SCHOOL_KIND, "")
        self.area = _choices(AREA_CLASS, self.tr("(以后再填)"))
        self.year = QLineEdit(str(workbooks.school_year()))
        self.county = QLineEdit()
        self.county.setPlaceholderText(self.tr("6 位数字,可不填"))
        self.earlier = EarlierField()
        set_tip(self.earlier, self.tr("带入学校信息、教师、校舍、场地和设备名单,上年数据用于对照"))
        self.earlier.chosen.connect(self.suggest)
        self.standards = StandardsField()
        self.place = PlaceField()
        form = form_of(
            (self.tr("从上一年工作簿带入"), self.earlier),
            (self.tr("学校名称"), self.name),
            (self.tr("学校代码"), self.code),
            (self.tr("学校类型"), self.kind),
            (self.tr("城乡分类"), self.area),
            (self.tr("学年(9 月 1 日起)"), self.year),
            (self.tr("县级代码"), self.county),
            (self.tr("执行标准"), self.standards),
            (self.tr("保存在"), self.place),
        )
        note = Label(
            self.tr("执行标准以县里的批次文件为准,读入后自动改过来。工作簿请放在电脑硬盘上,不要放在 U 盘里。")
        )
        note.setWordWrap(True)
        note.setStyleSheet(f"color: {theme.dim};")
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

    def suggest(self, earlier: Path) -> None:
        """Fill in what the workbook of the year before says; it can still be changed."""
        try:
            found = aside(lambda: workbooks.next_year(earlier))
        except Problem as problem:
            self.message.trouble(problem.text)
            return
        self.standards.choose(found.standards)
        self.name.setText(found.name)
        self.code.setText(found.code)
        self.kind.setCurrentIndex(self.kind.findData(found.kind))
        self.area.setCurrentIndex(max(0, self.area.findData(found.area_class)))
        self.year.setText(str(found.year))
        self.county.setText(found.county)
        self.message.good(self.tr("已填入上一年工作簿里的学校信息。"))

    def make(self) -> None:
        """Make the workbook; what is missing or impossible is said in the dialog."""
        trouble = self._missing()
        if trouble:
            self.message.trouble(trouble)
            return
        name = clean(self.name.text())
        year = YEARS.parse(self.year.text())
        path = self.place.folder / f"{file_name(name)}{year}{SUFFIX}"
        school = workbooks.NewSchool(
            code=clean(self.code.text()),
            name=name,
            kind=self.kind.currentData(),
            year=year,
            area_class=self.area.currentData(),
            county=clean(self.county.text()),
            standards=self.standards.ids,
        )
        try:
            wait_for(
                self,
                self.tr("正在新建…"),
                lambda: workbooks.create_school(path, school, self.earlier.path).close(),
                deaf=True,
            )
        except Problem as problem:
            self.message.trouble(problem.text)
            return
        self.path = path
        self.accept()

    def _missing(self) -> str:
        if not clean(self.name.text()):
            return self.tr("请填写学校名称。")
        if not clean(self.code.text()):
            return self.tr("请填写学校代码。")
        if self.kind.currentData() is None:
            return self.tr("请选择学校类型。")
        try:
            YEARS.parse(self.year.text())
        except Unreadable as error:
            return self.tr("学年{0}。").format(error)
        return ""


def _choices(choice: Choice, empty: str) -> ComboBox:
    box = ComboBox()
    box.addItem(empty, None)
    for code, words in choice.options:
        box.addItem(words, code)
    return box
