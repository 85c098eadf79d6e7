"""Reading a roster of pupils: counted by class while it is read. No name and no number of a pupil goes on.

What is counted are the rows; a pupil who stands there twice, by his number, is counted once. Numbers are
compared as digests under a key that this run makes, and forgotten with it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from db.problems import Problem
from db.records.choices import GRADE, NUMERALS
from db.records.values import Unreadable, comparison_key
from eduapp.exchange.class_names import number_of_class
from eduapp.exchange.list_reading import HIDDEN, REFUSED, SUMS, RowPlace
from eduapp.exchange.profiles import Export, MadeRow, TotalCell, bare, headed, without_columns
from eduapp.exchange.sheet_rows import ROW
from eduapp.exchange.sheet_text import Ignored, found_in, text_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from eduapp.exchange.profiles import Headed, Profile
    from eduapp.exchange.sheet_cells import Row, Sheet

_PRIMARY: Final = 6
_GRADES: Final = range(1, 10)


@dataclass
class _Class:
    """What was counted of a class: its pupils, and of each count those who are and those not said."""

    grade: str
    name: str
    pupils: int = 0
    yes: Counter[int] = field(default_factory=Counter)
    unsaid: Counter[int] = field(default_factory=Counter)


def read_pupils(
    profile: Profile,
    sheets: Sequence[Sheet],
    path: Path,
    *,
    year: int,
    stage: str = "",
    hidden: bool = False,
) -> Export:
    """Count the pupils of a roster; `year` is the school year, `stage` the only one there is (小学, 初中).

    Raises Problem `profile-unfit`.
    """
    places = [place for sheet in sheets if (place := headed(sheet, profile.groups)) is not None]
    if not places:
        raise Problem("profile-unfit", path=str(path), label=profile.label, found=found_in(sheets))
    reader = _Pupils(profile, year, stage)
    for place in places:  # a roster may stand on a sheet a grade or a class
        reader.read(place, hidden=hidden)
    return reader.done()


@dataclass
class _Pupils:
    profile: Profile
    year: int
    stage: str
    classes: dict[tuple[str, object], _Class] = field(default_factory=dict)
    stages: Counter[str] = field(default_factory=Counter)
    seen: set[bytes] = field(default_factory=set)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    strange: Counter[tuple[str, int]] = field(default_factory=Counter)
    ignored: list[Ignored] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    there: set[int] = field(default_factory=set)
    """The counts for which there is a column."""
    twice: int = 0
    classless: bool = False
    """Whether pupils were left out since they stand in no class."""
    hidden: int = 0
    rows: int = 0
    where: str = ""

    def read(self, place: Headed, *, hidden: bool) -> None:
        """Count the pupils of a sheet; of its columns only those that are counted are looked at."""
        ids = [at for text in self.profile.raw["pupil"] if (at := place.place([text])) is not None]
        columns = {name: place.place(texts) for name, texts in self.profile.raw["columns"].items()}
        counted = {at: place.place(each["columns"]) for at, each in enumerate(self._counts)}
        self.there |= {at for at, column in counted.items() if column is not None}
        self.where = self.where or place.sheet.where(place.row, 0)
        kept = {at for at in (*columns.values(), *counted.values()) if at is not None}
        shown = without_columns(place.sheet, kept)
        for index, row, kind in place.rows(hidden=True):
            where = place.sheet.where(index, 0)
            if kind != ROW:
                self.left[SUMS] += 1
                continue
            if index in place.sheet.hidden:
                self.hidden += 1
            if index in place.sheet.hidden and not hidden:
                self.left[HIDDEN] += 1
            elif self._again(row, ids):
                self.twice += 1
                self.left[REFUSED] += 1
            else:
                self._pupil(shown.rows[index], columns, counted, where)

    @property
    def _counts(self) -> Sequence[Mapping[str, Any]]:
        counts: Sequence[Mapping[str, Any]] = self.profile.raw["counts"]
        return counts

    def _again(self, row: Row, ids: Sequence[int]) -> bool:
        """Whether a pupil was counted already, by the first number that he has."""
        number = next((text for at in ids if (text := comparison_key(text_at(row, at)))), "")
        if not number:
            return False
        digest = hashlib.blake2b(number.encode("utf-8", "surrogatepass"), key=self.key).digest()
        again = digest in self.seen
        self.seen.add(digest)
        return again

    def _pupil(
        self, row: Row, columns: Mapping[str, int | None], counted: Mapping[int, int | None], where: str
    ) -> None:
        said = {name: text_at(row, at).strip() for name, at in columns.items()}
        said["stage"] = said.get("stage") or self.stage
        grade = grade_of(said, self.year)
        if not grade or (columns.get("class") is not None and not said["class"]):
            self.left[REFUSED] += 1
            self.ignored.append(Ignored(where, "没有计入:年级或班级没有填,或看不懂"))
            return
        self.rows += 1
        lower = said["stage"].startswith("初") or (not said["stage"] and int(grade) > _PRIMARY)
        self.stages["lower_secondary" if lower else "primary"] += 1
        name = said.get("class", "")
        number = number_of_class(name) if name else None
        found = self.classes.setdefault((grade, number or comparison_key(name)), _Class(grade, name))
        found.pupils += 1
        for at, column in counted.items():
            self._count(found, at, text_at(row, column) if column is not None else "")

    def _count(self, found: _Class, at: int, raw: str) -> None:
        each, text = self._counts[at], bare(raw)
        if re.search(each["no"], text) and text:
            return
        if text and re.search(each["yes"], text):
            found.yes[at] += 1
        elif at in self.there:
            found.unsaid[at] += 1

    # --- what is made of it ---

    def done(self) -> Export:
        """Return the classes and the counts."""
        classes = [school_class for school_class in self.classes.values() if school_class.name]
        if classes:
            self._leave_classless()
        lists: dict[str, list[MadeRow]] = defaultdict(list)
        for each in classes:
            lists["school_class"].append(self._class_row(each))
            for at, count in enumerate(self._counts):
                if "row" in count and at in self.there and not each.unsaid[at]:
                    texts = {**count["row"], "pupils": str(each.yes[at])}
                    lists[count["into"]].append(
                        MadeRow(texts, RowPlace(self.where), each.yes[at], (each.grade, each.name))
                    )
        self._tell()
        return Export(
            self.profile,
            self.rows + sum(self.left.values()),
            {record: tuple(rows) for record, rows in lists.items()},
            tuple(self._totals(classes=bool(classes))),
            tuple(self.ignored),
            left=dict(self.left),
            hidden=self.hidden,
        )

    def _leave_classless(self) -> None:
        """Leave those whom a sheet without classes has, where another sheet has classes, and say how many."""
        for key, each in list(self.classes.items()):
            if not each.name:
                del self.classes[key]
                self.rows -= each.pupils
                self.left[REFUSED] += each.pupils
                self.classless = True
                why = f"有 {each.pupils} 人所在的工作表没有班级列,没有计入"
                self.ignored.append(Ignored(self.where, why))

    def _class_row(self, each: _Class) -> MadeRow:
        texts = {"grade": each.grade, "pupils": str(each.pupils)}
        for at, count in enumerate(self._counts):
            if count.get("into") == "school_class.boarders" and at in self.there and not each.unsaid[at]:
                texts["boarders"] = str(each.yes[at])
        return MadeRow(texts, RowPlace(self.where), each.pupils, (each.grade, each.name))

    def _totals(self, *, classes: bool) -> list[TotalCell]:
        """Return whole-school totals that the roster states: of everybody, or not at all."""
        found = []
        for at, count in enumerate(self._counts):
            if (
                "total" in count
                and not self.classless
                and at in self.there
                and not any(each.unsaid[at] for each in self.classes.values())
            ):
                record, name = count["total"].split(".")
                whole = sum(each.yes[at] for each in self.classes.values())
                found.append(TotalCell(record, "", name, str(whole), self.where))
        if not classes:
            found += [
                TotalCell("section_total", stage, "pupils", str(count), self.where)
                for stage, count in self.stages.items()
            ]
        return found

    def _tell(self) -> None:
        """Say what was counted and goes nowhere, and what was not said of pupils; never of which."""
        if self.twice:
            self.ignored.append(Ignored(self.where, f"有 {self.twice} 行的学生号码重复,只计一次"))
        for at, count in enumerate(self._counts):
            whole = sum(each.yes[at] for each in self.classes.values())
            unsaid = sum(each.unsaid[at] for each in self.classes.values())
            label = count["columns"][0]
            if at in self.there and "told" in count and whole:
                self.ignored.append(
                    Ignored(self.where, f"{count['told']} {whole} 人:本表没有对应的项目,没有导入")
                )
            if unsaid and "told" not in count:
                self.ignored.append(
                    Ignored(self.where, f"「{label}」有 {unsaid} 人没有填或看不懂,所在班级的这一项没有导入")
                )


_STAGE_GRADE: Final = re.compile(r"^(小学|初中|初级中学)?([一二三四五六七八九1-9])年?级?$")
_COHORT: Final = re.compile(r"^(小学|初中|初级中学)?(20\d\d)(?:级|届)?$")


def grade_of(said: Mapping[str, str], year: int) -> str:
    """Return the code of a pupil's grade, by what is said of grade, class or year of entering; "" if none."""
    stage = said.get("stage", "")
    for text in (said.get("grade", ""), said.get("class", "")):
        key = comparison_key(bare(text))
        found = _plain(key, stage) or _cohort(key, stage, year) or _plain(_before_class(key), stage)
        if found:
            return found
    return ""


def _before_class(key: str) -> str:
    """Return the grade that stands in the name of a class: 一年级(1)班, 初二3班."""
    found = re.match(r"^((?:小学|初中)?[一二三四五六七八九1-9]年级|初[一二三])", key)
    return found[1] if found else ""


def _plain(key: str, stage: str) -> str:
    try:
        code = GRADE.parse(key)
    except Unreadable:
        code = ""
    found = _STAGE_GRADE.match(key)
    if not code and found:
        code = str(NUMERALS.find(found[2]) + 1 or found[2])
    first = (found and found[1]) or stage
    if code and first.startswith("初") and int(code) <= 3:  # noqa: PLR2004 - 初中一年级 is grade 7
        code = str(int(code) + _PRIMARY)
    return code if code and int(code) in _GRADES else ""


def _cohort(key: str, stage: str, year: int) -> str:
    """Return the grade of those who entered in a year, where the stage is said: 2023级."""
    found = _COHORT.match(key)
    first = (found and found[1]) or stage
    if not found or not first:
        return ""
    grade = year - int(found[2]) + 1 + (_PRIMARY if first.startswith("初") else 0)
    return str(grade) if grade in _GRADES else ""
