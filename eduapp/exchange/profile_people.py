"""Reading an export of people: a main sheet and further ones, joined by person while they are read.

Identity numbers join the sheets in memory and go nowhere; the month of birth may be taken of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.personal_numbers import numbers_in
from db.records.values import Choice, Unreadable, clean, comparison_key
from eduapp.exchange.list_reading import HIDDEN, NOTHING_OF_IT, REFUSED, SUMS, RowPlace, row_id
from eduapp.exchange.profiles import Export, Headed, MadeRow, bare, groups_of, headed
from eduapp.exchange.sheet_rows import HEADING, ROW
from eduapp.exchange.sheet_text import Cleaned, Ignored, found_in, text_at, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from db.records.spec import Field
    from eduapp.exchange.profiles import Profile
    from eduapp.exchange.sheet_cells import Row, Sheet

_STAGE_BEFORE: Final = re.compile(r"^(?:小学|初中|高中|初级中学)(?=.)")


def read_people(
    profile: Profile,
    sheets: Sequence[Sheet],
    path: Path,
    *,
    hidden: bool,
    extra: Mapping[int, str] | None = None,
) -> Export:
    """Read people; `extra` are columns of the main sheet that a person placed, by their field.

    Raises Problem `profile-unfit` where no sheet is the main one.
    """
    main = main_sheet(profile, sheets)
    if main is None:
        raise Problem("profile-unfit", path=str(path), label=profile.label, found=found_in(sheets))
    reader = _People(profile, extra or {})
    for spec in profile.raw["sheets"]:
        place = None if spec.get("main") else _place(spec, sheets, profile)
        if place is not None:
            reader.join(spec, place)
    reader.read(profile.main, main, hidden=hidden)
    return reader.done(main)


def main_sheet(profile: Profile, sheets: Sequence[Sheet]) -> Headed | None:
    """Return the main sheet of a profile of people in a file; None where there is none."""
    return _place(profile.main, sheets, profile) if profile.main else None


def fields_of(profile: Profile, sheets: Sequence[Sheet]) -> int:
    """Return how many fields the main sheet of a profile says in a file."""
    spec, place = profile.main, main_sheet(profile, sheets)
    if place is None:
        return 0
    columns = {name for name, headings in spec["columns"].items() if place.place(headings) is not None}
    ruled = {each["field"] for each in spec.get("rules", ()) if place.place(list(each["when"])) is not None}
    return len(columns | ruled)


@dataclass(frozen=True)
class ReadColumns:
    """What a profile reads of a file: each column of its main sheet by its field, and all fields.

    A column that tells persons apart, or that a rule looks at, has "".
    """

    columns: Mapping[int, str]
    fields: frozenset[str]


def columns_read(profile: Profile, sheets: Sequence[Sheet]) -> ReadColumns:
    """Say what a profile reads of a file by itself."""
    columns: dict[int, str] = {}
    fields: set[str] = set()
    for spec in profile.raw["sheets"]:
        place = _place(spec, sheets, profile)
        if place is None:
            continue
        rules = [each for each in spec.get("rules", ()) if place.place(list(each["when"])) is not None]
        own = {name: place.place(headings) for name, headings in spec.get("columns", {}).items()}
        read = {at: name for name, at in own.items() if at is not None}
        fields |= {*read.values(), *(each["field"] for each in rules), *spec.get("always", {})}
        if spec.get("main"):
            told = [*spec["person"], *spec.get("personal", ())]
            looked = [heading for each in (*rules, *spec.get("skips", ())) for heading in each["when"]]
            served = {place.place([heading]): "" for heading in (*told, *looked)}
            columns = {at: name for at, name in (served | read).items() if at is not None}
    return ReadColumns(columns, frozenset(fields))


def _place(spec: Mapping[str, Any], sheets: Sequence[Sheet], profile: Profile) -> Headed | None:
    """Return the sheet that is meant: by its name first, then by its headings alone."""
    groups, titles = groups_of(spec["needs"]), {each["title"] for each in profile.raw["sheets"]}
    by_name = [sheet for sheet in sheets if spec["title"] in sheet.name]
    others = [sheet for sheet in sheets if not any(title in sheet.name for title in titles)]
    return next((place for each in (*by_name, *others) if (place := headed(each, groups))), None)


@dataclass
class _People:
    profile: Profile
    extra: Mapping[int, str]
    joined: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """What further sheets say, by the person's keys: field -> text."""
    rows: list[MadeRow] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    cleaned: list[Cleaned] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    unmatched: dict[str, int] = field(default_factory=Counter)
    numbers: int = 0

    def __post_init__(self) -> None:
        """Look the list's fields up."""
        self.fields = RECORDS[self.profile.record].fields

    # --- further sheets ---

    def join(self, spec: Mapping[str, Any], place: Headed) -> None:
        """Note what a further sheet says of each person: its latest lines, of those the most or the best."""
        said: dict[str, list[tuple[tuple[Any, ...], dict[str, str]]]] = defaultdict(list)
        latest = [place.place([each]) for each in spec.get("latest", ())]
        most = place.place([spec["most"]]) if "most" in spec else None
        for index, row, kind in place.rows(hidden=False):
            if kind != ROW:
                continue
            texts = self._texts(spec, place, row, index) | dict(spec.get("always", {}))
            texts |= {
                each["field"]: each["give"]
                for each in spec.get("rules", ())
                if _holds(each["when"], place, row)
            }
            rank = (
                *(text_at(row, at) for at in latest),
                _number(text_at(row, most)),
                self._best(spec, texts),
            )
            key = next(iter(_keys(spec, place, row)), "")
            said[key].append((rank, texts))
        for key, lines in said.items():
            best = max(lines, key=lambda line: line[0])[1]
            self.joined[key] |= {name: text for name, text in best.items() if text}

    def _best(self, spec: Mapping[str, Any], texts: Mapping[str, str]) -> int:
        name = spec.get("best", "")
        kind = self.fields[name].item.kind if name else None
        if not isinstance(kind, Choice):
            return 0
        try:
            code = kind.parse(texts.get(name, ""))
        except Unreadable:
            return -len(kind.options)
        return -[each for each, _ in kind.options].index(code)

    # --- the main sheet ---

    def read(self, spec: Mapping[str, Any], place: Headed, *, hidden: bool) -> None:
        """Make a row of each person."""
        names = Counter(
            text_at(row, place.place(["姓名"])) for _, row, kind in place.rows(hidden=True) if kind == ROW
        )
        for index, row, kind in place.rows(hidden=True):
            where = place.sheet.where(index, 0)
            if kind != ROW:
                self.left[SUMS] += 1
                if kind != HEADING:
                    self.ignored.append(Ignored(where, "合计行或说明行"))
            elif index in place.sheet.hidden and not hidden:
                self.left[HIDDEN] += 1
            elif (why := _skipped(spec, place, row)) is not None:
                self.left[REFUSED] += 1
                self.ignored.append(Ignored(where, f"没有导入:{why}"))
            else:
                self._person(spec, place, index, row, names)

    def _person(
        self, spec: Mapping[str, Any], place: Headed, index: int, row: Row, names: Mapping[str, int]
    ) -> None:
        texts = self._texts(spec, place, row, index)
        self._born(spec, place, row, texts)
        beside: dict[str, tuple[str, ...]] = {}
        for rule in spec.get("rules", ()):
            if rule["field"] not in texts and _holds(rule["when"], place, row):
                texts[rule["field"]] = rule["give"]
                beside[rule["field"]] = tuple(rule.get("beside", ()))
        name = text_at(row, place.place(["姓名"]))
        for key in _keys(spec, place, row):
            if key in self.joined and (not key.startswith("姓名\x1f") or names[name] == 1):
                texts = {**texts, **self.joined[key]}
                break
        texts |= self._placed(row)
        where = place.sheet.where(index, 0)
        if not texts:
            self.left[REFUSED] += 1
            self.ignored.append(Ignored(where, NOTHING_OF_IT))
            return
        self.rows.append(
            MadeRow(texts, RowPlace(where, row_id(place.sheet.name, index, texts)), beside=beside)
        )

    def _placed(self, row: Row) -> dict[str, str]:
        """Return what the columns say that a person placed: his word goes before the profile's."""
        said = {name: text_at(row, at) for at, name in self.extra.items() if name in self.fields}
        return {
            name: _word(self.fields[name], raw)
            for name, raw in said.items()
            if raw.strip() and not numbers_in(clean(raw))
        }

    def _born(self, spec: Mapping[str, Any], place: Headed, row: Row, texts: dict[str, str]) -> None:
        """Take the month of birth of an identity number, where no column says it."""
        for heading in spec.get("personal", ()):
            found = numbers_in(clean(text_at(row, place.place([heading]))))
            self.numbers += bool(found)
            if (
                found
                and found[0].birth_month
                and not texts.get("birth_month")
                and "birth_month" in self.fields
            ):
                texts["birth_month"] = found[0].birth_month

    def _texts(self, spec: Mapping[str, Any], place: Headed, row: Row, index: int) -> dict[str, str]:
        """Return what the columns of a line say, by field; never a personal column."""
        texts = {}
        for name, headings in spec.get("columns", {}).items():
            at = place.place(headings)
            raw = text_at(row, at)
            if at is None or not raw.strip():
                continue
            text = _word(self.fields[name], raw)
            if numbers_in(clean(text)):
                self.numbers += 1
                self.ignored.append(Ignored(place.sheet.where(index, at), "有身份证号或手机号,没有导入"))
                continue
            texts[name] = text
            if text != raw and not self.fields[name].item.personal:
                self.cleaned.append(Cleaned(place.sheet.where(index, at), raw, text))
        return texts

    def done(self, main: Headed) -> Export:
        """Return what was read."""
        return Export(
            self.profile,
            len(self.rows) + sum(self.left.values()),
            {self.profile.record: tuple(self.rows)},
            ignored=tuple(self.ignored),
            cleaned=tuple(self.cleaned),
            left=dict(self.left),
            hidden=main.hidden_rows(),
            numbers=self.numbers,
        )


def _keys(spec: Mapping[str, Any], place: Headed, row: Row) -> list[str]:
    """Return by what a person is known over the sheets, the surest first."""
    return [
        f"{heading}\x1f{comparison_key(text)}"
        for heading in spec["person"]
        if (text := text_at(row, place.place([heading])))
    ]


def _skipped(spec: Mapping[str, Any], place: Headed, row: Row) -> str | None:
    return next((each["why"] for each in spec.get("skips", ()) if _holds(each["when"], place, row)), None)


def _holds(when: Mapping[str, str], place: Headed, row: Row) -> bool:
    return all(
        (text := text_at(row, place.place([heading])).strip()) and re.search(words, text)
        for heading, words in when.items()
    )


def _word(each: Field, raw: str) -> str:
    """Return a cell in our words: without a code before it; of a subject without the stage before it."""
    kind = each.item.kind
    if not isinstance(kind, Choice):
        return tidy(each, raw)
    for text in (raw, bare(raw), _STAGE_BEFORE.sub("", bare(raw))):
        try:
            kind.parse(clean(text))
        except Unreadable:
            continue
        return clean(text)
    return clean(raw)


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d+)?", text.strip(), re.ASCII) else 0.0
