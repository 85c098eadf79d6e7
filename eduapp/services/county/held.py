"""What the county's log holds of its workbook beside files, admissions and decisions.

The county's own records and facts, the round before, the questions that were asked, the round files and
receipts that were issued: each has a place (part, key) and a line of the log that says what stands there
from then on. What a county without keys would write binds nobody, so these lines begin with its keys.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from db import store, thin
from db.door import raw_of
from db.problems import Problem
from db.records.catalog import COUNTY_RECORDS
from db.records.values import Unread
from eduapp.services.keys.known import DRILL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from db.door import Door
    from db.records.draft import Draft
    from db.records.spec import Field
    from db.records.values import Cell
    from eduapp.exchange.authority import Certificate
    from eduapp.services.merge.decisions import Decision

OWN, FACT, BEFORE, ASKED, ROUND, RECEIPT = "own", "fact", "before", "question", "round", "receipt"
"""The parts: own records, facts of the workbook, the round before, questions, round files, receipts."""
EVERY: Final = frozenset({OWN, FACT, BEFORE, ASKED, ROUND, RECEIPT})
LINK: Final = "link"
"""What a submission said of campuses before that was the list's word (`linked`): in the log alone."""
PAPER: Final = "paper"
"""What a person said of a stamped sheet: it stands in the log alone, and the journal is only for reading."""
CONFIRMED: Final = "paper-confirmed"
"""What the journal calls such a word."""
DUE, DEMAND = "due", "passphrase_demand"
SHARE, YEAR = "last_round_share", "last_round_year"
FACTS: Final = frozenset({"name", "standards", DUE, DEMAND, SHARE, YEAR})
"""Facts that a verdict, a paper or a round file says; county, year and practice stand in the first line."""
DRILLED: Final = (FACT, DRILL)
"""The place of what the last drill said. It holds a line also where there was none: see `check`."""
CONTACTS_OF_LIST: Final = "list_contacts"
"""The fact that says where each listed school lies and whom to call (`contacts`)."""
CONTACTS: Final = (FACT, CONTACTS_OF_LIST)
LATE: Final = (DRILLED, CONTACTS)
"""Places that hold a line also where there is nothing: a log of a release that did not bind them has none."""
TIMES: Final = ("times", "")
"""When those decisions were made whose lines do not say so; it stands in the log alone."""
NEVER: Final = "-"
"""What stands for nothing where a line says that it is known to be nothing."""
_COMPLETE, _REASONS = "complete", "reason"
_CODES: Final = {FACT: "workbook-facts-changed", ASKED: "question-changed"}
_LABELS: Final = {_COMPLETE: "本表已填全", _REASONS: "说明", "": "上一轮数据"}

META, LAST_ROUND, QUESTION, ROUND_FILE, ISSUED = (
    "meta",
    "last_round",
    "question",
    "round_file",
    "issued_receipt",
)
"""The tables."""
LAST_COLUMNS: Final = ("school", "stage", "code", "pupils", "numerator", "denominator")
QUESTION_COLUMNS: Final = (
    *("id", "school", "submission", "record", "key", "field", "base", "text", "at", "closed"),
)
"""In this order what stands in a row is digested for the log."""

Place: TypeAlias = tuple[str, str]
"""Part and key."""
Row: TypeAlias = tuple[str, str]
"""What stands there: all of it, or its digest, "" for nothing; SHA-256 of an issued file's bytes, else ""."""


def rows_of(door: Door, parts: Collection[str], draft: Draft | None = None) -> dict[Place, str]:
    """Return what stands in the tables now, bytes of issued files left out: {place: row}.

    `draft`: the county's own records where they are read already.
    """
    found: dict[Place, str] = {}
    if OWN in parts:
        own = store.load(door, COUNTY_RECORDS) if draft is None else draft
        found |= {(OWN, name): row for name, row in _own_rows(own)}
    if FACT in parts:
        facts = dict(thin.select(door, META, ("name", "value")))
        found |= {(FACT, name): value for name, value in facts.items() if name in FACTS and value}
        found[DRILLED] = facts.get(DRILL) or NEVER
        contacts = facts.get(CONTACTS_OF_LIST)
        found[CONTACTS] = _digest(contacts) if contacts else NEVER
    if BEFORE in parts:
        before = list(map(list, thin.select(door, LAST_ROUND, LAST_COLUMNS, order="school, stage, code")))
        found |= {(BEFORE, ""): _digest(before)} if before else {}
    if ASKED in parts:
        asked = map(list, thin.select(door, QUESTION, QUESTION_COLUMNS))
        found |= {(ASKED, each[0]): _digest(each) for each in asked}
    if ROUND in parts:
        for made, epoch, version, at in thin.select(door, ROUND_FILE, ("id", "epoch", "version", "at")):
            found[ROUND, made] = round_row(epoch, version, at)
    if RECEIPT in parts:
        for school, number, made, at in thin.select(door, ISSUED, ("school", "number", "id", "at")):
            found[RECEIPT, receipt_key(school, number)] = f"{made} {at}"
    return found


def round_row(epoch: int, version: int, at: str) -> str:
    """Return what the log says of a round file beside its bytes; its id is the key."""
    return f"{epoch} {version} {at}"


def receipt_key(school: str, number: int) -> str:
    """Return the key of a receipt."""
    return f"{school} {number}"


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of an issued file's bytes."""
    return hashlib.sha256(content).hexdigest()


def contents_of(door: Door) -> Iterator[tuple[Place, bytes]]:
    """Yield the bytes of every issued file."""
    for made, content in thin.select(door, ROUND_FILE, ("id", "content")):
        yield (ROUND, made), bytes(content)
    for school, number, content in thin.select(door, ISSUED, ("school", "number", "content")):
        yield (RECEIPT, receipt_key(school, number)), bytes(content)


def problem_of_issued(place: Place, data: bytes, own: Certificate | None) -> Problem | None:
    """Return what is wrong with an issued file of an older workbook: its own root's word decides."""
    from eduapp.exchange.receipt_file import read_receipt  # noqa: PLC0415 - an older workbook alone
    from eduapp.exchange.round_file import read_round  # noqa: PLC0415 - as above

    try:
        said = (read_round if place[0] == ROUND else read_receipt)(data).said
    except Problem:
        return problem_of(place)
    return None if own is not None and said.certificate.root == own.root else problem_of(place)


def confirmed_in(door: Door) -> dict[str, str]:
    """Return what people said of stamped sheets by the journal: what was compared -> 「time about who」.

    A line that no release writes says nothing.
    """
    query = "SELECT at, ifnull(new, '') FROM journal WHERE field = ? AND record = '' ORDER BY seq"
    found: dict[str, str] = {}
    for at, text in raw_of(door).execute(query, (CONFIRMED,)):
        key, _, said = text.partition(" ")
        with suppress(ValueError):
            datetime.datetime.fromisoformat(at)
            if said.count(" "):
                found[key] = f"{at} {said}"
    return found


def drop(door: Door, place: Place) -> None:
    """Take an issued file out."""
    part, key = place
    if part == ROUND:
        thin.delete(door, ROUND_FILE, {"id": key})
    else:
        school, number = key.rsplit(" ", 1)
        thin.delete(door, ISSUED, {"school": school, "number": int(number)})


def differing(there: Mapping[Place, str], held: Mapping[Place, Row], parts: Collection[str]) -> list[Place]:
    """Return the places of some parts where something else stands than the log holds, in order."""
    known = {place: row for place, (row, _) in held.items() if place[0] in parts}
    return sorted(each for each in {*there, *known} if there.get(each, "") != known.get(each, ""))


def check(door: Door, held: Mapping[Place, Row], draft: Draft) -> None:
    """Hold the tables against the log.

    A release that did not hold a late place left it empty: what it wrote down there proves nothing.
    Raises Problem `county-records-changed`, `workbook-facts-changed`, `question-changed`, `issued-changed`.
    """
    for place in differing(rows_of(door, EVERY, draft), held, EVERY):
        if place not in LATE or place in held:
            raise problem_of(place)


def times_of(untimed: Collection[Decision]) -> str:
    """Return what the log says of when decisions were made, "" for none."""
    return _digest([[each.id, each.at] for each in untimed]) if untimed else ""


def check_times(held: Mapping[Place, Row], untimed: Collection[Decision]) -> None:
    """Hold the times of decisions whose lines do not say them against the log, once it took them in.

    Raises Problem `decision-time-changed`.
    """
    if TIMES in held and held[TIMES][0] != times_of(untimed):
        raise Problem("decision-time-changed", which=f"旧版本记下的 {len(untimed)} 条决定中,至少一条")


def late(door: Door, held: Mapping[Place, Row], untimed: Collection[Decision]) -> Iterator[tuple[Place, str]]:
    """Yield what an older log does not hold yet and this release binds, with what stands there."""
    there = rows_of(door, {FACT})
    yield from ((place, there[place]) for place in LATE if place not in held)
    if untimed and TIMES not in held:
        yield TIMES, times_of(untimed)


def is_behind(held: Mapping[Place, Row], untimed: Collection[Decision]) -> bool:
    """Whether a log holds less than this release binds."""
    return any(place not in held for place in LATE) or bool(untimed and TIMES not in held)


def problem_of(place: Place) -> Problem:
    """Return what is said of a place where something else stands than the log holds."""
    part, key = place
    if part in _CODES:
        return Problem(_CODES[part], number=key[:8])
    if part in {OWN, BEFORE}:
        spec = COUNTY_RECORDS.get(key)
        return Problem("county-records-changed", label=spec.label if spec else _LABELS[key])
    what = f"批次文件 {key[:8]}" if part == ROUND else "学校 {} 的第 {} 号回执".format(*key.rsplit(" ", 1))
    return Problem("issued-changed", file=what)


def _own_rows(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield each record with the digest of its rows in their order; rows without a cell say nothing."""
    for name, spec in COUNTY_RECORDS.items():
        fields = spec.fields.values()
        rows = [
            [key, *(_cell(field, row[field.name]) for field in fields)]
            for key, row in draft.rows[name].items()
            if any(cell is not None for cell in row.values())
        ]
        if rows:
            yield name, _digest(rows)
    complete = sorted(draft.complete)
    if complete:
        yield _COMPLETE, _digest(complete)
    if draft.reasons:
        yield _REASONS, _digest(sorted(draft.reasons.items()))


def _cell(field: Field, cell: Cell) -> object:
    if cell is None:
        return None
    return [cell.text] if isinstance(cell, Unread) else field.item.kind.carry(cell)


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
