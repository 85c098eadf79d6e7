"""Collections of odd ZIP files (libzip, yauzl) against the container's reader: all are to be refused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from db.problems import Problem
from eduapp.exchange.container import read_container
from tests.vectors.tally import Tally

CORPUS = "ZIP collections"


def is_ours(path: Path, _head: bytes) -> bool:
    return path.suffix.lower() == ".zip"


def run(paths: Iterable[Path]) -> Tally:
    tally = Tally(CORPUS)
    for path in paths:
        try:
            read_container(path.read_bytes())
        except Problem as problem:
            tally.agreed[f"refused ({problem.code})"] += 1
        except Exception as error:  # noqa: BLE001 - any other exception is what this looks for
            tally.violations.append(f"{path.name}: {type(error).__name__}: {error}")
        else:
            tally.violations.append(f"{path.name}: was read as a container of ours")
    return tally
