"""Personal data in what a person writes: questions and reasons lie, and travel, in the clear."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.catalog import SCHOOL_RECORDS
from eduapp.services.merge.overlays import carried

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from db.records.draft import Draft

_LONG_NUMBER: Final = re.compile(r"\d(?:[\s-]?\d){10}|\d{15,}")
"""A telephone number, an ID number."""
_LEAST_SAID: Final = 2
"""Personal text shorter than this is found in any sentence."""


def says_personal(text: str, personal: Iterable[str | None]) -> bool:
    """Whether a text that travels in the clear holds a long number or one of these personal texts."""
    known = (each for each in personal if each is not None and len(each) >= _LEAST_SAID)
    return _LONG_NUMBER.search(text) is not None or any(each in text for each in known)


def require_impersonal(draft: Draft, reason: str) -> None:
    """Raise Problem `reason-personal` for a reason that says what a personal cell of a draft says.

    Reasons lie in the county's workbook and go into receipts, both in the clear.
    """
    places = ((record, key) for record in SCHOOL_RECORDS for key, _ in draft.rows[record].items())  # noqa: PERF102
    if says_personal(reason, (text for record, key in places for text in texts_of(draft, record, key))):
        raise Problem("reason-personal")


def texts_of(draft: Draft, record: str, key: str) -> Iterator[str | None]:
    """Yield what the personal cells of a row say."""
    row = draft.rows[record][key]
    for field in SCHOOL_RECORDS[record].fields.values():
        if field.item.personal:
            yield carried(field, row[field.name])[0]
