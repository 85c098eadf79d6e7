"""Encryption: the only door to ``pyrage``; files are age v1 (age-encryption.org/v1), as ``age`` reads them.

What travels is sealed to X25519 recipients. Files sealed with a passphrase (scrypt) are only the
program's own key files, never what comes from a stick.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from db.problems import Problem
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.signing import close_box, open_box

_MARK: Final = b"age-encryption.org/v1\n"
SEALED_MARK: Final = len(_MARK)
"""So many bytes tell a sealed file."""
_SCRYPT: Final = b"-> scrypt "
_X25519: Final = b"-> X25519 "
_HEADER_END: Final = b"\n--- "
_MAC: Final = re.compile(rb"\n--- [A-Za-z0-9+/]{43}\n")
_MAC_BYTES: Final = 49
_NONCE_BYTES: Final = 16
_TAG_BYTES: Final = 16
_HEADER_BYTES: Final = 64 * 1024
_RECIPIENT: Final = re.compile(r"age1[02-9ac-hj-np-z]{58}", re.ASCII)
_SECRET: Final = re.compile(r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}", re.ASCII)
_LOCKED: Final = re.compile(
    rb"(?P<header>age-encryption\.org/v1\n"
    rb"-> scrypt (?P<salt>[A-Za-z0-9+/]{22}) (?P<work>[1-9][0-9]?)\n"
    rb"(?P<box>[A-Za-z0-9+/]{43})\n"
    rb"---) (?P<mac>[A-Za-z0-9+/]{43})\n"
)
_WORK: Final = 18
"""Of scrypt, as a power of two: what ``age -p`` takes; a quarter of a gigabyte for about a second."""
_MOST_WORK: Final = 20
"""2^20 take a gigabyte: files locked by an earlier release on a fast computer have 19."""
_CHUNK: Final = 64 * 1024
_LAST_CHUNK: Final = bytes(11) + b"\x01"
"""The nonce of a payload's only chunk."""


@dataclass(frozen=True)
class Identity:
    """Who can open: ``secret`` is never printed but on the escrow sheet, never logged or sent."""

    secret: str = field(repr=False)
    recipient: str


def new_identity() -> Identity:
    """Make an identity from the system's random source."""
    import pyrage  # noqa: PLC0415 - here and below: few runs seal or open anything

    made = pyrage.x25519.Identity.generate()
    return Identity(str(made), str(made.to_public()))


def identity_of(secret: str) -> Identity:
    """Return the identity of a secret as ``age-keygen`` writes it; spaces and case are forgiven.

    Raises Problem ``identity-unreadable``: a slip of the pen never opens anything else.
    """
    import pyrage  # noqa: PLC0415

    text = re.sub(r"\s", "", secret).upper()
    try:
        if _SECRET.fullmatch(text) is None:
            raise Problem("identity-unreadable")
        return Identity(text, str(pyrage.x25519.Identity.from_str(text).to_public()))
    except pyrage.IdentityError as error:
        raise Problem("identity-unreadable") from error


def is_recipient(text: str) -> bool:
    """Tell whether a text is an age X25519 recipient."""
    return _RECIPIENT.fullmatch(text) is not None and _parsed(text) is not None


def is_sealed(head: bytes) -> bool:
    """Tell from the first bytes whether a file is an age file."""
    return head.startswith(_MARK)


def seal(data: bytes, recipients: Sequence[str]) -> bytes:
    """Return ``data`` sealed to every recipient (``age1...``); any one of them can open it.

    ValueError for no or a wrong recipient (they were checked when they were accepted).
    """
    import pyrage  # noqa: PLC0415

    parsed = [_parsed(each) for each in recipients]
    if not parsed or None in parsed:
        message = f"no recipients to seal to: {recipients!r}"
        raise ValueError(message)
    return bytes(pyrage.encrypt(data, parsed))


def unseal(data: bytes, identities: Sequence[Identity]) -> bytes:
    """Return what was sealed, in memory. Raises Problem ``too-large``, ``not-for-us``, ``damaged``."""
    if len(data) > MAX_BYTES:
        raise Problem("too-large", size=f"{len(data)} 字节", limit=f"{MAX_BYTES} 字节")
    _require_strict_form(data)
    if not identities:
        raise Problem("not-for-us")
    import pyrage  # noqa: PLC0415

    try:
        return bytes(
            pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(each.secret) for each in identities])
        )
    except pyrage.DecryptError as error:
        raise Problem(
            "not-for-us" if "No matching keys" in str(error) else "damaged", reason="加密层"
        ) from error


def lock(data: bytes, passphrase: str) -> bytes:
    """Return ``data`` (at most 64 KiB) under a passphrase, as ``age -p`` writes it: a second of work.

    The library would hold the interpreter's lock for all of it, and the window with it; ``hashlib`` lets
    go. What is written is age v1's scrypt recipient and its payload of one chunk.
    """
    if len(data) > _CHUNK:
        message = f"{len(data)} bytes are no key file"
        raise ValueError(message)
    file_key, salt, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    box = close_box(_wrapping(passphrase, salt, _WORK), bytes(12), file_key)
    head = _MARK + _SCRYPT + b"%s %d\n%s\n---" % (_bare(salt), _WORK, _bare(box))
    mac = hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")
    body = close_box(_derived(file_key, nonce, b"payload"), _LAST_CHUNK, data)
    return head + b" " + _bare(mac) + b"\n" + nonce + body


def unlock(data: bytes, passphrase: str) -> bytes:
    """Return what lies under a passphrase, written by ``lock``, by this library or by ``age -p``.

    Raises Problem ``passphrase-wrong``, ``key-file-damaged``.
    """
    found = _LOCKED.match(data)
    if found is None or int(found["work"]) > _MOST_WORK:
        raise Problem("key-file-damaged")
    wrapping = _wrapping(passphrase, _plain(found["salt"]), int(found["work"]))
    file_key = open_box(wrapping, bytes(12), _plain(found["box"]))
    if file_key is None:
        raise Problem("passphrase-wrong")
    mac = hmac.digest(_derived(file_key, b"", b"header"), found["header"], "sha256")
    nonce, body = data[found.end() : found.end() + 16], data[found.end() + 16 :]
    content = open_box(_derived(file_key, nonce, b"payload"), _LAST_CHUNK, body)
    if content is None or not hmac.compare_digest(mac, _plain(found["mac"])):
        raise Problem("key-file-damaged")
    return content


def _wrapping(passphrase: str, salt: bytes, work: int) -> bytes:
    """Return the key that wraps the file key: scrypt with 2^work rounds, r = 8, p = 1."""
    count = 1 << work
    return hashlib.scrypt(
        passphrase.encode(),
        salt=b"age-encryption.org/v1/scrypt" + salt,
        n=count,
        r=8,
        p=1,
        maxmem=128 * 8 * (count + 4),
        dklen=32,
    )


def _bare(data: bytes) -> bytes:
    """Encode age's base64, which has no padding."""
    return base64.b64encode(data).rstrip(b"=")


def _plain(text: bytes) -> bytes:
    """Decode age's base64, which has no padding."""
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def _derived(key: bytes, salt: bytes, use: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) to 32 bytes."""
    return hmac.digest(hmac.digest(salt or bytes(32), key, "sha256"), use + b"\x01", "sha256")


def _parsed(recipient: str) -> object | None:
    import pyrage  # noqa: PLC0415

    try:
        parsed: object = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        return None
    return parsed


def stanzas(data: bytes) -> int:
    """Return to how many X25519 recipients a file claims to be sealed, each counted once.

    A claim and no proof: whom a stanza lets in, only the holder of that identity can tell.
    """
    end = data.find(_HEADER_END, 0, _HEADER_BYTES)
    return len({line for line in data[: max(end, 0)].split(b"\n") if line.startswith(_X25519)})


def _require_strict_form(data: bytes) -> None:
    """Refuse passphrase files (a stranger's could cost hours) and stanzas the library is lax about.

    And what no age file can be, said before any key is tried: of a file that is cut short nobody shall hear
    that he lacks the key. A cut inside a chunk shows only to who can open it.
    """
    end = data.find(_HEADER_END, 0, _HEADER_BYTES)
    if not is_sealed(data) or end < 0 or _MAC.match(data, end) is None:
        raise Problem("damaged", reason="加密层的文件头不完整")
    body = len(data) - end - _MAC_BYTES
    if body < _NONCE_BYTES + _TAG_BYTES or 0 < (body - _NONCE_BYTES) % (_CHUNK + _TAG_BYTES) < _TAG_BYTES:
        raise Problem("damaged", reason="加密层不完整,文件没有复制全")
    lines = data[len(_MARK) : end].split(b"\n")
    if any(line.startswith(_SCRYPT) for line in lines):
        raise Problem("damaged", reason="用口令加密的文件不接收")
    body_open = False
    for line in lines:
        if line.startswith(b"-> "):
            if body_open:
                raise Problem("damaged", reason="加密层的文件头不合规定")
            body_open = True
        elif len(line) < 64:  # noqa: PLR2004 - a stanza's body ends with a line of fewer than 64 columns
            body_open = False
    if body_open:
        raise Problem("damaged", reason="加密层的文件头不合规定")
