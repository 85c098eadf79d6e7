"""Long work is a generator of Progress that returns its result.

The window runs it on one worker thread (a yield is a place to cancel); the command line and the
tests run it in a plain loop with `run`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

Result = TypeVar("Result")
Watch: TypeAlias = "Callable[[Progress], None]"
"""Told of each step."""


class Progress(NamedTuple):
    """How far a job is: `text` says what is being done (校验), `total` 0 means unknown."""

    text: str
    done: int = 0
    total: int = 0


def run(job: Generator[Progress, None, Result], watch: Watch | None = None) -> Result:
    """Run a job to its end and return its result."""
    while True:
        try:
            progress = next(job)
        except StopIteration as stop:
            result: Result = stop.value
            return result
        if watch:
            watch(progress)
