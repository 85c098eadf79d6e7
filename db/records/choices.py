"""The code tables.

Sources: GB/T 33782-2017 (kinds, area), GB/T 4658-2006 (degrees), the national application form
(organisers); the rest is ours.
"""

from __future__ import annotations

from enum import StrEnum

from db.records.values import Choice


class Stage(StrEnum):
    """学段: the two stages of compulsory education; a school's part in one is its section."""

    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"


class SchoolKind(StrEnum):
    """办学类型, GB/T 33782-2017 table 4: the kinds that have compulsory stages."""

    PRIMARY = "211"
    TEACHING_POINT = "218"
    LOWER_SECONDARY = "311"
    NINE_YEAR = "312"
    COMPLETE_SECONDARY = "341"
    TWELVE_YEAR = "345"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The compulsory stages a school of this kind has."""
        return _STAGES[self]

    @property
    def has_senior_high(self) -> bool:
        """Whether such a school also has 高中."""
        return self in {SchoolKind.COMPLETE_SECONDARY, SchoolKind.TWELVE_YEAR}

    @property
    def shares(self) -> bool:
        """Whether rooms, grounds and equipment serve more than one stage and are split."""
        return len(self.stages) > 1 or self.has_senior_high


_STAGES = {
    SchoolKind.PRIMARY: (Stage.PRIMARY,),
    SchoolKind.TEACHING_POINT: (Stage.PRIMARY,),
    SchoolKind.LOWER_SECONDARY: (Stage.LOWER_SECONDARY,),
    SchoolKind.NINE_YEAR: (Stage.PRIMARY, Stage.LOWER_SECONDARY),
    SchoolKind.COMPLETE_SECONDARY: (Stage.LOWER_SECONDARY,),
    SchoolKind.TWELVE_YEAR: (Stage.PRIMARY, Stage.LOWER_SECONDARY),
}

STAGE = Choice(
    "stage",
    ((Stage.PRIMARY, "小学"), (Stage.LOWER_SECONDARY, "初中")),
    (("小学部", "primary"), ("初中部", "lower_secondary")),
)
SENIOR_HIGH = "senior_high"
TEACHING_STAGE = Choice("teaching_stage", (*STAGE.options, (SENIOR_HIGH, "高中")), STAGE.aliases)

SCHOOL_KIND = Choice(
    "school_kind",
    (
        (SchoolKind.PRIMARY, "小学"),
        (SchoolKind.TEACHING_POINT, "教学点"),
        (SchoolKind.LOWER_SECONDARY, "初中"),
        (SchoolKind.NINE_YEAR, "九年一贯制"),
        (SchoolKind.COMPLETE_SECONDARY, "完全中学"),
        (SchoolKind.TWELVE_YEAR, "十二年一贯制"),
    ),
    (
        ("小学教学点", "218"),
        ("初级中学", "311"),
        ("九年一贯制学校", "312"),
        ("完中", "341"),
        ("十二年一贯制学校", "345"),
    ),
)

SIX_THREE, FIVE_FOUR = "63", "54"
SYSTEM = Choice("system", ((SIX_THREE, "六三制"), (FIVE_FOUR, "五四制")), (("六三", "63"), ("五四", "54")))

AREA_CLASS = Choice(
    "area_class",
    (
        ("111", "主城区"),
        ("112", "城乡结合区"),
        ("121", "镇中心区"),
        ("122", "镇乡结合区"),
        ("123", "特殊区域"),
        ("210", "乡中心区"),
        ("220", "村庄"),
    ),
)

ORGANISER = Choice(
    "organiser",
    (
        ("1", "中央教育部门"),
        ("2", "中央其他部门"),
        ("3", "省级教育部门"),
        ("4", "省级其他部门"),
        ("5", "地级教育部门"),
        ("6", "地级其他部门"),
        ("7", "县级教育部门"),
        ("8", "县级其他部门"),
        ("9", "地方企业"),
        ("10", "民办"),
    ),
)

PUBLIC, PRIVATE = "public", "private"
OWNERSHIP = Choice("ownership", ((PUBLIC, "公办"), (PRIVATE, "民办")))

NUMERALS = "一二三四五六七八九"
GRADE = Choice(
    "grade",
    tuple((str(i), f"{numeral}年级") for i, numeral in enumerate(NUMERALS, 1)),
    (*((f"{i}年级", str(i)) for i in range(1, 10)), ("初一", "7"), ("初二", "8"), ("初三", "9")),
)

SUBJECT = Choice(
    "subject",
    (
        ("chinese", "语文"),
        ("mathematics", "数学"),
        ("english", "外语"),
        ("morality", "道德与法治"),
        ("science", "科学"),
        ("physics", "物理"),
        ("chemistry", "化学"),
        ("biology", "生物"),
        ("history", "历史"),
        ("geography", "地理"),
        ("pe", "体育与健康"),
        ("music", "音乐"),
        ("fine_art", "美术"),
        ("art", "艺术"),
        ("technology", "信息科技"),
        ("labour", "劳动"),
        ("practice", "综合实践活动"),
        ("psychology", "心理健康"),
        ("other", "其他"),
    ),
    (
        ("体育", "pe"),
        ("英语", "english"),
        ("信息技术", "technology"),
        ("道法", "morality"),
        ("品德", "morality"),
    ),
)

DEGREE = Choice(
    "degree",
    (
        ("11", "博士毕业"),
        ("14", "硕士毕业"),
        ("17", "研究生班"),
        ("21", "本科毕业"),
        ("28", "大普"),
        ("31", "专科毕业"),
        ("41", "中专毕业"),
        ("44", "职高毕业"),
        ("47", "技校毕业"),
        ("61", "普高毕业"),
        ("71", "初中毕业"),
        ("90", "其他"),
    ),
    (
        ("博士", "11"),
        ("博士研究生", "11"),
        ("硕士", "14"),
        ("硕士研究生", "14"),
        ("本科", "21"),
        ("大学本科", "21"),
        ("大学", "21"),
        ("大学毕业", "21"),
        ("博士研究生毕业", "11"),
        ("硕士研究生毕业", "14"),
        ("研究生班毕业", "17"),
        ("大学普通班毕业", "28"),
        ("中等专科毕业", "41"),
        ("中师毕业", "41"),
        ("职业高中毕业", "44"),
        ("技工学校毕业", "47"),
        ("普通高中毕业", "61"),
        ("初级中学毕业", "71"),
        ("大本", "21"),
        ("在职本科", "21"),
        ("自考本科", "21"),
        ("成人本科", "21"),
        ("本科(函授)", "21"),
        ("本科(自考)", "21"),
        ("教育硕士", "14"),
        ("在职硕士", "14"),
        ("大学本科毕业", "21"),
        ("全日制本科", "21"),
        ("非全日制本科", "21"),
        ("函授本科", "21"),
        ("全日制大学本科", "21"),
        ("全日制专科", "31"),
        ("大学专科", "31"),
        ("大学专科毕业", "31"),
        ("大专毕业", "31"),
        ("全日制大专", "31"),
        ("专科", "31"),
        ("大专", "31"),
        ("中专", "41"),
        ("中师", "41"),
        ("高中", "61"),
        ("高中毕业", "61"),
        ("初中", "71"),
    ),
)

BACKBONE = Choice(
    "backbone",
    (
        ("none", "无"),
        ("school", "校级"),
        ("county", "县级"),
        ("city", "市级"),
        ("province", "省级"),
        ("national", "国家级"),
    ),
    (
        ("区级", "county"),
        ("校级骨干", "school"),
        ("校级骨干教师", "school"),
        ("县级骨干", "county"),
        ("县级骨干教师", "county"),
        ("区级骨干", "county"),
        ("县区级", "county"),
        ("市级骨干", "city"),
        ("市级骨干教师", "city"),
        ("省级骨干", "province"),
        ("省级骨干教师", "province"),
        ("国家级骨干", "national"),
        ("不是", "none"),
        ("否", "none"),
        ("国家", "national"),
        ("省", "province"),
        ("市", "city"),
        ("县", "county"),
    ),
)

POST = Choice(
    "post",
    (
        ("on_post", "在编在岗"),
        ("contract", "在岗不在编(合同一年及以上)"),
        ("borrowed_in", "借入在岗"),
        ("off_post", "在编不在岗"),
        ("lent_out", "借出"),
        ("substitute", "临时代课"),
        ("part_time", "兼职"),
        ("visiting", "走教"),
        ("support", "工勤或教辅"),
    ),
    (
        ("在岗不在编", "contract"),
        ("合同", "contract"),
        ("合同制", "contract"),
        ("代课", "substitute"),
        ("代课教师", "substitute"),
        ("临聘", "substitute"),
        ("借入", "borrowed_in"),
        ("在编", "on_post"),
    ),
)
VISITING_POSTS = frozenset({"part_time", "visiting"})
"""到校兼职、走教: counted for R3 only where the 2024 procedure allows it."""
FULL_TIME_POSTS = frozenset({"on_post", "contract", "borrowed_in"})
"""专任教师 for R1-R3, G9, G12 (docs/standards.md, "Readings")."""

TEACHING_POSTS = FULL_TIME_POSTS | VISITING_POSTS | {"substitute"}
"""Everybody who stands before a class, whatever the post."""
ARTS_AND_PE = frozenset({"pe", "music", "fine_art", "art"})

ROOM_KIND = Choice(
    "room_kind",
    (
        ("classroom", "普通教室"),
        ("music", "音乐教室"),
        ("art", "美术教室"),
        ("laboratory", "理化生实验室"),
        ("science", "科学教室"),
        ("computer", "计算机教室"),
        ("library", "图书阅览室"),
        ("indoor_sports", "室内体育用房"),
        ("counselling", "心理辅导室"),
        ("labour", "劳动技术教室"),
        ("team", "团队活动室"),
        ("resource", "特殊教育资源教室"),
        ("activity", "其他教学及辅助用房"),
        ("office", "办公及其他用房"),
    ),
    (
        ("教室", "classroom"),
        ("图书室", "library"),
        ("实验室", "laboratory"),
        ("微机室", "computer"),
        ("心理咨询室", "counselling"),
        ("办公室", "office"),
        ("劳技室", "labour"),
        ("资源教室", "resource"),
    ),
)
TEACHING_ROOMS = frozenset(code for code, _ in ROOM_KIND.options if code != "office")
"""教学及辅助用房 of the statistics; the gym rooms are in it and are subtracted for R4."""

GROUND_KIND = Choice(
    "ground_kind",
    (
        ("gym", "学校体育馆"),
        ("field", "校内体育场"),
        ("other", "校内其他专用运动场地"),
        ("adapted", "地下或楼顶改造场地"),
        ("rented", "校外租赁场馆"),
    ),
    (("体育馆", "gym"), ("体育场", "field"), ("运动场", "field"), ("操场", "field"), ("篮球场", "field")),
)

TITLE = Choice(
    "title",
    (
        ("senior_full", "正高级"),
        ("senior", "高级(副高级)"),
        ("middle", "中级(一级)"),
        ("assistant", "助理级(二级)"),
        ("entry", "员级(三级)"),
        ("none", "未定职级"),
    ),
    (
        ("正高", "senior_full"),
        ("正高级教师", "senior_full"),
        ("高级教师", "senior"),
        ("副高级教师", "senior"),
        ("中学高级", "senior"),
        ("中学高级教师", "senior"),
        ("中教高级", "senior"),
        ("中高", "senior"),
        ("一级教师", "middle"),
        ("中学一级", "middle"),
        ("中学一级教师", "middle"),
        ("中教一级", "middle"),
        ("小学高级", "middle"),
        ("小学高级教师", "middle"),
        ("小教高级", "middle"),
        ("小高", "middle"),
        ("二级教师", "assistant"),
        ("中学二级", "assistant"),
        ("中学二级教师", "assistant"),
        ("中教二级", "assistant"),
        ("小学一级", "assistant"),
        ("小学一级教师", "assistant"),
        ("小教一级", "assistant"),
        ("三级教师", "entry"),
        ("中学三级", "entry"),
        ("小学二级", "entry"),
        ("小学二级教师", "entry"),
        ("小学三级", "entry"),
        ("未评", "none"),
        ("未评聘", "none"),
        ("无", "none"),
        ("中小学正高级教师", "senior_full"),
        ("中小学高级教师", "senior"),
        ("中小学一级教师", "middle"),
        ("中小学二级教师", "assistant"),
        ("中小学三级教师", "entry"),
        ("未定级", "none"),
        ("副高级", "senior"),
        ("副高", "senior"),
        ("高级", "senior"),
        ("中级", "middle"),
        ("一级", "middle"),
        ("助理级", "assistant"),
        ("二级", "assistant"),
        ("员级", "entry"),
        ("三级", "entry"),
        ("未定", "none"),
    ),
)
MIDDLE_TITLES = frozenset({"senior_full", "senior", "middle"})
"""中级及以上专业技术职务 of the 2012 rules."""

ROTATION = Choice("rotation", (("out", "从本校到外校"), ("in", "从外校到本校")))

SPECIAL_MODE = Choice(
    "special_mode", (("integrated", "随班就读"), ("special_class", "特教班"), ("home", "送教上门"))
)

CARE_KIND = Choice(
    "care_kind",
    (
        ("left_behind", "留守儿童"),
        ("migrant", "随迁子女"),
        ("poor", "家庭经济困难学生"),
        ("orphan", "孤儿及事实无人抚养儿童"),
        ("other", "其他关爱对象"),
    ),
)

RISK_KIND = Choice(
    "risk_kind", (("suspected", "疑似辍学"), ("dropped", "辍学"), ("long_leave", "长期请假或休学"))
)

TRAINING_USE = Choice(
    "training_use",
    (
        ("travel", "差旅"),
        ("meals", "伙食补助"),
        ("material", "资料"),
        ("lodging", "住宿"),
        ("fee", "培训费"),
        ("other", "其他"),
    ),
)

MONITORED = Choice(
    "monitored",
    (
        ("chinese", "语文"),
        ("mathematics", "数学"),
        ("science", "科学"),
        ("pe", "体育"),
        ("art", "艺术"),
        ("morality", "德育"),
    ),
)

PROJECT_KIND = Choice(
    "project_kind",
    (
        ("new", "新建"),
        ("extension", "改扩建"),
        ("reuse", "闲置资源改造"),
        ("ground", "运动场地"),
        ("repair", "维修"),
        ("other", "其他"),
    ),
)

MEETING = Choice(
    "meeting",
    (
        ("party", "党委常委会"),
        ("government", "政府常务会"),
        ("group", "领导小组会"),
        ("other", "其他会议"),
    ),
)


def stage_of_grade(grade: str, system: str) -> Stage:
    """Return the stage of a grade: in 五四制 grade 6 belongs to 初中 (docs/standards.md, "Readings")."""
    last_primary = 5 if system == FIVE_FOUR else 6
    return Stage.PRIMARY if int(grade) <= last_primary else Stage.LOWER_SECONDARY
