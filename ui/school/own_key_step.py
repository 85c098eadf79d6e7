"""A step of the page 密钥, and the first of them: this computer's key, its form, what a form still lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.common.plain import Label, PushButton, set_tip
from ui.common.theme import CAUTION, DONE, TROUBLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.hand_off.school_keys import OwnKey
    from ui.common.theme import Theme

WAITING = "○"
COUNTY_CODE = "区县代码"
"""What is filled in on this page, where a form lacks it."""


class Step(QFrame):
    """A step: mark and state beside its title, one sentence, fields, buttons."""

    def __init__(self, theme: Theme, title: str, words: str) -> None:
        """Build an empty step."""
        super().__init__()
        self.setObjectName("step")
        self.setStyleSheet(
            f"QFrame#step {{ background: {theme.base}; border: 1px solid {theme.line}; border-radius: 4px; }}"
        )
        self.title = Label(title)
        self.title.setStyleSheet("font-weight: bold;")
        self.mark = Label(WAITING)
        self.mark.setSizePolicy(
            self.mark.sizePolicy().horizontalPolicy().Expanding, self.mark.sizePolicy().verticalPolicy()
        )
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.mark, 1)
        self.sentence = Label(words, wordWrap=True)
        self.sentence.setStyleSheet(f"color: {theme.dim};")
        self._fields = QVBoxLayout()
        self._fields.setSpacing(4)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 6, 10, 6)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.sentence)
        box.addLayout(self._row)
        box.addLayout(self._fields)

    def stand(self, mark: str, words: str, colour: str) -> None:
        """Say how the step stands."""
        self.mark.setText(f"{mark} {words}")
        self.mark.setStyleSheet(f"color: {colour};")

    def lead(self, widget: QWidget) -> None:
        """Put what the step is about at the left of its buttons."""
        self._row.insertWidget(0, widget, 100)

    def add(self, widget: QWidget) -> None:
        """Put a line under the buttons."""
        self._fields.addWidget(widget)

    def button(self, text: str, slot: Callable[[], object] | None = None) -> PushButton:
        """Put a button behind what is there."""
        button = PushButton(text)
        if slot is not None:
            button.clicked.connect(lambda _checked: slot())
        self._row.insertWidget(self._row.count() - 1, button)
        return button


class OwnKeyStep(Step):
    """How this computer's key stands, and the ways to its form; the page connects the buttons."""

    def __init__(self, theme: Theme) -> None:
        """Show no button until it is known how the key stands."""
        super().__init__(theme, "", "")
        self._theme = theme
        self.title.setText(self.tr("① 登记本校密钥"))
        self.sentence.setText(
            self.tr(
                "上报文件用这台电脑的密钥签名。打印登记表盖章,连同登记申请文件交县里,一次即可。"
                "表上的数字对应区县代码、学校代码和本机密钥,学校自己改了代码要重新登记,县里换码的不用。"
            )
        )
        self.digits = Label()
        self.digits.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_tip(self.digits, self.tr("登记表上的 30 位数字"))
        self.county_code = QLineEdit(placeholderText=self.tr("区县代码(6 位数字,见县里的通知),按回车"))
        self.note = Label(wordWrap=True)
        self.note.setStyleSheet(f"color: {theme.warn};")
        self.lead(self.digits)
        self.add(self.note)
        self.add(self.county_code)
        self.form_button = self.button(self.tr("打印登记表…"))
        self.request_button = self.button(self.tr("生成申请文件…"))
        set_tip(self.request_button, self.tr("登记申请文件(.edukey),连同盖章的登记表一起交县里"))
        self.unlock_button = self.button(self.tr("录入口令…"))
        self.renew_button = self.button(self.tr("换新密钥…"))
        set_tip(self.renew_button, self.tr("学校代码确已改变时:为现在的代码生成新密钥,重新登记"))
        buttons = self.form_button, self.request_button, self.unlock_button, self.renew_button
        for each in (self.digits, self.note, self.county_code, *buttons):
            each.hide()

    def show_key(self, own: OwnKey) -> None:
        """Show how the key stands, its digits, and what must be done before there can be a form."""
        self.stand(*self._looks(own))
        self.digits.setText(own.digits)
        for each in (self.digits, self.form_button, self.request_button):
            each.setVisible(bool(own.digits))
        self.unlock_button.setVisible(own.standing == "locked")
        self.renew_button.setVisible(bool(own.made_for))
        self.county_code.setVisible(COUNTY_CODE in own.missing)
        note = self._words(own)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        bold = self.digits.font()
        bold.setPointSizeF(self.font().pointSizeF() + 2)
        bold.setBold(True)
        self.digits.setFont(bold)

    def _looks(self, own: OwnKey) -> tuple[str, str, str]:
        theme, unregistered = self._theme, self.tr("未登记")
        if own.follows:
            unregistered = self.tr("待换发:原密钥已为它签名,交登记申请文件即可")
        looks: dict[str, tuple[str, str, str]] = {
            "unregistered": (WAITING, unregistered, theme.dim),
            "paper": (DONE, self.tr("已登记(纸质登记表)"), theme.good),
            "rotated": (DONE, self.tr("已登记(换发)"), theme.good),
            "unchecked": (CAUTION, self.tr("未核验:县里还没有按登记表核对"), theme.warn),
            "revoked": (TROUBLE, self.tr("已撤销:请与县里联系"), theme.bad),
            "old_form": (CAUTION, self.tr("已登记(旧式):请重新打印登记表,盖章交县里"), theme.warn),
            "other_school": (TROUBLE, self.tr("不能使用:学校代码改过"), theme.bad),
            "locked": (WAITING, self.tr("密钥有口令保护,录入口令后显示"), theme.dim),
        }
        return looks[own.standing]

    def _words(self, own: OwnKey) -> str:
        if own.code_now:
            words = self.tr(
                "县里的名册上本校代码已改为 {0}:请把「学校」页的代码改成它,密钥照常可用,不用重新登记。"
            )
            return words.format(own.code_now)
        if own.made_for:
            return self.tr(
                "密钥是为学校代码 {0} 生成的,不能替现在的代码签名,草稿和登记申请也不能。代码改错了请改回;"
                "县里已换码的,读取新的批次文件;确是本校代码的,换新密钥后重新登记。"
            ).format(own.made_for)
        if own.missing:
            return self.tr("先填好{0},才能打印登记表和生成申请文件。").format("、".join(own.missing))
        return ""
