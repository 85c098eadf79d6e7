"""The line under the history: which receipt is known, reading one, the 12 digits by telephone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from db.characters import quoted
from ui.common.elided_label import ElidedLabel, tint
from ui.common.plain import Label, PushButton, set_tip
from ui.common.theme import CAUTION

if TYPE_CHECKING:
    from eduapp.services.hand_off.handed_in import Known
    from ui.common.theme import Theme

DIGITS_CHARS = 8


class ReceiptBar(QWidget):
    """Says nothing of states itself: they stand in the history."""

    picked = Signal(object)
    """Paths of receipts to read."""
    phoned = Signal(str)
    """What was typed as the 12 digits."""

    def __init__(self, theme: Theme, folder: QLineEdit) -> None:
        """Build the line; the dialog begins in the folder that `folder` names."""
        super().__init__()
        self._theme, self._folder = theme, folder
        self._said = ElidedLabel()
        self.read_button = PushButton(self.tr("读取回执…"))
        set_tip(self.read_button, self.tr("U 盘上的回执会自动读取;在别处的在这里选择"))
        self.read_button.clicked.connect(self._choose)
        self.digits = QLineEdit()
        self.digits.setFixedWidth(theme.char_width(self.font()) * DIGITS_CHARS)
        self.digits.setPlaceholderText("1234 5678 9012")
        self.digits.setAccessibleName(self.tr("县里电话告知的 12 位数字"))
        self.digits.returnPressed.connect(self._tell)
        self.check_button = PushButton(self.tr("核对"))
        set_tip(self.check_button, self.tr("先在上面选中县里说的那个文件"))
        self.check_button.clicked.connect(self._tell)
        label = Label(self.tr("县里电话告知的 12 位数字"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.read_button)
        row.addWidget(self._said, 1)
        row.addWidget(label)
        row.addWidget(self.digits)
        row.addWidget(self.check_button)

    @property
    def text(self) -> str:
        """What is said of receipts."""
        return self._said.text()

    def show_known(self, known: Known) -> None:
        """Say which receipt is the newest, and whether it is believed."""
        if not known.number:
            text, colour = self.tr("还没有读过回执"), self._theme.dim
        else:
            text = self.tr("{0}第 {1} 号回执").format(quoted(known.county), known.number)
            colour = self._theme.dim
            if not known.checked:
                text = self.tr("{0} 县级密钥未核对:{1}").format(CAUTION, text)
                colour = self._theme.warn
        if known.others:
            text += self.tr(";另有 {0} 个文件不是用这个工作簿生成的").format(known.others)
        self._said.setText(text)
        tint(self._said, colour)

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("选择回执"), self._folder.text(), self.tr("回执 (*.edureceipt);;所有文件 (*)")
        )
        if names:
            self.picked.emit(tuple(Path(name) for name in names))

    def _tell(self) -> None:
        if self.digits.text().strip():
            self.phoned.emit(self.digits.text())
