"""Beside the plan: what the school as a whole and further standards ask, and what is missing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from eduapp.services import planning
from eduapp.services.checking import standard_title
from eduapp.standards import wording
from ui.common.elided_label import dimmed
from ui.common.static_table import Column, Look, StaticTable, table_view

if TYPE_CHECKING:
    from eduapp.standards.results import Report
    from ui.common.theme import Theme


class OtherDemands(QWidget):
    """One row a demand that is open; Enter or a double click asks why."""

    asked = Signal(object)
    """The Verdict of a row."""

    def __init__(self, theme: Theme) -> None:
        """Build; `show_report` fills."""
        super().__init__()
        self._theme = theme
        self.table = StaticTable(
            (Column(self.tr("指标"), 7), Column(self.tr("情况"), 5), Column(self.tr("还差什么"), 8)), self
        )
        self.view = table_view(self.table, theme)
        self.view.verticalHeader().hide()
        self.view.opened.connect(self._ask)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 6, 4, 4)
        box.setSpacing(4)
        box.addWidget(dimmed(self.tr("方案没有算进去的要求;双击看依据与算法"), theme.dim))
        box.addWidget(self.view, 1)

    @property
    def count(self) -> int:
        """How many demands are open."""
        return self.table.rowCount()

    def show_report(self, report: Report) -> None:
        """Show what is open."""
        found = planning.others_open(report)
        self.table.set_rows([self._row(each) for each in found], [each.verdict for each in found])

    def _row(self, each: planning.Open) -> list[Look | str]:
        verdict, theme = each.verdict, self._theme
        stage = wording.STAGE_NAMES[verdict.stage] if verdict.stage else ""
        whose = f"{verdict.title}({standard_title(verdict.standard)} {verdict.citation.words})"
        state = f"{theme.outcome_mark(verdict.outcome)} {each.state}"
        return [
            Look(f"{stage}{planning.short_name(verdict)}", tip=whose),
            Look(state, theme.outcome_color(verdict.outcome), tip=whose),
            Look(each.missing, tip=each.missing),
        ]

    def _ask(self, index: QModelIndex) -> None:
        verdict = self.table.key_at(index)
        if verdict is not None:
            self.asked.emit(verdict)
