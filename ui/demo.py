"""`./run demo [FOLDER]`: the whole main job once, with the practice county, with or without a screen.

Twelve invented schools fill in, print and hand over; the county merges, computes and prints; both
windows are pictured, and opened where there is a screen.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from db.streams import open_streams
from eduapp.services import importing, jobs, workbooks
from eduapp.services.county import books as county_books
from eduapp.services.county import reports as county_reports
from eduapp.services.folders import DATA_FOLDER_VARIABLE, own_folder, write_own_text
from eduapp.services.papers import reporting
from eduapp.services.practice import hand_off as practice_hand_off
from eduapp.services.practice import making as practice
from ui.app import Program, make_application, open_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QApplication

    from eduapp.services.hand_off.intake import MergeReport
    from ui.common.window import FrameWindow

MARK = ".eduapp-demo"
"""Lies in a folder that an earlier demo made: only such a folder is ever cleared."""
YEAR = 2026
SHOWN_SCHOOL = "新河口小学"
SIZES = ((1366, 768), (1093, 614))
"""A common old screen, and the same at 125 %."""
SCHOOL_PICTURES = ("classes", "homework", "findings", "print", "send")
COUNTY_PICTURES = ("board", "heat", "papers")
WAIT_SECONDS = 60


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; returns the exit status."""
    open_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    folder = Path(arguments[0] if arguments else "demo").resolve()
    if not _make_empty(folder):
        _say(f"文件夹「{folder}」里有别的内容,请换一个空文件夹:./run demo 文件夹")
        return 2
    screen = _has_screen()
    if not screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ[DATA_FOLDER_VARIABLE] = str(folder / "本机数据")
    county, merged = jobs.run(practice.make_sealed(folder, YEAR), _progress())
    _say(f"1. {len(practice.PLANS)} 所练习学校已填报,加密的上报文件在 {folder / practice.STICK}")
    _say(f"2. 县级凭登记表数字登记密钥后合并:{merged.sum_text};回执已写回同一 U 盘,学校已读取")
    _say(f"   县级口令(练习用):{practice_hand_off.PASSPHRASE}{YEAR}")
    school = folder / "学校" / f"{SHOWN_SCHOOL}.edubook"
    _print_school(school, folder / "打印")
    _print_county(county, folder / "打印")
    _say(f"3. 打印件(PDF)和表格(xlsx)在 {folder / '打印'}")
    app = make_application()
    qInstallMessageHandler(_qt_says)
    program = Program(app)
    _picture_all(app, program, school, county, folder / "图片")
    _say(f"4. 两个窗口的图片在 {folder / '图片'}")
    _say(f"工作簿:{school}", f"       {county}")
    _say(f"合并指纹 {merged.fingerprint}(同样的文件,任何顺序都得到同一指纹)")
    if not screen:
        _say("没有屏幕,不打开窗口。")
        return _sum_holds(merged)
    program.open(school)
    program.open(county)
    return int(app.exec()) or _sum_holds(merged)


def _sum_holds(merged: MergeReport) -> int:
    return 0 if merged.counts["accepted"] == merged.read == len(practice.PLANS) else 1


def _make_empty(folder: Path) -> bool:
    """Make the folder, clearing what an earlier demo left; False when it holds anything else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            return False
        shutil.rmtree(folder)
    own_folder(folder)
    write_own_text(folder / MARK, "")
    return True


def _print_school(path: Path, folder: Path) -> None:
    own_folder(folder)
    with workbooks.open_school(path) as book:
        for name, title in reporting.school_papers():
            reporting.save(folder / f"{path.stem}_{title}.pdf", reporting.print_school(book, name))
        for name, title in reporting.school_papers()[:2]:
            reporting.save(folder / f"空白_{title}.pdf", reporting.print_school(book, name, blank=True))
        importing.write_official_form(book, folder / f"{path.stem}_学校填报表格.xlsx")


def _print_county(path: Path, folder: Path) -> None:
    with county_books.open_county(path) as book:
        report, sources = jobs.run(county_reports.county_report(book)), county_reports.sources_of(book)
        reporting.save(folder / "申报表.pdf", reporting.print_county(report, sources))
        reporting.write_county_tables(report, folder / "申报表.xlsx", sources)


def _picture_all(app: QApplication, program: Program, school: Path, county: Path, folder: Path) -> None:
    own_folder(folder)
    for path, pages, word in ((school, SCHOOL_PICTURES, "学校"), (county, COUNTY_PICTURES, "县级")):
        window = open_window(path, program.theme)
        for width, height in SIZES:
            for page in pages:
                _picture(app, window, page, folder / f"{word}_{page}_{width}x{height}.png", (width, height))
        window.close()
        app.processEvents()


def _picture(app: QApplication, window: FrameWindow, page: str, path: Path, size: tuple[int, int]) -> None:
    window.resize(*size)
    window.show()
    window.show_page(page)
    end = time.monotonic() + WAIT_SECONDS
    app.processEvents()
    while window.jobs.busy and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)
    for _ in range(5):  # deferred layouts and the queued first check
        app.processEvents()
        time.sleep(0.05)
    if not window.grab().save(str(path)):
        _say(f"图片没有写成:{path}")


def _qt_says(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    if "propagateSizeHints" not in text:  # what Qt's screenless plugin says of every window
        sys.stderr.write(f"{text}\n")


def _has_screen() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _progress() -> jobs.Watch:
    said: set[str] = set()

    def watch(progress: jobs.Progress) -> None:
        if progress.text not in said:
            said.add(progress.text)
            _say(f"   {progress.text}")

    return watch


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
