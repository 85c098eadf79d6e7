"""The passphrase of the county's keys: asked for once, when the window opens or when something needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from eduapp.services.keys import county as county_keys
from ui.county.fields_dialog import Asked, FieldsDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from eduapp.services.county.books import CountyBook
    from ui.common.theme import Theme
    from ui.county.desk import Desk


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
    return county_keys.has_weak_passphrase(book.workbook)
