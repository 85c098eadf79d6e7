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
        str | None, Item("班级", Text(), help="如 一年级(1)班", required=True, width=8, needed=True)
    ] = None
    grade: Annotated[str | None, Item("年级", choices.GRADE, required=True, width=5)] = None
    pupils: Annotated[int | None, Item("学生数", CLASS_SIZE, unit="人", required=True)] = None
    boarders: Annotated[int | None, Item("其中寄宿生", CLASS_SIZE, unit="人")] = None
    catchment: Annotated[int | None, Item("其中划片内", CLASS_SIZE, unit="人")] = None
    came_in: Annotated[int | None, Item("本学年转入", CLASS_SIZE, unit="人")] = None
    went_out: Annotated[int | None, Item("本学年转出", CLASS_SIZE, unit="人")] = None


class Teacher(Record):
    """教师: one row a person; counts as 专任教师 by stage, course taught and post."""

    name: Annotated[str | None, Item("姓名", Text(), personal=True, required=True, width=5)] = None
    birth_month: Annotated[
        str | None, Item("出生年月", Month(), help="如 1985-03,只用于查重", personal=True)
    ] = None
    stage: Annotated[str | None, Item("任教学段", choices.TEACHING_STAGE, required=True, width=5)] = None
    subject: Annotated[str | None, Item("任教课程", choices.SUBJECT, required=True)] = None
    degree: Annotated[str | None, Item("学历", choices.DEGREE, required=True)] = None
    certificate: Annotated[bool | None, Item("持教师资格证", YesNo(), required=True, width=6)] = None
    backbone: Annotated[str | None, Item("骨干教师级别", choices.BACKBONE, required=True, width=6)] = None
    post: Annotated[str | None, Item("在岗情况", choices.POST, required=True, width=10)] = None
    hired: Annotated[datetime.date | None, Item("入职日期", Day(), width=7)] = None
    title: Annotated[str | None, Item("职称", choices.TITLE, width=7)] = None
    certificate_date: Annotated[datetime.date | None, Item("资格证取得日期", Day(), width=8)] = None
    backbone_document: Annotated[str | None, Item("骨干认定文件", Text(), help="文号", width=10)] = None
    rotation_eligible: Annotated[bool | None, Item("符合交流条件", YesNo(), width=6)] = None


class Homework(Record):
    """作业: one row an assignment of one class on one day (教基厅函〔2021〕13号)."""

    date: Annotated[datetime.date | None, Item("日期", Day(), required=True, width=7)] = None
    school_class: Annotated[str | None, Item("班级", Reference("school_class"), required=True)] = None
    subject: Annotated[str | None, Item("学科", choices.SUBJECT, required=True)] = None
    written: Annotated[
        bool | None, Item("书面作业", YesNo(), help="当天没有书面作业也登记一行,填「否」", required=True)
    ] = None
    planned: Annotated[int | None, Item("预计时长", MINUTES, unit="分钟")] = None
    measured: Annotated[int | None, Item("实测时长", MINUTES, unit="分钟", help="有实测时以实测为准")] = None
