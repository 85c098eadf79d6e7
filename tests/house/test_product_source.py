"""The caps on the product's source, and what may not stand in it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for floor in ("ui", "eduapp", "db", "resources") for path in (ROOT / floor).rglob("*.py"))
MAX_FILE = 500
CAPS = {ast.ClassDef: 300, ast.FunctionDef: 50, ast.AsyncFunctionDef: 50}

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def too_long(tree, caps=CAPS):
    return [
        f"{node.name} (line {node.lineno}): {length} lines, at most {caps[type(node)]}"
        for node in ast.walk(tree)
        if type(node) in caps and (length := node.end_lineno - node.lineno + 1) > caps[type(node)]
    ]


def caps(path):
    """A migration is alembic's frozen list of what one release made: its length is the tables'."""
    frozen = path.is_relative_to(ROOT / "db" / "migrations" / "versions")
    return {} if frozen else CAPS


@each_file
def test_file_class_and_function_keep_their_caps(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_FILE
    assert too_long(ast.parse(text), caps(path)) == []


def test_the_cap_counts_the_lines_of_a_function():
    body = "\n".join(["    pass"] * CAPS[ast.FunctionDef])
    assert too_long(ast.parse(f"def f():\n{body}")) == ["f (line 1): 51 lines, at most 50"]


@each_file
def test_nothing_is_left_for_later(path):
    found = re.findall(
        r"\b(?:TODO|FIXME|HACK|NotImplementedError|NotImplemented\(\))", path.read_text("utf-8")
    )
    assert found == []


@each_file
def test_no_module_is_without_a_word_on_what_it_is_for(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree)
