"""Every Problem raised has its text in the one place, and every text there is raised somewhere."""

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXTS = tomllib.loads((ROOT / "resources" / "problems.toml").read_text(encoding="utf-8"))
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_problem(node):
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return getattr(called, "id", getattr(called, "attr", None)) == "Problem"


def literals(node):
    """The codes an expression can take: a literal, or a choice between literals."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def tabled(nodes):
    """The codes of a file's tables from a foreign error to a Problem: dicts whose values are all codes."""
    tables = [[literals(value) for value in node.values] for node in nodes if isinstance(node, ast.Dict)]
    return {
        code
        for table in tables
        if all(any(CODE.fullmatch(code) and "-" in code for code in value) for value in table)
        for value in table
        for code in value
    }


def raised_in(nodes, where):
    """Yield (where, codes it can take, names of its facts, or None for **facts) for each Problem made."""
    for node in filter(is_problem, nodes):
        facts = None if any(k.arg is None for k in node.keywords) else {k.arg for k in node.keywords}
        codes = literals(node.args[0]) if node.args else set()
        yield f"{where}:{node.lineno}", codes or tabled(nodes), facts


@pytest.fixture(scope="module")
def raised(product):
    """Every Problem the product makes, each file read once."""
    return [
        found
        for name, each in product.items()
        if not name.startswith("resources/")
        for found in raised_in(each.nodes, name)
    ]


def fields(text):
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def test_each_code_stands_in_the_source_as_a_literal_or_in_a_table(raised):
    assert [where for where, codes, _ in raised if not codes] == []


def test_each_problem_raised_has_a_text(raised):
    missing = {where: codes - set(TEXTS) for where, codes, _ in raised}
    assert {where: codes for where, codes in missing.items() if codes} == {}


def test_each_text_is_raised_somewhere(raised):
    assert set(TEXTS) - set().union(*(codes for _, codes, _ in raised)) == set()


def test_each_text_gets_the_facts_it_names(raised):
    short = [
        (where, code, wanted - facts)
        for where, codes, facts in raised
        for code in sorted(codes & set(TEXTS))
        if facts is not None and (wanted := set().union(*map(fields, TEXTS[code].values()))) - facts
    ]
    assert short == []


def wrong_with(code, texts):
    """What a person who reads this text would find wrong with it."""
    if not CODE.fullmatch(code):
        yield f"{code}: not a code"
    if set(texts) - {"command"} != {"what", "do"}:
        yield f"{code}: has {sorted(texts)}"
    for name, text in texts.items():
        if not re.search(r"[\u4e00-\u9fff]", text):
            yield f"{code}.{name}: not in Chinese"
        if text != text.strip():
            yield f"{code}.{name}: spaces around it"


def test_a_text_says_what_happened_and_what_to_do_in_chinese():
    assert TEXTS
    assert [wrong for code, texts in TEXTS.items() for wrong in wrong_with(code, texts)] == []


def test_windows_speak_no_command_line(raised):
    only_there = set(TEXTS)
    for where, codes, _ in raised:
        only_there -= set() if where.startswith("eduapp/cli/") else codes
    shown = {code: texts["what"] + texts["do"] for code, texts in TEXTS.items() if code not in only_there}
    assert [code for code, text in shown.items() if re.search(r"命令行用|(^|[^-])--[a-z]", text)] == []


def test_a_wrong_text_is_told():
    assert list(wrong_with("A", {"what": "good "})) == [
        "A: not a code",
        "A: has ['what']",
        "A.what: not in Chinese",
        "A.what: spaces around it",
    ]


def test_a_problem_is_found_however_it_is_written():
    text = """
raise Problem("a-b", x=1)
problems.Problem("c" if y else "d", **facts)
code = {1: "e-f", 2: "g-h"}.get(number)
Problem(code)
other = {1: "not a code", 2: "i-j"}
"""
    found = [(codes, facts) for _, codes, facts in raised_in(tuple(ast.walk(ast.parse(text))), "here")]
    assert found == [({"a-b"}, {"x"}), ({"c", "d"}, None), ({"e-f", "g-h"}, set())]
