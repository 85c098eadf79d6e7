"""`county board`: how each school stands, what came when, by which key, what was refused and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.problems import Problem
from eduapp.cli.output import complain_of_kept, difference_lines, differences_json, failed_json, failed_lines
from eduapp.cli.saying import DONE, NEEDS_PERSON, complain, print_json, say
from eduapp.services.county import books as county_books
from eduapp.services.county import contacts, linked, register
from eduapp.services.county.signed_log import UNSIGNED
from eduapp.services.hand_off import board, issuing
from eduapp.services.hand_off.board import SchoolState
from eduapp.services.keys import county_keys

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping, Sequence

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.kept import Refused
    from eduapp.services.hand_off.board import BoardRow, HistoryRow
    from eduapp.standards.county.register import Difference, PendingLink

    Compared = tuple[tuple[Difference, ...], tuple[PendingLink, ...]]

_WORDS = {
    SchoolState.FINAL: "正式上报",
    SchoolState.DRAFT: "草稿",
    SchoolState.CONFLICT: "有冲突,待裁定",
    SchoolState.HELD: "待核验",
    SchoolState.EXPORT: "来自年报",
    SchoolState.MISSING: "未报",
}


def board_(args: Namespace) -> int:
    """`county board`: every expected school and every one that has reported or has something held."""
    with county_books.open_county(Path(args.workbook)) as book:
        compared = _compared(book)
        found, pending = compared or ((), ())
        rows = board.board_rows(book, differences=found)
        refused = board.refused_of(book)
        if args.json:
            print_json(_json(book, rows, refused, compared))
        else:
            say(*(_line(row) for row in rows), _sum_line(rows))
            say(*(f"未接收  {each.in_words}" for own in refused.values() for each in own))
            say(
                *difference_lines(found, pending),
                *linked.words(book, book.statements, book.moment),
                *failed_lines(book),
            )
            say(f"合并指纹 {book.moment.fingerprint_words}", _root_line(book))
        changed = complain_of_kept(book)
        if compared is None:
            complain("县级密钥没有打开,没有比较学校所报与名册是否相符。")
        return DONE if compared is not None and not changed else NEEDS_PERSON


def _root_line(book: CountyBook) -> str:
    """Say whose keys the workbook has: on a computer that never saw it, a person compares them."""
    digits = issuing.county_digits(book)
    return f"本县 30 位数字 {digits}(与通知上的核对)" if digits else UNSIGNED


def _compared(book: CountyBook) -> Compared | None:
    """Return what schools say otherwise than the list; None where the county's key is locked or not here."""
    try:
        return register.differences(book), register.pending_links(book)
    except Problem as problem:
        if problem.code not in county_keys.CLOSED:
            raise
        return None


def _json(
    book: CountyBook,
    rows: Sequence[BoardRow],
    refused: Mapping[str, tuple[Refused, ...]],
    compared: Compared | None,
) -> dict[str, Any]:
    files: dict[str, list[dict[str, Any]]] = {}
    for each in board.history_rows(book):
        files.setdefault(each.received.member.school, []).append(_file_json(book, each))
    why: dict[str, list[str]] = {}
    for held in board.held_rows(book):
        why.setdefault(held.received.member.school, []).extend([held.why] if held.why else [])
    found, pending = compared or ((), ())
    apart = {"compared": compared is not None, **differences_json(found, pending)}
    shown = {row.code for row in rows}
    return {
        "schools": [
            _row_json(book, row, compared=compared is not None)
            | {
                "held": why.get(row.code, []),
                "files": files.get(row.code, []),
                "refused": [_refused_json(each) for each in refused.get(row.code, ())],
            }
            for row in rows
        ],
        **apart,
        "refused": [
            _refused_json(each) for code, own in refused.items() if code not in shown for each in own
        ],
        "unchecked_keys": book.unchecked_keys,
        "old_form_keys": book.old_form_keys,
        **failed_json(book),
        "fingerprint": book.fingerprint,
        "digits": issuing.county_digits(book) or None,
    }


def _row_json(book: CountyBook, row: BoardRow, *, compared: bool) -> dict[str, Any]:
    listed, got = book.expected.get(row.code), row.received
    known = contacts.contacts_of(book.workbook).get(row.code, contacts.Contact())
    return {
        "code": row.code,
        "name": row.name,
        "kind": listed.kind if listed else None,
        "listed": listed is not None,
        "campus_of": _campus_of(book, row.code, compared=compared),
        "state": row.state.name.lower(),
        "received": got.received if got else None,
        "file": got.file_name if got else None,
        "key": row.key_how or None,
        "key_digits": row.key_digits or None,
        "key_reason": (row.key.reason if row.key else "") or None,
        "key_old_form": bool(row.key and row.key.is_old),
        "came": row.came,
        "later_draft": row.later_draft,
        "by_export": list(row.by_export),
        "differences": list(row.differs),
        **{name: getattr(known, name) or None for name in ("township", "contact", "telephone")},
    }


def _campus_of(book: CountyBook, code: str, *, compared: bool) -> str | None:
    """Return the campus link; by the list alone while what files say cannot be read."""
    if compared:
        return book.statements.parent_of(code, book.moment) or None
    return book.moment.listing.parent_of(code) or None


def _file_json(book: CountyBook, each: HistoryRow) -> dict[str, Any]:
    got = each.received
    keys = {key.place: key for key in book.keys}
    key = keys.get((got.member.school, got.public_key))
    return {
        "id": got.member.id,
        "file": got.file_name,
        "received": got.received,
        "number": got.member.seq,
        "state": got.member.state,
        "key": key.how if key else None,
        "standing": each.standing.name.lower(),
    }


def _refused_json(each: Refused) -> dict[str, Any]:
    return {
        "file": each.file_name,
        "school": each.school or None,
        "code": each.code,
        "text": each.text,
        "at": each.at,
    }


def _line(row: BoardRow) -> str:
    return "  ".join([row.code, row.called, _WORDS[row.state], *_details(row)])


def _details(row: BoardRow) -> Iterator[str]:
    if row.received is not None:
        yield f"{row.received.received[:16].replace('T', ' ')} 收到"
        yield f"密钥{row.key_words or board.how_admitted('')}"
    if row.later_draft:
        yield "此后另有草稿"
    if row.by_export:
        yield f"按年报的校点:{'、'.join(row.by_export)}"
    if row.held and row.state is not SchoolState.HELD:
        yield f"另有 {row.held} 个待核验"
    if not row.listed:
        yield "不在学校名单"


def _sum_line(rows: Sequence[BoardRow]) -> str:
    parts = ((word, sum(row.state is state for row in rows)) for state, word in _WORDS.items())
    return f"共 {len(rows)} 校:" + ",".join(f"{word} {count}" for word, count in parts if count)
