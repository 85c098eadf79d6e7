"""The ledgers (台账) and the documents of a school: what inspectors ask to see behind a figure."""

import datetime
from decimal import Decimal
from typing import Annotated

from db.records import choices
from db.records.items import DOCUMENTED, ITEM
from db.records.school import COUNT, YUAN
from db.records.spec import Item, Record
from db.records.values import Day, Reference, Scaled, Text, Whole, YesNo

HOURS = Scaled(1)
NUMBER = Scaled(4)


class Training(Record):
    """培训学时: one row a teacher and training (教师5年360学时, 政府保障程度第9项)."""

    teacher: Annotated[str | None, Item("教师", Reference("teacher"), required=True, width=6)] = None
    year: Annotated[int | None, Item("年度", Whole(2000, 2100), unit="年", required=True, width=5)] = None
    hours: Annotated[Decimal | None, Item("学时", HOURS, required=True, width=5)] = None
    content: Annotated[str | None, Item("培训内容", Text(), width=12)] = None
    proof: Annotated[str | None, Item("证明材料", Text(), help="学分证书或文件名称", width=10)] = None


class Rotation(Record):
    """交流轮岗: one row a teacher and exchange (政府保障程度第11项)."""

    teacher: Annotated[str | None, Item("教师", Reference("teacher"), required=True, width=6)] = None
    direction: Annotated[str | None, Item("方向", choices.ROTATION, required=True, width=8)] = None
    partner: Annotated[str | None, Item("对方学校", Text(), width=12)] = None
    begins: Annotated[datetime.date | None, Item("开始日期", Day(), required=True, width=7)] = None
    ends: Annotated[datetime.date | None, Item("结束日期", Day(), width=7)] = None


class TrainingExpense(Record):
    """培训经费: one row a voucher (教育质量第4项)."""

    date: Annotated[datetime.date | None, Item("日期", Day(), required=True, width=7)] = None
    use: Annotated[str | None, Item("用途", choices.TRAINING_USE, required=True, width=6)] = None
    amount: Annotated[Decimal | None, Item("金额", YUAN, unit="元", required=True, width=7)] = None
    content: Annotated[str | None, Item("事项", Text(), width=12)] = None
    voucher: Annotated[str | None, Item("凭证号", Text(), width=8, needed=True)] = None


class SpecialNeeds(Record):
    """特殊教育学生: counts a class and way of schooling, never names."""

    school_class: Annotated[str | None, Item("班级", Reference("school_class"), width=8)] = None
    mode: Annotated[str | None, Item("安置方式", choices.SPECIAL_MODE, required=True, width=6)] = None
    pupils: Annotated[int | None, Item("人数", COUNT, unit="人", required=True, width=5)] = None
    plan: Annotated[bool | None, Item("一人一案", YesNo(), width=5)] = None
    note: Annotated[str | None, Item("说明", Text(), width=12)] = None


class Care(Record):
    """关爱对象: left-behind and migrant children as counts a class."""

    school_class: Annotated[str | None, Item("班级", Reference("school_class"), width=8)] = None
    kind: Annotated[str | None, Item("类别", choices.CARE_KIND, required=True, width=9)] = None
    pupils: Annotated[int | None, Item("人数", COUNT, unit="人", required=True, width=5)] = None
    measure: Annotated[str | None, Item("关爱措施", Text(), width=14, needed=True)] = None
    date: Annotated[datetime.date | None, Item("登记日期", Day(), width=7)] = None


class AtRisk(Record):
    """控辍保学: pupils at risk of leaving as counts and dates, never names."""

    school_class: Annotated[str | None, Item("班级", Reference("school_class"), width=8)] = None
    kind: Annotated[str | None, Item("情形", choices.RISK_KIND, required=True, width=8)] = None
    pupils: Annotated[int | None, Item("人数", COUNT, unit="人", required=True, width=5)] = None
    found: Annotated[datetime.date | None, Item("发现日期", Day(), required=True, width=7)] = None
    measure: Annotated[str | None, Item("劝返措施", Text(), width=12, needed=True)] = None
    owner: Annotated[str | None, Item("包保责任人", Text(), personal=True, width=6)] = None
    returned: Annotated[datetime.date | None, Item("返校日期", Day(), width=7)] = None


class Course(Record):
    """课程课时: one row a grade and subject (教育质量第7项)."""

    grade: Annotated[str | None, Item("年级", choices.GRADE, required=True, width=5)] = None
    subject: Annotated[str | None, Item("课程", choices.SUBJECT, required=True, width=8)] = None
    weekly: Annotated[Decimal | None, Item("实际周课时", HOURS, unit="节", required=True)] = None
    planned: Annotated[Decimal | None, Item("课程方案周课时", HOURS, unit="节", required=True)] = None


class Evidence(Record):
    """佐证材料: a document that answers an item which no record can; several may answer one."""

    item: Annotated[str | None, Item("指标", DOCUMENTED, required=True, width=14)] = None
    met: Annotated[bool | None, Item("是否达到", YesNo(), required=True, width=5)] = None
    value: Annotated[Decimal | None, Item("数值", NUMBER, help="要求数值的指标才填", width=6)] = None
    number: Annotated[str | None, Item("文号", Text(), required=True, width=12, needed=True)] = None
    date: Annotated[datetime.date | None, Item("日期", Day(), required=True, width=7)] = None
    files: Annotated[str | None, Item("材料名称", Text(), required=True, width=16, needed=True)] = None
    note: Annotated[str | None, Item("简要结论", Text(), width=16)] = None


class Rectification(Record):
    """整改台账: 问题 → 措施 → 责任人 → 期限 → 销号; a line is closed by its verdict, never by hand."""

    item: Annotated[str | None, Item("指标", ITEM, required=True, width=10)] = None
    stage: Annotated[str | None, Item("学段", choices.STAGE, width=4)] = None
    problem: Annotated[str | None, Item("问题", Text(), required=True, width=16)] = None
    measure: Annotated[str | None, Item("整改措施", Text(), required=True, width=16)] = None
    owner: Annotated[str | None, Item("责任人", Text(), personal=True, required=True, width=5)] = None
    deadline: Annotated[datetime.date | None, Item("整改期限", Day(), required=True, width=7)] = None
    done: Annotated[datetime.date | None, Item("完成日期", Day(), width=7)] = None
