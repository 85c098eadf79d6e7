"""What the program ships: standards, code tables, fonts, icons, texts. The ground floor.

Files beside this one: the same in the source tree, in an installed package and in the one-folder bundle.
`importlib.resources` would say the same and cost a start what reading zip files needs.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def entry(*parts: str) -> Path:
    """Return the shipped file or folder at `parts`, for example `entry("standards")`.

    Nothing is opened yet; listing a folder is `entry(...).iterdir()`.
    """
    return _HERE.joinpath(*parts)


def read_text(*parts: str) -> str:
    """Return the UTF-8 text of a shipped file; a missing one is a FileNotFoundError (a bug)."""
    return entry(*parts).read_text(encoding="utf-8")


def read_bytes(*parts: str) -> bytes:
    """Return the bytes of a shipped file; a missing one is a FileNotFoundError (a bug)."""
    return entry(*parts).read_bytes()
