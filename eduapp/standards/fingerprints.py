"""How a merge fingerprint is written: behind its digits stands by which version they were made."""

from __future__ import annotations


def version_words(version: int) -> str:
    """Return 「指纹 2」; "" for the first version, whose papers name none."""
    return f"指纹 {version}" if version > 1 else ""


def in_words(digits: str, version: int) -> str:
    """Return 「01234 … 56789(指纹 2)」."""
    words = version_words(version)
    return f"{digits}({words})" if words else digits
