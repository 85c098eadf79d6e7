"""`verify` says 0 of what the county takes alone: a known key signs for its own county, year and round."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from eduapp.exchange.submission import build
from eduapp.services import packing
from eduapp.services.hand_off import trust
from tests.cli.running import run
from tests.services.intakes import STRANGER, forged
from tests.services.schools import CODE


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("revoked", [False, True])
def test_a_school_that_knows_its_key_revoked_is_told_at_each_file(office, school, tmp_path, revoked):
    """The county refuses what it makes; 已交出,未确认 alone would be waited on for ever."""
    county, place = office.path, school.path
    office.close()
    school.close()
    stick, before, after = (tmp_path / name for name in ("U盘", "批次一", "批次二"))
    for folder in (stick, before, after):
        folder.mkdir()

    def read_round(folder):
        said = run("county", "round", county, folder)
        (file,) = folder.iterdir()
        digits = re.search(r"本县 30 位数字[^:]*:([0-9 ]+)", said.out)[1]
        assert run("school", "trust", place, file, "--digits", digits).code == 0
        assert run("school", "round", place, file).code == 0

    read_round(before)
    assert run("school", "export", place, stick, "--draft").code == 0
    (file,) = stick.iterdir()
    assert run("county", "trust", county, file, "--unchecked").code == 0
    assert run("county", "merge", county, file).code == 0
    good = run("verify", file, "--json").json["id"]
    if revoked:
        assert run("county", "revoke", county, CODE, "--good", good, "--reason", "失窃").code == 0
    read_round(after)
    told = run("school", "export", place, stick, "--draft")
    assert told.code == int(revoked), told.err
    assert ("不会接收这个文件" in told.out) is revoked
    said = run("school", "export", place, stick, "--draft", "--json").json
    assert said.get("key") == ("revoked" if revoked else None)
    renewed = run("school", "key", place, tmp_path, "--new")
    assert renewed.code == 0
    assert ("即可换发" in renewed.out) is not revoked  # a revoked key vouches for none
