"""Personal texts in the wrong place: shifted by some columns, pasted, imported or typed. None leaves."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from db.records.catalog import LISTS, RECORDS, SCHOOL_RECORDS
from db.records.edits import SetCell
from db.records.personal_numbers import KEPT_HOME, numbers_in
from db.records.values import Reference, Unread
from eduapp.exchange import sealing
from eduapp.exchange.container import read_container
from eduapp.printing import preview
from eduapp.services import checking, entry, importing, jobs, numbers_found, pasting
from eduapp.services.hand_off import sending
from eduapp.services.papers import reporting
from eduapp.services.practice import making
from eduapp.services.practice.plans import PLANS
from tests.services.hand_off import believe
from tests.services.persons import identity, mobile, personal_texts
from tests.services.schools import COUNTY, export, fill, make

PLAN = PLANS[4]
TEACHER = tuple(SCHOOL_RECORDS["teacher"].fields)


def members(made, identities=()):
    """The files in a submission, as the county opens them."""
    data = Path(made.path).read_bytes()
    return read_container(sealing.unseal(data, identities) if identities else data)


def cells(files):
    """(table, column, text) of every cell, and every text of the manifest."""
    for name, content in files.items():
        if name.endswith(".csv"):
            for row in csv.DictReader(io.StringIO(content.decode())):
                for column, text in row.items():
                    if column not in {"id", "key"}:
                        yield name, column, text
    about = json.loads(files["datapackage.json"])["eduapp"]
    for name in ("name", "school", "county", "kind"):
        yield "eduapp", name, about[name]
    for text in about["reasons"].values():
        yield "eduapp", "reasons", text
    for name in about.get("kept_home", {}):
        yield "eduapp", "kept_home", name


KEY = re.compile("[0-9a-f]{32}")


def assert_no_person(files, texts):
    months = {text for text in texts if len(text) == len("1985-03") and text[4] == "-"}
    for name, content in files.items():
        for text in texts - months:
            assert text.encode() not in content, (name, text)
    for place in cells(files):
        assert place[2] not in months, place


def assert_no_number(files):
    """The key of another row is drawn by chance, and its digits may look like a number: it says nothing."""
    for name, column, text in cells(files):
        if (name, column) != ("data/school.csv", "phone") and not KEY.fullmatch(text):
            assert numbers_in(text) == (), (name, column, text)


@pytest.fixture(scope="module")
def staff(tmp_path_factory):
    """Rows of the practice county's teachers as texts by column, and what in them says who somebody is."""
    with making.make_school(tmp_path_factory.mktemp("practice") / "a.edubook", PLAN, 2026) as book:
        draft = book.draft.rows["teacher"]
        rows = [[entry.show(book, "teacher", name, row[name]) for name in TEACHER] for row in draft.values()]
        texts = {text for row in rows for text in row[:2]}
    return rows, texts


def with_cards(rows):
    """The same people with an identity number where the month of birth stands, and one more for luck."""
    cards = [identity(number=at) for at in range(1, len(rows) + 1)]
    block = [
        [row[0], card, mobile(at), *row[3:]] for at, (row, card) in enumerate(zip(rows, cards, strict=True))
    ]
    return block, {text for row in block for text in row[:3]}


@pytest.fixture
def both(tmp_path, sealed_county):
    with sealed_county.at(tmp_path / "county.edubook") as office, make(tmp_path) as book:
        yield office, book


def shifted(book, way, block, folder):
    """Put a block into the teacher list, 1 to n columns too far right."""
    for by in range(1, len(TEACHER)):
        if way == "paste":
            first = len(book.draft.rows["teacher"])
            entry.paste(book, "teacher", first, TEACHER[by:], block)
        elif way == "typing":
            for line in block[:2]:
                entry.add_row(book, "teacher", dict(zip(TEACHER[by:], line, strict=False)))
        else:
            spec = RECORDS["teacher"].fields
            file = Workbook()
            file.active.append([field.heading for field in spec.values()])
            for line in block:
                file.active.append([""] * by + line)
            file.save(folder / f"{by}.xlsx")
            for keep in pasting.Keep:
                importing.import_list(book, "teacher", folder / f"{by}.xlsx", keep=keep)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["paste", "typing", "import"])
@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
def test_a_shifted_staff_list(both, staff, way, sealed, tmp_path):
    office, book = both
    if sealed:
        believe(book, office)
    block, texts = with_cards(staff[0])
    shifted(book, way, staff[0], tmp_path)
    shifted(book, way, block, tmp_path)
    files = members(export(book, tmp_path / "U盘"), office.identities if sealed else ())
    assert_no_number(files)
    if not sealed:
        assert_no_person(files, staff[1] | texts)
    kept = json.loads(files["datapackage.json"])["eduapp"].get("kept_home", {})
    assert sum(kept.values()) > 0 or (way == "import" and sealed)  # there the numbers never came in


@pytest.mark.slow
def test_every_personal_text_typed_into_every_cell(tmp_path):
    book = making.make_school(tmp_path / "a.edubook", PLAN, 2026)
    with book:
        texts = personal_texts(book) | {identity(), mobile(7)}
        for record, spec in SCHOOL_RECORDS.items():
            key = next(iter(book.draft.rows[record]), None)
            if key is None:
                entry.add_row(book, record)
                key = next(iter(book.draft.rows[record]))
            for name, field in spec.fields.items():
                public = (record, name) in {("school", "code"), ("school", "name"), ("school", "kind")}
                if field.item.personal or public or isinstance(field.item.kind, Reference):
                    continue
                for text in sorted(texts):
                    entry.set_cell(book, record, key, name, f"见{text}" if field.item.free else text)
                    if field.item.free:
                        assert sending.Home(book.draft, sealed=False).keeps(field, f"见{text}"), (
                            record,
                            name,
                        )
        files = members(export(book, tmp_path / "U盘"))
        assert_no_person(files, texts)
        assert_no_number(files)


def test_what_was_pasted_under_the_heading_of_names(both, tmp_path):
    _, book = both
    fill(book)
    block = [["姓名", "年级"], ["欧阳子虚", "二年级"], ["司马乌有", "三年级"]]
    entry.paste(book, "school_class", len(book.draft.rows["school_class"]), ("name", "grade"), block)
    files = members(export(book, tmp_path / "U盘"))
    assert_no_person(files, {"欧阳子虚", "司马乌有"})
    assert "一（1）班".encode() in files["data/school_class.csv"]
    about = json.loads(files["datapackage.json"])["eduapp"]
    assert about["kept_home"]["school_class.name"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
def test_an_explanation_with_a_number_stays_at_home(both, sealed, tmp_path):
    office, book = both
    fill(book)
    if sealed:
        believe(book, office)
    entry.set_cell(book, "school_class", book.draft.rows["school_class"].key_at(0), "pupils", "0")
    finding = next(each for each in checking.check(book).findings if each.code == "range.class_size")
    for text, leaves in (("已核实", True), (f"见{identity()}", False), (f"问 {mobile(3)}", False)):
        entry.set_reason(book, finding.id, text)
        report = checking.check(book)
        assert any(each.code == "personal.reason" and each.open for each in report.findings) is not leaves
        files = members(export(book, tmp_path / "U盘"), office.identities if sealed else ())
        said = json.loads(files["datapackage.json"])["eduapp"]
        assert (finding.id in said["reasons"]) is leaves
        assert said.get("kept_home", {}).get("reason", 0) == (not leaves)
    entry.set_reason(book, finding.id, "问孙悟空空")
    files = members(export(book, tmp_path / "U盘"), office.identities if sealed else ())
    assert (finding.id in json.loads(files["datapackage.json"])["eduapp"]["reasons"]) is sealed


HALVES = ("birth_month", "stage")
"""Two neighbouring columns of the staff list."""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["paste", "typing", "import"])
@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
def test_a_number_cut_in_two_by_a_column(both, way, sealed, tmp_path):
    """A sheet that keeps region and the rest in two columns: no cell alone is a number, the row says it."""
    office, book = both
    fill(book)
    if sealed:
        believe(book, office)
    halves = [[identity(number=at)[:6], identity(number=at)[6:]] for at in range(1, 4)]
    if way == "paste":
        entry.paste(book, "teacher", len(book.draft.rows["teacher"]), HALVES, halves)
    elif way == "typing":
        for line in halves:
            entry.add_row(book, "teacher", dict(zip(HALVES, line, strict=True)))
    else:
        file = Workbook()
        file.active.append([RECORDS["teacher"].fields[name].heading for name in ("name", *HALVES)])
        for at, line in enumerate(halves):
            file.active.append([f"李甲{'乙丙丁'[at]}", *line])
        file.save(tmp_path / "a.xlsx")
        importing.import_list(book, "teacher", tmp_path / "a.xlsx")
    red = [each for each in checking.check(book).findings if each.code == "personal.number"]
    assert len(red) == (0 if way == "import" else 6)
    said = [each.text for each in checking.check(book).findings]
    assert all(half not in text for text in said for line in halves for half in line)
    assert len(numbers_found.found(book)) == len(red)
    files = members(export(book, tmp_path / "U盘"), office.identities if sealed else ())
    for _, second in halves:
        assert all(second.encode() not in content for content in files.values())
    if red:
        kept = json.loads(files["datapackage.json"])["eduapp"]["kept_home"]
        assert (kept["teacher.birth_month"], kept["teacher.stage"]) == (3, 3)
        numbers_found.take_out(book, pasting.Keep.MONTH)
        assert numbers_found.found(book) == ()
        months = [row["birth_month"] for row in book.draft.rows["teacher"].values()]
        assert months[-3:] == ["1985-03"] * 3


def test_a_number_cut_in_two_is_not_printed(both, tmp_path):
    _, book = both
    fill(book)
    whole = identity(number=5)
    halves = dict(zip(HALVES, (whole[:6], whole[6:]), strict=True))
    entry.add_row(book, "teacher", {"name": "李甲乙", **halves})
    row = list(book.draft.rows["teacher"].values())[-1]
    shown = entry.show_row_outside(book, "teacher", row, TEACHER)
    assert shown[0] == "李甲乙"
    assert all(each not in text for text in shown for each in (whole[:6], whole[6:]))


@pytest.mark.parametrize("said", ["孙 悟空空", "孙·悟空空", "孙\u3000悟 空空", "孙悟空空"])
def test_a_name_is_known_however_it_is_spaced(both, said, tmp_path):
    _, book = both
    fill(book)
    entry.add_row(book, "teacher", {"name": "孙悟·空空"})
    entry.add_row(book, "school_class", {"name": f"{said}的班"})
    entry.add_row(book, "school_class", {"name": "孙悟的班"})
    files = members(export(book, tmp_path / "U盘"))
    assert f"{said}的班".encode() not in b"".join(files.values())
    assert "孙悟的班".encode() in files["data/school_class.csv"]


def test_a_number_that_was_typed_is_kept_red_and_found(both):
    _, book = both
    fill(book)
    key = book.draft.rows["teacher"].key_at(0)
    for text in (identity(), " ".join(identity()), "１３８００１３８０００", identity()[:6] + "850312001"):
        for name in ("hired", "backbone_document", "name", "birth_month", "stage"):
            entry.set_cell(book, "teacher", key, name, text)
            assert book.draft.rows["teacher"][key][name] == Unread(text)
            found = [each for each in checking.check(book).findings if each.field == name]
            assert [(each.code, each.open) for each in found if each.key == key][:1] == [
                ("personal.number", True)
            ]
            assert all(text not in each.text for each in found if each.code == "personal.number")
    entry.set_cell(book, "school", "-", "phone", mobile(1))
    assert book.draft.only("school")["phone"] == mobile(1)


def test_an_old_workbook_is_found_and_mended_in_one_act(both):
    _, book = both
    fill(book)
    first, second = list(book.draft.rows["teacher"])
    book.draft.rows["teacher"][first]["backbone_document"] = (
        f"见 {identity(born='19790401')}"  # as it was kept
    )
    entry.set_cell(book, "teacher", second, "birth_month", "")
    entry.set_cell(book, "teacher", second, "hired", identity(born="19790401"))
    entry.set_reason(book, "x", f"问{mobile(2)}办公室")
    there = numbers_found.found(book)
    assert [(each.field, each.words) for each in there] == [
        ("backbone_document", "身份证号"),
        ("hired", "身份证号"),
        ("", "手机号"),
    ]
    done = numbers_found.take_out(book, pasting.Keep.MONTH)
    assert numbers_found.found(book) == ()
    assert book.draft.rows["teacher"][first]["backbone_document"] == "见"
    assert book.draft.rows["teacher"][first]["birth_month"] == "1985-03"  # what was there goes before
    assert book.draft.rows["teacher"][second]["birth_month"] == "1979-04"
    assert book.draft.rows["teacher"][second]["hired"] is None
    assert book.draft.reasons["x"] == "问办公室"
    entry.apply(book, done.inverse())
    assert len(numbers_found.found(book)) == 3


@pytest.mark.slow
def test_a_county_finds_the_mark_and_not_the_text(both, tmp_path):
    office, book = both
    fill(book)
    believe(book, office)
    key = book.draft.rows["teacher"].key_at(0)
    entry.set_cell(book, "teacher", key, "hired", identity())
    made = export(book, tmp_path / "U盘")
    from eduapp.services.hand_off import intake, trust

    trust.admit_unchecked(office, [Path(made.path)])
    jobs.run(intake.merge(office, [tmp_path / "U盘"]))
    draft = office.draft_of(made.id)
    assert draft.rows["teacher"][key]["hired"] == Unread(KEPT_HOME)
    report = checking.check_draft(draft, book.reference_date, book.standards)
    assert ("kept.home", "hired") in {(each.code, each.field) for each in report.findings}


@pytest.mark.parametrize("plan", PLANS[3:6], ids=lambda plan: plan.name)
def test_plain_and_sealed_give_equal_verdicts(plan, tmp_path):
    from eduapp.services.packing import pack, unpack
    from eduapp.services.personal import Home

    with making.make_school(tmp_path / "a.edubook", plan, 2026) as book:
        complete = set(book.draft.complete)
        reports = []
        for sealed in (False, True):
            draft = unpack(pack(book.draft, personal=sealed))
            draft.complete = complete
            report = checking.check_draft(draft, book.reference_date, book.standards)
            reports.append((report.sections, report.school_level))
            marks = [
                row
                for rows in draft.rows.values()
                for row in rows.values()
                if Unread(KEPT_HOME) in row.values()
            ]
            assert len(marks) == (0 if sealed or plan.state == "final" else 1)
        assert reports[0] == reports[1]
        assert Home(book.draft, sealed=True).counted({}) == {}


@pytest.mark.slow
def test_the_same_for_every_list_of_every_standard(tmp_path):
    """Every text that a formula looks at travels in a plain file, by all standards that ship."""
    from eduapp.services.packing import pack, unpack
    from eduapp.standards.packs.reader import chosen, standard_ids

    with making.make_school(tmp_path / "a.edubook", PLANS[6], 2026) as book:
        standards = chosen(list(standard_ids()))
        sides = []
        for sealed in (False, True):
            draft = unpack(pack(book.draft, personal=sealed))
            draft.complete = set(LISTS)
            report = checking.check_draft(draft, book.reference_date, standards)
            verdicts = [each for section in report.sections for each in section.verdicts]
            sides.append(
                [(v.standard, v.code, v.stage, v.outcome, v.value) for v in [*verdicts, *report.school_level]]
            )
        assert sides[0] == sides[1]


def test_a_name_that_holds_a_number_makes_no_file(both, tmp_path):
    _, book = both
    fill(book)
    book.draft.only("school")["name"] = f"明德{identity()}"  # as an older program kept it
    with pytest.raises(sending.Problem, match="身份证号"):
        export(book, tmp_path / "U盘")
    assert COUNTY


TYPED = (identity(), f"张三：{identity()}", f"430902-19850312-{identity()[-4:]}", "139 0013 9000")
"""Each is typed as the name of a row, too, by which other rows are known on paper."""
NUMBER = re.compile(r"430902|19850312|1985年|1390013|139 ?0013")


@pytest.mark.slow
def test_no_paper_says_a_number(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        for record in LISTS:
            for typed in TYPED:
                entry.add_row(book, record, dict.fromkeys(RECORDS[record].fields, typed))
        for record in ("rotation", "training", "homework", "care", "at_risk", "special_needs"):
            for name, field in RECORDS[record].fields.items():
                kind = field.item.kind
                if isinstance(kind, Reference):  # each row says whose it is by a name that is a number
                    keys = list(book.draft.rows[kind.record])[-len(TYPED) :]
                    edits = [
                        SetCell(record, row, name, book.draft.rows[record][row][name], key)
                        for row, key in zip(list(book.draft.rows[record])[-len(TYPED) :], keys, strict=True)
                    ]
                    book.commit(edits, "指向")
        papers = [name for name, _ in reporting.school_papers()]
        assert len(papers) > 20
        for name in (*papers, "why:R1:primary"):
            with preview.Preview(reporting.print_school(book, name)) as shown:
                text = "\n".join(shown.text(page) for page in range(shown.pages))
            assert NUMBER.findall(text) == [], name
