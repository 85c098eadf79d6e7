"""批次文件: what the county tells every school, one file for all; whether it still says what is so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from eduapp.services.county.books import UNCHECKED
from eduapp.services.hand_off import issuing
from eduapp.services.keys import county_keys
from ui.common.places import start_folder
from ui.common.plain import CheckBox, set_tip
from ui.common.plain_boxes import FormLayout, GroupBox
from ui.common.theme import CAUTION, DONE
from ui.county.page_widgets import Hint, button_of, line_label, row_of, when

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot


class RoundPanel(QWidget):
    """The dates and demands are typed here; list and register come from their own pages."""

    keys_asked = Signal()
    """The county has no keys yet: their panel is asked for."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self.hint = Hint(theme, self.tr("批次文件由县级密钥签发。请先建立县级密钥。"))
        self.hint.add(self.tr("去建立县级密钥"), self.keys_asked.emit)
        self._build()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self._body)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)

    def fill(self, snapshot: Snapshot) -> None:
        """Show what a round file would say, and how the last one stands."""
        book = self.desk.book
        has_keys = county_keys.certificate_of(book.workbook) is not None
        self._stack.setCurrentWidget(self._body if has_keys else self.hint)
        self.due.setText(issuing.due_of(book))
        self.demand.setChecked(issuing.demands_passphrase(book))
        unchecked = sum(each.how == UNCHECKED for each in snapshot.keys)
        self.schools.setText(
            self.tr("{0} 所").format(snapshot.expected) if snapshot.expected else self.tr("还没有")
        )
        self.keys.setText(
            self.tr("{0} 个,其中未核验 {1} 个、已撤销 {2} 个").format(
                len(snapshot.keys), unchecked, len(snapshot.stopped)
            )
        )
        self.standards.setText("、".join(each.title for each in book.standards))
        self._say_state(snapshot)

    def set_due(self) -> None:
        """Take the day that was typed."""
        text = self.due.text()
        self.desk.act(self.tr("设定截止日期"), lambda book: issuing.set_due(book, text))

    def set_demand(self) -> None:
        """Ask schools for a passphrase, or no more."""
        wanted = self.demand.isChecked()
        self.desk.act(self.tr("设定学校口令"), lambda book: issuing.demand_passphrase(book, demanded=wanted))

    def write(self, folder: Path) -> None:
        """Issue the round file into a folder or onto a stick."""

        def write(book: CountyBook) -> Path:
            return issuing.write_round(book, folder)

        self.desk.act(self.tr("生成批次文件"), write, self._written)

    # --- inside ---

    def _build(self) -> None:
        self._body = QWidget()
        box = QVBoxLayout(self._body)
        box.setContentsMargins(0, 0, 0, 0)
        group = GroupBox(self.tr("批次文件的内容"))
        form = FormLayout(group)
        self.schools, self.keys, self.standards = (line_label(self.theme, wrap=True) for _ in range(3))
        self.due = QLineEdit(placeholderText="2026-11-30")
        self.due.setFixedWidth(self.theme.char_width(self.due.font()) * 9)
        set_tip(self.due, self.tr("只作提醒,过期的文件照样接收"))
        self.due.returnPressed.connect(self.set_due)
        self.demand = CheckBox(self.tr("要求学校给签名密钥设口令"))
        self.demand.clicked.connect(lambda _checked: self.set_demand())
        form.addRow(self.tr("学校名单"), self.schools)
        form.addRow(self.tr("密钥登记"), self.keys)
        form.addRow(self.tr("执行标准"), self.standards)
        form.addRow(self.tr("上报截止"), row_of(self.due, button_of(self.tr("设定"), self.set_due), None))
        form.addRow(self.tr("学校口令"), self.demand)
        self.state = line_label(self.theme, wrap=True, bold=True)
        self.make = button_of(self.tr("生成批次文件…"), self._ask_folder)
        self.make.setDefault(True)
        about = line_label(self.theme, dim=True, wrap=True)
        about.setText(
            self.tr(
                "一个文件发给全部学校:放到每个学校的 U 盘上,学校的程序下次打开时自动读入。"
                "里面没有秘密,可以公开传送;学校凭通知上的 30 位数字核对。"
            )
        )
        box.addWidget(group)
        box.addLayout(row_of(self.state, self.make))
        box.addWidget(about)
        box.addStretch(1)

    def _say_state(self, snapshot: Snapshot) -> None:
        state = snapshot.round_state
        if state.last is None:
            mark, words, colour = CAUTION, self.tr("还没有生成过批次文件"), self.theme.warn
        else:
            number = self.tr("第 {0} 期第 {1} 号,{2} 生成").format(*state.last.order, when(state.at))
            if state.current:
                mark, words, colour = DONE, self.tr("{0},内容没有变化").format(number), self.theme.good
            else:
                mark, colour = CAUTION, self.theme.warn
                words = self.tr("{0};名单、登记或日期有变化,需重新生成").format(number)
        self.state.setText(f"{mark} {words}")
        self.state.setStyleSheet(f"color: {colour}; font-weight: bold;")

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("选择 U 盘或文件夹"), start_folder())
        if folder:
            self.write(Path(folder))

    def _written(self, path: Path) -> None:
        self.desk.said.emit(self.tr("已写入并核对 {0},可以拔出 U 盘了。").format(path))
