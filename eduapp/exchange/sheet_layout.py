"""How a sheet is read: which row is the heading, which column is which field, in which unit.

One engine for files and for blocks that are pasted. It takes what a field is called, in its own words or
the trade's; what is nearly called so, or holds such values, it only offers. A person can correct all of
it, and what was corrected is known again by the set of headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol

from db.records.catalog import RECORDS
from db.records.months import Month
from db.records.values import Choice, Day, Unreadable, clean
from eduapp.exchange.near_names import near_names, nearest
from eduapp.exchange.sheet_rows import ROW, row_kind
from eduapp.exchange.sheet_text import (
    HEADER_ROWS,
    MONEY,
    fold,
    heading_keys,
    said_unit,
    said_unit_of,
    text_at,
    tidy,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from db.records.spec import Field
    from eduapp.exchange.sheet_cells import Row, Sheet

NO_HEADING: Final = -1
OWN_SHEETS: Final = ("填写说明", "可选项")
"""Sheets that our own templates carry beside the list: advice, and words to choose from."""
LEAST: Final = 2
"""So many columns must be known before a row is taken for the heading; all of a sheet with fewer."""


@dataclass(frozen=True)
class Reading:
    """How one sheet is read; rows and columns from 0.

    `columns` maps a column to the name of its field, "" where a person said that it is left out. `units`
    maps columns of money to their unit. `offered` are fields that columns may be, for a person to say.
    """

    sheet: str
    heading: int
    """The last row of the heading; NO_HEADING where there is none."""
    first: int
    """The first row of the heading: headings may stand in two, the lower one under groups."""
    columns: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    offered: Mapping[int, str] = field(default_factory=dict)

    @property
    def places(self) -> dict[str, int]:
        """The column of each field that is read."""
        return {name: column for column, name in self.columns.items() if name}


class LayoutMemory(Protocol):
    """What was corrected before, by the set of headings."""

    def recall(self, record: str, headings: Sequence[str]) -> dict[int, tuple[str, str]] | None:
        """Return the (field, unit) of each column that a person gave; None for headings not seen."""


class NoMemory:
    """Nothing was corrected before: what the command line reads depends on the file alone."""

    def recall(self, record: str, headings: Sequence[str]) -> dict[int, tuple[str, str]] | None:
        """See Memory."""
        del record, headings
        return None


NOTHING_KNOWN: Final = NoMemory()


@lru_cache(maxsize=64)
def names_of(record: str) -> dict[str, tuple[int, str]]:
    """Return what the columns of a record may be called, folded: (rank, field), 0 the field's own label."""
    found: dict[str, tuple[int, str]] = {}
    for each in RECORDS[record].fields.values():
        for rank, words in enumerate((each.item.label, *each.item.headings.split())):
            for key in _keys(each, words):
                found.setdefault(key, (rank, each.name))
    return found


def _keys(each: Field, words: str) -> Iterator[str]:
    """Yield a name with and without its unit, and money with any of its units, as headings are compared."""
    yield from heading_keys(words)
    units = MONEY if each.item.unit in MONEY else (each.item.unit,) if each.item.unit else ()
    for unit in units:
        yield from heading_keys(f"{words}({unit})")


def field_called(record: str, text: str | None) -> tuple[int, str] | None:
    """Return (rank, field) of a heading's text; None where no field is called so."""
    names = names_of(record)
    keys = heading_keys(text) if text else ()
    return next((names[key] for key in keys if key in names), None)


def best_reading(
    sheets: Sequence[Sheet], record: str, memory: LayoutMemory = NOTHING_KNOWN
) -> tuple[Reading, list[Reading]] | None:
    """Return how the sheet is read that has the most of a list, and how the others that have some are.

    None where no sheet has a heading that is known. A sheet that names itself an earlier one (another year,
    上学年, 备份) stands behind the others; of two alike the first one stands.
    """
    found = [
        reading
        for each in sheets
        if each.name not in OWN_SHEETS and (reading := guessed(each, record, memory, alone=len(sheets) == 1))
    ]
    if not found:
        return None
    required = {name for name, each in RECORDS[record].fields.items() if each.item.required}
    earlier = earlier_sheets([each.sheet for each in found])
    best = max(
        found,
        key=lambda each: (len(required & set(each.places)), each.sheet not in earlier, len(each.places)),
    )
    return best, [layout for layout in found if layout is not best]


_YEAR: Final = re.compile(r"(?<!\d)(20\d{2})(?!\d)|(?<!\d)(\d{2})(?=[年秋春]|学年)", re.ASCII)
_EARLIER: Final = re.compile(r"[去上往历]年|上学[年期]|旧|备份|副本|模板|样表|示例|作废")


def earlier_sheets(names: Sequence[str]) -> set[str]:
    """Return the sheets that by their own names are not the list as it stands: of a year before, a copy."""
    said = {name: [found[1] or f"20{found[2]}" for found in _YEAR.finditer(name)] for name in names}
    latest = max((max(years) for years in said.values() if years), default="")
    old = {name for name, years in said.items() if years and max(years) < latest}
    return old | {name for name in names if _EARLIER.search(name)}


def guessed(
    sheet: Sheet, record: str, memory: LayoutMemory = NOTHING_KNOWN, *, alone: bool = False
) -> Reading | None:
    """Return how a sheet is read, by the row with the most known columns; None where no row has enough.

    Of a sheet that stands `alone`, and has one column, one known heading is enough.
    """
    for row in range(min(HEADER_ROWS, len(sheet.rows))):
        for last in (row + 1, row):
            known = _recalled(sheet, record, row, last, memory)
            if known is not None:
                return known
    counts = [len(_called(sheet.rows[row], record)) for row in range(min(HEADER_ROWS, len(sheet.rows)))]
    enough = [
        (count, -row)
        for row, count in enumerate(counts)
        if count >= LEAST or (count and alone and _narrow(sheet))
    ]
    return reading_at(sheet, record, -max(enough)[1], memory) if enough else None


def reading_at(sheet: Sheet, record: str, row: int, memory: LayoutMemory = NOTHING_KNOWN) -> Reading:
    """Return how a sheet is read under the heading in a row that a person named; NO_HEADING for none."""
    if row == NO_HEADING or row >= len(sheet.rows):
        return with_offers(sheet, record, Reading(sheet.name, NO_HEADING, NO_HEADING))
    last = row + 1 if _is_second(sheet, row, record) or _parts_groups(sheet, row, record) else row
    known = _recalled(sheet, record, row, last, memory)
    if known is not None:
        return known
    columns = _called(sheet.rows[row], record)
    if last > row:
        taken = set(columns.values())
        lower = _called(sheet.rows[last], record)
        columns = columns | {
            at: name for at, name in lower.items() if name not in taken and at not in columns
        }
    reading = Reading(sheet.name, last, row, dict(sorted(columns.items())))
    return with_offers(sheet, record, replace(reading, units=_units(sheet, record, reading)))


def _narrow(sheet: Sheet) -> bool:
    return all(sum(map(bool, row)) <= 1 for row in sheet.rows)


def _recalled(sheet: Sheet, record: str, row: int, last: int, memory: LayoutMemory) -> Reading | None:
    if last >= len(sheet.rows):
        return None
    bare = Reading(sheet.name, last, row)
    found = memory.recall(record, headings_of(sheet, bare))
    if found is None:
        return None
    columns = {at: name for at, (name, _) in found.items() if not name or name in RECORDS[record].fields}
    units = _units(sheet, record, replace(bare, columns=columns))
    units |= {at: unit for at, (_, unit) in found.items() if unit and at in columns}
    return with_offers(sheet, record, replace(bare, columns=columns, units=units))


def _called(row: Sequence[str | None], record: str) -> dict[int, str]:
    """Return the field of each column that a row names: of two columns the better name, then the first."""
    best: dict[str, tuple[int, int]] = {}
    for at, text in enumerate(row):
        found = field_called(record, text)
        if found is not None:
            rank, name = found
            best[name] = min(best.get(name, (rank, at)), (rank, at))
    return {at: name for name, (_, at) in sorted(best.items(), key=lambda each: each[1][1])}


def _is_second(sheet: Sheet, row: int, record: str) -> bool:
    """Whether the row below holds nothing but headings, and one at least that the row itself lacks."""
    above = sheet.rows[row]
    below = sheet.rows[row + 1] if row + 1 < len(sheet.rows) else []
    filled = [(at, text) for at, text in enumerate(below) if text and text.strip()]
    own = [at for at, text in filled if text != text_at(above, at)]
    return bool(own) and all(field_called(record, text_at(below, at)) for at in own)


def _parts_groups(sheet: Sheet, row: int, record: str) -> bool:
    """Whether the row below parts groups of this row (其中 over 男 and 女) of which nothing is read."""
    above = sheet.rows[row]
    below = sheet.rows[row + 1] if row + 1 < len(sheet.rows) else []
    filled = [(at, text.strip()) for at, text in enumerate(below) if text and text.strip()]
    own = [(at, text) for at, text in filled if text != text_at(above, at).strip()]
    known = _called(above, record)
    if any(at in known or len(text) > _LONGEST_PART or _NUMBERED.search(text) for at, text in own):
        return False
    groups = [_group(above, at) for at, _ in own]
    return len(own) > 1 and any(one and one == next_ for one, next_ in pairwise(groups))


def _group(above: Row, at: int) -> str:
    """Return the heading that stands over a column: its own, else the one at its left."""
    return next((text for column in range(at, -1, -1) if (text := text_at(above, column).strip())), "")


_LONGEST_PART: Final = 12
_NUMBERED: Final = re.compile(r"\d")


def headings_of(sheet: Sheet, reading: Reading) -> list[str]:
    """Return the heading of each column, of two rows the lower one's, else the upper one's; "" for none."""
    width = sheet.width
    if reading.heading == NO_HEADING:
        return [""] * width
    upper, lower = sheet.rows[reading.first], sheet.rows[reading.heading]
    return [clean(text_at(lower, at) or text_at(upper, at)) for at in range(width)]


_PERSONAL: Final = re.compile(
    r"证件号|身份证|证件有效期|学籍|学号|手机|电话|住址|地址|信箱|邮箱|监护人|家长|成员\d|曾用名|银行|账号"
)


def is_personal(heading: str) -> bool:
    """Whether a column says who a person is or where to find him: its values are never shown."""
    return bool(_PERSONAL.search(fold(heading)))


def _units(sheet: Sheet, record: str, reading: Reading) -> dict[int, str]:
    """Return the unit of each column of money, where its heading or the sheet above it says one."""
    fields, headings = RECORDS[record].fields, headings_of(sheet, reading)
    above = said_unit(sheet.rows[: reading.first]) if reading.heading != NO_HEADING else ""
    found = {}
    for at, name in reading.columns.items():
        unit = said_unit_of(headings[at]) or above if name and fields[name].item.unit in MONEY else ""
        if unit:
            found[at] = unit
    return found


# --- what is only offered ---

_SAMPLE: Final = 30
_LOOKED_AT: Final = 500
_FITS: Final = 0.9
_FEW: Final = 2


def with_offers(
    sheet: Sheet, record: str, reading: Reading, taken: Collection[str] = (), used: Collection[int] = ()
) -> Reading:
    """Return a reading with what its other columns may be: by a near heading, else by their values.

    `taken` are fields, and `used` are columns, that something else reads already.
    """
    gone = {*reading.places, *taken}
    free = {name: each for name, each in RECORDS[record].fields.items() if name not in gone}
    headings = headings_of(sheet, reading)
    names = {words: name for words, (_, name) in names_of(record).items() if name in free}
    offered: dict[int, str] = {}
    sampled = samples(sheet, reading)
    for at, heading in enumerate(headings):
        if at in reading.columns or at in used or is_personal(heading) or field_called(record, heading):
            continue
        values = sampled[at]
        name = (_by_heading(free, names, heading, values) or _by_values(free, values)) if values else None
        if name and name not in offered.values():
            offered[at] = name
    return replace(reading, offered=offered)


def _by_heading(
    fields: Mapping[str, Field], names: Mapping[str, str], heading: str, values: Sequence[str]
) -> str | None:
    """Return the one field that a heading is nearest to; None where few of its values can be such a thing."""
    found = near_names(heading, names, len(names)) if heading else []
    if not found:
        return None
    rival = next((words for words in found if names[words] != names[found[0]]), None)
    if rival is not None and nearest(heading, (found[0], rival)) is None:
        return None
    each = fields[names[found[0]]]
    return each.name if 2 * sum(readable(each, value) for value in values) >= len(values) else None


def samples(sheet: Sheet, reading: Reading) -> list[list[str]]:
    """Return the first different values of each column under the heading; none of sums and notes."""
    found: list[dict[str, None]] = [{} for _ in range(sheet.width)]
    texts = headings_of(sheet, reading) if reading.heading != NO_HEADING else []
    headings = {at: texts[at] for at in reading.places.values() if texts and texts[at]}
    first = reading.heading + 1
    for row in sheet.rows[first : first + _LOOKED_AT]:
        if row_kind(row, headings) != ROW:
            continue
        for at, text in enumerate(row):
            if text and len(found[at]) < _SAMPLE and (value := text.strip()):
                found[at][value] = None
    return [list(each) for each in found]


def _by_values(fields: Mapping[str, Field], values: Sequence[str]) -> str | None:
    """Return the one field whose choices, or whose dates, nearly all values are."""
    if len(values) < _FEW:
        return None
    fit = [name for name, each in fields.items() if _share(each, values) >= _FITS]
    return fit[0] if len(fit) == 1 else None


_DATED: Final = re.compile(
    r"(?:19|20)\d\d ?[-/.年].*|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?", re.ASCII
)
"""What nobody writes but for a day or a month of a year; a number of five digits may be anything."""


def _share(each: Field, values: Sequence[str]) -> float:
    kind = each.item.kind
    if isinstance(kind, Day | Month):
        words = [value for value in values if _DATED.fullmatch(clean(value))]
    elif isinstance(kind, Choice) and not kind.numeric:
        words = [value for value in values if not value.replace(".", "").isdecimal()]  # a number is any code
    else:
        return 0.0
    return sum(readable(each, value) for value in words) / len(values)


def readable(each: Field, text: str) -> bool:
    """Whether a text of a file can be read as a field's kind."""
    try:
        each.item.kind.parse(tidy(each, text))
    except Unreadable:
        return False
    return True
