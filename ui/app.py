"""The window program: `python -m ui.app [WORKBOOK]`. Builds everything, keeps nothing global."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from db.problems import Problem
from eduapp.services import workbooks
from eduapp.services.books import SCHOOL
from ui.common import theme as themes
from ui.common.problems import CrashReporter, tell
from ui.common.start import StartPage, remember
from ui.common.theme import Theme
from ui.common.window import FrameWindow

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window program; returns the exit status. `--self-check` needs no screen."""
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
    app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("eduapp")
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
        self.theme = theme or themes.fitting(app)
        themes.dress(app, self.theme)
        self.folder = workbooks.data_folder()
        self.windows: list[FrameWindow] = []
        self.start_page: StartPage | None = None
        self._reporter = CrashReporter(self.folder, self)
        self._reporter.install()
        self._reporter.crashed.connect(self._say)

    def start(self, path: Path | None) -> bool:
        """Open a workbook, or show the start page; False when it could not be opened."""
        if path is None:
            self._show_start()
            return True
        try:
            self.open(path)
        except Problem as problem:
            tell(None, problem)
            return False
        return True

    def open(self, path: Path) -> FrameWindow:
        """Open a workbook in the window of its role; raises Problem."""
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)  # reading a large workbook takes a second
        try:
            window = open_window(path, self.theme)
            remember(self.folder, path)
            self.windows.append(window)
            window.show()
        finally:
            QApplication.restoreOverrideCursor()
        if self.start_page is not None:
            self.start_page.close()
            self.start_page = None
        return window

    def _show_start(self) -> None:
        page = self.start_page = StartPage(self.theme, self.folder)
        page.open_wanted.connect(lambda path: self._try_open(Path(path)))
        page.new_school_wanted.connect(self._new_school)
        page.new_county_wanted.connect(self._new_county)
        page.show()

    def _try_open(self, path: Path) -> None:
        try:
            self.open(path)
        except Problem as problem:
            if self.start_page is not None:
                self.start_page.message.trouble(problem.text)

    def _new_school(self) -> None:
        from ui.school.new_school import NewSchoolDialog  # noqa: PLC0415 - one side's parts at a time

        dialog = NewSchoolDialog(self.theme, self.start_page)
        if dialog.exec() and dialog.path is not None:
            self._try_open(dialog.path)

    def _new_county(self) -> None:
        from ui.county.new_county import NewCountyDialog  # noqa: PLC0415 - one side's parts at a time

        dialog = NewCountyDialog(self.theme, self.start_page)
        if dialog.exec() and dialog.path is not None:
            self._try_open(dialog.path)

    def _say(self, text: str) -> None:
        if self.windows:
            self.windows[-1].message.trouble(text)
        elif self.start_page is not None:
            self.start_page.message.trouble(text)


def open_window(path: Path, theme: Theme) -> FrameWindow:
    """Open a workbook and return the window of its role, not shown yet; raises Problem."""
    if workbooks.role_of(path) == SCHOOL:
        from ui.school.window import SchoolWindow  # noqa: PLC0415 - a school never loads the county's parts

        return SchoolWindow(workbooks.open_school(path), theme)
    from eduapp.services.county_books import open_county  # noqa: PLC0415 - as above, the other way
    from ui.county.window import CountyWindow  # noqa: PLC0415 - as above

    return CountyWindow(open_county(path), theme)


if __name__ == "__main__":
    sys.exit(main())
