"""Walking every widget of a window: nothing is markup, nothing is loaded, every character is seen."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex
from PySide6.QtCore import Qt as Core
from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QMessageBox,
    QTabWidget,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from db.characters import seen_in_lines
from ui.common.plain_boxes import MarkupPage

BOLD = "<b>可直接接收</b>"
IMAGE = "<img src='file:///etc/hostname'>甲"
BIDI = "小\u202e学\u2066\u200b\u00ad"
CONTROL = "校\x1b[31m\x07"
ENTITY = "A&B &lt;i&gt; <i>斜</i>"
LONG = "无" + "w" * 190 + "尽"
"""As long as the name of a school can be, and nowhere a place to break the line."""
NAMES = (BOLD, IMAGE, BIDI, CONTROL, ENTITY, LONG)
"""Names of strangers."""
NARROWEST = 1093
"""Logical pixels of the narrowest screen the program is made for."""

MOST_ROWS = 40
DISPLAY, TIP = Core.ItemDataRole.DisplayRole, Core.ItemDataRole.ToolTipRole


def walk(window):
    """Return what is wrong, one line a widget: an empty list is right."""
    return [said for widget in (window, *window.findChildren(QWidget)) for said in _wrong(widget)]


def texts(window):
    """Everything that is written in labels, pages, buttons and cells."""
    found = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel | QAbstractButton):
            found.append(widget.text())
        elif isinstance(widget, QTextEdit):
            found.append(widget.toPlainText())
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            found += [str(text) for _, text in _cells(widget.model(), DISPLAY)]
    return found


def _wrong(widget):
    name = f"{type(widget).__name__} {widget.objectName()}"
    for text in _words(widget):
        yield from _unseen(name, text)
    yield from _markup(name, widget)
    if widget.isWindow() and (wide := _width(widget)) > NARROWEST:
        yield f"{name}: {wide} wide"
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _of_view(name, widget)
    for action in widget.actions():
        yield from _of_action(name, action)


def _words(widget):
    """Yield what a widget shows as its own text."""
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QGroupBox):
        yield widget.title()
    elif isinstance(widget, QTabWidget):
        yield from map(widget.tabText, range(widget.count()))
    elif isinstance(widget, QComboBox):
        yield from map(widget.itemText, range(widget.count()))
    if widget.isWindow():
        yield widget.windowTitle()


def _width(window):
    """How narrow a window can be made; a box is as wide as it is."""
    return window.width() if isinstance(window, QMessageBox) else window.minimumSizeHint().width()


def _markup(name, widget):
    if _rich(widget.toolTip()):
        yield f"{name}: tool tip {widget.toolTip()!r}"
    is_plain = not isinstance(widget, QLabel) or widget.textFormat() == Core.TextFormat.PlainText
    if not is_plain and _rich(widget.text()):
        yield f"{name}: label {widget.text()!r}"
    if isinstance(widget, QTextBrowser) and not isinstance(widget, MarkupPage):
        yield f"{name}: a page that loads what it names"
    if isinstance(widget, QTextEdit) and "<img" in widget.toHtml().lower():
        yield f"{name}: an image in a page"


def _of_view(name, view):
    model = view.model()
    for place, tip in _cells(model, TIP):
        if _rich(str(tip or "")):
            yield f"{name} {place}: tool tip {tip!r}"
    for place, text in _cells(model, DISPLAY):
        yield from _unseen(f"{name} {place}", str(text or ""))


def _cells(model, role):
    rows = min(model.rowCount(QModelIndex()), MOST_ROWS)
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    for row in range(rows):
        yield f"row {row}", model.headerData(row, Core.Orientation.Vertical, role)
        for column in range(columns):
            yield f"{row},{column}", model.index(row, column).data(role)
    for column in range(columns):
        yield f"column {column}", model.headerData(column, Core.Orientation.Horizontal, role)


def _of_action(name, action: QAction):
    if _rich(action.toolTip()):
        yield f"{name}: action {action.toolTip()!r}"
    yield from _unseen(name, action.text())


def _unseen(name, text):
    if seen_in_lines(text.replace("\t", " ")) != text.replace("\t", " "):
        yield f"{name}: unseen characters in {text!r}"


def _rich(text):
    return Qt.mightBeRichText(text)
