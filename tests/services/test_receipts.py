"""What the county says of each submission: every status, the same bytes again, no order."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert

from db.problems import Problem
from db.tables import ISSUED, QUESTION, REFUSED
from db.workbook import now
from eduapp.exchange.receipt_file import phone_code, read_receipt, receipt_name
from eduapp.exchange.submission import inspect
from eduapp.services import checking, entry, jobs
from eduapp.services.county import correcting
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import intake, questions, receipts, sending, trust
from eduapp.services.keys import county_keys, keyring
from eduapp.services.merge import merging
from eduapp.services.merge.decisions import REVOKE
from tests.services.hand_off import PASSPHRASE, believe
from tests.services.receiving import handed, receipt_bytes, statuses, take_in, write
from tests.services.schools import CODE, NAME, change, computer, county, export, fill, make

PUPILS = ("section_total", "primary", "pupils")


@pytest.fixture
def office(book):
    county_keys.establish(book.workbook, None)
    return book


@pytest.mark.slow
def test_a_county_without_keys_says_so_and_writes_nothing(book, school, stick, tmp_path):
    handed(book, school, stick)
    out = tmp_path / "回执"
    with pytest.raises(Problem) as told:
        write(book, out)
    assert told.value.code in {"county-keys-none", "county-keys-missing"}
    assert list(out.iterdir()) == []


@pytest.mark.slow
def test_what_counts_is_accepted_and_what_came_before_superseded(office, school, stick):
    first, second = handed(office, school, stick), handed(office, school, stick, 84)
    assert statuses(office) == {first.id: "superseded", second.id: "accepted"}


@pytest.mark.slow
def test_a_question_makes_what_counts_to_correct_until_the_cell_is_another(office, school, stick):
    made = handed(office, school, stick)
    questions.ask(office, CODE, made.id, PUPILS, "与学籍系统不一致,请核实")
    assert statuses(office) == {made.id: "to_correct"}
    (asked,) = receipts.receipt_of(office, CODE).questions
    assert (asked.record, asked.key, asked.field, asked.base) == (*PUPILS, "83")
    second = handed(office, school, stick, 84)
    assert statuses(office) == {made.id: "superseded", second.id: "accepted"}
    assert receipts.receipt_of(office, CODE).questions == ()


@pytest.mark.slow
def test_two_heads_are_a_conflict_and_the_one_aside_is_told_why(office, school, stick, tmp_path, monkeypatch):
    first = handed(office, school, stick)
    elsewhere = tmp_path / "另一台"
    elsewhere.mkdir()
    with computer(monkeypatch, elsewhere), make(elsewhere) as other:
        fill(other)
        change(other, 90)
        second = export(other, stick)
    take_in(office, stick, second)
    assert statuses(office) == {first.id: "conflict", second.id: "conflict"}
    intake.settle(office, CODE, second.id, "经电话核实")
    assert statuses(office) == {first.id: "superseded", second.id: "accepted"}
    lines = {line.id: line for line in receipts.receipt_of(office, CODE).lines}
    assert lines[first.id].code == "settled"
    assert "裁定" in lines[first.id].text


@pytest.mark.slow
def test_a_draft_after_a_final_does_not_replace_it(office, school, stick):
    for finding in checking.check(school).open_findings:
        entry.set_reason(school, finding.id, "情况属实")
    sending.approve(school)
    final = handed(office, school, stick, state="final")
    sending.reopen(school)
    draft = handed(office, school, stick, 84)
    assert statuses(office) == {final.id: "accepted", draft.id: "superseded"}
    lines = {line.id: line for line in receipts.receipt_of(office, CODE).lines}
    assert "草稿" in lines[draft.id].text


def test_files_of_keys_that_are_not_admitted_are_one_count(office, school, stick):
    """A stranger can name any school: its receipt lists what its own keys signed, and no more."""
    export(school, stick)
    jobs.run(intake.merge(office, [stick]))
    said = receipts.receipt_of(office, CODE)
    assert (said.lines, said.strangers) == ((), 1)
    assert CODE not in receipts.Material(office).schools  # it is on no list: any code could be named
    office.set_expected([Expected(CODE, NAME, "211")])
    assert CODE in receipts.Material(office).schools
    assert read_receipt(receipt_bytes(office, stick.parent / "回执")).said.strangers == 1


@pytest.mark.slow
def test_held_because_the_school_is_not_listed(office, school, stick):
    office.set_expected([Expected("2143009999", "另一所", "211")])
    trust.admit_unchecked(office, [Path(export(school, stick).path)])
    jobs.run(intake.merge(office, [stick]))
    (line,) = receipts.receipt_of(office, CODE).lines
    assert (line.status, line.code) == ("held", "school-not-listed")
    assert "名单" in line.text


@pytest.mark.slow
def test_withdrawn_carries_the_reason(office, school, stick):
    made = handed(office, school, stick)
    intake.undo(office, [made.id], "学校来电要求撤回")
    (line,) = receipts.receipt_of(office, CODE).lines
    assert (line.status, line.text) == ("withdrawn", "学校来电要求撤回")
    intake.restore(office, made.id)
    assert statuses(office) == {made.id: "accepted"}


@pytest.mark.slow
def test_a_revoked_key_is_refused_with_what_to_do(office, school, stick):
    made = handed(office, school, stick)
    (key,) = office.keys
    office.decide(REVOKE, "", "电脑失窃", details={"key": key.public_key, "school": CODE})
    (line,) = receipts.receipt_of(office, CODE).lines
    assert (line.id, line.status, line.code) == (made.id, "refused", "key-revoked")
    assert "停用" in line.text


@pytest.mark.slow
def test_refused_is_told_by_id_until_it_is_taken_in(office, school, stick):
    made = export(school, stick)
    with office.workbook.transaction() as connection:
        connection.execute(
            insert(REFUSED).values(
                id=made.id,
                public_key=inspect(Path(made.path).read_bytes()).key.line,
                school=CODE,
                name=NAME,
                code="reader-too-old",
                text="请更新程序",
                file_name="x",
                at=now(),
            )
        )
    assert (receipts.receipt_of(office, CODE).lines, receipts.receipt_of(office, CODE).strangers) == ((), 1)
    trust.admit_unchecked(office, [Path(made.path)])
    (line,) = receipts.receipt_of(office, CODE).lines
    assert (line.id, line.status, line.code, line.text) == (
        made.id,
        "refused",
        "reader-too-old",
        "请更新程序",
    )
    take_in(office, stick, made)
    assert statuses(office) == {made.id: "accepted"}


@pytest.mark.slow
def test_overlays_travel_and_personal_cells_have_none(tmp_path, stick, sealed_county):
    with sealed_county.at(tmp_path / "c.edubook") as office, make(tmp_path) as school:
        fill(school)
        believe(school, office)
        handed(office, school, stick)
        correcting.correct(office, CODE, PUPILS, "85", "实地核查")
        with pytest.raises(Problem) as raised:
            correcting.correct(office, CODE, ("school", "-", "principal"), "孙王赵甲", "任命文件")
        assert raised.value.code == "overlay-personal"
        (said,) = receipts.receipt_of(office, CODE).overlays
        on_disk = office.path.read_bytes()
    assert (said.field, said.base, said.value, said.reason) == ("pupils", "83", "85", "实地核查")
    assert "孙王赵甲".encode() not in on_disk


@pytest.mark.slow
def test_the_same_state_gives_the_stored_bytes_again(office, school, stick, tmp_path):
    handed(office, school, stick)
    out = tmp_path / "回执"
    first = write(office, out)
    data = Path(first.rows[0].path).read_bytes()
    again = write(office, tmp_path / "另一个U盘")
    assert Path(again.rows[0].path).read_bytes() == data
    assert (first.again, again.again) == (0, 1)
    assert len(list(out.iterdir())) == 1
    handed(office, school, stick, 84)
    third = write(office, out)
    assert (third.rows[0].number, third.rows[0].again) == (2, False)
    assert len(list(out.iterdir())) == 2
    with office.workbook.transaction() as connection:
        assert [row.number for row in connection.execute(ISSUED.select().order_by(ISSUED.c.number))] == [1, 2]


@pytest.mark.slow
def test_the_receipt_is_named_for_its_school_and_signed_by_the_county(office, school, stick, tmp_path):
    handed(office, school, stick)
    out = tmp_path / "回执"
    data = receipt_bytes(office, out)
    said = read_receipt(data).said
    (path,) = out.iterdir()
    assert path.name == receipt_name(said) == f"{CODE}_2026_回执_0001.edureceipt"
    assert said.certificate == county_keys.certificate_of(office.workbook)
    assert (said.school, said.name, said.year, said.practice) == (CODE, NAME, 2026, False)


@pytest.mark.slow
def test_order_of_arrival_plays_no_part(tmp_path, school, stick):
    made = [export(school, stick)]
    for pupils in (84, 85):
        change(school, pupils)
        made.append(export(school, stick))
    found = []
    for turn, order in enumerate(((0, 1, 2), (2, 0, 1), (1, 2, 0, 1))):
        with county(tmp_path / f"{turn}.edubook") as office:
            for at in order:
                path = Path(made[at].path)
                trust.admit_unchecked(office, [path])
                jobs.run(intake.merge(office, [path]))
            county_keys.establish(office.workbook, None)
            found.append(receipts.receipt_of(office, CODE).lines)
    assert found[0] == found[1] == found[2]
    assert [line.status for line in found[0]].count("accepted") == 1


@pytest.mark.slow
def test_only_the_schools_of_one_stick_are_written(office, school, stick, tmp_path):
    handed(office, school, stick)
    with make(tmp_path, "2143000002", "立新小学") as other:
        fill(other)
        handed(office, other, tmp_path / "U盘2")
    report = write(office, tmp_path / "回执", [CODE])
    assert [row.school for row in report.rows] == [CODE]
    everyone = write(office, tmp_path / "全部")
    assert [row.school for row in everyone.rows] == [CODE, "2143000002"]
    assert everyone.sum_text.startswith("回执 2 份 = 新写 1 + 无变化 1;上报文件 2 个 = 已接收 2 + ")
    assert sum(everyone.counts.values()) == sum(len(read_receipt(Path(row.path).read_bytes()).said.lines)
                                                for row in everyone.rows)  # fmt: skip


@pytest.mark.slow
def test_a_restored_workbook_does_not_use_a_number_again(office, school, stick, tmp_path):
    handed(office, school, stick)
    out = tmp_path / "回执"
    write(office, out)
    handed(office, school, stick, 84)
    write(office, out)
    with office.workbook.transaction() as connection:  # as a copy from before the second receipt would be
        connection.execute(ISSUED.delete().where(ISSUED.c.number == 2))
    intake.undo(office, [merging.view(office.members, office.decisions)[CODE].counts.id])
    assert write(office, out).rows[0].number == 3


@pytest.mark.slow
def test_a_new_epoch_gives_a_new_receipt(book, school, stick, tmp_path):
    kept = county_keys.establish(book.workbook, None)
    handed(book, school, stick)
    out = tmp_path / "回执"
    write(book, out)
    county_keys.renew(book.workbook, kept.words, None)
    row = write(book, out).rows[0]
    assert (row.number, row.again) == (2, False)
    assert read_receipt(Path(row.path).read_bytes()).said.certificate.epoch == 2


def test_a_locked_key_and_a_missing_folder_are_said(tmp_path, school, stick, sealed_county):
    with sealed_county.at(tmp_path / "c.edubook") as office:
        handed(office, school, stick)
        with pytest.raises(Problem, match="找不到"):
            jobs.run(receipts.issue(office, tmp_path / "没有"))
        keyring.forget(county_keys._path(office.workbook))
        with pytest.raises(Problem) as told:
            write(office, tmp_path / "回执")
        assert told.value.code == "county-key-locked"


@pytest.mark.slow
def test_the_telephone_code_is_of_the_submission_and_its_status(tmp_path, stick):
    with county(tmp_path / "c.edubook") as office, make(tmp_path) as school:
        fill(school)
        plain = handed(office, school, tmp_path / "未加密")
        county_keys.establish(office.workbook, PASSPHRASE)
        assert receipts.phone_code_of(office, plain.id) is None
        believe(school, office)
        change(school, 84)
        made = handed(office, school, stick)
        status, digits = receipts.phone_code_of(office, made.id)
        secret = inspect(Path(made.path).read_bytes(), office.identities).manifest.receipt_secret
        assert (status, digits.replace(" ", "")) == ("accepted", phone_code(secret, made.id, "accepted"))
        assert [len(each) for each in digits.split(" ")] == [4, 4, 4]
        questions.ask(office, CODE, made.id, PUPILS, "请核实")
        assert receipts.phone_code_of(office, made.id) == (
            "to_correct",
            receipts.in_groups(phone_code(secret, made.id, "to_correct")),
        )
        with pytest.raises(Problem) as told:
            receipts.phone_code_of(office, "0" * 64)
        assert told.value.code == "submission-unknown"


@pytest.mark.slow
def test_nothing_personal_is_in_a_receipt(tmp_path, stick, sealed_county):
    with sealed_county.at(tmp_path / "c.edubook") as office, make(tmp_path) as school:
        fill(school)
        believe(school, office)
        made = handed(office, school, stick)
        teacher = next(iter(school.draft.rows["teacher"]))
        questions.ask(office, CODE, made.id, ("teacher", teacher, "name"), "姓名与编制名册不一致")
        data = receipt_bytes(office, tmp_path / "回执")
        with office.workbook.transaction() as connection:
            assert [row.base for row in connection.execute(QUESTION.select())] == [None]
    assert "孙悟空空".encode() not in data
    assert "编制名册".encode() in data
