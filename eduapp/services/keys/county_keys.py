"""The county's keys: a root on paper, a signing key and what opens submissions in one key file.

`establish` makes all of them once; `renew` begins a new epoch with the recovery words: a replaced
computer, a lost key file, an old passphrase. Without a passphrase a county signs but does not ask for
encrypted files: what opens personal data never lies in the clear.
"""

from __future__ import annotations

import base64
import json
import re
import secrets as random_source
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db import journal, thin
from db.problems import Problem
from db.records.stored import read_stored
from db.workbook import now, who
from eduapp.exchange import recovery, sealing
from eduapp.exchange.authority import Certificate, certify, read_certificate
from eduapp.exchange.sealing import Identity, identity_of, new_identity
from eduapp.exchange.signing import DECISION, LOG, PublicKey, WriterKey
from eduapp.services.keys import keyring, known, passphrases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from db.workbook import Workbook

BUDGET = "held_secret"
"""A fact of a workbook without keys: the secret that stands for one of theirs."""
CERTIFICATE, CERTIFICATES, SIGNING_KEYS, DRILL = (
    known.CERTIFICATE,
    "certificates",
    "signing_keys",
    known.DRILL,
)
"""Facts of a county's workbook: the certificate in force, all of them, every signing key, the last drill."""
CLOSED = frozenset({"county-key-locked", "county-keys-missing", "county-keys-behind"})
"""The Problems of a county that cannot open what is sealed to it here and now."""
_SEED_BYTES = 32
_SECRET_MARK = "AGE-SECRET-KEY-1"  # noqa: S105 - how every one begins


@dataclass(frozen=True)
class PaperSecrets:
    """What goes into the safe and stands nowhere else. `escrow` is "" for a county that does not encrypt."""

    words: str = field(repr=False)
    escrow: str = field(repr=False)
    certificate: Certificate


@dataclass(frozen=True)
class Proposal:
    """Keys that are made and not in use yet, so that their paper can be proved first. It holds secrets."""

    paper: PaperSecrets = field(repr=False)
    file: str
    passphrase: str | None = field(repr=False)
    kept: keyring.Secrets = field(repr=False)


def certificate_of(workbook: Workbook) -> Certificate | None:
    """Return the certificate in force; None for a county without keys."""
    try:
        return known.certificate_in(workbook.meta)
    except Problem as problem:
        raise Problem("workbook-damaged", path=str(workbook.path)) from problem


def has_key_file(workbook: Workbook) -> bool:
    """Whether the county's key file is on this computer."""
    return _path(workbook).exists()


def is_protected(workbook: Workbook) -> bool:
    """Whether the key file lies under a passphrase."""
    return keyring.is_protected(_path(workbook))


def is_locked(workbook: Workbook) -> bool:
    """Whether a person must give the passphrase before submissions can be opened or anything signed."""
    return keyring.is_locked(_path(workbook))


def needs_attention(workbook: Workbook) -> bool:
    """Whether the county's keys wait for a person: locked, or not on this computer."""
    if certificate_of(workbook) is None:
        return False
    return not has_key_file(workbook) or is_locked(workbook)


def about(workbook: Workbook) -> tuple[str, ...]:
    """Return what everybody knows of the county: no passphrase is made of it."""
    return workbook.meta["county"], workbook.meta["name"]


def has_weak_passphrase(workbook: Workbook) -> bool:
    """Whether the open key file lies under a passphrase that would not be accepted today."""
    return certificate_of(workbook) is not None and keyring.is_weakly_protected(
        _path(workbook), about(workbook)
    )


def unlock(workbook: Workbook, passphrase: str) -> None:
    """Open the key file for this process; raises Problem `passphrase-wrong`."""
    keyring.open_with(_path(workbook), passphrase)


def establish(workbook: Workbook, passphrase: str | None) -> PaperSecrets:
    """Make the county's keys; the words and the escrow key are returned once and kept nowhere.

    Raises Problem `county-keys-exist`, `passphrase-short`, `passphrase-weak`.
    """
    return adopt(workbook, propose(workbook, passphrase))


def renew(
    workbook: Workbook, words: str, passphrase: str | None, escrow: str = "", *, give_up: bool = False
) -> PaperSecrets:
    """Begin a new epoch at once; see `propose_renewal`."""
    return adopt(workbook, propose_renewal(workbook, words, passphrase, escrow, give_up=give_up))


def propose(workbook: Workbook, passphrase: str | None) -> Proposal:
    """Make a county's first keys without putting them to use.

    Raises Problem `county-keys-exist`, `passphrase-short`, `passphrase-weak`.
    """
    if certificate_of(workbook) is not None:
        raise Problem("county-keys-exist")
    return _proposal(workbook, random_source.token_bytes(_SEED_BYTES), passphrase)


def propose_renewal(
    workbook: Workbook, words: str, passphrase: str | None, escrow: str = "", *, give_up: bool = False
) -> Proposal:
    """Make a new epoch's keys without putting them to use: what could be opened before still can.

    The words prove the root. `escrow` (one secret or several, one after the other) opens earlier
    submissions where the key file is lost or its passphrase forgotten; `give_up` leaves those behind
    that nothing opens. Raises Problem `recovery-words-wrong`, `root-differs`, `identity-unreadable`,
    `passphrase-short`, `passphrase-weak`, `passphrase-needed`, `escrow-needed`.
    """
    seed, certificate = recovery.seed_of(words), certificate_of(workbook)
    if certificate is None or WriterKey(seed).public != certificate.root:
        raise Problem("root-differs")
    if certificate.recipients and passphrase is None:
        raise Problem("passphrase-needed")
    earlier = [*(each.secret for each in identities_in(escrow)), *_known_identities(workbook)]
    closed = _closed_to(workbook, earlier)
    if closed and not give_up:
        raise Problem("escrow-needed", count=closed)
    return _proposal(workbook, seed, passphrase, earlier)


def adopt(workbook: Workbook, proposal: Proposal) -> PaperSecrets:
    """Put proposed keys to use: the key file, then the certificate (about a second with a passphrase)."""
    made, path = proposal.paper.certificate, keyring.key_path(proposal.file)
    before = certificate_of(workbook)
    if made.epoch != _next_epoch(workbook, before, path):
        raise Problem("county-keys-exist")
    if before is not None and path.exists():  # a passphrase that was forgotten may be found again
        aside = path.with_suffix(f".{before.epoch}.before")
        if not aside.exists():  # it is there when this renewal was cut short once
            keyring.write_own(aside, keyring.stored(path))
    keyring.store(path, proposal.kept, proposal.passphrase)
    keyring.set_marks(path, {"certificate": made.to_json()})
    _follow(workbook, made)
    with workbook.reading() as door:
        mark_log(workbook, *known.log_end(door))  # what was not signed until now is this, and no more
    return proposal.paper


def catch_up(workbook: Workbook) -> None:
    """Take the newer certificate of this computer into a workbook that was restored from before it."""
    before = certificate_of(workbook)
    marked = keyring.marks(_path(workbook)).get("certificate") if before else None
    newest = read_certificate(marked) if marked else None
    if before and newest and newest.root == before.root and newest.epoch > before.epoch:
        _follow(workbook, newest)


def sign(workbook: Workbook, namespace: str, message: bytes) -> bytes:
    """Return the county's signature. Raises Problem `county-keys-missing`, `county-key-locked`."""
    return signing_key(workbook).sign(namespace, message)


def signing_key(workbook: Workbook) -> WriterKey:
    """Return the key that signs round files, receipts and decisions.

    Raises Problem `county-keys-missing`, `county-key-locked`; `county-keys-behind` when the certificate
    of this workbook names another: a renewal was cut short, or another workbook of the county had it.
    """
    stored = _load(workbook)["signing"]
    try:
        key = WriterKey.from_stored(base64.b64decode(stored))
    except (ValueError, Problem) as error:
        raise Problem("key-file-damaged") from error
    certificate = certificate_of(workbook)
    if certificate is None or key.public != certificate.signing:
        raise Problem("county-keys-behind")
    return key


def decision_signer(workbook: Workbook, message: bytes) -> bytes | None:
    """Sign a decision; None in a county without keys."""
    if certificate_of(workbook) is None:
        return None
    return sign(workbook, DECISION, message)


def log_signer(workbook: Workbook, message: bytes) -> bytes | None:
    """Sign a line of the log of intake; None in a county without keys."""
    if certificate_of(workbook) is None:
        return None
    return sign(workbook, LOG, message)


def can_sign(workbook: Workbook) -> bool:
    """Whether this county can sign now without asking anybody, or has nothing to sign with."""
    if certificate_of(workbook) is None:
        return True
    try:
        signing_key(workbook)
    except Problem:  # locked, missing, behind: who wants to sign is told which
        return False
    return True


def log_mark(workbook: Workbook) -> tuple[int, str]:
    """Return how far this computer saw the log of the county's year: (lines, last link)."""
    found = keyring.marks(_path(workbook)).get("log", {}) if certificate_of(workbook) is not None else {}
    number, link = found.get(workbook.meta["year"], (0, ""))
    return int(number), str(link)


def mark_log(workbook: Workbook, number: int, link: str) -> None:
    """Write down how far the log is; a county without keys has nowhere that is its own."""
    certificate = certificate_of(workbook)
    if certificate is not None:
        _mark_year(workbook.meta, known.mark_of(certificate), number, link)
        known.note(workbook, known.Seen(known.mark_of(certificate), number, link))


def accept_log(path: Path) -> None:
    """Begin the marks anew with what lies at a path: a person put it there, or says that it is right."""
    meta, now = known.accept(path)
    if now.root:
        _mark_year(meta, now.root, now.number, now.link)


def has_seen_log(workbook: Workbook, number: int, link: str) -> bool:
    """Whether this computer saw the log end exactly there."""
    years = keyring.marks(_path(workbook)).get("log", {})
    ends = [(each.number, each.link) for each in known.seen(workbook) if each.root]
    return (number, link) in ends or years.get(workbook.meta["year"]) == [number, link]


def certified_keys(workbook: Workbook) -> frozenset[PublicKey]:
    """Return the signing keys that this county's root certified: they alone may sign the log."""
    certificate = certificate_of(workbook)
    if certificate is None:
        return frozenset()
    try:
        earlier = list(map(read_certificate, read_stored(workbook.meta.get(CERTIFICATES, "[]"))))
    except (ValueError, TypeError, Problem) as error:
        raise Problem("workbook-damaged", path=str(workbook.path)) from error
    every = [certificate, *earlier]
    return frozenset(each.signing for each in every if each.root == certificate.root)


def own_keys(workbook: Workbook) -> frozenset[PublicKey]:
    """Return every key with which this county signed decisions, also before certificates were kept.

    What lies in a file proves no key: a decision stands where the log, signed by a certified key, has it.
    """
    lines = workbook.meta.get(SIGNING_KEYS, "").split("\n")
    try:
        return frozenset(PublicKey.from_line(line) for line in lines if line)
    except Problem as problem:
        raise Problem("workbook-damaged", path=str(workbook.path)) from problem


def identities(workbook: Workbook) -> tuple[Identity, ...]:
    """Return what opens submissions sealed to this county: the working identity, then earlier ones.

    None for a county that never asked for encryption. Raises Problem `county-key-locked`,
    `county-keys-missing`.
    """
    certificate = certificate_of(workbook)
    if certificate is None or not (certificate.recipients or has_key_file(workbook)):
        return ()
    stored = _load(workbook)["identities"]
    try:
        return tuple(map(identity_of, stored))
    except Problem as problem:
        raise Problem("key-file-damaged") from problem


def budget_secret(workbook: Workbook) -> bytes:
    """Return what decides between keys that nobody admitted: nobody outside can know it.

    From the key file where the county has one on this computer, else from the workbook.
    """
    if certificate_of(workbook) is not None and has_key_file(workbook):
        return WriterKey.from_stored(base64.b64decode(_load(workbook)["signing"])).secret_for("held files")
    if BUDGET not in workbook.meta:
        workbook.set_meta(**{BUDGET: random_source.token_hex(_SEED_BYTES)})
    return bytes.fromhex(workbook.meta[BUDGET])


def entries_secret(workbook: Workbook) -> bytes:
    """Return what binds the entries that this county keeps: from the key file, so that its owner alone can.

    Raises Problem `county-keys-missing`, `county-key-locked`, `county-keys-behind`.
    """
    return signing_key(workbook).secret_for("kept entries")


def recipients(workbook: Workbook) -> tuple[str, ...]:
    """Return the recipients in force: working, escrow; none while the county does not encrypt."""
    certificate = certificate_of(workbook)
    return certificate.recipients if certificate else ()


def change_passphrase(workbook: Workbook, passphrase: str) -> None:
    """Put the key file under another passphrase. Raises Problem `passphrase-short`, `passphrase-weak`."""
    passphrases.require_strong(passphrase, about(workbook))
    path = _path(workbook)
    keyring.store(path, _load(workbook), passphrase)


def issued_before(workbook: Workbook) -> tuple[int, int]:
    """Return the highest (epoch, version) this computer issued, also for a workbook that was restored."""
    epoch, version = keyring.marks(_path(workbook)).get("round", (0, 0))
    return int(epoch), int(version)


def mark_issued(workbook: Workbook, epoch: int, version: int) -> None:
    """Write down the newest round file."""
    if (epoch, version) > issued_before(workbook):
        keyring.set_marks(_path(workbook), {"round": [epoch, version]})


def receipts_before(workbook: Workbook) -> dict[str, int]:
    """Return the highest number of each school's receipts, also for a workbook that was restored."""
    found = keyring.marks(_path(workbook)).get("receipts", {})
    return {str(school): int(number) for school, number in found.items()}


def mark_receipts(workbook: Workbook, numbers: Mapping[str, int]) -> None:
    """Write down the newest receipts by school."""
    before = receipts_before(workbook)
    newer = {school: number for school, number in numbers.items() if number > before.get(school, 0)}
    if newer:
        keyring.set_marks(_path(workbook), {"receipts": before | newer})


def _path(workbook: Workbook) -> Path:
    # By county and year, not by workbook: a restored backup is the same county and keeps its keys.
    # By what its root signed: a fact beside it could be changed, and the marks would not be found.
    certificate = certificate_of(workbook)
    mark = known.mark_of(certificate) if certificate else ""
    return keyring.key_path(_file_named(workbook.meta, mark))


def _mark_year(meta: Mapping[str, str], root: str, number: int, link: str) -> None:
    path = keyring.key_path(_file_named(meta, root))
    before = keyring.marks(path).get("log", {})
    keyring.set_marks(path, {"log": before | {meta["year"]: [number, link]}})


def _file_named(meta: Mapping[str, str], mark: str) -> str:
    return f"county-{meta['county']}-{mark}"


def _load(workbook: Workbook) -> keyring.Secrets:
    if not has_key_file(workbook):
        raise Problem("county-keys-missing")
    if is_locked(workbook):
        raise Problem("county-key-locked")
    found = keyring.load(_path(workbook))
    signing, opening = found.get("signing"), found.get("identities")
    texts = isinstance(opening, list) and all(isinstance(each, str) for each in (signing, *opening))
    if not texts:
        raise Problem("key-file-damaged")
    return found


def identities_in(text: str) -> list[Identity]:
    """Return the escrow keys typed one after the other, each once; Problem `identity-unreadable`."""
    typed = re.sub(r"\s", "", text).upper().replace(_SECRET_MARK, f" {_SECRET_MARK}").split()
    return list(dict.fromkeys(identity_of(each) for each in typed))


def _known_identities(workbook: Workbook) -> list[str]:
    """Return what opens submissions by the key file; none where it is lost or cannot be opened."""
    if not has_key_file(workbook):
        return []
    try:
        return list(_load(workbook)["identities"])
    except Problem as problem:
        if problem.code not in {"county-key-locked", "passphrase-wrong", "key-file-damaged"}:
            raise
        return []  # the caller is told how many submissions this leaves closed


def _closed_to(workbook: Workbook, secrets: list[str]) -> int:
    """Return how many sealed submissions none of the secrets opens."""
    opening, closed = [identity_of(each) for each in secrets], 0
    with workbook.reading() as door:
        for (content,) in thin.select(door, "submission", ("content",)):
            if sealing.is_sealed(bytes(content)):
                try:
                    sealing.unseal(bytes(content), opening)
                except Problem as problem:
                    if problem.code != "not-for-us":
                        raise
                    closed += 1
    return closed


def _proposal(
    workbook: Workbook, seed: bytes, passphrase: str | None, earlier: Sequence[str] = ()
) -> Proposal:
    if passphrase is not None:
        passphrases.require_strong(passphrase, about(workbook))
    before = certificate_of(workbook)
    root, signing = WriterKey(seed), WriterKey.generate()
    pair = (new_identity(), new_identity()) if passphrase is not None else ()
    facts = workbook.meta
    file = _file_named(facts, root.public.fingerprint[:10])
    epoch = _next_epoch(workbook, before, keyring.key_path(file))
    sealed_to = tuple(each.recipient for each in pair)
    made = certify(root, facts["county"], facts["name"], epoch, signing.public, sealed_to)
    kept = {
        "signing": base64.b64encode(signing.to_stored()).decode(),
        "identities": [*(each.secret for each in pair[:1]), *dict.fromkeys(earlier)],
    }
    paper = PaperSecrets(recovery.words_of(seed), pair[1].secret if pair else "", made)
    return Proposal(paper, file, passphrase, kept)


def _next_epoch(workbook: Workbook, before: Certificate | None, path: Path) -> int:
    if before is None:
        return 1
    return max(before.epoch, issued_before(workbook)[0], _marked_epoch(path)) + 1


def _marked_epoch(path: Path) -> int:
    marked = keyring.marks(path).get("certificate")
    return read_certificate(marked).epoch if marked else 0


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _follow(workbook: Workbook, made: Certificate) -> None:
    """Write a certificate into the workbook as the one in force."""
    lines = [line for line in workbook.meta.get(SIGNING_KEYS, "").split("\n") if line]
    before, every = certificate_of(workbook), read_stored(workbook.meta.get(CERTIFICATES, "[]"))
    if before is not None and not every:
        every = [before.to_json()]
    workbook.set_meta(
        **{
            "keys": known.mark_of(made),
            CERTIFICATE: _text(made.to_json()),
            CERTIFICATES: _text([*every, made.to_json()]),
            SIGNING_KEYS: "\n".join(dict.fromkeys([*lines, made.signing.line])),
            DRILL: workbook.meta.get(DRILL, ""),  # what it says is of the epoch that it names
        }
    )
    with workbook.writing() as door:
        journal.note(door, "county-keys", f"{made.epoch} {made.signing.line}", who(), now())
