"""Making findings: the id under which a soft one keeps its reason, and the row-level checks.

A standard that is not met is a verdict, never a finding; nothing here blocks saving.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.values import Unread, Unreadable
from eduapp.standards.results import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.records.rows import Row

CLASS_SIZE_HIGH = 80
ROOM_AREA = (10, 500)


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
    return f"{code}:{record}:{key[:16]}:{about}"


def row_findings(record: str, key: str, row: Row) -> Iterator[Finding]:
    """Yield what can be said of one row alone."""
    for name, cell in row.items():
        if isinstance(cell, Unread):
            item = RECORDS[record].fields[name].item
            yield hard(
                "unread", record, key, name, f"{item.label}「{cell.text}」{_expected(record, name, cell)}"
            )
    if record == "school_class":
        yield from _class_size(key, row)
    elif record == "room":
        yield from _room_area(key, row)


def _expected(record: str, name: str, cell: Unread) -> str:
    try:
        RECORDS[record].fields[name].item.kind.parse(cell.text)
    except Unreadable as error:
        return str(error)
    return "名单中没有这一项"


def _class_size(key: str, row: Row) -> Iterator[Finding]:
    size = row["pupils"]
    if isinstance(size, int) and (size == 0 or size > CLASS_SIZE_HIGH):
        text = f"{_name(row)}学生数 {size},请核对(一般为 1 到 {CLASS_SIZE_HIGH})"
        yield soft("range.class_size", "school_class", key, "pupils", text)


def _room_area(key: str, row: Row) -> Iterator[Finding]:
    area, (low, high) = row["area"], ROOM_AREA
    if area is not None and not isinstance(area, Unread) and not low <= area <= high:  # type: ignore[operator]
        shown = RECORDS["room"].fields["area"].item.kind.show(area)
        text = f"{_name(row)}面积 {shown} ㎡,请核对(一般为 {low} 到 {high} ㎡)"
        yield soft("range.area", "room", key, "area", text)


def _name(row: Row) -> str:
    return row["name"] if isinstance(row["name"], str) else "这一行"
