"""The sheet: an A4 page with header, footer and page numbers, and the way from blocks to a PDF.

The same paper with the same blocks gives the same bytes, on any day and any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from reportlab.pdfgen.canvas import Canvas

from eduapp.printing import fonts
from eduapp.printing.pen import HAIRLINE, Pen, line_height
from eduapp.printing.qr import QUIET, symbol
from eduapp.printing.wrapping import wrap

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from eduapp.printing.blocks import Block, Laid

_SHORT, _LONG = 595.276, 841.89
_LEFT, _RIGHT, _TOP, _BOTTOM = 51.0, 45.0, 38.0, 36.0
_SMALL = 8.5
_TITLE = 16.0
_SUBTITLE = 10.5
_GROUP = 4
DRAFT = "草稿"
PRACTICE = "练习数据"
_STAMP, _STAMP_ROOM = 140.0, 560.0
_SYMBOL, _SYMBOL_TOP = 47.0, 12.0
"""Width of a QR code (16.6 mm), and how far below the upper edge it begins: as far as most printers reach."""
_QUIET = _SYMBOL * QUIET / 37
"""Its quiet zone: 37 modules is the usual size, more make it smaller."""
_SYMBOL_ROOM = _SYMBOL + _QUIET + 3.0
_LOWER = 4.0
"""How much lower the footer of such a page stands: what the symbol takes from the room of the blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What stands around the blocks.

    title: the name of the paper, large on its first page, small in the header of the others.
    subject: whose paper it is, for example 「老河口完小（2143000123）」; year: 「2026 学年」.
    code: what ties the paper to its data (a school's 数据码, or the county's fingerprint in groups), named
        by `code_label`; None where there is nothing to tie. qr: the same whole, as the text of a QR code
        in the upper right corner of each page, in which `{page}` and `{pages}` are filled in.
    draft, practice: print 草稿, 练习数据 across each page. source: where the numbers come from, above
        the footer.
    note: the clerk's advice in the footer, for example 「本表一式两份」.
    """

    title: str
    subject: str = ""
    year: str = ""
    subtitle: str = ""
    orientation: Literal["portrait", "landscape"] = "portrait"
    code: str | None = None
    code_label: str = "数据码"
    qr: str = ""
    draft: bool = False
    practice: bool = False
    source: str = ""
    note: str = ""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of its pages in points: A4."""
        return (_SHORT, _LONG) if self.orientation == "portrait" else (_LONG, _SHORT)

    @property
    def marks(self) -> tuple[str, ...]:
        """What is printed across the pages and into their header."""
        return (PRACTICE,) * self.practice + (DRAFT,) * self.draft


@dataclass(frozen=True, slots=True)
class Drawn:
    """How far a rendering has come: `page` of `pages` is on paper."""

    page: int
    pages: int


def render(paper: Paper, blocks: Sequence[Block]) -> bytes:
    """Return one paper as a PDF with both fonts embedded."""
    return render_book([(paper, blocks)])


def render_book(parts: Sequence[tuple[Paper, Sequence[Block]]]) -> bytes:
    """Return several papers in one PDF, each with its own header and page numbers from 1."""
    drawing = render_steps(parts)
    while True:
        try:
            next(drawing)
        except StopIteration as done:
            return bytes(done.value)


def render_steps(
    parts: Sequence[tuple[Paper, Sequence[Block]]],
) -> Generator[Drawn, None, bytes]:
    """Draw page by page: yields after each one, returns the PDF; to cancel, close the generator."""
    fonts.faces()
    out = BytesIO()
    canvas = Canvas(
        out,
        pagesize=parts[0][0].size,
        pageCompression=1,
        invariant=1,
        initialFontName=fonts.REGULAR,
        lang="zh-CN",
    )
    canvas.setTitle(parts[0][0].title)
    canvas.setSubject(parts[0][0].subject)
    canvas.setAuthor("")
    canvas.setCreator("eduapp")
    canvas.setProducer("eduapp")
    pen = Pen(canvas)
    stacks = [(paper, _paginated(paper, blocks)) for paper, blocks in parts]
    pages = sum(len(stack) for _, stack in stacks)
    drawn = 0
    for paper, stack in stacks:
        canvas.setPageSize(paper.size)
        for number, page in enumerate(stack, start=1):
            _draw_surround(pen, paper, number, len(stack))
            for piece in page:
                piece.laid.draw(pen, _LEFT, piece.top, piece.first, piece.last)
            canvas.showPage()
            drawn += 1
            yield Drawn(drawn, pages)
    canvas.save()
    return out.getvalue()


def pages_of(paper: Paper, blocks: Sequence[Block]) -> int:
    """Return how many pages a paper would have, without drawing it."""
    fonts.faces()
    return len(_paginated(paper, blocks))


def grouped(code: str) -> str:
    """Return a run of digits in groups of four; a code that has groups already stays as it is."""
    if " " in code:
        return code
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


@dataclass(frozen=True, slots=True)
class _Piece:
    """The strips `first` to before `last` of a block, on a page with its upper edge at `top`."""

    laid: Laid
    top: float
    first: int
    last: int


class _Stack:
    """The pages of one paper while its blocks are put on them from top to bottom."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._floor = _floor(paper)
        self.pages: list[list[_Piece]] = [[]]
        self._y = _ceiling(paper, 1)

    @property
    def most(self) -> float:
        """The room of the smallest page, in points."""
        return min(_ceiling(self._paper, 1), _ceiling(self._paper, 2)) - self._floor

    def _turn(self) -> None:
        self.pages.append([])
        self._y = _ceiling(self._paper, len(self.pages))

    def put(self, laid: Laid, follows: float) -> None:
        """Put a block; `follows` is what must stand on the page with its last strip."""
        whole = laid.head + sum(laid.strips) + follows
        if laid.together and whole <= self.most and whole > self._y - self._floor - laid.before:
            self._turn_unless_empty()
        first = 0
        while first < len(laid.strips):
            top = self._y - (laid.before if self.pages[-1] and first == 0 else 0.0)
            last = self._reach(laid, first, top - laid.head, follows)
            if last == first:
                self._turn()
                continue
            high = laid.head + sum(laid.strips[first:last])
            self.pages[-1].append(_Piece(laid, top, first, last))
            self._y = top - high
            first = last
            if first < len(laid.strips):
                self._turn()

    def _turn_unless_empty(self) -> None:
        if self.pages[-1]:
            self._turn()

    def _reach(self, laid: Laid, first: int, y: float, follows: float) -> int:
        """Return before which strip the page ends; at least one strip goes on an empty page."""
        last = first
        while last < len(laid.strips):
            y -= laid.strips[last]
            rest = follows if last == len(laid.strips) - 1 else 0.0
            if y - rest < self._floor - 0.01 and (self.pages[-1] or last > first):
                break
            last += 1
        return last


def _paginated(paper: Paper, blocks: Sequence[Block]) -> list[list[_Piece]]:
    stack = _Stack(paper)
    room = paper.size[0] - _LEFT - _RIGHT
    laid = [block.layout(room, stack.most) for block in blocks]
    follows = [0.0] * (len(laid) + 1)
    for place in range(len(laid) - 2, -1, -1):
        after = laid[place + 1]
        if laid[place].keep_with_next:
            tall = sum(after.strips) if after.together else sum(after.strips[:1])
            follows[place] = after.before + after.head + tall + follows[place + 1]
    for place, block in enumerate(laid):
        stack.put(block, min(follows[place], stack.most / 2))
    return stack.pages


def _floor(paper: Paper) -> float:
    """Return the y under which no block may reach."""
    return _foot(paper) + line_height(_SMALL) * (1 + len(_foot_lines(paper))) + 8


def _foot(paper: Paper) -> float:
    """Return the y of the lower edge of the footer."""
    return _BOTTOM - _LOWER if paper.qr else _BOTTOM


def _ceiling(paper: Paper, number: int) -> float:
    """Return the y of the upper edge of the blocks on a page."""
    under_header = paper.size[1] - _TOP - line_height(_SMALL) * len(_head_lines(paper, number)) - 4
    if number > 1:
        under_symbol = paper.size[1] - _SYMBOL_TOP - _SYMBOL - _QUIET if paper.qr else under_header
        return min(under_header - 6, under_symbol)
    room = paper.size[0] - _LEFT - _RIGHT
    title = line_height(_TITLE) * len(wrap(paper.title, room, _TITLE, bold=True))
    subtitle = line_height(_SUBTITLE) if paper.subtitle else 0.0
    return under_header - 8 - title - subtitle - 6


def _head_right(paper: Paper) -> str:
    marks = "".join(f"【{mark}】" for mark in paper.marks)
    return "　".join(part for part in (fonts.printable(paper.year), marks) if part)


def _code_text(paper: Paper) -> str:
    return f"{paper.code_label} {grouped(paper.code)}" if paper.code is not None else ""


def _head_lines(paper: Paper, number: int) -> tuple[str, ...]:
    """Return the lines at the left of the header: whose paper, and after the first page which."""
    beside = fonts.width(_head_right(paper), _SMALL, bold=True) + 2 * _SMALL
    room = paper.size[0] - _LEFT - _RIGHT - (_SYMBOL_ROOM if paper.qr else beside)
    parts = (paper.subject, paper.title if number > 1 else "")
    return wrap(fonts.printable("　　".join(part for part in parts if part)), room, _SMALL)


def _foot_lines(paper: Paper) -> tuple[str, ...]:
    room = paper.size[0] - _LEFT - _RIGHT
    texts = [fonts.printable(text) for text in (paper.source, paper.note) if text]
    return tuple(line for text in texts for line in wrap(text, room, _SMALL))


def _draw_surround(pen: Pen, paper: Paper, number: int, pages: int) -> None:
    wide, high = paper.size
    room = wide - _LEFT - _RIGHT
    if paper.marks:
        stamp = " ".join(paper.marks)
        size = min(_STAMP, _STAMP_ROOM / len(stamp))
        pen.slanted(wide / 2, high / 2, stamp, size=size, grey=0.93)
    top = high - _TOP
    for line in _head_lines(paper, number):
        pen.line_of_text(_LEFT, top, line, size=_SMALL)
        top -= line_height(_SMALL)
    rule = top - 1
    beside = room
    if paper.qr:
        _draw_symbol(pen, paper, number, pages)
        beside -= _SYMBOL_ROOM
        above = "　　".join(part for part in (_head_right(paper), _code_text(paper)) if part)
        at = high - _TOP + line_height(_SMALL)
        pen.line_of_text(_LEFT, at, above, size=_SMALL, room=beside, align="r", bold=bool(paper.marks))
    else:
        right = _head_right(paper)
        pen.line_of_text(_LEFT, high - _TOP, right, size=_SMALL, room=room, align="r", bold=bool(paper.marks))
    pen.lines([(_LEFT, rule, _LEFT + beside, rule)], HAIRLINE)
    if number == 1:
        _draw_title(pen, paper, rule - 10, room)
    _draw_foot(pen, paper, f"第 {number} 页　共 {pages} 页", room)


def _draw_symbol(pen: Pen, paper: Paper, number: int, pages: int) -> None:
    wide, high = paper.size
    first, text = (
        paper.qr.replace("{page}", str(each)).replace("{pages}", str(pages)) for each in (1, number)
    )
    pen.symbol(wide - _RIGHT - _SYMBOL, high - _SYMBOL_TOP, _SYMBOL, symbol(text, like=first))


def _draw_title(pen: Pen, paper: Paper, top: float, room: float) -> None:
    for line in wrap(fonts.printable(paper.title), room, _TITLE, bold=True):
        pen.line_of_text(_LEFT, top, line, size=_TITLE, room=room, align="c", bold=True)
        top -= line_height(_TITLE)
    pen.line_of_text(
        _LEFT,
        top,
        fonts.printable(paper.subtitle),
        size=_SUBTITLE,
        room=room,
        align="c",
    )


def _draw_foot(pen: Pen, paper: Paper, count: str, room: float) -> None:
    lines = _foot_lines(paper)
    top = _foot(paper) + line_height(_SMALL) * (1 + len(lines))
    pen.lines([(_LEFT, top + 2, _LEFT + room, top + 2)], HAIRLINE)
    for line in lines:
        pen.line_of_text(_LEFT, top, line, size=_SMALL)
        top -= line_height(_SMALL)
    pen.line_of_text(_LEFT, top, count, size=_SMALL, room=room, align="c")
    if not paper.qr:
        pen.line_of_text(_LEFT, top, _code_text(paper), size=_SMALL, room=room, align="r")
