"""How the command line speaks: exit codes, one JSON object or plain lines. Costs no import of its own."""

from __future__ import annotations

from typing import Any

from db.characters import escaped, seen
from eduapp.cli import streams

DONE, NEEDS_PERSON, PROBLEM = 0, 1, 2
"""Exit codes (docs/cli.md)."""


def print_json(content: dict[str, Any]) -> None:
    """Print one object and nothing else."""
    import json  # noqa: PLC0415 - most answers are lines

    streams.write(escaped(json.dumps(content, ensure_ascii=False, indent=1)) + "\n")


def say(*lines: str) -> None:
    """Print lines for a person: what somebody else wrote neither breaks a line nor steers the terminal."""
    streams.write("".join(f"{seen(line)}\n" for line in lines))


def complain(*lines: str) -> None:
    """Print lines on standard error, as `say` does."""
    streams.write_error("".join(f"{seen(line)}\n" for line in lines))
