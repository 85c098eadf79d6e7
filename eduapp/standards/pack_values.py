"""Reading single values of a data pack, and refusing what could not be meant."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar

from db.records.choices import SchoolKind, Stage

Name = TypeVar("Name", Stage, SchoolKind)


class PackError(Exception):
    """What is wrong in a pack, and where."""


def refuse(message: str) -> NoReturn:
    """Raise PackError."""
    raise PackError(message)


def number(value: object, where: str, *, positive: bool = False) -> Decimal:
    """Read a number: written as text, because a TOML float is not the decimal that was meant."""
    try:
        found = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or found < 0 or (positive and not found):
        message = f"{where} 应是写在引号里的{'正' if positive else '非负'}数:{value}"
        raise PackError(message)
    return found


def whole(value: object, where: str, low: int) -> int:
    """Read a whole number not below `low`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        message = f"{where} 应是不小于 {low} 的整数:{value}"
        raise PackError(message)
    return value


def numbers(raw: object, names: type[Name], where: str) -> dict[Name, Decimal]:
    """Read a table of numbers by stage or by kind of school."""
    if not isinstance(raw, dict):
        message = f"{where} 应是一个表"
        raise PackError(message)
    unknown = [name for name in raw if name not in set(names)]
    if unknown:
        refuse(f"{where}:没有「{'、'.join(unknown)}」")
    return {names(name): number(value, f"{where}.{name}") for name, value in raw.items()}


def texts(raw: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    """Refuse a table that lacks one of its texts."""
    for name in names:
        if not isinstance(raw.get(name), str) or not raw[name].strip():
            refuse(f"{where} 缺少 {name}")


def only(raw: dict[str, Any], known: set[str], where: str) -> None:
    """Refuse a misspelt key: what it was to say would be left out silently."""
    unknown = [name for name in raw if name not in known]
    if unknown:
        refuse(f"{where}:不认识 {'、'.join(unknown)}")


def date(value: object, where: str) -> datetime.date:
    """Read a date, which TOML writes without quotes."""
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        message = f"{where} 应是日期,写成 2026-09-01,不加引号:{value}"
        raise PackError(message)
    return value


def names(raw: object, where: str) -> tuple[str, ...]:
    """Read a list of texts."""
    if not isinstance(raw, list) or not raw or not all(isinstance(each, str) and each for each in raw):
        message = f"{where} 应是名单:{raw}"
        raise PackError(message)
    return tuple(raw)
