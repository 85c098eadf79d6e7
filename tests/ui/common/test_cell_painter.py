"""The grid's own painter beside Qt's: the same pictures, and never a text of before an edit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QStyledItemDelegate

from eduapp.services import checking, entry, workbooks
from tests.ui.common.pictures import pictures
from ui.common.cell_painter import CellPainter
from ui.common.record_table import ALIGNMENT, BACKGROUND, DECORATION, DISPLAY, EDIT, FOREGROUND, TOOLTIP

LONG = "很长很长的名字一二三四五六七八九十甲乙丙丁戊己庚辛"
ROOMS = [
    {"name": LONG, "kind": "普通教室", "area": "60"},
    {"name": "a & <b>x</b>", "kind": "普通教室", "area": "大约一百二十平方米吧"},
    {"name": "室\t𠮷", "kind": "", "area": "12345.67"},
    {"name": "", "kind": "普通教室", "area": "六十"},
    {"name": "室5", "kind": "普通教室", "area": "60"},
]


@pytest.fixture
def grid(qtbot, workspace, theme):
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    entry.add_rows(workspace.book, "room", ROOMS)
    table = RecordTable(workspace, "room", theme)
    table.set_findings(checking.check(workspace.book).findings)
    keys = list(table.keys)
    table.set_questions({("room", keys[0], "area"): "多少?", ("room", keys[3], "area"): "多少?"})
    view = SheetEditor(table, theme)
    qtbot.addWidget(view)
    view.resize(700, 300)
    view.show()
    view.go_to(table.index(1, 0))
    return view


def select(view, *blocks):
    chosen = QItemSelection()
    for top, left, bottom, right in blocks:
        chosen.select(view.table.index(top, left), view.table.index(bottom, right))
    view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def larger(view):
    font = QFont(view.font())
    font.setPointSize(13)
    view.setFont(font)


def narrow(view):
    for column, width in enumerate((12, 20, 26, 33, 40)):
        view.setColumnWidth(column, width)


STATES = {
    "plain": lambda view: None,
    "current": lambda view: view.setFocus(),
    "selected": lambda view: select(view, (0, 1, 3, 3)),
    "several": lambda view: select(view, (0, 0, 0, 1), (3, 2, 4, 2)),
    "everything": lambda view: view.selectAll(),
    "aside": lambda view: view.horizontalScrollBar().setValue(97),
    "low": lambda view: view.verticalHeader().setDefaultSectionSize(12),
    "high": lambda view: view.verticalHeader().setDefaultSectionSize(44),
    "narrow": narrow,
    "one narrow": lambda view: view.setColumnWidth(2, 50),
    "hidden": lambda view: view.setColumnHidden(1, True),
    "font": larger,
    "off": lambda view: view.setEnabled(False),
    "right to left": lambda view: view.setLayoutDirection(Qt.LayoutDirection.RightToLeft),
}


class CellByCell(CellPainter):
    """As the grid's own, but Qt paints every cell."""

    def paint_all(self, area):
        return None


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_the_picture_is_that_of_qt_cell_by_cell(qapp, grid, state):
    STATES[state](grid)
    qapp.processEvents()
    ours = pictures(grid)
    grid.setItemDelegate(CellByCell(grid, grid.table))
    assert ours == pictures(grid)


@pytest.mark.slow
@pytest.mark.parametrize("state", [each for each in STATES if "narrow" not in each])
def test_the_picture_is_that_of_qts_own_delegate(qapp, grid, state):
    grid.setColumnWidth(2, 280)  # a mark beside a text that has room: Qt would cut any other
    STATES[state](grid)
    painted = grid.itemDelegate()
    qapp.processEvents()
    ours = pictures(grid)
    again = pictures(grid)
    grid.setItemDelegate(QStyledItemDelegate(grid))
    theirs = pictures(grid)
    grid.setItemDelegate(painted)
    assert ours == again
    assert ours == theirs


@pytest.mark.parametrize("current", [(1, 0), (3, 2)])
def test_a_mark_in_a_narrow_column_hides_nothing_of_its_value(qapp, grid, current):
    """「六十」 in a column of 50 pixels is drawn as without a mark, and the mark stands in the corner."""
    grid.setColumnWidth(2, 50)
    grid.go_to(grid.table.index(*current))
    cell = grid.visualRect(grid.table.index(3, 2))
    middle = cell.adjusted(1, 11, -2, -6)

    def ink():
        qapp.processEvents()
        seen = grid.viewport().grab(middle).toImage()
        ground = seen.pixelColor(0, 0).lightness()
        columns = range(seen.width())
        lit = [[seen.pixelColor(x, y).lightness() for y in range(seen.height())] for x in columns]
        drawn = [x for x in columns if any(abs(each - ground) > 60 for each in lit[x])]
        return min(drawn), max(drawn)

    def alike(one, other):  # the edge of a stroke is softer on a tinted ground
        return all(abs(a - b) <= 1 for a, b in zip(one, other, strict=True))

    assert grid.table.look_of(3, 2)[3] is not None
    marked = ink()
    grid.table.set_findings([])
    grid.table.set_questions({})
    assert alike(marked, ink())
    grid.setItemDelegate(CellByCell(grid, grid.table))
    assert alike(marked, ink())


def test_an_edit_is_painted_and_its_undoing_too(qapp, grid):
    def picture():
        qapp.processEvents()
        return grid.viewport().grab().toImage()

    before = picture()
    grid.table.setData(grid.table.index(4, 0), "另一个名字")
    after = picture()
    assert after != before
    grid.table.workspace.undo()
    assert picture() == before
    grid.table.workspace.redo()
    assert picture() == after


# --- what the model answers is what a fresh one answers ---

ROLES = (DISPLAY, EDIT, FOREGROUND, BACKGROUND, DECORATION, ALIGNMENT, TOOLTIP)
TEXTS = st.sampled_from(
    ["", "室1", "60", "６０", "约60", "普通教室", "a\u202eb", "一年级(1)班", "2026-09-01", LONG]
)
RECORDS_EDITED = ("room", "homework", "school_class")
STEP = st.tuples(
    st.sampled_from(["set", "add", "delete", "paste", "undo", "redo", "many"]),
    st.sampled_from(RECORDS_EDITED),
    st.integers(0, 9),
    st.integers(0, 6),
    TEXTS,
)


def answers(table):
    said = []
    for row in range(table.rowCount()):
        look = [table.look_of(row, column) for column in range(table.columnCount())]
        for column in range(table.columnCount()):
            index = table.index(row, column)
            cell = [table.data(index, role) for role in ROLES]
            cell = [getattr(each, "cacheKey", lambda each=each: each)() for each in cell]
            said.append((cell, look[column] and (*look[column][:3], look[column][3] is None)))
        said.append(table.headerData(row, Qt.Orientation.Vertical))
    return said


def take(workspace, step):
    action, record, row, column, text = step
    rows = list(workspace.book.draft.rows[record])
    fields = list(workspace.book.draft.rows[record][rows[0]]) if rows else []
    if action == "undo":
        workspace.undo()
    elif action == "redo":
        workspace.redo()
    elif action == "many":
        workspace.edit(lambda book: entry.add_rows(book, record, [{}] * 40))
    elif action == "add" or not rows:
        workspace.edit(lambda book: entry.add_rows(book, record, [{}, {}]))
    elif action == "set":
        key, name = rows[row % len(rows)], fields[column % len(fields)]
        workspace.edit(lambda book: entry.set_cell(book, record, key, name, text))
    elif action == "delete":
        workspace.edit(lambda book: entry.delete_rows(book, record, rows[row % len(rows) :][:2]))
    else:
        name = fields[column % len(fields)]
        workspace.edit(lambda book: entry.paste(book, record, row, [name], [[text], ["甲"], [text]]))


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=8))
def test_after_any_edits_a_model_answers_as_a_fresh_one(qapp, theme, tmp_path_factory, steps):
    from ui.common.record_table import RecordTable
    from ui.common.workspace import Workspace

    place = tmp_path_factory.mktemp("school") / "校.edubook"
    with workbooks.create_school(place, workbooks.NewSchool("2143000123", "老河口完小", "211", 2026)) as book:
        workspace = Workspace(book, entry.apply, checking.check)
        entry.add_rows(book, "school_class", [{"name": "一年级(1)班"}, {"name": ""}])
        keys = list(book.draft.rows["school_class"])
        entry.add_rows(book, "homework", [{"school_class": keys[i % 2], "planned": str(i)} for i in range(4)])
        tables = {record: RecordTable(workspace, record, theme) for record in RECORDS_EDITED}
        for step in steps:
            take(workspace, step)
            workspace.check_now()
            for record, table in tables.items():
                table.set_findings(workspace.report.findings)
                fresh = RecordTable(workspace, record, theme)
                fresh.set_findings(workspace.report.findings)
                said, anew = answers(table), answers(fresh)
                assert [each for each in said if isinstance(each, str)] == [
                    each for each in anew if isinstance(each, str)
                ]
                assert texts_and_looks(said) == texts_and_looks(anew)
        workspace._timer.stop()


def texts_and_looks(said):
    """Leave the pictures out: each model draws its own, only whether there is one counts."""
    mark = ROLES.index(DECORATION)
    return [
        ([*each[0][:mark], each[0][mark] is None, *each[0][mark + 1 :]], each[1])
        for each in said
        if not isinstance(each, str)
    ]


@pytest.mark.slow
def test_forty_thousand_rows_are_scrolled_selected_edited_and_shown_as_they_are(
    qtbot, qapp, workspace, theme
):
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    entry.add_rows(workspace.book, "school_class", [{"name": "一年级(1)班"}])
    row = {"school_class": "一年级(1)班", "subject": "语文"}
    entry.add_rows(workspace.book, "homework", [row | {"planned": str(i % 90)} for i in range(40_000)])
    view = SheetEditor(RecordTable(workspace, "homework", theme), theme)
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.show()
    view.setFocus()
    column = [each.name for each in view.table.fields].index("planned")
    view.go_to(view.table.index(0, column))
    for _ in range(40):
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
    at = view.currentIndex().row()
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_block() == [[str(i % 90)] for i in range(at, at + 4)]

    def picture():
        qapp.processEvents()
        return view.viewport().grab().toImage()

    def is_fresh():
        """The picture is that of Qt's own delegate over a model that has kept nothing."""
        ours, painter = picture(), view.itemDelegate()
        view.table._lines.clear()
        view.setItemDelegate(QStyledItemDelegate(view))
        theirs = picture()
        view.setItemDelegate(painter)
        return ours == theirs

    assert is_fresh()
    before = picture()
    qapp.clipboard().setText("7\n约8\n9\n")
    qtbot.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [view.table.index(at + i, column).data() for i in range(3)] == ["7", "约8", "9"]
    assert picture() != before
    assert is_fresh()
    workspace.undo()
    assert picture() == before
    view.selectColumn(column)
    workspace.redo()
    assert is_fresh()
