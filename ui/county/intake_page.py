"""导入: drop a stick or a spreadsheet, see the rehearsal, accept; what is held, what came; signed paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from eduapp.services.county import arriving
from eduapp.services.county.school_rows import ListRehearsal
from eduapp.services.importing import SPREADSHEETS
from ui.common.places import start_folder
from ui.county.export_panel import ExportPanel
from ui.county.held_panel import HeldPanel
from ui.county.history_panel import HistoryPanel
from ui.county.page_widgets import Filters, Page, row_of
from ui.county.paper_check_panel import PaperCheckPanel
from ui.county.rehearsal_panel import RehearsalPanel
from ui.county.roster_panel import RosterPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.services.county.national import NationalRehearsal
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

NOW, HELD, HISTORY, PAPER = "本次导入", "待核验", "导入记录", "核对纸质表"
SCHOOLS, EXPORT = "学校名单", "年报导出"


class IntakePage(Page):
    """This import, what is held, everything that came, the signed paper, the school list, the statistics."""

    form_came = Signal(object)
    """The path of the county's official form, which came among the files."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.tabs = Filters([NOW, HELD, HISTORY, PAPER, SCHOOLS, EXPORT], theme)
        self.tabs.chosen.connect(self.show_tab)
        self.rehearsal = RehearsalPanel(desk, theme, self.choose_folder, self.choose_files)
        self.held = HeldPanel(desk, theme)
        self.history = HistoryPanel(desk, theme)
        self.paper = PaperCheckPanel(desk, theme)
        self.roster = RosterPanel(desk, theme)
        self.export = ExportPanel(desk, theme)
        self.rehearsal.held_asked.connect(lambda: self.show_tab(HELD))
        self._stack = QStackedWidget()
        self._panels: dict[str, QWidget] = {
            NOW: self.rehearsal,
            HELD: self.held,
            HISTORY: self.history,
            PAPER: self.paper,
            SCHOOLS: self.roster,
            EXPORT: self.export,
        }
        for panel in self._panels.values():
            self._stack.addWidget(panel)
        self.box.addLayout(row_of(self.tabs, None))
        self.box.addWidget(self._stack, 1)

    def take(self, paths: Sequence[Path]) -> None:
        """Rehearse an import of files and folders that were dropped or chosen.

        A single spreadsheet is known by its headings: the statistics' export, a school list, the form.
        """
        self.desk.began.emit()
        path = paths[0]
        if len(paths) == 1 and path.suffix.lower().removeprefix(".") in SPREADSHEETS:
            self.desk.ask(
                self.tr("试读 {0}").format(path.name),
                lambda book: arriving.rehearse(book, path),
                lambda found: self._show_spreadsheet(path, found),
            )
            return
        self.show_tab(NOW)
        self.rehearsal.rehearse(paths)

    def _show_spreadsheet(self, path: Path, found: NationalRehearsal | ListRehearsal | None) -> None:
        if found is None:
            self.form_came.emit(path)
        elif isinstance(found, ListRehearsal):
            self.show_tab(SCHOOLS)
            self.roster.show_found(found)
        else:
            self.show_tab(EXPORT)
            self.export.show_found(found)

    def choose_folder(self) -> None:
        """Ask for a folder or a stick."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("选择 U 盘或文件夹"), start_folder())
        if folder:
            self.take([Path(folder)])

    def choose_files(self) -> None:
        """Ask for files."""
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("选择上报文件"), start_folder(), self.tr("上报文件 (*.edusub);;所有文件 (*)")
        )
        if names:
            self.take([Path(name) for name in names])

    def choose_list(self) -> None:
        """Ask for a spreadsheet of schools."""
        self.show_tab(SCHOOLS)
        self.roster.choose()

    def show_tab(self, name: str) -> None:
        """Show one of the views."""
        self.tabs.choose(name)
        self._stack.setCurrentWidget(self._panels[name])

    def show_history_of(self, school: str) -> None:
        """Show what came of a school."""
        self.show_tab(HISTORY)
        self.history.search.setText(school)

    def fill(self, snapshot: Snapshot) -> None:
        self.tabs.say(HELD, f"{HELD} {len(snapshot.held)}")
        self.tabs.say(HISTORY, f"{HISTORY} {len(snapshot.history)}")
        self.held.fill(snapshot)
        self.history.fill(snapshot)
        self.paper.fill(snapshot)
        self.export.fill(snapshot)
        self.rehearsal.follow(snapshot)
