"""Whose workbook it is, held against the files in it: they name their county and year, and are signed.

The log holds these facts too, but a county without keys has none that binds: who can write its file can
write another chain. What he cannot write are the schools' signatures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from db.problems import Problem
from eduapp.services.keys.county_keys import certificate_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from db.workbook import Workbook
    from eduapp.exchange.manifest import Manifest
    from eduapp.services.county.kept import Received
    from eduapp.services.merge.admission import Copy

_ASKED: Final = 5
"""So many files are opened at most to find one whose school knew its county."""


def check(workbook: Workbook, copies: Mapping[Copy, Received], stored: Callable[[Copy], bytes]) -> None:
    """Hold the facts against what is stored; raises Problem `workbook-facts-changed`.

    Year and practice mark stand in each row; for the county a file is opened where no certificate names it.
    `stored` returns its bytes.
    """
    for each in copies.values():
        _require_year(workbook.meta, each.year, practice=each.practice)
    if certificate_of(workbook) is None:
        for copy in sorted(copies)[:_ASKED]:
            if _names_county(workbook.meta, copy, stored):
                break


def require_of(meta: Mapping[str, str], said: Manifest) -> bool:
    """Hold a stored file that was opened to the workbook it lies in; return whether it names a county.

    Raises Problem `workbook-facts-changed`.
    """
    from eduapp.services.packing import UNKNOWN_COUNTY  # noqa: PLC0415 - an opening opens few files

    _require_year(meta, said.year, practice=said.practice)
    if said.county not in {meta["county"], UNKNOWN_COUNTY}:
        raise Problem("workbook-facts-changed")
    return said.county != UNKNOWN_COUNTY


def _names_county(meta: Mapping[str, str], copy: Copy, stored: Callable[[Copy], bytes]) -> bool:
    from eduapp.exchange.submission import inspect  # noqa: PLC0415 - as above

    try:
        said = inspect(stored(copy)).manifest
    except Problem:  # changed or damaged, and said where it is used
        return False
    return require_of(meta, said)


def _require_year(meta: Mapping[str, str], year: int, *, practice: bool) -> None:
    if str(year) != meta["year"] or (practice and meta["practice"] != "1"):
        raise Problem("workbook-facts-changed")
