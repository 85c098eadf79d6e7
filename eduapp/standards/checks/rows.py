"""Making findings: the id under which a soft one keeps its reason, and the row-level checks.

A standard that is not met is a verdict, never a finding; nothing here blocks saving.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from db.characters import unclosing
from db.records.catalog import RECORDS
from db.records.personal_numbers import (
    KEPT_HOME,
    LONG_PIECE,
    SHORTEST,
    is_piece,
    numbers_at_home,
    numbers_in,
    spread_over,
    words_of,
)
from db.records.values import Unread, Unreadable
from eduapp.standards.counting import RENTED, ground_faults
from eduapp.standards.results import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from decimal import Decimal

    from db.records.rows import Row
    from db.records.values import Cell

    Number = Decimal | int

CLASS_SIZE_HIGH = 80
ROOM_AREA = (10, 500)
_SHORT = 16
"""Characters of a row's key that stand in a finding's id."""
_SPREAD = "和旁边的格合起来是身份证号"


def hard(code: str, record: str, key: str, field: str, text: str) -> Finding:
    """逻辑校验: impossible or self-contradicting; must be mended before a final leaves."""
    return Finding(_id(code, record, key, field), Severity.HARD, code, record, key, field, text)


def soft(code: str, record: str, key: str, field: str, text: str, about: str = "") -> Finding:
    """经验校验: unlikely; mend it or give a reason, which travels.

    `about` names what it is about where the field it is shown at may move.
    """
    return Finding(_id(code, record, key, about or field), Severity.SOFT, code, record, key, field, text)


def _id(code: str, record: str, key: str, about: str) -> str:
    """Return the id under which a reason is kept: stable while the place is."""
    return f"{code}:{record}:{key[:_SHORT]}:{about}"


def row_of(finding: str) -> tuple[str, str]:
    """Return of a finding's id the record and how the row's key begins; empty where it is none of ours."""
    _code, record, key, *_about = (*finding.split(":"), "", "")
    return record, key


def row_findings(record: str, key: str, row: Row) -> Iterator[Finding]:
    """Yield what can be said of one row alone."""
    spread = spread_over(row.items())
    for name, cell in row.items():
        wordy = isinstance(cell, str | Unread)
        found = wordy and (_numbers(record, name, cell) or (_SPREAD if name in spread else ""))
        if found:
            label = RECORDS[record].fields[name].item.label
            yield hard("personal.number", record, key, name, f"{label}{found},不会随文件交出,请改正或清空")
        elif isinstance(cell, Unread):
            yield _unread(record, key, name, cell)
    rule = _ROW_RULES.get(record)
    if rule and rule.is_odd(*[row[name] for name in rule.fields]):
        yield from rule.findings(key, row)


def found_in_rows(record: str, rows: Sequence[tuple[str, Row]]) -> dict[str, tuple[Finding, ...]]:
    """Return what `row_findings` says of many rows, by key, those with nothing left out.

    A column is looked at once for what may be wrong with its cells; it says the same many times.
    """
    columns = {name: [row[name] for _, row in rows] for name in RECORDS[record].fields}
    doubtful: set[int] = set()
    for name, column in columns.items():
        bad = {cell for cell in set(column) if not _is_short(cell) and _is_doubtful(record, name, cell)}
        if bad:
            doubtful.update(at for at, cell in enumerate(column) if cell in bad)
    rule = _ROW_RULES.get(record)
    if rule:
        cells = [*zip(*[columns[name] for name in rule.fields], strict=True)]
        odd = {each for each in set(cells) if rule.is_odd(*each)}
        doubtful.update(at for at, each in enumerate(cells) if each in odd) if odd else None
    found = {rows[at][0]: tuple(row_findings(record, *rows[at])) for at in sorted(doubtful)}
    return {key: findings for key, findings in found.items() if findings}


def _is_short(cell: Cell) -> bool:
    """Whether a cell says too little to be, or to hold, a part of a number: as nearly all do."""
    return cell is None or (type(cell) is str and len(cell) < LONG_PIECE)


def _is_doubtful(record: str, name: str, cell: Cell) -> bool:
    if isinstance(cell, Unread) or is_piece(cell):
        return True
    return isinstance(cell, str) and len(cell) >= SHORTEST and bool(_numbers(record, name, cell))


def reason_findings(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what is wrong with explanations themselves: they travel, and a number in one must not."""
    for each in findings:
        numbers = numbers_in(each.reason)
        if numbers:
            text = f"说明中有{words_of(numbers)},不会随文件交出,请改写"
            yield hard("personal.reason", each.record, each.key, each.field, text)


def number(row: Row, name: str) -> Number | None:
    """Return a number of a row; None where it is empty or cannot be read."""
    cell = row[name]
    return None if cell is None or isinstance(cell, Unread) else cell  # type: ignore[return-value]


def _unread(record: str, key: str, name: str, cell: Unread) -> Finding:
    label = RECORDS[record].fields[name].item.label
    if cell.text == KEPT_HOME:
        return hard("kept.home", record, key, name, f"{label}的内容留在学校,没有随文件交出,须由学校改正")
    return hard(
        "unread", record, key, name, f"{label}「{unclosing(cell.text)}」{_expected(record, name, cell)}"
    )


def _numbers(record: str, name: str, cell: Cell) -> str:
    """Say that a cell holds a number that must not leave; the number itself is never repeated."""
    found = numbers_at_home(RECORDS[record].fields[name].item, cell)
    return f"中有{words_of(found)}" if found else ""


def _expected(record: str, name: str, cell: Unread) -> str:
    try:
        RECORDS[record].fields[name].item.kind.parse(cell.text)
    except Unreadable as error:
        return str(error)
    return "名单中没有这一项"


class _Rule:
    """A rule of a list's rows: fields it hangs on, when their cells are odd, and what is then found.

    Of many rows the cells of the fields are asked about, each once: a list repeats itself. Every command
    loads the rules: methods of a dataclass would take each of them a third of a millisecond to compile.
    """

    def __init__(
        self,
        fields: tuple[str, ...],
        is_odd: Callable[..., bool],
        findings: Callable[[str, Row], Iterator[Finding]],
    ) -> None:
        self.fields, self.is_odd, self.findings = fields, is_odd, findings


def _is_odd_size(size: Cell) -> bool:
    return isinstance(size, int) and (size == 0 or size > CLASS_SIZE_HIGH)


def _class(key: str, row: Row) -> Iterator[Finding]:
    text = f"{_name(row)}学生数 {row['pupils']},请核对(一般为 1 到 {CLASS_SIZE_HIGH})"
    yield soft("range.class_size", "school_class", key, "pupils", text)


def _is_odd_area(area: Cell) -> bool:
    low, high = ROOM_AREA
    return area is not None and not isinstance(area, Unread) and not low <= area <= high  # type: ignore[operator]


def _room_area(key: str, row: Row) -> Iterator[Finding]:
    area, (low, high) = number(row, "area"), ROOM_AREA
    if area is not None:
        shown = RECORDS["room"].fields["area"].item.kind.show(area)
        text = f"{_name(row)}面积 {shown} ㎡,请核对(一般为 {low} 到 {high} ㎡)"
        yield soft("range.area", "room", key, "area", text)


def _ground(key: str, row: Row) -> Iterator[Finding]:
    found = ground_faults(row)
    if found:
        text = f"{_name(row)}是校外租赁场馆:{';'.join(found.values())}。不符合条件的租赁场馆不能计入"
        yield soft("ground.rented", "sports_ground", key, next(iter(found)), text, "rented")


def _order(record: str, first: str, second: str) -> _Rule:
    """Return the rule that one date of a row is not before another."""
    fields = RECORDS[record].fields

    def is_odd(early: Cell, late: Cell) -> bool:
        return isinstance(early, datetime.date) and isinstance(late, datetime.date) and late < early

    def findings(key: str, row: Row) -> Iterator[Finding]:
        text = f"{fields[second].item.label} {row[second]},早于{fields[first].item.label} {row[first]}"
        yield hard("date.order", record, key, second, text)

    return _Rule((first, second), is_odd, findings)


def _name(row: Row) -> str:
    return row["name"] if isinstance(row["name"], str) else "这一行"


_ROW_RULES: Final = {
    "school_class": _Rule(("pupils",), _is_odd_size, _class),
    "room": _Rule(("area",), _is_odd_area, _room_area),
    "sports_ground": _Rule(("kind",), lambda kind: kind == RENTED, _ground),
    "rotation": _order("rotation", "begins", "ends"),
    "at_risk": _order("at_risk", "found", "returned"),
}
