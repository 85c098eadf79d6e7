"""Clipboard blocks, initials, editors, jobs, problems: the parts without a window."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.problems import Problem
from db.records import choices
from db.records.catalog import field_of
from db.records.quoted_text import MAX_CELL
from eduapp.exchange.text_sheets import read_text
from eduapp.services.jobs import Progress
from ui.common.clipboard import from_mime, from_tsv, to_text
from ui.common.clipboard_table import MAX_PASTED, from_html
from ui.common.initials import begins

ROOT = Path(__file__).resolve().parents[3]
CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_a_block_survives_the_clipboard_as_text(block):
    if not any(block[-1]) or "\0" in str(block):
        return
    assert from_tsv(to_text(block)) == block


def test_quoted_cells_keep_their_line_breaks():
    assert from_tsv('甲\t"一\n二"\t"说""好"""\r\n乙\t3\t\r\n') == [
        ["甲", "一\n二", '说"好"'],
        ["乙", "3", ""],
    ]


def test_a_table_of_wps_is_read_with_its_merged_cells_filled():
    from PySide6.QtCore import QMimeData

    mime = QMimeData()
    mime.setHtml(
        "<html><body><table><tr><td rowspan=2>一年级</td><td>1班</td><td>38</td></tr>"
        "<tr><td>2班</td><td>4&#48;</td></tr><tr><td colspan=2>合计</td><td>78</td></tr></table>"
        "</body></html>"
    )
    mime.setText("一年级\t1班\t38\n\t2班\t40\n合计\t\t78\n")
    assert from_mime(mime) == [["一年级", "1班", "38"], ["一年级", "2班", "40"], ["合计", "合计", "78"]]


@pytest.mark.parametrize(
    ("html", "text", "block"),
    [
        (
            "<td colspan=2 style='mso-ignore:colspan'>王一(明年返回)</td><td>小学</td>",
            "王一(明年返回)\t\t小学",
            [["王一(明年返回)", "", "小学"]],
        ),
        ("<td colspan=2 style='width:9pt'>合计</td><td>78</td>", "", [["合计", "合计", "78"]]),
        ("<td><table><tr><td>王一</td><td>小学</td></tr></table></td>", "", [["王一", "小学"]]),
        ("<td>a</td><td>b</td>", "a\tb\tc", [["a", "b", "c"]]),
        ("<td>a</td><td>b</td>", "a\tb", [["a", "b"]]),
        ("<td>a<td>b", "", [["a", "b"]]),
    ],
)
def test_a_page_is_read_as_its_program_means_it(html, text, block):
    from PySide6.QtCore import QMimeData

    mime = QMimeData()
    mime.setHtml(f"<table><tr>{html}</tr></table>")
    if text:
        mime.setText(text)
    assert from_mime(mime) == block


def test_spans_without_end_make_no_block_without_end():
    rows = "<tr>" + "<td rowspan=1000 colspan=1000>x</td>" * 3 + "</tr>"
    assert sum(map(len, from_html(f"<table>{rows * 300}</table>"))) < 3 * MAX_PASTED


@pytest.fixture(params=[MAX_CELL, 10**9], ids=["fresh process", "limit raised by a library"])
def reader_limit(request):
    before = csv.field_size_limit(request.param)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("reader_limit")
@pytest.mark.parametrize(("characters", "cells"), [(MAX_CELL - 2, 1), (MAX_CELL - 1, 2), (200_000, 2)])
def test_a_cell_beyond_what_quoted_text_may_be_is_read_all_the_same(characters, cells):
    row = from_tsv('"' + "x" * characters + "\tb")[0]
    assert len(row) == cells
    assert row[-1][-1] == "b"


@pytest.mark.usefixtures("reader_limit")
def test_a_file_whose_quotation_never_closes_is_no_spreadsheet(tmp_path):
    path = tmp_path / "班级.csv"
    path.write_text('班级,学生数\n"一班,' + "x" * 200_000 + "\n二班,40\n", encoding="utf-8")
    with pytest.raises(Problem, check=lambda problem: problem.code == "not-a-spreadsheet"):
        read_text(path.read_bytes(), path)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("yw", "语文"),
        ("yy", "音乐"),
        ("ty", "体育与健康"),
        ("体", "体育与健康"),
        ("bk", "本科毕业"),
        ("3nj", "三年级"),
    ],
)
def test_words_are_found_by_their_letters(typed, words):
    assert begins(typed, words)
    assert not begins(typed + "q", words)


def test_every_choice_can_be_typed_in_letters():
    for name in (
        "SUBJECT",
        "DEGREE",
        "POST",
        "ROOM_KIND",
        "GROUND_KIND",
        "AREA_CLASS",
        "ORGANISER",
        "SCHOOL_KIND",
    ):
        for _, words in getattr(choices, name).options:
            from ui.common.initials import letters_of

            for character in words:
                if "一" <= character <= "鿿":
                    assert any("a" <= each <= "z" for each in letters_of(character)), character


@pytest.mark.parametrize(
    ("path", "typed", "taken"),
    [
        ("teacher.subject", "yy", "音乐"),
        ("teacher.subject", "英语", "英语"),
        ("teacher.degree", "21", "21"),
        ("teacher.degree", "自学", "自学"),
        ("teacher.certificate", "s", "是"),
        ("teacher.certificate", "y", "y"),
        ("school_class.pupils", "３８人左右", "３８人左右"),
        ("homework.date", "9月1日", "9月1日"),
    ],
)
def test_an_editor_takes_words_letters_and_keeps_what_it_cannot_read(qtbot, path, typed, taken):
    from ui.common.editors import editor_for

    editor = editor_for(field_of(path).item)
    qtbot.addWidget(editor)
    editor.show()
    if typed.isascii():
        qtbot.keyClicks(editor, typed)
    else:
        editor.insert(typed)
        editor.textEdited.emit(typed)
    assert editor.taken == taken


def test_a_choice_walks_with_the_arrows(qtbot):
    from PySide6.QtCore import Qt

    from ui.common.editors import editor_for

    editor = editor_for(field_of("teacher.backbone").item)
    qtbot.addWidget(editor)
    editor.show()
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    assert editor.taken == "校级"


def counting(stops):
    try:
        while True:
            sleep(0.001)
            yield Progress("校验", 1, 1000)
    finally:
        stops.append("rolled back")


def test_a_job_tells_its_progress_and_hands_its_result_over(qtbot):
    from ui.common.job_runner import JobRunner

    def job():
        yield Progress("一", 1, 2)
        yield Progress("二", 2, 2)
        return "done"

    runner, seen, got = JobRunner(), [], []
    runner.progressed.connect(lambda each: seen.append(each.text))
    with qtbot.waitSignal(runner.ended):
        assert runner.run("试", job(), got.append)
        assert not runner.run("再试", job(), got.append)
    assert (got, seen, runner.busy) == (["done"], ["一", "二"], False)


def test_a_cancelled_job_rolls_back_and_gives_no_result(qtbot):
    from ui.common.job_runner import JobRunner

    runner, stops, got = JobRunner(), [], []
    runner.progressed.connect(lambda _: runner.cancel())
    with qtbot.waitSignals([runner.cancelled, runner.ended]):
        runner.run("试", counting(stops), got.append)
    assert (stops, got) == (["rolled back"], [])


def test_a_problem_in_a_job_reaches_the_window_as_itself(qtbot):
    from ui.common.job_runner import JobRunner

    def job():
        raise Problem("folder-missing", folder="X:/")

    runner, found = JobRunner(), []
    runner.failed.connect(found.append)
    with qtbot.waitSignal(runner.ended):
        runner.run("试", job)
    assert found[0].code == "folder-missing"


def test_a_bug_writes_a_report_without_what_was_typed(tmp_path):
    from ui.common.problems import CrashReporter

    reporter, said = CrashReporter(tmp_path), []
    reporter.crashed.connect(said.append)
    typed = "张㛃" * 2
    try:
        int(typed)
    except ValueError:
        reporter.report(*sys.exc_info())
    (file,) = (tmp_path / "错误报告").iterdir()
    text = file.read_text("utf-8")
    assert "ValueError" in text
    assert "test_a_bug_writes" in text
    assert typed not in text
    assert str(file) in said[0]


def test_the_bundled_font_has_every_mark_the_theme_uses(qapp):
    from PySide6.QtGui import QRawFont

    import resources
    from ui.common import theme

    font = QRawFont()
    font.loadFromData(resources.read_bytes("fonts", "NotoSansSC-Regular.ttf"), 12, font.hintingPreference())
    used = [
        *theme.OUTCOME_MARKS.values(),
        *theme.SEVERITY_MARKS.values(),
        theme.DONE,
        theme.TROUBLE,
        "▼",
        "＋",
    ]
    assert [mark for mark in used if not font.supportsCharacter(ord(mark))] == []


@pytest.mark.parametrize("name", ["light", "dark"])
def test_texts_of_a_theme_can_be_read_on_their_grounds(name):
    from PySide6.QtGui import QColor

    from ui.common import theme as themes

    def brightness(colour):
        parts = [getattr(QColor(colour), part)() for part in ("redF", "greenF", "blueF")]
        linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one, other):
        light, dark = sorted((brightness(one), brightness(other)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    theme = getattr(themes, name)()
    for text in (theme.text, theme.dim, theme.good, theme.warn, theme.bad, theme.accent):
        for ground in (theme.window, theme.base):
            assert contrast(text, ground) >= 4.5, (text, ground)
    for text, ground in (
        (theme.bad, theme.hard_tint),
        (theme.warn, theme.soft_tint),
        (theme.good, theme.good_tint),
    ):
        assert contrast(text, ground) >= 4.5, (text, ground)


@pytest.mark.slow
def test_a_crash_of_the_whole_process_is_reported_at_the_next_start(tmp_path):
    code = (
        "import faulthandler, sys; from pathlib import Path; from ui.common.problems import CrashReporter\n"
        "reporter = CrashReporter(Path(sys.argv[1])); print(reporter.install())\n"
        "if len(sys.argv) > 2: faulthandler._sigsegv()"
    )

    def run(*more):
        return subprocess.run(
            [sys.executable, "-c", code, tmp_path, *more],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run().stdout.strip() == "None"
    crashed = run("crash")
    assert crashed.returncode not in {0, 1}
    (reported,) = run().stdout.split()
    text = Path(reported).read_text("utf-8")
    assert "Segmentation fault" in text or "access violation" in text
    assert "system:" in text
    assert run().stdout.strip() == "None"


def test_no_edit_while_a_job_holds_the_book(qtbot):
    from eduapp.services.changes import Changes
    from ui.common.workspace import Workspace

    done, failed = [], []
    workspace = Workspace("book", lambda _book, changes: changes, lambda _book: None)
    workspace.failed.connect(failed.append)
    workspace.hold()
    assert not workspace.edit(done.append)
    assert (done, [each.code for each in failed]) == ([], ["book-busy"])
    workspace.release()
    assert workspace.edit(lambda book: done.append(book) or Changes((), ""))
    assert done == ["book"]
