"""Taking submissions in: every file gets an outcome by name and reason, and the sum must add up.

read = accepted + older + unchanged + conflict + held + refused. A rehearsal (dry run) says the same
without writing. Submissions are written in batches, each one transaction with a savepoint a submission:
a crash leaves whole submissions, the first ones, and running the folder again finishes it.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert as upsert

from db.problems import Problem
from db.tables import REFUSED as REFUSED_TABLE
from db.workbook import now
from eduapp.exchange import key_request, receipt_file, round_file
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.files import problems
from eduapp.exchange.stick import files_under, read_limited
from eduapp.exchange.submission import SUFFIX, Unverified, inspect, looks_like_submission
from eduapp.services.county.books import CountyBook, Received, keep
from eduapp.services.hand_off.trust import admit_rotated, follows, reason_to_hold, require_own, why_held
from eduapp.services.jobs import Progress
from eduapp.services.merge import merging
from eduapp.services.merge.merging import Member
from eduapp.services.packing import draft_of
from eduapp.services.personal import require_impersonal

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from sqlalchemy import Connection

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
BATCH_FILES, BATCH_BYTES, BATCH_SECONDS = 25, 8 * 1024 * 1024, 0.3
"""A batch is written when it has this much of any: a crash loses no more than that."""
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


@dataclass(frozen=True)
class MergeReport:
    """All files by outcome; `others` are no submissions and are not counted in `read`."""

    files: tuple[FileOutcome, ...]
    others: tuple[str, ...]
    fingerprint: str
    counts: dict[str, int] = field(default_factory=dict)

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
    book: CountyBook, paths: Sequence[Path], *, dry_run: bool = False
) -> Generator[Progress, None, MergeReport]:
    """Take the files of folders in; raises Problem only for the county's own workbook and keys.

    Cancelled between two files it leaves whole submissions: those that were told of as done.
    """
    candidates, others = _candidates(paths)
    taken = _Taken(book, dry_run=dry_run)
    if candidates and not dry_run:
        yield from _back_up(book)
    outcomes: list[FileOutcome] = []
    yield Progress("校验", 0, len(candidates))
    try:
        for done, path in enumerate(candidates, 1):
            outcomes.append(taken.take_file(path))
            yield Progress("校验", done, len(candidates))
    finally:  # also when it was cancelled, which arrives at a yield
        taken.write()
    counts = Counter(outcome.outcome for outcome in outcomes)
    return MergeReport(
        tuple(outcomes), tuple(others), taken.fingerprint, {name: counts[name] for name in OUTCOMES}
    )


def retry_held(book: CountyBook) -> tuple[FileOutcome, ...]:
    """Try again what is held, after a key was admitted or a school was listed; return what came in."""
    if not book.held:  # nothing to open: the county's key may stay locked
        return ()
    taken = _Taken(book, dry_run=False)
    try:
        return tuple(outcome for held in book.held if (outcome := taken.retry(held)) is not None)
    finally:
        taken.write()


def undo(book: CountyBook, submissions: Iterable[str], reason: str = UNDONE) -> None:
    """Take submissions out of the view; the tables are then those of never having had them.

    An id may be given by its first 8 digits or more. Raises Problem when none or several fit,
    `reason-personal`.
    """
    chosen: dict[str, None] = {}
    for given in submissions:
        fits = [each.id for each in book.members if each.id.startswith(given.lower())]
        if len(given) < 8 or len(fits) != 1:  # noqa: PLR2004 - the digits that file names show
            raise Problem("submission-unknown", id=given)
        chosen[fits[0]] = None
    for submission in chosen:
        if reason != UNDONE:
            require_impersonal(book.stated(submission), reason)
    for submission in chosen:
        book.decide(merging.WITHDRAW, submission, reason)


def restore(book: CountyBook, submission: str, reason: str = "恢复") -> None:
    """Put a withdrawn submission back."""
    book.decide(merging.RESTORE, submission, reason)


def settle(book: CountyBook, school: str, submission: str, reason: str) -> None:
    """Choose one of a school's heads, also one that was put aside before; all stay in the set.

    Raises Problem `submission-unknown`, `reason-personal`.
    """
    found = book.view().get(school)
    heads = (*found.heads, *found.aside) if found else ()
    if submission not in {head.id for head in heads}:
        raise Problem("submission-unknown", id=submission)
    require_impersonal(book.stated(submission), reason)
    book.decide(merging.SETTLE, submission, reason, [head.id for head in heads if head.id != submission])


def _candidates(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return files that may be submissions, and the names of those that are not."""
    files: list[Path] = []
    for path in paths:
        with problems(path):
            is_folder, is_file = path.is_dir(), path.is_file()
        if is_folder:
            files += files_under(path)
        elif is_file:
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
        with path.open("rb") as file:
            return looks_like_submission(file.read(64))
    except OSError:
        return False


def _back_up(book: CountyBook) -> Generator[Progress, None, None]:
    """Make the backup that is due, in a thread: that of a large county takes longer than silence may last."""
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
                return
        finally:
            unwanted.set()


def _keep_one(
    book: CountyBook,
    connection: Connection,
    *,
    about: Unverified,
    data: bytes,
    file_name: str,
    admitted: bool,
) -> Received:
    """Write a submission; one that comes in brings its new key with it, and is no longer a refused one."""
    if admitted:
        said = about.manifest
        admit_rotated(book, said.school, said.name, about.key, said.replaces, connection=connection)
        connection.execute(delete(REFUSED_TABLE).where(REFUSED_TABLE.c.id == about.id))
    return keep(connection, about, data, file_name, admitted=admitted)


def _refuse(connection: Connection, about: Unverified, problem: Problem, file_name: str) -> None:
    """Write down for the receipt why a submission was refused; its bytes are not kept."""
    manifest = about.manifest
    values = {
        "school": manifest.school,
        "name": manifest.name,
        "code": problem.code,
        "text": problem.text,
        "file_name": file_name,
        "at": now(),
    }
    statement = upsert(REFUSED_TABLE).values(id=about.id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def _why_older(about: Unverified, after: merging.SchoolView | None) -> Problem:
    """Return why a submission does not stand: a draft behind a final is no old version."""
    newest = after is not None and about.id == after.latest.id and after.counts.state == merging.FINAL
    if newest and about.manifest.state == merging.DRAFT:
        return Problem("draft-after-final")
    return Problem("superseded")


class _Taken:
    """One run of intake: the set as it grows, in the workbook or (dry run) only in memory."""

    def __init__(self, book: CountyBook, *, dry_run: bool) -> None:
        self._book = book
        self._dry_run = dry_run
        self._identities = book.identities  # a locked county key stops the run: no file is refused for it
        self._members: dict[str, Member] = {each.id: each for each in book.members}
        self._by_school: dict[str, list[Member]] = defaultdict(list)
        for each in self._members.values():
            self._by_school[each.school].append(each)
        self._batch: list[Callable[[Connection], Received | None]] = []
        self._batch_bytes = 0
        self._batch_began = 0.0

    @property
    def fingerprint(self) -> str:
        """The fingerprint after this run."""
        return self._book.fingerprint_of(self._members.values())

    def retry(self, held: Received) -> FileOutcome | None:
        """Try a held submission again; None while it must still be held."""
        why = why_held(self._book, held)
        if why and why.code != "key-not-admitted":  # a key may follow an admitted one: only its file says so
            return None
        data = self._book.content(held.member.id)
        about = inspect(data, self._identities)
        if self._reason_to_hold(about):
            return None
        if about.id in self._members:  # two signers of one id, both admitted by now
            self._keep(about, data, held.file_name, admitted=True)
            return self._outcome(held.file_name, about, UNCHANGED, *self._why_unchanged(about))
        return self._accept(held.file_name, about, data)

    def take_file(self, path: Path) -> FileOutcome:
        """Take one file; what is wrong with it is its outcome."""
        try:
            data = read_limited(path, MAX_BYTES)
            about = inspect(data, self._identities)
        except Problem as problem:
            return FileOutcome(str(path), REFUSED, problem.code, text=problem.text)
        try:
            require_own(self._book, about)
            problem_to_hold = self._reason_to_hold(about)
        except Problem as problem:
            return self._refused(str(path), about, problem)
        if about.id in self._members:
            return self._outcome(str(path), about, UNCHANGED, *self._why_unchanged(about))
        if problem_to_hold:
            self._keep(about, data, path.name, admitted=False)
            return self._outcome(str(path), about, HELD, problem_to_hold.code, problem_to_hold.text)
        return self._accept(str(path), about, data)

    def write(self) -> None:
        """Write what was taken since the last batch, in one transaction; raises Problem, then none of it."""
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        if not batch:
            return
        kept = []
        try:
            with self._book.workbook.transaction() as connection:
                for submission in batch:
                    with connection.begin_nested():
                        kept.append(submission(connection))
        except Exception:
            self._book.reload()
            raise
        self._book.took(each for each in kept if each is not None)

    def _reason_to_hold(self, about: Unverified) -> Problem | None:
        manifest = about.manifest
        problem = reason_to_hold(self._book, manifest.school, manifest.name, about.key)
        rotated = problem and problem.code == "key-not-admitted"
        if rotated and follows(self._book, manifest.school, about.key, manifest.replaces):
            return None
        return problem

    def _accept(self, path: str, about: Unverified, data: bytes) -> FileOutcome:
        try:
            draft_of(about.opened(lambda _manifest, _key: None))
        except Problem as problem:
            return self._refused(path, about, problem)
        school = about.manifest.school
        replaces = self._view(school) is not None
        self._keep(about, data, Path(path).name, admitted=True)
        after = self._view(school)
        if after is None or about.id not in {head.id for head in after.heads}:
            why = _why_older(about, after)
            return self._outcome(path, about, OLDER, why.code, why.text, replaces=replaces)
        if after.conflict:
            return self._outcome(
                path, about, CONFLICT, "conflict", Problem("conflict").text, replaces=replaces
            )
        return self._outcome(path, about, ACCEPTED, replaces=replaces)

    def _keep(self, about: Unverified, data: bytes, name: str, *, admitted: bool) -> None:
        manifest = about.manifest
        keep_it = partial(_keep_one, self._book, about=about, data=data, file_name=name, admitted=admitted)
        self._later(keep_it, len(data))
        if admitted:
            self._members[about.id] = Member(
                about.id,
                manifest.school,
                manifest.writer,
                manifest.seq,
                manifest.prev,
                manifest.state,
                dict(manifest.seen),
                about.key.line,
            )
            self._by_school[manifest.school].append(self._members[about.id])

    def _refused(self, path: str, about: Unverified, problem: Problem) -> FileOutcome:
        self._later(partial(_refuse, about=about, problem=problem, file_name=Path(path).name), 0)
        return self._outcome(path, about, REFUSED, problem.code, problem.text)

    def _later(self, submission: Callable[[Connection], Received | None], size: int) -> None:
        """Put one submission into the batch, and write the batch when it has grown enough."""
        if self._dry_run:
            return
        if not self._batch:
            self._batch_began = time.monotonic()
        self._batch.append(submission)
        self._batch_bytes += size
        full = len(self._batch) >= BATCH_FILES or self._batch_bytes >= BATCH_BYTES
        if full or time.monotonic() - self._batch_began >= BATCH_SECONDS:
            self.write()

    def _view(self, school: str) -> merging.SchoolView | None:
        """Return how a school stands: a school's view depends on its own submissions alone."""
        return merging.view(self._by_school[school], self._book.decisions).get(school)

    def _why_unchanged(self, about: Unverified) -> tuple[str, str]:
        if about.id in merging.withdrawn(self._book.decisions):
            return "withdrawn", Problem("withdrawn").text
        return "", ""

    @staticmethod
    def _outcome(
        path: str, about: Unverified, outcome: str, code: str = "", text: str = "", *, replaces: bool = False
    ) -> FileOutcome:
        manifest = about.manifest
        return FileOutcome(
            path,
            outcome,
            code,
            manifest.school,
            manifest.name,
            text,
            about.id,
            manifest.state,
            about.key.digits,
            replaces,
        )
