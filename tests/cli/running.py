"""Running commands of the command line inside a test, also where no test's own fixtures reach."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sqlite3
from types import SimpleNamespace

from eduapp.cli import main

CODE = "2143000001"
FILLED = {
    "学校名称": "明德小学",
    "学校代码": CODE,
    "学校类型": "小学",
    "小学学生人数": 618,
    "县级及以上骨干教师数": 7,
    "专任教师总人数": 40,
    "班级总数": 15,
    "上一年度公用经费预算总额": 50.0,
    "上一年度教师培训经费预算总额": 2.5,
}


def run(*arguments):
    """Run one command; returns code, out, err, and the object of --json."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(each) for each in arguments])
        except SystemExit as stop:  # argparse: wrong usage
            code = stop.code
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8").replace(os.linesep, "\n"))
    found = None
    if "--json" in arguments and code in {0, 1}:
        found = json.loads(texts[0])
        assert isinstance(found, dict)
    return SimpleNamespace(code=code, out=texts[0], err=texts[1], json=found)


def contents(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def tree(folder):
    return {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def refused(done, code):
    """A Problem: exit code 2, Chinese and its code on stderr, nothing on stdout."""
    assert done.code == 2, (done.out, done.err)
    assert done.out == ""
    assert f"[{code}]" in done.err
    assert re.search(r"[\u4e00-\u9fff]{4}", done.err)
    assert "Traceback" not in done.err
