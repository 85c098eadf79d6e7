"""县级密钥: how the county's own keys stand, and what is done with them once a year or in need."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from db.problems import Problem
from eduapp.services.county.drill import NOT_WRITTEN, drill, last
from eduapp.services.county.signed_log import UNSIGNED
from eduapp.services.keys import PASSPHRASE_LENGTH, county_keys
from ui.common.paper_dialog import PaperDialog
from ui.common.plain import Label
from ui.common.plain_boxes import FormLayout, GroupBox
from ui.common.theme import CAUTION, DONE
from ui.county.fields_dialog import Asked, FieldsDialog
from ui.county.keys_dialog import KeysDialog
from ui.county.page_widgets import Hint, button_of, line_label, row_of
from ui.county.unlock import unlock_dialog

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.drill import Drill
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot


class CountyKeysPanel(QWidget):
    """Without keys: what they are for and the button that makes them. With keys: their state."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self.dialog: KeysDialog | FieldsDialog | PaperDialog | None = None
        self.hint = Hint(
            theme,
            self.tr(
                "本县还没有密钥。建立以后,学校的上报文件自动加密,只有县里能打开;"
                "批次文件、回执和县级决定都有签名。\n"
                "需要:一台打印机、一个能封口的信封、两个人(保管人、监督人),大约十分钟。"
            )
            + f"\n{CAUTION} {UNSIGNED}",
        )
        self.make = self.hint.add(self.tr("建立县级密钥…"), self.establish)
        self.make.setDefault(True)
        self._build_state()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self._state)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)

    def fill(self, _snapshot: Snapshot | None = None) -> None:
        """Show how the keys stand now."""
        workbook = self.desk.book.workbook
        certificate = county_keys.certificate_of(workbook)
        self._stack.setCurrentWidget(self._state if certificate else self.hint)
        if certificate is None:
            return
        self.digits.setText(certificate.root.digits)
        sealed = bool(certificate.recipients)
        self.kind.setText(
            self.tr("第 {0} 期;{1}").format(
                certificate.epoch,
                self.tr("上报文件加密") if sealed else self.tr("未设口令:只签名,不要求加密"),
            )
        )
        missing, locked = not county_keys.has_key_file(workbook), county_keys.is_locked(workbook)
        words = self.tr("已打开,可以签发")
        if missing:
            words = self.tr("不在这台电脑上。凭保管单「换发密钥」")
        elif locked:
            words = self.tr("有口令保护,还没有打开")
        self._say(self.file, words, good=not (missing or locked))
        self._say_drill(sealed=sealed)
        self.unlock_button.setVisible(locked)
        self.change.setVisible(sealed and not (missing or locked))
        self.drill.setVisible(sealed)

    # --- what can be done ---

    def establish(self) -> None:
        """Make the county's keys, step by step."""
        self._open_keys(renewal=False)

    def renew(self) -> None:
        """Begin a new epoch by the recovery words."""
        self._open_keys(renewal=True)

    def unlock(self) -> QDialog:
        """Ask for the passphrase; return the dialog, or the one that is open."""
        if self.dialog is not None:
            return self.dialog
        # Not refreshed at once: what was typed before is written first.
        dialog = unlock_dialog(self.desk, self.theme, self.window(), self.desk.outdate)
        self._open(dialog)
        return dialog

    def change_passphrase(self) -> None:
        """Put the key file under another passphrase."""
        dialog = FieldsDialog(
            self.desk,
            self.theme,
            self.tr("更改口令"),
            self.tr("新口令从现在起使用,旧口令作废。恢复词和备用密钥不变。"),
            [
                Asked(self.tr("新口令"), self.tr("至少 {0} 个字符").format(PASSPHRASE_LENGTH), hidden=True),
                Asked(self.tr("再输入一次"), hidden=True),
            ],
            self.tr("更改"),
            _change_passphrase,
            self.window(),
            offering=True,
        )
        dialog.done_with = lambda _result: self.desk.said.emit(self.tr("已更改口令。"))
        self._open(dialog)

    def practise(self) -> None:
        """Prove that the escrow key on paper opens what schools send."""
        dialog = FieldsDialog(
            self.desk,
            self.theme,
            self.tr("备用密钥演练"),
            self.tr(
                "两人在场,启封保管单,扫描或录入备用密钥。程序用它试开收到的全部加密文件,"
                "有一个打不开就不算通过;备用密钥不会保存。换发过密钥的,把早先各期保管单上的"
                "接着录入。之后把保管单重新封存。"
            ),
            [Asked(self.tr("备用密钥"), "AGE-SECRET-KEY-1…")],
            self.tr("试开"),
            drill,
            self.window(),
        )
        dialog.done_with = self._drilled
        self._open(dialog)

    def show_notice(self) -> None:
        """Show the annex with the county's 30 digits, to be printed."""

        def made(book: CountyBook) -> bytes:
            from eduapp.services.papers.key_papers import print_notice  # noqa: PLC0415 - the PDF library is heavy

            return print_notice(book)

        self.desk.ask(self.tr("通知附件"), made, self._show_paper)

    # --- parts ---

    def _build_state(self) -> None:
        self._state = QWidget()
        box = QVBoxLayout(self._state)
        box.setContentsMargins(0, 0, 0, 0)
        about = GroupBox(self.tr("县级密钥"))
        form = FormLayout(about)
        self.digits, self.kind = line_label(self.theme, bold=True), line_label(self.theme)
        self.file, self.drilled = line_label(self.theme), line_label(self.theme)
        self.digits.setStyleSheet(f"color: {self.theme.text}; font-weight: bold; font-size: 15pt;")
        self.unlock_button = button_of(self.tr("打开…"), self.unlock)
        self.notice = button_of(self.tr("打印通知附件…"), self.show_notice)
        self.drill = button_of(self.tr("演练…"), self.practise)
        self.change = button_of(self.tr("更改口令…"), self.change_passphrase)
        self.renew_button = button_of(self.tr("换发密钥…"), self.renew)
        form.addRow(self.tr("本县 30 位数字"), row_of(self.digits, self.notice))
        form.addRow(
            "", self._dim(self.tr("印在发给学校的通知上;学校录入一次,以后凭它认本县的批次文件和回执。"))
        )
        form.addRow(self.tr("期次"), self.kind)
        form.addRow(self.tr("密钥文件"), row_of(self.file, self.unlock_button, self.change))
        form.addRow(self.tr("备用密钥演练"), row_of(self.drilled, self.drill))
        form.addRow(
            self.tr("换发"),
            row_of(self._dim(self.tr("换电脑、丢失密钥文件、忘记口令、疑似泄露时")), self.renew_button),
        )
        box.addWidget(about)
        box.addStretch(1)

    def _dim(self, words: str) -> Label:
        label = line_label(self.theme, dim=True)
        label.setText(words)
        return label

    def _say(self, label: Label, words: str, *, good: bool) -> None:
        label.setText(f"{DONE if good else CAUTION} {words}")
        label.setStyleSheet(f"color: {self.theme.good if good else self.theme.warn};")

    def _say_drill(self, *, sealed: bool) -> None:
        """Compare the last drill with the school year of the workbook: no clock decides."""
        if not sealed:
            self._say(self.drilled, self.tr("没有备用密钥。设口令并换发以后才有"), good=False)
            return
        book = self.desk.book
        drilled = last(book.workbook)
        if drilled is None:
            self._say(self.drilled, self.tr("本期还没有演练过"), good=False)
            return
        day = datetime.datetime.fromisoformat(drilled.at).astimezone().date()
        fresh = day >= book.reference_date
        late = self.tr(",早于本学年,请再演练一次") if drilled.passed and not fresh else ""
        said = self.tr("{0} 演练:{1}{2}").format(day.isoformat(), drilled.text, late)
        self._say(self.drilled, said, good=fresh and drilled.passed)

    def _open_keys(self, *, renewal: bool) -> None:
        dialog = KeysDialog(self.desk, self.theme, self.window(), renewal=renewal)
        dialog.said.connect(self.desk.said)
        done = self.tr("已启用。请封存保管单,再生成批次文件发给各学校。")
        dialog.made.connect(lambda _paper: self.desk.said.emit(done))
        self._open(dialog)

    def _open(self, dialog: KeysDialog | FieldsDialog | PaperDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(lambda _code: self._closed())
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None
        self.fill()

    def _drilled(self, result: object) -> None:
        done: Drill = result  # type: ignore[assignment]
        if done.problem is not None:
            self.desk.warned.emit(done.problem.text)
            return
        if not done.written:
            self.desk.warned.emit(self.tr("备用密钥有效:{0}。{1}").format(done.text, NOT_WRITTEN))
            return
        self.desk.said.emit(self.tr("备用密钥有效:{0}。请把保管单重新封存。").format(done.text))

    def _show_paper(self, pdf: bytes) -> None:
        folder = self.desk.book.workbook.path.parent
        dialog = PaperDialog(self.theme, self.tr("县级密钥核对数字"), pdf, folder, self.window())
        dialog.said.connect(self.desk.said)
        dialog.failed.connect(lambda problem: self.desk.warned.emit(problem.text))
        self._open(dialog)


def _change_passphrase(book: CountyBook, passphrase: str, again: str) -> None:
    if passphrase != again:
        raise Problem("passphrases-differ")
    county_keys.change_passphrase(book.workbook, passphrase)
