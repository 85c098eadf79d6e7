"""Proofs of a new writer key: the 30 digits of its paper form (登记表), and the key before's word (换发).

Both cover the whole decision that is taken on them: which county, which school, which key. Each has a
form number: what form 1 covers (the key alone) let a school's honest form admit its key for another
school, so it admits nothing new any more (docs/submission.md, "4. Every proof").
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from eduapp.exchange.canonical import write_json
from eduapp.exchange.members import Members, armor_text
from eduapp.exchange.signing import KEY_REQUEST, PublicKey, WriterKey, decimal_digits, verify

if TYPE_CHECKING:
    from eduapp.exchange.canonical import Json

OLD_FORM, FORM = 1, 2
"""The forms of both proofs: the key alone, and the whole decision."""
_NAMES: Final = {FORM: "voucher", OLD_FORM: "replaces"}
_ROUNDS: Final = 1 << 14
"""Steps of a guess: 15 bits more for somebody who makes both forms, 5 ms for the program that compares."""


@lru_cache(4096)
def form_digits(county: str, school: str, key: PublicKey) -> str:
    """Return the 30 digits of 登记表: over the form's number, county code, school code and public key."""
    said: Json = {"form": FORM, "county": county, "school": school, "key": key.line}
    message = write_json(said, "form")
    return decimal_digits(hashlib.pbkdf2_hmac("sha256", message, b"form@eduapp", _ROUNDS))


@dataclass(frozen=True)
class Voucher:
    """The key before, and its signature for the key that follows it. One of an old form covers less."""

    key: PublicKey
    signature: bytes
    form: int = FORM

    @property
    def is_old(self) -> bool:
        """Whether it covers the new key alone: such a one admits nothing new."""
        return self.form < FORM

    def require_fits(self, county: str, school: str, writer: str, new: PublicKey) -> None:
        """Raise Problem ``signature-invalid`` unless the key before signed for exactly this."""
        message = _old_message(new) if self.is_old else _message(county, school, writer, new)
        if verify(self.signature, KEY_REQUEST, message) != self.key:
            raise Problem("signature-invalid")

    def fits(self, county: str, school: str, writer: str, new: PublicKey) -> bool:
        """Whether the key before signed for exactly this, in the form of today."""
        try:
            self.require_fits(county, school, writer, new)
        except Problem:
            return False
        return not self.is_old

    def to_json(self) -> dict[str, Json]:
        """Return the member that travels. One of today has a name that older programs let be."""
        said: Json = {"key": self.key.line, "signature": armor_text(self.signature)}
        return {_NAMES[self.form]: said}


def vouch(before: WriterKey, county: str, school: str, writer: str, new: PublicKey) -> Voucher:
    """Return what makes a new key, of a writer, follow the one before in its county and school."""
    return Voucher(before.public, before.sign(KEY_REQUEST, _message(county, school, writer, new)))


def take_voucher(members: Members) -> Voucher | None:
    """Take the voucher out of members that travelled, the one of today first; None where there is none.

    Whether it fits is checked where all that it covers is known.
    """
    found = {form: members.rest.pop(name, None) for form, name in _NAMES.items()}
    form = FORM if found[FORM] is not None else OLD_FORM
    if found[form] is None:
        return None
    said = Members(found[form], f"{members.where}.{_NAMES[form]}")
    return Voucher(said.key("key"), said.armor("signature"), form)


def _message(county: str, school: str, writer: str, new: PublicKey) -> bytes:
    said: Json = {"form": FORM, "county": county, "school": school, "writer": writer, "key": new.line}
    return write_json(said, "voucher")


def _old_message(new: PublicKey) -> bytes:
    return new.line.encode("ascii")
