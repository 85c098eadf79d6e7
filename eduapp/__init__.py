"""What the program does: rules, files that travel, paper, use cases, the command line. No Qt."""

from __future__ import annotations

__version__ = "0.1.0"
