"""`county close`, `county revisions`: closed lists, and what has changed since one of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from eduapp.cli.output import DONE, NEEDS_PERSON, complain_of_kept, print_json, say
from eduapp.services import jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import closing
from eduapp.services.county.revision_differences import differences
from eduapp.services.county.signed_log import UNSIGNED
from eduapp.services.keys import county_keys
from eduapp.standards.wording import OUTCOME_WORDS, STAGE_NAMES

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from eduapp.services.county.closing import Revision
    from eduapp.services.county.revision_differences import Differences, IndicatorDifference, IndicatorThen


def close(args: Namespace) -> int:
    """`county close`: freeze the list as it stands."""
    with county_books.open_county(Path(args.workbook)) as book:
        made = closing.close_round(book, args.reason)
        say(
            f"已结束本轮:第 {made.number} 次,{len(made.ids)} 个上报文件", f"合并指纹 {made.fingerprint_words}"
        )
        if county_keys.certificate_of(book.workbook) is None:
            say(UNSIGNED)
        return NEEDS_PERSON if complain_of_kept(book) else DONE


def revisions(args: Namespace) -> int:
    """`county revisions`: the closed lists; with a number what changed since that one."""
    with county_books.open_county(Path(args.workbook)) as book:
        if args.number is None:
            known = closing.revisions(book)
            if args.json:
                print_json({"revisions": [_revision_json(each) for each in known]})
            else:
                say(*(_revision_line(each) for each in known), *([] if known else ["还没有结束过。"]))
            return DONE
        found = jobs.run(differences(book, args.number))
        if args.json:
            print_json(_differences_json(found))
        else:
            say(*_difference_lines(found))
    return DONE


def _revision_line(each: Revision) -> str:
    return f"第 {each.number} 次  {each.at[:10]}  合并指纹 {each.fingerprint_words}  {each.reason}"


def _revision_json(each: Revision) -> dict[str, Any]:
    return {
        "number": each.number,
        "fingerprint": each.fingerprint,
        "ids": sorted(each.ids),
        "reason": each.reason,
        "at": each.at,
        "signed": each.signed,
    }


def _difference_lines(found: Differences) -> Iterator[str]:
    yield f"第 {found.revision.number} 次结束:合并指纹 {found.revision.fingerprint_words}"
    yield f"现在:合并指纹 {found.fingerprint_words}"
    yield from (f"{each.what}  {each.name}({each.school})" for each in found.schools)
    yield from (_indicator_line(each) for each in found.changed)
    if not found.schools and not found.changed:
        yield "各校与各指标都没有变化。"


def _indicator_line(each: IndicatorDifference) -> str:
    stage = STAGE_NAMES[each.stage] if each.stage else "县级"
    return f"{stage} {each.code} {each.title}:{_said(each.then)} → {_said(each.now)}"


def _said(each: IndicatorThen) -> str:
    parts = (
        each.value,
        f"差异系数 {each.coefficient}" if each.coefficient else "",
        each.met,
        OUTCOME_WORDS[each.outcome] if each.outcome else "",
    )
    return ",".join(part for part in parts if part) or "无"


def _differences_json(found: Differences) -> dict[str, Any]:
    return {
        "revision": found.revision.number,
        "then": found.revision.fingerprint,
        "now": found.fingerprint,
        "schools": [
            {"school": each.school, "name": each.name, "what": each.what, "then": each.then, "now": each.now}
            for each in found.schools
        ],
        "indicators": [
            {
                "standard": each.standard,
                "stage": each.stage,
                "code": each.code,
                "then": _standing_json(each.then),
                "now": _standing_json(each.now),
            }
            for each in found.changed
        ],
    }


def _standing_json(each: IndicatorThen) -> dict[str, Any]:
    return {"value": each.value, "coefficient": each.coefficient, "met": each.met, "verdict": each.outcome}
