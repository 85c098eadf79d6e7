"""Dataclasses and named tuples as plain data (lists, texts, whole numbers) and back, by their types alone.

Nothing is executed that was stored: a text becomes what the field's type says, or ValueError. Values that
many objects share (a citation) are written once as a text and read once in a run of the program.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import types
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

Plain: TypeAlias = Any
"""What JSON holds."""
Reader: TypeAlias = Callable[[Plain], Any]
Writer: TypeAlias = Callable[[Any], Plain]
_WRONG = (ValueError, TypeError, LookupError, InvalidOperation, ZeroDivisionError, RecursionError)
_PLAIN = (str, int, bool)
_MOST_SHARED = 4096


class Codec:
    """Writes and reads objects of one dataclass; `names` resolves what its modules import for types only."""

    def __init__(self, whole: type, names: Mapping[str, Any], shared: frozenset[type] = frozenset()) -> None:
        """Build the readers and writers of a dataclass and of all that it is made of."""
        self.names, self.shared = dict(names), shared
        self._made: dict[type, tuple[Writer, Reader]] = {}
        self.shape = ""
        """Names and types of all fields: another shape is another format."""
        self._write, self._read = self._of(whole)

    def dumps(self, value: object) -> bytes:
        """Return an object as JSON text."""
        return json.dumps(self._write(value), ensure_ascii=False, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:  # noqa: ANN401 - an object of the dataclass it was made for
        """Return the object again; raises ValueError for what `dumps` does not write."""
        try:
            return self._read(json.loads(data))
        except _WRONG as error:
            raise ValueError(str(error)) from error

    def _of(self, hint: Any) -> tuple[Writer, Reader]:  # noqa: ANN401 - a type of typing
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in {Union, types.UnionType}:
            return self._one_of(arguments)
        if origin is tuple:
            return self._tuple(arguments)
        if origin in {dict, Mapping}:
            return self._dict(*arguments)
        if dataclasses.is_dataclass(hint) or hasattr(hint, "_fields"):
            return self._record(hint)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return (lambda value: value.value), hint
        return _SIMPLE[hint]

    def _one_of(self, options: tuple[Any, ...]) -> tuple[Writer, Reader]:
        """Of several types at most one is written as a text or a list, so that the form tells which it is."""
        rest = [option for option in options if option is not types.NoneType]
        whole = int in rest and len(rest) > 1
        (other,) = [each for each in rest if each is not int] if whole else rest
        write, read = self._of(other)

        def written(value: Any) -> Plain:  # noqa: ANN401 - any field
            return value if value is None or (whole and type(value) is int) else write(value)

        def found(plain: Plain) -> Any:  # noqa: ANN401 - as above
            return plain if plain is None or (whole and type(plain) is int) else read(plain)

        return written, found

    def _tuple(self, arguments: tuple[Any, ...]) -> tuple[Writer, Reader]:
        if arguments[-1] is Ellipsis:
            write, read = self._of(arguments[0])
            return (
                lambda value: [write(each) for each in value],
                lambda plain: tuple([read(each) for each in _list(plain)]),
            )
        writers, readers = zip(*map(self._of, arguments), strict=True)
        return (
            lambda value: [write(each) for write, each in zip(writers, value, strict=True)],
            lambda plain: tuple([read(each) for read, each in zip(readers, _list(plain), strict=True)]),
        )

    def _dict(self, key: Any, value: Any) -> tuple[Writer, Reader]:  # noqa: ANN401 - types of typing
        write_key, read_key = self._of(key)
        write, read = self._of(value)
        return (
            lambda found: [[write_key(name), write(each)] for name, each in found.items()],
            lambda plain: {read_key(name): read(each) for name, each in _list(plain)},
        )

    def _record(self, kind: Any) -> tuple[Writer, Reader]:  # noqa: ANN401 - a dataclass or a NamedTuple
        if kind not in self._made:
            fields: list[tuple[str, Writer, Reader]] = []
            # Put there first: a school has sites, which are schools.
            self._made[kind] = _whole(kind, fields, shared=kind in self.shared)
            hints = get_type_hints(kind, localns=self.names)
            named = hasattr(kind, "_fields")
            for name in kind._fields if named else [each.name for each in dataclasses.fields(kind)]:
                self.shape += f"{kind.__name__}.{name}:{hints[name]}\n"
                fields.append((name, *self._of(hints[name])))
        return self._made[kind]


def _whole(
    kind: Callable[..., object], fields: list[tuple[str, Writer, Reader]], *, shared: bool
) -> tuple[Writer, Reader]:
    """Return how a record is written and read: its fields in their order."""

    def write(value: object) -> Plain:
        return [write(getattr(value, name)) for name, write, _ in fields]

    def read(plain: Plain) -> object:
        return kind(*[read(each) for (_, _, read), each in zip(fields, _list(plain), strict=True)])

    if not shared:
        return write, read

    def write_text(value: object) -> Plain:
        return json.dumps(write(value), ensure_ascii=False, separators=(",", ":"))

    @lru_cache(maxsize=_MOST_SHARED)
    def read_text(text: str) -> object:
        return read(json.loads(text))

    return write_text, read_text


def _list(plain: Plain) -> list[Any]:
    if type(plain) is not list:
        raise ValueError(plain)
    return plain


def _exactly(kind: type) -> Reader:
    def read(plain: Plain) -> Any:  # noqa: ANN401 - of that type
        if type(plain) is not kind:
            raise ValueError(plain)
        return plain

    return read


def _same(value: Any) -> Plain:  # noqa: ANN401 - what JSON holds already
    return value


def _text(plain: Plain) -> str:
    found: str = _TEXT(plain)
    return found


_TEXT = _exactly(str)
_SIMPLE: dict[Any, tuple[Writer, Reader]] = {
    **{kind: (_same, _exactly(kind)) for kind in _PLAIN},
    Decimal: (str, lambda plain: Decimal(_text(plain))),
    Fraction: (str, lambda plain: Fraction(_text(plain))),
    datetime.date: (datetime.date.isoformat, lambda plain: datetime.date.fromisoformat(_text(plain))),
}
