"""What two versions of a school's records say differently, cell by cell: for a conflict, a correction."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.characters import unclosing
from db.records.catalog import SCHOOL_RECORDS
from db.records.personal_numbers import bare_of_numbers
from db.records.rows import ONLY
from db.records.values import Reference, Unread, comparison_key
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.records.draft import Draft
    from db.records.rows import Row, Rows
    from db.records.spec import Field, RecordSpec
    from db.records.values import Cell

EMPTY = "(空)"
NO_ROW = "(无此行)"
_STAGES = {str(stage): name for stage, name in STAGE_NAMES.items()}


@dataclass(frozen=True)
class CellDifference:
    """One cell (or, with field "", one whole row) that two drafts state differently.

    `key` is the row's key on the left, or on the right where the left has no such row.
    """

    record: str
    key: str
    field: str
    left: str
    right: str
    row: str
    """How people know the row: 「一年级(1)班」, 「小学」; empty where the record has one row."""

    @property
    def label(self) -> str:
        """The words of the place: 「班级 · 学生数(人)」."""
        spec = SCHOOL_RECORDS[self.record]
        return f"{spec.label} · {spec.fields[self.field].heading}" if self.field else f"{spec.label} · 整行"


def differences(left: Draft, right: Draft) -> list[CellDifference]:
    """Return what differs, in the order of the pages and rows; equal drafts give none.

    Rows belong together by their key, else (lists typed twice, on two computers) when they say the
    same, else by their name where it stands once on each side.
    """
    return [
        each
        for spec in SCHOOL_RECORDS.values()
        for pair in _pairs(spec, left, right)
        for each in _of_rows(spec, pair, left, right)
    ]


def _pairs(spec: RecordSpec, left: Draft, right: Draft) -> Iterator[tuple[str | None, str | None]]:
    """Yield (left key, right key) of rows that belong together; None where a side has none."""
    mine, theirs = left.rows[spec.name], right.rows[spec.name]
    partner = _same_content(spec, left, right)
    taken = set(partner.values())
    names = _unique_names(spec, mine)
    by_name = {
        name: key for key, name in _unique_names(spec, theirs).items() if key not in mine and key not in taken
    }
    for key in mine:
        other = key if key in theirs else partner.get(key) or by_name.get(names.get(key, ""))
        if other is not None:
            taken.add(other)
        yield key, other
    for key in theirs:
        if key not in taken:
            yield None, key


def _same_content(spec: RecordSpec, left: Draft, right: Draft) -> dict[str, str]:
    """Return left key -> right key of rows that say the same under different keys, each used once."""
    mine, theirs = left.rows[spec.name], right.rows[spec.name]
    strangers: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, row in theirs.items():
        if key not in mine:
            strangers[_texts(right, spec, row)].append(key)
    found: dict[str, str] = {}
    for key, row in mine.items() if strangers else ():
        if key not in theirs:
            same = strangers.get(_texts(left, spec, row))
            if same:
                found[key] = same.pop(0)
    return found


def _texts(draft: Draft, spec: RecordSpec, row: Row) -> tuple[str, ...]:
    return tuple(cell_text(draft, field, row[field.name]) for field in spec.fields.values())


def _unique_names(spec: RecordSpec, rows: Rows) -> dict[str, str]:
    """Return key -> folded name of the rows whose name stands once."""
    if not spec.title_field:
        return {}
    names = {key: comparison_key(_plain(row[spec.title_field])) for key, row in rows.items()}
    count = Counter(names.values())
    return {key: name for key, name in names.items() if name and count[name] == 1}


def _of_rows(
    spec: RecordSpec, pair: tuple[str | None, str | None], left: Draft, right: Draft
) -> Iterator[CellDifference]:
    mine, other = pair
    if mine is None or other is None:
        draft, key = (left, mine) if mine is not None else (right, other)
        if key is not None:
            row = draft.rows[spec.name][key]
            said = _summary(draft, spec, row)
            both = (said, NO_ROW) if mine is not None else (NO_ROW, said)
            yield CellDifference(spec.name, key, "", *both, row_label(draft, spec, key))
        return
    for field in spec.fields.values():
        texts = (
            cell_text(left, field, left.rows[spec.name][mine][field.name]),
            cell_text(right, field, right.rows[spec.name][other][field.name]),
        )
        if texts[0] != texts[1]:
            yield CellDifference(spec.name, mine, field.name, *texts, row_label(left, spec, mine))


def row_label(draft: Draft, spec: RecordSpec, key: str) -> str:
    """Return how people know a row: 「一年级(1)班」, 「小学」, 「第3行」; empty where there is one row.

    It stands on papers and in questions: an identity or mobile number that was typed as a name does not.
    """
    if key == ONLY:
        return ""
    if spec.rows == "stages":
        return _STAGES.get(key, key)
    rows = draft.rows[spec.name]
    title = bare_of_numbers(_plain(rows[key][spec.title_field])) if spec.title_field else ""
    return title or f"第{rows.index_of(key) + 1}行"


def _summary(draft: Draft, spec: RecordSpec, row: Row) -> str:
    """Write the filled cells of a row that only one side has."""
    filled = [
        f"{field.item.label} {cell_text(draft, field, row[field.name])}"
        for field in spec.fields.values()
        if row[field.name] is not None
    ]
    return "、".join(filled) or EMPTY


def cell_text(draft: Draft, field: Field, cell: Cell) -> str:
    """Return what a cell says, 「(空)」 where it says nothing."""
    if cell is None:
        return EMPTY
    if isinstance(cell, Unread):
        return f"「{unclosing(cell.text)}」"
    kind = field.item.kind
    if isinstance(kind, Reference):
        rows = draft.rows[kind.record]
        spec = SCHOOL_RECORDS[kind.record]
        return row_label(draft, spec, str(cell)) if cell in rows else "(已删除)"
    return kind.show(cell)


def _plain(cell: Cell) -> str:
    if isinstance(cell, Unread):
        return cell.text
    return cell if isinstance(cell, str) else ""
