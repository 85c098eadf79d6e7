"""The tab of a page of records that shows a form. Grids are loaded when one is looked at (`grid_pane`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.common.elided_label import tint
from ui.common.plain import Label
from ui.common.record_form import RecordForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eduapp.services.books import RecordBook
    from eduapp.services.changes import Changes
    from eduapp.standards.results import Finding
    from ui.common.record_layout import PaneLayout
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace


class FormPane(QWidget):
    """A form; cells that do not fit as things stand are left out."""

    DECIDING: frozenset[str] = frozenset()
    """Records whose edits may change which cells fit."""

    noted = Signal(str)
    done = Signal(str)
    moved = Signal()
    long_job = Signal(str, object, object)

    def __init__(
        self,
        workspace: Workspace[RecordBook],
        layout: PaneLayout,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Build the form of a layout."""
        super().__init__(parent)
        self.workspace = workspace
        self.layout_ = layout
        self.form = RecordForm(workspace, layout.groups, theme)
        self._place = ("", "", "")
        self.form.place_changed.connect(self._moved)
        self.form.noted.connect(self.noted)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        if layout.note:
            note = Label(layout.note, wordWrap=True)
            tint(note, theme.dim)
            note.setContentsMargins(10, 5, 10, 0)
            box.addWidget(note)
        box.addWidget(self.form, 1)
        workspace.changed.connect(self._follow)
        self._show_fitting()

    @property
    def place(self) -> tuple[str, str, str]:
        """The current cell."""
        return self._place

    def parts_for_keys(self) -> list[QWidget]:
        """Return what F6 goes through."""
        return [self.form.widget()]

    def shows(self, record: str, key: str, field: str) -> bool:
        """Whether a cell is in this form."""
        return self.form.shows(record, key, field)

    def order_of(self, record: str, key: str, field: str) -> tuple[int, int]:
        """Return where a cell comes."""
        return (list(self.form.editors).index((record, key, field)), 0)

    def go_to(self, record: str, key: str, field: str) -> None:
        """Put the keyboard into a cell; a hidden one comes into sight."""
        self.form.reveal((record, key, field))
        self.form.go_to(record, key, field)
        self._moved(record, key, field)

    def findings_here(self) -> list[Finding]:
        """Return what was found at the current cell."""
        return self.form.findings_at(*self._place)

    def same_here(self) -> int:
        """Count the cells that say the same: a form's are each a thing of its own."""
        return 0

    def change_same(self) -> None:
        """Change nothing: a form has no columns."""

    def set_findings(self, found: Iterable[Finding]) -> None:
        """Tint and mark."""
        self.form.set_findings(found)

    def question_here(self) -> str:
        """Return what the county asks about the current cell; "" where it asks nothing."""
        return self.form.questions.at(*self._place)

    def set_questions(self, questions: Mapping[tuple[str, str, str], str]) -> None:
        """Mark the cells that the county asks about; a hidden one comes into sight."""
        self.form.set_questions(questions)
        self._show_fitting()

    def refresh(self) -> None:
        """Follow 审核通过 and 取消审核."""
        self.form.refresh()

    def commit(self) -> None:
        """Write what is being typed."""
        self.form.commit()

    @property
    def unwritten(self) -> bool:
        """Whether something typed is not written."""
        return any(editor.isModified() for editor in self.form.editors.values())

    def _moved(self, record: str, key: str, field: str) -> None:
        self._place = (record, key, field)
        self.moved.emit()

    def _follow(self, changes: Changes) -> None:
        if changes.records & self.DECIDING:
            self._show_fitting()

    def _show_fitting(self) -> None:
        self.form.show_only(lambda place: self.fits(place) or bool(self.form.questions.at(*place)))

    def fits(self, place: tuple[str, str, str]) -> bool:
        """Whether a cell is asked for as things stand; the others are left out."""
        return True
