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

    teacher: Annotated[
        str | None,
        Item("教师", Reference("teacher"), required=True, width=6, headings="教师姓名 姓名 参训教师"),
    ] = None
    year: Annotated[
        int | None,
        Item("年度", Whole(2000, 2100), unit="年", required=True, width=5, headings="年份 培训年度 培训年份"),
    ] = None
    hours: Annotated[
        Decimal | None,
        Item("学时", HOURS, required=True, width=5, headings="培训学时 学时数 培训学时数 培训课时"),
    ] = None
    content: Annotated[
        str | None, Item("培训内容", Text(), width=12, headings="培训项目 培训名称 项目名称 内容 培训主题")
    ] = None
    proof: Annotated[
        str | None,
        Item(
            "证明材料",
            Text(),
            help="学分证书或文件名称",
            width=10,
            headings="证明 证书 学分证书 证书编号 证明文件",
        ),
    ] = None


class Rotation(Record):
    """交流轮岗: one row a teacher and exchange (政府保障程度第11项)."""

    teacher: Annotated[
        str | None,
        Item("教师", Reference("teacher"), required=True, width=6, headings="教师姓名 姓名 交流教师"),
    ] = None
    direction: Annotated[
        str | None, Item("方向", choices.ROTATION, required=True, width=8, headings="交流方向 流向")
    ] = None
    partner: Annotated[
        str | None, Item("对方学校", Text(), width=12, headings="交流学校 交流单位 对方单位")
    ] = None
    begins: Annotated[
        datetime.date | None,
        Item(
            "开始日期",
            Day(),
            required=True,
            width=7,
            headings="开始时间 起始时间 起始日期 交流开始时间 交流起始时间",
        ),
    ] = None
    ends: Annotated[
        datetime.date | None,
        Item("结束日期", Day(), width=7, headings="结束时间 终止时间 截止日期 交流结束时间"),
    ] = None


class TrainingExpense(Record):
    """培训经费: one row a voucher (教育质量第4项)."""

    date: Annotated[
        datetime.date | None,
        Item("日期", Day(), required=True, width=7, headings="支出日期 报销日期 支付日期 时间"),
    ] = None
    use: Annotated[
        str | None,
        Item(
            "用途",
            choices.TRAINING_USE,
            required=True,
            width=6,
            headings="费用类别 支出类别 费用类型 费用用途 类别",
        ),
    ] = None
    amount: Annotated[
        Decimal | None,
        Item("金额", YUAN, unit="元", required=True, width=7, headings="支出金额 报销金额 费用 费用金额"),
    ] = None
    content: Annotated[str | None, Item("事项", Text(), width=12, headings="摘要 事由 内容 培训事项")] = None
    voucher: Annotated[
        str | None, Item("凭证号", Text(), width=8, needed=True, headings="凭证编号 记账凭证号 凭证")
    ] = None


class SpecialNeeds(Record):
    """特殊教育学生: counts a class and way of schooling, never names."""

    school_class: Annotated[
        str | None, Item("班级", Reference("school_class"), width=8, headings="班级名称 所在班级")
    ] = None
    mode: Annotated[
        str | None,
        Item(
            "安置方式", choices.SPECIAL_MODE, required=True, width=6, headings="安置形式 就读形式 方式 类型"
        ),
    ] = None
    pupils: Annotated[
        int | None, Item("人数", COUNT, unit="人", required=True, width=5, headings="学生数 学生人数 数量")
    ] = None
    plan: Annotated[
        bool | None, Item("一人一案", YesNo(), width=5, headings="是否一人一案 个别化教育计划")
    ] = None
    note: Annotated[str | None, Item("说明", Text(), width=12, headings="备注 情况说明")] = None


class Care(Record):
    """关爱对象: left-behind and migrant children as counts a class."""

    school_class: Annotated[
        str | None, Item("班级", Reference("school_class"), width=8, headings="班级名称 所在班级")
    ] = None
    kind: Annotated[
        str | None,
        Item(
            "类别", choices.CARE_KIND, required=True, width=9, headings="对象类别 关爱类别 关爱对象类别 类型"
        ),
    ] = None
    pupils: Annotated[
        int | None, Item("人数", COUNT, unit="人", required=True, width=5, headings="学生数 学生人数 数量")
    ] = None
    measure: Annotated[
        str | None, Item("关爱措施", Text(), width=14, needed=True, headings="措施 帮扶措施 关爱帮扶措施")
    ] = None
    date: Annotated[datetime.date | None, Item("登记日期", Day(), width=7, headings="日期 登记时间")] = None


class AtRisk(Record):
    """控辍保学: pupils at risk of leaving as counts and dates, never names."""

    school_class: Annotated[
        str | None, Item("班级", Reference("school_class"), width=8, headings="班级名称 所在班级")
    ] = None
    kind: Annotated[
        str | None, Item("情形", choices.RISK_KIND, required=True, width=8, headings="类别 类型 情况")
    ] = None
    pupils: Annotated[
        int | None, Item("人数", COUNT, unit="人", required=True, width=5, headings="学生数 学生人数 数量")
    ] = None
    found: Annotated[
        datetime.date | None, Item("发现日期", Day(), required=True, width=7, headings="发现时间 日期")
    ] = None
    measure: Annotated[
        str | None, Item("劝返措施", Text(), width=12, needed=True, headings="措施 劝返情况 控辍措施")
    ] = None
    owner: Annotated[
        str | None,
        Item("包保责任人", Text(), personal=True, width=6, headings="责任人 包保人 包保责任 劝返责任人"),
    ] = None
    returned: Annotated[
        datetime.date | None, Item("返校日期", Day(), width=7, headings="返校时间 复学日期 复学时间")
    ] = None


class Course(Record):
    """课程课时: one row a grade and subject (教育质量第7项)."""

    grade: Annotated[str | None, Item("年级", choices.GRADE, required=True, width=5, headings="年级名称")] = (
        None
    )
    subject: Annotated[
        str | None, Item("课程", choices.SUBJECT, required=True, width=8, headings="学科 科目 课程名称")
    ] = None
    weekly: Annotated[
        Decimal | None,
        Item(
            "实际周课时",
            HOURS,
            unit="节",
            required=True,
            headings="周课时 周课时数 实际课时 实开课时 实际周课时数 实开周课时 每周课时",
        ),
    ] = None
    planned: Annotated[
        Decimal | None,
        Item(
            "课程方案周课时",
            HOURS,
            unit="节",
            required=True,
            headings="方案课时 规定课时 规定周课时 计划课时 计划周课时 课程方案课时",
        ),
    ] = None


class Evidence(Record):
    """佐证材料: a document that answers an item which no record can; several may answer one."""

    item: Annotated[
        str | None, Item("指标", DOCUMENTED, required=True, width=14, headings="指标名称 佐证指标")
    ] = None
    met: Annotated[
        bool | None, Item("是否达到", YesNo(), required=True, width=5, headings="达标情况 是否达标")
    ] = None
    value: Annotated[
        Decimal | None, Item("数值", NUMBER, help="要求数值的指标才填", width=6, headings="指标数值")
    ] = None
    number: Annotated[
        str | None,
        Item(
            "文号", Text(), required=True, width=12, needed=True, headings="文件号 文件文号 发文字号 文件编号"
        ),
    ] = None
    date: Annotated[
        datetime.date | None,
        Item("日期", Day(), required=True, width=7, headings="发文日期 成文日期 印发日期 文件日期"),
    ] = None
    files: Annotated[
        str | None,
        Item(
            "材料名称",
            Text(),
            required=True,
            width=16,
            needed=True,
            headings="材料 文件名称 佐证材料 佐证材料名称",
        ),
    ] = None
    note: Annotated[str | None, Item("简要结论", Text(), width=16, headings="结论 说明 备注")] = None


class Rectification(Record):
    """整改台账: 问题 → 措施 → 责任人 → 期限 → 销号; a line is closed by its verdict, never by hand."""

    item: Annotated[str | None, Item("指标", ITEM, required=True, width=10, headings="指标名称 整改指标")] = (
        None
    )
    stage: Annotated[str | None, Item("学段", choices.STAGE, width=4)] = None
    problem: Annotated[
        str | None, Item("问题", Text(), required=True, width=16, headings="存在问题 存在的问题 问题描述")
    ] = None
    measure: Annotated[
        str | None, Item("整改措施", Text(), required=True, width=16, headings="措施 整改办法")
    ] = None
    owner: Annotated[
        str | None,
        Item("责任人", Text(), personal=True, required=True, width=5, headings="负责人 整改责任人"),
    ] = None
    deadline: Annotated[
        datetime.date | None,
        Item("整改期限", Day(), required=True, width=7, headings="整改时限 完成时限 整改完成时限 期限"),
    ] = None
    done: Annotated[
        datetime.date | None, Item("完成日期", Day(), width=7, headings="完成时间 销号日期 整改完成日期")
    ] = None
