"""核对纸质表: type or scan the code of one signed paper after the other; the newest answer stands on top.

The answers come from the snapshot alone, without a job: the field never loses the keyboard to one. Only the
file's own page, which a person compares with the stamped sheet, is made by a job when it is asked for.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from eduapp.services.papers import paper_check
from eduapp.services.papers.paper_check import OUTCOME_WORDS, PaperOutcome
from ui.common.plain import Label
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, DONE, TROUBLE
from ui.county.compare_dialog import CompareDialog
from ui.county.page_widgets import STATE_WORDS, UNKNOWN, button_of, line_label, row_of, when

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from eduapp.services.county.books import CountyBook
    from eduapp.services.papers.paper_check import PaperAnswer
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

MARKS = {
    PaperOutcome.CONFIRMED: DONE,
    PaperOutcome.MATCHES: UNKNOWN,
    PaperOutcome.CHANGED: TROUBLE,
    PaperOutcome.NOT_RECEIVED: UNKNOWN,
    PaperOutcome.MISTYPED: CAUTION,
    PaperOutcome.UNREADABLE: CAUTION,
}
KNOWN = frozenset({PaperOutcome.CONFIRMED, PaperOutcome.MATCHES})
MISREAD = frozenset({PaperOutcome.MISTYPED, PaperOutcome.UNREADABLE})
"""Answers about the typing, not about a paper: they are not listed."""


class PaperCheckPanel(QWidget):
    """A field, the last answer in large letters, and the papers checked so far."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self.dialog: CompareDialog | None = None
        self._last: PaperAnswer | None = None
        self._held: paper_check.Held | None = None
        self._checked: list[str] = []
        """What was typed or scanned, newest first."""
        self.field = QLineEdit(
            placeholderText=self.tr("输入 12 位数据码后按回车,或用扫码枪扫纸右上角的二维码")
        )
        # A scanner types plain letters: an input method would take them for pinyin.
        self.field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.field.returnPressed.connect(self.check)
        self.button = button_of(self.tr("核对"), self.check)
        self.answer, self.detail = Label(), line_label(theme, wrap=True)
        self.compare_button = button_of(self.tr("对照文件里的这一页…"), self.compare)
        self.table = StaticTable(
            [
                Column(self.tr("结果"), 12),
                Column(self.tr("学校"), 12),
                Column(self.tr("纸质表"), 9),
                Column(self.tr("页"), 3, help=self.tr("扫二维码才知道是哪种表、第几页")),
                Column(self.tr("对应的上报"), 9, help=self.tr("与纸上数据相同的上报文件")),
                Column(self.tr("说明"), 20),
            ]
        )
        self.view = table_view(self.table, theme)
        self.view.verticalHeader().hide()
        self.count = line_label(theme, dim=True)
        self.clear_button = button_of(self.tr("清空列表"), self.clear)
        for widget in (self.button, self.view, self.clear_button, self.compare_button):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the next paper is scanned into the field
        self._build()
        self._say(None)
        self._show_rows()

    def check(self) -> None:
        """Answer what stands in the field."""
        typed = self.field.text().strip()
        if not typed or self._held is None:
            return
        found = paper_check.check(self._held, typed)
        self._say(found)
        if found.outcome not in KNOWN:
            QApplication.beep()  # heard by somebody who looks at the pile and not at the screen
        if found.outcome in MISREAD:
            self.field.selectAll()
            return
        self.field.clear()
        plain = " ".join(typed.split()).upper()
        self._checked = [plain, *(checked for checked in self._checked if checked != plain)]
        self._show_rows()

    def compare(self) -> None:
        """Show the file's own page beside the stamped sheet."""
        found = self._last
        if found is None or not found.submission:
            return

        def page(book: CountyBook) -> bytes:
            from eduapp.services.papers import stated  # noqa: PLC0415 - the PDF library is heavy

            return stated.paper_of(book, found.submission, found.paper_name)

        self.desk.ask(self.tr("文件里的这一页"), page, lambda pdf: self._show_page(found, pdf))

    def clear(self) -> None:
        """Start a new pile."""
        self._checked = []
        self._say(None)
        self._show_rows()

    def fill(self, snapshot: Snapshot) -> None:
        """Answer again by what is in the workbook now."""
        self._held = snapshot.papers
        self._say(None)
        self._show_rows()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.field.setFocus()

    def _build(self) -> None:
        size = self.font().pointSizeF()
        large = self.field.font()
        large.setPointSizeF(size * 1.4)
        self.field.setFont(large)
        large.setBold(True)
        self.answer.setFont(large)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(6)
        box.addLayout(row_of(self.field, self.button))
        said = row_of(self.answer, self.compare_button)
        said.setStretch(0, 1)
        box.addLayout(said)
        box.addWidget(self.detail)
        box.addLayout(row_of(self.count, self.clear_button))
        box.addWidget(self.view, 1)

    def _show_page(self, found: PaperAnswer, pdf: bytes) -> None:
        self.dialog = CompareDialog(self.theme, found, pdf, self.window())
        self.dialog.confirmed.connect(lambda name: self._confirm(found, name))
        self.dialog.finished.connect(lambda _code: self.field.setFocus())
        self.dialog.open()

    def _confirm(self, found: PaperAnswer, name: str) -> None:
        def follow(answer: PaperAnswer) -> None:
            self._say(answer)
            self.field.setFocus()  # for the next sheet
            self.desk.said.emit(self.tr("已记下:{0}").format(answer.text))

        self.desk.act(self.tr("记下对照结果"), lambda book: paper_check.confirm(book, found, name), follow)

    def _say(self, found: PaperAnswer | None) -> None:
        self._last = found
        self.compare_button.setVisible(
            found is not None and found.outcome in KNOWN and bool(found.submission)
        )
        if found is None:
            self.answer.setText(self.tr("请核对第一张"))
            self.answer.setStyleSheet(f"color: {self.theme.dim};")
            self.detail.setText(self.tr("码说明盖章的纸是哪份数据;数字要对照文件里的那一页,由人确认。"))
            return
        whose = f" {found.whose}" if found.whose else ""
        self.answer.setText(f"{MARKS[found.outcome]} {found.words}{whose}")
        self.answer.setStyleSheet(f"color: {self._colour(found.outcome)};")
        self.detail.setText(found.text)

    def _show_rows(self) -> None:
        found = [paper_check.check(self._held, each) for each in self._checked] if self._held else []
        pairs = zip(found, self._checked, strict=bool(found))
        self.table.set_rows([self._looks(each, typed) for each, typed in pairs])
        if found:
            self.view.scrollToTop()
        counts = Counter(each.outcome for each in found)
        said = [f"{OUTCOME_WORDS[each]} {counts[each]}" for each in PaperOutcome if counts[each]]
        text = self.tr("已核对 {0} 张:{1}").format(len(found), ",".join(said))
        self.count.setText(text if found else self.tr("还没有核对过"))
        self.clear_button.setEnabled(bool(found))

    def _looks(self, found: PaperAnswer, typed: str) -> list[Look | str]:
        theme = self.theme
        tint = {PaperOutcome.CONFIRMED: "", PaperOutcome.CHANGED: theme.hard_tint}.get(
            found.outcome, theme.soft_tint
        )
        whose, which = found.whose, ""
        if found.seq is not None:
            which = self.tr("第 {0} 次 {1}").format(found.seq, STATE_WORDS[found.state])
        return [
            Look(f"{MARKS[found.outcome]} {found.words}", self._colour(found.outcome), tint, tip=found.words),
            Look(whose, tip=found.school) if whose else Look(typed, theme.dim, tip=typed),
            Look(found.paper, tip=found.paper),
            f"{found.page}/{found.pages}" if found.page else "",
            Look(which, tip=when(found.received)),
            Look(found.text, tip=found.text),
        ]

    def _colour(self, outcome: PaperOutcome) -> str:
        theme = self.theme
        return {PaperOutcome.CONFIRMED: theme.good, PaperOutcome.CHANGED: theme.bad}.get(outcome, theme.warn)
