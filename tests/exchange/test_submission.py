from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.problems import Problem
from eduapp.exchange.container import read_container
from eduapp.exchange.signing import PublicKey, WriterKey, allowed_signers
from eduapp.exchange.submission import build, file_name, inspect, open_verified
from eduapp.exchange.text_tables import Table, cell_reader, field_schema

shared_fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def admit(manifest, key):
    """Let every key pass."""


def test_what_is_built_is_opened(submission, manifest, tables, key):
    opened = open_verified(submission.data, admit)
    assert opened.manifest == submission.manifest == replace(manifest, data_id=submission.data_id)
    assert opened.key == key.public
    assert (opened.id, opened.data_id) == (submission.id, submission.data_id)
    expected = tuple(replace(table, rows=tuple(sorted(table.rows))) for table in tables)
    assert opened.tables == expected
    about = inspect(submission.data)
    assert (about.manifest, about.key, about.id, about.data_id) == (
        opened.manifest,
        key.public,
        submission.id,
        submission.data_id,
    )


def test_equal_content_gives_equal_bytes(submission, manifest, tables, key):
    turned = tuple(replace(table, rows=table.rows[::-1]) for table in tables[::-1])
    assert build(manifest, turned, key).data == submission.data


def test_ids_follow_the_content(submission, manifest, tables, key):
    other_text = build(replace(manifest, seq=3), tables, key)
    assert other_text.id != submission.id
    assert other_text.data_id == submission.data_id
    fewer = build(manifest, tables[:1], key)
    assert fewer.data_id != submission.data_id
    other_key = build(manifest, tables, WriterKey.generate())
    assert other_key.id == submission.id


def test_the_ids_can_be_computed_with_stock_tools(submission):
    listed = read_container(submission.data)["SHA256SUMS"]
    assert hashlib.sha256(listed).hexdigest() == submission.id
    data = b"".join(line for line in listed.splitlines(keepends=True) if b"  data/" in line)
    assert hashlib.sha256(data).hexdigest() == submission.data_id


def test_a_submission_without_tables(manifest, key):
    assert open_verified(build(manifest, [], key).data, admit).tables == ()


def test_members_and_columns_of_a_newer_program_are_carried(manifest, tables, key):
    newer = replace(manifest, extra={"weather": {"sun": [1, None]}})
    field = {"name": "shape", "type": "geopoint", "title": "形状", "categories": ["x"]}
    table = Table("halls", (field_schema("id", "string"), field), (("h1", "anything 1,2"),))
    opened = open_verified(build(newer, [*tables, table], key).data, admit)
    assert opened.manifest.extra == {"weather": {"sun": [1, None]}}
    assert next(item for item in opened.tables if item.name == "halls") == table


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"min_reader": 2}, "reader-too-old"),
        ({"format": 2}, "manifest-invalid"),
        ({"school": "36/1"}, "manifest-invalid"),
        ({"school": ""}, "manifest-invalid"),
        ({"name": ""}, "manifest-invalid"),
        ({"state": "done"}, "manifest-invalid"),
        ({"seq": 0}, "manifest-invalid"),
        ({"seq": True}, "manifest-invalid"),
        ({"seq": "1"}, "manifest-invalid"),
        ({"prev": "x"}, "manifest-invalid"),
        ({"practice": 0}, "manifest-invalid"),
        ({"year": 20260}, "manifest-invalid"),
        ({"writer": "../x"}, "manifest-invalid"),
        ({"seen": {"w": 1}}, "manifest-invalid"),
        ({"seen": {"0" * 32: -1}}, "manifest-invalid"),
        ({"sections": {"classes": "half"}}, "manifest-invalid"),
        ({"sections": {"classes": None}}, "manifest-invalid"),
        ({"round_file": 0}, "manifest-invalid"),
        ({"verdicts": ({"value": 4},)}, "manifest-invalid"),
        ({"reasons": {"f": None}}, "manifest-invalid"),
    ],
)
def test_a_wrong_manifest_is_named_already_when_building(manifest, tables, key, change, code):
    with pytest.raises(Problem) as caught:
        build(replace(manifest, **change), tables, key)
    assert caught.value.code == code
    assert code == "reader-too-old" or next(iter(change)) in caught.value.text


@pytest.mark.parametrize(
    ("kind", "scale", "good", "bad"),
    [
        (
            "integer",
            None,
            ["0", "7", "-7", str(2**63 - 1), str(-(2**63))],
            ["-0", "07", "+1", "1.0", "1e3", "1_000"],
        ),
        ("integer", None, [], ["١٢", "１２", str(2**63), "9" * 5000, " 1", "约500", "NaN", "0x1"]),
        (
            "number",
            2,
            ["0.00", "12.50", "-0.01", "999999999999.99"],
            ["12.5", "12", "-0.00", ".50", "1e2", "NaN"],
        ),
        ("number", 0, ["0", "12"], ["12.0", "-0", "Infinity", "１"]),
        ("number", None, ["0", "1.5", "1.123456789"], ["1.1234567890", "1e400", "01", "1."]),
        ("boolean", None, ["0", "1"], ["true", "是", "2", "１"]),
        (
            "date",
            None,
            ["2024-02-29"],
            ["2023-02-29", "2024-2-9", "20240229", "2024-W01-1", "0000-01-01", "２024-01-01"],
        ),
        (
            "datetime",
            None,
            ["2026-09-01T08:00:00"],
            ["2026-09-01", "2026-09-01T25:00:00", "2026-09-01 08:00:00"],
        ),
        ("yearmonth", None, ["2015-12"], ["2015-13", "2015-1", "2015"]),
        ("year", None, ["2026"], ["26", "２０２６"]),
        ("string", None, ["约500", "=1+1"], []),
    ],
)
def test_cells_are_matched_before_they_are_converted(manifest, key, kind, scale, good, bad):
    field = field_schema("x", kind, "面积", scale=scale)

    def table(cells):
        rows = tuple((f"r{n:03d}", cell) for n, cell in enumerate(cells))
        return Table("rooms", (field_schema("id", "string"), field), rows, title="用房")

    assert open_verified(build(manifest, [table([*good, None])], key).data, admit)
    for cell in bad:
        with pytest.raises(Problem) as caught:
            build(manifest, [table([cell])], key)
        assert caught.value.code == "column-type"
        assert "「用房」第 1 行「面积」" in caught.value.text
    assert (cell_reader(field) is None) == (kind == "string")


def test_a_cell_that_cannot_be_carried_is_named_in_the_words_of_the_screen(manifest, tables, key):
    table = replace(tables[0], rows=(("c1", "一班\n", None, None, None, None),))
    with pytest.raises(Problem) as caught:
        build(manifest, [table], key)
    assert caught.value.code == "text-not-allowed"
    assert "「班级」第 1 行「班名」" in caught.value.text


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Classes"},
        {"rows": (("c1",),)},
        {"rows": ((None,) * 6,)},
        {"rows": (("c1", None, None, None, None, None),) * 2},
        {"primary_key": "nothing"},
        {"fields": (field_schema("id", "string"),) * 6},
    ],
)
def test_tables_that_no_submission_can_hold_are_a_bug_of_the_caller(manifest, tables, key, change):
    with pytest.raises(ValueError):  # noqa: PT011 - what is asked is that it is no Problem
        build(manifest, [replace(tables[0], **change)], key)


# ---- stock tools ----


def tool(*command, cwd, **options):
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, **options)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def unpacked(submission, tmp_path) -> Path:
    if shutil.which("unzip") is None:
        pytest.skip("no unzip")
    (tmp_path / "x.edusub").write_bytes(submission.data)
    tool("unzip", "-q", "-d", "x", "x.edusub", cwd=tmp_path)
    return tmp_path / "x"


def test_stock_tools_open_and_verify_it(unpacked, key, submission):
    assert b"OK" in tool("sha256sum", "--strict", "-c", "SHA256SUMS", cwd=unpacked)
    (unpacked / "allowed").write_text(allowed_signers([("3607310001", key.public)]))
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "3607310001"]
    command += ["-n", "submission@eduapp", "-s", "SHA256SUMS.sig"]
    tool(*command, cwd=unpacked, input=(unpacked / "SHA256SUMS").read_bytes())
    assert hashlib.sha256((unpacked / "SHA256SUMS").read_bytes()).hexdigest() == submission.id


@pytest.mark.slow
def test_frictionless_finds_it_valid_and_finds_a_wrong_cell(unpacked):
    frictionless = Path(sys.executable).with_name("frictionless")
    if not frictionless.exists():
        pytest.skip("no frictionless")
    report = json.loads(tool(frictionless, "validate", "--json", "datapackage.json", cwd=unpacked))
    assert report["valid"]
    assert report["stats"] == {**report["stats"], "tasks": 2, "errors": 0, "warnings": 0}
    path = unpacked / "data/classes.csv"
    path.write_bytes(path.read_bytes().replace(b",45,", b",4x,"))
    done = subprocess.run(
        [frictionless, "validate", "datapackage.json"], cwd=unpacked, check=False, capture_output=True
    )
    assert done.returncode == 1


def test_sealed_by_hand_with_stock_tools_alone_is_accepted(unpacked, ssh_key, submission):
    """Another program's writer: sha256sum, ssh-keygen and the standard library's zipfile."""
    (unpacked / "SHA256SUMS").unlink()
    (unpacked / "SHA256SUMS.sig").unlink()
    names = ["data/classes.csv", "data/teachers.csv", "datapackage.json"]
    (unpacked / "SHA256SUMS").write_bytes(tool("sha256sum", *names, cwd=unpacked))
    tool(
        "ssh-keygen", "-q", "-Y", "sign", "-n", "submission@eduapp", "-f", ssh_key, "SHA256SUMS", cwd=unpacked
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ["SHA256SUMS.sig", "SHA256SUMS", "datapackage.json", *names[:2]]:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, (unpacked / name).read_bytes())
    opened = open_verified(out.getvalue(), admit)
    assert opened.id == submission.id
    assert opened.key == PublicKey.from_line(Path(f"{ssh_key}.pub").read_text("ascii"))
    assert len(opened.tables) == 2


# ---- file names ----


def test_the_name_for_people(submission):
    name = file_name(submission.manifest, submission.id)
    assert name == f"3607310001_明德小学_2026_final_0002_{submission.id[:8]}.edusub"


@shared_fixtures
@given(name=st.text(min_size=1, max_size=200), code=st.from_regex(r"\A[0-9A-Za-z_-]{1,40}\Z"))
def test_every_name_is_legal_on_a_stick(manifest, name, code):
    result = file_name(replace(manifest, name=name, school=code, seq=10**9), "0" * 64)
    stem = result.removesuffix(".edusub")
    assert stem != result
    assert len(stem) <= 80
    assert len(result.encode()) + len("-999.part") <= 255
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u202a-\u202e\u200b]', result)
    assert unicodedata.is_normalized("NFC", result)
    assert result.startswith(f"{code}_")
    assert stem.endswith("_final_1000000000_00000000")
    reserved = {
        "CON",
        "PRN",
        "AUX",
        "NUL",
        *(f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³"),
    }
    assert result.split(".", maxsplit=1)[0].strip().upper() not in reserved


@pytest.mark.parametrize(
    "name", ["CON", "..", "a/b\\c", " x. ", "\u202eexe.txt", "明德小学" * 40, "𠮷" * 200]
)
def test_awkward_names(manifest, submission, name):
    result = file_name(replace(manifest, name=name, school="NUL"), submission.id)
    assert result.startswith("NUL_")
    assert result.endswith(f"_2026_final_0002_{submission.id[:8]}.edusub")
