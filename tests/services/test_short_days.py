"""Days of a file without their year: asked about, and until then kept as they are."""

import openpyxl
import pytest

from db.problems import Problem
from eduapp.services import answers, entry, importing
from tests.services.schools import make


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        yield opened


def expenses(path, *days):
    made = openpyxl.Workbook()
    made.active.append(["日期", "用途", "金额"])
    for at, day in enumerate(days, 1):
        made.active.append([day, "差旅", at])
    made.save(path)
    return path


def days_of(book):
    return [
        entry.show(book, "training_expense", "date", row["date"])
        for row in book.draft.rows["training_expense"].values()
    ]


def test_days_without_a_year_are_asked_about_and_kept_as_they_are(book, tmp_path):
    path = expenses(tmp_path / "a.xlsx", "9月12日", "3月1号", "2026-03-01", "13月1日")
    report = importing.import_list(book, "training_expense", path)
    (question,) = report.questions
    year = book.year
    assert (question.id, question.answers) == (
        "year:A",
        (str(year), str(year - 1), f"{year}学年", f"{year - 1}学年"),
    )
    assert days_of(book) == ["9月12日", "3月1号", "2026-03-01", "13月1日"]


@pytest.mark.parametrize(
    ("said", "september", "march"),
    [
        ("0", "{0}-09-12", "{0}-03-01"),
        ("0学年", "{0}-09-12", "{1}-03-01"),
        ("-1学年", "{-1}-09-12", "{0}-03-01"),
    ],
)
def test_a_year_that_is_said_is_that_of_all_days_of_the_column(book, tmp_path, said, september, march):
    path = expenses(tmp_path / "a.xlsx", "9月12日", "3月1日", "2月30日")
    year = {"0": book.year, "1": book.year + 1, "-1": book.year - 1}
    said = said.replace("-1", str(year["-1"])) if "-1" in said else said.replace("0", str(book.year))
    given = answers.Answers(said={"year:A": said})
    report = importing.import_list(book, "training_expense", path, answers=given)

    def written(text):
        return (
            text.replace("{0}", str(year["0"]))
            .replace("{1}", str(year["1"]))
            .replace("{-1}", str(year["-1"]))
        )

    assert days_of(book) == [written(september), written(march), "2月30日"]
    assert (report.questions, [each.after for each in report.cleaned]) == (
        (),
        [written(september), written(march)],
    )
    again = importing.import_list(book, "training_expense", path, answers=given)
    assert again.rows["unchanged"] == 3


def test_another_answer_does_not_fit(book, tmp_path):
    path = expenses(tmp_path / "a.xlsx", "9月12日")
    with pytest.raises(Problem):
        importing.import_list(
            book, "training_expense", path, answers=answers.Answers(said={"year:A": "去年"})
        )
