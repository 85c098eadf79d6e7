"""What is wrong with this computer, before anybody fills anything in: asked once, judged by pure rules.

What is found goes into a report for the county: no names, no paths of persons, nothing from a workbook.
"""

from __future__ import annotations

import datetime
import locale
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from enum import Enum
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from db import drives, files
from db.characters import MARK
from db.workbook import who
from eduapp.exchange.files import replace_whole
from eduapp.services import traces
from eduapp.services.folders import data_folder, own_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    _Maker = Callable[..., "Note"]
    """Makes a note on the subject of a rule: state, words, what to do."""

BUILD = 17763
"""Of Windows 10 version 1809, the oldest that Qt 6 runs on. Source: doc.qt.io, "Qt for Windows", 6.8."""
LIBC = (2, 28)
"""Of the packages this program is made of."""
CODE_PAGES = frozenset({"cp936", "cp54936", "gb18030", "gbk", "utf-8", "cp65001"})
FIRST_DAY = datetime.date(2026, 9, 1)
"""Before it there was no such program: a clock that says so is wrong."""
LAST_YEAR = 2099
HERE = datetime.timedelta(hours=8)
TOO_LITTLE, LITTLE = 100 * 1024**2, 1024**3
"""Bytes that are free: no work is possible below the first, copies are thinned early below the second."""
LATER = datetime.timedelta(days=1)
"""By which a file of this computer's own may lie in the future: a zone that was set anew."""

_LIBRARIES = {
    "eduapp.exchange.signing": "签名",
    "eduapp.exchange.sealing": "加密",
    "eduapp.exchange.sheet_reading": "读表格",
    "eduapp.exchange.spreadsheets": "写表格",
    "eduapp.printing.sheet": "排版",
    "eduapp.printing.preview": "预览",
}
_FREE_NAME = "自检-可以删除.tmp"


class State(Enum):
    """How a subject stands."""

    GOOD = "·"
    UNTOLD = "?"
    """Nobody can tell here: neither good nor bad."""
    CAUTION = "⚠"
    TROUBLE = "×"


WRONG = frozenset({State.CAUTION, State.TROUBLE})


@dataclass(frozen=True)
class Note:
    """What was found on one subject: in words, with what to do."""

    subject: str
    state: State
    words: str
    advice: str = ""

    @property
    def text(self) -> str:
        """Return it as one line."""
        return f"{self.state.value} {self.subject}:{self.words}" + (f"。{self.advice}" if self.advice else "")


@dataclass(frozen=True)
class PreflightSeen:
    """What only the window system tells."""

    shipped_font: bool = True
    chinese_font: bool = True
    printers: int | None = None
    chinese_input: bool | None = None
    """None: cannot be told here."""


@dataclass(frozen=True)
class PreflightPlace:
    """A folder by the word for it: bytes free on its disk, why it cannot be written ("": it can)."""

    label: str
    free: int
    refused: str = ""


@dataclass(frozen=True)
class Computer:
    """The facts that are judged."""

    system: str
    now: datetime.datetime
    build: int | None = None
    libc: tuple[int, ...] | None = None
    encoding: str = "utf-8"
    missing: tuple[str, ...] = ()
    newest: datetime.datetime | None = None
    """When the newest of this program's own files was written, by this computer's clock."""
    places: tuple[PreflightPlace, ...] = ()
    sticks: tuple[bool, ...] = ()
    """Of each that is plugged in: whether it says that it can be written; none is written to."""
    seen: PreflightSeen = PreflightSeen()


def look(documents: Path, seen: PreflightSeen) -> Computer:
    """Ask this computer; takes a second or two: for a worker. Raises Problem where its own folder fails."""
    own = data_folder()
    places = {"程序自己的文件夹": own, "我的文档": documents, "临时文件夹": own_folder(_temporary())}
    version = getattr(sys, "getwindowsversion", None)
    return Computer(
        system=f"{platform.system()} {platform.release()} ({platform.version()})",
        now=datetime.datetime.now().astimezone(),
        build=version().platform_version[2] if version else None,
        libc=_libc(),
        encoding=locale.getencoding().lower(),
        missing=tuple(_missing()),
        newest=_newest(own),
        places=tuple(_place(label, folder) for label, folder in places.items()),
        sticks=tuple(each.writable for each in drives.sticks()),
        seen=seen,
    )


def judge(it: Computer) -> tuple[Note, ...]:
    """Say of each subject how it stands: a pure function."""
    return tuple(note for subject, rule in _RULES.items() for note in rule(it, partial(Note, subject)))


def report(notes: Sequence[Note], it: Computer, versions: Sequence[str] = ()) -> str:
    """Return the text to hand to the county: findings, versions, the last crash and lines of the trace."""
    parts = [
        "自检报告(不含姓名和填报数据)",
        f"时间:{it.now:%Y-%m-%d %H:%M %z}",
        f"系统:{it.system}",
        *versions,
        "",
        *(note.text for note in notes),
        "",
        "最近一次崩溃:",
        traces.last_crash() or "没有",
        "",
        "最近的运行记录:",
        *(traces.last_lines() or ["没有"]),
        "",
    ]
    return masked("\n".join(parts))


def masked(text: str, home: Path | None = None, name: str | None = None) -> str:
    """Return a text without the user's folder and name."""
    folder, user = str(home or Path.home()), name if name is not None else who()
    for each in (folder, folder.replace("\\", "/"), folder.replace("\\", "\\\\")):
        text = text.replace(each, "~")
    return text.replace(user, "<用户>") if len(user) > 1 and user != "root" else text


def looked(documents: Path, seen: PreflightSeen, versions: Sequence[str]) -> tuple[tuple[Note, ...], str]:
    """Look and judge: what was found, and the report of it."""
    it = look(documents, seen)
    notes = judge(it)
    return notes, report(notes, it, versions)


def save(path: Path, text: str) -> None:
    """Write a report where a person wants it, with the mark by which Notepad knows UTF-8; raises Problem."""
    replace_whole(path, f"{MARK}{text}".encode())


# --- asking ---


def _temporary() -> Path:
    import tempfile  # noqa: PLC0415 - asked for its place alone

    return Path(tempfile.gettempdir())


def _libc() -> tuple[int, ...] | None:
    name, version = platform.libc_ver()
    return tuple(int(each) for each in version.split(".")) if name == "glibc" else None


def _missing() -> Iterator[str]:
    for module, words in _LIBRARIES.items():
        try:
            import_module(module)
        except (ImportError, OSError):
            yield words


def _newest(folder: Path) -> datetime.datetime | None:
    try:
        times = [each.stat().st_mtime for each in folder.rglob("*") if each.is_file()]
    except OSError:
        return None
    return datetime.datetime.fromtimestamp(max(times), datetime.UTC).astimezone() if times else None


def _place(label: str, folder: Path) -> PreflightPlace:
    """Write a small file there and take it away again."""
    probe = folder / f"{os.getpid()}-{_FREE_NAME}"
    try:
        files.remove(probe)
        files.write_new(probe, b"")
        files.remove(probe)
        return PreflightPlace(label, shutil.disk_usage(folder).free)
    except OSError as error:
        return PreflightPlace(label, 0, files.why(error))


# --- judging ---


def _system(it: Computer, note: _Maker) -> Iterator[Note]:
    if it.build is not None and it.build < BUILD:
        yield note(
            State.TROUBLE,
            f"Windows 太旧(内部版本 {it.build},需要 {BUILD} 以上)",
            "请升级到 Windows 10 的 1809 或更新版本;不能升级的,用学校填报表格填好,到别的电脑导入。",
        )
    elif it.libc is not None and it.libc < LIBC:
        yield note(
            State.TROUBLE,
            f"系统库 glibc {'.'.join(map(str, it.libc))} 太旧(需要 {'.'.join(map(str, LIBC))} 以上)",
            "请升级系统,或换一台电脑。",
        )
    elif it.build is None and it.libc is None:
        yield note(State.UNTOLD, "这里看不出版本是否够用")
    else:
        yield note(State.GOOD, "版本够用")


def _runtime(it: Computer, note: _Maker) -> Iterator[Note]:
    if it.missing:
        yield note(
            State.TROUBLE,
            f"{'、'.join(it.missing)}用的程序文件缺少或损坏",
            "请把程序的整个文件夹重新复制一次,不要只复制其中的文件;杀毒软件隔离了的请恢复。",
        )
    else:
        yield note(State.GOOD, "齐全")


def _code_page(it: Computer, note: _Maker) -> Iterator[Note]:
    if it.encoding in CODE_PAGES:
        yield note(State.GOOD, "中文")
    else:
        yield note(
            State.CAUTION,
            f"非 Unicode 程序使用的语言不是中文({it.encoding})",
            "本程序不受影响;WPS 另存的 .csv 可能是乱码,请另存为 .xlsx。",
        )


def _clock(it: Computer, note: _Maker) -> Iterator[Note]:
    if it.now.date() < FIRST_DAY or it.now.year > LAST_YEAR:
        yield note(State.TROUBLE, f"日期是 {it.now:%Y-%m-%d},不对", "请在系统设置里改正日期和时间。")
    elif it.newest is not None and it.newest > it.now + LATER:
        yield note(
            State.TROUBLE,
            f"日期是 {it.now:%Y-%m-%d},比以前用过的({it.newest:%Y-%m-%d})早",
            "请在系统设置里改正日期和时间;每次开机都不对的,请更换主板电池。",
        )
    elif it.now.utcoffset() != HERE:
        yield note(State.CAUTION, "时区不是北京时间", "请在系统设置里把时区改为(UTC+08:00)北京。")
    else:
        yield note(State.GOOD, "日期和时区正常")


def _room(it: Computer, note: _Maker) -> Iterator[Note]:
    for place in it.places:
        if place.refused:
            continue
        free = f"「{place.label}」所在的磁盘剩余 {place.free // 1024**2} MB"
        if place.free < TOO_LITTLE:
            yield note(State.TROUBLE, free, "请先清理磁盘(回收站、下载、不用的程序)。")
        elif place.free < LITTLE:
            yield note(State.CAUTION, free, "自动备份会少留几份,请清理磁盘。")
    unseen = [f"「{place.label}」" for place in it.places if place.refused]
    if unseen:
        yield note(State.UNTOLD, f"{'、'.join(unseen)}不能写入,看不出所在的磁盘还剩多少")
    elif not any(place.free < LITTLE for place in it.places):
        yield note(State.GOOD, "够用")


def _rights(it: Computer, note: _Maker) -> Iterator[Note]:
    for place in it.places:
        if place.refused:
            yield note(
                State.TROUBLE,
                f"「{place.label}」不能写入:{place.refused}",
                "请检查文件夹的权限;有「受控文件夹访问」或杀毒软件的,请允许本程序。",
            )
    if not any(place.refused for place in it.places):
        yield note(State.GOOD, "可以写入")


def _fonts(it: Computer, note: _Maker) -> Iterator[Note]:
    if not it.seen.shipped_font:
        yield note(State.TROUBLE, "程序自带的字体没有装入", "请把程序的整个文件夹重新复制一次。")
    elif not it.seen.chinese_font:
        yield note(State.CAUTION, "系统里没有中文字体,使用程序自带的", "打印和预览不受影响。")
    else:
        yield note(State.GOOD, "齐全")


def _stick(it: Computer, note: _Maker) -> Iterator[Note]:
    if not it.sticks:
        yield note(State.UNTOLD, "没有看到 U 盘", "要检查 U 盘的,请插上再查一次。")
    elif not any(it.sticks):
        yield note(State.CAUTION, "插着的 U 盘不能写入", "请拨开写保护开关,或换一个 U 盘。")
    else:
        protected = sum(not each for each in it.sticks)
        words = (
            f"认得出 {len(it.sticks)} 个,其中 {protected} 个不能写入" if protected else "认得出,没有写保护"
        )
        yield note(State.GOOD, words)


def _input(it: Computer, note: _Maker) -> Iterator[Note]:
    if it.seen.chinese_input is None:
        yield note(State.UNTOLD, "这里看不出", "请在任意一格里试打一个汉字。")
    elif it.seen.chinese_input:
        yield note(State.GOOD, "有中文输入法")
    else:
        yield note(
            State.CAUTION,
            "当前没有中文输入法",
            "请在系统设置的「语言」里添加,或按 Windows 键加空格切换。",
        )


def _printer(it: Computer, note: _Maker) -> Iterator[Note]:
    if it.seen.printers == 0:
        yield note(State.CAUTION, "没有打印机", "可以存为 PDF,拿到有打印机的电脑上打印。")
    elif it.seen.printers is None:
        yield note(State.UNTOLD, "这里看不出", "请打印一页试试。")
    else:
        yield note(State.GOOD, f"有 {it.seen.printers} 台")


_RULES: Final[Mapping[str, Callable[[Computer, _Maker], Iterator[Note]]]] = {
    "系统": _system,
    "程序文件": _runtime,
    "系统文字": _code_page,
    "时钟": _clock,
    "磁盘空间": _room,
    "文件夹": _rights,
    "字体": _fonts,
    "U 盘": _stick,
    "输入法": _input,
    "打印机": _printer,
}
"""What is judged, by its subject, in the order in which it is said."""
