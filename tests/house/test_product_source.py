"""The caps on the product's source, and what may not stand in it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for floor in ("ui", "eduapp", "db", "resources") for path in (ROOT / floor).rglob("*.py"))
MAX_FILE = 500
LATER = re.compile(r"\b(?:TODO|FIXME|HACK|NotImplementedError|NotImplemented\(\))")
CAPS = {ast.ClassDef: 300, ast.FunctionDef: 50, ast.AsyncFunctionDef: 50}


@pytest.fixture(scope="module")
def sources():
    """Every product file by its name in the tree: (path, text, syntax tree), read once."""
    texts = {path: path.read_text(encoding="utf-8") for path in FILES}
    assert len(texts) > 100
    return {str(path.relative_to(ROOT)): (path, text, ast.parse(text)) for path, text in texts.items()}


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


def test_files_classes_and_functions_keep_their_caps(sources):
    long_files = {
        name: lines for name, (_, text, _) in sources.items() if (lines := len(text.splitlines())) > MAX_FILE
    }
    assert long_files == {}
    found = {name: too_long(tree, caps(path)) for name, (path, _, tree) in sources.items()}
    assert {name: long for name, long in found.items() if long} == {}


def test_a_file_of_tests_keeps_the_cap_of_a_file():
    tests = {str(path.relative_to(ROOT)): path for path in (ROOT / "tests").rglob("*.py")}
    assert len(tests) > 200
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in tests.items()}
    assert {name: count for name, count in lines.items() if count > MAX_FILE} == {}


def test_the_cap_counts_the_lines_of_a_function():
    body = "\n".join(["    pass"] * CAPS[ast.FunctionDef])
    assert too_long(ast.parse(f"def f():\n{body}")) == ["f (line 1): 51 lines, at most 50"]


def test_nothing_is_left_for_later(sources):
    found = {name: LATER.findall(text) for name, (_, text, _) in sources.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_class_name_is_one_class(sources):
    places = {}
    for name, (_, _, tree) in sources.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_module_is_without_a_word_on_what_it_is_for(sources):
    assert [name for name, (_, _, tree) in sources.items() if tree.body and not ast.get_docstring(tree)] == []
