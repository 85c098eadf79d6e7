"""Six words that may be taken as a passphrase: typed without an input method, remembered by characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from eduapp.services.keys.passphrases import suggestion
from ui.common.plain import Label, PushButton

if TYPE_CHECKING:
    from ui.common.theme import Theme


class SuggestionLine(QWidget):
    """The words, the characters beside them, and a button for others."""

    def __init__(self, theme: Theme) -> None:
        """Offer the first six."""
        super().__init__()
        self.words = Label()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setStyleSheet(f"color: {theme.text};")
        other = PushButton(self.tr("换一组"))
        other.setAutoDefault(False)
        other.clicked.connect(lambda _checked: self.offer())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(other)
        self.offer()

    def offer(self) -> None:
        """Throw the dice again."""
        made = suggestion()
        self.words.setText(f"{made.typed}  ({made.characters})")
