"""A file that is dropped on the school's window: read as what its headings say, not as the page it fell on.

The page in front decides only where the headings do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from db.records.catalog import LISTS, RECORDS
from eduapp.exchange import receipt_file, round_file
from eduapp.exchange.profiles import PEOPLE
from eduapp.exchange.sheet_layout import best_reading, readable, samples
from eduapp.services import importing_own
from eduapp.services.import_plans import by_profile, into_list, started
from eduapp.services.importing_lists import opened, profile_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from db.records.spec import Field
    from eduapp.services.import_plans import ImportPlan
    from eduapp.services.importing_lists import OpenedSheets

_ENOUGH: Final = 0.5
"""Of a list that no page names, so many of the required columns must be there."""


def arrived(path: Path, front: str = "") -> ImportPlan | None:
    """Open a file that was dropped while the list `front` was shown, "" for none; None: the official form.

    The export of another system is read by its profile, unless it is of people and its own columns say more
    of the list. Raises what reading does, and Problem `file-of-no-system` where nothing is known of it and
    no list is in front, where it could be read by hand.
    """
    from eduapp.exchange import school_form  # noqa: PLC0415 - the spreadsheet libraries are heavy

    if importing_own.is_own(path):
        return started(front, path)
    file = opened(path)
    if school_form.is_form(file.sheets):
        return None
    profile = profile_for(file)
    if profile is not None and (profile.reads != PEOPLE or profile_for(file, profile.record) is not None):
        return by_profile(profile, file, front)
    record = list_of(file, front)
    if record:
        return into_list(record, file)
    return started("", path)  # says what was found and what is known


def receipts_in(paths: Sequence[Path]) -> list[Path]:
    """Return those of several files that are a county's receipts, by their names."""
    return [each for each in paths if each.suffix.lower() == receipt_file.SUFFIX]


def is_round(path: Path) -> bool:
    """Whether a file is a county's round file, by its name."""
    return path.suffix.lower() == round_file.SUFFIX


def list_of(file: OpenedSheets, front: str = "") -> str:
    """Return the list that a file is: `front` where it has enough of it, else the one it has the most of.

    "" where no list is in front and there is enough of none.
    """
    found = {record: _found(file, record) for record in LISTS}
    if front and found[front][0] >= _ENOUGH:
        return front
    enough = [record for record in LISTS if found[record][0] >= _ENOUGH]
    return max(enough, key=lambda record: (found[record][1], found[record][0]), default=front)


def _found(file: OpenedSheets, record: str) -> tuple[float, int]:
    """Return which share of a list's required columns a file has, and how many columns in all.

    A column counts where what stands in it can be read: rooms and sports grounds have the same headings.
    """
    best = best_reading(file.sheets, record)
    if best is None:
        return 0.0, 0
    fields, reading = RECORDS[record].fields, best[0]
    sheet = next(each for each in file.sheets if each.name == reading.sheet)
    sampled = samples(sheet, reading)
    names = {name for name, at in reading.places.items() if _fits(fields[name], sampled[at])}
    required = {name for name, each in fields.items() if each.item.required}
    return len(required & names) / len(required), len(names)


def _fits(each: Field, values: Sequence[str]) -> bool:
    return 2 * sum(readable(each, value) for value in values) >= len(values)
