"""The keys of a window: from one part to the next, from page to page, letters for pages and menus.

docs/grid-keys.md, "离开表格", says them; nothing else takes the keyboard out of a grid.
"""

from __future__ import annotations

import string
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from ui.common.initials import letters_of
from ui.common.keys import LEAVING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ui.common.theme import Theme

TAKEN = "cr"
"""Alt+C and Alt+R select a column and a row: no page and no menu has these letters."""


@runtime_checkable
class PageOfParts(Protocol):
    """A page that says of which parts it is made."""

    def parts_for_keys(self) -> Sequence[QWidget]:
        """Return the parts that F6 goes through, the one for typing first."""


class KeyedWindow(Protocol):
    """What a window with these keys has."""

    theme: Theme
    page_shown: Any

    @property
    def pages(self) -> Mapping[str, QWidget]:
        """The pages by name."""

    @property
    def page_name(self) -> str:
        """The name of the page shown."""

    def current_page(self) -> QWidget | None:
        """Return the page in front; None before there is one."""

    def parts_around(self) -> Sequence[QWidget]:
        """Return what stands around the page and takes keys."""

    def tool_buttons(self) -> Sequence[QWidget]:
        """Return the buttons of the tools that can be pressed."""

    def visit_page(self, name: str) -> None:
        """Turn to a page."""


class Letters:
    """Hands out a letter to each page and menu: the first free one of its name's first letters."""

    def __init__(self) -> None:
        """Start with all letters but those of the grid."""
        self._free = [each for each in string.ascii_lowercase if each not in TAKEN]

    def of(self, title: str) -> str:
        """Return a letter for a title; "" when none is left."""
        wanted = [letter for each in title for letter in letters_of(each) if letter in self._free]
        found = next(iter((*wanted, *self._free)), "")
        if found:
            self._free.remove(found)
        return found.upper()


class WindowKeys(QObject):
    """The keys of one window."""

    def __init__(self, widget: QWidget, window: KeyedWindow) -> None:
        """Listen in a window (`widget` is the same one) and what stands in it."""
        super().__init__(widget)
        self._widget, self._window = widget, window
        self._coming = ""
        self._back: QWidget | None = None
        self._letters = Letters()
        for line in LEAVING:
            for keys, act in line.acts.items():
                done = getattr(self, act.name, None) or getattr(window, act.name, None)
                if done is not None:
                    self.add(keys, partial(done, *act.given))
        window.page_shown.connect(self._shown)

    def add(self, keys: str, slot: Callable[[], object]) -> None:
        """Call `slot` when keys are pressed anywhere in the window."""
        shortcut = QShortcut(QKeySequence(keys), self._widget)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(slot)

    def letter_for(self, title: str, slot: Callable[[], object]) -> str:
        """Let Alt and a letter lead to `slot`; return the letter."""
        letter = self._letters.of(title)
        if letter:
            self.add(f"Alt+{letter}", slot)
        return letter

    # --- parts ---

    def next_part(self, step: int) -> None:
        """Go to the next part of the window."""
        parts = self._parts()
        at = next((n for n, part in enumerate(parts) if _holds_keyboard(part)), -1 if step > 0 else 0)
        for distance in range(1, len(parts) + 1):
            if _enter(parts[(at + step * distance) % len(parts)]):
                return

    def next_table(self, step: int) -> None:
        """Go to the next tab of the page, where it has several."""
        page = self._window.current_page()
        tabs = next((each for each in _tabs_in(page) if each.count() > 1), None) if page is not None else None
        if tabs is None:
            self.next_part(step)
            return
        tabs.setCurrentIndex((tabs.currentIndex() + step) % tabs.count())
        self.to_page()

    def to_page(self) -> None:
        """Put the keyboard into the page in front."""
        page = self._window.current_page()
        if page is not None:
            parts = page.parts_for_keys() if isinstance(page, PageOfParts) else [page]
            next((part for part in parts if _enter(part)), None)

    def to_tools(self) -> None:
        """Go to the tools, and back where the keyboard was."""
        tools = self._window.tool_buttons()
        if any(each.hasFocus() for each in tools):
            self.to_page()
        elif tools:
            tools[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _parts(self) -> list[QWidget]:
        window = self._window
        page = window.current_page()
        inside: Iterable[QWidget] = ()
        if page is not None:
            inside = page.parts_for_keys() if isinstance(page, PageOfParts) else [page]
        shown = [each for each in inside if each.isVisible()]
        return [*shown[:1], *window.parts_around(), *shown[1:]]

    # --- pages ---

    def next_page(self, step: int) -> None:
        """Turn to the next page and put the keyboard into it."""
        names = list(self._window.pages)
        here = names.index(self._window.page_name) if self._window.page_name in names else 0
        self.go_to_page(names[(here + step) % len(names)])

    def go_to_page(self, name: str) -> None:
        """Turn to a page and put the keyboard into it as soon as it is there."""
        if self._window.page_name == name:
            self.to_page()
            return
        self._coming = name
        self._window.visit_page(name)

    def _shown(self, name: str) -> None:
        if self._coming == name:
            self._coming = ""
            self.to_page()

    # --- the sheet ---

    def show_sheet(self) -> None:
        """Show the keys."""
        from ui.common.cheat_sheet import CheatSheet  # noqa: PLC0415 - when somebody asks

        sheet = CheatSheet(self._window.theme, self._widget)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()


def _tabs_in(page: QWidget) -> list[QTabWidget]:
    found: Iterable[QTabWidget] = page.findChildren(QTabWidget)
    return [each for each in found if each.isVisible() and each.tabBar().isVisible()]


def _holds_keyboard(part: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is part or part.isAncestorOf(focus))


def _enter(part: QWidget) -> bool:
    """Put the keyboard into a part, where it was there before; False where nothing of it takes keys."""
    if not part.isVisible() or not part.isEnabled():
        return False
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
        part.setFocus(Qt.FocusReason.TabFocusReason)
        return True
    last = cast("QWidget | None", part.focusWidget())
    if last is not None and last.isVisible() and last.isEnabled():
        last.setFocus(Qt.FocusReason.TabFocusReason)
        return True
    each = cast("QWidget", part.nextInFocusChain())
    while each is not part:
        takes = bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes and part.isAncestorOf(each) and each.isVisible() and each.isEnabled():
            each.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        each = cast("QWidget", each.nextInFocusChain())
    return False
