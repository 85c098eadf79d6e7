"""The one door to text on screen: whatever it says is shown as text, never as markup, and all of it is seen.

A name that a stranger wrote may hold tags (`<img src=...>` loads a file), marks that turn the direction
of writing, characters without width. Qt's own labels, boxes and tool tips would obey: nothing in `ui`
outside this module makes one (ruff's banned-api and `tests/house/test_plain_text.py` hold that).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QStaticText
from PySide6.QtGui import Qt as QtGuiNamespace
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QToolBar,
    QToolButton,
    QToolTip,
    QWidget,
)

from db.characters import seen, seen_in_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject, QPoint
    from PySide6.QtGui import QKeyEvent, QPalette

PLAIN = Qt.TextFormat.PlainText
WIDEST = 480
"""Logical pixels that a text asks for at most; it may be given more."""
_ALIKE = str.maketrans("<>&", "＜＞＆")


def visible(text: str) -> str:
    """Return a text with every character in it seen; line breaks stay."""
    return seen_in_lines(text)


def unmarked(text: str) -> str:
    """Return a text for a button, a menu or a box, where a single & would be a shortcut."""
    return visible(text).replace("&", "&&")


def hint(text: str) -> str:
    """Return a text for a tool tip, which has no plain format.

    What Qt would take for markup stands in full-width brackets; every other text stays as it is.
    """
    plain = visible(text)
    return plain.translate(_ALIKE) if QtGuiNamespace.mightBeRichText(plain) else plain


def set_tip(target: QWidget | QAction | QListWidgetItem, text: str) -> None:
    """Give a widget, an action or a line of a list its tool tip."""
    target.setToolTip(hint(text))


def show_tip(place: QPoint, text: str, widget: QWidget) -> None:
    """Show a tool tip now."""
    QToolTip.showText(place, hint(text), widget)


def dress_tips(palette: QPalette) -> None:
    """Give tool tips their colours."""
    QToolTip.setPalette(palette)


def set_title(window: QWidget, text: str) -> None:
    """Give a window its title."""
    window.setWindowTitle(seen(text))


class Bounded:
    """What a widget of texts has: no text of a stranger makes it wider than a part of a small screen."""

    def minimumSizeHint(self) -> QSize:
        needed: QSize = super().minimumSizeHint()  # type: ignore[misc]
        return needed if needed.width() <= WIDEST else QSize(WIDEST, needed.height())


class Label(Bounded, QLabel):
    """A label of plain text."""

    def __init__(self, text: str = "", parent: QWidget | None = None, **properties: Any) -> None:  # noqa: ANN401 - Qt's own
        """Show a text."""
        super().__init__(parent, **properties)
        self.setTextFormat(PLAIN)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(visible(text))


class Unmarked(Bounded):
    """What buttons have in common: an & in their text is an &."""

    def __init__(self, text: str = "", parent: QWidget | None = None, **properties: Any) -> None:  # noqa: ANN401 - Qt's own
        super().__init__(parent, **properties)  # type: ignore[call-arg]
        self.setText(text)  # not by Qt's own: a text there might be an icon, and Python's own of all is made

    def setText(self, text: str) -> None:
        super().setText(unmarked(text))  # type: ignore[misc]

    def text(self) -> str:
        said: str = super().text()  # type: ignore[misc]
        return said.replace("&&", "&")


class PushButton(Unmarked, QPushButton):
    """A button. Enter presses the one that has the keyboard, whatever a dialog's Enter means elsewhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)


class CheckBox(Unmarked, QCheckBox):
    """A box to tick."""


class ToolButton(QToolButton):
    """A flat button."""

    def setText(self, text: str) -> None:
        super().setText(unmarked(text))


class Action(QAction):
    """A command of a menu or a tool bar."""

    def __init__(self, text: str, parent: QObject | None = None, **properties: Any) -> None:  # noqa: ANN401 - Qt's own
        """Name the command; a tab stands before its keys."""
        super().__init__(unmarked(text), parent, **properties)
        set_tip(self, text)  # else Qt takes the text as it is

    def setText(self, text: str) -> None:
        super().setText(unmarked(text))
        set_tip(self, text)

    def setIconText(self, text: str) -> None:
        super().setIconText(unmarked(text))


class StaticText(QStaticText):
    """A text that is laid out once and painted often; what it is given has been seen to already."""

    def __init__(self, text: str) -> None:
        """Take a text."""
        super().__init__(text)
        self.setTextFormat(PLAIN)


class Menu(QMenu):
    """A menu; an & in a line is an &."""

    def addAction(self, text: Any, *rest: Any) -> QAction:  # type: ignore[override]  # noqa: ANN401 - Qt's own
        if not isinstance(text, str):
            super().addAction(text, *rest)
            return text  # type: ignore[no-any-return]
        added: QAction = super().addAction(unmarked(text), *rest)
        set_tip(added, text)  # else Qt takes the text as it is
        return added

    def addMenu(self, menu: Any) -> Any:  # type: ignore[override]  # noqa: ANN401 - Qt's own
        if not isinstance(menu, str):
            return super().addMenu(menu)
        made = super().addMenu(unmarked(menu))
        set_tip(made.menuAction(), menu)
        return made


class ListItem(QListWidgetItem):
    """A line of a list."""

    def __init__(self, text: str = "") -> None:
        """Show a text."""
        super().__init__(visible(text))

    def setText(self, text: str) -> None:
        super().setText(visible(text))


def buttons_in(window: QWidget) -> Iterable[QPushButton]:
    """Return every button below a widget, those that Qt made included."""
    found: Iterable[QPushButton] = window.findChildren(QPushButton)
    return found


def button_of(tools: QToolBar, action: QAction) -> QToolButton | None:
    """Return the button of an action; None for a line or a text between the tools."""
    found = tools.widgetForAction(action)
    return found if isinstance(found, QToolButton) else None


def set_button_words(action: QAction, text: str) -> None:
    """Write something else on the button of an action than on its line of a menu."""
    action.setIconText(unmarked(text))


def open_at_once(tools: QToolBar, action: QAction) -> None:
    """Let the button of an action with a menu open it at the first click."""
    button = button_of(tools, action)
    if button is not None:
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
