"""Printed lists: the spec's headings, row numbers, totals, blank rows, many pages."""

from __future__ import annotations

import pytest

from db.records.catalog import LISTS, RECORDS
from eduapp.printing import preview
from eduapp.printing.lists import record_list, record_list_steps


def pages_of(pdf):
    with preview.Preview(pdf) as shown:
        return ["".join(shown.text(page).split()) for page in range(shown.pages)]


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
    rows = [("东操场", "校内体育场", "9,000.5"), ("", "学校体育馆", "600.25"), ("西操场", "", "")]
    (page,) = pages_of(record_list(school().head(), RECORDS["sports_ground"], rows, complete=True))
    assert "合计9600.75" in page
    assert "共3条记录" in page
    assert "□✓。" in page


def test_a_column_with_what_is_no_number_has_no_total(school):
    rows = [("一年级(1)班", "一年级", "38", "0"), ("一年级(2)班", "一年级", "约40", "2")]
    (page,) = pages_of(record_list(school().head(), RECORDS["school_class"], rows))
    assert "合计—2" in page


def test_rare_names_and_same_bytes(school):
    rows = [("㛃䶮𬭎", "", "小学", "音乐", "本科毕业", "是", "县级", "在编在岗")] * 40
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
