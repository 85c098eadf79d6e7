"""What a school says of itself beside the list: laid under the list's word, and compared with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND
from eduapp.standards.county.register import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.records.draft import Draft
    from eduapp.services.merge.listing import Listed

CODE = "code"
"""The field of a difference that nobody takes over: an old code of the school itself."""
OWN, NOT_TOLD = "独立学校", "(未写)"


@dataclass(frozen=True)
class SchoolIdentity:
    """What a submission says of its school. `counted` is None where it does not say (计入校数)."""

    code: str
    name: str
    kind: str | None
    counted: bool | None
    parent: str

    @property
    def campus(self) -> str:
        """The code of the school it calls itself a part of; "" for none."""
        return self.parent if self.counted is False else ""


def identity_of(draft: Draft) -> SchoolIdentity:
    """Return what a draft says of its school; what cannot be read is not said."""
    row = draft.only("school")
    texts = {name: cell if isinstance(cell := row[name], str) else "" for name in ("code", "name", "kind")}
    parent, counted = row["parent_code"], row["counted"]
    return SchoolIdentity(
        texts["code"],
        texts["name"],
        texts["kind"] or None,
        counted if isinstance(counted, bool) else None,
        parent if isinstance(parent, str) else "",
    )


def apply_list(draft: Draft, listed: Listed | None, parent: str) -> None:
    """Put the list's word over what a school says of itself; `parent` is the code it is counted within."""
    row = draft.only("school")
    if listed is not None and listed.decided:
        row["code"], row["name"] = listed.code, listed.name
        row["kind"] = listed.kind or row["kind"]
    row["parent_code"] = parent or None
    if parent or row["counted"] is False:
        row["counted"] = not parent


def differences(said: SchoolIdentity, listed: Listed | None, parent: str) -> Iterator[Difference]:
    """Yield where a school's word is not the list's; who says nothing differs in nothing."""
    code = listed.code if listed else said.code
    name = (listed.name if listed else "") or said.name

    def differs(field: str, own: str, stated: str) -> Difference:
        return Difference(code, name, field, own, stated)

    if listed is not None and listed.decided:
        if said.code and said.code != listed.code:
            yield differs(CODE, listed.code, said.code)
        if said.name and said.name != listed.name:
            yield differs("name", listed.name, said.name)
        if listed.kind and said.kind and said.kind != listed.kind:
            yield differs("kind", SCHOOL_KIND.show(listed.kind), SCHOOL_KIND.show(said.kind))
    if said.counted is not None and (said.counted is False, said.campus) != (bool(parent), parent):
        yield differs("campus", _campus(parent, apart=not parent), _campus(said.campus, apart=said.counted))


def _campus(parent: str, *, apart: bool) -> str:
    return OWN if apart else f"不计校数,属于 {parent or NOT_TOLD}"
