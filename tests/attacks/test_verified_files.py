"""`verify` says 0 of what the county takes alone: a known key signs for its own county, year and round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eduapp.exchange.submission import build
from eduapp.services import packing
from eduapp.services.hand_off import trust
from tests.cli.running import run
from tests.services.intakes import STRANGER, forged


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, None),
        ({"state": "final"}, None),
        ({"county": "430901"}, "other-county"),
        ({"year": 2025, "round": "2025"}, "other-round"),
        ({"year": 2027}, "other-round"),
        ({"round": "2025"}, "other-round"),
        ({"practice": True}, "practice-data"),
    ],
)
def test_a_known_key_on_what_the_county_does_not_take(office, school, tmp_path, changed, problem):
    made = forged(school)
    first, file = tmp_path / "a.edusub", tmp_path / "b.edusub"
    first.write_bytes(made.data)
    trust.admit_unchecked(office, [first])
    file.write_bytes(build(replace(made.manifest, **changed), packing.pack(school.draft), STRANGER).data)
    office.close()
    found = run("verify", file, "--workbook", office.path, "--json")
    assert (found.code, found.json["intact"], found.json["problem"]) == (int(bool(problem)), True, problem)
    assert found.json["signer"] == "known"
    said = run("verify", file, "--workbook", office.path)
    assert ("但本县不接收" in said.out) is bool(problem)
    if problem:
        assert f"[{problem}]" in said.err
        (merged,) = run("county", "merge", office.path, file, "--json").json["files"]
        assert (merged["outcome"], merged["code"]) == ("refused", problem)


def test_a_key_of_one_school_is_unknown_for_another(office, school, tmp_path):
    made, file = forged(school), tmp_path / "a.edusub"
    file.write_bytes(made.data)
    trust.admit_unchecked(office, [file])
    other = replace(made.manifest, school="2143000002")
    file.write_bytes(build(other, packing.pack(school.draft), STRANGER).data)
    office.close()
    found = run("verify", file, "--workbook", office.path, "--json")
    assert (found.code, found.json["signer"], found.json["problem"]) == (1, "unknown", None)
