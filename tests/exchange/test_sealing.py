"""Encryption: whoever is named opens, nobody else, and ``age`` agrees."""

from __future__ import annotations

import re
import shutil
import subprocess

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.problems import Problem
from eduapp.exchange import recovery, sealing

ONE, TWO, STRANGER = sealing.new_identity(), sealing.new_identity(), sealing.new_identity()


def code_of(call, *arguments):
    with pytest.raises(Problem) as raised:
        call(*arguments)
    assert raised.value.text
    return raised.value.code


@given(data=st.binary(max_size=3000))
def test_each_recipient_opens_what_was_sealed_and_a_stranger_does_not(data):
    sealed = sealing.seal(data, [ONE.recipient, TWO.recipient])
    assert sealing.is_sealed(sealed)
    assert sealing.unseal(sealed, [ONE]) == sealing.unseal(sealed, [STRANGER, TWO]) == data
    assert code_of(sealing.unseal, sealed, [STRANGER]) == "not-for-us"
    assert code_of(sealing.unseal, sealed, []) == "not-for-us"


def test_nothing_is_sealed_to_nobody_or_to_nonsense():
    for recipients in ([], ["age1"], [ONE.recipient, "ssh-ed25519 AAAA"]):
        with pytest.raises(ValueError, match="recipients"):
            sealing.seal(b"x", recipients)
    assert not sealing.is_recipient(ONE.recipient[:-1] + ("q" if ONE.recipient[-1] != "q" else "p"))
    assert sealing.is_recipient(ONE.recipient)


@pytest.mark.slow
def test_every_flipped_bit_and_cut_is_refused():
    sealed = bytearray(sealing.seal(b"id,name\nc1,x\n", [ONE.recipient, TWO.recipient]))
    for bit in range(len(sealed) * 8):
        sealed[bit // 8] ^= 1 << bit % 8
        assert code_of(sealing.unseal, bytes(sealed), [ONE, TWO]) in {"damaged", "not-for-us"}, bit
        sealed[bit // 8] ^= 1 << bit % 8
    for end in range(len(sealed)):
        assert code_of(sealing.unseal, bytes(sealed[:end]), [ONE]) in {"damaged", "not-for-us"}
    assert code_of(sealing.unseal, bytes(sealed) + b"\0", [ONE]) == "damaged"


@pytest.mark.slow
def test_a_file_under_a_passphrase_is_never_taken_from_a_stick():
    assert code_of(sealing.unseal, sealing.lock(b"x", "aaaa"), [ONE]) == "damaged"


def test_a_stanza_without_its_last_line_is_refused():
    sealed = sealing.seal(b"x", [ONE.recipient])
    for lax in (b"-> grease\n-> X25519 ", b"-> grease x\n" + b"A" * 64 + b"\n-> X25519 "):
        assert code_of(sealing.unseal, sealed.replace(b"-> X25519 ", lax, 1), [ONE]) == "damaged"


@pytest.mark.slow
def test_a_passphrase_opens_in_every_spelling_of_the_same_bytes_only():
    locked = sealing.lock(b"secret", "长江黄河")
    assert sealing.unlock(locked, "长江黄河") == b"secret"
    assert code_of(sealing.unlock, locked, "长江黄 河") == "passphrase-wrong"
    last = bytes([locked[-1] ^ 1])
    costly = re.sub(rb"(-> scrypt \S+) \d+", rb"\1 30", locked)  # it would take hours
    for damaged in (b"no age file", locked[:-1] + last, costly):
        assert code_of(sealing.unlock, damaged, "长江黄河") == "key-file-damaged"


@pytest.mark.slow
def test_what_is_locked_here_and_by_the_library_is_the_same_format():
    assert pyrage.passphrase.decrypt(sealing.lock(b"secret", "长江黄河"), "长江黄河") == b"secret"
    assert sealing.unlock(pyrage.passphrase.encrypt(b"secret", "长江黄河"), "长江黄河") == b"secret"


def test_an_identity_is_read_as_a_person_copies_it():
    spaced = " ".join(ONE.secret[at : at + 6] for at in range(0, len(ONE.secret), 6)).lower()
    assert sealing.identity_of(spaced) == ONE
    wrong = ONE.secret[:-1] + ("Q" if ONE.secret[-1] != "Q" else "P")
    for text in ("", "AGE-SECRET-KEY-1", wrong, ONE.recipient):
        assert code_of(sealing.identity_of, text) == "identity-unreadable"
    assert ONE.secret not in repr(ONE)


def test_stock_age_and_we_open_each_others_files(tmp_path):
    if shutil.which("age") is None:
        pytest.skip("no age")
    (tmp_path / "key").write_text(ONE.secret + "\n")
    opened = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key"],
        input=sealing.seal(b"ours", [TWO.recipient, ONE.recipient]),
        capture_output=True,
        check=True,
    )
    assert opened.stdout == b"ours"
    theirs = subprocess.run(
        ["age", "-r", ONE.recipient], input=b"theirs", capture_output=True, check=True
    ).stdout
    assert sealing.unseal(theirs, [ONE]) == b"theirs"


# --- recovery words ---


@given(seed=st.binary(min_size=32, max_size=32))
def test_recovery_words_are_24_characters_and_come_back(seed):
    words = recovery.words_of(seed)
    assert [len(group) for group in words.split(" ")] == [4] * 6
    assert recovery.seed_of(words.replace(" ", "")) == recovery.seed_of(f"\n{words} ") == seed


def test_a_slip_in_the_words_is_noticed():
    words = recovery.words_of(bytes(range(32)))
    for slip in ("", words[:-1], words + "的", "龘" + words[1:], words[1] + words[0] + words[2:]):
        assert code_of(recovery.seed_of, slip) == "recovery-words-wrong"
