"""Sending: 审核通过, 生成上报文件, 取消审核, and the history of what was handed over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from db import handed, journal
from db.problems import Problem
from db.records.catalog import LISTS
from db.workbook import now, who
from eduapp import __version__
from eduapp.exchange import stick
from eduapp.exchange.manifest import Manifest, StandardUsed
from eduapp.exchange.submission import Submission, build, data_id_of, file_name, id_of, inspect, sealed
from eduapp.services.checking import check
from eduapp.services.hand_off import own_files, rounds
from eduapp.services.hand_off.deleted_rows import Deleted, deleted_to_say
from eduapp.services.jobs import Progress
from eduapp.services.keys.writer import Writer, archives_of, mark
from eduapp.services.packing import UNKNOWN_COUNTY, pack
from eduapp.services.personal import Home, require_public
from eduapp.standards.numbers import exact_text
from eduapp.standards.results import Severity

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from eduapp.exchange.text_tables import Table
    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import Report, Verdict

    State = Literal["draft", "final"]


@dataclass(frozen=True)
class Sent:
    """A submission that was made; `path` is where it was written last ("" in the history)."""

    id: str
    data_id: str
    seq: int
    state: str
    at: str
    file_name: str
    path: str = ""
    kept_home: Mapping[str, int] = field(default_factory=dict)
    """What stayed at the school: cells by `record.field`, explanations; empty in the history."""
    is_revoked: bool = False
    """Whether the county said in its round file that this computer's key is: it will not take the file."""


REVOKED_TEXT = (
    "县里已停用这台电脑的密钥,不会接收这个文件。"
    "请在密钥有效的电脑上重新上报,或重新办理登记表,读取新的批次文件后再上报。"
)
"""What is said beside a file that the county will not take."""


def approve(book: SchoolBook) -> None:
    """审核通过: close the records; raises Problem while findings are open."""
    require_explained(check(book))
    _set_approved(book, approved=True)


def reopen(book: SchoolBook) -> None:
    """取消审核: open the records again."""
    _set_approved(book, approved=False)


def require_explained(report: Report) -> None:
    """Raise Problem `findings-open` while a hard finding stands or a soft one has no reason."""
    count = Counter(finding.severity for finding in report.open_findings)
    if count:
        raise Problem("findings-open", hard=count[Severity.HARD], soft=count[Severity.SOFT])


def export(book: SchoolBook, folder: Path, state: State) -> Generator[Progress, None, Sent]:
    """Write the signed submission into a folder; unchanged data give the stored bytes again.

    The bytes are kept in the workbook before they go to the stick. Raises Problem: open findings
    (final only), the school's code or name missing, no room, no such folder, a stick that was pulled.
    """
    yield Progress("校验", 0, 4)
    report = check(book)
    if state == "final":
        require_explained(report)
    yield Progress("签名", 1, 4)
    writer = rounds.speaker(book)
    rounds.require_protected(book)
    rounds.require_own_stick(book, folder)
    made = _make(book, report, writer, state)
    yield Progress("写入", 2, 4)
    _keep(book, writer, made)
    name = file_name(made.manifest, made.id)
    path = stick.write_safely(folder, name, made.data)
    yield Progress("已写入并核对", 4, 4)
    said = made.manifest
    own = rounds.own_key(book)
    return Sent(
        made.id,
        made.data_id,
        said.seq,
        state,
        now(),
        path.name,
        str(path),
        said.kept_home,
        is_revoked=own is not None and own.revoked is not None,
    )


def sent(book: SchoolBook) -> tuple[Sent, ...]:
    """Return what was made, newest first."""
    with book.workbook.reading() as door:
        return tuple(Sent(*row) for row in handed.sent(door))


def _set_approved(book: SchoolBook, *, approved: bool) -> None:
    book.workbook.set_meta(approved=str(int(approved)))
    with book.workbook.writing() as door:
        journal.note(door, "approved", str(int(approved)), who(), now())


def tables_to_send(book: SchoolBook) -> tuple[Table, ...]:
    """Return the tables that a submission now would have: personal fields only where it will be sealed."""
    return _tables(book, deleted_to_say(book))


def _tables(book: SchoolBook, deleted: Deleted) -> tuple[Table, ...]:
    return pack(book.draft, personal=bool(rounds.sealed_to(book)), deleted=deleted.tables)


def _make(book: SchoolBook, report: Report, writer: Writer, state: State) -> Submission:
    """Build the submission; the stored one again when nothing but its number would differ."""
    deleted = deleted_to_say(book)
    tables = _tables(book, deleted)
    manifest = replace(_manifest(book, report, writer, state), deleted_earlier=deleted.earlier)
    last = _last(book, writer)
    if last is not None:
        again = _numbered(manifest, writer, last.seq, last.prev)
        if id_of(again, tables) == last.id:
            _require_stored(book, last)
            data_id = data_id_of(tables)
            return Submission(last.content, last.id, data_id, replace(again, data_id=data_id))
        manifest = _numbered(manifest, writer, last.seq + 1, last.id)
    else:
        manifest = _numbered(manifest, writer, 1, None)
    made = build(manifest, tables, writer.key)
    return sealed(made, writer.archive) if manifest.recipients else made


def _require_stored(book: SchoolBook, last: _LastSent) -> None:
    """Hold the stored bytes against their id before they go out again; raises Problem `workbook-damaged`."""
    try:
        about = inspect(last.content, archives_of(book.workbook))
    except Problem as problem:
        raise own_files.damaged(book.workbook) from problem
    own_files.require_same(book.workbook, last.id, about)


def _numbered(manifest: Manifest, writer: Writer, seq: int, prev: str | None) -> Manifest:
    """Return the manifest under a number; a sealed one carries the secret of its receipt by telephone."""
    secret = writer.key.secret_for(f"receipt {writer.id} {seq}").hex() if manifest.recipients else None
    return replace(manifest, seq=seq, prev=prev, receipt_secret=secret)


def _manifest(book: SchoolBook, report: Report, writer: Writer, state: State) -> Manifest:
    facts = book.facts
    require_public(facts.code, facts.name)
    round_ = rounds.in_force(book)
    recipients = rounds.recipients_for(book, writer)
    home = Home(book.draft, sealed=bool(recipients))
    reasons = {finding.id: finding.reason for finding in report.findings if finding.reason}
    return Manifest(
        app=__version__,
        county=book.county or UNKNOWN_COUNTY,
        school=facts.code,
        name=facts.name,
        kind=facts.kind or "",
        year=book.year,
        practice=book.practice,
        round=str(book.year),
        writer=writer.id,
        seq=1,
        prev=None,
        state=state,
        seen=_seen(book, writer),
        sections={name: "complete" if name in book.draft.complete else "draft" for name in LISTS},
        recipients=recipients,
        round_file=round_.version if round_ else None,
        replaces=writer.replaces,
        standards=tuple(StandardUsed(standard.id, standard.sha256) for standard in book.standards),
        reasons=home.reasons(reasons),
        kept_home=home.counted(reasons),
        verdicts=tuple(_verdict(verdict) for verdict in _verdicts(report)),
    )


def _verdicts(report: Report) -> tuple[Verdict, ...]:
    return tuple(verdict for section in report.sections for verdict in section.verdicts) + report.school_level


def _verdict(verdict: Verdict) -> dict[str, str]:
    said = {
        "code": verdict.code,
        "standard": verdict.standard,
        "stage": verdict.stage,
        "verdict": verdict.outcome,
        "value": exact_text(verdict.value),
    }
    return {name: str(text) for name, text in said.items() if text is not None}


@dataclass(frozen=True)
class _LastSent:
    seq: int
    id: str
    prev: str | None
    content: bytes


def _last(book: SchoolBook, writer: Writer) -> _LastSent | None:
    """Return this writer's last submission."""
    with book.workbook.reading() as door:
        rows = handed.numbers(door, writer.id)
        content = handed.content_of(door, rows[-1][1]) if rows else None
    if content is None:
        return None
    (seq, submission), prev = rows[-1], rows[-2][1] if len(rows) > 1 else None
    return _LastSent(seq, submission, prev, content)


def _seen(book: SchoolBook, writer: Writer) -> dict[str, int]:
    """Return the last number known of each other writer: a computer before, or one beside."""
    with book.workbook.reading() as door:
        found = handed.last_numbers(door)
    return {name: seq for name, seq in found.items() if name != writer.id}


def _keep(book: SchoolBook, writer: Writer, made: Submission) -> None:
    said, at = made.manifest, now()
    row = handed.SentRow(made.id, made.data_id, said.seq, said.state, at, file_name(said, made.id))
    with book.workbook.writing() as door:
        if handed.keep_sent(door, row, writer.id, made.data):
            journal.note(door, "sent", made.id, who(), at)
    mark(book.workbook, writer, made.manifest.seq)
