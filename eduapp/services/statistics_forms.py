"""教基 forms from the same records: the lines of 3112, 3115, 4149, 4153, 4155, 1102续, to copy from.

Rows, columns and what a cell is counted of stand in `resources/forms/statistics_lines.toml`. A cell is a
figure of the school, with its rules on list and total, or counted of the rows of a list. It stays blank where
the records do not hold it, or a row that may belong to it does not say.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

import resources
from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.choices import FULL_TIME_POSTS, Stage, stage_of_grade
from db.records.values import Unread
from eduapp.exchange.statistics_sheets import plain_words
from eduapp.standards.counting import not_there_yet
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from db.records.draft import Draft
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData

    Test = Callable[[Any], bool]

TOTAL: Final = "总计"
_COUNTED_OF: Final[Mapping[str, tuple[str, str]]] = {
    "teachers": ("teacher", ""),
    "people": ("teacher", ""),
    "pupils": ("school_class", "pupils"),
    "boarders": ("school_class", "boarders"),
    "care": ("care", "pupils"),
    "special": ("special_needs", "pupils"),
}
"""What a row counts: the list, and the field that is added up ("" for one a row)."""
_KINDS: Final = frozenset({"care", "special"})
"""Lists of several kinds: one that nobody named is none only once the list is ticked."""
_WHOLES: Final = frozenset({"pupils", "teachers"})
_PARTING: Final = frozenset({"grade", "stage_grade", "age", "subject"})
"""What the columns of a form ask that part its total: each of it falls into one of them."""
NOT_HELD: Final = "本程序的记录里没有这一项"
_SEPTEMBER: Final = 9


@dataclass(frozen=True)
class StatisticsCell:
    """A cell; `value` None stays blank, `why` says why."""

    value: int | None
    why: str = ""


@dataclass(frozen=True)
class FormLine:
    """A row of a form. `stage` is that of its block, "" where it is of none."""

    label: str
    stage: str
    cells: tuple[StatisticsCell, ...]


@dataclass(frozen=True)
class Form:
    """A form as it would be filled in. `notes` say what stays blank and why."""

    number: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[FormLine, ...]
    notes: tuple[str, ...]

    @property
    def table(self) -> list[list[str | int | None]]:
        """Headings and lines, as they are copied."""
        head: list[str | int | None] = ["指标名称", *self.columns]
        return [head, *([each.label, *(cell.value for cell in each.cells)] for each in self.lines)]


@cache
def declared() -> tuple[dict[str, Any], ...]:
    """Return the forms as they are declared."""
    return tuple(tomllib.loads(resources.read_text("forms", "statistics_lines.toml"))["form"])


def numbers() -> tuple[str, ...]:
    """Return the numbers of the forms, in their order."""
    return tuple(each["number"] for each in declared())


def short_number(number: str) -> str:
    """Return the digits by which a form is known: 教基1102续 is 1102."""
    return "".join(digit for digit in number if digit.isascii() and digit.isdigit())


class Filled(Protocol):
    """Records that forms are filled from: a school's, or what an import amounts to."""

    @property
    def draft(self) -> Draft: ...  # noqa: D102 - see SchoolBook
    @property
    def data(self) -> SchoolData: ...  # noqa: D102 - see SchoolBook
    @property
    def reference_date(self) -> datetime.date: ...  # noqa: D102 - see SchoolBook


def forms(book: Filled, number: str = "") -> tuple[Form, ...]:
    """Return the forms of a school, or one of them; a form of a stage that it has not is left out.

    Raises Problem `form-unknown`.
    """
    wanted = [
        form for form in declared() if not number or short_number(number) == short_number(form["number"])
    ]
    if not wanted:
        raise Problem("form-unknown", number=number, known="、".join(numbers()))
    stages = book.data.facts.stages or tuple(Stage)
    own = [form for form in wanted if number or "stage" not in form or form["stage"] in stages]
    return tuple(_Form(book, each, stages).made() for each in own)


def stage_in(number: str, stage: str, line: str, only: str) -> str:
    """Return the stage under which a figure stands, whoever wrote the form; "" where a form has none.

    `only` is the one stage of a school: a form that parts them may leave that word out.
    """
    form = _by_number().get(number)
    if form is None or "stages" not in form:
        return str(form.get("stage", "")) if form else ""
    return stage or ("" if line == TOTAL else only)


def order_of(number: str, stage: str, line: str, column: str) -> tuple[int, ...]:
    """Return the place of a figure among all forms, for sorting; what is not declared stands last."""
    form = _by_number().get(number, {"rows": (), "columns": ()})
    places = [list(_by_number()), ["", *Stage], _words(form["rows"]), _words(form["columns"])]
    asked = (number, stage, line, column)
    return tuple(
        known.index(each) if each in known else len(known) for known, each in zip(places, asked, strict=True)
    )


def name_of(number: str, stage: str, line: str, column: str) -> str:
    """Return what a figure is called: 「教基3112 小学 总计 一年级」."""
    form = _by_number().get(number, {"number": number, "rows": (), "columns": ()})
    labels = {
        words: each["label"]
        for part in ("rows", "columns")
        for words, each in zip(_words(form[part]), form[part], strict=True)
    }
    parts = [form["number"], STAGE_NAMES[Stage(stage)] if stage else "", labels.get(line, line)]
    parts += [labels.get(column, column)] if len(form["columns"]) != 1 else []
    return " ".join(dict.fromkeys(each.lstrip("#") for each in parts if each))


def _by_number() -> dict[str, dict[str, Any]]:
    return {short_number(each["number"]): each for each in declared()}


def _words(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    return [plain_words(each["label"]) for each in parts]


@dataclass
class _Form:
    book: Filled
    raw: Mapping[str, Any]
    stages: Sequence[Stage]
    silent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rows that do not say what a cell asks, by list and field."""
    unticked: set[str] = field(default_factory=set)
    """Lists that were counted although nobody said that all is on them."""

    def made(self) -> Form:
        """Fill the form."""
        lines = tuple(self._lines())
        labels = tuple(each["label"] for each in self.raw["columns"])
        return Form(self.raw["number"], self.raw["title"], labels, lines, tuple(self._notes(lines)))

    def _lines(self) -> Iterator[FormLine]:
        blocks = [stage for stage in self.raw.get("stages", ()) if stage in self.stages]
        if not blocks:
            for row in self.raw["rows"]:
                if "stage" not in row or row["stage"] in self.stages:
                    yield self._line(row, row["label"], row.get("stage", self.raw.get("stage", "")))
            return
        yield self._line({"figures": True}, TOTAL, "")
        for stage in blocks:
            for row in self.raw["rows"]:
                yield self._line(row, row["label"] or STAGE_NAMES[Stage(stage)], stage)

    def _line(self, row: Mapping[str, Any], label: str, stage: str) -> FormLine:
        columns = self.raw["columns"]
        return FormLine(
            label, stage, tuple(self._cell(row, at, each, stage) for at, each in enumerate(columns))
        )

    def _cell(self, row: Mapping[str, Any], at: int, column: Mapping[str, Any], stage: str) -> StatisticsCell:
        if row.get("unknown") or column.get("unknown"):
            return StatisticsCell(None, NOT_HELD)
        name = column.get("figure", "") if row.get("figures") else ""
        name = name or (row.get("figure", "") if at == 0 else "")
        if name:
            return self._figure(name, stage)
        return StatisticsCell(None, NOT_HELD) if column.get("only") else self._counted(row, column, stage)

    def _figure(self, name: str, stage: str) -> StatisticsCell:
        data = self.book.data
        own = [data.figure(name, each) for each in ([Stage(stage)] if stage else self.stages)]
        if not stage and any(each.value is None for each in own):
            own = [data.whole(name)]
        if any(each.value is None for each in own):
            return StatisticsCell(None, f"「{own[0].label}」还没有数")
        return StatisticsCell(sum(int(each.value) for each in own if each.value is not None))

    # --- counted of the rows of a list ---

    def _counted(self, row: Mapping[str, Any], column: Mapping[str, Any], stage: str) -> StatisticsCell:
        counts = row.get("counts", self.raw["counts"])
        record, added = _COUNTED_OF[counts]
        rows = self.book.draft.rows[record]
        if not len(rows) and record not in self.book.draft.complete:
            return StatisticsCell(None, f"{RECORDS[record].label}没有填")
        if record not in self.book.draft.complete:
            self.unticked.add(record)
        tests = [*_tests(row), *_tests(column)]
        if (
            counts in _KINDS
            and not any(self._unsaid(record, each, _tests(row)) == [] for each in rows.values())
            and record not in self.book.draft.complete
        ):
            return StatisticsCell(None, f"{RECORDS[record].label}里没有这一类")
        tests += [("stage", lambda value: value == stage)] if stage else []
        tests += [("post", lambda value: value in FULL_TIME_POSTS)] if counts == "teachers" else []
        total, silent = 0, Counter[tuple[str, str]]()
        for each in rows.values():
            unsaid = self._unsaid(record, each, tests)
            if unsaid is None:
                continue
            amount = _whole(each[added]) if added else 1
            silent.update((record, name) for name in (*unsaid, *([added] if amount is None else [])))
            total += amount or 0
        if silent:
            self.silent |= silent
            return StatisticsCell(None, "有行没有填所问的项目")
        return StatisticsCell(total)

    def _unsaid(self, record: str, row: Row, tests: Sequence[tuple[str, Test]]) -> list[str] | None:
        """Return what a row that may count does not say; None for one that does not count."""
        if record == "teacher" and not_there_yet(row, self.book.reference_date):
            return None
        values = [(self._value(record, row, name), name, test) for name, test in tests]
        if any(value is not None and not test(value) for value, _, test in values):
            return None
        return [name for value, name, _ in values if value is None]

    def _value(self, record: str, row: Row, name: str) -> Any:  # noqa: ANN401 - what a test of a field asks
        """Return what a row says of a field, of its class, its grade's stage, its age; None for nothing."""
        if name in RECORDS[record].fields:
            cell = row[name]
            return None if cell is None or isinstance(cell, Unread) else cell
        if name == "age":
            return _age(row["birth_month"], self.book.reference_date.year)
        grade = self._grade(row)
        if grade is None:
            return None
        system = self.book.data.facts.system
        stage = stage_of_grade(grade, system)
        if name == "stage":
            return stage
        own = [
            grade_name for grade_name in map(str, range(1, 10)) if stage_of_grade(grade_name, system) is stage
        ]
        place = {"grade": grade, "stage_grade": own.index(grade) + 1, "last_grade": grade == own[-1]}
        return place[name]

    def _grade(self, row: Row) -> str | None:
        if "school_class" in row:
            classes = self.book.draft.rows["school_class"]
            key = row["school_class"]
            row = classes[key] if isinstance(key, str) and key in classes else {"grade": None}
        grade = row["grade"]
        return grade if isinstance(grade, str) else None

    def _notes(self, lines: Sequence[FormLine]) -> Iterator[str]:
        for (record, name), count in sorted(self.silent.items()):
            label = _label(record, name)
            yield f"{RECORDS[record].label}有 {count} 行没有填「{label}」,它们可能落入的格留空。"
        reasons = Counter(
            cell.why for line in lines for cell in line.cells if cell.value is None and cell.why
        )
        yield from (
            f"{why},留空 {count} 格。" for why, count in reasons.items() if why != "有行没有填所问的项目"
        )
        for record in sorted(self.unticked):
            yield f"{RECORDS[record].label}没有勾「本表已填全」:各格按已登记的行计,没有登记的记为 0,请核对。"
        for line in lines:
            yield from self._not_adding_up(line)
        for stage in self.raw.get("stages", ()):
            yield from self._left_over(stage, [one for one in lines if one.stage == stage])

    def _not_adding_up(self, line: FormLine) -> Iterator[str]:
        """Say where a total is not the sum of its grades, ages or courses."""
        columns = list(zip(self.raw["columns"], line.cells, strict=True))
        whole = next((cell.value for each, cell in columns if each.get("figure") in _WHOLES), None)
        parts = [cell.value for each, cell in columns if _PARTING & {*each, *each.get("where", ())}]
        known = [part for part in parts if part is not None]
        if whole is not None and known and len(known) == len(parts) and sum(known) != whole:
            name = STAGE_NAMES[Stage(line.stage)] if line.stage else ""
            label = line.label if line.label == name else f"{name}{line.label}"
            yield f"「{label}」的合计是 {whole},各栏相加是 {sum(known)}:请核对填报合计和名单。"

    def _left_over(self, stage: str, lines: Sequence[FormLine]) -> Iterator[str]:
        """Say how many of a block are on none of its lines: 研究生班 and 大普 have no line of their own."""
        wanted = [line for line, row in zip(lines, self.raw["rows"], strict=False) if row.get("where")]
        known = [line.cells[0].value for line in wanted]
        whole = lines[0].cells[0].value if lines else None
        if whole is None or any(each is None for each in known):
            return
        rest = whole - sum(count for count in known if count is not None)
        if rest:
            yield f"{STAGE_NAMES[Stage(stage)]}有 {rest} 人不在所列各行(如研究生班、大普),请按统计口径归入。"


_FIELD_LABELS: Final = {
    "age": "出生年月",
    "stage": "年级",
    "grade": "班级",
    "stage_grade": "班级",
    "last_grade": "班级",
}


def _label(record: str, name: str) -> str:
    fields = RECORDS[record].fields
    return fields[name].item.label if name in fields else _FIELD_LABELS[name]


def _tests(declared_: Mapping[str, Any]) -> list[tuple[str, Test]]:
    """Return what a row or a column asks of a row of the list, by field."""

    def one_of(codes: Sequence[object]) -> Test:
        return lambda value: value in codes

    found: list[tuple[str, Test]] = [
        (name, one_of(codes)) for name, codes in declared_.get("where", {}).items()
    ]
    if "age" in declared_:
        low, high = declared_["age"]
        found.append(("age", lambda value: low <= value <= high))
    if "stage_grade" in declared_:
        found.append(("stage_grade", one_of([declared_["stage_grade"]])))
    if declared_.get("last_grade"):
        found.append(("last_grade", bool))
    return found


def _age(born: object, year: int) -> int | None:
    """Return the whole years on 1 September; who was born in a September is not that old yet."""
    if not isinstance(born, str):
        return None
    first, month = born.split("-")[:2]
    return year - int(first) - (int(month) >= _SEPTEMBER)


def _whole(cell: object) -> int | None:
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else None
