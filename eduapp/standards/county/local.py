"""County formulas of the local plans of 大通湖区 2025 and 会泽县 2023 (docs/standards.md, "Local plans")."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import MEETING, PROJECT_KIND, SCHOOL_KIND, SchoolKind, Stage
from eduapp.standards.county.data import units
from eduapp.standards.county.measure import EVIDENCE, CountyFormula, ratio
from eduapp.standards.county.settling import Adds
from eduapp.standards.formulas.documents import answered, measure_of
from eduapp.standards.formulas.measure import EITHER, Measure, NotApplicable, named
from eduapp.standards.results import Input
from eduapp.standards.years import SCHOOL_YEAR, YEAR_BEFORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from db.records.rows import Row
    from eduapp.standards.county.data import CountyData, SchoolEntry
    from eduapp.standards.county.measure import Parameters

QUARTER_MONTHS, QUARTERS = 3, 4
NO_SCHOOLS = "还没有学校上报"
MEETING_NAMES, PROJECT_NAMES = dict(MEETING.options), dict(PROJECT_KIND.options)
KIND_NAMES = dict(SCHOOL_KIND.options)


def school_numbers(county: CountyData, parameters: Parameters) -> Measure:
    """大通湖 第1条: how many schools there are; each kind of `numbers` has exactly its number."""
    own = [entry for entry in county.entries if entry.facts.kind is not SchoolKind.TEACHING_POINT]
    if not own:
        return Measure(None, None, (), "所", note=NO_SCHOOLS)
    kinds = [entry.facts.kind for entry in own]
    over = {kind: kinds.count(SchoolKind(kind)) - number for kind, number in parameters["numbers"].items()}
    too_many, too_few = max(over.values(), default=0) > 0, min(over.values(), default=0) < 0
    also = False if too_many else None if None in kinds else county.partial or not too_few
    primary, junior = (kinds.count(kind) for kind in (SchoolKind.PRIMARY, SchoolKind.LOWER_SECONDARY))
    note = f"现有 {len(own)} 所,其中小学 {primary} 所、初中 {junior} 所"
    return Measure(Fraction(len(own)), Fraction(1), (), "所", note=note, also=also)


def named_projects(county: CountyData, parameters: Parameters) -> Measure:
    """大通湖 第6条: schools of `schools` with a finished project of `kind`, over all that are named.

    A project belongs to a school whose name it holds, in its own name or as its school.
    """
    rows = _projects(county, parameters["kind"])
    names, word = list(parameters["schools"]), PROJECT_NAMES[parameters["kind"]]
    if not rows:
        return Measure(None, None, (), "所", note=f"缺:「建设项目」中的{word}项目")
    done = [name for name in names if any(_of(row, name) and _is_done(row, county.on) for row in rows)]
    absent = [name for name in names if name not in done]
    note = f"没有完成:{named(absent)}" if absent else f"{len(names)} 所全部完成"
    return Measure(Fraction(len(done)), Fraction(len(names)), (), "所", note=note)


def finished_schools(county: CountyData, parameters: Parameters) -> Measure:
    """会泽 第二条: finished projects of `kind`, of the kinds of school wanted, each up to its `numbers`.

    A project says its kind of school by a word of `words` in its own name or its school's (inferred); one
    that says none, or several, may be of any: it decides nothing.
    """
    rows = _projects(county, parameters["kind"])
    if not rows:
        word = PROJECT_NAMES[parameters["kind"]]
        return Measure(None, None, (), "个", note=f"缺:「建设项目」中的{word}项目")
    done = [row for row in rows if _is_done(row, county.on)]
    said = [_kinds_said(row, parameters["words"]) for row in done]
    numbers = {code: int(number) for code, number in parameters["numbers"].items()}
    have = {code: sum(found == [code] for found in said) for code in numbers}
    count = sum(min(have[code], number) for code, number in numbers.items())
    kinds = "、".join(f"{KIND_NAMES[code]} {have[code]}/{number}" for code, number in numbers.items())
    note = f"登记 {len(rows)} 个,已完成 {len(done)} 个:{kinds}"
    open_ones = [_project_name(row) for row, found in zip(done, said, strict=True) if len(found) != 1]
    if open_ones:
        note += f";看不出学段:{named(open_ones)}"
    if open_ones and count < sum(numbers.values()) <= count + len(open_ones):
        return Measure(None, None, (), "个", note=note)
    return Measure(Fraction(count), Fraction(1), (), "个", note=note)


def _kinds_said(row: Row, words: Mapping[str, Sequence[str]]) -> list[str]:
    said = " ".join(str(row[field]) for field in ("name", "school") if isinstance(row[field], str))
    return [code for code, own in words.items() if any(word in said for word in own)]


def _project_name(row: Row) -> str:
    return row["name"] if isinstance(row["name"], str) else "(未填名称)"


def _projects(county: CountyData, kind: str) -> list[Row]:
    return [row for row in county.rows("county_project") if row["kind"] == kind]


def _of(row: Row, school: str) -> bool:
    return any(isinstance(row[field], str) and school in str(row[field]) for field in ("school", "name"))


def _is_done(row: Row, on: datetime.date | None) -> bool:
    done = row["done"]
    return isinstance(done, datetime.date) and (on is None or done <= on)


def _quarter(day: datetime.date) -> int:
    """Number the quarters of the calendar one after the other."""
    return day.year * QUARTERS + (day.month - 1) // QUARTER_MONTHS


def meeting_quarters(county: CountyData, parameters: Parameters) -> Measure:
    """会泽 第一条: of the last four whole quarters before the day, those with a meeting of `meeting`."""
    dates, trouble = _meetings(county, parameters["meeting"])
    if trouble is not None or county.on is None:
        return trouble or _no_meetings()
    last = _quarter(county.on)
    held = {_quarter(day) for day in dates if last - QUARTERS <= _quarter(day) < last}
    note = f"近四个完整季度中有 {len(held)} 个季度开过{MEETING_NAMES[parameters['meeting']]}"
    return Measure(Fraction(len(held)), Fraction(1), (), "个", note=note)


def meetings_a_year(county: CountyData, parameters: Parameters) -> Measure:
    """会泽 第一条: meetings of `meeting` in the last four whole quarters before the day."""
    dates, trouble = _meetings(county, parameters["meeting"])
    if trouble is not None or county.on is None:
        return trouble or _no_meetings()
    last = _quarter(county.on)
    held = [day for day in dates if last - QUARTERS <= _quarter(day) < last]
    note = f"近四个完整季度开过{MEETING_NAMES[parameters['meeting']]} {len(held)} 次"
    return Measure(Fraction(len(held)), Fraction(1), (), "次", note=note)


def _meetings(county: CountyData, kind: str) -> tuple[list[datetime.date], Measure | None]:
    """Return the dates of the meetings of a kind, or what keeps them from being known."""
    rows = county.rows("county_meeting")
    own = [row for row in rows if row["kind"] == kind]
    dates = [row["date"] for row in own if isinstance(row["date"], datetime.date)]
    if not rows:
        return [], _no_meetings()
    if len(dates) < len(own):
        return [], Measure(None, None, (), "次", note="有会议没有填日期")
    return dates, None


def _no_meetings() -> Measure:
    return Measure(None, None, (), "次", note="缺:会议记录")


def nine_year_retention(county: CountyData, parameters: Parameters) -> Measure:
    """会泽 第三条: (毕业 - 九年转入 + 九年转出) / (九年前一年级在校 - 九年死亡), all schools together.

    The form's formula of three years, over nine (inferred). A school says what its stages know: the
    first grade where it has 小学, the graduates where it has 初中, who came and went in either.
    """
    del parameters
    primary, junior = (_with_stage(county, stage) for stage in Stage)
    every = county.entries
    parts = (
        _added("graduates", "本届毕业学生人数", junior, Stage.LOWER_SECONDARY),
        _added("nine_year_in", "九年间转入学生数", every),
        _added("nine_year_out", "九年间转出学生数", every),
        _added("nine_year_cohort", "九年前小学一年级在校生数", primary),
        _added("nine_year_died", "九年间死亡学生数", every),
    )
    lacking = [part.label for part in parts if part.value is None]
    if lacking:
        return Measure(None, None, parts, "人", note=f"有学校没有填:{'、'.join(lacking)}")
    graduates, came, went, cohort, died = (Fraction(part.value or 0) for part in parts)
    return Measure(graduates - came + went, cohort - died, parts, "人")


def _with_stage(county: CountyData, stage: Stage) -> list[SchoolEntry]:
    return [entry for entry in county.entries if any(each.stage is stage for each in entry.sections)]


def _added(name: str, label: str, entries: Iterable[SchoolEntry], stage: Stage | None = None) -> Input:
    values = [entry.figures.get((name, stage)) for entry in entries]
    known = [value for value in values if value is not None]
    total = sum(known) if known and len(known) == len(values) else None
    return Input(f"school_total.{name}", label, stage, total, "人", "rows" if total is not None else "")


def small_schools(county: CountyData, parameters: Parameters) -> Measure:
    """会泽 第四条: schools of `kinds` (in `areas`, where given) with `pupils` pupils or fewer.

    As the item says of schools with their campuses, or of each site.
    """
    kinds, areas = set(parameters["kinds"]), tuple(parameters["areas"])
    own = [entry for entry in units(county.entries, parameters["judged"]) if entry.facts.kind in kinds]
    if not county.entries:
        return Measure(None, None, (), "所", note=NO_SCHOOLS)
    limit, small, unknown = int(parameters["pupils"]), [], []
    for entry in own:
        sizes = [section.pupils for section in entry.sections]
        size = None if None in sizes else sum(each or 0 for each in sizes)
        area = entry.facts.area_class
        if (size is not None and size > limit) or (areas and area and not area.startswith(areas)):
            continue
        if size is None or (areas and not area):
            unknown.append(entry.facts.name)
        elif size:
            small.append(f"{entry.facts.name} {size} 人")
    # The clause bounds a list: all of its names, not the first few.
    parts = [f"{len(small)} 所:{'、'.join(small)}"] if small else []
    parts += [f"{len(unknown)} 所缺学生数或城乡分类:{named(unknown)}"] if unknown else []
    if unknown and not small:
        return Measure(None, None, (), "所", note=";".join(parts))
    return Measure(Fraction(len(small)), Fraction(1), (), "所", note=";".join(parts) or "没有这样的学校")


def recent_document(county: CountyData, parameters: Parameters) -> Measure:
    """A tick of the county whose newest document is not older than `years` years on the day."""
    code, on = parameters["code"], county.on
    found = answered(county.rows(EVIDENCE), code)
    dates = [row["date"] for row in county.rows(EVIDENCE) if row["item"] == code]
    known = [date for date in dates if isinstance(date, datetime.date)]
    if found.met is not True or on is None or not known:
        return measure_of(found)
    newest, years = max(known), int(parameters["years"])
    since = (on.year - years, on.month, on.day)
    if (newest.year, newest.month, newest.day) >= since:
        return measure_of(found)
    note = f"最近一份是 {newest.isoformat()},已超过 {years} 年"
    return Measure(Fraction(0), Fraction(1), (), "项", note=note)


def not_computed(county: CountyData, parameters: Parameters) -> NotApplicable:
    """An item that is listed and never computed; `why` says why."""
    del county
    return NotApplicable(parameters["why"])


FORMULAS: dict[str, CountyFormula] = {
    "school_numbers": CountyFormula(
        school_numbers,
        "所",
        ("numbers",),
        schools=lambda _, kind, __: kind is not SchoolKind.TEACHING_POINT,
        adds=Adds.COUNT,
    ),
    "named_projects": CountyFormula(named_projects, "%", ("schools", "kind")),
    "finished_schools": CountyFormula(finished_schools, "个", ("kind", "numbers", "words")),
    "meeting_quarters": CountyFormula(meeting_quarters, "个", ("meeting",)),
    "meetings_a_year": CountyFormula(meetings_a_year, "次", ("meeting",)),
    "training_share": CountyFormula(
        ratio("county_funding.training_funds", "county_funding.payroll", unit="万元"),
        "%",
        year=YEAR_BEFORE,
    ),
    "pooled_share": CountyFormula(
        ratio("county_funding.pooled_funds", "county_funding.running_funds", unit="万元"),
        "%",
        year=YEAR_BEFORE,
    ),
    "gdp_share": CountyFormula(
        ratio("county_funding.education_funds", "county_funding.gdp", unit="万元"),
        "%",
        year=YEAR_BEFORE,
    ),
    "nine_year_retention": CountyFormula(nine_year_retention, "%", schools=lambda *_: True, year=SCHOOL_YEAR),
    "small_schools": CountyFormula(
        small_schools,
        "所",
        ("kinds", "areas", "pupils"),
        schools=lambda _, kind, given: kind in given["kinds"],
        adds=Adds.COUNT,
        judged=EITHER,
    ),
    "recent_document": CountyFormula(recent_document, "项", ("years",)),
    "not_computed": CountyFormula(not_computed, "项", ("why",)),
}
