"""What the program ships: standards, code tables, fonts, icons, texts. The ground floor.

Everything is read through `importlib.resources`, so it works the same from the source tree, from an
installed package and inside a one-folder bundle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from importlib.resources.abc import Traversable
    from pathlib import Path


def entry(*parts: str) -> Traversable:
    """Return the shipped file or folder at `parts`, for example `entry("standards")`.

    Nothing is opened yet; listing a folder is `entry(...).iterdir()`.
    """
    from importlib.resources import files  # noqa: PLC0415 - draws in tempfile, zip files and what packs them

    return files(__name__).joinpath(*parts)


def path(*parts: str) -> AbstractContextManager[Path]:
    """Return a context manager that lends a real file path, for libraries that want one."""
    from importlib.resources import as_file  # noqa: PLC0415 - as above

    return as_file(entry(*parts))


def read_text(*parts: str) -> str:
    """Return the UTF-8 text of a shipped file; a missing one is a FileNotFoundError (a bug)."""
    return entry(*parts).read_text(encoding="utf-8")


def read_bytes(*parts: str) -> bytes:
    """Return the bytes of a shipped file; a missing one is a FileNotFoundError (a bug)."""
    return entry(*parts).read_bytes()
