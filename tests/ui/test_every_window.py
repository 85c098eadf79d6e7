"""Every window, dialog and panel is walked over a stranger's words; one that is not walked fails here."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QMessageBox, QTabWidget, QWidget

import ui
from db.problems import Problem
from db.records.catalog import RECORDS, SCHOOL_RECORDS
from db.records.choices import Stage
from eduapp.services import checking, entry, import_plans, numbers_found, workbooks
from eduapp.services.glimpses import Glimpse
from eduapp.services.hand_off import taking_over, trust, viewing
from eduapp.services.papers import reporting
from eduapp.services.papers.paper_check import PaperAnswer, PaperOutcome
from eduapp.services.statistics_forms import Form, FormLine, StatisticsCell
from eduapp.services.statistics_sources import SourceDifference, SourceSaid
from tests.services import national_exports as exports
from tests.services.persons import identity
from tests.services.schools import computer, export
from tests.ui.county.conftest import Town
from tests.ui.county.driving import accept, drop, idle
from tests.ui.plain_walk import BIDI, BOLD, CONTROL, ENTITY, IMAGE, LONG, NAMES, walk
from ui.common import problems, recent
from ui.common import theme as themes
from ui.common.accept_dialog import AcceptDialog
from ui.common.backups_dialog import BackupsDialog
from ui.common.cheat_sheet import CheatSheet
from ui.common.column_menu import TextsDialog
from ui.common.editors import DateEditor, OptionsEditor
from ui.common.find_dialog import FindDialog
from ui.common.import_dialog import ImportDialog
from ui.common.numbers_question import FoundDialog
from ui.common.paper_dialog import PaperDialog
from ui.common.passphrase_dialog import PassphraseDialog
from ui.common.plain_boxes import ProgressDialog
from ui.common.preflight_dialog import PreflightDialog
from ui.common.standards_field import StandardsDialog
from ui.common.start import StartPage
from ui.common.viewer_window import ViewerWindow
from ui.county.compare_dialog import CompareDialog
from ui.county.composite_dialog import CompositeDialog
from ui.county.fields_dialog import Asked, FieldsDialog
from ui.county.glimpse import BoardGlimpse
from ui.county.keys_dialog import KeysDialog
from ui.county.new_county import NewCountyDialog
from ui.county.page_widgets import Filters, decide
from ui.county.register_panel import RevokeDialog
from ui.county.relisting_flow import RelistingFlow
from ui.county.window import CountyWindow
from ui.school.forms_flow import FormsDialog
from ui.school.new_school import NewSchoolDialog
from ui.school.taking_flow import TakingDialog
from ui.school.window import SchoolWindow

AROUND = {
    *("AcceptDialog", "BackupsDialog", "BoardGlimpse", "EarlierField", "MessageBox", "NewCountyDialog"),
    *("NewSchoolDialog", "PlaceField", "PreflightDialog", "ProgressDialog", "StartPage", "ViewerWindow"),
}
"""What stands before or beside the windows; all else of `ui.common` is in the school's."""
STRANGE = (f"{BOLD} {BIDI}{CONTROL}", f"{IMAGE}{ENTITY}{LONG}")
"""All of it in two names."""
FILE_NAMES = [name.replace("/", "／")[:80] for name in STRANGE]


def classes():
    """Every kind of widget that `ui` makes, by name."""
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        importlib.import_module(module.name)
    found, ahead = {}, [QWidget]
    while ahead:
        below = ahead.pop().__subclasses__()
        ahead += below
        found |= {each.__name__: each for each in below if each.__module__.startswith("ui.")}
    return found


class Walk:
    """The two windows over strangers' words, and what was walked so far."""

    def __init__(self, qtbot, theme, folder):
        self.qtbot, self.theme, self.folder = qtbot, theme, folder
        self.wrong, self.seen = [], set()
        self.town = Town(folder)

    def look(self, widget, what=""):
        """Walk a window as it stands."""
        self.qtbot.deliver()
        self.wrong += [f"{type(widget).__name__} {what}: {each}" for each in walk(widget)]
        for each in (widget, *widget.findChildren(QWidget)):
            self.seen |= {kind.__name__ for kind in type(each).__mro__}

    def look_at_all(self, widget, what=""):
        """Walk it with each of its tabs, choices and filters in front."""
        self.look(widget, what)
        for tabs in widget.findChildren(QTabWidget):
            for at in range(tabs.count()):
                tabs.setCurrentIndex(at)
                self.look(widget, f"{what} {tabs.tabText(at)}")
        for choices in widget.findChildren(Filters):
            for button in choices.findChildren(QAbstractButton):
                if button.isVisible():
                    button.click()
                    self.settle(widget)
                    self.look(widget, f"{what} {button.text()}")

    def missed(self, package):
        """Which kinds of widgets of a package were in nothing that was walked."""
        made = {name for name, kind in classes().items() if kind.__module__.startswith(package)}
        return made - self.seen - AROUND

    def settle(self, widget):
        """Wait for what runs in a window."""
        if isinstance(widget, QMainWindow):
            idle(self.qtbot, widget)

    def show(self, dialog):
        """Show a dialog, walk it, close it."""
        dialog.show()
        self.look_at_all(dialog)
        dialog.close()

    def box(self, make):
        """Walk the box that a function opens, then answer no."""

        def answer():
            box = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox))
            self.look(box)
            box.reject()

        QTimer.singleShot(50, answer)
        make()


@pytest.fixture
def walked(qtbot, qapp, tmp_path):
    light = themes.light()
    themes.dress(qapp, light)
    made = Walk(qtbot, light, tmp_path)
    yield made
    made.town.close()


def school_of(place, monkeypatch):
    """A school whose every free text is a stranger's, some figures markup; its other computer's file."""
    first = place.town.school(1, BOLD)
    first.close()
    other = Path(shutil.copy(first.path, place.folder / f"{FILE_NAMES[0]}.edubook"))
    with computer(monkeypatch, place.folder / "密钥2"), workbooks.open_school(other) as there:
        entry.add_rows(there, "school_class", [{"name": LONG[:90], "grade": "一年级"}, {"name": IMAGE[:40]}])
        elsewhere = Path(export(there, place.folder / "U盘").path)
    book = place.town.schools["first"] = workbooks.open_school(first.path)
    words = itertools.cycle(NAMES)
    for record, spec in SCHOOL_RECORDS.items():
        if not len(book.draft.rows[record]):
            entry.add_row(book, record)
        for row in itertools.islice(book.draft.rows[record].values(), 6):
            row.update({name: next(words) for name, field in spec.fields.items() if field.item.free})
    rows = book.draft.rows["school_class"]
    entry.set_cell(book, "school_class", rows.key_at(0), "pupils", IMAGE)
    for finding in checking.check(book).findings:
        book.draft.reasons[finding.id] = next(words)
    return book, elsewhere


def list_of(folder, book):
    """A list whose sheet, headings and cells are a stranger's words, and how it would be taken in."""
    file, fields = Workbook(), RECORDS["teacher"].fields
    file.active.title = "<b>表<b>"
    file.active.append([*(each.heading for each in fields.values()), IMAGE, LONG])
    for text in (BOLD, IMAGE, LONG):
        file.active.append([text, identity(), *[LONG] * len(fields)])
    path = folder / f"{FILE_NAMES[0]}.xlsx"
    file.save(path)
    return path, import_plans.rehearse(book, import_plans.started("teacher", path))


def forms_of(name):
    """Forms and differences as if every word of them were a stranger's."""
    lines = (FormLine(name, "", (StatisticsCell(None, name), StatisticsCell(3))),)
    return (
        [Form(name, name, (name, "乙"), lines, (name,))],
        [SourceDifference(name, "", {"own": 1, "statistics": 2})],
        [SourceSaid("own", "", {}), SourceSaid("statistics", "2026-09-01", {})],
    )


@pytest.mark.slow
def test_at_a_county(walked):
    _county(walked)
    assert walked.wrong == []
    assert walked.missed("ui.county.") == set(), "not walked: add it to this walk"
    assert "GroupBox" in walked.seen


@pytest.mark.slow
def test_at_a_school(walked, monkeypatch):
    _school(walked, monkeypatch)
    assert walked.wrong == []
    missed = walked.missed("ui.school.") | walked.missed("ui.common.")
    assert missed - {"Seat", "GroupBox"} == set(), "not walked: add it to this walk"


@pytest.mark.slow
def test_around_both(walked, monkeypatch):
    _around(walked, monkeypatch)
    assert walked.wrong == []
    assert walked.seen >= AROUND


def _county(place):
    town, theme = place.town, place.theme
    listed = [(f"2143{number:06d}", name) for number, name in enumerate((IMAGE, LONG, BOLD), 1)]
    book = town.county(listed=[*listed, ("2143000009", ENTITY)])
    sent = [town.send(town.school(number, name)) for number, name in ((2, LONG), (3, IMAGE), (4, BOLD))]
    trust.admit_unchecked(book, sent[:2])
    window = CountyWindow(book, theme)
    place.qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    place.settle(window)
    accept(place.qtbot, window, sent[0].parent)
    export = exports.write(
        place.folder / f"{FILE_NAMES[-1]}.xlsx",
        [exports.line(name, Stage.PRIMARY, county="永安县") for name in (BOLD, LONG, IMAGE)],
    )
    drop(window, export)
    for name in window.pages:
        window.show_page(name)
        place.settle(window)
        place.look_at_all(window, name)
    _county_dialogs(place, window, sent)
    window.close()


def _county_dialogs(place, window, sent):
    theme, desk, book = place.theme, window.desk, window.desk.book
    came, paper = list(book.received.values()), reporting_of(place)
    relisting = RelistingFlow(desk, theme, window)
    relisting.recode(next(row for row in desk.snapshot.board if row.name == LONG))
    place.show(relisting.dialog)
    place.show(KeysDialog(desk, theme, window, renewal=False))
    place.show(CompositeDialog(theme, window))
    for name in STRANGE:
        asked = [Asked(name, name), Asked("乙", hidden=True)]
        place.show(FieldsDialog(desk, theme, name, name, asked, "确定", print, window))
        place.show(RevokeDialog(theme, name, [replace(each, name=name) for each in came], window))
        answer = PaperAnswer(PaperOutcome.MATCHES, name, name=name, called=name)
        place.show(CompareDialog(theme, answer, paper, window))
        place.box(lambda name=name: decide(window, name, name, "确定"))


def reporting_of(place):
    """A page of a paper, as bytes."""
    return reporting.print_school(next(iter(place.town.schools.values())), "checklist", blank=True)


def _school(place, monkeypatch):
    theme, (book, elsewhere) = place.theme, school_of(place, monkeypatch)
    window = SchoolWindow(book, theme)
    place.qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    for name in window.pages:
        window.show_page(name)
        place.settle(window)
        place.look_at_all(window, name)
    for section in checking.check(book).sections:
        window.why(section.verdicts[0])
        place.look(window)
    taking = taking_over.rehearse(book, taking_over.look(book, elsewhere), unchecked=True)
    place.show(TakingDialog(taking, theme, window))
    place.show(CheatSheet(theme, window))
    place.show(FindDialog(theme, window))
    place.show(TextsDialog(window, STRANGE[0], STRANGE, None))
    editors = DateEditor(window), OptionsEditor(STRANGE, bool, window)
    for each in editors:
        each.show()
    editors[1].open_list()
    place.look(window)
    path, rehearsal = list_of(place.folder, book)
    shown = ImportDialog(book, path, rehearsal.report, theme, window, months=True, rehearsal=rehearsal)
    place.show(shown)
    entry.set_cell(book, "teacher", book.draft.rows["teacher"].key_at(0), "hired", identity())
    place.show(FoundDialog(numbers_found.found(book), theme, window))
    for name in STRANGE:
        place.show(FormsDialog(theme, *forms_of(name), window))
        place.show(PaperDialog(theme, name, reporting_of(place), place.folder, window))
        place.show(PassphraseDialog(theme, name, name, print, window, new=True))
    place.show(StandardsDialog(theme, [each.id for each in book.standards], print, window))
    window.close()


def _around(place, monkeypatch):
    theme = place.theme
    for each in FILE_NAMES:
        path = place.folder / f"{each}.edubook"
        path.touch()
        recent.remember(place.folder, path)
        place.show(BackupsDialog(theme, path, None))
        place.show(AcceptDialog(theme, path, Problem("county-keys-changed", path=str(path)), None))
        place.box(lambda path=path: problems.tell(None, Problem("workbook-damaged", path=str(path))))
    place.town.county(listed=[("2143000001", BOLD)]).close()
    sent = place.town.send(place.town.school(1, IMAGE))
    place.show(ViewerWindow(theme, viewing.view_file(sent, anyway=True), None))
    waiting = ProgressDialog(STRANGE[1], 0, 0)
    place.show(waiting)
    place.show(StartPage(theme, recent.recent(place.folder)))
    place.show(NewCountyDialog(theme))
    place.show(NewSchoolDialog(theme))
    monkeypatch.setenv("HOME", str(place.folder / FILE_NAMES[-1]))
    place.show(PreflightDialog(theme))
    for name in STRANGE:
        glimpse = BoardGlimpse(
            theme, Glimpse(name, "2026-09-01T08:00:00", name, ((name, 9, False),), ((name,),))
        )
        glimpse.show()
        place.look(glimpse)
        glimpse.leave()
