"""The key register: what it says to people, and to stock tools."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange.container import read_container
from eduapp.exchange.submission import inspect
from eduapp.services import intake, jobs, trust, verifying
from tests.services.schools import CODE, change, county, export, make


@pytest.fixture
def made(tmp_path):
    with make(tmp_path) as school:
        change(school, 83)
        return export(school, tmp_path / "U盘")


@pytest.fixture
def book(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        yield book


def test_the_register_is_what_ssh_keygen_reads(book, made, tmp_path):
    trust.admit_unchecked(book, [Path(made.path)])
    (tmp_path / "signers").write_text(trust.signers(book), encoding="utf-8")
    files = read_container(Path(made.path).read_bytes())
    (tmp_path / "sig").write_bytes(files["SHA256SUMS.sig"])
    for who, namespace, good in (
        (CODE, "submission@eduapp", True),
        ("2143000002", "submission@eduapp", False),
        (CODE, "receipt@eduapp", False),
    ):
        line = ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", who, "-n", namespace]
        done = subprocess.run(
            [*line, "-s", tmp_path / "sig"], input=files["SHA256SUMS"], capture_output=True, check=False
        )
        assert (done.returncode == 0) is good, done.stderr


def test_a_held_one_is_admitted_by_its_id(book, made):
    jobs.run(intake.merge(book, [Path(made.path)]))
    (held,) = book.held
    problem = trust.why_held(book, held)
    assert problem.code == "key-not-admitted"
    with pytest.raises(Problem) as raised:
        trust.admit_held(book, held.member.id, "1" * 30)
    assert raised.value.code == "digits-differ"
    assert book.keys == []
    trust.admit_held(book, held.member.id, trust.digits_of(held.public_key))
    assert trust.why_held(book, held) is None
    assert [each.how for each in book.keys] == ["paper"]
    assert len(intake.retry_held(book)) == 1


def test_looking_at_a_file_takes_nothing_in(book, made, tmp_path):
    path = Path(made.path)
    found = verifying.verify(path, book)
    assert (found.intact, found.signer_known, found.id, found.data_id) == (True, False, made.id, made.data_id)
    assert inspect(path.read_bytes()).key.digits in found.text
    trust.admit_unchecked(book, [path])
    assert verifying.verify(path, book).signer_known
    assert not verifying.verify(path, None).signer_known
    assert book.received == {}
    data = path.read_bytes()
    for number in range(0, len(data), max(1, len(data) // 40)):
        bad = bytearray(data)
        bad[number] ^= 4
        (tmp_path / "bad").write_bytes(bad)
        found = verifying.verify(tmp_path / "bad", book)
        assert (found.intact, found.signer_known, found.school) == (False, False, None)
        assert found.problem
        assert found.text
