"""A school reads its receipts: states, belief, what is not ours, the telephone code, the questions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from db.problems import Problem
from db.tables import PHONED, RECEIPT
from eduapp.exchange import receipt_file
from eduapp.exchange.authority import certify
from eduapp.exchange.container import read_container, write_container
from eduapp.exchange.package import RECEIPT as PURPOSE
from eduapp.exchange.package import build_package
from eduapp.exchange.receipt_file import (
    AskedQuestion,
    OnList,
    Receipt,
    ReceiptLine,
    build_receipt,
    phone_code,
    read_receipt,
)
from eduapp.exchange.signing import ROUND, WriterKey
from eduapp.exchange.submission import inspect
from eduapp.services import entry
from eduapp.services.county import correcting
from eduapp.services.hand_off import asked_cells, handed_in, intake, questions, receipts, rounds
from eduapp.services.keys import county_keys, keyring, writer
from tests.services.hand_off import PASSPHRASE, believe
from tests.services.receiving import handed, kept, receipt_bytes, states
from tests.services.schools import CODE, change, county, export, fill, make

PUPILS = ("section_total", "primary", "pupils")
STRANGER = WriterKey(bytes(range(32)))


@pytest.fixture
def office(book):
    county_keys.establish(book.workbook, None)
    return book


def trust(school, office):
    certificate = county_keys.certificate_of(office.workbook)
    rounds.trust_county(school, receipt_of_nothing(office), certificate.root.digits)


def receipt_of_nothing(office):
    return build_receipt(receipts.receipt_of(office, CODE), county_keys.signing_key(office.workbook))


def refused(school, data):
    before = [tuple(row) for row in kept(school)]
    with pytest.raises(Problem) as told:
        handed_in.read(school, data)
    assert [tuple(row) for row in kept(school)] == before
    return told.value.code


def said(office, **changed):
    """A receipt of this county as another version of its program could make it."""
    key = county_keys.signing_key(office.workbook)
    return build_receipt(replace(receipts.receipt_of(office, CODE), **changed), key)


# --- states ---


@pytest.mark.slow
def test_handed_over_is_not_confirmed_until_the_receipt_says_so(office, school, stick, tmp_path):
    made = handed(office, school, stick)
    assert states(school) == {made.id: "已交出,未确认"}
    trust(school, office)
    done = handed_in.read(school, receipt_bytes(office, tmp_path / "回执"))
    assert (done.checked, done.new, done.older, done.said.number) == (True, True, False, 1)
    assert states(school) == {made.id: "已接收"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("accepted", "已接收"),
        ("to_correct", "需更正"),
        ("superseded", "被新文件取代"),
        ("conflict", "有冲突,待县里裁定"),
        ("held", "待县里核验"),
        ("refused", "被退回"),
        ("withdrawn", "已撤回"),
    ],
)
def test_each_status_is_a_state_with_its_reason(office, school, stick, status, words):
    made = handed(office, school, stick)
    trust(school, office)
    data = said(office, lines=(ReceiptLine(made.id, status, "1", "code", "为什么,怎么办"),))
    (standing,) = handed_in.read(school, data).known.standings
    assert (standing.words, standing.text, standing.checked) == (words, "为什么,怎么办", True)


@pytest.mark.slow
def test_the_highest_number_decides_whatever_came_last(office, school, stick, tmp_path):
    first = handed(office, school, stick)
    old = receipt_bytes(office, tmp_path / "一")
    second = handed(office, school, stick, 84)
    new = receipt_bytes(office, tmp_path / "二")
    trust(school, office)
    handed_in.read(school, new)
    expected = {first.id: "被新文件取代", second.id: "已接收"}
    assert states(school) == expected
    done = handed_in.read(school, old)
    assert (done.new, done.older) == (True, True)
    assert states(school) == expected
    assert len(kept(school)) == 2
    done = handed_in.read(school, new)
    assert (done.new, done.older) == (False, False)
    assert len(kept(school)) == 2


@pytest.mark.slow
def test_what_a_newer_receipt_no_longer_names_must_be_handed_in_again(office, school, stick):
    made = handed(office, school, stick)
    trust(school, office)
    handed_in.read(school, said(office, number=1))
    handed_in.read(school, said(office, number=2, lines=()))
    assert states(school) == {made.id: "县里没有,请再交一次"}


def test_files_of_another_computer_are_counted(office, school, stick):
    handed(office, school, stick)
    trust(school, office)
    lines = (*receipts.receipt_of(office, CODE).lines, ReceiptLine("f" * 64, "held", "1"))
    assert (
        handed_in.read(school, said(office, lines=tuple(sorted(lines, key=lambda x: x.id)))).known.others == 1
    )


# --- belief ---


@pytest.mark.slow
def test_before_the_digits_are_typed_everything_says_unchecked(office, school, stick, tmp_path):
    made = handed(office, school, stick)
    questions.ask(office, CODE, made.id, PUPILS, "请核实")
    done = handed_in.read(school, receipt_bytes(office, tmp_path / "回执"))
    assert (done.checked, done.known.checked) == (False, False)
    assert states(school) == {made.id: "需更正(县级密钥未核对)"}
    assert [each.checked for each in done.known.questions] == [False]
    assert [row.checked for row in kept(school)] == [0]
    trust(school, office)
    assert states(school) == {made.id: "需更正"}
    handed_in.read(school, receipt_bytes(office, tmp_path / "回执"))
    assert [row.checked for row in kept(school)] == [1]


@pytest.mark.slow
def test_a_strangers_receipt_read_before_the_digits_counts_no_more_after_them(
    office, school, stick, tmp_path
):
    made = handed(office, school, stick)
    forged = _forged(office, number=99, lines=(ReceiptLine(made.id, "refused", "1", "x", "假的"),))
    handed_in.read(school, forged)
    assert states(school) == {made.id: "被退回(县级密钥未核对)"}  # the only one there is, and it says so
    trust(school, office)
    assert states(school) == {made.id: "已交出,未确认"}
    handed_in.read(school, receipt_bytes(office, tmp_path / "回执"))
    assert states(school) == {made.id: "已接收"}


@pytest.mark.slow
@pytest.mark.parametrize("stranger_first", [True, False])
def test_before_the_digits_no_number_of_a_stranger_masks_the_true_receipt(
    office, school, stick, tmp_path, stranger_first
):
    made = handed(office, school, stick)
    true = receipt_bytes(office, tmp_path / "回执")
    forged = _forged(office, number=10**9, lines=(ReceiptLine(made.id, "refused", "1", "x", "假的"),))
    for data in (forged, true) if stranger_first else (true, forged):
        handed_in.read(school, data)
    done = handed_in.read(school, true)
    assert (done.older, done.known.number, done.known.roots) == (False, 1, 2)
    assert [each.words for each in done.known.standings] == ["已接收(县级密钥未核对)"]
    (shown,) = handed_in.known(school).standings  # whose word counts nobody has said yet
    assert shown.words == "已交出,未确认"
    assert "2 套县级密钥" in shown.text
    trust(school, office)
    assert states(school) == {made.id: "已接收"}
    assert handed_in.known(school).roots == 1


@pytest.mark.slow
def test_a_receipt_from_before_a_new_epoch_is_refused(book, school, stick):
    words = county_keys.establish(book.workbook, None).words
    made = handed(book, school, stick)
    old = said(book, number=50, lines=(ReceiptLine(made.id, "withdrawn", "1"),))
    county_keys.renew(book.workbook, words, None)
    believe(school, book)
    assert refused(school, old) == "receipt-old-key"
    handed_in.read(school, said(book))
    assert states(school) == {made.id: "已接收"}


# --- attacks ---


def _forged(office, **changed):
    """A receipt with a certificate of the attacker's own root in the county's name."""
    own, signing = WriterKey.generate(), WriterKey.generate()
    plain = county_keys.certificate_of(office.workbook)
    forged = certify(own, plain.county, plain.name, plain.epoch, signing.public, ())
    receipt = replace(receipts.receipt_of(office, CODE), certificate=forged, **changed)
    return build_receipt(receipt, signing)


@pytest.mark.slow
def test_receipts_that_are_not_for_us_are_refused(office, school, stick, tmp_path):
    handed(office, school, stick)
    trust(school, office)
    assert refused(school, said(office, school="2143000009")) == "receipt-other-school"
    assert refused(school, said(office, year=2025, round="2025")) == "receipt-other-year"
    assert refused(school, said(office, practice=True)) == "receipt-practice"
    with county(tmp_path / "邻县.edubook", code="430901") as other:
        county_keys.establish(other.workbook, None)
        assert refused(school, said(other)) == "county-differs"


def test_whom_a_county_has_listed_binds_its_own_receipts_and_no_other_root_s(office, school, stick):
    made = export(school, stick)
    first, second = (OnList(each * 64, CODE, "甲校") for each in "12")
    assert handed_in.read(
        school, said(office, lines=(ReceiptLine(made.id, "accepted"),), listed=(first,))
    ).new
    assert handed_in.read(school, _forged(office, listed=(second,))).new
    assert refused(school, said(office, number=2, lines=(), listed=(second,))) == "receipt-other-school"


@pytest.mark.slow
def test_a_county_of_the_same_code_with_another_root_is_refused(office, school, stick):
    handed(office, school, stick)
    trust(school, office)
    assert refused(school, _forged(office)) == "county-root-differs"


@pytest.mark.slow
def test_a_certificate_cannot_be_forged_or_borrowed(office, school, stick):
    handed(office, school, stick)
    trust(school, office)
    plain = county_keys.certificate_of(office.workbook)
    receipt = receipts.receipt_of(office, CODE)
    borrowed = _package(receipt, STRANGER)  # the county's certificate, a stranger's signature
    assert refused(school, borrowed) == "certificate-invalid"
    claimed = replace(plain, signing=STRANGER.public)  # the root never certified this key
    assert refused(school, _package(replace(receipt, certificate=claimed), STRANGER)) == "certificate-invalid"
    epoch = replace(plain, epoch=7)
    signing = county_keys.signing_key(office.workbook)
    assert refused(school, _package(replace(receipt, certificate=epoch), signing)) == "certificate-invalid"


@pytest.mark.slow
def test_a_receipt_that_says_what_no_receipt_says_is_refused(office, school, stick):
    handed(office, school, stick)
    trust(school, office)
    receipt, key = receipts.receipt_of(office, CODE), county_keys.signing_key(office.workbook)
    for line in (ReceiptLine("f" * 64, "lost"), ReceiptLine("../x", "accepted")):
        assert refused(school, _package(replace(receipt, lines=(line,)), key)) == "manifest-invalid"
    tables = [table for table in receipt_file._tables(receipt) if table.name != "questions"]
    without = build_package(PURPOSE, receipt_file._to_json(receipt), tables, key)
    assert refused(school, without) == "manifest-invalid"


@pytest.mark.slow
def test_signatures_cannot_be_swapped(office, school, stick, tmp_path):
    handed(office, school, stick)
    trust(school, office)
    one, two = said(office), said(office, number=2)
    files, other = dict(read_container(one)), read_container(two)
    files["SHA256SUMS.sig"] = other["SHA256SUMS.sig"]
    assert refused(school, write_container(files)) == "signature-invalid"
    key = county_keys.signing_key(office.workbook)
    files["SHA256SUMS.sig"] = key.sign(ROUND, files["SHA256SUMS"])  # signed as a round file
    assert refused(school, write_container(files)) == "signature-invalid"
    submission = handed(office, school, tmp_path / "另", 84)
    assert refused(school, Path(submission.path).read_bytes()) == "other-kind"


@pytest.mark.slow
def test_every_flipped_bit_is_refused(office, school, stick):
    handed(office, school, stick)
    trust(school, office)
    data = said(office)
    step = max(1, len(data) * 8 // 500)
    for bit in range(0, len(data) * 8, step):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Problem):
            read_receipt(bytes(flipped))
    for cut in (0, 1, len(data) // 2, len(data) - 1):
        assert refused(school, data[:cut]) in {"damaged", "signature-invalid"}


def _package(receipt: Receipt, key):
    """As an attacker's program would make it: no check of its own."""
    return build_package(PURPOSE, receipt_file._to_json(receipt), receipt_file._tables(receipt), key)


# --- the telephone ---


@pytest.fixture
def sealed(tmp_path, sealed_county):
    """(county that encrypts, school that seals to it)."""
    with sealed_county.at(tmp_path / "c.edubook") as office, make(tmp_path) as school:
        fill(school)
        believe(school, office)
        yield office, school


@pytest.mark.slow
def test_the_twelve_digits_prove_the_status(sealed, stick, tmp_path):
    office, school = sealed
    first = handed(office, school, stick)
    status, digits = receipts.phone_code_of(office, first.id)
    assert status == "accepted"
    wide = digits.replace(" ", "-").translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    standing = handed_in.take_phone_code(school, first.id, f" {wide} ")
    assert standing.words == "已接收(电话)"
    assert states(school) == {first.id: "已接收(电话)"}
    second = handed(office, school, stick, 84)
    with pytest.raises(Problem) as told:
        handed_in.take_phone_code(school, second.id, digits)
    assert told.value.code == "phone-code-wrong"
    _, again = receipts.phone_code_of(office, first.id)
    handed_in.take_phone_code(school, first.id, again)
    assert states(school)[first.id] == "被新文件取代(电话)"
    handed_in.read(school, receipt_bytes(office, tmp_path / "回执"))
    with school.workbook.transaction() as connection:  # the call was before the receipt was read
        connection.execute(update(PHONED).values(at="2020-01-01T00:00:00+08:00"))
    assert states(school) == {first.id: "被新文件取代", second.id: "已接收"}
    with school.workbook.transaction() as connection:  # and now after it
        connection.execute(update(RECEIPT).values(at="2020-01-01T00:00:00+08:00"))
        connection.execute(update(PHONED).values(at="2020-01-02T00:00:00+08:00"))
    assert states(school)[first.id] == "被新文件取代(电话)"
    assert states(school)[second.id] == "已接收"


@pytest.mark.slow
def test_wrong_digits_change_nothing(sealed, stick):
    _, school = sealed
    made = export(school, stick)
    about = inspect(Path(made.path).read_bytes(), writer.archives_of(school.workbook))
    right = phone_code(about.manifest.receipt_secret, made.id, "held")
    wrong = f"{(int(right) + 1) % 10**12:012d}"
    for typed, code in (
        (wrong, "phone-code-wrong"),
        (right[:-1], "phone-code-unreadable"),
        (right + "0", "phone-code-unreadable"),
        ("", "phone-code-unreadable"),
        ("一二三四五六七八九十一二", "phone-code-unreadable"),
    ):
        with pytest.raises(Problem) as told:
            handed_in.take_phone_code(school, made.id, typed)
        assert told.value.code == code, typed
    with pytest.raises(Problem) as told:
        handed_in.take_phone_code(school, "0" * 64, right)
    assert told.value.code == "submission-unknown"
    assert states(school) == {made.id: "已交出,未确认"}
    assert handed_in.take_phone_code(school, made.id, right).words == "待县里核验(电话)"


@pytest.mark.slow
def test_a_plain_file_has_no_code(office, school, stick):
    made = handed(office, school, stick)
    with pytest.raises(Problem) as told:
        handed_in.take_phone_code(school, made.id, "1" * 12)
    assert told.value.code == "phone-code-none"


# --- questions and corrections ---


@pytest.mark.slow
def test_questions_come_to_their_cell_and_know_whether_it_was_changed(office, school, stick, tmp_path):
    made = handed(office, school, stick)
    questions.ask(office, CODE, made.id, PUPILS, "与学籍系统不一致")
    trust(school, office)
    (asked,) = handed_in.read(school, receipt_bytes(office, tmp_path / "回执")).known.questions
    assert (asked.place, asked.text, asked.base) == (PUPILS, "与学籍系统不一致", "83")
    assert not asked_cells.is_changed(school, asked)
    assert asked_cells.carried_text(school.draft, asked.place, asked.base) == "83"
    change(school, 84)
    assert asked_cells.is_changed(school, asked)
    assert asked_cells.now_text(school, asked.place) == "84"
    change(school, 83)
    assert not asked_cells.is_changed(school, asked)
    second = handed(office, school, stick, 84)
    known = handed_in.read(school, receipt_bytes(office, tmp_path / "回执")).known
    assert known.questions == ()
    assert states(school)[second.id] == "已接收"


@pytest.mark.slow
def test_a_question_on_a_row_that_is_gone_counts_as_changed(office, school, stick, tmp_path):
    made = handed(office, school, stick)
    room = next(iter(school.draft.rows["room"]))
    questions.ask(office, CODE, made.id, ("room", room, "area"), "请核实面积")
    (asked,) = handed_in.read(school, receipt_bytes(office, tmp_path / "回执")).known.questions
    assert "101" in asked_cells.place_words(school, asked.place)
    entry.delete_rows(school, "room", [room])
    assert asked_cells.is_changed(school, asked)
    assert "行已删除" in asked_cells.place_words(school, asked.place)
    assert asked_cells.now_text(school, asked.place) == ""


@pytest.mark.slow
def test_a_question_of_a_newer_program_is_shown_and_harmless(office, school, stick):
    handed(office, school, stick)
    trust(school, office)
    data = said(office, questions=(_asked("q1", "canteen", "meals"), _asked("q2", "school", "motto")))
    known = handed_in.read(school, data).known
    assert len(known.questions) == 2
    for each in known.questions:
        assert not asked_cells.is_changed(school, each)
        assert "更新程序" in asked_cells.place_words(school, each.place)
        assert asked_cells.carried_text(school.draft, each.place, each.base) == "1"


def _asked(name, record, field):
    return AskedQuestion(name, "0" * 64, record, "-", field, "请核实", "1")


@pytest.mark.slow
def test_a_personal_question_is_compared_with_the_schools_own_sealed_file(sealed, stick, tmp_path):
    office, school = sealed
    made = handed(office, school, stick)
    teacher = next(iter(school.draft.rows["teacher"]))
    questions.ask(office, CODE, made.id, ("teacher", teacher, "name"), "请与名册核对")
    data = receipt_bytes(office, tmp_path / "回执")
    (asked,) = handed_in.read(school, data).known.questions
    assert (asked.base, asked.known) == ("孙悟空空", True)
    assert not asked_cells.is_changed(school, asked)
    entry.set_cell(school, "teacher", teacher, "name", "孙行者者")
    assert asked_cells.is_changed(school, asked)
    assert read_receipt(data).said.questions[0].base is None
    writer.protect(school.workbook, PASSPHRASE)
    keyring.forget(writer.key_path(school.workbook))
    (locked,) = handed_in.known(school).questions
    assert (locked.base, locked.known) == (None, False)
    assert not asked_cells.is_changed(school, locked)


@pytest.mark.slow
def test_the_countys_corrections_are_shown(office, school, stick, tmp_path):
    handed(office, school, stick)
    correcting.correct(office, CODE, PUPILS, "85", "实地核查")
    known = handed_in.read(school, receipt_bytes(office, tmp_path / "回执")).known
    (corrected,) = known.corrections
    assert (corrected.place, corrected.base, corrected.value, corrected.reason) == (
        PUPILS,
        "83",
        "85",
        "实地核查",
    )
    intake.undo(office, [made.id for made in [office.view()[CODE].counts]])
    assert handed_in.read(school, receipt_bytes(office, tmp_path / "回执")).known.corrections == ()
