"""口令: asking for one to open a key, and asking twice for a new one; at a school and at a county.

`attempt(passphrase)` does the work on a thread of the dialog's own (scrypt takes a second or more) and
raises a Problem that is said in the dialog; the dialog is accepted when it returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from eduapp.services.keys import PASSPHRASE_LENGTH
from ui.common.job_runner import JobRunner
from ui.common.plain import CheckBox, Label, set_title
from ui.common.plain_boxes import FormLayout
from ui.common.problems import MessageLine, words_of
from ui.common.suggestion_line import SuggestionLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.common.theme import Theme


class PassphraseDialog(QDialog):
    """One field to open something; with `new`, two fields that must agree, and six words to take."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        words: str,
        attempt: Callable[[str], object],
        parent: QWidget,
        *,
        new: bool = False,
    ) -> None:
        """Show why it is asked."""
        super().__init__(parent)
        set_title(self, title)
        self._attempt, self._new = attempt, new
        self._jobs = JobRunner(self)
        self._jobs.failed.connect(self._failed)
        self._jobs.ended.connect(lambda: self._enable(True))
        self.message = MessageLine(theme)
        self.field, self.again, self.offer = self._field(), self._field(), SuggestionLine(theme)
        self.shown = CheckBox(self.tr("显示口令"))
        self.shown.toggled.connect(self._show)
        self.hint = Label(wordWrap=True)
        self.hint.setStyleSheet(f"color: {theme.warn};")
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton(self.tr("确定"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setDefault(True)
        cancel = buttons.addButton(self.tr("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)  # else Enter means it once it had the focus while the fields were closed
        buttons.accepted.connect(self.try_)
        buttons.rejected.connect(self.reject)
        form = FormLayout()
        form.addRow(self.tr("新口令") if new else self.tr("口令"), self.field)
        if new:
            form.addRow(self.tr("再输一遍"), self.again)
        form.addRow("", self.shown)
        if new:
            form.addRow(self.tr("可用六个词"), self.offer)
        why = Label(words, wordWrap=True)
        box = QVBoxLayout(self)
        for part in (why, self.message):
            box.addWidget(part)
        box.addLayout(form)
        box.addWidget(self.hint)
        box.addWidget(buttons)
        self.field.textChanged.connect(self._follow)
        self.again.textChanged.connect(self._follow)
        self.finished.connect(lambda _: self._forget())
        self.resize(460, 0)
        self._follow()
        self.field.setFocus()

    def try_(self) -> None:
        """Do the work with what was typed, unless the two differ."""
        passphrase = self.field.text()
        if self._jobs.busy or not self.ok.isEnabled():
            return
        if self._new and passphrase != self.again.text():
            self.message.trouble(self.tr("两次输入的口令不一样。"))
            self.again.setFocus()
            self.again.selectAll()
            return
        self._enable(False)
        self.message.hide()
        self.hint.setText(self.tr("正在处理,请稍候…"))
        self._jobs.run("", lambda: self._attempt(passphrase), lambda _: self._done())

    def reject(self) -> None:
        """Close without the passphrase; what is being done is waited for."""
        self._jobs.stop()
        super().reject()

    def _done(self) -> None:
        if self.isVisible():  # else a person gave it up meanwhile
            self.accept()

    def _field(self) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        return field

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for field in (self.field, self.again):
            field.setEchoMode(mode)

    def _follow(self) -> None:
        text = self.field.text().strip()
        self.ok.setEnabled(
            bool(text) and (not self._new or (len(text) >= PASSPHRASE_LENGTH and bool(self.again.text())))
        )
        hint = ""
        if self._new and len(text) < PASSPHRASE_LENGTH:
            hint = self.tr("至少 {0} 个字符,不能只用数字,不能用校名和常见的词。").format(PASSPHRASE_LENGTH)
        self.hint.setText(hint)

    def _enable(self, on: bool) -> None:
        for field in (self.field, self.again, self.shown):
            field.setEnabled(on)
        self.ok.setEnabled(on)
        if on:
            self.ok.setDefault(True)
            self._follow()

    def _failed(self, error: BaseException) -> None:
        self.message.trouble(words_of(error))
        self._enable(True)
        self.field.setFocus()
        self.field.selectAll()

    def _forget(self) -> None:
        """Leave no passphrase in a widget."""
        for field in (self.field, self.again):
            field.clear()
        self.deleteLater()
