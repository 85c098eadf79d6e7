"""The all-county export into a county's workbook: rehearsed row by row, asked about, then one statement.

Whose a site is and which code a name has is asked once: the answer is a decision about the list, kept with
it. Names that are nearly one of the list are offered and never taken by themselves. What nobody answered is
left out and named.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.choices import SCHOOL_KIND, Stage
from db.records.personal_numbers import bare_of_numbers
from db.records.values import comparison_key
from db.workbook import now
from eduapp.exchange.near_names import near_names
from eduapp.services.merge.by_export import (
    IMPORTED,
    NAMES,
    KnownSchool,
    StatedSite,
    content_of,
    known_names,
    said_of,
)
from eduapp.services.merge.decisions import LIST, STATEMENT, UNSTATE
from eduapp.services.merge.listing import Expected, stated_rows
from eduapp.services.merge.listing import said_of as list_said_of
from eduapp.services.pairing import ROW_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from eduapp.exchange.national_export import ExportReading, Site
    from eduapp.exchange.sheet_cells import Sheet
    from eduapp.exchange.sheet_text import Ignored
    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.by_export import Statement
    from eduapp.services.merge.decisions import Decision
    from eduapp.services.merge.listing import Listed

CODE, PART, LEAVE = "school:", "site:", "leave"
"""The beginnings of questions: which school of the list a name is, and whose site it is; and one answer."""
ANSWERED: Final = "年报导出里的名称和校点归属"
"""The reason of the list decision that keeps answers."""
WITHDRAWN: Final = "撤回教育事业统计全县导出"


@dataclass(frozen=True)
class NationalQuestion:
    """What a person must say of a name. `offered`: code and name of schools that it may be, nearest first."""

    id: str
    where: str
    text: str
    offered: tuple[tuple[str, str], ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """What can be answered: a code that is offered, any other of the list, or to leave it out."""
        return (*(code for code, _ in self.offered), LEAVE)


@dataclass(frozen=True)
class NationalRehearsal:
    """What an import would do. `rows` counts the rows of the file by what becomes of them.

    `sites` are what the statement would say; `links`: site -> school, what the list would learn; `names`:
    what is kept of names. `before`: the statement that it replaces.
    """

    path: Path
    reading: ExportReading
    rows: Mapping[str, int]
    removed: int
    sites: tuple[StatedSite, ...]
    questions: tuple[NationalQuestion, ...]
    links: Mapping[str, str]
    names: tuple[KnownSchool, ...]
    notes: tuple[str, ...]
    file: str
    content: str
    before: Statement | None
    unasked: tuple[str, ...] = ()
    """Answers that nothing asked for."""

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        """What was left out while reading."""
        return self.reading.ignored

    @property
    def needs_person(self) -> bool:
        """Whether something was left out that a person may want."""
        return bool(self.questions or self.unasked or self.rows["refused"] or self.rows["hidden"])

    @property
    def writes(self) -> bool:
        """Whether taking it over would change anything: the statement, or what is kept of names and sites."""
        same = self.before is not None and self.before.content == self.content
        return not same or bool(self.links or self.names)

    @property
    def schools(self) -> int:
        """How many schools of the list it speaks of."""
        return len({each.school for each in self.sites})


@dataclass
class _Matching:
    """Names of an export beside the list."""

    book: CountyBook
    answers: Mapping[str, str]
    questions: list[NationalQuestion] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    names: list[KnownSchool] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        listing = self.book.listing
        self.known = known_names(self.book.decisions)
        self.by_name: dict[str, set[str]] = {}
        for number, each in listing.schools.items():
            for key in {comparison_key(each.name), *listing.names.get(number, ())}:
                self.by_name.setdefault(key, set()).add(number)
        self.shown = {each.name: each for each in listing.by_code.values()}

    def site(self, site: Site) -> tuple[StatedSite | None, str]:
        """Return what a site is stated as, and what becomes of its rows where nothing is: asked, refused."""
        known = self.known.get(comparison_key(site.name))
        if known is not None and not known.school:
            self._tell_left(site)
            return None, "refused"
        if known is not None and known.part:
            return self._stated(site, known.school, part=True), ""
        own = self._own(site, known)
        if own is None:
            return self._unlisted(site)
        if not self._belongs(site, own):
            return None, "asked"
        self._tell_kind(site, own)
        return self._stated(site, own.id), ""

    def _tell_left(self, site: Site) -> None:
        """Say that a name is left out since a person said so, now or at an earlier import."""
        self.notes.append(f"「{site.name}」按所作的回答不采用。")

    def _tell_kind(self, site: Site, own: Listed) -> None:
        """Say where the file's kind of school is not the list's, or nobody knows one."""
        if own.kind and site.kind and own.kind != site.kind:
            words = SCHOOL_KIND.show(site.kind), SCHOOL_KIND.show(own.kind)
            self.notes.append(f"「{site.name}」导出里是{words[0]},名单里是{words[1]},以名单为准。")
        elif not (own.kind or site.kind):
            self.notes.append(f"「{site.name}」的办学类型不明,不能计入任何学段。")

    def _own(self, site: Site, known: KnownSchool | None) -> Listed | None:
        """Return the school of the list that a site is, by its code, by what was said, by its name."""
        listing = self.book.listing
        if known is not None:
            return listing.schools.get(known.school)
        by_code = listing.by_code.get(listing.current(site.code)) if site.code else None
        if by_code is not None:
            if comparison_key(by_code.name) != comparison_key(site.name):
                self.notes.append(f"「{site.name}」按代码 {site.code} 是名单里的「{by_code.name}」。")
            return by_code
        same = self._same(site.name)
        return same[0] if len(same) == 1 else None

    def _same(self, name: str) -> list[Listed]:
        """Return the schools of the list that have a name, or had it."""
        found = self.by_name.get(comparison_key(name), set())
        return sorted((self.book.listing.schools[each] for each in found), key=lambda each: each.code)

    def _unlisted(self, site: Site) -> tuple[StatedSite | None, str]:
        """Ask which school a name is, or, of a site that is none of its own, whose it is."""
        counted = site.counted
        id_ = f"{CODE if counted else PART}{site.name}"
        several = len(self._same(site.name)) > 1
        where = "在学校名单中不止一所" if several else "不在学校名单中"
        text = f"「{site.name}」{where},是名单里的哪一所?"
        if not counted:
            text = f"「{site.name}」不计校数,名单里没有它,属于哪一所学校?"
        said = self._answer(id_, site, text)
        if said is None:
            return None, "asked"
        self.names.append(KnownSchool(site.name, said and self.book.listing.by_code[said].id, not counted))
        if not said:
            self._tell_left(site)
            return None, "refused"
        return self._stated(site, self.book.listing.by_code[said].id, part=not counted), ""

    def _belongs(self, site: Site, own: Listed) -> bool:
        """Whether it is known whose site it is, where it is not counted as a school; else it is asked."""
        parent = self.book.statements.parent_of(own.code, self.book.moment)
        if site.counted:
            if parent:
                self.notes.append(f"「{own.name}」导出里计校数,名单里属于 {parent},以名单为准。")
            return True
        if parent:
            return True
        said = self._answer(f"{PART}{site.name}", site, f"「{own.name}」不计校数,属于哪一所学校?", own)
        if said is None:
            return False
        if said:
            self.links[own.code] = said
        return True

    def _answer(self, id_: str, site: Site, text: str, own: Listed | None = None) -> str | None:
        """Return the code that was answered, "" to leave it out, None where nobody did: then it is asked."""
        self.asked.add(id_)
        said = self.answers.get(id_)
        if said is None:
            near = near_names(site.name, (name for name in self.shown if own is None or name != own.name))
            same = [(each.code, each.name) for each in self._same(site.name)] if own is None else []
            offered = (*same, *((self.shown[name].code, name) for name in near))
            self.questions.append(NationalQuestion(id_, site.where, text, offered))
            return None
        if said == LEAVE:
            return ""
        code = self.book.listing.current(said.strip())
        if code not in self.book.listing.by_code or (own is not None and code == own.code):
            raise Problem(
                "answers-unfit", what=f"对「{id_}」的回答「{said}」", known=f"名单里的学校代码,或 {LEAVE}"
            )
        return code

    def _stated(self, site: Site, school: str, *, part: bool = False) -> StatedSite:
        return StatedSite(school, site.name, str(site.kind or ""), part, dict(site.cells))


def rehearse(
    book: CountyBook,
    path: Path,
    answers: Mapping[str, str] | None = None,
    *,
    named: bool = False,
    read: tuple[bytes, Sequence[Sheet]] | None = None,
) -> NationalRehearsal:
    """Read an export and say what taking it over would do; nothing is written.

    A file of one stage (小学.xlsx) speaks of that stage: what the statement says of others stays. `named`: a
    person says that it is an export. `answers`: question -> code of the list, or `LEAVE`. `read`: the
    file's bytes and sheets, where they were read before: once, so that the digest is of what is stated.
    Raises Problem `export-no-list`, `answers-unfit`, and what `read_export` raises.
    """
    from eduapp.exchange.national_export import read_export  # noqa: PLC0415 - the spreadsheet libraries are heavy
    from eduapp.exchange.sheet_reading import file_bytes, read_sheets  # noqa: PLC0415 - as above

    if not book.listing.schools:
        raise Problem("export-no-list")
    if read is None:
        data = file_bytes(path)
        read = data, read_sheets(path, data)
    reading = read_export(path, book.code, book.name, named=named, sheets=read[1])
    matching = _Matching(book, answers or {})
    before = book.moment.standing.statement
    there = {(each.school, each.name): each for each in before.sites} if before else {}
    rows = dict.fromkeys(ROW_WORDS, 0) | dict(reading.left)
    taken = _taken(reading, matching, there, rows)
    sites = tuple(taken[key] for key in sorted(taken))
    return NationalRehearsal(
        path=path,
        reading=reading,
        rows=rows,
        removed=len(there.keys() - taken.keys()),
        sites=sites,
        questions=tuple(matching.questions),
        links=matching.links,
        names=tuple(matching.names),
        notes=tuple(matching.notes),
        file=hashlib.sha256(read[0]).hexdigest(),
        content=content_of(each.to_text() for each in sites),
        before=before,
        unasked=tuple(sorted(set(answers or {}) - matching.asked)),
    )


def _taken(
    reading: ExportReading,
    matching: _Matching,
    there: Mapping[tuple[str, str], StatedSite],
    rows: dict[str, int],
) -> dict[tuple[str, str], StatedSite]:
    """Return what would be stated, by school and name; what becomes of each row is counted in `rows`."""
    taken: dict[tuple[str, str], StatedSite] = {}
    own: set[str] = set()
    for site in reading.sites:
        stated, left = matching.site(site)
        if stated is not None and not stated.part and stated.school in own:
            matching.notes.append(f"「{site.name}」和另一行是名单里的同一所学校,没有采用。")
            stated, left = None, "refused"
        if stated is None:
            rows[left] += site.rows
            continue
        own |= set() if stated.part else {stated.school}
        was = there.get((stated.school, stated.name))
        if reading.level and was is not None:
            stated = _beside(was, stated, reading.level)
        rows["new" if was is None else "unchanged" if was == stated else "changed"] += site.rows
        taken[stated.school, stated.name] = stated
    if reading.level:
        others = (item for item in there.items() if item[0] not in taken)
        taken |= {key: kept for key, site in others if (kept := _without(site, reading.level)) is not None}
    return taken


def _beside(was: StatedSite, now: StatedSite, level: str) -> StatedSite:
    """Return a site with what is said now of a stage, and what was said of others."""
    kept = {place: text for place, text in was.cells.items() if _stage_of(place) != level}
    return replace(now, cells={**kept, **now.cells})


def _without(site: StatedSite, level: str) -> StatedSite | None:
    """Return a site that a file of one stage does not name, without that stage; None if nothing is left."""
    cells = {place: text for place, text in site.cells.items() if _stage_of(place) != level}
    return replace(site, cells=cells) if any(map(_stage_of, cells)) else None


def _stage_of(place: str) -> str:
    key = place.split("/")[1]
    return key if key in {*Stage} else ""


def take_over(book: CountyBook, found: NationalRehearsal, reason: str = "", on: str = "") -> Decision | None:
    """Make the statement of a rehearsal, after what its answers say of the list; None where it stands so.

    Raises Problem `export-empty`, and what signing raises (`county-key-locked`).
    """
    if not found.sites:
        raise Problem("export-empty", path=str(found.path))
    _keep_answers(book, found)
    standing = book.moment.standing
    same = standing.statement is not None and standing.statement.content == found.content
    if same and not standing.forked:
        return None
    over = [each.decision for each in standing.statements]
    file_name = bare_of_numbers(found.path.name)
    details = said_of(found.sites, found.file, file_name, on or now()[:10])
    return book.decide(STATEMENT, "", reason or IMPORTED, over, details)


def _keep_answers(book: CountyBook, found: NationalRehearsal) -> None:
    """Keep with the list whose sites they are and which school a name is: it is asked once."""
    listing = book.moment.listing
    expected = (
        Expected(code, listing.by_code[code].name, listing.by_code[code].kind, parent)
        for code, parent in sorted(found.links.items())
    )
    rows = stated_rows(listing, book.code, expected) if found.links else ()
    said = list_said_of(listing, rows, again=bool(found.names))
    if said is not None:
        names = {NAMES: [each.to_text() for each in found.names]} if found.names else {}
        book.decide(LIST, "", ANSWERED, details={**said, **names})


def withdraw(book: CountyBook, given: str, reason: str = "") -> Decision:
    """Take a statement back: the schools that stand by it stand by nothing.

    `given`: the beginning of its id, of its content or of its file's hash. Raises Problem
    `submission-unknown`, and what signing raises.
    """
    found = find_statement(book, given)
    if found is None:
        raise Problem("submission-unknown", id=given)
    details = {"content": found.content}
    return book.decide(UNSTATE, "", reason or WITHDRAWN, [found.decision], details)


LEAST_DIGITS: Final = 8


def find_statement(book: CountyBook, given: str) -> Statement | None:
    """Return the standing statement that the beginning of an id means; None for another."""
    begun = given.lower()
    fits = [
        statement
        for statement in book.moment.standing.statements
        if any(name.startswith(begun) for name in (statement.decision, statement.content, statement.file))
    ]
    return fits[0] if len(fits) == 1 and len(begun) >= LEAST_DIGITS else None


def is_export(path: Path) -> bool:
    """Whether a spreadsheet is an all-county export, by its columns; raises what reading it raises."""
    from eduapp.exchange.national_export import is_export as has_columns  # noqa: PLC0415 - see `rehearse`
    from eduapp.exchange.sheet_reading import read_sheets  # noqa: PLC0415 - as above

    return has_columns(read_sheets(path))


def profile_names() -> tuple[str, ...]:
    """Return the names that the profile of the export is known by, the usual one first."""
    from eduapp.exchange.national_export import profile  # noqa: PLC0415 - see `rehearse`

    return profile().aliases


def not_counted(book: CountyBook, found: NationalRehearsal) -> list[tuple[str, str]]:
    """Return the listed sites of a rehearsal that are 不计校数, each with whose it is, by code."""
    listing = book.moment.listing
    codes = {each.school: listing.schools[each.school].code for each in found.sites if not each.part}
    parents = {code: found.links.get(code) or listing.parent_of(code) for code in codes.values()}
    return sorted((code, parent) for code, parent in parents.items() if parent)
