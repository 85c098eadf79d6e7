"""Invented identity numbers, and the texts of a workbook that say who somebody is."""

from __future__ import annotations

from db.records.values import Unread
from eduapp.services.personal import places_of

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(region="430902", born="19850312", number=1):
    """An identity number of 18 characters, check character and all."""
    bare = f"{region}{born}{number:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(bare, WEIGHTS, strict=True))
    return bare + "10X98765432"[total % 11]


def mobile(number):
    """A mobile number."""
    return f"138{number:08d}"


def personal_texts(book):
    """What stands in the personal fields of a workbook."""
    return {
        each.text
        for each in places_of(book.draft)
        if each.field.item.personal and not isinstance(each.cell, Unread)
    }
