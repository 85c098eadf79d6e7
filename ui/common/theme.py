"""The one theme object: every colour, mark and measure of the windows, light and dark."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

import resources
from eduapp.standards.outcomes import Outcome, Severity
from ui.common.plain import dress_tips

if TYPE_CHECKING:
    from PySide6.QtGui import QScreen

FAMILIES = ("Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC")
BUNDLED = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold-subset.ttf")
STYLE = "fusion"
_STYLED = "styled"
POINT_SIZE = 10
ROW_PADDING = 12
FOLD_WIDTH = 1000
"""Logical pixels of window width below which the side panel folds into one line."""
_OFFICE_SCREEN = (1366, 768)

OUTCOME_MARKS = {
    Outcome.MET: "✓",
    Outcome.FLOOR: "⚠",
    Outcome.UNMET: "×",
    Outcome.EXEMPT: "○",
    Outcome.NOT_APPLICABLE: "－",
    Outcome.INSUFFICIENT: "？",
    Outcome.UNSETTLED: "△",
}
"""Marks that the bundled font has; what paper uses (✔ ✘) it has not."""

SEVERITY_MARKS = {Severity.HARD: "×", Severity.SOFT: "⚠"}
DONE, TROUBLE, CAUTION, UNSURE = "✓", "×", "⚠", "？"


class Theme(NamedTuple):
    """Colours as `#rrggbb`. State colours are never used without a mark and a word."""

    dark: bool
    window: str
    base: str
    raised: str
    text: str
    dim: str
    line: str
    accent: str
    accent_text: str
    selection: str
    good: str
    warn: str
    bad: str
    bar: str
    good_fill: str
    warn_fill: str
    bad_fill: str
    hard_tint: str
    soft_tint: str
    good_tint: str
    disabled: str

    def outcome_color(self, outcome: Outcome) -> str:
        """Return the text colour of a verdict."""
        return {
            Outcome.MET: self.good,
            Outcome.FLOOR: self.warn,
            Outcome.UNMET: self.bad,
            Outcome.UNSETTLED: self.warn,
        }.get(outcome, self.dim)

    def outcome_fill(self, outcome: Outcome) -> str:
        """Return the colour that fills a verdict's bar."""
        return {Outcome.MET: self.good_fill, Outcome.FLOOR: self.warn_fill, Outcome.UNMET: self.bad_fill}.get(
            outcome, self.line
        )

    def outcome_tint(self, outcome: Outcome) -> str:
        """Return the background of a cell that shows a verdict; empty where there is nothing to say."""
        return {
            Outcome.MET: self.good_tint,
            Outcome.FLOOR: self.soft_tint,
            Outcome.UNMET: self.hard_tint,
            Outcome.UNSETTLED: self.soft_tint,
        }.get(outcome, "")

    def outcome_mark(self, outcome: Outcome) -> str:
        """Return a verdict's mark."""
        return OUTCOME_MARKS[outcome]

    def severity_color(self, severity: Severity) -> str:
        """Return the text colour of a finding."""
        return self.bad if severity is Severity.HARD else self.warn

    def severity_tint(self, severity: Severity) -> str:
        """Return the background of a cell with a finding."""
        return self.hard_tint if severity is Severity.HARD else self.soft_tint

    def row_height(self, font: QFont) -> int:
        """Return the height of a grid row in pixels."""
        return QFontMetrics(font).height() + ROW_PADDING

    def char_width(self, font: QFont) -> int:
        """Return the width of one full-width character in pixels."""
        return QFontMetrics(font).horizontalAdvance("国")


def light() -> Theme:
    """Return the theme for daylight."""
    return Theme(
        dark=False,
        window="#f3f4f6",
        base="#ffffff",
        raised="#e9ecf0",
        text="#1c2127",
        dim="#667079",
        line="#d3d8de",
        accent="#1f5fa8",
        accent_text="#ffffff",
        selection="#d6e6f8",
        good="#1d6f42",
        warn="#8a5a00",
        bad="#b3261e",
        bar="#e2e6ea",
        good_fill="#6fb98f",
        warn_fill="#e3ab3c",
        bad_fill="#e07a72",
        hard_tint="#fbe3e1",
        soft_tint="#fdf1d6",
        good_tint="#e6f4ec",
        disabled="#9aa3ab",
    )


def dark() -> Theme:
    """Return the theme for the dark."""
    return Theme(
        dark=True,
        window="#202429",
        base="#272c32",
        raised="#30363d",
        text="#e3e7eb",
        dim="#9aa5b0",
        line="#424a53",
        accent="#5b9ee6",
        accent_text="#10161d",
        selection="#2f4a68",
        good="#7fd0a2",
        warn="#f0c060",
        bad="#ff9a91",
        bar="#3a424a",
        good_fill="#3f8f63",
        warn_fill="#b58220",
        bad_fill="#b8524a",
        hard_tint="#4a2a2a",
        soft_tint="#463a1e",
        good_tint="#24402f",
        disabled="#6d7780",
    )


def fitting(app: QApplication) -> Theme:
    """Return the theme that fits the desktop: dark where it is dark."""
    return dark() if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else light()


@cache
def load_fonts() -> tuple[str, ...]:
    """Load the bundled fonts, the last resort for rare characters; returns their families.

    Once a process: Qt keeps every copy it is given, and each makes its text slower.
    """
    families: list[str] = []
    for name in BUNDLED:
        # By its path Qt reads what it draws; of bytes it keeps a copy, thirteen megabytes.
        number = QFontDatabase.addApplicationFont(str(resources.entry("fonts", name)))
        families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return tuple(dict.fromkeys(families))


def palette_of(theme: Theme) -> QPalette:
    """Return Qt's palette for a theme."""
    role, palette = QPalette.ColorRole, QPalette()
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.base,
        role.ToolTipText: theme.text,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.PlaceholderText: theme.disabled,
        role.Accent: theme.accent,
        role.Mid: theme.line,
    }
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.disabled))
    return palette


def frame_size(screen: QScreen) -> tuple[int, int]:
    """Return width and height of a window over a workbook: as large as a small office screen allows."""
    room, (wide, high) = screen.availableGeometry(), _OFFICE_SCREEN
    return min(room.width(), wide), min(room.height(), high)


def application(arguments: list[str]) -> QApplication:
    """Return a new application in our style.

    Qt reads the style from the arguments: asking for it later makes Python's own of every part a style draws.
    """
    app = QApplication([*arguments, "-style", STYLE])
    app.setProperty(_STYLED, True)
    return app


def dress(app: QApplication, theme: Theme) -> None:
    """Give the application its style, palette and font."""
    if not app.property(_STYLED):
        app.setStyle(STYLE)
        app.setProperty(_STYLED, True)
    app.setPalette(palette_of(theme))
    font = QFont()
    font.setFamilies([*FAMILIES, *load_fonts()])
    font.setPointSize(POINT_SIZE)
    font.setFeature(QFont.Tag("tnum"), 1)
    app.setFont(font)
    dress_tips(palette_of(theme))


# No style sheet lies on the whole application: each widget of every page would be matched against it, which
# makes building and showing a page half as long again. The widgets that need one are given their own.


def tools_sheet(theme: Theme) -> str:
    """Return the rules of a tool bar that a palette cannot say."""
    return f"QToolBar {{ border: 0; border-bottom: 1px solid {theme.line}; spacing: 2px; padding: 2px; }}"


def status_sheet(theme: Theme) -> str:
    """Return the rules of a status line that a palette cannot say."""
    return f"QStatusBar {{ border-top: 1px solid {theme.line}; }} QStatusBar::item {{ border: 0; }}"


def table_sheet(theme: Theme) -> str:
    """Return the rules of a grid and its headings that a palette cannot say."""
    return (
        f"QHeaderView::section {{ background: {theme.raised}; color: {theme.text}; padding: 2px 4px;"
        f" border: 0; border-right: 1px solid {theme.line}; border-bottom: 1px solid {theme.line}; }}\n"
        f"QTableCornerButton::section {{ background: {theme.raised}; border: 0;"
        f" border-right: 1px solid {theme.line}; border-bottom: 1px solid {theme.line}; }}\n"
        f"QTableView {{ gridline-color: {theme.line}; border: 1px solid {theme.line}; }}\n"
    )
