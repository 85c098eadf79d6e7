"""Key files and their marks that were changed: said as damage, never a fault of the program."""

from __future__ import annotations

import json

import pytest

from db.problems import Problem
from eduapp.services.county.books import open_county
from eduapp.services.keys import county_keys, keyring
from tests.services.schools import county


@pytest.fixture
def office(tmp_path):
    """A county that signs: its path and its key file."""
    with county(tmp_path / "county.edubook") as book:
        county_keys.establish(book.workbook, None)
        book.set_expected([])
        return book.path, county_keys._path(book.workbook)


@pytest.mark.parametrize(
    "marks",
    [
        {"log": 5},
        {"log": {"2026": 5}},
        {"log": {"2026": ["x", 1]}},
        {"certificate": 5},
        {"round": 5},
        {"round": [1, "2"]},
        {"receipts": [1]},
        {"receipts": {"2143000001": "x"}},
        {"rounds": {"x": 1}},
        {"last": "x"},
        {"writer": 5},
    ],
)
def test_marks_of_another_shape_are_a_damaged_key_file(office, marks):
    _, key = office
    key.with_suffix(".json").write_text(json.dumps(marks), encoding="utf-8")
    with pytest.raises(Problem) as raised:
        keyring.marks(key)
    assert raised.value.code == "key-file-damaged"


@pytest.mark.parametrize(
    "secrets",
    [{}, {"signing": 5}, {"signing": "x", "identities": 5}, {"signing": "x", "identities": [5]},
     {"signing": "!", "identities": ["AGE-SECRET-KEY-1"]}],
)  # fmt: skip
def test_secrets_of_another_shape_are_a_damaged_key_file(office, secrets):
    path, key = office
    key.write_text(json.dumps(secrets), encoding="utf-8")
    with open_county(path) as book:
        for use in (lambda: book.identities, lambda: county_keys.signing_key(book.workbook)):
            with pytest.raises(Problem) as raised:
                use()
            assert raised.value.code == "key-file-damaged"
