"""The all-county export of the statistics: what it gives before any school reported, and what replaces it."""

from __future__ import annotations

import pytest

from eduapp.services import jobs
from eduapp.services.county import national
from eduapp.services.county.books import open_county
from eduapp.services.county.reports import county_report
from eduapp.services.practice import making as practice
from eduapp.standards.results import Outcome
from tests.services import national_exports as exports


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The practice county merged, once: its workbook, the stick, the report, the lines of an export of it."""
    folder = tmp_path_factory.mktemp("practice")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(folder / "data"))
        path, _ = jobs.run(practice.make(folder, 2026))
        with open_county(path) as book:
            return folder, jobs.run(county_report(book)), exports.lines_of(book)


@pytest.fixture
def county(made, tmp_path):
    with practice.make_county(tmp_path / "县.edubook", 2026) as book:
        yield book


def coefficients(report):
    return [
        (stage.stage, each.code, each.balance.mean, each.balance.coefficient, each.partial.coefficient)
        for stage in report.stages
        for each in stage.indicators
    ] + [stage.composite for stage in report.stages]


@pytest.mark.slow
@pytest.mark.parametrize("shape", [{}, {"shuffled": 7}, {"merged": False, "numbering": False}])
def test_an_export_of_the_practice_county_gives_the_coefficients_of_its_files(made, county, tmp_path, shape):
    _, merged, lines = made
    path = exports.write(tmp_path / "全县.xlsx", lines, **shape)

    found = national.rehearse(county, path)
    assert [each.text for each in found.questions] == []
    assert sum(found.rows.values()) == found.reading.rows_read
    national.take_over(county, found)
    report = jobs.run(county_report(county))

    assert coefficients(report) == coefficients(merged)
    assert (report.reported, len(report.by_export), report.complete) == (0, 12, False)
    judged = {section.outcome for each in report.by_export for section in each.sections}
    assert judged <= {Outcome.UNSETTLED, Outcome.NOT_APPLICABLE, Outcome.INSUFFICIENT}
    assert all(stage.passed == 0 for stage in report.stages)
    assert all(not each.settlement.settled for stage in report.stages for each in stage.indicators)
