"""The pages of a window: each is made at its first visit; what it stands on is loaded in the background."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.common.plain import Label
from ui.common.pressing import enter_presses
from ui.common.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ui.common.nav_list import NavigationList


def import_all(modules: Sequence[str]) -> None:
    """Import modules by name."""
    for each in modules:
        import_module(each)


def _is_loaded(module: str) -> bool:
    """Whether a module is there whole: one that is being loaded in another thread has its name already."""
    found = sys.modules.get(module)
    return found is not None and not getattr(found.__spec__, "_initializing", False)


class Pages(Mapping[str, QWidget]):
    """The pages by name, in the order of the navigation; each is made when it is first asked for."""

    def __init__(self, stack: QStackedWidget) -> None:
        """Start without pages; they come to stand in `stack`."""
        self._stack = stack
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._made: dict[str, QWidget] = {}
        self._modules: dict[str, tuple[str, ...]] = {}
        self._loading: dict[str, Steps] = {}

    def add(self, name: str, make: Callable[[], QWidget], modules: Sequence[str] = ()) -> None:
        """Add a page that `make` will make; it stands on `modules`."""
        self._makers[name] = make
        self._modules[name] = tuple(modules)
        self._stack.addWidget(QWidget())

    def modules_of(self, name: str) -> tuple[str, ...]:
        """Return what a page stands on."""
        return self._modules[name]

    def made(self, name: str) -> QWidget | None:
        """Return a page if it is there already."""
        return self._made.get(name)

    def visit(self, name: str, there: Callable[[], object]) -> None:
        """Call `there` once what a page stands on has been loaded in the background: it is made in a moment.

        Some pages stand on libraries that take a second to load: until then their empty place is in front.
        """
        under_way = name in self._loading and not self._loading[name].over
        missing = [module for module in self._modules[name] if not _is_loaded(module)]
        if name in self._made or not (missing or under_way):
            there()
            return
        place = self._stack.widget(list(self._makers).index(name))
        self._stack.setCurrentWidget(place)
        if name not in self._loading:
            words = QCoreApplication.translate("Pages", "正在打开…")
            Label(words, place).move(16, 12)
            steps = self._loading[name] = Steps(iter([partial(import_all, missing)]), self._stack)
            steps.ended.connect(there)
            steps.go()

    def stop(self) -> None:
        """Load nothing any more: the window closes."""
        for steps in self._loading.values():
            steps.stop()

    def __getitem__(self, name: str) -> QWidget:
        """Return a page; makes it where nobody asked for it before."""
        if name not in self._made:
            page = self._made[name] = self._makers[name]()
            row = list(self._makers).index(name)
            empty = self._stack.widget(row)
            self._stack.insertWidget(row, page)
            self._stack.removeWidget(empty)
            empty.deleteLater()
            enter_presses(page)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._makers)

    def __reversed__(self) -> Iterator[str]:
        """Yield the names from the last one on."""
        return reversed(self._makers)

    def __len__(self) -> int:
        """Count the pages, made or not."""
        return len(self._makers)


class Turning:
    """A window that turns from page to page by its navigation."""

    page_shown: Any
    pages: Pages
    _nav: NavigationList
    _stack: QStackedWidget
    _names: list[str]

    @property
    def page_name(self) -> str:
        """The name of the page shown."""
        row = self._nav.currentRow()
        return self._names[row] if row >= 0 else ""

    def show_page(self, name: str) -> QWidget:
        """Show a page now and return it; for who only goes there, `visit_page` holds nothing up."""
        page = self.pages[name]
        self.visit_page(name)
        if self._stack.currentWidget() is not page:  # it was being loaded
            self._bring(name)
        return page

    def visit_page(self, name: str) -> None:
        """Turn to a page, which comes as soon as what it stands on is loaded."""
        self._nav.setCurrentRow(self._names.index(name))

    def _turn(self, row: int) -> None:
        if 0 <= row < len(self._names):
            name = self._names[row]
            self.pages.visit(name, lambda: self._bring(name))

    def _bring(self, name: str) -> None:
        if self.page_name == name:  # else somebody went on while it was loaded
            self._stack.setCurrentWidget(self.pages[name])
            self.page_shown.emit(name)
