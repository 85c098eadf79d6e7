"""The contract of the house is plain to read, is run, and catches what it forbids."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {c["id"]: c["name"] for c in PYPROJECT["tool"]["importlinter"]["contracts"]}

KEPT = {
    "resources/__init__.py": "",
    "db/problems.py": "import resources, db.characters",
    "db/characters.py": "",
    "db/files.py": "import db.problems",
    "db/garbage.py": "",
    "db/streams.py": "",
    "db/drives.py": "",
    "db/places.py": "import db.files, db.drives",
    "db/records/__init__.py": "import db.problems",
    "db/tables.py": "import db.records",
    "db/journal.py": "import db.tables",
    "db/door.py": "import sqlite3",
    "db/digests.py": "import sqlite3",
    "db/journal_cover.py": "import db.digests",
    "db/engine.py": "import sqlalchemy",
    "db/store.py": "import db.door",
    "db/thin.py": "import db.digests",
    "db/handed.py": "import db.digests",
    "db/migrations/env.py": "import alembic",
    "db/backups.py": "import db.problems",
    "db/soundness.py": "import db.digests",
    "db/workbook.py": "import db.store",
    "eduapp/standards/figures.py": "import db.records",
    "eduapp/exchange/signing.py": "import cryptography",
    "eduapp/exchange/sealing.py": "import pyrage",
    "eduapp/exchange/recovery.py": "import mnemonic",
    "eduapp/exchange/spreadsheets.py": "import openpyxl",
    "eduapp/exchange/sheet_reading.py": "import python_calamine",
    "eduapp/exchange/old_sheets.py": "import xlrd",
    "eduapp/exchange/near_names.py": "import rapidfuzz",
    "eduapp/printing/qr.py": "import segno",
    "eduapp/printing/sheet.py": "import reportlab",
    "eduapp/services/entry.py": "import eduapp.exchange.signing",
    "eduapp/services/keys/passphrases.py": "import zxcvbn",
    "eduapp/cli.py": "import eduapp.services.entry",
    "eduapp/__main__.py": "import eduapp.cli",
    "ui/common/theme.py": "import PySide6",
    "ui/school/window.py": "import ui.common.theme",
    "ui/county/window.py": "import eduapp.services.entry",
    "ui/app.py": "import ui.school.window",
    "ui/demo.py": "import ui.app",
}

# contract -> one import that it forbids
PLANTED = {
    "floors": ("db/store.py", "import eduapp.services.entry"),
    "inside-eduapp": ("eduapp/printing/sheet.py", "import eduapp.exchange.signing"),
    "inside-db": ("db/records/__init__.py", "import db.store"),
    "inside-ui": ("ui/school/window.py", "import ui.county.window"),
    "ui-asks-services": ("ui/app.py", "import db.workbook"),
    "no-qt-below": ("eduapp/cli.py", "import PySide6"),
    "rules-without-storage": ("eduapp/standards/figures.py", "import db.tables"),
    "door-cryptography": ("ui/common/theme.py", "import cryptography"),
    "door-pyrage": ("eduapp/services/entry.py", "import pyrage"),
    "door-mnemonic": ("eduapp/exchange/sealing.py", "import mnemonic"),
    "door-zxcvbn": ("eduapp/services/entry.py", "import zxcvbn"),
    "door-openpyxl": ("eduapp/services/entry.py", "import openpyxl"),
    "door-calamine": ("eduapp/exchange/signing.py", "import python_calamine"),
    "door-xlrd": ("eduapp/exchange/sheet_reading.py", "import xlrd"),
    "door-rapidfuzz": ("eduapp/services/entry.py", "import rapidfuzz"),
    "door-reportlab": ("eduapp/services/entry.py", "import reportlab"),
    "door-segno": ("eduapp/services/entry.py", "import segno"),
    "no-cycles": ("db/problems.py", "import db.journal"),
}


def lint_imports(folder, sources):
    for name, text in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        while (path := path.parent) != folder:
            (path / "__init__.py").touch()
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    broken = {i for i, name in CONTRACTS.items() if f"{name} BROKEN" in done.stdout}
    kept = {i for i, name in CONTRACTS.items() if f"{name} KEPT" in done.stdout}
    assert broken | kept == set(CONTRACTS), done.stdout + done.stderr
    return broken, done.returncode


def test_a_house_as_designed_keeps_every_contract(tmp_path):
    assert lint_imports(tmp_path, KEPT) == (set(), 0)


def test_each_contract_catches_what_it_forbids(tmp_path):
    assert set(PLANTED) == set(CONTRACTS), "plant a violation for each contract"
    sources = dict(KEPT)
    for name, line in PLANTED.values():
        sources[name] += f"\n{line}"
    broken, status = lint_imports(tmp_path, sources)
    assert broken == set(CONTRACTS)
    assert status == 1


@pytest.mark.slow
def test_a_module_nobody_placed_breaks_the_house(tmp_path):
    extra = {f"{floor}/extra.py": "" for floor in ("ui", "eduapp", "db")}
    broken, _ = lint_imports(tmp_path, KEPT | extra)
    assert broken == {"inside-ui", "inside-eduapp", "inside-db"}


def test_each_contract_says_in_words_what_it_holds():
    assert [name for name in CONTRACTS.values() if len(name.split()) < 5] == []


def test_the_contracts_are_checked_by_run_test():
    run = (ROOT / "run").read_text(encoding="utf-8")
    test_job = run[run.index("run_test()") : run.index("run_build()")]
    for tool in ("ruff check", "ruff format --quiet --check", "mypy", "lint_imports_command", "pytest"):
        assert tool in test_job


def test_the_ten_slowest_tests_are_told():
    run = (ROOT / "run").read_text(encoding="utf-8")
    assert "--durations=10" in run[run.index("run_test()") : run.index("run_build()")]
