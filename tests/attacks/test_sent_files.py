"""What a school handed over lies in its workbook: other bytes beside its row are never handed over again."""

from __future__ import annotations

import pytest

from db.problems import Problem
from eduapp.exchange import sealing
from eduapp.exchange.submission import inspect
from eduapp.services import workbooks
from eduapp.services.hand_off import handed_in
from eduapp.services.keys import writer
from tests.attacks.test_intake_attacks import tamper
from tests.cli.running import refused, run
from tests.services.hand_off import believe
from tests.services.schools import CODE, change, export, fill, make

SWAPS = {
    "the one before": "UPDATE sent SET content = (SELECT content FROM sent WHERE seq = 1) WHERE seq = 2",
    "nothing": "UPDATE sent SET content = x'' WHERE seq = 2",
    "a byte less": "UPDATE sent SET content = substr(content, 1, length(content) - 1) WHERE seq = 2",
    "another id": "UPDATE sent SET id = 'x', content = (SELECT content FROM sent ORDER BY seq) WHERE seq = 2",
}


@pytest.fixture(params=["plain", "sealed"])
def handed(request, tmp_path, sealed_county):
    """A school that handed in twice; the path of its workbook, the id of the second, what opens it."""
    with make(tmp_path) as school:
        fill(school)
        if request.param == "sealed":
            with sealed_county.at(tmp_path / "county.edubook") as office:
                believe(school, office)
        export(school, tmp_path / "一")
        change(school, 84)
        made = export(school, tmp_path / "二")
        archives = writer.archives_of(school.workbook) if request.param == "sealed" else ()
    return tmp_path / f"{CODE}.edubook", made.id, archives


def again(path, folder):
    """Export without a change; returns the command's answer and the files that lie there then."""
    folder.mkdir()
    return run("school", "export", path, folder, "--draft"), sorted(folder.iterdir())


@pytest.mark.slow
def test_unchanged_data_give_the_stored_bytes(handed, tmp_path):
    path, made, archives = handed
    done, (file,) = again(path, tmp_path / "再")
    assert (done.code, inspect(file.read_bytes(), archives).id) == (0, made)
    assert file.read_bytes() == next((tmp_path / "二").iterdir()).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("swap", ["the one before", "nothing", "a byte less"])
def test_other_bytes_are_damage_and_nothing_lies_on_the_stick(handed, tmp_path, swap):
    path, _, _ = handed
    tamper(path, (SWAPS[swap], ()))
    done, files = again(path, tmp_path / "再")
    refused(done, "workbook-damaged")
    assert files == []


@pytest.mark.slow
def test_bytes_under_another_id_are_not_handed_over_either(handed, tmp_path):
    path, _, archives = handed
    tamper(path, (SWAPS["another id"], ()))
    done, files = again(path, tmp_path / "再")
    assert done.code in {0, 2}
    for each in files:  # made anew, from what the school says now
        found = inspect(each.read_bytes(), archives)
        assert f"{found.id[:8]}.edusub" in each.name
        assert found.manifest.seq == 3


@pytest.mark.parametrize("handed", ["sealed"], indirect=True)
def test_the_secret_of_the_receipt_is_not_read_out_of_another_file(handed):
    path, made, _ = handed
    tamper(path, (SWAPS["the one before"], ()))
    with workbooks.open_school(path) as school, pytest.raises(Problem) as raised:
        handed_in._secret_of(school, made)
    assert raised.value.code == "workbook-damaged"


@pytest.mark.slow
@pytest.mark.parametrize("handed", ["sealed"], indirect=True)
def test_what_is_sealed_to_nobody_here_is_damage(handed, tmp_path):
    path, _, _ = handed
    other = sealing.seal(b"x", [sealing.new_identity().recipient])
    tamper(path, ("UPDATE sent SET content = ? WHERE seq = 2", (other,)))
    done, files = again(path, tmp_path / "再")
    refused(done, "workbook-damaged")
    assert files == []


@pytest.mark.slow
@pytest.mark.parametrize("handed", ["sealed"], indirect=True)
@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("county", "430901", "county-differs"),
        ("year", "2025", "round-other-year"),
        ("practice", "1", "round-practice"),
    ],
)
def test_a_workbook_of_another_county_or_year_than_its_round_file_hands_nothing_over(
    handed, tmp_path, fact, value, code
):
    path, _, _ = handed
    tamper(path, ("UPDATE meta SET value = ? WHERE name = ?", (value, fact)))
    done, files = again(path, tmp_path / "再")
    refused(done, code)
    assert files == []
