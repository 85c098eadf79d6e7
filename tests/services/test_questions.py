"""Questions on cells: asked, answered by another value, closed; nothing personal in them."""

from __future__ import annotations

import pytest

from db.problems import Problem
from db.records.personal_numbers import KEPT_HOME
from eduapp.exchange import sealing
from eduapp.services import entry
from eduapp.services.county.books import CountyBook, open_county
from eduapp.services.hand_off import intake, questions
from eduapp.services.hand_off.questions import QuestionState
from tests.services.hand_off import believe
from tests.services.receiving import asked, handed
from tests.services.schools import CODE, export, fill, make

PUPILS = ("section_total", "primary", "pupils")


def code_of(told):
    return told.value.code


def state_of(office, question):
    (found,) = [each for each in questions.placed(office) if each.question.id == question.id]
    return found.state


@pytest.mark.slow
def test_a_question_stands_until_the_cell_says_something_else(book, school, stick):
    made = handed(book, school, stick)
    question = questions.ask(book, CODE, made.id, PUPILS, " 请核实\u200b人数 ")
    assert (question.text, question.base, question.submission) == ("请核实人数", "83", made.id)
    assert questions.open_questions(book) == {CODE: (question,)}
    (found,) = questions.placed(book)
    assert (found.state, found.label, found.row, found.stated) == (
        QuestionState.OPEN,
        "分学段合计 · 学生人数(人)",
        "小学",
        "83",
    )
    entry.set_cell(school, "section_total", "primary", "teachers", "9")
    handed(book, school, stick)
    assert state_of(book, question) is QuestionState.OPEN, "another cell is no answer"
    handed(book, school, stick, 84)
    assert questions.open_questions(book) == {}
    assert state_of(book, question) is QuestionState.ANSWERED


@pytest.mark.slow
def test_an_answer_that_is_taken_out_is_no_answer_any_more(book, school, stick):
    made = handed(book, school, stick)
    question = questions.ask(book, CODE, made.id, PUPILS, "请核实")
    second = handed(book, school, stick, 84)
    intake.undo(book, [second.id])
    assert state_of(book, question) is QuestionState.OPEN
    intake.restore(book, second.id)
    assert state_of(book, question) is QuestionState.ANSWERED


@pytest.mark.slow
def test_a_deleted_row_is_an_answer(book, school, stick):
    made = handed(book, school, stick)
    room = next(iter(school.draft.rows["room"]))
    question = questions.ask(book, CODE, made.id, ("room", room, "area"), "这间是否已拆除")
    entry.delete_rows(school, "room", [room])
    handed(book, school, stick)
    assert state_of(book, question) is QuestionState.ANSWERED


@pytest.mark.slow
def test_text_that_could_not_be_read_can_be_asked_about(book, school, stick):
    entry.set_cell(school, "section_total", "primary", "pupils", "约83")
    made = handed(book, school, stick)
    question = questions.ask(book, CODE, made.id, PUPILS, "请填整数")
    assert question.base == KEPT_HOME, "unread text stays at the school in a plain file"
    handed(book, school, stick, 83)
    assert state_of(book, question) is QuestionState.ANSWERED


def test_closing_ends_a_question_once(book, school, stick):
    made = handed(book, school, stick)
    question = questions.ask(book, CODE, made.id, PUPILS, "请核实")
    questions.close(book, question.id)
    assert questions.open_questions(book) == {}
    assert state_of(book, question) is QuestionState.CLOSED
    with pytest.raises(Problem) as told:
        questions.close(book, question.id)
    assert code_of(told) == "question-unknown"


def test_the_same_question_twice_is_one(book, school, stick):
    made = handed(book, school, stick)
    first = questions.ask(book, CODE, made.id, PUPILS, "请核实")
    assert questions.ask(book, CODE, made.id, PUPILS, "请核实") == first
    assert len(asked(book)) == 1
    questions.close(book, first.id)
    assert questions.ask(book, CODE, made.id, PUPILS, "请核实").id != first.id


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \u200b ", "question-empty"),
        ("问" * 301, "question-too-long"),
        ("电话 138 0013 8000 打不通", "question-personal"),
        ("证件号 110101199003074514 有误", "question-personal"),
        ("证件号 11010119900307451X 有误", "question-personal"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(book, school, stick, text, code):
    made = handed(book, school, stick)
    with pytest.raises(Problem) as told:
        questions.ask(book, CODE, made.id, PUPILS, text)
    assert code_of(told) == code
    assert asked(book) == []


@pytest.mark.slow
def test_a_place_that_is_not_there_is_refused(book, school, stick):
    made = handed(book, school, stick)
    for place in (("nothing", "-", "x"), ("room", "nowhere", "area"), ("school", "-", "nothing")):
        with pytest.raises(Problem) as told:
            questions.ask(book, CODE, made.id, place, "请核实")
        assert code_of(told) == "question-no-cell"
    for school_code, submission in ((CODE, "0" * 64), ("2143009999", made.id)):
        with pytest.raises(Problem) as told:
            questions.ask(book, school_code, submission, PUPILS, "请核实")
        assert code_of(told) == "submission-unknown"
    held = export_held(book, school, stick)
    with pytest.raises(Problem) as told:
        questions.ask(book, CODE, held, PUPILS, "请核实")
    assert code_of(told) == "submission-unknown"


def export_held(book, school, stick):
    entry.set_cell(school, "section_total", "primary", "pupils", "77")
    return export(school, stick).id


@pytest.mark.slow
def test_a_personal_cell_is_compared_but_never_written_down(tmp_path, stick, sealed_county):
    with sealed_county.at(tmp_path / "c.edubook") as office, make(tmp_path) as school:
        fill(school)
        believe(school, office)
        made = handed(office, school, stick)
        assert sealing.is_sealed(office.content(made.id))
        teacher = next(iter(school.draft.rows["teacher"]))
        with pytest.raises(Problem) as told:
            questions.ask(office, CODE, made.id, ("teacher", teacher, "degree"), "孙悟空空的学历请核实")
        assert code_of(told) == "question-personal"
        question = questions.ask(office, CODE, made.id, ("teacher", teacher, "name"), "请与名册核对")
        assert question.base is None
        handed(office, school, stick, 84)
        assert state_of(office, question) is QuestionState.OPEN
        entry.set_cell(school, "teacher", teacher, "name", "孙行者者")
        handed(office, school, stick)
        assert state_of(office, question) is QuestionState.ANSWERED
        office.workbook.close()
        assert "孙悟空空".encode() not in (tmp_path / "c.edubook").read_bytes()


@pytest.mark.slow
def test_no_file_is_opened_again_for_what_was_compared_or_is_closed(book, school, stick, monkeypatch):
    made = handed(book, school, stick)
    first = questions.ask(book, CODE, made.id, PUPILS, "请核实")
    second = questions.ask(book, CODE, made.id, ("section_total", "primary", "teachers"), "请核实")
    before = questions.placed(book)
    opened, read = [], CountyBook.stated
    monkeypatch.setattr(
        CountyBook, "stated", lambda self, submission: (opened.append(submission), read(self, submission))[1]
    )
    assert questions.placed(book) == before
    path = book.path
    book.close()
    with open_county(path) as again:
        assert questions.placed(again) == before
        assert opened == []
        later = handed(again, school, stick, 84)
        opened.clear()
        questions.close(again, second.id)
        states = {each.question.id: each.state for each in questions.placed(again)}
        assert states == {first.id: QuestionState.ANSWERED, second.id: QuestionState.CLOSED}
        assert opened == [later.id]
        questions.close(again, first.id)
        opened.clear()
        handed(again, school, stick, 85)
        opened.clear()
        assert {each.state for each in questions.placed(again)} == {QuestionState.CLOSED}
        assert opened == []
