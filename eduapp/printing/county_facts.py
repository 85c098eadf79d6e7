"""Table Ⅰ of the national application form: the county, its schools, pupils and staff."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import SchoolKind, Stage
from eduapp.printing.county_tables import Entry, TableData, TableRows, named, numbered
from eduapp.printing.paper_tables import Span
from eduapp.standards.numbers import rounded, shown
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eduapp.standards.county.added import Added
    from eduapp.standards.county.form import CountyForm
    from eduapp.standards.county.report import CountyReport

_PEOPLE_PLACES = 2
_WIDTHS = (10.6, 10.6, 8.8, 8.8, *[9.5] * 4, *[7.5] * 5, 8.5, 6.5, 9, *[7] * 2, *[9] * 2, *[8] * 4)
_COLUMNS = 24
_PROFILE = (
    "population",
    "rural_population",
    "townships",
    "villages",
    "gdp_per_head",
    "revenue_per_head",
    "rural_income",
    "urban_income",
)
_KINDS = (
    SchoolKind.PRIMARY,
    SchoolKind.NINE_YEAR,
    SchoolKind.LOWER_SECONDARY,
    SchoolKind.COMPLETE_SECONDARY,
    SchoolKind.TWELVE_YEAR,
)
_SPECIAL = "special_schools"
_ADDED = (
    ("classes", Stage.PRIMARY, "教学班数"),
    ("classes", Stage.LOWER_SECONDARY, "教学班数"),
    ("pupils", Stage.PRIMARY, "在校学生数"),
    ("pupils", Stage.LOWER_SECONDARY, "在校学生数"),
    ("staff", Stage.PRIMARY, "教职工数"),
    ("teachers", Stage.PRIMARY, "专任教师数"),
    ("staff", Stage.LOWER_SECONDARY, "教职工数"),
    ("teachers", Stage.LOWER_SECONDARY, "专任教师数"),
)
_FIRST_KIND, _FIRST_POINT, _FIRST_ADDED = 9, 15, 17
"""Column numbers (L9, L15, L17) of the schools by kind, the 教学点, the sums by stage."""
_GROUPS = (
    ("自然情况", 4),
    ("经济情况", 4),
    ("普通中小学校数（所）", 5),
    ("特殊教育学校\n（所）", 1),
    ("小学教学点数\n（个）", 2),
    ("教学班数\n（个）", 2),
    ("在校学生数\n（人）", 2),
    ("教职工数（人）", 4),
)


def facts(report: CountyReport, form: CountyForm) -> TableData:
    """Table Ⅰ: one row of 24 numbers; what is not known is blank and named under the table."""
    table = TableRows(_header(form))
    table.spans += _spans()
    table.add([*_profile(form), *_schools(report, form), *_sums(report, form)])
    return TableData(
        key="Ⅰ",
        title="表Ⅰ　义务教育优质均衡发展县（市、区）基本情况",
        header_rows=4,
        rows=tuple(table.rows),
        widths=_WIDTHS,
        align="c" * _COLUMNS,
        spans=tuple(table.spans),
        notes=tuple(_notes(report, form)),
    )


def _header(form: CountyForm) -> list[list[Entry]]:
    labels = [_label(name) for name in _PROFILE]
    kinds: list[Entry] = ["小学", "九年一贯制学校", "初中", "完全中学", "十二年一贯制学校"]
    stages = [STAGE_NAMES[stage] for stage in Stage]
    groups: list[Entry] = []
    for words, width in _GROUPS:
        groups += [words, *[""] * (width - 1)]
    large = f"其中：\n{form.points_from}人及以上" if form.points_from else "其中：\n50人及以上"
    names: list[Entry] = [*labels, *kinds, "", "计", large, *stages, *stages, stages[0], "", stages[1], ""]
    parts: list[Entry] = [*[""] * 20, "合计", "其中专任教师", "合计", "其中专任教师"]
    return [groups, names, parts, list(numbered(_COLUMNS))]


def _label(name: str) -> str:
    item = RECORDS["county_profile"].fields[name].item
    return f"{item.label}\n（{item.unit}）"


def _title(name: str) -> str:
    return RECORDS["county_profile"].fields[name].item.label


def _spans() -> Iterator[Span]:
    column = 0
    for _, width in _GROUPS:
        if width == 1:
            yield Span(0, column, rows=3)
        else:
            yield Span(0, column, columns=width)
            if column < 20:
                yield from (Span(1, column + at, rows=2) for at in range(width))
            else:
                yield from (Span(1, column + at, columns=2) for at in (0, 2))
        column += width


def _profile(form: CountyForm) -> list[Entry]:
    cells: list[Entry] = []
    for place, name in enumerate(_PROFILE):
        value = form.record(f"county_profile.{name}")
        places = _PEOPLE_PLACES if place < 2 else 0
        cells.append("" if value is None else rounded(Decimal(value), places))
    return cells


def _schools(report: CountyReport, form: CountyForm) -> list[Entry]:
    special = form.record(f"county_profile.{_SPECIAL}")
    alone: Entry = "" if special is None else int(special)
    if not report.schools:
        return [*[""] * len(_KINDS), alone, "", ""]
    points = [_whole(form.points), _whole(form.points_large)]
    return [*(form.kinds[kind] for kind in _KINDS), alone, *points]


def _sums(report: CountyReport, form: CountyForm) -> list[Entry]:
    if not report.schools:
        return [""] * len(_ADDED)
    return [_whole(form.totals[name, stage]) for name, stage, _ in _ADDED]


def _whole(added: Added) -> Entry:
    if not added.counted and not added.lacking:
        return 0
    return "" if added.value is None else int(added.value)


def _notes(report: CountyReport, form: CountyForm) -> Iterator[str]:
    yield (
        "注：“人口总数”和“农业人口数”按常住人口统计，数字保留两位小数。L5-L8 列数字保留整数。"
        "L9-L13、L15-L24 按各校上报文件统计，其余由县级填报。"
    )
    own = [(place, name) for place, name in enumerate(_PROFILE, 1)] + [(_FIRST_KIND + len(_KINDS), _SPECIAL)]
    blank = [
        f"L{place} {_title(name)}" for place, name in own if form.record(f"county_profile.{name}") is None
    ]
    if blank:
        yield f"县级未填报、表中留空的 {len(blank)} 项：{'、'.join(blank)}。"
    if not report.schools:
        yield f"还没有学校上报，L{_FIRST_KIND}-L13、L{_FIRST_POINT}-L{_COLUMNS} 留空。"
        return
    if report.expected is None:
        yield "没有学校名单，是否有学校未上报不明。"
    elif report.reported < report.expected:
        yield f"还有 {report.expected - report.reported} 所学校未上报，未计入 L9-L13、L15-L24。"
    if form.unknown_kinds:
        yield f"没有填学校类型、未计入 L9-L13 的 {len(form.unknown_kinds)} 所：{named(form.unknown_kinds)}。"
    lacking = [(_FIRST_POINT + 1, "教学点在校学生数", form.points_large)]
    lacking += [
        (place, f"{STAGE_NAMES[stage]}{words}", form.totals[name, stage])
        for place, (name, stage, words) in enumerate(_ADDED, _FIRST_ADDED)
    ]
    for place, words, added in lacking:
        if added.lacking:
            known = f"；已填报的 {added.counted} 所合计 {shown(added.known, 0)}" if added.counted else ""
            who = f"缺 {len(added.lacking)} 所（{named(added.lacking)}）"
            yield f"L{place} {words}未填报、表中留空：{who}{known}。"
