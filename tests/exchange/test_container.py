from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.problems import Problem
from eduapp.exchange.container import MAX_SMALL_BYTES, looks_like_container, read_container, write_container

FILES = {
    "data/b.csv": b"id\n",
    "data/a_x.csv": b"id\n1\n",
    "datapackage.json": b"{}\n",
    "SHA256SUMS": b"list",
    "SHA256SUMS.sig": b"sig",
}
ORDER = ["SHA256SUMS.sig", "SHA256SUMS", "datapackage.json", "data/a_x.csv", "data/b.csv"]


def zipped(entries, *, method=zipfile.ZIP_STORED, attributes=0o100644 << 16, date=(1980, 1, 1, 0, 0, 0)):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, date)
            info.create_system, info.external_attr, info.compress_type = 3, attributes, method
            archive.writestr(info, data)
    return out.getvalue()


def test_the_bytes_are_those_of_the_standard_library():
    assert write_container(FILES) == zipped([(name, FILES[name]) for name in ORDER])


@given(st.dictionaries(st.from_regex(r"\Adata/[a-z_]{1,9}\.csv\Z"), st.binary(max_size=50), max_size=6))
def test_entries_come_back(data):
    files = {**FILES, **data}
    packed = write_container(files)
    back = read_container(packed)
    assert back == files
    assert write_container(back) == packed
    assert looks_like_container(packed[:100])


def refused(data, code="damaged"):
    with pytest.raises(Problem) as caught:
        read_container(data)
    assert caught.value.code == code
    assert caught.value.text


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_every_other_archive_of_the_same_files_is_refused():
    entries = [(name, FILES[name]) for name in ORDER]
    read_container(zipped(entries))
    refused(zipped(entries, method=zipfile.ZIP_DEFLATED))
    refused(zipped(entries, method=zipfile.ZIP_LZMA))
    refused(zipped(entries, attributes=0o120777 << 16))  # a symlink
    refused(zipped(entries, date=(2026, 9, 1, 0, 0, 0)))
    refused(zipped(entries[::-1]))
    refused(zipped(entries[1:]))
    refused(zipped(entries[:2]))
    refused(zipped([*entries, entries[-1]]))
    refused(zipped([*entries, ("data/b.csv", b"other")]))
    good = zipped(entries)
    refused(good + b"\0")
    refused(b"MZ" + good)
    refused(good[:-22] + b"junk" + good[-22:])
    refused(good[:-2] + struct.pack("<H", 4) + b"note")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv",
        "data/../../x.csv",
        "/etc/passwd",
        "C:\\x.csv",
        "data\\a.csv",
        "data/A.csv",
        "data/a.csv/",
        "data/a.csv\n",
        "data/.csv",
        "data/sub/a.csv",
        "data/表.csv",
        "readme.txt",
        "autorun.inf",
        "sha256sums",
        "data/" + "a" * 61 + ".csv",
    ],
)
def test_names_outside_the_list_are_refused(name):
    entries = [(known, FILES[known]) for known in ORDER]
    refused(zipped([*entries, (name, b"x")]))
    with pytest.raises(ValueError, match="not allowed"):
        write_container({**FILES, name: b"x"})


def test_limits():
    small = {**FILES, "SHA256SUMS": b"x" * (MAX_SMALL_BYTES + 1)}
    with pytest.raises(Problem) as caught:
        write_container(small)
    assert caught.value.code == "too-large"
    refused(zipped([(name, small[name]) for name in ORDER]), "too-large")
    letters = "abcdefghijklmnopqrstuvwxyz"
    many = {**FILES, **{f"data/{a}{b}.csv": b"" for a in letters for b in "xyz"}}
    with pytest.raises(Problem) as caught:
        write_container(many)
    assert caught.value.code == "too-large"
    refused(
        zipped([*((name, FILES[name]) for name in ORDER), *((n, b"") for n in many if n not in FILES)]),
        "too-large",
    )
    refused(bytes(64 * 1024 * 1024 + 1), "too-large")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_problem_and_nothing_else(data):
    refused(data)
    refused(b"PK\x03\x04" + data)


def test_zip64_sizes_that_point_outside_are_damaged():
    good = bytearray(write_container(FILES))
    good[18:26] = b"\xff" * 8
    refused(bytes(good))
