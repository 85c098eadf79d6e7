"""Counties of many varied schools for the benchmarks of growth: no two schools have the same numbers.

A few real submissions are the models; of every other school the numbers in the lists (pupils, areas) are
drawn by its own number, then the package is put together and signed anew. They come in by the door of
intake, as from sticks.
"""

from __future__ import annotations

import csv
import io
import os
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eduapp.services import jobs
from eduapp.services.hand_off import intake
from eduapp.services.keys import county_keys
from eduapp.services.merge.listing import Expected
from tests.bench import merge, merge_files
from tests.bench.edit import Size

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from tests.bench.merge_files import Model

USUAL = Size(teachers=60, classes=20, rooms=120, homework=400, training=100)
VARIED = {"data/school_class.csv": ("pupils", 20, 50), "data/room.csv": ("area", 40, 90)}
"""File -> the column whose numbers are drawn, from and to."""
BATCH = 200


def made_models(folder: Path, recipients: tuple[str, ...] = ()) -> list[Model]:
    """Make the few real ones, of about the usual size of a school."""
    os.environ["EDUAPP_DATA"] = str(folder / "data")
    return merge_files.models(folder, recipients, USUAL)


def varied(model: Model, number: int, seq: int = 1) -> Model:
    """Return a model with the numbers of a school and of its hand-in."""
    dice = random.Random(f"{number} {seq}")
    files = dict(model.files)
    for path, (column, low, high) in VARIED.items():
        files[path] = _drawn(files[path], column, dice, low, high)
    return replace(model, files=files)


def _drawn(content: bytes, column: str, dice: random.Random, low: int, high: int) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode())))
    at = rows[0].index(column)
    for row in rows[1:]:
        if row[at]:
            places = len(row[at].partition(".")[2])
            row[at] = f"{dice.uniform(low, high):.{places}f}"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def submission_of(models: list[Model], number: int, seq: int = 1) -> bytes:
    """Return the submission of a school, the `seq`-th that it hands in."""
    return merge_files.submission_of(varied(models[number % len(models)], number, seq), number, seq)[0]


def county_of(path: Path, models: list[Model], schools: int, passphrase: str | None = None) -> CountyBook:
    """Make a county of a list of schools that have all handed in; it stays open."""
    book = merge.county(path, schools, passphrase)
    book.set_expected(
        Expected(merge_files.code_of(each), f"第{each}学校", "211") for each in range(1, schools + 1)
    )
    stick = path.with_suffix(".stick")
    for first in range(1, schools + 1, BATCH):
        stick.mkdir()
        paths = []
        for number in range(first, min(first + BATCH, schools + 1)):
            paths.append(stick / f"{number}.edusub")
            paths[-1].write_bytes(submission_of(models, number))
        report = jobs.run(intake.merge(book, paths))
        assert report.counts["accepted"] == len(paths), report.sum_text
        for each in paths:
            each.unlink()
        stick.rmdir()
    return book


def recipients_of(book: CountyBook) -> tuple[str, ...]:
    """Return to whom the schools of a county seal."""
    return county_keys.recipients(book.workbook)
