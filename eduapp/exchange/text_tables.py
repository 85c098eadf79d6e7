"""The tables of a submission: rows of canonical text, with their Frictionless table schema.

A cell is its canonical text or None. What a text must look like follows from the column's type; a
pattern is matched before anything is handed to int, Decimal or date, because those also take other
scripts' digits, underscores and exponents. A type this program does not know is carried as text.
Limits and required fields are no business of this module: a draft travels as it is.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Final, TypeAlias

from db.problems import Problem
from eduapp.exchange.canonical import Json, Row, forbidden_free, read_csv, write_csv

FieldSchema: TypeAlias = Mapping[str, Json]
"""A Frictionless field descriptor: ``name``, ``type``, ``title``, for numbers also our ``scale``."""

CellValue: TypeAlias = str | int | Decimal | bool | datetime.date | datetime.datetime

_NAME: Final = re.compile(r"[a-z_]{1,60}", re.ASCII)
_FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
_NUMBER: Final = re.compile(r"(?!-0(?:\.0*)?$)-?(?:0|[1-9][0-9]{0,11})(?:\.([0-9]{1,9}))?", re.ASCII)
_INTEGER_LIMIT: Final = 2**63
_MAX_SCALE: Final = 9


@dataclass(frozen=True)
class ForeignKey:
    """The cells of ``field`` are keys (column ``target``) of the table ``table``."""

    field: str
    table: str
    target: str = "id"


@dataclass(frozen=True)
class Table:
    """One table: ``name`` of ``[a-z_]``, columns, rows, and the column that is the key of a row.

    ``rows`` may come in any order; they are carried sorted by the key. ``title`` is for people.
    """

    name: str
    fields: tuple[FieldSchema, ...]
    rows: tuple[Row, ...]
    primary_key: str = "id"
    foreign_keys: tuple[ForeignKey, ...] = ()
    title: str = ""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the schema."""
        return tuple(str(field["name"]) for field in self.fields)

    @property
    def path(self) -> str:
        """The name of the table's file inside the container."""
        return f"data/{self.name}.csv"

    @cached_property
    def csv(self) -> bytes:
        """The canonical CSV, made once: an export asks for it to compare, to list and to write."""
        return write_table(self)


def field_schema(name: str, kind: str, title: str = "", *, scale: int | None = None) -> FieldSchema:
    """Return a field descriptor.

    ``kind``: string, integer, number, boolean, date, datetime, year or yearmonth. ``scale``: how
    many decimals a number always has.
    """
    descriptor: dict[str, Json] = {"name": name, "type": kind}
    if title:
        descriptor["title"] = title
    if scale is not None:
        descriptor["scale"] = scale
    if kind == "boolean":
        descriptor |= {"trueValues": ["1"], "falseValues": ["0"]}
    return descriptor


def _integer(text: str) -> int:
    if _INTEGER.fullmatch(text) is None or not -_INTEGER_LIMIT <= int(text) < _INTEGER_LIMIT:
        raise ValueError(text)
    return int(text)


def _boolean(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(text)
    return text == "1"


def _matched(pattern: str, read: Callable[[str], CellValue]) -> Callable[[str], CellValue]:
    compiled = re.compile(pattern, re.ASCII)

    def reader(text: str) -> CellValue:
        if compiled.fullmatch(text) is None:
            raise ValueError(text)
        return read(text)

    return reader


def _year_month(text: str) -> str:
    datetime.date.fromisoformat(f"{text}-01")
    return text


_READERS: Final[Mapping[str, Callable[[str], CellValue]]] = {
    "integer": _integer,
    "boolean": _boolean,
    "date": _matched(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", datetime.date.fromisoformat),
    "datetime": _matched(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", datetime.datetime.fromisoformat
    ),
    "year": _matched(r"[0-9]{4}", int),
    "yearmonth": _matched(r"[0-9]{4}-[0-9]{2}", _year_month),
}


def cell_reader(field: FieldSchema) -> Callable[[str], CellValue] | None:
    """Return the function that reads a cell of this column (ValueError for a wrong one).

    None means that any text is right: a string, or a type that only a newer program knows.
    """
    if field["type"] != "number":
        return _READERS.get(str(field["type"]))
    scale = field.get("scale")

    def number(text: str) -> Decimal:
        match = _NUMBER.fullmatch(text)
        if match is None or (scale is not None and len(match.group(1) or "") != scale):
            raise ValueError(text)
        return Decimal(text)

    return number


def check_cells(table: Table) -> None:
    """Raise Problem ``column-type`` for the first cell that is not as its column's type says."""
    readers = [(at, reader) for at, field in enumerate(table.fields) if (reader := cell_reader(field))]
    columns = list(zip(*table.rows, strict=True))
    try:
        for at, reader in readers if columns else ():
            for text in dict.fromkeys(columns[at]):  # most columns repeat few texts
                if text is not None:
                    reader(text)
    except ValueError as error:
        raise _first_wrong(table, readers) from error


def _first_wrong(table: Table, readers: list[tuple[int, Callable[[str], CellValue]]]) -> Problem:
    """Return the Problem of the first wrong cell, row by row, of a table that has one."""
    for number, row in enumerate(table.rows, start=1):
        for at, reader in readers:
            text = row[at]
            try:
                if text is not None:
                    reader(text)
            except ValueError:
                return Problem(
                    "column-type",
                    where=_where(table, number, at),
                    column=table.fields[at]["name"],
                    row=number,
                    text=forbidden_free(text or "")[:40],
                )
    raise AssertionError(table.name)


def _where(table: Table, row: int, at: int) -> str:
    field = table.fields[at]
    return f"「{table.title or table.name}」第 {row} 行「{field.get('title') or field['name']}」"


def write_table(table: Table) -> bytes:
    """Return the canonical CSV.

    Raises Problem ``text-not-allowed`` with the place in the words of the titles; ValueError for a
    name that is not allowed (a bug of the caller).
    """
    if _NAME.fullmatch(table.name) is None:
        message = f"bad table name {table.name!r}"
        raise ValueError(message)
    try:
        return write_csv(table.name, table.header, table.rows, table.primary_key)
    except Problem as problem:
        row, column = problem.facts["row"], problem.facts["column"]
        where = _where(table, row, table.header.index(column))
        raise Problem("text-not-allowed", **{**problem.facts, "where": where}) from problem


def read_table(empty: Table, data: bytes) -> Table:
    """Return ``empty`` with the rows of canonical CSV bytes, every cell checked against its type.

    Raises Problem ``damaged``, ``not-canonical``, ``manifest-invalid`` (the header is not the
    schema's) or ``column-type``.
    """
    header, rows = read_csv(data, empty.path, empty.primary_key)
    if header != empty.header:
        raise Problem("manifest-invalid", member=f"{empty.path} 的表头")
    table = replace(empty, rows=rows)
    check_cells(table)
    return table


def to_resource(table: Table, data: bytes) -> dict[str, Json]:
    """Return the Frictionless Data Resource (v2) of a table and its CSV bytes."""
    schema: dict[str, Json] = {
        "fields": list(table.fields),
        "missingValues": [""],
        "primaryKey": [table.primary_key],
    }
    if table.foreign_keys:
        schema["foreignKeys"] = [
            {"fields": [key.field], "reference": {"fields": [key.target], "resource": key.table}}
            for key in table.foreign_keys
        ]
    resource: dict[str, Json] = {
        "name": table.name,
        "type": "table",
        "path": table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ","},
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }
    return {**resource, "title": table.title} if table.title else resource


def from_resource(resource: Json) -> Table:
    """Return the table of a resource, still without rows; members not known here are let be.

    Raises Problem ``manifest-invalid``.
    """
    try:
        return _from_resource(resource)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Problem("manifest-invalid", member=f"resources ({error})") from error


def _from_resource(resource: Json) -> Table:
    top = _object(resource)
    schema = _object(top["schema"])
    columns = tuple(_field(item) for item in _list(schema["fields"]))
    names = [str(column["name"]) for column in columns]
    (key,) = _list(schema["primaryKey"])
    keys = tuple(_foreign_key(item) for item in _list(schema.get("foreignKeys", [])))
    title = top.get("title", "")
    if not isinstance(title, str):
        raise TypeError("title")
    table = Table(_name(top["name"], _NAME), columns, (), _name(key, _FIELD_NAME), keys, title)
    if len(set(names)) != len(names) or table.primary_key not in names:
        raise ValueError("fields")
    if not {link.field for link in keys} <= set(names):
        raise ValueError("foreignKeys")
    changing = {"bytes", "hash", "schema"}
    fixed = {name: value for name, value in to_resource(table, b"").items() if name not in changing}
    if any(top[name] != value for name, value in fixed.items()) or schema["missingValues"] != [""]:
        raise ValueError(table.name)
    return table


def _object(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise TypeError("object")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError("list")
    return value


def _name(value: Json, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise ValueError("name")
    return value


def _field(value: Json) -> FieldSchema:
    field = _object(value)
    _name(field["name"], _FIELD_NAME)
    if not isinstance(field["type"], str) or not isinstance(field.get("title", ""), str):
        raise TypeError("type")
    scale = field.get("scale", 0)
    if not isinstance(scale, int) or isinstance(scale, bool) or not 0 <= scale <= _MAX_SCALE:
        raise ValueError("scale")
    return field


def _foreign_key(value: Json) -> ForeignKey:
    link = _object(value)
    reference = _object(link["reference"])
    (own,), (target,) = _list(link["fields"]), _list(reference["fields"])
    table = _name(reference["resource"], _NAME)
    return ForeignKey(_name(own, _FIELD_NAME), table, _name(target, _FIELD_NAME))
