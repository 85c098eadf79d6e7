"""The commands of a school's key and its county: exit codes, one JSON object, Problems, nothing half done."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from eduapp.exchange.key_request import read_request
from eduapp.exchange.signing import grouped
from eduapp.exchange.voucher import form_digits
from eduapp.services import workbooks
from eduapp.services.keys import keyring, writer
from tests.cli.running import CODE, contents, refused
from tests.services.round_files import Issuer, registered


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "U盘"
    folder.mkdir()
    return folder


def register(path):
    with workbooks.open_school(path) as opened:
        return registered(opened)


def test_key_writes_the_request_and_says_the_digits(cli, book, stick):
    done = cli("school", "key", book, stick, "--json")
    assert done.code == 0
    (path,) = stick.iterdir()
    read = read_request(path.read_bytes())
    assert done.json == {
        "path": str(path),
        "digits": grouped(form_digits("430900", CODE, read.key)),
        "missing": [],
        "standing": "unregistered",
        "replaces": False,
        "weak_passphrase": False,
    }
    again = cli("school", "key", book, stick)
    assert done.json["digits"] in again.out
    assert read.key.digits not in again.out
    assert "未登记" in again.out
    assert list(stick.iterdir()) == [path]


def test_the_form_is_a_paper_of_print(cli, book, tmp_path):
    digits = cli("school", "key", book, tmp_path, "--json").json["digits"]
    for name in ("a.pdf", "b.pdf"):
        assert cli("school", "print", book, tmp_path / name, "--paper", "registration").code == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    text = subprocess.run(
        [shutil.which("pdftotext") or pytest.skip("no pdftotext"), "-layout", tmp_path / "a.pdf", "-"],
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert all(group in text for group in digits.split())


@pytest.mark.slow
def test_trust_then_round(cli, book, stick, issuer):
    file = issuer.put(stick, 2, standards=["national-2017"])
    refused(cli("school", "round", book, file), "county-not-trusted")
    wrong = Issuer().digits
    refused(cli("school", "trust", book, file, "--digits", wrong), "county-digits-differ")
    refused(cli("school", "trust", book, file, "--digits", "12345"), "digits-unreadable")
    assert issuer.digits not in cli("school", "trust", book, file, "--digits", wrong).err
    done = cli("school", "trust", book, file, "--digits", issuer.digits, "--json")
    assert done.json == {"county": "430900", "name": issuer.name}
    done = cli("school", "round", book, file, "--json")
    assert done.json == {
        "epoch": 1,
        "version": 2,
        "round": "2026",
        "due": "",
        "sealed": False,
        "passphrase": False,
        "standards": ["national-2017"],
        "other_standards": False,
        "standing": "unregistered",
    }
    refused(cli("school", "round", book, issuer.put(stick, 1)), "round-older")


@pytest.mark.slow
def test_export_takes_up_what_lies_in_the_folder(cli, book, stick, issuer):
    issuer.put(stick, 3)
    done = cli("school", "export", book, stick, "--draft")
    assert (done.code, "批次文件" in done.out) == (0, False)  # not believed yet: silent, nothing taken
    cli("school", "trust", book, issuer.put(stick, 3), "--digits", issuer.digits)
    issuer.sealing = True
    issuer.epoch = 2
    issuer.put(stick, 1, keys=[register(book)])
    done = cli("school", "export", book, stick, "--draft")
    assert done.code == 0
    assert "已读取县里的批次文件 第 1 号" in done.out
    newest = max(stick.glob("*.edusub"), key=lambda path: path.stat().st_mtime_ns)
    assert newest.read_bytes().startswith(b"age-encryption.org/v1\n")


@pytest.mark.slow
def test_take_goes_on_from_another_computer(cli, book, stick, tmp_path, monkeypatch):
    other = tmp_path / "电脑2.edubook"
    shutil.copy(book, other)
    with monkeypatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(tmp_path / "密钥2"))
        cli("school", "set", other, "section_total", "primary", "pupils", "77")
        assert cli("school", "export", other, stick, "--draft").code == 0
    (file,) = stick.iterdir()
    refused(cli("school", "take", book, file), "take-unchecked")
    before = contents(book)
    done = cli("school", "take", book, file, "--unchecked", "--dry-run", "--json")
    assert done.code == 0
    assert (done.json["signer"], done.json["rows_new"], done.json["unseen"]) == ("unknown", 0, 0)
    assert [(each["field"], each["there"]) for each in done.json["differences"]] == [("pupils", "77")]
    assert contents(book) == before
    done = cli("school", "take", book, file, "--unchecked")
    assert done.code == 0
    assert "已改动 1 处" in done.out
    with workbooks.open_school(book) as opened:
        assert opened.draft.section("primary")["pupils"] == 77


@pytest.mark.slow
def test_passphrase_from_its_file(cli, book, stick, tmp_path, monkeypatch):
    refused(cli("school", "passphrase", book), "passphrase-file-missing")
    secret = tmp_path / "口令.txt"
    secret.write_text("三个橙子一辆车 2026\n", encoding="utf-8")
    monkeypatch.setenv(keyring.PASSPHRASE_FILE, str(secret))
    assert "口令已设好" in cli("school", "passphrase", book).out
    with workbooks.open_school(book) as opened:
        path = writer.key_path(opened.workbook)
    assert keyring.is_protected(path)
    keyring.forget(path)
    assert cli("school", "export", book, stick, "--draft").code == 0
    keyring.forget(path)
    monkeypatch.delenv(keyring.PASSPHRASE_FILE)
    refused(cli("school", "key", book, stick), "passphrase-needed")
    monkeypatch.setenv(keyring.PASSPHRASE_FILE, str(tmp_path / "没有.txt"))
    refused(cli("school", "key", book, stick), "passphrase-file-unreadable")
    secret.write_text("另一个口令另一个", encoding="utf-8")
    monkeypatch.setenv(keyring.PASSPHRASE_FILE, str(secret))
    refused(cli("school", "passphrase", book), "passphrase-wrong")
