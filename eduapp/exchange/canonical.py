"""One byte form for JSON and CSV: equal content gives equal bytes, on every system and Python.

A reader here accepts bytes only if writing what it read gives the same bytes again; nothing is
mended on reading. JSON: UTF-8, keys sorted by code point, no spaces, integers of at most 19 digits,
no floats, one LF at the end (RFC 8785 for this subset). CSV: UTF-8 without BOM, LF, minimal quotes,
an empty cell is null, rows sorted by their key. Text is NFC and has no control characters at all:
a line break inside a cell would make two records of one for the tools that read line by line.
"""

from __future__ import annotations

import itertools
import json
import operator
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from db.characters import UNSEEN, seen
from db.problems import Problem

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | bool | None"
Row: TypeAlias = tuple[str | None, ...]

JSON_BYTES = 4 * 1024 * 1024
JSON_DEPTH = 32
INTEGER_DIGITS = 19
MAX_TEXT = 4000
"""The longest text of a member of what travels: an explanation may not be longer."""

_FORBIDDEN = re.compile(f"[{UNSEEN}]")
_CARRIED_ASCII = bytes(number for number in range(128) if not _FORBIDDEN.match(chr(number))) + b"\n"
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_BRACKETS = re.compile(rb'"(?:[^"\\]+|\\.?)*(?:"|\Z)|[\[\]{}]', re.DOTALL)
_CSV_CELL = re.compile(r'"((?:[^"]|"")*)"|([^",]*)')


def forbidden_character(text: str) -> str | None:
    """Return the first character that no carried text may hold, as ``U+XXXX``, or None."""
    found = _FORBIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def _not_canonical(file: str, reason: str) -> Problem:
    return Problem("not-canonical", file=file, reason=reason)


def write_json(value: Json, file: str = "datapackage.json") -> bytes:
    """Return the canonical bytes of ``value``.

    Text is brought to NFC. Raises Problem ``text-not-allowed`` naming the member whose text cannot
    be carried; TypeError or ValueError for what is no canonical JSON at all (a bug of the caller).
    """
    prepared = _prepared(value, file, "", JSON_DEPTH)
    return _dumped(prepared).encode("utf-8")


def _prepared(value: Json, file: str, where: str, depth: int) -> Json:
    if depth < 0:
        message = f"{where}: deeper than {JSON_DEPTH}"
        raise ValueError(message)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _clean(value, file, where)
    if isinstance(value, int):
        if abs(value) >= 10**INTEGER_DIGITS:
            message = f"{where}: more than {INTEGER_DIGITS} digits"
            raise ValueError(message)
        return value
    if isinstance(value, Mapping):
        return _prepared_members(value, file, where, depth)
    if isinstance(value, list | tuple):
        return [_prepared(item, file, f"{where}[{n}]", depth - 1) for n, item in enumerate(value)]
    message = f"{where}: {type(value).__name__} has no canonical form"
    raise TypeError(message)


def _prepared_members(value: Mapping[str, Json], file: str, where: str, depth: int) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for key, item in value.items():
        name = _clean(key, file, where)
        if name in members:
            message = f"{where}: two members named {name}"
            raise ValueError(message)
        members[name] = _prepared(item, file, f"{where}.{name}".lstrip("."), depth - 1)
    return members


def _clean(text: str, file: str, where: str) -> str:
    character = forbidden_character(text)
    if character:
        raise Problem("text-not-allowed", where=where or file, character=character)
    return unicodedata.normalize("NFC", text)


def read_json(data: bytes, file: str = "datapackage.json", *, limit: int = JSON_BYTES) -> Json:
    """Return the value of canonical JSON bytes.

    ``limit`` is in bytes. Raises Problem ``too-large``, ``damaged`` (no UTF-8, no JSON) or
    ``not-canonical`` (any second spelling of the same content, NaN, duplicate members, too deep).
    """
    if len(data) > limit:
        raise Problem("too-large", size=f"{len(data)} 字节", limit=f"{limit} 字节")
    _check_depth(data, file)
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text,
            parse_int=_strict_int,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            object_pairs_hook=_unique_members,
        )
    except _NotCanonicalValueError as error:
        raise _not_canonical(file, str(error)) from error
    except (ValueError, RecursionError, OverflowError) as error:
        raise Problem("damaged", reason=f"{file} 不是 JSON") from error
    if _has_forbidden(data) or _has_escaped_control(text) or not unicodedata.is_normalized("NFC", text):
        raise _not_canonical(file, "含有不允许的字符")
    if _dumped(value) != text:
        raise _not_canonical(file, "写法不是规定的唯一形式")
    return cast("Json", value)


def _dumped(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text + "\n"


def _has_escaped_control(text: str) -> bool:
    """Whether canonical JSON escapes more than quotes and backslashes: only control characters need it."""
    return "\\" in text.replace("\\\\", "").replace('\\"', "")


def _has_forbidden(data: bytes) -> bool:
    """Whether UTF-8 holds a character that may not be carried; line ends are let be.

    Most of a file is digits, Latin names and punctuation: those go first, and fast.
    """
    return _FORBIDDEN.search(data.translate(None, _CARRIED_ASCII).decode("utf-8")) is not None


class _NotCanonicalValueError(ValueError):
    """JSON that other readers may take in more than one way."""


def _check_depth(data: bytes, file: str) -> None:
    """Refuse deep nesting before the parser sees it, whatever stack its thread has."""
    depth = 0
    for token in _BRACKETS.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
            if depth > JSON_DEPTH:
                raise _not_canonical(file, "嵌套过深")
        elif first in b"]}":
            depth -= 1


def _strict_int(text: str) -> int:
    if len(text.lstrip("-")) > INTEGER_DIGITS:
        message = "整数过长"
        raise _NotCanonicalValueError(message)
    return int(text)


def _refuse_number(text: str) -> None:
    message = f"不允许的数 {text[:20]}"
    raise _NotCanonicalValueError(message)


def _unique_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        message = "有重名的成员"
        raise _NotCanonicalValueError(message)
    return members


def write_csv(table: str, header: Sequence[str], rows: Iterable[Row], key: str) -> bytes:
    """Return the canonical bytes of a table: rows sorted by the column ``key``, text in NFC.

    Raises Problem ``text-not-allowed`` naming table, row (from 1, as given) and column of a cell that
    cannot be carried; ValueError for a header, a width or a key that is not right (a bug of the caller).
    """
    _check_header(table, header)
    at = list(header).index(key)
    rows = tuple(rows)
    plain = _plain_lines(header, rows, at)
    if plain is not None:
        return plain
    cleaned = [_clean_row(table, header, row, at, number) for number, row in enumerate(rows, start=1)]
    cleaned.sort(key=lambda row: row[at])
    for before, after in itertools.pairwise(cleaned):
        if before[at] == after[at]:
            message = f"{table}: two rows with the key {after[at]}"
            raise ValueError(message)
    lines = [",".join(header), *(",".join(_quoted(cell) for cell in row) for row in cleaned)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _plain_lines(header: Sequence[str], rows: tuple[Row, ...], at: int) -> bytes | None:
    """Return the bytes of a table in which nothing is to be quoted, mended or refused; else None.

    Looked at as one text: a comma, quote or line end too many is one inside a cell.
    """
    columns = [[cell or "" for cell in column] for column in zip(*rows, strict=False)]
    if len(columns) != len(header) or any(len(row) != len(header) for row in rows):
        return None
    ordered = sorted(zip(*columns, strict=True), key=operator.itemgetter(at))
    keys = [row[at] for row in ordered]
    if not keys[0] or not all(map(operator.lt, keys, keys[1:])):
        return None
    text = "\n".join(map(",".join, ordered))
    commas, ends = (len(header) - 1) * len(ordered), len(ordered) - 1
    if '"' in text or text.count(",") != commas or text.count("\n") != ends:
        return None
    try:
        data = f"{','.join(header)}\n{text}\n".encode()
    except UnicodeEncodeError:
        return None
    if _has_forbidden(data) or not unicodedata.is_normalized("NFC", text):
        return None
    return data


def _check_header(table: str, header: Sequence[str]) -> None:
    if not header or len(set(header)) != len(header) or not all(map(_COLUMN.fullmatch, header)):
        message = f"{table}: bad header {list(header)}"
        raise ValueError(message)


def _clean_row(table: str, header: Sequence[str], row: Row, at: int, number: int) -> tuple[str, ...]:
    if len(row) != len(header) or not row[at]:
        message = f"{table}: a row without its key, or {len(row)} cells for {len(header)} columns"
        raise ValueError(message)
    cells = tuple(cell or "" for cell in row)
    joined = ",".join(cells)
    if _FORBIDDEN.search(joined) is None:
        if not unicodedata.is_normalized("NFC", joined):
            return tuple(unicodedata.normalize("NFC", cell) for cell in cells)
        return cells
    where = next(n for n, cell in enumerate(cells) if _FORBIDDEN.search(cell))
    raise Problem(
        "text-not-allowed",
        where=f"{table} 第 {number} 行 {header[where]}",
        column=header[where],
        row=number,
        character=forbidden_character(cells[where]) or "",
    )


def forbidden_free(text: str) -> str:
    """Return ``text`` with every character that may not be carried shown as U+FFFD, for messages."""
    return seen(text)


def _quoted(cell: str) -> str:
    if "," in cell or '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def read_csv(data: bytes, file: str, key: str) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Return header and rows of canonical CSV bytes; an empty cell is None.

    Raises Problem ``damaged`` (no UTF-8) or ``not-canonical`` (anything that writing again would
    write otherwise: order, quotes, line ends, BOM, double keys, control characters, not NFC).
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("damaged", reason=f"{file} 不是 UTF-8") from error
    lines = text.split("\n")
    if lines.pop() or not lines:
        raise _not_canonical(file, "最后一行不完整")
    header = tuple(lines[0].split(","))
    if key not in header:
        raise _not_canonical(file, f"缺少列 {key}")
    try:
        _check_header(file, header)
    except ValueError as error:
        raise _not_canonical(file, "表头不合规定") from error
    # No cell, quoted or not, can hold a line end, and nothing composes with one, a comma or a quote:
    # what holds of the whole text holds of each cell.
    if _has_forbidden(data) or not unicodedata.is_normalized("NFC", text):
        raise _not_canonical(file, "含有不允许的字符")
    rows = [_cells(line, file) if '"' in line else line.split(",") for line in lines[1:]]
    if any(len(row) != len(header) for row in rows):
        raise _not_canonical(file, "各行的列数不同")
    columns = list(zip(*rows, strict=True))
    _check_keys(columns[header.index(key)] if rows else (), file)
    filled = [[cell or None for cell in column] if "" in column else column for column in columns]
    return header, tuple(zip(*filled, strict=True))


def _check_keys(keys: Sequence[str], file: str) -> None:
    if not all(keys) or not all(map(operator.lt, keys, keys[1:])):
        raise _not_canonical(file, "各行没有按主键排列,或主键为空、重复")


def _cells(line: str, file: str) -> list[str]:
    """Return the cells of a line that has quotes somewhere."""
    cells: list[str] = []
    at = 0
    while True:
        match = _CSV_CELL.match(line, at)
        if match is None:  # the second alternative also matches nothing, so this is a broken pattern
            raise _not_canonical(file, "引号不成对")
        quoted, plain = match.groups()
        cells.append(quoted.replace('""', '"') if quoted is not None else plain)
        at = match.end()
        if at == len(line):
            break
        if line[at] != ",":
            raise _not_canonical(file, "引号不成对")
        at += 1
    if ",".join(map(_quoted, cells)) != line:
        raise _not_canonical(file, "写法不是规定的唯一形式")
    return cells
