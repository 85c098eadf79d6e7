"""`county round`, `keys`, `renew`, `drill`: the county's keys and its round file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.files import require_folder
from db.problems import Problem
from db.records.values import clean
from eduapp.cli import streams
from eduapp.cli.output import (
    DONE,
    NEEDS_PERSON,
    PROBLEM,
    ask_for_another_passphrase,
    complain,
    failed_json,
    failed_lines,
    print_json,
    say,
)
from eduapp.services import jobs
from eduapp.services.county import accepting, giving_up
from eduapp.services.county import books as county_books
from eduapp.services.county import drill as escrow
from eduapp.services.county.signed_log import UNSIGNED
from eduapp.services.hand_off import issuing
from eduapp.services.keys import county_keys, keyring

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.county.books import CountyBook
    from eduapp.services.keys.county_keys import PaperSecrets

WRITE_DOWN = "请立即把恢复词和备用密钥抄写或打印到纸上,封存在保险柜;它们只显示这一次,程序不保存。"
UNPROTECTED = (
    "未设口令:只签名,不要求加密。要加密,请用 EDUAPP_PASSPHRASE_FILE 指明口令文件后办理 county renew。"
)


def round_(args: Namespace) -> int:
    """`county round`: a county without keys makes them first, and its secrets are printed this once."""
    folder = Path(args.folder)
    require_folder(folder)  # before keys are made: what is shown once must not come with a failure
    with county_books.open_county(Path(args.workbook)) as book:
        made = None
        if county_keys.certificate_of(book.workbook) is None:
            made = county_keys.establish(book.workbook, keyring.given_passphrase())
            if not args.json:
                say(*secret_lines(made))
        try:
            issued = issuing.issue_round(book)
            path = issuing.write_issued(folder, issued)
        except Problem:
            if made is not None and args.json:
                complain(*secret_lines(made))
            raise
        said = issued.said
        if args.json:
            secrets = {"recovery_words": made and made.words, "escrow": (made and made.escrow) or None}
            print_json({"path": str(path), **_said_json(book), **secrets, "version": said.version})
        else:
            say(
                f"已写入批次文件 {path}",
                f"第 {said.certificate.epoch} 期第 {said.version} 号:学校 {len(said.schools)} 所,"
                f"登记密钥 {len(said.keys)} 个",
                *_state_lines(book),
            )
        ask_if_weak(book)
    return DONE


def keys(args: Namespace) -> int:
    """`county keys`: how the county's keys stand, and what the next round file asks for."""
    with county_books.open_county(Path(args.workbook)) as book:
        if args.due is not None:
            issuing.set_due(book, args.due)
        if args.demand is not None:
            issuing.demand_passphrase(book, demanded=args.demand == "yes")
        if args.json:
            print_json(_said_json(book))
        else:
            say(*_state_lines(book))
        ask_if_weak(book)
    return DONE


def ask_if_weak(book: CountyBook) -> None:
    """Ask for another passphrase where the county's key was opened by one that is too easy to guess."""
    if county_keys.has_weak_passphrase(book.workbook):
        ask_for_another_passphrase()


def renew(args: Namespace) -> int:
    """`county renew`: a new epoch by the recovery words on standard input; escrow keys may follow them."""
    words, _, escrow = _typed("恢复词").partition("AGE-SECRET-KEY-1")
    with county_books.open_county(Path(args.workbook)) as book:
        made = county_keys.renew(
            book.workbook,
            words,
            keyring.given_passphrase(),
            f"AGE-SECRET-KEY-1{escrow}" if escrow else "",
            give_up=args.give_up,
        )
        say(*secret_lines(made), "已换发。请重新生成批次文件,发给各学校。")
        if args.give_up:
            say(*(f"已放弃打不开的文件:{name}" for name in giving_up.give_up_closed(book)))
    return DONE


def drill(args: Namespace) -> int:
    """`county drill`: prove that the escrow keys on paper open all that is stored; 2 where they do not."""
    secrets = _typed("备用密钥")
    with county_books.open_county(Path(args.workbook)) as book:
        done = jobs.run(escrow.drill(book, secrets))
    problem = done.problem
    if args.json:
        print_json(_drill_json(done))
    else:
        say(
            done.text
            if problem
            else f"备用密钥有效:{done.text}" + (f"。演练时间 {done.at}" if done.at else "")
        )
        say(*([] if done.written else [escrow.NOT_WRITTEN]))
        say(*(f"打不开:{each.file}{'(待核验)' if each.held else ''}" for each in done.unopened))
    if problem is not None:
        complain(f"{problem.command_text} [{problem.code}]")
        return PROBLEM
    return DONE if done.written else NEEDS_PERSON


def _drill_json(done: escrow.Drill) -> dict[str, Any]:
    return {
        "passed": done.problem is None,
        "problem": done.problem.code if done.problem else None,
        "stored": done.stored,
        "opened": done.opened,
        "at": done.at or None,
        "written": done.written,
        "sheets": [{"epoch": epoch, "opened": count} for epoch, count in done.sheets],
        "unopened": [
            {"id": each.id, "school": each.school, "file": each.file, "held": each.held}
            for each in done.unopened
        ],
    }


def accept(args: Namespace) -> int:
    """`county accept`: a person says that the workbook is right as it lies here, and the county signs it.

    Raises Problem `reason-missing`, `county-keys-removed`, `county-key-locked`, and what is wrong beyond this
    computer's marks.
    """
    reason, path = clean(args.reason), Path(args.workbook)
    with accepting.accept(path, reason) as accepted:
        book, cleared = accepted.book, accepted.cleared
        said = {"log": book.log.at.number, "signed": book.log.signed, **failed_json(book), "cleared": cleared}
        if args.json:
            print_json(said)
        else:
            how = "已签名" if book.log.signed else "没有县级密钥,未签名"
            done = [f"不再提示以前核对不符的 {len(cleared)} 个文件"] if cleared else []
            say(f"已确认。收文记录 {book.log.at.number} 行,{how}", *done, *failed_lines(book))
    return DONE


def _typed(what: str) -> str:
    text = streams.read().strip()
    if not text:
        raise Problem("stdin-empty", what=what)
    return text.upper()


def secret_lines(made: PaperSecrets) -> list[str]:
    """Return what is printed once of new keys: it stands nowhere else."""
    lines = [
        f"===== {made.certificate.name}县级密钥(第 {made.certificate.epoch} 期)=====",
        WRITE_DOWN,
        f"恢复词:{made.words}",
    ]
    lines.append(f"备用密钥:{made.escrow}" if made.escrow else UNPROTECTED)
    return [*lines, "====="]


def _state_lines(book: CountyBook) -> list[str]:
    workbook = book.workbook
    certificate = county_keys.certificate_of(workbook)
    if certificate is None:
        return ["本县还没有建立密钥。用 county round 建立。", UNSIGNED]
    state = issuing.state_of(book)
    lines = [
        f"本县 30 位数字(印在通知上,学校凭它核对批次文件):{certificate.root.digits}",
        f"第 {certificate.epoch} 期;"
        + ("要求加密上报" if certificate.recipients else "未设口令:只签名,不要求加密"),
    ]
    if not county_keys.has_key_file(workbook):
        lines.append("这台电脑上没有本县的密钥文件。")
    elif county_keys.is_locked(workbook):
        lines.append("县级密钥有口令保护,尚未录入口令。")
    lines.append(f"要求学校设口令:{'是' if issuing.demands_passphrase(book) else '否'}")
    lines.append(f"上报截止:{issuing.due_of(book) or '未定'}")
    if certificate.recipients:
        lines.append(f"备用密钥演练:{_drill_words(escrow.last(workbook))}")
    if state.last is None:
        lines.append("批次文件:还没有生成")
    else:
        lines.append(
            f"批次文件:第 {state.last.version} 号" + ("" if state.current else ",内容有变化,需重新生成")
        )
    return lines


def _drill_words(last: escrow.Last | None) -> str:
    if last is None:
        return "本期还没有演练过"
    return f"{last.at} {last.text}"


def _said_json(book: CountyBook) -> dict[str, Any]:
    workbook = book.workbook
    drilled = escrow.last(workbook)
    certificate = county_keys.certificate_of(workbook)
    state = issuing.state_of(book)
    return {
        "digits": certificate.root.digits if certificate else None,
        "epoch": certificate.epoch if certificate else None,
        "encrypts": bool(certificate and certificate.recipients),
        "recipients": list(certificate.recipients) if certificate else [],
        "key_file": county_keys.has_key_file(workbook),
        "locked": county_keys.is_locked(workbook),
        "weak_passphrase": county_keys.has_weak_passphrase(workbook),
        "passphrase_demand": issuing.demands_passphrase(book),
        "due": issuing.due_of(book) or None,
        "drill": drilled.at if drilled and drilled.passed else None,
        "last_drill": {**asdict(drilled), "passed": drilled.passed} if drilled else None,
        "round": state.last.version if state.last else None,
        "current": state.current,
    }
