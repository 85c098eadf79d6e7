"""The checklist as PDF, the first and the next of a process, beside a canvas with as much text and the font.

The bare canvas draws the same lines in the same sizes at the same places, all in Regular, without rules,
shades and symbol; both write their fonts. CPU seconds inside processes of their own, in turn. The data code
is made before: it is one cost of a whole school, the same for a paper and an export, and told beside.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import median

from tests.bench import schools
from tests.bench.goals import Found
from tests.bench.processes import in_turn

TURNS, NEXT, LARGE = 7, 5, 40_000
GOAL_FIRST, GOAL_NEXT = 2.0, 3.0

_CLOCK = """
import sys, time
from pathlib import Path
def timed(work):
    begin = time.process_time()
    work()
    return time.process_time() - begin
def tell(work):
    print(timed(work), *(timed(work) for _ in range(int(sys.argv[2]))))
"""
_OPEN = """
from eduapp.services import checking, workbooks
book = workbooks.open_school(Path(sys.argv[1]))
checking.check(book)
"""
_OURS = (
    _CLOCK
    + _OPEN
    + """
from eduapp.services.papers import printing_log
stamp = printing_log.stamp_of(book)
def paper():
    from eduapp.services.papers import reporting
    return reporting.print_school(book, "checklist", stamp=stamp)
tell(paper)
"""
)
_LINES = (
    _CLOCK
    + _OPEN
    + """
import json
from eduapp.printing.pen import Pen
from eduapp.services.papers import reporting
lines, draw = [], Pen._runs
def kept(self, x, baseline, text, size, *, bold):
    lines.append((x, baseline, text, size))
    return draw(self, x, baseline, text, size, bold=bold)
Pen._runs = kept
reporting.print_school(book, "checklist")
print(json.dumps(lines))
"""
)
_BARE = (
    _CLOCK
    + """
import json
from importlib.resources import files
lines = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
made = []
def paper():
    from io import BytesIO
    from reportlab.pdfbase import pdfmetrics, ttfonts
    from reportlab.pdfgen.canvas import Canvas
    if not made:
        font = files("resources") / "fonts" / "NotoSansSC-Regular.ttf"
        pdfmetrics.registerFont(ttfonts.TTFont("R", BytesIO(font.read_bytes())))
        made.append(True)
    canvas = Canvas(BytesIO(), pageCompression=1, invariant=1, initialFontName="R")
    for x, y, text, size in lines:
        canvas.setFont("R", size)
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.save()
tell(paper)
"""
)
_DATA_CODE = (
    _CLOCK
    + _OPEN
    + """
from eduapp.services.papers import printing_log
tell(lambda: printing_log.stamp_of(book))
"""
)


def run() -> list[Found]:
    print(f"paper: the checklist beside a bare canvas, CPU, {TURNS} turns, {NEXT} more papers each")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        school, large = str(schools.small(folder)), str(schools.small(folder, LARGE))
        said = in_turn({"lines": (["-c", _LINES, school], 0)}, folder, 1)["lines"][0].said
        lines = folder / "lines.json"
        lines.write_text(said, encoding="utf-8")
        runs = in_turn(
            {
                "checklist": (["-c", _OURS, school, str(NEXT)], 0),
                "bare canvas": (["-c", _BARE, str(lines), str(NEXT)], 0),
            },
            folder,
            TURNS,
        )
        code = in_turn({"code": (["-c", _DATA_CODE, large, "1"], 0)}, folder, 1)["code"][0].said.split()
    first = {each: median(_times(run.said)[0] for run in taken) for each, taken in runs.items()}
    later = {each: median(median(_times(run.said)[1:]) for run in taken) for each, taken in runs.items()}
    print(f"  {len(json.loads(said))} lines of text{'first ms':>16}{'next ms':>10}")
    for each in runs:
        print(f"  {each:<16}{first[each] * 1e3:18.0f}{later[each] * 1e3:10.0f}")
    print(
        f"  data code of {LARGE} rows: {float(code[0]) * 1e3:.0f} ms once, then {float(code[1]) * 1e3:.0f} ms"
    )
    ours, bare = runs
    return [
        Found("paper: first checklist, of a bare canvas", first[ours] / first[bare], GOAL_FIRST),
        Found("paper: next checklist, of a bare canvas", later[ours] / later[bare], GOAL_NEXT),
    ]


def _times(said: str) -> list[float]:
    return [float(each) for each in said.split()]
