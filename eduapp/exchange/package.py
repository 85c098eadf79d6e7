"""The signed package under every file that travels: submission, round file, receipt, key request.

::

    ZIP, stored     SHA256SUMS.sig   SSHSIG over SHA256SUMS       ssh-keygen -Y verify
                    SHA256SUMS       the hash of every other file sha256sum -c
                    datapackage.json Frictionless Data Package v2 frictionless validate
                    data/*.csv       the tables

The id of a package is the SHA-256 of SHA256SUMS. The data id is the SHA-256 of its lines for
``data/`` (``grep '  data/' SHA256SUMS | sha256sum``): it stays the same as long as no cell changes.

The reader's order, each step with its own Problem: size ``too-large``, container ``damaged``,
``signature-invalid`` or ``other-kind``, ``list-mismatch``, ``hash-mismatch``, the JSON ``not-canonical``,
``manifest-invalid``; no table is parsed before ``tables_of`` is asked for them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from db.problems import Problem
from eduapp.exchange import signing
from eduapp.exchange.canonical import Json, read_json, write_json
from eduapp.exchange.container import (
    LIST_NAME,
    PACKAGE_NAME,
    SIGNATURE_NAME,
    read_container,
    write_container,
)
from eduapp.exchange.signing import PublicKey, WriterKey
from eduapp.exchange.text_tables import Table, from_resource, read_table, to_resource

_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_LIST_LINE: Final = re.compile(rb"([0-9a-f]{64})  ([a-zA-Z0-9_./]{1,100})\n")
MEMBER: Final = "eduapp"
"""The member of datapackage.json in which a file speaks of itself."""


@dataclass(frozen=True)
class Purpose:
    """What a package is for: its name in datapackage.json, the namespace of its signature, its title."""

    name: str
    namespace: str
    title: str


SUBMISSION: Final = Purpose("submission", signing.SUBMISSION, "上报文件")
ROUND: Final = Purpose("round", signing.ROUND, "批次文件")
RECEIPT: Final = Purpose("receipt", signing.RECEIPT, "回执")
KEY_REQUEST: Final = Purpose("key-request", signing.KEY_REQUEST, "密钥登记申请")
_PURPOSES: Final = (SUBMISSION, ROUND, RECEIPT, KEY_REQUEST)


T = TypeVar("T")


@dataclass(frozen=True)
class Package(Generic[T]):
    """A package consistent with itself: its signer, ids, what it says of itself, its unread tables."""

    key: PublicKey
    id: str
    data_id: str
    about: T
    files: Mapping[str, bytes]
    resources: tuple[Json, ...]


def write_tables(tables: Iterable[Table]) -> dict[str, bytes]:
    """Return the CSV files of tables by path, in the order of their names.

    ValueError for two tables of one name (a bug of the caller); Problems of ``write_table``.
    """
    ordered = sorted(tables, key=lambda table: table.path)
    files = {table.path: table.csv for table in ordered}
    if len(files) != len(ordered):
        raise ValueError("two tables of one name")
    return files


def build_package(purpose: Purpose, about: Json, tables: Iterable[Table], key: WriterKey) -> bytes:
    """Return the bytes of a signed package; equal input gives equal bytes.

    Raises Problem ``text-not-allowed`` naming the cell, ``too-large``, ``column-type``.
    """
    files = _listed(purpose, about, tables)
    files[SIGNATURE_NAME] = key.sign(purpose.namespace, files[LIST_NAME])
    return write_container(files)


def package_id(purpose: Purpose, about: Json, tables: Iterable[Table]) -> str:
    """Return the id (hex) that the package of these would have, whoever signs it; raises its Problems."""
    return hashlib.sha256(_listed(purpose, about, tables)[LIST_NAME]).hexdigest()


def _listed(purpose: Purpose, about: Json, tables: Iterable[Table]) -> dict[str, bytes]:
    """Return the files of a package with their list, all but the signature."""
    ordered = sorted(tables, key=lambda table: table.path)
    files = write_tables(ordered)
    files[PACKAGE_NAME] = write_json(
        {
            "$schema": _PROFILE,
            "name": purpose.name,
            "resources": [to_resource(table, files[table.path]) for table in ordered],
            MEMBER: about,
        }
    )
    files[LIST_NAME] = _list_of(_digests(files))
    return files


def open_package(data: bytes, purpose: Purpose, read: Callable[[Json], T]) -> Package[T]:
    """Return a package of a purpose without reading any table; trust in its key is not said.

    ``read`` types what the package says of itself: it comes before the list of tables, so that a
    newer format can be told from a damaged one.
    """
    files = read_container(data)
    listed = files[LIST_NAME]
    key = _signer(files, purpose)
    digests = _checked_list(listed, files)
    package = read_json(files[PACKAGE_NAME])
    if not isinstance(package, Mapping) or MEMBER not in package:
        raise Problem("manifest-invalid", member=MEMBER)
    about = read(package[MEMBER])
    resources = package.get("resources")
    if package.get("name") != purpose.name or not isinstance(resources, list):
        raise Problem("manifest-invalid", member="name, resources")
    _check_resources(resources, files, digests)
    digest = hashlib.sha256(listed).hexdigest()
    return Package(key, digest, _data_id(digests), about, files, tuple(resources))


def tables_of(package: Package[T]) -> tuple[Table, ...]:
    """Return the tables of a package whose key the caller trusts.

    Raises Problem ``manifest-invalid``, ``not-canonical``, ``column-type``, ``damaged``.
    """
    empties = [from_resource(resource) for resource in package.resources]
    return tuple(read_table(empty, package.files[empty.path]) for empty in empties)


def data_id_of_files(files: Mapping[str, bytes]) -> str:
    """Return the data id of the tables among files by path (hex)."""
    return _data_id(_digests(files))


def _signer(files: Mapping[str, bytes], purpose: Purpose) -> PublicKey:
    """Return who signed for a purpose; Problem ``other-kind`` for a package of another purpose."""
    try:
        return signing.verify(files[SIGNATURE_NAME], purpose.namespace, files[LIST_NAME])
    except Problem:
        for other in _PURPOSES:
            if other is not purpose and _is_one(files, other):
                raise Problem("other-kind", found=other.title, wanted=purpose.title) from None
        raise


def _is_one(files: Mapping[str, bytes], purpose: Purpose) -> bool:
    try:
        signing.verify(files[SIGNATURE_NAME], purpose.namespace, files[LIST_NAME])
        _checked_list(files[LIST_NAME], files)
        package = read_json(files[PACKAGE_NAME])
    except Problem:
        return False
    return isinstance(package, Mapping) and package.get("name") == purpose.name


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _data_id(digests: Mapping[str, str]) -> str:
    data = {name: digest for name, digest in digests.items() if name.startswith("data/")}
    return hashlib.sha256(_list_of(data)).hexdigest()


def _list_of(digests: Mapping[str, str]) -> bytes:
    """Return the list as ``sha256sum`` prints it, names in the order of their bytes."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("ascii")


def _checked_list(listed: bytes, files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 (hex) of every listed file, after comparing list and files."""
    lines = [(match[2].decode("ascii"), match[1].decode("ascii")) for match in _LIST_LINE.finditer(listed)]
    expected = sorted(set(files) - {LIST_NAME, SIGNATURE_NAME})
    if [name for name, _ in lines] != expected or len(listed) != sum(67 + len(name) for name in expected):
        raise Problem("list-mismatch")
    for name, digest in lines:
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise Problem("hash-mismatch", file=name)
    return dict(lines)


def _check_resources(resources: list[Json], files: Mapping[str, bytes], digests: Mapping[str, str]) -> None:
    """Check that the package tells of exactly the tables that are there, with their size and hash."""
    expected = [name for name in files if name.startswith("data/")]
    members = [resource if isinstance(resource, Mapping) else {} for resource in resources]
    if [item.get("path") for item in members] != expected:
        raise Problem("list-mismatch")
    for name, item in zip(expected, members, strict=True):
        if item.get("bytes") != len(files[name]) or item.get("hash") != f"sha256:{digests[name]}":
            raise Problem("hash-mismatch", file=name)
