"""The side of the heat map: where an indicator's values lie, why a cell says so, and who signed it."""

from __future__ import annotations

import html
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from eduapp.services.explaining import CountyExplainer, outline
from eduapp.services.papers.pictures import Dot, Picture, StraightLine, Words, distribution
from eduapp.standards import wording
from eduapp.standards.county import settling
from eduapp.standards.numbers import plain, shown
from eduapp.standards.packs.reader import load
from ui.common.new_workbook import file_name
from ui.common.paper_dialog import PaperDialog
from ui.common.plain import set_tip
from ui.common.plain_boxes import MarkupPage
from ui.common.why_card import WhyCard
from ui.county.heat_model import COEFFICIENT_DECIMALS
from ui.county.page_widgets import button_of, close_button, row_of
from ui.county.provenance import provenance_of
from ui.county.viewing_flow import ViewingFlow

if TYPE_CHECKING:
    import datetime

    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.report import StageIndicator, StageReport
    from eduapp.standards.explained import Explanation
    from eduapp.standards.results import Verdict
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

WIDTH = 320
ROOM_FOR_PICTURE = 470
"""Pixels of height below which the words need all of the panel."""


class WhyPanel(QFrame):
    """Hidden until a cell is asked; × closes it. Submissions are opened by the desk's jobs."""

    register_asked = Signal(object)
    """登记材料 of a Verdict of the county itself."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Start hidden."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self._explainer = CountyExplainer(desk.book)
        self._shown = ("", "")
        self._day: datetime.date | None = None
        self.setMinimumWidth(260)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.picture = PictureView(theme)
        self.card = WhyCard(theme, linked=False)
        self.card.print_asked.connect(self.print_shown)
        self.card.register_asked.connect(lambda: self.register_asked.emit(self.card.verdict))
        self.card.setFrameShape(QFrame.Shape.NoFrame)
        self.balance = MarkupPage()
        self.balance.setFrameShape(QFrame.Shape.NoFrame)
        self.viewing = ViewingFlow(desk, theme, self)
        self.view_it = button_of(
            self.tr("查看上报文件…"), self.view_shown, self.tr("该校交来的文件,逐表只读;含签名和编号")
        )
        self._close = close_button(self.tr("关闭"), self.hide)
        self._head = row_of(None, self._close)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 4)
        box.setSpacing(0)
        box.addWidget(self.card, 1)
        box.addLayout(self._head)
        box.addWidget(self.balance, 1)
        foot = row_of(None, self.view_it)
        foot.setContentsMargins(0, 4, 6, 0)
        box.addLayout(foot)
        box.addWidget(self.picture)
        self._switching = False
        self.card.installEventFilter(self)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.picture.make_room(self.height() >= ROOM_FOR_PICTURE)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close with the card: its × and Esc."""
        if watched is self.card and event.type() == QEvent.Type.HideToParent and not self._switching:
            self.hide()
        return super().eventFilter(watched, event)

    def show_cell(
        self, entry: SchoolEntry, verdict: Verdict, snapshot: Snapshot, report: StageReport | None
    ) -> None:
        """Explain a verdict of a school, and where it lies among the others."""
        self.balance.hide()
        self._close.hide()
        self._shown, self._day = (entry.submission, provenance_of(entry, snapshot)), snapshot.report.on
        self.card.who, self.card.of_county = self.tr("该校"), False
        self.card.show_explanation(
            outline(verdict, snapshot.report.on), self._shown[1], self.tr("正在打开上报文件…")
        )
        explainer, submission, day = self._explainer, entry.submission, snapshot.report.on
        self.desk.ask_later(
            self.tr("打开上报文件"),
            lambda _: explainer.explain(verdict, submission, day),
            lambda found: self._explained(submission, found),
        )
        self._draw(verdict.code, report, entry.submission)
        self.view_it.setVisible(entry.submission in snapshot.received)
        self.show()

    def show_county(self, verdict: Verdict, snapshot: Snapshot) -> None:
        """Explain an item of the county itself."""
        self.balance.hide()
        self._close.hide()
        self._shown, self._day = ("", ""), snapshot.report.on
        self.card.who, self.card.of_county = self.tr("本县"), True
        self.card.show_explanation(outline(verdict, snapshot.report.on), "")
        self._draw(verdict.code, None, "")
        self.view_it.hide()
        self.show()

    def show_balance(self, one: StageIndicator, report: StageReport, standard: str) -> None:
        """Explain a coefficient."""
        self._switching = True
        self.card.hide()
        self._switching = False
        self.balance.setHtml(_balance(one, report, standard, self.theme))
        self.balance.show()
        self._close.show()
        self._draw(one.code, report, "")
        self.view_it.hide()
        self.show()

    def view_shown(self) -> None:
        """Open the submission that the number comes from."""
        if self._shown[0]:
            self.viewing.view(self._shown[0])

    def print_shown(self) -> None:
        """Make 指标说明 of the verdict shown, and show how it will be printed."""
        verdict, submission = self.card.verdict, self._shown[0]
        if verdict is None:
            return
        explainer, day = self._explainer, self._day

        def paper(book: CountyBook) -> bytes:
            import_module("eduapp.services.papers.previewing")
            reporting = import_module("eduapp.services.papers.reporting")
            found = explainer.explain(verdict, submission, day, limit=reporting.ROWS_ON_PAPER)
            draft = explainer.stated(submission).draft
            pdf: bytes = reporting.print_county_explanation(book, found, draft, submission)
            return pdf

        self.desk.ask(
            self.tr("排版指标说明"), paper, lambda pdf: self._preview(verdict.code, submission, pdf)
        )

    def _explained(self, submission: str, found: Explanation) -> None:
        if self.card.isVisible() and self._shown[0] == submission and self.card.verdict == found.verdict:
            self.card.show_explanation(found, self._shown[1])

    def _preview(self, code: str, submission: str, pdf: bytes) -> None:
        book = self.desk.book
        title = file_name(f"{book.received[submission].name}指标说明{code}")
        dialog = PaperDialog(self.theme, title, pdf, book.path.parent, self.window())
        dialog.said.connect(self.desk.said)
        dialog.failed.connect(lambda problem: self.desk.warned.emit(problem.text))
        dialog.open()

    def _draw(self, code: str, report: StageReport | None, chosen: str) -> None:
        self.picture.show_picture(None)
        if report is None:
            return
        judged = [
            (entry.submission, verdict)
            for entry, section in report.rows
            for verdict in section.verdicts
            if verdict.code == code
        ]
        mean = next((one.partial.mean for one in report.indicators if one.code == code), None)
        self.picture.show_picture(distribution(judged, mean, chosen))


class PictureView(QWidget):
    """Draws a list of shapes as wide as it may be."""

    def __init__(self, theme: Theme) -> None:
        """Start without a picture."""
        super().__init__()
        self.theme = theme
        self._picture: Picture | None = None
        self._has_room = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_tip(self, self.tr("每点一个学段:横向是数值,绿达标,黄达到 85%,红未达标"))

    def show_picture(self, picture: Picture | None) -> None:
        """Draw another picture; None takes it away."""
        self._picture = picture
        self.setVisible(picture is not None and self._has_room)
        self.update()

    def make_room(self, has_room: bool) -> None:
        """Show the picture only where there is room for it."""
        self._has_room = has_room
        self.setVisible(self._picture is not None and has_room)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = min(self.width() / self._picture.width, self.height() / self._picture.height)
        painter.translate((self.width() - self._picture.width * scale) / 2, 0)
        for shape in self._picture.shapes:
            if isinstance(shape, StraightLine):
                self._line(painter, shape, scale)
            elif isinstance(shape, Dot):
                self._dot(painter, shape, scale)
            else:
                self._words(painter, shape, scale)
        painter.end()

    def _colour(self, role: str) -> QColor:
        theme = self.theme
        found = {"axis": theme.dim, "threshold": theme.accent, "floor": theme.warn, "mean": theme.dim}
        return QColor(found[role])

    def _line(self, painter: QPainter, line: StraightLine, scale: float) -> None:
        pen = QPen(self._colour(line.role), 1.4 if line.role == "threshold" else 1.0)
        if line.role in {"floor", "mean"}:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(line.x1 * scale, line.y1 * scale), QPointF(line.x2 * scale, line.y2 * scale))

    def _dot(self, painter: QPainter, dot: Dot, scale: float) -> None:
        painter.setPen(QPen(QColor(self.theme.base), 0.8))
        painter.setBrush(QColor(self.theme.outcome_color(dot.outcome)))
        painter.drawEllipse(QPointF(dot.x * scale, dot.y * scale), dot.radius * scale, dot.radius * scale)

    def _words(self, painter: QPainter, words: Words, scale: float) -> None:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(self._colour(words.role))
        wide = QFontMetricsF(font).horizontalAdvance(words.text)
        shift = {"left": 3.0, "middle": -wide / 2, "right": -wide - 3.0}[words.anchor]
        box = QRectF(words.x * scale + shift, words.y * scale - 14, wide + 2, 16)
        painter.fillRect(box, self.palette().window())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), words.text)


def _balance(one: StageIndicator, report: StageReport, standard: str, theme: Theme) -> str:
    """Write a coefficient's value, limit, formula and source."""
    said = load(standard).coefficient_citation
    colour = theme.outcome_color(one.outcome)
    words = {"met": "在限值以内", "unmet": "超过限值", "not_applicable": "单项不判定", "unsettled": "未定"}
    word = words.get(one.outcome, "数据不足,暂不判定")
    waiting = "<br>".join(map(html.escape, settling.words(one.settlement)))
    value = shown(one.balance.coefficient, COEFFICIENT_DECIMALS)
    state = f"<b style='color:{colour}'>{theme.outcome_mark(one.outcome)} {word}</b>"
    limit = "单项不设限值" if one.limit is None else f"限值 ≤ {plain(one.limit)}"
    parts = [
        f"<b>{html.escape(one.title)}·校际差异系数({wording.STAGE_NAMES[report.stage]})</b>",
        f"{state} 差异系数 {value},{limit}",
    ]
    if one.counted < one.sections:
        partial = shown(one.partial.coefficient, COEFFICIENT_DECIMALS)
        parts.append(f"按已有 {one.counted}/{one.sections} 个学段为 {partial};缺数的学段补齐后才判定。")
    parts.append(_titled(theme, wording.settled_word(one.settlement), waiting))
    mean = shown(one.partial.mean, one.decimals)
    parts += [
        _titled(
            theme,
            "算法",
            f"差异系数 = 标准差 ÷ 县均值,均按在校生数加权;县均值 {mean} {html.escape(one.unit)}"
            "(全县分子之和 ÷ 全县学生数)。按未四舍五入的数判定。",
        ),
        _titled(theme, "参与计算", _values(one, report)),
        _titled(
            theme,
            "达标情况",
            f"{one.sections} 个学段中 {one.sections_met} 个达标,{one.sections_floor} 个达到 85%",
        ),
    ]
    if said is not None:
        source = (
            f"《{html.escape(said.document)}》{html.escape(said.number)}<br>"
            f"{html.escape(said.clause)};{said.valid_from} 起"
        )
        parts.append(_titled(theme, "依据", source))
    return "".join(f"<p>{part}</p>" for part in parts)


def _values(one: StageIndicator, report: StageReport) -> str:
    """List what goes into a coefficient: each section's value and its pupils, its weight."""
    found = [
        f"{entry.facts.name}:{wording.value_text(verdict)},{section.pupils} 人"
        for entry, section in report.rows
        for verdict in section.verdicts
        if verdict.code == one.code and verdict.value is not None
    ]
    return "<br>".join(map(html.escape, found))


def _titled(theme: Theme, title: str, body: str) -> str:
    return f"<span style='color:{theme.dim}'>{title}</span><br>{body}"
