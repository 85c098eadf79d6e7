"""What a school is called where a person decides: by the county's list.

What a file, a request or a key says of itself are a stranger's words; they stand beside, in quotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.characters import quoted
from db.records.values import comparison_key

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook


def called(book: CountyBook, code: str, said: str) -> str:
    """Name a school: as it is listed; what it calls itself where that differs, or where it is not listed."""
    listed = book.expected.get(code)
    if listed is None or not listed.name:
        return f"自称{quoted(said)}" if said else code
    same = not said or comparison_key(said) == comparison_key(listed.name)
    return listed.name if same else f"{listed.name}(自称{quoted(said)})"
