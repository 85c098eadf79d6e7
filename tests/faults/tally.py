"""What a kind of fault run counted, and every promise it saw broken."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Tally:
    """`faults` is how many faults were inflicted; `broken` holds each promise that did not hold."""

    kind: str
    faults: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0
    control: bool = False
    """A run that must show broken promises, or the others prove nothing."""

    @property
    def failed(self) -> bool:
        return bool(self.broken) != (self.control and self.is_reached)

    @property
    def is_reached(self) -> bool:
        """Whether anything was inflicted: what the time did not reach proves nothing, and fails nothing."""
        return bool(self.faults)

    def expect(self, holds: object, broken: str) -> None:
        if not holds:
            self.broken.append(broken)

    @contextmanager
    def clock(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds += time.monotonic() - began


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def table(tallies: list[Tally]) -> str:
    """Return the counts as text, one line a kind and one a thing seen under it."""
    lines = [f"{'kind':<44}{'faults':>8}{'broken':>8}{'seconds':>9}"]
    for each in tallies:
        verdict = "" if not each.control else "  (control: must break)"
        verdict += "" if each.is_reached or each.seen else "  (not reached in the time)"
        lines.append(f"{each.kind:<44}{each.faults:>8}{len(each.broken):>8}{each.seconds:>9.1f}{verdict}")
        lines += [f"    {count:>8}  {words}" for words, count in sorted(each.seen.items())]
    return "\n".join(lines)
