"""An import before and after it is done: every file with its outcome and reason, and the sum."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from eduapp.services.county.naming import called
from eduapp.services.hand_off import intake
from eduapp.services.hand_off.intake import ACCEPTED, CONFLICT, HELD, OLDER, OUTCOME_WORDS, REFUSED, UNCHANGED
from ui.common.plain import PushButton
from ui.common.static_table import Column, Look
from ui.common.theme import CAUTION, DONE, TROUBLE
from ui.county.list_panel import ListPanel
from ui.county.page_widgets import STATE_WORDS, UNKNOWN, WAITING, button_of, file_name, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.intake import FileOutcome, MergeReport
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

MARKS = {
    ACCEPTED: DONE,
    OLDER: WAITING,
    UNCHANGED: WAITING,
    CONFLICT: TROUBLE,
    HELD: UNKNOWN,
    REFUSED: TROUBLE,
}
ORDER = (REFUSED, CONFLICT, HELD, ACCEPTED, OLDER, UNCHANGED)
NEW, CORRECTED = "新增", "更正"


class RehearsalPanel(ListPanel["FileOutcome"]):
    """Rehearse, look, accept; afterwards the same table says what was done and can be taken back."""

    held_asked = Signal()
    """The held files are asked for."""
    receipts_asked = Signal(object)
    """Folder -> codes of the schools whose files were read from it: their receipts are wanted there."""

    def __init__(
        self, desk: Desk, theme: Theme, folder: Callable[[], None], files: Callable[[], None]
    ) -> None:
        """Build the panel; `folder` and `files` ask for sources."""
        columns = (
            Column(self.tr("结果"), 6),
            Column(self.tr("学校"), 12),
            Column(self.tr("类别"), 6),
            Column(self.tr("文件"), 15),
            Column(self.tr("原因与处理"), 18),
        )
        empty = self.tr(
            "把装有上报文件的 U 盘、文件夹或文件拖到这里。\n"
            "先试读、逐个说明结果,您确认后才接收;同一个文件读多少次、按什么顺序读,结果都一样。"
        )
        super().__init__(desk, theme, columns, self._shown, empty=empty, numbered=True)
        self.report: MergeReport | None = None
        self.done = False
        self._paths: tuple[Path, ...] = ()
        self._undone = False
        self.sources = [
            button_of(self.tr("选择 U 盘或文件夹…"), folder),
            button_of(self.tr("选择文件…"), files),
        ]
        for words, ask in ((self.tr("选择 U 盘或文件夹…"), folder), (self.tr("选择文件…"), files)):
            self.hint.add(words, ask)
        self.headline = line_label(theme, wrap=True, bold=True)
        self.view.place_changed.connect(lambda _: self._explain())
        self.reason = line_label(theme, wrap=True)
        self.sum = line_label(theme, wrap=True)
        self._build_buttons()
        self.body.setSpacing(6)
        self.body.addLayout(row_of(self.headline, *self.sources))
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.sum)
        buttons = self.print_after, self.to_held, self.give_receipts, self.undo, self.drop, self.accept
        self.body.addLayout(row_of(*buttons))

    def rehearse(self, paths: Sequence[Path]) -> None:
        """Read files without writing anything."""
        self._paths = tuple(paths)
        self.desk.ask(
            self.tr("试读"), lambda book: intake.merge(book, self._paths, dry_run=True), self._rehearsed
        )

    def follow(self, snapshot: Snapshot) -> None:
        """Close what a newer state of the book has overtaken."""
        self.undo.setEnabled(self.done and not self._undone)
        if snapshot.held and self.report is not None:
            self.to_held.setText(self.tr("处理待核验 {0} 个…").format(len(snapshot.held)))

    def take_in(self) -> None:
        """Accept what was rehearsed: the real import."""
        shown = self.report.files if self.report is not None else ()
        self.desk.act(
            self.tr("接收"), lambda book: intake.merge(book, self._paths, shown=shown), self.show_done
        )

    def take_back(self) -> None:
        """Take the submissions of this import out of the view again."""
        ids = [each.submission for each in self._joined()]

        def withdraw(book: CountyBook) -> int:
            intake.undo(book, ids)
            return len(ids)

        self.desk.act(self.tr("撤回本次导入"), withdraw, self._taken_back)

    def places(self) -> dict[Path, set[str]]:
        """Return where this import's files came from, and the schools whose files lay there."""
        found: dict[Path, set[str]] = {}
        for each in self.report.files if self.report else ():
            at = Path(each.path)
            source = next((path for path in self._paths if path == at or path in at.parents), None)
            if each.school and source is not None:
                found.setdefault(at.parent if source == at else source, set()).add(each.school)
        return found

    def show_done(self, report: MergeReport) -> None:
        """Show what an import did."""
        self._show(report, done=True)

    def _rehearsed(self, report: MergeReport) -> None:
        self._show(report, done=False)

    # --- building ---

    def _build_buttons(self) -> None:
        self.print_after = line_label(self.theme, dim=True)
        self.accept: PushButton = button_of("", self.take_in)
        self.accept.setDefault(True)
        self.drop = button_of(self.tr("放弃"), self._forget)
        self.undo = button_of(
            self.tr("撤回本次导入"), self.take_back, self.tr("汇总回到没有收过这些文件的样子;随时可以恢复")
        )
        self.to_held = button_of(self.tr("处理待核验…"), self.held_asked.emit)
        self.give_receipts = button_of(
            self.tr("写回执到原 U 盘"),
            lambda: self.receipts_asked.emit(self.places()),
            self.tr("把这几所学校的回执写回刚才的 U 盘或文件夹"),
        )

    # --- showing ---

    def _show(self, report: MergeReport, *, done: bool) -> None:
        self.report, self.done, self._undone = report, done, False
        self.view.sortByColumn(-1, self.view.horizontalHeader().sortIndicatorOrder())
        files = sorted(report.files, key=lambda each: (ORDER.index(each.outcome), each.path))
        self.show_rows(files)
        self.headline.setText(_headline(report, done=done))
        others = (
            self.tr(";另有 {0} 个文件不是上报文件,未读").format(len(report.others)) if report.others else ""
        )
        self.sum.setText("\n".join((report.sum_text + others, *report.notes)))
        self.print_after.setText(
            self.tr("接收后合并指纹 {0}").format(report.fingerprint_words) if not done else ""
        )
        joining, waiting = len(self._joined()), _distinct_held(report)
        said = [self.tr("接收 {0} 个").format(joining)] if joining or not waiting else []
        said += [self.tr("留存 {0} 个").format(waiting)] if waiting else []
        self.accept.setText(",".join(said))
        self.accept.setVisible(not done)
        self.accept.setEnabled(bool(joining + waiting))
        self.drop.setVisible(not done)
        self.undo.setVisible(done and joining > 0)
        self.undo.setEnabled(True)
        self.to_held.setVisible(done and waiting > 0)
        self.give_receipts.setVisible(done and bool(self.places()))
        self.show_body()
        if files:
            self.view.selectRow(0)
        self._explain()

    def _shown(self, row: FileOutcome) -> list[Look | str]:
        theme = self.theme
        colour = {ACCEPTED: theme.good, HELD: theme.warn, REFUSED: theme.bad, CONFLICT: theme.bad}
        tint = {HELD: theme.soft_tint, REFUSED: theme.hard_tint, CONFLICT: theme.hard_tint}
        word = OUTCOME_WORDS[row.outcome].split(",")[0]
        kind = ""
        if row.outcome in {ACCEPTED, CONFLICT}:
            kind = CORRECTED if row.replaces else NEW
        if row.state:
            kind = f"{kind} {STATE_WORDS[row.state]}".strip()
        why, name = reason_of(row), called(self.desk.book, row.school, row.name) if row.name else ""
        return [
            Look(
                f"{MARKS[row.outcome]} {word}",
                colour.get(row.outcome, theme.dim),
                tint.get(row.outcome, ""),
                order=float(ORDER.index(row.outcome)),
            ),
            Look(name or "—", tip=f"{name} {row.school}".strip()),
            kind,
            Look(file_name(row.path), theme.dim, tip=row.path),
            Look(why, tip=why),
        ]

    def _explain(self) -> None:
        text = reason_of(self.current) if self.current is not None else ""
        self.reason.setText(text)
        self.reason.setVisible(bool(text))

    def _joined(self) -> list[FileOutcome]:
        """The files that join the set by this import."""
        files = self.report.files if self.report else ()
        return [outcome for outcome in files if outcome.outcome in {ACCEPTED, OLDER, CONFLICT}]

    def _taken_back(self, count: int) -> None:
        self._undone = True
        self.undo.setEnabled(False)
        self.headline.setText(self.tr("已撤回 {0} 个文件;可在「导入记录」中恢复。").format(count))

    def _forget(self) -> None:
        self.report = None
        self.show_body(filled=False)


def reason_of(each: FileOutcome) -> str:
    """Return why a file fared as it did.

    The digits of a key that is not admitted are left out: they are to be typed from paper.
    """
    if each.code == "key-not-admitted":
        return "这个签名密钥还没有登记,文件已留存。请按学校纸质登记表上的 30 位数字登记,登记后自动接收。"
    if each.outcome == UNCHANGED and not each.text:
        return "这个文件此前已经接收过,内容相同。"
    return "\n".join(text for text in (each.text, *each.differs) if text)


def _distinct_held(report: MergeReport) -> int:
    """Count held submissions; copies of one file are kept once."""
    return len({(each.submission, each.signer) for each in report.files if each.outcome == HELD})


def _headline(report: MergeReport, *, done: bool) -> str:
    new = sum(each.outcome == ACCEPTED and not each.replaces for each in report.files)
    corrected = report.counts[ACCEPTED] - new
    refused = Counter(each.code for each in report.files if each.outcome == REFUSED)
    parts = []
    for count, words in ((new, "{} 个新增"), (corrected, "{} 个更正")):
        if count:
            parts.append(words.format(count))
    if report.counts[CONFLICT]:
        parts.append(f"{report.counts[CONFLICT]} 个冲突")
    held, files = _distinct_held(report), report.counts[HELD]
    if held:
        parts.append(f"{held} 个待核验" + (f"({files} 个文件,有重复)" if files > held else ""))
    if refused:
        parts.append(f"{sum(refused.values())} 个拒收")
    differing = sum(bool(each.differs) for each in report.files)
    if differing:
        parts.append(f"{differing} 个与名册不符")
    what = "、".join(parts) or "没有新的内容"
    if not report.read:
        return f"{CAUTION} 没有找到上报文件(.edusub)。请检查 U 盘是否插好、文件夹是否选对。"
    return f"{DONE} 导入完成:{what}。" if done else f"试读结果(尚未接收):{what}。"
