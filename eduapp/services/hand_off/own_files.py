"""A school's own submissions as its workbook keeps them, held against their ids before they are used.

The row says which submission it is; whoever swaps the bytes beside it must not have an older state handed
over as the newest, or read a secret out of another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.problems import Problem

if TYPE_CHECKING:
    from db.workbook import Workbook
    from eduapp.exchange.submission import Opened, Unverified


def require_same(workbook: Workbook, submission: str, found: Opened | Unverified) -> None:
    """Raise Problem `workbook-damaged` unless a stored file that was opened is the one of its row."""
    if found.id != submission:
        raise damaged(workbook)


def damaged(workbook: Workbook) -> Problem:
    """Return what is said of a workbook whose stored file is another."""
    return Problem("workbook-damaged", path=str(workbook.path))
