"""The product's source as the tests of the house look at it: read and parsed once for all of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Source:
    """A file of the product; what it says as a tree is worked out when it is first asked for."""

    path: Path

    @cached_property
    def text(self):
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self):
        return ast.parse(self.text)

    @cached_property
    def nodes(self):
        return tuple(ast.walk(self.tree))

    def calls(self):
        return (node for node in self.nodes if isinstance(node, ast.Call))


@pytest.fixture(scope="session")
def product():
    """Every file of the product by its name in the tree, in order."""
    floors = ("ui", "eduapp", "db", "resources")
    files = sorted(path for floor in floors for path in (ROOT / floor).rglob("*.py"))
    assert len(files) > 100
    return {path.relative_to(ROOT).as_posix(): Source(path) for path in files}
