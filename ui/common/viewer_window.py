"""A submission as its principal or an inspector reads it: who made it, and every table; nothing is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListWidget, QSizePolicy, QVBoxLayout, QWidget

from ui.common.plain import Label, ListItem, PushButton, set_title
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, DONE, TROUBLE

if TYPE_CHECKING:
    from eduapp.services.hand_off.viewing import Viewed, ViewedCell, ViewedTable
    from ui.common.theme import Theme

MEASURED = 200
"""Rows that a column's width is taken from."""
WIDEST, NARROWEST = 24, 4
"""Of a column, in full-width characters."""
SIZE = (1040, 600)


class ViewerWindow(QDialog):
    """A window of its own over what a submission says. Cells are selected and copied, never written."""

    insisted = Signal()
    """A person wants to see the tables although nobody has checked the signer."""

    def __init__(self, theme: Theme, seen: Viewed, parent: QWidget | None = None) -> None:
        """Show a submission."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self.banner = QFrame()
        self.words = Label(wordWrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.insist = PushButton(self.tr("仍要查看(签名人未核验)"))
        self.insist.setAutoDefault(False)
        self.insist.clicked.connect(lambda _checked: self.insisted.emit())
        across = QHBoxLayout(self.banner)
        across.setContentsMargins(8, 4, 8, 4)
        across.addWidget(self.words, 1)
        across.addWidget(self.insist)
        self.list = QListWidget()
        self.list.setFixedWidth(theme.char_width(self.font()) * 11 + 24)
        self.list.setStyleSheet("QListWidget::item { padding: 3px 2px; }")
        self.list.currentRowChanged.connect(self._turn)
        self.table = StaticTable((), self)
        self.view = table_view(self.table, theme, rows=False)
        self.foot = Label()
        self.foot.setStyleSheet(f"color: {theme.dim};")
        side = QVBoxLayout()
        side.addWidget(self.view, 1)
        side.addWidget(self.foot)
        body = QHBoxLayout()
        body.addWidget(self.list)
        body.addLayout(side, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.addWidget(self.banner)
        box.addLayout(body, 1)
        room = self.screen().availableGeometry()
        self.resize(min(SIZE[0], room.width() - 40), min(SIZE[1], room.height() - 60))
        self.fill(seen)

    def fill(self, seen: Viewed) -> None:
        """Show a submission, or the same one with its tables."""
        self.seen = seen
        set_title(self, self.tr("查看上报文件 - {0}").format(seen.name))
        self._say_signer(seen)
        row = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItem(ListItem(self.tr("文件与签名")))
        self.list.addItem(ListItem(self.tr("学校自评结果 {0}").format(len(seen.verdicts.rows))))
        for each in seen.tables or ():
            words = f"{each.title} {len(each.rows)}" if each.complete is not None else each.title
            self.list.addItem(ListItem(words))
        self.list.blockSignals(False)
        self.list.setCurrentRow(max(0, row))
        self._turn(max(0, row))

    def _say_signer(self, seen: Viewed) -> None:
        theme = self._theme
        hidden = seen.tables is None
        if not seen.signer.is_known:
            mark, colour, tint = TROUBLE, theme.bad, theme.hard_tint
            words = (
                self.tr("签名人{0}:不能确定这个文件是「{1}」做的,表格没有打开。")
                if hidden
                else self.tr("签名人{0}:不能确定这个文件是「{1}」做的,下面的内容只供参考。")
            ).format(seen.signer, seen.name)
        elif seen.signer.is_checked:
            mark, colour, tint = DONE, theme.good, theme.good_tint
            words = self.tr("内容完整,签名人:{0}").format(seen.signer)
        else:
            mark, colour, tint = CAUTION, theme.warn, theme.soft_tint
            words = self.tr("内容完整,签名人{0}").format(seen.signer)
        self.words.setText(f"{mark} {words}")
        self.words.setStyleSheet(f"color: {colour};")
        self.banner.setStyleSheet(f"QFrame {{ background: {tint}; }}")
        self.insist.setVisible(hidden)

    def _turn(self, row: int) -> None:
        if row <= 0:
            self._show_facts()
        elif row == 1:
            self._show_table(self.seen.verdicts)
        elif self.seen.tables is not None and row - 2 < len(self.seen.tables):
            self._show_table(self.seen.tables[row - 2])

    def _show_facts(self) -> None:
        rows = [[Look(label), Look(text, tip=text)] for label, text in self.seen.facts]
        self.table.set_rows(rows, columns=(Column(self.tr("项目"), 7), Column(self.tr("内容"), 24)))
        self.view.verticalHeader().hide()
        self.foot.setText(self.tr("选中单元格后按 Ctrl+C 可复制;这里不能修改。"))

    def _show_table(self, table: ViewedTable) -> None:
        columns = [
            Column(title, self._width(table, at), right=table.numeric[at])
            for at, title in enumerate(table.headings)
        ]
        self.table.set_rows([[self._look(cell) for cell in row] for row in table.rows], columns=columns)
        self.view.verticalHeader().setVisible(table.complete is not None)
        parts = [self.tr("{0} 行").format(len(table.rows))]
        if table.complete is not None:
            parts.append(
                self.tr("已勾选「本表已填全」") if table.complete else self.tr("未勾选「本表已填全」")
            )
        unread = sum(cell.unread for row in table.rows for cell in row)
        if unread:
            parts.append(self.tr("{0} {1} 处无法识别(红色),按学校填的原样显示").format(CAUTION, unread))
        self.foot.setText(" · ".join(parts))

    def _look(self, cell: ViewedCell) -> Look:
        if cell.unread:
            tip = self.tr("无法识别的内容,按学校填的原样显示:{0}").format(cell.text)
            return Look(cell.text, self._theme.bad, self._theme.hard_tint, tip)
        return Look(cell.text, tip=cell.text if len(cell.text) > WIDEST else "")

    def _width(self, table: ViewedTable, at: int) -> int:
        """Return a width in full-width characters that shows most cells of a column whole."""
        metrics = QFontMetrics(self.view.font())
        one = max(1, metrics.horizontalAdvance("国"))
        texts = (row[at].text for row in table.rows[:MEASURED])
        wide = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        return max(NARROWEST, min(WIDEST, -(-wide // one)))
