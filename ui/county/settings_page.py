"""设置: the county itself and its standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from eduapp.services.county import last_round
from eduapp.standards.numbers import plain, rounded
from ui.common.plain import Label, set_tip
from ui.common.plain_boxes import FormLayout, GroupBox
from ui.county.page_widgets import Page, button_of, line_label, row_of

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from ui.common.theme import Theme
    from ui.county.desk import Desk


class SettingsPage(Page):
    """What was laid down when the workbook was made."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        about = GroupBox(self.tr("本县"))
        form = FormLayout(about)
        book = desk.book
        self._add(form, self.tr("区县"), f"{book.name}({book.code})")
        self._add(form, self.tr("学年"), f"{book.year}—{book.year + 1} 学年,统计时点 {book.reference_date}")
        for standard in book.standards:
            until = f"至 {standard.valid_to}" if standard.valid_to else "现行有效"
            words = (
                f"{standard.title}:《{standard.document}》{standard.number},{standard.valid_from} 起,{until}"
            )
            self._add(form, self.tr("标准"), words)
        self._add(form, self.tr("工作簿"), str(book.workbook.path))
        self._add_share(form)
        self.box.addWidget(about)
        self.box.addStretch(1)

    def set_share(self) -> None:
        """Take the share that was typed: everything that stands on it is computed again."""
        text, said = self.share.text(), self.tr("未报学校按上一轮上下浮动 {0}% 推算。")
        self.desk.act(
            self.tr("更改浮动幅度"),
            lambda book: last_round.set_share(book, text),
            lambda _: self.desk.said.emit(said.format(_percent(self.desk.book))),
        )

    def _add_share(self, form: FormLayout) -> None:
        self.share = QLineEdit(_percent(self.desk.book))
        self.share.setFixedWidth(self.theme.char_width(self.share.font()) * 5)
        set_tip(self.share, self.tr("未报学校的在校生数和数值,按上一轮上下浮动多少来推算差异系数的区间"))
        self.share.returnPressed.connect(self.set_share)
        change = button_of(self.tr("更改"), self.set_share)
        form.addRow(Label(self.tr("未报学校浮动")), row_of(self.share, Label("%"), change, None))

    def _add(self, form: FormLayout, label: str, words: str) -> None:
        text = line_label(self.theme, wrap=True)
        text.setText(words)
        form.addRow(Label(label), text)


def _percent(book: CountyBook) -> str:
    return plain(rounded(last_round.share_of(book) * 100, 2))
