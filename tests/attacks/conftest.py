from __future__ import annotations

import hashlib

import pytest

from eduapp.exchange.container import read_container, write_container
from eduapp.exchange.signing import SUBMISSION, WriterKey
from eduapp.exchange.submission import Manifest, build
from eduapp.exchange.text_tables import Table, field_schema
from eduapp.services.keys import county_keys
from tests.services.schools import county, fill, make


@pytest.fixture(scope="session")
def key():
    return WriterKey(bytes(range(32)))


@pytest.fixture(scope="session")
def sealed(key):
    """A small submission as a school makes it: bytes, id."""
    manifest = Manifest(
        app="0.1.0",
        county="430900",
        school="3607310001",
        name="明德小学",
        kind="211",
        year=2026,
        practice=False,
        round="2026",
        writer="0f0e0d0c-0b0a-4908-8706-050403020100",
        seq=1,
        prev=None,
        state="draft",
    )
    fields = (field_schema("id", "string"), field_schema("name", "string"), field_schema("pupils", "integer"))
    table = Table("classes", fields, (("c1", '一(1)班, "火箭"', "45"), ("c2", None, None)))
    return build(manifest, [table], key)


@pytest.fixture(scope="session")
def reseal(key):
    """Change files and make package, list, signature and container fit again, as a hostile insider can."""

    def change(data, changes, *, package=None, signer=key, namespace=SUBMISSION):
        files = dict(read_container(data))
        text = files["datapackage.json"]
        for name, content in changes.items():
            old = files.get(name, b"")
            text = text.replace(
                hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(content).hexdigest().encode()
            ).replace(b'"bytes":%d,' % len(old), b'"bytes":%d,' % len(content))
        before = data_id(files)
        files |= {"datapackage.json": text, **changes}
        files["datapackage.json"] = files["datapackage.json"].replace(before, data_id(files))
        if package is not None:
            files["datapackage.json"] = package(files["datapackage.json"])
        del files["SHA256SUMS"], files["SHA256SUMS.sig"]
        listed = sums(files)
        signature = signer.sign(namespace, listed)
        return write_container({**files, "SHA256SUMS": listed, "SHA256SUMS.sig": signature})

    return change


@pytest.fixture
def school(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        yield book


@pytest.fixture
def office(tmp_path):
    """A county that signs."""
    with county(tmp_path / "county.edubook") as book:
        county_keys.establish(book.workbook, None)
        yield book


def sums(files):
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def data_id(files):
    data = {name: content for name, content in files.items() if name.startswith("data/")}
    return hashlib.sha256(sums(data)).hexdigest().encode()
