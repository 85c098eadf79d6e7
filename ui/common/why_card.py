"""The card that answers "why?": formula with numbers, rows, clause, other standards, what changed."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from eduapp.services.checking import asks_county_document, asks_document, is_tick
from eduapp.standards import wording
from eduapp.standards.numbers import plain
from eduapp.standards.results import Outcome
from ui.common.plain import Label, PushButton, ToolButton, set_tip
from ui.common.plain_boxes import MarkupPage

if TYPE_CHECKING:
    from eduapp.standards.explained import Beside, Explanation, FedRow, RowChange
    from eduapp.standards.results import Citation, Verdict
    from ui.common.theme import Theme


class WhyCard(QFrame):
    """Floats beside the panel until it is closed (Esc, F4, ×).

    Tab goes from row to row of the text, Enter to the row's cell.
    """

    WIDTH = 420

    jump = Signal(str, str, str)
    """(record, key, field) of a cell that was clicked."""
    register_asked = Signal()
    """登记材料 of the verdict shown: it is answered by a document."""
    print_asked = Signal()
    """打印说明 of the verdict shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, linked: bool = True) -> None:
        """Start hidden. linked: whether the rows lie in this window and can be gone to."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._theme = theme
        self._linked = linked
        self._cells: list[tuple[str, str, str]] = []
        self.explanation: Explanation | None = None
        self.who = self.tr("本校")
        """Whose number it is."""
        self.of_county = False
        """Whether it is an item of the county itself."""
        self._title = Label(wordWrap=True)
        self._title.setStyleSheet("font-weight: bold;")
        self.print_button = PushButton(self.tr("打印说明"))
        self.print_button.clicked.connect(lambda _: self.print_asked.emit())
        self.register_button = PushButton(self.tr("登记材料"))
        set_tip(self.register_button, self.tr("到「佐证材料」登记本项的文件,指标已填好"))
        self.register_button.clicked.connect(lambda _: self.register_asked.emit())
        close = ToolButton(autoRaise=True)
        close.setText("×")
        set_tip(close, self.tr("关闭(Esc)"))
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.hide)
        self._page = MarkupPage(openLinks=False)
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        self._page.anchorClicked.connect(self._clicked)
        self.setFocusProxy(self._page)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.register_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.print_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 8, 8, 8)
        box.addLayout(head)
        box.addWidget(self._page, 1)
        self.hide()

    @property
    def verdict(self) -> Verdict | None:
        """The verdict shown."""
        return self.explanation.verdict if self.explanation else None

    @property
    def text(self) -> str:
        """The card as plain text."""
        return f"{self._title.text()}\n{self._page.toPlainText()}"

    def show_explanation(self, explanation: Explanation, origin: str = "", pending: str = "") -> None:
        """Show an explanation; one of the same item takes its place where the reader was.

        origin (HTML) says whose numbers they are, where that is not plain. pending says what is still
        being worked out.
        """
        verdict = explanation.verdict
        bar = self._page.verticalScrollBar()
        place = bar.value() if _same(self.verdict, verdict) and self.isVisible() else 0
        self.explanation = explanation
        self._cells = []
        self._title.setText(f"{verdict.title} {self._stage(verdict)}")
        registers = (
            asks_county_document(verdict) if self.of_county else self._linked and asks_document(verdict)
        )
        self.register_button.setVisible(registers)
        self.print_button.setVisible(not self.of_county)  # 指标说明 is a school's paper
        parts = [
            self._state(explanation),
            self._formula(explanation),
            self._offenders(explanation),
            self._inputs(explanation),
            self._documents(explanation),
            self._sources(explanation),
            self._beside(explanation.beside),
            self._since(explanation) or self._section(self.tr("与上次上报相比"), html.escape(pending)),
            self._section(self.tr("出处"), origin),
        ]
        self._page.setHtml("".join(parts))
        self.show()
        self.raise_()
        bar.setValue(place)

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

    def _state(self, explanation: Explanation) -> str:
        verdict = explanation.verdict
        colour = self._theme.outcome_color(verdict.outcome)
        mark, word = self._theme.outcome_mark(verdict.outcome), wording.OUTCOME_WORDS[verdict.outcome]
        sentence = wording.sentence(verdict) or wording.head_room_text(verdict)
        limit = wording.threshold_with_unit(verdict)
        floor = ""
        if verdict.floor is not None:
            floor = self.tr(";85% 底线 {0}").format(plain(verdict.floor))
        value = self.tr("{0} {1},标准 {2}{3}").format(
            self.who, wording.value_with_unit(verdict), limit, floor
        )
        if self._is_tick(verdict):
            value = self.tr("由佐证材料认定")
        line = f"<b style='color:{colour}'>{mark} {word}</b> {html.escape(value)}"
        more = f"<br><span style='color:{colour}'>{html.escape(sentence)}</span>" if sentence else ""
        if verdict.settlement is not None and verdict.outcome is not Outcome.UNSETTLED:
            more = f"<br>{wording.settled_word(verdict.settlement)}{more}"
        flips = f"<br>{self.tr('按未四舍五入的数判定。')}" if wording.rounding_flips(verdict) else ""
        by = self.tr("判定标准:{0}").format(html.escape(explanation.standard))
        dim = f"<br><span style='color:{self._theme.dim}'>{by}</span>" if len(explanation.beside) > 1 else ""
        return f"<p>{line}{more}{flips}{dim}</p>"

    def _is_tick(self, verdict: Verdict) -> bool:
        return is_tick(verdict, county=self.of_county)

    def _section(self, title: str, body: str) -> str:
        dim = self._theme.dim
        return f"<p><span style='color:{dim}'>{title}</span><br>{body}</p>" if body else ""

    def _formula(self, explanation: Explanation) -> str:
        words = html.escape(explanation.formula)
        told = explanation.numbers and not self._is_tick(explanation.verdict)
        numbers = f"<br><b>{html.escape(explanation.numbers)}</b>" if told else ""
        return self._section(self.tr("算法"), f"{words}{numbers}")

    def _sources(self, explanation: Explanation) -> str:
        own = explanation.verdict.citation
        if explanation.relaxed is None:
            return self._section(self.tr("依据"), self._source(own))
        relaxed = f"{self._source(own)}<br>{html.escape(own.explanation)}"
        return self._section(self.tr("依据(按放宽条款判定)"), relaxed) + self._section(
            self.tr("放宽之前的规定"), self._source(explanation.relaxed)
        )

    def _source(self, said: Citation) -> str:
        until = self.tr("至 {0}").format(said.valid_to) if said.valid_to else self.tr("现行有效")
        lines = [
            self.tr("《{0}》{1}<br>{2};{3} 起,{4}").format(
                html.escape(said.document),
                html.escape(said.number),
                html.escape(said.clause),
                said.valid_from,
                until,
            )
        ]
        if said.referring is not None:
            own = html.escape(f"《{said.referring.document}》{said.referring.words}")
            lines.append(self.tr("{0}没有写数,引用上面的限值").format(own))
        if said.inferred:
            lines.append(said.reading)
        return "<br>".join(lines)

    def _inputs(self, explanation: Explanation) -> str:
        lines = []
        for each in explanation.figures:
            rows = [self._row(row) for row in each.rows]
            lines.append(html.escape(wording.input_text(each.part)))
            if rows:
                more = self.tr(" 等,还有 {0} 行").format(each.left_out) if each.left_out else ""
                lines.append(f"　→ {'、'.join(rows)}{more}")
        heading = self.tr("数据来源(点击可到该格)") if self._cells else self.tr("数据来源")
        return self._section(heading, "<br>".join(lines))

    def _documents(self, explanation: Explanation) -> str:
        return self._section(
            self.tr("佐证材料"), "<br>".join(self._row(row) for row in explanation.documents)
        )

    def _offenders(self, explanation: Explanation) -> str:
        found = explanation.offenders
        left = explanation.offenders_total - len(found)
        more = self.tr(" 等,还有 {0} 处").format(left) if left else ""
        heading = self.tr("超限之处")
        if explanation.verdict.outcome is Outcome.MET:
            heading = self.tr("单处超限,不影响本项达标")
        if self._linked:
            heading += self.tr("(点击可到该格)")
        return self._section(heading, "、".join(self._row(row) for row in found) + more)

    def _beside(self, beside: tuple[Beside, ...]) -> str:
        if len(beside) < 2:
            return ""
        lines = []
        for each in beside:
            verdict = each.verdict
            colour = self._theme.outcome_color(verdict.outcome)
            word = f"{self._theme.outcome_mark(verdict.outcome)} {wording.OUTCOME_WORDS[verdict.outcome]}"
            limit = self.tr("不设限值")
            if verdict.threshold is not None:
                limit = html.escape(wording.threshold_with_unit(verdict))
            if verdict.value is not None:
                limit += self.tr(",{0} {1}").format(self.who, wording.value_text(verdict))
            name = html.escape(f"{each.title} {verdict.citation.number}")
            than = html.escape(each.than)
            lines.append(f"{f'<b>{name}</b>' if each.own else name}")
            lines.append(f"　{limit} <span style='color:{colour}'>{word}</span> {than}")
            if verdict.remark and not verdict.remark.startswith(each.than or " "):
                lines.append(f"　{html.escape(verdict.remark)}")
        return self._section(self.tr("与其他标准对照"), "<br>".join(lines))

    def _since(self, explanation: Explanation) -> str:
        since = explanation.since
        if not since.said:
            return ""
        lines = [html.escape(since.said)]
        lines += [
            f"{html.escape(each.label)}:{html.escape(each.then)} → <b>{html.escape(each.now)}</b>"
            for each in since.changes
        ]
        lines += [self._row_change(each) for each in since.rows]
        if since.left_out:
            lines.append(self.tr("还有 {0} 行变化没有列出").format(since.left_out))
        return self._section(self.tr("与上次上报相比"), "<br>".join(lines))

    def _row_change(self, change: RowChange) -> str:
        name = html.escape(change.row.name) if change.gone else self._row(change.row)
        texts = " → ".join(html.escape(each) for each in (change.then, change.now) if each)
        return f"{change.word} {name}{f':{texts}' if texts else ''}"

    def _row(self, row: FedRow) -> str:
        words = html.escape(row.words)
        if not self._linked:
            return words
        self._cells.append((row.record, row.key, row.field))
        return f"<a style='color:{self._theme.accent}' href='cell:{len(self._cells) - 1}'>{words}</a>"


def _same(one: Verdict | None, other: Verdict) -> bool:
    return one is not None and (one.standard, one.code, one.stage) == (
        other.standard,
        other.code,
        other.stage,
    )
