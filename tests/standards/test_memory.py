"""Answers that are kept: what they stand on, what puts them in doubt, what leaves them alone."""

import random

import pytest

from eduapp.standards.memory import Memory


class Sheet:
    """Cells, and formulas over them, that count how often they are worked out."""

    def __init__(self):
        self.memory, self.cells, self.made = Memory(), {}, []

    def cell(self, name):
        self.memory.read(name)
        return self.cells[name]

    def kept(self, name, formula):
        def make():
            self.made.append(name)
            return formula()

        return self.memory.answer(name, make)

    def set(self, **cells):
        self.cells |= cells
        self.memory.change(cells)


def test_an_answer_is_worked_out_once():
    sheet = Sheet()
    sheet.set(a=1)
    assert [sheet.kept("double", lambda: sheet.cell("a") * 2) for _ in range(3)] == [2, 2, 2]
    assert sheet.made == ["double"]


def test_what_it_read_makes_it_anew_and_nothing_else():
    sheet = Sheet()
    sheet.set(a=1, b=1)
    for b in (1, 2, 3):
        sheet.set(b=b)
        assert sheet.kept("double", lambda: sheet.cell("a") * 2) == 2
    assert sheet.made == ["double"]
    sheet.set(a=5)
    assert sheet.kept("double", lambda: sheet.cell("a") * 2) == 10


def test_an_answer_that_comes_out_as_it_was_leaves_what_stands_on_it_alone():
    sheet = Sheet()
    sheet.set(a=1)

    def shown():
        return sheet.kept("shown", lambda: f"{sheet.kept('sign', lambda: sheet.cell('a') > 0)}")

    assert shown() == "True"
    sheet.set(a=2)
    assert shown() == "True"
    assert sheet.made == ["shown", "sign", "sign"]
    sheet.set(a=-2)
    assert shown() == "False"
    assert sheet.made[3:] == ["sign", "shown"]


def test_what_is_no_longer_read_is_no_reason():
    sheet = Sheet()
    sheet.set(which="a", a=1, b=2)

    def chosen():
        return sheet.kept("chosen", lambda: sheet.cell(sheet.cell("which")))

    assert chosen() == 1
    sheet.set(which="b")
    assert chosen() == 2
    sheet.set(a=9)
    assert chosen() == 2
    assert sheet.made == ["chosen", "chosen"]
    sheet.set(b=7)
    assert chosen() == 7


def test_what_was_read_later_need_not_be_there_any_more():
    sheet = Sheet()
    sheet.set(rows=("x",), x=1)

    def row(name):
        return sheet.kept(f"row {name}", lambda: sheet.cell(name))

    def total():
        return sheet.kept("total", lambda: sum(row(name) for name in sheet.cell("rows")))

    assert total() == 1
    del sheet.cells["x"]
    sheet.cells["rows"] = ()
    sheet.memory.change(["x", "rows"])
    assert total() == 0


def test_one_that_fails_is_asked_again_and_keeps_nothing():
    sheet = Sheet()
    sheet.set(a=1)
    assert sheet.kept("tenth", lambda: 10 // sheet.cell("a")) == 10
    sheet.set(a=0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            sheet.kept("tenth", lambda: 10 // sheet.cell("a"))
    sheet.set(a=5)
    assert sheet.kept("tenth", lambda: 10 // sheet.cell("a")) == 2


@pytest.mark.parametrize("seed", range(60))
def test_any_formulas_over_any_cells_say_what_working_them_out_says(seed):
    """Formulas over cells and over earlier formulas, some choosing what they read by what they read."""
    dice = random.Random(seed)
    cells, size = [f"c{number}" for number in range(6)], 12
    parts = [dice.choices([*cells, *range(at)], k=3) for at in range(size)]
    sheet = Sheet()
    sheet.set(**{name: dice.randint(0, 2) for name in cells})

    def value(part, kept):
        if isinstance(part, str):
            return sheet.cell(part) if kept else sheet.cells[part]
        if not kept:
            return formula(part, kept)
        return sheet.memory.answer(part, lambda: formula(part, True))

    def formula(at, kept):
        first, second, third = parts[at]
        return value(second, kept) if value(first, kept) % 2 else value(third, kept) % 3

    for _ in range(40):
        sheet.set(**{name: dice.randint(0, 2) for name in dice.sample(cells, dice.randint(1, 2))})
        for at in dice.sample(range(size), 3):
            assert value(at, True) == formula(at, False)
