"""The print page says of each paper whether its last print still shows the data."""

from __future__ import annotations

import pytest
from PySide6.QtPrintSupport import QPrinter

from eduapp.services import entry
from eduapp.services.hand_off import sending
from eduapp.services.papers import printing_log
from eduapp.services.papers.printing_log import PrintStanding


def idle(qtbot, window):
    qtbot.deliver()
    qtbot.idle(window)


def settled(qtbot, window, words):
    qtbot.waitUntil(lambda: words in window.print_page.state.text())
    idle(qtbot, window)


def change(window, pupils):
    key = window.book.draft.rows["school_class"].key_at(0)
    window.workspace.edit(
        lambda book: entry.set_cells(book, [("school_class", key, "pupils", pupils)], "改人数")
    )


@pytest.fixture
def page(qtbot, window):
    window.show_page("print")
    idle(qtbot, window)
    return window.print_page


@pytest.mark.slow
def test_saved_then_changed_then_taken_back(qtbot, window, page, tmp_path, artefacts):
    assert page.state.text() == "未打印"
    page.save(tmp_path / "核对表.pdf")
    assert "与现在的数据一致" in page.state.text()
    assert page._list.currentItem().text().startswith("✓ 指标核对表")

    change(window, 44)
    assert "正在核对" in page.state.text()  # at once, before anything was computed
    assert page._list.currentItem().text().startswith("？")
    settled(qtbot, window, "打印后数据已改,请重新打印")
    window.grab().save(str(artefacts / "school-print-stale.png"))

    window.workspace.undo()
    assert "正在核对" in page.state.text()
    settled(qtbot, window, "与现在的数据一致")


@pytest.mark.slow
def test_what_was_printed_is_what_the_paper_showed_not_what_the_book_holds(qtbot, window, page, tmp_path):
    change(window, 45)
    page.save(tmp_path / "旧.pdf")  # the preview is still the one from before
    settled(qtbot, window, "打印后数据已改")
    window.show_page("classes")
    window.show_page("print")  # made anew
    idle(qtbot, window)
    page.save(tmp_path / "新.pdf")
    assert "与现在的数据一致" in page.state.text()


def test_a_blank_form_is_not_written_down(qtbot, window, page, tmp_path):
    page.show_paper("teacher", blank=True)
    idle(qtbot, window)
    page.save(tmp_path / "空白.pdf")
    assert printing_log.printed(window.book) == {}


@pytest.mark.slow
@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_print_counts_when_the_printer_took_it(qtbot, window, page, tmp_path):
    said = []
    page.failed.connect(lambda problem: said.append(problem.code))
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "没有这个文件夹" / "x.pdf"))
    page.print_to(printer)
    assert said == ["print-failed"]
    assert printing_log.printed(window.book) == {}
    printer.setOutputFileName(str(tmp_path / "x.pdf"))
    page.print_to(printer)
    assert list(printing_log.printed(window.book)) == ["checklist"]


@pytest.mark.slow
def test_a_draft_is_to_be_printed_again_after_it_was_approved(qtbot, window, page, tmp_path):
    page.save(tmp_path / "草稿.pdf")
    before = page.paper.pdf
    sending._set_approved(window.book, approved=True)
    window.show_page("classes")
    window.show_page("print")
    idle(qtbot, window)
    assert "审核前的草稿" in page.state.text()
    assert page.paper.pdf != before
    page.save(tmp_path / "正式.pdf")
    assert "与现在的数据一致" in page.state.text()
    (last,) = printing_log.printed(window.book).values()
    assert last.standing(printing_log.stamp_of(window.book)) is PrintStanding.SAME


@pytest.mark.slow
def test_the_marks_are_there_again_after_the_window_was_closed(qtbot, opened, tmp_path):
    window = opened()
    window.show_page("print")
    idle(qtbot, window)
    window.print_page.save(tmp_path / "核对表.pdf")
    window.show_page("classes")
    change(window, 46)
    window = opened()
    window.show_page("print")
    idle(qtbot, window)
    assert "打印后数据已改" in window.print_page.state.text()


@pytest.mark.slow
def test_an_explanation_that_was_saved_is_written_down(qtbot, window, page, tmp_path):
    verdict = window.workspace.report.sections[0].verdicts[0]
    window.why_flow._card.show_explanation(window.why_flow._explainer.explain(verdict, compared=False))
    window.why_flow.print_shown()
    idle(qtbot, window)
    from ui.common.paper_dialog import PaperDialog

    (dialog,) = window.findChildren(PaperDialog)
    dialog.save(tmp_path / "说明.pdf")
    dialog.reject()
    (last,) = printing_log.printed(window.book).values()
    assert last.paper.startswith(f"why:{verdict.code}:")
    change(window, 47)
    assert printing_log.stale_papers(window.book) == ()
