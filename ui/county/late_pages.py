"""The county's pages, each made when it is first asked for: an opening shows the board, and builds no more.

A page that comes late starts from the desk's last snapshot, as if it had followed from the beginning.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from ui.common.window import FrameWindow

if TYPE_CHECKING:
    from pathlib import Path

    from eduapp.services.county.books import CountyBook
    from ui.common.workspace import Workspace
    from ui.county.board_page import BoardPage
    from ui.county.conflicts_page import ConflictsPage
    from ui.county.desk import Desk
    from ui.county.heat_page import HeatPage
    from ui.county.intake_page import IntakePage
    from ui.county.keys_page import CountyKeysPage
    from ui.county.outlook_page import OutlookPage
    from ui.county.own_records import OwnRecords
    from ui.county.papers_page import PapersPage
    from ui.county.questions_page import QuestionsPage
    from ui.county.settings_page import SettingsPage

BOARD, INTAKE, KEYS, HEAT, OUTLOOK, CONFLICTS, QUESTIONS, PAPERS, SETTINGS = (
    "board",
    "intake",
    "keys",
    "heat",
    "outlook",
    "conflicts",
    "questions",
    "papers",
    "settings",
)
"""The names of the pages in the navigation; each is an attribute of the window by the same name."""


class LatePages(FrameWindow):
    """Makes each page once and connects it."""

    desk: Desk
    workspace: Workspace[CountyBook]
    """Over the county's own records."""

    @cached_property
    def own(self) -> OwnRecords:
        """The pages of the county's own records."""
        from ui.county.own_records import OwnRecords  # noqa: PLC0415

        return OwnRecords(
            self,
            self.desk,
            self.workspace,
            self.theme,
            lambda: self.keys.county.unlock(),  # noqa: PLW0108 - made then
        )

    @cached_property
    def board(self) -> BoardPage:
        """学校."""
        from ui.county.board_page import BoardPage  # noqa: PLC0415 - as all of them, at the first visit

        page = BoardPage(self.desk, self.theme)
        page.opened.connect(self._show_history)
        page.list_asked.connect(self._choose_roster)
        return page

    @cached_property
    def intake(self) -> IntakePage:
        """导入."""
        from ui.county.intake_page import IntakePage  # noqa: PLC0415

        page = IntakePage(self.desk, self.theme)
        page.history.ask_wanted.connect(self._ask_school)
        page.rehearsal.receipts_asked.connect(self._write_receipts)
        page.roster.taken.connect(self._show_board)
        page.form_came.connect(lambda path: self.own.forms.form(path))  # noqa: PLW0108 - made then
        return page

    @cached_property
    def keys(self) -> CountyKeysPage:
        """密钥与批次."""
        from ui.county.keys_page import CountyKeysPage  # noqa: PLC0415

        return CountyKeysPage(self.desk, self.theme)

    @cached_property
    def heat(self) -> HeatPage:
        """指标."""
        from ui.county.heat_page import HeatPage  # noqa: PLC0415

        page = HeatPage(self.desk, self.theme)
        page.why.register_asked.connect(lambda verdict: self.own.register_document(verdict.code))
        return page

    @cached_property
    def outlook(self) -> OutlookPage:
        """区间与影响."""
        from ui.county.outlook_page import OutlookPage  # noqa: PLC0415

        return OutlookPage(self.desk, self.theme)

    @cached_property
    def conflicts(self) -> ConflictsPage:
        """冲突与决定."""
        from ui.county.conflicts_page import ConflictsPage  # noqa: PLC0415

        return ConflictsPage(self.desk, self.theme)

    @cached_property
    def questions(self) -> QuestionsPage:
        """提问与回执."""
        from ui.county.questions_page import QuestionsPage  # noqa: PLC0415

        return QuestionsPage(self.desk, self.theme)

    @cached_property
    def papers(self) -> PapersPage:
        """报表."""
        from ui.county.papers_page import PapersPage  # noqa: PLC0415

        return PapersPage(self.desk, self.theme)

    @cached_property
    def settings(self) -> SettingsPage:
        """设置."""
        from ui.county.settings_page import SettingsPage  # noqa: PLC0415

        return SettingsPage(self.desk, self.theme)

    def made(self, page: str) -> Any:  # noqa: ANN401 - whichever page it is
        """Return a page if anybody asked for it before."""
        return self.__dict__.get(page)

    # --- from one page to another ---

    def _show_history(self, school: str) -> None:
        self.show_page(INTAKE)
        self.intake.show_history_of(school)

    def _choose_roster(self) -> None:
        self.show_page(INTAKE)
        QTimer.singleShot(0, self.intake, self.intake.choose_list)  # the page stands before the dialog

    def _show_board(self) -> None:
        self.show_page(BOARD)

    def _ask_school(self, school: str) -> None:
        self.show_page(QUESTIONS)
        self.questions.ask_school(school)

    def _write_receipts(self, places: dict[Path, set[str]]) -> None:
        self.show_page(QUESTIONS)
        self.questions.write_back(places)
