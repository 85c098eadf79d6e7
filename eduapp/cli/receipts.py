"""`county receipt` and `school receipt`: the county's word on what was handed in, both ways on the stick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.characters import quoted
from db.files import require_folder
from eduapp.cli.county_keys import secret_lines
from eduapp.cli.output import DONE, NEEDS_PERSON, print_json, say
from eduapp.services import jobs, workbooks
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import asked_cells, handed_in, receipts
from eduapp.services.hand_off.handed_in import HandedInState
from eduapp.services.keys import county_keys, keyring

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.handed_in import Known, ReadReceipt

_SETTLED = {
    HandedInState.UNCONFIRMED,
    HandedInState.ACCEPTED,
    HandedInState.SUPERSEDED,
    HandedInState.WITHDRAWN,
}
"""States in which nobody has anything to do."""


def write(args: Namespace) -> int:
    """`county receipt`: a county without keys makes them first, as `county round` does."""
    folder = Path(args.folder)
    require_folder(folder)  # before keys are made: what is shown once must not come with a failure
    with county_books.open_county(Path(args.workbook)) as book:
        if county_keys.certificate_of(book.workbook) is None:
            say(*secret_lines(county_keys.establish(book.workbook, keyring.given_passphrase())))
        report = jobs.run(receipts.issue(book, folder))
        for each in report.rows:
            again = ",无变化" if each.again else ""
            say(f"{each.school}  {each.name}  第 {each.number} 号{again}:{each.text}  {Path(each.path).name}")
        say(report.sum_text if report.rows else "还没有收到过上报文件,没有可写的回执。")
    return DONE


def read(args: Namespace) -> int:
    """`school receipt`: exit code 1 where the county was not checked yet or something is to be done."""
    with workbooks.open_school(Path(args.workbook)) as book:
        done = handed_in.read_file(book, Path(args.file))
        waiting = [
            question for question in done.known.questions if not asked_cells.is_changed(book, question)
        ]
        if args.json:
            print_json(_read_json(book, done))
        else:
            say(*_read_lines(book, done))
        settled = all(each.state in _SETTLED for each in done.known.standings)
        return DONE if done.known.checked and settled and not waiting else NEEDS_PERSON


def _read_json(book: SchoolBook, done: ReadReceipt) -> dict[str, Any]:
    known = done.known
    return {
        "county": done.said.certificate.name,
        "number": done.said.number,
        "checked": done.checked,
        "new": done.new,
        "older": done.older,
        "roots": known.roots,
        "submissions": [
            {
                "id": each.sent.id,
                "seq": each.sent.seq,
                "file": each.sent.file_name,
                "state": each.state.name.lower(),
                "words": each.words,
                "text": each.text,
            }
            for each in known.standings
        ],
        "others": known.others,
        "strangers": known.strangers,
        "questions": [
            {
                "record": each.record,
                "key": each.key,
                "field": each.field,
                "place": asked_cells.place_words(book, each.place),
                "text": each.text,
                "changed": asked_cells.is_changed(book, each),
            }
            for each in known.questions
        ],
        "corrections": [
            {
                "record": each.record,
                "key": each.key,
                "field": each.field,
                "place": asked_cells.place_words(book, each.place),
                "value": each.value,
                "reason": each.reason,
            }
            for each in known.corrections
        ],
    }


def _read_lines(book: SchoolBook, done: ReadReceipt) -> Iterator[str]:
    said = done.said
    word = "已经读取过" if not done.new else "比已有的旧,已留存,不改变状态" if done.older else "已读取"
    yield f"{quoted(said.certificate.name)}第 {said.number} 号回执:{word}"
    if not done.checked:
        yield f"{handed_in.UNCHECKED}:请按县里的通知录入 30 位数字,核对以前以下内容仅供参考。"
    if done.known.roots > 1:
        yield f"{handed_in.SEVERAL.format(done.known.roots)}。以下只是这一套所说。"
    yield from _known_lines(book, done.known)


def _known_lines(book: SchoolBook, known: Known) -> Iterator[str]:
    for each in known.standings:
        yield f"{each.words}  {each.sent.file_name}{f':{each.text}' if each.text else ''}"
    if known.others:
        yield f"另有 {known.others} 个上报文件不是用这个工作簿生成的"
    if known.strangers:
        yield f"县里另有 {known.strangers} 个以本校名义、由未登记的密钥签名的文件"
    for asked in known.questions:
        done = "(已改,请重新上报)" if asked_cells.is_changed(book, asked) else ""
        yield f"县里问  {asked_cells.place_words(book, asked.place)}:{asked.text}{done}"
    for cell in known.corrections:
        value = asked_cells.carried_text(book.draft, cell.place, cell.value)
        shown = "(个人信息,不随回执带出)" if asked_cells.is_personal(cell.place) else value
        yield f"县里更正  {asked_cells.place_words(book, cell.place)}:{shown},理由:{cell.reason}"
