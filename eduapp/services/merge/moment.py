"""A moment of a county: a set of submissions and the decisions about it, and what follows from both.

The present is one moment; each closed revision is another (eduapp.services.county.closing). Nothing here
reads a clock or a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from eduapp.exchange.signing import grouped, thirty_digits
from eduapp.services.merge import admission, merging, overlays
from eduapp.services.merge.by_export import sites_by_export, standing_of
from eduapp.services.merge.listing import listing_of
from eduapp.standards.fingerprints import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.services.merge.by_export import ExportSite, ExportStanding
    from eduapp.services.merge.decisions import Decision
    from eduapp.services.merge.listing import Listed, Listing
    from eduapp.services.merge.merging import Member, SchoolView
    from eduapp.services.merge.overlays import Overlay


@dataclass(frozen=True)
class Moment:
    """What the tables are computed from. `revision` is the number of a closed one, None for the present.

    The members' schools are codes as the list of this moment has them (`Received.member_in`).
    """

    members: tuple[Member, ...]
    decisions: tuple[Decision, ...]
    revision: int | None = None
    version: int = merging.FINGERPRINT
    """Of the fingerprint: a closed list keeps the one it was closed with."""
    links: Mapping[str, str | None] = field(default_factory=dict)
    """Id -> the id before it, also of files that are no members (merging.revoked)."""
    before: tuple[Listed, ...] = ()
    """The school list of a workbook in which no decision spoke of it yet."""

    @cached_property
    def view(self) -> dict[str, SchoolView]:
        """The merged view, by school code."""
        return merging.view(self.members, self.decisions, self.links, self.listing)

    @cached_property
    def by_id(self) -> dict[str, Member]:
        """One member of each id."""
        return admission.one_each(self.members)

    @cached_property
    def digest(self) -> bytes:
        """The SHA-256 over the set and the decisions, whole: for the QR code."""
        return merging.fingerprint(self.members, self.decisions, self.version)

    @cached_property
    def listing(self) -> Listing:
        """The school list."""
        return listing_of(self.decisions, self.before)

    @cached_property
    def standing(self) -> ExportStanding:
        """The county's statement of the statistics that stands, if any."""
        return standing_of(self.decisions)

    @cached_property
    def by_export(self) -> dict[str, tuple[ExportSite, ...]]:
        """The sites of the schools of which no file counts and the statement speaks, by school code."""
        return sites_by_export(self.standing, self.listing, self.view)

    @cached_property
    def export_sites(self) -> dict[str, ExportSite]:
        """The same sites by their ids."""
        return {each.id: each for sites in self.by_export.values() for each in sites}

    @property
    def fingerprint(self) -> str:
        """合并指纹: 6 groups of 5 digits, as it is shown."""
        return grouped(thirty_digits(self.digest))

    @property
    def fingerprint_words(self) -> str:
        """The fingerprint as it is shown behind its name."""
        return in_words(self.fingerprint, self.version)

    @cached_property
    def overlays(self) -> Mapping[str, tuple[Overlay, ...]]:
        """The county's overlays by school code."""
        return overlays.by_school(overlays.overlays_of(self.decisions, self.listing))

    def overlays_on(self, member: Member) -> tuple[Overlay, ...]:
        """Return the overlays that apply to a submission: none on one that does not count."""
        found = self.view.get(member.school)
        counts = found is not None and found.counts.id == member.id
        return self.overlays.get(member.school, ()) if counts else ()
