"""What round files and receipts carry so that a county that lost its workbook knows what there was."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from eduapp.exchange.canonical import MAX_TEXT
from eduapp.exchange.chains import Chain, Chains
from eduapp.exchange.receipt_file import Decided, OnList
from eduapp.services.merge.decisions import LIST, OVERLAY, REVOKE
from eduapp.services.merge.listing import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.decisions import Decision
    from eduapp.services.merge.listing import Listing


_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"


def chains_of(book: CountyBook) -> Chains:
    """Return how far the chain of decisions and the list are."""
    ids = [each.id for each in book.decisions]
    about_list = [each.id for each in book.decisions if each.kind == LIST]
    listing = book.moment.listing
    return Chains(
        Chain(len(ids), ids[-1] if ids else "", hashlib.sha256("\n".join(ids).encode()).hexdigest()),
        Chain(len(listing.schools), about_list[-1] if about_list else "", listing.digest),
    )


def decisions_by_school(book: CountyBook) -> Mapping[str, tuple[Decided, ...]]:
    """Return the decisions about single schools by school code, in the order of their ids.

    What is about all of them (the list, the end of a round) travels as `chains_of` alone.
    """
    schools = {each.member.id: each.member.school for each in book.copies.values()}
    overlaid: dict[str, str] = {}
    found: dict[str, list[Decided]] = {}
    for place, each in enumerate(book.decisions, 1):
        school = _school_of(each, book.listing, schools, overlaid)
        if each.kind == OVERLAY:
            overlaid[each.id] = school
        if school:
            found.setdefault(school, []).append(_carried(each, place))
    return {school: tuple(sorted(own, key=lambda one: one.id)) for school, own in found.items()}


def listed(book: CountyBook) -> Mapping[str, OnList]:
    """Return each school's row of the list by its code, with the decision that said it last."""
    said: dict[str, str] = {}
    for each in book.decisions:
        if each.kind == LIST:
            said |= {row.id: each.id for row in rows_of(each)}
    return {
        code: OnList(row.id, code, row.name or code, row.kind, row.parent or None, said.get(row.id))
        for code, row in book.moment.listing.by_code.items()
    }


def _school_of(
    each: Decision, listing: Listing, schools: Mapping[str, str], overlaid: Mapping[str, str]
) -> str:
    if each.kind in {OVERLAY, REVOKE}:
        return listing.about_code(each)
    if each.detail("overlay"):
        return overlaid.get(each.detail("overlay"), "")
    return schools.get(each.submission, "")


def _carried(each: Decision, place: int) -> Decided:
    # Base64: a cell of a table is brought into normal form, and what was signed must not be.
    message = base64.b64encode(each.message).decode()
    armored = each.signature.decode().replace(_BEGIN, "").replace(_END, "")
    body = "".join(armored.split())
    return Decided(each.id, str(place), each.at, message if len(message) <= MAX_TEXT else None, body or None)
