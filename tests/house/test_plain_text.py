"""One door to text on screen: nothing else in ui/ makes a widget that reads markup, or sets a tool tip."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOORS = [ROOT / "ui" / "common" / name for name in ("plain.py", "plain_boxes.py")]
SETTERS = {
    "setToolTip",
    "setWindowTitle",
    "setStatusTip",
    "setWhatsThis",
    "setTextFormat",
    "setDetailedText",
    "insertHtml",
    "setMarkdown",
    "setDefaultStyleSheet",
    "insertItem",
    "insertItems",
    "setIconText",
    "setEditText",
    "setHorizontalHeaderLabels",
    "setVerticalHeaderLabels",
}
"""What only the door calls on a widget, or would have to make plain first."""
STATICS = {"information", "question", "warning", "critical", "about", "getText", "getItem"}
"""Qt's ready-made boxes guess at the format of what they are given."""


@pytest.fixture(scope="module")
def calls(product):
    """Every call of the windows outside the door: (file, node)."""
    files = {name: each for name, each in product.items() if name.startswith("ui/")}
    return [(name, node) for name, each in files.items() if each.path not in DOORS for node in each.calls()]


def test_no_raw_setter_stands_outside_the_door(calls):
    found = [
        f"{name}:{node.lineno} {node.func.attr}"
        for name, node in calls
        if isinstance(node.func, ast.Attribute) and node.func.attr in SETTERS
    ]
    assert found == []


def test_no_ready_made_box_is_used(calls):
    boxes = {"QMessageBox", "QInputDialog", "MessageBox"}
    found = [
        f"{name}:{node.lineno} {node.func.attr}"
        for name, node in calls
        if isinstance(node.func, ast.Attribute)
        if node.func.attr in STATICS and getattr(node.func.value, "id", "") in boxes
    ]
    assert found == []


def test_html_is_set_only_where_our_own_pages_are_made(calls):
    found = {name for name, node in calls if getattr(node.func, "attr", "") == "setHtml"}
    assert found == {"ui/common/why_card.py", "ui/county/why_panel.py"}


def test_what_the_door_wraps_is_banned_elsewhere():
    """The list in pyproject names every class of Qt's that the door makes plain."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    banned = set(rules["flake8-tidy-imports"]["banned-api"])
    wrapped = {
        f"{node.module}.{each.name}"
        for door in DOORS
        for node in ast.parse(door.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("PySide6")
        for each in node.names
        if each.name not in {"Qt", "QSize", "QUrl", "QWidget", "QLayout", "QToolBar"}
    }
    assert wrapped <= banned
    allowed = {path for path, rule in rules["per-file-ignores"].items() if "TID251" in rule}
    assert allowed == {"ui/common/plain.py", "ui/common/plain_boxes.py", "tests/**"}
