"""How many examples a property is tried with: the whole number in a full run, a part of it in a quick one."""

from __future__ import annotations

from hypothesis import settings

FULL = 100
"""What the profile of a full run says; see conftest."""


def examples(count: int) -> int:
    """Return how many of `count` the chosen profile asks for: quick a fifth, long twenty times as many."""
    return max(1, count * settings().max_examples // FULL)
