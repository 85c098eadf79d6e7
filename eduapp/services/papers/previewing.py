"""Looking at a PDF page by page: what the windows show before anything is printed."""

from __future__ import annotations

from eduapp.printing.preview import Pixels, Preview, page_count, to_png

__all__ = ["Pixels", "Preview", "page_count", "to_png"]
