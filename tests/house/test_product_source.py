"""The caps on the product's source, and what may not stand in it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE = 500
LATER = re.compile(r"\b(?:TODO|FIXME|HACK|NotImplementedError|NotImplemented\(\))")
CAPS = {ast.ClassDef: 300, ast.FunctionDef: 50, ast.AsyncFunctionDef: 50}


def too_long(nodes, caps=CAPS):
    return [
        f"{node.name} (line {node.lineno}): {length} lines, at most {caps[type(node)]}"
        for node in nodes
        if type(node) in caps and (length := node.end_lineno - node.lineno + 1) > caps[type(node)]
    ]


def caps(path):
    """A migration is alembic's frozen list of what one release made: its length is the tables'."""
    frozen = path.is_relative_to(ROOT / "db" / "migrations" / "versions")
    return {} if frozen else CAPS


def test_files_classes_and_functions_keep_their_caps(product):
    lines = {name: len(each.text.splitlines()) for name, each in product.items()}
    assert {name: count for name, count in lines.items() if count > MAX_FILE} == {}
    found = {name: too_long(each.nodes, caps(each.path)) for name, each in product.items()}
    assert {name: long for name, long in found.items() if long} == {}


def test_a_file_of_tests_keeps_the_cap_of_a_file():
    tests = {str(path.relative_to(ROOT)): path for path in (ROOT / "tests").rglob("*.py")}
    assert len(tests) > 200
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in tests.items()}
    assert {name: count for name, count in lines.items() if count > MAX_FILE} == {}


def test_the_cap_counts_the_lines_of_a_function():
    body = "\n".join(["    pass"] * CAPS[ast.FunctionDef])
    assert too_long(ast.walk(ast.parse(f"def f():\n{body}"))) == ["f (line 1): 51 lines, at most 50"]


def test_nothing_is_left_for_later(product):
    found = {name: LATER.findall(each.text) for name, each in product.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_class_name_is_one_class(product):
    places = {}
    for name, each in product.items():
        for node in each.nodes:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_module_is_without_a_word_on_what_it_is_for(product):
    trees = {name: each.tree for name, each in product.items()}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []
