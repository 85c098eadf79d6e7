"""Histories of intake in any order: 5,000 without disk, 200 through real workbooks with real signatures."""

from __future__ import annotations

import random
from pathlib import Path

from eduapp.exchange.signing import WriterKey
from eduapp.exchange.voucher import vouch
from eduapp.services import jobs
from eduapp.services.county.books import create_county
from eduapp.services.hand_off import intake, receipts, trust
from eduapp.services.keys import county_keys
from tests.faults.material import Material
from tests.faults.pace import Pace
from tests.faults.tally import Tally
from tests.services.intake_histories import history, hold
from tests.services.intakes import forged
from tests.services.schools import CODE, change, make

_EVERY = 25
"""So many pure histories come to one through real workbooks."""


def run(_: Material, folder: Path, dice: random.Random, pace: Pace, tallies: list[Tally]) -> None:
    """Play histories; in every order every county must show the same."""
    pure, real = Tally("intake, orders without disk"), Tally("intake, orders through real workbooks")
    tallies += [pure, real]
    (folder / "school").mkdir()
    with make(folder / "school") as school:
        while pace.goes_on(pure.faults):
            seed = dice.random()
            with pure.clock():
                _pure(pure, random.Random(seed), seed)
            if pure.faults % _EVERY == 0:
                with real.clock():
                    _real(real, school, folder / f"{real.faults}", random.Random(seed))


def _pure(tally: Tally, dice: random.Random, seed: float) -> None:
    tally.faults += 1
    try:
        tally.seen["orders played"] += hold(history(dice, dice.choice((5, 5, 5, 12, 40))), dice)
    except AssertionError:
        tally.broken.append(f"an order showed: seed {seed}")


def _real(tally: Tally, school, folder: Path, dice: random.Random) -> None:
    """Keys that follow each other, a stranger, a late form, a revocation: two counties, two orders."""
    tally.faults += 1
    folder.mkdir(parents=True)
    keys = [WriterKey(dice.randbytes(32)) for _ in range(3)]
    files = []
    for number, key in enumerate(keys):
        for seq in (1, 2):
            change(school, dice.randint(1, 999))
            writer = f"{number}f0e0d0c-0b0a-4908"
            replaces = vouch(keys[number - 1], "430900", CODE, writer, key.public) if number else None
            seen = {f"{before}f0e0d0c-0b0a-4908": 2 for before in range(number)}
            files.append(forged(school, key=key, seq=seq, writer=writer, replaces=replaces, seen=seen))
    files.append(forged(school, key=WriterKey(dice.randbytes(32)), writer="9f0e0d0c-0b0a-4908"))
    paths = []
    for number, made in enumerate(files):
        paths.append(folder / f"{number}.edusub")
        paths[-1].write_bytes(made.data)
    revoked, last_good = dice.choice(keys).public.line, dice.choice(["", *(each.id for each in files[:6])])
    shown = []
    for turn in range(2):
        with create_county(folder / f"{turn}.edubook", "430900", "某县", 2026, ("national-2017",)) as book:
            shown.append(_played(book, paths, dice, (revoked, last_good)))
    tally.expect(shown[0] == shown[1], f"an order showed: {folder}")


def _played(book, paths: list[Path], dice: random.Random, revoke: tuple[str, str]) -> object:
    order = dice.sample(paths, len(paths))
    form = dice.randint(0, len(order))
    for number, path in enumerate(order):
        if number == form:
            trust.admit_unchecked(book, [paths[0]])
            intake.retry_held(book)
        jobs.run(intake.merge(book, [path, *dice.choices(order[:number] or [path], k=1)]))
    if form == len(order):
        trust.admit_unchecked(book, [paths[0]])
        intake.retry_held(book)
    key, good = revoke
    if (good, key) in book.copies or not good:
        trust.revoke(book, CODE, key, good, "失窃")
    jobs.run(intake.merge(book, order))
    county_keys.establish(book.workbook, None)
    said = receipts.receipt_of(book, CODE)
    return (
        book.fingerprint,
        sorted((each.member.id, each.public_key, each.why) for each in book.copies.values()),
        {code: view.counts.id for code, view in book.view().items()},
        said.lines,
        said.strangers,
    )
