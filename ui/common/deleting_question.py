"""What is asked before many rows of a list are deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.common.plain import set_title
from ui.common.plain_boxes import MessageBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget


def ask(parent: QWidget, count: int, names: Sequence[str]) -> bool:
    """Ask whether `count` rows go, the first called by their names; the safe answer is preset."""
    box = MessageBox(parent)
    box.setIcon(MessageBox.Icon.Question)
    set_title(box, _tr("删除行"))
    box.setText(_tr("要删除选中的 {0} 行吗?").format(count))
    named = "、".join(names)
    said = _tr("其中有:{0}。").format(named + (_tr(" 等") if count > len(names) else "")) if named else ""
    box.setInformativeText(said + _tr("删除后可以用「撤销」取回。"))
    delete = box.addButton(_tr("删除 {0} 行").format(count), MessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(_tr("不删除"), MessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is delete


def _tr(text: str) -> str:
    return QCoreApplication.translate("deleting_question", text)
