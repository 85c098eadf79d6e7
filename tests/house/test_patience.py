"""A test of a window waits for conditions, by the one fixture that says how long; never by the clock."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
BY_THE_CLOCK = re.compile(
    r"\b(?:qWait|qSleep|time\.sleep)\(|\bqtbot\.wait\(|\bwait(?:Until|Signals?|Exposed|Active)\([^\n]*timeout="
)


def found(text):
    return [line.strip() for line in text.splitlines() if BY_THE_CLOCK.search(line)]


def test_windows_are_waited_for_by_conditions():
    files = [path for folder in ("ui", "journeys") for path in (TESTS / folder).rglob("*.py")]
    assert len(files) > 30
    lines = {path.name: found(path.read_text(encoding="utf-8")) for path in files}
    assert {name: each for name, each in lines.items() if each} == {}


def test_each_way_of_waiting_by_the_clock_is_known():
    for line in (
        "QTest.qWait(50)",
        "qtbot.wait(10)",
        "time.sleep(1)",
        "qtbot.waitUntil(done, timeout=500)",
        "with qtbot.waitSignal(window.ended, timeout=500):",
    ):
        assert found(line) == [line]
    assert found("qtbot.waitUntil(done)\nsubprocess.run(program, timeout=120)") == []
