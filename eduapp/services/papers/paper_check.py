"""核对纸质表: whether a signed paper shows the data that the county counts.

A page is known by its 数据码 (12 digits, typed) or by the whole id in its QR code (scanned). The answer
is a pure function of what lies in the workbook.

No code proves what is printed beside it: anybody can print a right code under other figures, and two states
of one school with the same 12 digits are found in a second. So a code only finds the file; a person holds the
stamped sheet against the file's own page and says 一致, which is written down with who said it: in a
county with keys in its signed log, else in the journal.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from db import journal
from db.problems import Problem
from db.workbook import now, who
from eduapp.exchange.data_code import Origin, Scanned, data_digits, parse, token
from eduapp.exchange.signing import thirty_digits
from eduapp.services.county import closing, held, signed_log
from eduapp.services.county.naming import called
from eduapp.services.merge import merging
from eduapp.services.merge.admission import KEY_REVOKED
from eduapp.services.papers.printing_log import EXPLANATION as WHY
from eduapp.services.personal import require_unnumbered

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook, Received


class PaperOutcome(StrEnum):
    """What became of a check."""

    CONFIRMED = "confirmed"
    """A person compared the figures."""
    MATCHES = "matches"
    """The code is that of a file; nobody compared the figures yet."""
    CHANGED = "changed"
    NOT_RECEIVED = "not_received"
    MISTYPED = "mistyped"
    UNREADABLE = "unreadable"


OUTCOME_WORDS = {
    PaperOutcome.CONFIRMED: "一致",
    PaperOutcome.MATCHES: "码与已收文件相符",
    PaperOutcome.CHANGED: "打印后数据已改",
    PaperOutcome.NOT_RECEIVED: "未收到这份数据",
    PaperOutcome.MISTYPED: "码输错",
    PaperOutcome.UNREADABLE: "认不出",
}
_STATE_WORDS = {"final": "正式", "draft": "草稿"}
_TROUBLE = {"paper-code-mistyped": PaperOutcome.MISTYPED}
_WITHDRAWN, _REVOKED = "(已撤回)", "(密钥已停用)"
COUNTY_PAPER = "县级报表"
_FORGEABLE = "(12 位,可被有意撞出)"
_COUNTY_MATCHES = "码与合并指纹相符"
_COMPARE = "码只说明是哪份数据,不证明纸上印的数字:请逐项对照盖章的纸,再确认。"
_KEY_DIGITS = 16
_ITEM = re.compile(r"[A-Z]{1,3}[0-9]{1,3}[A-Z]?(?::[0-9A-Z.-]*){0,2}", re.ASCII)
"""The item of a 指标说明, with its stage and standard."""
_EXPLAINED, _STAMPED = "指标说明 ", "指标核对表"


@dataclass(frozen=True)
class PaperAnswer:
    """What is said of a page. `school`, `name` are empty where the code alone does not tell whose it is.

    seq, state, received: of the submission that has the data on the paper, if one came (ISO time).
    paper, page, pages: known of a scanned page alone. problem: the code where it could not be read.
    """

    outcome: PaperOutcome
    text: str
    school: str = ""
    name: str = ""
    called: str = ""
    """The school as a person is told of it: as it is listed, its own words in quotes."""
    state: str = ""
    seq: int | None = None
    received: str = ""
    submission: str = ""
    data_id: str = ""
    paper: str = ""
    page: int | None = None
    pages: int | None = None
    problem: str = ""
    typed: bool = False
    key: str = ""
    """Which page a person's word is about: the code that was typed, or the page that was scanned."""
    by: str = ""
    at: str = ""
    """Who confirmed it, and when (ISO time)."""

    @property
    def is_county(self) -> bool:
        """Whether the page is the county's own; a school may call itself 县级报表."""
        return not self.school and self.name == COUNTY_PAPER

    @property
    def whose(self) -> str:
        """Whose page it is, for people; "" where nothing tells."""
        return self.called or (self.name if self.is_county else self.school)

    @property
    def words(self) -> str:
        """The outcome as it is said; 一致 only where a person said so."""
        if self.outcome is PaperOutcome.MATCHES and self.is_county:
            return _COUNTY_MATCHES
        forgeable = self.outcome is PaperOutcome.MATCHES and self.typed
        return OUTCOME_WORDS[self.outcome] + (_FORGEABLE if forgeable else "")

    @property
    def paper_name(self) -> str:
        """The name by which the paper is printed; a typed code may stand on any: the one that is stamped."""
        from eduapp.services.papers.reporting import (  # noqa: PLC0415 - loads the PDF library
            DEFAULT_SCHOOL_PAPER,
            school_papers,
        )

        names = {title: name for name, title in school_papers()}
        if self.paper.startswith(_EXPLAINED):
            return WHY + self.paper.removeprefix(_EXPLAINED)
        return names.get(self.paper, DEFAULT_SCHOOL_PAPER)


@dataclass(frozen=True)
class Held:
    """What a check needs to know of one county at one moment: plain values, made once for many checks."""

    code: str
    year: int
    by_data: Mapping[str, tuple[Received, ...]]
    """Data id -> the submissions that have it, admitted or held."""
    by_digits: Mapping[str, frozenset[str]]
    """The 12 digits -> the data ids that have them."""
    counting: Mapping[str, Received]
    """School code -> what counts."""
    current: Mapping[str, str]
    """A code that a school left -> the code it has now: what papers of before say."""
    called: Mapping[str, str]
    """Submission -> its school as people are told of it: by the list, its own words in quotes."""
    in_conflict: frozenset[str]
    out: Mapping[str, str]
    """Submission -> why it was taken out of the view."""
    fingerprint: str
    """30 digits, without spaces."""
    older: str
    """The same moment's by the version before: what papers from before it carry."""
    closed: Mapping[str, int]
    """Fingerprints of closed lists -> their number."""
    standing: int | None
    """The number of the last closed list while nothing has changed since."""
    confirmed: Mapping[str, tuple[str, str]]
    """Page (see Answer.key) -> who compared it last, and when."""


def held_by(book: CountyBook) -> Held:
    """Return what the checks of a county's papers are made against."""
    by_data: dict[str, list[Received]] = defaultdict(list)
    by_digits: dict[str, set[str]] = defaultdict(set)
    for each in book.received.values():
        by_data[each.data_id].append(each)
        by_digits[data_digits(each.data_id)].add(each.data_id)
    view = book.view()
    closed = closing.revisions(book)
    return Held(
        code=book.code,
        year=book.year,
        by_data={data: tuple(found) for data, found in by_data.items()},
        by_digits={digits: frozenset(found) for digits, found in by_digits.items()},
        counting={school: book.received[each.counts.id] for school, each in view.items()},
        current={code: book.listing.current(code) for code in book.listing.takings},
        called={
            each.member.id: called(book, each.member.school, each.name) for each in book.received.values()
        },
        in_conflict=frozenset(school for school, each in view.items() if each.conflict),
        out=dict.fromkeys(merging.withdrawn(book.decisions), _WITHDRAWN)
        | {each.member.id: _REVOKED for each in book.received.values() if each.why == KEY_REVOKED},
        fingerprint=_plain(book.fingerprint),
        older=_plain(replace(book.moment, version=1).fingerprint),
        closed={_plain(each.fingerprint): each.number for each in closed},
        standing=closed[-1].number if closed and not closing.is_changed(book) else None,
        confirmed=_confirmations(book),
    )


def check(held: Held, text: str) -> PaperAnswer:
    """Say what stands behind a page whose code was typed or scanned. Raises nothing."""
    try:
        scanned = parse(text)
    except Problem as problem:
        return PaperAnswer(
            _TROUBLE.get(problem.code, PaperOutcome.UNREADABLE), problem.text, problem=problem.code
        )
    asked = _county_answer if scanned.origin is Origin.COUNTY else _school_answer
    found = replace(asked(held, scanned), typed=not scanned.whole, key=_key_of(scanned))
    if found.outcome is not PaperOutcome.MATCHES:
        return found
    if found.key not in held.confirmed:
        return replace(found, text=f"{found.text}{_COMPARE}")
    by, at = held.confirmed[found.key]
    when = f"{datetime.datetime.fromisoformat(at):%m-%d %H:%M}"
    return _confirmed(found, by, at, when)


def _confirmed(found: PaperAnswer, by: str, at: str, when: str) -> PaperAnswer:
    sheet = found.paper or (COUNTY_PAPER if found.is_county else _STAMPED)
    text = f"{found.text.removesuffix(_COMPARE)}{by} {when} 对照盖章的{sheet},确认一致。"
    return replace(found, outcome=PaperOutcome.CONFIRMED, text=text, by=by, at=at)


def confirm(book: CountyBook, found: PaperAnswer, name: str = "") -> PaperAnswer:
    """Write down that a person compared a stamped sheet with the file's figures; return the answer then.

    `name` is what the person calls himself, beside the name under which the computer knows him. Raises
    Problem `paper-not-to-confirm` where the code belongs to nothing that counts; `text-numbered`.
    """
    require_unnumbered(("姓名", name))
    if found.outcome not in {PaperOutcome.MATCHES, PaperOutcome.CONFIRMED}:
        raise Problem("paper-not-to-confirm", words=found.words)
    user, at = who(), now()
    by = f"{name.strip()}({user})" if name.strip() else user
    about = found.submission or found.data_id or "-"
    with book.writing() as (connection, lines):
        journal.note(connection, held.CONFIRMED, f"{found.key} {about} {by}", user, at)
        if book.own_keys:
            lines.append(signed_log.hold((held.PAPER, found.key), f"{at} {about} {by}"))
    return _confirmed(found, by, at, f"{datetime.datetime.fromisoformat(at):%m-%d %H:%M}")


def _confirmations(book: CountyBook) -> dict[str, tuple[str, str]]:
    """Return who confirmed what, and when; in a county with keys as its log has it, which alone is bound."""
    if book.own_keys:
        said = {key: row for (part, key), (row, _) in book.log.held.items() if part == held.PAPER}
    else:
        with book.workbook.reading() as door:
            said = held.confirmed_in(door)
    found = {key: row.split(" ", 2) for key, row in said.items()}
    return {key: (by, at) for key, (at, _, by) in found.items()}


def _key_of(scanned: Scanned) -> str:
    """Return what a person's word is about: a page of given data, or a typed code."""
    said = [scanned.origin, scanned.whole or scanned.digits, scanned.paper, str(scanned.page or "")]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:_KEY_DIGITS]


def _school_answer(held: Held, scanned: Scanned) -> PaperAnswer:
    if scanned.whole:
        candidates = held.by_data.get(scanned.whole, ())
    else:
        ids = held.by_digits.get(scanned.digits, frozenset())
        if len(ids) > 1:
            text = f"收到的文件里有 {len(ids)} 份不同的数据是同一个码,可能是有意做成的。请扫描二维码。"
            return PaperAnswer(PaperOutcome.UNREADABLE, text)
        candidates = tuple(each for data in ids for each in held.by_data[data])
    if not candidates:
        return _unknown(held, scanned)
    return _known(held, scanned, candidates)


def _known(held: Held, scanned: Scanned, candidates: tuple[Received, ...]) -> PaperAnswer:
    """Answer where a submission has the data of the paper: is it the one that counts?"""
    counted = {each.member.id for each in held.counting.values()}
    order = sorted(candidates, key=lambda each: (each.member.id in counted, each.admitted, each.member.seq))
    found = order[-1]
    if odd := _odd(held, scanned, found):
        return replace(_page(scanned), outcome=PaperOutcome.UNREADABLE, text=odd)
    school = found.member.school
    if found.member.id in counted:
        note = "该校有冲突尚未裁定。" if school in held.in_conflict else ""
        draft = "" if found.member.state == merging.FINAL else "计入的是草稿,还不是正式上报。"
        text = f"码是计入汇总的{_which(found)}的。{draft}{note}"
        return _about(held, scanned, found, PaperOutcome.MATCHES, text)
    if not found.admitted:
        text = f"有这份数据的{_which(found)}还待核验,没有计入汇总。"
        return _about(held, scanned, found, PaperOutcome.NOT_RECEIVED, text)
    gone = held.out.get(found.member.id, "")
    counts = held.counting.get(school)
    now = f"现在计入的是{_which(counts)}。" if counts else "该校现在没有计入汇总的文件。"
    return _about(held, scanned, found, PaperOutcome.CHANGED, f"纸上是{_which(found)}{gone}的数据,{now}")


def _odd(held: Held, scanned: Scanned, found: Received) -> str:
    """Say what in a scanned code is not as the program prints it of this data; "" where all is.

    The digest alone is bound to the data: school, year, paper and page beside it anybody can write.
    """
    if not scanned.whole:
        return ""
    own = f"{held.called[found.member.id]}({found.member.school})"
    if scanned.owner not in {token(found.header.member.school), token(found.member.school)}:
        said = f"码里写的学校是 {scanned.owner},这份数据却是{own}的"
    elif scanned.year != found.year:
        said = f"码里写的是 {scanned.year} 学年,{own}的这份数据是 {found.year} 学年的"
    elif not _is_paper(scanned.paper):
        said = f"码里写的「{scanned.paper}」不是学校的打印件"
    elif not 1 <= (scanned.page or 0) <= (scanned.pages or 0):
        said = f"码里写的是第 {scanned.page} 页,共 {scanned.pages} 页"
    else:
        return ""
    return f"{said}:本程序不会这样印,不能凭它核对。请核实这张纸的来历。"


def _is_paper(name: str) -> bool:
    """Whether a school's paper may have a name, as it stands in a code; 指标说明 have one for each item."""
    from eduapp.services.papers.reporting import school_papers  # noqa: PLC0415 - loads the PDF library

    explained = token(WHY)
    if name.startswith(explained):
        return _ITEM.fullmatch(name.removeprefix(explained)) is not None
    return name in {token(each) for each, _ in school_papers()}


def _unknown(held: Held, scanned: Scanned) -> PaperAnswer:
    """Answer where no submission has the data of the paper."""
    page = _page(scanned)
    if not scanned.whole:
        text = (
            "收到的上报文件里都没有这份数据:文件还没有交来,或打印后数据已改。扫描二维码可以知道是哪所学校。"
        )
        return replace(page, text=text)
    if scanned.year != held.year:
        return replace(page, text=_other_year(held, scanned))
    counts = held.counting.get(held.current.get(scanned.owner, scanned.owner))
    if counts is None:
        return replace(page, text=f"学校 {scanned.owner} 还没有计入汇总的上报文件。")
    text = f"计入汇总的{_which(counts)}是别的数据:打印后数据已改,或纸上的数据还没有交来。"
    return replace(
        page, outcome=PaperOutcome.CHANGED, text=text, name=counts.name, called=held.called[counts.member.id]
    )


def _other_year(held: Held, scanned: Scanned) -> str:
    return f"这张纸是 {scanned.year} 学年的,本工作簿是 {held.year} 学年的。"


def _county_answer(held: Held, scanned: Scanned) -> PaperAnswer:
    page = replace(_page(scanned), name=COUNTY_PAPER)
    if scanned.owner not in {"", held.code}:
        return replace(page, text=f"这是别的县({scanned.owner})的报表。")
    if scanned.year not in {None, held.year}:
        return replace(page, text=_other_year(held, scanned))
    digits = scanned.digits or thirty_digits(bytes.fromhex(scanned.whole))
    if digits == held.fingerprint:
        return replace(page, outcome=PaperOutcome.MATCHES, text="码是现在的合并指纹。")
    if digits == held.older:
        return replace(page, outcome=PaperOutcome.MATCHES, text="码是现在的合并指纹(按旧式指纹 1 核对)。")
    if digits in held.closed:
        number = held.closed[digits]
        if number == held.standing:
            text = f"码是第 {number} 次结束本轮时的名单的,以后没有变动。"
            return replace(page, outcome=PaperOutcome.MATCHES, text=text)
        text = f"是第 {number} 次结束本轮时的名单,以后又有变动。"
        return replace(page, outcome=PaperOutcome.CHANGED, text=text)
    text = "合并指纹与现在的不同:打印以后收到过文件或作过决定,请重新打印。"
    return replace(page, outcome=PaperOutcome.CHANGED, text=text)


def _about(held: Held, scanned: Scanned, found: Received, outcome: PaperOutcome, text: str) -> PaperAnswer:
    return replace(
        _page(scanned),
        outcome=outcome,
        text=text,
        school=found.member.school,
        name=found.name,
        called=held.called[found.member.id],
        state=found.member.state,
        seq=found.member.seq,
        received=found.received,
        submission=found.member.id,
        data_id=found.data_id,
    )


def _page(scanned: Scanned) -> PaperAnswer:
    """Return what the page itself tells; the data were not received until somebody says otherwise."""
    school = scanned.owner if scanned.origin is Origin.SCHOOL else ""
    return PaperAnswer(
        PaperOutcome.NOT_RECEIVED,
        "",
        school=school,
        data_id=scanned.whole if school else "",
        paper=_title(scanned),
        page=scanned.page,
        pages=scanned.pages,
    )


def _title(scanned: Scanned) -> str:
    """Return the title of a school's paper; a name that this release does not know stays as it is."""
    if scanned.origin is Origin.COUNTY:
        return ""
    from eduapp.services.papers.reporting import school_papers  # noqa: PLC0415 - as above

    titles = {token(name): title for name, title in school_papers()}
    explained = token(WHY)
    if scanned.paper.startswith(explained):
        return f"{_EXPLAINED}{scanned.paper.removeprefix(explained)}"
    return titles.get(scanned.paper, scanned.paper)


def _which(found: Received) -> str:
    """Say which submission: 「第 3 次正式上报(11-23 09:10 收到)」."""
    when = f"{datetime.datetime.fromisoformat(found.received):%m-%d %H:%M}"
    return f"第 {found.member.seq} 次{_STATE_WORDS[found.member.state]}上报({when} 收到)"


def _plain(grouped: str) -> str:
    return "".join(grouped.split())
