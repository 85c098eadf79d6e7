"""One editor per kind of value. All keep whatever is typed: reading and judging comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QWidget

from db.records.values import NO, YES, Choice, Code, Day, Reference, Scaled, Unreadable, Whole, YesNo
from ui.common.choice_keys import OfferedChoices
from ui.common.marks import glyph_pixmap
from ui.common.plain import ListItem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QHideEvent, QInputMethodEvent, QMouseEvent

    from db.records.spec import Item
    from db.records.values import Kind

POPUP_ROWS = 12
ARROW_SHARE = 0.6
WORDS = int(Qt.ItemDataRole.UserRole)
"""What a line of the list stands for, as it is written; what is shown has every character seen."""


class CellEditor(QLineEdit):
    """The editor of a cell: text as typed. `taken` is what is handed to the entry service."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.typed_over = False
        """Whether a key opened it: arrows then leave the cell, as in a spreadsheet."""
        self.filled = False
        """Whether it was given what the cell holds: from then on its text is the person's."""

    @property
    def taken(self) -> str:
        """Return the text to write."""
        return self.text()


class NumberEditor(CellEditor):
    """Numbers stand right; a keyboard in full width is understood when the text is read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Ask an input method for digits, without forcing it."""
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)


class CodeEditor(CellEditor):
    """Codes are digits kept as text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Ask an input method for Latin letters, without forcing it."""
        super().__init__(parent)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin)


class DateEditor(CodeEditor):
    """A date in any of the usual ways of writing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Say how, while empty."""
        super().__init__(parent)
        self.setPlaceholderText("2026-09-01")


class OptionsEditor(CellEditor):
    """A choice that opens on typing: words, their number or initial letters, a code or an alias.

    The list never takes the focus. Enter takes the highlighted line, which is the one that is meant (see
    `choice_keys`), else text that reads as a value; text that means nothing, or two things, is kept.
    """

    def __init__(
        self,
        options: Sequence[str],
        reads: Callable[[str], bool],
        parent: QWidget | None = None,
        *,
        recent: Sequence[str] = (),
    ) -> None:
        """Offer `options`; `reads` says whether text is a value already, `recent` what was chosen last."""
        super().__init__(parent)
        self._choices = OfferedChoices(options, recent)
        self._reads = reads
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        arrow = self.addAction(
            QIcon(glyph_pixmap("▼", colour, ARROW_SHARE)), QLineEdit.ActionPosition.TrailingPosition
        )
        arrow.triggered.connect(self.open_list)
        self._popup: QListWidget | None = None
        self.textEdited.connect(self._filter)

    @property
    def taken(self) -> str:
        """Return the words that are meant; the text itself where it can be read as it is, or means none."""
        text = self.text().strip()
        if not text or text in self._choices.options or (self._reads(text) and not text.isdecimal()):
            return text
        return self._choices.meant(text) or text

    def open_list(self) -> None:
        """Show every option with the current one highlighted."""
        self._show(self._choices.options, self.text())

    def step(self, down: int) -> None:
        """Move the highlight; opens the list when it is closed."""
        popup = self._popup
        if popup is None or not popup.isVisible():
            self.open_list()
            return
        if not popup.count():
            return
        row = popup.currentRow() + down
        popup.setCurrentRow(max(0, min(popup.count() - 1, row)))
        self.setText(str(popup.currentItem().data(WORDS)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self._popup is not None and self._popup.isVisible():
            self._popup.hide()
            return
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.step(1 if key == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        if event.commitString():
            self._filter(self.text())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.open_list()

    def hideEvent(self, event: QHideEvent) -> None:
        self._close()
        super().hideEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._close()

    def _filter(self, text: str) -> None:
        found = self._choices.matching(text)
        if found:
            self._show(found, self._choices.meant(text) or "")
        else:
            self._close()

    def _show(self, options: Sequence[str], current: str) -> None:
        popup = self._popup or self._make_popup()
        popup.clear()
        for words in options:  # of rows that were imported or taken over, too
            item = ListItem(f"{self._choices.number(words)}  {words}")
            item.setData(WORDS, words)
            popup.addItem(item)
        popup.setCurrentRow(options.index(current) if current in options else -1)
        height = popup.sizeHintForRow(0) * min(len(options), POPUP_ROWS) + 4
        widest = popup.sizeHintForColumn(0) + 28
        popup.resize(min(max(self.width(), widest), self.window().width()), height)
        popup.move(self._place(height))
        popup.show()
        popup.raise_()

    def _place(self, height: int) -> QPoint:
        below = self.mapTo(self.window(), QPoint(0, self.height()))
        if below.y() + height > self.window().height():
            return QPoint(below.x(), max(0, below.y() - self.height() - height))
        return below

    def _make_popup(self) -> QListWidget:
        popup = QListWidget(self.window())  # in the window, not a window: input methods stay where they are
        popup.setAutoFillBackground(True)
        self.destroyed.connect(popup.deleteLater)
        popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        popup.setFrameShape(QFrame.Shape.Box)
        popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        popup.itemPressed.connect(lambda item: self._choose(str(item.data(WORDS))))
        self._popup = popup
        return popup

    def _choose(self, words: str) -> None:
        self.setText(words)
        self._close()
        self.chosen.emit()

    chosen = Signal()
    """A line of the list was clicked: the cell is done."""

    def _close(self) -> None:
        if self._popup is not None:
            self._popup.hide()


def editor_for(
    item: Item,
    titles: Callable[[str], Sequence[str]] | None = None,
    parent: QWidget | None = None,
    *,
    offered: Sequence[str] | None = None,
    recent: Sequence[str] = (),
) -> CellEditor:
    """Return the editor for a kind of value; `titles(record)` lists what a reference may name.

    offered: the words of a choice that the list shows, where it does not show all that are read.
    recent: what was chosen last in this column, the latest first.
    """
    kind = item.kind
    if isinstance(kind, Choice):
        words = [words for _, words in kind.options] if offered is None else offered
        return OptionsEditor(words, lambda text: _reads(kind, text), parent, recent=recent)
    if isinstance(kind, YesNo):
        return OptionsEditor([YES, NO], lambda text: _reads(kind, text), parent, recent=recent)
    if isinstance(kind, Reference):
        options = list(titles(kind.record)) if titles else []
        return OptionsEditor(options, lambda text: text in options, parent, recent=recent)
    if isinstance(kind, Whole | Scaled):
        return NumberEditor(parent)
    if isinstance(kind, Day):
        return DateEditor(parent)
    return CodeEditor(parent) if isinstance(kind, Code) else CellEditor(parent)


def leaving_key(editor: CellEditor, event: QEvent) -> tuple[int, int] | None:
    """Return (rows, columns) to move by when a key leaves the editor and keeps its text; else None."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return None
    back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    key = event.key()
    if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        return (-1, 0) if back else (1, 0)
    if key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
        return (0, -1) if back or key == Qt.Key.Key_Backtab else (0, 1)
    if back or isinstance(editor, OptionsEditor):
        return None
    arrows = {Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Up: (-1, 0)}
    if editor.typed_over:
        arrows |= {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}
    return arrows.get(Qt.Key(key))


def _reads(kind: Kind, text: str) -> bool:
    try:
        kind.parse(text)
    except Unreadable:
        return False
    return True
