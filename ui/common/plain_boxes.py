"""The other half of the one door to text on screen: boxes, forms and choices, which no first page needs.

Python makes its own of each class of Qt's that is named, and of every word of its enumerations: a start page
should not wait for those of a message box.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLayout,
    QMessageBox,
    QProgressDialog,
    QRadioButton,
    QTextBrowser,
    QWidget,
)

from db.characters import seen
from ui.common.plain import PLAIN, Bounded, Label, Unmarked, unmarked, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QWheelEvent


class ComboBox(Bounded, QComboBox):
    """A list to choose from. The wheel turns what it stands in, and never the choice by the way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def addItem(self, text: str, userData: object = None) -> None:  # type: ignore[override]
        super().addItem(seen(text), userData)

    def addItems(self, texts: Sequence[str]) -> None:
        super().addItems([seen(each) for each in texts])

    def setItemText(self, index: int, text: str) -> None:
        super().setItemText(index, seen(text))


class RadioButton(Unmarked, QRadioButton):
    """One of several choices."""


class GroupBox(Bounded, QGroupBox):
    """A frame with a title."""

    def __init__(self, text: str = "", parent: QWidget | None = None, **properties: Any) -> None:  # noqa: ANN401 - Qt's own
        """Show a title."""
        super().__init__(unmarked(text), parent, **properties)

    def setTitle(self, title: str) -> None:
        super().setTitle(unmarked(title))


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


class MarkupPage(QTextBrowser):
    """A page of our own markup, in which what others wrote stands escaped; it loads nothing."""

    def setHtml(self, text: str) -> None:
        super().setHtml(visible(text))

    def loadResource(self, type: int, name: QUrl | str) -> object:  # noqa: A002 - Qt's word
        return None
