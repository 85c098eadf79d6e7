"""Taking submissions in: every file gets an outcome by name and reason, and the sum must add up.

read = accepted + older + unchanged + conflict + held + refused. A rehearsal (dry run) says the same
without writing. Submissions are written in batches, each one transaction: a crash leaves
whole submissions, the first ones, and running the folder again finishes it.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from db import files as disk
from db.characters import quoted
from db.problems import Problem
from eduapp.exchange import key_request, receipt_file, round_file
from eduapp.exchange.files import problems, require_file
from eduapp.exchange.stick import files_under
from eduapp.exchange.submission import SUFFIX, looks_like_submission
from eduapp.services.hand_off import trust
from eduapp.services.hand_off.taking import Taking
from eduapp.services.jobs import Progress
from eduapp.services.merge import merging
from eduapp.services.merge.admission import FLAWED, KEY_REVOKED, NOT_ADMITTED, UNREAD
from eduapp.services.personal import require_impersonal
from eduapp.standards.fingerprints import in_words

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.taking import ReadFile

ACCEPTED, OLDER, UNCHANGED, CONFLICT, HELD, REFUSED = OUTCOMES = (
    "accepted",
    "older",
    "unchanged",
    "conflict",
    "held",
    "refused",
)
OUTCOME_WORDS = {
    ACCEPTED: "接收",
    OLDER: "旧版本,已留存",
    UNCHANGED: "已有,无变化",
    CONFLICT: "有冲突,待裁定",
    HELD: "待核验,已留存",
    REFUSED: "拒收",
}
_TELL_SECONDS = 0.25
UNDONE = "撤回导入"
"""The reason of an import that was undone, where nobody gave another."""
_OTHER_FILES = {key_request.SUFFIX, round_file.SUFFIX, receipt_file.SUFFIX}
"""What else lies on a stick: signed packages too, for other eyes."""


@dataclass(frozen=True)
class FileOutcome:
    """What became of a file. `code` and `text` say why when it was not simply accepted."""

    path: str
    outcome: str
    code: str = ""
    school: str = ""
    name: str = ""
    text: str = ""
    submission: str = ""
    state: str = ""
    signer: str = ""
    """The 30 digits of the key; two files of one id and one signer are one submission."""
    replaces: bool = False
    """Whether the school had reported before (更正 rather than 新增)."""
    differs: tuple[str, ...] = ()
    """与名册不符, in words: what the school says of itself that the list says otherwise; it has no effect."""


@dataclass(frozen=True)
class MergeReport:
    """All files by outcome; `others` are no submissions and are not counted in `read`.

    `came` are files that waited in the workbook and came in with these; `notes` are plain lines about
    what nobody must decide: a backup that failed, very many files of one key, bytes that were not kept.
    """

    files: tuple[FileOutcome, ...]
    others: tuple[str, ...]
    fingerprint: str
    counts: dict[str, int] = field(default_factory=dict)
    came: tuple[FileOutcome, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def fingerprint_words(self) -> str:
        """The fingerprint as it is shown behind its name."""
        return in_words(self.fingerprint, merging.FINGERPRINT)

    @property
    def read(self) -> int:
        """Files read; the sum of the outcomes."""
        return sum(self.counts.values())

    @property
    def needs_person(self) -> bool:
        """Whether something was held, refused or is in conflict."""
        return any(self.counts[outcome] for outcome in (CONFLICT, HELD, REFUSED))

    @property
    def sum_text(self) -> str:
        """The sum as it is shown: 「读取 12 = 接收 9 + …」."""
        parts = " + ".join(
            f"{OUTCOME_WORDS[outcome].split(',')[0]} {self.counts[outcome]}" for outcome in OUTCOMES
        )
        return f"读取 {self.read} = {parts}"


def merge(
    book: CountyBook,
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    shown: Sequence[FileOutcome] | None = None,
) -> Generator[Progress, None, MergeReport]:
    """Take the files of folders in; raises Problem only for the county's own workbook and keys.

    Cancelled between two files it leaves whole submissions: those that were told of as done. `shown`: what a
    rehearsal said of them; a file that is another one by now, or was not there then, is refused as such.
    """
    candidates, others = _candidates(paths)
    told = None if shown is None else {each.path: each.submission for each in shown}
    taking = Taking(book, dry_run=dry_run, shown=told)
    skipped = (yield from _back_up(book)) if candidates and not dry_run else ()
    yield Progress("校验", 0, len(candidates))
    read: list[ReadFile] = []
    try:
        for done, path in enumerate(candidates, 1):
            read.append(taking.take(path))
            yield Progress("校验", done, len(candidates))
        came = taking.read_waiting()
    finally:  # also when it was cancelled, which arrives at a yield
        taking.finish()
    outcomes = _outcomes(taking, read)
    counts = Counter(outcome.outcome for outcome in outcomes)
    return MergeReport(
        files=tuple(outcomes),
        others=tuple(others),
        fingerprint=taking.moment.fingerprint,
        counts={name: counts[name] for name in OUTCOMES},
        came=tuple(_outcome(taking, taking.under_its_code(each), set()) for each in came),
        notes=(*skipped, *_notes(taking)),
    )


def retry_held(book: CountyBook) -> tuple[FileOutcome, ...]:
    """Read what was held and is no more, after a key was admitted or a school was listed; return it."""
    if all(each.why != UNREAD for each in book.copies.values()):  # the county's key may stay locked
        return ()
    taking = Taking(book, dry_run=False)
    try:
        came = taking.read_waiting()
    finally:
        taking.finish()
    return tuple(_outcomes(taking, came))


def undo(book: CountyBook, submissions: Iterable[str], reason: str = UNDONE) -> tuple[str, ...]:
    """Take submissions out of the view; the tables are then those of never having had them.

    An id may be given by its first 8 digits or more. Returns the ids of those that were not out before.
    Raises Problem when none or several fit, `reason-personal`.
    """
    before = merging.withdrawn(book.decisions)
    chosen: dict[str, None] = {}
    for given in submissions:
        fits = [each.id for each in book.members if each.id.startswith(given.lower())]
        if len(given) < trust.ID_DIGITS or len(fits) != 1:
            raise Problem("submission-unknown", id=given)
        chosen[fits[0]] = None
    for submission in chosen:
        if reason != UNDONE:
            require_impersonal(book.stated(submission), reason)
    for submission in chosen:
        book.decide(merging.WITHDRAW, submission, reason)
    return tuple(member for member in chosen if member not in before)


def restore(book: CountyBook, submission: str, reason: str = "恢复") -> None:
    """Put a withdrawn submission back."""
    book.decide(merging.RESTORE, submission, reason)


def settle(book: CountyBook, school: str, submission: str, reason: str) -> None:
    """Choose one of a school's heads, also one that was not chosen before; all stay in the set.

    Raises Problem `submission-unknown`, `reason-personal`.
    """
    found = book.view().get(school)
    heads = (*found.heads, *found.not_chosen) if found else ()
    if submission not in {head.id for head in heads}:
        raise Problem("submission-unknown", id=submission)
    require_impersonal(book.stated(submission), reason)
    book.decide(merging.SETTLE, submission, reason, [head.id for head in heads if head.id != submission])


def _candidates(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return files that may be submissions, and the names of those that are not."""
    files: list[Path] = []
    for path in paths:
        with problems(path):
            is_folder, is_there = path.is_dir(), path.exists() or path.is_symlink()
        if is_folder:
            files += files_under(path, {SUFFIX})
            files += [path] * (path.suffix.lower() == SUFFIX)  # named as a file: said, not passed over
        elif is_there:
            files.append(path)
        else:
            raise Problem("path-missing", path=str(path))
    candidates: list[Path] = []
    others: list[Path] = []
    for path in dict.fromkeys(files):
        (candidates if _is_candidate(path) else others).append(path)
    return candidates, [str(path) for path in others]


def _is_candidate(path: Path) -> bool:
    """Tell by its name or else by its first bytes; what is named as another file of ours is one."""
    suffix = path.suffix.lower()
    return suffix == SUFFIX or (suffix not in _OTHER_FILES and _magic(path))


def _magic(path: Path) -> bool:
    try:
        require_file(path)
        return looks_like_submission(disk.read(path, 64))
    except (OSError, Problem):
        return False


def _back_up(book: CountyBook) -> Generator[Progress, None, tuple[str, ...]]:
    """Make the backup that is due, in a thread: that of a large county takes longer than silence may last.

    One that fails stops no merge, which only adds and can be taken back; return what is said of it.
    """
    unwanted = Event()
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(book.workbook.backup_if_due, "合并前", lambda: not unwanted.is_set())
        try:
            while True:
                yield Progress("备份")
                try:
                    made.result(_TELL_SECONDS)
                except TimeoutError:
                    continue
                except Problem as problem:
                    if problem.code != "backup-failed":
                        raise
                    return (Problem("backup-skipped", **problem.facts).text,)
                return ()
        finally:
            unwanted.set()


# --- what became of each file, by how all of them stand in the end ---


def _outcomes(taking: Taking, read: Sequence[ReadFile]) -> list[FileOutcome]:
    """Return the outcome of each file: in which order they came plays no part, only repeats are told so."""
    told: set[str] = set()
    return [_outcome(taking, taking.under_its_code(each), told) for each in read]


def _outcome(taking: Taking, each: ReadFile, told: set[str]) -> FileOutcome:
    """Return what became of a file; `told` are the ids that an earlier file of this run brought in."""
    if each.problem is not None:
        return _said(each, REFUSED, each.problem)
    why = taking.judged.why[each.copy]
    if why == FLAWED:
        return _said(each, REFUSED, taking.flaws[each.copy])
    if why and each.id in taking.accepted:  # the same list by a signer who counts
        return _said(each, UNCHANGED, Problem("withdrawn") if each.id in taking.withdrawn else None)
    if why == KEY_REVOKED:
        return _said(each, REFUSED, Problem("key-revoked", name=each.name))
    if why:
        return _said(each, HELD, _held(taking, each, why))
    if each.id in taking.accepted_before or each.id in told:
        return _said(each, UNCHANGED, Problem("withdrawn") if each.id in taking.withdrawn else None)
    told.add(each.id)
    return replace(_standing(taking, each), differs=taking.differs(each))


def _standing(taking: Taking, each: ReadFile) -> FileOutcome:
    """Return how a file stands that came in with this run."""
    replaces = each.school in taking.view_before
    found = taking.moment.view.get(each.school)
    if found is None or each.id not in {head.id for head in found.heads}:
        return _said(each, OLDER, _why_older(each, found), replaces=replaces)
    if found.conflict:
        return _said(each, CONFLICT, Problem("conflict"), replaces=replaces)
    return _said(each, ACCEPTED, None, replaces=replaces)


def _why_older(each: ReadFile, found: merging.SchoolView | None) -> Problem:
    """Return why a submission does not stand: a draft behind a final is no old version."""
    newest = found is not None and each.id == found.latest.id and found.counts.state == merging.FINAL
    if newest and each.state == merging.DRAFT:
        return Problem("draft-after-final")
    return Problem("superseded")


def _held(taking: Taking, each: ReadFile, why: str) -> Problem:
    if each.copy in taking.unkept:
        return Problem("bytes-not-kept", name=each.name)
    if why == NOT_ADMITTED and each.outdated:
        return Problem("voucher-outdated", name=each.name)
    return trust.why_waiting(why, each.name, each.school)


def _said(each: ReadFile, outcome: str, why: Problem | None, *, replaces: bool = False) -> FileOutcome:
    code, text = (why.code, why.text) if why else ("", "")
    return FileOutcome(
        each.path, outcome, code, each.school, each.name, text, each.id, each.state, each.digits, replaces
    )


def _notes(taking: Taking) -> tuple[str, ...]:
    """Say plainly what nobody must decide."""
    many = [f"{quoted(name)}的一个密钥已有 {count} 个文件在册。" for name, count in taking.many()]
    missing = [f"有 {taking.missing} 个已登记密钥的文件字节未留,请再读一次。"] if taking.missing else []
    return (*many, *missing)
