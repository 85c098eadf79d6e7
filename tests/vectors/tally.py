"""What became of the vectors of one corpus: counts by words, and every disagreement by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """`agreed` counts what went as it must, by words; a single violation fails the run.

    `also` counts second looks at vectors that are counted already.
    """

    corpus: str
    agreed: Counter[str] = field(default_factory=Counter)
    also: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        return self.agreed.total() + len(self.violations)


def table(tallies: list[Tally]) -> str:
    """Return the counts as text, one line a corpus and one a kind of result under it."""
    lines = [f"{'corpus':<34}{'read':>6}{'agreed':>8}{'violations':>12}"]
    for each in tallies:
        lines.append(f"{each.corpus:<34}{each.read:>6}{each.agreed.total():>8}{len(each.violations):>12}")
        lines += [f"    {count:>5}  {words}" for words, count in sorted(each.agreed.items())]
        lines += [f"    {count:>5}  also: {words}" for words, count in sorted(each.also.items())]
    return "\n".join(lines)
