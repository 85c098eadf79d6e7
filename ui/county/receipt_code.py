"""电话回执码: 12 digits to be read out, when the stick does not come back to the school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from eduapp.services.hand_off import receipts

if TYPE_CHECKING:
    from eduapp.services.county.books import Received
    from ui.county.desk import Desk


class ReceiptCode(QObject):
    """Says the code of a submission in the window's line."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        """Ask the desk."""
        super().__init__(parent)
        self.desk = desk

    def tell(self, received: Received) -> None:
        """Open a submission and say its code, or that it has none."""
        submission = received.member.id

        def say(found: tuple[str, str] | None) -> None:
            name = f"{received.name} {submission[:8]}"
            if found is None:
                self.desk.warned.emit(self.tr("{0} 没有加密,没有电话回执码;请用 U 盘带回执。").format(name))
                return
            status, digits = found
            self.desk.said.emit(
                self.tr("{0}({1})电话回执码 {2}。请学校在「上报」页选中这个文件后录入。").format(
                    name, receipts.STATUS_WORDS[status], digits
                )
            )

        self.desk.ask(self.tr("电话回执码"), lambda book: receipts.phone_code_of(book, submission), say)
