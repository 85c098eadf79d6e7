"""上报: 审核通过, the signed file onto the stick, and what was handed over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from db.problems import Problem
from eduapp.services import personal
from eduapp.services.folders import require_folder
from ui.common.plain import Label, PushButton, set_tip
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION, DONE, TROUBLE
from ui.school.handed_over import HandedOver
from ui.school.questions_panel import CorrectionsList, QuestionsList
from ui.school.receipt_bar import ReceiptBar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.handed_in import Known, Standing
    from eduapp.services.hand_off.sending import Sent
    from eduapp.standards.results import Report
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace


def _handed_in() -> ModuleType:
    from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the signing library: only when it is needed
        handed_in,
    )

    return handed_in


def _sending() -> ModuleType:
    from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the signing library: only when it is needed
        sending,
    )

    return sending


class SendPage(QWidget):
    """Three steps from top to bottom, and the history below."""

    job = Signal(str, object, object)
    said = Signal(str)
    failed = Signal(object)
    approval_changed = Signal()
    known = Signal(object)
    """Known: what the last job read of everything that was handed in."""
    jump = Signal(str, str, str)
    """(record, key, field) of a cell that is wanted."""
    folder_chosen = Signal(object)
    """The folder to which the person wants to write: what the county left there is looked for."""

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme) -> None:
        """Build the page."""
        super().__init__()
        self._workspace = workspace
        self._theme = theme
        self._state = Label(wordWrap=True)
        self.approve_button = PushButton(self.tr("审核通过"))
        self.approve_button.clicked.connect(self.approve)
        self.reopen_button = PushButton(self.tr("取消审核"))
        self.reopen_button.clicked.connect(self.reopen)
        self._suggested = str(workspace.book.path.parent)  # until a stick is seen
        self.folder = QLineEdit(self._suggested)
        self.folder.returnPressed.connect(self._look_into)
        self.folder.editingFinished.connect(self._take_typed)
        self._browse = PushButton(self.tr("选择…"))
        self._browse.clicked.connect(self._choose)
        self.final_button = PushButton(self.tr("生成上报文件"))
        self.final_button.clicked.connect(lambda: self.export("final"))
        self.draft_button = PushButton(self.tr("导出草稿"))
        set_tip(self.draft_button, self.tr("没有改完也可以交给县里先看,文件里注明是草稿"))
        self.draft_button.clicked.connect(lambda: self.export("draft"))
        columns = (
            Column(self.tr("时间"), 8),
            Column(self.tr("类别"), 4),
            Column(self.tr("序号"), 3, right=True),
            Column(self.tr("文件编号"), 9, help=self.tr("核对用:县里收到的文件编号应与此相同")),
            Column(self.tr("状态"), 16),
            Column(self.tr("文件"), 10),
        )
        self.history = StaticTable(columns, self)
        self._view = table_view(self.history, theme)
        self.handed_over = HandedOver(workspace.book, theme, self)
        for mine, its in ((self.job, self.handed_over.job), (self.said, self.handed_over.said)):
            its.connect(mine)
        self.handed_over.failed.connect(self.failed)
        self.look_button = PushButton(self.tr("查看文件内容…"))
        self.slip_button = PushButton(self.tr("打印交接单…"))
        for button, act in (
            (self.look_button, self.handed_over.view),
            (self.slip_button, self.handed_over.print_slip),
        ):
            button.clicked.connect(lambda _checked, act=act: self._with_chosen(act))
        self._view.opened.connect(lambda _index: self._with_chosen(self.handed_over.view))
        self._view.selectionModel().selectionChanged.connect(lambda *_: self._show_choice())
        self.bar = ReceiptBar(theme, self.folder)
        self.questions, self.corrections = QuestionsList(theme), CorrectionsList(theme)
        for cells in (self.questions, self.corrections):
            cells.jump.connect(self.jump)
        self._build()
        self._show_buttons()

    def approve(self) -> None:
        """审核通过."""
        self._change(_sending().approve, self.tr("已审核通过。数据已封存,可以生成上报文件。"))

    def reopen(self) -> None:
        """取消审核."""
        self._change(_sending().reopen, self.tr("已取消审核,可以继续修改。改完请重新审核并重新上报。"))

    def export(self, state: str) -> None:
        """Write the submission into the chosen folder."""
        folder = Path(self.folder.text().strip())
        if not self.folder.text().strip():
            self.failed.emit(Problem("folder-missing", folder=self.folder.text(), path=self.folder.text()))
            return
        words = self.tr("生成上报文件") if state == "final" else self.tr("导出草稿")
        book = self._workspace.book

        def work() -> object:  # a function, so that it can be done again after the passphrase was asked
            require_folder(folder)
            return _sending().export(book, folder, state)

        self.job.emit(words, work, self._sent)

    def show_report(self, report: Report) -> None:
        """Say what still stands in the way."""
        self._say_state(len(report.open_findings))

    def refresh(self) -> None:
        """Show the state and, when a job has read it, the history."""
        self._show_buttons()
        book = self._workspace.book
        self.job.emit(self.tr("读取上报记录"), lambda: _handed_in().known(book), self.show_known)

    def show_known(self, known: Known) -> None:
        """Show the history with its states, and what the newest receipt says."""
        made = known.standings
        self.history.set_rows([self._line(each) for each in made], [each.sent.id for each in made])
        self.bar.show_known(known)
        self.known.emit(known)
        if made and not self._view.currentIndex().isValid():
            self._view.selectRow(0)  # the newest: its slip is what is wanted next
        self._show_choice()

    def show_cells(self, known: Known) -> None:
        """Show the county's questions and corrections as the cells stand now."""
        book = self._workspace.book
        self.questions.fill(book, known.questions)
        self.corrections.fill(book, known.corrections)
        for cells in (self.questions, self.corrections):
            cells.say_checked(checked=known.checked)
        for at, title, count in (
            (1, self.tr("县里的问题 {0}"), len(known.questions)),
            (2, self.tr("县里更正 {0}"), len(known.corrections)),
        ):
            self.tabs.setTabText(at, title.format(count))
            self.tabs.setTabVisible(at, count > 0)

    def show_questions(self) -> None:
        """Turn to the county's questions."""
        self.tabs.setCurrentWidget(self.questions)

    @property
    def chosen(self) -> str:
        """The id of the selected submission; "" for none."""
        key = self.history.key_at(self._view.currentIndex())
        return key if isinstance(key, str) else ""

    def _with_chosen(self, act: Callable[[str], None]) -> None:
        if self.chosen:
            act(self.chosen)

    def _show_choice(self) -> None:
        for button in (self.look_button, self.slip_button):
            button.setEnabled(bool(self.chosen))

    # --- inside ---

    def _show_buttons(self) -> None:
        approved = self._workspace.book.approved
        self.approve_button.setEnabled(not approved)
        self.reopen_button.setEnabled(approved)
        self.final_button.setEnabled(approved)
        self.draft_button.setEnabled(not approved)
        report = self._workspace.report
        self._say_state(len(report.open_findings) if report else 0)

    def _build(self) -> None:
        steps = QGridLayout()
        steps.setHorizontalSpacing(10)
        steps.setVerticalSpacing(8)
        for row, words in enumerate((self.tr("① 审核"), self.tr("② U 盘或文件夹"), self.tr("③ 生成"))):
            label = Label(words)
            label.setStyleSheet("font-weight: bold;")
            steps.addWidget(label, row, 0)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.approve_button)
        first.addWidget(self.reopen_button)
        first.addWidget(self._state, 1)
        steps.addLayout(first, 0, 1)
        second = QHBoxLayout()
        second.setSpacing(10)
        second.addWidget(self.folder, 1)
        second.addWidget(self._browse)
        steps.addLayout(second, 1, 1)
        third = QHBoxLayout()
        third.setSpacing(10)
        third.addWidget(self.final_button)
        third.addWidget(self.draft_button)
        third.addStretch(1)
        steps.addLayout(third, 2, 1)
        steps.setColumnStretch(1, 1)
        self._show_choice()
        self._build_tabs()
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 10)
        box.addLayout(steps)
        box.addSpacing(4)
        box.addWidget(self.tabs, 1)
        box.addWidget(self.bar)

    def _build_tabs(self) -> None:
        corner = QWidget()
        above = QHBoxLayout(corner)
        above.setContentsMargins(0, 0, 0, 2)
        above.addWidget(self.look_button)
        above.addWidget(self.slip_button)
        self.tabs = QTabWidget(documentMode=True)
        self.tabs.setCornerWidget(corner)
        self.tabs.addTab(self._view, self.tr("已生成的文件"))
        for cells in (self.questions, self.corrections):
            self.tabs.addTab(cells, "")
            self.tabs.setTabVisible(self.tabs.indexOf(cells), False)

    def _say_state(self, count: int) -> None:
        if self._workspace.book.approved:
            text, colour = f"{DONE} {self.tr('已审核通过,数据已封存')}", self._theme.good
        elif count:
            text = (
                f"{CAUTION} {self.tr('还有 {0} 处待改正或说明(见「检查」页),现在只能导出草稿').format(count)}"
            )
            colour = self._theme.warn
        else:
            text, colour = self.tr("没有待改的问题,可以审核"), self._theme.dim
        self._state.setText(text)
        self._state.setStyleSheet(f"color: {colour};")

    def _change(self, action: Callable[[SchoolBook], None], words: str) -> None:
        try:
            action(self._workspace.book)
        except Problem as problem:
            self.failed.emit(problem)
            return
        self._show_buttons()
        self.approval_changed.emit()
        self.said.emit(words)

    def _sent(self, made: Sent) -> None:
        self.refresh()
        words = (
            self.tr("已写入并核对:{0}。可以拔出 U 盘了。")
            if made.state == "final"
            else self.tr("草稿已写入并核对:{0}")
        )
        kept = f"{personal.kept_text(made.kept_home)}。" if made.kept_home else ""
        revoked = f" {_sending().REVOKED_TEXT}" if made.is_revoked else ""
        self.said.emit(words.format(made.path) + kept + revoked)

    def _line(self, standing: Standing) -> list[Look | str]:
        made, theme = standing.sent, self._theme
        final = made.state == "final"
        return [
            made.at[:16].replace("T", " "),
            Look(self.tr("上报") if final else self.tr("草稿"), theme.text if final else theme.dim),
            str(made.seq),
            Look(" ".join(made.id[i : i + 4] for i in range(0, 12, 4)), tip=made.id),
            self._state_look(standing),
            made.file_name,
        ]

    def _state_look(self, standing: Standing) -> Look:
        """Return how a submission stands: the county's word, or that there is none yet."""
        theme, name = self._theme, standing.state.name
        if name == "UNCONFIRMED" and standing.sent.state == "draft":
            return Look(self.tr("○ 草稿"), theme.dim, tip=standing.words)
        mark, colour, tint = {
            "ACCEPTED": (DONE, theme.good, ""),
            "TO_CORRECT": (CAUTION, theme.warn, theme.soft_tint),
            "HELD": (CAUTION, theme.warn, theme.soft_tint),
            "CONFLICT": (TROUBLE, theme.bad, theme.hard_tint),
            "REFUSED": (TROUBLE, theme.bad, theme.hard_tint),
            "LOST": (TROUBLE, theme.bad, theme.hard_tint),
        }.get(name, ("○", theme.dim, ""))
        words = f"{standing.words}:{standing.text}" if name == "REFUSED" and standing.text else standing.words
        tip = f"{standing.words}\n{standing.text}" if standing.text else standing.words
        return Look(f"{mark} {words}", colour, tint, tip)

    def suggest(self, stick: Path) -> None:
        """A stick was plugged in: write to it, unless the person named another place."""
        if self.folder.text() == self._suggested:
            self._suggested = str(stick)
            self.folder.setText(self._suggested)

    def _look_into(self) -> None:
        """Enter in the line: the folder that was typed is chosen, and said not to be there if it is not."""
        typed = self.folder.text().strip()
        folder = Path(typed)
        self.folder.setModified(False)
        if typed:
            self.job.emit(
                self.tr("查看文件夹"),
                lambda: require_folder(folder),
                lambda _: self.folder_chosen.emit(folder),
            )

    def _take_typed(self) -> None:
        """The line was left: what was typed counts as chosen, without a word where it is not there yet."""
        typed = self.folder.text().strip()
        if self.folder.isModified() and typed:
            self.folder.setModified(False)
            self.folder_chosen.emit(Path(typed))

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("选择 U 盘或文件夹"), self.folder.text())
        if folder:
            self.folder.setText(folder)
            self.folder_chosen.emit(Path(folder))
