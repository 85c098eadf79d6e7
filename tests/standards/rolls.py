"""A county's list against schools in memory: what the tests of settled and unsettled verdicts stand on."""

from db.records.choices import SchoolKind
from eduapp.standards.county.roll import Absent, Roll


def roll_of(entries=(), missing=0, *, listed=True, conflicts=()):
    """A list with the schools of `entries` and the missing: a number (of no known kind) or rows of a case."""
    absent = [{} for _ in range(missing)] if isinstance(missing, int) else missing
    return Roll(
        listed=listed,
        absent=tuple(
            Absent(
                each.get("code", f"21430001{at:02}"),
                each.get("name", ""),
                SchoolKind(each["kind"]) if each.get("kind") else None,
            )
            for at, each in enumerate(absent, 1)
        ),
        drafts={each.facts.code: each.facts.name for each in entries if each.state != "final"},
        conflicts={each.facts.code: each.facts.name for each in entries if each.facts.code in conflicts},
    )
