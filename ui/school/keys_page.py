"""密钥: five steps from top to bottom, so that the county believes the school and the school the county."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from db.characters import quoted
from eduapp.services.offers import words_of
from ui.common.paper_dialog import PaperDialog
from ui.common.places import default_folder
from ui.common.plain import Label, set_tip
from ui.common.theme import CAUTION, DONE
from ui.common.waiting import aside
from ui.school.own_key_step import WAITING, OwnKeyStep, Step

if TYPE_CHECKING:
    from types import ModuleType

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.rounds import County
    from eduapp.services.hand_off.school_keys import OwnKey, PickedUp, RoundDemand
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

FILES = "(*.eduround *.edureceipt)"


def _keys() -> ModuleType:
    from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the signing library: only when it is needed
        school_keys,
    )

    return school_keys


def _rounds() -> ModuleType:
    from eduapp.services.hand_off import rounds  # noqa: PLC0415 - as above

    return rounds


@dataclass(frozen=True)
class _State:
    own: OwnKey
    county: County | None
    demand: RoundDemand | None


class KeysPage(QWidget):
    """Each step says how it stands by a mark and a word, what it is for, and has its button."""

    job = Signal(str, object, object)
    said = Signal(str)
    failed = Signal(object)
    unlock_asked = Signal()
    passphrase_asked = Signal()
    renew_asked = Signal()
    picked_up = Signal(object)
    """PickedUp: what was read on this page from the county's files."""
    judged_anew = Signal()
    """A round file was read: the standards it names judge from now on."""
    standards_asked = Signal(object)
    """The ids of the county's standards."""

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme) -> None:
        """Build the steps."""
        super().__init__()
        self._book = workspace.book
        self._theme = theme
        self._chosen: Path | None = None
        self._demand: RoundDemand | None = None
        self.own, self.county = OwnKeyStep(theme), self._build_county()
        self.round, self.passphrase = self._build_round(), self._build_passphrase()
        self.own.form_button.clicked.connect(self.print_form)
        self.own.request_button.clicked.connect(lambda _checked: self.write_request())
        self.own.unlock_button.clicked.connect(self.unlock_asked)
        self.own.renew_button.clicked.connect(self.renew_asked)
        self.own.county_code.returnPressed.connect(self.set_county)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(12, 8, 12, 8)
        box.setSpacing(6)
        for step in (self.own, self.county, self.round, self.passphrase, self._build_moving()):
            box.addWidget(step)
        box.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    # --- what a person asks ---

    def refresh(self) -> None:
        """Show how each step stands."""
        book = self._book

        def read() -> _State:
            return _State(_keys().own_key(book), _rounds().county_of(book), _keys().demand(book))

        self.job.emit(self.tr("读取密钥状态"), read, self._show)

    def print_form(self) -> None:
        """Show 登记表 as it will be printed."""
        self.job.emit(self.tr("排版登记表"), lambda: _keys().form(self._book), self._show_form)

    def set_county(self) -> None:
        """Fill in the county's code: the digits of the form cover it."""
        code = self.own.county_code.text()
        self.job.emit(
            self.tr("填写区县代码"), lambda: _keys().set_county(self._book, code), lambda _: self.refresh()
        )

    def renew(self) -> None:
        """Make a new key for the code that stands now, after a person decided so."""
        self.job.emit(self.tr("换新密钥"), lambda: _keys().renew(self._book), lambda _: self.refresh())

    def write_request(self, folder: Path | None = None) -> None:
        """Write 登记申请文件 onto the stick, or where the person says."""
        chosen = folder or aside(default_folder) or self._ask_folder()
        if chosen is not None:
            self.job.emit(
                self.tr("生成登记申请文件"),
                lambda: _keys().write_request(self._book, chosen),
                lambda path: self.said.emit(
                    self.tr("已写入并核对:{0}。可以拔出 U 盘了,连同盖章的登记表一起交县里。").format(path)
                ),
            )

    def check_county(self) -> None:
        """Compare the digits that were typed with the county's files."""
        text, chosen, book = self.digits.text(), self._chosen, self._book

        def work() -> tuple[County, PickedUp]:
            folder = default_folder()
            found = _rounds().on_stick(book, chosen.parent if chosen else folder or book.path.parent)
            files = (chosen,) if chosen else (*found.rounds, *found.receipts)
            return _keys().believe(book, files, text), _keys().pick_up(book, found)

        self.job.emit(self.tr("核对县里"), work, self._believed)

    def choose_county_file(self, path: Path | None = None) -> None:
        """Name the county's file, where it is not on the stick."""
        self._chosen = path or self._ask_file(self.tr("选择县里的文件"), FILES)
        self._file.setText(self.tr("文件:{0}").format(self._chosen.name) if self._chosen else "")
        self._file.setVisible(self._chosen is not None)

    def read_round(self, path: Path | None = None) -> None:
        """Read a round file that the person chose."""
        chosen = path or self._ask_file(self.tr("选择批次文件"), "(*.eduround)")
        if chosen is not None:
            self.job.emit(
                self.tr("读取批次文件"),
                lambda: _keys().accept_file(self._book, chosen),
                lambda said: self._accepted(said.version),
            )

    # --- building ---

    def _build_county(self) -> Step:
        step = Step(
            self._theme,
            self.tr("② 核对县里"),
            self.tr("照县里的通知录入县里的 30 位数字(或用扫码枪扫),由程序与县里的文件核对。"),
        )
        self.digits = QLineEdit()
        self.digits.setPlaceholderText(self.tr("县里的 30 位数字"))
        self.digits.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.digits.returnPressed.connect(self.check_county)
        self._file = Label()
        self._file.hide()
        step.lead(self.digits)
        step.add(self._file)
        self.check_button = step.button(self.tr("核对"), self.check_county)
        self.file_button = step.button(self.tr("选择文件…"), self.choose_county_file)
        set_tip(self.file_button, self.tr("县里的文件不在 U 盘上时,在这里指明"))
        return step

    def _build_round(self) -> Step:
        step = Step(
            self._theme,
            self.tr("③ 批次文件"),
            self.tr("插上 U 盘时自动读取;县里另外发来的,点按钮选择。"),
        )
        self.standards_note = Label(wordWrap=True)
        self.standards_note.hide()
        self.standards_note.setStyleSheet(f"color: {self._theme.warn};")
        step.add(self.standards_note)
        self.round_button = step.button(self.tr("读取批次文件…"), self.read_round)
        self.standards_button = step.button(self.tr("按县里的标准"), self._ask_standards)
        self.standards_button.hide()
        return step

    def _build_passphrase(self) -> Step:
        step = Step(
            self._theme,
            self.tr("④ 口令"),
            self.tr("设了口令,别人用这台电脑也不能代学校签名。忘记口令只能换新密钥,请记牢。"),
        )
        self.passphrase_button = step.button(self.tr("设口令…"), self.passphrase_asked.emit)
        return step

    def _build_moving(self) -> Step:
        lines = (
            self.tr(
                "换电脑:新电脑有新密钥,要打印登记表交县里登记;数据用「文件 - 接续另一台电脑的上报文件」取回。"
            ),
            self.tr(
                "恢复备份:程序自动换新密钥。原密钥还在这台电脑上的,把登记申请文件交县里即可换发,不必再盖章。"
            ),
            self.tr("两台电脑:各登记一次,轮流填报。每次先接续对方最新的上报文件,再接着填,不要同时填。"),
        )
        step = Step(self._theme, self.tr("⑤ 换电脑、恢复备份、两台电脑"), "\n".join(lines))
        step.mark.hide()
        return step

    # --- showing ---

    def _show(self, state: _State) -> None:
        self.own.show_key(state.own)
        county = state.county
        if county is None:
            self.county.stand(WAITING, self.tr("未核对"), self._theme.dim)
        else:
            self.county.stand(DONE, self.tr("已核对:{0}").format(quoted(county.name)), self._theme.good)
            self.digits.setPlaceholderText(self.tr("已核对。县里重新建立密钥、发来新通知时,再录入新的数字"))
        self._show_round(state.demand)
        asked = state.demand is not None and state.demand.said.passphrase
        if state.own.protected:
            self.passphrase.stand(DONE, self.tr("已设口令"), self._theme.good)
        elif asked:
            self.passphrase.stand(CAUTION, self.tr("未设,县里要求设口令后才能上报"), self._theme.warn)
        else:
            self.passphrase.stand(WAITING, self.tr("未设(县里没有要求)"), self._theme.dim)
        self.passphrase_button.setText(self.tr("更换口令…") if state.own.protected else self.tr("设口令…"))

    def _show_round(self, demand: RoundDemand | None) -> None:
        self._demand = demand
        others = demand is not None and demand.others
        self.standards_button.setVisible(others and demand is not None and not demand.missing)
        if demand is None:
            self.round.stand(WAITING, self.tr("还没有读到"), self._theme.dim)
            self.standards_note.hide()
            return
        said = demand.said
        number = self.tr("第 {0} 号").format(said.version)
        if said.certificate.epoch > 1:
            number = self.tr("第 {0} 期{1}").format(said.certificate.epoch, number)
        parts = [
            number,
            self.tr("批次 {0}").format(said.round),
            self.tr("{0} 前上报").format(said.due) if said.due else "",
            self.tr("上报文件加密")
            if said.certificate.recipients
            else self.tr("上报文件不加密,不带个人信息"),
        ]
        self.round.stand(DONE, " · ".join(part for part in parts if part), self._theme.good)
        note = ""
        if demand.missing:
            note = self.tr("县里的标准({0})本程序没有,或版本不同,请更新程序。").format(
                "、".join(demand.missing)
            )
        elif others:
            note = self.tr("县里这一批用的标准与本工作簿的不同。")
        self.standards_note.setText(f"{CAUTION} {note}")
        self.standards_note.setVisible(bool(note))

    def _show_form(self, pdf: bytes) -> None:
        title = self.tr("{0}上报密钥登记表").format(self._book.facts.name or "")
        dialog = PaperDialog(self._theme, title, pdf, self._book.path.parent, self.window())
        dialog.said.connect(self.said)
        dialog.failed.connect(self.failed)
        dialog.open()

    def _believed(self, done: tuple[County, PickedUp]) -> None:
        county, picked = done
        self.digits.clear()
        self._chosen = None
        self._file.hide()
        self.refresh()
        self.said.emit(self.tr("核对一致,以后认 {0} 的文件。").format(quoted(county.name)))
        self.picked_up.emit(picked)

    def _accepted(self, version: int) -> None:
        self.refresh()
        self.judged_anew.emit()
        words = words_of([each.id for each in self._book.standards])
        self.said.emit(self.tr("已读取县里的批次文件 第 {0} 号;执行标准:{1}").format(version, words))

    def _ask_standards(self) -> None:
        if self._demand is not None:
            self.standards_asked.emit(self._demand.standards)

    def _ask_folder(self) -> Path | None:
        start = str(self._book.path.parent)
        folder = QFileDialog.getExistingDirectory(self, self.tr("选择 U 盘或文件夹"), start)
        return Path(folder) if folder else None

    def _ask_file(self, words: str, files: str) -> Path | None:
        start = str(aside(default_folder) or self._book.path.parent)
        path, _ = QFileDialog.getOpenFileName(self, words, start, f"{self.tr('县里的文件')} {files}")
        return Path(path) if path else None
