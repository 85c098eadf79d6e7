"""密钥登记册: every key that is admitted, how, and whether it was revoked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from eduapp.services.county.books import UNCHECKED, AdmittedKey
from eduapp.services.county.naming import called
from eduapp.services.hand_off import trust
from eduapp.services.hand_off.board import how_admitted
from eduapp.services.papers import reporting
from ui.common.plain import Label, set_title
from ui.common.plain_boxes import ComboBox, FormLayout
from ui.common.static_table import Column, Look
from ui.common.theme import CAUTION, DONE, TROUBLE
from ui.county.list_panel import ListPanel
from ui.county.page_widgets import STATE_WORDS, button_of, fits, line_label, row_of, search_field, when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.services.county.books import CountyBook, Received
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot


class RegisterPanel(ListPanel[AdmittedKey]):
    """Whose signature is believed; a key that was lost or stolen is revoked here."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        columns = (
            Column(self.tr("学校"), 13),
            Column(self.tr("学校代码"), 8),
            Column(self.tr("登记方式"), 10),
            Column(self.tr("密钥数字"), 18),
            Column(self.tr("登记时间"), 8),
        )
        empty = self.tr("还没有登记密钥。学校交来登记表和申请以后,在「登记学校密钥」中登记。")
        super().__init__(desk, theme, columns, self._shown, empty=empty)
        self.snapshot: Snapshot | None = None
        self.dialog: RevokeDialog | None = None
        self.search = search_field(theme, lambda _: self._show_found())
        self.total = line_label(theme, bold=True)
        self.export = button_of(
            self.tr("导出密钥清单…"),
            self._ask_export,
            self.tr("allowed_signers 格式:不用本程序,用 ssh-keygen 也能验证上报文件"),
        )
        self.revoke = button_of(
            self.tr("撤销密钥…"), self.ask_revoke, self.tr("密钥丢失、电脑被盗、人员调离时")
        )
        self.body.addLayout(row_of(self.total, self.search, self.revoke, self.export))
        self.body.addWidget(self.view, 1)

    def fill(self, snapshot: Snapshot) -> None:
        """Show the register."""
        self.snapshot = snapshot
        unchecked = sum(each.how == UNCHECKED for each in snapshot.keys)
        old = sum(each.is_old for each in snapshot.keys)
        notes = [f"{unchecked} 个未核验"] if unchecked else []
        notes += [f"{old} 个旧式,请这些学校重新打印登记表"] if old else []
        notes += [f"{len(snapshot.stopped)} 个已撤销"] if snapshot.stopped else []
        self.total.setText(
            f"已登记 {len(snapshot.keys)} 个{',其中 ' if notes else ''}{'、'.join(notes)}"
            if snapshot.keys
            else ""
        )
        self.show_body(filled=bool(snapshot.keys))
        self._show_found()

    def write_signers(self, path: Path) -> None:
        """Write the register in OpenSSH's form."""

        def write(book: CountyBook) -> None:
            reporting.save(path, trust.signers(book).encode())

        self.desk.ask(
            self.tr("导出密钥清单"), write, lambda _: self.desk.said.emit(self.tr("已写出 {0}").format(path))
        )

    def ask_revoke(self) -> None:
        """Ask from which submission on the chosen key is revoked."""
        key = self.current
        if key is None:
            self.desk.warned.emit(self.tr("请先在表中选择要撤销的密钥。"))
            return
        came = [
            copy
            for copy in self.desk.book.copies.values()
            if copy.admitted and (copy.public_key, copy.member.school) == (key.public_key, key.school)
        ]
        came.sort(key=lambda each: each.member.seq, reverse=True)
        self.dialog = RevokeDialog(self.theme, self._called(key), came, self.window())
        self.dialog.accepted.connect(lambda: self._revoke(key))
        self.dialog.open()

    def _revoke(self, key: AdmittedKey) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        last_good, reason = dialog.last_good, dialog.reason.text()
        said = self.tr("已撤销 {0} 的这个密钥。请重新生成批次文件发给各学校,并让该校重新登记。")
        self.desk.act(
            self.tr("撤销密钥"),
            lambda book: trust.revoke(book, key.school, key.public_key, last_good, reason),
            lambda _: self._revoked(key, said.format(self._called(key))),
        )

    def _revoked(self, key: AdmittedKey, said: str) -> None:
        """Say what was done, and which keys still speak for the school: a stolen one may have vouched."""
        stopped = self.snapshot.stopped if self.snapshot else frozenset()
        left = sum(
            each.school == key.school and (each.school, each.public_key) not in stopped
            for each in self.desk.book.keys
        )
        if left:
            more = self.tr("该校还有 {0} 个有效的密钥,请逐个核实,不是学校自己的一并撤销。")
            self.desk.warned.emit(said + more.format(left))
        else:
            self.desk.said.emit(said)

    def _show_found(self) -> None:
        if self.snapshot is None:
            return
        needle = self.search.text()
        keys = [key for key in self.snapshot.keys if fits(needle, key.name, key.school)]
        self.show_rows(keys)

    def _called(self, key: AdmittedKey) -> str:
        return called(self.desk.book, key.school, key.name)

    def _shown(self, row: AdmittedKey) -> list[Look | str]:
        snapshot = self.snapshot
        stopped = snapshot is not None and (row.school, row.public_key) in snapshot.stopped
        checked = row.how != UNCHECKED and not row.is_old
        words = (
            f"{DONE if checked else CAUTION} {how_admitted(row.how)}{self.tr('(旧式)') if row.is_old else ''}"
            f"{self.tr(',换发') if row.reason else ''}"
        )
        colour = self.theme.good if checked else self.theme.warn
        if stopped:
            words, colour = f"{TROUBLE} {self.tr('已撤销')}", self.theme.bad
        return [
            self._called(row),
            row.school,
            Look(words, colour, tip=how_admitted(row.how, row.reason)),
            snapshot.digits[row.public_key] if snapshot else "",
            Look(when(row.at), self.theme.dim, tip=row.at),
        ]

    def _ask_export(self) -> None:
        suggested = str(self.desk.book.workbook.path.parent / "allowed_signers")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("导出密钥清单"), suggested)
        if path:
            self.write_signers(Path(path))


class RevokeDialog(QDialog):
    """Which submission is the last good one, and why. Enter in the reason does not revoke by accident."""

    def __init__(self, theme: Theme, name: str, came: Sequence[Received], parent: QWidget) -> None:
        """Offer the submissions that a school's key signed, newest first; `name` is what it is called."""
        super().__init__(parent)
        set_title(self, self.tr("撤销密钥"))
        words = Label(
            self.tr(
                "撤销 {0} 的这个密钥。最后一个可信的文件和它以前的文件继续有效,以后的不再计入汇总,"
                "也不再接收。凭它换发的密钥随之待核验,要凭登记表登记。撤销以后不能恢复,学校要重新登记新密钥。"
            ).format(name),
            wordWrap=True,
        )
        words.setMinimumWidth(theme.char_width(words.font()) * 36)
        self.choice = ComboBox()
        for each in came:
            member = each.member
            label = (
                f"第 {member.seq} 次 {STATE_WORDS[member.state]},{when(each.received)} 收到,{each.file_name}"
            )
            self.choice.addItem(label, member.id)
        self.choice.addItem(self.tr("没有一个可信,全部不计入"), "")
        self.choice.setCurrentIndex(-1)
        self.choice.setPlaceholderText(self.tr("请选择"))
        self.choice.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reason = QLineEdit(placeholderText=self.tr("例如:电脑被盗,11 月 20 日报案"))
        self.yes = button_of(self.tr("撤销密钥"), self.accept)
        no = button_of(self.tr("取消"), self.reject)
        no.setDefault(True)
        self.choice.currentIndexChanged.connect(lambda _: self._judge())
        self.reason.textChanged.connect(lambda _: self._judge())
        form = FormLayout()
        form.addRow(self.tr("最后一个可信的文件"), self.choice)
        form.addRow(self.tr("理由"), self.reason)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 12)
        box.setSpacing(12)
        box.addWidget(words)
        box.addLayout(form)
        box.addLayout(row_of(None, self.yes, no))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._judge()

    @property
    def last_good(self) -> str:
        """The id of the chosen submission, "" for none."""
        return str(self.choice.currentData() or "")

    def _judge(self) -> None:
        self.yes.setEnabled(self.choice.currentIndex() >= 0 and bool(self.reason.text().strip()))
