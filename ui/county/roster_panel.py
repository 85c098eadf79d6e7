"""学校名单: a spreadsheet of schools is rehearsed row by row, asked about, and joins the school list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from eduapp.services.county import school_rows
from eduapp.services.pairing import ROW_WORDS
from ui.county.asking_panel import LEFT, NOTE, AskingPanel, FileLine
from ui.county.page_widgets import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.school_rows import ListRehearsal, SchoolChange
    from ui.common.theme import Theme
    from ui.county.asking_panel import PersonQuestion
    from ui.county.desk import Desk

NEW, CHANGED = "新增", "更改"
ANSWERS = (("列入名单", "take"), ("不列入", "leave"))
"""The answers to a question about rows, as the command line takes them."""


class RosterPanel(AskingPanel):
    """Which schools would be on the list, what would be said of them otherwise, what was left out."""

    WORDS = "选择学校名单"
    taken = Signal()
    """The list was taken over."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        empty = self.tr(
            "把学校名单(表格)拖到这里:至少有学校代码、学校名称两列,可以有区县代码、学校类型、校区所属、"
            "乡镇、状态、联系人、联系电话。\n先逐行说明,您确认后才列入名单;名单里已有的学校按代码更改。"
        )
        super().__init__(desk, theme, empty, self.tr("选择学校名单…"), self.tr("列入学校名单"))
        self.found: ListRehearsal | None = None
        self.body.addLayout(row_of(self.after, None, self.drop, self.accept))

    def take_over(self) -> None:
        found = self.found
        if found is not None:
            self.desk.act(
                self.tr("导入学校名单"),
                lambda book: _take_over(book, found),
                lambda came: self._done(found, came),
            )

    def show_found(self, found: ListRehearsal) -> None:
        """Show what was rehearsed."""
        self.found, self._path = found, found.path
        asked = found.roster.questions
        said = self.tr(",{0} 个问题待回答").format(len(asked)) if asked else ""
        self.headline.setText(
            self.tr("试读结果(尚未列入):{0} 所学校{1}").format(len(found.roster.schools), said)
        )
        self.sum.setText("\n".join(_accounts(found)))
        self.accept.setEnabled(found.writes)
        self.after.setText("" if found.writes else self.tr("与现有的名单相同,没有要列入的。"))
        self._show_lines(asked, _lines(found))

    # --- as every panel of the kind ---

    def _read(self, path: Path, answers: Mapping[str, str]) -> None:
        self.desk.ask(
            self.tr("试读 {0}").format(path.name),
            lambda book: school_rows.rehearse(book, path, answers),
            self.show_found,
        )

    def _answers_to(self, question: PersonQuestion) -> Iterable[tuple[str, str]]:
        del question  # all are of one kind: whether rows are taken
        return [(self.tr(words), answer) for words, answer in ANSWERS]

    def _forget(self) -> None:
        self.found = None
        self.show_body(filled=False)

    def _done(self, found: ListRehearsal, came: int) -> None:
        self._forget()
        self.desk.said.emit(_done_words(found, came))
        self.taken.emit()


def _take_over(book: CountyBook, found: ListRehearsal) -> int:
    """Take over, and try again what was held because its school was not on the list; return how many."""
    from eduapp.services.hand_off import intake  # noqa: PLC0415 - in the job

    school_rows.take_over(book, found)
    return len(intake.retry_held(book))


def _done_words(found: ListRehearsal, came: int) -> str:
    rows = found.rows
    said = f"已列入学校名单:新增 {rows['new']} 校,更改 {rows['changed']} 校,相同 {rows['unchanged']} 校"
    left = found.roster.rows_read - len(found.roster.schools)
    said += f";文件里其余 {left} 行没有列入" if left else ""
    return said + (f";此前待核验的 {came} 个文件已重新处理。" if came else "。")


def _accounts(found: ListRehearsal) -> list[str]:
    """Say what becomes of every row of the file: the parts add up to what was read."""
    said = "、".join(
        f"{words} {found.rows[name]} 行" for name, words in ROW_WORDS.items() if found.rows[name]
    )
    lines = [f"读取 {found.roster.rows_read} 行:{said or '没有内容'}"]
    if found.kept:
        lines.append(f"名单里有、文件里没有的 {found.kept} 所学校保留不变")
    return lines


def _lines(found: ListRehearsal) -> Iterator[FileLine]:
    yield from (FileLine(NOTE, "", each) for each in found.notes)
    yield from (FileLine(LEFT, each.where, each.reason) for each in found.roster.ignored)
    for each in sorted(found.changes, key=lambda each: not each.label):
        yield FileLine(CHANGED if each.label else NEW, f"{each.code} {each.name}", _change(each))


def _change(each: SchoolChange) -> str:
    return f"{each.label}:{each.old or '(空)'} → {each.new}" if each.label else each.new
