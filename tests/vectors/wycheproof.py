"""Wycheproof's Ed25519 vectors against the check that `signing.verify` makes of every signature."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from db.problems import Problem
from eduapp.exchange.signing import PublicKey, raw_signature_fits
from tests.vectors.tally import Tally

CORPUS = "Wycheproof Ed25519"
_SCHEMA = b'"eddsa_verify_schema'


def is_ours(path: Path, head: bytes) -> bool:
    return path.suffix == ".json" and _SCHEMA in head


def run(paths: Iterable[Path]) -> Tally:
    tally = Tally(CORPUS)
    for path in paths:
        for group in json.loads(path.read_bytes())["testGroups"]:
            key = group["publicKey"]
            if key.get("curve") != "edwards25519":
                tally.agreed["another curve, left out"] += len(group["tests"])
                continue
            for test in group["tests"]:
                _judge(tally, path.name, bytes.fromhex(key["pk"]), test)
    return tally


def _judge(tally: Tally, name: str, key: bytes, test: dict[str, object]) -> None:
    message, signature = (bytes.fromhex(str(test[part])) for part in ("msg", "sig"))
    said, wanted = raw_signature_fits(key, signature, message), str(test["result"])
    if wanted == "acceptable":
        tally.agreed[f"acceptable either way, here {'accepted' if said else 'refused'}"] += 1
    elif said == (wanted == "valid"):
        tally.agreed[f"{wanted}, {'accepted' if said else 'refused'}"] += 1
    elif wanted == "valid" and not _key_is_taken(key):
        tally.agreed["valid, refused: our key check takes no such key"] += 1
        tally.notes.append(f"{name} test {test['tcId']}: the key is refused before the signature is read")
    else:
        tally.violations.append(f"{name} test {test['tcId']} ({test['comment']}): {wanted}, but {said}")


def _key_is_taken(key: bytes) -> bool:
    try:
        PublicKey(key)
    except Problem:
        return False
    return True
