"""What a mutation did: the edits, their inverse, and the words for the undo menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.records.edits import Edit


@dataclass(frozen=True)
class Changes:
    """Edits that were written together, with the words for them (修改 学生数)."""

    edits: tuple[Edit, ...]
    text: str

    def inverse(self) -> Changes:
        """Return the changes that take these back, in reverse order."""
        return Changes(tuple(edit.inverse() for edit in reversed(self.edits)), self.text)

    @property
    def records(self) -> frozenset[str]:
        """The records touched."""
        return frozenset(getattr(edit, "record", "") for edit in self.edits) - {""}

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.edits)
