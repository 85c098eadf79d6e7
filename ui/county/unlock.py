"""The passphrase of the county's keys: asked for once, when the window opens or when something needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from eduapp.services.county import linked
from eduapp.services.keys import county_keys
from ui.county.fields_dialog import Asked, FieldsDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog, QWidget

    from eduapp.services.county.books import CountyBook
    from ui.common.theme import Theme
    from ui.county.desk import Desk


class UnlockFirst(QObject):
    """Asks for the passphrase where a change of the county's own records needs it; it is made after that."""

    opened = Signal()
    """The keys are open after they were asked for: what was typed meanwhile can be written."""
    given_up = Signal()
    """The dialog was left, and the keys are as they were."""

    def __init__(self, desk: Desk, open_keys: Callable[[], QDialog], parent: QObject) -> None:
        """`open_keys` shows the dialog that asks, or returns the one that is open."""
        super().__init__(parent)
        self._desk, self._open_keys = desk, open_keys
        self._asked: QDialog | None = None
        self._again: Callable[[], object] | None = None
        self._waits = False

    @property
    def locked(self) -> bool:
        """Whether the keys are here, and not open."""
        return county_keys.is_locked(self._desk.book.workbook)

    @property
    def asks(self) -> bool:
        """Whether the dialog is open for it."""
        return self._asked is not None

    def ask(self, again: Callable[[], object] | None) -> bool:
        """Return True where the keys are open; else ask, and call `again` once they are."""
        if not self.locked:
            return True
        self._again = again or self._again
        self._waits = True
        if self._asked is None:
            self._asked = self._open_keys()
            self._asked.finished.connect(self._finished)
        return False

    def look(self) -> None:
        """Go on where the keys are open by now, whoever opened them: when a job ended."""
        if not self._waits or self.locked:
            return
        self._waits = False
        again, self._again = self._again, None
        self.opened.emit()
        if again is not None:
            again()

    def _finished(self) -> None:
        self._asked = None
        if self.locked:
            self._again = None
            self.given_up.emit()


def unlock_dialog(desk: Desk, theme: Theme, parent: QWidget, done: Callable[[], object]) -> FieldsDialog:
    """Return the dialog that unlocks the county's keys; `done` is called when they are open."""

    def say(text: str) -> str:
        return QCoreApplication.translate("unlock", text)

    dialog = FieldsDialog(
        desk,
        theme,
        say("打开县级密钥"),
        say(
            "县级密钥有口令保护。录入口令以后,才能打开加密的上报文件、签发批次文件和回执;"
            "到关闭程序为止只录一次。"
        ),
        [Asked(say("口令"), hidden=True)],
        say("打开"),
        _unlock,
        parent,
    )

    def opened(weak: object) -> None:
        done()
        if weak:
            desk.warned.emit(say("县级口令太容易猜中,现在仍能用,请尽快在「密钥与批次」页「更改口令」。"))

    dialog.done_with = opened
    return dialog


def _unlock(book: CountyBook, passphrase: str) -> bool:
    """Open the county's key; return whether its passphrase is one that would not be accepted today."""
    county_keys.unlock(book.workbook, passphrase)
    linked.take_in(book, book.statements, book.moment)
    return county_keys.has_weak_passphrase(book.workbook)
