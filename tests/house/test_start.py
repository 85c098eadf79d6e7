"""What a start may load: a list, so that an import at the wrong place is seen before it is felt.

Times are told by `./run bench cli start`; here stands only which libraries are there at all.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from eduapp.cli import parser as cli_parser
from eduapp.services import entry, workbooks
from eduapp.services.county import books as county_books
from eduapp.services.pairing import Mode
from eduapp.services.pasting import Keep
from eduapp.services.workbooks import NewSchool

ROOT = Path(__file__).resolve().parents[2]
OWN = {"db", "eduapp", "resources", "ui"}
HELP = {"db", "eduapp"}
SCHOOL = {"db", "eduapp", "resources"}


def loaded(code, *arguments):
    """The packages, and the modules of ours, that a fresh interpreter has after some code."""
    told = "\nimport os\nopen(sys.argv[-1], 'w').write('\\n'.join(sys.modules))\nos._exit(0)"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "modules"
        command = [sys.executable, "-c", code + told, *map(str, arguments), str(file)]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        modules = set(file.read_text(encoding="utf-8").split("\n"))
    bare = sys.stdlib_module_names | {"__main__", "_distutils_hack", "_virtualenv", "sitecustomize"}
    return {name.split(".")[0] for name in modules} - bare, {m for m in modules if m.split(".")[0] in OWN}


RUN = """
import sys
from eduapp.cli import main
try:
    main(sys.argv[1:-1])
except SystemExit:
    pass
"""


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    path = tmp_path_factory.mktemp("start") / "甲校.edubook"
    with workbooks.create_school(path, NewSchool("2143000001", "甲校", "211", 2026)) as book:
        entry.add_rows(book, "room", [{"name": "101", "area": "60.5"}])
    return path


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    path = tmp_path_factory.mktemp("start") / "甲县.edubook"
    with county_books.create_county(path, "430921", "甲县", 2026, ("national-2017",)):
        pass
    return path


@pytest.mark.parametrize("arguments", [["--help"], ["school", "--help"]])
def test_help_loads_nothing_but_itself(arguments):
    packages, ours = loaded(RUN, *arguments)
    assert packages == HELP
    assert {name for name in ours if name.startswith("eduapp.services")} == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["school", "check"],
        ["school", "check", "--json"],
        ["school", "set", "section_total", "primary", "pupils", "38"],
    ],
)
def test_a_school_is_opened_judged_and_edited_by_the_standard_library(school, arguments):
    group, command, *rest = arguments
    packages, ours = loaded(RUN, group, command, school, *rest)
    assert packages == SCHOOL
    assert {name for name in ours if name.startswith(("eduapp.printing", "db.tables", "db.engine"))} == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        (["export", "{school}", "{folder}", "--draft"], "*.edusub"),
        (["export", "{school}", "{folder}", "--draft", "--json"], "*.edusub"),
        (["print", "{school}", "{folder}/表.pdf"], "表.pdf"),
    ],
)
def test_a_school_hands_over_and_prints_without_sqlalchemy(school, tmp_path, arguments, made):
    words = [each.format(school=school, folder=tmp_path) for each in arguments]
    packages, ours = loaded(RUN, "school", *words)
    assert list(tmp_path.glob(made))
    assert packages & {"sqlalchemy", "sqlmodel", "pydantic", "alembic"} == set()
    assert ours & {"db.tables", "db.engine"} == set()


def test_a_new_school_needs_no_more(tmp_path):
    packages, _ = loaded(RUN, "school", "new", tmp_path / "新.edubook", "--code=1", "--name=新", "--kind=211")
    assert packages == SCHOOL


def test_what_the_parser_names_late_is_what_the_services_have():
    assert set(cli_parser.KEEPS) == {str(each) for each in Keep}
    assert tuple(str(each) for each in Mode) == cli_parser.MODES
    assert cli_parser.KEEPS[-1] == Keep.EMPTY


def commands(parser):
    """Every command below a parser, with the words that reach it."""
    if getattr(parser, "fill", None) is not None:
        parser.fill(parser)
        parser.fill = None
    groups = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not groups:
        yield parser.prog, parser.get_default("command")
    for group in groups:
        for each in group.choices.values():
            yield from commands(each)


def test_every_command_is_there_though_it_is_imported_late():
    found = dict(commands(cli_parser._parser()))
    assert len(found) > 30
    for words, command in found.items():
        assert callable(command), words
        if getattr(command, "func", None) is cli_parser.call:
            module, name = command.args
            assert callable(getattr(__import__(f"eduapp.cli.{module}", fromlist=[name]), name)), words


START = """
import sys
from pathlib import Path
from ui.app import Program, make_application
from ui.common import waiting
waiting.SHOW_WAITING_MS = 600_000  # on a busy machine an opening waits long enough for a box to say so
app = make_application()
program = Program(app)
assert program.start(Path(sys.argv[1]) if len(sys.argv) > 2 else None)
"""
REST = """
import time
from db import drives
drives.mounted = lambda *kinds: ()  # a stick that is plugged in is looked into
window = program.windows[0]
end = time.monotonic() + 60
while not window.rest.over and time.monotonic() < end:
    app.processEvents()
    time.sleep(0.01)
assert window.rest.over
"""
WINDOW = {
    "PySide6",
    "__feature__",
    "db",
    "eduapp",
    "resources",
    "shiboken6",
    "shibokensupport",
    "signature_bootstrap",
    "ui",
}
LATE = (
    "eduapp.printing",
    "eduapp.exchange.signing",
    "eduapp.exchange.sealing",
    "eduapp.cli",
    "db.tables",
    "db.engine",
)


@pytest.fixture
def no_screen(monkeypatch, tmp_path):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("EDUAPP_DATA", str(tmp_path))


@pytest.mark.usefixtures("no_screen")
def test_the_start_page_loads_no_records_and_no_services():
    packages, ours = loaded(START)
    assert packages == WINDOW
    assert {name for name in ours if name.startswith(("db.", "eduapp.services.", "eduapp.standards."))} <= {
        "db.characters",
        "db.files",
        "db.problems",
        "eduapp.services.folders",
        "eduapp.services.jobs",
        "eduapp.services.traces",
        "eduapp.standards.outcomes",
    }
    assert {name.removeprefix("ui.common.") for name in ours if name.startswith("ui.common.")} == {
        "job_runner",  # the list of the last workbooks is read beside the window's thread
        "plain",
        "preflight_flow",
        "pressing",
        "problems",
        "recent",
        "start",
        "theme",
        "waiting",
    }


JUDGING = (
    "eduapp.services.checking",
    "eduapp.services.counts",
    "eduapp.standards.county",
    "eduapp.standards.evaluate",
    "eduapp.standards.formulas",
    "eduapp.standards.figures",
    "eduapp.standards.packs",
    "eduapp.standards.results",
    "eduapp.standards.tally",
)
"""What the first page can be typed into without."""
GRIDS = {"grid_pane", "record_table", "sheet_edit", "sheet_view", "static_table"}


@pytest.mark.usefixtures("no_screen")
def test_a_school_window_loads_what_its_first_page_shows(school):
    packages, ours = loaded(START, school)
    assert packages == WINDOW
    assert {name for name in ours if name.startswith((*LATE, *JUDGING))} == set()
    assert {name.removeprefix("ui.school.") for name in ours if name.startswith("ui.school.")} == {
        "layout",
        "page",
        "panes",
        "late_parts",
        "window",
    }
    common = {name.removeprefix("ui.common.") for name in ours if name.startswith("ui.common.")}
    assert not common & {
        *GRIDS,
        "start",
        "findings_panel",
        "verdict_row",
        "backups_dialog",
        "clipboard_table",
        "plain_boxes",
    }


@pytest.mark.usefixtures("no_screen")
def test_the_rest_of_a_school_window_loads_no_page_that_nobody_visited(school):
    packages, ours = loaded(START + REST, school)
    assert packages == WINDOW
    assert {name for name in ours if name.startswith(LATE)} == set()
    assert {name for name in ours if name.startswith("ui.school.")} & {
        f"ui.school.{page}"
        for page in (
            "plan_page",
            "print_page",
            "send_page",
            "keys_page",
            "findings_page",
            "importing_flow",
            "grid_panes",
        )
    } == set()


SIGNATURES = {"_cffi_backend", "_openssl", "cryptography"}
"""What the check of a county's log loads."""
FIGURES = (
    *JUDGING,
    "eduapp.exchange.package",
    "eduapp.exchange.round_file",
    "eduapp.exchange.submission",
    "eduapp.printing",
    "eduapp.cli",
    "eduapp.services.county.judging",
    "eduapp.services.county.kept_entries",
    "eduapp.services.county.reports",
    "eduapp.services.hand_off.",
    "eduapp.services.papers",
    "eduapp.standards.county.",
    "eduapp.standards.tally",
    "db.tables",
    "db.engine",
)
"""What a board can be read without."""


@pytest.mark.usefixtures("no_screen")
def test_a_countys_board_stands_before_anything_that_figures_need(county):
    packages, ours = loaded(START + "assert program.windows[0].desk.sketch is not None", county)
    assert packages - WINDOW <= SIGNATURES
    allowed = {
        "eduapp.services.hand_off.board",
        "eduapp.standards.county",
        "eduapp.standards.county.changed",
        "eduapp.standards.county.register",
    }
    assert {name for name in ours if name.startswith(FIGURES)} <= allowed
    pages = {name for name in ours if name.startswith("ui.county.") and name.endswith("_page")}
    assert pages == {"ui.county.board_page"}
    assert not ours & {
        f"ui.common.{each}" for each in ("grid_pane", "record_panes", "viewer_window", "start")
    }


@pytest.mark.usefixtures("no_screen")
def test_a_county_window_loads_the_board_and_no_other_page(county):
    packages, ours = loaded(START + REST, county)
    assert packages - WINDOW <= SIGNATURES | {"mnemonic", "pyrage"}
    assert not ours & {"db.tables", "db.engine"}
    assert {name for name in ours if name.startswith("eduapp.printing.")} <= {
        "eduapp.printing.county_sources"
    }
    pages = {name for name in ours if name.startswith("ui.county.") and name.endswith("_page")}
    assert pages == {"ui.county.board_page", "ui.county.records_page"}
