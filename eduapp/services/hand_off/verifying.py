"""Looking at a submission without taking it in: is it whole, and do we know who signed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.characters import quoted
from db.problems import Problem
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.stick import read_limited
from eduapp.exchange.submission import inspect
from eduapp.services.county.naming import called
from eduapp.services.hand_off.trust import is_admitted, require_own
from eduapp.services.packing import draft_of

if TYPE_CHECKING:
    from pathlib import Path

    from eduapp.exchange.submission import Unverified
    from eduapp.services.county.books import CountyBook


@dataclass(frozen=True)
class Verified:
    """What was found; `problem` is a code when the file is not whole, or the county would not take it.

    `why` is then what is wrong with it.
    """

    intact: bool
    signer_known: bool
    text: str
    school: str | None = None
    year: int | None = None
    state: str | None = None
    id: str | None = None
    data_id: str | None = None
    problem: str | None = None
    why: str = ""
    kept_home: int = 0
    """Cells and explanations whose text stayed at the school."""


def verify(path: Path, book: CountyBook | None) -> Verified:
    """Verify a file; its tables are read only when its key is admitted for its school."""
    try:
        data = read_limited(path, MAX_BYTES)
        about = inspect(data, book.identities if book else ())
        known = book is not None and is_admitted(book, about.manifest.school, about.key)
        place = book.judged.place(about.manifest.school, about.key.line) if book else ("", "")
        stopped = book is not None and book.judged.is_stopped(place, about.id)
        known = known and not stopped
        if known:
            draft_of(about.opened(lambda _manifest, _key: None))
    except Problem as problem:
        return Verified(
            intact=False, signer_known=False, text=problem.text, problem=problem.code, why=problem.text
        )
    refused = _refused(book, about) if book else None
    manifest = about.manifest
    now = book.listing.code_of(place[0]) if book else manifest.school
    name = called(book, now, manifest.name) if book else quoted(manifest.name)
    words = "内容完整,签名人已登记" if known else "内容完整,签名人未核验"
    words = "内容完整,签名密钥已撤销" if stopped else words
    words = f"{words},但本县不接收" if refused else words
    return Verified(
        intact=True,
        signer_known=known,
        text=f"{words}:{name}({manifest.school}){manifest.year} 学年,签名指纹 {about.form_digits}",
        school=manifest.school,
        year=manifest.year,
        state=manifest.state,
        id=about.id,
        data_id=about.data_id,
        problem=refused.code if refused else None,
        why=refused.text if refused else "",
        kept_home=sum(manifest.kept_home.values()),
    )


def _refused(book: CountyBook, about: Unverified) -> Problem | None:
    """Return why a county does not take a whole file, whoever signed it: another county's, another year's."""
    try:
        require_own(book, about, accepted=about.id in book.received)
    except Problem as problem:
        return problem
    return None
