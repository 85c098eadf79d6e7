"""Old binary workbooks made byte by byte: what .xls and .et files of the trade are, and can be."""

import struct

ERROR_CODES = {"#DIV/0!": 0x07, "#N/A": 0x2A, "#REF!": 0x17}


class Error(str):
    """An error of a cell: its text."""

    __slots__ = ()


def old_workbook(  # noqa: C901 - one record after the other
    rows: list[list[str | float | None]],
    hidden: tuple[int, ...] = (),
    merged: tuple[tuple[int, int, int, int], ...] = (),
) -> bytes:
    """Make a BIFF8 workbook of one sheet in an OLE container, as Excel 97-2003 and WPS .et are.

    `hidden` rows and `merged` (top, bottom, left, right) count from 0, all included.
    """

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def text(value: str) -> bytes:
        return value.encode("utf-16-le")

    def cell(row: int, at: int, value: str | float | None) -> bytes:
        place = struct.pack("<HHH", row, at, 0)
        if value is None:
            return b""
        if isinstance(value, Error):
            return record(0x0205, place + struct.pack("<BB", ERROR_CODES[value], 1))
        if isinstance(value, str):
            return record(0x0204, place + struct.pack("<HB", len(value), 1) + text(value))
        return record(0x0203, place + struct.pack("<d", value))

    name = "表一"
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    bound = len(start) + 4 + 8 + 2 * len(name) + 4
    sheet_entry = struct.pack("<IBBBB", bound, 0, 0, len(name), 1) + text(name)
    stream = start + record(0x0085, sheet_entry) + record(0x000A, b"")
    stream += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row in hidden:
        stream += record(0x0208, struct.pack("<HHHHHHHH", row, 0, 9, 255, 0, 0, 0x0120, 0x000F))
    for index, row in enumerate(rows):
        stream += b"".join(cell(index, at, value) for at, value in enumerate(row))
    if merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
        stream += record(0x00E5, struct.pack("<H", len(merged)) + areas)
    stream += record(0x000A, b"")
    stream = stream.ljust(4096, b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))

    def entry(title: str, kind: int, child: int, first: int, size: int) -> bytes:
        length = 2 * len(title) + 2 if title else 0
        head = text(title).ljust(64, b"\0") + struct.pack("<HBB", length, kind, 1)
        head += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
        return head + bytes(36) + struct.pack("<IQ", first, size)

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    folder += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (108 * 4)
    return header + struct.pack("<128I", *table) + folder + stream
