"""Recovery words: the only door to ``mnemonic``. A seed of 32 bytes as 24 Chinese characters (BIP-39)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from db.problems import Problem

if TYPE_CHECKING:
    from mnemonic import Mnemonic

WORDS: Final = 24


@cache
def _list() -> Mnemonic:
    from mnemonic import Mnemonic  # noqa: PLC0415 - once in the life of a key

    return Mnemonic("chinese_simplified")


def words_of(seed: bytes) -> str:
    """Return a seed of 32 bytes as 24 characters in groups of four; the last carries the check."""
    words = str(_list().to_mnemonic(seed)).split()
    return " ".join("".join(words[at : at + 4]) for at in range(0, WORDS, 4))


def seed_of(words: str) -> bytes:
    """Return the seed of recovery words as a person typed them; spaces and line breaks do not count.

    Raises Problem ``recovery-words-wrong``: a wrong count, an unknown character, a failed check.
    """
    characters = re.sub(r"\s", "", words)
    try:
        if len(characters) != WORDS:
            raise Problem("recovery-words-wrong", found=len(characters))
        return bytes(_list().to_entropy(" ".join(characters)))
    except (ValueError, LookupError) as error:
        raise Problem("recovery-words-wrong", found=len(characters)) from error
