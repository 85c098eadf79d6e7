"""The members of one JSON object that travels, taken by name and type; what is wrong is named."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVar

from db.problems import Problem
from eduapp.exchange.canonical import MAX_TEXT, Json
from eduapp.exchange.sealing import is_recipient
from eduapp.exchange.signing import PublicKey

T = TypeVar("T")

RECORD: Final = re.compile(r"[a-z_]{1,60}", re.ASCII)
WRITER: Final = re.compile(r"[0-9a-f-]{8,64}", re.ASCII)
SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
NAMED: Final = re.compile(r"[0-9A-Za-z._-]{1,80}", re.ASCII)
"""A version, a standard, a round."""
ANY_TEXT: Final = re.compile(rf".{{0,{MAX_TEXT}}}", re.DOTALL)
NAME: Final = re.compile(r".{1,200}", re.DOTALL)
_MAX_NUMBER: Final = 10**9
_MAX_ITEMS: Final = 10_000


def invalid(member: str) -> Problem:
    """Return the Problem that names a member."""
    return Problem("manifest-invalid", member=member)


class Members:
    """The members of one JSON object. What is left in ``rest`` at the end is a newer program's."""

    def __init__(self, value: Json, where: str) -> None:
        """Raise Problem ``manifest-invalid`` unless it is an object."""
        if not isinstance(value, Mapping):
            raise invalid(where)
        self.rest: dict[str, Json] = dict(value)
        self.where = where

    def take(self, name: str) -> Json:
        """Take a member as it is; raises Problem when it is not there."""
        if name not in self.rest:
            raise invalid(f"{self.where}.{name}")
        return self.rest.pop(name)

    def text(self, name: str, pattern: re.Pattern[str]) -> str:
        """Take a text of a pattern."""
        return text_of(self.take(name), pattern, f"{self.where}.{name}")

    def number(self, name: str, low: int, high: int = _MAX_NUMBER) -> int:
        """Take an integer of a range."""
        return number_of(self.take(name), f"{self.where}.{name}", low, high)

    def items(self, name: str, read: Callable[[Json, str], T]) -> tuple[T, ...]:
        """Take a list."""
        value, where = self.take(name), f"{self.where}.{name}"
        if not isinstance(value, list) or len(value) > _MAX_ITEMS:
            raise invalid(where)
        return tuple(read(item, f"{where}[{at}]") for at, item in enumerate(value))

    def mapping(self, name: str, keys: re.Pattern[str], read: Callable[[Json, str], T]) -> dict[str, T]:
        """Take an object whose keys are of a pattern."""
        return mapping_of(self.take(name), f"{self.where}.{name}", keys, read)

    def boolean(self, name: str) -> bool:
        """Take true or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise invalid(f"{self.where}.{name}")
        return value

    def key(self, name: str) -> PublicKey:
        """Take a public key as OpenSSH writes it; Problem ``key-invalid``."""
        return PublicKey.from_line(self.text(name, ANY_TEXT))

    def armor(self, name: str) -> bytes:
        """Take a signature, carried as one line of base64."""
        text = self.text(name, ANY_TEXT)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise invalid(f"{self.where}.{name}") from error

    def recipients(self, name: str) -> tuple[str, ...]:
        """Take a list of age recipients."""
        return self.items(name, recipient_of)


def armor_text(armor: bytes) -> str:
    """Return a signature as one line: JSON that travels holds no line break."""
    return base64.b64encode(armor).decode("ascii")


def recipient_of(value: Json, where: str) -> str:
    """Return an age recipient; raises Problem."""
    text = text_of(value, NAMED, where)
    if not is_recipient(text):
        raise invalid(where)
    return text


def text_of(value: Json, pattern: re.Pattern[str], where: str) -> str:
    """Return a value that is of the wanted type; raises Problem naming ``where``."""
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise invalid(where)
    return value


def number_of(value: Json, where: str, low: int = 0, high: int = _MAX_NUMBER) -> int:
    """Return a value that is of the wanted type; raises Problem naming ``where``."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise invalid(where)
    return value


def mapping_of(
    value: Json, where: str, keys: re.Pattern[str], read: Callable[[Json, str], T]
) -> dict[str, T]:
    """Return a value that is of the wanted type; raises Problem naming ``where``."""
    if not isinstance(value, Mapping) or len(value) > _MAX_ITEMS:
        raise invalid(where)
    return {text_of(key, keys, where): read(item, f"{where}.{key}") for key, item in value.items()}


LogPosition: TypeAlias = tuple[int, str]
"""How far a county's log of intake was: its lines, and the last link of their chain."""


def log_position_of(value: Json, where: str) -> LogPosition | None:
    """Return a position; None where there is none. Raises Problem naming ``where``."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - the number and the link
        raise invalid(where)
    return number_of(value[0], where, 1), text_of(value[1], SHA256, where)
