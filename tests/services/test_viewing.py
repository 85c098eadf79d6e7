"""Looking at a submission: what it says in the words of the forms, and nothing of it where it must not."""

import dataclasses
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.exchange import sealing
from eduapp.exchange.submission import inspect, open_verified
from eduapp.services import entry, jobs
from eduapp.services.hand_off import handover, intake, trust, viewing
from eduapp.services.hand_off.viewing import SubmissionSigner
from eduapp.services.keys import county_keys, keyring
from eduapp.services.practice import making as practice
from eduapp.standards.wording import OUTCOME_WORDS
from tests.services.hand_off import PASSPHRASE, believe
from tests.services.intakes import forged
from tests.services.schools import CODE, NAME, PERSONAL, export, form_of


@pytest.fixture
def made(school, stick):
    """A school that typed something unreadable, and its file."""
    entry.add_rows(school, "room", [{"name": "102", "area": "约六十", "kind": "普通教室"}])
    return export(school, stick)


def table(seen, name):
    return next(each for each in seen.tables if each.name == name)


def texts(seen, name):
    return [[cell.text for cell in row] for row in table(seen, name).rows]


def test_what_a_school_handed_over_is_shown_in_the_words_of_the_forms(school, made):
    seen = viewing.view_sent(school, made.id)
    facts = dict(seen.facts)
    assert (seen.id, seen.data_id, seen.signer) == (made.id, made.data_id, SubmissionSigner.OWN)
    assert facts["学校"] == f"{NAME}({CODE})"
    assert facts["文件编号"].replace(" ", "") == made.id[:12]
    assert facts["签名指纹"] == form_of(Path(made.path))
    assert "草稿" in facts["类别"]
    assert facts["加密"].startswith("未加密")
    rooms = table(seen, "room")
    assert rooms.headings[0] == "名称或房号"
    assert [row[0].text for row in rooms.rows] == ["101", "102"]
    unread = [cell.text for row in rooms.rows for cell in row if cell.unread]
    assert unread == ["(留在学校,未随文件交出)"]  # the file is not sealed
    # A row that another names is shown by its name, never by its id; the order is that of entry.
    assert [row[1] for row in texts(seen, "homework")] == ["一（1）班", "二（1）班"]
    profile = dict(texts(seen, "school"))
    assert profile["学校名称"] == NAME
    totals = table(seen, "section_total")
    assert totals.headings == ("项目", "小学", "初中")
    pupils = next(row for row in totals.rows if row[0].text == "学生人数(人)")
    assert [cell.text for cell in pupils[1:]] == ["83", ""]


def test_nothing_that_is_shown_is_a_word_of_the_machine(school, made):
    seen = viewing.view_sent(school, made.id)
    shown = [*(text for pair in seen.facts for text in pair), *seen.verdicts.headings]
    shown += [text for each in seen.tables for text in (each.title, *each.headings)]
    shown += [cell.text for row in seen.verdicts.rows for cell in (row[1], row[3])]
    for word in ("sha256", "hash", "primary", "lower_secondary", "met", "insufficient", "national"):
        assert [text for text in shown if word in text.lower()] == []


def test_its_own_verdicts_are_shown_and_never_computed_again(school, made):
    seen = viewing.view_sent(school, made.id)
    manifest = inspect(Path(made.path).read_bytes()).manifest
    assert len(seen.verdicts.rows) == len(manifest.verdicts) > 10
    assert {row[3].text for row in seen.verdicts.rows} <= set(OUTCOME_WORDS.values())
    assert [row[0].text.split(" ")[0] for row in seen.verdicts.rows] == [
        each["code"] for each in manifest.verdicts
    ]
    for row, each in zip(seen.verdicts.rows, manifest.verdicts, strict=True):
        assert (row[2].text == "") == ("value" not in each)


def test_a_strangers_file_shows_who_made_it_and_no_table_until_a_person_insists(made):
    path = Path(made.path)
    seen = viewing.view_file(path)
    assert seen.signer is SubmissionSigner.UNKNOWN
    assert seen.tables is None
    assert dict(seen.facts)["签名人"] == "未核验"
    insisted = viewing.view_file(path, anyway=True)
    assert insisted.signer is SubmissionSigner.UNKNOWN
    assert len(insisted.tables) > 10


def test_no_table_of_a_stranger_is_parsed(made, monkeypatch):
    def never(self, admitted):
        raise AssertionError

    monkeypatch.setattr("eduapp.exchange.submission.Unverified.opened", never)
    assert viewing.view_file(Path(made.path)).tables is None


@pytest.mark.slow
def test_a_county_knows_signers_by_its_register(book, made, stick):
    path = Path(made.path)
    register = viewing.register_of(book)
    assert viewing.view(path.read_bytes(), (), register).tables is None
    jobs.run(intake.merge(book, [stick]))
    (held,) = book.held
    assert viewing.view_received(book, held.member.id).signer is SubmissionSigner.UNKNOWN
    trust.admit_unchecked(book, [path])
    assert viewing.view_received(book, held.member.id).signer is SubmissionSigner.UNCHECKED
    trust.admit(book, path, form_of(path))
    seen = viewing.view_received(book, held.member.id)
    assert seen.signer is SubmissionSigner.CHECKED
    assert table(seen, "teacher").rows


def test_a_key_of_another_school_is_a_stranger(book, made):
    path = Path(made.path)
    trust.admit_unchecked(book, [path])
    register = {("2143000999", line): signer for (_, line), signer in viewing.register_of(book).items()}
    assert viewing.view(path.read_bytes(), (), register).signer is SubmissionSigner.UNKNOWN


@pytest.mark.parametrize("anyway", [False, True])
def test_a_damaged_file_says_what_is_wrong_and_shows_nothing(made, anyway):
    path = Path(made.path)
    whole = path.read_bytes()
    for place in (10, len(whole) // 3, len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(Problem) as raised:
            viewing.view_file(path, anyway=anyway)
        assert raised.value.what
    path.write_bytes(whole[:1000])
    with pytest.raises(Problem):
        viewing.view_file(path, anyway=anyway)


def test_a_sealed_file_opens_for_whom_it_is_meant_only(made, tmp_path):
    plain = Path(made.path).read_bytes()
    county, other = sealing.new_identity(), sealing.new_identity()
    data = sealing.seal(plain, [county.recipient])
    seen = viewing.view(data, [other, county], anyway=True)
    assert seen.id == made.id
    assert dict(seen.facts)["加密"].startswith("已加密")
    for identities in ((), (other,)):
        with pytest.raises(Problem) as raised:
            viewing.view(data, identities, anyway=True)
        assert raised.value.code == "not-for-us"
    path = tmp_path / "sealed.edusub"
    path.write_bytes(data)
    with pytest.raises(Problem) as raised:  # this computer has keys, but none for this file
        viewing.view_file(path)
    assert raised.value.code == "not-for-us"


@pytest.mark.slow
def test_a_sealed_file_on_the_computer_of_its_county_opens_from_the_start_page(book, made, tmp_path):
    county_keys.establish(book.workbook, "开门的口令九个字")
    county = county_keys.identities(book.workbook)[0]
    path = tmp_path / "sealed.edusub"
    path.write_bytes(sealing.seal(Path(made.path).read_bytes(), [county.recipient]))
    assert viewing.view_file(path, anyway=True).id == made.id


@pytest.mark.slow
def test_what_was_sealed_is_opened_by_both_sides_with_the_persons_in_it(book, school, stick, tmp_path):
    county_keys.establish(book.workbook, PASSPHRASE)
    believe(school, book)
    made = export(school, stick)
    trust.admit_unchecked(book, [Path(made.path)])
    jobs.run(intake.merge(book, [stick]))
    for seen in (viewing.view_sent(school, made.id), viewing.view_received(book, made.id)):
        assert dict(seen.facts)["加密"].startswith("已加密")
        assert dict(texts(seen, "school"))["负责人"] == PERSONAL["principal"]
        assert {row[0] for row in texts(seen, "teacher")} == {"孙悟空空", "猪八戒戒"}
    assert b"%PDF" in handover.print_slip(school, made.id)[:8]
    # A county that shut its key file must open it first.
    keyring.forget(keyring.key_path(f"county-{book.code}-{book.workbook.meta['keys']}"))
    with pytest.raises(Problem) as raised:
        viewing.view_received(book, made.id)
    assert raised.value.code == "county-key-locked"


def test_a_revoked_signer_is_said_and_a_new_file_of_it_is_not_opened(book, made, stick):
    path = Path(made.path)
    trust.admit(book, path, form_of(path))
    jobs.run(intake.merge(book, [stick]))
    trust.revoke(book, CODE, inspect(path.read_bytes()).key.line, made.id, "电脑丢失")
    before = viewing.view_received(book, made.id)
    assert before.signer is SubmissionSigner.REVOKED
    assert before.tables is not None
    assert viewing.view(path.read_bytes(), (), viewing.register_of(book)).tables is None


def test_values_that_only_a_forger_writes_are_shown_as_they_came(school):
    odd = ({"code": "Z9", "standard": "none", "stage": "x", "verdict": "?", "value": "1e999999999"},)
    made = forged(school, verdicts=odd)
    seen = viewing.view(made.data)
    assert [[cell.text for cell in row] for row in seen.verdicts.rows] == [["Z9", "全校", "1e999999999", "?"]]


def test_columns_and_tables_of_a_newer_program_are_shown_too(school, made):
    tables = list(open_verified(Path(made.path).read_bytes(), lambda _m, _k: None).tables)
    at = next(place for place, each in enumerate(tables) if each.name == "room")
    wider = dataclasses.replace(
        tables[at],
        fields=(*tables[at].fields, {"name": "colour", "type": "string", "title": "颜色"}),
        rows=tuple((*row, "白") for row in tables[at].rows),
    )
    extra = dataclasses.replace(tables[at], name="garden", title="校园绿化")
    seen = viewing.view(
        forged(school, tables=[*tables[:at], wider, extra, *tables[at + 1 :]]).data, anyway=True
    )
    assert table(seen, "room").headings[-1] == "颜色"
    assert {row[-1].text for row in table(seen, "room").rows} == {"白"}
    assert table(seen, "garden").title == "校园绿化"


@pytest.mark.slow
def test_nothing_is_written_by_looking(book, made, stick, tmp_path):
    trust.admit_unchecked(book, [Path(made.path)])
    jobs.run(intake.merge(book, [stick]))
    before = {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*") if each.is_file()}
    viewing.view_received(book, made.id)
    viewing.view_file(Path(made.path), anyway=True)
    assert {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*") if each.is_file()} == before


@pytest.mark.slow
def test_a_whole_practice_school_can_be_read(tmp_path):
    plan = practice.PLANS[0]
    with practice.make_school(tmp_path / "校.edubook", plan, 2026) as school:
        made = practice.hand_over(school, tmp_path, plan.state)
        seen = viewing.view_sent(school, made.id)
    assert "练习数据" in dict(seen.facts)["学年"]
    assert {each.name for each in seen.tables} >= {"school", "teacher", "room", "homework", "evidence"}
    for each in seen.tables:
        assert all(len(row) == len(each.headings) == len(each.numeric) for row in each.rows)
    assert len(table(seen, "teacher").rows) > 5
    assert table(seen, "teacher").complete is True


def test_what_is_not_there_is_said(school, book):
    for call, where in ((viewing.view_sent, school), (viewing.view_received, book)):
        with pytest.raises(Problem) as raised:
            call(where, "0" * 64)
        assert raised.value.code == "submission-unknown"
