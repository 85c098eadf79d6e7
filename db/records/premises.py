"""Rooms, sports grounds and equipment: what the general office keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from sqlmodel import SQLModel

from db.records import choices
from db.records.school import AREA, COUNT, MONEY
from db.records.spec import Item
from db.records.values import Text, YesNo


class Room(SQLModel):
    """校舍: one row a room, by what it is used for."""

    name: Annotated[str | None, Item("名称或房号", Text(), width=8)] = None
    kind: Annotated[str | None, Item("用途", choices.ROOM_KIND, required=True, width=8)] = None
    area: Annotated[Decimal | None, Item("使用面积", AREA, unit="㎡", required=True)] = None
    multimedia: Annotated[bool | None, Item("网络多媒体教室", YesNo(), required=True)] = None


class SportsGround(SQLModel):
    """运动场地: one row a ground or hall."""

    name: Annotated[str | None, Item("名称", Text(), width=8)] = None
    kind: Annotated[str | None, Item("类别", choices.GROUND_KIND, required=True, width=10)] = None
    area: Annotated[Decimal | None, Item("面积", AREA, unit="㎡", required=True)] = None


class Equipment(SQLModel):
    """教学仪器设备: one row an item of the asset ledger, at book value."""

    name: Annotated[str | None, Item("设备名称", Text(), required=True, width=10)] = None
    quantity: Annotated[int | None, Item("数量", COUNT)] = None
    value: Annotated[Decimal | None, Item("账面原值", MONEY, unit="万元", required=True)] = None
