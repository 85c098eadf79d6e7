"""Making or renewing the county's keys: fields, the sheet for the safe, its proof; only then in use."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from db.problems import Problem
from eduapp.services.county import giving_up
from eduapp.services.keys import PASSPHRASE_LENGTH, county_keys
from ui.common.paper_view import PaperView
from ui.common.plain import set_title
from ui.common.waiting import aside
from ui.county.fields_dialog import Asked, FieldsForm, run_caught
from ui.county.page_widgets import button_of, decide, line_label, row_of

if TYPE_CHECKING:
    from pathlib import Path

    from eduapp.services.county.books import CountyBook
    from eduapp.services.keys.county_keys import PaperSecrets, Proposal
    from ui.common.theme import Theme
    from ui.county.desk import Desk

FIELDS, PAPER, PROOF = range(3)
SHARE = 0.94
"""Of the window's size."""


class KeysDialog(QDialog):
    """Three steps. Closed before the last one, nothing has changed and what was printed is void."""

    made = Signal(object)
    """PaperSecrets of keys that are in use now."""
    said = Signal(str)

    def __init__(self, desk: Desk, theme: Theme, parent: QWidget, *, renewal: bool) -> None:
        """Build the steps; `renewal` begins a new epoch by the recovery words."""
        super().__init__(parent)
        self.desk, self.theme, self.renewal = desk, theme, renewal
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._title = self.tr("换发县级密钥") if renewal else self.tr("建立县级密钥")
        set_title(self, self._title)
        self.proposal: Proposal | None = None
        self._give_up = False
        self.form = FieldsForm(theme, self._words(), self._asked(), offering=True)
        self.paper = PaperView(theme)
        self._build_steps()
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 10)
        box.setSpacing(10)
        box.addWidget(self.heading)
        box.addWidget(self.steps, 1)
        box.addLayout(row_of(self.print_button, self.save_button, None, self.back, self.next, self.cancel))
        self.resize(min(int(parent.width() * SHARE), 860), int(parent.height() * SHARE))
        self.finished.connect(lambda _code: self._forget())
        self._show(FIELDS)

    def go_on(self) -> None:
        """Do what the step shown is for."""
        (self._propose, self._to_proof, self._prove)[self.steps.currentIndex()]()

    def save(self, path: Path) -> None:
        """Write the sheet to a file: only when a person chose so."""
        from eduapp.services.papers import (  # noqa: PLC0415 - loads the PDF library, which made the paper
            reporting,
        )

        try:
            aside(lambda: reporting.save(path, self.paper.pdf))
        except Problem as problem:
            self.heading.setText(problem.text)
            return
        self.said.emit(self.tr("保管单已存为 {0}。印好以后请删除这个文件。").format(path))

    # --- steps ---

    def _propose(self, *, give_up: bool = False) -> None:
        texts, self._give_up = self.form.texts, give_up
        if texts[-1] != texts[-2]:
            self.form.fail(Problem("passphrases-differ"))
            return
        today = datetime.datetime.now().astimezone().date().isoformat()
        practice = self.desk.book.practice

        def propose(book: CountyBook) -> tuple[Proposal, bytes]:
            from eduapp.services.papers.key_papers import print_custody  # noqa: PLC0415 - the PDF library is heavy

            if self.renewal:
                words, escrow, passphrase, _ = texts
                found = county_keys.propose_renewal(book.workbook, words, passphrase, escrow, give_up=give_up)
            else:
                found = county_keys.propose(book.workbook, texts[0])
            return found, print_custody(found.paper, today, practice=practice)

        self._wait(run_caught(self.desk, self._title, propose, self._proposed))

    def _proposed(self, result: object) -> None:
        self._wait(started=False)
        if isinstance(result, Problem):
            self.form.fail(result)
            give_up = self.tr("都没有了,放弃这些文件")
            if result.code == "escrow-needed" and decide(self, result.what, result.advice, give_up):
                self._propose(give_up=True)
            return
        made: tuple[Proposal, bytes] = result  # type: ignore[assignment]
        self.proposal = made[0]
        self.paper.show_pdf(made[1])
        self._show(PAPER)

    def _to_proof(self) -> None:
        for field in self.proof.fields:
            field.clear()
        self._show(PROOF)

    def _prove(self) -> None:
        from eduapp.services.papers.key_papers import prove_paper  # noqa: PLC0415 - the PDF library is heavy

        proposal = self.proposal
        if proposal is None:
            return
        try:
            prove_paper(proposal.paper, *self.proof.texts)
        except Problem as problem:
            self.proof.fail(problem)
            return

        give_up = self._give_up

        def adopt(book: CountyBook) -> object:
            try:
                made = county_keys.adopt(book.workbook, proposal)
                if give_up:
                    giving_up.give_up_closed(book)
            except Problem as problem:
                return problem
            return made

        self._wait(self.desk.act(self._title, adopt, self._adopted))

    def _adopted(self, result: Problem | PaperSecrets) -> None:
        self._wait(started=False)
        if isinstance(result, Problem):
            self.proof.fail(result)
            return
        self.accept()
        self.made.emit(result)

    # --- building ---

    def _words(self) -> str:
        about = self.tr(
            "口令保护这台电脑上的县级密钥文件,打开加密的上报文件、签发批次文件都要用。至少 {0} 个字符,"
            "不能只用数字、常见的词和县名。下一步打印保管单,放保险柜。"
        ).format(PASSPHRASE_LENGTH)
        if not self.renewal:
            return about
        return self.tr(
            "换电脑、密钥文件丢失、忘记口令、疑似泄露时换发。凭保管单上的 24 个字办理;学校不用重新核对县里的"
            "数字,读入新的批次文件即可。\n密钥文件还在、口令也记得的,请先打开县级密钥;"
            "密钥文件丢失或忘记口令的,再录入备用密钥,才能打开已接收的加密文件。"
        )

    def _asked(self) -> list[Asked]:
        least = self.tr("至少 {0} 个字符").format(PASSPHRASE_LENGTH)
        twice = [
            Asked(self.tr("新口令") if self.renewal else self.tr("口令"), least, hidden=True),
            Asked(self.tr("再输入一次"), hidden=True),
        ]
        if not self.renewal:
            return twice
        return [
            Asked(self.tr("恢复词"), self.tr("保管单上的 24 个字")),
            Asked(self.tr("备用密钥"), self.tr("密钥文件丢失时才填,AGE-SECRET-KEY-1…")),
            *twice,
        ]

    def _build_steps(self) -> None:
        self.heading = line_label(self.theme, bold=True, wrap=True)
        self.proof = FieldsForm(
            self.theme,
            self.tr("请看着刚打印的保管单(不看屏幕)录入,证明纸上的确实有、看得清。通过以后密钥才开始使用。"),
            [
                Asked(self.tr("恢复词的第 3、第 11、第 20 个字"), self.tr("连着写三个字")),
                Asked(self.tr("备用密钥的最后一组"), self.tr("最后 4 个字符")),
            ],
        )
        self.steps = QStackedWidget()
        for page in (self.form, self.paper, self.proof):
            self.steps.addWidget(page)
        self.print_button = button_of(self.tr("打印…"), self._ask_print)
        self.save_button = button_of(
            self.tr("存为文件…"), self._ask_save, self.tr("没有接打印机时用;印好以后请删除这个文件")
        )
        self.back = button_of(self.tr("上一步"), lambda: self._show(PAPER))
        self.next = button_of(self.tr("下一步"), self.go_on)
        self.next.setDefault(True)
        self.cancel = button_of(self.tr("取消"), self.reject)

    def _show(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        headings = (
            self.tr("第 1 步,共 3 步:录入恢复词,设新口令")
            if self.renewal
            else self.tr("第 1 步,共 3 步:设口令"),
            self.tr("第 2 步,共 3 步:打印保管单。只印一份,现在就印;关闭以后不再显示"),
            self.tr("第 3 步,共 3 步:核对保管单"),
        )
        self.heading.setText(headings[step])
        for button in (self.print_button, self.save_button):
            button.setVisible(step == PAPER)
        self.back.setVisible(step == PROOF)
        self.next.setText((self.tr("下一步"), self.tr("已经印好,下一步"), self.tr("核对并启用"))[step])
        if step != PAPER:
            (self.form if step == FIELDS else self.proof).fields[0].setFocus()

    def _wait(self, started: bool) -> None:
        for button in (self.next, self.back):
            button.setEnabled(not started)

    def _forget(self) -> None:
        self.proposal = None
        self.paper.close_preview()

    def _ask_print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec():
            self.paper.print_to(printer)

    def _ask_save(self) -> None:
        from pathlib import Path  # noqa: PLC0415 - only here

        name = self.tr("县级密钥保管单.pdf")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("存为文件"), name, "PDF (*.pdf)")
        if path:
            self.save(Path(path))
