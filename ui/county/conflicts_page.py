"""冲突与决定: versions of a school cell by cell, the county's own overlays, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from db.records.catalog import SCHOOL_RECORDS
from eduapp.services.county import closing
from eduapp.services.differences import CellDifference, differences
from eduapp.services.hand_off import intake
from eduapp.services.merge import merging
from eduapp.services.merge.decisions import CLOSE, KIND_WORDS, REVOKE
from ui.common.plain import Label, set_tip
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import Column, Look, StaticTable, table_view
from ui.common.theme import DONE, TROUBLE
from ui.county.corrections_panel import CorrectionsPanel
from ui.county.page_widgets import STATE_WORDS, Filters, Hint, Page, button_of, line_label, row_of, when

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook, Received
    from eduapp.services.merge.decisions import Decision
    from eduapp.services.merge.merging import Member, SchoolView
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

CONFLICTS, CORRECTIONS, DECISIONS = "冲突", "县级更正", "决定记录"
SHOWN = 2000
ID_DIGITS, SIGNER_DIGITS = 8, 11


class ConflictsPage(Page):
    """Left against right; a person says which one counts and why, the other one is kept."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the page."""
        super().__init__(desk, theme)
        self._compared: tuple[str, str] | None = None
        self.tabs = Filters([CONFLICTS, CORRECTIONS, DECISIONS], theme)
        self.tabs.chosen.connect(self.show_tab)
        self.hint = Hint(
            theme,
            self.tr(
                "没有冲突。\n同一所学校的两个上报文件互不相承时(例如在两台电脑上各填了一份),会在这里逐格对照,"
                "由您选定一个;另一个仍然留存。"
            ),
        )
        self._build_lists()
        self._build_comparison()
        self.corrections = CorrectionsPanel(desk, theme)
        self.places = self._stack = QStackedWidget()
        for part in (self.hint, self._body, self.corrections, self._decisions):
            self._stack.addWidget(part)
        self.box.addLayout(row_of(self.tabs, None))
        self.box.addWidget(self._stack, 1)

    def fill(self, snapshot: Snapshot) -> None:
        self.tabs.say(CONFLICTS, f"{CONFLICTS} {snapshot.open_conflicts}")
        self.tabs.say(CORRECTIONS, f"{CORRECTIONS} {sum(each.holds for each in snapshot.overlays)}")
        self.tabs.say(DECISIONS, f"{DECISIONS} {len(snapshot.decisions)}")
        kept = self.chosen.school if self.chosen else ""
        self.table.set_rows(
            [self._looks(each, snapshot) for each in snapshot.conflicts], list(snapshot.conflicts)
        )
        self.decided.set_rows(self._decision_rows(snapshot))
        self._compared = None
        if self.tabs.current == CORRECTIONS:
            self.corrections.fill(snapshot)
        if snapshot.conflicts:
            codes = [each.school for each in snapshot.conflicts]
            self.view.selectRow(codes.index(kept) if kept in codes else 0)
            self._choose()
        self._show_tab(self.tabs.current)

    def show_tab(self, name: str) -> None:
        """Show the conflicts, the county's overlays or the decisions."""
        self._show_tab(name)
        if name == CORRECTIONS and self.snapshot is not None:
            self.corrections.fill(self.snapshot)

    def _show_tab(self, name: str) -> None:
        self.tabs.choose(name)
        there = self.snapshot is not None and bool(self.snapshot.conflicts)
        shown = {
            CONFLICTS: self._body if there else self.hint,
            CORRECTIONS: self.corrections,
            DECISIONS: self._decisions,
        }
        self._stack.setCurrentWidget(shown[name])

    @property
    def chosen(self) -> SchoolView | None:
        """The school that is compared."""
        key = self.table.key_at(self.view.currentIndex())
        return key if isinstance(key, merging.SchoolView) else None

    def settle(self, box: ComboBox) -> None:
        """Let the version of a side count."""
        found, name, reason = self.chosen, box.currentData(), self.reason.text().strip()
        if found is None or not reason:
            return
        school = found.school

        def decide(book: CountyBook) -> None:
            intake.settle(book, school, name, reason)

        self.desk.act(self.tr("裁定"), decide, self._settled)

    def _settled(self, _: object) -> None:
        self.reason.clear()
        self.desk.said.emit(self.tr("已裁定;另一个版本仍留存,可以改判。"))

    # --- building ---

    def _build_lists(self) -> None:
        self.table = StaticTable(
            [
                Column(self.tr("状态"), 6),
                Column(self.tr("学校"), 14),
                Column(self.tr("版本"), 4, right=True),
                Column(self.tr("现在计入汇总的版本"), 20),
            ]
        )
        self.view = table_view(self.table, self.theme)
        self.view.verticalHeader().hide()
        self.view.setFixedHeight(self.theme.row_height(self.font()) * 4)
        self.view.place_changed.connect(lambda _: self._choose())
        self.decided = StaticTable(
            [
                Column(self.tr("时间"), 7),
                Column(self.tr("决定"), 6),
                Column(self.tr("学校"), 13),
                Column(self.tr("上报文件或位置"), 18),
                Column(self.tr("理由"), 14),
                Column(self.tr("县级签名"), 5),
            ]
        )
        self.decided_view = table_view(self.decided, self.theme, sortable=True)
        self._decisions = QWidget()
        box = QVBoxLayout(self._decisions)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.decided_view)

    def _build_comparison(self) -> None:
        self.left, self.right = ComboBox(), ComboBox()
        for box in (self.left, self.right):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.activated.connect(lambda _: self._compare())
        self.cells = StaticTable(
            [
                Column(self.tr("位置"), 14),
                Column(self.tr("行"), 9),
                Column(self.tr("左边的版本"), 22),
                Column(self.tr("右边的版本"), 16),
            ]
        )
        self.cells_view = table_view(self.cells, self.theme)
        self.count = line_label(self.theme, dim=True)
        self.reason = QLineEdit(placeholderText=self.tr("裁定理由(必填),如:经电话核实,以 9 月 3 日的为准"))
        self.reason.textChanged.connect(lambda _: self._enable())
        self.take_left = button_of(self.tr("以左边为准"), lambda: self.settle(self.left))
        self.take_right = button_of(self.tr("以右边为准"), lambda: self.settle(self.right))
        versions = row_of()
        for words, box in ((self.tr("左边"), self.left), (self.tr("右边"), self.right)):
            versions.addWidget(Label(words))
            versions.addWidget(box, 1)
        self._body = QWidget()
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.view)
        inside.addLayout(versions)
        inside.addWidget(self.count)
        inside.addWidget(self.cells_view, 1)
        inside.addLayout(row_of(self.reason, self.take_left, self.take_right))

    # --- comparing ---

    def _choose(self) -> None:
        found = self.chosen
        if found is None or self.snapshot is None:
            return
        members = (*found.heads, *found.not_chosen)
        for box, at in ((self.left, 0), (self.right, 1)):
            box.clear()
            for member in members:
                box.addItem(_version(member, self.snapshot), member.id)
            box.setCurrentIndex(at)
        self._compare()

    def _compare(self) -> None:
        pair = (str(self.left.currentData()), str(self.right.currentData()))
        self._enable()
        if pair == self._compared:
            return
        self._compared = pair
        self.cells.set_rows([])
        self.count.setText(self.tr("正在对照…"))

        def compare(book: CountyBook) -> list[CellDifference]:
            return differences(book.stated(pair[0]), book.stated(pair[1]))

        self.desk.ask_later(self.tr("对照"), compare, self._show_differences)

    def _show_differences(self, found: list[CellDifference]) -> None:
        theme = self.theme
        self.cells.set_rows(
            [
                [
                    each.label,
                    each.row,
                    Look(each.left, tint=theme.soft_tint, tip=each.left),
                    Look(each.right, tint=theme.soft_tint, tip=each.right),
                ]
                for each in found[:SHOWN]
            ]
        )
        words = self.tr("有 {0} 处不同").format(len(found)) if found else self.tr("两个版本的内容完全相同")
        more = self.tr(",这里列出前 {0} 处").format(SHOWN) if len(found) > SHOWN else ""
        self.count.setText(words + more)

    def _enable(self) -> None:
        ready = bool(self.reason.text().strip()) and self.left.currentData() != self.right.currentData()
        for button in (self.take_left, self.take_right):
            button.setEnabled(ready)
            set_tip(button, "" if ready else self.tr("请先填写理由"))

    # --- rows ---

    def _looks(self, each: SchoolView, snapshot: Snapshot) -> list[Look | str]:
        theme = self.theme
        state = (
            Look(f"{TROUBLE} 待裁定", theme.bad, theme.hard_tint)
            if each.conflict
            else Look(f"{DONE} 已裁定", theme.good)
        )
        versions = len(each.heads) + len(each.not_chosen)
        return [
            state,
            snapshot.names.get(each.school, each.school),
            str(versions),
            _version(each.counts, snapshot),
        ]

    def _decision_rows(self, snapshot: Snapshot) -> list[list[Look | str]]:
        rows: list[list[Look | str]] = []
        none = all(not each.signature for each in snapshot.decisions)  # a county without keys signs nothing
        unsigned = "" if none else self.tr("未签名")
        for each in reversed(snapshot.decisions):
            got = snapshot.received.get(each.submission)
            name = snapshot.names.get(got.member.school if got else snapshot.listing.about_code(each), "")
            about = _about(each, snapshot)
            rows.append(
                [
                    when(each.at),
                    KIND_WORDS.get(each.kind, each.kind),
                    name,
                    Look(about, self.theme.dim, tip=about),
                    Look(each.reason, tip=each.reason),
                    Look(self.tr("已签名") if each.signature else unsigned, self.theme.dim),
                ]
            )
        return rows


def _about(each: Decision, snapshot: Snapshot) -> str:
    """Say what a decision is about: a file, a cell, a key, a list."""
    if each.kind == REVOKE:
        digits = snapshot.digits.get(each.detail("key"), "")
        return f"密钥 {digits[:SIGNER_DIGITS]}…,最后有效 {each.submission[:ID_DIGITS] or '无'}"
    if each.submission:
        got = snapshot.received.get(each.submission)
        return got.file_name if got else each.submission[:ID_DIGITS]
    if each.kind == CLOSE:
        return f"第 {each.details.get('number')} 次,合并指纹 {closing.fingerprint_of(each)}"
    known = {one.id: one for one in snapshot.decisions}
    one = known.get(each.detail("overlay"), each)
    spec = SCHOOL_RECORDS.get(one.detail("record"))
    return f"{spec.label} · {spec.fields[one.detail('field')].heading}" if spec else ""


def _version(member: Member, snapshot: Snapshot) -> str:
    """Write a version in one line: number, state, when, by which key, id."""
    got: Received = snapshot.received[member.id]
    digits = snapshot.digits[got.public_key][:SIGNER_DIGITS]
    return (
        f"第 {member.seq} 次 · {STATE_WORDS[member.state]} · {when(got.received)} 收到 · "
        f"密钥 {digits}… · 编号 {member.id[:ID_DIGITS]}"
    )
