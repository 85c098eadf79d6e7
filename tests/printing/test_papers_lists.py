"""Printed lists: the spec's headings, row numbers, totals, blank rows, many pages."""

from __future__ import annotations

from collections import Counter

import pytest

from db.records.catalog import LISTS, RECORDS
from db.records.values import Choice, Code, Day, Reference, Text, YesNo
from eduapp.printing import preview
from eduapp.printing.lists import record_list, record_list_steps


def pages_of(pdf):
    with preview.Preview(pdf) as shown:
        return ["".join(shown.text(page).split()) for page in range(shown.pages)]


def row(record, **texts):
    """A row of texts by field; the rest is empty."""
    return [texts.get(name, "") for name in RECORDS[record].fields]


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("count", [None, 0, 1, 60])
def test_every_list_has_its_headings_on_every_page_and_a_signature(name, count, school):
    spec = RECORDS[name]
    rows = None if count is None else [["7"] * len(spec.fields)] * count
    pages = pages_of(record_list(school().head(), spec, rows))
    for page in pages:
        for each in spec.fields.values():
            assert each.heading in page
    assert "（盖章）" in pages[-1]
    assert "仙人渡镇㛃䶮𬭎学校" in pages[0]
    if count is None:
        assert len(pages) == 1
        assert "".join(str(number) for number in range(1, 15)) in pages[0]


def test_totals_are_exact_and_rows_are_numbered(school):
    rows = [
        row("sports_ground", name="东操场", kind="校内体育场", area="9,000.5", walk_minutes="7"),
        row("sports_ground", kind="学校体育馆", area="600.25", walk_minutes="8"),
        row("sports_ground", name="西操场"),
    ]
    (page,) = pages_of(record_list(school().head(), RECORDS["sports_ground"], rows, complete=True))
    assert "合计9600.75" in page
    assert "合计9600.7515" not in page  # minutes of a walk are not added up
    assert "共3条记录" in page
    assert "□✓。" in page


def test_a_column_with_what_is_no_number_has_no_total(school):
    rows = [
        row("school_class", name="一年级(1)班", grade="一年级", pupils="38", boarders="0"),
        row("school_class", name="一年级(2)班", grade="一年级", pupils="约40", boarders="2"),
    ]
    (page,) = pages_of(record_list(school().head(), RECORDS["school_class"], rows))
    assert "合计—2" in page


def test_rare_names_and_same_bytes(school):
    rows = [row("teacher", name="㛃䶮𬭎", stage="小学", subject="音乐", post="在编在岗")] * 40
    made = [record_list(school().head(), RECORDS["teacher"], rows) for _ in range(2)]
    assert made[0] == made[1]
    assert sum(page.count("㛃䶮𬭎") for page in pages_of(made[0])) >= 40


def test_a_row_of_the_wrong_length_is_a_bug(school):
    with pytest.raises(ValueError, match="room"):
        record_list(school().head(), RECORDS["room"], [("音乐室",)])


def test_a_long_list_is_drawn_page_by_page(school):
    rows = [("2026-09-03", "一年级(1)班", "语文", "是", "20", "")] * 400
    steps = list(record_list_steps(school().head(), RECORDS["homework"], rows))
    assert steps[-1].page == steps[-1].pages == len(steps) > 5


LONGEST = {
    Day: "2026-09-01",
    YesNo: "是",
    Reference: "欧阳㛃",
    Text: "清教〔2026〕第128号",
    Code: "2143000123",
}


def widest(field):
    """A text as long as its kind allows in practice."""
    kind = field.item.kind
    if isinstance(kind, Choice):
        return max((words for _, words in kind.options), key=len, default="")
    return LONGEST.get(type(kind), "12345.6789")


@pytest.mark.parametrize("name", LISTS)
def test_what_is_wide_is_printed_across_and_nothing_is_cut(name, school):
    spec = RECORDS[name]
    texts = [widest(each) for each in spec.fields.values()]
    pdf = record_list(school().head(), spec, [texts] * 3)
    with preview.Preview(pdf) as shown:
        wide, high = shown.size(0)
    many = len(spec.fields) >= 8
    assert (wide > high) or not many
    (page,) = pages_of(pdf)
    wanted = Counter("".join("".join(texts).split()) * 3)
    assert not wanted - Counter(page)  # wrapped perhaps, but every character is there
