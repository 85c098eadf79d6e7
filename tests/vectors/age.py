"""The age test kit (C2SP/CCTV) against the decrypting path of what comes from a stick.

A file is a head of `name: value` lines, an empty line and an age file. What the kit says must fail may
never be opened. Of what must open, some kinds are not taken from a stick by design; they are pinned here
by name, so that a change either way is seen.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from db.problems import Problem
from eduapp.exchange.sealing import Identity, identity_of, new_identity, unseal
from tests.vectors.tally import Tally

CORPUS = "age test kit"
_HEAD = {"expect", "payload", "file key", "identity", "passphrase", "armored", "compressed", "comment"}

ARMOR, PASSPHRASE, HYBRID = "text armor", "passphrase (scrypt)", "post-quantum recipient"
_ARMORED = ("crlf", "full_last_line", "hybrid", "no_eol", "scrypt", "whitespace_outside", "x25519")
_HYBRID = ("hybrid", "hybrid_and_x25519", "hybrid_grease", "hybrid_multiple_recipients")
NOT_SUPPORTED = {
    **dict.fromkeys((f"armor_{name}" for name in _ARMORED), ARMOR),
    **dict.fromkeys(_HYBRID, HYBRID),
    "scrypt": PASSPHRASE,
}
"""Vectors that must open and are refused here, by the kind of file that no stick is to bring."""


@dataclass(frozen=True)
class Vector:
    name: str
    head: dict[str, list[str]]
    body: bytes

    @property
    def expect(self) -> str:
        return self.head["expect"][0]


def is_ours(path: Path, head: bytes) -> bool:
    return head.startswith(b"expect: ") or (path.parent.name == "testdata" and b"\nexpect: " in head)


def run(paths: Iterable[Path]) -> Tally:
    tally = Tally(CORPUS)
    for path in paths:
        vector = read(path)
        if set(vector.head) - _HEAD:
            tally.agreed["of a newer kit, left out as its rules say"] += 1
        else:
            _judge(tally, vector)
    return tally


def read(path: Path) -> Vector:
    text, _, body = path.read_bytes().partition(b"\n\n")
    head: dict[str, list[str]] = {}
    for line in text.decode("utf-8").splitlines():
        name, _, value = line.partition(": ")
        head.setdefault(name, []).append(value)
    if head.get("compressed") == ["zlib"]:
        body = zlib.decompress(body)
    return Vector(path.name, head, body)


def _judge(tally: Tally, vector: Vector) -> None:
    try:
        opened = unseal(vector.body, _identities(vector))
    except Problem as problem:
        _judge_refused(tally, vector, problem)
        return
    except Exception as error:  # noqa: BLE001 - any other exception is what this looks for
        tally.violations.append(f"{vector.name}: {type(error).__name__}: {error}")
        return
    if vector.expect != "success":
        tally.violations.append(f"{vector.name}: must be refused ({vector.expect}) and was opened")
    elif hashlib.sha256(opened).hexdigest() != vector.head["payload"][0]:
        tally.violations.append(f"{vector.name}: opened to other bytes")
    elif vector.name in NOT_SUPPORTED:
        tally.violations.append(f"{vector.name}: opened, but listed here as not supported")
    else:
        tally.agreed["success, opened to the same bytes"] += 1


def _judge_refused(tally: Tally, vector: Vector, problem: Problem) -> None:
    if vector.expect != "success":
        tally.agreed[f"{vector.expect}, refused"] += 1
    elif vector.name in NOT_SUPPORTED:
        tally.agreed[f"success for age, not taken here by design: {NOT_SUPPORTED[vector.name]}"] += 1
    else:
        tally.violations.append(f"{vector.name}: must open and was refused ({problem.code})")


def _identities(vector: Vector) -> list[Identity]:
    """Return the X25519 identities of a vector; a stranger's where it has none that we know."""
    known = []
    for secret in vector.head.get("identity", []):
        try:
            known.append(identity_of(secret))
        except Problem:
            continue
    return known or [new_identity()]
