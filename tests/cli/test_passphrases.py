"""A passphrase where it is set: what is guessed at once is refused, six words offered, older ones open."""

from __future__ import annotations

import re

import pytest

import resources
from db.problems import Problem
from eduapp.exchange import sealing
from eduapp.services.hand_off import school_keys
from eduapp.services.keys import county_keys, keyring, passphrases, writer
from tests.cli.running import CODE, refused
from tests.services import schools

ABOUT = ("2143000001", "明德小学", "430900", "mingde")
WEAK = [
    "11111111",
    "12345678",
    "88886666",
    "abcd1234",
    "Aa123456.",
    "password",
    "P@ssw0rd2026",
    "qwertyuiop123",
    "1qaz2wsx3edc",
    "woaini1314",
    "zhongguo1949",
    "wangfang1985",
    "19850312abc",
    "13800138000",
    "139 8765 4321",
    "11010519491231002X",
    "2143000001",
    "2143000001ab",
    "明德小学2026年",
    "明德2026教育局",
    "教育局办公室密码",
    "天天向上好好学习",
    "xiaoxue2026jiaoyuju",
    "明德小学明德小学",
    "mingde2026",
    "口令口令口令口令",
    "一二三四五六七八",
    "八七六五四三二一",
    "甲乙丙丁戊己庚辛",
    "东南西北东南西北",
    "１２３４５６７８",
    "a" * 30,
    "abcdefgh" * 4,
]
STRONG = [
    "changjiang huanghe",
    "长江黄河昆仑泰山",
    "三个橙子一辆车8",
    "七月 十二 河口 完小",
    "七月 十二 河口 茶山 教育局",
    "correct horse battery",
    "kX9#vQ2mT",
    "shan he ma bi deng che",
    "x" + "一个很长很长的口令" * 20,
]


@pytest.mark.parametrize("passphrase", WEAK)
def test_what_is_guessed_at_once_is_refused_with_six_words_instead(passphrase):
    with pytest.raises(Problem) as told:
        passphrases.require_strong(passphrase, ABOUT)
    assert told.value.code == "passphrase-weak"
    assert told.value.facts["words"] in told.value.text
    assert passphrase not in told.value.text


@pytest.mark.parametrize("passphrase", STRONG)
def test_what_takes_years_is_taken(passphrase):
    passphrases.require_strong(passphrase, ABOUT)


@pytest.mark.parametrize("passphrase", ["", "1234567", "七个字还不够", "  kX9#vQ2  "])
def test_what_is_short_is_said_to_be_short(passphrase):
    with pytest.raises(Problem, match="至少要 8 个字符"):
        passphrases.require_strong(passphrase)


def test_the_six_words_are_typed_on_any_keyboard_and_are_strong_themselves():
    seen = set()
    for _ in range(50):
        made = passphrases.suggestion()
        assert re.fullmatch(r"[a-z]{1,6}( [a-z]{1,6}){5}", made.typed)
        assert re.fullmatch(r"[\u4e00-\u9fff]( [\u4e00-\u9fff]){5}", made.characters)
        passphrases.require_strong(made.typed, ABOUT)
        seen.add(made.typed)
    assert len(seen) == 50


def test_every_word_has_a_spelling_and_a_character_of_its_own():
    rows = [row.split(",") for row in resources.read_text("passphrases", "words.csv").split()[1:]]
    assert len(rows) >= 300
    for column in zip(*rows, strict=True):
        assert len(set(column)) == len(rows)


@pytest.mark.slow
def test_everywhere_one_is_set_it_is_judged(tmp_path):
    with schools.county(tmp_path / "county.edubook") as office, schools.make(tmp_path) as book:
        for call in (
            lambda: county_keys.propose(office.workbook, "11111111"),
            lambda: county_keys.establish(office.workbook, "某县430900"),
            lambda: writer.protect(book.workbook, "11111111"),
            lambda: school_keys.protect(book, f"明德小学{CODE}"),
        ):
            with pytest.raises(Problem) as told:
                call()
            assert told.value.code == "passphrase-weak"
        assert county_keys.certificate_of(office.workbook) is None
        made = county_keys.establish(office.workbook, "长江黄河昆仑泰山")
        for call in (
            lambda: county_keys.change_passphrase(office.workbook, "88886666"),
            lambda: county_keys.renew(office.workbook, made.words, "88886666"),
        ):
            with pytest.raises(Problem, match="容易猜中"):
                call()


@pytest.mark.slow
def test_an_older_one_opens_and_is_asked_to_be_changed(tmp_path):
    with schools.make(tmp_path) as book:
        path = writer.key_path(book.workbook)
        writer.writer_of(book.workbook)
        keyring.write_own(path, sealing.lock(path.read_bytes(), "11111111"))  # as earlier releases did
        school_keys.unlock(book, "11111111")
        assert school_keys.has_weak_passphrase(book)
        keyring.store(path, keyring.load(path))  # it stays what it is until a person changes it
        assert school_keys.has_weak_passphrase(book)
        school_keys.protect(book, "三个橙子一辆车8")
        assert not school_keys.has_weak_passphrase(book)


@pytest.mark.slow
def test_the_command_line_refuses_and_asks(cli, book, county, tmp_path, monkeypatch):
    given = tmp_path / "口令.txt"
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(given))
    given.write_text("11111111\n", encoding="utf-8")
    refused(cli("county", "round", county, tmp_path), "passphrase-weak")
    refused(cli("school", "passphrase", book), "passphrase-weak")
    assert cli("school", "key", book, tmp_path, "--json").json["weak_passphrase"] is False
    with_keys = next((keyring.key_path("x").parent).glob("*.key"))
    keyring.write_own(with_keys, sealing.lock(with_keys.read_bytes(), "11111111"))
    for arguments in (("school", "key", book, tmp_path), ("school", "export", book, tmp_path, "--draft")):
        done = cli(*arguments)
        assert (done.code, "[passphrase-old]" in done.err) == (0, True)
    assert cli("school", "key", book, tmp_path, "--json").json["weak_passphrase"] is True
    assert cli("school", "passphrase", book).code == 1
