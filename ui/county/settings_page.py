"""设置: the county itself, its standards, and the key register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
)

from eduapp.services import last_round, reporting, trust
from eduapp.services.county_books import PAPER
from eduapp.standards.numbers import plain, rounded
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, DONE
from ui.county.parts import Hint, Page, button_of, fits, line_label, row_of, search_field, when
from ui.county.snapshot import how_admitted

if TYPE_CHECKING:
    from eduapp.services.county_books import AdmittedKey, CountyBook
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot


class SettingsPage(Page):
    """What was laid down when the workbook was made, and whose signature is believed."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        about = QGroupBox(self.tr("本县"))
        form = QFormLayout(about)
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
        self.search = search_field(theme, lambda _: self._show_rows())
        self.total = line_label(theme, bold=True)
        self.table = StaticTable(
            [
                Column(self.tr("学校"), 14),
                Column(self.tr("学校代码"), 8),
                Column(self.tr("登记方式"), 6),
                Column(self.tr("密钥数字"), 18),
                Column(self.tr("登记时间"), 8),
            ]
        )
        self.view = table_view(self.table, theme, sortable=True)
        self.view.verticalHeader().hide()
        self.hint = Hint(
            theme, self.tr("还没有登记密钥。收到学校的上报文件后,在「导入」页的「待核验」中登记。")
        )
        self.export = button_of(
            self.tr("导出密钥清单…"),
            self._ask_export,
            self.tr("allowed_signers 格式:不用本程序,用 ssh-keygen 也能验证上报文件"),
        )
        keys = QGroupBox(self.tr("密钥登记"))
        inside = QVBoxLayout(keys)
        inside.addLayout(row_of(self.total, self.search, self.export))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self.view)
        inside.addWidget(self._stack, 1)
        self.box.addWidget(about)
        self.box.addWidget(keys, 1)

    def fill(self, snapshot: Snapshot) -> None:
        unchecked = sum(each.how != PAPER for each in snapshot.keys)
        note = f",其中 {unchecked} 个未核验" if unchecked else ""
        self.total.setText(f"已登记 {len(snapshot.keys)} 个{note}" if snapshot.keys else "")
        self.export.setEnabled(bool(snapshot.keys))
        self._stack.setCurrentWidget(self.view if snapshot.keys else self.hint)
        self._show_rows()

    def set_share(self) -> None:
        """Take the share that was typed: everything that stands on it is computed again."""
        text, said = self.share.text(), self.tr("未报学校按上一轮上下浮动 {0}% 推算。")
        self.desk.act(
            self.tr("更改浮动幅度"),
            lambda book: last_round.set_share(book, text),
            lambda _: self.desk.said.emit(said.format(_percent(self.desk.book))),
        )

    def write_signers(self, path: Path) -> None:
        """Write the register in OpenSSH's form."""

        def write(book: CountyBook) -> None:
            reporting.save(path, trust.signers(book).encode())

        self.desk.ask(
            self.tr("导出密钥清单"), write, lambda _: self.desk.said.emit(self.tr("已写出 {0}").format(path))
        )

    def _add_share(self, form: QFormLayout) -> None:
        self.share = QLineEdit(_percent(self.desk.book))
        self.share.setFixedWidth(self.theme.char_width(self.share.font()) * 5)
        self.share.setToolTip(self.tr("未报学校的在校生数和数值,按上一轮上下浮动多少来推算差异系数的区间"))
        self.share.returnPressed.connect(self.set_share)
        change = button_of(self.tr("更改"), self.set_share)
        form.addRow(QLabel(self.tr("未报学校浮动")), row_of(self.share, QLabel("%"), change, None))

    def _add(self, form: QFormLayout, label: str, words: str) -> None:
        text = line_label(self.theme, wrap=True)
        text.setText(words)
        form.addRow(QLabel(label), text)

    def _show_rows(self) -> None:
        if self.snapshot is None:
            return
        needle = self.search.text()
        keys = [each for each in self.snapshot.keys if fits(needle, each.name, each.school)]
        self.table.set_rows([self._looks(each) for each in keys], keys)

    def _looks(self, key: AdmittedKey) -> list[Look | str]:
        checked = key.how == PAPER
        return [
            key.name,
            key.school,
            Look(
                f"{DONE if checked else CAUTION} {how_admitted(key.how)}",
                self.theme.good if checked else self.theme.warn,
            ),
            self.snapshot.digits[key.public_key] if self.snapshot else "",
            Look(when(key.at), self.theme.dim, tip=key.at),
        ]

    def _ask_export(self) -> None:
        suggested = str(self.desk.book.workbook.path.parent / "allowed_signers")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("导出密钥清单"), suggested)
        if path:
            self.write_signers(Path(path))


def _percent(book: CountyBook) -> str:
    return plain(rounded(last_round.share_of(book) * 100, 2))
