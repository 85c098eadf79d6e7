"""The county's papers about its keys: the sheet for the safe, the annex to the notice. Made in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.problems import Problem
from eduapp.printing.custody import Custody, custody, escrow_groups
from eduapp.printing.notice import Notice, notice
from eduapp.services.hand_off import issuing
from eduapp.services.keys import county_keys

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from eduapp.services.keys.county_keys import PaperSecrets

ASKED_WORDS = (3, 11, 20)
"""Which of the 24 characters are asked for, counted from 1."""


def print_custody(secrets: PaperSecrets, on: str, *, practice: bool) -> bytes:
    """Return 保管单 as PDF; `on` is the day as it is to be printed. It is a secret itself."""
    certificate = secrets.certificate
    return custody(
        Custody(
            county=certificate.name,
            code=certificate.county,
            epoch=certificate.epoch,
            on=on,
            digits=certificate.root.digits,
            words=secrets.words,
            escrow=secrets.escrow,
            practice=practice,
        )
    )


def print_notice(book: CountyBook) -> bytes:
    """Return the annex with the county's 30 digits as PDF; raises Problem `county-keys-none`."""
    certificate = county_keys.certificate_of(book.workbook)
    if certificate is None:
        raise Problem("county-keys-none")
    return notice(
        Notice(
            county=certificate.name,
            code=certificate.county,
            year=book.year,
            digits=certificate.root.digits,
            due=issuing.due_of(book),
            sealed=bool(certificate.recipients),
            practice=book.practice,
        )
    )


def prove_paper(secrets: PaperSecrets, characters: str, last_group: str) -> None:
    """Make sure that 保管单 exists: three characters and the last group are copied from it.

    Raises Problem `custody-differs` naming which; `last_group` is not asked where there is no escrow key.
    """
    words = "".join(secrets.words.split())
    wanted = "".join(words[number - 1] for number in ASKED_WORDS)
    if "".join(characters.split()) != wanted:
        raise Problem("custody-differs", which="、".join(f"第 {number} 个字" for number in ASKED_WORDS))
    if secrets.escrow and last_group.strip().upper() != escrow_groups(secrets.escrow)[-1]:
        raise Problem("custody-differs", which="备用密钥的最后一组")
