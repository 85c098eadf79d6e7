"""The key request ``X.edukey`` (密钥登记申请): a new writer key asks to be entered into the register.

It is signed by the new key itself; where the key before is still at hand, that one vouches for it too
(换发), and no paper is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.codes import CODE
from eduapp.exchange.members import NAME, WRITER, Members, recipient_of
from eduapp.exchange.package import KEY_REQUEST, build_package, open_package
from eduapp.exchange.voucher import Voucher, form_digits, take_voucher

if TYPE_CHECKING:
    from eduapp.exchange.canonical import Json
    from eduapp.exchange.signing import PublicKey, WriterKey

SUFFIX: Final = ".edukey"


@dataclass(frozen=True)
class Request:
    """What a request says of itself. ``county`` is "-" where the school was not told its code.

    ``archive`` is the age recipient of the computer, ``replaces`` the voucher of the key before.
    """

    county: str
    school: str
    name: str
    kind: str
    year: int
    practice: bool
    writer: str
    archive: str
    replaces: Voucher | None = None


@dataclass(frozen=True)
class KeyRequest:
    """A request consistent with itself, signed by ``key``."""

    said: Request
    key: PublicKey
    id: str


def build_request(said: Request, key: WriterKey) -> bytes:
    """Return the signed request."""
    data = build_package(KEY_REQUEST, _to_json(said), (), key)
    if read_request(data).said != said:
        raise Problem("damaged", reason="密钥登记申请写出后再读,内容不同")
    return data


def read_request(data: bytes) -> KeyRequest:
    """Return a request; whether its key is to be believed is the caller's question.

    Raises the Problems of the package, ``manifest-invalid``, ``signature-invalid``.
    """
    package = open_package(data, KEY_REQUEST, _about)
    said = package.about
    if said.replaces is not None:
        said.replaces.require_fits(said.county, said.school, said.writer, package.key)
    return KeyRequest(said, package.key, package.id)


def request_name(said: Request, key: PublicKey) -> str:
    """Return the name for people: the school's code and the first five digits of its form."""
    return f"{said.school}_密钥登记_{form_digits(said.county, said.school, key)[:5]}{SUFFIX}"


def _to_json(said: Request) -> Json:
    before = said.replaces
    return {
        "format": 1,
        "county": said.county,
        "school": said.school,
        "name": said.name,
        "kind": said.kind,
        "year": said.year,
        "practice": said.practice,
        "writer": said.writer,
        "archive": said.archive,
        "replaces": None,
        **(before.to_json() if before else {}),
    }


def _about(value: Json) -> Request:
    members = Members(value, "eduapp")
    if members.number("format", 1) > 1:
        raise Problem("reader-too-old", needed=2, own=1)
    return Request(
        county=members.text("county", CODE),
        school=members.text("school", CODE),
        name=members.text("name", NAME),
        kind=members.text("kind", CODE),
        year=members.number("year", 1900, 2999),
        practice=members.boolean("practice"),
        writer=members.text("writer", WRITER),
        archive=recipient_of(members.take("archive"), "eduapp.archive"),
        replaces=take_voucher(members),
    )
