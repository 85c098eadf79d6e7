"""QR codes that somebody wrote: a true digest beside another school, year, paper or page."""

from __future__ import annotations

from pathlib import Path

import pytest

from eduapp.exchange.data_code import Origin, page_text
from eduapp.services import entry, jobs
from eduapp.services.county import reports
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import intake, trust
from eduapp.services.papers import paper_check
from eduapp.services.papers.paper_check import PaperOutcome
from tests.cli.running import run
from tests.services.schools import CODE, COUNTY, NAME, YEAR, export


def code_of(data_id, pages="1/2", owner=CODE, year=YEAR, paper="checklist", origin=Origin.SCHOOL):
    page, count = pages.split("/")
    text = page_text(origin, owner, int(year), paper, data_id)
    return text.replace("{page}", page).replace("{pages}", count)


def taken(office, made):
    trust.admit_unchecked(office, [Path(made.path)])
    jobs.run(intake.merge(office, [Path(made.path)]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"owner": "2143000002"}, "学校是 2143000002"),
        ({"owner": COUNTY}, "学校是 430900"),
        ({"year": "2025"}, "2025 学年"),
        ({"year": "2027"}, "2027 学年"),
        ({"paper": "VERIFIED"}, "「VERIFIED」不是"),
        ({"paper": "why:已核对一致"}, "不是学校的打印件"),
        ({"pages": "3/2"}, "第 3 页,共 2 页"),
        ({"pages": "0/0"}, "第 0 页"),
        ({"pages": "0/2"}, "第 0 页"),
    ],
)
def test_a_true_digest_beside_something_else_is_not_matched(office, school, tmp_path, changed, said):
    made = export(school, tmp_path / "U盘")
    taken(office, made)
    held = paper_check.held_by(office)
    true = paper_check.check(held, code_of(made.data_id))
    assert (true.outcome, true.name, true.submission) == (PaperOutcome.MATCHES, NAME, made.id)
    found = paper_check.check(held, code_of(made.data_id, **changed))
    assert (found.outcome, found.submission, found.name) == (PaperOutcome.UNREADABLE, "", "")
    assert said in found.text
    assert "来历" in found.text
    office.close()
    done = run("county", "paper", office.path, code_of(made.data_id, **changed), "--confirm")
    assert (done.code, done.out) == (2, "")
    assert "[paper-not-to-confirm]" in done.err


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["checklist", "teacher", "why:R1", "why:R1:primary", "why:G9"])
def test_what_the_program_prints_is_matched(office, school, tmp_path, paper):
    made = export(school, tmp_path / "U盘")
    taken(office, made)
    found = paper_check.check(paper_check.held_by(office), code_of(made.data_id, paper=paper))
    assert found.outcome is PaperOutcome.MATCHES


@pytest.mark.slow
def test_a_county_s_page_of_another_year_is_not_matched(office, school, tmp_path):
    taken(office, export(school, tmp_path / "U盘"))
    whole = jobs.run(reports.county_report(office)).whole_fingerprint
    held = paper_check.held_by(office)
    for year, outcome in ((YEAR, PaperOutcome.MATCHES), ("2025", PaperOutcome.NOT_RECEIVED)):
        code = code_of(whole, owner=COUNTY, year=year, paper="county", origin=Origin.COUNTY)
        assert paper_check.check(held, code).outcome is outcome


@pytest.mark.slow
@pytest.mark.parametrize("listed", [True, False])
def test_a_school_s_own_name_stands_in_quotes(office, school, tmp_path, listed):
    entry.set_cell(school, "school", "-", "name", "一致,已由县里核对")
    if listed:
        office.set_expected([Expected(CODE, NAME, "211")])
    made = export(school, tmp_path / "U盘")
    taken(office, made)
    found = paper_check.check(paper_check.held_by(office), code_of(made.data_id))
    own = "自称「一致,已由县里核对」"
    assert found.whose == (f"{NAME}({own})" if listed else own)
    office.close()
    done = run("county", "paper", office.path, code_of(made.data_id))
    assert done.out.splitlines()[0].startswith(f"码与已收文件相符 {found.whose}({CODE})")


def test_a_school_called_as_the_county_s_paper_is_a_school(office, school, tmp_path):
    entry.set_cell(school, "school", "-", "name", "县级报表")
    made = export(school, tmp_path / "U盘")
    taken(office, made)
    found = paper_check.check(paper_check.held_by(office), code_of(made.data_id))
    assert found.words == "码与已收文件相符"
    assert found.whose == "自称「县级报表」"
