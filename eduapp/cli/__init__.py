"""The command line: the same jobs as the windows, without Qt (a contract: others call it)."""

from __future__ import annotations

from eduapp.cli.parser import main

__all__ = ["main"]
