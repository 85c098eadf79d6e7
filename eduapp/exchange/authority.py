"""The county as an authority: its root key certifies the key that signs and the recipients that open.

The root lies on paper in a safe; its 30 digits are what a school copies from the county's notice. An
epoch outranks every version of a round file under it: a new signing key or new recipients begin one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from db.problems import Problem
from db.records.codes import CODE
from eduapp.exchange.canonical import Json, write_json
from eduapp.exchange.members import NAME, Members, armor_text
from eduapp.exchange.signing import COUNTY, PublicKey, WriterKey, verify

_FILE: Final = "certificate"


@dataclass(frozen=True)
class Certificate:
    """What the root said: who signs for a county and to whom its submissions are sealed.

    ``recipients`` are the working and the escrow recipient, or none while the county does not encrypt.
    """

    county: str
    name: str
    epoch: int
    root: PublicKey
    signing: PublicKey
    recipients: tuple[str, ...]
    armor: bytes

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            **_said(self.county, self.name, self.epoch, self.root, self.signing, self.recipients),
            "signature": armor_text(self.armor),
        }


def certify(
    root: WriterKey, county: str, name: str, epoch: int, signing: PublicKey, recipients: tuple[str, ...]
) -> Certificate:
    """Return the certificate that a county's root gives."""
    message = _message(_said(county, name, epoch, root.public, signing, recipients))
    return Certificate(county, name, epoch, root.public, signing, recipients, root.sign(COUNTY, message))


def read_certificate(value: Json, where: str = "certificate") -> Certificate:
    """Return a certificate whose signature fits its own root; whose root that is, is not said.

    Raises Problem ``manifest-invalid``, ``key-invalid``, ``certificate-invalid``.
    """
    members = Members(value, where)
    read = Certificate(
        county=members.text("county", CODE),
        name=members.text("name", NAME),
        epoch=members.number("epoch", 1),
        root=members.key("root"),
        signing=members.key("signing"),
        recipients=members.recipients("recipients"),
        armor=members.armor("signature"),
    )
    said = _said(read.county, read.name, read.epoch, read.root, read.signing, read.recipients)
    try:
        signer = verify(read.armor, COUNTY, _message(said))
    except Problem as problem:
        raise Problem("certificate-invalid") from problem
    if signer != read.root or members.rest:
        raise Problem("certificate-invalid")
    return read


def _said(
    county: str, name: str, epoch: int, root: PublicKey, signing: PublicKey, recipients: tuple[str, ...]
) -> dict[str, Json]:
    return {
        "county": county,
        "name": name,
        "epoch": epoch,
        "root": root.line,
        "signing": signing.line,
        "recipients": list(recipients),
    }


def _message(said: dict[str, Json]) -> bytes:
    return write_json(said, _FILE)
