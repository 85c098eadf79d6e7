"""县级更正: another value in one cell of a school, with its reason; what stands, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from db.records.catalog import SCHOOL_RECORDS
from db.records.values import Choice, YesNo
from eduapp.services.county import correcting
from ui.common.plain import set_tip
from ui.common.plain_boxes import ComboBox
from ui.common.static_table import Column, Look
from ui.common.theme import CAUTION, DONE
from ui.county.cell_panel import CellPanel
from ui.county.page_widgets import button_of, row_of, when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.overlays import Placed
    from ui.common.theme import Theme
    from ui.county.cell_panel import Place
    from ui.county.desk import Desk
    from ui.county.school_cells import PickedCell
    from ui.county.snapshot import Snapshot

YES_NO = ("是", "否")


class CorrectionsPanel(CellPanel["Placed"]):
    """Above the school's own tables with the form for one cell; below the overlays there are."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        """Build the panel."""
        columns = (
            Column(self.tr("状态"), 5),
            Column(self.tr("学校"), 10),
            Column(self.tr("位置"), 17),
            Column(self.tr("更正前"), 6, right=True),
            Column(self.tr("更正后"), 6, right=True),
            Column(self.tr("时间"), 6),
            Column(self.tr("理由"), 10),
        )
        super().__init__(desk, theme, columns, self._shown, self._place)
        self._names: Mapping[str, str] = {}
        self.picker.picked.connect(self._pick)
        self.picker.opened.connect(lambda _: self._value_field().setFocus())
        self._build_form()
        self.why_back = QLineEdit(placeholderText=self.tr("撤销的理由(可不填)"))
        self.back = self.action(self.tr("撤销所选更正"), self.take_back)
        form = row_of(self.value, self.choice, self.reason, self.correct_it)
        self.arrange(form, self.count, self.view, row_of(self.why_back, self.back))
        self._pick(None)

    def fill(self, snapshot: Snapshot) -> None:
        """Show the overlays, and the schools that can be corrected."""
        placed, self._names = snapshot.overlays, snapshot.names
        self.picker.mark(
            {
                each.overlay.cell: self.tr("县级更正为 {0}:{1}").format(each.after, each.overlay.reason)
                for each in placed
                if each.holds
            }
        )
        self.picker.fill(snapshot)
        self.show_rows(placed)
        stale = sum(not each.holds for each in placed)
        words = self.tr("县级更正 {0} 格").format(len(placed) - stale)
        late = self.tr(",另有 {0} 格已失效(学校所报已变,不再更正)").format(stale) if stale else ""
        self.count.setText(words + late)
        self._enable()

    def correct(self) -> None:
        """Write the overlay that the form states."""
        found, reason = self.picker.cell, self.reason.text().strip()
        typed = self._typed()
        if found is None or not reason:
            return
        place = (found.record, found.key, found.field)

        def write(book: CountyBook) -> None:
            correcting.correct(book, found.school, place, typed, reason)

        self.desk.act(self.tr("县级更正"), write, self._corrected)

    def take_back(self) -> None:
        """Take the selected overlays back."""
        chosen, reason = self.chosen, self.why_back.text()

        def lift(book: CountyBook) -> int:
            for each in chosen:
                correcting.lift(book, each.overlay.decision, reason)
            return len(chosen)

        self.desk.act(self.tr("撤销更正"), lift, self._taken_back)

    # --- building ---

    def _build_form(self) -> None:
        self.value = QLineEdit(placeholderText=self.tr("更正为(不填表示未填)"))
        self.value.setFixedWidth(self.theme.char_width(self.font()) * 14)
        self.choice = ComboBox()
        self.choice.setAccessibleName(self.tr("更正为"))
        self.reason = QLineEdit(placeholderText=self.tr("理由(必填),如:实地核查,实有 12 间"))
        self.correct_it = button_of(self.tr("更正"), self.correct)
        self.reason.textChanged.connect(lambda _: self._enable())
        self.reason.returnPressed.connect(self.correct)
        self.value.textChanged.connect(lambda _: self._enable())
        self.choice.currentIndexChanged.connect(lambda _: self._enable())

    # --- following ---

    def _pick(self, found: PickedCell | None) -> None:
        """Show the cell that is current, with its choices where it has some."""
        options: tuple[str, ...] = ()
        if found is None:
            self.about.setText(self.tr("请选择一格。学校报来的文件不变,更正另行记录,随每张报表列出。"))
        else:
            words = found.words
            if found.base is None and not SCHOOL_RECORDS[found.record].is_list:
                words += self.tr("　学校没有填;名单勾了「本表已填全」的,指标按名单算,请更正名单里的格")
            self.about.setText(words)
            kind = SCHOOL_RECORDS[found.record].fields[found.field].item.kind
            if isinstance(kind, Choice):
                options = tuple(words for _, words in kind.options)
            elif isinstance(kind, YesNo):
                options = YES_NO
        self.choice.clear()
        self.choice.addItems(["", *options])
        self.choice.setVisible(bool(options))
        self.value.setVisible(not options)
        self.value.clear()
        self._enable()

    def _value_field(self) -> QWidget:
        return self.choice if self.choice.isVisible() else self.value

    def _typed(self) -> str:
        return self.choice.currentText() if not self.choice.isHidden() else self.value.text()

    def _enable(self) -> None:
        ready = self.picker.cell is not None and bool(self.reason.text().strip())
        self.correct_it.setEnabled(ready)
        set_tip(self.correct_it, "" if ready else self.tr("请先选择一格并填写理由"))

    def _corrected(self, _: object) -> None:
        self.reason.clear()
        self.value.clear()
        self.desk.said.emit(self.tr("已更正;指标和报表按更正后的值计算,并列出这一格。"))

    def _taken_back(self, count: int) -> None:
        self.why_back.clear()
        self.desk.said.emit(self.tr("已撤销 {0} 格更正,按学校所报计算。").format(count))

    def _place(self, row: Placed) -> Place:
        return row.overlay.cell

    def _shown(self, row: Placed) -> list[Look | str]:
        theme, one = self.theme, row.overlay
        where = f"{row.label} · {row.row}" if row.row else row.label
        if row.holds:
            state = Look(f"{DONE} 有效", theme.good)
        else:
            why = self.tr("学校现在所报为 {0},与更正时不同").format(row.stated or self.tr("(无此行)"))
            state = Look(f"{CAUTION} 已失效", theme.warn, theme.soft_tint, why)
        return [
            state,
            self._names.get(one.school, one.school),
            Look(where, tip=where),
            row.before,
            Look(row.after, tip=row.after),
            Look(when(one.at), theme.dim),
            Look(one.reason, tip=one.reason),
        ]
