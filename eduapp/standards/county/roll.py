"""Who is expected in the county, who has not come, and whose word is not the last one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.records.choices import SchoolKind


@dataclass(frozen=True)
class Absent:
    """A school of the list without a submission that counts; `kind` is None where the list does not say."""

    code: str
    name: str
    kind: SchoolKind | None


@dataclass(frozen=True)
class Roll:
    """The county's list against what came. `listed`: whether there is a list; without one nothing is settled.

    `drafts` and `conflicts` are schools and campuses that are in, by code with their names: those whose
    submission is a draft, and those with several heads that a person must settle.
    """

    listed: bool
    absent: tuple[Absent, ...] = ()
    drafts: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, str] = field(default_factory=dict)


UNLISTED = Roll(listed=False)
