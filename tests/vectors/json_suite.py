"""JSONTestSuite against the reader of `datapackage.json`.

Its files are named y_ (must be read), n_ (must not) and i_ (either). Ours reads one spelling only, so it
may refuse any of them, but read no n_ and fail in no other way than by a Problem. What a y_ file says is
also written in our spelling and read back, wherever that spelling can say it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from db.problems import Problem
from eduapp.exchange.canonical import read_json, write_json
from tests.vectors.tally import Tally

CORPUS = "JSONTestSuite"
_NAME = re.compile(r"[yni]_.+\.json")


def is_ours(path: Path, _head: bytes) -> bool:
    return _NAME.fullmatch(path.name) is not None


def run(paths: Iterable[Path]) -> Tally:
    tally = Tally(CORPUS)
    for path in paths:
        kind, data = path.name[0], path.read_bytes()
        try:
            read_json(data, path.name)
        except Problem as problem:
            tally.agreed[f"{kind}_ refused ({problem.code})"] += 1
        except Exception as error:  # noqa: BLE001 - any other exception is what this looks for
            tally.violations.append(f"{path.name}: {type(error).__name__}: {error}")
        else:
            if kind == "n":
                tally.violations.append(f"{path.name}: is no JSON and was read")
            else:
                tally.agreed[f"{kind}_ read"] += 1
        if kind == "y":
            _read_in_our_spelling(tally, path.name, data)
    return tally


def composed(value: object) -> object:
    """Return a value with its texts as our spelling writes them: NFC (U+2000 is U+2002)."""
    return json.loads(unicodedata.normalize("NFC", json.dumps(value, ensure_ascii=False)))


def _read_in_our_spelling(tally: Tally, name: str, data: bytes) -> None:
    value = json.loads(data)
    try:
        again = write_json(value, name)
    except (Problem, ValueError, TypeError):
        tally.also["y_ content that our spelling cannot say (floats, control characters, ...)"] += 1
        return
    if read_json(again, name) == composed(value):
        tally.also["y_ content read in our spelling"] += 1
    else:
        tally.violations.append(f"{name}: in our spelling it is read as something else")
