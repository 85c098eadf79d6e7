"""The documents of the project: what code and pages refer to is there, what they list is what there is."""

import argparse
import re
from pathlib import Path

import pytest

from eduapp.cli.parser import _parser

ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = {".py", ".toml", ".md", ".spec"}
NAMED = re.compile(r'\b(docs/[\w./-]+\.\w+|[A-Z]{4,}\.md|tests/\w+/[\w./-]+\.(?:py|toml))(?:, "([^"\n]+)")?')
PRODUCT = re.compile(
    r"(?<![\w/.-])(?:ui|db|bundle|resources|(?:eduapp/)?(?:services|exchange|standards|printing|cli))"
    r"/[\w/-]+\.(?:py|toml|sql|json)"
)
"""A file of the product; the floors inside eduapp are also named without it."""
SKELETON = Path("tests/house/test_contracts.py")
"""Plants files of its own beside those of the product."""
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)\)")
OUTSIDE = re.compile(r"(?<![\w/\"-])(?:design|standards|local-plans|official-form|cli|submission)\.md|§\d")


@pytest.fixture(scope="module")
def texts():
    """Every text of the tree that refers to others, by its path from the root."""
    found = [ROOT / name for name in ("run", "README.md", "CONTRIBUTING.md", "build.spec", "pyproject.toml")]
    for floor in ("ui", "eduapp", "db", "resources", "tests", "docs"):
        found += [path for path in (ROOT / floor).rglob("*") if path.suffix in SUFFIXES]
    return {
        path.relative_to(ROOT): path.read_text(encoding="utf-8")
        for path in found
        if path.name != Path(__file__).name
    }


def headings(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    return {line.lstrip("#").strip() for line in lines if line.startswith("#")}


def missing(text):
    """What a text names that is not there: a file of the project, or a heading of one of its pages."""
    absent = []
    for path, heading in NAMED.findall(text):
        page = ROOT / path
        if not page.exists() or (heading and page.suffix == ".md" and heading not in headings(page)):
            absent.append(f'{path}, "{heading}"' if heading else path)
    named = PRODUCT.findall(text)
    return absent + [
        path for path in named if not any((ROOT / floor / path).exists() for floor in ("", "eduapp"))
    ]


def test_every_page_and_heading_that_is_named_exists(texts):
    found = {str(path): missing(text) for path, text in texts.items() if path != SKELETON}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_page_or_heading_that_is_not_there_is_seen():
    assert missing('see docs/standards.md, "Nowhere"') == ['docs/standards.md, "Nowhere"']
    assert missing("see docs/nowhere.md") == ["docs/nowhere.md"]
    assert missing('see docs/standards.md, "Readings"') == []
    assert missing("`services/nowhere.py`, ui/nowhere.toml") == ["services/nowhere.py", "ui/nowhere.toml"]
    assert missing("`services/entry.py`, eduapp/services/entry.py, ui/app.py") == []


def test_nothing_refers_to_a_document_outside_the_project(texts):
    found = {
        str(path): OUTSIDE.findall(text) for path, text in texts.items() if path.suffix in {".py", ".toml"}
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_every_link_of_a_page_leads_somewhere(texts):
    pages = {path: text for path, text in texts.items() if path.suffix == ".md"}
    broken = {
        str(path): link
        for path, text in pages.items()
        for link in LINK.findall(text)
        if not (ROOT / path.parent / link).exists()
    }
    assert broken == {}


def test_every_file_of_cases_that_the_readings_name_exists():
    page = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w-]+\.toml)`", page))
    assert len(named) > 10
    assert {name for name in named if not (ROOT / "tests" / "cases" / name).exists()} == set()


def commands(parser, path=()):
    """Every command of the program, by its words."""
    fill, parser.fill = parser.fill, None
    if fill is not None:
        fill(parser)
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(path)
    for group in groups:
        for name, below in group.choices.items():
            yield from commands(below, (*path, name))


def test_the_page_of_the_command_line_lists_every_command_and_no_other():
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(commands(_parser()))


def test_no_two_decisions_have_one_number():
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))
