"""The school itself: who it is, and the totals of the official school form.

Every one of the form's 68 items has its home here (`resources/forms/school_form.toml` says which).
"""

from decimal import Decimal
from typing import Annotated

from db.records import choices
from db.records.spec import Item, Record
from db.records.values import Choice, Code, Kind, Scaled, Text, Whole, YesNo

COUNT = Whole()
AREA = Scaled(4)
MONEY = Scaled(6)
YUAN = Scaled(2)
YEAR = Whole(1800, 2100)
FORM = "学校填报表格"
STATISTICS = "教育事业统计"
FORMULAS = "优质均衡指标计算办法"
DIGITAL = "三通两平台"
NINE_YEAR = "九年巩固率"
SELF_EVALUATION = "学校自评表"
STAFFING = "政府保障程度第10项"
ROTATION = "政府保障程度第11项"
BASIC = "教督〔2012〕3号"


def _people(label: str, kind: Kind = COUNT) -> Item:
    return Item(label, kind, unit="人", clause=FORM)


def _classes(label: str) -> Item:
    return Item(label, COUNT, unit="个", clause=FORM)


def _rooms(label: str) -> Item:
    return Item(label, COUNT, unit="间", clause=FORM)


def _area(label: str) -> Item:
    return Item(label, AREA, unit="㎡", clause=FORM)


def _fact(label: str, help_text: str = "") -> Item:
    return Item(label, YesNo(), help=help_text, clause=FORM)


def _own(label: str, kind: Kind, unit: str) -> Item:
    return Item(f"独立校区{label}", kind, unit=unit, help="只有各学段分设独立校区时填", clause=FORMULAS)


def _choice(label: str, table: Choice, help_text: str = "") -> Item:
    return Item(label, table, help=help_text, clause=FORM)


class School(Record):
    """学校: the profile, one row."""

    name: Annotated[str | None, Item("学校名称", Text(), required=True, width=16, needed=True)] = None
    code: Annotated[
        str | None,
        Item("学校代码", Code(), help="以县里学校名录为准,一般 10 位", required=True, width=8),
    ] = None
    kind: Annotated[str | None, _choice("学校类型", choices.SCHOOL_KIND)] = None
    system: Annotated[str | None, _choice("学制", choices.SYSTEM, "五四制的六年级属于初中")] = None
    area_class: Annotated[str | None, _choice("城乡分类", choices.AREA_CLASS)] = None
    organiser: Annotated[str | None, _choice("举办者类型", choices.ORGANISER)] = None
    ownership: Annotated[str | None, _choice("办学性质", choices.OWNERSHIP)] = None
    boarding: Annotated[bool | None, _fact("是否寄宿制学校")] = None
    built_year: Annotated[int | None, Item("建校时间", YEAR, unit="年", clause=FORM)] = None
    planned_by_2010: Annotated[bool | None, _fact("是否2010年及之前规划并建成")] = None
    planned_by_2016: Annotated[bool | None, _fact("是否2016年及之前规划并建成")] = None
    dense_centre: Annotated[bool | None, _fact("是否人口密度过高的大城市中心城区学校")] = None
    small_rural: Annotated[bool | None, _fact("是否50人及以上但不足100人的乡村小规模学校和教学点")] = None
    small_classes: Annotated[bool | None, _fact("是否最大班额低于30人的农村小规模学校")] = None
    broadband: Annotated[bool | None, Item("宽带网络接入", YesNo(), clause=DIGITAL)] = None
    counted: Annotated[
        bool | None,
        Item(
            "是否计校数", YesNo(), help="不单独计校数的教学点或校区填「否」,并填原校代码", clause=STATISTICS
        ),
    ] = None
    parent_code: Annotated[str | None, Item("原校代码", Code(), help="不计校数时填所属学校的代码")] = None
    separate_campuses: Annotated[
        bool | None,
        Item("各学段是否分设独立校区", YesNo(), help="分设的按各自校区计算,不按学生数拆分", clause=FORMULAS),
    ] = None
    filled_by: Annotated[str | None, Item("填表人", Text(), personal=True)] = None
    reviewed_by: Annotated[str | None, Item("审核人", Text(), personal=True)] = None
    principal: Annotated[str | None, Item("负责人", Text(), personal=True)] = None
    phone: Annotated[str | None, Item("联系电话", Code(), personal=True, telephone=True)] = None


class StaffAndClasses(Record):
    """What the form asks for the school as a whole or, with a suffix, for one stage (docs/cli.md)."""

    classes: Annotated[int | None, _classes("班级总数")] = None
    classes_to_25: Annotated[int | None, _classes("每班25人以下班级个数")] = None
    classes_26_30: Annotated[int | None, _classes("每班26-30人班级个数")] = None
    classes_31_35: Annotated[int | None, _classes("每班31-35人班级个数")] = None
    classes_36_40: Annotated[int | None, _classes("每班36-40人班级个数")] = None
    classes_41_45: Annotated[int | None, _classes("每班41-45人班级个数")] = None
    classes_46_50: Annotated[int | None, _classes("每班46-50人班级个数")] = None
    classes_51_55: Annotated[int | None, _classes("每班51-55人班级个数")] = None
    classes_56_60: Annotated[int | None, _classes("每班56-60人班级个数")] = None
    classes_61_65: Annotated[int | None, _classes("每班61-65人班级个数")] = None
    classes_from_66: Annotated[int | None, _classes("每班66人以上班级个数")] = None
    teachers: Annotated[int | None, _people("专任教师总人数")] = None
    backbone: Annotated[int | None, _people("县级及以上骨干教师数")] = None
    certified: Annotated[int | None, _people("持有教师资格证的专任教师人数")] = None
    trained: Annotated[int | None, _people("近5年培训满360学时专任教师人数")] = None
    pe: Annotated[int | None, _people("体育专任教师人数")] = None
    music: Annotated[int | None, _people("音乐专任教师人数")] = None
    fine_art: Annotated[int | None, _people("美术专任教师人数")] = None
    art: Annotated[int | None, _people("艺术专任教师人数")] = None
    staff: Annotated[int | None, Item("教职工人数", COUNT, unit="人", clause=STATISTICS)] = None
    middle_titles: Annotated[
        int | None, Item("中级及以上职称专任教师人数", COUNT, unit="人", clause=BASIC)
    ] = None
    visiting_pe: Annotated[int | None, _people("体育交流轮岗/兼职/走教教师人数")] = None
    visiting_music: Annotated[int | None, _people("音乐交流轮岗/兼职/走教教师人数")] = None
    visiting_fine_art: Annotated[int | None, _people("美术交流轮岗/兼职/走教教师人数")] = None
    visiting_art: Annotated[int | None, _people("艺术交流轮岗/兼职/走教教师人数")] = None


class SchoolTotal(StaffAndClasses):
    """全校合计: what the statistics form says of the whole school, one row."""

    migrants: Annotated[int | None, _people("进城务工人员随迁子女在校生人数")] = None
    senior_high_pupils: Annotated[int | None, _people("高中学生人数")] = None
    teaching_area: Annotated[Decimal | None, _area("教学及辅助用房总面积")] = None
    indoor_sports_area: Annotated[Decimal | None, _area("室内体育用房面积")] = None
    gym_area: Annotated[Decimal | None, _area("学校体育馆面积")] = None
    field_area: Annotated[Decimal | None, _area("校内体育场面积")] = None
    rented_area: Annotated[Decimal | None, _area("校外租赁场馆面积")] = None
    other_sports_area: Annotated[Decimal | None, _area("校内其他体育场面积")] = None
    multimedia_rooms: Annotated[int | None, _rooms("网络多媒体教室间数")] = None
    music_rooms: Annotated[int | None, _rooms("音乐教室总间数")] = None
    music_rooms_96: Annotated[int | None, _rooms("单间面积≥96㎡的音乐教室间数")] = None
    music_rooms_73: Annotated[int | None, _rooms("73㎡≤单间面积<96㎡的音乐教室间数")] = None
    music_rooms_61: Annotated[int | None, _rooms("61㎡≤单间面积<73㎡的音乐教室间数")] = None
    art_rooms: Annotated[int | None, _rooms("美术教室总间数")] = None
    art_rooms_90: Annotated[int | None, _rooms("单间面积≥90㎡的美术教室间数")] = None
    art_rooms_67: Annotated[int | None, _rooms("67㎡≤单间面积<90㎡的美术教室间数")] = None
    art_rooms_61: Annotated[int | None, _rooms("61㎡≤单间面积<67㎡的美术教室间数")] = None
    computers: Annotated[int | None, Item("教学用计算机台数", COUNT, unit="台", clause=BASIC)] = None
    books: Annotated[int | None, Item("图书册数", COUNT, unit="册", clause=BASIC)] = None
    attached_kindergarten: Annotated[
        int | None, Item("附设幼儿班幼儿数", COUNT, unit="人", help="没有附设班的不用填", clause=FORMULAS)
    ] = None
    attached_primary: Annotated[
        int | None, Item("附设小学班学生数", COUNT, unit="人", help="没有附设班的不用填", clause=FORMULAS)
    ] = None
    nine_year_cohort: Annotated[
        int | None, Item("九年前小学一年级在校生数", COUNT, unit="人", clause=NINE_YEAR)
    ] = None
    nine_year_in: Annotated[int | None, Item("九年间转入学生数", COUNT, unit="人", clause=NINE_YEAR)] = None
    nine_year_out: Annotated[int | None, Item("九年间转出学生数", COUNT, unit="人", clause=NINE_YEAR)] = None
    nine_year_died: Annotated[int | None, Item("九年间死亡学生数", COUNT, unit="人", clause=NINE_YEAR)] = None


class SectionTotal(StaffAndClasses):
    """分学段合计: one row a stage."""

    pupils: Annotated[int | None, _people("学生人数")] = None
    catchment_pupils: Annotated[int | None, _people("家庭住址在划片范围内的在校学生人数")] = None
    associate: Annotated[int | None, _people("专科学历教师人数")] = None
    bachelor: Annotated[int | None, _people("本科学历教师人数")] = None
    master: Annotated[int | None, _people("硕士学历教师人数")] = None
    doctor: Annotated[int | None, _people("博士研究生学历教师人数")] = None
    graduates: Annotated[int | None, _people("本届毕业学生人数")] = None
    cohort: Annotated[int | None, _people("毕业年级初一时在校学生数")] = None
    transferred_in: Annotated[int | None, _people("毕业年级三年转入学生数")] = None
    transferred_out: Annotated[int | None, _people("毕业年级三年转出学生数")] = None
    died: Annotated[int | None, _people("毕业年级三年死亡学生数")] = None
    intake: Annotated[int | None, Item("本年招生人数", COUNT, unit="人")] = None
    catchment_intake: Annotated[int | None, Item("其中划片范围内招生人数", COUNT, unit="人")] = None
    own_teaching_area: Annotated[Decimal | None, _own("教学及辅助用房面积", AREA, "㎡")] = None
    own_indoor_sports_area: Annotated[Decimal | None, _own("室内体育用房面积", AREA, "㎡")] = None
    own_gym_area: Annotated[Decimal | None, _own("体育馆面积", AREA, "㎡")] = None
    own_field_area: Annotated[Decimal | None, _own("体育场面积", AREA, "㎡")] = None
    own_equipment_value: Annotated[Decimal | None, _own("教学仪器设备资产值", MONEY, "万元")] = None
    own_multimedia_rooms: Annotated[int | None, _own("网络多媒体教室间数", COUNT, "间")] = None
    own_computers: Annotated[int | None, _own("教学用计算机台数", COUNT, "台")] = None
    own_books: Annotated[int | None, _own("图书册数", COUNT, "册")] = None


class Funding(Record):
    """设备与经费: equipment value and the money of the calendar year before, one row."""

    equipment_value: Annotated[
        Decimal | None, Item("教学仪器设备资产值(账面原值)", MONEY, unit="万元", clause=FORM)
    ] = None
    budget: Annotated[Decimal | None, Item("上一年度公用经费预算总额", MONEY, unit="万元", clause=FORM)] = (
        None
    )
    final_account: Annotated[
        Decimal | None, Item("上一年度公用经费决算总额", MONEY, unit="万元", clause=FORM)
    ] = None
    training_budget: Annotated[
        Decimal | None, Item("上一年度教师培训经费预算总额", MONEY, unit="万元", clause=FORM)
    ] = None
    training_spent: Annotated[
        Decimal | None, Item("上一年度教师培训经费决算总额", MONEY, unit="万元", clause=SELF_EVALUATION)
    ] = None
    pupils_before: Annotated[int | None, Item("上一年度学生数", COUNT, unit="人", clause=SELF_EVALUATION)] = (
        None
    )
    granted: Annotated[
        Decimal | None, Item("上一年度拨付定额公用经费", MONEY, unit="万元", clause=SELF_EVALUATION)
    ] = None
    quota_primary: Annotated[
        Decimal | None, Item("小学生均公用经费基准定额", YUAN, unit="元", help="按本县文件填")
    ] = None
    quota_lower_secondary: Annotated[
        Decimal | None, Item("初中生均公用经费基准定额", YUAN, unit="元", help="按本县文件填")
    ] = None
    special_pupils_before: Annotated[
        int | None, Item("上一年度特殊教育学生数", COUNT, unit="人", clause=SELF_EVALUATION)
    ] = None
    special_granted: Annotated[
        Decimal | None, Item("上一年度拨付特殊教育公用经费", MONEY, unit="万元", clause=SELF_EVALUATION)
    ] = None


class Staffing(Record):
    """编制与岗位: posts against the people on them, and rotation, one row."""

    establishment: Annotated[int | None, Item("教职工编制总额", COUNT, unit="人", clause=STAFFING)] = None
    positions: Annotated[int | None, Item("岗位总量", COUNT, unit="个", clause=STAFFING)] = None
    in_post: Annotated[int | None, Item("在编在岗人数", COUNT, unit="人", clause=STAFFING)] = None
    off_post: Annotated[int | None, Item("在编不在岗人数", COUNT, unit="人", clause=STAFFING)] = None
    contract: Annotated[int | None, Item("在岗不在编人数", COUNT, unit="人", clause=STAFFING)] = None
    substitutes: Annotated[int | None, Item("临时代课教师人数", COUNT, unit="人", clause=STAFFING)] = None
    off_post_reason: Annotated[
        str | None, Item("在编不在岗情况说明", Text(), help="文件或附件名称", width=20, needed=True)
    ] = None
    eligible: Annotated[int | None, Item("符合交流轮岗条件教师数", COUNT, unit="人", clause=ROTATION)] = None
    rotated: Annotated[int | None, Item("上一年度交流轮岗教师数", COUNT, unit="人", clause=ROTATION)] = None
    rotated_backbone: Annotated[
        int | None, Item("其中交流轮岗的骨干教师数", COUNT, unit="人", clause=ROTATION)
    ] = None
