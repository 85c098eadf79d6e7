"""What a person is asked about a file that is to be imported, and what was answered.

The window asks in its dialog; the command line names the questions and takes the answers from a file:

    {"sheet": "名单", "header": 3, "columns": {"C": "degree", "D": ""}, "units": {"E": "元"},
     "answers": {"missing": "yes", "row:0a1b2c3d4e": "add"}}
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypedDict

from db import files
from db.problems import Problem
from db.records.catalog import RECORDS
from eduapp.exchange.files import require_file
from eduapp.exchange.sheet_cells import column_letters
from eduapp.exchange.sheet_layout import (
    NO_HEADING,
    NOTHING_KNOWN,
    best_reading,
    guessed,
    headings_of,
    reading_at,
    with_offers,
)
from eduapp.exchange.sheet_text import MONEY, Ignored, fold
from eduapp.services.pairing import ADD, SKIP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from db.records.rows import Rows
    from eduapp.exchange.list_reading import RowPlace
    from eduapp.exchange.sheet_cells import Sheet
    from eduapp.exchange.sheet_layout import LayoutMemory, Reading

MISSING, HIDDEN, YES, TAKE, LEAVE = "missing", "hidden", "yes", "take", "leave"
SHEET, COLUMN, ROW, UNIT = "sheet:", "column:", "row:", "unit:"
UNITS: Final = ("元", "千元", "万元")
"""The units of money that can be said of a column."""
_KEYS: Final = frozenset({"sheet", "header", "columns", "units", "answers"})
MAX_BYTES: Final = 1_000_000


@dataclass(frozen=True)
class FileQuestion:
    """Something about a file that a person must say; `answers` are the words that can be given."""

    id: str
    where: str
    text: str
    answers: tuple[str, ...]


class Parted(TypedDict):
    """Questions of a file, as an import tells them."""

    questions: tuple[FileQuestion, ...]
    answered: tuple[FileQuestion, ...]


@dataclass(frozen=True)
class Answers:
    """How a person said that a file is read, None as it was guessed, and the answers by question."""

    reading: Reading | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    memory: LayoutMemory = NOTHING_KNOWN
    """What was corrected before."""

    def says(self, question: str) -> str:
        """Return the answer to a question; "" where there is none."""
        return self.said.get(question, "")

    def parted(self, asked: Mapping[str, FileQuestion]) -> Parted:
        """Return what was asked of a file as it is told: still open, and answered."""
        return {
            "questions": tuple(each for id_, each in asked.items() if id_ not in self.said),
            "answered": tuple(each for id_, each in asked.items() if id_ in self.said),
        }

    def with_(self, question: str, answer: str) -> Answers:
        """Return the answers with one more."""
        return replace(self, said={**self.said, question: answer})


NO_ANSWERS: Final = Answers()


def hidden_asked(rows: int) -> FileQuestion:
    """Ask whether rows are taken that a person does not see."""
    return FileQuestion(HIDDEN, "", f"有 {rows} 行是隐藏或筛选掉的。要导入吗", (TAKE, LEAVE))


def unit_asked(column: str, label: str, largest: str, unit: str) -> FileQuestion:
    """Ask for the unit of a column of money that says none, where its amounts are more than likely."""
    text = f"「{label}」没有写明单位,其中有 {largest},按{unit}算太大。单位是什么"
    return FileQuestion(f"{UNIT}{column}", column, text, UNITS)


def row_asked(place: RowPlace, why: str, numbers: Iterable[str]) -> FileQuestion:
    """Ask which row of the list, by its number, a row of the file is."""
    return FileQuestion(f"{ROW}{place.id}", place.where, why, (ADD, SKIP, *numbers))


def row_said(answer: str, rows: Rows) -> str:
    """Return what was said of a row: a KEY of the command line as the row's own key, "" where none has it."""
    number = int(answer) if answer.isascii() and answer.isdecimal() else 0
    key = rows.key_at(number - 1) if 0 < number <= len(rows) else ""
    return answer if answer in {ADD, SKIP} else key


def read_answers(path: Path) -> dict[str, Any]:
    """Read a file of answers; raises Problem `answers-unreadable` or `not-a-file`."""
    try:
        require_file(path)
        data = files.read(path, MAX_BYTES + 1)
        content = _content(json.loads(data.decode("utf-8-sig")) if len(data) <= MAX_BYTES else None)
    except (OSError, ValueError, RecursionError) as error:
        raise Problem("answers-unreadable", path=str(path)) from error
    return content


def _content(content: object) -> dict[str, Any]:
    """Raise ValueError for what is no file of answers; a word that is not known is not passed over."""
    if not isinstance(content, dict) or not set(content) <= _KEYS:
        raise ValueError(content)
    maps = [content.get(name, {}) for name in ("columns", "units", "answers")]
    texts = all(
        isinstance(each, dict) and all(isinstance(text, str) for text in each.values()) for each in maps
    )
    header = content.get("header", 0)
    counts = isinstance(header, int) and not isinstance(header, bool) and header >= 0
    if not texts or not counts or not isinstance(content.get("sheet", ""), str):
        raise ValueError(content)
    return content


def answers_alone(content: Mapping[str, Any]) -> Answers:
    """Return a file's answers where nobody says how it is read; raises Problem `answers-unfit`."""
    columns = sorted(set(content) - {"answers"})
    if columns:
        raise Problem(
            "answers-unfit",
            what=f"「{'、'.join(columns)}」",
            known="answers(怎样读由表头和导入方案决定)",
        )
    return Answers(None, dict(content.get("answers", {})))


def answers_for(content: Mapping[str, Any], sheets: Sequence[Sheet], record: str) -> Answers:
    """Return a file's answers for a list on sheets; raises Problem `answers-unfit` for what is not there."""
    reading = None
    if set(content) & {"sheet", "header", "columns", "units"}:
        reading = _reading(content, sheets, record)
    return Answers(reading, dict(content.get("answers", {})))


def _reading(content: Mapping[str, Any], sheets: Sequence[Sheet], record: str) -> Reading:
    best = best_reading(sheets, record)
    name = content.get("sheet") or (best[0].sheet if best else sheets[0].name if sheets else "")
    sheet = next((one for one in sheets if one.name == name), None)
    if sheet is None:
        raise Problem(
            "answers-unfit", what=f"工作表「{name}」", known="、".join(each.name for each in sheets)
        )
    if "header" in content:
        reading = reading_at(sheet, record, int(content["header"]) - 1)
    else:
        reading = guessed(sheet, record) or reading_at(sheet, record, NO_HEADING)
    reading = with_columns(reading, sheet, record, content.get("columns", {}))
    headings = headings_of(sheet, reading)
    units = dict(reading.units)
    for column, said in content.get("units", {}).items():
        if said not in MONEY:
            raise Problem("answers-unfit", what=f"单位「{said}」", known="、".join(MONEY))
        units[_column(column, headings)] = said
    return with_offers(sheet, record, replace(reading, units=units))


def with_columns(reading: Reading, sheet: Sheet, record: str, said: Mapping[str, str]) -> Reading:
    """Return a reading with columns, by letters or heading, as fields; raises Problem `answers-unfit`."""
    headings, columns = headings_of(sheet, reading), reading.columns
    for column, name in said.items():
        if name and name not in RECORDS[record].fields:
            raise Problem("answers-unfit", what=f"项目「{name}」", known="、".join(RECORDS[record].fields))
        columns = with_column(columns, _column(column, headings), name)
    return replace(reading, columns=columns)


def with_column(columns: Mapping[int, str], column: int, name: str) -> dict[int, str]:
    """Return columns with another field in one of them: a field is read from one column only."""
    others = {at: "" if name and each == name else each for at, each in columns.items() if at != column}
    return dict(sorted((others | {column: name}).items()))


def _column(named: str, headings: Sequence[str]) -> int:
    """Return the column that letters or a heading name; raises Problem."""
    letters = {column_letters(at): at for at in range(len(headings))}
    if named.upper() in letters:
        return letters[named.upper()]
    same = [at for at, text in enumerate(headings) if text and fold(text) == fold(named)]
    if len(same) != 1:
        known = "、".join(text for text in headings if text)
        raise Problem("answers-unfit", what=f"列「{named}」", known=known or "、".join(letters))
    return same[0]


def decided(
    sheets: Sequence[Sheet], record: str, given: Answers
) -> tuple[Reading | None, dict[str, FileQuestion]]:
    """Return how a list is read with the answers about its columns, and those that were asked about."""
    best = best_reading(sheets, record, given.memory)
    reading = given.reading or (best[0] if best else None)
    if reading is None:
        return None, {}
    sheet = next(one for one in sheets if one.name == reading.sheet)
    columns, asked = dict(reading.columns), {}
    for at, name in reading.offered.items():
        id_ = f"{COLUMN}{column_letters(at)}"
        heading = headings_of(sheet, reading)[at] or "(无标题)"
        text = f"「{heading}」列像是「{RECORDS[record].fields[name].item.label}」"
        where = sheet.where(max(reading.heading, 0), at)
        asked[id_] = FileQuestion(id_, where, text, (name, ""))
        said = given.said.get(id_)
        if said is not None and said in asked[id_].answers:
            columns = with_column(columns, at, said)
    if columns != reading.columns:
        reading = with_offers(sheet, record, replace(reading, columns=columns))
    return reading, asked


def require_fitting(given: Answers, asked: Mapping[str, FileQuestion]) -> list[Ignored]:
    """Raise Problem `answers-unfit` for what cannot be answered so; tell of answers that nothing asks for."""
    for id_, answer in given.said.items():
        if id_ in asked and answer not in asked[id_].answers:
            known = "、".join(each or '""' for each in asked[id_].answers)
            raise Problem("answers-unfit", what=f"对「{id_}」的回答「{answer}」", known=known)
    needless = (id_ for id_ in given.said if id_ not in asked)
    return [Ignored("回答文件", f"没有「{id_}」这个问题(可能已经解决)") for id_ in needless]


def require_none(content: Mapping[str, Any]) -> None:
    """Raise Problem `answers-unfit` where a file of answers goes with a file about which nothing is asked."""
    if content:
        raise Problem("answers-unfit", what="内容", known="没有要回答的")
