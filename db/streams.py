"""Standard streams as every door opens them: there, and UTF-8, whatever the code page of the console."""

from __future__ import annotations

import os
import sys


def open_streams() -> None:
    """Make the three streams usable, also those that were closed before the program began.

    A closed one becomes the null device: else the first file opened, a workbook, would be stream 1.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - it stays open to the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - as above
    speak_utf8()


def speak_utf8() -> None:
    """Write UTF-8 into those of the two streams that are there; a program without a console has none."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
