"""The round before carried over, and what the county's figures can still become while schools are missing."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select

from db.problems import Problem
from db.records.choices import SchoolKind, Stage
from db.tables import JOURNAL
from eduapp.cli.parser import main
from eduapp.services import entry, jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import last_round, outlook
from eduapp.services.county import reports as county_reports
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import intake, trust
from eduapp.standards.county.intervals import Box, Settled
from eduapp.standards.county.outlook import Ground, LastSection, _sections_of
from eduapp.standards.county.roll import Absent
from eduapp.standards.packs.reader import load
from tests.services import schools

PRIMARY, LOWER = Stage.PRIMARY, Stage.LOWER_SECONDARY
NAMES = {"2143000001": "城关小学", "2143000002": "河口完小", "2143000003": "石门小学"}
FIRST, SECOND, THIRD = NAMES
LISTED = [Expected(code, name, "211") for code, name in NAMES.items()]
SECTION = {"classes": 10, "teachers": 25, "bachelor": 20, "associate": 4, "master": 0, "doctor": 0,
           "backbone": 5, "pe": 2, "music": 1, "fine_art": 1, "art": 0}  # fmt: skip
TOTAL = {"teaching_area": 2400, "field_area": 4000, "indoor_sports_area": 0, "gym_area": 0,
         "multimedia_rooms": 12}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Submissions and workbooks that were made once for all tests of this file."""
    return tmp_path_factory.mktemp("made"), {}


@pytest.fixture
def report_in(made):
    """A school fills its totals, exports a draft, and the county takes it in."""

    def report(book, code, **facts):
        file = _submission(made, code, book.year, **facts)
        trust.admit_unchecked(book, [file])
        jobs.run(intake.merge(book, [file]))

    return report


def _submission(made, code, year, *, pupils=400, teachers=25, equipment=95):
    folder, kept = made
    facts = code, year, pupils, teachers, equipment
    if facts not in kept:
        place = folder / str(len(kept))
        place.mkdir()
        with schools.make(place, code, NAMES[code], year=year) as school:
            cells = {**SECTION, "pupils": pupils, "teachers": teachers, "bachelor": teachers - 5}
            values = [("section_total", "primary", name, value) for name, value in cells.items()]
            values += [("school_total", "-", name, value) for name, value in TOTAL.items()]
            if equipment is not None:
                values.append(("funding", "-", "equipment_value", equipment))
            read = [(*at, entry.read(school, at[0], at[2], str(value))) for *at, value in values]
            entry.set_cells(school, read, "填写")
            kept[facts] = Path(schools.export(school, place / "U盘").path)
    return kept[facts]


@pytest.fixture
def earlier(made, report_in):
    """The county's workbook of the year before: all three schools, the third one unlike the others."""
    path = made[0] / "上年.edubook"
    if not path.exists():
        with schools.county(path, year=2025) as old:
            report_in(old, FIRST)
            report_in(old, SECOND, teachers=30)
            report_in(old, THIRD, pupils=200, teachers=22, equipment=80)
    return path


@pytest.fixture
def book(tmp_path):
    with schools.county(tmp_path / "县.edubook") as book:
        book.set_expected(LISTED)
        yield book


@pytest.fixture
def two_of_three(report_in, book):
    report_in(book, FIRST)
    report_in(book, SECOND, teachers=30)
    return book


def seen(book):
    report = jobs.run(county_reports.county_report(book))
    return report, jobs.run(outlook.county_outlook(book, report))


def by_code(found, stage=PRIMARY):
    (chosen,) = [each for each in found.stages if each.stage is stage and not each.title]
    return {each.code: each for each in chosen.indicators}


# --- the interval ---


@pytest.mark.slow
def test_what_the_missing_school_reports_later_lies_in_the_interval(report_in, two_of_three, earlier):
    assert jobs.run(last_round.carry_over(two_of_three, earlier)) == 3
    _, before = seen(two_of_three)
    for each in by_code(before).values():
        assert (each.absent, each.lacking, each.unknown) == (1, 0, 0)
        assert each.interval.low < each.interval.high
    report_in(two_of_three, THIRD, pupils=210, teachers=24, equipment=90)
    report, after = seen(two_of_three)
    (stage, _) = report.stages
    for computed in stage.indicators:
        then, now = by_code(before)[computed.code], by_code(after)[computed.code]
        assert then.interval.low <= computed.balance.coefficient <= then.interval.high
        assert then.met[0] <= computed.sections_met <= then.met[1]
        assert now.interval.low == now.interval.high == computed.balance.coefficient
        assert now.settled is then.settled is Settled.OPEN  # drafts, and last year's figures settle nothing
        assert now.supposed is None
        assert then.supposed.value in {computed.outcome.value, "open"}


def test_without_a_round_before_nothing_is_assumed(two_of_three):
    _, found = seen(two_of_three)
    assert found.last_year is None
    for each in by_code(found).values():
        assert each.interval is None
        assert each.settled is Settled.OPEN
        assert (each.absent, each.unknown) == (1, 1)
        assert each.met[1] == each.met[0] + 1
        assert each.bars.unknown == 1
    assert [stage.open for stage in found.stages if stage.stage is PRIMARY] == [7]


def test_without_a_school_list_nothing_is_settled(tmp_path, report_in):
    with schools.county(tmp_path / "县.edubook") as book:
        report_in(book, FIRST)
        _, found = seen(book)
    assert not found.ground.listed
    assert {each.settled for each in by_code(found).values()} == {Settled.OPEN}


@pytest.mark.slow
def test_a_reported_school_without_the_value_counts_as_open(report_in, book, earlier):
    report_in(book, FIRST)
    report_in(book, SECOND)
    report_in(book, THIRD, pupils=200, equipment=None)
    _, found = seen(book)
    lacking = by_code(found)["R6"]
    assert (lacking.absent, lacking.lacking, lacking.unknown, lacking.bars.lacking) == (0, 1, 1, 1)
    assert lacking.settled is Settled.OPEN
    assert by_code(found)["R5"].settled is Settled.OPEN
    assert by_code(found)["R5"].supposed is None
    jobs.run(last_round.carry_over(book, earlier))
    _, found = seen(book)
    again = by_code(found)["R6"]
    assert again.interval is not None
    assert [bar.value is None for bar in again.bars.bars].count(True) == 1


@pytest.mark.slow
def test_contributions_name_the_school_that_stands_out(report_in, two_of_three):
    report_in(two_of_three, THIRD, pupils=200, teachers=60)
    _, found = seen(two_of_three)
    shares = by_code(found)["R1"].contributions
    assert shares[0].school == THIRD
    assert shares[0].above
    assert sum(each.share for each in shares) == 1


@pytest.mark.slow
def test_the_share_decides_how_wide_the_interval_is(two_of_three, earlier):
    jobs.run(last_round.carry_over(two_of_three, earlier))
    widths = []
    for percent in ("0", "10", "20%", "35.5"):
        last_round.set_share(two_of_three, percent)
        interval = by_code(seen(two_of_three)[1])["R1"].interval
        widths.append(interval.high - interval.low)
    assert widths[0] == 0
    assert widths == sorted(widths)
    assert len(set(widths)) == 4
    assert last_round.share_of(two_of_three) == Fraction(71, 200)


@pytest.mark.parametrize("text", ["", "二十", "-1", "101", "NaN"])
def test_a_share_that_is_none_is_refused(book, text):
    with pytest.raises(Problem) as problem:
        last_round.set_share(book, text)
    assert problem.value.code == "share-unreadable"
    assert last_round.share_of(book) == Fraction(1, 5)


# --- the round before ---


@pytest.mark.slow
def test_the_round_before_is_kept_exactly_and_replaced_by_the_next(tmp_path, earlier):
    path = tmp_path / "县.edubook"
    with schools.county(path) as book:
        jobs.run(last_round.carry_over(book, earlier))
        jobs.run(last_round.carry_over(book, earlier))
    with county_books.open_county(path) as book:
        kept = last_round.last_sections(book)
        assert set(kept) == {(code, PRIMARY) for code in NAMES}
        assert kept[THIRD, PRIMARY].pupils == 200
        assert kept[THIRD, PRIMARY].values["R6"] == Fraction(800000, 200)
        assert kept[FIRST, PRIMARY].values["R1"] == Fraction(24 * 100, 400)
        assert last_round.last_year(book) == 2025
        with book.workbook.transaction() as connection:
            notes = connection.execute(select(JOURNAL.c.new).where(JOURNAL.c.field == "last-round")).scalars()
            assert [text.split()[0] for text in notes] == ["2025", "2025"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"code": "430901", "year": 2025}, "last-round-county"),
        ({"year": 2026}, "last-round-not-earlier"),
        ({"year": 2027}, "last-round-not-earlier"),
        ({"year": 2025, "practice": True}, "last-round-practice"),
        ({"year": 2025}, "last-round-empty"),
    ],
)
def test_a_workbook_that_does_not_fit_is_refused(tmp_path, book, facts, code):
    schools.county(tmp_path / "别的.edubook", **facts).close()
    with pytest.raises(Problem) as problem:
        jobs.run(last_round.carry_over(book, tmp_path / "别的.edubook"))
    assert problem.value.code == code
    assert last_round.last_sections(book) == {}


def test_a_school_workbook_and_the_own_one_are_refused(tmp_path, book):
    schools.make(tmp_path).close()
    for path, code in (
        (tmp_path / f"{schools.CODE}.edubook", "not-a-county-workbook"),
        (book.path, "workbook-in-use"),
    ):
        with pytest.raises(Problem) as problem:
            jobs.run(last_round.carry_over(book, path))
        assert problem.value.code == code


# --- which sections are open ---

NATIONAL = load("national-2017")
POINT, WHOLE, UNSAID = SchoolKind.TEACHING_POINT, SchoolKind.NINE_YEAR, None


def opened(kind, stage=PRIMARY, pupils=None, standard=NATIONAL, left_out=()):
    last = {}
    if pupils is not None:
        last[THIRD, PRIMARY] = LastSection(pupils, {"R1": Fraction(5)}, frozenset(left_out))
    ground = Ground((), last, Fraction(1, 5), listed=True, names={})
    return [each.box for each in _sections_of(Absent(THIRD, "", kind), stage, "R1", standard, ground)]


def test_the_kind_says_which_sections_a_school_has():
    assert opened(SchoolKind.PRIMARY) == [None]
    assert opened(SchoolKind.PRIMARY, LOWER) == []
    assert opened(WHOLE, LOWER, 300) == [None]
    assert opened(WHOLE, PRIMARY, 301) == [Box(241, 361, Fraction(4), Fraction(6))]
    assert opened(UNSAID, PRIMARY) == opened(UNSAID, LOWER) == [None]
    assert opened(UNSAID, LOWER, 300) == []


def test_a_teaching_point_may_fall_under_the_line():
    assert opened(POINT, pupils=41) == []
    assert opened(POINT, pupils=42) == [Box(0, 50, Fraction(4), Fraction(6))]
    assert opened(POINT, pupils=61) == [Box(0, 73, Fraction(4), Fraction(6))]
    assert opened(POINT, pupils=62) == [Box(50, 74, Fraction(4), Fraction(6))]
    assert opened(POINT) == [None]


def test_the_2012_rules_leave_out_whom_they_do_not_cover():
    rules = load("national-2012")
    assert opened(POINT, pupils=300, standard=rules) == []
    assert opened(SchoolKind.PRIMARY, pupils=300, standard=rules, left_out=["national-2012"]) == []
    assert opened(SchoolKind.PRIMARY, pupils=300, left_out=["national-2012"]) == [
        Box(240, 360, Fraction(4), Fraction(6))
    ]


@pytest.mark.slow
def test_the_composite_of_the_2012_rules_is_settled_or_not(tmp_path, report_in, earlier):
    path = tmp_path / "县.edubook"
    standards = ("national-2017", "national-2012")
    with county_books.create_county(path, schools.COUNTY, "某县", 2026, standards) as book:
        book.set_expected(LISTED)
        report_in(book, FIRST)
        report_in(book, SECOND)
        _, found = seen(book)
        by_label = {each.label: each for each in found.stages}
        assert set(by_label) == {"小学", "初中", "小学·义务教育基本均衡", "初中·义务教育基本均衡"}
        further = by_label["小学·义务教育基本均衡"]
        assert further.composite_limit == Decimal("0.65")
        assert further.composite_settled is Settled.OPEN
        assert {each.settled for each in further.indicators} == {None}
        jobs.run(last_round.carry_over(book, earlier))
        assert "B1" in last_round.last_sections(book)[THIRD, PRIMARY].values


# --- the command line ---


def run(capsys, *arguments):
    code = main([str(each) for each in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.slow
def test_the_command_line_carries_over_and_tells_intervals(tmp_path, capsys, report_in, earlier):
    path = tmp_path / "县.edubook"
    with schools.county(path) as book:
        book.set_expected(LISTED)
        report_in(book, FIRST)
        report_in(book, SECOND)
    _, out, _ = run(capsys, "county", "check", path, "--json")
    told = json.loads(out)["stages"]["primary"]["indicators"]
    assert {(each["interval"], each["settled"]) for each in told} == {(None, False)}
    _, out, _ = run(capsys, "county", "check", path)
    assert "未定:小学 R1 差异系数 不明" in out
    code, out, _ = run(capsys, "county", "last-round", path, earlier)
    assert (code, out) == (0, "已导入 2025 学年的 3 个学段,未报学校按上下浮动 20% 推算\n")
    _, out, _ = run(capsys, "county", "check", path, "--json")
    for each in json.loads(out)["stages"]["primary"]["indicators"]:
        low, high = map(Decimal, each["interval"])
        assert 0 <= low < high
        assert (each["settled"], each["verdict"]) == (False, "unsettled")
        assert (each["missing"], each["drafts"]) == ([THIRD], [FIRST, SECOND])
    code, _, err = run(capsys, "county", "last-round", path, path)
    assert code == 2
    assert "[workbook-in-use]" in err
    assert run(capsys, "county", "report", path, tmp_path / "表.pdf")[::2] == (0, "")
    assert run(capsys, "county", "report", path, tmp_path / "表.xlsx")[0] == 0
