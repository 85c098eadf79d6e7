"""接续另一台电脑的上报文件: what it would change is shown cell by cell, then written as one undo step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QVBoxLayout, QWidget

from ui.common.places import default_folder
from ui.common.plain import Label, set_title
from ui.common.plain_boxes import MessageBox
from ui.common.static_table import Column, StaticTable, table_view
from ui.common.theme import CAUTION
from ui.common.waiting import aside

if TYPE_CHECKING:
    from types import ModuleType

    from eduapp.services.books import SchoolBook
    from eduapp.services.changes import Changes
    from eduapp.services.hand_off.taking_over import OfferedFile, TakeOver
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

MAX_LISTED = 1000


def _taking() -> ModuleType:
    from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the signing library: only when it is needed
        taking_over,
    )

    return taking_over


class TakingFlow(QObject):
    """Choose, ask where nobody knows the signer, rehearse, confirm, write."""

    job = Signal(str, object, object)
    said = Signal(str)

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme, window: QWidget) -> None:
        """Dialogs are shown over `window`."""
        super().__init__(window)
        self._workspace, self._theme, self._window = workspace, theme, window
        self.dialog: TakingDialog | None = None
        self.question: MessageBox | None = None

    def ask(self) -> None:
        """Ask for the file."""
        start = str(aside(default_folder) or self._workspace.book.path.parent)
        words = self.tr("选择另一台电脑的上报文件")
        path, _ = QFileDialog.getOpenFileName(self._window, words, start, self.tr("上报文件 (*.edusub)"))
        if path:
            self.look(Path(path))

    def look(self, path: Path) -> None:
        """Open the file; its signer is judged before anything of it is read."""
        book = self._workspace.book
        self.job.emit(self.tr("核验 {0}").format(path.name), lambda: _taking().look(book, path), self._judge)

    def _judge(self, offer: OfferedFile) -> None:
        if offer.signer is not _taking().FileSigner.UNKNOWN:
            self._rehearse(offer, unchecked=False)
            return
        box = self.question = MessageBox(self._window)
        box.setIcon(MessageBox.Icon.Warning)
        set_title(box, self.tr("签名人未核验"))
        box.setText(self.tr("签名人未核验,仍要接续?"))
        box.setInformativeText(
            self.tr(
                "本校还没有县里的批次文件,程序不能断定这个文件是本校另一台电脑生成的。"
                "它的密钥数字是 {0},可与那台电脑「密钥」页上的对照。"
            ).format(offer.about.form_digits)
        )
        go_on = box.addButton(self.tr("仍要接续"), MessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(self.tr("不接续"), MessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        go_on.clicked.connect(lambda _checked: self._rehearse(offer, unchecked=True))
        box.open()

    def _rehearse(self, offer: OfferedFile, *, unchecked: bool) -> None:
        book = self._workspace.book
        self.job.emit(
            self.tr("比较 {0}").format(offer.path.name),
            lambda: _taking().rehearse(book, offer, unchecked=unchecked),
            self._show,
        )

    def _show(self, taking: TakeOver) -> None:
        dialog = self.dialog = TakingDialog(taking, self._theme, self._window)
        dialog.accepted.connect(lambda: self._take(taking))
        dialog.open()

    def _take(self, taking: TakeOver) -> None:
        book = self._workspace.book
        self.job.emit(self.tr("接续"), lambda: _taking().take(book, taking), self._taken)

    def _taken(self, changes: Changes) -> None:
        self._workspace.adopt(changes)
        self.said.emit(
            self.tr("已接续,改动 {0} 处。接续前的备份在「备份」文件夹;也可以按 Ctrl+Z 撤销。").format(
                len(changes.edits)
            )
        )


class TakingDialog(QDialog):
    """What would change, cell by cell."""

    def __init__(self, taking: TakeOver, theme: Theme, parent: QWidget) -> None:
        """Show a rehearsal."""
        super().__init__(parent)
        set_title(self, self.tr("接续前核对"))
        said, found = taking.offer.manifest, taking.differences
        words = self.tr("{0}:那台电脑的第 {1} 号上报文件。接续后,本机的数据与它一致:").format(
            taking.offer.path.name, said.seq
        )
        count = self.tr("改动 {0} 处,其中新增 {1} 行、删除 {2} 行。").format(
            len(found), taking.rows_new, taking.rows_gone
        )
        if not found:
            count = self.tr("数据没有不同,只记下已接续到这一号。")
        self.words = Label(words + count, wordWrap=True)
        self.caution = Label(wordWrap=True)
        self.caution.setStyleSheet(f"color: {theme.warn};")
        cautions = self._cautions(taking)
        self.caution.setText("\n".join(f"{CAUTION} {each}" for each in cautions))
        self.caution.setVisible(bool(cautions))
        columns = (
            Column(self.tr("项目"), 17),
            Column(self.tr("行"), 7),
            Column(self.tr("本机现在"), 9),
            Column(self.tr("接续后"), 9),
        )
        self.table = StaticTable(columns, self)
        rows = [[each.label, each.row, each.left, each.right] for each in found[:MAX_LISTED]]
        if len(found) > MAX_LISTED:
            rows.append([self.tr("另有 {0} 处").format(len(found) - MAX_LISTED), "", "", ""])
        self.table.set_rows(rows)
        buttons = QDialogButtonBox()
        self.take = buttons.addButton(self.tr("接续"), QDialogButtonBox.ButtonRole.AcceptRole)
        stay = buttons.addButton(self.tr("不接续"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(self.words)
        box.addWidget(self.caution)
        box.addWidget(table_view(self.table, theme), 1)
        box.addWidget(buttons)
        first = stay if cautions else self.take
        first.setDefault(True)
        first.setFocus()  # else Enter ends in the table
        self.resize(min(760, parent.width() - 40), min(520, parent.height() - 40))

    def _cautions(self, taking: TakeOver) -> list[str]:
        found = []
        if taking.offer.unseen:
            found.append(
                self.tr("那台电脑没有接续过本机的第 {0} 号上报文件,本机那以后的改动会被替换。").format(
                    taking.offer.unseen
                )
            )
        if taking.rows_gone:
            found.append(self.tr("有 {0} 行只在本机有,接续后删除。").format(taking.rows_gone))
        if taking.plain and taking.rows_new:
            found.append(self.tr("文件没有加密,不带姓名等个人信息:新增的行要补填。"))
        return found
