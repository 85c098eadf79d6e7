"""Both windows on a desktop of Windows, by the keys and clicks of a person: ./run windows desktop."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QToolButton

from eduapp.services import importing
from eduapp.services.hand_off import trust
from eduapp.services.keys import county_keys
from eduapp.services.practice import making as practice
from ui.common.nav_list import NavigationList
from ui.common.recent import remember

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.qt_log_ignore(
        "DpiAwareness|monitor interface|EnableNonClientDpiScaling|Unable to set geometry", extend=True
    ),  # Wine
]

STICK = "E:\\"
NAME, CODE = "老河口完小", "2143000123"
LISTED = "教师名单.xlsx"


def modal():
    return QApplication.activeModalWidget()


def button(dialog, words):
    (found,) = (
        each
        for box in dialog.findChildren(QDialogButtonBox)
        for each in box.buttons()
        if each.text() == words
    )
    return found


def window_of(clerk, program):
    """Wait until the program shows a workbook, and all of its window is there."""
    window = clerk.wait(lambda: program.windows[-1] if program.windows else None, "a window")
    clerk.wait(lambda: window.isActiveWindow() and window.rest.over, "the whole window")
    idle(clerk, window)
    return window


def idle(clerk, window):
    calm = 0
    while calm < 3:
        clerk.wait(lambda: not window.jobs.busy, "the end of a job")
        calm = 0 if clerk.see(lambda: window.jobs.busy) else calm + 1


def go(clerk, window, page):
    """Click the name of a page."""
    nav = window.findChild(NavigationList)

    def spot():
        item = nav.item(list(window.pages).index(page))
        nav.scrollToItem(item)
        return nav.visualItemRect(item).center()

    clerk.click(nav.viewport(), spot)
    clerk.wait(lambda: window.page_name == page and window.pages[page].isVisible(), f"the page {page}")
    idle(clerk, window)


def tool(window, words):
    (found,) = (each for each in window._tools.findChildren(QToolButton) if each.text().startswith(words))
    return found


def answer_dialog(clerk, path):
    """Type a path into the system's own dialog, which has a class of windows of its own, and confirm it."""

    def in_front():
        read = ctypes.create_unicode_buffer(200)
        user = ctypes.windll.user32
        user.GetClassNameW(user.GetForegroundWindow(), read, len(read))
        return read.value == "#32770"

    clerk.wait(in_front, "the system's dialog")
    clerk.type(str(path))
    clerk.press("Enter")


def cell(grid, row, column):
    return grid.table.index(row, column).data() or ""


# --- a school's first day: start page, a workbook, typing, pasting, a list, the paper ---


def test_a_school_begins(clerk, program, tmp_path):
    program.start(None)
    clerk.works(lambda clerk: first_day(clerk, program, tmp_path))


def first_day(clerk, program, folder):
    start = program.start_page
    clerk.wait(start.isActiveWindow, "the start page")
    clerk.picture("start")
    clerk.click(start.school)
    dialog = clerk.wait(modal, "the questions for a new workbook")
    clerk.fill(dialog.name, NAME)
    clerk.fill(dialog.code, CODE)
    clerk.press("Tab")
    clerk.press("Down")  # the first kind of school
    clerk.fill(dialog.place.text, str(folder))
    clerk.picture("new_school")
    clerk.click(button(dialog, "新建"))
    window = window_of(clerk, program)
    clerk.see(window.showMaximized)
    go(clerk, window, "classes")
    grid = clerk.see(lambda: window.records["classes"].panes[0].grid)
    type_rows(clerk, grid)
    paste_rows(clerk, grid)
    clerk.picture("classes")
    import_list(clerk, window, grid, folder / LISTED)
    clerk.press("Ctrl", "P")
    idle(clerk, window)
    clerk.wait(lambda: window.print_page.paper._drawn, "the paper")
    clerk.picture("print")


def type_rows(clerk, grid):
    """Type a class, with an input method for its name, and mend a figure."""
    clerk.click(grid.viewport(), lambda: grid.visualRect(grid.table.index(0, 0)).center())
    for text in ("一年级(1)班", "一年级", "46"):
        clerk.type(text)
        clerk.press("Tab")
    clerk.wait(lambda: cell(grid, 0, 2) == "46", "the class that was typed")
    assert clerk.see(lambda: [cell(grid, 0, column) for column in (0, 1)]) == ["一年级(1)班", "一年级"]
    clerk.click(grid.viewport(), lambda: grid.visualRect(grid.table.index(0, 2)).center())
    clerk.type("41")
    clerk.press("Enter")
    clerk.wait(lambda: cell(grid, 0, 2) == "41", "the figure that was mended")
    clerk.press("Ctrl", "Z")
    clerk.wait(lambda: cell(grid, 0, 2) == "46", "the change taken back")
    clerk.press("Ctrl", "Y")
    clerk.wait(lambda: cell(grid, 0, 2) == "41", "the change made again")


def paste_rows(clerk, grid):
    """Paste what another program put on the clipboard, as that leaves it: tabs and Windows' line ends."""
    rows = "".join(f"{each}年级(1)班\t{each}年级\t{40 + at}\r\n" for at, each in enumerate("二三四五六"))
    clerk.see(lambda: QApplication.clipboard().setText(rows))
    clerk.click(grid.viewport(), lambda: grid.visualRect(grid.table.index(1, 0)).center())
    clerk.press("Ctrl", "V")
    clerk.wait(lambda: cell(grid, 5, 2) == "44", "the rows that were pasted")
    assert clerk.see(lambda: cell(grid, 5, 0)) == "六年级(1)班"


def import_list(clerk, window, grid, path):
    """Import a list through the tool's menu and the system's dialog."""
    clerk.see(lambda: importing.write_list(window.book, "teacher", path))
    clerk.see(lambda: add_teachers(path))
    clerk.click(tool(window, "导入"))
    clerk.wait(QApplication.activePopupWidget, "the menu")
    clerk.picture("menu")
    menu = clerk.see(QApplication.activePopupWidget)
    (action,) = clerk.see(lambda: [each for each in menu.actions() if each.text().startswith("教师名单")])
    clerk.click(menu, lambda: menu.actionGeometry(action).center())
    answer_dialog(clerk, path)
    dialog = clerk.wait(lambda: window.imports.dialog, "the rehearsal")
    clerk.wait(dialog.isActiveWindow, "the rehearsal in front")
    assert "新增 2 行" in clerk.see(dialog.words.text)
    clerk.picture("import")
    clerk.press("Enter")
    clerk.wait(lambda: len(window.book.draft.rows["teacher"]) == 2, "the teachers")
    idle(clerk, window)


def add_teachers(path):
    import openpyxl

    made = openpyxl.load_workbook(path)
    page = made.worksheets[0]
    heads = [each.value for each in page[1]]
    for name in ("李㛃", "王五"):
        row = dict.fromkeys(heads)
        row |= {heads[0]: name}
        page.append([row[each] for each in heads])
    made.save(path)


# --- from the school to the county and back: the stick E: between them ---


def test_the_stick_goes_round(clerk, program, tmp_path):
    school, county = tmp_path / f"{NAME}.edubook", tmp_path / "县.edubook"
    practice.make_school(school, practice.PLANS[0], 2026).close()
    with practice.make_county(county, 2026) as office:
        county_keys.establish(office.workbook, None)
    remember(program.folder, county)
    remember(program.folder, school)
    program.start(None)
    clerk.works(lambda clerk: school_sends(clerk, program))
    program.start(None)
    clerk.works(lambda clerk: county_takes(clerk, program))
    program.start(None)
    clerk.works(lambda clerk: school_hears(clerk, program))


def open_recent(clerk, program, stem):
    """Open one of the last workbooks with the keyboard."""
    page = program.start_page
    clerk.wait(page.isActiveWindow, "the start page")
    clerk.see(page.recent.setFocus)
    (row,) = clerk.see(
        lambda: [row for row in range(page.recent.count()) if page.recent.item(row).text().startswith(stem)]
    )
    clerk.press("Home")
    for _ in range(row):
        clerk.press("Down")
    clerk.press("Enter")
    window = window_of(clerk, program)
    clerk.see(window.showMaximized)
    return window


def leave(clerk, program, window):
    """Close a window as a person does."""
    clerk.wait(window.isActiveWindow, "the window in front")
    clerk.press("Alt", "F4")
    clerk.wait(lambda: not window.isVisible(), "the end of the window")
    clerk.see(lambda: program.windows.remove(window))


def school_sends(clerk, program):
    window = open_recent(clerk, program, NAME)
    go(clerk, window, "send")
    page = window.send_page
    clerk.click(page.approve_button)
    clerk.wait(lambda: window.book.approved, "the approval")
    clerk.fill(page.folder, STICK)
    clerk.click(page.final_button)
    clerk.wait(lambda: "可以拔出" in window.message.text, "the file on the stick")
    idle(clerk, window)
    clerk.picture("school_sent")
    leave(clerk, program, window)


def county_takes(clerk, program):
    window = open_recent(clerk, program, "县")
    sent = sorted(Path(STICK).glob("*.edusub"))
    clerk.see(lambda: trust.admit_unchecked(window.book, sent))
    clerk.picture("county_board")
    clerk.press("Ctrl", "I")
    answer_dialog(clerk, STICK)
    clerk.wait(lambda: window.intake.rehearsal.report is not None, "the rehearsal")
    idle(clerk, window)
    clerk.picture("county_rehearsal")
    clerk.click(window.intake.rehearsal.accept)
    idle(clerk, window)
    clerk.wait(lambda: "1 / 12 校" in window.status_text, "the school in the county")
    go(clerk, window, "heat")
    clerk.picture("county_heat")
    clerk.press("Ctrl", "P")
    idle(clerk, window)
    clerk.wait(lambda: window.papers.paper._drawn, "the paper")
    clerk.picture("county_papers")
    go(clerk, window, "intake")
    clerk.click(window.intake.rehearsal.give_receipts)
    clerk.wait(lambda: window.questions.receipts.report is not None, "the receipts")
    idle(clerk, window)
    clerk.picture("county_receipts")
    leave(clerk, program, window)


def school_hears(clerk, program):
    window = open_recent(clerk, program, NAME)
    clerk.wait(lambda: window.receipts.known is not None and window.receipts.known.number, "the receipt")
    go(clerk, window, "send")
    table = window.send_page.history
    clerk.wait(lambda: table.rowCount() and "县级密钥未核对" in table.look_at(0, 4).text, "the county's word")
    assert "第 1 号回执" in clerk.see(lambda: window.send_page.bar.text)
    clerk.picture("school_receipt")
    leave(clerk, program, window)
