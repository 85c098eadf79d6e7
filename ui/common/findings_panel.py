"""The panel of indicators: every verdict of a report as it stands now, and why."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from eduapp.services.checking import relaxations_note, standard_of
from eduapp.standards import wording
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Outcome, Report, SectionResult, Verdict
from ui.common.elided_label import tint
from ui.common.plain import CheckBox, Label, ToolButton, set_tip
from ui.common.verdict_row import VerdictRow, short_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QMouseEvent

    from db.records.choices import Stage
    from ui.common.theme import Theme

    RowKey = tuple[str, str, str]

WORST_FIRST = {
    Outcome.UNMET: 0,
    Outcome.FLOOR: 1,
    Outcome.INSUFFICIENT: 2,
}


class GroupHead(QWidget):
    """A heading with the button that folds what stands under it."""

    folded = Signal(bool)

    def __init__(self, text: str, *, folded: bool) -> None:
        """Show a heading, its group folded or not."""
        super().__init__()
        self.label = Label(text, wordWrap=True)
        self.label.setContentsMargins(2, 5, 2, 2)
        font = self.label.font()
        font.setBold(True)
        self.label.setFont(font)
        self.button = ToolButton(autoRaise=True)
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setAccessibleName(self.tr("收起这一组"))
        set_tip(self.button, self.tr("收起或展开这一组"))
        self.button.setChecked(folded)
        self._point(folded)
        self.button.toggled.connect(self._toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.label, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.toggle()
        event.accept()

    def _toggled(self, folded: bool) -> None:
        self._point(folded)
        self.folded.emit(folded)

    def _point(self, folded: bool) -> None:
        self.button.setArrowType(Qt.ArrowType.LeftArrow if folded else Qt.ArrowType.DownArrow)


class FindingsPanel(QFrame):
    """Sections in the order given (R, then G, then Q of the school as a whole), each group foldable."""

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
        self._titles: list[Label] = []
        self._report: Report | None = None
        self._shape: list[object] = []
        self.summary = ""
        self._lift = CheckBox(self.tr("未达标在前"))
        self._lift.toggled.connect(self._rebuild)
        self._only = CheckBox(self.tr("只看未达标"))
        set_tip(self._only, self.tr("只列出未达标、达到85%和数据不足的项目"))
        self._only.toggled.connect(self._rebuild)
        self._folded: set[tuple[str, str]] = set()
        head = QHBoxLayout()
        self._heading = Label(self.tr("指标"))
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        head.addWidget(self._heading)
        head.addStretch(1)
        head.addWidget(self._lift)
        head.addWidget(self._only)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        note = self._note = Label("", wordWrap=True)
        tint(note, theme.dim)
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
                row = self._rows.get(_key(verdict))
                if row is not None:
                    row.show_verdict(verdict)
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
        return [*shape, self._lift.isChecked(), self._only.isChecked()]

    def _ordered(self, verdicts: Iterable[Verdict]) -> list[Verdict]:
        every = list(verdicts)
        if self._only.isChecked():
            every = [verdict for verdict in every if verdict.outcome in WORST_FIRST]
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
            self._add_group(box, next(headings), group)
        box.addStretch(1)
        self._shape = self._shape_of(report)
        place = self._scroll.verticalScrollBar().value()
        self._scroll.setWidget(body)
        self._scroll.verticalScrollBar().setValue(place)

    def _add_group(self, box: QVBoxLayout, heading: str, group: list[Verdict]) -> None:
        name = (group[0].standard, group[0].stage or "") if group else ("", "")
        head = GroupHead(heading, folded=name in self._folded)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        staged = len({verdict.stage for verdict in group}) > 1
        for verdict in self._ordered(group):
            row = VerdictRow(verdict, self._theme, staged=staged)
            row.asked.connect(self.asked)
            self._rows[_key(verdict)] = row
            rows.addWidget(row)
        body.setHidden(name in self._folded)
        head.folded.connect(lambda folded: self._fold(name, body, folded=folded))
        self._titles.append(head.label)
        box.addWidget(head)
        box.addWidget(body)

    def _fold(self, name: tuple[str, str], body: QWidget, *, folded: bool) -> None:
        body.setHidden(folded)
        (self._folded.add if folded else self._folded.discard)(name)

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
        for (standard, stage), asked in _further(report).items():
            name = f"{load(standard).title}({wording.STAGE_NAMES[stage]})"
            limited = [verdict for verdict in asked if verdict.threshold is not None]
            said = self.tr("{0}:{1} 项中 {2} 项达标").format(name, len(limited), _met(limited))
            titles.append(said if limited else self.tr("{0}:{1} 项,不判单校").format(name, len(asked)))
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

    The sections, the school as a whole, what each local plan asks for on its own, then the sections by
    further whole standards.
    """
    only = _local_only(report)
    alone = {_key(verdict) for each in only.values() for verdict in each}
    shared = [verdict for verdict in report.school_level if _key(verdict) not in alone]
    further = _further(report)
    apart = {_key(verdict) for each in further.values() for verdict in each}
    groups = [
        _side_by_side(verdict for verdict in section.verdicts if _key(verdict) not in apart)
        for section in report.sections
    ]
    return [*groups, _side_by_side(shared), *only.values(), *further.values()]


def _further(report: Report) -> dict[tuple[str, Stage], list[Verdict]]:
    """Return the sections' items of further whole standards: they do not decide about the section."""
    found: dict[tuple[str, Stage], list[Verdict]] = {}
    for section in report.sections:
        for verdict in section.verdicts:
            if verdict.standard != section.verdicts[0].standard and not standard_of(verdict).beside:
                found.setdefault((verdict.standard, section.stage), []).append(verdict)
    return found


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
