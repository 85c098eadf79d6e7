"""Work done in a forked child that tells its parent what it has finished, and may be killed at any moment."""

from __future__ import annotations

import os
import pickle
import select
import signal
import struct
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Tell = Callable[[object], None]
Work = Callable[[Tell], None]

_LENGTH = struct.Struct(">I")
PATIENCE = 120.0
"""Seconds after which a child that was to end by itself is taken for hung."""


@dataclass
class Ended:
    """What a child told, in order, and how it ended; `error` is the traceback of what it raised."""

    told: list[Any] = field(default_factory=list)
    killed: bool = False
    error: str = ""


def run(work: Work) -> Ended:
    """Let a child work to its end."""
    return _run(work, lambda _told: PATIENCE)


def kill_after(work: Work, seconds: float, *, once_told: bool) -> Ended:
    """Kill -9 a child some seconds after its start, or after the first thing it told."""
    return _run(work, lambda told: seconds if told or not once_told else PATIENCE)


def _run(work: Work, patience: Callable[[list[Any]], float]) -> Ended:
    reader, writer = os.pipe()
    with warnings.catch_warnings():  # of threads: pytest-xdist has one, which no child of ours waits for
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reader)
        _work(work, writer)
    os.close(writer)
    ended = Ended()
    try:
        ended.killed = _listen(reader, child, ended.told, patience)
    finally:
        os.close(reader)
    _, status = os.waitpid(child, 0)
    ended.killed = ended.killed and os.WIFSIGNALED(status)
    if ended.told and isinstance(ended.told[-1], _Raised):
        ended.error = ended.told.pop().text
    elif not ended.killed and status:
        ended.error = f"the child ended by itself with status {status}"
    return ended


@dataclass(frozen=True)
class _Raised:
    text: str


def _work(work: Work, writer: int) -> None:
    """The life of a child: it never returns into the parent's code."""
    status = 1
    try:
        work(lambda said: _tell(writer, said))
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the parent is told
        _tell(writer, _Raised(traceback.format_exc()))
    finally:
        os._exit(status)


def _tell(writer: int, said: object) -> None:
    data = pickle.dumps(said)
    data = _LENGTH.pack(len(data)) + data
    while data:
        data = data[os.write(writer, data) :]


def _listen(reader: int, child: int, told: list[Any], patience: Callable[[list[Any]], float]) -> bool:
    """Collect what the child tells until it ends or its time is up; return whether it was to be killed."""
    pending, since, killed = b"", time.monotonic(), False
    while True:
        left = PATIENCE if killed else since + patience(told) - time.monotonic()
        ready = left > 0 and select.select([reader], [], [], left)[0]
        if not ready and not killed:
            os.kill(child, signal.SIGKILL)
            killed = True
            continue
        piece = os.read(reader, 1 << 16)
        if not piece:
            return killed
        first = not told
        pending = _unpacked(pending + piece, told)
        if first and told:
            since = time.monotonic()


def _unpacked(pending: bytes, told: list[Any]) -> bytes:
    """Move the whole messages out of what was read; what the kill cut off stays behind."""
    while len(pending) >= _LENGTH.size:
        end = _LENGTH.size + _LENGTH.unpack_from(pending)[0]
        if len(pending) < end:
            break
        told.append(pickle.loads(pending[_LENGTH.size : end]))  # noqa: S301 - from our own child
        pending = pending[end:]
    return pending
