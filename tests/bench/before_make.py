"""What `bench before` works on, made by the program of the tree that stands on PYTHONPATH.

``python before_make.py FOLDER COUNT``: a large school's workbook, and a county with keys that knows the
keys of COUNT schools, beside a stick with their sealed submissions. Each tree makes its own: a workbook is
not opened by an older program than wrote it.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path

PASSPHRASE = "七月 十二 河口 完小"  # noqa: S105 - of a county that lasts a minute
SCHOOL, COUNTY, STICK, SECRET = "school.edubook", "county.edubook", "stick", "passphrase.txt"


def main(folder: Path, count: int) -> None:
    os.environ["EDUAPP_DATA"] = str(folder / "data")
    from eduapp.exchange import sealing
    from eduapp.services import keys
    from tests.bench import edit, merge, merge_files

    (name,) = {"county", "county_keys"} & {each.name for each in pkgutil.iter_modules(keys.__path__)}
    county_keys = importlib.import_module(f"eduapp.services.keys.{name}")  # whichever that tree calls it

    folder.mkdir()
    (folder / SECRET).write_text(PASSPHRASE, encoding="utf-8")
    edit.make(folder, Path(SCHOOL).stem, edit.LARGE).close()
    with merge.county(folder / COUNTY, count, PASSPHRASE) as book:
        archive = sealing.new_identity().recipient
        made = merge_files.models(folder, (*county_keys.recipients(book.workbook), archive))
        for _path in merge_files.write_stick(folder / STICK, made, count):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
