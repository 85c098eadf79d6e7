"""The submission: one signed file with the whole state of a school, made and read in memory.

::

    X.edusub = age file       to the county, its escrow and the school's archive   age -d
    of         signed package (see ``package``)                                    unzip, ssh-keygen, ...

A county without recipients gets the bare package, without personal fields. The reader's order:
``not-for-us`` and ``damaged`` of the encryption, the steps of the package, ``reader-too-old``,
``manifest-invalid``; then the caller's ``admitted`` (key, county, school, round, writer, seq, prev);
only then the tables: ``not-canonical``, ``column-type``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from db.problems import Problem
from eduapp.exchange import sealing
from eduapp.exchange.canonical import forbidden_free
from eduapp.exchange.container import looks_like_container
from eduapp.exchange.manifest import Manifest, read_manifest
from eduapp.exchange.package import (
    SUBMISSION,
    Package,
    build_package,
    data_id_of_files,
    open_package,
    package_id,
    tables_of,
    write_tables,
)
from eduapp.exchange.sealing import Identity
from eduapp.exchange.signing import PublicKey, WriterKey, grouped
from eduapp.exchange.text_tables import Table
from eduapp.exchange.voucher import form_digits

SUFFIX: Final = ".edusub"

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
class Opened:
    """A submission whose key the caller admitted, with its tables."""

    manifest: Manifest
    tables: tuple[Table, ...]
    key: PublicKey
    id: str
    data_id: str


@dataclass(frozen=True)
class Unverified:
    """A file consistent with itself. Nobody has said yet that ``key`` may speak for this school."""

    manifest: Manifest
    key: PublicKey
    id: str
    data_id: str
    sealed: bool
    stanzas: int
    """To how many X25519 recipients the encryption says it is: plausibility, no proof; 0 in a plain file."""
    package: Package[Manifest] = field(repr=False, compare=False)

    @property
    def form_digits(self) -> str:
        """The 30 digits, in groups of five, that the signer's computer shows and prints on its form."""
        return grouped(form_digits(self.manifest.county, self.manifest.school, self.key))

    def opened(self, admitted: Callable[[Manifest, PublicKey], None]) -> Opened:
        """Return the submission with its tables, after ``admitted`` let its manifest and key pass.

        ``admitted`` raises the Problem that says why not (unknown or revoked key, other county,
        unknown school, other round, ...); no table is parsed before it returns.
        """
        admitted(self.manifest, self.key)
        return Opened(self.manifest, tables_of(self.package), self.key, self.id, self.data_id)


def build(manifest: Manifest, tables: Iterable[Table], key: WriterKey) -> Submission:
    """Return the signed submission of ``tables``, not yet sealed; equal input gives equal bytes.

    ``manifest.data_id`` is filled in here. The result has been read back with the strict reader.
    Raises Problem ``text-not-allowed`` naming the cell, ``too-large``, ``column-type``,
    ``manifest-invalid``; ValueError for tables that no submission can hold (a bug of the caller).
    """
    kept = tuple(tables)
    data = build_package(SUBMISSION, _complete(manifest, kept).to_json(), kept, key)

    def own_key(_: Manifest, signer: PublicKey) -> None:
        if signer != key.public:
            raise Problem("signature-invalid")

    opened = open_verified(data, own_key)
    return Submission(data, opened.id, opened.data_id, opened.manifest)


def id_of(manifest: Manifest, tables: Sequence[Table]) -> str:
    """Return the id that the submission of ``tables`` would have; raises the Problems of ``build``."""
    return package_id(SUBMISSION, _complete(manifest, tables).to_json(), tables)


def _complete(manifest: Manifest, tables: Sequence[Table]) -> Manifest:
    return replace(manifest, data_id=data_id_of(tables))


def sealed(made: Submission, archive: Identity) -> Submission:
    """Return a submission as an age file to the recipients that its manifest names.

    The school's own ``archive`` is one of them: the result has been opened with it and compared.
    """
    data = sealing.seal(made.data, made.manifest.recipients)
    if sealing.unseal(data, [archive]) != made.data:
        raise Problem("damaged", reason="加密后再打开,内容不同")
    return replace(made, data=data)


def inspect(data: bytes, identities: Sequence[Identity] = ()) -> Unverified:
    """Return what a file says about itself, without reading any table.

    A sealed file is opened in memory with one of ``identities`` (Problem ``not-for-us``). The
    container, the signature (for the key that the file carries), the list, the hashes and the
    manifest are checked; trust is not. Raises the Problems of these steps (see the module).
    """
    is_sealed = sealing.is_sealed(data)
    package = open_package(sealing.unseal(data, identities) if is_sealed else data, SUBMISSION, read_manifest)
    manifest = package.about
    if manifest.data_id != package.data_id:
        raise Problem("hash-mismatch", file="data_id")
    stanzas = sealing.stanzas(data) if is_sealed else 0
    return Unverified(manifest, package.key, package.id, package.data_id, is_sealed, stanzas, package)


def open_verified(
    data: bytes, admitted: Callable[[Manifest, PublicKey], None], identities: Sequence[Identity] = ()
) -> Opened:
    """Return a submission with its tables: ``inspect``, then ``Unverified.opened``."""
    return inspect(data, identities).opened(admitted)


def looks_like_submission(head: bytes) -> bool:
    """Tell from the first bytes whether a file claims to be a submission (it may still be damaged)."""
    return looks_like_container(head) or sealing.is_sealed(head)


def data_id_of(tables: Iterable[Table]) -> str:
    """Return the data id that a submission of these tables would have: what paper shows."""
    return data_id_of_files(write_tables(tables))


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
