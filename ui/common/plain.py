"""The one door to text on screen: whatever it says is shown as text, never as markup, and all of it is seen.

A name that a stranger wrote may hold tags (`<img src=...>` loads a file), marks that turn the direction
of writing, characters without width. Qt's own labels, boxes and tool tips would obey: nothing in `ui`
outside this module makes one (ruff's banned-api and `tests/house/test_plain_text.py` hold that).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QStaticText
from PySide6.QtGui import Qt as QtGuiNamespace
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLayout,
    QListWidgetItem,
    QMenu,
    QMessageBox,
    QProgressDialog,
    QPushButton,
    QRadioButton,
    QTextBrowser,
    QToolBar,
    QToolButton,
    QToolTip,
    QWidget,
)

from db.characters import seen, seen_in_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QObject, QPoint

PLAIN = Qt.TextFormat.PlainText
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


def set_title(window: QWidget, text: str) -> None:
    """Give a window its title."""
    window.setWindowTitle(seen(text))


class Label(QLabel):
    """A label of plain text."""

    def __init__(self, text: str = "", parent: QWidget | None = None, **properties: Any) -> None:  # noqa: ANN401 - Qt's own
        """Show a text."""
        super().__init__(parent, **properties)
        self.setTextFormat(PLAIN)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(visible(text))


class _Unmarked:
    """What buttons have in common: an & in their text is an &."""

    def __init__(self, text: str = "", parent: QWidget | None = None, **properties: Any) -> None:  # noqa: ANN401 - Qt's own
        super().__init__(unmarked(text), parent, **properties)  # type: ignore[call-arg]

    def setText(self, text: str) -> None:
        super().setText(unmarked(text))  # type: ignore[misc]

    def text(self) -> str:
        said: str = super().text()  # type: ignore[misc]
        return said.replace("&&", "&")


class PushButton(_Unmarked, QPushButton):
    """A button."""


class CheckBox(_Unmarked, QCheckBox):
    """A box to tick."""


class RadioButton(_Unmarked, QRadioButton):
    """One of several choices."""


class ToolButton(QToolButton):
    """A flat button."""

    def setText(self, text: str) -> None:
        super().setText(unmarked(text))


class GroupBox(QGroupBox):
    """A frame with a title."""

    def __init__(self, text: str = "", parent: QWidget | None = None, **properties: Any) -> None:  # noqa: ANN401 - Qt's own
        """Show a title."""
        super().__init__(unmarked(text), parent, **properties)

    def setTitle(self, title: str) -> None:
        super().setTitle(unmarked(title))


class Action(QAction):
    """A command of a menu or a tool bar."""

    def __init__(self, text: str, parent: QObject | None = None, **properties: Any) -> None:  # noqa: ANN401 - Qt's own
        """Name the command; a tab stands before its keys."""
        super().__init__(unmarked(text), parent, **properties)
        set_tip(self, text)  # else Qt takes the text as it is

    def setText(self, text: str) -> None:
        super().setText(unmarked(text))
        set_tip(self, text)


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


class ComboBox(QComboBox):
    """A list to choose from."""

    def addItem(self, text: str, userData: object = None) -> None:  # type: ignore[override]
        super().addItem(seen(text), userData)

    def addItems(self, texts: Sequence[str]) -> None:
        super().addItems([seen(each) for each in texts])

    def setItemText(self, index: int, text: str) -> None:
        super().setItemText(index, seen(text))


class ListItem(QListWidgetItem):
    """A line of a list."""

    def __init__(self, text: str = "") -> None:
        """Show a text."""
        super().__init__(visible(text))

    def setText(self, text: str) -> None:
        super().setText(visible(text))


class FormLayout(QFormLayout):
    """A form whose labels are plain."""

    def addRow(self, label: QWidget | QLayout | str, field: QWidget | QLayout | None = None) -> None:
        name = Label(label) if isinstance(label, str) else label
        parts: Iterable[Any] = (name,) if field is None else (name, field)
        super().addRow(*parts)


class MessageBox(QMessageBox):
    """A question or a warning of its own window; its texts are plain."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setTextFormat(PLAIN)

    def setText(self, text: str) -> None:
        super().setText(visible(text))

    def setInformativeText(self, text: str) -> None:
        super().setInformativeText(visible(text))
        label: Any = self.findChild(QLabel, "qt_msgbox_informativelabel")
        label.setTextFormat(PLAIN)  # this part has no format of its own: Qt would guess

    def setWindowTitle(self, title: str) -> None:
        super().setWindowTitle(seen(title))

    def addButton(self, button: Any, *rest: Any) -> Any:  # noqa: ANN401 - Qt's own
        return super().addButton(unmarked(button) if isinstance(button, str) else button, *rest)


class ProgressDialog(QProgressDialog):
    """A bar with words for what is being done."""

    def __init__(self, text: str, low: int, high: int) -> None:
        """Show a text; nothing can be cancelled."""
        super().__init__("", "", low, high)
        self.setLabel(Label(text))


class Page(QTextBrowser):
    """A page of our own markup, in which what others wrote stands escaped; it loads nothing."""

    def setHtml(self, text: str) -> None:
        super().setHtml(visible(text))

    def loadResource(self, type: int, name: QUrl | str) -> object:  # noqa: A002 - Qt's word
        return None


def buttons_in(window: QWidget) -> Iterable[QPushButton]:
    """Return every button below a widget, those that Qt made included."""
    found: Iterable[QPushButton] = window.findChildren(QPushButton)
    return found


def open_at_once(tools: QToolBar, action: QAction) -> None:
    """Let the button of an action with a menu open it at the first click."""
    button = tools.widgetForAction(action)
    if isinstance(button, QToolButton):
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
