"""Every page and dialog of the school's window over a workbook full of markup and unseen characters."""

from __future__ import annotations

import itertools

import pytest
from openpyxl import Workbook

from db.records.catalog import RECORDS, SCHOOL_RECORDS
from eduapp.services import checking, entry, importing, numbers_found, workbooks
from eduapp.services.hand_off.asked_cells import AskedCell
from tests.services.persons import identity
from tests.ui.plain_walk import BOLD, IMAGE, NAMES, texts, walk
from ui.common.backups_dialog import BackupsDialog
from ui.common.import_dialog import ImportDialog
from ui.common.numbers_question import FoundDialog


@pytest.fixture
def hostile(path):
    """The small school, a stranger's words in every field that takes words, as an older program kept them."""
    book = workbooks.open_school(path)
    words = itertools.cycle(NAMES)
    for record, spec in SCHOOL_RECORDS.items():
        if not len(book.draft.rows[record]):
            entry.add_row(book, record)
        for row in itertools.islice(book.draft.rows[record].values(), 6):
            for name, field in spec.fields.items():
                if field.item.free:
                    row[name] = next(words)
    entry.set_cell(book, "school_class", book.draft.rows["school_class"].key_at(0), "pupils", IMAGE)
    entry.set_cell(book, "school_class", book.draft.rows["school_class"].key_at(1), "pupils", "0")
    for finding in checking.check(book).findings:
        book.draft.reasons[finding.id] = next(words)
    return book


@pytest.fixture
def window(hostile, qtbot, theme):
    from ui.school.window import SchoolWindow

    shown = SchoolWindow(hostile, theme)
    qtbot.addWidget(shown)
    shown.resize(1366, 768)
    shown.show()
    yield shown
    shown.jobs.stop()
    shown.close()


@pytest.mark.slow
def test_every_page(window, qtbot, artefacts):
    seen = set()
    for name in window.pages:
        window.show_page(name)
        qtbot.deliver()
        assert walk(window) == [], name
        seen |= set(texts(window))
        window.grab().save(str(artefacts / f"plain-school-{name}.png"))
    assert {BOLD, IMAGE} <= seen, "shown as they were written"


@pytest.mark.slow
def test_findings_cards_and_questions(window, qtbot):
    report = checking.check(window.book)
    for finding in report.findings[:20]:
        window.jump(finding.record, finding.key, finding.field)
        assert walk(window) == []
    for section in report.sections:
        for verdict in section.verdicts[:4]:
            window.why(verdict)
            assert walk(window) == []
    key = window.book.draft.rows["school_class"].key_at(2)
    asked = AskedCell("q", "s", "school_class", key, "pupils", IMAGE, None)
    for page in window.records.values():
        for pane in page.panes:
            if hasattr(pane, "set_questions"):
                pane.set_questions({asked.place: BOLD})
    window.jump(*asked.place)
    assert walk(window) == []
    for text in NAMES:
        window.message.trouble(text)
        window.message.caution(text, (text, lambda: None))
        window.set_summary(text)
        window.set_middle(text)
        window.set_header(text)
        assert walk(window) == []


@pytest.mark.slow
def test_dialogs(window, qtbot, theme, tmp_path):
    file = Workbook()
    spec = RECORDS["teacher"].fields
    file.active.append([field.heading for field in spec.values()])
    for text in (BOLD, IMAGE, "<i>x</i>"):
        file.active.append([text, identity(), *["<b>x</b>"] * (len(spec) - 2)])
    file.save(tmp_path / "<b>名单<b>.xlsx")
    report = importing.import_list(window.book, "teacher", tmp_path / "<b>名单<b>.xlsx", dry_run=True)
    entry.set_cell(window.book, "teacher", window.book.draft.rows["teacher"].key_at(0), "hired", identity())
    dialogs = [
        ImportDialog(window.book, tmp_path / "<b>名单<b>.xlsx", report, theme, window, months=True),
        FoundDialog(numbers_found.found(window.book), theme, window),
        BackupsDialog(theme, window.book.path, window),
    ]
    for dialog in dialogs:
        dialog.show()
        qtbot.deliver()
        assert walk(dialog) == [], type(dialog).__name__
        dialog.close()
