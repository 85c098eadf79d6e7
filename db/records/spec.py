"""How a record is declared: an Item beside each field, a RecordSpec over the class.

Grid, form, spreadsheet, submission schema, checks, lists and help are all derived from these.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db.records.months import Month
from db.records.values import Choice, Code, Text, Unread, YesNo

if TYPE_CHECKING:
    from db.records.values import Cell, Kind

NUMBER_CHARS, TICK_CHARS = 5, 2
"""Full-width characters that numbers and 是/否 need at most."""


@dataclass(frozen=True)
class Item:
    """One thing that is asked: its label, kind, unit and where the question comes from."""

    label: str
    kind: Kind
    unit: str = ""
    help: str = ""
    clause: str = ""
    personal: bool = False
    required: bool = False
    width: int = 8
    """Usual width of the value in full-width characters: for grids and paper."""
    telephone: bool = False
    """Whether a telephone number belongs here; anywhere else a mobile number stays at the school."""
    needed: bool = False
    """Of free text: whether a figure, a verdict or an answer needs it, so that it travels unencrypted too."""
    apart: bool = False
    """Whether rows that say another thing here are two things, though their identity is one."""
    headings: str = ""
    """The other words by which lists of the trade head this column, the usual ones first, apart by spaces."""

    @property
    def free(self) -> bool:
        """Whether anything at all may stand here in words."""
        return isinstance(self.kind, Text) and not isinstance(self.kind, Code)

    @property
    def wordy(self) -> bool:
        """Whether a value here is a text: words, a code, a month."""
        return isinstance(self.kind, Text | Month)

    def travels(self, *, sealed: bool) -> bool:
        """Whether the field is in a file: in an encrypted one, or in a plain one."""
        return sealed or not (self.personal or (self.free and not self.needed))

    @property
    def chars(self) -> int:
        """The width without what its kind cannot fill: numbers, 是/否, the longest choice."""
        if self.kind.numeric:
            return min(self.width, NUMBER_CHARS)
        if isinstance(self.kind, YesNo):
            return min(self.width, TICK_CHARS)
        if isinstance(self.kind, Choice) and self.kind.options:
            return min(self.width, max(len(words) for _, words in self.kind.options))
        return self.width


@dataclass(frozen=True)
class Field:
    """An Item with its name in its record."""

    record: str
    name: str
    item: Item

    @property
    def heading(self) -> str:
        """Label with its unit, as a column or a form row shows it."""
        return f"{self.item.label}({self.item.unit})" if self.item.unit else self.item.label


class Record:
    """The base of what declares a record: `name: Annotated[type | None, Item(...)] = None`, a line a field.

    A declaration is only read, never filled in: rows are plain dicts (`rows.Row`), tables are made from
    it where a schema is wanted (`db.tables`), and what a cell holds is judged by its kind.
    """


@dataclass(frozen=True)
class RecordSpec:
    """A record: its class, its name on screen, and how many rows it has.

    `rows` is "one" (a single row, key `-`), "stages" (one row a stage) or "many" (a list).
    `title_field` names the field by which people know a row of a list. `identity` are the fields that make
    two rows the same thing; where `amounts`, a row with other numbers may be another one all the same: it
    is asked about, never changed by itself.
    """

    name: str
    label: str
    model: type[Record]
    rows: str
    title_field: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    amounts: bool = False

    @property
    def apart(self) -> tuple[str, ...]:
        """The fields that tell two rows of one identity apart."""
        return tuple(name for name, each in self.fields.items() if each.item.apart)

    @property
    def is_list(self) -> bool:
        """Whether rows can be added and removed."""
        return self.rows == "many"


def record(
    name: str,
    label: str,
    model: type[Record],
    rows: str,
    title_field: str = "",
    *,
    identity: tuple[str, ...] = (),
    amounts: bool = False,
) -> RecordSpec:
    """Derive the spec of a record class: its fields in order, those of its base first, each with its Item.

    Raises TypeError when a field has no Item, or another type than its kind's: nothing is recorded
    without a label and a kind; a list without identity, or one of no field of its own.
    """
    fields: dict[str, Field] = {}
    for each in reversed(model.__mro__[:-1]):
        # Text only where a module puts its annotations off; evaluated here, at a cost.
        hints = inspect.get_annotations(each, eval_str=True)
        fields |= {at: Field(name, at, _item(model, at, hint)) for at, hint in hints.items()}
    if (rows == "many") != bool(identity) or not set(identity) <= set(fields):
        raise TypeError(f"{model.__name__}: a list, and nothing else, says by which fields a row is the same")
    return RecordSpec(name, label, model, rows, title_field, fields, identity, amounts)


def _item(model: type[Record], name: str, hint: object) -> Item:
    items = [part for part in getattr(hint, "__metadata__", ()) if isinstance(part, Item)]
    if len(items) != 1:
        raise TypeError(f"{model.__name__}.{name} needs exactly one Item")
    kept: type = items[0].kind.python
    if getattr(hint, "__origin__", None) != kept | None:
        raise TypeError(f"{model.__name__}.{name} is declared as another type than {kept.__name__} | None")
    return items[0]


def carried(field: Field, cell: Cell) -> tuple[str | None, bool]:
    """Return a cell as carried text and whether it is text that could not be read."""
    if cell is None:
        return None, False
    return (cell.text, True) if isinstance(cell, Unread) else (field.item.kind.carry(cell), False)
