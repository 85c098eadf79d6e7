"""`./run windows compare`: a school on one system, a county on the other, and the other way round.

    python -m tests.twins make FOLDER SIDE       two schools of the practice county, their files on a stick
    python -m tests.twins take FOLDER OUT        a county takes in the sticks of both sides, and prints
    python -m tests.twins compare OUT OTHER      what the two counties have is the same

FOLDER holds what both sides made and was carried from one to the other. Compared are each file's id, its
signer's digits and its outcome; the fingerprint of the set; every figure that the county is told; and the
bytes of each paper, of the county's and of each school's workbook. Exit 1 when anything differs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from eduapp.services import jobs, workbooks
from eduapp.services.county import reports
from eduapp.services.hand_off import intake, trust
from eduapp.services.papers import reporting
from eduapp.services.practice import making
from tests.cli.running import run

SCHOOLS = {"linux": making.PLANS[:2], "windows": making.PLANS[2:4]}
YEAR = 2026
STICK, BOOKS, TOLD = "U盘", "学校", "结果.json"
OF_A_SCHOOL = (reporting.DEFAULT_SCHOOL_PAPER, "school_class", "teacher")


def make(folder, side):
    """Two schools fill in and hand over."""
    books, stick = folder / side / BOOKS, folder / side / STICK
    books.mkdir(parents=True)
    stick.mkdir()
    for plan in SCHOOLS[side]:
        with making.make_school(books / f"{plan.name}.edubook", plan, YEAR) as book:
            making.hand_over(book, stick, plan.state)
    return 0


def take(folder, out):
    """A county takes in what both sides handed over; every workbook and the county are printed."""
    out.mkdir(parents=True)
    sticks = [folder / side / STICK for side in SCHOOLS]
    with making.make_county(out / "县.edubook", YEAR) as county:
        trust.admit_unchecked(county, sorted(path for stick in sticks for path in stick.glob("*.edusub")))
        merged = jobs.run(intake.merge(county, sticks))
        report = jobs.run(reports.county_report(county))
        (out / "县.pdf").write_bytes(reporting.print_county(report))
        told = {
            "files": sorted(
                [Path(each.path).name, each.submission, each.signer, each.outcome] for each in merged.files
            ),
            "fingerprint": merged.fingerprint,
        }
    told["figures"] = run("county", "check", out / "县.edubook", "--json").json
    for path in sorted(path for side in SCHOOLS for path in (folder / side / BOOKS).glob("*.edubook")):
        with workbooks.open_school(Path(shutil.copy(path, out))) as book:
            for paper in OF_A_SCHOOL:
                (out / f"{path.stem} {paper}.pdf").write_bytes(reporting.print_school(book, paper))
    (out / TOLD).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def compare(one, other):
    """Say what is the same and what is not."""
    told = [json.loads((each / TOLD).read_text(encoding="utf-8")) for each in (one, other)]
    wrong = [name for name in told[0] if told[0][name] != told[1][name]]
    papers = sorted(path.name for path in one.glob("*.pdf"))
    wrong += [name for name in papers if (one / name).read_bytes() != (other / name).read_bytes()]
    if papers != sorted(path.name for path in other.glob("*.pdf")):
        wrong.append("papers")
    outcomes = {each[-1] for each in told[0]["files"]}
    if outcomes != {"accepted"} or len(told[0]["files"]) != sum(map(len, SCHOOLS.values())):
        wrong.append(f"outcomes {sorted(outcomes)} of {len(told[0]['files'])} files")
    sys.stdout.write(
        f"{len(told[0]['files'])} files with the same ids, fingerprint {told[0]['fingerprint'][:12]}, "
        f"{len(papers)} papers with the same bytes\n"
        if not wrong
        else "not the same: " + ", ".join(wrong) + "\n"
    )
    return int(bool(wrong))


def main():
    """Do one step."""
    parser = argparse.ArgumentParser(prog="python -m tests.twins")
    parser.add_argument("step", choices=("make", "take", "compare"))
    parser.add_argument("first", type=Path)
    parser.add_argument("second")
    chosen = parser.parse_args()
    if chosen.step == "make":
        return make(chosen.first, chosen.second)
    return {"take": take, "compare": compare}[chosen.step](chosen.first, Path(chosen.second))


if __name__ == "__main__":
    sys.exit(main())
