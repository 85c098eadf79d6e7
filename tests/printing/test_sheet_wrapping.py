"""Breaking lines: nothing lost, nothing over the edge, no closing mark first on a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eduapp.printing import fonts
from eduapp.printing.wrapping import wrap

HEADER = "生均教学及辅助用房面积(㎡)"
texts = st.text(alphabet="生均教学面积（）()，。“”《》、% ㎡12345.,ab＿\n", max_size=120)
rooms = st.integers(min_value=10, max_value=300)


@given(texts, rooms)
def test_every_character_stands_on_some_line_and_in_order(text, room):
    assert "".join(wrap(text, room, 9.5)).replace(" ", "") == text.replace(" ", "").replace("\n", "")


@given(texts, rooms, st.booleans())
def test_no_line_is_wider_than_its_room(text, room, bold):
    assert all(fonts.width(line, 9.5, bold=bold) <= room + 1e-6 for line in wrap(text, room, 9.5, bold=bold))


@given(texts, rooms)
def test_the_same_text_fits_in_fewer_lines_where_there_is_more_room(text, room):
    assert len(wrap(text, room * 3, 9.5)) <= len(wrap(text, room, 9.5))


def test_numbers_words_and_marks_stay_whole():
    assert wrap("新建教学楼1,150㎡（2027年）。", 90, 10) == ("新建教学楼1,150㎡", "（2027年）。")
    assert wrap("达到“生均4.5平方米以上”", 60, 10) == ("达到“生均", "4.5平方米以", "上”")
    assert wrap(HEADER, 50, 9.5) == ("生均教学及", "辅助用房面", "积(㎡)")


def test_line_ends_of_the_author_are_kept():
    assert wrap("甲\n\n乙", 100, 10) == ("甲", "", "乙")


def test_a_unit_wider_than_the_line_is_cut():
    lines = wrap("1234567890123456789", 40, 10)
    assert len(lines) > 1
    assert "".join(lines) == "1234567890123456789"
