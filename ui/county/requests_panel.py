"""登记学校密钥: requests from sticks in a table, and one field for one paper form after another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QVBoxLayout

from db.problems import Problem
from eduapp.services.county.books import PAPER, UNCHECKED
from eduapp.services.county.naming import called
from eduapp.services.hand_off import applicants, intake, trust
from ui.common.places import start_folder
from ui.common.plain import Label
from ui.common.static_table import Column, Look
from ui.common.theme import CAUTION, DONE, TROUBLE
from ui.county.list_panel import ListPanel
from ui.county.page_widgets import WAITING, button_of, decide, file_name, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent

    from eduapp.services.county.books import AdmittedKey, CountyBook
    from eduapp.services.hand_off.applicants import Applicant
    from eduapp.services.hand_off.intake import FileOutcome
    from eduapp.services.hand_off.trust import Requests
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

STATES = {
    PAPER: (DONE, "已登记(纸质核验)"),
    trust.ROTATED: (DONE, "已换发(原密钥已核验)"),
    UNCHECKED: (CAUTION, "已登记(未核验)"),
    "": (WAITING, "等待核对"),
}


Unread: TypeAlias = tuple[str, Problem]
"""A file that is no request: its path, and why."""


class RequestsPanel(ListPanel["Applicant | Unread"]):
    """The digits of a request are never shown: they come from paper. Forty forms need no mouse."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        columns = (
            Column(self.tr("学校"), 14),
            Column(self.tr("学校代码"), 8),
            Column(self.tr("申请"), 5),
            Column(self.tr("状态"), 16),
            Column(self.tr("文件"), 14),
        )
        empty = self.tr(
            "学校交来 U 盘上的密钥登记申请(.edukey)和盖章的「上报密钥登记表」。\n"
            "先读入申请,再逐张录入或扫描登记表上的 30 位数字,由程序找出是哪所学校的。"
        )
        super().__init__(desk, theme, columns, self._shown, empty=empty, numbered=True)
        self.found: dict[tuple[str, str], Applicant] = {}
        self.troubled: dict[str, Problem] = {}
        self._unseen = False
        self._asked: tuple[Applicant, str | None] | None = None
        self.sources = [
            button_of(self.tr("读入 U 盘或文件夹…"), self.choose_folder),
            button_of(self.tr("读入文件…"), self.choose_files),
        ]
        self.hint.add(self.tr("读入 U 盘或文件夹…"), self.choose_folder)
        self._build_form()
        self.body.addWidget(self.form)
        self.body.addWidget(self.view, 1)

    def fill(self, _snapshot: Snapshot | None = None) -> None:
        """Show the requests as they stand now, and what could not be read."""
        self.show_rows([*(each for _, each in sorted(self.found.items())), *self.troubled.items()])
        self.show_body(filled=bool(self.found or self.troubled))
        left = len(self.waiting)
        self.left.setText(self.tr("还有 {0} 份等待核对").format(left) if left else self.tr("全部核对完毕"))

    @property
    def waiting(self) -> list[Applicant]:
        """Requests whose key is not admitted yet."""
        return [request for request in self.found.values() if not _how(self.desk.book, request)]

    def take(self, paths: Sequence[Path]) -> None:
        """Read requests from files and folders."""
        self.desk.act(self.tr("读入密钥登记申请"), lambda book: _read(book, paths), self._read)

    def check(self) -> None:
        """Find the request that the typed or scanned digits belong to, and admit its key."""
        typed = self.digits.text()
        self._ask_reason(None)
        if not typed.strip():
            return
        try:
            found = applicants.match(self.desk.book, self.found.values(), typed)
        except Problem as problem:
            self._say(f"{TROUBLE} {problem.text}", self.theme.bad)
            self.digits.selectAll()
            return
        known = _admitted(self.desk.book, found)
        if known is not None and known.how == PAPER and not known.is_old:
            self._say(self.tr("{0} {1}早已登记。").format(DONE, self._called(found)), self.theme.good)
            self.digits.clear()
            return
        self._admit(found, typed)

    def admit_unchecked(self) -> None:
        """Admit the key of the chosen request without paper, after a person decided so."""
        found = self.current
        if found is None or isinstance(found, tuple) or _how(self.desk.book, found):
            self._say(self.tr("请先在表中选择一份等待核对的申请。"), self.theme.warn)
            return
        question = self.tr("不核对纸质登记表,就登记 {0}({1})的密钥?").format(self._called(found), found.code)
        consequences = self.tr(
            "没有核对过的密钥不能证明文件出自该校。它会记录在案,汇总和每张报表上都会注明有几个密钥未核验;"
            "以后仍可用 30 位数字补核。"
        )
        if decide(self, question, consequences, self.tr("未核验登记")):
            self._admit(found, None)

    def finish(self) -> None:
        """Let in the submissions that waited for these keys, and compute everything again."""
        if self._unseen:
            self._unseen = False
            self.desk.act(self.tr("接收待核验的文件"), intake.retry_held, self._finished)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        QTimer.singleShot(0, self._left)

    def choose_folder(self) -> None:
        """Ask for a folder or a stick."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("选择 U 盘或文件夹"), start_folder())
        if folder:
            self.take([Path(folder)])

    def choose_files(self) -> None:
        """Ask for files."""
        kinds = self.tr("密钥登记申请 (*.edukey);;所有文件 (*)")
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("选择密钥登记申请"), start_folder(), kinds)
        if names:
            self.take([Path(name) for name in names])

    # --- inside ---

    def _left(self) -> None:
        """Finish when the person went to another page, not when the window was closed."""
        if self.window().isVisible() and not self.isVisible():
            self.finish()

    def give_reason(self) -> None:
        """Admit the key that is 换发, for the reason that was typed."""
        if self._asked is not None and self.reason.text().strip():
            self._admit(*self._asked)

    def _admit(self, found: Applicant, typed: str | None) -> None:
        reason = self.reason.text()

        def admit(book: CountyBook) -> Problem | None:
            try:
                trust.admit_applicants(book, [found], typed, reason)
            except Problem as problem:
                return problem
            return None

        self.desk.ask(self.tr("登记"), admit, lambda problem: self._admitted(found, typed, problem))

    def _ask_reason(self, asked: tuple[Applicant, str | None] | None) -> None:
        """Ask why a school gets another key beside the one by paper, or stop asking."""
        self._asked = asked
        self.reason.clear()
        self.reason.setVisible(asked is not None)
        if asked is not None:
            self.reason.setFocus()

    def _admitted(self, found: Applicant, typed: str | None, problem: Problem | None) -> None:
        if problem is not None:
            asked = problem.code in trust.NEED_REASON
            colour = self.theme.warn if asked else self.theme.bad
            self._say(f"{CAUTION if asked else TROUBLE} {problem.text}", colour)
            self.digits.selectAll()
            self._ask_reason((found, typed) if asked else None)
            return
        self._ask_reason(None)
        self._unseen = True
        self.digits.clear()
        book = self.desk.book
        listed = not book.expected or found.code in book.expected
        note = "" if listed else self.tr("该校不在学校名单中,请补上名单。")
        self._say(
            self.tr("{0} {1}({2}):已登记。{3}").format(DONE, self._called(found), found.code, note),
            self.theme.good if listed else self.theme.warn,
        )
        self.fill()
        self.view.selectRow(self.table.row_of(self.found[found.place]))
        self.digits.setFocus()
        if not self.waiting:
            self.finish()

    def _read(self, found: Requests) -> None:
        for each in (*found.asking, *found.rotated):
            self.found[each.place] = each
        self.troubled |= dict(found.troubled)
        self.fill()
        self.digits.setFocus()
        if found.rotated:
            names = "、".join(self._called(each) for each in found.rotated)
            self.desk.said.emit(self.tr("已凭原密钥自动换发 {0} 个:{1}。").format(len(found.rotated), names))
        elif not (found.asking or found.troubled):
            self.desk.warned.emit(self.tr("没有找到密钥登记申请(.edukey)。"))

    def _finished(self, outcomes: Sequence[FileOutcome]) -> None:
        if outcomes:
            book = self.desk.book
            names = "、".join(dict.fromkeys(called(book, each.school, each.name) for each in outcomes))
            self.desk.said.emit(self.tr("已接收此前待核验的 {0} 个文件:{1}。").format(len(outcomes), names))

    def _build_form(self) -> None:
        self.form = QFrame()
        self.form.setFrameShape(QFrame.Shape.StyledPanel)
        self.digits = QLineEdit(placeholderText=self.tr("录入或扫描一张登记表的 30 位数字,按回车"))
        self.digits.setMinimumWidth(self.theme.char_width(self.digits.font()) * 24)
        self.digits.returnPressed.connect(self.check)
        self.reason = QLineEdit(placeholderText=self.tr("换发的理由:怎样核实的、为什么换,按回车"))
        self.reason.returnPressed.connect(self.give_reason)
        self.reason.hide()
        self.left = line_label(self.theme, dim=True)
        self.result = Label(wordWrap=True)
        self.unchecked = button_of(self.tr("未核验登记…"), self.admit_unchecked)
        self._say(self.tr("一张接一张,不用鼠标;程序找出是哪所学校的,不必用眼比对。"), self.theme.dim)
        box = QVBoxLayout(self.form)
        box.setContentsMargins(8, 6, 8, 6)
        check = button_of(self.tr("核对并登记"), self.check)
        box.addLayout(row_of(self.digits, check, self.unchecked, self.left))
        box.addWidget(self.result)
        box.addWidget(self.reason)

    def _called(self, each: Applicant) -> str:
        return called(self.desk.book, each.code, each.name)

    def _say(self, words: str, colour: str) -> None:
        self.result.setText(words)
        self.result.setStyleSheet(f"color: {colour};")

    def _shown(self, row: Applicant | Unread) -> list[Look | str]:
        return self._unread(*row) if isinstance(row, tuple) else self._applicant(self.desk.book, row)

    def _unread(self, path: str, problem: Problem) -> list[Look | str]:
        why = Look(f"{TROUBLE} {problem.what}", self.theme.bad, tip=problem.text)
        return ["", "", "", why, Look(file_name(path), self.theme.dim, tip=path)]

    def _applicant(self, book: CountyBook, each: Applicant) -> list[Look | str]:
        known = _admitted(book, each)
        mark, words = STATES[known.how if known else ""]
        stopped = each.place in trust.revocations(book)
        if known is not None and known.is_old:
            mark, words = CAUTION, self.tr("已登记(旧式),请用新登记表补核")
        if stopped:
            mark, words = TROUBLE, self.tr("密钥已撤销")
        elif book.expected and each.code not in book.expected:
            mark, words = CAUTION, self.tr("{0};不在学校名单中").format(words)
        colour = {DONE: self.theme.good, CAUTION: self.theme.warn, TROUBLE: self.theme.bad}
        kind = self.tr("换发") if each.replaces or trust.on_paper(book, each) else self.tr("新登记")
        name = self._called(each)
        return [
            Look(name, tip=name),
            Look(each.code, tip=self.tr("申请上的代码 {0}").format(each.school)),
            kind,
            Look(f"{mark} {words}", colour.get(mark, self.theme.text)),
            Look(each.file, self.theme.dim, tip=each.file),
        ]


def _read(book: CountyBook, paths: Sequence[Path]) -> Requests:
    return trust.read_requests(book, paths)


def _admitted(book: CountyBook, each: Applicant) -> AdmittedKey | None:
    return next((key for key in book.keys if key.place == each.place), None)


def _how(book: CountyBook, each: Applicant) -> str:
    known = _admitted(book, each)
    return known.how if known else ""
