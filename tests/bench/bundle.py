"""The built program: its folder and what travels of it, part by part. Builds it where it is not built yet.

An absolute measure has no bare baseline; beside each part stands its share of the folder.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from collections import Counter

from tests.bench.goals import Found
from tests.bench.processes import ROOT

FOLDER = ROOT / "dist" / "eduapp"
GOAL_FOLDER, GOAL_PACKED = 150.0, 65.0
SHOWN, BLOCK = 25, 4096
MB = 1e6


class Counted(io.RawIOBase):
    """Takes bytes and counts them."""

    size = 0

    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    def write(self, data: object) -> int:
        """Count some bytes."""
        length = len(bytes(data))  # type: ignore[call-overload]
        self.size += length
        return length


def run() -> list[Found]:
    if not (FOLDER / "eduapp").exists():
        print("bundle: not built yet; building it (some minutes)")
        subprocess.run([ROOT / "run", "build"], check=True, stdout=sys.stderr)
    files = {
        path: path.stat().st_size for path in FOLDER.rglob("*") if path.is_file() and not path.is_symlink()
    }
    on_disk = sum(-(-size // BLOCK) * BLOCK for size in files.values()) / MB
    packed = _packed() / MB
    print(f"bundle: {len(files)} files, {on_disk:.0f} MB on disk, {packed:.0f} MB as .tar.xz")
    whole = sum(files.values())
    for path, size in sorted(files.items(), key=lambda each: -each[1])[:SHOWN]:
        print(f"  {size / MB:7.1f} MB{size / whole:7.1%}  {path.relative_to(FOLDER)}")
    parts = Counter[str]()
    for path, size in files.items():
        inside = path.relative_to(FOLDER).parts
        parts[inside[1] if len(inside) > 2 else "(alone)"] += size
    print("  by part: " + ", ".join(f"{name} {size / MB:.1f}" for name, size in parts.most_common(12)))
    return [
        Found("bundle: folder", on_disk, GOAL_FOLDER, "MB"),
        Found("bundle: packed (.tar.xz)", packed, GOAL_PACKED, "MB"),
    ]


def _packed() -> int:
    counted = Counted()
    with tarfile.open(fileobj=counted, mode="w|xz") as archive:
        archive.add(FOLDER, arcname=FOLDER.name)
    return counted.size
