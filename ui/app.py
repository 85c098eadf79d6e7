"""The window program: `python -m ui.app [WORKBOOK]`. Builds everything, keeps nothing global."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from db.problems import Problem
from eduapp.services import traces
from eduapp.services.folders import data_folder
from ui.common import theme as themes
from ui.common.problems import CrashReporter, tell
from ui.common.recent import recent, remember
from ui.common.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from eduapp.services.books import OpenBook
    from ui.common.job_runner import Job
    from ui.common.start import StartPage
    from ui.common.viewer_window import ViewerWindow
    from ui.common.window import FrameWindow
    from ui.county.glimpse import BoardGlimpse

UNOPENED = frozenset({"workbook-damaged", "not-a-workbook", "workbook-missing"})
"""Why a workbook does not open for which a backup is the way out."""
ACCEPTABLE = frozenset({"county-keys-changed", "log-not-signed", "log-behind", "log-differs"})
"""Why a county's workbook does not open that a person's word mends: this computer knows it otherwise, and
nothing in the workbook itself speaks against it."""
WRONG_PASSPHRASE = frozenset({"passphrase-wrong", "county-key-locked"})
"""After these the word can be given again."""
SWITCH_AFTER = 0.001
"""Seconds after which a job lets the window's thread go on that asks for the interpreter. To paint a page it
asks as often as there are widgets of Python's on it: with Python's own 5 ms that is a page of waiting."""
REST_AFTER_MS = 100
"""When the rest of a window is begun: its first page is painted, and takes keys, before more is loaded."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window program; returns the exit status. `--self-check` needs no screen."""
    import argparse  # noqa: PLC0415 - who makes the program himself gives no words

    from db.streams import speak_utf8  # noqa: PLC0415 - as above

    speak_utf8()
    parser = argparse.ArgumentParser(prog="ui.app", description="义务教育优质均衡:学校填报与县级汇总")
    parser.add_argument("workbook", nargs="?", type=Path, help="工作簿 (*.edubook)")
    parser.add_argument("--self-check", action="store_true", help="自检后退出")
    options = parser.parse_args(argv)
    if options.self_check:
        from ui.school.self_check import self_check  # noqa: PLC0415 - loads every library once, the window does not

        return self_check()
    app = make_application()
    program = Program(app)
    if not program.start(options.workbook):
        return 1
    return int(app.exec())


def make_application() -> QApplication:
    """Return the application with our theme and Qt's own dialogs in Chinese."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else themes.application(sys.argv[:1])
    app.setApplicationName("eduapp")
    sys.setswitchinterval(SWITCH_AFTER)
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        app.installTranslator(translator)
    return app


class Program(QObject):
    """Holds the windows that are open."""

    def __init__(self, app: QApplication, theme: Theme | None = None) -> None:
        """Dress the application and take over what nobody catches."""
        super().__init__(app)
        self._app = app
        self.theme = theme or themes.fitting(app)
        themes.dress(app, self.theme)
        self.folder = data_folder()
        self.windows: list[FrameWindow] = []
        self.start_page: StartPage | None = None
        self._doubt: Problem | None = None
        self._reporter = CrashReporter(self.folder, self)
        self._crash = self._reporter.install()
        traces.note("start")
        self._reporter.crashed.connect(self._say)

    def start(self, path: Path | None) -> bool:
        """Open a workbook, or show the start page; False when it could not be opened."""
        started = self._start(path)
        if self._crash is not None:
            self._say(self.tr("程序上次没有正常结束;已保存的内容都在。错误报告:{0}").format(self._crash))
        return started

    def _start(self, path: Path | None) -> bool:
        if path is None:
            self._show_start()
            return True
        try:
            self.open(path)
        except Problem as problem:
            if not (self._can_rescue(problem, path) or _can_accept(problem)):
                tell(None, problem)
                return False
            self._say_unopened(self._show_start(), problem, path)
        return True

    def _say_unopened(self, page: StartPage, problem: Problem, path: Path) -> None:
        """Say why a workbook does not open, with what can be done."""
        self._doubt = problem
        rescue = path if self._can_rescue(problem, path) else None
        page.say_trouble(problem, rescue, path if _can_accept(problem) else None)

    def open(self, path: Path) -> FrameWindow:
        """Open a workbook in the window of its role; raises Problem.

        The file and the modules of its window are read on the worker: whatever is on screen stays alive.
        """
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        glimpse: BoardGlimpse | None = None
        self._hold_start(held=True)  # a second click would open it twice
        gc.disable()  # a full collection holds the interpreter, the longer the more is loaded
        try:
            glimpse = self.show_glimpse(path)
            words = "" if glimpse else self.tr("正在打开…")
            book, windows = self._wait_for(words, lambda: _remembered(self.folder, path, _read(path)))
            window: FrameWindow = windows.window_of(book, self.theme)
            self._take_first(window)
            self.windows.append(window)
            # Not from inside the window's own menu: it is closed by what follows.
            window.backups.restore_wanted.connect(
                lambda copy: QTimer.singleShot(0, self, lambda: self.restore_in(window, copy))
            )
            window.show()
            QTimer.singleShot(REST_AFTER_MS, window, window.rest.go)
            # What is loaded stays to the end: no later collection need walk through it while somebody types.
            for over in (window.rest.ended, window.jobs.ended):
                over.connect(gc.freeze, Qt.ConnectionType.SingleShotConnection)
        finally:
            if glimpse is not None:
                glimpse.leave()
            gc.freeze()  # else the next collection of the young walks through all that was loaded
            gc.enable()
            self._hold_start(held=False)
            QApplication.restoreOverrideCursor()
        if self.start_page is not None:
            self.start_page.close()
            self.start_page = None
        return window

    def show_glimpse(self, path: Path) -> BoardGlimpse | None:
        """Show a county's board of the last time, where nothing has touched the workbook since."""
        from eduapp.services import glimpses  # noqa: PLC0415 - a start page opens none

        found = glimpses.last(self.folder, path)
        if found is None:
            return None
        from ui.county.glimpse import BoardGlimpse  # noqa: PLC0415 - one side's parts at a time

        self._app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        glimpse = BoardGlimpse(self.theme, found)
        glimpse.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        glimpse.show()
        self._app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        return glimpse

    def _hold_start(self, *, held: bool) -> None:
        if self.start_page is not None:
            self.start_page.setDisabled(held)

    def restore_in(self, window: FrameWindow, copy: Path) -> None:
        """Put a backup in the place of the workbook of a window, and open it there again."""
        path, place, page = window.backups.path, window.saveGeometry(), window.page_name
        window.backups.leave()
        self._app.setQuitOnLastWindowClosed(False)  # for a moment there is none
        try:
            if not window.close():  # something typed could not be written
                window.backups.stay()
                return
            self.windows.remove(window)
            window.deleteLater()
            self._restore(path, copy)
            opened = self.windows[-1] if self.windows else None
            if opened is not None and opened.backups.path == path:
                opened.restoreGeometry(place)
                if page in opened.pages:
                    opened.show_page(page)
        finally:
            self._app.setQuitOnLastWindowClosed(True)

    def view(self, path: Path, *, anyway: bool = False, into: ViewerWindow | None = None) -> None:
        """Show a submission in a window of its own; what is wrong with it is said on the start page."""
        from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the libraries of signing and encryption
            viewing,
        )
        from ui.common.viewer_window import ViewerWindow  # noqa: PLC0415 - few starts need it

        try:
            seen = self._wait_for(self.tr("正在读取…"), lambda: viewing.view_file(path, anyway=anyway))
        except Problem as problem:
            if self.start_page is not None:
                self.start_page.say_trouble(problem)
            return
        if into is not None:
            into.fill(seen)
            return
        viewer = ViewerWindow(self.theme, seen, self.start_page)
        viewer.insisted.connect(lambda: self.view(path, anyway=True, into=viewer))
        viewer.show()

    def _restore(self, path: Path, copy: Path) -> None:
        """Restore and open; what fails is said where the workbook, or else the start page, is shown."""
        backups = _backups()
        words, failed = backups.describe(path, copy), None
        try:
            self._wait_for(self.tr("正在恢复备份…"), lambda: backups.restore(path, copy))
        except Problem as problem:
            failed = problem
        try:
            window = self.open(path)
        except Problem as problem:
            said = failed or problem
            page = self.start_page or self._show_start()
            rescue = path if self._can_rescue(problem, path) else None
            page.say_trouble(said, rescue)
            return
        if failed is not None:
            window.show_problem(failed)
        else:
            done = self.tr("已恢复 {0} 的备份。原来的内容另存为一份备份(场合「恢复前」),需要时可以再恢复。")
            window.message.good(done.format(words))

    def _wait_for(self, text: str, job: Job) -> Any:  # noqa: ANN401 - whatever the job returns
        from ui.common.waiting import wait_for  # noqa: PLC0415 - a start page waits for nothing

        return wait_for(self, text, job)

    def _take_first(self, window: FrameWindow) -> None:
        """Let a window make its first page; what is on the screen stays alive between its steps."""
        loop = QEventLoop(self)
        window.first.ended.connect(loop.quit)
        window.first.go()
        if not window.first.over:
            loop.exec()

    @staticmethod
    def _can_rescue(problem: Problem, path: Path) -> bool:
        return problem.code in UNOPENED and bool(_backups().has_backups(path))

    def _rescue(self, path: Path) -> None:
        from ui.common.backups_dialog import BackupsDialog  # noqa: PLC0415 - few starts need it

        dialog = BackupsDialog(self.theme, path, self.start_page)
        if dialog.exec() and dialog.chosen is not None:
            self._restore(path, dialog.chosen)
        dialog.deleteLater()

    def _show_start(self) -> StartPage:
        from ui.common.start import StartPage  # noqa: PLC0415 - who names a workbook sees none

        page = self.start_page = StartPage(self.theme, self._wait_for("", lambda: recent(self.folder)))
        page.open_wanted.connect(lambda path: self._try_open(Path(path)))
        page.new_school_wanted.connect(self._new_school)
        page.new_county_wanted.connect(self._new_county)
        page.view_wanted.connect(lambda path: self.view(Path(path)))
        page.accept_wanted.connect(lambda path: self._accept(Path(path)))
        page.restore_wanted.connect(lambda path: self._rescue(Path(path)))
        page.show()
        return page

    def _try_open(self, path: Path) -> None:
        try:
            self.open(path)
        except Problem as problem:
            traces.note(f"open {problem.code}")
            if self.start_page is not None:
                self._say_unopened(self.start_page, problem, path)

    def _accept(self, path: Path) -> None:
        """Ask for a person's word that a workbook is right, and open it by that."""
        from ui.common.accept_dialog import AcceptDialog  # noqa: PLC0415 - few ever need it

        page, problem = self.start_page, self._doubt
        if page is None or problem is None:
            return
        dialog = AcceptDialog(self.theme, path, problem, page)
        taken = dialog.exec()
        reason, passphrase = dialog.reason.text(), dialog.passphrase.text()
        dialog.deleteLater()
        if not taken:
            return
        try:
            self._wait_for(self.tr("正在确认…"), lambda: _accept(path, reason, passphrase))
        except Problem as failed:
            self._say_unopened(page, failed, path)
            if failed.code in WRONG_PASSPHRASE:
                page.say_trouble(failed, None, path)
            return
        self._try_open(path)

    def _new_school(self) -> None:
        dialog = self._load("ui.school.new_school").NewSchoolDialog(self.theme, self.start_page)
        if dialog.exec() and dialog.path is not None:
            self._try_open(dialog.path)

    def _new_county(self) -> None:
        dialog = self._load("ui.county.new_county").NewCountyDialog(self.theme, self.start_page)
        if dialog.exec() and dialog.path is not None:
            self._try_open(dialog.path)

    def _load(self, dialog: str) -> ModuleType:
        """Load a dialog in which standards are chosen, and all of those in the background."""

        def load() -> ModuleType:
            import_module("eduapp.services.offers").offers()
            return import_module(dialog)

        from ui.common.waiting import wait_for  # noqa: PLC0415 - a start page waits for nothing

        loaded: ModuleType = wait_for(self, "", load, deaf=True)
        return loaded

    def _say(self, text: str) -> None:
        if self.windows:
            self.windows[-1].message.trouble(text)
        elif self.start_page is not None:
            self.start_page.message.trouble(text)


def _backups() -> ModuleType:
    return import_module("eduapp.services.backups")


def _can_accept(problem: Problem) -> bool:
    return problem.code in ACCEPTABLE


def _accept(path: Path, reason: str, passphrase: str) -> None:
    with import_module("eduapp.services.county.accepting").accept(path, reason, passphrase):
        pass


def _remembered(folder: Path, path: Path, opened: tuple[OpenBook, ModuleType]) -> tuple[OpenBook, ModuleType]:
    """Put a workbook that was opened at the head of the list in `folder`, or close it."""
    try:
        remember(folder, path)
    except Problem:
        opened[0].close()
        raise
    return opened


def _read(path: Path) -> tuple[OpenBook, ModuleType]:
    book: OpenBook = import_module("eduapp.services.opening").open_any(path)
    is_school = book.workbook.meta["role"] == "school"
    return book, import_module("ui.school.window" if is_school else "ui.county.window")


def open_window(path: Path, theme: Theme) -> FrameWindow:
    """Open a workbook and return the window of its role, not shown yet; raises Problem."""
    book, windows = _read(path)
    window: FrameWindow = windows.window_of(book, theme)
    window.complete()
    return window


if __name__ == "__main__":
    sys.exit(main())
