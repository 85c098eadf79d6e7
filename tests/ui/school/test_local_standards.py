"""A school judged by a local plan beside the national standard: the panel, the dialogs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics

from eduapp.services import entry, workbooks
from eduapp.standards.results import Outcome
from ui.common.findings_panel import FindingsPanel
from ui.common.standards_field import StandardsDialog, StandardsField
from ui.common.verdict_row import VerdictRow
from ui.school.new_school import NewSchoolDialog


@pytest.fixture
def book(tmp_path):
    ids = ("national-2017", "datonghu-2025")
    school = workbooks.NewSchool("3143000123", "甲中学", "311", 2026, standards=ids)
    with workbooks.create_school(tmp_path / "甲.edubook", school) as book:
        values = dict.fromkeys(("transferred_in", "transferred_out", "died"), "0")
        values |= {"graduates": "97", "cohort": "100"}
        for name, text in values.items():
            entry.set_cell(book, "section_total", "lower_secondary", name, text)
        yield book


@pytest.fixture
def panel(qtbot, theme, book):
    from eduapp.services.checking import check

    made = FindingsPanel(theme)
    qtbot.addWidget(made)
    made.show_report(check(book))
    return made


def test_the_local_row_stands_below_the_national_one(panel):
    rows = [(row.verdict.standard, row.verdict.code) for row in panel.rows]
    at = rows.index(("national-2017", "Q1"))
    assert rows[at + 1] == ("datonghu-2025", "Q1")
    assert rows.index(("datonghu-2025", "DTH05")) > max(
        number for number, row in enumerate(rows) if row[0] == "national-2017"
    )


def test_the_local_row_says_how_it_stands_to_the_national_one(panel):
    assert panel.row("Q1").lines == ()
    local = panel.local_row("datonghu-2025", "Q1")
    assert local.lines == ("未达标 · 还差 1 人", "地方 · 严于国家标准(≥ 95%,教督〔2017〕6号)")
    assert "具体措施第28条" in local.toolTip()


def test_a_plan_has_its_own_heading_and_the_national_count_stays(panel):
    titles = [title.text() for title in panel._titles]
    assert titles[-1].startswith("大通湖区优质均衡创建方案另有的要求:")
    national = sum(row.verdict.standard == "national-2017" for row in panel.rows) - 7
    assert titles[-2].startswith(f"学校整体:{national} 项中 ")


def test_rows_follow_an_edit_without_being_built_anew(panel, book):
    from eduapp.services.checking import check

    row = panel.local_row("datonghu-2025", "Q1")
    entry.set_cell(book, "section_total", "lower_secondary", "graduates", "98")
    panel.show_report(check(book))
    assert panel.local_row("datonghu-2025", "Q1") is row
    assert row.verdict.outcome == "met"
    assert row.lines == ("地方 · 严于国家标准(≥ 95%,教督〔2017〕6号)",)


def tick(field, standard):
    item = next(each for each in field._items() if each.data(int(Qt.ItemDataRole.UserRole)) == standard)
    item.setCheckState(Qt.CheckState.Checked)


def test_the_field_starts_with_the_national_standard(qtbot):
    field = StandardsField()
    qtbot.addWidget(field)
    assert field.ids == ("national-2024",)
    tick(field, "datonghu-2025")
    tick(field, "national-2012")
    assert field.ids == ("national-2024", "national-2012", "datonghu-2025")
    field.choose(["national-2024", "huize-2023"])
    assert field.ids == ("national-2024", "huize-2023")


def test_a_new_workbook_takes_the_choice_and_the_dialog_fits_a_small_screen(qtbot, theme, tmp_path):
    dialog = NewSchoolDialog(theme)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.width() <= 1093
    assert dialog.height() <= 614 - 40
    dialog.name.setText("乙校")
    dialog.code.setText("2143000001")
    dialog.kind.setCurrentIndex(dialog.kind.findData("211"))
    dialog.place.text.setText(str(tmp_path))
    tick(dialog.standards, "huize-2023")
    dialog.make()
    with workbooks.open_school(dialog.path) as book:
        assert [each.id for each in book.standards] == ["national-2024", "huize-2023"]


def test_an_approved_workbook_says_why_in_the_dialog(qtbot, theme, book, panel):
    book.workbook.set_meta(approved="1")

    def write(ids):
        workbooks.choose_standards(book, ids)

    dialog = StandardsDialog(theme, ["national-2017"], write, panel)
    qtbot.addWidget(dialog)
    dialog.keep()
    assert not dialog.result()
    assert [each.id for each in book.standards] == ["national-2017", "datonghu-2025"]
    assert dialog.message.text


class Traced(VerdictRow):
    """A row that keeps where it painted which words, as wide as they are."""

    def _text(self, painter, text, box, colour=None, *, right=False, bold=False):
        super()._text(painter, text, box, colour, right=right, bold=bold)
        wide = min(QFontMetrics(painter.font()).horizontalAdvance(text), box.width())
        left = box.right() - wide if right else box.left()
        self.words.append((text, QRectF(left, box.top() + 2, wide, box.height() - 4)))


LONG = (
    {},
    {"numerator": Fraction(123456789), "denominator": Fraction(100)},
    {"words": ("音乐 10/12 间,美术 11/12 间", "各 12 间")},
    {"words": ("音乐 10/12 间,美术 11/12 间,书法 1/12 间", "音乐 12 间,美术 12 间")},
)


@pytest.mark.slow
@pytest.mark.parametrize("width", [210, 330, 420])
@pytest.mark.parametrize("inferred", [(), ("口径",), ("限值", "口径", "日期")])
@pytest.mark.parametrize("outcome", [Outcome.MET, Outcome.UNMET])
def test_no_words_of_a_row_are_painted_over_others(qtbot, theme, panel, width, inferred, outcome):
    for row in (panel.row("Q1"), panel.local_row("datonghu-2025", "Q1")):
        cited = replace(row.verdict.citation, inferred=inferred)
        for given in LONG:
            verdict = replace(row.verdict, citation=cited, outcome=outcome, remark="", **given)
            traced = Traced(verdict, theme, staged=True)
            qtbot.addWidget(traced)
            traced.words = []
            traced.resize(width, traced.sizeHint().height())
            traced.grab()
            shown = [(text, box) for text, box in traced.words if text]
            assert shown
            assert all(box.left() >= 0 and box.right() <= width for _, box in shown)
            assert all(box.bottom() <= traced.height() for _, box in shown)
            for (one, here), (other, there) in combinations(shown, 2):
                assert not here.intersects(there), (one, other)
            assert any(text == cited.reading for text, _ in shown) or not inferred
