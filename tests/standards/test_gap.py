"""Gaps against brute force: the smallest addition that meets, the most pupils that still do."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.packs.reader import load
from tests.standards.drafts import make, place, read

STANDARD = load("national-2017")
STAGES = {"211": ["primary"], "311": ["lower_secondary"], "312": ["primary", "lower_secondary"]}
STAGES |= {"341": ["lower_secondary"], "345": ["primary", "lower_secondary"]}
ADDS_TO = {
    "R1": "{stage}.master",
    "R2": "{stage}.backbone",
    "R3": "{stage}.art",
    "R4": "school_total.teaching_area",
    "R5": "school_total.field_area",
    "R6": "funding.equipment_value",
    "R7": "school_total.multimedia_rooms",
}
STEP = {"R6": Fraction(1, 10_000)}
"""R6 is in 元, its cell in 万元."""


def write(draft, path, text):
    record, key, field = place(path)
    draft.rows[record][key][field] = read(record, field, text)


def judged(draft, stage, code):
    found = {each.stage: each for each in evaluate_sections(SchoolData(draft), STANDARD)}[stage]
    return next(each for each in found.verdicts if each.code == code)


def added(start, units, code):
    total = Fraction(start) + units * STEP.get(code, Fraction(1))
    return (
        f"{float(total):.6f}"
        if code == "R6"
        else (f"{float(total):.4f}" if code in {"R4", "R5"} else str(total))
    )


def meets(draft, path, start, units, stage, code):
    write(draft, path, added(start, units, code))
    outcome = judged(draft, stage, code).outcome
    write(draft, path, start)
    assert outcome in {"met", "floor", "unmet"}
    return outcome == "met"


@st.composite
def schools(draw):
    kind = draw(st.sampled_from(sorted(STAGES)))
    cells = {}
    small = st.integers(0, 40)
    for stage in STAGES[kind]:
        cells[f"{stage}.pupils"] = str(draw(st.integers(1, 900)))
        for name in (
            "associate",
            "bachelor",
            "master",
            "doctor",
            "backbone",
            "pe",
            "music",
            "fine_art",
            "art",
        ):
            cells[f"{stage}.{name}"] = str(draw(small))
    if kind in {"341", "345"}:
        cells["school_total.senior_high_pupils"] = str(draw(st.integers(0, 900)))
    for name in ("indoor_sports_area", "gym_area"):
        cells[f"school_total.{name}"] = f"{draw(st.integers(0, 999_9999)) / 10**4:.4f}"
    for name in ("teaching_area", "field_area"):
        cells[f"school_total.{name}"] = f"{draw(st.integers(1000_0000, 15000_0000)) / 10**4:.4f}"
    cells["funding.equipment_value"] = f"{draw(st.integers(0, 400_000_000)) / 10**6:.6f}"
    cells["school_total.multimedia_rooms"] = str(draw(st.integers(0, 60)))
    stage = draw(st.sampled_from(STAGES[kind]))
    return kind, cells, stage, draw(st.sampled_from(sorted(ADDS_TO)))


@given(schools())
def test_short_is_the_smallest_addition_and_head_room_the_most_pupils(school):
    kind, cells, stage, code = school
    draft = make(kind, cells)
    verdict = judged(draft, stage, code)
    path = ADDS_TO[code].format(stage=stage)
    short = verdict.gap.short
    assert (short == 0) == (verdict.outcome == "met")
    assert meets(draft, path, cells[path], short, stage, code)
    if short:
        assert not meets(draft, path, cells[path], short - 1, stage, code)
        assert verdict.gap.pupils_head_room == 0
        return
    room, pupils = verdict.gap.pupils_head_room, int(cells[f"{stage}.pupils"])
    write(draft, f"{stage}.pupils", str(pupils + room))
    assert judged(draft, stage, code).outcome == "met"
    write(draft, f"{stage}.pupils", str(pupils + room + 1))
    assert judged(draft, stage, code).outcome != "met"


def school_level(draft, code):
    return next(each for each in evaluate_school(SchoolData(draft), STANDARD) if each.code == code)


@given(st.integers(0, 60), st.integers(1, 60))
def test_teachers_short_of_all(trained, teachers):
    trained = min(trained, teachers)
    cells = {"primary.pupils": "500", "primary.trained": str(trained), "primary.teachers": str(teachers)}
    verdict = school_level(make("211", cells), "G9")
    needed = next(n for n in range(100) if trained + n >= teachers)
    assert verdict.gap.short == needed
    assert (verdict.outcome == "met") == (needed == 0)


@given(st.integers(1, 60), st.integers(0, 6), st.integers(0, 6))
def test_rooms_short(classes, music, art):
    cells = {"primary.pupils": "500", "primary.classes": str(classes)}
    cells |= {"school_total.music_rooms_96": str(music), "school_total.art_rooms_90": str(art)}
    verdict = school_level(make("211", cells), "G3")
    needed = next(n for n in range(1, 10) if n * 12 >= classes)
    assert verdict.gap.short == max(0, needed - music) + max(0, needed - art)
    assert (verdict.outcome == "met") == (music >= needed and art >= needed)


@given(st.lists(st.integers(0, 120), min_size=1, max_size=12), st.sampled_from(["211", "311"]))
def test_classes_over_the_limit_are_counted(sizes, kind):
    grade, limit = ("3", 45) if kind == "211" else ("8", 50)
    rows = [{"name": f"{n}班", "grade": grade, "pupils": str(size)} for n, size in enumerate(sizes)]
    verdict = school_level(make(kind, rows={"school_class": rows}), "G5")
    assert verdict.value == verdict.gap.short == sum(size > limit for size in sizes)
    assert verdict.gap.pupils_head_room is None


@given(st.integers(0, 3000), st.integers(0, 3000), st.sampled_from(["312", "345"]))
def test_pupils_over_the_size(primary, lower, kind):
    assume(primary + lower)
    verdict = school_level(
        make(kind, {"primary.pupils": str(primary), "lower_secondary.pupils": str(lower)}), "G4"
    )
    assert verdict.gap.short == max(0, primary + lower - 2500)
    assert verdict.gap.pupils_head_room == (2500 - primary - lower if primary + lower <= 2500 else None)


@given(st.integers(0, 130), st.integers(0, 9), st.integers(0, 9), st.integers(1, 130), st.integers(0, 9))
def test_graduates_short(graduates, came, went, cohort, died):
    names = ("graduates", "transferred_in", "transferred_out", "cohort", "died")
    assume(graduates + went + died <= cohort + came)
    values = (graduates, came, went, cohort, died)
    cells = {f"lower_secondary.{name}": str(value) for name, value in zip(names, values, strict=True)}
    verdict = school_level(make("311", {"lower_secondary.pupils": "300"} | cells), "Q1")
    if cohort <= died:
        assert verdict.outcome == "insufficient_data"
        return
    needed = next(n for n in range(500) if 100 * (graduates + n - came + went) >= 95 * (cohort - died))
    assert verdict.gap.short == needed
    assert (verdict.outcome == "met") == (needed == 0)
