"""The one door from what went wrong to words on the screen, and from a bug to a crash report."""

from __future__ import annotations

import faulthandler
import sys
from typing import TYPE_CHECKING

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from db.problems import Problem
from eduapp.services import traces
from eduapp.services.folders import clear_away, empty, own_folder, own_text, write_own_text
from ui.common.plain import Label, PushButton, ToolButton, set_tip, set_title
from ui.common.theme import CAUTION, DONE, TROUBLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import TextIO

    from ui.common.theme import Theme

KEPT_REPORTS = 20


def words_of(error: BaseException) -> str:
    """Return what a person reads: a Problem's text, or that the program itself failed."""
    if isinstance(error, Problem):
        return error.text
    return QCoreApplication.translate(
        "problems", "程序内部出错({0})。已填的数据都已保存,请重新打开程序再试。"
    ).format(type(error).__name__)


def tell(parent: QWidget | None, error: BaseException) -> None:
    """Show a dialog: for what stops the window from opening or needs to be read before going on."""
    from ui.common.plain_boxes import MessageBox  # noqa: PLC0415 - few starts need it

    box = MessageBox(parent)
    box.setIcon(MessageBox.Icon.Warning)
    set_title(box, QCoreApplication.translate("problems", "请注意"))
    if isinstance(error, Problem):
        box.setText(error.what)
        box.setInformativeText(error.advice)
    else:
        box.setText(words_of(error))
    box.exec()


class MessageLine(QFrame):
    """A line for what just happened; it stays until the next one or until it is closed."""

    said = Signal()
    """Something is said: whoever lays this line over a page finds its place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__(parent)
        self._theme = theme
        self._mark = ""
        self._follow: Callable[[], object] = self.hide
        self._label = Label(wordWrap=True)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        close = ToolButton(autoRaise=True)
        close.setText("×")
        set_tip(close, self.tr("关闭提示"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        self.action = PushButton()
        self.action.clicked.connect(lambda _checked: self._follow())
        row.addWidget(self._label, 1)
        row.addWidget(self.action)
        row.addWidget(close)
        self.hide()

    def trouble(self, text: str) -> None:
        """Say what went wrong."""
        self._say(TROUBLE, text, self._theme.bad, self._theme.hard_tint)

    def caution(self, text: str, action: tuple[str, Callable[[], object]] | None = None) -> None:
        """Say what should be looked at; `action` is a button that leads there."""
        self._say(CAUTION, text, self._theme.warn, self._theme.soft_tint, action)

    def good(self, text: str, action: tuple[str, Callable[[], object]] | None = None) -> None:
        """Say what was done; `action` is a button that takes it back or goes on from there."""
        self._say(DONE, text, self._theme.good, self._theme.good_tint, action)

    def outdate(self) -> None:
        """Take away what was done or did not work: something newer was done since. A caution stays."""
        if self._mark != CAUTION:
            self.hide()

    @property
    def text(self) -> str:
        """What stands there; empty when hidden."""
        return "" if self.isHidden() else self._label.text()

    def _say(
        self,
        mark: str,
        text: str,
        colour: str,
        tint: str,
        action: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        self._mark = mark
        words, slot = action or ("", self.hide)
        self.action.setText(words)
        self._follow = slot
        self.action.setVisible(action is not None)
        self._label.setText(f"{mark} {text}")
        self.setStyleSheet(f"MessageLine {{ background: {tint}; }} QLabel {{ color: {colour}; }}")
        self.show()
        self.said.emit()


class CrashReporter(QObject):
    """Takes what nobody caught: writes a report file and tells the window once.

    What ends the whole process at once (a fault inside a library) Python writes into the crash file, which
    is empty otherwise; the next start makes a report of it.
    """

    crashed = Signal(str)
    """The words for the person; the file's path is in them."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Write reports into `folder`."""
        super().__init__(parent)
        self._folder = folder
        self._crash_file: TextIO | None = None

    def install(self) -> Path | None:
        """Become the interpreter's excepthook, and open the crash file; Qt's slots end up here too.

        Returns the report of a crash that ended an earlier run, None where there was none.
        """
        sys.excepthook = self.report
        reports = _reports_in(self._folder)
        path = reports / traces.CRASH
        left = own_text(path).strip()
        report = _write_report(reports, left) if left else None
        if left:
            empty(path)
        # Open to the end: nothing can be opened in a crash.
        self._crash_file = path.open("a", encoding="utf-8")
        faulthandler.enable(self._crash_file)
        return report

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None = None
    ) -> None:
        """Write the report and say so."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        path = write_crash_report(self._folder, error)
        text = self.tr("{0}错误报告:{1}").format(words_of(error), path)
        self.crashed.emit(text)


def write_crash_report(folder: Path, error: BaseException) -> Path:
    """Write a file with the traceback and versions (no cell contents) and return its path."""
    import traceback  # noqa: PLC0415 - only a report needs it

    frames = "".join(traceback.format_tb(error.__traceback__))
    return _write_report(_reports_in(folder), f"{frames}\n{type(error).__name__}")


def _reports_in(folder: Path) -> Path:
    return own_folder(folder / traces.FOLDER)


def versions() -> tuple[str, ...]:
    """Return of what the program is made, for a report."""
    import platform  # noqa: PLC0415 - only a report needs it

    return (
        f"python: {sys.version.split()[0]}",
        f"pyside: {pyside_version}",
        f"system: {platform.platform()}",
    )


def _write_report(reports: Path, trace: str) -> Path:
    import datetime  # noqa: PLC0415 - only a report needs it

    now = datetime.datetime.now().astimezone()
    path = reports / traces.REPORTS.replace("*", f"{now:%Y%m%d-%H%M%S-%f}")
    facts = (f"time: {now.isoformat(timespec='seconds')}", *versions())
    write_own_text(path, "\n".join((*facts, "", trace, "")))
    for old in sorted(reports.glob(traces.REPORTS))[:-KEPT_REPORTS]:
        clear_away(old)
    return path
