"""What a school list says beside who a school is: its township, whom to call. It stays in this workbook.

No verdict and no paper stands on it, and it goes into no round file and no receipt: a contact is a person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from db.records.stored import read_stored
from eduapp.services.county.held import CONTACTS_OF_LIST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.workbook import Workbook
    from eduapp.exchange.roster import Roster
    from eduapp.services.county.logged import LoggedBook

_NOTE: Final = "list-contacts"


@dataclass(frozen=True)
class Contact:
    """Where a school lies and whom to call."""

    township: str = ""
    contact: str = ""
    telephone: str = ""

    @property
    def words(self) -> str:
        """All of it in one line."""
        return " ".join(text for text in (self.township, self.contact, self.telephone) if text)


def contacts_of(workbook: Workbook) -> dict[str, Contact]:
    """Return what is known, by school code."""
    text = workbook.meta.get(CONTACTS_OF_LIST, "")
    return {code: Contact(*said) for code, said in read_stored(text).items()} if text else {}


def keep(book: LoggedBook, roster: Roster) -> None:
    """Keep what a list says, bound by the log; what it leaves blank stays as it was.

    Raises Problem, what signing raises, where it says something new.
    """
    before: Mapping[str, Contact] = contacts_of(book.workbook)
    after = dict(before)
    for each in roster.schools:
        known = before.get(each.code, Contact())
        said = Contact(
            each.township or known.township, each.contact or known.contact, each.telephone or known.telephone
        )
        if said != Contact():
            after[each.code] = said
    if after != before:
        rows = {code: [each.township, each.contact, each.telephone] for code, each in sorted(after.items())}
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        book.set_facts(_NOTE, str(len(rows)), **{CONTACTS_OF_LIST: text})
