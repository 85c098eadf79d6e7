"""The line under a grid or form: what was found at the current cell, and its explanation in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from eduapp.standards.outcomes import Severity
from ui.common.elided_label import ElidedLabel, tint
from ui.common.plain import PushButton
from ui.common.theme import SEVERITY_MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from eduapp.standards.results import Finding
    from ui.common.theme import Theme


class FindingLine(QFrame):
    """Always there and always as high, so that nothing jumps."""

    reasoned = Signal(str, str)
    """(id of the finding, explanation) after the explanation was typed."""

    def __init__(self, theme: Theme, reason_hint: str = "", parent: QWidget | None = None) -> None:
        """Start empty; `reason_hint` stands in the empty field of an explanation."""
        super().__init__(parent)
        self._theme = theme
        self._finding: Finding | None = None
        self._label = ElidedLabel()
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(reason_hint)
        self.reason.setFixedWidth(theme.char_width(self.font()) * 21)
        self.reason.editingFinished.connect(self.commit)
        self.reason.hide()
        self.same = PushButton()
        self.same.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.same.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        row.addWidget(self._label, 1)
        row.addWidget(self.same)
        row.addWidget(self.reason)
        self.setFixedHeight(theme.row_height(self.font()) + 4)

    @property
    def text(self) -> str:
        """What stands there."""
        return self._label.text()

    def show_findings(self, found: Sequence[Finding], hint: str = "", question: str = "") -> None:
        """Show what the county asks about a cell, else its gravest finding, else a hint about the field."""
        self.commit()
        if self.unwritten:
            return  # the explanation that was refused stays with its finding
        order = sorted(found, key=lambda each: (each.severity is Severity.SOFT, bool(each.reason)))
        finding = self._finding = order[0] if order else None
        if question:
            others = self.tr("(另有校验 {0} 处)").format(len(found)) if found else ""
            self._say(self.tr("县里问:{0}").format(question) + others, self._theme.accent)
        elif finding is not None:
            from eduapp.standards import wording  # noqa: PLC0415 - something was judged: it is loaded

            more = self.tr("(另有 {0} 处)").format(len(found) - 1) if len(found) > 1 else ""
            words = wording.SEVERITY_WORDS[finding.severity]
            text = f"{SEVERITY_MARKS[finding.severity]} {words}:{finding.text}{more}"
            self._say(text, self._theme.severity_color(finding.severity))
        else:
            self._say(hint, self._theme.dim)
        soft = finding is not None and finding.severity is Severity.SOFT
        self.reason.setVisible(soft)
        if finding is not None and soft and self.reason.text() != finding.reason:
            self.reason.setText(finding.reason)
            self.reason.setModified(False)

    def offer_same(self, count: int) -> None:
        """Offer to change all cells that say the same as the one with the finding, where there are two."""
        self.same.setVisible(count > 1 and self._finding is not None)
        if count > 1:
            self.same.setText(self.tr("同样的 {0} 格都改…").format(count))

    def _say(self, text: str, colour: str) -> None:
        self._label.setText(text)
        tint(self._label, colour)

    @property
    def unwritten(self) -> bool:
        """Whether the explanation that stands there is not written."""
        return self._finding is not None and self.reason.isModified()

    def refuse(self) -> None:
        """Keep the explanation that could not be written; it is handed on again, or given up by Escape."""
        self.reason.setModified(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._finding is not None and self.unwritten:
            self.reason.setText(self._finding.reason)
            self.reason.setModified(False)
            return
        super().keyPressEvent(event)

    def commit(self) -> None:
        """Hand on what is being typed."""
        finding = self._finding
        if finding is not None and self.reason.isModified():
            self.reason.setModified(False)
            self.reasoned.emit(finding.id, self.reason.text())
