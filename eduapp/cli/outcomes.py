"""What became of files, in lines and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from eduapp.services.county.naming import called
from eduapp.services.hand_off import intake

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.intake import FileOutcome


def file_json(outcome: FileOutcome) -> dict[str, Any]:
    """Return what became of a file, for `--json`."""
    return {
        "path": outcome.path,
        "outcome": outcome.outcome,
        "code": outcome.code or None,
        "school": outcome.school or None,
        "id": outcome.submission or None,
        "text": outcome.text,
        "differences": list(outcome.differs),
    }


def file_line(book: CountyBook, outcome: FileOutcome) -> str:
    """Say in one line what became of a file."""
    word = intake.OUTCOME_WORDS[outcome.outcome]
    name = called(book, outcome.school, outcome.name) if outcome.name else ""
    texts = [text for text in (outcome.text, *outcome.differs) if text]
    why = f":{';'.join(texts)}" if texts else ""
    return f"{word}  {Path(outcome.path).name}  {name}{why}"
