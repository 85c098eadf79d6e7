"""Which of the county's own fields stand on which page. Every field of every record is on exactly one."""

from __future__ import annotations

from db.records.rows import ONLY
from ui.common.record_layout import FormColumn, FormGroup, PageLayout, PaneLayout

PROFILE_COLUMN = (FormColumn("", "county_profile", ONLY),)
FUNDING_COLUMN = (FormColumn("", "county_funding", ONLY),)
PEOPLE_COLUMN = (FormColumn("", "county_people", ONLY),)
SURVEY_COLUMN = (FormColumn("", "county_satisfaction", ONLY),)

FACTS = PageLayout(
    "county_facts",
    "县情与经费",
    (
        PaneLayout(
            "县情(表Ⅰ)",
            groups=(
                FormGroup(
                    "人口与行政区划",
                    ("population", "rural_population", "townships", "villages"),
                    PROFILE_COLUMN,
                ),
                FormGroup(
                    "经济",
                    ("gdp_per_head", "revenue_per_head", "rural_income", "urban_income"),
                    PROFILE_COLUMN,
                ),
                FormGroup("特殊教育", ("special_schools",), PROFILE_COLUMN),
            ),
            note="学校不上报、由县里填写的数。空白表示还没有填,不是 0。",
        ),
        PaneLayout(
            "经费与工资",
            groups=(
                FormGroup("生均公用经费标准", ("quota_primary", "quota_lower_secondary"), FUNDING_COLUMN),
                FormGroup("特殊教育学校", ("special_funds", "special_pupils"), FUNDING_COLUMN),
                FormGroup("工资", ("teacher_pay", "official_pay", "payroll"), FUNDING_COLUMN),
                FormGroup(
                    "经费",
                    ("training_funds", "pooled_funds", "running_funds", "education_funds", "gdp"),
                    FUNDING_COLUMN,
                ),
                FormGroup(
                    "两年的经费(只增不减、三个增长)",
                    (
                        *("spending", "spending_before", "per_pupil", "per_pupil_before"),
                        *("appropriation", "appropriation_before", "revenue", "revenue_before"),
                        *("teacher_pay_before", "running_per_pupil", "running_per_pupil_before"),
                    ),
                    FUNDING_COLUMN,
                ),
            ),
            note="请看清单位:特殊教育学校经费和生均的数按元填写,工资和其他经费按万元填写。",
        ),
    ),
)
PEOPLE = PageLayout(
    "county_people",
    "交流与入学",
    (
        PaneLayout(
            "交流招生与入学",
            groups=(
                FormGroup("教师交流轮岗", ("eligible", "rotated", "rotated_backbone"), PEOPLE_COLUMN),
                FormGroup(
                    "优质高中招生",
                    ("senior_high_plan", "senior_high_quota", "senior_high_rural"),
                    PEOPLE_COLUMN,
                ),
                FormGroup("随迁子女", ("migrants", "migrants_public", "migrants_bought"), PEOPLE_COLUMN),
                FormGroup(
                    "残疾儿童少年入学", ("disabled", "disabled_enrolled", "disabled_special"), PEOPLE_COLUMN
                ),
                FormGroup("民办义务教育规模", ("compulsory_pupils", "private_pupils"), PEOPLE_COLUMN),
            ),
        ),
    ),
)
QUALITY = PageLayout(
    "county_quality",
    "监测与认可",
    (
        PaneLayout("质量监测", record="county_monitoring"),
        PaneLayout(
            "社会认可度(表Ⅵ)",
            groups=(
                FormGroup("问卷", ("questionnaires", "valid", "satisfied"), SURVEY_COLUMN),
                FormGroup("实地走访", ("visited", "visited_satisfied"), SURVEY_COLUMN),
                FormGroup(
                    "其中家长",
                    (
                        "parent_questionnaires",
                        "parent_valid",
                        "parent_satisfied",
                        "parent_visited",
                        "parent_visited_satisfied",
                    ),
                    SURVEY_COLUMN,
                ),
            ),
        ),
    ),
)
WORK = PageLayout(
    "county_work",
    "项目与会议",
    (PaneLayout("建设项目", record="county_project"), PaneLayout("会议", record="county_meeting")),
)
LEDGERS = PageLayout(
    "county_ledgers",
    "佐证与整改",
    (
        PaneLayout("县级佐证材料", record="county_evidence"),
        PaneLayout("县级整改台账", record="county_rectification"),
    ),
)

PAGES = (FACTS, PEOPLE, QUALITY, WORK, LEDGERS)
