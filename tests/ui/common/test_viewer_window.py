"""The viewer: a real file of the practice school, read-only, and nothing of what must not be shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView

from db.records.personal_numbers import KEPT_HOME
from eduapp.services import entry
from eduapp.services.hand_off import viewing
from eduapp.services.hand_off.viewing import SubmissionSigner
from eduapp.services.practice import making as practice


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A school of the practice county typed something unreadable and handed over."""
    folder = tmp_path_factory.mktemp("practice")
    plan = practice.PLANS[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(folder / "data"))
        with practice.make_school(folder / "校.edubook", plan, 2026) as school:
            entry.set_complete(school, "room", complete=False)
            entry.add_row(school, "room", {"name": "老库房", "area": "约六十"})
            from eduapp.services import jobs
            from eduapp.services.hand_off import sending

            made = jobs.run(sending.export(school, folder, "draft"))
    return folder / made.file_name


@pytest.fixture
def shown(qtbot, theme, file):
    from ui.common.viewer_window import ViewerWindow

    def show(seen):
        window = ViewerWindow(theme, seen)
        qtbot.addWidget(window)
        window.show()
        return window

    return show


def show_table(window, title):
    rows = [row for row in range(window.list.count()) if window.list.item(row).text().split(" ")[0] == title]
    window.list.setCurrentRow(rows[0])


def column(window, at):
    return [window.table.look_at(row, at).text for row in range(window.table.rowCount())]


@pytest.mark.slow
def test_a_strangers_file_is_shown_by_its_cover_until_a_person_insists(qtbot, shown, file, artefacts):
    seen = viewing.view_file(file)
    window = shown(seen)
    asked = []
    window.insisted.connect(lambda: asked.append(1))
    assert window.list.count() == 2
    assert window.insist.isVisible()
    assert "未核验" in window.words.text()
    assert "签名指纹" in column(window, 0)
    window.grab().save(str(artefacts / "viewer-unknown.png"))
    qtbot.mouseClick(window.insist, Qt.MouseButton.LeftButton)
    assert asked == [1]
    window.fill(viewing.view_file(file, anyway=True))
    assert window.insist.isHidden()
    assert "未核验" in window.words.text()
    assert window.list.count() > 10
    window.close()


@pytest.mark.slow
def test_every_table_is_read_only_and_can_be_copied(qtbot, shown, file, artefacts):
    from dataclasses import replace

    window = shown(replace(viewing.view_file(file, anyway=True), signer=SubmissionSigner.CHECKED))
    assert window.words.text().startswith("✓ ")
    for row in range(window.list.count()):
        window.list.setCurrentRow(row)
        assert window.table.rowCount() > 0 or "0" in window.list.item(row).text()
        assert window.view.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
        assert not any(
            window.table.flags(window.table.index(at, 0)) & Qt.ItemFlag.ItemIsEditable
            for at in range(window.table.rowCount())
        )
    show_table(window, "教师")
    window.grab().save(str(artefacts / "viewer-teachers.png"))
    window.view.go_to(window.table.index(0, 0))
    qtbot.keyClick(window.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().strip() == window.table.look_at(0, 0).text != ""
    window.list.setCurrentRow(1)
    window.grab().save(str(artefacts / "viewer-verdicts.png"))
    show_table(window, "学校")
    window.grab().save(str(artefacts / "viewer-profile.png"))
    window.close()


def test_what_could_not_be_read_is_marked_and_counted(shown, file, artefacts, theme):
    window = shown(viewing.view_file(file, anyway=True))
    show_table(window, "校舍")
    marked = [
        window.table.look_at(row, at)
        for row in range(window.table.rowCount())
        for at in range(window.table.columnCount())
        if window.table.look_at(row, at).tint
    ]
    assert [each.text for each in marked] == [KEPT_HOME]
    assert marked[0].colour == theme.bad
    assert "1 处无法识别" in window.foot.text()
    assert "未勾选" in window.foot.text()
    window.grab().save(str(artefacts / "viewer-unread.png"))
    window.close()


@pytest.mark.parametrize(("signer", "mark"), [(SubmissionSigner.OWN, "✓"), (SubmissionSigner.UNCHECKED, "⚠")])
def test_the_banner_says_what_is_known_of_the_signer(shown, file, signer, mark):
    from dataclasses import replace

    window = shown(replace(viewing.view_file(file, anyway=True), signer=signer))
    assert window.words.text().startswith(mark)
    assert window.insist.isHidden()
    window.close()
