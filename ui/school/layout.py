"""Which fields stand on which page. Every field of every record is on exactly one."""

from __future__ import annotations

from dataclasses import dataclass

from db.records.choices import Stage
from db.records.rows import ONLY
from eduapp.standards.figures import CLASS_BANDS
from ui.common.record_form import FormColumn, FormGroup

SCHOOL_COLUMN = (FormColumn("", "school", ONLY),)
FUNDING_COLUMN = (FormColumn("", "funding", ONLY),)
TOTAL_COLUMN = (FormColumn("", "school_total", ONLY),)
STAGE_COLUMNS = (
    FormColumn("全校", "school_total", ONLY),
    FormColumn("小学", "section_total", Stage.PRIMARY),
    FormColumn("初中", "section_total", Stage.LOWER_SECONDARY),
)


@dataclass(frozen=True)
class PaneLayout:
    """A tab of a page: a list of rows, or a form."""

    title: str
    record: str = ""
    groups: tuple[FormGroup, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class PageLayout:
    """A page with its tabs, and the figures summed up in the status line."""

    name: str
    title: str
    panes: tuple[PaneLayout, ...]
    figures: tuple[tuple[str, str], ...] = ()


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
                    ("classes", *(name for name, _, _ in CLASS_BANDS)),
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
            ),
            note="教师名单没有填全之前,指标按这里的数计算。",
        ),
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
            ),
        ),
        PaneLayout("设备名单", record="equipment"),
    ),
    (("equipment_value", "设备值"), ("budget", "公用经费预算")),
)
HOMEWORK = PageLayout("homework", "作业时间", (PaneLayout("作业登记", record="homework"),))

PAGES = (PROFILE, CLASSES, TEACHERS, PREMISES, EQUIPMENT, HOMEWORK)
