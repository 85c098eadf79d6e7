"""The school's own key: the form and the request for the county, the passphrase over it."""

from __future__ import annotations

import os
import stat

import pytest

from db.problems import Problem
from eduapp.exchange.key_request import read_request
from eduapp.exchange.voucher import form_digits
from eduapp.services import backups, entry, workbooks
from eduapp.services.hand_off import school_keys, trust
from eduapp.services.keys import keyring, writer
from tests.services.schools import CODE, COUNTY, NAME, computer, export, fill, make

PASSPHRASE = "三个橙子一辆车 2026"  # noqa: S105 - of a test


@pytest.fixture
def key_file(school):
    writer.writer_of(school.workbook)
    return writer.key_path(school.workbook)


def refused(code, action):
    with pytest.raises(Problem) as caught:
        action()
    assert caught.value.code == code
    assert caught.value.text


# --- the request ---


def test_the_request_says_whose_key_it_is(school):
    own = writer.writer_of(school.workbook)
    read = read_request(school_keys.request_of(school))
    assert read.key == own.key.public
    assert (read.said.school, read.said.name, read.said.county) == (CODE, NAME, COUNTY)
    assert (read.said.year, read.said.practice, read.said.writer) == (2026, False, own.id)
    assert read.said.archive == own.archive.recipient
    assert read.said.replaces is None


def test_the_request_lies_on_the_stick_and_the_same_again_is_the_same_file(school, stick):
    path = school_keys.write_request(school, stick)
    own = writer.writer_of(school.workbook).key.public
    assert path.name == f"{CODE}_密钥登记_{form_digits(COUNTY, CODE, own)[:5]}.edukey"
    assert path.read_bytes() == school_keys.request_of(school)
    assert school_keys.write_request(school, stick) == path
    assert len(list(stick.iterdir())) == 1


def test_the_county_admits_it_by_what_the_form_says(school, book, stick):
    path = school_keys.write_request(school, stick)
    admitted = trust.admit(book, path, school_keys.scan_text(school))
    own = writer.writer_of(school.workbook)
    assert (admitted.key, admitted.archive) == (own.key.public, own.archive.recipient)
    assert trust.admit(book, path, school_keys.own_key(school).digits) == admitted


def test_no_secret_and_no_person_is_in_the_request(school):
    data = school_keys.request_of(school)
    own = writer.writer_of(school.workbook)
    assert own.archive.secret.encode() not in data
    assert own.key.to_stored().strip() not in data
    assert "赵钱孙甲".encode() not in data


def test_a_restored_workbook_asks_for_its_new_key_with_the_old_ones_signature(tmp_path, stick):
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) as book:
        fill(book)
        export(book, stick)
        copy = book.workbook.backup("测试")
        before = writer.writer_of(book.workbook).key.public
    backups.restore(path, copy)
    with workbooks.open_school(path) as book:
        read = read_request(school_keys.request_of(book))
    assert read.said.replaces.key == before
    assert read.key != before


def test_another_computer_has_another_key_without_any_before(school, tmp_path, monkeypatch):
    first = read_request(school_keys.request_of(school))
    path = school.path
    school.close()
    with computer(monkeypatch, tmp_path / "电脑2"), workbooks.open_school(path) as book:
        second = read_request(school_keys.request_of(book))
    assert second.key != first.key
    assert second.said.replaces is None


def test_a_school_without_code_or_name_cannot_ask(tmp_path, stick):
    with make(tmp_path) as book:
        entry.set_cell(book, "school", "-", "name", "")
        for action in (
            school_keys.request_of,
            school_keys.form,
            lambda b: school_keys.write_request(b, stick),
        ):
            refused("profile-incomplete", lambda action=action, book=book: action(book))
    assert list(stick.iterdir()) == []


# --- the passphrase ---


@pytest.mark.slow
def test_under_a_passphrase_the_key_file_says_nothing(school, key_file):
    own = writer.writer_of(school.workbook)
    plain = key_file.read_bytes()
    assert own.id.encode() in plain
    writer.protect(school.workbook, PASSPHRASE)
    assert key_file.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert own.id.encode() not in key_file.read_bytes()
    if os.name != "nt":  # rights are given by lists there, not by a mode
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert school_keys.is_protected(school)
    assert not school_keys.is_locked(school)  # whoever set it need not type it again
    assert writer.writer_of(school.workbook).key.public == own.key.public


@pytest.mark.slow
def test_in_the_next_process_the_passphrase_is_asked_for(school, key_file, stick):
    before = school_keys.own_key(school)
    writer.protect(school.workbook, PASSPHRASE)
    keyring.forget(key_file)
    assert school_keys.own_key(school).standing is school_keys.KeyStanding.LOCKED
    for action in (
        lambda: school_keys.request_of(school),
        lambda: school_keys.form(school),
        lambda: export(school, stick),
    ):
        refused("passphrase-needed", action)
    refused("passphrase-wrong", lambda: school_keys.unlock(school, PASSPHRASE + "7"))
    assert school_keys.is_locked(school)
    # An input method left in full width is the same passphrase.
    school_keys.unlock(school, "三个橙子一辆车 ２０２６")
    assert school_keys.own_key(school).digits == before.digits
    assert export(school, stick).seq == 1


def test_too_short_is_refused_and_nothing_changes(school, key_file):
    before = key_file.read_bytes()
    refused("passphrase-short", lambda: writer.protect(school.workbook, "1234567"))
    assert key_file.read_bytes() == before


@pytest.mark.slow
def test_another_passphrase_takes_the_place_of_the_first(school, key_file):
    writer.protect(school.workbook, PASSPHRASE)
    writer.protect(school.workbook, "另外四个词 9876")
    keyring.forget(key_file)
    refused("passphrase-wrong", lambda: school_keys.unlock(school, PASSPHRASE))
    school_keys.unlock(school, "另外四个词 9876")


@pytest.mark.slow
def test_a_restored_workbook_asks_for_the_passphrase_before_and_its_new_key_is_under_it_too(tmp_path, stick):
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) as book:
        fill(book)
        export(book, stick)
        before = writer.writer_of(book.workbook).key.public
        writer.protect(book.workbook, PASSPHRASE)
        keyring.forget(writer.key_path(book.workbook))
        copy = book.workbook.backup("测试")
    backups.restore(path, copy)
    with workbooks.open_school(path) as book:
        assert school_keys.own_key(book).standing is school_keys.KeyStanding.LOCKED
        refused("passphrase-needed", lambda: export(book, stick))
        school_keys.unlock(book, PASSPHRASE)
        assert writer.writer_of(book.workbook).replaces.key == before
        assert school_keys.own_key(book).protected
        keyring.forget(writer.key_path(book.workbook))
        assert school_keys.is_locked(book)
        school_keys.unlock(book, PASSPHRASE)
