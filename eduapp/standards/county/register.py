"""与名册不符: what a school says of itself that the county's list says otherwise. It has no effect."""

from __future__ import annotations

from dataclasses import dataclass

from db.characters import unclosing

LABELS = {"code": "学校代码", "name": "学校名称", "kind": "学校类型", "campus": "校区所属"}


@dataclass(frozen=True)
class Difference:
    """One difference, in words as they are shown. `school` and `name` are the list's, else the school's own.

    `field` is one of `LABELS`; `listed` is what counts.
    """

    school: str
    name: str
    field: str
    listed: str
    stated: str

    @property
    def text(self) -> str:
        """The difference as a sentence."""
        label = LABELS[self.field]
        return (
            f"{self.name}({self.school}){label}与名册不符:"
            f"名册为「{unclosing(self.listed)}」,学校填报「{unclosing(self.stated)}」"
        )


@dataclass(frozen=True)
class PendingLink:
    """A campus link that a school had stated before links were the list's word: it counts until decided."""

    school: str
    name: str
    parent: str
