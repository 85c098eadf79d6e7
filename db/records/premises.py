"""Rooms, sports grounds and equipment: what the general office keeps."""

import datetime
from decimal import Decimal
from typing import Annotated

from db.records import choices
from db.records.school import AREA, COUNT, MONEY, YEAR
from db.records.spec import Item, Record
from db.records.values import Day, Text, Whole, YesNo


class Room(Record):
    """校舍: one row a room, by what it is used for."""

    name: Annotated[
        str | None,
        Item(
            "名称或房号",
            Text(),
            width=8,
            needed=True,
            headings="名称 房号 房间号 房间名称 房间 教室名称 教室 室名 功能室名称 门牌号",
        ),
    ] = None
    kind: Annotated[
        str | None,
        Item(
            "用途",
            choices.ROOM_KIND,
            apart=True,
            required=True,
            width=8,
            headings="房间用途 使用用途 功能 房间类型 教室类型 功能室类型 类别 类型",
        ),
    ] = None
    area: Annotated[
        Decimal | None,
        Item(
            "使用面积",
            AREA,
            unit="㎡",
            required=True,
            apart=True,
            headings="面积 房间面积 教室面积 单间面积 室内面积",
        ),
    ] = None
    multimedia: Annotated[
        bool | None,
        Item(
            "网络多媒体教室",
            YesNo(),
            required=True,
            headings="是否网络多媒体教室 多媒体教室 是否多媒体教室 是否多媒体 多媒体",
        ),
    ] = None
    built_year: Annotated[
        int | None,
        Item("建成年份", YEAR, unit="年", width=6, headings="建成时间 建造年份 竣工年份 建成年代 建设年份"),
    ] = None
    shared: Annotated[
        bool | None, Item("多功能共用", YesNo(), width=6, headings="是否多功能共用 是否共用 共用")
    ] = None
    also_for: Annotated[
        str | None,
        Item(
            "兼作用途",
            choices.ROOM_KIND,
            help="一间只按「用途」计一次,兼作只作说明",
            width=8,
            headings="兼用 兼用途 兼作",
        ),
    ] = None
    network: Annotated[
        bool | None, Item("网络接入", YesNo(), width=6, headings="是否接入网络 网络 是否联网 是否通网络")
    ] = None
    stage: Annotated[
        str | None,
        Item("独立校区学段", choices.STAGE, help="只有各学段分设独立校区时填", width=7, headings="校区学段"),
    ] = None


class SportsGround(Record):
    """运动场地: one row a ground or hall."""

    name: Annotated[
        str | None, Item("名称", Text(), width=8, needed=True, headings="场地名称 场馆名称 运动场地名称 场地")
    ] = None
    kind: Annotated[
        str | None,
        Item(
            "类别",
            choices.GROUND_KIND,
            required=True,
            width=10,
            headings="场地类别 场地类型 场馆类型 类型 用途",
        ),
    ] = None
    area: Annotated[
        Decimal | None,
        Item("面积", AREA, unit="㎡", required=True, headings="场地面积 场馆面积 运动场地面积"),
    ] = None
    contract: Annotated[
        str | None,
        Item(
            "租赁合同文号",
            Text(),
            help="只有租赁场馆填",
            width=9,
            needed=True,
            headings="合同文号 租赁合同 合同编号 租赁合同编号",
        ),
    ] = None
    contract_until: Annotated[
        datetime.date | None,
        Item("租期至", Day(), width=7, headings="租赁期至 租期截止 合同到期日 合同截止日期"),
    ] = None
    exclusive: Annotated[
        bool | None, Item("上课时段专用", YesNo(), width=6, headings="是否上课时段专用 是否专用")
    ] = None
    walk_minutes: Annotated[
        int | None,
        Item("步行时间", Whole(0, 600), unit="分钟", width=6, headings="步行分钟数 步行用时 路程时间"),
    ] = None
    stage: Annotated[
        str | None,
        Item("独立校区学段", choices.STAGE, help="只有各学段分设独立校区时填", width=7, headings="校区学段"),
    ] = None


class Equipment(Record):
    """教学仪器设备: one row an item of the asset ledger, at book value."""

    name: Annotated[
        str | None,
        Item(
            "设备名称",
            Text(),
            required=True,
            width=10,
            headings="名称 仪器名称 仪器设备名称 资产名称 品名 设备",
        ),
    ] = None
    quantity: Annotated[int | None, Item("数量", COUNT, headings="台数 件数 台件数 台(件)数 数量(台件)")] = (
        None
    )
    value: Annotated[
        Decimal | None,
        Item(
            "账面原值",
            MONEY,
            unit="万元",
            required=True,
            headings="原值 资产原值 设备原值 账面价值 金额 总价 总价值 价值 总金额",
        ),
    ] = None
