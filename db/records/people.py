"""Classes, teachers and homework: the lists that class teachers and the office keep."""

import datetime
from typing import Annotated

from db.records import choices
from db.records.months import Month
from db.records.spec import Item, Record
from db.records.values import Day, Reference, Text, Whole, YesNo

MINUTES = Whole(0, 1440)
CLASS_SIZE = Whole(0, 999)


class SchoolClass(Record):
    """班级: one row a class on the reference date (1 September)."""

    name: Annotated[
        str | None,
        Item(
            "班级",
            Text(),
            help="如 一年级(1)班",
            required=True,
            width=8,
            needed=True,
            headings="班级名称 班名 班级名 教学班 班号 班别",
        ),
    ] = None
    grade: Annotated[
        str | None,
        Item(
            "年级", choices.GRADE, required=True, width=5, apart=True, headings="年级名称 所在年级 所属年级"
        ),
    ] = None
    pupils: Annotated[
        int | None,
        Item(
            "学生数",
            CLASS_SIZE,
            unit="人",
            required=True,
            headings="人数 班级人数 学生人数 在校生数 在校学生数 现有人数 在籍人数 班额 班额人数 总人数",
        ),
    ] = None
    boarders: Annotated[
        int | None,
        Item(
            "其中寄宿生",
            CLASS_SIZE,
            unit="人",
            headings="寄宿生 寄宿生数 寄宿生人数 住校生 住校生数 住校生人数 住校人数 住宿生 住宿生数",
        ),
    ] = None
    catchment: Annotated[
        int | None,
        Item(
            "其中划片内",
            CLASS_SIZE,
            unit="人",
            headings="划片内 划片内人数 划片内学生数 片内人数 片内学生数 片区内学生数",
        ),
    ] = None
    came_in: Annotated[
        int | None,
        Item("本学年转入", CLASS_SIZE, unit="人", headings="转入 转入人数 转入数 转入学生数 本年转入"),
    ] = None
    went_out: Annotated[
        int | None,
        Item("本学年转出", CLASS_SIZE, unit="人", headings="转出 转出人数 转出数 转出学生数 本年转出"),
    ] = None


class Teacher(Record):
    """教师: one row a person; counts as 专任教师 by stage, course taught and post."""

    name: Annotated[
        str | None,
        Item("姓名", Text(), personal=True, required=True, width=5, headings="教师姓名 教职工姓名 教师 名字"),
    ] = None
    birth_month: Annotated[
        str | None,
        Item(
            "出生年月",
            Month(),
            help="如 1985-03,只用于查重",
            personal=True,
            headings="出生日期 出生年月日 出生时间 生日",
        ),
    ] = None
    stage: Annotated[
        str | None,
        Item(
            "任教学段",
            choices.TEACHING_STAGE,
            required=True,
            width=5,
            headings="学段 所教学段 任课学段 教学学段",
        ),
    ] = None
    subject: Annotated[
        str | None,
        Item(
            "任教课程",
            choices.SUBJECT,
            required=True,
            headings="任教学科 任教科目 任课学科 任课科目 所教学科 所教科目 主教学科 主教科目 学科 科目 课程",
        ),
    ] = None
    degree: Annotated[
        str | None,
        Item("学历", choices.DEGREE, required=True, headings="最高学历 学历层次 现学历 最后学历 文化程度"),
    ] = None
    certificate: Annotated[
        bool | None,
        Item(
            "持教师资格证",
            YesNo(),
            required=True,
            width=6,
            headings="教师资格证 是否持教师资格证 是否持有教师资格证 有无教师资格证 持有教师资格证",
        ),
    ] = None
    backbone: Annotated[
        str | None,
        Item(
            "骨干教师级别",
            choices.BACKBONE,
            required=True,
            width=6,
            headings="骨干教师 骨干级别 骨干教师等级 骨干等级 骨干类型 骨干教师称号",
        ),
    ] = None
    post: Annotated[
        str | None,
        Item(
            "在岗情况",
            choices.POST,
            required=True,
            width=10,
            headings="在岗状态 岗位状态 在编情况 编制情况 在编在岗情况 用工性质",
        ),
    ] = None
    hired: Annotated[
        datetime.date | None,
        Item(
            "入职日期",
            Day(),
            width=7,
            headings="参加工作时间 参加工作年月 参加工作日期 参加工作年月日 工作时间 入职时间 入职年月",
        ),
    ] = None
    title: Annotated[
        str | None,
        Item(
            "职称",
            choices.TITLE,
            width=7,
            headings="专业技术职称 专业技术职务 职称等级 现任职称 现有职称 技术职称 专业技术资格",
        ),
    ] = None
    certificate_date: Annotated[
        datetime.date | None,
        Item(
            "资格证取得日期",
            Day(),
            width=8,
            headings="教师资格证取得时间 教师资格证取得日期 资格证取得时间 资格证发证日期 发证日期",
        ),
    ] = None
    backbone_document: Annotated[
        str | None,
        Item("骨干认定文件", Text(), help="文号", width=10, headings="骨干教师认定文件 认定文件 认定文号"),
    ] = None
    rotation_eligible: Annotated[
        bool | None,
        Item(
            "符合交流条件",
            YesNo(),
            width=6,
            headings="是否符合交流条件 符合交流轮岗条件 是否符合交流轮岗条件",
        ),
    ] = None


class Homework(Record):
    """作业: one row an assignment of one class on one day (教基厅函〔2021〕13号)."""

    date: Annotated[
        datetime.date | None,
        Item("日期", Day(), required=True, width=7, headings="作业日期 布置日期 登记日期"),
    ] = None
    school_class: Annotated[
        str | None, Item("班级", Reference("school_class"), required=True, headings="班级名称 班名")
    ] = None
    subject: Annotated[
        str | None, Item("学科", choices.SUBJECT, required=True, headings="科目 课程 作业学科")
    ] = None
    written: Annotated[
        bool | None,
        Item(
            "书面作业",
            YesNo(),
            help="当天没有书面作业也登记一行,填「否」",
            required=True,
            headings="书面作业 是否书面作业 有无书面作业 是否有书面作业",
        ),
    ] = None
    planned: Annotated[
        int | None,
        Item("预计时长", MINUTES, unit="分钟", headings="预计用时 预计时间 预计完成时间 预计完成时长"),
    ] = None
    measured: Annotated[
        int | None,
        Item(
            "实测时长",
            MINUTES,
            unit="分钟",
            help="有实测时以实测为准",
            headings="实测用时 实际用时 实际时长 实际完成时间",
        ),
    ] = None
