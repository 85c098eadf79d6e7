"""What only Qt tells of this computer, for the self-check: fonts, printers, how Chinese is typed."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFontDatabase, QGuiApplication

from eduapp.services.preflight import PreflightSeen
from ui.common import theme as themes

_FRAMEWORKS = ("fcitx", "ibus", "sogou")
_NAMED_IN = ("QT_IM_MODULE", "XMODIFIERS", "GTK_IM_MODULE")
_SCREENLESS = frozenset({"offscreen", "minimal"})


def seen() -> PreflightSeen:
    """Ask Qt; in the window's thread."""
    from PySide6.QtPrintSupport import QPrinterInfo  # noqa: PLC0415 - few look at printers

    shipped = set(themes.load_fonts())
    chinese = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    screenless = QGuiApplication.platformName() in _SCREENLESS
    return PreflightSeen(
        shipped_font=bool(shipped),
        chinese_font=bool(chinese - shipped),
        printers=None if screenless else len(QPrinterInfo.availablePrinterNames()),
        chinese_input=None if screenless else _chinese_input(),
    )


def _chinese_input() -> bool:
    """Windows tells by the keyboard in use; Linux by the framework that is named to programs."""
    if sys.platform == "win32":
        language: QLocale.Language = QGuiApplication.inputMethod().locale().language()
        return language == QLocale.Language.Chinese
    told = " ".join(os.environ.get(name, "") for name in _NAMED_IN).lower()
    return any(each in told for each in _FRAMEWORKS)
