"""The county's statement of what the statistics say of its sites (教育事业统计全县导出): one decision. Pure.

It stands for the schools of the list of which nothing counts. A school's own file replaces it for that
school, whole; it comes back when that file is withdrawn. Nobody reported by it: what it says is last
year's, and no verdict on it is settled.

A later statement replaces the one that its writer knew. Of two that did not know of each other (two officers'
chains, joined) neither stands until a third one or a withdrawal says which.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from db.records.catalog import SCHOOL_RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.draft import Draft, empty_row
from db.records.rows import ONLY
from db.records.stored import read_stored
from db.records.values import comparison_key
from eduapp.services.merge.decisions import LIST, STATEMENT, UNSTATE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from eduapp.services.merge.decisions import Decision, Details
    from eduapp.services.merge.listing import Listing

IMPORTED: Final = "导入教育事业统计全县导出"
"""The reason of a statement, where nobody gave another."""
NAMES: Final = "names"
"""The detail of a list decision that says which names of exports mean which schools."""
_MARK: Final = "export:"
"""Begins the name of a site's figures where a submission's id may stand; no id has a colon."""


@dataclass(frozen=True)
class StatedSite:
    """A site as a statement has it. `school`: the listed school's id; `part`: it has no code of its own.

    `cells` are carried texts by `record/key/field`.
    """

    school: str
    name: str
    kind: str
    part: bool
    cells: Mapping[str, str]

    def to_text(self) -> str:
        """Return the site as a decision keeps it."""
        said = [self.school, self.name, self.kind, self.part, dict(sorted(self.cells.items()))]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> StatedSite:
        """Return a site from what a decision keeps; raises ValueError, TypeError."""
        school, name, kind, part, cells = read_stored(text)
        return cls(school, name, kind, part, cells)

    @property
    def is_sound(self) -> bool:
        """Whether every cell is one of a school's records; raises what reading one raises."""
        for place, text in self.cells.items():
            record, key, name = place.split("/")
            spec = SCHOOL_RECORDS[record]
            if key not in ({*Stage} if spec.rows == "stages" else {ONLY}) or spec.is_list:
                return False
            spec.fields[name].item.kind.uncarry(text)
        texts: tuple[object, ...] = (self.school, self.name, self.kind)
        flag: object = self.part
        known = not self.kind or SchoolKind(self.kind) in SchoolKind
        return known and isinstance(flag, bool) and all(isinstance(each, str) for each in texts)

    def draft(self, code: str) -> Draft:
        """Return the records that the export amounts to, of a school that has a code now."""
        draft = Draft()
        rows = {"school/-/name": self.name, "school/-/code": code, "school/-/kind": self.kind}
        for place, text in (rows | dict(self.cells)).items():
            record, key, name = place.split("/")
            kept = draft.rows[record]
            if key not in kept:
                kept.insert(key, kept.next_position(), empty_row(record))
            if text:
                kept[key][name] = SCHOOL_RECORDS[record].fields[name].item.kind.uncarry(text)
        return draft


@dataclass(frozen=True)
class Statement:
    """A statement as it was decided."""

    decision: str
    content: str
    """The SHA-256 of its sites: equal exports, equal content."""
    file: str
    """The SHA-256 of the file it was read from."""
    file_name: str
    on: str
    """The day of the statement, ISO."""
    sites: tuple[StatedSite, ...]
    at: str = ""
    signed: bool = False


@dataclass(frozen=True)
class ExportStanding:
    """What stands by the export at a moment: one statement, or none where several `forked`."""

    statement: Statement | None = None
    forked: tuple[Statement, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Those that nobody replaced or withdrew: the one that stands, or the several of which none does."""
        return self.forked if self.statement is None else (self.statement,)

    @cached_property
    def sites(self) -> dict[str, tuple[StatedSite, ...]]:
        """The sites by the id of the listed school: its own first, then its parts without a code."""
        found: dict[str, list[StatedSite]] = defaultdict(list)
        for each in self.statement.sites if self.statement else ():
            found[each.school].append(each)
        return {school: tuple(sorted(own, key=_own_first)) for school, own in found.items()}


NOTHING: Final = ExportStanding()


def _own_first(site: StatedSite) -> tuple[bool, str]:
    return site.part, site.name


def content_of(texts: Iterable[str]) -> str:
    """Return the content id of sites as a decision keeps them, in any order."""
    return hashlib.sha256("".join(f"{text}\n" for text in sorted(texts)).encode()).hexdigest()


def said_of(sites: Iterable[StatedSite], file: str, file_name: str, on: str) -> Details:
    """Return the details of a statement."""
    texts = sorted(each.to_text() for each in sites)
    return {"content": content_of(texts), "file": file, "file_name": file_name, "on": on, "sites": texts}


def is_sound(decision: Decision) -> bool:
    """Whether what a statement says can be read and is what its content id is of."""
    texts = decision.details.get("sites")
    if not isinstance(texts, tuple) or content_of(texts) != decision.detail("content"):
        return False
    return all(StatedSite.from_text(text).is_sound for text in texts)


def standing_of(decisions: Sequence[Decision]) -> ExportStanding:
    """Return the statement that stands: the last one that nobody who knew of it replaced or withdrew."""
    stated = [decision for decision in decisions if decision.kind in {STATEMENT, UNSTATE}]
    if not stated:
        return NOTHING
    before = {each.id: each.prev for each in decisions}
    ids = {each.id for each in stated}
    gone = {name for each in stated for name in each.over}
    for each in stated:
        at = each.prev
        while at in before and at not in ids:
            at = before[at]
        gone.add(at)  # who decides knew of all that stands in the chain before
    heads = [decision for decision in stated if decision.kind == STATEMENT and decision.id not in gone]
    heads.sort(key=lambda each: each.id)
    if len({each.detail("content") for each in heads}) > 1:
        return ExportStanding(None, tuple(map(_statement, heads)))
    return ExportStanding(_statement(heads[0])) if heads else NOTHING


def _statement(decision: Decision) -> Statement:
    texts = decision.details.get("sites")
    sites = tuple(map(StatedSite.from_text, texts)) if isinstance(texts, tuple) else ()
    detail = decision.detail
    return Statement(
        decision.id,
        detail("content"),
        detail("file"),
        detail("file_name"),
        detail("on"),
        sites,
        decision.at,
        bool(decision.signature),
    )


@dataclass(frozen=True)
class ExportSite:
    """A site that stands by the export at a moment: of the school that has a code now."""

    id: str
    """Stands where a submission's id may: the statement, the school, the how manieth of its sites."""
    school: str
    stated: StatedSite

    def draft(self) -> Draft:
        """Return its records."""
        return self.stated.draft("" if self.stated.part else self.school)


def sites_by_export(
    standing: ExportStanding, listing: Listing, counting: Collection[str]
) -> dict[str, tuple[ExportSite, ...]]:
    """Return the sites that stand by the export, by code; `counting` are the codes of which a file counts."""
    if standing.statement is None:
        return {}
    found = {}
    for school, sites in standing.sites.items():
        listed = listing.schools.get(school)
        if listed is not None and listed.code not in counting:
            begin = f"{_MARK}{standing.statement.decision}:{school}"
            found[listed.code] = tuple(
                ExportSite(f"{begin}:{number}", listed.code, each) for number, each in enumerate(sites)
            )
    return dict(sorted(found.items()))


def is_site(submission: str) -> bool:
    """Whether what stands where a submission's id may is a site of the export."""
    return submission.startswith(_MARK)


@dataclass(frozen=True)
class KnownSchool:
    """A name of exports and whose it is, as a person said: a listed school's id, "" to leave it out."""

    name: str
    school: str
    part: bool = False

    def to_text(self) -> str:
        """Return it as a decision keeps it."""
        return json.dumps([self.name, self.school, self.part], ensure_ascii=False, separators=(",", ":"))

    @property
    def is_sound(self) -> bool:
        """Whether it is what this program writes."""
        texts: tuple[object, ...] = (self.name, self.school)
        flag: object = self.part
        return isinstance(flag, bool) and all(isinstance(each, str) for each in texts)

    @classmethod
    def from_text(cls, text: str) -> KnownSchool:
        """Return it from what a decision keeps."""
        name, school, part = read_stored(text)
        return cls(name, school, part)


def known_names(decisions: Iterable[Decision]) -> dict[str, KnownSchool]:
    """Return the names that persons said whose they are, by comparison key; the last word on each counts."""
    found: dict[str, KnownSchool] = {}
    for each in decisions:
        texts = each.details.get(NAMES) if each.kind == LIST else None
        for text in texts if isinstance(texts, tuple) else ():
            known = KnownSchool.from_text(text)
            found[comparison_key(known.name)] = known
    return found
