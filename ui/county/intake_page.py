"""导入: drop a folder or a stick, see the rehearsal, accept; what is held, what came; signed paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from eduapp.services.importing import SPREADSHEETS
from ui.common.places import start_folder
from ui.county.export_panel import ExportPanel
from ui.county.held_panel import HeldPanel
from ui.county.history_panel import HistoryPanel
from ui.county.paper_check_panel import PaperCheckPanel
from ui.county.parts import Filters, Page, row_of
from ui.county.rehearsal_panel import RehearsalPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

NOW, HELD, HISTORY, PAPER, EXPORT = "本次导入", "待核验", "导入记录", "核对纸质表", "年报导出"


class IntakePage(Page):
    """This import, what is held, everything that came, the signed paper, and the statistics' export."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self.tabs = Filters([NOW, HELD, HISTORY, PAPER, EXPORT], theme)
        self.tabs.chosen.connect(self.show_tab)
        self.rehearsal = RehearsalPanel(desk, theme, self.choose_folder, self.choose_files)
        self.held = HeldPanel(desk, theme)
        self.history = HistoryPanel(desk, theme)
        self.paper = PaperCheckPanel(desk, theme)
        self.export = ExportPanel(desk, theme)
        self.rehearsal.held_asked.connect(lambda: self.show_tab(HELD))
        self._stack = QStackedWidget()
        self._panels: dict[str, QWidget] = {
            NOW: self.rehearsal,
            HELD: self.held,
            HISTORY: self.history,
            PAPER: self.paper,
            EXPORT: self.export,
        }
        for panel in self._panels.values():
            self._stack.addWidget(panel)
        self.box.addLayout(row_of(self.tabs, None, *self.rehearsal.sources))
        self.box.addWidget(self._stack, 1)

    def take(self, paths: Sequence[Path]) -> None:
        """Rehearse an import of files and folders that were dropped or chosen; a spreadsheet is an export."""
        self.desk.began.emit()
        if len(paths) == 1 and paths[0].suffix.lower().removeprefix(".") in SPREADSHEETS:
            self.show_tab(EXPORT)
            self.export.rehearse(paths[0])
            return
        self.show_tab(NOW)
        self.rehearsal.rehearse(paths)

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
