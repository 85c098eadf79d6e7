"""Names longer than files can say them: refused where they are written, not when a round file is due."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from db.records.values import MAX_TEXT
from tests.cli.running import contents, refused, run
from tests.services.schools import CODE, COUNTY, YEAR

NEW = ("--code", COUNTY, "--year", YEAR)


@pytest.mark.parametrize("length", [MAX_TEXT, MAX_TEXT + 1])
def test_a_county(tmp_path, length):
    place, out = tmp_path / "县.edubook", tmp_path / "U盘"
    out.mkdir()
    done = run("county", "new", place, *NEW, "--name", "县" * length)
    if length > MAX_TEXT:
        refused(done, "value-unreadable")
        assert not place.exists()
        return
    assert done.code == 0
    assert run("county", "round", place, out).code == 0
    assert run("county", "board", place, "--json").code == 0


def test_what_is_not_seen_is_not_in_its_name(tmp_path):
    place, out = tmp_path / "县.edubook", tmp_path / "U盘"
    out.mkdir()
    assert run("county", "new", place, *NEW, "--name", "甲\u202e\u200b县\n").code == 0
    assert run("county", "round", place, out).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("length", [MAX_TEXT, MAX_TEXT + 1])
def test_a_listed_school(tmp_path, length):
    place, out, name = tmp_path / "县.edubook", tmp_path / "U盘", "校" * length
    out.mkdir()
    assert run("county", "new", place, *NEW, "--name", "某县").code == 0
    assert run("county", "register", place, CODE, "新设", "--name", "一校", "--kind", "211").code == 0
    sheet = Workbook()
    for row in (("学校代码", "学校名称", "学校类型"), ("2143000003", name, "小学")):
        sheet.active.append(row)
    sheet.save(tmp_path / "名单.xlsx")
    before, fits = contents(place), length <= MAX_TEXT
    for act in (
        ("register", place, CODE, "更名", "--name", name),
        ("register", place, "2143000002", "新设", "--name", name, "--kind", "211"),
        ("schools", place, tmp_path / "名单.xlsx"),
    ):
        done = run("county", *act)
        if fits:
            assert done.code == 0, done.err
        elif act[0] == "register":
            refused(done, "name-too-long")
        else:
            assert "超过 200 个字" in done.out + done.err
        if not fits:
            assert contents(place) == before
    assert run("county", "round", place, out).code == 0
    assert run("county", "receipt", place, out).code == 0
