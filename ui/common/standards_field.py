"""执行标准: by what a workbook is judged, chosen when it is made and later on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QVBoxLayout, QWidget

from db.problems import Problem
from eduapp.services.offers import in_order, offers
from ui.common.plain import Label, ListItem, set_tip, set_title
from ui.common.plain_boxes import ComboBox, FormLayout
from ui.common.problems import MessageLine
from ui.common.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtCore import QObject

    from eduapp.services.offers import StandardOffer
    from ui.common.theme import Theme

ROLE = int(Qt.ItemDataRole.UserRole)
ROWS_SHOWN = 6


class StandardsField(QWidget):
    """The national standard, and what is judged beside it: local plans, the 2012 rules."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Choose the national standard alone."""
        super().__init__(parent)
        found = offers()
        self.first = ComboBox()
        for each in found.first:
            self.first.addItem(each.words, each.id)
        self.first.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.others = QListWidget()
        self.others.setAccessibleName(self.tr("另外同时评估"))
        self._add(found.local)
        self._add(found.second)
        height = self.others.sizeHintForRow(0) if self.others.count() else 0
        shown = min(ROWS_SHOWN, self.others.count())
        self.others.setFixedHeight(height * shown + 2 * self.others.frameWidth() + 2)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.first)
        box.addWidget(self.others)

    @property
    def ids(self) -> tuple[str, ...]:
        """The standards chosen, the national one first."""
        ticked = (item.data(ROLE) for item in self._items() if item.checkState() == Qt.CheckState.Checked)
        return in_order([self.first.currentData(), *ticked])

    def choose(self, ids: Iterable[str]) -> None:
        """Choose these; without a national one the usual one stays."""
        wanted = set(ids)
        places = (self.first.findData(each) for each in wanted)
        self.first.setCurrentIndex(max([0, *places]))
        for item in self._items():
            item.setCheckState(
                Qt.CheckState.Checked if item.data(ROLE) in wanted else Qt.CheckState.Unchecked
            )

    def _items(self) -> list[Any]:
        return [self.others.item(row) for row in range(self.others.count())]

    def _add(self, those: Iterable[StandardOffer]) -> None:
        for each in those:
            item = ListItem(each.words)
            self.others.addItem(item)
            item.setData(ROLE, each.id)
            set_tip(item, each.words)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)


def ask_standards(
    theme: Theme, chosen: Iterable[str], write: Callable[[tuple[str, ...]], object], window: QWidget
) -> bool:
    """Ask for the standards of an open workbook; whether they were written. See `StandardsDialog`."""
    read_offers(window)
    return bool(StandardsDialog(theme, chosen, write, window).exec())


def read_offers(owner: QObject) -> None:
    """Read every standard there is in the background; afterwards a field is made in a moment."""
    wait_for(owner, "", offers, deaf=True)


class StandardsDialog(QDialog):
    """Asks for the standards of an open workbook; `write(ids)` keeps them, and may raise Problem."""

    def __init__(
        self, theme: Theme, chosen: Iterable[str], write: Callable[[tuple[str, ...]], object], parent: QWidget
    ) -> None:
        """Show what is chosen now."""
        super().__init__(parent)
        set_title(self, self.tr("执行标准"))
        self._write = write
        self.field = StandardsField()
        self.field.choose(chosen)
        note = Label(
            self.tr("选了地方方案的,每项都与国家标准并列显示;改变标准不改动填报数据。"), wordWrap=True
        )
        note.setStyleSheet(f"color: {theme.dim};")
        self.message = MessageLine(theme)
        buttons = QDialogButtonBox()
        buttons.addButton(self.tr("确定"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.tr("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.keep)
        buttons.rejected.connect(self.reject)
        form = FormLayout()
        form.addRow(self.tr("执行标准"), self.field)
        box = QVBoxLayout(self)
        box.addWidget(self.message)
        box.addLayout(form)
        for part in (note, buttons):
            box.addWidget(part)
        self.resize(560, 0)

    def keep(self) -> None:
        """Write the choice; what keeps it from being written is said in the dialog."""
        try:
            self._write(self.field.ids)
        except Problem as problem:
            self.message.trouble(problem.text)
            return
        self.accept()
