"""换码 and 更名 of the school that is chosen on the board: a few fields, a decision, and what it lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from db.records.values import clean
from eduapp.services.county import relisting
from eduapp.services.county.relisting import Grounds
from eduapp.services.hand_off import intake
from ui.common.theme import DONE
from ui.county.fields_dialog import Asked, FieldsDialog
from ui.county.page_widgets import decide

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.board import BoardRow
    from eduapp.services.hand_off.intake import FileOutcome
    from eduapp.services.merge.decisions import Decision
    from ui.common.theme import Theme
    from ui.county.desk import Desk


class RelistingFlow(QObject):
    """Asks for what an act needs; its dialog stays open until the act is done or given up."""

    def __init__(self, desk: Desk, theme: Theme, parent: QWidget) -> None:
        """Begin without a dialog."""
        super().__init__(parent)
        self.desk, self.theme, self._page = desk, theme, parent
        self.dialog: FieldsDialog | None = None

    @property
    def window(self) -> QWidget:
        """The window over which the dialog stands."""
        return self._page.window()

    def recode(self, row: BoardRow) -> None:
        """Ask for a school's new code."""
        words = self.tr(
            "{0} 现在的代码是 {1}。换码以后,密钥、校区、更正、提问和回执都跟着学校走,写旧代码的文件也认得;"
            "以后用旧代码的另一所学校得不到它们。"
        ).format(row.name, row.code)
        dialog = RecodeDialog(self, row, words, [Asked(self.tr("新代码")), *self._grounds()])
        self._open(dialog)

    def rename(self, row: BoardRow) -> None:
        """Ask for a school's new name."""
        words = self.tr("{0}({1})在名册上改用新名称;代码、密钥都不变。").format(row.name, row.code)
        dialog = FieldsDialog(
            self.desk,
            self.theme,
            self.tr("更名"),
            words,
            [Asked(self.tr("新名称")), *self._grounds()],
            self.tr("更名"),
            lambda book, name, *grounds: relisting.rename(book, row.code, name, _grounds_of(*grounds)),
            self.window,
        )
        self._open(dialog)

    def _grounds(self) -> list[Asked]:
        return [
            Asked(self.tr("自哪一天"), self.tr("年-月-日,空着是今天")),
            Asked(self.tr("文号")),
            Asked(self.tr("理由")),
        ]

    def _open(self, dialog: FieldsDialog) -> None:
        self.dialog = dialog
        dialog.done_with = self._done
        dialog.open()

    def _done(self, _decision: object) -> None:
        self.desk.act(self.tr("接收待核验的文件"), intake.retry_held, self._told)

    def _told(self, came: tuple[FileOutcome, ...]) -> None:
        more = self.tr("此前待核验的 {0} 个文件已重新处理。").format(len(came)) if came else ""
        self.desk.said.emit(self.tr("{0} 名册已更改。{1}").format(DONE, more))


class RecodeDialog(FieldsDialog):
    """Asks once more where another school has the new code: then both change."""

    def __init__(self, flow: RelistingFlow, row: BoardRow, words: str, asked: list[Asked]) -> None:
        """Build the dialog for a school of the board."""
        self._row, self._swap = row, False
        title = flow.tr("换码")
        super().__init__(flow.desk, flow.theme, title, words, asked, title, self._recode, flow.window)

    def start(self) -> None:
        """Give the school its code, after a person decided about the one that has it."""
        wanted = clean(self.form.texts[0])
        other = self.desk.book.expected.get(wanted)
        self._swap = other is not None and wanted != self._row.code
        if other is not None and self._swap:
            question = self.tr("{0} 现在是{1}的代码。两所学校互换代码?").format(wanted, other.name)
            consequences = self.tr("{0}用 {1},{2}用 {3};密钥各跟各的学校走。").format(
                self._row.name, wanted, other.name, self._row.code
            )
            if not decide(self, question, consequences, self.tr("互换")):
                return
        super().start()

    def _recode(self, book: CountyBook, code: str, *grounds: str) -> Decision:
        return relisting.recode(book, self._row.code, code, _grounds_of(*grounds), swap=self._swap)


def _grounds_of(on: str, document: str, reason: str) -> Grounds:
    return Grounds(reason, on, document)
