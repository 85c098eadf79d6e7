"""The standards that a workbook can be judged by, as the windows offer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.services.workbooks import NATIONAL, school_year, usual_standards
from eduapp.standards.packs.reader import load, standard_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.standards.standard import Standard


@dataclass(frozen=True)
class StandardOffer:
    """A standard that can be chosen, and how it is named on screen."""

    id: str
    words: str


@dataclass(frozen=True)
class Offers:
    """What can be chosen: one of `first`, and any of `local` plans and `second` national standards."""

    first: tuple[StandardOffer, ...]
    local: tuple[StandardOffer, ...]
    second: tuple[StandardOffer, ...]


def offers(year: int | None = None) -> Offers:
    """Return the standards that ship with the program, the usual one of a school year first."""
    every = [load(name) for name in standard_ids()]
    usual = usual_standards(school_year() if year is None else year)
    first = [standard for standard in every if NATIONAL in {standard.id, standard.over}]
    first.sort(key=lambda each: each.id not in usual)
    local = [standard for standard in every if standard.beside]
    second = [standard for standard in every if standard not in first and standard not in local]
    return Offers(
        tuple(StandardOffer(each.id, _national_words(each)) for each in first),
        tuple(StandardOffer(each.id, named(each)) for each in local),
        tuple(StandardOffer(each.id, named(each)) for each in second),
    )


def _national_words(standard: Standard) -> str:
    if standard.over:
        return f"国家标准 2017,加 2024 年放宽条款({standard.number})"
    return f"国家标准 2017({standard.number})"


def said_of(ids: Sequence[str], *, county: bool = False) -> str:
    """Say in one line what a new workbook is judged by, and who decides in the end."""
    names = words_of(ids)
    decided = "随批次文件发给学校" if county else "读入县里的批次文件后,以县里选的为准"
    return f"执行标准:{names};{decided}"


def words_of(ids: Sequence[str]) -> str:
    """Name standards in one line, as the windows offer them."""
    return "、".join(
        _national_words(each) if NATIONAL in {each.id, each.over} else named(each)
        for each in map(load, in_order(ids))
    )


def named(standard: Standard) -> str:
    """Return a standard's title with its number."""
    return f"{standard.title}({standard.number})"


def in_order(chosen: Sequence[str]) -> tuple[str, ...]:
    """Return chosen ids as they are kept: the one that judges the sections first, local plans last."""
    found = offers()
    order = [each.id for each in (*found.first, *found.second, *found.local)]
    return tuple(sorted(dict.fromkeys(chosen), key=order.index))
