"""Where the program keeps this user's own files: writer keys, the list of recent workbooks, crash reports."""

from __future__ import annotations

import os
from pathlib import Path

from db import files
from eduapp.exchange.files import own_problems, replace_own

DATA_FOLDER_VARIABLE = "EDUAPP_DATA"
MOST_BYTES = 2_000_000
"""Of a text of this user's own: none that the program writes comes near it."""


def data_folder() -> Path:
    """Return the folder of this user's own files, made when it is not there."""
    return own_folder(_chosen())


def own_text(path: Path) -> str:
    """Return the text of a file of this user's own, "" where there is none; what is no text is replaced.

    Of a file that grew beyond all measure its beginning.
    """
    with own_problems(path.parent):
        return files.read(path, MOST_BYTES).decode("utf-8", "replace") if path.is_file() else ""


def write_own_text(path: Path, text: str) -> None:
    """Write a file of this user's own whole; raises Problem `own-folder-failed`."""
    replace_own(path, text.encode("utf-8"))


def require_folder(folder: Path) -> None:
    """Raise the Problem of a folder that a person named and that is not there, or does not answer."""
    files.require_folder(folder)


def own_folder(path: Path) -> Path:
    """Return a folder of this user's own, made when it is not there."""
    with own_problems(path):
        files.make_folder(path)
    return path


def clear_away(path: Path) -> None:
    """Remove a file of this user's own; one that is open elsewhere stays for another time."""
    files.remove_if_free(path)


def empty(path: Path) -> None:
    """Take the content out of a file of this user's own that others may hold open to write."""
    with own_problems(path.parent):
        files.empty(path)


def _chosen() -> Path:
    chosen = os.environ.get(DATA_FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs  # noqa: PLC0415 - asks the system, which most commands need not

    return platformdirs.user_data_path("eduapp", appauthor=False)
