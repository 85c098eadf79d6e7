"""A record is declared in plain words: every field has one Item and the type of its kind."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest

from db.records.ledgers import Evidence
from db.records.spec import Item, Record, record
from db.records.values import Text, Whole

ROOT = Path(__file__).resolve().parents[2]


def test_the_fields_of_a_base_come_first_and_an_override_keeps_its_place():
    class More(Evidence):
        item: Annotated[str | None, Item("另一项", Text())] = None
        last: Annotated[int | None, Item("末项", Whole())] = None

    fields = record("more", "更多", More, "many", identity=("item",)).fields
    assert list(fields) == [*record("evidence", "材料", Evidence, "many", identity=("item",)).fields, "last"]
    assert fields["item"].item.label == "另一项"
    assert all(field.record == "more" for field in fields.values())


class Bare(Record):
    name: str | None = None


class Doubled(Record):
    name: Annotated[str | None, Item("甲", Text()), Item("乙", Text())] = None


class OtherType(Record):
    pupils: Annotated[str | None, Item("学生数", Whole())] = None


class NeverEmpty(Record):
    pupils: Annotated[int, Item("学生数", Whole())] = 0


@pytest.mark.parametrize("model", [Bare, Doubled, OtherType, NeverEmpty])
def test_what_is_not_declared_whole_is_refused(model):
    with pytest.raises(TypeError, match=model.__name__):
        record("wrong", "错", model, "many")


@pytest.mark.slow
def test_the_declaration_of_records_imports_the_standard_library_only():
    code = """
import sys
before = set(sys.modules)
import db.records.catalog, db.records.draft
own = {"db", "resources"}
print(*sorted({name.split(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names - own))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
