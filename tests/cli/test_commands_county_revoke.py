"""`county revoke`: from after the last good submission a key speaks no more, and passes nothing on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import CODE, refused
from tests.services.intakes import forged
from tests.services.schools import make


@pytest.fixture
def taken(cli, county, file):
    """A county with one file of the school, by a key that nobody checked."""
    assert cli("county", "trust", county, file, "--unchecked").code == 0
    done = cli("county", "merge", county, file, "--json")
    return done.json["files"][0]["id"]


@pytest.mark.slow
def test_what_a_revoked_key_signs_later_is_refused_by_its_code(cli, county, book, taken, tmp_path):
    assert cli("school", "set", book, "section_total", "primary", "pupils", "999").code == 0
    (tmp_path / "U盘2").mkdir()
    later = cli("school", "export", book, tmp_path / "U盘2", "--draft", "--json").json["path"]
    assert cli("county", "merge", county, later, "--json").json["accepted"] == 1
    done = cli("county", "revoke", county, CODE, "--good", taken[:8], "--reason", "电脑被盗")
    assert (done.code, "已停用" in done.out) == (0, True)
    (told,) = cli("county", "merge", county, later, "--json").json["files"]
    assert (told["outcome"], told["code"]) == ("refused", "key-revoked")
    (school,) = cli("county", "check", county, "--json").json["schools"]
    assert school["code"] == CODE  # the good one stands again


@pytest.mark.slow
def test_a_revoked_key_vouches_for_none(cli, county, taken, tmp_path):
    from eduapp.exchange.signing import WriterKey
    from eduapp.exchange.voucher import vouch
    from eduapp.services.keys import writer
    from eduapp.services.workbooks import open_school

    with open_school(tmp_path / "明德.edubook") as school:
        old, new = writer.writer_of(school.workbook).key, WriterKey.generate()
    assert cli("county", "revoke", county, CODE, "--good", taken, "--reason", "电脑被盗").code == 0
    with make(tmp_path) as school:
        voucher = vouch(old, "430900", CODE, "1f0e0d0c-0b0a-4908", new.public)
        made = forged(school, key=new, writer="1f0e0d0c-0b0a-4908", replaces=voucher)
    path = Path(tmp_path / "x.edusub")
    path.write_bytes(made.data)
    (told,) = cli("county", "merge", county, path, "--json").json["files"]
    assert (told["outcome"], told["code"]) == ("held", "key-not-admitted")


@pytest.mark.slow
@pytest.mark.parametrize(("good", "reason", "code"), [
    ("1234567", "x", "submission-unknown"),
    ("f" * 64, "x", "submission-unknown"),
    ("", "x", "submission-unknown"),
    (None, " ", "reason-missing"),
])  # fmt: skip
def test_what_names_no_submission_or_no_reason_revokes_nothing(cli, county, taken, good, reason, code):
    refused(cli("county", "revoke", county, CODE, "--good", taken if good is None else good,
                "--reason", reason), code)  # fmt: skip


def test_another_schools_submission_names_no_key(cli, county, taken):
    refused(cli("county", "revoke", county, "2143000002", "--good", taken, "--reason", "x"),
            "submission-unknown")  # fmt: skip
