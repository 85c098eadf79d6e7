"""备用密钥演练: whether the escrow keys on paper open everything sealed that the county stores.

A school decides alone to whom it seals. That a file has as many stanzas as recipients is plausible and no
proof; only this is one. So it runs over all stored files, also the held ones that may come to count.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db import thin
from db.problems import Problem
from db.workbook import now
from eduapp.exchange import sealing
from eduapp.exchange.round_file import read_round
from eduapp.services.county.held import ROUND_FILE
from eduapp.services.jobs import Progress
from eduapp.services.keys import county as keys

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from db.workbook import Workbook
    from eduapp.exchange.sealing import Identity
    from eduapp.services.county.books import CountyBook

_SHEET = 1
"""Where the escrow recipient stands among a certificate's: working, escrow."""

_NAMED = 10
"""Of the files that stay closed, so many are named in a sentence; the list names all."""


@dataclass(frozen=True)
class Unopened:
    """A stored file that no sheet opens. `held`: it does not count (its key is not admitted)."""

    id: str
    school: str
    file: str
    held: bool


@dataclass(frozen=True)
class Drill:
    """How many of the stored sealed files the sheets open. `at`: when it passed, "" where it did not.

    `sheets`: (epoch, files its sheet opens), in the order they were typed; epoch None where it is not known.
    """

    at: str
    stored: int
    unopened: tuple[Unopened, ...]
    sheets: tuple[tuple[int | None, int], ...]

    @property
    def opened(self) -> int:
        """Files that one of the sheets opens."""
        return self.stored - len(self.unopened)

    @property
    def problem(self) -> Problem | None:
        """Why it did not pass; None where it did. Nothing stored proves nothing."""
        if not self.stored:
            return Problem("drill-nothing")
        if self.unopened:
            names = "、".join(each.file for each in self.unopened[:_NAMED])
            names += f" 等 {len(self.unopened)} 个" if len(self.unopened) > _NAMED else ""
            return Problem("drill-incomplete", opened=self.opened, stored=self.stored, names=names)
        return None

    @property
    def text(self) -> str:
        """What it did: 「3 个加密文件打开了 3 个:第 2 期保管单 2 个,第 1 期保管单 1 个」."""
        by_sheet = ",".join(f"{_epoch_words(epoch)} {count} 个" for epoch, count in self.sheets)
        return f"{self.stored} 个加密文件打开了 {self.opened} 个:{by_sheet}"


def drill(book: CountyBook, typed: str) -> Generator[Progress, None, Drill]:
    """Try escrow keys, typed one after the other, on every stored sealed file; a pass is written down.

    The one in force must be among them; files of earlier epochs want their own sheets. Raises Problem
    `identity-unreadable`, `escrow-differs`.
    """
    sheets, known = keys.identities_in(typed), keys.recipients(book.workbook)
    if len(known) <= _SHEET or known[_SHEET] not in {each.recipient for each in sheets}:
        raise Problem("escrow-differs")
    sealing.unseal(sealing.seal(b"eduapp\n", known), sheets)
    stored, opened, unopened = 0, Counter[str](), list[Unopened]()
    for done, each in enumerate(book.copies.values()):
        yield Progress("试开", done, len(book.copies))
        content = book.content(*each.header.copy)
        if not sealing.is_sealed(content):
            continue
        stored += 1
        sheet = _opening(content, sheets)
        if sheet is None:
            unopened.append(Unopened(each.member.id, each.member.school, each.file_name, not each.admitted))
        else:
            opened[sheet] += 1
    epochs = _epochs(book.workbook)
    counts = tuple((epochs.get(each.recipient), opened[each.recipient]) for each in sheets)
    unopened.sort(key=lambda each: (each.school, each.file))
    found = Drill("", stored, tuple(unopened), counts)
    if found.problem is not None:
        return found
    book.workbook.set_meta(**{keys.DRILL: now()})
    return Drill(book.workbook.meta[keys.DRILL], stored, (), counts)


def _opening(content: bytes, sheets: Sequence[Identity]) -> str | None:
    """Return the recipient of the sheet that opens a file; None where none does, or the file is damaged."""
    for each in sheets:
        try:
            sealing.unseal(content, [each])
        except Problem as problem:
            if problem.code not in {"not-for-us", "damaged"}:
                raise
        else:
            return each.recipient
    return None


def _epochs(workbook: Workbook) -> Mapping[str, int]:
    """Return escrow recipient -> epoch, of every certificate that the workbook still has."""
    with workbook.reading() as door:
        contents = [bytes(content) for (content,) in thin.select(door, ROUND_FILE, ("content",))]
    known = [read_round(content).said.certificate for content in contents]
    now_in_force = keys.certificate_of(workbook)
    certificates = [*known, *([now_in_force] if now_in_force else [])]
    return {each.recipients[_SHEET]: each.epoch for each in certificates if len(each.recipients) > _SHEET}


def _epoch_words(epoch: int | None) -> str:
    return "期次不明的保管单" if epoch is None else f"第 {epoch} 期保管单"
