"""Collections of odd ZIP files (libzip, yauzl, libarchive) against the two doors that a ZIP has.

As a container of ours all are to be refused. Given out as a spreadsheet a ZIP that is one may be read;
what is none is to be refused, and neither may fail in another way than by a Problem.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from db.problems import Problem
from eduapp.exchange.container import read_container
from eduapp.exchange.sheet_reading import read_sheets
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
        _as_spreadsheet(tally, path)
    return tally


def _as_spreadsheet(tally: Tally, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder, "a.xlsx")
        shutil.copyfile(path, named)
        try:
            read_sheets(named)
        except Problem as problem:
            tally.also[f"as a spreadsheet: refused ({problem.code})"] += 1
        except Exception as error:  # noqa: BLE001 - as above
            tally.violations.append(f"{path.name}, as a spreadsheet: {type(error).__name__}: {error}")
        else:
            tally.also["as a spreadsheet: read, it is one"] += 1
