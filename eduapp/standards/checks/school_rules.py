"""逻辑校验 and 经验校验 over a school's data: the first catalogue (docs/standards.md, "School form").

Each rule is a function from the data to findings; what concerns one row alone is in findings.py.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from db.records.catalog import LISTS, RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.codes import is_code, unusual
from db.records.rows import ONLY
from eduapp.standards.checks.posts_and_dates import LEDGER_RULES
from eduapp.standards.checks.rows import hard, soft
from eduapp.standards.checks.rows import number as _number
from eduapp.standards.clashes import clashes_of
from eduapp.standards.figures import CLASS_BANDS, FIGURES
from eduapp.standards.formulas.measure import YUAN_PER_WAN
from eduapp.standards.results import Severity
from eduapp.standards.twins import groups, words_of
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from db.records.rows import Row
    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Finding

    Number = Decimal | int

BANDS = frozenset(name for name, _, _ in CLASS_BANDS)
DEGREES = ("associate", "bachelor", "master", "doctor")
AREA_PER_PUPIL = (Fraction(1, 5), Fraction(100))
EQUIPMENT_PER_PUPIL = (100, 50_000)
JUMP_SHARE, JUMP_COUNT = Fraction(1, 5), 5
SMALL_CLASS, SMALL_SCHOOL = 30, (50, 99)


def table_findings(data: SchoolData) -> Iterator[Finding]:
    """Yield what is found across rows and totals."""
    found = [finding for rule in _RULES for finding in data.judged(rule, partial(_found, rule, data))]
    yield from found
    yield from _clashing(data, {each.code for each in found if each.severity is Severity.HARD})


def _found(rule: Callable[[SchoolData], Iterator[Finding]], data: SchoolData) -> tuple[Finding, ...]:
    return tuple(rule(data))


def _clashing(data: SchoolData, told: set[str]) -> Iterator[Finding]:
    """Figures that exclude one another where the typed cells alone do not tell (codes `told`)."""
    for each in clashes_of(data):
        stages = {stage for _, stage in each.falls}
        key = stages.pop() if len(stages) == 1 else None
        if each.code in told:
            continue
        name, _ = list(each.falls)[-1]
        figure = FIGURES[name]
        record = figure.record if key or not figure.by_stage else "school_total"
        yield hard(each.code, record, key or ONLY, figure.fields[0] if figure.fields else "", each.text)


def _totals(data: SchoolData) -> Iterator[tuple[str, str, str, Row]]:
    """Yield (record, key, prefix of the text, row) of the school's totals and each section's."""
    yield "school_total", ONLY, "", data.draft.only("school_total")
    for key, row in data.draft.rows["section_total"].items():
        yield "section_total", key, STAGE_NAMES[Stage(key)], row


def _label(record: str, field: str) -> str:
    return RECORDS[record].fields[field].item.label


def _profile(data: SchoolData) -> Iterator[Finding]:
    profile, kind = data.draft.only("school"), data.facts.kind
    for name, field in RECORDS["school"].fields.items():
        if profile[name] is None and (field.item.required or name == "kind"):
            yield hard("required", "school", ONLY, name, f"请填写{field.item.label}")
    code = data.facts.code
    if code and not is_code(code):
        text = f"学校代码「{code}」只能用数字、英文字母、短横线和下划线,不超过 40 位"
        yield hard("code.school", "school", ONLY, "code", text)
    elif code and (text := unusual(code, kind)):
        yield soft("code.school", "school", ONLY, "code", text)


def _class_bands(data: SchoolData) -> Iterator[Finding]:
    for record, key, prefix, row in _totals(data):
        total = _number(row, "classes")
        bands = [_number(row, name) for name, _, _ in CLASS_BANDS]
        given = [band for band in bands if band is not None]
        if total is None or not given:
            continue
        if sum(given) > total or (len(given) == len(bands) and sum(given) != total):
            text = f"{prefix}各班额段班级数合计 {sum(given)},与班级总数 {total} 不等"
            yield hard("sum.class_bands", record, key, "classes", text)


def _degrees(data: SchoolData) -> Iterator[Finding]:
    total_of_degrees, unsuffixed = 0, _number(data.draft.only("school_total"), "teachers")
    for key, row in data.draft.rows["section_total"].items():
        stage = Stage(key)
        count = sum(int(_number(row, name) or 0) for name in DEGREES)
        total_of_degrees += count
        teachers = _number(row, "teachers")
        if teachers is not None and count > teachers:
            text = f"{STAGE_NAMES[stage]}各学历教师合计 {count},多于专任教师 {teachers}"
            yield hard("sum.degrees", "section_total", key, "teachers", text)
    if unsuffixed is not None and total_of_degrees > unsuffixed:
        text = f"各学历教师合计 {total_of_degrees},多于专任教师总人数 {unsuffixed}"
        yield hard("sum.degrees", "school_total", ONLY, "teachers", text)


def _parts_of_staff(data: SchoolData) -> Iterator[Finding]:
    for record, key, prefix, row in _totals(data):
        teachers = _number(row, "teachers")
        for name in ("backbone", "certified", "trained"):
            part = _number(row, name)
            if teachers is not None and part is not None and part > teachers:
                text = f"{prefix}{_label(record, name)} {part},多于专任教师 {teachers}"
                yield hard("max.backbone", record, key, name, text)
    yield from _parts_across(data)


def _parts_across(data: SchoolData) -> Iterator[Finding]:
    """Parts given by stage against the unsuffixed 专任教师, and the other way round in one section."""
    whole = data.draft.only("school_total")
    sections = [data.draft.section(stage) for stage in data.facts.stages]
    staff, parted = _number(whole, "teachers"), [_number(row, "teachers") for row in sections]
    one = parted[0] if len(parted) == 1 else None
    for name in ("backbone", "certified", "trained"):
        parts = sum(_number(row, name) or 0 for row in sections)
        if staff is not None and parts > staff:
            text = f"各学段{_label('school_total', name)}合计 {parts},多于专任教师总人数 {staff}"
            yield hard("max.backbone", "school_total", ONLY, "teachers", text)
        part = _number(whole, name)
        if one is not None and part is not None and part > one:
            text = f"{_label('school_total', name)} {part},多于专任教师 {one}"
            yield hard("max.backbone", "school_total", ONLY, name, text)


def _indoor_sports(data: SchoolData) -> Iterator[Finding]:
    row = data.draft.only("school_total")
    indoor, area = _number(row, "indoor_sports_area"), _number(row, "teaching_area")
    if indoor is not None and area is not None and indoor > area:
        text = f"室内体育用房 {_shown(indoor)} ㎡,大于教学及辅助用房 {_shown(area)} ㎡"
        yield hard("max.indoor_sports", "school_total", ONLY, "indoor_sports_area", text)


def _catchment(data: SchoolData) -> Iterator[Finding]:
    for stage in data.facts.stages:
        pupils = data.figure("pupils", stage).value
        near = _number(data.draft.section(stage), "catchment_pupils")
        if pupils is not None and near is not None and near > pupils:
            text = f"{STAGE_NAMES[stage]}划片范围内学生 {near},多于在校学生 {pupils}"
            yield hard("max.catchment", "section_total", stage, "catchment_pupils", text)


def _graduates(data: SchoolData) -> Iterator[Finding]:
    for key, row in data.draft.rows["section_total"].items():
        cohort, came = _number(row, "cohort"), _number(row, "transferred_in")
        if cohort is None or came is None:
            continue
        graduates = _number(row, "graduates")
        if graduates is not None and graduates > cohort + came:
            text = f"毕业学生 {graduates},多于初一在校 {cohort} 加三年转入 {came}"
            yield hard("max.graduates", "section_total", key, "graduates", text)
        gone = int(_number(row, "transferred_out") or 0) + int(_number(row, "died") or 0)
        if gone > cohort + came:
            text = f"三年转出与死亡合计 {gone},多于初一在校 {cohort} 加三年转入 {came}"
            yield hard("max.graduates", "section_total", key, "transferred_out", text)


def _rooms(data: SchoolData) -> Iterator[Finding]:
    row = data.draft.only("school_total")
    for total_name, bands in (
        ("music_rooms", ("music_rooms_96", "music_rooms_73", "music_rooms_61")),
        ("art_rooms", ("art_rooms_90", "art_rooms_67", "art_rooms_61")),
    ):
        total = _number(row, total_name)
        parts = [_number(row, name) for name in bands]
        given = [part for part in parts if part is not None]
        if total is None or not given:
            continue
        label = _label("school_total", total_name)
        if sum(given) > total:
            text = f"{label} {total},少于各面积段合计 {sum(given)}"
            yield hard("sum.rooms", "school_total", ONLY, total_name, text)
        elif len(given) == len(parts) and sum(given) < total:
            # The form has no band under 61 ㎡, so a truthful total may be larger.
            text = f"{label} {total},多于各面积段合计 {sum(given)};其余应是不足 61 ㎡ 的教室,请核对"
            yield soft("sum.rooms", "school_total", ONLY, total_name, text)


def _lists_against_totals(data: SchoolData) -> Iterator[Finding]:
    differing: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for figure in FIGURES.values():
        if figure.rows is None or not figure.fields:
            continue
        for stage in data.facts.stages if figure.by_stage else (None,):
            declared, counted = data.both(figure.name, stage)
            if declared is None or counted is None or declared == counted:
                continue
            own = stage is not None and _number(data.draft.section(stage), figure.fields[0]) is not None
            place = (figure.record, stage or ONLY) if own or stage is None else ("school_total", ONLY)
            text = f"{figure.label} 名单 {_shown(counted)}、统计表 {_shown(declared)}"
            differing[figure.rows.record, *place].append((figure.fields[0], text))
    for (listed, record, key), parts in differing.items():
        shown = ";".join(text for _, text in parts[:3]) + (f" 等 {len(parts)} 项" if parts[3:] else "")
        text = f"{RECORDS[listed].label}名单与统计表不一致:{shown}"
        yield soft("rows.totals", record, key, parts[0][0], text, listed)


def _areas(data: SchoolData) -> Iterator[Finding]:
    pupils = _all_pupils(data)
    if not pupils:
        return
    low, high = AREA_PER_PUPIL
    for name in ("teaching_area", "field_area"):
        area = data.figure(name).value
        if area is not None and not low <= Fraction(area) / pupils <= high:
            each = float(Fraction(area) / pupils)
            text = f"{FIGURES[name].label} {_shown(area)} ㎡,生均 {each:.2f} ㎡,请核对单位"
            yield soft("range.area", "school_total", ONLY, name, text)
    value = data.figure("equipment_value").value
    if value is not None:
        each = float(Fraction(value) * YUAN_PER_WAN / pupils)
        if not EQUIPMENT_PER_PUPIL[0] <= each <= EQUIPMENT_PER_PUPIL[1]:
            text = f"教学仪器设备资产值 {_shown(value)} 万元,生均 {each:.0f} 元,请核对是否把元填成了万元"
            yield soft("range.equipment", "funding", ONLY, "equipment_value", text)


def _all_pupils(data: SchoolData) -> int | None:
    """All pupils of the school, senior high included where it has one; None while one is missing."""
    parts = [data.figure("pupils", stage).value for stage in data.facts.stages]
    if data.facts.kind and data.facts.kind.has_senior_high:
        parts.append(data.figure("senior_high_pupils").value)
    known = [int(part) for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def _jumps(data: SchoolData) -> Iterator[Finding]:
    for (name, stage_name), text in data.draft.previous.items():
        figure, stage = FIGURES.get(name), Stage(stage_name) if stage_name else None
        value = data.figure(name, stage).value if figure else None
        if figure is None or value is None:
            continue
        before = Fraction(text)
        change = abs(Fraction(value) - before)
        if change > JUMP_COUNT and change > before * JUMP_SHARE:
            prefix = STAGE_NAMES[stage] if stage else ""
            said = f"{prefix}{figure.label} 上年 {text},今年 {_shown(value)},变动超过 20%"
            field = figure.fields[0] if figure.fields else ""
            yield soft("year.jump", figure.record, stage or ONLY, field, said)


def _art(data: SchoolData) -> Iterator[Finding]:
    for record, key, prefix, row in _totals(data):
        music, fine, art = (_number(row, name) for name in ("music", "fine_art", "art"))
        if music is None or fine is None or art is None:
            continue
        if art >= music + fine > 0:
            text = f"{prefix}艺术专任教师 {art},不少于音乐 {music} 加美术 {fine}:是否把小计填进了「艺术」"
            yield soft("art.subtotal", record, key, "art", text)


def _undivided(data: SchoolData) -> Iterator[Finding]:
    """Unsuffixed staff items where they cannot be given to one stage (docs/cli.md)."""
    row, kind = data.draft.only("school_total"), data.facts.kind
    if kind is None:
        return
    for name, field in RECORDS["section_total"].fields.items():
        if name not in row or _number(row, name) is None:
            continue
        if all(_number(data.draft.section(stage), name) is not None for stage in data.sections):
            continue
        label, is_band = field.item.label, name in BANDS
        if len(data.sections) > 1 and not is_band:
            text = f"{label}填的是全校数,请按小学、初中分开填写{'(各班额段同)' if name == 'classes' else ''}"
            yield soft("stage.undivided", "school_total", ONLY, name, text)
        if kind.has_senior_high and field.item.unit == "人":
            yield soft("art.senior", "school_total", ONLY, name, f"{label}:请确认不含高中")


def _flags(data: SchoolData) -> Iterator[Finding]:
    facts, row = data.facts, data.draft.only("school")
    sizes = [each.pupils for each in data.listed_classes if each.pupils is not None]
    large = [name for name, low, _ in CLASS_BANDS if low >= SMALL_CLASS and _any_declared(data, name)]
    if facts.small_classes and ((sizes and max(sizes) >= SMALL_CLASS) or large):
        found = f"{max(sizes)} 人的班" if sizes else f"「{_label('school_total', large[0])}」"
        text = f"填了最大班额低于 {SMALL_CLASS} 人,但有 {found}"
        yield soft("flag.contradiction", "school", ONLY, "small_classes", text)
    pupils = _all_pupils(data)
    low, high = SMALL_SCHOOL
    if facts.small_rural and pupils is not None and not low <= pupils <= high:
        text = f"填了 50 人及以上但不足 100 人,但学生合计 {pupils} 人"
        yield soft("flag.contradiction", "school", ONLY, "small_rural", text)
    built = _number(row, "built_year")
    for name, year in (("planned_by_2010", 2010), ("planned_by_2016", 2016)):
        if row[name] is True and built is not None and built > year:
            text = f"填了{_label('school', name)},但建校时间是 {built} 年"
            yield soft("flag.contradiction", "school", ONLY, name, text)
    if facts.planned_by_2010 and facts.planned_by_2016 is False:
        text = "2010 年及之前建成的学校,「2016 年及之前建成」应为「是」"
        yield soft("flag.contradiction", "school", ONLY, "planned_by_2016", text)


def _any_declared(data: SchoolData, name: str) -> bool:
    """Whether a total above 0 is declared for a figure, for the school or for a stage."""
    return any((_number(row, name) or 0) > 0 for _, _, _, row in _totals(data))


def _foreign_stage(data: SchoolData) -> Iterator[Finding]:
    if data.facts.kind is None:
        return
    for key, row in data.draft.rows["section_total"].items():
        pupils = _number(row, "pupils")
        if Stage(key) not in data.facts.stages and pupils:
            text = f"学校类型没有{STAGE_NAMES[Stage(key)]},却填了{STAGE_NAMES[Stage(key)]}学生 {pupils} 人"
            yield soft("stage.foreign", "section_total", key, "pupils", text)
    for each in data.listed_classes:
        if each.stage and each.stage not in data.facts.stages:
            text = f"{each.name}是{STAGE_NAMES[each.stage]}班级,与学校类型不符,没有计入"
            yield soft("stage.foreign", "school_class", each.key, "grade", text)
    foreign = {stage for stage in Stage if stage not in data.facts.stages and data.tally.people.stages[stage]}
    for key, row in data.draft.rows["teacher"].items() if foreign else ():
        if row["stage"] in foreign:
            text = f"任教学段{STAGE_NAMES[Stage(str(row['stage']))]}与学校类型不符,没有计入"
            yield soft("stage.foreign", "teacher", key, "stage", text)


def _homework_gaps(data: SchoolData) -> Iterator[Finding]:
    for each in data.listed_classes:
        work = each.homework
        if (work.days or work.unknown_days) and work.missing_days > 0:
            text = f"{each.name}有 {work.missing_days} 个上课日没有作业登记(没有布置也请登记「否」)"
            yield soft("homework.gap", "school_class", each.key, "name", text)


def _homework_of_deleted_classes(data: SchoolData) -> Iterator[Finding]:
    listed = data.draft.rows["school_class"]
    gone = {key for key in data.homework_classes if key not in listed}
    if gone:
        keys = [key for key, row in data.draft.rows["homework"].items() if row["school_class"] in gone]
        text = f"有 {len(keys)} 条作业登记的班级已从班级名单中删除,请改选班级或删除这些登记"
        yield soft("homework.class_gone", "homework", keys[0], "school_class", text)


def _twins(data: SchoolData) -> Iterator[Finding]:
    """Rows that are there twice, of every list by what it declares; of lists of amounts all in one."""
    for record in LISTS:
        yield from data.judged(("twins", record), partial(_found, partial(_twins_of, record), data))


def _twins_of(record: str, data: SchoolData) -> Iterator[Finding]:
    more, rows, spec = data.tally.repeated(record), data.draft.rows[record], RECORDS[record]
    if more and spec.amounts:
        text = f"{spec.label}里有 {more} 行与另一行完全相同,请核对是否重复"
        second = data.tally.second_of_twins(record, rows.items())
        yield soft(f"{record}.twice", record, second, spec.identity[0], text)
    elif more:
        for keys in groups(record, rows.items()):
            text = words_of(record, rows[keys[0]], len(keys))
            yield soft(f"{record}.twice", record, keys[1], spec.title_field or spec.identity[0], text)


def _grades(data: SchoolData) -> Iterator[Finding]:
    classes = data.listed_classes
    if not classes or data.facts.kind in {None, SchoolKind.TEACHING_POINT}:
        return
    last_primary = 5 if data.facts.system == "54" else 6
    grades: set[int] = set()
    for stage in data.sections:
        grades |= set(range(1, last_primary + 1) if stage is Stage.PRIMARY else range(last_primary + 1, 10))
    missing = sorted(grades - {each.grade for each in classes if each.grade})
    if missing:
        names = "、".join(str(grade) for grade in missing)
        yield soft("grade.missing", "school_class", classes[0].key, "grade", f"没有 {names} 年级的班级")


def _shown(value: Number) -> str:
    text = f"{value:f}" if not isinstance(value, int) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


_RULES: tuple[Callable[[SchoolData], Iterator[Finding]], ...] = (
    _profile,
    _class_bands,
    _degrees,
    _parts_of_staff,
    _indoor_sports,
    _catchment,
    _graduates,
    _rooms,
    _lists_against_totals,
    _areas,
    _jumps,
    _art,
    _undivided,
    _foreign_stage,
    _flags,
    _homework_gaps,
    _homework_of_deleted_classes,
    _twins,
    _grades,
    *LEDGER_RULES,
)
