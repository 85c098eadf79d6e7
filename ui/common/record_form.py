"""A form for records of one row and for the rows of several records side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from db.records.catalog import RECORDS
from db.records.values import Choice, Scaled, Unread, Whole, YesNo
from eduapp.services import entry
from eduapp.standards.outcomes import Severity
from ui.common.editors import CellEditor, OptionsEditor, editor_for, leaving_key
from ui.common.elided_label import tint
from ui.common.marks import QUESTION, CellQuestions
from ui.common.plain import Label, set_tip
from ui.common.theme import SEVERITY_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from PySide6.QtGui import QFont

    from eduapp.services.books import RecordBook
    from eduapp.services.changes import Changes
    from eduapp.standards.results import Finding
    from ui.common.record_layout import FormGroup
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

    Place = tuple[str, str, str]

SHORT_WIDTH = 8
LABEL_CHARS = 16
FORM_ROW_GAP = 3


class RecordForm(QScrollArea):
    """Groups of lines: label, one editor a column, unit, and help or what was found there."""

    place_changed = Signal(str, str, str)
    """(record, key, field) of the editor that has the keyboard."""
    noted = Signal(str)
    """One sentence for the page's line."""

    def __init__(
        self,
        workspace: Workspace[RecordBook],
        groups: Sequence[FormGroup],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Build the editors and follow the workspace."""
        super().__init__(parent)
        self.workspace = workspace
        self.groups = tuple(groups)
        self.editors: dict[Place, CellEditor] = {}
        self._theme = theme
        self._sides: dict[str, Label] = {}
        self._lines: dict[Place, str] = {}
        self._labels: dict[str, tuple[Label, ...]] = {}
        self._headings: list[tuple[Label, set[Place]]] = []
        self._findings: dict[Place, list[Finding]] = {}
        self._notes: dict[Place, str] = {}
        self.questions = CellQuestions()
        self._label_width = min(self._wide(LABEL_CHARS), max(_label_widths(self.groups, self.font())) + 8)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(10, 6, 10, 10)
        box.setSpacing(4)
        for group in self.groups:
            self._add_group(box, group)
        box.addStretch(1)
        self.setWidget(body)
        self._order = list(self.editors)
        self.refresh()
        workspace.changed.connect(self._follow)

    # --- what the page asks ---

    def shows(self, record: str, key: str, field: str) -> bool:
        """Whether a cell is edited here."""
        return (record, key, field) in self.editors

    def go_to(self, record: str, key: str, field: str) -> None:
        """Put the keyboard into a cell and bring it in sight."""
        editor = self.editors.get((record, key, field))
        if editor is not None:
            editor.setFocus(Qt.FocusReason.OtherFocusReason)
            editor.selectAll()
            self.ensureWidgetVisible(editor, 20, 60)

    def set_findings(self, findings: Iterable[Finding]) -> None:
        """Tint the editors and write beside them what was found."""
        fresh: dict[Place, list[Finding]] = {}
        for each in findings:
            place = (each.record, each.key, each.field)
            if place in self.editors:
                fresh.setdefault(place, []).append(each)
        touched = {p for p in fresh.keys() | self._findings.keys() if fresh.get(p) != self._findings.get(p)}
        self._findings = fresh
        for place in touched:
            self._paint(place)
        for line in {self._lines[place] for place in touched}:
            self._write_side(line)

    def set_notes(self, notes: Mapping[Place, str]) -> None:
        """Write beside cells what else is known of them, instead of their help."""
        if notes != self._notes:
            self._notes = dict(notes)
            for line in self._sides:
                self._write_side(line)

    def set_questions(self, questions: Mapping[Place, str]) -> None:
        """Write beside cells what the county asks about them."""
        touched = self.questions.take({at: text for at, text in questions.items() if at in self.editors})
        for place in touched:
            self._paint(place)
        for line in {self._lines[place] for place in touched}:
            self._write_side(line)

    def findings_at(self, record: str, key: str, field: str) -> list[Finding]:
        """Return what was found at a cell."""
        return self._findings.get((record, key, field), [])

    def show_only(self, fits: Callable[[Place], bool]) -> None:
        """Hide the cells that do not fit, and the lines and headings left without any."""
        seen = {place for place in self.editors if fits(place)}
        for place, editor in self.editors.items():
            editor.setVisible(place in seen)
        self._show_frames(seen)

    def reveal(self, place: Place) -> None:
        """Bring a hidden cell into sight."""
        if place in self.editors and self.editors[place].isHidden():
            seen = {each for each, editor in self.editors.items() if not editor.isHidden()} | {place}
            self.show_only(lambda each: each in seen)

    def refresh(self) -> None:
        """Show every cell as it stands."""
        for place in self.editors:
            self._load(place)

    def commit(self) -> None:
        """Write what was typed and not yet written: before the page or the window closes."""
        for place, editor in self.editors.items():
            if editor.isModified():
                self._store(place)

    def _show_frames(self, seen: set[Place]) -> None:
        lines = {self._lines[place] for place in seen}
        for line, labels in self._labels.items():
            for label in labels:
                label.setVisible(line in lines)
        for heading, places in self._headings:
            heading.setVisible(bool(places & seen))

    # --- building ---

    def _add_group(self, box: QVBoxLayout, group: FormGroup) -> None:
        title = Label(group.title)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        title.setContentsMargins(0, 6, 0, 0)
        box.addWidget(title)
        whole = {(column.record, column.key, name) for column in group.columns for name in group.fields}
        self._headings.append((title, whole))
        if group.note:
            note = Label(group.note, wordWrap=True)
            tint(note, self._theme.dim)
            box.addWidget(note)
            self._headings.append((note, whole))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(FORM_ROW_GAP)
        for place, column in enumerate(group.columns, 1):
            if column.title:
                heading = Label(column.title, alignment=Qt.AlignmentFlag.AlignCenter)
                tint(heading, self._theme.dim)
                grid.addWidget(heading, 0, place)
                cells = {(column.record, column.key, name) for name in group.fields}
                self._headings.append((heading, cells))
        for line, name in enumerate(group.fields, 1):
            self._add_line(grid, line, group, name)
        grid.setColumnStretch(len(group.columns) + 1, 1)
        box.addLayout(grid)

    def _add_line(self, grid: QGridLayout, line: int, group: FormGroup, name: str) -> None:
        columns = [c for c in group.columns if name in RECORDS[c.record].fields]
        label = Label(RECORDS[columns[0].record].fields[name].heading, wordWrap=True)
        label.setFixedWidth(self._label_width)
        grid.addWidget(label, line, 0)
        side = Label(wordWrap=True)
        side.setMinimumWidth(self._wide(6))
        line_name = f"{group.title}/{name}"
        self._sides[line_name] = side
        for place, column in enumerate(group.columns, 1):
            if column in columns:
                cell = (column.record, column.key, name)
                editor = self._make_editor(cell)
                self._lines[cell] = line_name
                grid.addWidget(editor, line, place)
        grid.addWidget(side, line, len(group.columns) + 1)
        self._labels[line_name] = (label, side)
        self._write_side(line_name)

    def _make_editor(self, place: Place) -> CellEditor:
        item = RECORDS[place[0]].fields[place[2]].item
        editor = editor_for(item)
        chars = item.width if not isinstance(item.kind, Whole | Scaled | YesNo) else SHORT_WIDTH - 2
        chars = max(chars, 11) if isinstance(item.kind, Choice) else chars
        editor.setFixedWidth(self._wide(chars) + 16)
        editor.setObjectName(".".join((place[0], place[1], place[2])))
        editor.setAccessibleName(item.label)
        editor.installEventFilter(self)
        if isinstance(editor, OptionsEditor):
            editor.chosen.connect(lambda: self._store(place))
        self.editors[place] = editor
        return editor

    def _wide(self, chars: int) -> int:
        return self._theme.char_width(self.font()) * chars

    # --- typing ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, CellEditor):
            return super().eventFilter(watched, event)
        kind = event.type()
        place = _place(watched)
        if kind == QEvent.Type.FocusIn:
            self.place_changed.emit(*place)
            self.ensureWidgetVisible(watched, 20, 40)
        elif kind == QEvent.Type.FocusOut:
            self._store(place)
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, place, event)
        return super().eventFilter(watched, event)

    def _key(self, editor: CellEditor, place: Place, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and editor.isModified():
            self._load(place)
            editor.selectAll()
            return True
        if not editor.isModified() and event.matches(QKeySequence.StandardKey.Undo):
            self.workspace.undo()
            return True
        if not editor.isModified() and event.matches(QKeySequence.StandardKey.Redo):
            self.workspace.redo()
            return True
        step = leaving_key(editor, event)
        if step is None:
            return False
        if self._store(place):
            self._next(place, *step)
        return True

    def _next(self, place: Place, down: int, across: int) -> None:
        order = [field for field in self._order if not self.editors[field].isHidden()]
        if down:
            order = [field for field in order if field[:2] == place[:2]]
        position = order.index(place) + down + across
        if 0 <= position < len(order):
            self.go_to(*order[position])

    def _store(self, place: Place) -> bool:
        """Write what stands in an editor; False where that was refused, and the text stays in the editor."""
        editor = self.editors[place]
        if not editor.isModified() and editor.taken == editor.text() == self._shown(place):
            return True
        record, key, field = place
        text = editor.taken
        if self.workspace.book.approved:
            self._load(place)
            self.noted.emit(self.tr("已审核通过,数据不能再改。需要修改时,先到「上报」页取消审核。"))
            return True

        def work(book: RecordBook) -> Changes:
            return entry.set_cell(book, record, key, field, text)

        written = self.workspace.edit(work, kept=True)
        if written:
            self._load(place)
        return written

    # --- showing ---

    def _shown(self, place: Place) -> str:
        record, key, field = place
        book = self.workspace.book
        return entry.show(book, record, field, book.draft.rows[record][key][field])

    def _load(self, place: Place) -> None:
        editor, text = self.editors[place], self._shown(place)
        if editor.text() != text:
            editor.setText(text)
        editor.setModified(False)
        editor.setReadOnly(self.workspace.book.approved)
        before = _before(self.workspace.book, place)
        if before:
            editor.setPlaceholderText(self.tr("上轮 {0}").format(before))
        self._paint(place)

    def _paint(self, place: Place) -> None:
        editor, theme = self.editors[place], self._theme
        found = self._findings.get(place, [])
        question = self.questions.at(*place)
        ground = _worst_tint(found, theme) or (theme.soft_tint if question else "")
        record, key, field = place
        cell = self.workspace.book.draft.rows[record][key][field]
        colour = theme.bad if isinstance(cell, Unread) else ""
        rules = (f"background: {ground};" if ground else "") + (f"color: {colour};" if colour else "")
        _dress(editor, f"QLineEdit {{ {rules} }}" if rules else "")
        before = _before(self.workspace.book, place)
        texts = [each.text for each in found] + ([self.tr("上轮 {0}").format(before)] if before else [])
        set_tip(editor, self.questions.tip(question, "\n".join(texts)))

    def _write_side(self, line: str) -> None:
        side = self._sides[line]
        cells = [place for place, name in self._lines.items() if name == line]
        found = [each for place in cells for each in self._findings.get(place, [])]
        notes = [self._notes[place] for place in cells if place in self._notes]
        asked = [text for place in cells if (text := self.questions.at(*place))]
        if not found and not notes and not asked and cells:
            notes = [RECORDS[cells[0][0]].fields[cells[0][2]].item.help]
        _say_beside(side, found, notes, self._theme, asked)

    def _follow(self, changes: Changes) -> None:
        for edit in changes.edits:
            place = (getattr(edit, "record", ""), getattr(edit, "key", ""), getattr(edit, "field", ""))
            if place in self.editors:
                self._load(place)


def _before(book: RecordBook, place: Place) -> str:
    record, key, field = place
    return book.draft.previous.get((field, key if record == "section_total" else ""), "")


def _say_beside(
    side: Label, found: list[Finding], notes: list[str], theme: Theme, asked: Sequence[str] = ()
) -> None:
    """Write what the county asks about a line, what was found there, and what else is known of it."""
    worst = Severity.HARD if any(each.severity is Severity.HARD for each in found) else Severity.SOFT
    texts = dict.fromkeys(f"{SEVERITY_MARKS[each.severity]} {each.text}" for each in found)
    new = (note for note in notes if not any(note in text for text in texts))
    questions = (f"{QUESTION} {each}" for each in asked)
    side.setText(";".join((*questions, *texts, *new)))
    plain = theme.accent if asked else theme.dim
    colour = theme.severity_color(worst) if found else plain
    if side.palette().color(side.foregroundRole()).name() != colour:
        tint(side, colour)


def _dress(editor: CellEditor, sheet: str) -> None:
    if editor.styleSheet() != sheet:  # Qt would style the editor anew
        editor.setStyleSheet(sheet)


def _worst_tint(found: list[Finding], theme: Theme) -> str:
    if not found:
        return ""
    hard = any(each.severity is Severity.HARD for each in found)
    return theme.severity_tint(Severity.HARD if hard else Severity.SOFT)


def _place(editor: CellEditor) -> Place:
    record, key, field = editor.objectName().split(".")
    return record, key, field


def _label_widths(groups: Sequence[FormGroup], font: QFont) -> Iterator[int]:
    metrics = QFontMetrics(font)
    for group in groups:
        for name in group.fields:
            records = [RECORDS[c.record] for c in group.columns if name in RECORDS[c.record].fields]
            yield metrics.horizontalAdvance(records[0].fields[name].heading)
