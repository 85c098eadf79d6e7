"""`county board`: every expected school, what came when, by which key, what was refused and why."""

from __future__ import annotations

import re

import pytest

from eduapp.services.county import books as county_books
from eduapp.services.keys import keyring
from eduapp.services.merge.listing import Expected
from tests.cli.running import CODE

OTHER = "2143000002"


@pytest.fixture
def listed(county):
    with county_books.open_county(county) as book:
        book.set_expected([Expected(CODE, "明德小学", "211"), Expected(OTHER, "乙校", "311")])
    return county


def rows(cli, county):
    done = cli("county", "board", county, "--json")
    return done, {row["code"]: row for row in done.json["schools"]}


@pytest.mark.slow
def test_each_state_of_a_school_is_said_with_what_came(cli, listed, file, tmp_path):
    (tmp_path / "坏.edusub").write_bytes(b"not a submission")
    cli("county", "merge", listed, file, tmp_path / "坏.edusub")
    done, found = rows(cli, listed)
    assert done.code == 0
    assert {code: row["state"] for code, row in found.items()} == {CODE: "held", OTHER: "missing"}
    assert (found[CODE]["held"], found[CODE]["key"], found[CODE]["came"]) == (["key-not-admitted"], None, 1)
    assert [each["standing"] for each in found[CODE]["files"]] == ["held"]
    assert [(each["file"], each["code"]) for each in done.json["refused"]] == [("坏.edusub", "damaged")]
    assert found[OTHER]["files"] == found[OTHER]["refused"] == []

    cli("county", "trust", listed, file, "--unchecked")
    done, found = rows(cli, listed)
    (one,) = found[CODE]["files"]
    assert (found[CODE]["state"], one["standing"], one["state"]) == ("draft", "counts", "draft")
    assert (found[CODE]["key"], one["key"], one["file"]) == ("unchecked", "unchecked", file.name)
    assert re.fullmatch(r"\d{5}( \d{5}){5}", found[CODE]["key_digits"])
    shown = cli("county", "board", listed).out
    assert re.search(rf"{CODE}  明德小学  草稿  .* 收到  密钥未核验", shown)
    assert f"{OTHER}  乙校  未报\n" in shown
    assert "共 2 校:草稿 1,未报 1" in shown
    assert "坏.edusub" in shown

    cli("county", "undo", listed, one["id"])
    _, found = rows(cli, listed)
    assert (found[CODE]["state"], found[CODE]["files"][0]["standing"]) == ("missing", "withdrawn")


def test_what_is_not_on_the_list_is_said_so(cli, county, file):
    with county_books.open_county(county) as book:
        book.set_expected([Expected(OTHER, "乙校", "311")])
    cli("county", "trust", county, file, "--unchecked")
    cli("county", "merge", county, file)
    _, found = rows(cli, county)
    assert (found[CODE]["listed"], found[CODE]["state"], found[CODE]["held"]) == (
        False,
        "held",
        ["school-not-listed"],
    )
    assert "不在学校名单" in cli("county", "board", county).out


@pytest.mark.slow
def test_the_board_stands_while_the_key_is_locked(cli, listed, file, tmp_path, monkeypatch):
    secret = tmp_path / "口令.txt"
    secret.write_text("四个互不相关的词语\n", encoding="utf-8")
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(secret))
    cli("county", "trust", listed, file, "--unchecked")
    cli("county", "merge", listed, file)
    assert cli("county", "round", listed, tmp_path).code == 0
    monkeypatch.delenv("EDUAPP_PASSPHRASE_FILE")
    monkeypatch.setattr(keyring, "_opened", {})  # as in another process
    done, found = rows(cli, listed)
    assert (done.code, done.json["compared"]) == (1, False)
    assert found[CODE]["state"] == "draft"
    assert "没有比较" in done.err
    with monkeypatch.context() as elsewhere:  # a computer that has no keys of the county's
        elsewhere.setenv("EDUAPP_DATA", str(tmp_path / "别处"))
        done, found = rows(cli, listed)
        assert (done.code, done.json["compared"], found[CODE]["state"]) == (1, False, "draft")
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(secret))
    done, found = rows(cli, listed)
    assert (done.code, done.json["compared"], done.err) == (0, True, "")
