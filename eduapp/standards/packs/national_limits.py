"""Local items whose own text has no number: they show the national limit, as the national one.

`limit_from = "national"` takes limit, dates and place from the national item (`national`, else the same
code), one local item for each of its dates; `limit_of` names one of its parameters instead.
`limit_otherwise = "national"` does so for the kinds of school that the local text has no limit for.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from eduapp.standards.county.formulas import COUNTY_FORMULAS
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.numbers import plain
from eduapp.standards.pack_values import refuse
from eduapp.standards.results import Place
from eduapp.standards.terms import needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eduapp.standards.results import Citation
    from eduapp.standards.standard import Indicator, Standard

KEYS = ("limit_from", "limit_of", "limit_otherwise")
_NATIONAL = "national"
_COMPOSITE = "composite"
"""`limit_of` for the limit of the composite coefficient, of the item's `stage`."""
_LIMITS = ("limits_by_stage", "at_least", "at_most", "at_most_by_kind")


def expanded(raw: dict[str, Any], pack: dict[str, Any], base: Standard) -> Iterator[dict[str, Any]]:
    """Yield a local item as it is written, with the national limits it takes in their place."""
    where, own = (
        f"指标 {raw.get('code', '?')}",
        {name: each for name, each in raw.items() if name not in KEYS},
    )
    for name in ("limit_from", "limit_otherwise"):
        if raw.get(name, _NATIONAL) != _NATIONAL:
            refuse(f"{where}:{name} 只能写 {_NATIONAL}")
    if "limit_from" not in raw:
        yield own
        return
    if any(name in raw for name in _LIMITS) or "reported" in raw:
        refuse(f"{where}:限值取国家标准的,不另写阈值")
    if raw.get("limit_of") == _COMPOSITE:
        yield own | _of_composite(raw, base)
        return
    found = [
        indicator for indicator in base.indicators if indicator.code == raw.get("national", raw.get("code"))
    ]
    if not found:
        refuse(f"{where}:标准 {base.id} 没有指标 {raw.get('national', raw.get('code'))}")
    for each in found:
        dates = _dates(raw, pack, each.citation)
        if dates:
            yield own | _place(each.citation, raw) | _numbers(each, raw) | dates


def with_national_kinds(
    local: Indicator, raw: dict[str, Any], pack: dict[str, Any], base: Standard
) -> Indicator:
    """Return a local item with the national limits for the kinds of school that it has none for."""
    if "limit_otherwise" not in raw:
        return local
    found = [indicator for indicator in base.indicators if indicator.code == local.national]
    if len(found) != 1 or not found[0].at_most_by_kind or not local.at_most_by_kind:
        refuse(f"指标 {local.code}:limit_otherwise 要有一条按学校类型设限的国家指标")
    own, all_kinds = local.at_most_by_kind, found[0].at_most_by_kind
    others = {kind: each for kind, each in all_kinds.items() if kind not in own}
    cited = replace(
        local.citation,
        document=found[0].citation.document,
        number=found[0].citation.number,
        clause=found[0].citation.clause,
        referring=Place(pack["document"], pack["number"], raw["clause"]),
    )
    return replace(
        local,
        at_most_by_kind=own | others,
        cited_by_kind=dict.fromkeys(others, cited),
    )


def _of_composite(raw: dict[str, Any], base: Standard) -> dict[str, Any]:
    limit = base.composite_limits.get(raw.get("stage", ""))
    if limit is None or base.coefficient_citation is None:
        refuse(f"指标 {raw['code']}:标准 {base.id} 没有综合差异系数的限值")
    return _place(base.coefficient_citation, raw) | {"at_most": plain(limit)}


def _place(cited: Citation, raw: dict[str, Any]) -> dict[str, Any]:
    """Return where the number stands, with the local clause as the one that refers to it."""
    return {
        "document": cited.document,
        "number": cited.number,
        "clause": cited.clause,
        "referring": raw["clause"],
    }


def _numbers(national: Indicator, raw: dict[str, Any]) -> dict[str, Any]:
    if "limit_of" in raw:
        return {"at_least": plain(_parameter(national, raw))}
    found: dict[str, Any] = {
        name: national.written[name] for name in _asked(raw) if name not in raw and name in national.written
    }
    for name, limit in (("at_least", national.at_least), ("at_most", national.at_most)):
        if limit is not None:
            found[name] = plain(limit)
    for name, limits in (
        ("limits_by_stage", national.by_stage),
        ("at_most_by_kind", national.at_most_by_kind),
    ):
        if limits:
            found[name] = {code: plain(limit) for code, limit in limits.items()}
    return found


def _asked(raw: dict[str, Any]) -> tuple[str, ...]:
    """Return the numbers that an item's formulas ask for: they belong to its limit and come with it."""
    used = [FORMULAS[name] for name in (raw.get("formula", raw["name"]),) if name in FORMULAS]
    at_county = COUNTY_FORMULAS.get(raw.get("county", ""))
    return tuple(name for each in (*used, at_county) if each for name in needed(each.terms))


def _parameter(national: Indicator, raw: dict[str, Any]) -> Decimal:
    if raw["limit_of"] not in national.written:
        refuse(f"指标 {raw['code']}:国家指标 {national.code} 没有 {raw['limit_of']}")
    return Decimal(str(national.written[raw["limit_of"]]))


def _dates(raw: dict[str, Any], pack: dict[str, Any], cited: Citation) -> dict[str, datetime.date] | None:
    """Return the days on which both the local item and the national limit hold; None when there are none."""
    first = max(raw.get("valid_from", pack["valid_from"]), cited.valid_from)
    ends = [end for end in (raw.get("valid_to"), cited.valid_to) if end is not None]
    if ends and min(ends) < first:
        return None
    return {"valid_from": first} | ({"valid_to": min(ends)} if ends else {})
