"""The one door to drives: which of them are plugged in, and of what kind the one behind a path is.

A stick is a removable drive, whatever its file system: Windows tells by the type of the drive, Linux by
the device behind the mount. Source: Windows documentation, GetDriveTypeW; Linux, proc(5) mountinfo and
Documentation/ABI/stable/sysfs-block (removable).
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class DriveKind(Enum):
    """Of a drive."""

    FIXED = "fixed"
    REMOVABLE = "removable"
    """Its medium can be taken out: a stick, a card, a disc."""
    EXTERNAL = "external"
    """Fixed in a box that hangs on a cable: a disk in a USB case."""
    NETWORK = "network"
    OTHER = "other"


STICKS: Final = frozenset({DriveKind.REMOVABLE, DriveKind.EXTERNAL})
"""What a person plugs in to carry files."""

MOUNTS = Path("/proc/self/mountinfo")
DEVICES = Path("/sys/dev/block")
_NETWORK: Final = frozenset({"cifs", "smb3", "smbfs", "nfs", "nfs4", "fuse.sshfs", "ncpfs", "afs", "9p"})
_TYPES: Final = {2: DriveKind.REMOVABLE, 3: DriveKind.FIXED, 4: DriveKind.NETWORK, 5: DriveKind.REMOVABLE}
"""What GetDriveTypeW returns; 6 is a disk in memory, 0 and 1 are no drive."""
_OF_THE_SYSTEM: Final = ("/", "/boot", "/boot/efi", "/efi", "/home", "/usr", "/var")


@dataclass(frozen=True)
class Drive:
    """A drive that is there: its topmost folder, its kind, whether it may be written."""

    root: Path
    kind: DriveKind
    writable: bool = True


def mounted(kinds: frozenset[DriveKind] = frozenset(DriveKind)) -> tuple[Drive, ...]:
    """Return the drives of these kinds that are ready, in the order in which the system names them.

    No other drive is asked anything on Windows: a share may be long gone, and would be waited for.
    """
    if sys.platform == "win32":
        return tuple(_of_windows(kinds))
    return tuple(each for each in _of_linux() if each.kind in kinds)


def sticks() -> tuple[Drive, ...]:
    """Return the drives that a person plugged in."""
    return mounted(STICKS)


def kind_of(path: Path) -> DriveKind:
    """Return the kind of the drive that a path, or the first folder above it that is there, lies on."""
    if sys.platform == "win32":
        return _type_of(_volume_of(path))
    there = next((each for each in (path, *path.parents) if each.exists()), Path("/"))
    device = there.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    system = next((each.system for each in _mounts() if each.number == number), "")
    return DriveKind.NETWORK if system in _NETWORK else _kind_of_device(DEVICES / number)


# --- Linux ---


@dataclass(frozen=True)
class _Mount:
    number: str
    root: str
    system: str
    writable: bool


def _mounts() -> Iterator[_Mount]:
    """Read what is mounted; a name's blanks are written as octal numbers there."""
    if not MOUNTS.is_file():
        return
    for line in MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        told, _, kind = line.partition(" - ")
        fields = told.split(" ")
        root = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4])
        yield _Mount(fields[2], root, kind.split(" ")[0], "ro" not in fields[5].split(","))


def _of_linux() -> Iterator[Drive]:
    """Yield what is mounted from a device of its own; parts of the disk the system runs from are none."""
    mounts = list(_mounts())
    own = {_disk_of(DEVICES / each.number) for each in mounts if each.root in _OF_THE_SYSTEM} - {None}
    seen: set[str] = set()
    for each in mounts:
        device = DEVICES / each.number
        if each.system in _NETWORK:
            yield Drive(Path(each.root), DriveKind.NETWORK, each.writable)
        elif device.exists() and each.number not in seen and _disk_of(device) not in own:
            seen.add(each.number)  # what is mounted in several places is one drive
            yield Drive(Path(each.root), _kind_of_device(device), each.writable)


def _disk_of(device: Path) -> Path | None:
    """Return the disk that a device is, or is a part of; None where it has none."""
    if not device.exists():
        return None
    whole = device.resolve()
    return whole.parent if (whole / "partition").exists() else whole


def _kind_of_device(device: Path) -> DriveKind:
    disk = _disk_of(device)
    if disk is None:
        return DriveKind.OTHER
    beneath = disk / "slaves"  # a disk that is encrypted, or joined of several
    if beneath.is_dir() and any(beneath.iterdir()):
        kinds = {_kind_of_device(each) for each in beneath.iterdir()}
        return next(
            (kind for kind in (DriveKind.REMOVABLE, DriveKind.EXTERNAL) if kind in kinds), DriveKind.FIXED
        )
    flag = disk / "removable"
    if flag.is_file() and flag.read_text(encoding="ascii").strip() == "1":
        return DriveKind.REMOVABLE
    hangs_on_a_cable = any(part.startswith("usb") or "mmc" in part for part in disk.parts)
    return DriveKind.EXTERNAL if hangs_on_a_cable else DriveKind.FIXED


# --- Windows ---

if sys.platform == "win32":
    import ctypes

    _FAIL_CRITICAL_ERRORS = 1
    _LONGEST = 32768
    _READ_ONLY_VOLUME = 0x00080000

    def _of_windows(kinds: frozenset[DriveKind]) -> Iterator[Drive]:
        kernel = ctypes.windll.kernel32
        before = ctypes.c_uint()
        # An empty card reader must not ask in a box of the system's for its card.
        kernel.SetThreadErrorMode(_FAIL_CRITICAL_ERRORS, ctypes.byref(before))
        try:
            there = kernel.GetLogicalDrives()
            for number in range(26):
                root = f"{chr(ord('A') + number)}:\\"
                if not there >> number & 1 or (kind := _type_of(root)) not in kinds:
                    continue
                flags = ctypes.c_uint()
                if kernel.GetVolumeInformationW(root, None, 0, None, None, ctypes.byref(flags), None, 0):
                    yield Drive(Path(root), kind, not flags.value & _READ_ONLY_VOLUME)
        finally:
            kernel.SetThreadErrorMode(before.value, None)

    def _volume_of(path: Path) -> str:
        """Return the root of a path's volume, which may be mounted in a folder."""
        found = ctypes.create_unicode_buffer(_LONGEST)
        whole = str(path.resolve())
        known = ctypes.windll.kernel32.GetVolumePathNameW(whole, found, _LONGEST)
        return found.value if known else Path(whole).anchor

    def _type_of(root: str) -> DriveKind:
        return _TYPES.get(ctypes.windll.kernel32.GetDriveTypeW(root), DriveKind.OTHER)
