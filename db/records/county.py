"""What the county itself records: the facts of table Ⅰ, money, people, monitoring, satisfaction.

Fields of the official county form (`resources/forms/county_form.toml` says which) and of the national
application form, tables Ⅰ, Ⅳ, Ⅴ and Ⅵ.
"""

import datetime
from decimal import Decimal
from typing import Annotated

from db.records import choices
from db.records.items import COUNTY_DOCUMENTED
from db.records.ledgers import Evidence, Rectification
from db.records.school import AREA, COUNT, MONEY, YUAN
from db.records.spec import Item, Record
from db.records.values import Day, Scaled, Text, Whole

PEOPLE_WAN = Scaled(4)
FORM = "区县填报表格"
TABLE_ONE = "申报表表Ⅰ"
TABLE_SIX = "申报表表Ⅵ"


def _fact(label: str, unit: str) -> Item:
    return Item(label, COUNT, unit=unit, clause=TABLE_ONE)


def _form(label: str, unit: str = "人") -> Item:
    return Item(label, COUNT, unit=unit, clause=FORM)


def _year(label: str) -> Item:
    return Item(label, MONEY, unit="万元")


def _each(label: str) -> Item:
    return Item(label, YUAN, unit="元")


class CountyProfile(Record):
    """县情: table Ⅰ of the application form, what no school can tell."""

    population: Annotated[Decimal | None, Item("人口总数", PEOPLE_WAN, unit="万人", clause=TABLE_ONE)] = None
    rural_population: Annotated[
        Decimal | None, Item("农业人口数", PEOPLE_WAN, unit="万人", clause=TABLE_ONE)
    ] = None
    townships: Annotated[int | None, _fact("乡镇数", "个")] = None
    villages: Annotated[int | None, _fact("行政村数", "个")] = None
    gdp_per_head: Annotated[int | None, _fact("年人均国内生产总值", "元")] = None
    revenue_per_head: Annotated[int | None, _fact("年人均地方财政收入", "元")] = None
    rural_income: Annotated[int | None, _fact("农民年人均纯收入", "元")] = None
    urban_income: Annotated[int | None, _fact("城镇居民年人均可支配收入", "元")] = None
    special_schools: Annotated[int | None, _fact("特殊教育学校数", "所")] = None


class CountyFunding(Record):
    """经费与工资: quotas, special education, pay, training money, one row."""

    quota_primary: Annotated[
        Decimal | None, Item("规定的小学生均公用经费标准", YUAN, unit="元", clause=FORM)
    ] = None
    quota_lower_secondary: Annotated[
        Decimal | None, Item("规定的初中生均公用经费标准", YUAN, unit="元", clause=FORM)
    ] = None
    special_funds: Annotated[Decimal | None, Item("特殊教育学校经费总额", YUAN, unit="元", clause=FORM)] = (
        None
    )
    special_pupils: Annotated[int | None, _form("特殊教育学校学生人数")] = None
    teacher_pay: Annotated[
        Decimal | None,
        Item("上年度义务教育学校教师年平均工资收入水平(不含民办学校)", MONEY, unit="万元", clause=FORM),
    ] = None
    official_pay: Annotated[
        Decimal | None, Item("当地公务员年平均工资收入", MONEY, unit="万元", clause=FORM)
    ] = None
    payroll: Annotated[Decimal | None, Item("上年度教职工工资总额", MONEY, unit="万元")] = None
    training_funds: Annotated[Decimal | None, Item("上年度县级财政安排教师培训经费", MONEY, unit="万元")] = (
        None
    )
    pooled_funds: Annotated[Decimal | None, Item("上年度县级统筹的培训经费", MONEY, unit="万元")] = None
    running_funds: Annotated[Decimal | None, Item("上年度全县公用经费总额", MONEY, unit="万元")] = None
    education_funds: Annotated[Decimal | None, Item("上年度财政性教育经费", MONEY, unit="万元")] = None
    gdp: Annotated[Decimal | None, Item("上年度地区生产总值", MONEY, unit="万元")] = None
    spending: Annotated[Decimal | None, _year("上年度一般公共预算教育支出")] = None
    spending_before: Annotated[Decimal | None, _year("前年度一般公共预算教育支出")] = None
    per_pupil: Annotated[Decimal | None, _each("上年度按在校学生人数平均的一般公共预算教育支出")] = None
    per_pupil_before: Annotated[Decimal | None, _each("前年度按在校学生人数平均的一般公共预算教育支出")] = (
        None
    )
    appropriation: Annotated[Decimal | None, _year("上年度财政教育拨款")] = None
    appropriation_before: Annotated[Decimal | None, _year("前年度财政教育拨款")] = None
    revenue: Annotated[Decimal | None, _year("上年度财政经常性收入")] = None
    revenue_before: Annotated[Decimal | None, _year("前年度财政经常性收入")] = None
    teacher_pay_before: Annotated[Decimal | None, _year("前年度义务教育学校教师年平均工资收入水平")] = None
    running_per_pupil: Annotated[Decimal | None, _each("上年度学生人均公用经费")] = None
    running_per_pupil_before: Annotated[Decimal | None, _each("前年度学生人均公用经费")] = None


class CountyPeople(Record):
    """教师交流、招生与入学: counts of the whole county, one row."""

    eligible: Annotated[int | None, _form("符合交流条件教师总数")] = None
    rotated: Annotated[int | None, _form("实际交流轮岗教师数")] = None
    rotated_backbone: Annotated[int | None, _form("实际交流骨干教师数量")] = None
    senior_high_plan: Annotated[int | None, _form("优质高中招生计划总人数")] = None
    senior_high_quota: Annotated[int | None, _form("优质高中招生分配指标数")] = None
    senior_high_rural: Annotated[int | None, _form("向农村学校分配指标数")] = None
    migrants: Annotated[int | None, _form("符合条件的随迁子女总人数")] = None
    migrants_public: Annotated[int | None, _form("在县域内公办学校就读的随迁子女人数")] = None
    migrants_bought: Annotated[int | None, _form("在政府购买服务的民办学校就读随迁子女人数")] = None
    disabled: Annotated[int | None, _form("适龄残疾儿童少年总数")] = None
    disabled_enrolled: Annotated[int | None, _form("适龄残疾儿童少年入学总人数")] = None
    disabled_special: Annotated[
        int | None, Item("其中在特殊教育学校就读人数", COUNT, unit="人", clause="申报表表Ⅴ")
    ] = None
    compulsory_pupils: Annotated[int | None, Item("义务教育阶段在校生总数", COUNT, unit="人")] = None
    private_pupils: Annotated[int | None, Item("其中民办学校在校生数", COUNT, unit="人")] = None


class CountyMonitoring(Record):
    """国家义务教育质量监测: one row a subject (教育质量第9项)."""

    subject: Annotated[str | None, Item("学科", choices.MONITORED, required=True)] = None
    level: Annotated[int | None, Item("学业水平等级", Whole(1, 4), unit="级", required=True)] = None
    difference: Annotated[Decimal | None, Item("校际差异率", Scaled(4), required=True)] = None
    year: Annotated[int | None, Item("监测年份", Whole(2000, 2100), unit="年")] = None


def _survey(label: str) -> Item:
    return Item(label, COUNT, unit="人", clause=TABLE_SIX)


class CountySatisfaction(Record):
    """社会认可度: table Ⅵ, questionnaires and visits, of which parents, one row."""

    questionnaires: Annotated[int | None, _survey("问卷总数")] = None
    valid: Annotated[int | None, _survey("回收有效问卷数")] = None
    satisfied: Annotated[int | None, _survey("满意问卷数")] = None
    visited: Annotated[int | None, _survey("实地走访人数")] = None
    visited_satisfied: Annotated[int | None, _survey("实地走访满意人数")] = None
    parent_questionnaires: Annotated[int | None, _survey("家长问卷数")] = None
    parent_valid: Annotated[int | None, _survey("家长回收有效问卷数")] = None
    parent_satisfied: Annotated[int | None, _survey("家长满意问卷数")] = None
    parent_visited: Annotated[int | None, _survey("实地走访家长人数")] = None
    parent_visited_satisfied: Annotated[int | None, _survey("实地走访家长满意人数")] = None


class CountyProject(Record):
    """建设项目: one row a project."""

    name: Annotated[str | None, Item("项目名称", Text(), required=True, width=14)] = None
    school: Annotated[str | None, Item("学校", Text(), width=12)] = None
    kind: Annotated[str | None, Item("类别", choices.PROJECT_KIND, width=6)] = None
    places: Annotated[int | None, Item("新增学位", COUNT, unit="个")] = None
    area: Annotated[Decimal | None, Item("建设面积", AREA, unit="㎡")] = None
    money: Annotated[Decimal | None, Item("投资", MONEY, unit="万元")] = None
    planned: Annotated[datetime.date | None, Item("计划完成日期", Day(), width=7)] = None
    done: Annotated[datetime.date | None, Item("实际完成日期", Day(), width=7)] = None


class CountyMeeting(Record):
    """会议: one row a meeting of the party committee, the government or the leading group."""

    kind: Annotated[str | None, Item("会议", choices.MEETING, required=True, width=7)] = None
    date: Annotated[datetime.date | None, Item("日期", Day(), required=True, width=7)] = None
    topic: Annotated[str | None, Item("议题", Text(), width=18)] = None
    document: Annotated[str | None, Item("纪要文号", Text(), width=10)] = None


class CountyEvidence(Evidence):
    """县级佐证材料: documents that answer an item for the whole county."""

    item: Annotated[str | None, Item("指标", COUNTY_DOCUMENTED, required=True, width=14)] = None


class CountyRectification(Rectification):
    """县级整改台账: lines of the county, and of schools that it watches."""

    school: Annotated[str | None, Item("学校", Text(), help="学校代码或名称;空白为县级问题", width=12)] = None
