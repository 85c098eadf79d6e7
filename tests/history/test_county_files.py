"""Round files and receipts as they were written before `chains` and with it: both are read, for good.

A folder per form; never regenerated.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from eduapp.exchange.receipt_file import read_receipt
from eduapp.exchange.round_file import read_round

FILES = Path(__file__).parent / "files"
BEFORE, WITH_CHAINS = "0.1.0", "0.1.0-chains"


@pytest.mark.parametrize("form", [BEFORE, WITH_CHAINS])
def test_it_is_read_and_says_what_it_said(form):
    made = read_round((FILES / form / "round.eduround").read_bytes()).said
    told = read_receipt((FILES / form / "receipt.edureceipt").read_bytes()).said
    assert [each.code for each in made.schools] == ["2143000001", "2143000002"]
    assert [each.how for each in made.keys] == ["unchecked"]
    assert [each.status for each in told.lines] == ["accepted"]
    assert (told.school, told.number) == ("2143000001", 1)
    has = form == WITH_CHAINS
    assert [bool(each) for each in (made.chains, told.chains, told.decisions, told.listed)] == [has] * 4
