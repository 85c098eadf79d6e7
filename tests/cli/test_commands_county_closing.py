"""`county close`, `county revisions`, `county report --revision`: closed lists from the command line."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from tests.cli.running import CODE, contents, refused


@pytest.fixture
def merged(cli, county, file):
    """A county that trusts the school by paper and has its draft."""
    digits = re.search(r"(\d{5}( \d{5}){5})", cli("verify", file).out)[1]
    assert cli("county", "trust", county, file, "--digits", digits).code == 0
    assert cli("county", "merge", county, file).code == 0
    return county


def prints(text):
    return re.search(r"合并指纹 (\d{5}(?: \d{5}){5})", text)[1]


@pytest.mark.slow
def test_a_round_is_closed_and_printed_again(cli, merged, book, file, tmp_path):
    assert "还没有结束过" in cli("county", "revisions", merged).out
    done = cli("county", "close", merged, "首次汇总")
    assert done.code == 0
    frozen = prints(done.out)
    refused(cli("county", "close", merged, "再来"), "close-unchanged")

    assert cli("school", "set", book, "section_total", "primary", "pupils", "700").code == 0
    assert cli("school", "export", book, tmp_path / "U盘", "--draft").code == 0
    (later,) = set((tmp_path / "U盘").iterdir()) - {file}
    assert cli("county", "merge", merged, later).code == 0

    pdf = tmp_path / "第一次.pdf"
    done = cli("county", "report", merged, pdf, "--revision", "1")
    assert (done.code, prints(done.out)) == (0, frozen)
    document = pypdfium2.PdfDocument(pdf.read_bytes())
    page = document[0].get_textpage().get_text_bounded()
    document.close()
    assert frozen in page
    assert "第 1 次结束时的名单" in page
    refused(cli("county", "report", merged, pdf, "--revision", "2"), "revision-unknown")

    (one,) = cli("county", "revisions", merged, "--json").json["revisions"]
    assert (one["number"], one["fingerprint"], one["reason"]) == (1, frozen, "首次汇总")
    assert len(one["ids"]) == 1
    found = cli("county", "revisions", merged, "1", "--json").json
    assert (found["revision"], found["then"]) == (1, frozen)
    assert [(each["school"], each["what"]) for each in found["schools"]] == [(CODE, "更正")]
    assert found["indicators"]
    assert all(each["then"] != each["now"] for each in found["indicators"])
    lines = cli("county", "revisions", merged, "1").out
    assert f"更正  明德小学({CODE})" in lines
    assert " → " in lines


@pytest.mark.slow
def test_closing_is_refused_with_words_and_writes_nothing(cli, county, file):
    refused(cli("county", "close", county, "汇总"), "close-nothing")
    assert cli("county", "trust", county, file, "--unchecked").code == 0
    assert cli("county", "merge", county, file).code == 0
    before = contents(county)
    refused(cli("county", "close", county, "汇总"), "close-unchecked")
    refused(cli("county", "close", county, " "), "reason-missing")
    refused(cli("county", "revisions", county, "1"), "revision-unknown")
    assert contents(county) == before
