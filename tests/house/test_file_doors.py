"""One door to files: nothing else in the product opens, replaces or removes one, or asks for drives."""

from __future__ import annotations

import ast

import pytest

DOOR = "db/files.py"

OF_PATHS = {
    *("read_bytes", "read_text", "write_bytes", "write_text", "touch", "truncate"),
    *("unlink", "rmdir", "mkdir", "hardlink_to", "symlink_to", "link_to"),
}
"""What a path does with its file; `open`, `rename` and `replace` are told apart by their arguments."""
OF_OS = {
    *("open", "replace", "rename", "renames", "unlink", "remove", "removedirs", "rmdir", "mkdir", "makedirs"),
    *("link", "symlink", "truncate", "fsync", "fdatasync", "sync", "utime", "chmod"),
}
OF_SHUTIL = {"copy", "copy2", "copyfile", "copytree", "move", "rmtree"}
OTHERS = {"tempfile", "fileinput"}
MODES = set("rwxabt+")

ALLOWED = {
    "db/backups.py": {"os.utime"},  # a copy carries the time of the state it shows
    "db/drives.py": {"read_text"},  # what Linux tells of its devices: no files of anybody's
    "eduapp/exchange/stick.py": {"os.link"},  # refuses a name that is taken, in one step; judged there
    "eduapp/cli/streams.py": {"os.open"},  # the null device
    "db/streams.py": {"os.open", "open"},  # the null device
    "eduapp/services/county/kept_entries.py": {"read_bytes"},  # the program's own sources
    "eduapp/services/preflight.py": {"tempfile"},  # asked where it lies
    "ui/county/board_page.py": {"rename"},  # a row of the register
    "ui/common/problems.py": {".open"},  # the crash file, open to the end
    "ui/demo.py": {"shutil.rmtree"},  # a folder that an earlier demo made
    "ui/school/self_check.py": {"tempfile"},  # a folder that nobody else sees
}


def mode_of(call):
    """The mode that an open() is given; "" where there is none, None where it is no mode of a file."""
    named = next((each.value for each in call.keywords if each.arg == "mode"), None)
    given = named or (call.args[-1] if call.args else None)
    if given is None:
        return ""
    text = given.value if isinstance(given, ast.Constant) else None
    return text if isinstance(text, str) and set(text) <= MODES else None


def door_of(call):
    """What a call does to a file, by the name it stands under in ALLOWED; None: nothing."""
    called = call.func
    if isinstance(called, ast.Name):
        return "open" if called.id == "open" else None
    if not isinstance(called, ast.Attribute):
        return None
    owner = called.value.id if isinstance(called.value, ast.Name) else ""
    if owner in {"os", "shutil"}:
        names = OF_OS if owner == "os" else OF_SHUTIL
        return f"{owner}.{called.attr}" if called.attr in names else None
    if owner in OTHERS:
        return owner
    if owner in {"resources", "files", "disk", "archive", "workbook"}:
        return None  # what the program ships, the door itself, a packed archive
    return of_path(call, called.attr)


def of_path(call, name):
    if name in OF_PATHS:
        return name
    if name == "open":
        return ".open" if mode_of(call) or any(each.arg == "encoding" for each in call.keywords) else None
    # str.replace takes two, dataclasses.replace is no method
    return name if name in {"rename", "replace"} and len(call.args) == 1 and not call.keywords else None


def doors_in(calls):
    return [(node.lineno, found) for node in calls if (found := door_of(node))]


def doors_in_text(text):
    return doors_in(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def has_doors(name):
    return name != DOOR and not name.startswith("resources/")


@pytest.fixture(scope="module")
def found(product):
    """File -> what it does to files, as (line, what)."""
    return {name: doors_in(each.calls()) for name, each in product.items() if has_doors(name)}


def test_files_are_touched_only_through_the_door(found):
    wrong = [
        f"{name}:{line} {what}"
        for name, those in found.items()
        for line, what in those
        if what not in ALLOWED.get(name, ())
    ]
    assert wrong == []


def test_nothing_is_allowed_that_nobody_does(found):
    done = {name: {what for _, what in those} for name, those in found.items()}
    assert {
        name: what - done.get(name, set()) for name, what in ALLOWED.items() if what - done.get(name, set())
    } == {}


def test_drives_are_asked_for_only_through_their_door(product):
    asks = ("QStorageInfo", "GetDriveType", "/proc/self/mount", "/sys/")
    assert [name for name, file in product.items() if any(each in file.text for each in asks)] == [
        "db/drives.py"
    ]


def test_the_system_is_asked_by_number_only_by_the_two_doors(product):
    assert {name for name, file in product.items() if "ctypes" in file.text} == {DOOR, "db/drives.py"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("open(name)", "open"),
        ("path.open('rb')", ".open"),
        ("path.open(encoding='utf-8')", ".open"),
        ("path.open(mode='w')", ".open"),
        ("part.replace(target)", "replace"),
        ("path.rename(other)", "rename"),
        ("os.replace(a, b)", "os.replace"),
        ("path.unlink(missing_ok=True)", "unlink"),
        ("shutil.copyfile(a, b)", "shutil.copyfile"),
        ("tempfile.mkstemp()", "tempfile"),
    ],
)
def test_a_door_beside_the_door_is_found(text, what):
    assert doors_in_text(text) == [(1, what)]


@pytest.mark.parametrize(
    "text",
    [
        "dialog.open()",
        "'a'.replace('b', 'c')",
        "store.open()",
        "resources.read_text('x')",
        "files.read(path)",
    ],
)
def test_what_is_no_file_is_none(text):
    assert doors_in_text(text) == []
