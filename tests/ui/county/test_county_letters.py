"""The letters of the county window: every page and menu has one, none is a grid's own."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel

from tests.ui.county.driving import trusting
from ui.common.nav_list import LETTER


@pytest.mark.slow
def test_every_page_and_menu_has_a_letter_that_no_grid_needs(town, open_window):
    window = open_window(trusting(town)[0])
    for name in window._names:
        window.show_page(name)
    letters = [window._nav.item(row).data(LETTER) for row in range(window._nav.count())]
    menus = [each.iconText() for each in window._tools.actions() if each.menu() is not None]
    letters += [text[-2] for text in menus]
    assert len(letters) == len(set(letters)) == len(window._names) + 2
    assert not set(letters) & {"C", "R", ""}
    texts = [each.text() for each in window.findChildren(QAction)]
    texts += [each.text() for kind in (QAbstractButton, QLabel) for each in window.findChildren(kind)]
    assert [text for text in texts if "&" in text.replace("&&", "")] == []
