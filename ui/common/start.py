"""The first page when no workbook is given: make one, open one or one of the last, look at a submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QSizePolicy, QVBoxLayout, QWidget

from ui.common.plain import Label, ListItem, PushButton, set_tip, set_title
from ui.common.preflight_flow import ask_preflight
from ui.common.pressing import enter_presses
from ui.common.problems import MessageLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from db.problems import Problem
    from ui.common.theme import Theme

SUFFIX, SUBMISSION = ".edubook", ".edusub"


class StartPage(QWidget):
    """A small window of its own; it is closed once a workbook is open."""

    open_wanted = Signal(str)
    new_school_wanted = Signal()
    new_county_wanted = Signal()
    view_wanted = Signal(str)
    """A submission (a path) that is to be looked at."""
    restore_wanted = Signal(str)
    """A workbook that does not open, and has backups."""
    accept_wanted = Signal(str)
    """A workbook that does not open because this computer knows otherwise."""

    def __init__(self, theme: Theme, recent: Sequence[Path] = ()) -> None:
        """Offer the workbooks opened last."""
        super().__init__()
        set_title(self, self.tr("义务教育优质均衡 - 开始"))
        self.setAcceptDrops(True)
        self.message = MessageLine(theme)
        title = Label(self.tr("义务教育优质均衡 数据填报与汇总"))
        font = title.font()
        font.setPointSize(font.pointSize() + 6)
        font.setBold(True)
        title.setFont(font)
        self.school = PushButton(self.tr("新建学校工作簿…"))
        self.school.clicked.connect(self.new_school_wanted)
        self.county = PushButton(self.tr("新建县级工作簿…"))
        self.county.clicked.connect(self.new_county_wanted)
        self.open = PushButton(self.tr("打开工作簿…"))
        self.open.clicked.connect(self._ask)
        self.look = PushButton(self.tr("查看上报文件…"))
        self.look.clicked.connect(self._ask_submission)
        self.check = PushButton(self.tr("自检…"))
        set_tip(self.check, self.tr("看这台电脑有没有不合适的地方,存一份报告"))
        self.check.clicked.connect(lambda _checked: ask_preflight(theme, self))
        self._build_ways_out()
        self.recent = QListWidget()
        self.recent.itemActivated.connect(self._open)
        self.recent.itemClicked.connect(self._open)
        for path in recent:
            self._add(path, theme)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        shown = (self.school, self.county, self.open, self.look, self.check)
        high = theme.row_height(self.font()) + 8
        for button in shown:
            button.setMinimumSize(120 if button is self.check else 150, high)
            buttons.addWidget(button)
        buttons.addStretch(1)
        words = self.tr("最近用过的") if self.recent.count() else self.tr("第一次使用:学校请新建学校工作簿。")
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 22, 28, 22)
        box.setSpacing(12)
        box.addWidget(title)
        box.addLayout(buttons)
        for part in (self.message, self.rescue, self.vouch, Label(words)):
            box.addWidget(part)
        box.addWidget(self.recent, 1)
        self.recent.setVisible(bool(self.recent.count()))
        if not self.recent.count():
            box.addStretch(1)
        self.resize(740, 420)
        enter_presses(*shown, self.rescue, self.vouch, self.message)

    def _build_ways_out(self) -> None:
        """Build what can be done where a workbook does not open."""
        self.offered = self.doubted = ""
        self.rescue = PushButton(self.tr("从它的备份恢复…"))
        self.rescue.clicked.connect(lambda _checked: self.restore_wanted.emit(self.offered))
        self.vouch = PushButton(self.tr("由负责人确认无误…"))
        self.vouch.setAutoDefault(False)
        self.vouch.clicked.connect(lambda _checked: self.accept_wanted.emit(self.doubted))
        for each in (self.rescue, self.vouch):
            each.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            each.hide()

    def say_trouble(self, problem: Problem, rescue: Path | None = None, doubted: Path | None = None) -> None:
        """Say what went wrong; `rescue` is a workbook that does not open and whose backups are offered.

        `doubted`: one that a person's word opens.
        """
        self.message.trouble(problem.text)
        self.offered = str(rescue or "")
        self.rescue.setVisible(rescue is not None)
        self.doubted = str(doubted or "")
        self.vouch.setVisible(doubted is not None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a workbook, look at a submission; of anything else say what comes first."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        known = next((each for each in paths if each.lower().endswith((SUFFIX, SUBMISSION))), "")
        if known:
            (self.view_wanted if known.lower().endswith(SUBMISSION) else self.open_wanted).emit(known)
        elif paths:
            self.message.caution(self.tr("请先打开或新建工作簿,再把文件拖进它的窗口。"))

    def _add(self, path: Path, theme: Theme) -> None:
        item = ListItem(f"{path.stem}    {path.parent}")
        item.setData(int(Qt.ItemDataRole.UserRole), str(path))
        set_tip(item, str(path))
        self.recent.addItem(item)

    def _open(self, item: ListItem) -> None:
        self.open_wanted.emit(str(item.data(int(Qt.ItemDataRole.UserRole))))

    def _ask(self) -> None:
        words = self.tr("工作簿 (*{0})").format(SUFFIX)
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - when it is asked for

        path, _ = QFileDialog.getOpenFileName(self, self.tr("打开工作簿"), str(Path.home()), words)
        if path:
            self.open_wanted.emit(path)

    def _ask_submission(self) -> None:
        words = self.tr("上报文件 (*{0});;所有文件 (*)").format(SUBMISSION)
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - when it is asked for

        path, _ = QFileDialog.getOpenFileName(self, self.tr("查看上报文件"), str(Path.home()), words)
        if path:
            self.view_wanted.emit(path)
