"""The submission: one signed file with the whole state of a school, made and read in memory.

::

    X.edusub = ZIP, stored     SHA256SUMS.sig   SSHSIG over SHA256SUMS       ssh-keygen -Y verify
                               SHA256SUMS       the hash of every other file sha256sum -c
                               datapackage.json Frictionless Data Package v2 frictionless validate
                               data/*.csv       the tables

The id is the SHA-256 of SHA256SUMS. The data id is the SHA-256 of its lines for ``data/``
(``grep '  data/' SHA256SUMS | sha256sum``): it stays the same as long as no cell changes.

The reader's order, each step with its own Problem: size ``too-large``, container ``damaged``,
``signature-invalid``, ``list-mismatch``, ``hash-mismatch``, the JSON ``not-canonical``,
``reader-too-old``, ``manifest-invalid``; then the caller's ``admitted`` (key, county, school, round,
writer, seq, prev); only then the tables: ``not-canonical``, ``column-type``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from db.problems import Problem
from eduapp.exchange import signing
from eduapp.exchange.canonical import Json, forbidden_free, read_json, write_json
from eduapp.exchange.container import (
    LIST_NAME,
    PACKAGE_NAME,
    SIGNATURE_NAME,
    read_container,
    write_container,
)
from eduapp.exchange.manifest import Manifest, read_manifest
from eduapp.exchange.signing import PublicKey, WriterKey
from eduapp.exchange.tables import Table, from_resource, read_table, to_resource, write_table

SUFFIX: Final = ".edusub"

_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_PACKAGE: Final = "submission"
_LIST_LINE: Final = re.compile(rb"([0-9a-f]{64})  ([a-zA-Z0-9_./]{1,100})\n")
_ILLEGAL: Final = re.compile(r'[<>:"/\\|?*]')
_STEM_CHARACTERS: Final = 80
_STEM_BYTES: Final = 230  # of the 255 that ext4 allows: room for the suffix, a number and ".part"


@dataclass(frozen=True)
class Submission:
    """A finished submission: its bytes, its id and data id (hex), and what it says about itself."""

    data: bytes
    id: str
    data_id: str
    manifest: Manifest


@dataclass(frozen=True)
class Unverified:
    """A file consistent with itself. Nobody has said yet that ``key`` may speak for this school."""

    manifest: Manifest
    key: PublicKey
    id: str
    data_id: str


@dataclass(frozen=True)
class Opened:
    """A submission whose key the caller admitted, with its tables."""

    manifest: Manifest
    tables: tuple[Table, ...]
    key: PublicKey
    id: str
    data_id: str


@dataclass(frozen=True)
class _Sealed:
    """The checked layers under the tables."""

    about: Unverified
    files: Mapping[str, bytes]
    resources: list[Json]


def build(manifest: Manifest, tables: Iterable[Table], key: WriterKey) -> Submission:
    """Return the signed submission of ``tables``; equal input gives equal bytes.

    ``manifest.data_id`` is filled in here. The result has been read back with the strict reader.
    Raises Problem ``text-not-allowed`` naming the cell, ``too-large``, ``column-type``,
    ``manifest-invalid``; ValueError for tables that no submission can hold (a bug of the caller).
    """
    ordered = sorted(tables, key=lambda table: table.path)
    if len({table.path for table in ordered}) != len(ordered):
        raise ValueError("two tables of one name")
    files = {table.path: write_table(table) for table in ordered}
    complete = replace(manifest, data_id=_data_id(files))
    package: dict[str, Json] = {
        "$schema": _PROFILE,
        "name": _PACKAGE,
        "resources": [to_resource(table, files[table.path]) for table in ordered],
        "eduapp": complete.to_json(),
    }
    files[PACKAGE_NAME] = write_json(package)
    listed = _list_of(files)
    files[LIST_NAME] = listed
    files[SIGNATURE_NAME] = key.sign(signing.SUBMISSION, listed)
    data = write_container(files)

    def own_key(_: Manifest, signer: PublicKey) -> None:
        if signer != key.public:
            raise Problem("signature-invalid")

    opened = open_verified(data, own_key)
    return Submission(data, opened.id, opened.data_id, opened.manifest)


def inspect(data: bytes) -> Unverified:
    """Return what a file says about itself, without reading any table.

    The container, the signature (for the key that the file carries), the list, the hashes and the
    manifest are checked; trust is not. Raises the Problems of these steps (see the module).
    """
    return _sealed(data).about


def open_verified(data: bytes, admitted: Callable[[Manifest, PublicKey], None]) -> Opened:
    """Return the submission with its tables, after ``admitted`` let its manifest and key pass.

    ``admitted`` raises the Problem that says why not (unknown or revoked key, other county, unknown
    school, other round, ...); no table is parsed before it returns.
    """
    sealed = _sealed(data)
    about = sealed.about
    admitted(about.manifest, about.key)
    empties = [from_resource(resource) for resource in sealed.resources]
    tables = tuple(read_table(empty, sealed.files[empty.path]) for empty in empties)
    return Opened(about.manifest, tables, about.key, about.id, about.data_id)


def _sealed(data: bytes) -> _Sealed:
    files = read_container(data)
    listed = files[LIST_NAME]
    key = signing.verify(files[SIGNATURE_NAME], signing.SUBMISSION, listed)
    _check_list(listed, files)
    package = read_json(files[PACKAGE_NAME])
    if not isinstance(package, Mapping) or "eduapp" not in package:
        raise Problem("manifest-invalid", member="eduapp")
    manifest = read_manifest(package["eduapp"])
    resources = package.get("resources")
    if package.get("name") != _PACKAGE or not isinstance(resources, list):
        raise Problem("manifest-invalid", member="name, resources")
    _check_resources(resources, files)
    data_id = _data_id(files)
    if manifest.data_id != data_id:
        raise Problem("hash-mismatch", file="data_id")
    about = Unverified(manifest, key, hashlib.sha256(listed).hexdigest(), data_id)
    return _Sealed(about, files, resources)


def _check_list(listed: bytes, files: Mapping[str, bytes]) -> None:
    lines = [(match[2].decode("ascii"), match[1].decode("ascii")) for match in _LIST_LINE.finditer(listed)]
    expected = sorted(set(files) - {LIST_NAME, SIGNATURE_NAME})
    if [name for name, _ in lines] != expected or len(listed) != sum(67 + len(name) for name in expected):
        raise Problem("list-mismatch")
    for name, digest in lines:
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise Problem("hash-mismatch", file=name)


def _list_of(files: Mapping[str, bytes]) -> bytes:
    """Return the list as ``sha256sum`` prints it, names in the order of their bytes."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode("ascii")


def data_id_of(tables: Iterable[Table]) -> str:
    """Return the data id that a submission of these tables would have: what paper shows."""
    return _data_id({table.path: write_table(table) for table in tables})


def _data_id(files: Mapping[str, bytes]) -> str:
    data = {name: content for name, content in files.items() if name.startswith("data/")}
    return hashlib.sha256(_list_of(data)).hexdigest()


def _check_resources(resources: list[Json], files: Mapping[str, bytes]) -> None:
    """Check that the package tells of exactly the tables that are there, with their size and hash."""
    expected = [name for name in files if name.startswith("data/")]
    members = [resource if isinstance(resource, Mapping) else {} for resource in resources]
    if [item.get("path") for item in members] != expected:
        raise Problem("list-mismatch")
    for name, item in zip(expected, members, strict=True):
        digest = f"sha256:{hashlib.sha256(files[name]).hexdigest()}"
        if item.get("bytes") != len(files[name]) or item.get("hash") != digest:
            raise Problem("hash-mismatch", file=name)


def file_name(manifest: Manifest, submission_id: str) -> str:
    r"""Return the name for people: ``school_name_year_state_seq_id8.edusub``.

    Legal on FAT, exFAT, NTFS and ext4: NFC, none of ``<>:"/\|?*``, no control characters, at most 80
    characters (and 230 bytes) before the suffix; the school's name is shortened where needed. The
    code in front and the id at the end keep it from being a reserved name or ending in a dot.
    """
    name = unicodedata.normalize("NFC", forbidden_free(manifest.name)).replace("\ufffd", "_")
    name = _ILLEGAL.sub("_", name).strip(" .")
    tail = f"_{manifest.year}_{manifest.state}_{manifest.seq:04d}_{submission_id[:8]}"
    while True:
        stem = f"{manifest.school}_{name}{tail}"
        if len(stem) <= _STEM_CHARACTERS and len(stem.encode("utf-8")) <= _STEM_BYTES:
            return stem + SUFFIX
        name = name[:-1]
