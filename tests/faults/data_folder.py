"""Where the program keeps its key files during a fault run: never among the person's own."""

from __future__ import annotations

import os
from pathlib import Path

DATA_FOLDER = "EDUAPP_DATA"


def use_data_folder(folder: Path) -> None:
    """Let the program keep its key files there."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[DATA_FOLDER] = str(folder)
    os.environ.pop("EDUAPP_PASSPHRASE_FILE", None)
