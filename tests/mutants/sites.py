"""Where a boundary can be moved: comparisons, min and max of the product's source, changed as a tree."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AREAS = {
    "db/records/values.py": ("tests/db/test_values.py", "tests/db/test_months.py"),
    "eduapp/exchange": ("tests/exchange", "tests/attacks/test_submission_attacks.py"),
    "eduapp/standards": ("tests/standards",),
    "eduapp/services/merge": (
        "tests/services/test_merging_properties.py",
        "tests/services/test_merging_heads.py",
        "tests/services/test_merging_stateful.py",
        "tests/services/test_intake_properties.py",
        "tests/services/test_intake.py",
        "tests/services/test_closing.py",
        "tests/services/test_correcting.py",
        "tests/services/test_national_statements.py",
        "tests/attacks/test_intake_attacks.py",
    ),
    "eduapp/services/hand_off": (
        "tests/services/test_intake.py",
        "tests/services/test_rounds.py",
        "tests/services/test_receipts.py",
        "tests/services/test_handed_in.py",
        "tests/services/test_questions.py",
        "tests/services/test_sending.py",
        "tests/services/test_taking_over.py",
        "tests/services/test_trust.py",
        "tests/services/test_viewing.py",
        "tests/attacks/test_hand_off_attacks.py",
    ),
}
"""What is mutated, and the tests that are tried first."""

_SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_NAMES = {"min": "max", "max": "min"}


@dataclass(frozen=True, order=True)
class Site:
    """One place: the `number`-th of its file. `key` is told by what stands there and outlives other edits."""

    file: str
    number: int
    line: int
    key: str

    @property
    def area(self) -> str:
        """Return the area the file lies in."""
        return next(area for area in AREAS if self.file.startswith(area))


def found(source: str) -> list[tuple[ast.expr, int]]:
    """Return the places of a source in order: (node, which of its operators; -1 for a call of min or max)."""
    return _places(ast.parse(source))


def _places(tree: ast.AST) -> list[tuple[ast.expr, int]]:
    places: list[tuple[ast.expr, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            places += [(node, at) for at, op in enumerate(node.ops) if type(op) in _SWAPS]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMES:
            places.append((node, -1))
    return sorted(places, key=lambda place: (place[0].lineno, place[0].col_offset, place[1]))


def mutated(source: str, number: int) -> ast.Module:
    """Return the tree of a source with one place changed."""
    tree = ast.parse(source)
    node, at = _places(tree)[number]
    _change(node, at)
    return tree


def _change(node: ast.expr, at: int) -> None:
    if isinstance(node, ast.Compare):
        node.ops[at] = _SWAPS[type(node.ops[at])]()
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        node.func.id = _NAMES[node.func.id]


def sites() -> list[Site]:
    """Return every site of every area, in order."""
    files = sorted({path for area in AREAS for path in _files(ROOT / area)})
    return [site for path in files for site in sites_of(path)]


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else list(place.rglob("*.py"))


def sites_of(path: Path) -> list[Site]:
    """Return the sites of one file; two that read the same are told apart by a count."""
    file, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    made: list[Site] = []
    counts: dict[str, int] = {}
    for number, (node, at) in enumerate(found(source)):
        other = copy.deepcopy(node)
        _change(other, at)
        said = f"{ast.unparse(node)} -> {ast.unparse(other)}"
        counts[said] = counts.get(said, 0) + 1
        again = f" #{counts[said]}" if counts[said] > 1 else ""
        made.append(Site(file, number, node.lineno, f"{file}: {said}{again}"))
    return made
