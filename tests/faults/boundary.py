"""Faults where Python meets the operating system: the n-th call that touches certain folders fails.

Counted are the calls that the program's file handling is made of: stat, scandir, listdir, open, read, write,
fsync, link, rename, replace, unlink, mkdir and the question for free space. SQLite's own calls are not among
them (see `power` and `disks`). It is meant for a forked child: nothing is put back.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ONE_PATH = ("stat", "lstat", "scandir", "listdir", "open", "unlink", "remove", "mkdir", "chmod", "utime")
TWO_PATHS = ("link", "rename", "replace")
HANDLES = ("fsync", "fstat")
SHORT = -1
"""Instead of an error number: a read gives only the first half, a write stores only half of it."""


@dataclass
class Boundary:
    """At the `at`-th call (from 1; 0 for never), once or `for_good`, the system says `number`."""

    roots: tuple[Path, ...]
    at: int = 0
    number: int = errno.EIO
    for_good: bool = False
    calls: list[str] = field(default_factory=list)

    def install(self) -> None:
        """Stand between the program and the system, in this process, from now on."""
        for name in ONE_PATH:
            setattr(os, name, self._before(getattr(os, name), name, 1))
        for name in TWO_PATHS:
            setattr(os, name, self._before(getattr(os, name), name, 2))
        for name in HANDLES:
            setattr(os, name, self._before_handle(getattr(os, name), name))
        shutil.disk_usage = self._before(shutil.disk_usage, "disk_usage", 1)
        io.open = builtins.open = self._opening(io.open)

    def gate(self, name: str, path: object) -> bool:
        """Count a call; raise when it is to fail; return whether it is to be cut short."""
        self.calls.append(name)
        count = len(self.calls)
        if not self.at or (count < self.at if self.for_good else count != self.at):
            return False
        if self.number == SHORT:
            return True
        raise OSError(self.number, os.strerror(self.number), str(path))

    def _ours(self, path: object) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - pathlib itself is under watch here
        return any(whole == str(root) or whole.startswith(f"{root}{os.sep}") for root in self.roots)

    def _before(self, real: Callable[..., Any], name: str, paths: int) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if any(self._ours(each) for each in arguments[:paths]):
                self.gate(name, arguments[0])
            return real(*arguments, **options)

        return call

    def _before_handle(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        readlink = os.readlink

        def call(handle: int) -> Any:
            path = readlink(f"/proc/self/fd/{handle}")
            if self._ours(path):
                self.gate(name, path)
            return real(handle)

        return call

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            path = Path(f"/proc/self/fd/{file}").readlink() if isinstance(file, int) else file
            if not self._ours(path):
                return real(file, mode, *arguments, **options)
            opener = options.get("opener")
            if path is file and opener is None:  # what a handle or `os.open` opens is counted there
                self.gate("open", file)
            if "b" not in mode:
                return real(file, mode, *arguments, **options)
            raw = _Watched(file, mode.replace("b", ""), opener=opener)
            raw.boundary, raw.path = self, path
            writes = set(mode) & set("wxa+")
            return io.BufferedWriter(raw) if writes else io.BufferedReader(raw)

        return call


class _Watched(io.FileIO):
    """A file whose reads and writes are counted."""

    boundary: Boundary
    path: object

    def write(self, data: Any, /) -> int:
        if self.boundary.gate("write", self.path):
            return super().write(bytes(data)[: len(data) // 2]) or 0
        return super().write(data) or 0

    def readinto(self, buffer: Any, /) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1, /) -> bytes:
        short = self.boundary.gate("read", self.path)
        data = super().read(size) or b""
        return data[: len(data) // 2] if short else data

    def readall(self) -> bytes:
        short = self.boundary.gate("read", self.path)
        data = super().readall() or b""
        return data[: len(data) // 2] if short else data
