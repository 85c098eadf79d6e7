"""`school key`, `trust`, `round`, `take`, `passphrase`: a school's key, its county, its other computers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.characters import quoted
from db.problems import Problem
from eduapp.cli.output import DONE, NEEDS_PERSON, ask_for_another_passphrase, complain, print_json, say
from eduapp.services import workbooks
from eduapp.services.hand_off import rounds, school_keys
from eduapp.services.hand_off.school_keys import KeyStanding
from eduapp.services.keys import keyring, writer
from eduapp.services.offers import words_of

if TYPE_CHECKING:
    from argparse import Namespace

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.school_keys import OwnKey
    from eduapp.services.hand_off.taking_over import TakeOver

STANDING_WORDS = {
    KeyStanding.UNREGISTERED: "未登记",
    KeyStanding.PAPER: "已登记(纸质登记表)",
    KeyStanding.ROTATED: "已登记(换发)",
    KeyStanding.UNCHECKED: "未核验",
    KeyStanding.REVOKED: "已撤销",
    KeyStanding.OLD_FORM: "已登记(旧式登记表):请重新打印登记表,盖章交县里",
    KeyStanding.OTHER_SCHOOL: "密钥属于另一学校代码,不能使用",
    KeyStanding.LOCKED: "有口令保护",
}


def key(args: Namespace) -> int:
    """`school key`: write 登记申请文件 and say the 30 digits of its form, once county and code are known."""
    with workbooks.open_school(Path(args.workbook)) as book:
        if args.county is not None:
            school_keys.set_county(book, args.county)
        if args.new:
            school_keys.renew(book)
        path = school_keys.write_request(book, Path(args.folder))
        own = school_keys.own_key(book)
        if args.json:
            print_json(
                {
                    "path": str(path),
                    "digits": own.digits or None,
                    "missing": list(own.missing),
                    "standing": own.standing,
                    "replaces": own.follows,
                    "weak_passphrase": school_keys.has_weak_passphrase(book),
                }
            )
        else:
            say(f"已写入并核对:{path}", *_form_lines(own), f"登记状态:{STANDING_WORDS[own.standing]}")
            if own.follows:
                say("原来的密钥已为它签名:交登记申请文件即可换发")
        ask_if_weak(book)
    return DONE


def _form_lines(own: OwnKey) -> list[str]:
    if own.digits:
        return [f"登记表上的 30 位数字 {own.digits}"]
    missing = "、".join(own.missing)
    return [f"登记表还不能打印:请先填{missing}(区县代码用 --county)"]


def trust(args: Namespace) -> int:
    """`school trust`: believe the county whose digits were typed."""
    with workbooks.open_school(Path(args.workbook)) as book:
        county = school_keys.believe(book, [Path(args.file)], args.digits)
        if args.json:
            print_json({"county": county.code, "name": county.name})
        else:
            say(f"核对一致,以后认 {quoted(county.name)}({county.code})的文件")
    return DONE


def round_(args: Namespace) -> int:
    """`school round`: take a round file."""
    with workbooks.open_school(Path(args.workbook)) as book:
        said = school_keys.accept_file(book, Path(args.file))
        own, demand = school_keys.own_key(book), school_keys.demand(book)
        if args.json:
            print_json(
                {
                    "epoch": said.certificate.epoch,
                    "version": said.version,
                    "round": said.round,
                    "due": said.due,
                    "sealed": bool(said.certificate.recipients),
                    "passphrase": said.passphrase,
                    "standards": list(demand.standards) if demand else [],
                    "other_standards": bool(demand and demand.others),
                    "standing": own.standing,
                    **({"code_now": own.code_now} if own.code_now else {}),
                }
            )
        else:
            say(f"已读取县里的批次文件 第 {said.version} 号,批次 {said.round}")
            say(f"本机密钥:{STANDING_WORDS[own.standing]}")
            if own.code_now:
                say(f"县里的名册上本校代码已改为 {own.code_now}:请把「学校」页的代码改成它,密钥照常可用")
            say("上报文件加密" if said.certificate.recipients else "上报文件不加密,不带个人信息")
            if demand and demand.others:
                say(f"县里用的标准与本工作簿不同:{'、'.join(demand.standards)}")
            else:
                say(f"执行标准:{words_of([each.id for each in book.standards])}")
    return DONE


def take(args: Namespace) -> int:
    """`school take`: take over the state of another computer's submission."""
    from eduapp.services.hand_off import taking_over  # noqa: PLC0415 - asks SQLAlchemy, which export does not

    with workbooks.open_school(Path(args.workbook)) as book:
        offer = taking_over.look(book, Path(args.file))
        taking = taking_over.rehearse(book, offer, unchecked=args.unchecked)
        if not args.dry_run:
            taking_over.take(book, taking)
        if args.json:
            print_json(_taking_json(taking))
        else:
            _say_taking(taking, dry_run=args.dry_run)
        return NEEDS_PERSON if args.dry_run and offer.unseen else DONE


def passphrase(args: Namespace) -> int:
    """`school passphrase`: put the key under the passphrase of EDUAPP_PASSPHRASE_FILE."""
    given = keyring.given_passphrase()
    if given is None:
        raise Problem("passphrase-file-missing")
    with workbooks.open_school(Path(args.workbook)) as book:
        writer.writer_of(book.workbook)
        if school_keys.is_protected(book):
            say("这台电脑的密钥已在这个口令之下")
            return NEEDS_PERSON if ask_if_weak(book) else DONE
        school_keys.protect(book, given)
        say("口令已设好")
    return DONE


def ask_if_weak(book: SchoolBook) -> bool:
    """Ask for another passphrase where the key was opened by one that is too easy to guess; tell whether."""
    weak = school_keys.has_weak_passphrase(book)
    if weak:
        ask_for_another_passphrase()
    return weak


def pick_up(book: SchoolBook, folder: Path) -> str:
    """Take round files that lie in a folder once the county is believed; return what to say of it."""
    if rounds.county_of(book) is None:
        return ""
    done = school_keys.pick_up(book, rounds.on_stick(book, folder))
    complain(*(f"{problem.command_text} [{problem.code}]" for problem in done.troubles))
    return f"已读取县里的批次文件 第 {done.accepted.version} 号" if done.accepted else ""


def _taking_json(taking: TakeOver) -> dict[str, object]:
    said = taking.offer.manifest
    return {
        "id": taking.offer.about.id,
        "seq": said.seq,
        "state": said.state,
        "signer": taking.offer.signer,
        "unseen": taking.offer.unseen,
        "rows_new": taking.rows_new,
        "rows_gone": taking.rows_gone,
        "differences": [
            {
                "record": each.record,
                "field": each.field,
                "row": each.row,
                "here": each.left,
                "there": each.right,
            }
            for each in taking.differences
        ],
    }


def _say_taking(taking: TakeOver, *, dry_run: bool) -> None:
    word = "将改动" if dry_run else "已改动"
    counts = f"{len(taking.differences)} 处,其中新增 {taking.rows_new} 行、删除 {taking.rows_gone} 行"
    say(f"那台电脑的第 {taking.offer.manifest.seq} 号上报文件:{word} {counts}")
    say(*(f"  {each.label} {each.row}:{each.left} → {each.right}" for each in taking.differences))
    if taking.offer.unseen:
        say(f"那台电脑没有接续过本机的第 {taking.offer.unseen} 号上报文件,本机那以后的改动被替换")
