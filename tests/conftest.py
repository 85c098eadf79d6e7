"""What every test stands on: a home of its own, the shipped font, and no unannounced log line."""

from __future__ import annotations

import itertools
import logging
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Before anything imports Qt: tests need no screen. A run on a real X server sets QT_QPA_PLATFORM=xcb itself.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Tests share a machine with others: no deadline, no complaint about slow data.
settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("house"), max_examples=20)
settings.register_profile("long", settings.get_profile("house"), max_examples=2000)  # see docs/long-runs.md
settings.load_profile("house")


# --- the machine ---


def pytest_collection_modifyitems(items):
    if os.name == "nt":
        for item in items:
            mark = item.get_closest_marker("not_on_windows")
            if mark:
                item.add_marker(pytest.mark.skip(reason=f"not on Windows: {mark.args[0]}"))
    if os.name != "nt" or os.environ["QT_QPA_PLATFORM"] != "windows":
        for item in items:
            if item.get_closest_marker("desktop"):
                item.add_marker(pytest.mark.skip(reason="needs a desktop of Windows: ./run windows desktop"))
    if os.environ["QT_QPA_PLATFORM"] == "xcb" and os.environ.get("DISPLAY"):
        return
    for item in items:
        if item.get_closest_marker("x11"):
            item.add_marker(pytest.mark.skip(reason="needs QT_QPA_PLATFORM=xcb and an X server"))


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", ())
    elsewhere = sum("not on Windows: " in str(each.longrepr) for each in skipped)
    if os.name == "nt" and skipped:
        terminalreporter.write_line(
            f"{elsewhere} tests cannot be tried on Windows, {len(skipped) - elsewhere} lack a tool, a file "
            "or a desktop; each says why above"
        )
    failed = os.environ.get("EDUAPP_FAILED_STEPS")
    if failed:
        terminalreporter.section("failed before the tests", red=True)
        terminalreporter.write_line(f"{failed} (see above)")
    if os.environ.get("EDUAPP_SAID"):
        terminalreporter.section("before the tests")
        terminalreporter.write_line(os.environ["EDUAPP_SAID"])


@pytest.fixture(scope="session")
def homes(tmp_path_factory):
    """Folders for the homes: thousands of them beside each test's own would slow every mktemp down."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(homes, monkeypatch):
    """A home of its own for each test: no test sees, or writes, the person's files. Returns the folder."""
    home = next(homes)  # not in tmp_path: that folder is the test's alone
    home.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name, folder in {
        "XDG_DATA_HOME": ".local/share",
        "XDG_CONFIG_HOME": ".config",
        "XDG_CACHE_HOME": ".cache",
        "XDG_STATE_HOME": ".local/state",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
        "EDUAPP_DATA": "eduapp",
    }.items():
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.delenv("EDUAPP_PASSPHRASE_FILE", raising=False)
    return home


@pytest.fixture(scope="session")
def qapp(qapp):
    """The application in the shipped font: pictures are the same on every machine."""
    from PySide6.QtGui import QFont, QFontDatabase

    families = []
    for path in sorted((ROOT / "resources" / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        assert number >= 0, f"Qt cannot load {path.name}"
        families += QFontDatabase.applicationFontFamilies(number)
    if families:
        qapp.setFont(QFont(families[0], 10))
    return qapp


@pytest.fixture
def qtbot(qapp, request):
    """Wait for conditions, however slow the machine."""
    from tests.patience import PatientBot

    return PatientBot(request)


@pytest.fixture(scope="session")
def shared():
    """The folder of real forms beside the tree; it is not ours to ship, so without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of real forms (../shared) is not here")
    return folder


@pytest.fixture(scope="session")
def sealed_county(tmp_path_factory):
    """A county that encrypts: `sealed_county.at(path)` opens a copy of the one that was made for this run."""
    from tests.services.sealed_county import SealedCounty

    return SealedCounty(tmp_path_factory.mktemp("sealed"))


@pytest.fixture(scope="session")
def artefacts():
    """Where pictures and papers are left for people to look at after the run."""
    folder = ROOT / "artefacts"
    folder.mkdir(exist_ok=True)
    return folder


# --- no unannounced log line ---


class LogWatch(logging.Handler):
    """Collects warnings and worse; a test that expects one says so with `expect_logs`."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.unannounced = []
        self._expected = []

    def emit(self, record):
        for pattern, level, found in self._expected:
            if record.levelno == level and re.search(pattern, record.getMessage()):
                found.append(record)
                return
        self.unannounced.append(record)

    @contextmanager
    def expect(self, pattern="", *, level=logging.WARNING):
        expected = (pattern, level, [])
        self._expected.append(expected)
        yield expected[2]
        self._expected.remove(expected)
        if not expected[2]:
            pytest.fail(f"no {logging.getLevelName(level)} line matching {pattern!r} was logged")

    def judge(self):
        lines = [f"{r.name}: {r.levelname}: {r.getMessage()}" for r in self.unannounced]
        self.unannounced = []
        if lines:
            pytest.fail(
                "logged without being announced (see expect_logs):\n" + "\n".join(lines), pytrace=False
            )


WATCH = pytest.StashKey[LogWatch]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    item.stash[WATCH].judge()
    return result


@pytest.fixture(autouse=True)
def log_watch(request):
    watch = LogWatch()
    request.node.stash[WATCH] = watch
    root = logging.getLogger()
    root.addHandler(watch)
    yield watch
    root.removeHandler(watch)
    watch.judge()


@pytest.fixture(autouse=True)
def no_key_held():
    """Let go of the keys that a test held last: Qt remembers Shift, and the next test selects by it."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if (
        widgets is None
        or widgets.QApplication.instance() is None
        or not widgets.QApplication.keyboardModifiers()
    ):
        return
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.mouseRelease(widgets.QWidget(), Qt.MouseButton.LeftButton)


@pytest.fixture
def expect_logs(log_watch):
    """Announce a log line: `with expect_logs("disk is full", level=logging.ERROR) as found: ...`."""
    return log_watch.expect
