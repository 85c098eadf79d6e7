"""The card that answers "why?": document, clause, dates, formula with numbers, the cells behind it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from eduapp.standards import wording
from eduapp.standards.numbers import plain
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eduapp.services.checking import Feed
    from eduapp.standards.results import Input, Verdict
    from ui.common.theme import Theme

SHOWN_FEEDS = 40
WIDTH = 360


class WhyCard(QFrame):
    """Floats beside the panel until it is closed (Esc, F4, ×)."""

    jump = Signal(str, str, str)
    """(record, key, field) of a cell that was clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._theme = theme
        self._cells: list[tuple[str, str, str]] = []
        self.verdict: Verdict | None = None
        self._title = QLabel(wordWrap=True)
        self._title.setStyleSheet("font-weight: bold;")
        close = QToolButton(autoRaise=True)
        close.setText("×")
        close.setToolTip(self.tr("关闭(Esc)"))
        close.clicked.connect(self.hide)
        self._page = QTextBrowser(openLinks=False)
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        self._page.anchorClicked.connect(self._clicked)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 8, 8, 8)
        box.addLayout(head)
        box.addWidget(self._page, 1)
        self.hide()

    @property
    def text(self) -> str:
        """The card as plain text."""
        return f"{self._title.text()}\n{self._page.toPlainText()}"

    def show_verdict(
        self,
        verdict: Verdict,
        feeds: Callable[[Input], Sequence[Feed]],
        title: Callable[[Feed], str],
        origin: str = "",
        offenders: Sequence[Feed] = (),
    ) -> None:
        """Explain a verdict; `feeds(input)` are the cells behind a figure, `title(feed)` names one.

        `offenders` are the cells that break the limit one by one.

        `origin` (HTML) says whose numbers they are, where that is not plain.
        """
        self.verdict = verdict
        self._cells = []
        self._title.setText(f"{verdict.title} {self._stage(verdict)}")
        parts = [
            self._state(verdict),
            self._section(self.tr("算法"), html.escape(wording.formula_text(verdict))),
            self._offenders(verdict, offenders, title),
            self._inputs(verdict, feeds, title),
            self._section(self.tr("说明"), html.escape(verdict.citation.explanation)),
            self._source(verdict),
            self._section(self.tr("出处"), origin),
        ]
        self._page.setHtml("".join(parts))
        self.show()
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_F4}:
            self.hide()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        wanted = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if wanted and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def follow_link(self, number: int) -> None:
        """Go to the cell of a link, counted from 0."""
        self.jump.emit(*self._cells[number])

    def _clicked(self, url: QUrl) -> None:
        self.follow_link(int(url.toString().removeprefix("cell:")))

    def _stage(self, verdict: Verdict) -> str:
        return f"({wording.STAGE_NAMES[verdict.stage]})" if verdict.stage else ""

    def _state(self, verdict: Verdict) -> str:
        colour = self._theme.outcome_color(verdict.outcome)
        mark, word = self._theme.outcome_mark(verdict.outcome), wording.OUTCOME_WORDS[verdict.outcome]
        sentence = wording.sentence(verdict) or wording.head_room_text(verdict)
        limit = wording.threshold_text(verdict)
        floor = ""
        if verdict.floor is not None:
            floor = self.tr(",85% 底线 {0}").format(plain(verdict.floor))
        value = self.tr("本校 {0} {1},标准 {2}{3}").format(
            wording.value_text(verdict), verdict.unit, limit, floor
        )
        line = f"<b style='color:{colour}'>{mark} {word}</b> {html.escape(value)}"
        more = f"<br><span style='color:{colour}'>{html.escape(sentence)}</span>" if sentence else ""
        flips = f"<br>{self.tr('按未四舍五入的数判定。')}" if wording.rounding_flips(verdict) else ""
        return f"<p>{line}{more}{flips}</p>"

    def _section(self, title: str, body: str) -> str:
        dim = self._theme.dim
        return f"<p><span style='color:{dim}'>{title}</span><br>{body}</p>" if body else ""

    def _source(self, verdict: Verdict) -> str:
        said = verdict.citation
        until = f"{said.valid_to}" if said.valid_to else self.tr("现行有效")
        body = self.tr("《{0}》{1}<br>{2};{3} 起,{4}").format(
            html.escape(said.document),
            html.escape(said.number),
            html.escape(said.clause),
            said.valid_from,
            until,
        )
        return self._section(self.tr("依据"), body)

    def _inputs(
        self, verdict: Verdict, feeds: Callable[[Input], Sequence[Feed]], title: Callable[[Feed], str]
    ) -> str:
        lines = []
        for part in verdict.inputs:
            links = [self._link(feed, title(feed)) for feed in list(feeds(part))[:SHOWN_FEEDS]]
            lines.append(html.escape(wording.input_text(part)))
            if links:
                lines.append(f"　→ {'、'.join(links)}")
        heading = self.tr("数据来源(点击可到该格)") if self._cells else self.tr("数据来源")
        return self._section(heading, "<br>".join(lines))

    def _offenders(self, verdict: Verdict, found: Sequence[Feed], title: Callable[[Feed], str]) -> str:
        links = [self._link(feed, title(feed)) for feed in found[:SHOWN_FEEDS]]
        more = self.tr(" 等 {0} 处").format(len(found)) if len(found) > SHOWN_FEEDS else ""
        heading = self.tr("超限之处(点击可到该格)")
        if verdict.outcome is Outcome.MET:
            heading = self.tr("单处超限,不影响本项达标(点击可到该格)")
        return self._section(heading, "、".join(links) + more)

    def _link(self, feed: Feed, words: str) -> str:
        self._cells.append((feed.record, feed.key, feed.field))
        number = len(self._cells) - 1
        return f"<a style='color:{self._theme.accent}' href='cell:{number}'>{html.escape(words)}</a>"
