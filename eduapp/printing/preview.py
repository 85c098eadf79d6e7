"""A PDF as pictures, for the preview in the window and for pictures in files.

pdfium is not safe for threads: one thread uses the previews of a process.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import pypdfium2

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


@dataclass(frozen=True, slots=True)
class Pixels:
    """A page in pixels: 4 bytes each in the order blue, green, red, unused; `stride` bytes a row.

    On a little-endian machine this is Qt's `QImage.Format.Format_RGB32`.
    """

    width: int
    height: int
    stride: int
    data: bytes


class Preview:
    """An opened PDF; a context manager, because pdfium holds memory outside of Python."""

    def __init__(self, pdf: bytes) -> None:
        """Open a PDF that this program made; raises pypdfium2.PdfiumError for anything else."""
        self._document = pypdfium2.PdfDocument(pdf)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the memory back."""
        self.close()

    def close(self) -> None:
        """Give the memory back; the preview is of no use afterwards."""
        self._document.close()

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._document)

    def size(self, page: int) -> tuple[float, float]:
        """Return width and height in points of a page, counted from 0."""
        wide, high = self._document.get_page_size(page)
        return (float(wide), float(high))

    def pixels(self, page: int, scale: float) -> Pixels:
        """Return a page, counted from 0, with `scale` pixels to a point (1.0 is 72 dpi)."""
        bitmap = self._document[page].render(scale=scale, prefer_bgrx=True)
        return Pixels(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))

    def png(self, page: int, scale: float) -> bytes:
        """Return a page, counted from 0, as a PNG file with `scale` pixels to a point."""
        out = BytesIO()
        self._document[page].render(scale=scale).to_pil().save(out, format="PNG")
        return out.getvalue()

    def text(self, page: int) -> str:
        """Return the text of a page, counted from 0, as somebody would copy it."""
        return str(self._document[page].get_textpage().get_text_bounded())


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    with Preview(pdf) as preview:
        return preview.pages


def to_png(pdf: bytes, page: int = 0, scale: float = 2.0) -> bytes:
    """Return one page, counted from 0, as a PNG file with `scale` pixels to a point."""
    with Preview(pdf) as preview:
        return preview.png(page, scale)
