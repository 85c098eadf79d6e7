"""The tools at the top of a window: buttons, menus with letters, 撤销 and 重做, whose workbook it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow, QToolBar

from ui.common.elided_label import ElidedLabel, tint
from ui.common.plain import Action, Menu, button_of, open_at_once, set_button_words, set_tip
from ui.common.theme import tools_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from ui.common.theme import Theme
    from ui.common.window_keys import WindowKeys
    from ui.common.workspace import Workspace


STEPS = 20
"""Steps that the list of 撤销 shows."""


class Tools(QMainWindow):
    """A window with tools."""

    theme: Theme
    shortcuts: WindowKeys
    _undo: Workspace[Any] | None

    def add_tool(self, text: str, slot: Callable[[], object], shortcut: str = "") -> Action:
        """Add a button to the toolbar; its shortcut stands in the tool tip."""
        action = Action(text, self)
        action.triggered.connect(lambda _checked: slot())
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            set_tip(action, f"{text} ({shortcut})")
        self._tools.insertAction(self._header_action, action)
        self._reach_by_keys(action)
        return action

    def add_tool_menu(self, text: str, menu: Menu) -> Action:
        """Add a button that opens a menu."""
        action = Action(text, self)
        action.setMenu(menu)
        self._tools.insertAction(self._header_action, action)
        open_at_once(self._tools, action)
        self._reach_by_keys(action)
        letter = self.shortcuts.letter_for(text, lambda: self._open_menu(action))
        set_button_words(action, f"{text}({letter})")
        return action

    def add_undo_tools(self, workspace: Workspace[Any]) -> None:
        """Add 撤销 and 重做; their tool tips name the change."""
        self._undo = workspace
        self._steps = Menu(self)
        self._steps.aboutToShow.connect(self._fill_steps)
        stack = workspace.undo_stack
        undo = self.add_tool(self.tr("撤销"), workspace.undo, "Ctrl+Z")
        redo = self.add_tool(self.tr("重做"), workspace.redo, "Ctrl+Y")
        self._undo_action = undo
        button = button_of(self._tools, undo)
        if button is not None:
            button.setMenu(self._steps)  # opened by holding the button; a click takes one step back
        steps = self.tr("撤销 {0} (Ctrl+Z;按住或 Ctrl+Shift+Z 看各步)")
        for action, able, text, said in (
            (undo, stack.canUndoChanged, stack.undoTextChanged, steps),
            (redo, stack.canRedoChanged, stack.redoTextChanged, self.tr("重做 {0} (Ctrl+Y)")),
        ):
            action.setEnabled(False)
            able.connect(action.setEnabled)
            text.connect(lambda words, action=action, said=said: set_tip(action, said.format(words)))

    def add_tool_break(self) -> None:
        """Add a line between tools."""
        self._tools.insertSeparator(self._header_action)

    # --- by keys ---

    def show_steps(self) -> None:
        """Open the list of what was done, the last first."""
        button = button_of(self._tools, self._undo_action) if self._undo is not None else None
        if button is not None and self._undo is not None and self._undo.undo_stack.canUndo():
            self._steps.popup(button.mapToGlobal(button.rect().bottomLeft()))
            self._steps.setActiveAction(self._steps.actions()[0])

    def _fill_steps(self) -> None:
        self._steps.clear()
        if self._undo is None:
            return
        stack = self._undo.undo_stack
        for number in range(stack.index(), max(0, stack.index() - STEPS), -1):
            words = self.tr("{0}. {1}").format(number, stack.text(number - 1))
            self._steps.addAction(words, partial(self._undo_to, number - 1))

    def _undo_to(self, index: int) -> None:
        """Take back steps until only `index` are left; one that cannot be taken back ends it."""
        workspace = self._undo
        before = -1
        while workspace is not None and index < workspace.undo_stack.index() != before:
            before = workspace.undo_stack.index()
            workspace.undo()

    def tool_buttons(self) -> list[QWidget]:
        """Return the buttons of the tools that can be pressed."""
        found = (button_of(self._tools, each) for each in self._tools.actions())
        return [each for each in found if each is not None and each.isEnabled()]

    def _reach_by_keys(self, action: Action) -> None:
        button = button_of(self._tools, action)
        if button is not None:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _open_menu(self, action: Action) -> None:
        button, menu = button_of(self._tools, action), action.menu()
        if button is not None and button.isEnabled() and isinstance(menu, Menu):
            menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
            menu.setActiveAction(menu.actions()[0])

    # --- inside ---

    def _build_tools(self) -> None:
        self._tools = QToolBar(self.tr("工具"))
        self._tools.setStyleSheet(tools_sheet(self.theme))
        self._tools.setMovable(False)
        self._tools.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._tools.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addToolBar(self._tools)
        self._header = ElidedLabel()
        self._header.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._header.setContentsMargins(12, 0, 8, 0)
        tint(self._header, self.theme.text, bold=True)
        self._header_action = self._tools.addWidget(self._header)
