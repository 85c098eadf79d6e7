"""结束本轮: which list the papers are of, ending the round with a reason, what has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from eduapp.services.county import closing
from eduapp.services.county.signed_log import UNSIGNED
from eduapp.services.keys import county_keys
from eduapp.standards import wording
from ui.common.elided_label import tint
from ui.common.plain import Label, set_tip
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import CAUTION
from ui.county.page_widgets import button_of, line_label, row_of, when

if TYPE_CHECKING:
    from collections.abc import Generator

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.closing import Revision
    from eduapp.services.county.revision_differences import Differences, IndicatorDifference, IndicatorThen
    from eduapp.services.jobs import Progress
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

ID_DIGITS = 8


class ClosingBar(QWidget):
    """A line with the lists there are; under it, when asked for, the form that ends the round."""

    chosen = Signal()
    """Another list was chosen."""
    differences_asked = Signal(int)
    """What changed since the list of this number."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the bar with the form hidden."""
        super().__init__()
        self.desk, self.theme = desk, theme
        self._revisions: tuple[Revision, ...] = ()
        self._just_closed = False
        self.list = ComboBox()
        self.list.setAccessibleName(self.tr("名单"))
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.list.activated.connect(lambda _: self._turn())
        self.changes = button_of(self.tr("此后的变化"), self._ask_differences)
        self.end = button_of(self.tr("结束本轮…"), self._ask)
        self.reason = QLineEdit(placeholderText=self.tr("说明(必填),如:全县 44 校正式上报完毕,首次汇总"))
        self.end_now = button_of(self.tr("结束本轮"), self.close_round)
        self.end_now.setEnabled(False)
        self.reason.textChanged.connect(lambda text: self.end_now.setEnabled(bool(text.strip())))
        self.form = QFrame()
        self.form.setFrameShape(QFrame.Shape.StyledPanel)
        said = line_label(theme, wrap=True)
        said.setText(
            self.tr(
                "结束以后,现在这份名单和它的合并指纹就此冻结,随时可以再打印;以后收到的文件、作出的决定另成一稿,"
                "并可逐项对照变化。有冲突未裁定、有密钥未核对时不能结束。"
            )
        )
        self.unsigned = line_label(theme, wrap=True)
        self.unsigned.setText(f"{CAUTION} {UNSIGNED}")
        tint(self.unsigned, theme.warn)
        inside = QVBoxLayout(self.form)
        inside.setContentsMargins(8, 6, 8, 6)
        inside.addWidget(said)
        inside.addWidget(self.unsigned)
        inside.addLayout(row_of(self.reason, self.end_now, button_of(self.tr("取消"), self.form.hide)))
        self.form.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row_of(Label(self.tr("名单")), self.list, self.changes, self.end))
        box.addWidget(self.form)

    @property
    def revision(self) -> int | None:
        """The number of the chosen list; None for the present."""
        found = self.list.currentData()
        return found if isinstance(found, int) else None

    def fill(self, snapshot: Snapshot) -> None:
        """Offer the lists; the chosen one stays, the one just closed until something new came."""
        kept, self._revisions = self.revision, snapshot.revisions
        if self._just_closed and snapshot.changed:
            kept, self._just_closed = None, False
        self.list.clear()
        now = self.tr("现在") if snapshot.changed else self.tr("现在(与最后一次结束时相同)")
        self.list.addItem(now, None)
        for each in reversed(self._revisions):
            said = self.tr("第 {0} 次结束 · {1} · {2}").format(each.number, when(each.at), each.reason)
            self.list.addItem(said, each.number)
        self.list.setCurrentIndex(max(0, self.list.findData(kept)) if kept else 0)
        self.changes.setVisible(bool(self._revisions))
        self.unsigned.setVisible(county_keys.certificate_of(self.desk.book.workbook) is None)
        self.end.setEnabled(snapshot.changed and bool(snapshot.report.schools))
        set_tip(self.end, "" if snapshot.changed else self.tr("上次结束以后没有变化"))

    def close_round(self) -> None:
        """Freeze the list as it stands."""
        reason = self.reason.text().strip()

        def close(book: CountyBook) -> Generator[Progress, None, Revision]:
            return (yield from closing.closing_round(book, reason))

        self.desk.act(self.tr("结束本轮"), close, self._closed)

    def _ask(self) -> None:
        self.form.show()
        self.reason.setFocus()

    def _closed(self, made: Revision) -> None:
        self.form.hide()
        self.reason.clear()
        # What is printed next is the list that was closed: its fingerprint is the one that was just said.
        self.list.setCurrentIndex(self.list.findData(made.number))
        self._just_closed = True
        self.chosen.emit()
        self.desk.said.emit(
            self.tr("已结束本轮(第 {0} 次),合并指纹 {1}。").format(made.number, made.fingerprint_words)
        )

    def _turn(self) -> None:
        self.form.hide()
        self._just_closed = False
        self.chosen.emit()

    def _ask_differences(self) -> None:
        """Of the chosen list, else of the last one."""
        if self._revisions:
            self.differences_asked.emit(self.revision or self._revisions[-1].number)


class ChangesSince(QWidget):
    """The schools and the indicators that are other now than in a closed list."""

    def __init__(self, theme: Theme) -> None:
        """Start empty."""
        super().__init__()
        self.theme = theme
        self.about = line_label(theme, bold=True, wrap=True)
        self.schools = StaticTable(
            [
                Column(self.tr("学校"), 16),
                Column(self.tr("变化"), 9),
                Column(self.tr("当时计入的编号"), 9),
                Column(self.tr("现在计入的编号"), 9),
            ]
        )
        self.indicators = StaticTable(
            [
                Column(self.tr("学段"), 4),
                Column(self.tr("指标"), 17),
                Column(self.tr("当时"), 20),
                Column(self.tr("现在"), 20),
            ]
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.about)
        for title, table, share in (
            (self.tr("有变化的学校"), self.schools, 2),
            (self.tr("有变化的指标"), self.indicators, 3),
        ):
            label = line_label(theme, dim=True)
            label.setText(title)
            view = table_view(table, theme, sortable=True)
            view.verticalHeader().hide()
            box.addWidget(label)
            box.addWidget(view, share)

    def fill(self, found: Differences) -> None:
        """Show what was compared."""
        number, changed = found.revision.number, found.changed
        words = (
            self.tr("第 {0} 次结束以来:{1} 所学校、{2} 项指标有变化").format(
                number, len(found.schools), len(changed)
            )
            if found.schools or changed
            else self.tr("第 {0} 次结束以来,各校和各指标都没有变化").format(number)
        )
        self.about.setText(self.tr("{0}　当时的合并指纹 {1}").format(words, found.revision.fingerprint_words))
        self.schools.set_rows(
            [
                [f"{each.name}({each.school})", each.what, each.then[:ID_DIGITS], each.now[:ID_DIGITS]]
                for each in found.schools
            ]
        )
        self.indicators.set_rows([self._looks(each) for each in changed])

    def _looks(self, each: IndicatorDifference) -> list[Look | str]:
        stage = wording.STAGE_NAMES[each.stage] if each.stage else self.tr("县级")
        title = f"{each.code} {each.title}".strip()
        return [stage, Look(title, tip=title), self._standing(each.then), self._standing(each.now)]

    def _standing(self, each: IndicatorThen) -> Look:
        if each.outcome is None:
            return Look("")
        mark = f"{self.theme.outcome_mark(each.outcome)} {wording.OUTCOME_WORDS[each.outcome]}"
        parts = (
            each.value,
            self.tr("差异系数 {0}").format(each.coefficient) if each.coefficient else "",
            self.tr("达标 {0}").format(each.met) if each.met else "",
            mark.strip(),
        )
        return Look("　".join(part for part in parts if part), self.theme.outcome_color(each.outcome))
