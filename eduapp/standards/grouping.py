"""Which schools and campuses are one school: a board asks it before anything is counted."""

from __future__ import annotations


def grouped(parents: dict[str, str]) -> dict[str, list[str]]:
    """Return each school with its campuses, by code; `parents` has the parent's code or "" for each.

    A campus whose school is not there, or is a campus itself, stands alone.
    """
    schools = {code for code, parent in parents.items() if not parent}
    found: dict[str, list[str]] = {code: [] for code, parent in parents.items() if parent not in schools}
    for code, parent in parents.items():
        if parent in found and code not in found:
            found[parent].append(code)
    return found
