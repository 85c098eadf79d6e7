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

    name: Annotated[str | None, Item("名称或房号", Text(), width=8, needed=True)] = None
    kind: Annotated[str | None, Item("用途", choices.ROOM_KIND, required=True, width=8)] = None
    area: Annotated[Decimal | None, Item("使用面积", AREA, unit="㎡", required=True)] = None
    multimedia: Annotated[bool | None, Item("网络多媒体教室", YesNo(), required=True)] = None
    built_year: Annotated[int | None, Item("建成年份", YEAR, unit="年", width=6)] = None
    shared: Annotated[bool | None, Item("多功能共用", YesNo(), width=6)] = None
    also_for: Annotated[
        str | None, Item("兼作用途", choices.ROOM_KIND, help="一间只按「用途」计一次,兼作只作说明", width=8)
    ] = None
    network: Annotated[bool | None, Item("网络接入", YesNo(), width=6)] = None
    stage: Annotated[
        str | None, Item("独立校区学段", choices.STAGE, help="只有各学段分设独立校区时填", width=7)
    ] = None


class SportsGround(Record):
    """运动场地: one row a ground or hall."""

    name: Annotated[str | None, Item("名称", Text(), width=8, needed=True)] = None
    kind: Annotated[str | None, Item("类别", choices.GROUND_KIND, required=True, width=10)] = None
    area: Annotated[Decimal | None, Item("面积", AREA, unit="㎡", required=True)] = None
    contract: Annotated[
        str | None, Item("租赁合同文号", Text(), help="只有租赁场馆填", width=9, needed=True)
    ] = None
    contract_until: Annotated[datetime.date | None, Item("租期至", Day(), width=7)] = None
    exclusive: Annotated[bool | None, Item("上课时段专用", YesNo(), width=6)] = None
    walk_minutes: Annotated[int | None, Item("步行时间", Whole(0, 600), unit="分钟", width=6)] = None
    stage: Annotated[
        str | None, Item("独立校区学段", choices.STAGE, help="只有各学段分设独立校区时填", width=7)
    ] = None


class Equipment(Record):
    """教学仪器设备: one row an item of the asset ledger, at book value."""

    name: Annotated[str | None, Item("设备名称", Text(), required=True, width=10)] = None
    quantity: Annotated[int | None, Item("数量", COUNT)] = None
    value: Annotated[Decimal | None, Item("账面原值", MONEY, unit="万元", required=True)] = None
