"""逻辑校验 and 经验校验 over a county's own records, and against what its schools tell.

Hard is what is impossible in itself; a share that misses its threshold is a verdict, never a finding.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from db.records.catalog import COUNTY_RECORDS
from db.records.rows import ONLY
from eduapp.standards.checks.rows import hard, row_findings, soft
from eduapp.standards.contradictions import Clash
from eduapp.standards.county.rollup import RECORD as ROLLED
from eduapp.standards.twins import groups, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from db.records.draft import Draft
    from eduapp.standards.contradictions import Place
    from eduapp.standards.county.rollup import Rollup
    from eduapp.standards.results import Finding

    Number = Decimal | int


class PartOfWhole(NamedTuple):
    """A part (or the sum of several) that cannot be larger than its whole; the whole is named first."""

    code: str
    record: str
    whole: str
    parts: tuple[str, ...]


class Usual(NamedTuple):
    """Limits beyond which a number is likely in another unit: `doubt` says how it was filled in."""

    code: str
    record: str
    field: str
    low: Decimal
    high: Decimal
    doubt: str


_SURVEY: Final = "county_satisfaction"
_PAIRS: Final = (
    ("questionnaires", "valid"),
    ("valid", "satisfied"),
    ("visited", "visited_satisfied"),
    ("parent_questionnaires", "parent_valid"),
    ("parent_valid", "parent_satisfied"),
    ("parent_visited", "parent_visited_satisfied"),
)
_OF_ALL: Final = ("questionnaires", "valid", "satisfied", "visited", "visited_satisfied")
WITHIN: Final = (
    PartOfWhole("max.population", "county_profile", "population", ("rural_population",)),
    PartOfWhole("max.rotated", "county_people", "eligible", ("rotated",)),
    PartOfWhole("max.rotated", "county_people", "rotated", ("rotated_backbone",)),
    PartOfWhole("max.senior_high", "county_people", "senior_high_plan", ("senior_high_quota",)),
    PartOfWhole("max.senior_high", "county_people", "senior_high_quota", ("senior_high_rural",)),
    PartOfWhole("sum.migrants", "county_people", "migrants", ("migrants_public", "migrants_bought")),
    PartOfWhole("max.disabled", "county_people", "disabled", ("disabled_enrolled",)),
    PartOfWhole("max.disabled", "county_people", "disabled_enrolled", ("disabled_special",)),
    PartOfWhole("max.pooled", "county_funding", "running_funds", ("pooled_funds",)),
    PartOfWhole("max.training_funds", "county_funding", "payroll", ("training_funds",)),
    PartOfWhole("max.gdp", "county_funding", "gdp", ("education_funds",)),
    PartOfWhole("max.private", "county_people", "compulsory_pupils", ("private_pupils",)),
    *(PartOfWhole("max.survey", _SURVEY, whole, (part,)) for whole, part in _PAIRS),
    *(PartOfWhole("max.parents", _SURVEY, name, (f"parent_{name}",)) for name in _OF_ALL),
)
"""人, in units of the records; blank parts state nothing."""

USUAL: Final = (
    Usual("range.population", "county_profile", "population", Decimal("0.1"), Decimal(1000), "按人"),
    *(
        Usual(
            "range.quota",
            "county_funding",
            name,
            Decimal(100),
            Decimal(20000),
            "按万元或合计数",
        )
        for name in ("quota_primary", "quota_lower_secondary")
    ),
    *(
        Usual("range.pay", "county_funding", name, Decimal(1), Decimal(100), "按元或按月")
        for name in ("teacher_pay", "official_pay")
    ),
)
SPECIAL_PER_PUPIL: Final = (100, 1_000_000)
"""特殊教育生均公用经费 (元): the standard asks for 8000; far outside, the unit is in doubt."""
SPECIAL_LEAST: Final = 10_000
"""元: a county's special-school money below this is likely in 万元."""
LARGEST_RATE: Final = 1
"""校际差异率 is a share: 0.12, not 12."""


def county_findings(draft: Draft, schools: Rollup | None = None) -> Iterator[Finding]:
    """Yield what is found in a county's records, in the order of its pages; `schools`: their sums."""
    found = [each for rule in _RULES for each in rule(draft)]
    for record in COUNTY_RECORDS:
        for key, row in draft.rows[record].items():
            yield from row_findings(record, key, row)
        yield from (finding for finding in found if finding.record == record)
        if record == ROLLED and schools:
            yield from _against_schools(draft, schools)


def _number(draft: Draft, record: str, field: str) -> Number | None:
    cell = draft.only(record)[field]
    return cell if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else None


def _said(record: str, field: str, value: Number) -> str:
    item = COUNTY_RECORDS[record].fields[field].item
    return f"{item.label} {item.kind.show(value)} {item.unit}".rstrip()


def clashes_of(draft: Draft | None) -> Iterator[Clash]:
    """Yield what cannot be true together in a county's own records, as its verdicts see it."""
    for within, given, whole, text in _broken(draft) if draft else ():
        parts: dict[Place, Number] = {
            (f"{within.record}.{name}", None): value for name, value in given.items()
        }
        rises: frozenset[Place] = frozenset({(f"{within.record}.{within.whole}", None)})
        yield Clash(within.code, text, parts, rises, sum(given.values()) - whole)


def _within(draft: Draft) -> Iterator[Finding]:
    for within, given, _, text in _broken(draft):
        yield hard(within.code, within.record, ONLY, next(reversed(given)), text)


def _broken(draft: Draft) -> Iterator[tuple[PartOfWhole, dict[str, Number], Number, str]]:
    """Yield the parts that are larger than their whole: the rule, the parts, the whole, the sentence."""
    for within in WITHIN:
        _, record, whole_name, names = within
        whole = _number(draft, record, whole_name)
        given = {name: value for name in names if (value := _number(draft, record, name)) is not None}
        if whole is None or not given or sum(given.values()) <= whole:
            continue
        parts = "与".join(_said(record, name, value) for name, value in given.items())
        together = "合计" if len(given) > 1 else ""
        yield within, given, whole, f"{parts}{together},多于{_said(record, whole_name, whole)}"


def _usual(draft: Draft) -> Iterator[Finding]:
    for code, record, name, low, high, doubt in USUAL:
        value = _number(draft, record, name)
        if value is not None and not low <= value <= high:
            unit = COUNTY_RECORDS[record].fields[name].item.unit
            text = f"{_said(record, name, value)},请核对:单位是{unit},是否{doubt}填写"
            yield soft(code, record, ONLY, name, text)


def _special_funds(draft: Draft) -> Iterator[Finding]:
    """The official form asks for this one in 元, while pay beside it is in 万元."""
    funds, pupils = (_number(draft, "county_funding", name) for name in ("special_funds", "special_pupils"))
    if not funds:
        return
    said, (low, high) = _said("county_funding", "special_funds", funds), SPECIAL_PER_PUPIL
    if pupils:
        each = Decimal(funds) / pupils
        if not low <= each <= high:
            doubt = "是否按万元填写" if each < low else "请核对金额和人数"
            text = f"{said},生均 {each:.2f} 元,单位是元:{doubt}"
            yield soft("range.special_funds", "county_funding", ONLY, "special_funds", text)
    elif funds < SPECIAL_LEAST:
        text = f"{said},单位是元:是否按万元填写"
        yield soft("range.special_funds", "county_funding", ONLY, "special_funds", text)


def _monitoring(draft: Draft) -> Iterator[Finding]:
    seen: set[tuple[object, object]] = set()
    for key, row in draft.rows["county_monitoring"].items():
        rate, place = row["difference"], (row["subject"], row["year"])
        if isinstance(rate, Decimal) and rate > LARGEST_RATE:
            field = COUNTY_RECORDS["county_monitoring"].fields["difference"]
            text = f"校际差异率 {field.item.kind.show(rate)} 大于 1:应填小数(12% 填 0.12),请核对"
            yield soft("range.difference", "county_monitoring", key, "difference", text)
        if isinstance(row["subject"], str) and place in seen:
            text = "同一学科、同一监测年份填了两行,请核对"
            yield soft("monitoring.twice", "county_monitoring", key, "subject", text)
        seen.add(place)


def _twins(draft: Draft) -> Iterator[Finding]:
    """Rows that are there twice; years of monitoring have a finding of their own words."""
    for record, spec in COUNTY_RECORDS.items():
        if not spec.is_list or record == "county_monitoring":
            continue
        rows = draft.rows[record]
        for keys in groups(record, rows.items()):
            text = words_of(record, rows[keys[0]], len(keys))
            yield soft(f"{record}.twice", record, keys[1], spec.title_field or spec.identity[0], text)


def _against_schools(draft: Draft, schools: Rollup) -> Iterator[Finding]:
    """A typed number beside the schools' sum: while schools are missing only a smaller one cannot be."""
    for name, parts in schools.items():
        value = _number(draft, ROLLED, name)
        if value is None or value == parts.total or (value > parts.total and not parts.complete):
            continue
        text = f"{_said(ROLLED, name, value)},{parts.words},两者不一致,请核对"
        yield soft("rollup.differs", ROLLED, ONLY, name, text)


_RULES: Final[tuple[Callable[[Draft], Iterator[Finding]], ...]] = (
    _within,
    _usual,
    _special_funds,
    _monitoring,
    _twins,
)
