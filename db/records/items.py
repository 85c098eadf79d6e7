"""The items of all standards that ship, as choices: a document or a ledger line names one of them.

Read from the packs, so that no title stands in two places. A pack is data: nothing is judged here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import resources
from db.records.values import Choice

DOCUMENT_FORMULAS = frozenset({"document", "stated", "recent_document"})
"""Items that are answered by a document with number, date and file names, not by records."""


def _declared() -> tuple[list[dict[str, str]], frozenset[str]]:
    """Return all items, and the codes of those that a relaxation asks a document for (`plan`)."""
    folder = resources.entry("standards")
    found = (each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    # The national name of an item stands before what a local plan calls the same code.
    packs = sorted(found, key=lambda name: (not name.startswith("national"), name))
    read = [tomllib.loads(resources.read_text("standards", name)) for name in packs]
    relaxed = (each for pack in read for each in pack.get("relaxation", ()) if "plan" in each)
    items = [item for pack in read for item in pack.get("indicator", ())]
    return items, frozenset(each["indicator"] for each in relaxed)


def _choice(name: str, items: list[dict[str, str]]) -> Choice:
    titles: dict[str, str] = {}
    for item in items:
        titles.setdefault(item["code"], item["short"])
    options = tuple((code, f"{code} {short}") for code, short in titles.items())
    return Choice(name, options, tuple((code, code) for code, _ in options))


def _asks(item: Mapping[str, object], level: str) -> bool:
    """Whether an item asks for a document at a level ("formula": the school's), alone or beside a number."""
    return item.get(level) in DOCUMENT_FORMULAS or (bool(item.get("with_document")) and level in item)


_ALL, _PLANNED = _declared()
ITEM = _choice("item", _ALL)
DOCUMENTED = _choice(
    "documented_item", [each for each in _ALL if _asks(each, "formula") or each["code"] in _PLANNED]
)
COUNTY_DOCUMENTED = _choice("county_documented_item", [each for each in _ALL if _asks(each, "county")])
ITEM_TABLES = frozenset(each.table for each in (ITEM, DOCUMENTED, COUNTY_DOCUMENTED))
