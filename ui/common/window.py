"""The frame of both windows: tools, pages with badges, a side panel that folds, a status line, jobs."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from db.problems import Problem
from ui.common import problems
from ui.common.elided_label import ElidedLabel
from ui.common.job_runner import JobRunner
from ui.common.nav_list import NavigationList
from ui.common.pages import Pages, Turning
from ui.common.plain import Label, PushButton, set_title
from ui.common.problems import MessageLine
from ui.common.steps import Stepwise
from ui.common.theme import FOLD_WIDTH, frame_size, status_sheet
from ui.common.window_keys import WindowKeys
from ui.common.window_tools import Tools

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.jobs import Progress
    from ui.common.backup_flow import BackupFlow
    from ui.common.job_runner import Job
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

PANEL_SHARE = 0.27
PANEL_LIMITS = (300, 400)
NARROWEST = 250
"""What a side panel is at least, in pixels."""


class _Shield(QWidget):
    """Lies over the pages while a job works on the book: clicks and keys end here."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.BusyCursor)

    def cover(self, widget: QWidget) -> None:
        """Lie over a widget."""
        self.setParent(widget)
        self.setGeometry(widget.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()


class _FoldLine(ElidedLabel):
    """The panel in one line: a click, Space or Enter opens it over the page."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(8, 5, 8, 5)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setBackgroundRole(QPalette.ColorRole.Button)
        self.setAutoFillBackground(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class FrameWindow(Stepwise, Turning, Tools):
    """What is the same at a school and at a county. Subclasses add tools, pages and a side panel."""

    page_shown = Signal(str)
    backups: BackupFlow

    def __init__(self, theme: Theme, title: str) -> None:
        """Build the empty frame, as large as a small office screen allows."""
        super().__init__()
        self.theme = theme
        set_title(self, title)
        self.jobs = JobRunner(self)
        self._names: list[str] = []
        self._undo: Workspace[Any] | None = None
        self._side: QWidget | None = None
        self._folded = False
        self._focus: list[QWidget] = []
        self._build_tools()
        self._build_body()
        self._build_status()
        self.jobs.started.connect(self._job_started)
        self.jobs.progressed.connect(self._job_progressed)
        self.jobs.ended.connect(self._job_ended)
        self.jobs.failed.connect(self._job_failed)
        self.shortcuts = WindowKeys(self, self)
        self.jobs.cancelled.connect(lambda text: self.message.caution(self.tr("已取消:{0}").format(text)))
        self.resize(*frame_size(self.screen()))

    # --- building ---

    def add_page(self, name: str, title: str, make: Callable[[], QWidget], *modules: str) -> None:
        """Add a page to the navigation; it is made at the first visit, or when it is asked for by name.

        `modules` are what it stands on: a visit loads them in the background.
        """
        self._names.append(name)
        self.pages.add(name, make, modules)
        self._nav.add(title, self.shortcuts.letter_for(title, lambda: self.shortcuts.go_to_page(name)))

    def set_side(self, side: QWidget) -> None:
        """Put a panel at the right; in a narrow window it folds into the line `set_side_summary` fills."""
        self._side = side
        self._splitter.addWidget(side)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.setCollapsible(1, False)
        self._size_panel()
        self._fold()

    def change_side(self, side: QWidget) -> None:
        """Put a panel in the place of the one at the right, folded or not as that one is."""
        old, self._side = self._side, side
        if old is None:
            return
        if self._folded:
            side.setParent(self.centralWidget())
            side.setVisible(not old.isHidden())
            self._place_overlay()
        else:
            at = self._splitter.indexOf(old)
            self._splitter.replaceWidget(at, side)
            self._splitter.setStretchFactor(at, 0)
            self._splitter.setCollapsible(at, False)
            side.show()
        old.setParent(None)
        old.deleteLater()

    # --- what keys lead to ---

    def current_page(self) -> QWidget | None:
        """Return the page in front; None before there is one."""
        return self.pages.made(self.page_name)

    def parts_around(self) -> list[QWidget]:
        """Return what stands around the page and takes keys."""
        side = self._side if self._side is not None and self._side.isVisible() else None
        return [each for each in (self._fold_line, side, self._nav, self._tools) if each is not None]

    # --- saying ---

    def set_header(self, text: str) -> None:
        """Say whose workbook this is, at the right of the tools."""
        self._header.setText(text)

    def set_badge(self, name: str, text: str, colour: str = "") -> None:
        """Write a badge beside a page's name ("2 ⚠", "✓"); "" takes it away."""
        self._nav.set_badge(self._names.index(name), text, colour or self.theme.dim)

    def set_side_summary(self, text: str) -> None:
        """Fill the line that stands for the folded panel."""
        self._fold_line.setText(f"▼ {text}")

    def set_summary(self, text: str) -> None:
        """Write the left of the status line: sums of the page."""
        self._summary.setText(text)

    def set_middle(self, text: str) -> None:
        """Write the middle of the status line: what is still to be done."""
        self._middle.setText(text)
        self._place_message()

    def mark_saved(self) -> None:
        """Say that the last change is on the disk, and when."""
        now = datetime.datetime.now().astimezone()
        self._saved.setText(self.tr("已保存 {0}").format(f"{now:%H:%M}"))

    @property
    def status_text(self) -> str:
        """The status line as it reads."""
        return "  ".join(label.text() for label in (self._summary, self._middle, self._saved) if label.text())

    def show_problem(self, error: BaseException) -> None:
        """Say in the page what went wrong and what to do."""
        self.message.trouble(problems.words_of(error))

    def say_done(self, text: str) -> None:
        """Say what a bulk act did, with the button that takes it back."""
        if self._undo is not None:
            self.message.good(text, (self.tr("撤销"), self._undo.undo))

    # --- jobs ---

    def run_job(self, text: str, job: Job, done: Callable[[Any], None] | None = None) -> bool:
        """Run long work; the pages are closed meanwhile. A second job is refused with a line."""
        if not self.jobs.run(text, job, done):
            self.message.caution(self.tr("正在做另一件事,请等它完成或先取消。"))
            return False
        return True

    # --- inside ---

    def _build_body(self) -> None:
        self._nav = NavigationList(self.theme)
        self._nav.currentRowChanged.connect(self._turn)
        self._stack = QStackedWidget()
        self.pages = Pages(self._stack)
        self._shield = _Shield()
        self.message = MessageLine(self.theme, self)  # over the page, in no layout: nothing moves for it
        self.message.said.connect(self._place_message)
        self._fold_line = _FoldLine()
        self._fold_line.clicked.connect(self._toggle_overlay)
        self._fold_line.hide()
        middle = QWidget()
        box = QVBoxLayout(middle)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._fold_line)
        box.addWidget(self._stack, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(middle)
        self._splitter.setCollapsible(0, False)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._nav)
        row.addWidget(self._splitter, 1)
        self.setCentralWidget(body)

    def _build_status(self) -> None:
        status = self.statusBar()
        status.setStyleSheet(status_sheet(self.theme))
        status.setSizeGripEnabled(False)
        self._summary = ElidedLabel()
        self._summary.setContentsMargins(8, 0, 0, 0)
        self._middle, self._saved = Label(), Label()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(140)
        self._bar.setTextVisible(False)
        self._cancel = PushButton(self.tr("取消"))
        self._cancel.clicked.connect(self.jobs.cancel)
        self._job_text = Label()
        for widget in (self._job_text, self._bar, self._cancel):
            status.addPermanentWidget(widget)
            widget.hide()
        status.addWidget(self._summary, 1)
        for label in (self._middle, self._saved):
            label.setContentsMargins(10, 0, 6, 0)
            status.addPermanentWidget(label)

    # --- the panel, folded or not ---

    @property
    def folded(self) -> bool:
        """Whether the panel is folded into its line."""
        return self._folded

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
        self._place_overlay()
        self._place_message()

    def _place_message(self) -> None:
        """Lay what is said over the left of the status line, as high as it needs."""
        if self.message.isHidden():
            return
        status = self.statusBar()
        right = [each.x() for each in (self._job_text, self._middle, self._saved) if each.isVisible()]
        width = min(right, default=status.width())
        width = width if width > self.width() // 3 else self.width()
        high = max(status.height(), self.message.heightForWidth(width))
        self.message.setGeometry(0, self.height() - high, width, high)
        self.message.raise_()

    def _size_panel(self) -> None:
        room = self.width()
        low, high = PANEL_LIMITS
        panel = max(low, min(high, int(room * PANEL_SHARE)))
        self._splitter.setSizes([room - self._nav.width() - panel, panel])

    def _fold(self) -> None:
        side = self._side
        if side is None or self._folded == (self.width() < FOLD_WIDTH):
            return
        self._folded = not self._folded
        self._fold_line.setVisible(self._folded)
        if self._folded:
            side.setParent(self.centralWidget())
            side.hide()
        else:
            self._splitter.addWidget(side)
            side.show()
            self._size_panel()

    def _toggle_overlay(self) -> None:
        if self._side is not None and self._folded:
            self._side.setVisible(self._side.isHidden())
            self._place_overlay()
            self._side.raise_()

    def _place_overlay(self) -> None:
        side, body = self._side, self.centralWidget()
        if side is None or not self._folded or side.isHidden():
            return
        top = self._fold_line.mapTo(body, self._fold_line.rect().bottomLeft()).y() + 1
        width = max(PANEL_LIMITS[0], min(PANEL_LIMITS[1], body.width() // 2))
        side.setGeometry(QRect(body.width() - width, top, width, body.height() - top))

    # --- jobs inside ---

    def _job_started(self, text: str) -> None:
        held = cast(
            "QWidget | None", self.focusWidget()
        )  # also while another window, or a dialog of this one, has the keyboard
        self._focus = self._focus if held is self._shield else _with_around(held)
        self._nav.setEnabled(False)
        self._shield.cover(self._stack)
        self._tools.setEnabled(False)
        self._job_text.setText(self.tr("{0}…").format(text))
        self._bar.setRange(0, 0)
        for widget in (self._job_text, self._bar, self._cancel):
            widget.show()

    def _job_progressed(self, progress: Progress) -> None:
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        count = f" {progress.done} / {progress.total}" if progress.total else ""
        self._job_text.setText(f"{progress.text}{count}")

    def _job_ended(self) -> None:
        self._nav.setEnabled(True)
        chosen = [widget for widget in _with_around(self.focusWidget())[:1] if widget is not self._shield]
        # Where the keyboard was put with the result in hand, it stays.
        back = [widget for widget in (*chosen, *self._focus) if isValid(widget) and widget.isVisible()]
        (back[0] if back else self._nav).setFocus()
        self._shield.hide()
        self._tools.setEnabled(True)
        for widget in (self._job_text, self._bar, self._cancel):
            widget.hide()

    def _job_failed(self, error: BaseException) -> None:
        self.show_problem(error)
        if not isinstance(error, Problem):
            raise error

    def closeEvent(self, event: QCloseEvent) -> None:
        self.pages.stop()
        self.jobs.end()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1093, 614)


def _with_around(widget: QWidget | None) -> list[QWidget]:
    """Return what has the keyboard and what it lies in: a cell's editor may be closed by a job's end."""
    return [one for one in (widget, widget and widget.parentWidget()) if one is not None]
