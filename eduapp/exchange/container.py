"""The container: a ZIP with one possible byte form, read without unpacking anything.

Every entry is stored (no compression: there is nothing to inflate), with one date, one set of
attributes and one order. Stock ``unzip`` opens it, and Python's ``zipfile`` with the same ZipInfo
fields writes the same bytes. The reader walks the local headers only; it then demands that writing
the entries again gives every byte of the file, so that directory, checksums, gaps and trailing
bytes need no reading of their own and no two readers can see two different contents.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import Final

from db.problems import Problem

LIST_NAME: Final = "SHA256SUMS"
SIGNATURE_NAME: Final = "SHA256SUMS.sig"
PACKAGE_NAME: Final = "datapackage.json"

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_ENTRIES: Final = 64
MAX_SMALL_BYTES: Final = 64 * 1024

_LOCAL: Final = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END: Final = struct.Struct("<4sHHHHLLH")
_LOCAL_MARK: Final = b"PK\x03\x04"
_CENTRAL_MARK: Final = b"PK\x01\x02"
_END_MARK: Final = b"PK\x05\x06"
_VERSION: Final = 20
_MADE_BY: Final = 0x0314  # Unix, so that the attributes below mean a plain readable file
_DATE: Final = 0x0021  # 1980-01-01, the earliest that ZIP can say
_ATTRIBUTES: Final = 0o100644 << 16
_FIRST: Final = (SIGNATURE_NAME, LIST_NAME, PACKAGE_NAME)
_DATA_NAME: Final = re.compile(r"data/[a-z_]{1,60}\.csv", re.ASCII)


def allowed_name(name: str) -> bool:
    """Tell whether an entry may have this name; every other name is refused, never skipped."""
    return name in _FIRST or _DATA_NAME.fullmatch(name) is not None


def in_order(names: Mapping[str, bytes]) -> list[str]:
    """Return the names in the one order of the container: signature, list, package, then data."""
    return [*(name for name in _FIRST if name in names), *sorted(set(names) - set(_FIRST))]


def write_container(files: Mapping[str, bytes]) -> bytes:
    """Return the canonical ZIP of ``files`` (name to content).

    Raises Problem ``too-large`` beyond 64 MiB, 64 entries or 64 KiB for signature and list;
    ValueError for a name that is not allowed (a bug of the caller).
    """
    if not all(map(allowed_name, files)):
        message = f"names not allowed: {[name for name in files if not allowed_name(name)]}"
        raise ValueError(message)
    if len(files) > MAX_ENTRIES:
        raise Problem("too-large", size=f"内有 {len(files)} 个文件", limit=f"{MAX_ENTRIES} 个")
    _check_small(files)
    names = in_order(files)
    overhead = sum(_LOCAL.size + _CENTRAL.size + 2 * len(name) for name in names) + _END.size
    size = overhead + sum(map(len, files.values()))
    if size > MAX_BYTES:
        raise Problem("too-large", size=f"{size} 字节", limit=f"{MAX_BYTES} 字节")
    return _packed(names, files)


def _packed(names: list[str], files: Mapping[str, bytes]) -> bytes:
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in names:
        raw, data = name.encode("ascii"), files[name]
        # version, flags, method stored, time, date, checksum, both sizes
        common = (_VERSION, 0, 0, 0, _DATE, zlib.crc32(data), len(data), len(data), len(raw), 0)
        local = _LOCAL.pack(_LOCAL_MARK, *common) + raw
        directory.append(_CENTRAL.pack(_CENTRAL_MARK, _MADE_BY, *common, 0, 0, 0, _ATTRIBUTES, offset) + raw)
        body += [local, data]
        offset += len(local) + len(data)
    length = sum(map(len, directory))
    end = _END.pack(_END_MARK, 0, 0, len(names), len(names), length, offset, 0)
    return b"".join([*body, *directory, end])


def _check_small(files: Mapping[str, bytes]) -> None:
    for name in (SIGNATURE_NAME, LIST_NAME):
        size = len(files.get(name, b""))
        if size > MAX_SMALL_BYTES:
            raise Problem("too-large", size=f"{name} {size} 字节", limit=f"{MAX_SMALL_BYTES} 字节")


def looks_like_container(head: bytes) -> bool:
    """Tell from the first bytes whether a file claims to be a container (it may still be damaged)."""
    mark = SIGNATURE_NAME.encode("ascii")
    return head.startswith(_LOCAL_MARK) and head[_LOCAL.size : _LOCAL.size + len(mark)] == mark


def read_container(data: bytes) -> dict[str, bytes]:
    """Return the entries of a canonical container, in its order.

    Raises Problem ``too-large`` or ``damaged``, and nothing else, for any bytes whatever.
    """
    if len(data) > MAX_BYTES:
        raise Problem("too-large", size=f"{len(data)} 字节", limit=f"{MAX_BYTES} 字节")
    files = _local_entries(data)
    if not all(name in files for name in _FIRST):
        raise Problem("damaged", reason="缺少签名、清单或说明文件")
    _check_small(files)
    if _packed(in_order(files), files) != data:
        raise Problem("damaged", reason="文件的结构不是规定的唯一形式")
    return files


def _local_entries(data: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == _LOCAL_MARK:
        if len(files) >= MAX_ENTRIES:
            raise Problem("too-large", size=f"内有文件多于 {MAX_ENTRIES} 个", limit=f"{MAX_ENTRIES} 个")
        if at + _LOCAL.size > len(data):
            raise Problem("damaged", reason="文件不完整")
        header = _LOCAL.unpack_from(data, at)
        size, name_length = header[8], header[9]
        start = at + _LOCAL.size + name_length
        at = start + size
        if at > len(data):
            raise Problem("damaged", reason="文件不完整")
        name = data[start - name_length : start].decode("latin-1")
        if not allowed_name(name) or name in files:
            raise Problem("damaged", reason="内有多余或重复的文件")
        files[name] = data[start : start + size]
    return files
