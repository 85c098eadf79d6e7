"""Single coefficients that somebody published, typed in: their composite, and how they stand to the limits.

A county without the schools' figures of a year has often only the coefficients of a report. The composite
is the plain mean (`balance.composite`); nothing typed here enters any table.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from db.problems import Problem
from eduapp.standards.county.balance import composite
from eduapp.standards.packs.reader import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from db.records.choices import Stage
    from eduapp.standards.standard import Standard

NATIONAL = ("national-2012", "national-2017")
"""The documents that limit coefficients: the composite, and each."""
LARGEST = Decimal(10)
"""A coefficient of variation beyond this is a percentage or a slip."""
_BETWEEN = re.compile(r"[\s,、;/|]+")


@dataclass(frozen=True)
class Limit:
    """A standard's limit of a stage. `over`: how many single ones exceed it; 1 where the composite does."""

    standard: str
    title: str
    at_most: Decimal
    of_composite: bool
    over: int

    @property
    def met(self) -> bool:
        """Whether nothing exceeds it."""
        return not self.over


@dataclass(frozen=True)
class Published:
    """The coefficients as typed, their plain mean, and the limits of the stage."""

    stage: Stage
    coefficients: tuple[Decimal, ...]
    composite: Decimal
    limits: tuple[Limit, ...]


def published(text: str, stage: Stage) -> Published:
    """Read typed coefficients of a stage; raises Problem `coefficients-none`, `coefficient-unreadable`."""
    found = tuple(_read(part) for part in _parts(text))
    joined = composite(found)
    if joined is None:
        raise Problem("coefficients-none")
    return Published(stage, found, joined, tuple(_limits(found, joined, stage)))


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if part]


def _read(part: str) -> Decimal:
    try:
        number = Decimal(part)
    except InvalidOperation as error:
        raise Problem("coefficient-unreadable", text=part) from error
    if not number.is_finite() or not 0 <= number <= LARGEST:
        raise Problem("coefficient-unreadable", text=part)
    return number


def _limits(found: Iterable[Decimal], joined: Decimal, stage: Stage) -> Iterator[Limit]:
    for each in NATIONAL:
        yield from _of_standard(load(each), tuple(found), joined, stage)


def _of_standard(
    standard: Standard, found: tuple[Decimal, ...], joined: Decimal, stage: Stage
) -> Iterator[Limit]:
    single, whole = standard.coefficient_limits.get(stage), standard.composite_limits.get(stage)
    if whole is not None:
        yield Limit(standard.id, standard.title, whole, of_composite=True, over=int(joined > whole))
    if single is not None:
        over = sum(each > single for each in found)
        yield Limit(standard.id, standard.title, single, of_composite=False, over=over)


def words(found: Published) -> Iterator[str]:
    """Say the composite and the limits for a person."""
    for each in found.limits:
        if each.of_composite:
            word = "在限值以内" if each.met else "超过限值"
            yield f"{each.title}:综合 ≤ {each.at_most},{word}"
        else:
            word = f"{each.over} 项超过" if each.over else "各项都在限值以内"
            yield f"{each.title}:单项 ≤ {each.at_most},{word}"
