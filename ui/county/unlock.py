"""The passphrase of the county's keys: asked for once, when the window opens or when something needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from eduapp.services.keys import county as county_keys
from ui.county.fields_dialog import Asked, FieldsDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

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
        lambda book, passphrase: county_keys.unlock(book.workbook, passphrase),
        parent,
    )
    dialog.done_with = lambda _result: done()
    return dialog
