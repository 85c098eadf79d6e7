"""`--self-check`: does this copy of the program work on this computer? One line a step, then what is wrong.

A program without a console shows the lines in a box. The report for the county lies in the user's own folder.
Opens a workbook, draws a window without a screen, signs, seals and opens a submission, writes and reads a
spreadsheet, prints a page, and asks Qt what it knows of Chinese.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cmp_to_key
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCollator, QDateTime, QLocale, QStringDecoder, QTimeZone
from PySide6.QtWidgets import QApplication

from db.characters import decoded
from db.problems import Problem
from db.streams import open_streams
from eduapp.services import preflight, workbooks
from eduapp.services.folders import DATA_FOLDER_VARIABLE, data_folder, own_folder
from eduapp.services.jobs import run
from eduapp.standards.results import Outcome
from ui.common import preflight_facts
from ui.common import theme as themes
from ui.common.places import documents
from ui.common.plain import set_title
from ui.common.problems import versions

if TYPE_CHECKING:
    from eduapp.services.books import SchoolBook
    from ui.school.window import SchoolWindow

REPORTS, REPORT = "自检", "自检报告.txt"
TOO_LARGE = "46"
CODE = "2143000001"
HOURS = 8 * 3600
"""Beijing's time before UTC, in seconds."""


class SelfCheckError(Exception):
    """A step did not do what it must."""


def self_check() -> int:
    """Run every step in a folder of its own; returns 0, or 1 after saying what failed."""
    has_console = sys.stdout is not None
    if has_console:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        open_streams()
    said = Transcript()
    app = _application()
    failed = _try_out(said) | _look_around(said)
    if not has_console:
        _show(said, failed=bool(failed))
    del app
    return failed


class Transcript:
    """The lines that were said: on the console, where there is one."""

    def __init__(self) -> None:
        """Begin with none."""
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        """Say a line."""
        self.lines.append(text)
        if sys.stdout is not None:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()


def _try_out(said: Transcript) -> int:
    with tempfile.TemporaryDirectory(prefix="eduapp-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        before = os.environ.get(DATA_FOLDER_VARIABLE)
        os.environ[DATA_FOLDER_VARIABLE] = str(folder / "data")
        try:
            _steps(folder, said)
        except Exception as error:  # noqa: BLE001 - the check's work is to name whatever fails
            said.line(f"× 自检失败:{type(error).__name__}: {error}")
            return 1
        finally:
            if before is None:
                del os.environ[DATA_FOLDER_VARIABLE]
            else:
                os.environ[DATA_FOLDER_VARIABLE] = before
    said.line("✓ 自检通过")
    return 0


def _look_around(said: Transcript) -> int:
    """Say what is wrong with this computer, and write the report; 1 where nothing can work here."""
    try:
        notes, text = preflight.looked(documents(), preflight_facts.seen(), versions())
        path = own_folder(data_folder() / REPORTS) / REPORT
        preflight.save(path, f"{text}\n程序自检:\n" + preflight.masked("\n".join(said.lines)) + "\n")
    except Problem as problem:
        said.line(f"× {problem.text}")
        return 1
    for each in notes:
        said.line(each.text)
    said.line(f"· 报告:{path}(不含姓名和填报数据,可以交给县里)")
    return int(any(each.state is preflight.State.TROUBLE for each in notes))


def _show(said: Transcript, *, failed: bool) -> None:
    from ui.common.plain_boxes import MessageBox  # noqa: PLC0415 - where there is no console

    box = MessageBox()
    box.setIcon(MessageBox.Icon.Warning if failed else MessageBox.Icon.Information)
    set_title(box, "自检")
    box.setText("自检没有通过。" if failed else "自检通过。")
    box.setInformativeText("\n".join(said.lines))
    box.exec()


def _application() -> QApplication:
    running = QApplication.instance()
    return running if isinstance(running, QApplication) else QApplication(sys.argv[:1])


def _steps(folder: Path, said: Transcript) -> None:
    app = _application()
    theme = themes.light()
    themes.dress(app, theme)
    book = workbooks.create_school(
        folder / "自检.edubook", workbooks.NewSchool(CODE, "自检小学㛃𬭎", "211", workbooks.school_year())
    )
    said.line("✓ 新建并打开工作簿")
    from ui.school.window import SchoolWindow  # noqa: PLC0415 - after the application is there

    window = SchoolWindow(book, theme)
    for words, step in (
        ("输入一个数,指标随之改变", _enter),
        ("画出窗口", _draw),
        ("签名并核验上报文件", _sign),
        ("加密给县里,县里凭口令打开", _seal),
        ("排版并显示一页", _print),
        ("写出电子表格并读回", _spreadsheet),
        ("中文排序、时区和编码", _chinese),
    ):
        step(window)
        said.line(f"✓ {words}")
    window.close()


def _enter(window: SchoolWindow) -> None:
    pane = window.records["classes"].panes[0]
    table = pane.grid.table  # type: ignore[union-attr]
    for column, text in enumerate(("一年级(1)班", "一年级", TOO_LARGE)):
        table.setData(table.index(0, column), text)
    window.workspace.check_now()
    _require(window.panel.row("G5").verdict.outcome is Outcome.UNMET, "班额没有变为未达标")


def _draw(window: SchoolWindow) -> None:
    picture = window.grab().toImage()
    colours = {picture.pixel(x, picture.height() // 2) for x in range(0, picture.width(), 3)}
    _require(len(colours) > 1, "窗口是空白的")


def _sign(window: SchoolWindow) -> None:
    from eduapp.services.hand_off import (  # noqa: PLC0415 - a step of its own loads its library
        sending,
        verifying,
    )

    made = run(sending.export(window.book, window.book.path.parent, "draft"))
    found = verifying.verify(Path(made.path), None)
    _require(found.intact and found.id == made.id, "核验没有通过")


def _seal(window: SchoolWindow) -> None:
    from eduapp.services.county import (  # noqa: PLC0415 - a step of its own loads its libraries
        books as county_books,
    )
    from eduapp.services.hand_off import (  # noqa: PLC0415 - a step of its own loads its libraries
        issuing,
        sending,
        verifying,
    )
    from eduapp.services.practice import (  # noqa: PLC0415 - a step of its own loads its libraries
        hand_off as practice_hand_off,
    )

    folder, year = window.book.path.parent, window.book.year
    standards = (workbooks.NATIONAL,)
    with county_books.create_county(folder / "县.edubook", "439900", "自检县", year, standards) as county:
        told = practice_hand_off.begin(county, folder)
        practice_hand_off.join(window.book, told, issuing.county_digits(county), folder)
        made = run(sending.export(window.book, folder, "draft"))
        found = verifying.verify(Path(made.path), county)
        _require(found.intact and found.id == made.id, "加密的上报文件没有打开")


def _spreadsheet(window: SchoolWindow) -> None:
    from eduapp.services import importing  # noqa: PLC0415 - a step of its own loads its library

    book: SchoolBook = window.book
    path, before = book.path.parent / "班级.xlsx", len(book.draft.rows["school_class"])
    importing.write_list(book, "school_class", path, filled=True)
    rows = importing.import_list(book, "school_class", path).rows
    _require(rows["unchanged"] == before and not rows["new"], "电子表格没有读回")


def _print(window: SchoolWindow) -> None:
    from eduapp.services.papers import reporting  # noqa: PLC0415 - a step of its own loads its library
    from eduapp.services.papers.previewing import Preview  # noqa: PLC0415 - as above

    book: SchoolBook = window.book
    with Preview(reporting.print_school(book, "checklist", blank=False)) as preview:
        _require(preview.pages == 1, "核对表不是一页")
        _require(len(set(preview.pixels(0, 0.5).data)) > 1, "页面是空白的")


def _chinese(_window: SchoolWindow) -> None:
    order = QCollator(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    names = sorted(("张", "李", "阿"), key=cmp_to_key(order.compare))
    _require(names == ["阿", "李", "张"], "中文没有按拼音排序")
    zone = QTimeZone(QByteArray(b"Asia/Shanghai"))
    _require(zone.isValid() and zone.offsetFromUtc(QDateTime.currentDateTimeUtc()) == HOURS, "没有时区")
    _require(decoded("汉".encode("gb18030")) == "汉", "没有国标编码")
    if sys.platform == "linux":  # the data of Qt's ICU are cut by the build; its Windows libraries bring none
        _require(QStringDecoder("GB18030").isValid(), "没有国标编码")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SelfCheckError(otherwise)
