"""Submissions of many schools for `bench merge`: a few real ones, signed again under other codes.

The few are made by the doors a clerk uses; for every other school the code, the name, the writer and
the positions of the rows are changed and the package is put together, signed and (where it is sealed)
encrypted anew, so that no two files hold the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eduapp.exchange import sealing
from eduapp.exchange.canonical import read_json, write_json
from eduapp.exchange.container import read_container, write_container
from eduapp.exchange.manifest import Manifest, StandardUsed
from eduapp.exchange.signing import SUBMISSION, WriterKey
from eduapp.exchange.submission import build
from eduapp.services import packing
from tests.bench.edit import Size, make

COUNTY, YEAR = "430900", 2026
TYPICAL = Size(teachers=60, classes=20, rooms=120, homework=3_000, training=300)
KINDS = 4
_CODE = "2143000123"


@dataclass(frozen=True)
class Model:
    """A submission from which others are made: its files, and what its package says."""

    files: dict[str, bytes]
    package: dict[str, Any]


def key_of(number: int) -> WriterKey:
    """Return the key of school `number`."""
    return WriterKey(hashlib.sha256(f"bench {number}".encode()).digest())


def code_of(number: int) -> str:
    """Return the code of school `number`."""
    return f"2143{number:06d}"


def models(folder: Path, recipients: tuple[str, ...] = (), typical: Size = TYPICAL) -> list[Model]:
    """Make the few real ones: schools of about a size."""
    made = []
    for kind in range(KINDS):
        homework = typical.homework - typical.homework // 20 * kind
        size = replace(typical, homework=homework, rooms=typical.rooms + 10 * kind)
        with make(folder, f"模{kind}", size) as book:
            manifest = Manifest(
                app="0.1.0", county=COUNTY, school=_CODE, name=f"模{kind}", kind="211", year=YEAR,
                practice=False, round=str(YEAR), writer="0f0e0d0c-0b0a-4908", seq=1, prev=None,
                state="final", standards=(StandardUsed("national-2017", "0" * 64),), recipients=recipients,
            )  # fmt: skip
            files = read_container(build(manifest, packing.pack(book.draft), key_of(0)).data)
        package: Any = read_json(files["datapackage.json"])
        made.append(Model(files, package))
    return made


def submission_of(model: Model, number: int, seq: int = 1) -> tuple[bytes, str]:
    """Return a submission of school `number` with the rows of a model, sealed if it names recipients; its id.

    The second of a school names the first.
    """
    before = submission_of(model, number, seq - 1)[1] if seq > 1 else None
    return _made(model, number, seq, before)


def chain_of(folder: Path, model: Model, number: int, count: int) -> Iterator[Path]:
    """Write many submissions of one school, each after the one before, and yield their paths."""
    folder.mkdir()
    before = None
    for seq in range(1, count + 1):
        data, before = _made(model, number, seq, before)
        path = folder / f"{seq:04}.edusub"
        path.write_bytes(data)
        yield path


def _made(model: Model, number: int, seq: int, prev: str | None) -> tuple[bytes, str]:
    """Return a submission and its id; `prev` is the id of the one before."""
    name = f"第{number}学校"
    files = dict(model.files)
    for path, old, new in (
        ("data/school.csv", _CODE, code_of(number)),
        ("data/school.csv", model.package["eduapp"]["name"], name),
        ("data/homework.csv", "语文", "语文" if seq == 1 else "数学"),
    ):
        files[path] = files[path].decode().replace(old, new).encode()
    tables = sorted(each for each in files if each.startswith("data/"))
    data_id = hashlib.sha256(_sums(files, tables)).hexdigest()
    said = model.package["eduapp"] | {
        "school": code_of(number),
        "name": name,
        "writer": f"{number:08d}-0000-4000",
        "seq": seq,
        "prev": prev,
        "data_id": data_id,
    }
    resources = [
        each
        | {
            "bytes": len(files[each["path"]]),
            "hash": f"sha256:{hashlib.sha256(files[each['path']]).hexdigest()}",
        }
        for each in model.package["resources"]
    ]
    files["datapackage.json"] = write_json(model.package | {"resources": resources, "eduapp": said})
    listed = _sums(files, sorted([*tables, "datapackage.json"]))
    signed = {"SHA256SUMS": listed, "SHA256SUMS.sig": key_of(number).sign(SUBMISSION, listed)}
    data = write_container(files | signed)
    own_id = hashlib.sha256(listed).hexdigest()
    return (sealing.seal(data, said["recipients"]) if said["recipients"] else data), own_id


def write_stick(folder: Path, models: list[Model], schools: int) -> Iterator[Path]:
    """Write one submission a school, and yield its path."""
    folder.mkdir()
    for number in range(1, schools + 1):
        path = folder / f"{code_of(number)}.edusub"
        path.write_bytes(submission_of(models[number % len(models)], number)[0])
        yield path


def _sums(files: dict[str, bytes], names: list[str]) -> bytes:
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names)
    return "".join(lines).encode()
