"""What other programs put on the clipboard, pasted into the teachers' grid as they mean it."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from db.records.values import Unread

OVERFLOW = (
    "<table><tr height=20><td colspan=2 width=180 style='mso-ignore:colspan'>周七(支教,春季返校)</td>"
    "<td>初中</td><td>数学</td></tr></table>"
)
NESTED = "<table><tr><td><table><tr><td>周七</td><td>初中</td></tr></table></td></tr></table>"
HEADED = "姓名\t民族\t学历\t职称\t办公电话\n周七\t汉族\t本科\t高级\t0000\n"


def paste(window, qtbot, mime):
    """Paste into the first blank row; return what stands in that teacher's row."""
    window.show_page("teachers")
    grid = window.records["teachers"].panes[0].grid
    qtbot.deliver()
    QGuiApplication.clipboard().setMimeData(mime)
    grid.go_to(grid.table.index(grid.table.rowCount() - 1, 0))
    grid.paste()
    qtbot.deliver()
    rows = window.book.draft.rows["teacher"]
    found = [dict(rows[rows.key_at(at)]) for at in range(len(rows))]
    return [each for each in found if "周七" in each["name"]]


def html(text):
    mime = QMimeData()
    mime.setHtml(text)
    return mime


def test_text_that_runs_over_its_neighbour_leaves_it_empty(window, qtbot):
    (row,) = paste(window, qtbot, html(OVERFLOW))
    assert (row["name"], row["birth_month"]) == ("周七(支教,春季返校)", None)
    assert (row["stage"], row["subject"]) == ("lower_secondary", "mathematics")


def test_the_cells_of_a_table_in_a_cell_stay_cells(window, qtbot):
    (row,) = paste(window, qtbot, html(NESTED))
    assert (row["name"], row["birth_month"]) == ("周七", Unread("初中"))


def test_a_heading_with_columns_that_are_not_known_is_a_heading(window, qtbot):
    mime = QMimeData()
    mime.setText(HEADED)
    (row,) = paste(window, qtbot, mime)
    assert (row["name"], row["degree"], row["birth_month"]) == ("周七", "21", None)
    assert "民族、办公电话" in window.message.text
