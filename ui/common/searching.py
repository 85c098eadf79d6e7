"""Looking for a text in the cells of a grid that are shown, and what stands in the place of what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from db.records.values import comparison_key
from ui.common.editors import editor_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.records.values import Cell
    from ui.common.record_table import RecordTable

Place = tuple[int, int]


class Search(NamedTuple):
    """What is looked for."""

    text: str
    whole: bool = False
    """Only cells that say nothing else (full and half width alike)."""

    def finds(self, text: str) -> bool:
        """Whether it is in a cell's text."""
        if self.whole:
            return bool(text) and comparison_key(text) == comparison_key(self.text)
        return self.text.casefold() in text.casefold()

    def replaced(self, text: str, by: str) -> str:
        """Return a cell's text with something else for what is found."""
        if self.whole:
            return by
        parts, rest, wanted = [], text, self.text.casefold()
        while (at := rest.casefold().find(wanted)) >= 0:
            parts += [rest[:at], by]
            rest = rest[at + len(self.text) :]
        return "".join((*parts, rest))


def found_in(table: RecordTable, search: Search, columns: Sequence[int]) -> Iterator[Place]:
    """Yield (row, column) of what is found in some columns, row by row; each text is looked at once."""
    if not search.text:
        return
    names = [table.fields[column].name for column in columns]
    known: list[dict[Cell, bool]] = [{} for _ in columns]
    for row, cells in enumerate(table.cells_shown()):
        for at, column in enumerate(columns):
            cell = cells[names[at]]
            if cell is None:
                continue
            if cell not in known[at]:
                known[at][cell] = search.finds(table.text_of(names[at], cell))
            if known[at][cell]:
                yield row, column


def next_from(places: Sequence[Place], here: Place, step: int) -> Place | None:
    """Return the next place (1) or the one before (-1) of a cell, coming round; None where there is none."""
    if not places:
        return None
    later = [each for each in places if each > here] if step > 0 else []
    earlier = [each for each in places if each < here] if step < 0 else []
    return (later or [places[0]])[0] if step > 0 else (earlier or [places[-1]])[-1]


def meant_in(table: RecordTable, column: int, text: str) -> str:
    """Return what a text means in a column, as in its cells: a choice by its number or letters."""
    item = table.fields[column].item
    editor = editor_for(item, table.titles, offered=table.options(column))
    editor.setText(text)
    return editor.taken
