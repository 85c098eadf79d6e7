"""Texts as Notepad and consoles write them: a mark in front, UTF-16, GB18030, CRLF are nobody's content."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from db.characters import MARK, decoded
from db.problems import Problem
from eduapp.cli import streams
from eduapp.exchange import sealing
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.services.keys import keyring
from eduapp.services.keys.passphrases import normal
from tests.cli.conftest import ROOT

PASSPHRASE = "三个橙子一辆车 2026"  # noqa: S105 - of these tests alone
SAVED = {
    "plain": PASSPHRASE.encode(),
    "line": f"{PASSPHRASE}\n".encode(),
    "notepad": f"{MARK}{PASSPHRASE}\r\n".encode(),
    "notepad twice": f"{MARK}{MARK}{PASSPHRASE}\r\n\r\n".encode(),
    "unicode": f"{MARK}{PASSPHRASE}\r\n".encode("utf-16-le"),
    "big endian": f"{MARK}{PASSPHRASE}\r\n".encode("utf-16-be"),
    "ansi": f"{PASSPHRASE}\r\n".encode("gb18030"),
}
"""One passphrase as programs save it."""


@pytest.fixture
def key(tmp_path, monkeypatch):
    """A key file, and the passphrase file that the command line is given."""
    path, named = tmp_path / "writer.key", tmp_path / "口令.txt"
    monkeypatch.setenv(keyring.PASSPHRASE_FILE, str(named))
    yield SimpleNamespace(path=path, named=named)
    keyring.forget(path)


def close(path, passphrase):
    """Write the key file as it was closed under exactly this reading."""
    path.write_bytes(sealing.lock(json.dumps({"a": 1}).encode(), passphrase))
    keyring.forget(path)


@pytest.mark.parametrize("how", SAVED)
def test_one_passphrase_however_its_file_was_saved(how):
    assert normal(decoded(SAVED[how])) == PASSPHRASE


def test_bytes_that_are_no_text_are_none():
    assert decoded(b"\xff") is None
    assert decoded(b"\xff\xfe\x00\xd8") is None
    assert decoded(b"") == ""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["plain", "notepad", "unicode", "ansi"])
def test_a_key_opens_however_the_passphrase_file_was_saved(key, how):
    close(key.path, PASSPHRASE)
    before = key.path.read_bytes()
    key.named.write_bytes(SAVED[how])
    assert keyring.load(key.path) == {"a": 1}
    assert key.path.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("saved", "closed_under"),
    [
        ("notepad", MARK + PASSPHRASE),
        ("plain", MARK + PASSPHRASE),
        ("notepad twice", f"{MARK * 2}{PASSPHRASE}"),
    ],
)
def test_a_key_that_was_closed_with_the_mark_opens_and_is_closed_anew(key, saved, closed_under):
    close(key.path, closed_under)
    key.named.write_bytes(SAVED[saved])
    assert keyring.load(key.path) == {"a": 1}
    assert json.loads(sealing.unlock(key.path.read_bytes(), PASSPHRASE)) == {"a": 1}
    assert keyring.passphrase_of(key.path) == PASSPHRASE
    assert not keyring.is_locked(key.path)


@pytest.mark.slow
def test_such_a_key_opens_by_typing(key, monkeypatch):
    monkeypatch.delenv(keyring.PASSPHRASE_FILE)
    close(key.path, MARK + PASSPHRASE)
    keyring.open_with(key.path, f" {PASSPHRASE} ")
    assert keyring.load(key.path) == {"a": 1}
    assert json.loads(sealing.unlock(key.path.read_bytes(), PASSPHRASE)) == {"a": 1}


@pytest.mark.slow
def test_a_key_that_cannot_be_closed_anew_opens_all_the_same(key, monkeypatch):
    close(key.path, MARK + PASSPHRASE)
    before = key.path.read_bytes()
    key.named.write_bytes(SAVED["notepad"])

    def refuse(*_):
        raise Problem("own-folder-failed", folder="", detail="")

    monkeypatch.setattr(keyring, "write_own", refuse)
    assert keyring.load(key.path) == {"a": 1}
    assert key.path.read_bytes() == before


@pytest.mark.slow
def test_another_passphrase_stays_wrong_and_changes_nothing(key):
    close(key.path, PASSPHRASE)
    before = key.path.read_bytes()
    key.named.write_bytes(f"{MARK}别的口令别的口令\r\n".encode())
    with pytest.raises(Problem) as told:
        keyring.load(key.path)
    assert told.value.code == "passphrase-wrong"
    assert key.path.read_bytes() == before


@pytest.mark.slow
def test_a_passphrase_file_that_is_no_text_is_said(key):
    close(key.path, PASSPHRASE)
    key.named.write_bytes(b"\xff")
    with pytest.raises(Problem) as told:
        keyring.load(key.path)
    assert told.value.code == "passphrase-file-unreadable"


@pytest.mark.parametrize(
    "data",
    [
        "姓名,学科\n张三,语文\n".encode(),
        f"{MARK}姓名,学科\r\n张三,语文\r\n".encode(),
        f"{MARK}{MARK}姓名,学科\r\n张三,语文\r\n".encode(),
        f"{MARK}姓名\t学科\r\n张三\t语文\r\n".encode("utf-16-le"),
        "姓名,学科\r\n张三,语文\r\n".encode("gb18030"),
    ],
)
def test_a_list_is_the_same_however_it_was_saved(tmp_path, data):
    path = tmp_path / "名单.csv"
    path.write_bytes(data)
    (sheet,) = read_sheets(path)
    assert [list(row) for row in sheet.rows] == [["姓名", "学科"], ["张三", "语文"]]


@pytest.mark.parametrize("how", SAVED)
def test_standard_input_is_read_however_it_was_saved(monkeypatch, how):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SAVED[how]), encoding="gbk"))
    assert streams.read().strip() == PASSPHRASE


def test_no_standard_input_is_an_empty_one(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert streams.read() == ""


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gbk", "cp936", "ascii", "cp437"])
def test_a_console_of_another_code_page_never_breaks_a_command(encoding, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "eduapp", "school", "check", str(tmp_path / "㛃𬭎✓.edubook")],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert "㛃𬭎✓" in done.stderr.decode("utf-8")
