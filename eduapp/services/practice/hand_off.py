"""The practice county's hand-off as it should be: keys, digits from paper, sealed files, receipts.

The same doors as real ones; only the people who copy digits from paper are missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.round_file import read_round
from eduapp.exchange.stick import read_limited
from eduapp.services.hand_off import (
    applicants,
    handed_in,
    intake,
    issuing,
    receipts,
    rounds,
    school_keys,
    trust,
)
from eduapp.services.keys import county_keys

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from eduapp.services.books import SchoolBook
    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.intake import MergeReport
    from eduapp.services.jobs import Progress

PASSPHRASE = "清河练习口令"  # noqa: S105 - of invented data, printed by the demo
DUE_MONTH_DAY = "11-30"


def begin(county: CountyBook, stick: Path) -> Path:
    """Make the county's keys and write the first round file; return where it lies."""
    county_keys.establish(county.workbook, f"{PASSPHRASE}{county.year}")
    issuing.set_due(county, f"{county.year}-{DUE_MONTH_DAY}")
    return issuing.write_round(county, stick)


def join(school: SchoolBook, round_file: Path, digits: str, stick: Path) -> None:
    """Believe the county by its digits, take its round file, ask for the school's key to be entered."""
    data = read_limited(round_file, MAX_BYTES)
    rounds.trust_county(school, data, digits)
    rounds.accept(school, data)
    school_keys.write_request(school, stick)


def enter(county: CountyBook, stick: Path, forms: Iterable[str]) -> None:
    """Enter the keys that ask on a stick by the digits of the paper forms."""
    asking = trust.read_requests(county, [stick]).asking
    for typed in forms:
        trust.admit_applicants(county, [applicants.match(county, asking, typed)], typed)


def receive(county: CountyBook, stick: Path, forms: Iterable[str]) -> Generator[Progress, None, MergeReport]:
    """Enter the keys by the digits of the paper forms, merge, answer with receipts and a new round file."""
    enter(county, stick, forms)
    report = yield from intake.merge(county, [stick])
    issuing.write_round(county, stick)
    yield from receipts.issue(county, stick)
    return report


def take_back(school: SchoolBook, stick: Path) -> handed_in.Known:
    """Read what the county left on the stick; return how what was handed in stands."""
    found = rounds.on_stick(school, stick)
    rounds.accept(school, max((read_limited(each, MAX_BYTES) for each in found.rounds), key=_order))
    for path in found.receipts:
        handed_in.read_file(school, path)
    return handed_in.known(school)


def _order(data: bytes) -> tuple[int, int]:
    return read_round(data).said.order
