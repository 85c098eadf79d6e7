"""Where a stick is plugged in: what every page suggests as the place to write to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStorageInfo

STICK_SYSTEMS = {b"vfat", b"exfat", b"fat", b"fat32", b"msdos", b"fuseblk"}
SYSTEM_FOLDERS = ("/", "/boot", "/home")


def default_folder() -> Path | None:
    """Return the root of the first stick that is plugged in; None when there is none."""
    for volume in QStorageInfo.mountedVolumes():
        system = bytes(volume.fileSystemType().data()).lower()
        is_stick = system in STICK_SYSTEMS and not volume.isRoot() and not volume.isReadOnly()
        root = volume.rootPath()
        if is_stick and volume.isReady() and not root.startswith("/boot") and root not in SYSTEM_FOLDERS:
            return Path(root)
    return None
