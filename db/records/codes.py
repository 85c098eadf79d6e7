"""What the code of a school or a county may be.

The county's list of schools decides what a code is: bureaus keep their own of 9 digits as well as the
学校标识码 of 10 digits, and a school whose kind changed keeps its code. Only the characters are fixed,
because a code names files, key principals and columns of what travels.
"""

from __future__ import annotations

import re
from typing import Final

from db.records.choices import SchoolKind

CODE: Final = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)
"""The characters of a code, and how many."""
USUAL: Final = re.compile(r"[0-9]{10}", re.ASCII)
"""学校标识码: kind 2 + province 2 + number 6."""
_KIND_DIGITS: Final = 2


def is_code(text: str) -> bool:
    """Whether a code can travel in a file."""
    return CODE.fullmatch(text) is not None


def unusual(code: str, kind: SchoolKind | None) -> str:
    """Say what is unusual about a code that can travel; empty where nothing is."""
    if USUAL.fullmatch(code) is None:
        return f"学校代码「{code}」不是 10 位学校标识码;县里学校名录就是这样编的,写明即可"
    if kind and code[:_KIND_DIGITS] != kind[:_KIND_DIGITS]:
        own, usual = code[:_KIND_DIGITS], kind[:_KIND_DIGITS]
        return (
            f"学校代码「{code}」以 {own} 开头,这类学校的代码一般以 {usual} 开头;"
            "改过学校类型、沿用原代码的,写明即可"
        )
    return ""
