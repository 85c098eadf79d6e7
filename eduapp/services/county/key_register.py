"""The key register (密钥登记) of a county: which keys speak for which school, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.exchange.voucher import FORM
from eduapp.services.merge.admission import UNCHECKED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eduapp.services.county.kept import Received
    from eduapp.services.county.logged import Admitted
    from eduapp.services.merge.admission import Judged, Place


@dataclass(frozen=True)
class AdmittedKey:
    """A key of the key register, by the code its school has now.

    `archive`: that computer's own age recipient, if it named one. `form`: of the proof by which it, or the
    first key before it, was admitted (eduapp.exchange.voucher).
    """

    public_key: str
    school: str
    name: str
    how: str
    at: str
    archive: str | None = None
    form: int = FORM
    reason: str = ""
    """Why it was admitted beside another key of its school (换发); "" where nobody had to say."""

    @property
    def place(self) -> Place:
        """What names a line of the register: school and public key line."""
        return self.school, self.public_key

    @property
    def is_old(self) -> bool:
        """Whether it stands by the digits of an old form (旧式), which covered the key alone."""
        return self.how != UNCHECKED and self.form < FORM


def keys_of(
    judged: Judged, admissions: Iterable[Admitted], received: Iterable[Received]
) -> list[AdmittedKey]:
    """Return the keys that speak for schools: people's acts first, then those that were passed on."""
    at = judged.listing
    acts = {(at.bearing(each.school), each.public_key): each for each in admissions}
    brought = {judged.place_of(each.header): each for each in received if each.header.before}
    found: dict[Place, AdmittedKey] = {}
    for place, entry in judged.register.items():  # each after the one that passed it on
        act, file = acts.get(place), brought.get(place)
        before = found.get((place[0], entry.before))
        found[place] = AdmittedKey(
            public_key=place[1],
            school=at.code_of(place[0]),
            name=act.name if act else file.name if file else "",
            how=entry.how,
            at=act.at if act else file.received if file else "",
            archive=(act.archive if act else None) or (before.archive if before else None),
            form=entry.form,
        )
    return [
        *(found[place] for place in acts if place in found),
        *(found[place] for place in sorted(found) if place not in acts),
    ]
