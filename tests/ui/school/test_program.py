"""The program around the windows: start page, making a workbook, roles, the self-check."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.services import workbooks

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_the_start_page_offers_what_was_open_last(qtbot, program, path, artefacts):
    program.open(path).close()
    program.start(None)
    page = program.start_page
    assert page.recent.count() == 1
    page.grab().save(str(artefacts / "start.png"))
    page.recent.itemActivated.emit(page.recent.item(0))
    assert program.start_page is None
    assert program.windows[-1].isVisible()


def test_a_file_that_is_no_workbook_is_said_on_the_start_page(program, tmp_path):
    wrong = tmp_path / "x.edubook"
    wrong.write_bytes(b"no workbook" * 200)
    program.start(None)
    program.start_page.open_wanted.emit(str(wrong))
    assert program.start_page.message.text.startswith("× ")
    with pytest.raises(Problem):
        program.open(wrong)


@pytest.mark.slow
def test_a_second_window_on_the_same_workbook_is_refused(program, path):
    program.open(path)
    with pytest.raises(Problem) as found:
        program.open(path)
    assert found.value.code == "workbook-in-use"


def test_a_new_school_is_asked_for_what_is_missing_and_then_made(qtbot, theme, tmp_path):
    from ui.school.new_school import NewSchoolDialog

    dialog = NewSchoolDialog(theme)
    qtbot.addWidget(dialog)
    dialog.place.text.setText(str(tmp_path))
    dialog.make()
    assert "学校名称" in dialog.message.text
    dialog.name.setText("老河口/完小")
    dialog.code.setText("2143000123")
    dialog.make()
    assert "学校类型" in dialog.message.text
    dialog.kind.setCurrentIndex(1)
    dialog.year.setText("2026")
    dialog.make()
    assert dialog.path == tmp_path / "老河口_完小2026.edubook"
    with workbooks.open_school(dialog.path) as book:
        assert book.data.facts.code == "2143000123"
    dialog.make()
    assert dialog.message.text.startswith("× ")


@pytest.mark.slow
def test_the_self_check_passes_in_a_process_of_its_own(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ui.app", "--self-check"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") == 9


@pytest.mark.slow
def test_the_school_window_starts_without_the_heavy_libraries(path):
    """Start time is decided by imports: paper, spreadsheets and signing come when they are asked for."""
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from ui.app import make_application, open_window\nfrom ui.common import theme\n"
        "app = make_application()\n"
        "window = open_window(Path(sys.argv[1]), theme.light())\n"
        "window.show()\napp.processEvents()\nwindow.close()\n"
        "heavy = {'reportlab', 'openpyxl', 'python_calamine', 'cryptography', 'pypdfium2', 'PIL'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_a_new_school_from_the_workbook_of_the_year_before(qtbot, theme, tmp_path, path):
    from ui.school.new_school import NewSchoolDialog

    dialog = NewSchoolDialog(theme)
    qtbot.addWidget(dialog)
    dialog.earlier.choose(tmp_path / "没有.edubook")
    assert "没有.edubook" in dialog.message.text
    dialog.earlier.choose(path)
    assert (dialog.name.text(), dialog.code.text(), dialog.year.text()) == (
        "老河口完小",
        "2143000123",
        "2027",
    )
    assert dialog.kind.currentData() == "211"
    dialog.place.text.setText(str(tmp_path))
    dialog.year.setText("2026")
    dialog.make()
    assert dialog.path is None
    assert "不早于" in dialog.message.text
    dialog.year.setText("2027")
    dialog.make()
    with workbooks.open_school(dialog.path) as book:
        assert len(book.draft.rows["teacher"]) == 30
        assert not len(book.draft.rows["school_class"])
        assert book.draft.previous["pupils", "primary"] == "480"


def test_enter_presses_the_button_that_has_the_keyboard(qtbot, theme, tmp_path):
    from PySide6.QtCore import Qt

    from ui.common.start import StartPage

    page = StartPage(theme)
    qtbot.addWidget(page)
    page.show()
    page.county.setFocus()
    with qtbot.waitSignal(page.new_county_wanted):
        qtbot.keyClick(page.county, Qt.Key.Key_Return)
