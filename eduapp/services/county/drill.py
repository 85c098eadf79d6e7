"""备用密钥演练: whether the escrow keys on paper open everything sealed that the county stores.

A school decides alone to whom it seals. That a file has as many stanzas as recipients is plausible and no
proof; only this is one. So it runs over all stored files, also the held ones that may come to count.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db import thin
from db.problems import Problem
from db.workbook import now
from eduapp.exchange import sealing
from eduapp.exchange.round_file import read_round
from eduapp.services.county.held import ROUND_FILE
from eduapp.services.jobs import Progress
from eduapp.services.keys import county_keys

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from db.workbook import Workbook
    from eduapp.exchange.sealing import Identity
    from eduapp.services.county.books import CountyBook

_SHEET = 1
"""Where the escrow recipient stands among a certificate's: working, escrow."""

NOT_WRITTEN = "县级密钥没有打开,这次演练没有记入收文记录;打开密钥后再演练一次才算数。"
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

    `written`: whether the log has it; a county whose keys are locked can be tried, and signs nothing.
    `sheets`: (epoch, files its sheet opens), in the order they were typed; epoch None where it is not known.
    """

    at: str
    stored: int
    unopened: tuple[Unopened, ...]
    sheets: tuple[tuple[int | None, int], ...]
    written: bool = True

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


@dataclass(frozen=True)
class Last:
    """What the workbook says of the last drill, bound by the county's log.

    `opened` of `stored` files; None in what a release wrote that counted no files and bound nothing.
    """

    at: str
    opened: int | None = None
    stored: int | None = None

    @property
    def passed(self) -> bool:
        """Whether it opened all there was, and there was something."""
        return bool(self.stored) and self.opened == self.stored

    @property
    def text(self) -> str:
        """How it went: 「3 个加密文件打开了 2 个,没有通过」."""
        if self.stored is None:
            return "旧版本所记,没有写明打开了几个,也没有签名,请再演练一次"
        return f"{self.stored} 个加密文件打开了 {self.opened} 个,{'通过' if self.passed else '没有通过'}"


def last(workbook: Workbook) -> Last | None:
    """Return what the last drill of the epoch in force said; None where there was none."""
    at, *said = workbook.meta.get(county_keys.DRILL, "").split(" ")
    certificate = county_keys.certificate_of(workbook)
    if not at or certificate is None:
        return None
    if not said:
        return Last(at)
    opened, stored, epoch = map(int, said)
    return Last(at, opened, stored) if epoch == certificate.epoch else None


def drill(book: CountyBook, typed: str) -> Generator[Progress, None, Drill]:
    """Try escrow keys, typed one after the other, on every stored sealed file; what it said is written down.

    The one in force must be among them; files of earlier epochs want their own sheets. Raises Problem
    `identity-unreadable`, `escrow-differs`.
    """
    sheets, known = county_keys.identities_in(typed), county_keys.recipients(book.workbook)
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
    return _written(book, Drill("", stored, tuple(unopened), counts))


def _written(book: CountyBook, found: Drill) -> Drill:
    """Bind what a drill said by the log, passed or not, where the county can sign."""
    certificate = county_keys.certificate_of(book.workbook)
    if certificate is None or not county_keys.can_sign(book.workbook):
        return replace(found, written=False)
    at = now()
    said = f"{at} {found.opened} {found.stored} {certificate.epoch}"
    book.set_facts(county_keys.DRILL, said, **{county_keys.DRILL: said})
    return found if found.problem else replace(found, at=at)


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
    now_in_force = county_keys.certificate_of(workbook)
    certificates = [*known, *([now_in_force] if now_in_force else [])]
    return {each.recipients[_SHEET]: each.epoch for each in certificates if len(each.recipients) > _SHEET}


def _epoch_words(epoch: int | None) -> str:
    return "期次不明的保管单" if epoch is None else f"第 {epoch} 期保管单"
