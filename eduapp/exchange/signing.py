"""Keys and signatures: the only door to ``cryptography``.

Signatures are SSHSIG (openssh-portable, PROTOCOL.sshsig) with Ed25519 and SHA-512, byte for byte
what ``ssh-keygen -Y sign`` writes; ``ssh-keygen -Y verify`` reads them. A signature is accepted only
in that one spelling: the armor is built again from the key and the 64 bytes found in it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from db.problems import Problem
from db.records.codes import is_code

SUBMISSION: Final = "submission@eduapp"
ROUND: Final = "round@eduapp"
RECEIPT: Final = "receipt@eduapp"
DECISION: Final = "decision@eduapp"
KEY_REQUEST: Final = "key@eduapp"
COUNTY: Final = "county@eduapp"
LOG: Final = "log@eduapp"

_ALGORITHM: Final = "ssh-ed25519"
_HASH: Final = "sha512"
_MAGIC: Final = b"SSHSIG"
_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----\n"
_END: Final = b"-----END SSH SIGNATURE-----\n"
_ARMOR_COLUMNS: Final = 70
_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
_DIGITS: Final = 30
_PRIME: Final = 2**255 - 19
# The y coordinates of the eight points of small order (RFC 7748 and RFC 8032 curve); a key there
# would let one signature pass for many messages.
_ORDER_8_Y: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_LOW_ORDER_Y: Final = frozenset({0, 1, _PRIME - 1, _ORDER_8_Y, _PRIME - _ORDER_8_Y})


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def decimal_digits(digest: bytes) -> str:
    """Return a digest as 30 decimal digits (mod 10**30): what people copy from paper."""
    return f"{int.from_bytes(digest, 'big') % 10**_DIGITS:0{_DIGITS}d}"


def thirty_digits(data: bytes) -> str:
    """Return SHA-256 of ``data`` as 30 decimal digits."""
    return decimal_digits(hashlib.sha256(data).digest())


def grouped(digits: str) -> str:
    """Return digits in groups of five, as they are printed and shown."""
    return " ".join(digits[at : at + 5] for at in range(0, len(digits), 5))


def parse_digits(typed: str) -> str:
    """Return the 30 digits a person typed or scanned, full width and separators removed.

    Raises Problem ``digits-unreadable`` when they are not exactly 30 digits.
    """
    digits = re.sub(r"[\s\-_.·]", "", unicodedata.normalize("NFKC", typed))
    if re.fullmatch(rf"[0-9]{{{_DIGITS}}}", digits) is None:
        raise Problem("digits-unreadable", expected=_DIGITS, found=len(digits))
    return digits


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key; ``raw`` is its 32 bytes. Making one refuses keys of small order."""

    raw: bytes

    def __post_init__(self) -> None:
        """Raise Problem ``key-invalid`` for a wrong length, a second spelling or a small order."""
        y = int.from_bytes(self.raw, "little") & (2**255 - 1)
        if len(self.raw) != _KEY_BYTES or y >= _PRIME or y in _LOW_ORDER_Y:
            raise Problem("key-invalid")

    @classmethod
    def from_line(cls, line: str) -> PublicKey:
        """Read ``ssh-ed25519 AAAA... [comment]``. Raises Problem ``key-invalid``."""
        parts = line.split()
        if len(parts) < 2 or parts[0] != _ALGORITHM:  # noqa: PLR2004 - the algorithm and the key
            raise Problem("key-invalid")
        try:
            blob = base64.b64decode(parts[1].encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise Problem("key-invalid") from error
        key = cls(blob[-_KEY_BYTES:])
        if key.blob != blob or key.line.split()[1] != parts[1]:
            raise Problem("key-invalid")
        return key

    @property
    def blob(self) -> bytes:
        """The key in the wire form of SSH (RFC 8709)."""
        return _string(_ALGORITHM.encode()) + _string(self.raw)

    @property
    def line(self) -> str:
        """The key as OpenSSH writes it, without comment."""
        return f"{_ALGORITHM} {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """The 30 digits of the key alone, without spaces: its name. It proves no school (`form_digits`)."""
        return thirty_digits(self.blob)

    @property
    def digits(self) -> str:
        """The 30 digits in six groups of five: printed and shown."""
        return grouped(self.fingerprint)


class WriterKey:
    """The private key of one workbook on one computer. Never printed, logged or sent."""

    __slots__ = ("_private", "public")

    def __init__(self, seed: bytes) -> None:
        """Make the key of a seed of 32 bytes. Raises Problem ``key-damaged``."""
        if len(seed) != _KEY_BYTES:
            raise Problem("key-damaged")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> WriterKey:
        """Make a new key from the system's random source."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_stored(cls, stored: bytes) -> WriterKey:
        """Read the stored form: one line of base64. Raises Problem ``key-damaged``."""
        try:
            key = cls(base64.b64decode(stored.strip(), validate=True))
        except (binascii.Error, ValueError) as error:
            raise Problem("key-damaged") from error
        if key.to_stored().strip() != stored.strip():
            raise Problem("key-damaged")
        return key

    def to_stored(self) -> bytes:
        """Return the stored form: the seed as one line of base64. It is a secret."""
        return base64.b64encode(self._private.private_bytes_raw()) + b"\n"

    def secret_for(self, purpose: str) -> bytes:
        """Return 32 secret bytes that belong to a purpose; the key cannot be told from them."""
        return hmac.new(self._private.private_bytes_raw(), purpose.encode(), hashlib.sha256).digest()

    def sign(self, namespace: str, message: bytes) -> bytes:
        """Return the armored SSHSIG of ``message``, as ``ssh-keygen -Y sign -n namespace``."""
        return _armor(self.public, namespace, self._private.sign(_to_be_signed(namespace, message)))


@lru_cache(maxsize=8192)
def digits_of_line(line: str) -> str:
    """Return the 30 digits of a public key line, in six groups of five; a county shows each on every page."""
    return PublicKey.from_line(line).digits


def _to_be_signed(namespace: str, message: bytes) -> bytes:
    parts = (namespace.encode("ascii"), b"", _HASH.encode(), hashlib.sha512(message).digest())
    return _MAGIC + b"".join(map(_string, parts))


def _armor(key: PublicKey, namespace: str, signature: bytes) -> bytes:
    blob = (
        _MAGIC
        + struct.pack(">I", 1)
        + _string(key.blob)
        + _string(namespace.encode("ascii"))
        + _string(b"")
        + _string(_HASH.encode())
        + _string(_string(_ALGORITHM.encode()) + _string(signature))
    )
    text = base64.b64encode(blob)
    lines = [text[at : at + _ARMOR_COLUMNS] + b"\n" for at in range(0, len(text), _ARMOR_COLUMNS)]
    return b"".join([_BEGIN, *lines, _END])


def verify(armor: bytes, namespace: str, message: bytes) -> PublicKey:
    """Return the key that signed ``message`` for ``namespace``; whether it is admitted is not said.

    Raises Problem ``signature-invalid`` for anything else: another namespace or hash, another
    spelling of the armor, a key of small order, a signature that does not fit.
    """
    try:
        blob = base64.b64decode(armor.removeprefix(_BEGIN).removesuffix(_END))
        at = len(_MAGIC) + 4 + 4 + len(_string(_ALGORITHM.encode())) + 4
        key = PublicKey(blob[at : at + _KEY_BYTES])
    except (Problem, ValueError) as error:
        raise Problem("signature-invalid") from error
    signature = blob[-_SIGNATURE_BYTES:]
    fits = raw_signature_fits(key.raw, signature, _to_be_signed(namespace, message))
    if not fits or _armor(key, namespace, signature) != armor:
        raise Problem("signature-invalid")
    return key


def raw_signature_fits(key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature of 64 bytes fits a key of 32 bytes (RFC 8032, section 5.1.7).

    False too for a key that `PublicKey` refuses. This is the check `verify` makes of every file.
    """
    try:
        public = PublicKey(key)
        Ed25519PublicKey.from_public_bytes(public.raw).verify(signature, message)
    except (Problem, InvalidSignature, ValueError):
        return False
    return True


def allowed_signers(keys: Iterable[tuple[str, PublicKey]], namespace: str = SUBMISSION) -> str:
    """Return the text that ``ssh-keygen -Y verify -f`` reads: one line per (school code, key)."""
    lines = []
    for school, key in keys:
        if not is_code(school):
            message = f"no plain school code: {school!r}"
            raise ValueError(message)
        lines.append(f'{school} namespaces="{namespace}" {key.line}\n')
    return "".join(lines)


def close_box(key: bytes, nonce: bytes, content: bytes) -> bytes:
    """Return content closed by ChaCha20-Poly1305 (RFC 8439) under a key of 32 bytes that is used once.

    It stands here because this module is the one door to its library; the age layer asks for it.
    """
    return ChaCha20Poly1305(key).encrypt(nonce, content, None)


def open_box(key: bytes, nonce: bytes, box: bytes) -> bytes | None:
    """Return what `close_box` closed; None where the tag is wrong."""
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, box, None)
    except InvalidTag:
        return None
