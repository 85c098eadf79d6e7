"""`county import` of the all-county export of the statistics: rehearsed, asked about, stated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.problems import Problem
from eduapp.cli.saying import DONE, NEEDS_PERSON, print_json, say
from eduapp.services.county import national, standing
from eduapp.services.pairing import ROW_WORDS

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.national import NationalRehearsal


def is_wanted(args: Namespace) -> bool:
    """Whether the file is an export: by the profile that was named, else by its columns.

    Raises Problem `profile-unknown`.
    """
    if args.profile is None:
        return national.is_export(Path(args.file))
    if args.profile not in national.profile_names():
        raise Problem("profile-unknown", profile=args.profile, known="、".join(national.profile_names()))
    return True


def import_(book: CountyBook, args: Namespace) -> int:
    """Take an export over; exit code 1 where rows were left out that a person may want."""
    from eduapp.services.answers import answers_alone, read_answers  # noqa: PLC0415 - knows of sheets

    said = answers_alone(read_answers(Path(args.accept))).said if args.accept else {}
    named = args.profile is not None
    found = national.rehearse(book, Path(args.file), said, named=named)
    decision = None if args.dry_run else national.take_over(book, found)
    if args.json:
        print_json(_shaped(book, found, decision.id if decision else None))
    else:
        _say(book, found, dry_run=args.dry_run, new=decision is not None)
    return NEEDS_PERSON if found.needs_person else DONE


def _shaped(book: CountyBook, found: NationalRehearsal, new: str | None) -> dict[str, Any]:
    stands = book.moment.standing.statement
    return {
        "profile": national.profile_names()[0],
        "rows_read": found.reading.rows_read,
        "rows": dict(found.rows),
        "removed": found.removed,
        "missing": list(found.reading.missing),
        "ignored": [{"where": each.where, "reason": each.reason} for each in found.ignored],
        "notes": list(found.notes),
        "questions": [
            {
                "id": each.id,
                "where": each.where,
                "text": each.text,
                "answers": list(each.answers),
                "offered": [{"code": code, "name": name} for code, name in each.offered],
            }
            for each in found.questions
        ],
        "unasked": list(found.unasked),
        "sites": len(found.sites),
        "schools": found.schools,
        "not_counted": [
            {"code": code, "parent": parent} for code, parent in national.not_counted(book, found)
        ],
        "content": found.content,
        "file": found.file,
        "new": new,
        "statement": None
        if stands is None
        else {"id": stands.decision, "content": stands.content, "file": stands.file, "on": stands.on},
        "by_export": list(standing.standing_by_export(book, book.moment)),
        "fingerprint": book.fingerprint,
    }


def _say(book: CountyBook, found: NationalRehearsal, *, dry_run: bool, new: bool) -> None:
    said = "、".join(
        f"{words} {found.rows[name]} 行" for name, words in ROW_WORDS.items() if found.rows[name]
    )
    say(f"读取 {found.reading.rows_read} 行:{said or '没有内容'}")
    if found.removed:
        say(f"上一份导出里有、这一份里没有的 {found.removed} 个校点将不再采用")
    if found.reading.missing:
        say(f"文件里没有这些项目的列,相应指标数据不足:{'、'.join(found.reading.missing)}")
    say(*(f"未采用 {each.where}:{each.reason}" for each in found.ignored), *found.notes)
    for each in found.questions:
        offered = "、".join(f"{name}({code})" for code, name in each.offered)
        say(f"待回答 [{each.id}] {each.where} {each.text}" + (f"相近的:{offered}" if offered else ""))
    if found.questions:
        say("答案写进一个文件,用 --accept 给出;写法见 docs/cli.md。")
    say(*(f"没有人问的回答:{each}" for each in found.unasked))
    if dry_run:
        say(f"(预演,未写入){len(found.sites)} 个校点,属于 {found.schools} 所学校")
        return
    stands = standing.standing_by_export(book, book.moment)
    done = "已成为县里的一份声明" if new else "与现有的声明相同,没有变化"
    say(
        f"{len(found.sites)} 个校点,属于 {found.schools} 所学校:{done}",
        f"现在有 {len(stands)} 所学校来自年报:不算已上报,交来上报文件后即由它代替",
        f"合并指纹 {book.moment.fingerprint_words}",
    )
