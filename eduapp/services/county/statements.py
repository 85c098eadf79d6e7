"""What schools say of themselves, as far as it is kept, and which of it still counts beside the list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eduapp.services.merge import merging
from eduapp.services.merge.stating import SchoolIdentity, apply_list, identity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from db.records.draft import Draft
    from eduapp.services.merge.by_export import ExportSite
    from eduapp.services.merge.moment import Moment


class Statements:
    """Each submission is read once for what it says; nothing it says ever changes."""

    def __init__(self, read: Callable[[str], Draft], take_kept: Callable[[str], bool]) -> None:
        """`read` returns what a submission states; `take_kept` brings what is kept of it, if it is.

        `linked`: those whose word on campuses counted before; `bound`: what it was, where the log holds it.
        """
        self._read, self._take_kept = read, take_kept
        self._said: dict[str, SchoolIdentity] = {}
        self._keys: tuple[Moment, dict[str, str]] | None = None
        self._links: tuple[Moment, dict[str, str]] | None = None
        self.linked: Collection[str] = frozenset()
        self.bound: Mapping[str, str] = {}

    def said(self, submission: str) -> SchoolIdentity:
        """Return what a submission says of its school, before the list's word is laid over it."""
        if submission not in self._said and not self._take_kept(submission):
            self._said[submission] = identity_of(self._read(submission))
        return self._said[submission]

    def keep(self, submission: str, said: SchoolIdentity) -> None:
        """Follow what is kept of a submission."""
        self._said[submission] = said

    def said_at(self, submission: str, moment: Moment) -> SchoolIdentity:
        """Return the same, the school it calls itself a part of under the code that one has at a moment."""
        return _at(self.said(submission), moment)

    def note(self, submission: str, draft: Draft) -> None:
        """Keep what a submission says, from a draft that was just read and nothing was laid on."""
        self._said[submission] = identity_of(draft)

    def apply_list(self, draft: Draft, school: str, moment: Moment) -> None:
        """Put the list's word over a draft of the school that has a code."""
        apply_list(draft, moment.listing.by_code.get(school), self.parent_of(school, moment))

    def draft_of_site(self, site: ExportSite, moment: Moment) -> Draft:
        """Return what counts of a site that stands by the export: its figures under the list's word."""
        draft = site.draft()
        if not site.stated.part:
            self.apply_list(draft, site.school, moment)
        return draft

    def parent_of(self, school: str, moment: Moment) -> str:
        """Return the code of the school that one is counted within; "" for none."""
        return moment.listing.parent_of(school) or self.links_before(moment).get(school, "")

    def links_before(self, moment: Moment) -> dict[str, str]:
        """Return the links that schools had stated before links were the list's word: school -> parent."""
        if moment.listing.settled or not self.linked:
            return {}
        if self._links is None or self._links[0] is not moment:
            old = [member for member in moment.members if member.id in self.linked]
            view = merging.view(old, moment.decisions, listing=moment.listing)
            stated = {school: self.campus_of(each.counts.id) for school, each in view.items()}
            current = moment.listing.current
            self._links = moment, {school: current(parent) for school, parent in stated.items() if parent}
        return self._links[1]

    def campus_of(self, submission: str) -> str:
        """Return the school that a submission calls itself a part of, by the code of then; "" for none.

        What is kept of a submission hangs on the links: where the log holds no word, the file is read.
        """
        if submission in self.bound:
            return self.bound[submission]
        if submission not in self._said:
            self._said[submission] = identity_of(self._read(submission))
        return self._said[submission].campus

    def list_key(self, school: str, moment: Moment) -> str:
        """Return all that the list says of a school as one text: what is computed is kept under it."""
        if self._keys is None or self._keys[0] is not moment:
            self._keys = moment, {}
        known = self._keys[1]
        if school not in known:
            listed = moment.listing.by_code.get(school)
            said = listed.to_text() if listed is not None and listed.decided else ""
            known[school] = f"{said} {self.parent_of(school, moment)}"
        return known[school]


def _at(said: SchoolIdentity, moment: Moment) -> SchoolIdentity:
    return replace(said, parent=moment.listing.current(said.parent))
