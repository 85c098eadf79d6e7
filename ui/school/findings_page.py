"""检查: everything that was found, with its place, its text and the explanation, editable in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from db.records.choices import STAGE
from eduapp.services import entry
from eduapp.standards import wording
from eduapp.standards.results import Finding, Report, Severity
from ui.common.elided_label import ElidedLabel, dimmed
from ui.common.plain import Label, hint, visible
from ui.common.plain_boxes import ComboBox
from ui.common.record_table import DISPLAY, EDIT, FOREGROUND, NO_PARENT, TOOLTIP
from ui.common.sheet_view import SheetView
from ui.common.theme import DONE, SEVERITY_MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from eduapp.services.books import SchoolBook
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

    Index = QModelIndex | QPersistentModelIndex

KIND, PLACE, TEXT, REASON = range(4)


def place_words(book: SchoolBook, finding: Finding) -> str:
    """Name a finding's place as people know it: `班级 · 二年级(2)班 · 学生数`."""
    spec = RECORDS[finding.record]
    parts = [spec.label]
    if spec.is_list and finding.key:
        parts.append(entry.title_of(book, finding.record, finding.key))
    elif spec.rows == "stages":
        parts.append(dict(STAGE.options).get(finding.key, ""))
    if finding.field in spec.fields:
        parts.append(spec.fields[finding.field].item.label)
    return " · ".join(part for part in parts if part)


class FindingsTable(QAbstractTableModel):
    """The findings of the last check; the explanation of a soft one can be typed."""

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme) -> None:
        """Start empty; `show` fills it."""
        super().__init__(workspace)
        self._workspace = workspace
        self._theme = theme
        self.findings: list[Finding] = []

    def show(self, findings: Sequence[Finding]) -> None:
        """Show findings; where the same ones stand, only their explanations change."""
        ids = [each.id for each in findings]
        if ids == [each.id for each in self.findings]:
            self.findings = list(findings)
            if ids:
                self.dataChanged.emit(self.index(0, 0), self.index(len(ids) - 1, REASON))
            return
        self.beginResetModel()
        self.findings = list(findings)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.findings)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if role != DISPLAY:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return (self.tr("类别"), self.tr("位置"), self.tr("内容"), self.tr("说明"))[section]

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        finding, column = self.findings[index.row()], index.column()
        if role in {DISPLAY, TOOLTIP, EDIT}:
            text = self._text(finding, column, hint=role == DISPLAY)
            return text if role == EDIT else visible(text) if role == DISPLAY else hint(text)
        if role == FOREGROUND:
            return QColor(self._colour(finding, column))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() != REASON:
            return plain
        soft = self.findings[index.row()].severity is Severity.SOFT
        return plain | Qt.ItemFlag.ItemIsEditable if soft else plain

    def setData(self, index: Index, value: object, role: int = EDIT) -> bool:
        if role != EDIT or not index.isValid():
            return False
        finding = self.findings[index.row()].id
        return self._workspace.edit(lambda book: entry.set_reason(book, finding, str(value)))

    def _text(self, finding: Finding, column: int, *, hint: bool) -> str:
        if column == KIND:
            mark = DONE if not finding.open else SEVERITY_MARKS[finding.severity]
            return f"{mark} {wording.SEVERITY_WORDS[finding.severity]}"
        if column == PLACE:
            return place_words(self._workspace.book, finding)
        if column == TEXT:
            return finding.text
        if finding.severity is Severity.HARD:
            return self.tr("须改正") if hint else ""
        return finding.reason or (self.tr("在此写说明,或改正") if hint else "")

    def _colour(self, finding: Finding, column: int) -> str:
        if column == KIND:
            return self._theme.severity_color(finding.severity) if finding.open else self._theme.good
        if column == REASON and not finding.reason:
            return self._theme.disabled
        return self._theme.text


class FindingsPage(QWidget):
    """The table with a filter; Enter or a double click goes to the cell."""

    jump = Signal(object)
    """A Finding whose cell is wanted."""

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme) -> None:
        """Build the page."""
        super().__init__()
        self._report: Report | None = None
        self._theme = theme
        self.table = FindingsTable(workspace, theme)
        self.grid = _FindingsGrid(theme)
        self.grid.setModel(self.table)
        self.grid.opened.connect(self._open)
        self._dress()
        self._kinds = ComboBox()
        for words in (self.tr("全部"), self.tr("待处理"), self.tr("逻辑校验"), self.tr("经验校验")):
            self._kinds.addItem(words)
        self._kinds.currentIndexChanged.connect(self._show)
        self._said = ElidedLabel()
        help_text = dimmed(self.tr("双击或回车到该格,F8 下一处,Shift+F8 上一处"), theme.dim)
        help_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._none = Label(parent=self.grid.viewport(), alignment=Qt.AlignmentFlag.AlignCenter)
        self._none.setStyleSheet(f"color: {theme.dim};")
        head = QHBoxLayout()
        head.setContentsMargins(6, 4, 6, 4)
        head.addWidget(self._kinds)
        head.setSpacing(8)
        head.addWidget(self._said, 3)
        head.addWidget(help_text, 2)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 0, 4, 4)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.grid, 1)

    def show_report(self, report: Report) -> None:
        """Show what was found."""
        self._report = report
        self._show()

    def commit(self) -> None:
        """Write what is being typed."""
        self.grid.end_editing()

    def _show(self) -> None:
        report = self._report
        if report is None:
            return
        keep = (
            lambda _: True,
            lambda each: each.open,
            lambda each: each.severity is Severity.HARD,
            lambda each: each.severity is Severity.SOFT,
        )[self._kinds.currentIndex()]
        shown = sorted((f for f in report.findings if keep(f)), key=lambda f: f.severity is Severity.SOFT)
        self.table.show(shown)
        hard = sum(each.severity is Severity.HARD for each in report.findings)
        soft = [finding for finding in report.findings if finding.severity is Severity.SOFT]
        unsaid = sum(each.open for each in soft)
        self._said.setText(
            self.tr("逻辑校验 {0} 处须改正;经验校验 {1} 处,其中 {2} 处待改正或说明").format(
                hard, len(soft), unsaid
            )
        )
        self._none.setText("" if shown else f"{DONE} {self.tr('没有发现问题')}")
        self._none.setGeometry(0, 40, max(200, self.grid.viewport().width()), 40)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and index.column() != REASON:
            self.jump.emit(self.table.findings[index.row()])

    def _dress(self) -> None:
        wide = QFontMetrics(self.font()).horizontalAdvance("国")
        heading = self.grid.horizontalHeader()
        for column, chars in ((KIND, 7), (PLACE, 15), (REASON, 12)):
            self.grid.setColumnWidth(column, chars * wide)
        heading.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)


class _FindingsGrid(SheetView):
    """Typing in the last column writes an explanation; everywhere else Enter jumps."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            here = self.currentIndex()
            if here.flags() & Qt.ItemFlag.ItemIsEditable:
                self.model().setData(here, QGuiApplication.clipboard().text(), EDIT)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.opened.emit(self.indexAt(event.position().toPoint()))

    def enter(self) -> None:
        if self.currentIndex().column() != REASON:
            self.opened.emit(self.currentIndex())
        else:
            super().enter()
