"""The numbers of `school check` and `county check` against an independent judge in exact fractions."""

from __future__ import annotations

import random
import shutil
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.cli.forms import KINDS, REAL, STAGES, filling, write_form
from tests.cli.oracle import COEFFICIENT, LIMITS, STAGE_CODE, Judge, balance

PREFIX = {"211": "21", "218": "21", "311": "31", "312": "31", "341": "34", "345": "34"}
NAMES = {code: stage for stage, code in STAGE_CODE.items()}


def near(text, exact, digits):
    """Whether a decimal string is an exact number to so many significant digits."""
    if exact is None or text is None:
        return exact is None and text is None
    return abs(Fraction(text) - exact) <= abs(exact) * Fraction(1, 10**digits)


def digits_of(text):
    return len(text.replace(".", "").replace("-", "").lstrip("0"))


def new(cli, folder, kind, number=1):
    code = f"{PREFIX[kind]}4300{number:04d}"
    book = folder / f"{code}.edubook"
    made = cli("school", "new", book, "--code", code, "--name", f"第{code[-3:]}校", "--kind", kind,
               "--year", 2026, "--county", 430900, "--standard", "national-2017")  # fmt: skip
    assert made.code == 0, made.err
    return code, book


def import_(cli, book, path):
    done = cli("school", "import", book, path, "--json")
    assert done.code in {0, 1}, done.err
    # A 教学点 has no word of its own on the form; nothing else may be left out.
    return [each for each in done.json["ignored"] if "教学点" not in each["reason"]]


def compare_section(section, judge):
    stage = NAMES[section["stage"]]
    assert section["pupils"] == judge.pupils[stage]
    assert (section["verdict"], section["met"]) == judge.section(stage)
    assert [each["code"] for each in section["indicators"]] == list(LIMITS[stage])
    for each in section["indicators"]:
        compare_indicator(each, judge.indicator(each["code"], stage))


def compare_indicator(each, wanted):
    assert each["verdict"] == wanted["verdict"], each
    assert Fraction(each["threshold"]) == wanted["threshold"]
    assert each["standard"] == "national-2017"
    assert each["citation"]["document"]
    assert each["citation"]["clause"]
    if wanted["verdict"] in {"not_applicable", "insufficient_data"}:
        assert each["value"] is None
        assert each["gap"] is None
        return
    assert Fraction(each["floor"]) == wanted["floor"]
    assert near(each["numerator"], wanted["numerator"], 15)
    assert near(each["denominator"], wanted["denominator"], 15)
    assert near(each["value"], wanted["value"], 10)
    shown = Fraction(each["shown"])
    assert shown - Fraction(1, 200) <= wanted["value"] < shown + Fraction(1, 200)
    assert each["gap"]["short"] == str(wanted["short"])
    assert (each["gap"]["pupils_head_room"] or 0) == wanted["room"]


def compare_school(found, judge):
    verdicts = {each["code"]: each for each in found["school_level"]}
    assert verdicts["G3"]["verdict"] == judge.g3(), verdicts["G3"]
    assert verdicts["G5"]["verdict"] == judge.g5(), verdicts["G5"]
    for code, (outcome, value) in {
        "G4": judge.g4(),
        "G9": judge.share("近5年培训满360学时专任教师人数"),
        "G12": judge.share("持有教师资格证的专任教师人数"),
        "Q1": judge.q1(),
        "Q4": judge.q4(),
    }.items():
        assert verdicts[code]["verdict"] == outcome, verdicts[code]
        assert near(verdicts[code]["value"], value, 10)
    if judge.g4()[1] is not None:
        limit, pupils = int(verdicts["G4"]["threshold"]), judge.g4()[1]
        assert verdicts["G4"]["gap"]["short"] == str(max(0, pupils - limit))


def check(cli, book, judge, code):
    result = cli("school", "check", book, "--json")
    found = result.json
    open_ = [each for each in found["findings"] if each["severity"] == "hard" or not each["reason"]]
    assert result.code == (1 if open_ else 0)
    assert found["school"] == {"code": code, "name": f"第{code[-3:]}校", "kind": judge.kind}
    assert found["standards"] == ["national-2017"]
    assert found["on"] == "2026-09-01"
    assert [NAMES[each["stage"]] for each in found["sections"]] == list(judge.stages)
    for section in found["sections"]:
        compare_section(section, judge)
    compare_school(found, judge)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("suffixed", ["none", "mixed", "all"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_official_form_is_judged_as_the_standard_says(cli, tmp_path, kind, suffixed):
    judged(cli, tmp_path, kind, suffixed, seed=0, blanks=0.06 if suffixed == "mixed" else 0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_other_fillings_too(cli, tmp_path, kind):
    for seed in range(1, 4):
        judged(cli, tmp_path, kind, ("none", "mixed", "all")[seed % 3], seed, blanks=(0, 0.12)[seed % 2])


def judged(cli, folder, kind, suffixed, seed, blanks):
    dice = random.Random(f"{kind}{suffixed}{seed}")
    code, book = new(cli, folder, kind, seed + 1)
    cells = filling(dice, kind, code, suffixed=suffixed, blanks=blanks)
    assert import_(cli, book, write_form(folder / f"{seed}.xlsx", cells)) == []
    check(cli, book, Judge(kind, cells), code)


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the folder of real forms (../shared) is not here")
@pytest.mark.parametrize("kind", KINDS)
def test_the_real_form_too(cli, tmp_path, kind):
    dice = random.Random(f"real{kind}")
    code, book = new(cli, tmp_path, kind)
    cells = filling(dice, kind, code)
    import_(cli, book, write_form(tmp_path / "表.xlsx", cells, real=True))
    check(cli, book, Judge(kind, cells), code)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "cells", "stage", "code", "value", "verdict", "short", "room"),
    [
        # exactly at the threshold, one pupil more, one teacher fewer
        ("211", {"小学学生人数": 500, "县级及以上骨干教师数": 5}, 0, "R2", "1", "met", "0", 0),
        ("211", {"小学学生人数": 501, "县级及以上骨干教师数": 5}, 0, "R2", None, "floor", "1", 0),
        ("211", {"小学学生人数": 500, "县级及以上骨干教师数": 0}, 0, "R2", "0", "unmet", "5", 0),
        ("211", {"小学学生人数": 100, "教学及辅助用房总面积": 500.4, "室内体育用房面积": "50.4㎡"}, 0, "R4",
         "4.5", "met", "0", 0),
        ("312", {"小学学生人数": 166, "初中学生人数": 210, "网络多媒体教室间数": 9}, 1, "R7",
         None, "met", "0", 14),
        ("341", {"小学学生人数": 0, "初中学生人数": 400, "高中学生人数": 500, "网络多媒体教室间数": 24}, 0,
         "R7", "2.4", "met", "0", 0),
    ],
)  # fmt: skip
def test_at_the_edges(cli, tmp_path, kind, cells, stage, code, value, verdict, short, room):  # noqa: PLR0917
    school, book = new(cli, tmp_path, kind)
    cells = {"学校代码": school, "学校类型": KINDS[kind], **cells}
    import_(cli, book, write_form(tmp_path / "表.xlsx", cells))
    section = cli("school", "check", book, "--json").json["sections"][stage]
    found = next(each for each in section["indicators"] if each["code"] == code)
    assert found["verdict"] == verdict
    assert value is None or found["value"] == value
    assert found["gap"] == {"short": short, "unit": found["gap"]["unit"], "pupils_head_room": room}


def test_values_have_at_least_ten_digits_where_they_do_not_end(cli, tmp_path):
    school, book = new(cli, tmp_path, "211")
    cells = {"学校代码": school, "小学学生人数": 618, "县级及以上骨干教师数": 26}
    import_(cli, book, write_form(tmp_path / "表.xlsx", cells))
    section = cli("school", "check", book, "--json").json["sections"][0]
    found = next(each for each in section["indicators"] if each["code"] == "R2")
    assert found["value"].startswith("4.2071197411")
    assert digits_of(found["value"]) >= 10
    assert found["shown"] == "4.21"


# --- the county ---


@pytest.fixture(scope="module")
def county(cli, tmp_path_factory):
    """Nine schools of all kinds exported as drafts and merged: the workbook and the judges by code."""
    tmp_path = tmp_path_factory.mktemp("county")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(tmp_path / "data"))
        yield _county(cli, tmp_path)


def _county(cli, tmp_path):
    stick = tmp_path / "U盘"
    stick.mkdir()
    judges = {}
    kinds = ["211", "211", "218", "311", "312", "341", "345", "312", "218"]
    for number, kind in enumerate(kinds, 1):
        code, book = new(cli, tmp_path, kind, number)
        dice = random.Random(f"county{number}")
        cells = filling(dice, kind, code, suffixed="all")
        if kind == "218":
            cells["小学学生人数"] = 49 if number == 3 else 50
        if kind in {"341", "345"}:
            cells["高中学生人数"] = 300
        import_(cli, book, write_form(tmp_path / "表.xlsx", cells))
        assert cli("school", "export", book, stick, "--draft").code == 0
        judges[code] = Judge(kind, cells)
    workbook = tmp_path / "县.edubook"
    made = ("county", "new", workbook, "--code", 430900, "--name", "某县", "--year", 2026)
    assert cli(*made, "--standard", "national-2017").code == 0
    files = sorted(stick.glob("*.edusub"))
    assert cli("county", "trust", workbook, *files, "--unchecked").code == 0
    merged = cli("county", "merge", workbook, stick, "--json")
    assert merged.code == 0
    assert (merged.json["read"], merged.json["accepted"]) == (9, 9)
    return workbook, judges


def rows_of(judges, stage):
    return [
        (code, judge)
        for code, judge in sorted(judges.items())
        if stage in judge.stages and judge.section(stage)[0] != "not_applicable"
    ]


@pytest.mark.slow
def test_means_coefficients_and_shares_of_a_county(cli, county):
    workbook, judges = county
    found = cli("county", "check", workbook, "--json").json
    assert (found["reported"], found["final"], found["expected"]) == (9, 0, None)
    assert found["complete"] is False
    assert found["standards"] == ["national-2017"]
    for stage, name in STAGE_CODE.items():
        rows, told = rows_of(judges, stage), found["stages"][name]
        assert told["sections"] == len(rows)
        coefficients = []
        for each in told["indicators"]:
            judged = [judge.indicator(each["code"], stage) for _, judge in rows]
            assert each["limit"] == COEFFICIENT[stage]
            assert each["sections_met"] == sum(one["verdict"] == "met" for one in judged)
            values = [
                (judge.pupils[stage], one["value"]) for (_, judge), one in zip(rows, judged, strict=True)
            ]
            assert all(value is not None for _, value in values)
            mean, coefficient = balance(values)
            assert near(each["mean"], mean, 9)
            assert near(each["coefficient"], Fraction(coefficient), 9)
            assert each["verdict"] == ("met" if coefficient <= Decimal(COEFFICIENT[stage]) else "unmet")
            coefficients.append(coefficient)
        assert near(told["composite"], Fraction(sum(coefficients) / 7), 9)
        assert [each["code"] for each in told["indicators"]] == list(LIMITS[stage])


@pytest.mark.slow
def test_the_schools_of_a_county(cli, county):
    workbook, judges = county
    found = cli("county", "check", workbook, "--json").json
    wanted = [(code, stage) for code, judge in sorted(judges.items()) for stage in judge.stages]
    assert sorted((each["code"], NAMES[each["stage"]]) for each in found["schools"]) == sorted(wanted)
    for each in found["schools"]:
        judge, stage = judges[each["code"]], NAMES[each["stage"]]
        assert (each["verdict"], each["met"]) == judge.section(stage)
        assert (each["name"], each["state"]) == (f"第{each['code'][-3:]}校", "draft")
        for code in LIMITS[stage]:
            assert near(each["values"][code], judge.indicator(code, stage).get("value"), 10)


@pytest.mark.slow
def test_a_missing_value_is_not_zero_in_a_county(cli, county, tmp_path):
    _, judges = county
    workbook = shutil.copy(county[0], tmp_path)
    stick = tmp_path / "U盘"
    stick.mkdir()
    code = next(code for code, judge in judges.items() if judge.kind == "311")
    book = shutil.copy(county[0].parent / f"{code}.edubook", tmp_path)
    assert cli("school", "set", book, "school_total", "-", "multimedia_rooms", "").code == 0
    assert cli("school", "export", book, stick, "--draft").code == 0
    merged = cli("county", "merge", workbook, stick, "--json")
    assert merged.json["held"] == 1  # another computer's writer: its key is not admitted yet
    (file,) = stick.iterdir()
    digits = cli("verify", file).out.rsplit("签名指纹", 1)[1]
    assert "接收" in cli("county", "trust", workbook, file, "--digits", digits).out
    stages = cli("county", "check", workbook, "--json").json["stages"]
    junior = {each["code"]: each for each in stages["lower_secondary"]["indicators"]}
    assert (junior["R7"]["verdict"], junior["R7"]["mean"]) == ("insufficient_data", None)
    assert junior["R6"]["mean"] is not None
    assert stages["lower_secondary"]["composite"] is None
    assert stages["primary"]["composite"] is not None


def test_stages_of_each_kind_are_the_standards():
    assert {kind: len(stages) for kind, stages in STAGES.items()} == {
        "211": 1, "218": 1, "311": 1, "312": 2, "341": 1, "345": 2,
    }  # fmt: skip
