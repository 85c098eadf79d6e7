"""A spreadsheet of schools beside the school list: what becomes of its rows, what changes, what is asked.

The window and the command line rehearse it here and take over the same: what nobody answered is left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from db.records.choices import SCHOOL_KIND
from db.records.values import comparison_key
from eduapp.services.county import books, contacts
from eduapp.services.pairing import ROW_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from eduapp.exchange.roster import Roster, RosterEntry
    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.contacts import Contact
    from eduapp.services.merge.listing import Expected

_OWN: Final = "本校"
"""What is shown of a school that is nobody's campus."""


@dataclass(frozen=True)
class SchoolChange:
    """What the list would say of a school: where `label` is "" the school is new and `new` its name."""

    code: str
    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ListRehearsal:
    """What an import of a school list would do.

    `rows` counts the rows by what becomes of them (see ROW_WORDS); their sum is `roster.rows_read`. `kept`
    are the schools of the list that the file does not name: they stay.
    """

    path: Path
    roster: Roster
    rows: Mapping[str, int]
    changes: tuple[SchoolChange, ...]
    notes: tuple[str, ...]
    kept: int

    @property
    def writes(self) -> bool:
        """Whether taking it over would change anything."""
        return bool(self.changes)


def rehearse(book: CountyBook, path: Path, answers: Mapping[str, str] | None = None) -> ListRehearsal:
    """Say what a spreadsheet would do to the school list; writes nothing.

    Raises Problem `answers-unfit`, `no-known-columns`, `no-schools-of-county`, and what reading raises.
    """
    roster = books.read_list(path, book.code, book.name, answers)
    expected, known = book.expected, contacts.contacts_of(book.workbook)
    changes = [each for entry in roster.schools for each in _changes(expected.get(entry.code), known, entry)]
    return ListRehearsal(
        path,
        roster,
        _accounted(expected, known, roster),
        tuple(changes),
        (*roster.notes, *_namesakes(expected, roster)),
        len(expected.keys() - {each.code for each in roster.schools}),
    )


def take_over(book: CountyBook, found: ListRehearsal) -> Roster:
    """Take what was rehearsed into the school list."""
    return books.list_roster(book, found.roster)


def _accounted(
    expected: Mapping[str, Expected], known: Mapping[str, Contact], roster: Roster
) -> dict[str, int]:
    """Count the rows of a spreadsheet by what becomes of them; their sum is `rows_read`.

    `asked` are rows of other counties and closed schools: whether they belong here, a person must say.
    """
    counts = dict.fromkeys(ROW_WORDS, 0) | dict(roster.left)
    for each in roster.schools:
        there = expected.get(each.code)
        if there is None:
            counts["new"] += 1
        else:
            counts["changed" if any(_changes(there, known, each)) else "unchanged"] += 1
    counts["refused"] = roster.rows_read - sum(counts.values())
    return counts


def _changes(
    there: Expected | None, known: Mapping[str, Contact], said: RosterEntry
) -> Iterator[SchoolChange]:
    """Yield what a row says otherwise than the list; what it does not say stays."""
    if there is None:
        yield SchoolChange(said.code, said.name, "", "", said.name)
        return
    contact = known.get(said.code, contacts.Contact())
    pairs = (
        ("学校名称", there.name, said.name),
        ("学校类型", _kind(there.kind), _kind(said.kind)),
        ("校区所属", there.parent or _OWN, None if said.parent is None else said.parent or _OWN),
        ("乡镇", contact.township, said.township),
        ("联系人", contact.contact, said.contact),
        ("联系电话", contact.telephone, said.telephone),
    )
    for label, old, new in pairs:
        if new and new != old:
            yield SchoolChange(said.code, there.name, label, old, new)


def _kind(code: str | None) -> str:
    return SCHOOL_KIND.show(code) if code else ""


def _namesakes(expected: Mapping[str, Expected], roster: Roster) -> Iterator[str]:
    """Yield new codes of schools whose name the list has under another one: they may be the same school."""
    codes: dict[str, list[str]] = defaultdict(list)
    for code, each in expected.items():
        codes[comparison_key(each.name)].append(code)
    named = {each.code for each in roster.schools}
    for school in roster.schools:
        others = [code for code in codes.get(comparison_key(school.name), ()) if code not in named]
        if school.code not in expected and others:
            yield (
                f"「{school.name}」在名单里的代码是 {'、'.join(others)},文件里是 {school.code}。"
                "是同一所学校时不要从这里导入,请在「学校」页用「换码…」;照此导入会成为两所学校。"
            )
