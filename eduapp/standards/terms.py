"""Terms: the parameters of a formula, declared beside it, read from an item of a pack and refused there.

A formula's terms are a frozen dataclass; each field says how it is read and what it is called on the page
of coverage. What a pack writes wrongly is refused with the item and the key.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from eduapp.standards.pack_values import number, refuse, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class Read(Protocol):
    """How a value of a pack is read; raises PackError with the place. `codes` are the words of its codes."""

    @property
    def codes(self) -> Mapping[str, str]:
        """Code and the words people know, where the value is made of codes."""

    def __call__(self, value: object, where: str) -> Any:  # noqa: ANN401 - each reads a type of its own
        """Return the value as the formula takes it."""


@dataclass(frozen=True)
class WholeNumber:
    """A whole number, not below `low`; a limit is written in quotes as all limits are (`quoted`)."""

    low: int = 0
    quoted: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, value: object, where: str) -> int:
        """See Read."""
        if not self.quoted:
            return whole(value, where, self.low)
        found = number(value, where)
        if found % 1:
            refuse(f"{where} 应是整数:{value}")
        return int(found)


@dataclass(frozen=True)
class DecimalNumber:
    """A decimal that is not negative, written in quotes."""

    positive: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, value: object, where: str) -> Decimal:
        """See Read."""
        return number(value, where, positive=self.positive)


@dataclass(frozen=True)
class Flag:
    """是 or 否."""

    codes: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, value: object, where: str) -> bool:
        """See Read."""
        if not isinstance(value, bool):
            refuse(f"{where} 应是 true 或 false:{value}")
        return bool(value)


@dataclass(frozen=True)
class PlainText:
    """Words."""

    codes: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, value: object, where: str) -> str:
        """See Read."""
        if not isinstance(value, str) or not value.strip():
            refuse(f"{where} 应是文字:{value}")
        return str(value)


@dataclass(frozen=True)
class OneOf:
    """One code of a table."""

    codes: Mapping[str, str]

    def __call__(self, value: object, where: str) -> str:
        """See Read."""
        if not isinstance(value, str) or value not in self.codes:
            refuse(f"{where}:没有 {value}(有 {'、'.join(self.codes)})")
        return str(value)


@dataclass(frozen=True)
class Some:
    """A list; each of its parts read alike. `least`: how many there must be."""

    each: Read
    least: int = 0

    @property
    def codes(self) -> Mapping[str, str]:
        """See Read."""
        return self.each.codes

    def __call__(self, value: object, where: str) -> tuple[Any, ...]:
        """See Read."""
        if not isinstance(value, list) or len(value) < self.least:
            refuse(f"{where} 应是名单:{value}")
        return tuple(self.each(part, where) for part in value)


@dataclass(frozen=True)
class AnyOf:
    """Codes that stand for each other: `music|art`."""

    codes: Mapping[str, str]

    def __call__(self, value: object, where: str) -> tuple[str, ...]:
        """See Read."""
        one = OneOf(self.codes)
        return tuple(one(part, where) for part in PlainText()(value, where).split("|"))


@dataclass(frozen=True)
class OneOrMore:
    """A text or a list of texts: one is a list of one."""

    each: Read

    @property
    def codes(self) -> Mapping[str, str]:
        """See Read."""
        return self.each.codes

    def __call__(self, value: object, where: str) -> tuple[Any, ...]:
        """See Read."""
        return Some(self.each, 1)([value] if isinstance(value, str) else value, where)


Key = TypeVar("Key")


@dataclass(frozen=True)
class TermTable:
    """A table by the names of `keys` (all of them where `every`), each value read alike.

    `keys` turns a name into what the formula looks up: an enumeration, `int`, or `str` for any name.
    """

    keys: type[Any]
    each: Read
    names: Collection[str] = ()
    every: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> Mapping[str, str]:
        """See Read."""
        return {**self.words, **self.each.codes}

    def __call__(self, value: object, where: str) -> dict[Any, Any]:
        """See Read."""
        if not isinstance(value, dict) or not value:
            refuse(f"{where} 应是一个表:{value}")
        known = {str(name) for name in (self.names or (self.keys if self.keys is not str else value))}
        wrong = {*value} ^ known if self.every else {*value} - known
        if wrong:
            refuse(f"{where} 应写明 {'、'.join(sorted(known))}:{'、'.join(sorted(wrong))}")
        return {self.keys(name): self.each(part, f"{where}.{name}") for name, part in value.items()}


@dataclass(frozen=True)
class Term:
    """How one field of a formula's terms is read, and its words on the page of coverage.

    `words` are empty for what the item or the pack says anyhow. `relaxed`: a relaxation may set it.
    """

    read: Read
    words: str = ""
    relaxed: bool = False
    of_pack: bool = False


def term(
    words: str,
    read: Read,
    *,
    default: Any = MISSING,  # noqa: ANN401 - of whatever type the field is
    relaxed: bool = False,
) -> Any:  # noqa: ANN401 - dataclasses.field says the same
    """Declare a term: needed in the pack, unless it has a default; with both, a relaxation's alone."""
    return field(default=default, metadata={"term": Term(read, words, relaxed)})


def of_item(read: Read, default: Any = MISSING) -> Any:  # noqa: ANN401 - as `term`
    """Declare a term that every item has for itself: its code, its unit."""
    return field(default=default, metadata={"term": Term(read)})


def of_pack(read: Read) -> Any:  # noqa: ANN401 - as `term`
    """Declare a term that the pack gives once for all of its items."""
    return field(metadata={"term": Term(read, of_pack=True)})


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of a formula that asks for none; every other is a subclass with its fields."""

    def refuse_unfit(self, where: str) -> None:
        """Refuse terms that do not go together; raises PackError."""

    @classmethod
    def codes(cls, name: str, given: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the words of the codes that a term is made of, as an item gives it."""
        del given
        return declared((cls,))[name].read.codes


Own = TypeVar("Own", bound=Terms)


def declared(terms: Iterable[type[Terms]]) -> dict[str, Term]:
    """Return the terms of some formulas by name; one that several ask for is the first's."""
    found: dict[str, Term] = {}
    for each in terms:
        for own in fields(each):
            found.setdefault(own.name, own.metadata["term"])
    return found


def needed(terms: type[Terms]) -> tuple[str, ...]:
    """Return the names that a pack must give for the formula, those of the pack itself left out."""
    return tuple(
        own.name for own in fields(terms) if own.default is MISSING and not own.metadata["term"].of_pack
    )


def read_terms(terms: type[Own], given: Mapping[str, Any], where: str, table: str = "") -> Own:
    """Read a formula's terms from what an item and its pack give; raises PackError with item and key.

    `table`: what stands before the keys where the terms are a table of their own (`terms.`).
    """
    values = {
        own.name: own.metadata["term"].read(given[own.name], f"{where} {table}{own.name}")
        for own in fields(terms)
        if own.name in given
    }
    absent = [own.name for own in fields(terms) if own.name not in values and own.default is MISSING]
    if absent:
        refuse(f"{where} 缺少参数 {'、'.join(table + name for name in absent)}")
    found = terms(**values)
    found.refuse_unfit(where)
    return found
