"""待核验: files whose key or school is not known yet, and the two ways to let them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from db.problems import Problem
from eduapp.services.county.naming import called
from eduapp.services.hand_off import intake, trust
from eduapp.services.merge.listing import Expected
from ui.common.static_table import Column, Look
from ui.county.list_panel import ListPanel
from ui.county.page_widgets import STATE_WORDS, button_of, decide, line_label, row_of, when

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.kept import Received
    from eduapp.services.hand_off.board import HeldRow
    from eduapp.services.hand_off.intake import FileOutcome
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

NOT_LISTED, NOT_ADMITTED, REVOKED = "school-not-listed", "key-not-admitted", "key-revoked"
WHY = {
    NOT_LISTED: "学校不在名单中",
    NOT_ADMITTED: "签名密钥未登记",
    REVOKED: "签名密钥已撤销",
    "": "可以重新接收",
}


class HeldPanel(ListPanel["HeldRow"]):
    """The program compares the typed digits: those of the key are not shown here."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        columns = (
            Column(self.tr("学校"), 13),
            Column(self.tr("学校代码"), 8),
            Column(self.tr("类别"), 4),
            Column(self.tr("收到时间"), 7),
            Column(self.tr("等待原因"), 9),
            Column(self.tr("文件"), 12),
        )
        super().__init__(
            desk, theme, columns, self._shown, empty=self.tr("没有待核验的文件。"), numbered=True
        )
        self._asked: tuple[Received, str | None, str] | None = None
        self.view.place_changed.connect(lambda _: self._choose())
        self._build_form()
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.form)

    def fill(self, snapshot: Snapshot) -> None:
        """Show what is held; the form stays with its file."""
        kept = self.current
        self.show_rows(snapshot.held)
        self.show_body(filled=bool(snapshot.held))
        if snapshot.held:
            files = [row.received for row in snapshot.held]
            at = files.index(kept.received) if kept is not None and kept.received in files else 0
            self.view.selectRow(self.table.row_of(snapshot.held[at]))
        self._choose()

    def admit(self) -> None:
        """Admit the key by the typed digits, then try again what is held."""
        row, typed = self.current, self.digits.text()
        if row is not None:
            self._admit(row.received, typed, self.tr("核对并登记"))

    def admit_unchecked(self) -> None:
        """Admit the key without paper, after a person decided so."""
        row = self.current
        if row is None:
            return
        question = self.tr("不核对纸质登记表,就接收 {0}({1})的签名密钥?").format(
            self._called(row), row.received.member.school
        )
        consequences = self.tr(
            "没有核对过的密钥不能证明文件出自该校。它会记录在案,汇总和每张报表上都会注明有几个密钥未核验;"
            "以后仍可用 30 位数字补核。"
        )
        if decide(self, question, consequences, self.tr("未核验接收")):
            self._admit(row.received, None, self.tr("未核验接收"))

    def list_school(self) -> None:
        """Put the school on the list where that is what is missing, then try again what is held."""
        row = self.current
        if row is None:
            return
        missing = row.why == NOT_LISTED
        school = Expected(row.received.member.school, row.received.name, None)

        def put(book: CountyBook) -> tuple[FileOutcome, ...]:
            if missing:
                book.set_expected([school])
            return intake.retry_held(book)

        self.desk.act(self.tr("加入学校名单"), put, self._told)

    def _admit(self, held: Received, digits: str | None, text: str) -> None:
        reason = self.reason.text()

        def admit(book: CountyBook) -> tuple[FileOutcome, ...] | Problem:
            try:
                trust.admit_held(book, held.member.id, digits, held.public_key, reason)
            except Problem as problem:
                if problem.code not in trust.NEED_REASON:
                    raise
                return problem
            return intake.retry_held(book)

        self._asked = held, digits, text
        self.desk.act(text, admit, self._admitted)

    def give_reason(self) -> None:
        """Admit the key that is 换发, for the reason that was typed."""
        if self._asked is not None and self.reason.text().strip():
            self._admit(*self._asked)

    def _admitted(self, done: tuple[FileOutcome, ...] | Problem) -> None:
        asked = isinstance(done, Problem)
        self.reason.setVisible(asked)
        if isinstance(done, Problem):
            self.reason.setFocus()
            self.desk.warned.emit(done.text)
        else:
            self._told(done)

    def _told(self, outcomes: tuple[FileOutcome, ...]) -> None:
        self.digits.clear()
        self.reason.clear()
        troubled = [outcome for outcome in outcomes if outcome.outcome in {intake.REFUSED, intake.CONFLICT}]
        if troubled:
            lines = (f"{called(self.desk.book, each.school, each.name)}:{each.text}" for each in troubled)
            self.desk.warned.emit("\n".join(lines))
        elif outcomes:
            book = self.desk.book
            names = "、".join(dict.fromkeys(called(book, each.school, each.name) for each in outcomes))
            self.desk.said.emit(self.tr("已接收此前待核验的 {0} 个文件:{1}。").format(len(outcomes), names))
        else:
            self.desk.warned.emit(self.tr("已登记;文件仍在等待,原因见表中。"))

    def _build_form(self) -> None:
        self.form = QFrame()
        self.form.setFrameShape(QFrame.Shape.StyledPanel)
        self.about = line_label(self.theme, bold=True, wrap=True)
        self.digits = QLineEdit(placeholderText=self.tr("录入或扫描纸质登记表上的 30 位数字"))
        self.digits.setMinimumWidth(self.theme.char_width(self.font()) * 22)
        self.digits.returnPressed.connect(self.admit)
        self.reason = QLineEdit(placeholderText=self.tr("换发的理由:怎样核实的、为什么换,按回车"))
        self.reason.returnPressed.connect(self.give_reason)
        self.reason.hide()
        self.check = button_of(self.tr("核对并登记"), self.admit)
        self.unchecked = button_of(self.tr("未核验接收…"), self.admit_unchecked)
        self.list_it = button_of(self.tr("加入学校名单"), self.list_school)
        self.note = line_label(self.theme, dim=True, wrap=True)
        self.note.setText(self.tr("由程序核对,不必用眼比对;全角数字也可以。数字以学校盖章的登记表为准。"))
        box = QVBoxLayout(self.form)
        box.setContentsMargins(8, 6, 8, 6)
        box.addWidget(self.about)
        box.addLayout(row_of(self.digits, self.check, self.unchecked, self.list_it, None))
        box.addWidget(self.reason)
        box.addWidget(self.note)

    def _choose(self) -> None:
        row = self.current
        why = row.why if row else ""
        if row is None or self._asked is None or self._asked[0] != row.received:
            self._asked = None
            self.reason.clear()
            self.reason.hide()
        for widget in (self.digits, self.check, self.unchecked, self.note):
            widget.setVisible(why == NOT_ADMITTED)
        self.list_it.setVisible(why in {NOT_LISTED, ""})
        self.list_it.setText(self.tr("加入学校名单") if why == NOT_LISTED else self.tr("重新接收"))
        if row is not None:
            self.about.setText(f"{WHY[why]}:{self._called(row)}({row.received.member.school})")

    def _called(self, row: HeldRow) -> str:
        return called(self.desk.book, row.received.member.school, row.received.name)

    def _shown(self, row: HeldRow) -> list[Look | str]:
        got = row.received
        name = self._called(row)
        return [
            Look(name, tip=name),
            got.member.school,
            STATE_WORDS[got.member.state],
            when(got.received),
            Look(WHY[row.why], self.theme.warn),
            Look(got.file_name, self.theme.dim, tip=got.file_name),
        ]
