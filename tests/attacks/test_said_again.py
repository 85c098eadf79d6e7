"""The same decision said again: no table changes, so no fingerprint, no receipt and no line of the log."""

from __future__ import annotations

import pytest

from eduapp.services.hand_off import intake, receipts, trust
from tests.attacks.offices import outcome
from tests.cli.running import run
from tests.services.intakes import STRANGER, forged
from tests.services.schools import CODE


@pytest.fixture
def filed(office, school, tmp_path):
    """A county with two files of one writer, and their ids."""
    ids = []
    for seq in (1, 2):
        made = forged(school, seq=seq, prev=ids[0] if ids else None)
        (tmp_path / f"{seq}.edusub").write_bytes(made.data)
        ids.append(made.id)
    trust.admit_unchecked(office, [tmp_path / "1.edusub"])
    outcome(office, tmp_path / "1.edusub", tmp_path / "2.edusub")
    assert len(office.members) == 2
    return office, ids


def standing(book):
    said = receipts.receipt_of(book, CODE)
    return book.fingerprint, len(book.decisions), book.log.at, said


ACTS = {
    "undo": lambda book, ids: intake.undo(book, [ids[1]]),
    "undo with a reason": lambda book, ids: intake.undo(book, [ids[1][:8].upper()], "学校来电"),
    "undo both": intake.undo,
    "restore": lambda book, ids: intake.restore(book, ids[0]),
    "settle": lambda book, ids: intake.settle(book, CODE, ids[1], "经电话核实"),
    "revoke": lambda book, ids: trust.revoke_after(book, CODE, ids[0], "失窃"),
    "revoke from the first": lambda book, _ids: trust.revoke(book, CODE, STRANGER.public.line, "", "失窃"),
}


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_it_changes_nothing(filed, act):
    book, ids = filed
    act(book, ids)
    before = standing(book)
    for _ in range(2):
        act(book, ids)
        assert standing(book) == before


def test_another_word_or_one_after_another_is_a_decision(filed):
    book, ids = filed
    seen = {book.fingerprint}
    for act in (
        lambda: intake.undo(book, [ids[1]]),
        lambda: intake.undo(book, [ids[1]], "学校来电"),  # another reason, which the receipt says
        lambda: intake.restore(book, ids[1]),
        lambda: intake.undo(book, [ids[1]], "学校来电"),
        lambda: intake.restore(book, ids[1]),
        lambda: trust.revoke_after(book, CODE, ids[0], "失窃"),
        lambda: trust.revoke(book, CODE, STRANGER.public.line, "", "失窃"),  # from earlier on
    ):
        act()
        assert book.fingerprint not in seen
        seen.add(book.fingerprint)


@pytest.mark.slow
def test_the_command_line_says_so(filed):
    book, ids = filed
    book.close()
    first, again = (run("county", "undo", book.path, ids[1]) for _ in range(2))
    assert "已撤回 1 个上报文件" in first.out
    assert "1 个上报文件此前已撤回,没有变化" in again.out
    assert first.out.splitlines()[-1] == again.out.splitlines()[-1]
    both = run("county", "undo", book.path, *ids)
    assert "已撤回 1 个上报文件" in both.out
    assert "1 个上报文件此前已撤回,没有变化" in both.out
