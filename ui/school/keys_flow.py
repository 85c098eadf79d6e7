"""What the keys ask of a person: the passphrase, and what to do with the county's files on a stick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from db.problems import Problem
from eduapp.services import workbooks
from eduapp.services.offers import words_of
from ui.common.plain import set_title
from ui.common.plain_boxes import MessageBox
from ui.school.stick_watch import StickWatch

if TYPE_CHECKING:
    from types import ModuleType

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.rounds import OnStick
    from eduapp.services.hand_off.school_keys import PickedUp
    from ui.common.passphrase_dialog import PassphraseDialog
    from ui.common.theme import Theme
    from ui.common.window import FrameWindow
    from ui.common.workspace import Workspace
    from ui.school.keys_page import KeysPage

AGAIN_MS = 400


def _keys() -> ModuleType:
    from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the signing library: only when it is needed
        school_keys,
    )

    return school_keys


class KeysFlow(QObject):
    """Stands between the page, the stick and the window."""

    receipts_found = Signal(object)
    """Paths of receipts for this school, once each; nobody has read them yet and no job is running."""

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme, window: FrameWindow) -> None:
        """Begin without the page; `watch.start()` begins to look for sticks."""
        super().__init__(window)
        self._window, self._theme = window, theme
        self._page: KeysPage | None = None
        self._workspace, self._book = workspace, workspace.book
        self.dialog: PassphraseDialog | None = None
        self.question: MessageBox | None = None
        self._asking = False
        self.watch = StickWatch(self._book, self)
        self.watch.found.connect(self.read)

    def follow(self, page: KeysPage) -> None:
        """Follow the page, from its first visit on."""
        self._page = page
        page.unlock_asked.connect(lambda: self.ask(None))
        page.passphrase_asked.connect(self.ask_new)
        page.renew_asked.connect(lambda: self.ask_renew(page))
        page.picked_up.connect(self._say)
        page.standards_asked.connect(self._choose_standards)
        page.judged_anew.connect(self._workspace.check_now)

    def _refresh(self) -> None:
        if self._page is not None:
            self._page.refresh()

    # --- the passphrase ---

    def ask(self, error: BaseException | None) -> None:
        """Ask for the passphrase; the job that failed for want of it is then done again."""
        if error is not None and not (isinstance(error, Problem) and error.code == "passphrase-needed"):
            return
        if self._asking:
            return
        from ui.common.passphrase_dialog import PassphraseDialog  # noqa: PLC0415 - few are ever asked

        book, window = self._book, self._window
        words = self.tr("这台电脑的密钥有口令保护。录入口令后,到关闭程序前不再问。")
        weak: list[bool] = []

        def unlock(typed: str) -> None:
            _keys().unlock(book, typed)
            weak[:] = [_keys().has_weak_passphrase(book)]  # off the window: it loads word lists

        dialog = PassphraseDialog(self._theme, self.tr("录入口令"), words, unlock, window)

        def go_on() -> None:
            window.message.outdate()
            if error is None or not window.jobs.try_again(error):
                self._refresh()
            if any(weak):
                action = (self.tr("更改口令…"), self.ask_new)
                window.message.caution(self.tr("这个口令太容易猜中,现在仍能用,请尽快更改。"), action)

        dialog.accepted.connect(go_on)
        self._open(dialog)

    def ask_new(self) -> None:
        """Ask for a new passphrase, twice; a locked key is opened first."""
        from ui.common.passphrase_dialog import PassphraseDialog  # noqa: PLC0415 - as above

        if _keys().is_locked(self._book):
            self.ask(None)
            return
        book, window = self._book, self._window
        words = self.tr("口令保护这台电脑上的密钥文件,不会写进上报文件,也不能由县里找回。")
        dialog = PassphraseDialog(
            self._theme,
            self.tr("设口令"),
            words,
            lambda typed: _keys().protect(book, typed),
            window,
            new=True,
        )

        def told() -> None:
            self._refresh()
            window.message.good(self.tr("口令已设好,请记牢。"))

        dialog.accepted.connect(told)
        self._open(dialog)

    def ask_renew(self, page: KeysPage) -> None:
        """Ask whether the code that stands now is the school's own: then it gets a new key."""
        box = self.question = MessageBox(self._window)
        box.setIcon(MessageBox.Icon.Warning)
        set_title(box, self.tr("换新密钥"))
        box.setText(self.tr("为现在的学校代码 {0} 生成新密钥?").format(self._book.facts.code))
        box.setInformativeText(
            self.tr("原密钥留给原来的代码,本工作簿不再用它。新密钥要打印登记表盖章,交县里重新登记。")
        )
        yes = box.addButton(self.tr("换新密钥"), MessageBox.ButtonRole.AcceptRole)
        no = box.addButton(self.tr("取消"), MessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        yes.clicked.connect(lambda _checked: page.renew())
        box.open()

    def _open(self, dialog: PassphraseDialog) -> None:
        self.dialog, self._asking = dialog, True
        dialog.finished.connect(self._asked)
        dialog.open()

    def _asked(self) -> None:
        self._asking = False

    # --- the stick ---

    def read(self, found: OnStick) -> None:
        """Read what the county left on a stick, as soon as no other job is running."""
        if self._window.jobs.busy:
            QTimer.singleShot(AGAIN_MS, self, lambda: self.read(found))
            return
        book = self._book
        self._window.run_job(self.tr("读取县里的文件"), lambda: _keys().pick_up(book, found), self._say)

    def _say(self, done: PickedUp) -> None:
        message = self._window.message
        if done.accepted is not None:
            words = words_of([each.id for each in self._book.standards])
            message.good(
                self.tr("已读取县里的批次文件 第 {0} 号;执行标准:{1}").format(done.accepted.version, words)
            )
            self._workspace.check_now()
            if self._window.page_name == "keys" and not self._window.jobs.busy:
                self._refresh()
        elif done.unbelieved:
            message.caution(
                self.tr("U 盘上有{0}的文件,还没有核对县里的 30 位数字,暂不使用。").format(
                    "、".join(done.unbelieved)
                ),
                (self.tr("去核对"), lambda: self._window.show_page("keys")),
            )
        elif done.troubles:
            message.caution(done.troubles[0].text)
        if done.receipts:
            self._hand_on(done)

    def _hand_on(self, done: PickedUp) -> None:
        if self._window.jobs.busy:
            QTimer.singleShot(AGAIN_MS, self, lambda: self._hand_on(done))
            return
        self.receipts_found.emit(done.receipts)

    def _choose_standards(self, ids: tuple[str, ...]) -> None:
        try:
            workbooks.choose_standards(self._book, ids)
        except Problem as problem:
            self._window.show_problem(problem)
            return
        self._window.mark_saved()
        self._workspace.check_now()
        self._refresh()
        self._window.message.good(self.tr("已按县里的标准重新判定。填报数据没有改动。"))
