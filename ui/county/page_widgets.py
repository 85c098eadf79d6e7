"""Small things that the county's pages share: the page itself, filters with counts, hints, decisions."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from eduapp.services.hand_off.board import FileStanding, SchoolState
from ui.common.plain import Label, PushButton, ToolButton, set_tip, set_title
from ui.common.static_table import Look, StaticTable
from ui.common.theme import CAUTION, DONE, TROUBLE, UNSURE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QShowEvent

    from ui.common.sheet_view import SheetView
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

WAITING, UNKNOWN, PARTIAL = "○", UNSURE, "△"
STATE_MARKS = {
    SchoolState.FINAL: DONE,
    SchoolState.DRAFT: PARTIAL,
    SchoolState.EXPORT: PARTIAL,
    SchoolState.MISSING: WAITING,
    SchoolState.CONFLICT: TROUBLE,
    SchoolState.HELD: UNKNOWN,
}
STANDING_MARKS = {
    FileStanding.COUNTS: DONE,
    FileStanding.CONFLICT: TROUBLE,
    FileStanding.ASIDE: WAITING,
    FileStanding.SUPERSEDED: WAITING,
    FileStanding.LATER_DRAFT: PARTIAL,
    FileStanding.WITHDRAWN: CAUTION,
    FileStanding.REVOKED: CAUTION,
    FileStanding.HELD: UNKNOWN,
}
STATE_WORDS = {"final": "正式", "draft": "草稿"}


class Page(QWidget):
    """A page over the desk. It fills itself when a newer snapshot is there and it is in sight."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Follow the desk."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self.snapshot: Snapshot | None = desk.snapshot
        self._filled: Snapshot | None = None
        self.places: QStackedLayout | QStackedWidget | None = None
        """Where the page's numbers stand, one of several views in front; None for a page without numbers."""
        self.closed: Hint | None = None
        """What stands there instead while the county's key is not open."""
        self._before: QWidget | None = None
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(10, 8, 10, 6)
        self.box.setSpacing(6)
        desk.changed.connect(self._take)

    def fill(self, snapshot: Snapshot) -> None:
        """Show a snapshot; each page says how, a page without numbers shows nothing of it."""

    def show_closed(self, text: str, label: str, slot: Callable[[], object]) -> None:
        """Say in the empty place itself why nothing stands there, with the button that helps."""
        if self.places is None or self.snapshot is not None or self.closed is not None:
            return
        self.closed = Hint(self.theme, text)
        self.closed.add(label, slot)
        self._before = self.places.currentWidget()
        self.places.addWidget(self.closed)
        self.places.setCurrentWidget(self.closed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refill()

    def _take(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        if self.isVisible():
            self._refill()

    def _refill(self) -> None:
        if self.snapshot is not None and self.snapshot is not self._filled:
            self._filled = self.snapshot
            self._reopen()
            self.fill(self.snapshot)

    def _reopen(self) -> None:
        if self.places is not None and self.closed is not None:
            self.places.removeWidget(self.closed)
            self.closed.deleteLater()
            self.closed = None
            if self._before is not None:
                self.places.setCurrentWidget(self._before)


class Filters(QWidget):
    """Buttons in a row, one of them pressed: 「全部 44」「已报 38」."""

    chosen = Signal(str)
    """The name of the button that was pressed."""

    def __init__(self, names: Sequence[str], theme: Theme) -> None:
        """Make a button a name; the first one is pressed."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._buttons: dict[str, ToolButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.setStyleSheet(
            f"QToolButton {{ border: 1px solid {theme.line}; border-radius: 3px; padding: 3px 8px;"
            f" background: {theme.base}; color: {theme.text}; }}"
            f"QToolButton:checked {{ background: {theme.selection}; border-color: {theme.accent}; }}"
            f"QToolButton:disabled {{ color: {theme.disabled}; }}"
        )
        for name in names:
            button = ToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            group.addButton(button)
            row.addWidget(button)
            self._buttons[name] = button
        self.choose(names[0])

    @property
    def current(self) -> str:
        """The name of the pressed button."""
        return next(name for name, button in self._buttons.items() if button.isChecked())

    def choose(self, name: str) -> None:
        """Press a button without telling."""
        self._buttons[name].setChecked(True)

    def press(self, name: str) -> None:
        """Press a button as a person does."""
        self._buttons[name].click()

    def show_only(self, name: str, *, shown: bool) -> None:
        """Show a button or hide it; one that is pressed is hidden from nobody."""
        self._buttons[name].setVisible(shown or self._buttons[name].isChecked())

    def say(self, name: str, text: str) -> None:
        """Write what stands on a button."""
        self._buttons[name].setText(text)


class Hint(QFrame):
    """What to do first, in the middle of an empty page, with the buttons for it."""

    def __init__(self, theme: Theme, text: str = "") -> None:
        """Make a hint; buttons come by `add`."""
        super().__init__()
        self._label = Label(text, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._label.setStyleSheet(f"color: {theme.dim};")
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        self._row.addStretch(1)
        box = QVBoxLayout(self)
        box.addStretch(2)
        box.addWidget(self._label)
        box.addSpacing(8)
        box.addLayout(self._row)
        box.addStretch(3)

    def say(self, text: str) -> None:
        """Write the hint."""
        self._label.setText(text)

    def add(self, text: str, slot: Callable[[], object]) -> PushButton:
        """Add a button."""
        button = button_of(text, slot)
        self._row.insertWidget(self._row.count() - 1, button)
        return button


def button_of(text: str, slot: Callable[[], object], tip: str = "") -> PushButton:
    """Return a button that calls `slot` without arguments."""
    button = PushButton(text)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    set_tip(button, tip)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: slot())
    return button


def close_button(tip: str, slot: Callable[[], object]) -> ToolButton:
    """Return the small × that closes a report."""
    button = ToolButton()
    button.setText("×")
    button.setAutoRaise(True)
    set_tip(button, tip)
    button.clicked.connect(lambda _checked=False: slot())
    return button


def row_of(*parts: QWidget | None) -> QHBoxLayout:
    """Return widgets in a row; None is a stretch."""
    row = QHBoxLayout()
    row.setSpacing(6)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            taken = part.sizePolicy().horizontalPolicy()
            row.addWidget(
                part, 1 if taken in {QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding} else 0
            )
    return row


def line_label(theme: Theme, *, dim: bool = False, wrap: bool = False, bold: bool = False) -> Label:
    """Return a label for a line of text that can be selected and never widens the page."""
    label = Label(wordWrap=wrap)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    weight = "font-weight: bold;" if bold else ""
    label.setStyleSheet(f"color: {theme.dim if dim else theme.text}; {weight}")
    return label


def search_field(theme: Theme, slot: Callable[[str], object]) -> QLineEdit:
    """Return a field that narrows a table while one types."""
    field = QLineEdit(placeholderText=QCoreApplication.translate("parts", "按名称或代码查找"))
    field.setClearButtonEnabled(True)
    field.setFixedWidth(theme.char_width(field.font()) * 13)
    field.textChanged.connect(slot)
    return field


def state_look(theme: Theme, state: SchoolState, note: str = "") -> Look:
    """Return a school's state as a cell."""
    colour = {
        SchoolState.FINAL: theme.good,
        SchoolState.DRAFT: theme.warn,
        SchoolState.EXPORT: theme.warn,
        SchoolState.MISSING: theme.dim,
        SchoolState.CONFLICT: theme.bad,
        SchoolState.HELD: theme.warn,
    }[state]
    tint = {SchoolState.CONFLICT: theme.hard_tint, SchoolState.HELD: theme.soft_tint}.get(state, "")
    order = float(list(SchoolState).index(state))
    return Look(f"{STATE_MARKS[state]} {state}{note}", colour, tint, order=order)


def standing_look(theme: Theme, standing: FileStanding) -> Look:
    """Return what became of a submission as a cell."""
    colour = {
        FileStanding.COUNTS: theme.good,
        FileStanding.CONFLICT: theme.bad,
        FileStanding.WITHDRAWN: theme.warn,
        FileStanding.REVOKED: theme.warn,
        FileStanding.HELD: theme.warn,
    }.get(standing, theme.dim)
    return Look(f"{STANDING_MARKS[standing]} {standing}", colour)


def when(text: str) -> str:
    """Return a time stamp as people read it: 「11-22 14:05」 of this computer's clock."""
    return f"{datetime.datetime.fromisoformat(text):%m-%d %H:%M}" if text else ""


def chosen_keys(view: SheetView, table: StaticTable) -> list[Any]:
    """Return the keys of the selected rows, from top to bottom."""
    return [table.keys[row] for row in sorted({at.row() for at in view.selectionModel().selectedIndexes()})]


def file_name(path: str) -> str:
    """Return the name of a file without its folders."""
    return Path(path).name


def fits(needle: str, *texts: str) -> bool:
    """Whether a typed piece stands in one of the texts; nothing typed fits everything."""
    wanted = needle.strip().casefold()
    return not wanted or any(wanted in text.casefold() for text in texts)


def decide(parent: QWidget, question: str, consequences: str, yes: str) -> bool:
    """Ask a person to decide; Enter and Esc are both "no"."""
    from ui.common.plain_boxes import MessageBox  # noqa: PLC0415 - PySide makes its enumerations: not for a board

    box = MessageBox(parent)
    box.setIcon(MessageBox.Icon.Warning)
    set_title(box, QCoreApplication.translate("parts", "请决定"))
    box.setText(question)
    box.setInformativeText(consequences)
    agreed = box.addButton(yes, MessageBox.ButtonRole.AcceptRole)
    refused = box.addButton(QCoreApplication.translate("parts", "取消"), MessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refused)
    box.setEscapeButton(refused)
    box.exec()
    return box.clickedButton() is agreed
