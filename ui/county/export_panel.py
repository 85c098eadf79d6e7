"""年报导出: the all-county export is rehearsed, asked about, and becomes the county's statement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFileDialog

from eduapp.services.county import national
from eduapp.services.pairing import ROW_WORDS
from ui.common.plain import PushButton, set_tip
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import Column, Look
from ui.common.theme import CAUTION, DONE
from ui.county.list_panel import ListPanel
from ui.county.parts import UNKNOWN, button_of, line_label, row_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.national import NationalQuestion, NationalRehearsal
    from eduapp.services.merge.by_export import Statement
    from eduapp.services.merge.decisions import Decision
    from ui.common.theme import Theme
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot

ASKED, LEFT, NOTE = "待回答", "未采用", "请核对"
_MARKS: Final = {ASKED: UNKNOWN, LEFT: CAUTION, NOTE: CAUTION}


@dataclass(frozen=True)
class ExportLine:
    """A line of a rehearsal: a question, a row that was left out, or something to look at."""

    kind: str
    where: str
    text: str
    question: NationalQuestion | None = None


class ExportPanel(ListPanel[ExportLine]):
    """Choose or drop, look, answer, take over; afterwards what stands, and taking it back."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        columns = (Column(self.tr("结果"), 6), Column(self.tr("位置"), 12), Column(self.tr("说明"), 40))
        empty = self.tr(
            "把教育事业统计全县导出的表格拖到这里:一份文件给出各校各学段的数字、七项指标和差异系数。\n"
            "先逐行说明,您确认后才成为县里的一份声明;学校交来自己的文件后,就由它代替。"
        )
        super().__init__(desk, theme, columns, self._shown, empty=empty)
        self.found: NationalRehearsal | None = None
        self.snapshot: Snapshot | None = None
        self._answers: dict[str, str] = {}
        self._path: Path | None = None
        self.hint.add(self.tr("选择导出文件…"), self.choose)
        self.headline = line_label(theme, wrap=True, bold=True)
        self.sum = line_label(theme, wrap=True)
        self.view.selection_moved.connect(self._offer)
        self._build_buttons()
        self.body.setSpacing(6)
        self.body.addWidget(self.headline)
        self.body.addWidget(self.sum)
        self.body.addWidget(self.view, 1)
        self.body.addLayout(row_of(self.answer, self.answer_it, None, self.source))
        self.body.addLayout(row_of(self.after, None, self.withdraw, self.drop, self.accept))

    def choose(self) -> None:
        """Ask for a file."""
        from ui.common.import_dialog import SPREADSHEETS  # noqa: PLC0415 - a dialog, not the panel

        words, kinds = self.tr("选择教育事业统计全县导出"), f"{self.tr('表格')} {SPREADSHEETS}"
        path, _ = QFileDialog.getOpenFileName(self, words, "", kinds)
        if path:
            self.rehearse(Path(path))

    def rehearse(self, path: Path, answers: Mapping[str, str] | None = None) -> None:
        """Read a file without writing anything."""
        self._path, self._answers = path, dict(answers or {})
        said = dict(self._answers)
        self.desk.ask(
            self.tr("试读 {0}").format(path.name),
            lambda book: national.rehearse(book, path, said),
            self._rehearsed,
        )

    def answer_now(self) -> None:
        """Take the chosen answer to the chosen question, and look again."""
        row, said = self.current, self.answer.currentData()
        if row is None or row.question is None or self._path is None or not isinstance(said, str) or not said:
            return
        self.rehearse(self._path, {**self._answers, row.question.id: said})

    def take_over(self) -> None:
        """Make the statement."""
        found = self.found
        if found is not None:
            self.desk.act(
                self.tr("采用年报导出"), lambda book: national.take_over(book, found), self._taken_over
            )

    def take_back(self) -> None:
        """Take what stands back."""
        stands = self._stands()

        def withdraw(book: CountyBook) -> int:
            for each in stands:
                national.withdraw(book, each.decision)
            return len(stands)

        self.desk.act(self.tr("撤回年报导出"), withdraw, self._taken_back)

    def fill(self, snapshot: Snapshot) -> None:
        """Show what stands; a rehearsal that is open stays."""
        self.snapshot = snapshot
        if self.found is None:
            self._show_standing()

    # --- building ---

    def _build_buttons(self) -> None:
        self.answer = ComboBox()
        self.answer.setAccessibleName(self.tr("回答"))
        self.answer.setMinimumWidth(self.theme.char_width(self.font()) * 24)
        self.answer_it = button_of(self.tr("就是这一所"), self.answer_now)
        self.answer.currentIndexChanged.connect(lambda _: self._fit_answer())
        self.source = button_of(self.tr("选择导出文件…"), self.choose)
        self.after = line_label(self.theme, dim=True)
        self.accept: PushButton = button_of(self.tr("采用为县里的声明"), self.take_over)
        self.accept.setDefault(True)
        self.drop = button_of(self.tr("放弃"), self._forget)
        self.withdraw = button_of(
            self.tr("撤回声明"), self.take_back, self.tr("没有上报的学校不再有数字;随时可以再导入")
        )

    # --- showing ---

    def _rehearsed(self, found: NationalRehearsal) -> None:
        self.found = found
        lines = [ExportLine(ASKED, each.where, _asked(each), each) for each in found.questions]
        lines += [ExportLine(LEFT, each.where, each.reason) for each in found.ignored]
        lines += [ExportLine(NOTE, "", each) for each in found.notes]
        self.show_rows(lines)
        self.headline.setText(
            self.tr("试读结果(尚未采用):{0} 个校点,属于 {1} 所学校{2}").format(
                len(found.sites),
                found.schools,
                self.tr(",{0} 个问题待回答").format(len(found.questions)) if found.questions else "",
            )
        )
        self.sum.setText("\n".join(_accounts(found)))
        self.after.setText(
            self.tr("代替 {0} 的声明").format(found.before.on) if found.before is not None else ""
        )
        self._show_buttons(rehearsed=True)
        if lines:
            self.view.selectRow(0)
        self._offer()

    def _show_standing(self) -> None:
        stands = self._stands()
        self.show_rows([])
        self._show_buttons(rehearsed=False)
        self.show_body(filled=bool(stands))
        if not stands or self.snapshot is None:
            return
        by_export = len(self.snapshot.report.by_export)
        words = self.tr("{0} 所学校来自年报,不算已报;交来上报文件后由它代替。").format(by_export)
        if len(stands) > 1:
            words = self.tr("有 {0} 份互不相承的声明,都不计入;请再导入一份,或都撤回。").format(len(stands))
        self.headline.setText(words)
        self.sum.setText("\n".join(map(_standing, stands)))
        self.after.setText("")

    def _show_buttons(self, *, rehearsed: bool) -> None:
        for each in (self.accept, self.drop, self.answer, self.answer_it):
            each.setVisible(rehearsed)
        self.view.setVisible(rehearsed)
        self.withdraw.setVisible(not rehearsed)
        self.accept.setEnabled(self.found is not None and bool(self.found.sites))
        self.show_body()

    def _offer(self) -> None:
        """Fill the answers to the chosen question: who is offered first, then the whole list."""
        question = self.current.question if self.current is not None else None
        self.answer.clear()
        for each in (self.answer, self.answer_it):
            each.setVisible(question is not None)
        if question is None or self.snapshot is None:
            return
        offered = dict(question.offered)
        others = {
            code: each.name for code, each in self.snapshot.listing.by_code.items() if code not in offered
        }
        self.answer.addItem(self.tr("请选择…"), "")
        for code, name in (*offered.items(), *others.items()):
            self.answer.addItem(f"{name}({code})", code)
        self.answer.addItem(self.tr("不采用"), national.LEAVE)
        self._fit_answer()

    def _fit_answer(self) -> None:
        said = bool(self.answer.currentData())
        self.answer_it.setEnabled(said)
        set_tip(self.answer_it, "" if said else self.tr("请先选择一所学校"))

    def _shown(self, row: ExportLine) -> list[Look | str]:
        colour = self.theme.warn if row.kind == ASKED else self.theme.dim
        tint = self.theme.soft_tint if row.kind == ASKED else ""
        where = Look(row.where, self.theme.dim, tip=row.where)
        return [Look(f"{_MARKS[row.kind]} {row.kind}", colour, tint), where, Look(row.text, tip=row.text)]

    def _stands(self) -> tuple[Statement, ...]:
        return self.snapshot.standing.statements if self.snapshot is not None else ()

    def _forget(self) -> None:
        self.found = None
        self._show_standing()

    def _taken_over(self, decision: Decision | None) -> None:
        self._forget()
        self.desk.said.emit(
            self.tr("已成为县里的一份声明;没有上报的学校按它测算,不算已报。")
            if decision is not None
            else self.tr("与现有的声明相同,没有变化。")
        )

    def _taken_back(self, _: int) -> None:
        self._forget()
        self.desk.said.emit(self.tr("已撤回年报导出的声明。"))


def _asked(question: NationalQuestion) -> str:
    near = "、".join(f"{name}({code})" for code, name in question.offered)
    return question.text + (f"相近的:{near}" if near else "")


def _accounts(found: NationalRehearsal) -> list[str]:
    """Say what becomes of every row of the file: the parts add up to what was read."""
    said = "、".join(
        f"{words} {found.rows[name]} 行" for name, words in ROW_WORDS.items() if found.rows[name]
    )
    lines = [f"读取 {found.reading.rows_read} 行:{said or '没有内容'}"]
    if found.removed:
        lines.append(f"现有声明里有、这一份里没有的 {found.removed} 个校点将不再采用")
    if found.reading.missing:
        lines.append(f"没有这些项目的列,相应指标数据不足:{'、'.join(found.reading.missing)}")
    return lines


def _standing(each: Statement) -> str:
    signed = f"{DONE} 已签名" if each.signed else f"{CAUTION} 未签名(本县没有建立密钥)"
    about = f"{each.on} 的声明,来自「{each.file_name}」,{len(each.sites)} 个校点"
    return f"{about};{signed};内容 {each.content[:12]}"
