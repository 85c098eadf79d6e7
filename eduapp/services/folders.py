"""Where the program keeps this user's own files: writer keys, the list of recent workbooks, crash reports."""

from __future__ import annotations

import os
from pathlib import Path

from eduapp.exchange.files import own_problems

DATA_FOLDER_VARIABLE = "EDUAPP_DATA"


def data_folder() -> Path:
    """Return the folder of this user's own files, made when it is not there."""
    folder = _chosen()
    with own_problems(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _chosen() -> Path:
    chosen = os.environ.get(DATA_FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs  # noqa: PLC0415 - asks the system, which most commands need not

    return platformdirs.user_data_path("eduapp", appauthor=False)
