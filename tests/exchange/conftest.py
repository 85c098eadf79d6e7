from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import Manifest, Submission, build
from eduapp.exchange.text_tables import ForeignKey, Table, field_schema


@pytest.fixture
def key() -> WriterKey:
    return WriterKey(bytes(range(32)))


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        app="0.1.0",
        county="430900",
        school="3607310001",
        name="明德小学",
        kind="211",
        year=2026,
        practice=False,
        round="2026",
        writer="0f0e0d0c-0b0a-4908-8706-050403020100",
        seq=2,
        prev="ab" * 32,
        seen={"11112222-3333-4444-8555-666677778888": 4},
        state="final",
        sections={"classes": "complete", "homework": "draft"},
        reasons={"soft-1": "新校区九月启用, 数据无误"},
        verdicts=({"code": "R1", "value": "4.2071197411", "verdict": "met"},),
    )


@pytest.fixture
def tables() -> tuple[Table, ...]:
    classes = Table(
        "classes",
        (
            field_schema("id", "string"),
            field_schema("name", "string", "班名"),
            field_schema("pupils", "integer", "人数"),
            field_schema("area", "number", "面积", scale=2),
            field_schema("boarding", "boolean", "寄宿"),
            field_schema("opened", "date", "开班日期"),
        ),
        (
            ("c2", '二(1)班, "火箭"', "45", "52.50", "1", "2025-09-01"),
            ("c1", "一(1)班𠮷", "38", None, "0", None),
        ),
        title="班级",
    )
    teachers = Table(
        "teachers",
        (field_schema("id", "string"), field_schema("class_id", "string", "任教班级")),
        (("t1", "c1"), ("t2", "c2"), ("t3", None)),
        foreign_keys=(ForeignKey("class_id", "classes"),),
    )
    return classes, teachers


@pytest.fixture
def submission(manifest: Manifest, tables: tuple[Table, ...], key: WriterKey) -> Submission:
    return build(manifest, tables, key)


@pytest.fixture
def ssh_key(key: WriterKey, tmp_path: Path) -> Path:
    """Return a private key file made by ssh-keygen."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen")
    path = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path
