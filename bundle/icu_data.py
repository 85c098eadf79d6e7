"""Cuts Qt's copy of ICU's data to what Qt asks of it: 32 MB to a seventh, a sixth of the whole program.

Qt asks ICU for the order of texts, upper and lower case, names of time zones and converters between
character sets (`nm -D libQt6Core.so.6`), and our texts are Chinese. What ICU does not find of a language it
takes from its root, as it does for a language it never had. Not kept: names of units, currencies, languages
and regions, line breaking, transliteration, spelling of numbers, converters of other countries.

The file is a shared library with nothing but data in it: one symbol, `icudtNN_dat`, an ICU common data
package (`CmnD` 1.0: header, table of contents sorted by name, items on 16 bytes) in the first of two loaded
segments. The second keeps its addresses and moves forward in the file. Any other shape is refused with
ValueError, and the build stops until somebody has looked.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

PAGE, ALIGN = 0x1000, 16
_KEPT = re.compile(
    r"(coll|zone)/(root|zh.*|en|res_index|pool)\.res|coll/ucadata\.icu"
    r"|(root|zh.*|en|en_US|res_index|pool)\.res"
    r"|(?!unames)[^/]*\.(icu|nrm|spp|cfu)"
    r"|(supplementalData|zoneinfo64|timezoneTypes|metaZones|windowsZones|keyTypeData|likelySubtags"
    r"|numberingSystems|icuver|icustd|plurals|pluralRanges|dayPeriods|genderList|currencyNumericCodes"
    r"|langInfo|grammaticalFeatures|units)\.res"
    # gb18030, GBK, Big5 with what they are made from, Western, plain Unicode
    r"|(gb18030|windows-936-2000|ibm-1386_P100-2001|windows-950-2000|ibm-1373_P100-2002|ibm-1375_P100-2008"
    r"|ibm-5348_P100-1997|ibm-1252_P100-2000|ibm-367_P100-1995|ibm-819_P100-1999|utf16.*|utf32.*)\.cnv"
)


def cut(library: Path) -> int:
    """Put a smaller library in the place of `library`; return the bytes saved. Raises ValueError."""
    whole = library.read_bytes()
    try:
        small = smaller(whole)
    except struct.error as error:
        raise ValueError(f"ICU's data library ends early: {error}") from error
    part = library.with_name(library.name + ".part")
    part.write_bytes(small)
    part.chmod(library.stat().st_mode)
    Path(part).replace(library)
    return len(whole) - len(small)


def smaller(whole: bytes) -> bytes:
    """Return the library with the items that are kept."""
    entries = _segments(whole)
    first, second = (each for each in entries if each[1] == 1)  # PT_LOAD
    symbol, at, size = _symbol(whole)
    _require(
        first[2] == first[3] == 0 and at + size <= first[5], "the data is not at the end of the first segment"
    )
    data = _package(whole[at : at + size])
    end = at + len(data)
    moved = -(-end // PAGE) * PAGE + second[3] % PAGE
    tail = whole[second[2] : second[2] + second[5]]
    made = bytearray(whole[:at] + data)
    made += bytes(moved - len(made)) + tail
    shift = second[2] - moved
    for place, _, offset, address, _, filled, memory in entries:
        if offset >= second[2]:
            struct.pack_into("<Q", made, place + 8, offset - shift)
        elif (offset, address) == (first[2], first[3]):
            _require(filled == memory, "a segment that grows")
            struct.pack_into("<QQ", made, place + 32, end, end)
    struct.pack_into("<Q", made, symbol + 16, len(data))
    struct.pack_into("<Q", made, 40, 0)  # no table of sections: the loader needs none
    struct.pack_into("<HHH", made, 58, 0, 0, 0)
    return bytes(made)


def _segments(whole: bytes) -> list[tuple[int, int, int, int, int, int, int]]:
    """Return (place in the file, type, offset, address, physical, bytes in the file, in memory) of each."""
    _require(whole[:6] == b"\x7fELF\x02\x01", "no 64-bit library")
    start, size, count = struct.unpack_from("<Q", whole, 32)[0], *struct.unpack_from("<HH", whole, 54)
    found = []
    for place in range(start, start + size * count, size):
        kind, _flags, *rest = struct.unpack_from("<IIQQQQQ", whole, place)
        found.append((place, kind, *rest))
    _require(sum(each[1] == 1 for each in found) == 2, "not two loaded segments")  # noqa: PLR2004
    return found


def _symbol(whole: bytes) -> tuple[int, int, int]:
    """Return where the one symbol's entry stands, and the data's place and size."""
    found = re.search(rb"icudt\d+_dat\x00", whole[:PAGE])
    _require(found is not None, "no icudt symbol")
    start, size, count = struct.unpack_from("<Q", whole, 40)[0], *struct.unpack_from("<HH", whole, 58)
    _require(start and size and count, "no table of symbols")
    for place in range(start, start + size * count, size):
        kind = struct.unpack_from("<I", whole, place + 4)[0]
        if kind == 11:  # noqa: PLR2004 - SHT_DYNSYM
            offset, length = struct.unpack_from("<QQ", whole, place + 24)
            _require(length == 2 * 24, "more than one symbol")
            address, bytes_ = struct.unpack_from("<QQ", whole, offset + 24 + 8)
            return offset + 24, address, bytes_
    raise ValueError("no table of symbols")


def _package(data: bytes) -> bytes:
    """Return the package with the items that are kept, under their names."""
    header = struct.unpack_from("<H", data)[0]
    _require(data[2:4] == b"\xda\x27" and data[12:16] == b"CmnD" and data[16] == 1, "no ICU data package")
    count = struct.unpack_from("<I", data, header)[0]
    pairs = [struct.unpack_from("<II", data, header + 4 + 8 * each) for each in range(count)]
    ends = [start for _, start in pairs[1:]] + [len(data) - header]
    items: list[tuple[bytes, bytes]] = []
    for (name_at, start), end in zip(pairs, ends, strict=True):
        name = data[header + name_at : data.index(b"\0", header + name_at)]
        if _KEPT.fullmatch(name.decode().partition("/")[2]):
            items.append((name, data[header + start : header + end]))
    _require(len(items) > 20, "the items have other names")  # noqa: PLR2004
    names = b"".join(name + b"\0" for name, _ in items)
    table = 4 + 8 * len(items)
    content = bytearray(bytes(table) + names)
    struct.pack_into("<I", content, 0, len(items))
    name_at = table
    for number, (name, item) in enumerate(items):
        content += bytes(-(header + len(content)) % ALIGN)
        struct.pack_into("<II", content, 4 + 8 * number, name_at, len(content))
        name_at += len(name) + 1
        content += item
    return data[:header] + bytes(content)


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(f"ICU's data library has another shape: {otherwise}")
