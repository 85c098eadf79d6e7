"""The forms of the school's pages: which cells a kind of school has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import Stage
from ui.common import record_panes

if TYPE_CHECKING:
    from eduapp.services.books import SchoolBook
    from ui.common.record_layout import PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

OWN_CAMPUS = {name for name in RECORDS["section_total"].fields if name.startswith("own_")}
"""Asked only where the stages have campuses of their own."""
NINE_YEARS = {name for name in RECORDS["school_total"].fields if name.startswith("nine_year_")}
"""Counted back from those who leave 初中."""
QUOTAS = {"quota_primary": Stage.PRIMARY, "quota_lower_secondary": Stage.LOWER_SECONDARY}


class SchoolFormPane(record_panes.FormPane):
    """A form; cells that this kind of school does not have are left out while they are empty."""

    DECIDING = frozenset({"school", "section_total"})

    def __init__(self, workspace: Workspace[SchoolBook], layout: PaneLayout, theme: Theme) -> None:
        """Build the form of a layout."""
        self._book = workspace.book
        super().__init__(workspace, layout, theme)

    def fits(self, place: tuple[str, str, str]) -> bool:
        record, key, field = place
        book = self._book
        if book.draft.rows[record][key][field] is not None:
            return True
        kind = book.facts.kind
        if field in OWN_CAMPUS and book.draft.only("school")["separate_campuses"] is not True:
            return False
        if kind is None:
            return True
        if field in NINE_YEARS:
            return Stage.LOWER_SECONDARY in kind.stages
        if field in QUOTAS:
            return QUOTAS[field] in kind.stages
        if record != "section_total":
            return True
        twice = len(kind.stages) == 1 and field in RECORDS["school_total"].fields
        return key in kind.stages and not twice
