"""How long a part of the fault runs goes on: for a count, or for a share of the minutes that were given."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


class TimeUp(BaseException):
    """The minutes are over and something still ran: no error of what ran, and nobody's to catch."""


@dataclass(frozen=True)
class Pace:
    """Until `wanted` were done or, where minutes were given, until a time of the monotonic clock."""

    wanted: int
    until: float = math.inf

    @property
    def is_timed(self) -> bool:
        return self.until < math.inf

    @property
    def is_over(self) -> bool:
        """Whether the time is up; never, where only a count was asked for."""
        return time.monotonic() >= self.until

    def goes_on(self, done: int) -> bool:
        return not self.is_over if self.is_timed else done < self.wanted

    def of(self, wanted: int) -> Pace:
        """The same time with another count."""
        return Pace(wanted, self.until)


def shared(parts: dict[str, float], end: float) -> Iterator[tuple[str, float]]:
    """Yield parts with the time at which each must end: what one leaves over, the next ones have."""
    left = sum(parts.values())
    for name, share in parts.items():
        now = time.monotonic()
        yield name, end if end == math.inf else now + (end - now) * share / left
        left -= share


@contextmanager
def alarm(end: float) -> Iterator[None]:
    """Raise TimeUp in whatever still runs at a time of the monotonic clock."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeUp

    if end == math.inf:
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.01, end - time.monotonic()))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
