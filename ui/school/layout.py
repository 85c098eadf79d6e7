"""Which fields stand on which page. Every field of every record is on exactly one."""

from __future__ import annotations

from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.rows import ONLY
from ui.common.record_layout import FormColumn, FormGroup, PageLayout, PaneLayout

SCHOOL_COLUMN = (FormColumn("", "school", ONLY),)
FUNDING_COLUMN = (FormColumn("", "funding", ONLY),)
STAFFING_COLUMN = (FormColumn("", "staffing", ONLY),)
TOTAL_COLUMN = (FormColumn("", "school_total", ONLY),)
CLASS_BANDS = tuple(name for name in RECORDS["section_total"].fields if name.startswith("classes_"))
"""The form's bands of class size."""
STAGE_COLUMNS = (
    FormColumn("全校", "school_total", ONLY),
    FormColumn("小学", "section_total", Stage.PRIMARY),
    FormColumn("初中", "section_total", Stage.LOWER_SECONDARY),
)


PROFILE = PageLayout(
    "school",
    "学校",
    (
        PaneLayout(
            "基本情况",
            groups=(
                FormGroup(
                    "基本情况",
                    (
                        "name",
                        "code",
                        "kind",
                        "system",
                        "area_class",
                        "organiser",
                        "ownership",
                        "boarding",
                        "built_year",
                    ),
                    SCHOOL_COLUMN,
                ),
                FormGroup(
                    "认定标准适用情况",
                    ("planned_by_2010", "planned_by_2016", "dense_centre", "small_rural", "small_classes"),
                    SCHOOL_COLUMN,
                ),
                FormGroup(
                    "填报人员",
                    ("filled_by", "reviewed_by", "principal", "phone"),
                    SCHOOL_COLUMN,
                    "只印在纸质表上,不进入上报文件。",
                ),
                FormGroup("网络", ("broadband",), SCHOOL_COLUMN),
                FormGroup(
                    "教学点与分校区",
                    ("counted", "parent_code", "separate_campuses"),
                    SCHOOL_COLUMN,
                    "只有不单独计校数的教学点、校区,或小学与初中分在两个校区的学校才填。",
                ),
            ),
        ),
    ),
    (("pupils", "学生"), ("classes", "班级"), ("teachers", "专任教师")),
)
CLASSES = PageLayout(
    "classes",
    "班级",
    (
        PaneLayout("班级名单", record="school_class"),
        PaneLayout(
            "填报合计",
            groups=(
                FormGroup(
                    "学生",
                    ("pupils", "catchment_pupils", "migrants", "senior_high_pupils"),
                    STAGE_COLUMNS,
                ),
                FormGroup(
                    "班级与班额",
                    ("classes", *CLASS_BANDS),
                    STAGE_COLUMNS,
                ),
                FormGroup(
                    "毕业年级(巩固率)",
                    ("graduates", "cohort", "transferred_in", "transferred_out", "died"),
                    STAGE_COLUMNS[1:],
                ),
            ),
            note="班级名单没有填全之前,指标按这里的数计算。",
        ),
        PaneLayout(
            "招生与巩固",
            groups=(
                FormGroup(
                    "本年招生(就近划片入学)",
                    ("intake", "catchment_intake"),
                    STAGE_COLUMNS[1:],
                ),
                FormGroup(
                    "九年巩固率",
                    ("nine_year_cohort", "nine_year_in", "nine_year_out", "nine_year_died"),
                    TOTAL_COLUMN,
                    "按县里要求核算九年巩固率的学校填:从九年前的小学一年级算到本届初中毕业。",
                ),
                FormGroup(
                    "附设班",
                    ("attached_kindergarten", "attached_primary"),
                    TOTAL_COLUMN,
                    "附设幼儿班、小学班的,校舍场地按学生数分摊。没有附设班的不用填。",
                ),
            ),
            note="《学校填报表格》以外的项目,供就近入学、巩固率等指标使用。",
        ),
    ),
    (("classes", "班级"), ("pupils", "学生")),
)
TEACHERS = PageLayout(
    "teachers",
    "教师",
    (
        PaneLayout("教师名单", record="teacher"),
        PaneLayout(
            "填报合计",
            groups=(
                FormGroup(
                    "专任教师",
                    (
                        "teachers",
                        "associate",
                        "bachelor",
                        "master",
                        "doctor",
                        "backbone",
                        "certified",
                        "trained",
                    ),
                    STAGE_COLUMNS,
                ),
                FormGroup("体育、艺术教师", ("pe", "music", "fine_art", "art"), STAGE_COLUMNS),
                FormGroup(
                    "交流轮岗、兼职、走教教师",
                    ("visiting_pe", "visiting_music", "visiting_fine_art", "visiting_art"),
                    STAGE_COLUMNS,
                ),
                FormGroup(
                    "教职工与职称",
                    ("staff", "middle_titles"),
                    STAGE_COLUMNS,
                    "县域义务教育均衡发展(2012 年办法)的指标用。",
                ),
            ),
            note="教师名单没有填全之前,指标按这里的数计算。",
        ),
        PaneLayout(
            "编制与岗位",
            groups=(
                FormGroup(
                    "编制与岗位",
                    (
                        "establishment",
                        "positions",
                        "in_post",
                        "off_post",
                        "contract",
                        "substitutes",
                        "off_post_reason",
                    ),
                    STAFFING_COLUMN,
                ),
                FormGroup(
                    "上一年度交流轮岗",
                    ("eligible", "rotated", "rotated_backbone"),
                    STAFFING_COLUMN,
                ),
            ),
            note="《学校填报表格》以外的项目,供编制岗位统筹和交流轮岗两项使用。",
        ),
        PaneLayout("培训学时", record="training"),
        PaneLayout("交流轮岗", record="rotation"),
    ),
    (("teachers", "专任教师"), ("backbone", "骨干教师")),
)
PREMISES = PageLayout(
    "premises",
    "校舍场地",
    (
        PaneLayout("校舍", record="room"),
        PaneLayout("运动场地", record="sports_ground"),
        PaneLayout(
            "填报合计",
            groups=(
                FormGroup(
                    "面积",
                    (
                        "teaching_area",
                        "indoor_sports_area",
                        "gym_area",
                        "field_area",
                        "rented_area",
                        "other_sports_area",
                    ),
                    TOTAL_COLUMN,
                ),
                FormGroup("多媒体教室", ("multimedia_rooms",), TOTAL_COLUMN),
                FormGroup(
                    "音乐、美术教室",
                    (
                        "music_rooms",
                        "music_rooms_96",
                        "music_rooms_73",
                        "music_rooms_61",
                        "art_rooms",
                        "art_rooms_90",
                        "art_rooms_67",
                        "art_rooms_61",
                    ),
                    TOTAL_COLUMN,
                ),
                FormGroup(
                    "各学段独立校区",
                    (
                        "own_teaching_area",
                        "own_indoor_sports_area",
                        "own_gym_area",
                        "own_field_area",
                        "own_multimedia_rooms",
                        "own_equipment_value",
                        "own_computers",
                        "own_books",
                    ),
                    STAGE_COLUMNS[1:],
                    "小学、初中分在两个校区的学校填:按各自校区计算,不按学生数拆分。",
                ),
            ),
            note="校舍、场地名单没有填全之前,指标按这里的数计算。",
        ),
    ),
    (("teaching_area", "教学用房"), ("field_area", "体育场"), ("multimedia_rooms", "多媒体教室")),
)
EQUIPMENT = PageLayout(
    "equipment",
    "设备经费",
    (
        PaneLayout(
            "设备与经费",
            groups=(
                FormGroup("教学仪器设备", ("equipment_value",), FUNDING_COLUMN),
                FormGroup("上一年度经费", ("budget", "final_account", "training_budget"), FUNDING_COLUMN),
                FormGroup(
                    "上一年度经费拨付与培训支出",
                    (
                        "pupils_before",
                        "granted",
                        "quota_primary",
                        "quota_lower_secondary",
                        "special_pupils_before",
                        "special_granted",
                        "training_spent",
                    ),
                    FUNDING_COLUMN,
                    "《学校自评表》的项目:生均公用经费、特殊教育公用经费、教师培训经费。",
                ),
                FormGroup(
                    "计算机与图书",
                    ("computers", "books"),
                    TOTAL_COLUMN,
                    "县域义务教育均衡发展(2012 年办法)的指标用。",
                ),
            ),
        ),
        PaneLayout("设备名单", record="equipment"),
        PaneLayout("培训经费", record="training_expense"),
    ),
    (("equipment_value", "设备值"), ("budget", "公用经费预算")),
)
HOMEWORK = PageLayout(
    "homework",
    "作业课程",
    (PaneLayout("作业登记", record="homework"), PaneLayout("课程课时", record="course")),
)
LEDGERS = PageLayout(
    "ledgers",
    "台账",
    (
        PaneLayout("特殊教育学生", record="special_needs"),
        PaneLayout("关爱对象", record="care"),
        PaneLayout("控辍保学", record="at_risk"),
    ),
)
EVIDENCE = PageLayout(
    "evidence",
    "佐证材料",
    (PaneLayout("佐证材料", record="evidence"), PaneLayout("整改台账", record="rectification")),
)

THINGS = frozenset({"school_class", "teacher", "room", "sports_ground", "equipment", "homework"})
"""Lists that people call 名单; the others are 登记表."""


def list_title(record: str) -> str:
    """Return what a list is called in a menu."""
    return f"{RECORDS[record].label}{'名单' if record in THINGS else '登记表'}"


PAGES = (PROFILE, CLASSES, TEACHERS, PREMISES, EQUIPMENT, HOMEWORK, LEDGERS, EVIDENCE)
