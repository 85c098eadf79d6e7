"""年报导出: the all-county export is rehearsed, asked about, and becomes the county's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from eduapp.services.county import national
from eduapp.services.pairing import ROW_WORDS
from ui.common.theme import CAUTION, DONE
from ui.county.asking_panel import LEFT, NOTE, AskingPanel, FileLine
from ui.county.page_widgets import button_of, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.national import NationalQuestion, NationalRehearsal
    from eduapp.services.merge.by_export import Statement
    from eduapp.services.merge.decisions import Decision
    from ui.common.theme import Theme
    from ui.county.asking_panel import PersonQuestion
    from ui.county.desk import Desk
    from ui.county.snapshot import Snapshot


class ExportPanel(AskingPanel):
    """Choose or drop, look, answer, take over; afterwards what stands, and taking it back."""

    WORDS = "选择教育事业统计全县导出"

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        empty = self.tr(
            "把教育事业统计全县导出的表格拖到这里:一份文件给出各校各学段的数字、七项指标和差异系数。\n"
            "先逐行说明,您确认后才成为县里的一份声明;学校交来自己的文件后,就由它代替。"
        )
        super().__init__(desk, theme, empty, self.tr("选择导出文件…"), self.tr("采用为县里的声明"))
        self.found: NationalRehearsal | None = None
        self.snapshot: Snapshot | None = None
        self.withdraw = button_of(
            self.tr("撤回声明"), self.take_back, self.tr("没有上报的学校不再有数字;随时可以再导入")
        )
        self.body.addLayout(row_of(self.after, None, self.withdraw, self.drop, self.accept))

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

    def show_found(self, found: NationalRehearsal) -> None:
        """Show what was rehearsed."""
        self.found, self._path = found, found.path
        self.headline.setText(
            self.tr("试读结果(尚未采用):{0} 个校点,属于 {1} 所学校{2}").format(
                len(found.sites),
                found.schools,
                self.tr(",{0} 个问题待回答").format(len(found.questions)) if found.questions else "",
            )
        )
        self.sum.setText("\n".join(_accounts(found)))
        before = self.tr("代替 {0} 的声明").format(found.before.on) if found.before is not None else ""
        self.after.setText(before if found.writes else self.tr("与现有的声明相同,没有要采用的。"))
        self._show_buttons(rehearsed=True)
        self._show_lines(found.questions, _lines(found))

    # --- as every panel of the kind ---

    def _read(self, path: Path, answers: Mapping[str, str]) -> None:
        self.desk.ask(
            self.tr("试读 {0}").format(path.name),
            lambda book: national.rehearse(book, path, answers),
            self.show_found,
        )

    def _answers_to(self, question: PersonQuestion) -> Iterable[tuple[str, str]]:
        """Yield who is offered first, then the whole list."""
        offered = dict(cast("NationalQuestion", question).offered)
        listed = self.snapshot.listing.by_code if self.snapshot is not None else {}
        others = {code: each.name for code, each in listed.items() if code not in offered}
        for code, name in (*offered.items(), *others.items()):
            yield f"{name}({code})", code
        yield self.tr("不采用"), national.LEAVE

    def _asked(self, question: PersonQuestion) -> str:
        offered = cast("NationalQuestion", question).offered
        near = "、".join(f"{name}({code})" for code, name in offered)
        return question.text + (f"相近的:{near}" if near else "")

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
        for each in (self.accept, self.drop, self.answer, self.answer_it, self.view, self.reason):
            each.setVisible(rehearsed)
        self.withdraw.setVisible(not rehearsed)
        self.accept.setEnabled(self.found is not None and bool(self.found.sites) and self.found.writes)
        self.show_body()

    def _stands(self) -> tuple[Statement, ...]:
        return self.snapshot.standing.statements if self.snapshot is not None else ()

    def _forget(self) -> None:
        self.found = None
        self._show_standing()

    def _taken_over(self, decision: Decision | None) -> None:
        self._forget()
        self.source.setFocus()  # what had the keyboard is gone
        self.desk.said.emit(
            self.tr("已成为县里的一份声明;没有上报的学校按它测算,不算已报。")
            if decision is not None
            else self.tr("与现有的声明相同,没有变化。")
        )

    def _taken_back(self, _: int) -> None:
        self._forget()
        self.desk.said.emit(self.tr("已撤回年报导出的声明。"))


def _lines(found: NationalRehearsal) -> Iterator[FileLine]:
    yield from (FileLine(LEFT, each.where, each.reason) for each in found.ignored)
    yield from (FileLine(NOTE, "", each) for each in found.notes)


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
