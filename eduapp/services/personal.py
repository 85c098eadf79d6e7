"""What says who a person is and must not leave the school, or not in the clear.

No cell with an identity number, or with a mobile number outside a field of telephones, leaves in any
file. A file that is not encrypted also leaves at home what could not be read, free text that nothing
judges, and free text in which a person is named: what stands, or was pasted, under 姓名 is known here.
Questions and reasons lie, and travel, in the clear.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.catalog import RECORDS, SCHOOL_RECORDS
from db.records.personal_numbers import is_piece, numbers_at_home, numbers_in, spread_over, words_of
from db.records.spec import carried
from db.records.values import Unread, comparison_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from db.records.draft import Draft
    from db.records.spec import Field
    from db.records.values import Cell

_LONG_NUMBER: Final = re.compile(r"\d(?:[\s-]?\d){10}|\d{15,}")
"""A telephone number, an ID number."""
_LEAST_SAID: Final = 2
"""Personal text shorter than this is found in any sentence."""
_NAME_HEADINGS: Final = frozenset({"姓名", "名字", "教师姓名", "学生姓名", "职工姓名", "教职工姓名"})
_PUBLIC: Final = frozenset({("school", "name"), ("school", "code")})
"""They stand in the county's list and on the file itself, whoever the school was named after."""
REASON: Final = "reason"
"""Under this name explanations that stay at home are counted."""


def says_personal(text: str, personal: Iterable[str | None]) -> bool:
    """Whether a text that travels in the clear holds a long number or one of these personal texts."""
    known = _said_as(text for text in personal if text is not None)
    return bool(_LONG_NUMBER.search(text) or numbers_in(text)) or _says(text, known)


def _says(text: str, personal: Iterable[str]) -> bool:
    """Whether a text holds one of some personal ones (`_said_as`), however it is spaced or written."""
    folded = _folded(text)
    return any(each in text or each in folded for each in personal)


def _said_as(personal: Iterable[str]) -> frozenset[str]:
    """Return personal texts as they are looked for: names folded, a date or a number as it is."""
    folded = (_folded(each) if any(map(str.isalpha, each)) else each for each in personal)
    return frozenset(text for text in folded if len(text) >= _LEAST_SAID)


def _folded(text: str) -> str:
    """Fold a name, or a text that may hold one: lists write 「王 强」 and 「买买提·艾力」 in many ways."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).casefold()


def require_impersonal(draft: Draft, reason: str) -> None:
    """Raise Problem `reason-personal` for a reason that says what a personal cell of a draft says.

    Reasons lie in the county's workbook and go into receipts, both in the clear.
    """
    places = ((record, key) for record in SCHOOL_RECORDS for key, _ in draft.rows[record].items())  # noqa: PERF102
    if says_personal(reason, (text for record, key in places for text in texts_of(draft, record, key))):
        raise Problem("reason-personal")


def require_public(*texts: str) -> None:
    """Raise Problem `profile-personal` where a code or name that stands on every file holds such a number."""
    if any(numbers_in(text) for text in texts):
        raise Problem("profile-personal")


def require_unnumbered(*said: tuple[str, str]) -> None:
    """Raise Problem `text-numbered` for texts of the county, (label, text), that hold such a number.

    What a county decides, and the names and codes of its list, go into round files, receipts and papers.
    """
    for label, text in said:
        if found := numbers_in(text):
            raise Problem("text-numbered", label=label, words=words_of(found))


def kept_text(kept_home: Mapping[str, int]) -> str:
    """Say how much stayed at the school, and of which fields."""
    parts = [f"{_field_words(name)} {count} 处" for name, count in kept_home.items()]
    return f"有 {sum(kept_home.values())} 处内容留在学校,没有随文件交出:{'、'.join(parts)}"


def _field_words(name: str) -> str:
    if name == REASON:
        return "说明"
    record, _, field = name.partition(".")
    spec = SCHOOL_RECORDS.get(record)
    known = spec is not None and field in spec.fields
    return f"{spec.label}「{spec.fields[field].item.label}」" if known and spec else name


def texts_of(draft: Draft, record: str, key: str) -> Iterator[str | None]:
    """Yield what the personal cells of a row say."""
    row = draft.rows[record][key]
    for field in SCHOOL_RECORDS[record].fields.values():
        if field.item.personal:
            yield carried(field, row[field.name])[0]


@dataclass(frozen=True)
class WordsPlace:
    """A cell in which words stand."""

    record: str
    key: str
    field: Field
    cell: Cell

    @property
    def place(self) -> tuple[str, str, str]:
        """Record, row and field."""
        return self.record, self.key, self.field.name

    @property
    def text(self) -> str:
        """What stands there, readable or not."""
        return self.cell.text if isinstance(self.cell, Unread) else str(self.cell)


class Home:
    """What of a draft stays at the school: of a file that will be sealed, or of a plain one."""

    def __init__(self, draft: Draft, *, sealed: bool) -> None:
        """Look at a draft as it stands."""
        self.sealed = sealed
        self.places: tuple[WordsPlace, ...] = tuple(places_of(draft))
        """Every cell in which words stand, and every unread one."""
        spread = spread_in(draft, self.places)
        self._spread = frozenset((each.field, each.text) for each in self.places if each.place in spread)

    def keeps(self, field: Field, cell: Cell) -> bool:
        """Whether a cell of a field that travels stays at home, and a mark goes in its place."""
        if cell is None:
            return False
        if self._never_leaves(field, cell):
            return True
        if self.sealed:
            return False
        named = field.item.wordy and (field.record, field.name) not in _PUBLIC
        return isinstance(cell, Unread) or (named and self._names_someone(str(cell)))

    def keeps_reason(self, text: str) -> bool:
        """Whether an explanation stays at home."""
        return bool(numbers_in(text)) or (not self.sealed and self._names_someone(text))

    def reasons(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the explanations that travel."""
        return {finding: text for finding, text in given.items() if not self.keeps_reason(text)}

    def counted(self, reasons: Mapping[str, str]) -> dict[str, int]:
        """Return how many cells of each field ("teacher.hired"), and explanations, stay at home.

        A personal field of a plain file is not counted cell by cell, only what never leaves.
        """
        found: Counter[str] = Counter(REASON for text in reasons.values() if self.keeps_reason(text))
        for each in self.places:
            if self._stays(each):
                found[f"{each.record}.{each.field.name}"] += 1
        return dict(sorted(found.items()))

    def _stays(self, place: WordsPlace) -> bool:
        item = place.field.item
        if item.travels(sealed=self.sealed):
            return self.keeps(place.field, place.cell)
        return not item.personal or self._never_leaves(place.field, place.cell)

    def _never_leaves(self, field: Field, cell: Cell) -> bool:
        text = cell.text if isinstance(cell, Unread) else cell
        return bool(numbers_at_home(field.item, cell)) or (field, text) in self._spread

    def _names_someone(self, text: str) -> bool:
        return _says(text, self._persons)

    @cached_property
    def _persons(self) -> frozenset[str]:
        said = {each.text for each in self.places if each.field.item.personal}
        return _said_as(said | set(self._under_headings()))

    def _under_headings(self) -> Iterator[str]:
        """Yield what stands below a cell that says 姓名, in any column: pasted there with its heading."""
        below: set[Field] = set()
        for each in self.places:
            if each.field in below:
                yield each.text
            elif comparison_key(each.text) in _NAME_HEADINGS:
                below.add(each.field)


def places_of(draft: Draft) -> Iterator[WordsPlace]:
    """Yield the cells of a draft in which words can stand, row by row, and those that are unread."""
    for record, rows in draft.rows.items():
        fields = [(field, field.item.wordy) for field in RECORDS[record].fields.values()]
        has_words = any(wordy for _, wordy in fields)
        for key, row in rows.items():
            if not has_words and Unread not in map(type, row.values()):
                continue  # homework: tens of thousands of rows without a word
            for field, wordy in fields:
                cell = row[field.name]
                if isinstance(cell, Unread) or (wordy and cell is not None):
                    yield WordsPlace(record, key, field, cell)


def spread_in(draft: Draft, places: Iterable[WordsPlace]) -> frozenset[tuple[str, str, str]]:
    """Return the places of a draft that hold a part of an identity number spread over neighbouring cells."""
    rows = dict.fromkeys((each.record, each.key) for each in places if is_piece(each.cell))
    return frozenset(
        (record, key, name) for record, key in rows for name in spread_over(draft.rows[record][key].items())
    )
