"""The standard streams of a command: what is read, a reader that leaves, a full disk."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

from db.characters import decoded
from db.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

_NOBODY_READS = frozenset({errno.EPIPE, errno.ESHUTDOWN, errno.ECONNRESET})
_CLOSED_PIPE_ON_WINDOWS = errno.EINVAL


def read() -> str:
    """Return all of standard input: UTF-8, or what Notepad saves; "" where there is none."""
    if sys.stdin is None:
        return ""
    buffer = getattr(sys.stdin, "buffer", None)  # a stream of text alone has been decoded by somebody
    return (decoded(buffer.read()) or "") if buffer is not None else sys.stdin.read()


def write(text: str) -> None:
    """Write to standard output, which goes nowhere from then on where its reader is gone.

    A reader that went away (`| head`) changes nothing: the work is done, and never stopped half way. Raises
    Problem `output-failed` where it could not be written for another reason: a full disk.
    """
    _guarded(lambda: sys.stdout.write(text))


def flush() -> None:
    """Write out what waits; raises Problem `output-failed`."""
    _guarded(sys.stdout.flush)


def write_error(text: str) -> None:
    """Write to standard error; where nobody can hear it, there is nobody to tell."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)


def _guarded(write_it: Callable[[], object]) -> None:
    try:
        write_it()
    except OSError as error:
        _silence(sys.stdout)
        gone = _NOBODY_READS | ({_CLOSED_PIPE_ON_WINDOWS} if os.name == "nt" else set())
        if error.errno not in gone:
            why = "磁盘已满" if error.errno == errno.ENOSPC else f"错误号 {error.errno or errno.EIO}"
            raise Problem("output-failed", why=why) from error


def _silence(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
