"""`county round`, `keys`, `renew`, `drill`: secrets are shown once, the round file is what schools read."""

from __future__ import annotations

import io
import re
import sys

import pytest

from eduapp.exchange.round_file import read_round
from eduapp.services.keys import keyring
from tests.cli.running import CODE, contents, refused

DIGITS = r"\d{5}( \d{5}){5}"
ESCROW = r"AGE-SECRET-KEY-1[0-9A-Z]{58}"
WORDS = r"恢复词:((?:[\u4e00-\u9fff]{4} ?){6})"


@pytest.fixture
def passphrase(tmp_path, monkeypatch):
    path = tmp_path / "口令.txt"
    path.write_text("四个互不相关的词语\n", encoding="utf-8")

    def use(*, given=True):
        if given:
            monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(path))
        else:
            monkeypatch.delenv("EDUAPP_PASSPHRASE_FILE", raising=False)

    return use


def typing(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_first_round_makes_keys_that_sign_only(cli, county, tmp_path):
    before = contents(county)
    refused(cli("county", "round", county, tmp_path / "没有"), "folder-missing")
    assert contents(county) == before
    done = cli("county", "round", county, tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "未设口令:只签名,不要求加密" in done.out
    assert len(re.findall(WORDS, done.out)) == 1
    assert not re.search(ESCROW, done.out)
    (path,) = tmp_path.glob("*.eduround")
    said = read_round(path.read_bytes()).said
    assert said.certificate.root.digits in done.out
    assert said.certificate.recipients == ()
    again = cli("county", "round", county, tmp_path, "--json")
    assert (again.code, again.json["version"], again.json["recovery_words"]) == (0, 1, None)
    assert again.json["path"] == str(path)
    assert not re.search(WORDS, cli("county", "round", county, tmp_path).out)


@pytest.mark.slow
def test_with_a_passphrase_the_county_encrypts(cli, county, tmp_path, passphrase, monkeypatch):
    passphrase()
    done = cli("county", "round", county, tmp_path, "--json")
    assert done.json["encrypts"]
    assert len(done.json["recipients"]) == 2
    words, escrow = done.json["recovery_words"], done.json["escrow"]
    assert re.fullmatch(ESCROW, escrow)
    passphrase(given=False)
    assert cli("county", "round", county, tmp_path, "--json").json["version"] == 1  # nothing is signed anew
    assert cli("county", "keys", county, "--due", "2026-11-30").code == 0
    monkeypatch.setattr(keyring, "_opened", {})  # as in another process
    refused(cli("county", "round", county, tmp_path), "county-key-locked")
    typing(monkeypatch, escrow)
    drill = cli("county", "drill", county)
    assert (drill.code, "[drill-nothing]" in drill.err) == (2, True)
    assert escrow not in drill.out + drill.err
    assert cli("county", "keys", county, "--json").json["drill"] is None
    typing(monkeypatch, escrow[:-1] + ("Q" if escrow[-1] != "Q" else "P"))
    refused(cli("county", "drill", county), "identity-unreadable")
    typing(monkeypatch, "")
    refused(cli("county", "renew", county), "stdin-empty")
    passphrase()
    typing(monkeypatch, f"{words}\n{escrow}\n")
    renewed = cli("county", "renew", county)
    assert renewed.code == 0, renewed.err
    assert re.search(WORDS, renewed.out)[1].strip() == words
    assert escrow not in renewed.out
    state = cli("county", "keys", county, "--json").json
    assert (state["epoch"], state["current"], state["digits"]) == (2, False, done.json["digits"])


@pytest.mark.slow
def test_what_the_round_file_asks_for(cli, county, tmp_path):
    cli("county", "round", county, tmp_path)
    refused(cli("county", "keys", county, "--due", "11月"), "date-unreadable")
    done = cli("county", "keys", county, "--due", "2026-11-30", "--passphrase-demand", "yes")
    assert "需重新生成" in done.out
    assert re.search(DIGITS, done.out)
    said = read_round(_newest(cli, county, tmp_path)).said
    assert (said.due, said.passphrase, said.version) == ("2026-11-30", True, 2)
    cli("county", "keys", county, "--due", "", "--passphrase-demand", "no")
    said = read_round(_newest(cli, county, tmp_path)).said
    assert (said.due, said.passphrase, said.version) == ("", False, 3)


def _newest(cli, county, tmp_path):
    from pathlib import Path

    return Path(cli("county", "round", county, tmp_path, "--json").json["path"]).read_bytes()


@pytest.mark.slow
def test_a_request_is_trusted_like_a_submission(cli, county, book, tmp_path):
    from eduapp.services.hand_off import school_keys
    from eduapp.services.workbooks import open_school

    with open_school(book) as school:
        path, scan = school_keys.write_request(school, tmp_path), school_keys.scan_text(school)
    refused(cli("county", "trust", county, path, "--digits", "1" * 30), "digits-differ")
    done = cli("county", "trust", county, path, "--digits", scan)
    assert (done.code, CODE in done.out) == (0, True)
    assert cli("county", "trust", county, path, "--unchecked").code == 0
    assert cli("county", "check", county, "--json").json["unchecked_keys"] == 0


@pytest.mark.slow
def test_a_locked_county_admits_a_key_whole_or_not_at_all(cli, county, book, tmp_path, passphrase):
    """Exit code 2 means that nothing was written: files that wait are opened only after the passphrase."""
    passphrase()
    assert cli("county", "round", county, tmp_path).code == 0
    (path,) = tmp_path.glob("*.eduround")
    digits = cli("county", "keys", county, "--json").json["digits"]
    assert cli("school", "trust", book, path, "--digits", digits).code == 0
    assert cli("school", "round", book, path).code == 0
    passphrase(given=False)
    made = cli("school", "key", book, tmp_path, "--json").json
    wrong = cli("county", "trust", county, made["path"], "--digits", "1" * 30)
    refused(wrong, "digits-differ")
    sent = cli("school", "export", book, tmp_path, "--draft", "--json").json["path"]
    passphrase()
    assert cli("county", "merge", county, sent).code == 1
    keyring._opened.clear()
    passphrase(given=False)
    before = contents(county)
    refused(cli("county", "trust", county, made["path"], "--digits", made["digits"]), "county-key-locked")
    assert contents(county) == before
    passphrase()
    done = cli("county", "trust", county, made["path"], "--digits", made["digits"])
    assert (done.code, done.err) == (0, "")
    assert "接收" in done.out
