"""What is dropped on the first page: opened, looked at, or told what comes first."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from ui.common.start import StartPage


@pytest.mark.parametrize(
    ("names", "opened", "looked", "said"),
    [
        (["校.edubook"], ["校.edubook"], [], False),
        (["校.EDUSUB"], [], ["校.EDUSUB"], False),
        (["说明.txt", "校.edubook"], ["校.edubook"], [], False),
        (["教师.xlsx"], [], [], True),
    ],
)
def test_a_file_is_opened_looked_at_or_told_what_comes_first(
    qtbot, theme, tmp_path, names, opened, looked, said
):
    page = StartPage(theme)
    qtbot.addWidget(page)
    found = {"open": [], "look": []}
    page.open_wanted.connect(lambda path: found["open"].append(path.split("/")[-1]))
    page.view_wanted.connect(lambda path: found["look"].append(path.split("/")[-1]))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    how = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), *how)
    page.dragEnterEvent(entering)
    assert entering.isAccepted()
    page.dropEvent(QDropEvent(QPointF(5, 5), *how))
    assert (found["open"], found["look"]) == (opened, looked)
    assert ("请先打开或新建工作簿" in page.message.text) == said
