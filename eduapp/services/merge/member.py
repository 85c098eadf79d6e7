"""A submission as the merge knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Member:
    """What the merge knows of a submission of the set. `key` is its signer's public key line."""

    id: str
    school: str
    writer: str
    seq: int
    prev: str | None
    state: str
    seen: Mapping[str, int] = field(default_factory=dict, hash=False)
    key: str = ""
