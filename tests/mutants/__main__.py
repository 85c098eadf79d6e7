"""`./run mutants [--seed N] [--count N] [--whole] [--list] [FILE]`: does a test notice a boundary that moved?

A seed draws the list from every comparison and every min/max of the areas (see sites.py). Each mutant is
made in memory alone and tried with the quick tests of its area, those that name its module first, stopping
at the first failure; with --whole what survives there is tried with all quick tests. Those argued to change
nothing (equivalent.toml) are not run. Exit 1 when one survives. Hours of work: not part of `./run test`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.mutants.sites import AREAS, ROOT, Site, sites

SEED, COUNT = 20261130, 100
PATIENCE = 3600
"""Seconds; a mutant that never ends is noticed, too."""
ARGUED = Path(__file__).with_name("equivalent.toml")
QUICK = ("-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--hypothesis-profile=quick",
         "-m", "not slow and not journey and not x11")  # fmt: skip


def drawn(seed: int, count: int, within: str = "") -> list[Site]:
    """Return the list of a seed: a site's lot is its own, so that an edit elsewhere draws no others."""
    every = [site for site in sites() if site.file.startswith(within)]
    return sorted(sorted(every, key=lambda site: _lot(seed, site))[:count])


def _lot(seed: int, site: Site) -> bytes:
    return hashlib.sha256(f"{seed} {site.key}".encode()).digest()


def argued() -> dict[str, str]:
    """Return why a mutant changes nothing, by its key."""
    return tomllib.loads(ARGUED.read_text(encoding="utf-8")) if ARGUED.exists() else {}


def nearest_first(site: Site) -> tuple[str, ...]:
    """Return the test files of a site's area, before the others those that name its module."""
    module = site.file.removesuffix(".py").replace("/", ".")
    parent, _, name = module.rpartition(".")
    names = module, f"from {parent} import {name}", f"import {name}"
    places = [ROOT / place for place in AREAS[site.area]]
    files = [
        each
        for place in places
        for each in ([place] if place.is_file() else sorted(place.rglob("test_*.py")))
    ]
    texts = {each: each.read_text(encoding="utf-8") for each in files}
    nearest = sorted(files, key=lambda each: not any(words in texts[each] for words in names))
    return tuple(str(each.relative_to(ROOT)) for each in nearest)


def survives(site: Site, tests: tuple[str, ...]) -> bool:
    """Whether the tests pass with a site changed."""
    command = [sys.executable, "-P", "-m", "pytest", "-p", "tests.mutants.plugin", *QUICK, *tests]
    env = os.environ | {"EDUAPP_MUTANT": f"{site.file} {site.number}", "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in {0, 1, 2}:
        raise RuntimeError(done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
    return done.returncode == 0


def say(word: str, site: Site) -> None:
    """Tell what became of a site; at once, for who watches."""
    print(f"{word:9} line {site.line:4} {site.key}", flush=True)


def main() -> int:
    """Try the drawn mutants one by one."""
    parser = argparse.ArgumentParser(prog="./run mutants")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--whole", action="store_true", help="try survivors with all quick tests")
    parser.add_argument("--list", action="store_true", help="only say what would be tried")
    parser.add_argument("within", nargs="?", default="", help="a file or a folder: only its sites")
    chosen = parser.parse_args()
    reasons, alive = argued(), []
    for site in drawn(chosen.seed, chosen.count, chosen.within):
        if chosen.list or site.key in reasons:
            say("argued" if site.key in reasons else "drawn", site)
            continue
        lives = survives(site, nearest_first(site)) and (not chosen.whole or survives(site, ("tests",)))
        alive += [site] if lives else []
        say("SURVIVED" if lives else "noticed", site)
    print(f"{len(alive)} survived")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
