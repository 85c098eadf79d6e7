"""本校记录 ↔ 教基 ↔ 学籍 ↔ 教师系统: what each import said, and where two of them differ.

Of an import the figures are kept that it came to, by form, line and column, and of a roster by class and
grade: counts alone, never a row of a person. What was imported again replaces what was kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from db.records.catalog import RECORDS
from db.records.draft import Draft, empty_row
from db.records.rows import ONLY
from db.records.stored import read_stored
from db.records.values import Unreadable, clean, comparison_key
from db.workbook import now
from eduapp.exchange.class_names import number_of_class
from eduapp.exchange.statistics_sheets import plain_words, read_cells
from eduapp.services import statistics_forms
from eduapp.standards.data import SchoolData

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from db.records.values import Cell
    from eduapp.exchange.profiles import Export, MadeRow
    from eduapp.exchange.sheet_cells import Sheet
    from eduapp.exchange.statistics_sheets import Place
    from eduapp.services.books import SchoolBook

OWN, STATISTICS, PUPILS, TEACHERS = "own", "statistics", "pupil-register", "teacher-system"
WORDS: Final = {OWN: "本校记录", STATISTICS: "教基", PUPILS: "学籍", TEACHERS: "教师系统"}
_META: Final = "figures_"
_TWO: Final = 2
"""So many sources are needed to compare."""
_CLASS: Final = "class"
"""Stands where a form's number may: a figure of a class."""
_OF_CLASS: Final = ("pupils", "boarders")
_BY_CLASS: Final = {"care": "kind", "special_needs": "mode"}


@dataclass(frozen=True)
class SourceSaid:
    """What one source says: figures by place, and when it was imported ("" for the school's own records)."""

    source: str
    at: str
    figures: Mapping[Place, int]


@dataclass(frozen=True)
class SourceDifference:
    """A figure on which sources differ. `where` names it; `values` are by source, of those that say it."""

    where: str
    form: str
    values: Mapping[str, int]

    @property
    def text(self) -> str:
        """「教基3112 小学 总计 一年级:本校记录 81,教基 80」."""
        return f"{self.where}:" + ",".join(f"{WORDS[name]} {value}" for name, value in self.values.items())


@dataclass(frozen=True)
class _SourceRows:
    """Rows of lists as a school's records: what a source that names classes or people amounts to."""

    draft: Draft
    data: SchoolData
    reference_date: datetime.date


def note_export(book: SchoolBook, export: Export, sheets: Iterable[Sheet]) -> int:
    """Keep what an import by a profile came to; return how many figures. Only the three are sources."""
    name = export.profile.name
    if name == STATISTICS:
        return _note(book, STATISTICS, read_cells(sheets))
    return _note(book, name, figures_of(_rows_of(book, export.lists))) if name in WORDS else 0


def figures_of(book: SchoolBook | _SourceRows) -> dict[Place, int]:
    """Return the figures of a school's records: the cells of every form, and those of each class."""
    found: dict[Place, int] = {}
    for form in statistics_forms.forms(book):
        for line in form.lines:
            for column, cell in zip(form.columns, line.cells, strict=True):
                if cell.value is not None:
                    number = statistics_forms.short_number(form.number)
                    found[number, line.stage, plain_words(line.label), plain_words(column)] = cell.value
    return found | dict(_of_classes(book.draft))


def said(book: SchoolBook) -> list[SourceSaid]:
    """Return what the school's records and each import say, in this order."""
    found = [SourceSaid(OWN, "", figures_of(book))]
    for source in (STATISTICS, PUPILS, TEACHERS):
        text = book.workbook.meta.get(_META + source.replace("-", "_"))
        if text:
            at, rows = read_stored(text)
            found.append(SourceSaid(source, at, {(a, b, c, d): value for a, b, c, d, value in rows}))
    return found


def in_words(sources: Sequence[SourceSaid]) -> str:
    """Return what is compared and of which day each import is; what an import said outlives its undoing."""
    if len(sources) < _TWO:
        return "还没有导入过教基、学籍或教师系统的导出,没有可比的。"
    names = (WORDS[each.source] + (f"({each.at[:10]} 导入)" if each.at else "") for each in sources)
    return f"比较 {'、'.join(names)}。导入的数是当时文件里的;撤销导入不改这些数,再导入同一系统的就换成新的。"


def differences(book: SchoolBook, sources: Sequence[SourceSaid] | None = None) -> list[SourceDifference]:
    """Return every figure that two sources say otherwise, in the order of forms, lines and classes."""
    sources = sources or said(book)
    if len(sources) < _TWO:
        return []
    stages = book.data.facts.stages
    only = stages[0] if len(stages) == 1 else ""
    aligned = [(each.source, _aligned(each.figures, only)) for each in sources]
    places = dict.fromkeys(place for _, figures in aligned for place in figures)
    found = []
    for place in sorted(places, key=_order):
        values = {source: figures[place] for source, figures in aligned if place in figures}
        if len(values) > 1 and len(set(values.values())) > 1:
            found.append(SourceDifference(_named(place), place[0], values))
    return found


# --- keeping ---


def _note(book: SchoolBook, source: str, figures: Mapping[Place, int]) -> int:
    rows = [[*place, value] for place, value in sorted(figures.items())]
    text = json.dumps([now(), rows], ensure_ascii=False, separators=(",", ":"))
    if figures:
        book.workbook.set_meta(**{_META + source.replace("-", "_"): text})
    return len(figures)


def _rows_of(book: SchoolBook, lists: Mapping[str, Sequence[MadeRow]]) -> _SourceRows:
    """Return the records that the rows of an export would be by themselves."""
    draft = Draft()
    draft.rows["school"].insert(ONLY, 1, dict(book.draft.only("school")))
    keys: dict[tuple[str, str], str] = {}
    for record in ("school_class", *(name for name in lists if name != "school_class")):
        for number, made in enumerate(lists.get(record, ()), 1):
            row, key = empty_row(record), f"{record} {number}"
            row |= {name: _read(record, name, text) for name, text in made.texts.items()}
            if record == "school_class" and made.school_class:
                row["name"] = made.school_class[1]
                keys[made.school_class] = key
            elif made.school_class:
                row["school_class"] = keys.get(made.school_class)
            draft.rows[record].insert(key, number, row)
    return _SourceRows(draft, SchoolData(draft, on=book.reference_date), book.reference_date)


def _read(record: str, name: str, text: str) -> Cell:
    try:
        return RECORDS[record].fields[name].item.kind.parse(clean(text)) if clean(text) else None
    except Unreadable:
        return None


def _of_classes(draft: Draft) -> Iterable[tuple[Place, int]]:
    """Yield the figures of each class that is alone under its name and grade."""
    classes = draft.rows["school_class"]
    named: dict[tuple[str, str], list[str]] = {}
    for key, row in classes.items():
        if isinstance(row["grade"], str) and isinstance(row["name"], str):
            named.setdefault((row["grade"], _class_name(row["name"])), []).append(key)
    places = {keys[0]: place for place, keys in named.items() if len(keys) == 1}
    for key, (grade, name) in places.items():
        for field in _OF_CLASS:
            value = classes[key][field]
            if isinstance(value, int):
                yield (_CLASS, grade, name, RECORDS["school_class"].fields[field].item.label), value
    for record, by in _BY_CLASS.items():
        choice = RECORDS[record].fields[by].item.kind
        for row in draft.rows[record].values():
            kept, pupils, code = places.get(str(row["school_class"])), row["pupils"], row[by]
            if kept and isinstance(pupils, int) and isinstance(code, str):
                yield (_CLASS, *kept, choice.show(code)), pupils


def _class_name(name: str) -> str:
    """Return a class's name as sources are compared: by its number within the grade, where it has one."""
    number = number_of_class(name)
    return comparison_key(name) if number is None else str(number)


# --- comparing ---


def _aligned(figures: Mapping[Place, int], only: str) -> dict[Place, int]:
    """Return figures under one name each: `only` is the one stage of a school, where a form parts them."""
    found: dict[Place, int] = {}
    for (number, stage, line, column), value in figures.items():
        at = stage if number == _CLASS else statistics_forms.stage_in(number, stage, line, only)
        found.setdefault((number, at, line, column), value)
    return found


def _order(place: Place) -> tuple[bool, tuple[int, ...], str]:
    number, stage, line, column = place
    if number == _CLASS:
        return True, (int(stage),), f"{line} {column}"
    return False, statistics_forms.order_of(number, stage, line, column), ""


def _named(place: Place) -> str:
    number, stage, line, column = place
    if number == _CLASS:
        grade = RECORDS["school_class"].fields["grade"].item.kind.show(stage)
        return f"{grade} {line}班 {column}" if line.isdecimal() else f"{grade} {line} {column}"
    return statistics_forms.name_of(number, stage, line, column)
