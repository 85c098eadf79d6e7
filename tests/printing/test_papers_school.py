"""The self-evaluation and the checklist: right numbers, marks, blanks, one page, same bytes."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest

from db.records.choices import SchoolKind, Stage
from db.records.rows import ONLY
from eduapp.printing import preview
from eduapp.printing.checklist import checklist
from eduapp.printing.head import JudgedSchool, PaperHead, prose
from eduapp.printing.self_evaluation import large_classes, self_evaluation
from eduapp.printing.signature import Signatures
from eduapp.services.checking import check_draft
from eduapp.standards import wording
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Finding, Outcome, Report, Severity

BOTH = pytest.mark.parametrize("paper", [self_evaluation, checklist])
PRIMARY, LOWER = Stage.PRIMARY, Stage.LOWER_SECONDARY
SIGNED = Signatures(
    filled_by="㛃䶮", checked_by="李强", head="𬭎芳", phone="0710-1234567", date="2026年9月30日"
)


class Said(str):
    """The text of a paper, in which `in` takes no notice of spaces and line ends."""

    __slots__ = ()

    def __contains__(self, part):
        return "".join(part.split()) in str(self)


def text_of(pdf):
    with preview.Preview(pdf) as shown:
        return Said("".join("".join(shown.text(page) for page in range(shown.pages)).split()))


def lines_of(pdf):
    with preview.Preview(pdf) as shown:
        return "".join(shown.text(page) + "\r\n" for page in range(shown.pages)).split("\r\n")


@BOTH
def test_same_data_same_bytes(paper, school, national):
    made = [
        paper(each.head(code="349929644865"), national, each.judged(national))
        for each in (school().usual(), school().usual())
    ]
    assert made[0] == made[1]
    assert made[0] != paper(school().usual().head(), national)


@BOTH
def test_whose_paper_it_is_with_rare_characters(paper, school, national):
    each = school().usual()
    head = each.head(code="349929644865", signatures=SIGNED, draft=True, practice=True)
    text = text_of(paper(head, national, each.judged(national)))
    for part in ("仙人渡镇㛃䶮𬭎学校", "3121000123", "2026 学年", "数据码 3499 2964 4865"):
        assert part in text
    for part in (
        "㛃䶮",
        "李强",
        "𬭎芳",
        "0710-1234567",
        "2026年9月30日",
        "【练习数据】【草稿】",
        "教督〔2017〕6号",
    ):
        assert part in text


def test_self_evaluation_says_totals_and_both_sections(school, national):
    each = school().usual()
    text = text_of(self_evaluation(each.head(), national, each.judged(national)))
    for part in (
        "建校于 1998 年",
        "小学、初中分别达到 4.2 人以上、5.3 人以上",
        "小学、初中均达到 1 人以上",
        "学校拥有高于规定学历教师数：小学 26 人；初中 32 人。",
        "每百名学生拥有高于规定学历教师数：小学 4.21 人；初中 8.00 人。",
        "学校拥有县级及以上骨干教师数：小学 5 人；初中 4 人。",
        "教学及辅助用房面积：6280.5 ㎡（其中室内体育用房 300 ㎡，不计入本项）",
        "学校拥有体育运动场馆面积：9600 ㎡（其中：体育场 9000 ㎡、体育馆 600 ㎡、",
        "学校教学仪器设备值：231.45 万元。",
        "生均教学仪器设备值：小学 2187.62 元；初中 2406.38 元。",
        "学校共有网络多媒体教室：26 间。",
        "全校教学班数 24 个。配备音乐专用教室 2 间",
        "全校中小学生数 1018 人。其中：小学 618 人；初中 400 人；高中 ／ 人。",
        "小学、初中所有班级学生数分别不超过 45 人、50 人",
        "小学：7 项中 6 项达标，综合评估未达标",
    ):
        assert part in text
    assert "沈阳" not in text
    assert "8000" not in text


def test_rented_and_other_grounds_are_told_apart_from_what_counts(school, national):
    each = school().usual()
    each.put("school_total", ONLY, rented_area=Decimal(250), other_sports_area=Decimal(50))
    text = text_of(self_evaluation(each.head(), national, each.judged(national)))
    assert "体育运动场馆面积：9900 ㎡" in text
    assert "校外周边租借体育场馆 250 ㎡，计入本项 9600 ㎡" in text


def test_marks_by_section(school, national):
    each = school().usual()
    lines = lines_of(self_evaluation(each.head(), national, each.judged(national)))
    assert "小学 × 未达标" in lines
    assert "初中 ✓ 达标" in lines
    assert "初中 × 达到85%" in lines


def test_a_primary_school_has_no_lower_section(school, national):
    each = school(kind=SchoolKind.PRIMARY).usual()
    text = text_of(self_evaluation(each.head(), national, each.judged(national)))
    assert "高于规定学历教师数：小学 26 人；初中 ／ 人。" in text
    assert "☑" not in text
    assert "初中 ✓" not in text


def test_what_is_missing_is_a_line_for_the_pen_and_never_zero(school, national):
    each = school(kind=SchoolKind.PRIMARY)
    judged = each.judged(national)
    text = text_of(self_evaluation(each.head(), national, judged))
    assert "小学＿＿＿人；初中 ／ 人" in text
    assert not re.search(r"[：；\D]0(\.00)?[人间元㎡个]", text)
    assert text.count("数据不足") >= 10
    assert text_of(checklist(each.head(), national, judged)).count("数据不足") >= 10


def test_rooms_are_listed_with_their_areas_from_the_room_list(school, national):
    each = school().usual()
    for number, (kind, area) in enumerate(
        [("music", "98.5"), ("music", "73"), ("art", "90.25"), ("office", "20")]
    ):
        each.put("room", f"r{number}", kind=kind, area=Decimal(area), multimedia=False)
    each.draft.complete.add("room")
    text = text_of(self_evaluation(each.head(), national, each.judged(national)))
    assert "音乐专用教室 2 间，面积分别为：98.5、73 ㎡；美术专用教室 1 间，面积分别为：90.25 ㎡" in text


def test_large_classes_by_list_and_by_bands(school, national):
    each = school().usual()
    sizes = [(1, 45), (1, 46), (6, 60), (7, 50), (7, 51)]
    for number, (grade, size) in enumerate(sizes):
        each.put("school_class", f"c{number}", name=f"{number}班", grade=str(grade), pupils=size)
    each.draft.complete.add("school_class")
    text = text_of(self_evaluation(each.head(), national, each.judged(national)))
    assert "最大班额学生数 60 人，超过 45 人的小学班级 2 个，超过 50 人的初中班级 1 个。" in text
    bands = school(kind=SchoolKind.LOWER_SECONDARY)
    bands.put("section_total", LOWER, pupils=400, classes_51_55=2, classes_56_60=0, classes_61_65=1)
    assert large_classes(bands.data, LOWER, 50) is None
    bands.put("section_total", LOWER, classes_from_66=1)
    assert large_classes(bands.data, LOWER, 50) == 4


@pytest.mark.slow
def test_half_is_rounded_up_and_a_flip_is_marked(school, national):
    each = school(kind=SchoolKind.PRIMARY).usual()
    each.put("section_total", PRIMARY, pupils=800, associate=0, bachelor=33)
    judged = each.judged(national)
    assert "小学 4.13 人" in text_of(self_evaluation(each.head(), national, judged))
    assert "4.13 人" in text_of(checklist(each.head(), national, judged))
    each.put("section_total", PRIMARY, pupils=1430, teachers=60, bachelor=60)
    judged = each.judged(national)
    assert judged.verdict(national.id, "R1", PRIMARY).outcome is Outcome.FLOOR
    for paper in (self_evaluation, checklist):
        text = text_of(paper(each.head(), national, judged))
        assert "4.20※ 人" in text
        assert "标“※”的按未舍入的数值评判" in text


@BOTH
def test_a_blank_paper_has_thresholds_and_no_school_numbers(paper, national):
    text = text_of(paper(PaperHead(), national))
    asked = [each for each in national.indicators if each.by_section]
    known = {str(limit) for each in asked for limit in each.by_stage.values()}
    assert known <= set(re.findall(r"\d+(?:\.\d+)?", text))
    assert set(re.findall(r"\d+\.\d\d+", text)) == set()
    assert set(re.findall(r"\d+\.\d+", text)) <= known
    assert "✓" not in text
    assert text.count("□是□否") >= 16
    assert "＿＿＿" in text
    assert "数据不足" not in text


@pytest.mark.parametrize("standard", ["national-2017", "national-2024"])
def test_a_blank_checklist_marks_what_is_inferred_and_tears_no_boxes(standard):
    rules = load(standard)
    lines = lines_of(checklist(PaperHead(), rules))
    assert not [line for line in lines if line.strip() in {"否", "□", "□否"}]
    numbers = [each for each in rules.indicators if each.code in {"G4", "G6", "Q8"}]
    assert all(each.citation.inferred for each in numbers)
    assert "".join(lines).count("(推定)") >= len(numbers)


def test_a_blank_self_evaluation_has_a_line_for_each_number(national):
    assert text_of(self_evaluation(PaperHead(), national)).count("＿＿＿") > 50


@pytest.mark.slow
@pytest.mark.parametrize("kind", SchoolKind)
@pytest.mark.parametrize("blank", [True, False])
def test_the_papers_of_each_kind_are_one_page(kind, blank, school, national):
    each = school(kind=kind).usual()
    judged = None if blank else each.judged(national)
    for paper in (checklist, self_evaluation):
        assert preview.page_count(paper(each.head(signatures=SIGNED), national, judged)) == 1


def test_the_checklist_says_value_threshold_mark_and_gap(school, national):
    each = school().usual()
    judged = each.judged(national)
    lines = lines_of(checklist(each.head(), national, judged))
    text = Said("".join("".join(lines).split()))
    for section in judged.report.sections:
        for verdict in section.verdicts:
            assert f"{wording.value_text(verdict)} {verdict.unit}" in text
            assert wording.bare_threshold(verdict) in text
            assert prose(wording.sentence(verdict)) in text
    assert "× 未达标" in text
    assert "× 达到85%" in text
    assert "× ×" not in text
    for label in ("填表人", "审核人", "负责人", "联系电话", "填表日期", "（盖章）"):
        assert label in text


def test_documents_stand_with_their_numbers_and_those_without_are_said(school, national):
    each = school(kind=SchoolKind.PRIMARY).usual()
    day = datetime.date(2026, 3, 1)
    each.put("evidence", "e1", item="Q3", met=True, number="教〔2026〕3号", date=day, files="章程核准书")
    each.put("evidence", "e2", item="V3", met=False, number="教〔2026〕9号", date=day, files="整改通知")
    each.put("evidence", "e3", item="Q6", met=True, files="评定文件")
    lines = lines_of(checklist(each.head(), national, each.judged(national)))
    text = "".join("".join(lines).split())
    assert "Q3学校章程与信息化✓达标教〔2026〕3号" in text
    assert "V3无重点学校和重点班×未达标教〔2026〕9号" in text
    assert "佐证材料的文号、日期" in text
    assert text.count("未登记") == 7


def test_what_only_the_county_answers_is_not_asked_of_a_school(school, national):
    each = school().usual()
    for judged in (None, each.judged(national)):
        text = text_of(checklist(each.head(), national, judged))
        assert "G3 音乐、美术专用教室" in text
        assert "G11" not in text
        assert "S1" not in text
        assert text.count("G7特殊") == 1


def test_the_money_of_small_schools_and_special_education_comes_from_the_records(school, national):
    each = school(kind=SchoolKind.PRIMARY).usual()
    each.put("funding", ONLY, pupils_before=78, granted=Decimal("12.5"), quota_primary=Decimal(1150))
    each.put("funding", ONLY, special_pupils_before=3, special_granted=Decimal("2.09999"))
    text = text_of(self_evaluation(each.head(), national, each.judged(national)))
    assert "不足 100 人的规模较小学校（含教学点）按不低于 100 人核定公用经费。" in text
    assert "上年学生数 78 人，上年度拨付定额公用经费 12.5 万元；生均公用经费 1602.56 元。" in text
    assert "生均公用经费不低于 7000 元。" in text
    assert "上年学生数 3 人，上年度拨付特殊教育公用经费 2.09999 万元；生均公用经费 6999.97 元。" in text
    assert "手工填写" not in text
    each.put("funding", ONLY, special_granted=Decimal("2.099999"))
    text = text_of(self_evaluation(each.head(), national, each.judged(national)))
    assert "生均公用经费 7000.00※ 元" in text
    each.put("funding", ONLY, special_pupils_before=0, special_granted=None, granted=None)
    text = text_of(self_evaluation(each.head(), national, each.judged(national)))
    assert "没有特殊教育学生。" in text
    assert "上年度拨付定额公用经费＿＿＿万元；生均公用经费＿＿＿元。" in text


def test_a_local_plan_has_its_own_paper_with_the_comparison(school, national):
    local, each = load("datonghu-2025"), school(kind=SchoolKind.LOWER_SECONDARY).usual()
    standards = (national, local)
    judged = each.judged(national)
    report = check_draft(each.draft, judged.report.on, standards)
    pdf = checklist(each.head(), national, JudgedSchool(each.data, report), (local,))
    with preview.Preview(pdf) as shown:
        pages = ["".join(shown.text(page).split()) for page in range(shown.pages)]
    assert local.title not in pages[0]
    assert "国家标准" not in pages[0]
    assert f"{local.title}指标核对表" in pages[1]
    said = "".join(pages[1:])
    assert "严于国家标准(≥95%" in said
    assert "还须达到国家标准" in said


def finding(severity, number, reason=""):
    text = f"第{number}处" + "二年级(2)班学生数与统计表不一致,请核对后说明;" * 8
    return Finding(
        f"f{number}", severity, "rows.totals", "school_class", f"k{number}", "pupils", text, reason
    )


def test_open_findings_are_counted_and_listed(school, national):
    each = school(kind=SchoolKind.PRIMARY).usual()
    judged = each.judged(national)
    findings = (
        finding(Severity.HARD, 1),
        finding(Severity.SOFT, 2),
        finding(Severity.SOFT, 3),
        finding(Severity.SOFT, 4, reason="已核实"),
    )
    report = Report(judged.report.on, judged.report.standards, judged.report.sections, findings=findings)
    text = text_of(checklist(each.head(), national, JudgedSchool(judged.data, report)))
    assert "逻辑校验 1 项待修改，经验校验 2 项待修改或说明；已说明 1 项" in text
    assert "1. 【逻辑校验】班级：第1处" in text
    assert "第4处" not in text


def test_the_checklist_takes_a_second_page_before_it_is_too_small_to_read(school, national):
    each = school(name="某" * 200, code="9" * 200, kind=SchoolKind.TWELVE_YEAR).usual()
    for number in range(90):
        each.put(
            "school_class",
            f"c{number}",
            name=f"{number}班" * 40,
            grade=str(1 + number % 9),
            pupils=70 + number,
        )
    each.draft.complete.add("school_class")
    judged = each.judged(national)
    findings = tuple(finding(Severity.HARD, number) for number in range(500))
    report = Report(
        judged.report.on,
        judged.report.standards,
        judged.report.sections,
        judged.report.school_level,
        findings,
    )
    long = Signatures(
        filled_by="张" * 200, checked_by="李" * 200, head="王" * 200, phone="1" * 200, date="日" * 200
    )
    pdf = checklist(
        each.head(code="349929644865", signatures=long), national, JudgedSchool(judged.data, report)
    )
    text = text_of(pdf)
    assert preview.page_count(pdf) == 2
    assert "500 项待修改" in text
    assert re.search(r"另有\d+项，见“检查”页", text)
    assert "（盖章）" in text


def test_punctuation_of_prose_is_full_width_and_numbers_keep_theirs():
    assert prose("2 个班超过班额:一年级(1)班47人;14:02,缺:学生人数,1,200") == (
        "2 个班超过班额：一年级(1)班47人；14:02，缺：学生人数，1,200"
    )
