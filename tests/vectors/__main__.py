"""`./run vectors FOLDER`: public test vectors found anywhere under a folder, and a table of counts.

Known by name and content: Wycheproof's `ed25519_test.json`, the files of the age test kit, those of
JSONTestSuite, and ZIP files. They are the work of others and no part of this project. Exit 1 on any
disagreement, 2 when the folder holds none of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.vectors import age, json_suite, wycheproof, zips
from tests.vectors.tally import Tally, table

CORPORA = (wycheproof, age, json_suite, zips)
_HEAD_BYTES = 512


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def found(folder: Path) -> list[tuple[object, list[Path]]]:
    """Return the corpora that have files under a folder, with their files in order."""
    sorted_out: dict[object, list[Path]] = {corpus: [] for corpus in CORPORA}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        corpus = next((each for each in CORPORA if each.is_ours(path, head)), None)
        if corpus is not None:
            sorted_out[corpus].append(path)
    return [(corpus, paths) for corpus, paths in sorted_out.items() if paths]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("./run vectors FOLDER: the folder that holds the test vectors\n")
        return 2
    tallies: list[Tally] = []
    for corpus, paths in found(Path(arguments[0])):
        say(f"== {corpus.CORPUS}: {len(paths)} files")
        tally = corpus.run(paths)
        for line in tally.notes:
            say(f"   note: {line}")
        for line in tally.violations:
            say(f"   VIOLATION: {line}")
        tallies.append(tally)
    if not tallies:
        say("no test vectors found there: no Wycheproof Ed25519, age test kit, JSONTestSuite or ZIP")
        return 2
    say(table(tallies))
    return int(any(each.violations for each in tallies))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
