"""What is found in single rows, kept row by row: an edit judges its row, a check reads what is there.

Explanations stand at the findings they explain. Whatever the edits were, it says what judging every row
anew says, in the same order (property test).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from db.records.personal_numbers import numbers_in
from eduapp.standards.checks.rows import found_in_rows, row_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from db.records.draft import Draft
    from eduapp.standards.results import Finding

    Found = tuple[Finding, ...]

_FEW = 16
"""Changing single places costs less than sorting anew while they are fewer than one in so many."""


class _Page:
    """The rows of one record that have findings, in the order of the rows: places beside findings."""

    def __init__(self) -> None:
        self.places: list[tuple[int, str]] = []
        self.found: list[Found] = []

    def put(self, place: tuple[int, str], found: Found) -> None:
        """Say what is found in a row; nothing, where it is in order."""
        at = bisect_left(self.places, place)
        there = at < len(self.places) and self.places[at] == place
        if found and there:
            self.found[at] = found
        elif found:
            self.places.insert(at, place)
            self.found.insert(at, found)
        elif there:
            del self.places[at], self.found[at]

    def put_many(self, new: dict[tuple[int, str], Found]) -> None:
        """Say what is found in rows."""
        if len(new) * _FEW < len(self.places):
            for place, found in new.items():
                self.put(place, found)
            return
        if not self.places or min(new) > self.places[-1]:  # counted in portions: what is there stays
            added = sorted(place for place, found in new.items() if found)
            self.places += added
            self.found += [new[place] for place in added]
            return
        joined = dict(zip(self.places, self.found, strict=True)) | new
        self.places = sorted(place for place, found in joined.items() if found)
        self.found = [joined[place] for place in self.places]


class RowFindings:
    """The findings of a draft's rows, with the reasons given for them."""

    def __init__(self, draft: Draft, *, judged: bool = True) -> None:
        """Judge every row; not `judged`: none yet, whoever makes it does by `judge`."""
        self._draft = draft
        self._pages = {record: _Page() for record in draft.rows}
        self.numbered = {key for key, text in draft.reasons.items() if numbers_in(text)}
        """Ids of the findings whose reason holds a number that must not leave."""
        for record, rows in draft.rows.items() if judged else ():
            self.judge(record, list(rows))

    def __iter__(self) -> Iterator[Finding]:
        """Yield all of them, in the order of pages and rows."""
        return chain.from_iterable(chain.from_iterable([page.found for page in self._pages.values()]))

    def judge(self, record: str, keys: Collection[str]) -> None:
        """Judge rows as they stand now: changed or new ones."""
        rows = self._draft.rows[record]
        found = found_in_rows(record, [(key, rows[key]) for key in keys])
        if found or self._pages[record].places:
            new = {(rows.position_of(key), key): self._explained(found.get(key, ())) for key in keys}
            self._pages[record].put_many(new)

    def forget(self, record: str, keys: Collection[str]) -> None:
        """Forget rows that are about to go."""
        if self._pages[record].places:
            position_of = self._draft.rows[record].position_of
            self._pages[record].put_many({(position_of(key), key): () for key in keys})

    def explain(self, finding: str) -> None:
        """Follow the reason of a finding as it stands in the draft now."""
        has_number = bool(numbers_in(self._draft.reasons.get(finding, "")))
        (self.numbered.add if has_number else self.numbered.discard)(finding)
        record, start = row_of(finding)
        page = self._pages.get(record)
        for at, (_, key) in enumerate(page.places if page else ()):
            if key.startswith(start):
                self._pages[record].found[at] = self._explained(self._pages[record].found[at])

    def _explained(self, found: Iterable[Finding]) -> Found:
        return explained(found, self._draft.reasons)


def explained(findings: Iterable[Finding], reasons: Mapping[str, str]) -> Found:
    """Return findings with the reasons given for them."""
    return tuple(
        replace(each, reason=reasons.get(each.id, "")) if each.reason or each.id in reasons else each
        for each in findings
    )
