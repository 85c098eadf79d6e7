"""What kind of school it is: the facts of the profile that decide which rules apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.choices import FIVE_FOUR, SIX_THREE, SchoolKind, Stage

if TYPE_CHECKING:
    from db.records.rows import Row


@dataclass(frozen=True)
class Facts:
    """The profile's facts; None where the school has not said."""

    code: str
    name: str
    kind: SchoolKind | None
    system: str
    area_class: str | None
    organiser: str | None
    ownership: str | None
    boarding: bool | None
    planned_by_2010: bool | None
    planned_by_2016: bool | None
    dense_centre: bool | None
    small_rural: bool | None
    small_classes: bool | None
    separate_campuses: bool | None
    parent_code: str
    """The school an uncounted campus or 教学点 belongs to; empty for a school of its own."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The compulsory stages of the school's kind; none while the kind is unknown."""
        return self.kind.stages if self.kind else ()


def facts_of(profile: Row) -> Facts:
    """Read the facts from the profile's row; what cannot be read is not known.

    A school that does not name its 学制 is taken as 六三, the national rule.
    """

    def text(name: str) -> str | None:
        cell = profile[name]
        return cell if isinstance(cell, str) else None

    def flag(name: str) -> bool | None:
        cell = profile[name]
        return cell if isinstance(cell, bool) else None

    kind = text("kind")
    return Facts(
        code=text("code") or "",
        name=text("name") or "",
        kind=SchoolKind(kind) if kind else None,
        system=FIVE_FOUR if text("system") == FIVE_FOUR else SIX_THREE,
        area_class=text("area_class"),
        organiser=text("organiser"),
        ownership=text("ownership"),
        boarding=flag("boarding"),
        planned_by_2010=flag("planned_by_2010"),
        planned_by_2016=flag("planned_by_2016"),
        dense_centre=flag("dense_centre"),
        small_rural=flag("small_rural"),
        small_classes=flag("small_classes"),
        separate_campuses=flag("separate_campuses"),
        parent_code=(text("parent_code") or "") if flag("counted") is False else "",
    )
