"""Damaged spreadsheets of every kind, each read as an import reads it: a Problem in words, or rows; no more.

A file is read in a child with 500 MB to itself and 30 seconds: whatever ends the child is a promise broken.
"""

from __future__ import annotations

import io
import random
import re
import resource
import signal
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl

from db.problems import Problem
from eduapp.exchange.list_reading import rows_on
from eduapp.services import importing, workbooks
from eduapp.services.importing_exports import read_by
from eduapp.services.importing_lists import OpenedSheets, profile_for
from tests.exchange.biff import old_workbook
from tests.exchange.odf import cell, line, ods, table
from tests.faults import children
from tests.faults.material import Material
from tests.faults.pace import Pace
from tests.faults.tally import Tally, say
from tests.services import exports

MEMORY, SECONDS = 500 * 1024 * 1024, 30
_A_CHILD = 40
"""Files that one child reads."""
_LISTS = ("school_class", "teacher", "equipment")


def run(material: Material, folder: Path, dice: random.Random, pace: Pace, tallies: list[Tally]) -> None:
    """Damage files by turns, each in another way."""
    tally = Tally("damaged spreadsheets")
    tallies.append(tally)
    whole = originals(folder, material.school)
    while pace.goes_on(tally.faults):
        read_damaged(whole, folder, dice, min(_A_CHILD, max(1, pace.wanted)), tally)
        say(f"   {tally.kind}: {tally.faults}, broken {len(tally.broken)}")


def originals(folder: Path, school: Path) -> list[tuple[str, bytes]]:
    """A file of each kind that an import reads: (name, bytes)."""
    place = folder / "sheets"
    place.mkdir(exist_ok=True)
    rows = [["班级", "年级", "学生数"], ["一(1)班", "一年级", 40], ["合计", None, 40]]
    with workbooks.open_school(school) as book:
        for record in _LISTS:
            importing.write_list(book, record, place / f"{record}.xlsx", filled=True)
    exports.roster(place / "roster.xlsx", [("1", "1班", 20), ("2", "2班", 20)])
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.active.merge_cells("A4:B5")
    made.active.row_dimensions[3].hidden = True
    made.save(place / "merged.xlsx")
    (place / "old.xls").write_bytes(old_workbook(rows, hidden=(1,), merged=((0, 1, 0, 1),)))
    ods(place / "open.ods", table(*(line(*(cell(str(text or "")) for text in row)) for row in rows)))
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in rows) * 20
    for name, coding in (("utf8", "utf-8-sig"), ("gb", "gb18030"), ("utf16", "utf-16")):
        (place / f"{name}.csv").write_bytes(text.encode(coding))
    return [(path.name, path.read_bytes()) for path in sorted(place.iterdir())]


def read_damaged(
    whole: list[tuple[str, bytes]], folder: Path, dice: random.Random, count: int, tally: Tally
) -> None:
    """Read some damaged files in one child and judge what it told."""
    files = [(name, damaged(data, dice)) for name, data in (dice.choice(whole) for _ in range(count))]

    def work(tell: children.Tell) -> None:
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for at, (name, data) in enumerate(files):
            signal.alarm(SECONDS)
            tell((at, "began"))
            tell((at, outcome(folder / f"damaged{Path(name).suffix}", data)))

    with tally.clock():
        ended = children.run(work)
    tally.faults += len(files)
    said = dict(ended.told)
    for at, what in said.items():
        name, data = files[at]
        if what == "began" or what.startswith("!"):
            kept = folder / f"broken-{tally.faults}-{at}{Path(name).suffix}"
            kept.write_bytes(data)
            tally.broken.append(f"{name}: {ended.error[-400:] if what == 'began' else what} ({kept})")
        else:
            tally.seen[what] += 1


def outcome(path: Path, data: bytes) -> str:
    """Read a file through every door of an import; return what was said, a broken promise with a ! before."""
    path.write_bytes(data)
    try:
        file = importing.opened(path)
        profile = profile_for(file)
        if profile is not None:
            read_by(profile, file, 2026)
            return "read by a profile"
        found = {_rows(file, record) for record in _LISTS}
    except Problem as problem:
        return problem.code if problem.what and problem.advice else f"!{problem.code} without words"
    except BaseException as error:  # noqa: BLE001 - whatever it is, nobody was told in words
        return f"!{type(error).__name__}: {error}"
    return "read" if True in found else "no-known-columns"


def _rows(file: OpenedSheets, record: str) -> bool:
    try:
        rows_on(file.sheets, record, file.path)
    except Problem as problem:
        if problem.code != "no-known-columns":
            raise
        return False
    return True


# --- how files are damaged ---


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Damage a file once to three times."""
    zipped = data.startswith(b"PK")
    ways: list[Callable[[bytes, random.Random], bytes]] = [_cut, _flip, _zero, _double, _swap]
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        way = dice.choice([*ways, *([_inside] * 5 if zipped else [_huge])])
        data = way(data, dice)
    return data


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _flip(data: bytes, dice: random.Random) -> bytes:
    turned = bytearray(data)
    for _ in range(dice.randint(1, 20) if turned else 0):
        turned[dice.randrange(len(turned))] = dice.randrange(256)
    return bytes(turned)


def _zero(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) // 512 + 1) * 512
    return data[:at] + bytes(len(data[at : at + 512])) + data[at + 512 :]


def _double(data: bytes, dice: random.Random) -> bytes:
    at, size = dice.randrange(len(data) + 1), dice.randint(1, 2000)
    return data[:at] + data[at : at + size] * dice.randint(2, 30) + data[at + size :]


def _swap(data: bytes, dice: random.Random) -> bytes:
    one, two = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return data[two:] + data[one:two] + data[:one]


def _huge(data: bytes, dice: random.Random) -> bytes:
    """Write a large number where one of 32 bits may stand."""
    at = dice.randrange(len(data) + 1)
    return (
        data[:at]
        + dice.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x01\x00"])
        + data[at + 4 :]
    )


_NUMBER = re.compile(rb'(?<=")\d+(?=")|(?<=[A-Z])\d+(?=")|(?<=>)\d+(?=<)')


def _inside(data: bytes, dice: random.Random) -> bytes:
    """Damage a part of a package, and pack it again with the right sums."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {each.filename: package.read(each) for each in package.infolist()}
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return _flip(data, dice)
    name = dice.choice(sorted(parts)) if parts else ""
    if not name:
        return data
    part = parts[name]
    match dice.randrange(6):
        case 0:
            parts[name] = _cut(part, dice)
        case 1:
            parts[name] = _flip(part, dice)
        case 2:
            found = list(_NUMBER.finditer(part))
            if found:
                each = dice.choice(found)
                huge = dice.choice([b"0", b"1048576", b"99999999999", b"-1", b"1e300", b"4294967295"])
                parts[name] = part[: each.start()] + huge + part[each.end() :]
        case 3:
            parts[name] = _double(part, dice)
        case 4:
            del parts[name]
        case _:
            parts[dice.choice(sorted(parts))] = part
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for each, content in parts.items():
            package.writestr(each, content)
    return out.getvalue()
