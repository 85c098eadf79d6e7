"""The county's commands, `verify` and `records`: exit codes, one JSON object, Problems, nothing written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT
from tests.cli.running import CODE, contents, refused

# --- county ---


@pytest.mark.slow
def test_trust_by_paper(cli, county, file):
    digits = re.search(r"(\d{5}( \d{5}){5})", cli("verify", file).out)[1]
    wrong = ("0" if digits[0] != "0" else "1") + digits[1:]
    refused(cli("county", "trust", county, file, "--digits", wrong), "digits-differ")
    refused(cli("county", "trust", county, file, "--digits", "12345"), "digits-unreadable")
    refused(cli("county", "trust", county, file, file, "--digits", digits), "digits-needed")
    refused(cli("county", "trust", county, file.with_name("x"), "--digits", digits), "folder-missing")
    assert cli("county", "merge", county, file, "--json").json["held"] == 1
    done = cli("county", "trust", county, file, "--digits", digits.replace(" ", "-"))
    assert done.code == 0
    assert "接收" in done.out
    found = cli("county", "check", county, "--json").json
    assert (found["reported"], found["unchecked_keys"]) == (1, 0)


@pytest.mark.slow
def test_trust_of_many_files_admits_the_good_ones_and_names_the_others(cli, county, file):
    bad, gone = file.with_name("坏.edusub"), file.with_name("没有.edusub")
    bad.write_bytes(file.read_bytes()[:-1])
    refused(cli("county", "trust", county, bad, gone, "--unchecked"), "damaged")
    done = cli("county", "trust", county, bad, file, gone, "--unchecked")
    assert done.code == 1
    assert "明德小学" in done.out
    assert [line.split(":")[0] for line in done.err.splitlines()] == [str(bad), str(gone)]
    assert "[damaged]" in done.err
    assert "[folder-missing]" in done.err
    assert cli("county", "merge", county, file, "--json").json["accepted"] == 1


@pytest.mark.slow
def test_merge_tells_each_file_and_the_sum(cli, county, file, tmp_path):
    (tmp_path / "U盘" / "读我.txt").write_text("x", encoding="utf-8")
    (tmp_path / "U盘" / "坏.edusub").write_text("x", encoding="utf-8")
    done = cli("county", "merge", county, tmp_path / "U盘", "--json")
    assert done.code == 1
    assert list(done.json)[:7] == ["read", "accepted", "older", "unchanged", "conflict", "held", "refused"]
    assert {"files", "others", "fingerprint"} <= set(done.json)
    outcomes = {
        Path(each["path"]).name: (each["outcome"], each["code"], each["school"])
        for each in done.json["files"]
    }
    assert outcomes == {
        file.name: ("held", "key-not-admitted", CODE),
        "坏.edusub": ("refused", "damaged", None),
    }
    assert [Path(each).name for each in done.json["others"]] == ["读我.txt"]
    assert (done.json["read"], done.json["held"], done.json["refused"]) == (2, 1, 1)
    assert re.fullmatch(r"\d{5}( \d{5}){5}", done.json["fingerprint"])


@pytest.mark.slow
def test_merge_of_a_folder_that_is_not_there(cli, county, file, tmp_path):
    before = contents(county)
    refused(cli("county", "merge", county, file, tmp_path / "nicht", "--json"), "path-missing")
    assert contents(county) == before


@pytest.mark.slow
def test_undo_takes_all_or_nothing(cli, county, file):
    cli("county", "trust", county, file, "--unchecked")
    empty = cli("county", "check", county, "--json").json
    merged = cli("county", "merge", county, file, "--json").json
    name = merged["files"][0]["id"]
    before = contents(county)
    for bad in (["abcdefgh"], [name, "abcdefgh"], [name[:7]], [""]):
        refused(cli("county", "undo", county, *bad), "submission-unknown")
        assert contents(county) == before
    assert cli("county", "undo", county, name[:8], name).code == 0
    found = cli("county", "check", county, "--json").json
    assert found["schools"] == empty["schools"] == []
    assert found["stages"] == empty["stages"]
    again = cli("county", "merge", county, file, "--json").json
    assert (again["unchanged"], again["files"][0]["code"]) == (1, "withdrawn")


@pytest.mark.slow
def test_reports_of_a_county(cli, county, tmp_path):
    for name, head in (("a.pdf", b"%PDF"), ("a.xlsx", b"PK"), ("b.PDF", b"%PDF")):
        done = cli("county", "report", county, tmp_path / name)
        assert (done.code, done.err) == (0, "")
        assert (tmp_path / name).read_bytes().startswith(head)
    refused(cli("county", "report", county, tmp_path / "a.doc"), "report-ending")
    refused(cli("county", "report", county, tmp_path / "nicht" / "a.pdf"), "folder-missing")
    assert not (tmp_path / "a.doc").exists()


# --- verify ---


@pytest.mark.slow
def test_the_three_answers_of_verify(cli, county, file, tmp_path):
    alone = cli("verify", file, "--json")
    assert alone.code == 1
    assert (alone.json["intact"], alone.json["signer"], alone.json["school"]) == (True, "unknown", CODE)
    assert (alone.json["year"], alone.json["state"], alone.json["problem"]) == (2026, "draft", None)
    assert "内容完整,签名人未核验" in cli("verify", file).out
    assert cli("verify", file, "--workbook", county).code == 1
    cli("county", "trust", county, file, "--unchecked")
    known = cli("verify", file, "--workbook", county, "--json")
    assert (known.code, known.json["signer"]) == (0, "known")
    assert known.json["id"] == alone.json["id"]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "bad.edusub").write_bytes(data)
    for path in (tmp_path / "bad.edusub", tmp_path / "missing.edusub", county):
        done = cli("verify", path, "--workbook", county)
        assert (done.code, done.out) == (2, "")
        assert re.search(r"\[[a-z-]+\]", done.err)
        told = cli("verify", path, "--workbook", county, "--json")
        found = json.loads(told.out)
        assert (told.code, found["intact"], found["signer"]) == (2, False, "unknown")
        assert found["problem"]


def test_verify_against_a_workbook_that_is_no_countys(cli, book, file):
    refused(cli("verify", file, "--workbook", book), "not-a-county-workbook")
    refused(cli("verify", file, "--workbook", book.with_name("x"), "--json"), "workbook-missing")


# --- records, and the program as a process ---


@pytest.mark.slow
def test_records_name_what_set_takes(cli, book):
    found = cli("records", "--json").json["records"]
    assert {"school", "section_total", "school_class", "teacher", "homework"} <= {
        each["name"] for each in found
    }
    for record in found:
        for field in record["fields"]:
            assert set(field) >= {"name", "label", "unit", "kind", "limits"}
            assert field["label"]
    one = cli("records", "room", "--json").json["records"]
    assert [each["name"] for each in one] == ["room"]
    assert "school_class" in cli("records").out
    for record in found:
        if record["rows"] == "one":
            for field in record["fields"]:
                assert cli("school", "set", book, record["name"], "-", field["name"], "").code == 0


@pytest.mark.slow
def test_as_a_process_it_speaks_utf8_and_json_alone(process, book):
    done = process("school", "check", book, "--json", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    assert json.loads(done.stdout)["school"]["name"] == "明德小学"
    assert done.stderr == ""
    wrong = process("school", "check", book, "--standard", "nix", LC_ALL="C")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "没有名为「nix」的评估标准" in wrong.stderr


@pytest.mark.slow
def test_no_qt_and_no_paper_are_loaded_for_a_check(book):
    program = (
        "import sys; from eduapp.cli import main; main(['school', 'check', sys.argv[1]]);"
        "heavy = [name for name in ('PySide6', 'reportlab', 'openpyxl') if name in sys.modules];"
        "print(heavy, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(book)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]\n"
