"""Which records stand on a page: its tabs, each a list of rows or a form."""

from __future__ import annotations

from dataclasses import dataclass

from ui.common.record_form import FormGroup


@dataclass(frozen=True)
class PaneLayout:
    """A tab of a page: a list of rows, or a form."""

    title: str
    record: str = ""
    groups: tuple[FormGroup, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class PageLayout:
    """A page with its tabs, and the figures summed up in the status line."""

    name: str
    title: str
    panes: tuple[PaneLayout, ...]
    figures: tuple[tuple[str, str], ...] = ()
