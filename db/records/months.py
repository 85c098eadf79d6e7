"""A month of a year as a kind of value: all that is kept of a day of birth."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from db.records.values import Day, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.records.values import Value

_MONTH: Final = re.compile(r"(?P<y>\d{4}) ?[-/.年] ?(?P<m>\d{1,2}) ?月?|(?P<yy>\d{4})(?P<mm>\d{2})", re.ASCII)
_YEARS: Final = range(1900, 2101)
_LAST: Final = 12
_EXPECTED: Final = "应为年月,如 1985-03"


@dataclass(frozen=True)
class Month:
    """A month, kept as 1985-03. Of a whole date the day is left out."""

    name: str = "month"
    python: type = str
    numeric: bool = False

    @property
    def schema(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"type": "yearmonth"}

    def parse(self, text: str) -> str:
        """Read 1985-3, 1985.03, 1985/3, 1985年3月, 198503 or any date; see Kind."""
        year, month = _read(text)
        if year not in _YEARS or not 1 <= month <= _LAST:
            raise Unreadable(_EXPECTED)
        return f"{year:04d}-{month:02d}"

    def show(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def carry(self, value: Value) -> str:
        """See Kind."""
        return str(value)

    def uncarry(self, text: str) -> str:
        """See Kind."""
        return self.parse(text)


def _read(text: str) -> tuple[int, int]:
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", text))
    if found:
        return int(found["y"] or found["yy"]), int(found["m"] or found["mm"])
    try:
        day = Day().parse(text)
    except Unreadable as error:
        raise Unreadable(_EXPECTED) from error
    return day.year, day.month
