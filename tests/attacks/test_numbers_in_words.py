"""Identity and mobile numbers in the county's own words: its name, its list, its reasons. None is written.

What a county says goes into round files, receipts and papers, all in the clear.
"""

from __future__ import annotations

import pytest

from db.problems import Problem
from db.records.catalog import RECORDS
from db.workbook import now
from eduapp.printing import preview
from eduapp.services import jobs
from eduapp.services.county import relisting, reports, signed_log
from eduapp.services.county.books import Expected, open_county
from eduapp.services.hand_off import intake
from eduapp.services.merge import decision_log
from eduapp.services.merge.decisions import LIST, Decision
from eduapp.services.merge.listing import said_of, stated_rows
from eduapp.services.papers import reporting
from tests.cli.running import contents, refused, run
from tests.services.persons import identity, mobile
from tests.services.schools import CODE, COUNTY, YEAR

WIDTHS = tuple(zip("0123456789X", "０１２３４５６７８９Ｘ", strict=True))
WIDE = str.maketrans(dict(WIDTHS))
NUMBERS = (
    identity(),
    f"张三{identity()}小学",
    " ".join(identity()),
    identity().translate(WIDE),
    identity()[:6] + identity()[8:17],
    mobile(1),
    "13,800,138,000",
)


@pytest.fixture
def county(tmp_path):
    path = tmp_path / "县.edubook"
    assert run("county", "new", path, "--code", COUNTY, "--name", "某县", "--year", YEAR).code == 0
    for code, name in ((CODE, "明德小学"), ("2143000002", "二小")):
        done = run("county", "register", path, code, "新设", "--name", name, "--kind", "211")
        assert done.code == 0, done.err
    return path


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS)
def test_the_list_takes_none(county, number):
    before = contents(county)
    acts = (
        (CODE, "更名", "--name", number),
        ("2143000003", "新设", "--name", number, "--kind", "211"),
        (CODE, "更名", "--name", "好名小学", "--document", number),
        (CODE, "更名", "--name", "好名小学", "--reason", f"见{number}"),
        (CODE, "校区", "--into", "2143000002", "--reason", number),
    )
    for act in acts:
        done = run("county", "register", county, *act)
        refused(done, "text-numbered")
        assert number not in done.err
    assert contents(county) == before


@pytest.mark.slow
@pytest.mark.parametrize("number", [identity(), identity().lower(), mobile(3), identity()[:6] + "850312001"])
def test_no_code_is_one(county, tmp_path, number):
    for act in ((CODE, "换码", "--code", number), (number, "新设", "--name", "好名小学")):
        refused(run("county", "register", county, *act), "text-numbered")
    new = ("county", "new", tmp_path / "b.edubook", "--year", YEAR)
    refused(run(*new, "--code", number, "--name", "某县"), "text-numbered")
    refused(run(*new, "--code", COUNTY, "--name", number), "text-numbered")
    assert not (tmp_path / "b.edubook").exists()


@pytest.mark.slow
def test_a_reason_holds_none(county, tmp_path):
    school, stick = tmp_path / "a.edubook", tmp_path / "U盘"
    stick.mkdir()
    new = ("--code", CODE, "--name", "明德小学", "--kind", "211", "--year", YEAR, "--county", COUNTY)
    assert run("school", "new", school, *new).code == 0
    assert run("school", "export", school, stick, "--draft").code == 0
    (file,) = stick.iterdir()
    admitting = ("county", "trust", county, file, "--unchecked")
    done = run(*admitting, "--reason", f"问{mobile(1)}")
    assert done.code == 2
    assert "[text-numbered]" in done.err
    assert run(*admitting, "--reason", "电话核实").code == 0
    assert run("county", "merge", county, file).code == 0
    given = run("verify", file, "--json").json["id"]
    before = contents(county)
    refused(run("county", "revoke", county, CODE, "--good", given, "--reason", identity()), "text-numbered")
    refused(run("county", "close", county, f"见{identity()}"), "text-numbered")
    assert contents(county) == before
    with open_county(county) as book:
        intake.undo(book, [given])
        with pytest.raises(Problem, match="手机号"):
            intake.restore(book, given, mobile(2))
        intake.restore(book, given, "电话核实")


def test_a_name_of_before_is_mended(county):
    """An older list has one in a name: the new name is taken, the old one is not repeated."""
    with open_county(county) as book:
        row = Expected(CODE, identity(), "211")
        said = said_of(book.listing, stated_rows(book.listing, book.code, [row]))
        decided_as_before(book, said)
        assert book.listing.by_code[CODE].name == identity()
        book.set_expected([Expected("2143000003", "三小", "211")], again=True)
        relisting.rename(book, CODE, "明德小学")
        assert book.listing.by_code[CODE].name == "明德小学"
        assert identity() not in book.decisions[-1].reason


def decided_as_before(book, said):
    """Write a list as a program before did, which did not look."""
    decision = Decision(LIST, "", (), "导入", book.decisions[-1].id, now(), said)
    with book.writing() as (door, lines):
        decision_log.write(door, decision, len(book.decisions))
        lines.append(signed_log.decide(decision))
    book.reload()


@pytest.mark.slow
def test_what_is_typed_into_the_countys_records_stands_on_no_paper(county, tmp_path):
    """It is kept, red and found, as at a school; the ledger of 整改 prints the words around it."""
    fields = RECORDS["county_rectification"].fields
    for number in NUMBERS:
        row = (f"{name}=见{number}" for name in fields)
        assert run("county", "add", county, "county_rectification", *row).code == 1
    found = run("county", "check", county, "--json").json["findings"]
    assert len([each for each in found if each["code"] == "personal.number"]) >= len(NUMBERS)
    with open_county(county) as book:
        report = jobs.run(reports.county_report(book))
        pages = (reporting.print_county_rectification(book, report), reporting.print_county(report))
    for pdf in pages:
        with preview.Preview(pdf) as shown:
            text = "".join("".join(shown.text(page) for page in range(shown.pages)).split())
        assert "见" in text or pdf is pages[1]
        for number in NUMBERS:
            plain = "".join(number.translate({ord(wide): narrow for narrow, wide in WIDTHS}).split())
            assert plain not in text
