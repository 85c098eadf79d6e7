"""A clerk at the keyboard of a Windows desktop: keys and clicks go through the system, as those of a hand do.

The clerk is a thread of its own: dialogs hold the window's thread in loops of their own, a person goes on.
What the clerk looks at is asked of the window's thread. Source: Windows documentation, SendInput, KEYBDINPUT,
MOUSEINPUT, "Virtual-Key Codes".
"""

from __future__ import annotations

import ctypes
import threading
import time
from ctypes import c_long, c_size_t, c_uint16, c_uint32

from PySide6.QtCore import QEventLoop, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from tests.patience import PATIENCE_MS

KEYS = {
    "Backspace": 0x08, "Tab": 0x09, "Enter": 0x0D, "Shift": 0x10, "Ctrl": 0x11, "Alt": 0x12, "Escape": 0x1B,
    "Space": 0x20, "PgDn": 0x22, "End": 0x23, "Home": 0x24, "Left": 0x25, "Up": 0x26, "Right": 0x27,
    "Down": 0x28, "Delete": 0x2E, "F2": 0x71, "F4": 0x73, "F5": 0x74, "F8": 0x77,
}  # fmt: skip
"""Virtual key codes; those of letters and digits are their capitals' character codes."""
_UP, _UNICODE = 2, 4
_MOVE, _LEFT_DOWN, _LEFT_UP, _ABSOLUTE = 1, 2, 4, 0x8000
_WHOLE = 65535
"""The width and the height of the screen as an absolute mouse position counts it."""
BETWEEN = 0.02
"""Seconds between two looks, and after each key: faster than any hand."""


class _Key(ctypes.Structure):
    _fields_ = (
        ("code", c_uint16),
        ("scan", c_uint16),
        ("flags", c_uint32),
        ("at", c_uint32),
        ("more", c_size_t),
    )


class _Mouse(ctypes.Structure):
    _fields_ = (
        ("x", c_long), ("y", c_long), ("data", c_uint32), ("flags", c_uint32), ("at", c_uint32),
        ("more", c_size_t),
    )  # fmt: skip


class _Either(ctypes.Union):
    _fields_ = (("key", _Key), ("mouse", _Mouse))


class _Input(ctypes.Structure):
    _fields_ = (("kind", c_uint32), ("of", _Either))


class _Asked(QObject):
    """Answers in the window's thread what another thread asks."""

    asked = Signal(object)

    def __init__(self):
        super().__init__()
        self.asked.connect(self._answer, Qt.ConnectionType.BlockingQueuedConnection)

    @Slot(object)
    def _answer(self, question):
        question()


class Clerk:
    """Types, clicks and looks."""

    def __init__(self, folder, scale):
        """Pictures go into `folder`, as of a screen at `scale` percent."""
        self._folder, self._scale = folder, scale
        self._door = _Asked()

    def works(self, day):
        """Do `day(clerk)` on the clerk's thread while the window's thread runs; raises its error."""
        loop, errors = QEventLoop(), []
        ended = _Asked()

        def work():
            try:
                day(self)
            except BaseException as error:  # noqa: BLE001 - raised anew in the test's thread
                errors.append(error)
            ended.asked.emit(loop.quit)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        loop.exec()
        thread.join()
        for error in errors:
            raise error

    # --- looking ---

    def see(self, look):
        """Return what `look()` returns in the window's thread; raises what it raises."""
        seen, errors = [], []

        def answer():
            try:
                seen.append(look())
            except BaseException as error:  # noqa: BLE001 - raised anew where it was asked
                errors.append(error)

        self._door.asked.emit(answer)
        for error in errors:
            raise error
        return seen[0]

    def wait(self, look, what):
        """Wait until `look()` is true; returns it. `what`: in words, for when it never is."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while not (seen := self.see(look)):
            if time.monotonic() > until:
                self.picture("gave-up")
                message = f"waited in vain: {what}"
                raise AssertionError(message)
            time.sleep(BETWEEN)
        return seen

    def picture(self, name):
        """Keep what the whole screen shows."""

        def shoot():
            screen = QApplication.primaryScreen()
            path = self._folder / f"windows_{self._scale}_{name}.png"
            assert screen.grabWindow(0).save(str(path))

        time.sleep(0.4)  # what was clicked is painted; a picture proves nothing by itself
        self.see(shoot)

    # --- acting ---

    def press(self, *names):
        """Press keys together: `press("Ctrl", "V")`."""
        codes = [KEYS.get(name) or ord(name) for name in names]
        self._send([_key(code=code) for code in codes])
        self._send([_key(code=code, flags=_UP) for code in reversed(codes)])

    def type(self, text):
        """Type a text; what has no key comes as an input method hands it over."""
        for letter in text:
            if letter.isascii() and letter.isalnum() and letter == letter.lower():
                self.press(letter.upper())
                continue
            units = letter.encode("utf-16-le")
            for at in range(0, len(units), 2):
                unit = int.from_bytes(units[at : at + 2], "little")
                self._send([_key(scan=unit, flags=_UNICODE), _key(scan=unit, flags=_UNICODE | _UP)])

    def fill(self, field, text):
        """Click into a field and type over what is in it."""
        self.click(field)
        self.press("Ctrl", "A")
        self.type(text)
        self.wait(lambda: field.text() == text, f"{text!r} in the field")

    def click(self, widget, at=None):
        """Click on a widget that can be seen, in its middle or `at` a place of its own."""
        self.wait(lambda: widget.isVisible() and widget.isEnabled(), f"{widget} to be clicked")

        def place():
            inside = at() if at is not None else widget.rect().center()
            spot = widget.mapToGlobal(inside)
            whole = widget.screen().geometry()
            return QPoint(
                round((spot.x() + 0.5) * _WHOLE / whole.width()),
                round((spot.y() + 0.5) * _WHOLE / whole.height()),
            )

        spot = self.see(place)
        self._send([_mouse(spot, _MOVE | _ABSOLUTE)])
        self._send([_mouse(spot, _LEFT_DOWN | _ABSOLUTE)])
        self._send([_mouse(spot, _LEFT_UP | _ABSOLUTE)])

    @staticmethod
    def _send(inputs):
        several = (_Input * len(inputs))(*inputs)
        sent = ctypes.windll.user32.SendInput(len(several), several, ctypes.sizeof(_Input))
        assert sent == len(several)
        time.sleep(BETWEEN)


def _key(*, code=0, scan=0, flags=0):
    made = _Input(kind=1)
    made.of.key = _Key(code, scan, flags, 0, 0)
    return made


def _mouse(spot, flags):
    made = _Input(kind=0)
    made.of.mouse = _Mouse(spot.x(), spot.y(), 0, flags, 0, 0)
    return made
