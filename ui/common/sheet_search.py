"""A grid that is searched: find and replace, and one act for all cells that say the same."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ui.common.record_table import EDIT
from ui.common.searching import Search, found_in, meant_in, next_from
from ui.common.sheet_rows import SheetRows

if TYPE_CHECKING:
    from ui.common.find_dialog import FindDialog
    from ui.common.searching import Place


class SheetSearch(SheetRows):
    """A grid with find and replace."""

    @cached_property
    def finding(self) -> FindDialog:
        """The window of find and replace."""
        from ui.common.find_dialog import FindDialog  # noqa: PLC0415 - when something is looked for

        dialog = FindDialog(self.theme, self.window())
        dialog.changed.connect(self._count)
        dialog.stepped.connect(self._find)
        dialog.replaced.connect(self._replace)
        return dialog

    def seek(self) -> None:
        """Ask what to look for."""
        self.finding.ask("", whole=False, column_only=False, replacing=False)

    def replace(self) -> None:
        """Ask what to look for and what to write for it."""
        self.finding.ask("", whole=False, column_only=False, replacing=True)

    def change_same(self) -> None:
        """Ask what to write into every cell of this column that says the same as the current one."""
        text = str(self.currentIndex().data(EDIT) or "")
        if not text:
            self.noted.emit(self.tr("这一格是空的:先选中一格有内容的,再用「同样的都改」。"))
        elif not self._refuse_closed():
            self.finding.ask(text, whole=True, column_only=True, replacing=True)

    def same_here(self) -> int:
        """Count the cells of this column that say the same as the current one; 0 for an empty one."""
        index = self.currentIndex()
        text = str(index.data(EDIT) or "") if index.isValid() else ""
        return sum(1 for _ in found_in(self.table, Search(text, whole=True), [index.column()])) if text else 0

    # --- inside ---

    def _columns_searched(self) -> list[int]:
        if self.finding.column_only.isChecked():
            return [max(0, self.currentIndex().column())]
        return [c for c in range(self.table.columnCount()) if not self.isColumnHidden(c)]

    def _places(self) -> list[Place]:
        return list(found_in(self.table, self.finding.search, self._columns_searched()))

    def _count(self) -> None:
        count = len(self._places())
        dialog = self.finding
        for button in (dialog.next, dialog.one, dialog.all):
            button.setEnabled(count > 0)
        if not dialog.wanted.text():
            dialog.say("")
        elif count:
            dialog.say(self.tr("共 {0} 格").format(count) + self._hidden_words())
        else:
            dialog.say(self.tr("没有找到") + self._hidden_words(), good=False)

    def _hidden_words(self) -> str:
        return self.tr("(只在现在显示的行里找)") if self.table.rearranged else ""

    def _find(self, step: int) -> None:
        place = next_from(self._places(), self.caret.place, step)
        if place is not None:
            self.caret.go(*place)

    def _replace(self, every: bool) -> None:
        dialog, search = self.finding, self.finding.search
        places = self._places()
        if not every:
            places = [each for each in places if each == self.caret.place]
        if not places and not every:
            self._find(1)
            return
        if not places or self._refuse_closed():
            return
        by = {column: dialog.by.text() for _, column in places}
        if search.whole:
            by = {column: meant_in(self.table, column, text) for column, text in by.items()}
        texts = {
            (row, c): search.replaced(str(self.table.index(row, c).data(EDIT) or ""), by[c])
            for row, c in places
        }
        if self._write(texts.keys(), lambda row, column: texts[row, column], self.tr("替换")):
            self._count()
            dialog.say(self.tr("替换了 {0} 格,可以用「撤销」取回").format(len(texts)))
            if not every:
                self._find(1)
