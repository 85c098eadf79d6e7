"""The panel of indicators: every verdict of a report as it stands now, and why."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from eduapp.services.checking import relaxations_note, standard_of
from eduapp.standards import wording
from eduapp.standards.packs import load
from eduapp.standards.results import Outcome, Report, SectionResult, Verdict
from ui.common.verdict_row import VerdictRow, short_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.common.theme import Theme

    RowKey = tuple[str, str, str]

WORST_FIRST = {
    Outcome.UNMET: 0,
    Outcome.FLOOR: 1,
    Outcome.INSUFFICIENT: 2,
}


class FindingsPanel(QFrame):
    """Sections in the order given (R, then G, then Q of the school as a whole)."""

    asked = Signal(object)
    """A Verdict was clicked, or F4 pressed on it."""
    summary_changed = Signal(str)
    """The panel in one line, for a narrow window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start empty; `show_report` fills it."""
        super().__init__(parent)
        self.setMinimumWidth(250)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._theme = theme
        self._rows: dict[RowKey, VerdictRow] = {}
        self._titles: list[QLabel] = []
        self._report: Report | None = None
        self._shape: list[object] = []
        self.summary = ""
        self._lift = QCheckBox(self.tr("未达标在前"))
        self._lift.toggled.connect(self._rebuild)
        head = QHBoxLayout()
        self._heading = QLabel(self.tr("指标"))
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        head.addWidget(self._heading)
        head.addStretch(1)
        head.addWidget(self._lift)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        note = self._note = QLabel("", wordWrap=True)
        note.setStyleSheet(f"color: {theme.dim};")
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 4, 4, 4)
        box.setSpacing(3)
        box.addLayout(head)
        box.addWidget(self._scroll, 1)
        box.addWidget(note)

    def show_report(self, report: Report) -> None:
        """Show the verdicts of a report; rows stay where they are unless the order must change."""
        self._report = report
        self._note.setText(relaxations_note(report))
        if self._shape_of(report) != self._shape:
            self._rebuild()
        else:
            for verdict in _all_verdicts(report):
                self._rows[_key(verdict)].show_verdict(verdict)
            for label, text in zip(self._titles, self._headings(report), strict=True):
                label.setText(text)
        self._say_summary(report)

    def row(self, code: str, stage: str = "") -> VerdictRow:
        """Return the row of an indicator, by code and stage ("" for the school as a whole)."""
        return next(row for key, row in self._rows.items() if key[1:] == (code, stage))

    def local_row(self, standard: str, code: str, stage: str = "") -> VerdictRow:
        """Return the row of a local plan's item, which stands below the national one."""
        return self._rows[standard, code, stage]

    @property
    def rows(self) -> list[VerdictRow]:
        """The rows in the order shown."""
        return list(self._rows.values())

    def current(self) -> Verdict | None:
        """Return the verdict that F4 asks about: the focused one, else the first that is not met."""
        rows = self.rows
        focused = [row.verdict for row in rows if row.hasFocus()]
        unmet = [row.verdict for row in rows if row.verdict.outcome in WORST_FIRST]
        every = [row.verdict for row in rows]
        return next(iter(focused + unmet + every), None)

    def _shape_of(self, report: Report) -> list[object]:
        shape: list[object] = [[_key(each) for each in self._ordered(group)] for group in _groups(report)]
        return [*shape, self._lift.isChecked()]

    def _ordered(self, verdicts: Iterable[Verdict]) -> list[Verdict]:
        every = list(verdicts)
        if self._lift.isChecked():
            every.sort(key=lambda verdict: WORST_FIRST.get(verdict.outcome, 3))
        return every

    def _rebuild(self) -> None:
        report = self._report
        if report is None:
            return
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 4, 0)
        box.setSpacing(0)
        self._rows, self._titles = {}, []
        headings = iter(self._headings(report))
        for group in _groups(report):
            title = QLabel(next(headings), wordWrap=True)
            title.setStyleSheet("font-weight: bold; padding: 5px 2px 2px 2px;")
            self._titles.append(title)
            box.addWidget(title)
            for verdict in self._ordered(group):
                row = VerdictRow(verdict, self._theme)
                row.asked.connect(self.asked)
                self._rows[_key(verdict)] = row
                box.addWidget(row)
        box.addStretch(1)
        self._shape = self._shape_of(report)
        place = self._scroll.verticalScrollBar().value()
        self._scroll.setWidget(body)
        self._scroll.verticalScrollBar().setValue(place)

    def _headings(self, report: Report) -> list[str]:
        words = {Outcome.MET: self.tr("通过"), Outcome.UNMET: self.tr("未通过")}
        titles = []
        for section in report.sections:
            word = words.get(section.outcome, wording.OUTCOME_WORDS[section.outcome])
            mark = self._theme.outcome_mark(section.outcome)
            titles.append(f"{mark} {wording.section_text(section)} · {word}")
        own = [verdict for verdict in report.school_level if not standard_of(verdict).beside]
        titles.append(self.tr("学校整体:{0} 项中 {1} 项达标").format(len(own), _met(own)))
        for standard, only in _local_only(report).items():
            said = self.tr("{0}另有的要求:{1} 项中 {2} 项达标")
            titles.append(said.format(load(standard).title, len(only), _met(only)))
        return titles

    def _say_summary(self, report: Report) -> None:
        sections = [_section_words(section) for section in report.sections]
        worst = [v for v in _all_verdicts(report) if v.outcome in {Outcome.UNMET, Outcome.FLOOR}]
        worst.sort(key=lambda verdict: WORST_FIRST[verdict.outcome])
        named = [f"{short_title(v)}{wording.sentence(v).split(';')[0].split(':')[0]}" for v in worst]
        summary = " · ".join((*sections, *named))
        if summary != self.summary:
            self.summary = summary
            self.summary_changed.emit(summary)


def _section_words(section: SectionResult) -> str:
    return wording.section_text(section)


def _all_verdicts(report: Report) -> list[Verdict]:
    return [verdict for group in _groups(report) for verdict in group]


def _met(verdicts: Iterable[Verdict]) -> int:
    return sum(verdict.outcome is Outcome.MET for verdict in verdicts)


def _groups(report: Report) -> list[list[Verdict]]:
    """Return what stands under each heading: a local item below the national one it goes with.

    The sections, the school as a whole, then what each local plan asks for on its own.
    """
    only = _local_only(report)
    alone = {_key(verdict) for each in only.values() for verdict in each}
    shared = [verdict for verdict in report.school_level if _key(verdict) not in alone]
    groups = [_side_by_side(section.verdicts) for section in report.sections]
    return [*groups, _side_by_side(shared), *only.values()]


def _side_by_side(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Put each local verdict below the national one of the same item and stage."""
    every = list(verdicts)
    place = {_item(verdict): number for number, verdict in reversed(list(enumerate(every)))}
    return sorted(every, key=lambda verdict: place[_item(verdict)])


def _item(verdict: Verdict) -> tuple[str, str]:
    return _national_code(verdict.standard, verdict.code), verdict.stage or ""


@cache
def _national_code(standard_id: str, code: str) -> str:
    standard = load(standard_id)
    return standard.indicator(code).national if standard.beside else code


def _local_only(report: Report) -> dict[str, list[Verdict]]:
    """Return, plan by plan, the items of the school that no national one stands beside."""
    national = {_item(each) for each in report.school_level if not standard_of(each).beside}
    found: dict[str, list[Verdict]] = {}
    for verdict in report.school_level:
        if standard_of(verdict).beside and _item(verdict) not in national:
            found.setdefault(verdict.standard, []).append(verdict)
    return found


def _key(verdict: Verdict) -> RowKey:
    return (verdict.standard, verdict.code, verdict.stage or "")
