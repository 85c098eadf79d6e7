"""The one door to files: opened, replaced and removed with patience; what the system says, in words.

A virus scanner, WPS or a cloud's watcher holds a fresh file for a moment: what it refuses is tried again
with growing waits. Windows answers with many numbers what its `errno` calls one (13 for a file in use, a
folder without permission and a locked range): they are told apart by `winerror` where there is one.
Source of the numbers: Windows documentation, "System Error Codes"; errno(3).
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from enum import Enum, auto
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import IO, TYPE_CHECKING, Final, TypeVar

from db.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

WINDOWS: bool = os.name == "nt"
PART: Final = ".part"
"""The ending of a file that is not whole yet."""
WAITS: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.4)
"""Seconds before each new try of what another program's hold refuses: three in all."""
MOST: Final = 259
"""Characters of a path that Windows takes without a setting that few PCs have (MAX_PATH less its end)."""
MOST_BYTES: Final = 255
"""Bytes of one name on the file systems of Linux."""

_GENERIC_READ, _GENERIC_WRITE, _SHARED, _NORMAL = 0x80000000, 0x40000000, 7, 0x80
_CREATE_NEW, _OPEN_EXISTING, _OPEN_ALWAYS = 1, 3, 4
_READ_ATTRIBUTES, _BASIC_INFO = 0x80, 0
"""Of CreateFileW; what we open, others may read, write and remove."""
_PIECE: Final = 1024 * 1024

_RESERVED: Final = frozenset(
    {
        "CON",
        "PRN",
        "AUX",
        "NUL",
        "CONIN$",
        "CONOUT$",
        *(f"{port}{n}" for port in ("COM", "LPT") for n in "123456789¹²³"),
    }
)
"""Names of devices, with any ending. Source: Windows documentation, "Naming Files, Paths, and Namespaces"."""
_FORBIDDEN: Final = frozenset('<>:"|?*')

_Result = TypeVar("_Result")
_sleep: Callable[[float], None] = time.sleep


class Cause(Enum):
    """Why the system refused a file."""

    HELD = auto()
    DENIED = auto()
    PROTECTED = auto()
    FULL = auto()
    MISSING = auto()
    NOT_READY = auto()
    FAULTY = auto()
    TOO_LONG = auto()
    BAD_NAME = auto()
    NETWORK = auto()
    CLOUD = auto()
    OTHER = auto()


_WINDOWS: Final[Mapping[Cause, frozenset[int]]] = {
    Cause.HELD: frozenset({32, 33, 170, 1224}),
    Cause.DENIED: frozenset({5, 1314}),
    Cause.PROTECTED: frozenset({19, 6009}),
    Cause.FULL: frozenset({39, 112, 223, 1295}),
    Cause.MISSING: frozenset({2, 3, 15, 20, 433, 1167}),
    Cause.NOT_READY: frozenset({21, 34, 1005, 1110, 1112}),
    Cause.FAULTY: frozenset({23, 25, 27, 29, 30, 31, 1117, 1392, 1393}),
    Cause.TOO_LONG: frozenset({111, 206}),
    Cause.BAD_NAME: frozenset({123, 161, 267}),
    Cause.NETWORK: frozenset(
        {51, 53, 54, 55, 58, 59, 64, 65, 66, 67, 121, 240, 1203, 1222, 1231, 1232, 1236}
    ),
    Cause.CLOUD: frozenset({*range(358, 399), 404, 426, 434}),
}


def _numbers(*names: str) -> frozenset[int]:
    """Return the numbers of those names that this system has."""
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


_POSIX: Final[Mapping[Cause, frozenset[int]]] = {
    Cause.HELD: _numbers("EBUSY", "ETXTBSY"),
    Cause.DENIED: _numbers("EACCES", "EPERM"),
    Cause.PROTECTED: _numbers("EROFS"),
    Cause.FULL: _numbers("ENOSPC", "EDQUOT", "EFBIG"),
    Cause.MISSING: _numbers("ENOENT", "ENODEV", "ENXIO", "ENOTDIR"),
    Cause.NOT_READY: _numbers("ENOMEDIUM"),
    Cause.FAULTY: _numbers("EIO", "EUCLEAN"),
    Cause.TOO_LONG: _numbers("ENAMETOOLONG"),
    Cause.BAD_NAME: _numbers("EILSEQ"),
    Cause.NETWORK: _numbers(
        "ENETDOWN",
        "ENETUNREACH",
        "EHOSTDOWN",
        "EHOSTUNREACH",
        "ENOTCONN",
        "ECONNRESET",
        "ETIMEDOUT",
        "ESTALE",
    ),
}
_CODES: Final = {
    Cause.HELD: "file-in-use",
    Cause.DENIED: "folder-denied",
    Cause.PROTECTED: "folder-read-only",
    Cause.FULL: "folder-full",
    Cause.MISSING: "folder-missing",
    Cause.NOT_READY: "drive-not-ready",
    Cause.FAULTY: "folder-io",
    Cause.TOO_LONG: "path-too-long",
    Cause.BAD_NAME: "name-refused",
    Cause.NETWORK: "network-gone",
    Cause.CLOUD: "cloud-away",
    Cause.OTHER: "folder-io",
}
_WORDS: Final = {
    Cause.HELD: "文件正被别的程序使用",
    Cause.DENIED: "没有权限",
    Cause.PROTECTED: "磁盘有写保护",
    Cause.FULL: "磁盘已满",
    Cause.MISSING: "找不到文件夹或磁盘",
    Cause.NOT_READY: "磁盘没有准备好",
    Cause.FAULTY: "磁盘读写出错,可能有坏道",
    Cause.TOO_LONG: "路径太长",
    Cause.BAD_NAME: "文件名或路径的写法系统不接受",
    Cause.NETWORK: "网络路径断开了",
    Cause.CLOUD: "网盘没有把文件取回本机",
}


def cause_of(error: OSError) -> Cause:
    """Return why the system refused: by Windows' own number where there is one."""
    own = getattr(error, "winerror", None)
    if own:
        found = next((cause for cause, numbers in _WINDOWS.items() if own in numbers), Cause.OTHER)
        return Cause.TOO_LONG if found in {Cause.MISSING, Cause.BAD_NAME} and _is_too_long(error) else found
    if error.errno == errno.EINVAL and isinstance(error.filename, str) and refused_name(Path(error.filename)):
        return Cause.BAD_NAME  # what a FAT stick says to a name it cannot bear
    return next((cause for cause, numbers in _POSIX.items() if error.errno in numbers), Cause.OTHER)


def why(error: OSError) -> str:
    """Say it in a few words, to stand in a text; a number only where there are none."""
    words = _WORDS.get(cause_of(error))
    return words or f"错误号 {getattr(error, 'winerror', None) or error.errno or errno.EIO}"


def problem_of(
    error: OSError, place: Path, needed: int = 0, named: Path | None = None, *, replacing: bool = False
) -> Problem:
    """Return the Problem of a refused file or folder.

    place: what a person named, the folder where it is a file in one; needed: bytes that were to find room;
    named: the file it is about, by the name a person knows. A refusal while `replacing` it, in a folder
    that took a new file a moment ago, is that of another program which holds it.
    """
    cause = cause_of(error)
    if replacing and (cause is Cause.DENIED or error.errno == errno.EISDIR):
        cause = Cause.HELD
    path = named or (Path(error.filename) if isinstance(error.filename, str) else place)
    if path.suffix == PART:
        path = place  # a name that nobody knows
    return Problem(_CODES[cause], **facts_of(error, place, path), needed_kb=-(-needed // 1024))


def facts_of(error: OSError, place: Path, path: Path) -> dict[str, object]:
    """Return what the texts of refusals name."""
    return {
        "folder": str(place),
        "path": str(path),
        "detail": refused_name(path) or why(error),
        "seconds": round(sum(WAITS)),
        "length": len(str(path)),
    }


def is_held(error: OSError) -> bool:
    """Whether another program's hold may be what refuses: worth another try.

    Windows refuses with 5, too, what is about to vanish or lies open without leave to be replaced; where
    nothing of that name is there, or it is marked read-only, 5 means what it says.
    """
    cause = cause_of(error)
    if cause is Cause.DENIED and getattr(error, "winerror", None):
        names = [name for name in (error.filename, error.filename2) if isinstance(name, str)]
        return bool(names) and os.path.lexists(names[-1]) and not _is_closed(names[-1])
    return cause is Cause.HELD


def patiently(action: Callable[[], _Result]) -> _Result:
    """Do it, again after growing waits while another program holds the file; raises the last OSError."""
    for wait in WAITS:
        try:
            return action()
        except OSError as error:
            if not is_held(error):
                raise
        _sleep(wait)
    return action()


# --- names ---


def refused_name(path: Path | PureWindowsPath) -> str:
    """Say what Windows, and with it a stick, does not bear in a path; "" where it bears all of it."""
    read = PureWindowsPath(str(path))
    for part in read.parts[1 if read.anchor else 0 :]:
        if part in {".", ".."}:
            continue
        if part.split(".")[0].rstrip().upper() in _RESERVED:
            return f"「{part}」是 Windows 给设备留的名字"
        if part[-1] in ". ":
            return f"「{part}」以句点或空格结尾"
        bad = next((char for char in part if char in _FORBIDDEN or ord(char) < ord(" ")), None)
        if bad is not None:
            return f"「{part}」里有不能用的字符"
    return ""


def require_name(path: Path) -> None:
    """Raise Problem `name-refused` for a path that Windows would take for something else.

    It opens a device for `CON.xlsx`, a hidden stream for `a:b.xlsx`, and drops dots and blanks at an end.
    """
    refused = refused_name(path) if WINDOWS else ""
    if refused:
        raise Problem("name-refused", path=str(path), detail=refused)


def require_short(longest: Path) -> None:
    """Raise Problem `path-too-long` where the longest path that will be made could not be."""
    if (WINDOWS and len(str(longest)) > MOST) or len(os.fsencode(longest.name)) > MOST_BYTES:
        raise Problem("path-too-long", path=str(longest.parent), length=len(str(longest)))


def require_folder(folder: Path) -> None:
    """Raise the Problem of a folder that is not there, or cannot be asked for."""
    try:
        told = patiently(reached(folder).stat)
    except OSError as error:
        raise problem_of(error, folder) from error
    if not stat.S_ISDIR(told.st_mode):
        raise Problem("folder-missing", folder=str(folder))


def refusal(path: Path) -> OSError | None:
    """Return what the system says against a file or folder when it is merely asked for it; None: nothing."""
    try:
        reached(path).stat()
    except OSError as error:
        return error
    return None


def reached(path: Path) -> Path:
    """Return a path as the system takes it, however long: beyond 259 characters Windows wants a prefix."""
    if not WINDOWS:
        return path
    whole = str(path.absolute())
    if len(whole) <= MOST - 12 or whole.startswith("\\\\?\\"):  # a folder must leave room for a short name
        return path
    return Path(f"\\\\?\\UNC\\{whole[2:]}" if whole.startswith("\\\\") else f"\\\\?\\{whole}")


def changed_at(path: Path) -> int:
    """Return when a file was last changed in any way; 0 where its disk keeps no such time.

    Nobody sets that time back, as programs that copy do with the time of the content. Nanoseconds since 1970;
    on Windows, whose `st_ctime` is the day of creation, ChangeTime in steps of 100 ns since 1601: to be
    compared only. The file is not opened for reading, no hold of another program is in the way and no lock is
    given up. Raises OSError. Source: Windows documentation, "FILE_BASIC_INFO", "CreateFileW" (access 0x80).
    """
    if sys.platform == "win32":
        import _winapi  # noqa: PLC0415 - Windows only
        import ctypes  # noqa: PLC0415 - as above, and no start needs it

        told = (ctypes.c_int64 * 5)()  # created, read, written, changed; then the attributes
        whole = str(reached(path))
        handle = _winapi.CreateFile(whole, _READ_ATTRIBUTES, _SHARED, 0, _OPEN_EXISTING, _NORMAL, 0)
        try:
            ask = ctypes.windll.kernel32.GetFileInformationByHandleEx
            if not ask(ctypes.c_void_p(handle), _BASIC_INFO, ctypes.byref(told), ctypes.sizeof(told)):
                raise ctypes.WinError()
        finally:
            _winapi.CloseHandle(handle)
        return int(told[3])
    return path.stat().st_ctime_ns


# --- the door: each raises OSError, after the waits where another program holds the file ---


def read(path: Path, most: int = -1) -> bytes:
    """Return the bytes of a file, at most so many."""

    def once() -> bytes:
        with _opened(path, "rb") as file:
            return file.read(most)

    return patiently(once)


def read_back(path: Path) -> bytes:
    """Return what a file holds on its disk, not what memory kept of it, where that can be asked."""

    def once() -> bytes:
        with _opened(path, "rb") as file:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return file.read()

    return patiently(once)


def write_new(path: Path, data: bytes, *, own: bool = False) -> None:
    """Write a file that is not there yet, through to its disk; `own`: for its owner's eyes only."""
    with patiently(lambda: _opened(path, "xb", 0o600 if own else 0o666)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def put(part: Path, target: Path) -> None:
    """Give a finished file its name; what had the name is replaced."""
    patiently(lambda: reached(part).replace(reached(target)))


def move_new(part: Path, target: Path) -> None:
    """Give a finished file its name; what has the name already is an error, never replaced."""
    patiently(lambda: reached(part).rename(reached(target)))


def remove(path: Path) -> None:
    """Remove a file that may be there."""
    with contextlib.suppress(FileNotFoundError):
        patiently(reached(path).unlink)


@contextlib.contextmanager
def removed_on_failure(path: Path) -> Iterator[None]:
    """Remove a half-written file when something fails, and let the failure through."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):  # the first failure is what the clerk must hear about
            remove(path)
        raise


def remove_if_free(path: Path) -> bool:
    """Remove a file at once or not at all; whether it is gone."""
    try:
        reached(path).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def append_if_free(path: Path, data: bytes, most: int) -> bool:
    """Add bytes to the end of a file at once or not at all; beyond `most` bytes its older half goes."""
    there = reached(path)
    try:
        if there.exists() and there.stat().st_size > most:
            kept = there.read_bytes()[-most // 2 :]
            there.write_bytes(kept[kept.find(b"\n") + 1 :])
        with _opened(path, "ab") as file:
            file.write(data)
    except OSError:
        return False
    return True


def empty(path: Path) -> None:
    """Take the content out of a file and leave it where it is."""
    patiently(lambda: os.truncate(reached(path), 0))


def copy(source: Path, target: Path) -> None:
    """Copy the bytes of a file into another, through to its disk."""
    with patiently(lambda: _opened(source, "rb")) as read_from:
        remove(target)
        with patiently(lambda: _opened(target, "xb")) as file:
            while piece := read_from.read(_PIECE):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())


def listed(folder: Path) -> list[Path]:
    """Return what lies in a folder, in no order."""
    return patiently(lambda: [folder / each.name for each in reached(folder).iterdir()])


def make_folder(folder: Path) -> None:
    """Make a folder, with those above it, where it is not there."""
    patiently(lambda: reached(folder).mkdir(parents=True, exist_ok=True))


def flush(path: Path) -> None:
    """Write a file through to its disk; Windows writes its name in the folder with it."""

    def once() -> None:
        with _opened(path, "r+b") as file:
            os.fsync(file.fileno())

    patiently(once)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can be asked to."""
    if WINDOWS:
        return  # a directory cannot be flushed there; `flush` of a file writes its name
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _numbers("EINVAL", "EOPNOTSUPP", "ENOTSUP", "ENOSYS"):
            raise
        os.sync()  # this file system cannot flush one directory: flush all
    finally:
        os.close(handle)


def _opened(path: Path, mode: str, permissions: int = 0o666) -> IO[bytes]:
    """Open a file; what Windows says against it is kept as it says it."""
    return open(reached(path), mode, opener=partial(_handle, permissions=permissions))


def _handle(path: str, flags: int, *, permissions: int) -> int:
    """Open as `os.open` does, which on Windows hides a file in use behind 13: "permission denied".

    What is read is a file: a pipe would be waited for, and a device has no end. Raises OSError for them.
    """
    if sys.platform == "win32":
        import _winapi  # noqa: PLC0415 - Windows only
        import msvcrt  # noqa: PLC0415 - as above

        writes, reads = flags & (os.O_WRONLY | os.O_RDWR), not flags & os.O_WRONLY
        access = (_GENERIC_WRITE if writes else 0) | (_GENERIC_READ if reads else 0)
        how = _CREATE_NEW if flags & os.O_EXCL else _OPEN_ALWAYS if flags & os.O_CREAT else _OPEN_EXISTING
        try:
            handle = _winapi.CreateFile(path, access, _SHARED, 0, how, _NORMAL, 0)
        except OSError as error:
            raise OSError(error.errno, error.strerror, path, error.winerror) from None
        return msvcrt.open_osfhandle(handle, flags & os.O_APPEND)
    if flags & (os.O_WRONLY | os.O_RDWR):
        return os.open(path, flags, permissions)
    handle = os.open(path, flags | os.O_NONBLOCK)
    try:
        _require_regular(handle, path)
    except OSError:
        os.close(handle)
        raise
    return handle


def _require_regular(handle: int, path: str) -> None:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)


def _is_too_long(error: OSError) -> bool:
    names = [name for name in (error.filename, error.filename2) if isinstance(name, str)]
    return any(len(str(Path(each).absolute())) > MOST for each in names)


def _is_closed(name: str) -> bool:
    """Whether a file is marked read-only."""
    try:
        return not os.lstat(name).st_mode & stat.S_IWUSR
    except OSError:
        return False
