"""A county that encrypts and a school that believes it, for the tests of the hand-off."""

from __future__ import annotations

from eduapp.exchange.round_file import RegisteredKey, Round, build_round
from eduapp.exchange.signing import PublicKey
from eduapp.services.hand_off import rounds
from eduapp.services.keys import county_keys
from tests.services.schools import CODE, YEAR

PASSPHRASE = "长江黄河昆仑泰山"  # noqa: S105 - of the tests


def round_of(certificate, version=1, **changed):
    """What a round file says, little as it may be."""
    plain = {
        "certificate": certificate,
        "version": version,
        "round": str(YEAR),
        "year": YEAR,
        "practice": False,
        "due": "2026-11-30",
        "passphrase": False,
        "standards": (),
        "schools": (),
        "keys": (),
        "writers": (),
    }
    return Round(**plain | changed)


def issue(county, version=1, **changed):
    """A round file of a county's workbook."""
    said = round_of(county_keys.certificate_of(county.workbook), version, **changed)
    return build_round(said, county_keys.signing_key(county.workbook))


def believe(book, county, **changed):
    """Type the county's digits at a school and take its round file."""
    data = issue(county, **changed)
    rounds.trust_county(book, data, county_keys.certificate_of(county.workbook).root.digits)
    return rounds.accept(book, data)


def registered(line, school=CODE, **changed):
    """A line of the key register."""
    return RegisteredKey(PublicKey.from_line(line), school, "paper", **changed)
